//! `kubectl set env`: variables of the containers in Pod templates, given one by one or taken from a ConfigMap or Secret.
//!
//! Models kubectl `pkg/cmd/set/set_env.go` and `set/env/`, Kubernetes v1.36.

use super::{CONTAINERS, change, containers, refusal, wildcard};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::options::{self, DRY_RUN, FIELD_MANAGER, OUTPUT};
use crate::command::{Command, Outcome};
use crate::error::Failure;
use crate::resource::{self, ALL, Bare, FILES, Info, SELECTOR};
use api::resource::Kind;
use api::{Value, json};

const FLAGS: &[Flag] = &[
    flag(
        "env",
        'e',
        Takes::Repeat,
        "[]",
        "Specify a key-value pair for an environment variable to set into each container.",
    ),
    flag("from", ' ', Takes::Text, "''", "The name of a resource from which to inject environment variables"),
    flag("keys", ' ', Takes::List, "[]", "Comma-separated list of keys to import from specified resource"),
    flag(
        "list",
        ' ',
        Takes::Switch,
        "false",
        "If true, display the environment and any changes in the standard format.",
    ),
    flag(
        "overwrite",
        ' ',
        Takes::Switch,
        "true",
        "If true, allow environment to be overwritten, otherwise reject updates that overwrite existing environment.",
    ),
    flag("prefix", ' ', Takes::Text, "''", "Prefix to append to variable names"),
    flag("resolve", ' ', Takes::Switch, "false", "If true, show secret or configmap references when listing variables"),
];

const NAME: &str = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and \
    must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is \
    '[-._a-zA-Z][-._a-zA-Z0-9]*')";

pub static SET_ENV: Command = Command {
    name: "env",
    about: "Update environment variables on a pod template",
    text: "Update environment variables on a pod template.\n\n List environment variable definitions in one or more pods, pod \
           templates. Add, update, or remove container\nenvironment variable definitions in one or more pod templates.",
    examples: "  # Update deployment 'registry' with a new environment variable\n  \
               kubectl set env deployment/registry STORAGE_DIR=/local\n  \n  \
               # List the environment variables defined on a deployments 'sample-build'\n  \
               kubectl set env deployment/sample-build --list\n  \n  \
               # Import environment from a secret\n  kubectl set env --from=secret/mysecret deployment/myapp",
    usage: "set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER, CONTAINERS, FLAGS],
    run: Some(run),
    ..Command::NONE
};

/// What is to be set, by name, and what removed.
#[derive(Default)]
struct Changes {
    set: Vec<Value>,
    remove: Vec<String>,
}

fn run(args: &Args, env: &mut Env) -> Outcome {
    let is_change = |word: &String| word.find('=').is_some_and(|at| at > 0) || word.ends_with('-');
    let at = args.words.iter().position(is_change).unwrap_or(args.words.len());
    let (words, typed) = args.words.split_at(at);
    if args.on("all") && args.has("selector") {
        return Err(Failure::error("cannot set --all and --selector at the same time"));
    }
    if !typed.iter().all(is_change) {
        let text = format!("all resources must be specified before environment changes: {}", args.words.join(" "));
        return Err(Failure::error(text));
    }
    check(args, words)?;
    let changes = Changes::read(args.list("env").iter().chain(typed), args, env)?;
    let chosen = args.text("containers").unwrap_or("*").to_string();
    if args.on("list") {
        let (found, failures) = resource::find(args, words, Bare::Refused, env)?;
        for mut info in found {
            list(&mut info, &changes, &chosen, args, env)?;
        }
        return options::finish(failures);
    }
    let overwrite = args.switch("overwrite", true);
    change(args, words, "env updated", env, |value, id, env| {
        let mut any = false;
        for container in containers(value, id.kind, &["containers", "initContainers"]) {
            if wildcard(&chosen, container["name"].as_str().unwrap_or_default()) {
                any = true;
                changes.apply(container, overwrite).map_err(|text| refusal(id, &text))?;
            }
        }
        if !any {
            let title = format!("{}/{}", id.kind.name(), id.name);
            env.complain(&format!("warning: {title} does not have any containers matching {chosen:?}"));
        }
        Ok(())
    })
}

