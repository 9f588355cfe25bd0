//! `kubectl run`: one Pod, and with `--expose` a Service in front of it.
//!
//! Models kubectl `pkg/cmd/run/run.go`, Kubernetes v1.36. Left out: attaching (`-i`, `-t`, `--rm`), which everynode doesn't simulate.

use super::{SAVE_CONFIG, complete, labels};
use crate::args::{Args, Flag, Takes, flag};
use crate::command::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, VALIDATE, report};
use crate::command::{Command, Outcome};
use crate::error::Failure;
use crate::resource::Named;
use crate::{Env, Progress};
use api::patch::{json_merge, json_patch, strategic};
use api::request::Verb;
use api::resource::Kind;
use api::{Value, json};

const RUN_FLAGS: &[Flag] = &[
    flag("annotations", ' ', Takes::Repeat, "[]", "Annotations to apply to the pod."),
    flag(
        "attach",
        ' ',
        Takes::Switch,
        "false",
        "If true, wait for the Pod to start running, and then attach to the Pod as if 'kubectl attach ...' were called.",
    ),
    flag(
        "command",
        ' ',
        Takes::Switch,
        "false",
        "If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default.",
    ),
    flag("env", ' ', Takes::Repeat, "[]", "Environment variables to set in the container."),
    flag(
        "expose",
        ' ',
        Takes::Switch,
        "false",
        "If true, create a ClusterIP service associated with the pod.  Requires `--port`.",
    ),
    flag("image", ' ', Takes::Text, "''", "The image for the container to run."),
    flag("image-pull-policy", ' ', Takes::Text, "''", "The image pull policy for the container."),
    flag(
        "labels",
        'l',
        Takes::Text,
        "''",
        "Comma separated labels to apply to the pod. Will override previous values.",
    ),
    flag("port", ' ', Takes::Text, "''", "The port that this container exposes."),
    flag("privileged", ' ', Takes::Switch, "false", "If true, run the container in privileged mode."),
    flag("quiet", 'q', Takes::Switch, "false", "If true, suppress prompt messages."),
    flag(
        "restart",
        ' ',
        Takes::Text,
        "'Always'",
        "The restart policy for this Pod.  Legal values [Always, OnFailure, Never].",
    ),
    flag("rm", ' ', Takes::Switch, "false", "If true, delete the pod after it exits."),
    flag("stdin", 'i', Takes::Switch, "false", "Keep stdin open on the container in the pod."),
    flag("tty", 't', Takes::Switch, "false", "Allocate a TTY for the container in the pod."),
];

/// What matters only to a Pod that one is attached to.
const ATTACHED_FLAGS: &[Flag] = &[
    flag(
        "cascade",
        ' ',
        Takes::Maybe("background"),
        "'background'",
        "Must be \"background\", \"orphan\", or \"foreground\".",
    ),
    flag(
        "force",
        ' ',
        Takes::Switch,
        "false",
        "If true, immediately remove resources from API and bypass graceful deletion.",
    ),
    flag(
        "grace-period",
        ' ',
        Takes::Number,
        "-1",
        "Period of time in seconds given to the resource to terminate gracefully. Ignored if negative.",
    ),
    flag(
        "leave-stdin-open",
        ' ',
        Takes::Switch,
        "false",
        "If the pod is started in interactive mode or with stdin, leave stdin open after the first attach completes.",
    ),
    flag(
        "pod-running-timeout",
        ' ',
        Takes::Duration,
        "1m0s",
        "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
    ),
    flag(
        "timeout",
        ' ',
        Takes::Duration,
        "0s",
        "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object",
    ),
    flag(
        "wait",
        ' ',
        Takes::Switch,
        "false",
        "If true, wait for resources to be gone before returning. This waits for finalizers.",
    ),
];

/// `--overrides`
pub const OVERRIDES: &[Flag] = &[
    flag(
        "override-type",
        ' ',
        Takes::Text,
        "'merge'",
        "The method used to override the generated object: json, merge, or strategic.",
    ),
    flag(
        "overrides",
        ' ',
        Takes::Text,
        "''",
        "An inline JSON override for the generated object. If this is non-empty, it is used to override the generated object. Requires that the object supply a valid apiVersion field.",
    ),
];

