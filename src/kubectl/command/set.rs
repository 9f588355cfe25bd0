//! `kubectl set`: images, environment, resources and service accounts of Pod templates.
//!
//! Each one changes a copy of the object; what is sent is the difference. When there's none, nothing is said.
//!
//! Models kubectl `pkg/cmd/set/`, Kubernetes v1.36. Left out: `set selector`, `set subject`, `--from`.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, report};
use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, ALL, Bare, FILES, Info, SELECTOR};
use api::meta::quantity::Quantity;
use api::patch::strategic;
use api::request::{PatchType, Verb};
use api::resource::Kind;
use api::{Map, Value, json};

const CONTAINERS: &[Flag] = &[
    flag(
        "containers",
        'c',
        Takes::Text,
        "'*'",
        "The names of containers in the selected pod templates to change, all containers are selected by default - may use wildcards",
    ),
    flag("local", ' ', Takes::Switch, "false", "If true, this command will NOT contact api-server but run locally."),
];

const ENV: &[Flag] = &[
    flag(
        "env",
        'e',
        Takes::Repeat,
        "[]",
        "Specify a key-value pair for an environment variable to set into each container.",
    ),
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
];

const RESOURCES: &[Flag] = &[
    flag(
        "limits",
        ' ',
        Takes::Text,
        "''",
        "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.",
    ),
    flag(
        "requests",
        ' ',
        Takes::Text,
        "''",
        "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.",
    ),
];

/// `kubectl set`
pub static SET: Command = Command {
    name: "set",
    about: "Set specific features on objects",
    text: "Configure application resources.\n\n These commands help you make changes to existing application resources.",
    usage: "set SUBCOMMAND [options]",
    commands: &[&SET_ENV, &SET_IMAGE, &SET_RESOURCES, &SET_SELECTOR, &SET_SERVICE_ACCOUNT, &SET_SUBJECT],
    ..Command::NONE
};

static SET_IMAGE: Command = Command {
    name: "image",
    about: "Update the image of a pod template",
    text: "Update existing container image(s) of resources.",
    examples: "  # Set a deployment's nginx container image to 'nginx:1.9.1', and its busybox container image to 'busybox'\n  \
               kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1",
    usage: "set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER, CONTAINERS],
    run: Some(image),
    ..Command::NONE
};

static SET_ENV: Command = Command {
    name: "env",
    about: "Update environment variables on a pod template",
    text: "Update environment variables on a pod template.\n\n List environment variable definitions in one or more pods, pod \
           templates. Add, update, or remove container\nenvironment variable definitions in one or more pod templates.",
    examples: "  # Update deployment 'registry' with a new environment variable\n  \
               kubectl set env deployment/registry STORAGE_DIR=/local\n  \n  \
               # List the environment variables defined on a deployments 'sample-build'\n  \
               kubectl set env deployment/sample-build --list",
    usage: "set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER, CONTAINERS, ENV],
    run: Some(env_variables),
    ..Command::NONE
};

static SET_RESOURCES: Command = Command {
    name: "resources",
    about: "Update resource requests/limits on objects with pod templates",
    text: "Specify compute resource requirements (CPU, memory) for any resource that defines a pod template.",
    examples: "  # Set a deployments nginx container cpu limits to \"200m\" and memory to \"512Mi\"\n  \
               kubectl set resources deployment nginx -c=nginx --limits=cpu=200m,memory=512Mi",
    usage: "set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS] [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER, CONTAINERS, RESOURCES],
    run: Some(resources),
    ..Command::NONE
};

static SET_SELECTOR: Command = Command {
    name: "selector",
    about: "Set the selector on a resource",
    text: "Set the selector on a resource. Note that the new selector will overwrite the old selector if the resource had one prior to\n\
           the invocation of 'set selector'.",
    usage: "set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version] [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER],
    run: Some(selector),
    ..Command::NONE
};

static SET_SUBJECT: Command = Command {
    name: "subject",
    about: "Update the user, group, or service account in a role binding or cluster role binding",
    text: "Update the user, group, or service account in a role binding or cluster role binding.",
    usage: "set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [options]",
    takes_anything: true,
    run: Some(|_, _| {
        Err(Failure::error("everynode doesn't simulate set subject; kubectl edit changes a binding's subjects"))
    }),
    ..Command::NONE
};

