//! `kubectl set`: images, environment, resources and service accounts of Pod templates, selectors, subjects of bindings.
//!
//! Each one changes a copy of the object; what is sent is the difference. When there's none, nothing is said.
//!
//! Models kubectl `pkg/cmd/set/`, Kubernetes v1.36.

mod env;
mod subject;

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, report};
use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, ALL, Bare, FILES, Info, Named, SELECTOR};
use api::meta::quantity::Quantity;
use api::meta::selector::LabelSelector;
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

const SELECTOR_FLAGS: &[Flag] = &[
    flag("local", ' ', Takes::Switch, "false", "If true, annotation will NOT contact api-server but run locally."),
    flag(
        "resource-version",
        ' ',
        Takes::Text,
        "''",
        "If non-empty, the selectors update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.",
    ),
];

/// `kubectl set`
pub static SET: Command = Command {
    name: "set",
    about: "Set specific features on objects",
    text: "Configure application resources.\n\n These commands help you make changes to existing application resources.",
    usage: "set SUBCOMMAND [options]",
    commands: &[&env::SET_ENV, &SET_IMAGE, &SET_RESOURCES, &SET_SELECTOR, &SET_SERVICE_ACCOUNT, &subject::SET_SUBJECT],
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
    flags: &[FILES, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER, SELECTOR_FLAGS],
    run: Some(selector),
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
    let (words, pairs) = split(&args.words, "image")?;
    let wrong: Vec<&str> = pairs.iter().filter(|pair| !pair.contains('=')).copied().collect();
    if !wrong.is_empty() {
        return Err(Failure::error(format!("invalid image format: {}", wrong.join(", "))));
    }
    let images: Vec<(&str, &str)> = pairs.iter().filter_map(|pair| pair.split_once('=')).collect();
    if images.is_empty() || args.on("all") && args.has("selector") {
        // The resources are looked up first, and a forgotten image is taken for the name of one.
        let (_, mut failures) = resource::find(args, words, Bare::Refused, env)?;
        if failures.is_empty() && args.on("all") && args.has("selector") {
            failures.push(Failure::error("cannot set --all and --selector at the same time"));
        }
        let none = Failure::error("at least one image update is required");
        return Err(Failure::all(failures).unwrap_or(none));
    }
    if images.len() > 1 && images.iter().any(|(name, _)| *name == "*") {
        return Err(Failure::error(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ));
    }
    change(args, words, "image updated", env, |value, id, _| {
        let mut failures = Vec::new();
        for (name, image) in &images {
            let mut found = false;
            for container in containers(value, id.kind, &["containers", "initContainers"]) {
                if *name == "*" || container["name"] == *name {
                    container["image"] = (*image).into();
                    found = true;
                }
            }
            if !found {
                failures.push(Failure::plain(format!("error: unable to find container named {name:?}")));
            }
        }
        Failure::all(failures).map_or(Ok(()), Err)
    })
}