/// `kubectl run`
pub static RUN: Command = Command {
    name: "run",
    about: "Run a particular image on the cluster",
    text: "Create and run a particular image in a pod.",
    examples: "  # Start a nginx pod\n  kubectl run nginx --image=nginx\n  \n  \
               # Dry run; print the corresponding API objects without creating them\n  \
               kubectl run nginx --image=nginx --dry-run=client",
    usage: "run NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, OVERRIDES, ATTACHED_FLAGS, RUN_FLAGS],
    required: &["image"],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let Some((name, extra)) = args.words.split_first().filter(|_| args.before_dash != Some(0)) else {
        return Err(Failure::error("NAME is required for run"));
    };
    check(args)?;
    if args.on("stdin") || args.on("attach") {
        return Err(Failure::error("everynode doesn't simulate attaching to a container; leave out -i, -t and --rm"));
    }
    let mut made = vec![(Kind::POD, pod(name, extra, args)?)];
    if args.on("expose") {
        let Some(port) = port(args)?.filter(|port| *port > 0) else {
            return Err(Failure::error("--port must be set when exposing a service"));
        };
        made.insert(0, (Kind::SERVICE, service(port, &made[0].1["metadata"]["labels"])));
    }
    let dry_run = DryRun::of(args, env)?;
    for (index, (kind, mut value)) in made.into_iter().enumerate() {
        complete(&mut value, kind, name);
        if kind == Kind::POD {
            value = overridden(value, args)?;
        }
        if index > 0 && matches!(args.text("output"), Some("yaml")) {
            env.say("---");
        }
        make(kind, value, name, args, env, dry_run)?;
    }
    Ok(Progress::Done(0))
}

/// Refuses flags that make no sense, alone or together, in kubectl's order.
fn check(args: &Args) -> Result<(), Failure> {
    let (image, restart) = (args.text_or_empty("image"), args.text_or_empty("restart"));
    let policy = args.text_or_empty("image-pull-policy");
    let attached = args.on("stdin") || args.on("attach");
    let dry = args.text("dry-run").is_some_and(|how| how != "none");
    let text = if image.is_empty() {
        "--image is required".to_string()
    } else if !is_reference(image) {
        format!("Invalid image name {image:?}: invalid reference format")
    } else if args.on("tty") && !args.on("stdin") {
        "-i/--stdin is required for containers with -t/--tty=true".to_string()
    } else if args.on("expose") && args.text_or_empty("port").is_empty() {
        "--port must be set when exposing a service".to_string()
    } else if !matches!(restart, "" | "Always" | "OnFailure" | "Never") {
        format!("invalid restart policy: {restart}")
    } else if args.on("rm") && !attached {
        "--rm should only be used for attached containers".to_string()
    } else if attached && dry {
        "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
            .to_string()
    } else if !matches!(policy, "" | "Always" | "IfNotPresent" | "Never") {
        format!("invalid image pull policy: {policy}")
    } else {
        return Ok(());
    };
    Err(Failure::error(text))
}

/// Sends one object, if it is to be sent, and says so.
fn make(kind: Kind, mut value: Value, name: &str, args: &Args, env: &mut Env, dry_run: DryRun) -> Result<(), Failure> {
    let namespace = args.namespace(env);
    if args.has("namespace") {
        value["metadata"]["namespace"] = namespace.as_str().into();
    }
    let id = Named { kind, namespace, name: name.into() };
    if dry_run != DryRun::Client {
        let mut request = options::write(id.request(Verb::Create), args, dry_run, "kubectl-run").with_json(value);
        request.name = "".into();
        value = env.ask(request)?.value().unwrap_or_default();
    }
    report(env, args, &id, &value, "created", dry_run)
}