static SET_SERVICE_ACCOUNT: Command = Command {
    name: "serviceaccount",
    aliases: &["sa"],
    about: "Update the service account of a resource",
    text: "Update the service account of pod template resources.",
    examples: "  # Set deployment nginx-deployment's service account to serviceaccount1\n  \
               kubectl set serviceaccount deployment nginx-deployment serviceaccount1",
    usage: "set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER, CONTAINERS],
    run: Some(service_account),
    ..Command::NONE
};

fn image(args: &Args, env: &mut Env) -> Outcome {
    let (words, pairs) = split(&args.words, |word| word.contains('='));
    if pairs.is_empty() {
        // The resources are looked up first, and a forgotten image is taken for the name of one.
        let (_, failures) = resource::find(args, words, Bare::Refused, env)?;
        return Err(Failure::all(failures).unwrap_or(Failure::error("at least one image update is required")));
    }
    let mut images = Vec::new();
    for pair in pairs {
        match pair.split_once('=') {
            Some((name, image)) if !name.is_empty() => images.push((name, image)),
            _ => return Err(Failure::error(format!("invalid image format: {pair}"))),
        }
    }
    change(args, words, "image updated", env, |value, kind| {
        let mut failures = Vec::new();
        for (name, image) in &images {
            let mut found = false;
            for container in containers(value, kind, &["containers", "initContainers"]) {
                if *name == "*" || container["name"] == *name {
                    container["image"] = (*image).into();
                    found = true;
                }
            }
            if !found {
                failures.push(Failure::error(format!("unable to find container named {name:?}")));
            }
        }
        Failure::all(failures).map_or(Ok(()), Err)
    })
}

fn env_variables(args: &Args, env: &mut Env) -> Outcome {
    let (words, mut pairs) = split(&args.words, |word| word.contains('=') || word.ends_with('-'));
    pairs.extend(args.list("env").iter().map(String::as_str));
    if args.on("list") {
        let (found, failures) = resource::find(args, words, Bare::Refused, env)?;
        for mut info in found {
            list_env(&mut info, env);
        }
        return options::finish(failures);
    }
    if pairs.is_empty() {
        return Err(Failure::error("at least one environment variable must be provided"));
    }
    let chosen = args.text("containers").unwrap_or("*").to_string();
    change(args, words, "env updated", env, |value, kind| {
        for container in containers(value, kind, &["containers", "initContainers"]) {
            if !wildcard(&chosen, container["name"].as_str().unwrap_or_default()) {
                continue;
            }
            let mut list = container["env"].as_array().cloned().unwrap_or_default();
            for pair in &pairs {
                match pair.split_once('=') {
                    Some((name, text)) => match list.iter_mut().find(|variable| variable["name"] == name) {
                        Some(variable) => *variable = json!({"name": name, "value": text}),
                        None => list.push(json!({"name": name, "value": text})),
                    },
                    None => list.retain(|variable| variable["name"] != pair.trim_end_matches('-')),
                }
            }
            match container.as_object_mut() {
                Some(fields) if list.is_empty() => drop(fields.remove("env")),
                _ => container["env"] = list.into(),
            }
        }
        Ok(())
    })
}

fn list_env(info: &mut Info, env: &mut Env) {
    let (kind, name) = (info.id.kind, info.id.name.clone());
    for container in containers(&mut info.value, kind, &["containers"]) {
        let title = container["name"].as_str().unwrap_or_default();
        env.say(&format!("# {} {name}, container {title}", kind.name()));
        for variable in container["env"].as_array().into_iter().flatten() {
            let key = variable["name"].as_str().unwrap_or_default();
            match variable["value"].as_str() {
                Some(value) => env.say(&format!("{key}={value}")),
                None => env.say(&format!("# {key} from a reference")),
            }
        }
    }
}