fn resources(args: &Args, env: &mut Env) -> Outcome {
    let (limits, requests) = (args.text_or_empty("limits"), args.text_or_empty("requests"));
    if limits.is_empty() && requests.is_empty() {
        let (_, failures) = resource::find(args, &args.words, Bare::Refused, env)?;
        if let Some(failure) = Failure::all(failures) {
            return Err(failure);
        }
        return Err(Failure::error(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    let (limits, requests) = (quantities(limits)?, quantities(requests)?);
    let chosen = args.text("containers").unwrap_or("*").to_string();
    change(args, &args.words, "resource requirements updated", env, |value, id, _| {
        let mut any = false;
        for container in containers(value, id.kind, &["containers"]) {
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
        if any { Ok(()) } else { Err(Failure::plain(format!("error: unable to find container named {chosen}"))) }
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

/// Only a Service's selector may be changed; it is the last word.
fn selector(args: &Args, env: &mut Env) -> Outcome {
    let Some((text, words)) = args.words.split_last() else {
        return Err(Failure::error("one selector is required"));
    };
    let wrong = |why| Failure::error(format!("couldn't parse the selector string \"{text}\": {why}"));
    LabelSelector::parse(text).map_err(wrong)?;
    let mut labels = Map::new();
    let mut beyond = Vec::new();
    for term in text.split(',').map(str::trim).filter(|term| !term.is_empty()) {
        match term.split_once('=').filter(|(key, _)| !key.ends_with('!')) {
            Some((key, value)) => drop(labels.insert(key.trim().into(), value.trim_start_matches('=').trim().into())),
            None if term.starts_with('!') => beyond.push(format!("{{{} DoesNotExist []}}", &term[1..])),
            None => beyond.push(format!("{{{term} Exists []}}")),
        }
    }
    change(args, words, "selector updated", env, |value, id, _| {
        if id.kind != Kind::SERVICE {
            return Err(Failure::error("setting a selector is only supported for Services"));
        }
        if !beyond.is_empty() {
            let text = format!("match expression [{}] not supported on this object", beyond.join(" "));
            return Err(Failure::error(text));
        }
        value["spec"]["selector"] = Value::Object(labels.clone());
        if let Some(version) = args.text("resource-version").filter(|version| !version.is_empty()) {
            value["metadata"]["resourceVersion"] = version.into();
        }
        Ok(())
    })
}

fn service_account(args: &Args, env: &mut Env) -> Outcome {
    let Some((name, words)) = args.words.split_last() else {
        return Err(Failure::error("serviceaccount is required"));
    };
    let name = name.clone();
    change(args, words, "serviceaccount updated", env, |value, id, _| {
        if let Some(spec) = value.pointer_mut(pod_spec(id.kind)) {
            spec["serviceAccountName"] = name.as_str().into();
            spec["serviceAccount"] = name.as_str().into();
        }
        Ok(())
    })
}

/// Words before the first pair name objects.
fn split<'a>(words: &'a [String], what: &str) -> Result<(&'a [String], Vec<&'a str>), Failure> {
    let is_pair =
        |word: &String| (word.contains('=') && !word.starts_with('=')) || (word.ends_with('-') && word.as_str() != "-");
    let at = words.iter().position(is_pair).unwrap_or(words.len());
    let (objects, pairs) = words.split_at(at);
    match pairs.iter().find(|word| !is_pair(word)) {
        Some(stray) => Err(Failure::error(format!("all resources must be specified before {what} changes: {stray}"))),
        None => Ok((objects, pairs.iter().map(String::as_str).collect())),
    }
}

/// Finds the objects, changes each, sends the difference. With `--local` they come from files and go nowhere.
fn change(
    args: &Args,
    words: &[String],
    word: &str,
    env: &mut Env,
    edit: impl Fn(&mut Value, &Named, &mut Env) -> Result<(), Failure>,
) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let local = args.on("local");
    let (found, mut failures) = if local {
        if dry_run == DryRun::Server {
            let text = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?";
            return Err(Failure::error(text));
        }
        resource::local(args, words, env)?
    } else {
        resource::find(args, words, Bare::Refused, env)?
    };
    // One that is missing spoils it for all.
    if !failures.is_empty() {
        return options::finish(failures);
    }
    for mut info in found {
        if local {
            as_typed(&mut info.value, info.id.kind);
        }
        let mut value = info.value.clone();
        let done = has_template(&info.id, word)
            .and_then(|()| edit(&mut value, &info.id, env))
            .and_then(|()| send(&info, value, word, dry_run, args, env));
        failures.extend(done.err());
    }
    options::finish(failures)
}

/// A refusal to change an object, as most of these commands word it.
fn refusal(id: &Named, text: &str) -> Failure {
    Failure::plain(format!("error: {}/{} {text}", id.kind.plural(), id.name))
}

/// A file's object with what Go's types print of themselves.
fn as_typed(value: &mut Value, kind: Kind) {
    for container in containers(value, kind, &["containers", "initContainers"]) {
        if container["resources"].is_null() {
            container["resources"] = json!({});
        }
    }
    let (strategy, status) = match kind {
        Kind::DAEMON_SET => {
            let counts = ["currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"];
            let counts = counts.iter().map(|name| (name.to_string(), Value::from(0)));
            ("updateStrategy", Value::Object(api::sort::gather(counts)))
        }
        Kind::DEPLOYMENT => ("strategy", json!({})),
        Kind::STATEFUL_SET => ("updateStrategy", json!({"availableReplicas": 0, "replicas": 0})),
        Kind::REPLICA_SET | Kind::REPLICATION_CONTROLLER => ("", json!({"replicas": 0})),
        Kind::POD | Kind::JOB | Kind::CRON_JOB => ("", json!({})),
        _ => return,
    };
    if !strategy.is_empty() && value["spec"][strategy].is_null() {
        value["spec"][strategy] = json!({});
    }
    if value["status"].is_null() {
        value["status"] = status;
    }
}

/// Whether what is to be changed is there at all.
fn has_template(id: &Named, word: &str) -> Result<(), Failure> {
    let workload = matches!(
        id.kind,
        Kind::POD
            | Kind::DAEMON_SET
            | Kind::DEPLOYMENT
            | Kind::REPLICA_SET
            | Kind::STATEFUL_SET
            | Kind::REPLICATION_CONTROLLER
            | Kind::JOB
            | Kind::CRON_JOB
    );
    if workload || matches!(word, "selector updated" | "subjects updated") {
        return Ok(());
    }
    Err(refusal(id, &format!("the object is not a pod or does not have a pod template: *v1.{}", id.kind.name())))
}

fn send(info: &Info, value: Value, word: &str, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let patch = strategic::two_way(&info.value, &value).map_err(Failure::error)?;
    if patch == json!({}) && word != "selector updated" {
        return Ok(());
    }
    let mut value = value;
    if dry_run != DryRun::Client && !args.on("local") {
        let mut request = options::write(info.id.request(Verb::Patch), args, dry_run, "kubectl-set").with_json(patch);
        request.patch_type = Some(PatchType::Strategic);
        let answer = env.ask(request).map_err(|status| match refused(word) {
            "" => Failure::from(status),
            refused => Failure::error(format!("{refused} {}", status.message)),
        })?;
        value = answer.value().unwrap_or(value);
    }
    report(env, args, &info.id, &value, word, dry_run)
}

/// How each of them wraps what the server says.
fn refused(word: &str) -> &'static str {
    match word {
        "env updated" => "failed to patch env update to pod template:",
        "subjects updated" => "failed to patch subjects to rolebinding:",
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