/// `--port`, which is a text for kubectl's flags.
fn port(args: &Args) -> Result<Option<i64>, Failure> {
    let Some(text) = args.text("port").filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = text.parse().map_err(|_| Failure::error(format!("strconv.Atoi: parsing {text:?}: invalid syntax")))?;
    Ok(Some(number))
}

/// Whether a text names an image: `[HOST/]PATH[:TAG][@DIGEST]`, the path in small letters.
///
/// Source: distribution `reference/regexp.go`.
fn is_reference(image: &str) -> bool {
    let (rest, digest) = image.split_once('@').map_or((image, "sha256:x"), |(rest, digest)| (rest, digest));
    let slash = rest.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match rest[slash..].split_once(':') {
        Some((last, tag)) => (&rest[..slash + last.len()], tag),
        None => (rest, "x"),
    };
    let tag_letter = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let mut parts: Vec<&str> = name.split('/').collect();
    let is_host = |part: &str| {
        part.contains(['.', ':']) || part == "localhost" || part.contains(|c: char| c.is_ascii_uppercase())
    };
    if parts.len() > 1 && is_host(parts[0]) {
        parts.remove(0);
    }
    let path = parts.iter().all(|part| {
        part.starts_with(small) && part.ends_with(small) && part.chars().all(|c| small(c) || "._-".contains(c))
    });
    let tag = tag.len() <= 128 && tag.chars().all(tag_letter) && !tag.is_empty() && !tag.starts_with(['.', '-']);
    path && tag && digest.contains(':')
}

/// What `--overrides` makes of the object.
pub fn overridden(mut value: Value, args: &Args) -> Result<Value, Failure> {
    let Some(text) = args.text("overrides").filter(|text| !text.is_empty()) else { return Ok(value) };
    let patch: Value = serde_json::from_str(text).map_err(|_| Failure::error("Invalid JSON Patch"))?;
    match args.text("override-type").unwrap_or("merge") {
        "merge" => json_merge::apply(&mut value, &patch),
        "strategic" => value = strategic::apply(&value, &patch).map_err(Failure::error)?,
        "json" => json_patch::apply(&mut value, &patch).map_err(|error| Failure::error(error.0))?,
        other => return Err(Failure::error(format!("invalid override type: {other}"))),
    }
    Ok(value)
}

fn service(port: i64, labels: &Value) -> Value {
    json!({
        "metadata": {},
        "spec": {"ports": [{"port": port, "protocol": "TCP", "targetPort": port}], "selector": labels},
        "status": {"loadBalancer": {}},
    })
}

fn pod(name: &str, extra: &[String], args: &Args) -> Result<Value, Failure> {
    let mut container = json!({"image": args.text_or_empty("image"), "name": name, "resources": {}});
    if !extra.is_empty() {
        container[if args.on("command") { "command" } else { "args" }] = json!(extra);
    }
    if let Some(policy) = args.text("image-pull-policy").filter(|policy| !policy.is_empty()) {
        container["imagePullPolicy"] = policy.into();
    }
    if let Some(port) = port(args)? {
        container["ports"] = json!([{"containerPort": port}]);
    }
    let mut variables = Vec::new();
    for pair in args.list("env") {
        let (key, text) = pair.split_once('=').ok_or_else(|| Failure::error(format!("invalid env: {pair}")))?;
        variables.push(json!({"name": key, "value": text}));
    }
    if !variables.is_empty() {
        container["env"] = variables.into();
    }
    if args.on("privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    let restart = args.text("restart").filter(|policy| !policy.is_empty()).unwrap_or("Always");
    let labels = match args.text_or_empty("labels") {
        "" => json!({"run": name}),
        text => labels(text)?,
    };
    let mut value = json!({
        "metadata": {"labels": labels},
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart},
        "status": {},
    });
    for pair in args.list("annotations") {
        let wrong = || Failure::error(format!("unexpected annotation spec: {pair}"));
        let (key, text) = pair.split_once('=').ok_or_else(wrong)?;
        value["metadata"]["annotations"][key] = text.into();
    }
    Ok(value)
}