fn resources(args: &Args, env: &mut Env) -> Outcome {
    let (limits, requests) = (args.text_or_empty("limits"), args.text_or_empty("requests"));
    if limits.is_empty() && requests.is_empty() {
        return Err(Failure::error(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    let (limits, requests) = (quantities(limits)?, quantities(requests)?);
    let chosen = args.text("containers").unwrap_or("*").to_string();
    change(args, &args.words, "resource requirements updated", env, |value, kind| {
        let mut any = false;
        for container in containers(value, kind, &["containers"]) {
            if !wildcard(&chosen, container["name"].as_str().unwrap_or_default()) {
                continue;
            }
            any = true;
            for (field, list) in [("limits", &limits), ("requests", &requests)] {
                for (name, quantity) in list {
                    container["resources"][field][name] = quantity.clone();
                }
            }
        }
        if any { Ok(()) } else { Err(Failure::error(format!("unable to find container named {chosen}"))) }
    })
}

/// `cpu=100m,memory=64Mi`
fn quantities(text: &str) -> Result<Map<String, Value>, Failure> {
    let mut out = Map::new();
    for pair in text.split(',').filter(|pair| !pair.is_empty()) {
        let (name, quantity) = pair
            .split_once('=')
            .ok_or_else(|| Failure::error(format!("Invalid argument syntax {pair}, expected <resource>=<value>")))?;
        Quantity::from_text(quantity).map_err(Failure::error)?;
        out.insert(name.to_string(), quantity.into());
    }
    Ok(out)
}

/// Only a Service's selector may be changed.
fn selector(args: &Args, env: &mut Env) -> Outcome {
    let (words, pairs) = split(&args.words, |word| word.contains('='));
    if pairs.is_empty() {
        return Err(Failure::error("one selector is required"));
    }
    let wanted = super::generate::labels(&pairs.join(","))?;
    change(args, words, "selector updated", env, |value, kind| {
        if kind != Kind::SERVICE {
            return Err(Failure::error("setting a selector is only supported for Services"));
        }
        value["spec"]["selector"] = wanted.clone();
        Ok(())
    })
}

fn service_account(args: &Args, env: &mut Env) -> Outcome {
    let Some((name, words)) = args.words.split_last() else {
        return Err(Failure::error("serviceaccount is required"));
    };
    let name = name.clone();
    change(args, words, "serviceaccount updated", env, |value, kind| {
        if let Some(spec) = value.pointer_mut(pod_spec(kind)) {
            spec["serviceAccountName"] = name.as_str().into();
            spec["serviceAccount"] = name.as_str().into();
        }
        Ok(())
    })
}

/// Words before the first pair name objects.
fn split(words: &[String], is_pair: impl Fn(&str) -> bool) -> (&[String], Vec<&str>) {
    let at = words.iter().position(|word| is_pair(word)).unwrap_or(words.len());
    let (objects, pairs) = words.split_at(at);
    (objects, pairs.iter().map(String::as_str).collect())
}

/// Finds the objects, changes each, sends the difference.
fn change(
    args: &Args,
    words: &[String],
    word: &str,
    env: &mut Env,
    edit: impl Fn(&mut Value, Kind) -> Result<(), Failure>,
) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let (found, mut failures) = resource::find(args, words, Bare::Refused, env)?;
    for info in found {
        let mut value = info.value.clone();
        let done = edit(&mut value, info.id.kind).and_then(|()| send(&info, value, word, dry_run, args, env));
        failures.extend(done.err());
    }
    options::finish(failures)
}

fn send(info: &Info, value: Value, word: &str, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let patch = strategic::two_way(&info.value, &value).map_err(Failure::error)?;
    if patch == json!({}) && !args.has("output") {
        return Ok(());
    }
    let mut value = value;
    if dry_run != DryRun::Client {
        let mut request = options::write(info.id.request(Verb::Patch), args, dry_run, "kubectl-set").with_json(patch);
        request.patch_type = Some(PatchType::Strategic);
        let answer = env.ask(request).map_err(|status| match refused(word) {
            "" => Failure::from(status),
            refused => Failure::error(format!("{refused} {}", status.message)),
        })?;
        value = answer.object().map(|object| object.to_value()).unwrap_or(value);
    }
    report(env, args, &info.id, &value, word, dry_run)
}

/// How each of them wraps what the server says.
fn refused(word: &str) -> &'static str {
    match word {
        "image updated" => "failed to patch image update to pod template:",
        "resource requirements updated" => "failed to patch resources update to pod template",
        "serviceaccount updated" => "failed to patch ServiceAccountName",
        _ => "",
    }
}

/// Where a kind keeps the spec of its Pods.
pub fn pod_spec(kind: Kind) -> &'static str {
    match kind {
        Kind::POD => "/spec",
        Kind::CRON_JOB => "/spec/jobTemplate/spec/template/spec",
        _ => "/spec/template/spec",
    }
}

fn containers<'a>(value: &'a mut Value, kind: Kind, lists: &'a [&str]) -> impl Iterator<Item = &'a mut Value> {
    let fields = value.pointer_mut(pod_spec(kind)).and_then(Value::as_object_mut);
    let chosen = fields.into_iter().flatten().filter(move |(name, _)| lists.contains(&name.as_str()));
    chosen.filter_map(|(_, list)| list.as_array_mut()).flatten()
}

/// `*` stands for anything.
fn wildcard(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
    }
}
