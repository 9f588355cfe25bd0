//! Objects made out of flags: the generators below `kubectl create`, and `kubectl run`.
//!
//! There is no generator for a DaemonSet; learners take a Deployment's YAML and change it.
//!
//! Models kubectl `pkg/cmd/create/` and `pkg/cmd/run/run.go`, Kubernetes v1.36. Left out: tokens.

mod batch;
mod data;
mod limits;
mod rbac;
mod run;
mod service;

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, VALIDATE, field_validation, report};
use super::{Command, Outcome, apply};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::Named;
use crate::{Env, Progress};
use api::request::Verb;
use api::resource::Kind;
use api::{Map, Value, json};
pub use run::{OVERRIDES, RUN, overridden};

/// `--save-config`.
pub const SAVE_CONFIG: &[Flag] = &[flag(
    "save-config",
    ' ',
    Takes::Switch,
    "false",
    "If true, the configuration of current object will be saved in its annotation.",
)];

const DEPLOYMENT_FLAGS: &[Flag] = &[
    flag(
        "image",
        ' ',
        Takes::List,
        "[]",
        "Image names to run. A deployment can have multiple images set for multi-container pod.",
    ),
    flag("port", ' ', Takes::Number, "-1", "The containerPort that this deployment exposes."),
    flag("replicas", 'r', Takes::Number, "1", "Number of replicas to create. Default is 1."),
];

const PRIORITY_FLAGS: &[Flag] = &[
    flag(
        "description",
        ' ',
        Takes::Text,
        "''",
        "description is an arbitrary string that usually provides guidelines on when this priority class should be used.",
    ),
    flag(
        "global-default",
        ' ',
        Takes::Switch,
        "false",
        "global-default specifies whether this PriorityClass should be considered as the default priority.",
    ),
    flag(
        "preemption-policy",
        ' ',
        Takes::Text,
        "'PreemptLowerPriority'",
        "preemption-policy is the policy for preempting pods with lower priority.",
    ),
    flag("value", ' ', Takes::Number, "0", "the value of this priority class."),
];

const BUDGET_FLAGS: &[Flag] = &[
    flag(
        "max-unavailable",
        ' ',
        Takes::Text,
        "''",
        "The maximum number or percentage of unavailable pods this budget requires.",
    ),
    flag(
        "min-available",
        ' ',
        Takes::Text,
        "''",
        "The minimum number or percentage of available pods this budget requires.",
    ),
    flag(
        "selector",
        ' ',
        Takes::Text,
        "''",
        "A label selector to use for this budget. Only equality-based selector requirements are supported.",
    ),
];

/// What all generators share.
const GENERATOR: Command = Command { flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG], ..Command::NONE };

/// The generators, in the order of help.
pub const GENERATORS: &[&Command] = &[
    &rbac::CLUSTER_ROLE,
    &rbac::CLUSTER_ROLE_BINDING,
    &data::CONFIG_MAP,
    &batch::CRON_JOB,
    &DEPLOYMENT,
    &limits::INGRESS,
    &batch::JOB,
    &NAMESPACE,
    &BUDGET,
    &PRIORITY_CLASS,
    &limits::QUOTA,
    &rbac::ROLE,
    &rbac::ROLE_BINDING,
    &data::SECRET,
    &service::SERVICE,
    &SERVICE_ACCOUNT,
    &TOKEN,
];

static DEPLOYMENT: Command = Command {
    name: "deployment",
    aliases: &["deploy"],
    about: "Create a deployment with the specified name",
    text: "Create a deployment with the specified name.",
    examples: "  # Create a deployment named my-dep that runs the busybox image\n  \
               kubectl create deployment my-dep --image=busybox",
    usage: "create deployment NAME --image=image -- [COMMAND] [args...] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, DEPLOYMENT_FLAGS],
    required: &["image"],
    run: Some(|args, env| create("deployment", Kind::DEPLOYMENT, args, env, deployment)),
    ..GENERATOR
};