fn check(args: &Args, words: &[String]) -> Result<(), Failure> {
    let text = if args.on("local") && args.text("dry-run") == Some("server") {
        "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
    } else if words.is_empty() && !args.has("filename") {
        "one or more resources must be specified as <resource> <name> or <resource>/<name>"
    } else if args.on("list") && args.has("output") {
        "--list and --output may not be specified together"
    } else if args.has("keys") && !args.has("from") {
        "when specifying --keys, a configmap or secret must be provided with --from"
    } else {
        return Ok(());
    };
    Err(Failure::error(text))
}

impl Changes {
    fn read<'a>(specs: impl Iterator<Item = &'a String>, args: &Args, env: &mut Env) -> Result<Changes, Failure> {
        let mut changes = Changes::default();
        for spec in specs {
            match spec.split_once('=') {
                _ if spec == "-" => {
                    let Some(text) = env.stdin else {
                        return Err(Failure::error("when '-' is used, STDIN must be open"));
                    };
                    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
                    let pairs = lines.filter_map(|line| line.split_once('='));
                    changes.set.extend(pairs.map(|(name, value)| json!({"name": name, "value": value})));
                }
                Some((name, _)) if !is_name(name) => {
                    return Err(Failure::error(format!("{name:?} is not a valid key name: {NAME}")));
                }
                Some((name, value)) => changes.set.push(json!({"name": name, "value": value})),
                None => match spec.strip_suffix('-') {
                    Some(name) => changes.remove.push(name.to_string()),
                    None => return Err(Failure::error(format!("unknown environment variable: {spec}"))),
                },
            }
        }
        if changes.set.iter().any(|new| changes.remove.iter().any(|name| new["name"] == *name)) {
            let text = "can not both modify and remove the same environment variable in the same command";
            return Err(Failure::error(text));
        }
        if args.has("from") {
            changes.set.extend(imported(args, env)?);
        }
        for new in &mut changes.set {
            let name = [args.text_or_empty("prefix"), new["name"].as_str().unwrap_or_default()].concat();
            new["name"] = name.into();
        }
        Ok(changes)
    }

    /// Old variables keep their places; new ones follow.
    fn apply(&self, container: &mut Value, overwrite: bool) -> Result<(), String> {
        let old = container["env"].as_array().cloned().unwrap_or_default();
        let of_name = |list: &[Value], name: &Value| list.iter().find(|one| one["name"] == *name).cloned();
        if !overwrite {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
            for new in &self.set {
                let taken = of_name(&old, &new["name"]).filter(|known| text(&known["value"]) != text(&new["value"]));
                if let Some(known) = taken {
                    let (name, value) = (text(&known["name"]), text(&known["value"]));
                    return Err(format!("'{name}' already has a value ({value}), and --overwrite is false"));
                }
            }
        }
        let mut list: Vec<Value> = Vec::new();
        for known in old.iter().filter(|known| !self.remove.iter().any(|name| known["name"] == *name)) {
            list.push(of_name(&self.set, &known["name"]).unwrap_or_else(|| known.clone()));
        }
        for new in &self.set {
            if of_name(&list, &new["name"]).is_none() {
                list.push(new.clone());
            }
        }
        match container.as_object_mut() {
            Some(fields) if list.is_empty() => drop(fields.remove("env")),
            _ => container["env"] = list.into(),
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !name.is_empty() && name.chars().all(letter) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// A variable for each key of the ConfigMap or Secret that `--from` names.
fn imported(args: &Args, env: &mut Env) -> Result<Vec<Value>, Failure> {
    let mut bare = args.clone();
    bare.forget("filename");
    let (found, failures) = resource::find(&bare, &[args.text_or_empty("from").to_string()], Bare::Refused, env)?;
    if let Some(failure) = Failure::all(failures) {
        return Err(failure);
    }
    let mut out = Vec::new();
    for info in found {
        let reference = match info.id.kind {
            Kind::CONFIG_MAP => "configMapKeyRef",
            Kind::SECRET => "secretKeyRef",
            _ => return Err(Failure::error("unsupported resource specified in --from")),
        };
        let wanted = |key: &str| !args.has("keys") || args.list("keys").iter().any(|one| one == key);
        for key in info.value["data"].as_object().into_iter().flatten().map(|(key, _)| key).filter(|key| wanted(key)) {
            let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
            let name: String = key.chars().map(letter).collect();
            out.push(json!({"name": name, "valueFrom": {reference: {"key": key, "name": info.id.name}}}));
        }
    }
    Ok(out)
}

// ---- listing -----------------------------------------------------------------------------------------------------------

fn list(info: &mut Info, changes: &Changes, chosen: &str, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let id = info.id.clone();
    let whole = info.value.clone();
    for key in ["containers", "initContainers"] {
        for container in containers(&mut info.value, id.kind, &[key]) {
            if !wildcard(chosen, container["name"].as_str().unwrap_or_default()) {
                continue;
            }
            changes.apply(container, args.switch("overwrite", true)).map_err(Failure::error)?;
            let title = container["name"].as_str().unwrap_or_default();
            env.say(&format!("# {} {}, container {title}", id.kind.name(), id.name));
            let mut wrong = Vec::new();
            for variable in container["env"].as_array().into_iter().flatten() {
                let name = variable["name"].as_str().unwrap_or_default();
                let from = &variable["valueFrom"];
                let value = match from.is_null() {
                    true => Ok(variable["value"].as_str().unwrap_or_default().to_string()),
                    false if args.on("resolve") => resolved(from, &whole, &id.namespace, env),
                    false => Err(String::new()),
                };
                match value {
                    Ok(value) => env.say(&format!("{name}={value}")),
                    Err(error) => {
                        env.say(&format!("# {name} from {}", reference(from)));
                        if !error.is_empty() {
                            wrong.push(format!("error retrieving reference for {name}: {error}"));
                        }
                    }
                }
            }
            api::sort::ascending(&mut wrong);
            wrong.iter().for_each(|line| env.complain(line));
        }
    }
    Ok(())
}

/// Where a variable comes from, in words.
fn reference(from: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let key = |what: &str, of: &Value| format!("{what} {}, key {}", text(&of["name"]), text(&of["key"]));
    if !from["configMapKeyRef"].is_null() {
        return key("configmap", &from["configMapKeyRef"]);
    }
    if !from["secretKeyRef"].is_null() {
        return key("secret", &from["secretKeyRef"]);
    }
    if !from["fieldRef"].is_null() {
        return format!("field path {}", text(&from["fieldRef"]["fieldPath"]));
    }
    let resource = &from["resourceFieldRef"];
    if resource.is_null() {
        return "invalid valueFrom".into();
    }
    let container = resource["containerName"].as_str().map(|name| format!("{name}/")).unwrap_or_default();
    format!("resource field {container}{}", text(&resource["resource"]))
}

/// What a reference stands for now.
fn resolved(from: &Value, object: &Value, namespace: &str, env: &mut Env) -> Result<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    for (field, kind, word) in
        [("configMapKeyRef", Kind::CONFIG_MAP, "config map"), ("secretKeyRef", Kind::SECRET, "secret")]
    {
        let (name, key) = (text(&from[field]["name"]), text(&from[field]["key"]));
        if from[field].is_null() {
            continue;
        }
        let found = env.get(kind, namespace, &name).map_err(|status| status.message)?.to_value();
        let Some(value) = found["data"][&key].as_str() else {
            return Err(format!("key {key} not found in {word} {name}"));
        };
        return Ok(if kind == Kind::SECRET { decoded(value) } else { value.to_string() });
    }
    let path = text(&from["fieldRef"]["fieldPath"]);
    match path.strip_prefix("metadata.") {
        Some(field @ ("name" | "namespace" | "uid")) => Ok(text(&object["metadata"][field])),
        _ => Err(format!("unsupported fieldPath: {path}")),
    }
}

/// What base64 stands for, if it's text.
fn decoded(text: &str) -> String {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for six in text.bytes().filter_map(value) {
        held = (held << 6 | u32::from(six)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