static NAMESPACE: Command = Command {
    name: "namespace",
    aliases: &["ns"],
    about: "Create a namespace with the specified name",
    text: "Create a namespace with the specified name.",
    examples: "  # Create a new namespace named my-namespace\n  kubectl create namespace my-namespace",
    usage: "create namespace NAME [--dry-run=server|client|none] [options]",
    run: Some(|args, env| {
        create("namespace", Kind::NAMESPACE, args, env, |_, _, _| Ok(json!({"spec": {}, "status": {}})))
    }),
    ..GENERATOR
};

static SERVICE_ACCOUNT: Command = Command {
    name: "serviceaccount",
    aliases: &["sa"],
    about: "Create a service account with the specified name",
    text: "Create a service account with the specified name.",
    examples: "  # Create a new service account named my-service-account\n  kubectl create serviceaccount my-service-account",
    usage: "create serviceaccount NAME [--dry-run=server|client|none] [options]",
    run: Some(|args, env| create("serviceaccount", Kind::SERVICE_ACCOUNT, args, env, |_, _, _| Ok(json!({})))),
    ..GENERATOR
};

static PRIORITY_CLASS: Command = Command {
    name: "priorityclass",
    aliases: &["pc"],
    about: "Create a priority class with the specified name",
    text: "Create a priority class with the specified name, value, globalDefault and description.",
    examples: "  # Create a priority class named high-priority\n  \
               kubectl create priorityclass high-priority --value=1000 --description=\"high priority\"",
    usage: "create priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, PRIORITY_FLAGS],
    run: Some(|args, env| create("priorityclass", Kind::PRIORITY_CLASS, args, env, priority_class)),
    ..GENERATOR
};

static BUDGET: Command = Command {
    name: "poddisruptionbudget",
    aliases: &["pdb"],
    about: "Create a pod disruption budget with the specified name",
    text: "Create a pod disruption budget with the specified name, selector, and desired minimum available pods.",
    examples: "  # Create a pod disruption budget named my-pdb that will select all pods with the app=rails label\n  \
               # and require at least one of them being available at any point in time\n  \
               kubectl create poddisruptionbudget my-pdb --selector=app=rails --min-available=1",
    usage: "create poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, BUDGET_FLAGS],
    run: Some(|args, env| create("poddisruptionbudget", Kind::POD_DISRUPTION_BUDGET, args, env, budget)),
    ..GENERATOR
};

static TOKEN: Command = Command {
    name: "token",
    about: "Request a service account token",
    text: "Request a service account token.",
    usage: "create token SERVICE_ACCOUNT_NAME [options]",
    takes_anything: true,
    run: Some(|_, _| Err(Failure::error("everynode doesn't simulate tokens; nobody has to show one here"))),
    ..Command::NONE
};

/// Makes an object's fields out of a name and flags.
type Make = fn(&str, &Args, &mut Env) -> Result<Value, Failure>;

fn create(word: &str, kind: Kind, args: &Args, env: &mut Env, make: Make) -> Outcome {
    let given = args.before_dash.unwrap_or(args.words.len());
    let name = match &args.words[..given] {
        [name] => name.clone(),
        names => {
            let text = format!("exactly one NAME is required, got {}", names.len());
            return Err(Failure::usage(&format!("kubectl create {word}"), text));
        }
    };
    let dry_run = DryRun::of(args, env)?;
    let mut value = make(&name, args, env)?;
    complete(&mut value, kind, &name);
    let namespace = if kind.namespaced() { args.namespace(env) } else { String::new() };
    if kind.namespaced() && args.has("namespace") {
        value["metadata"]["namespace"] = namespace.as_str().into();
    }
    let id = Named { kind, namespace, name };
    if args.on("save-config") {
        value = apply::remembered(&value);
    }
    if dry_run != DryRun::Client {
        let mut request = options::write(id.request(Verb::Create), args, dry_run, "kubectl-create").with_json(value);
        request.name = "".into();
        request.field_validation = field_validation(args)?;
        let response = env.ask(request).map_err(|status| match kind {
            Kind::NAMESPACE | Kind::ROLE | Kind::CLUSTER_ROLE => Failure::from(status),
            _ => Failure::error(format!("failed to create {}: {}", failing(word), status.message)),
        })?;
        value = response.value().unwrap_or_default();
    }
    report(env, args, &id, &value, "created", dry_run)?;
    Ok(Progress::Done(0))
}

/// What couldn't be created, as each generator says it.
fn failing(word: &str) -> &str {
    match word {
        "service clusterip" => "ClusterIP service",
        "service externalname" => "ExternalName service",
        "service loadbalancer" => "LoadBalancer service",
        "service nodeport" => "NodePort service",
        "poddisruptionbudget" => "poddisruptionbudgets",
        word => word.split(' ').next().unwrap_or(word),
    }
}

fn complete(value: &mut Value, kind: Kind, name: &str) {
    value["apiVersion"] = kind.api_version().into();
    value["kind"] = kind.name().into();
    value["metadata"]["name"] = name.into();
}

fn deployment(name: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    let images = args.list("image");
    let command = args.before_dash.map_or(&[][..], |at| &args.words[at..]);
    if images.len() > 1 && !command.is_empty() {
        return Err(Failure::error("cannot specify multiple --image options and command"));
    }
    let container = |image: &String| {
        let mut container = json!({"image": image, "name": container_name(image), "resources": {}});
        if !command.is_empty() {
            container["command"] = json!(command);
        }
        if let Some(port) = args.number("port").filter(|port| *port >= 0) {
            container["ports"] = json!([{"containerPort": port}]);
        }
        container
    };
    let labels = json!({"app": name});
    Ok(json!({
        "metadata": {"labels": labels},
        "spec": {
            "replicas": args.number("replicas").unwrap_or(1),
            "selector": {"matchLabels": labels},
            "strategy": {},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": images.iter().map(container).collect::<Vec<_>>()},
            },
        },
        "status": {},
    }))
}

/// `registry/nginx:1.27` makes a container `nginx`.
fn container_name(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split(['@', ':']).next().unwrap_or(name);
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' }).collect()
}

/// A number where it is one: ports and budgets.
pub fn int_or_text(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| text.into(), Value::from)
}

fn priority_class(_: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    let mut value = json!({
        "preemptionPolicy": args.text("preemption-policy").unwrap_or("PreemptLowerPriority"),
        "value": args.number("value").unwrap_or(0),
    });
    if args.on("global-default") {
        value["globalDefault"] = true.into();
    }
    if let Some(text) = args.text("description") {
        value["description"] = text.into();
    }
    Ok(value)
}

fn budget(_: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    let (min, max) = (args.text_or_empty("min-available"), args.text_or_empty("max-unavailable"));
    if args.text_or_empty("selector").is_empty() {
        return Err(Failure::error("a selector must be specified"));
    }
    let mut spec = json!({"selector": {"matchLabels": labels(args.text_or_empty("selector"))?}});
    match (min, max) {
        ("", "") => return Err(Failure::error("one of min-available or max-unavailable must be specified")),
        (min, "") => spec["minAvailable"] = int_or_text(min),
        ("", max) => spec["maxUnavailable"] = int_or_text(max),
        _ => return Err(Failure::error("min-available and max-unavailable cannot be both specified")),
    }
    for (flag, text) in [("min-available", min), ("max-unavailable", max)] {
        let number = text.strip_suffix('%').unwrap_or(text);
        if !text.is_empty() && (number.is_empty() || !number.chars().all(|digit| digit.is_ascii_digit())) {
            return Err(Failure::error(format!("invalid format specified for {flag}")));
        }
    }
    let status = json!({"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0});
    Ok(json!({"spec": spec, "status": status}))
}

/// `a=b,c=d`
pub fn labels(text: &str) -> Result<Value, Failure> {
    let mut out = Map::new();
    for pair in text.split(',').filter(|pair| !pair.is_empty()) {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| Failure::error(format!("unexpected label spec: {pair}")))?;
        out.insert(key.to_string(), value.trim_start_matches('=').into());
    }
    Ok(Value::Object(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_named_after_its_image() {
        for (image, name) in [("nginx", "nginx"), ("a.b/c/fluentd:v1", "fluentd"), ("x/y_z@sha256:1", "y-z")] {
            assert_eq!(container_name(image), name);
        }
    }
}
