//! `kubectl expose`: makes a Service for a workload or Pod. `kubectl autoscale`: refuses what can't be scaled.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, report};
use super::{Command, Outcome, generate};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info, Named, SELECTOR, group_version};
use api::request::Verb;
use api::resource::Kind;
use api::{Value, json};

const FLAGS: &[Flag] = &[
    flag("name", ' ', Takes::Text, "''", "The name for the newly created object."),
    flag(
        "port",
        ' ',
        Takes::Text,
        "''",
        "The port that the service should serve on. Copied from the resource being exposed, if unspecified",
    ),
    flag("protocol", ' ', Takes::Text, "''", "The network protocol for the service to be created. Default is 'TCP'."),
    flag(
        "target-port",
        ' ',
        Takes::Text,
        "''",
        "Name or number for the port on the container that the service should direct traffic to. Optional.",
    ),
    flag(
        "type",
        ' ',
        Takes::Text,
        "''",
        "Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'.",
    ),
];

const AUTOSCALE_FLAGS: &[Flag] = &[
    flag("cpu", ' ', Takes::Text, "''", "Target CPU utilization over all the pods."),
    flag(
        "max",
        ' ',
        Takes::Number,
        "-1",
        "The upper limit for the number of pods that can be set by the autoscaler. Required.",
    ),
    flag("min", ' ', Takes::Number, "-1", "The lower limit for the number of pods that can be set by the autoscaler."),
];

/// `kubectl expose`
pub static EXPOSE: Command = Command {
    name: "expose",
    about: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
    text: "Expose a resource as a new Kubernetes service.",
    examples: "  # Create a service for an nginx deployment, which serves on port 80 and connects to the containers on port 8000\n  \
               kubectl expose deployment nginx --port=80 --target-port=8000",
    usage: "expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type] [options]",
    flags: &[FILES, SELECTOR, DRY_RUN, OUTPUT, FIELD_MANAGER, FLAGS],
    run: Some(run),
    ..Command::NONE
};

/// `kubectl autoscale`
pub static AUTOSCALE: Command = Command {
    name: "autoscale",
    about: "Auto-scale a deployment, replica set, stateful set, or replication controller",
    text: "Creates an autoscaler that automatically chooses and sets the number of pods that run in a Kubernetes cluster.",
    usage: "autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [options]",
    flags: &[FILES, DRY_RUN, OUTPUT, AUTOSCALE_FLAGS],
    run: Some(autoscale),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let (found, mut failures) = resource::find(args, &args.words, Bare::Refused, env)?;
    for info in found {
        failures.extend(expose(&info, dry_run, args, env).err());
    }
    options::finish(failures)
}

fn expose(info: &Info, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let selector = match info.id.kind {
        Kind::DEPLOYMENT | Kind::REPLICA_SET => &info.value["spec"]["selector"]["matchLabels"],
        Kind::SERVICE | Kind::REPLICATION_CONTROLLER => &info.value["spec"]["selector"],
        Kind::POD => &info.value["metadata"]["labels"],
        kind => {
            let group = if kind.group().is_empty() { String::new() } else { format!(".{}", kind.group()) };
            return Err(Failure::error(format!("cannot expose a {}{group}", kind.name())));
        }
    };
    if selector.as_object().is_none_or(|labels| labels.is_empty()) {
        return Err(Failure::error(
            "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
        ));
    }
    let ports = ports(info, args)?;
    let name = args.text("name").unwrap_or(&info.id.name).to_string();
    let mut spec = json!({"ports": ports, "selector": selector});
    if let Some(kind) = args.text("type") {
        spec["type"] = kind.into();
    }
    let mut value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec, "status": {"loadBalancer": {}},
    });
    if !info.value["metadata"]["labels"].is_null() {
        value["metadata"]["labels"] = info.value["metadata"]["labels"].clone();
    }
    let id = Named { kind: Kind::SERVICE, namespace: info.id.namespace.clone(), name };
    if dry_run != DryRun::Client {
        let mut request = options::write(id.request(Verb::Create), args, dry_run, "kubectl-expose").with_json(value);
        request.name = "".into();
        value = env.ask(request)?.object().map(|object| object.to_value()).unwrap_or_default();
    }
    report(env, args, &id, &value, "exposed", dry_run)
}

fn ports(info: &Info, args: &Args) -> Result<Vec<Value>, Failure> {
    let given: Vec<&str> = args.text_or_empty("port").split(',').filter(|port| !port.is_empty()).collect();
    let protocol = args.text("protocol").unwrap_or("TCP");
    let mut numbers: Vec<i64> = Vec::new();
    for port in &given {
        numbers.push(port.parse().map_err(|_| Failure::error(format!("invalid port {port:?}")))?);
    }
    if given.is_empty() {
        let containers = info.value.pointer(super::set::pod_spec(info.id.kind)).map(|spec| &spec["containers"]);
        let ports = containers.and_then(Value::as_array).into_iter().flatten().flat_map(|c| c["ports"].as_array());
        numbers.extend(ports.flatten().filter_map(|port| port["containerPort"].as_i64()));
    }
    if numbers.is_empty() {
        return Err(Failure::error("couldn't find port via --port flag or introspection"));
    }
    let several = numbers.len() > 1;
    let port = |(index, number): (usize, &i64)| {
        let target = args.text("target-port").map_or(Value::from(*number), generate::int_or_text);
        let mut port = json!({"port": number, "protocol": protocol, "targetPort": target});
        if several {
            port["name"] = format!("port-{}", index + 1).into();
        }
        port
    };
    Ok(numbers.iter().enumerate().map(port).collect())
}

fn autoscale(args: &Args, env: &mut Env) -> Outcome {
    let (found, mut failures) = resource::find(args, &args.words, Bare::Refused, env)?;
    if !args.has("max") && failures.is_empty() {
        return Err(Failure::error("--max=MAXPODS is required and must be at least 1, max: -1"));
    }
    for info in found {
        let kind = info.id.kind;
        failures.push(match kind {
            Kind::DEPLOYMENT | Kind::REPLICA_SET | Kind::STATEFUL_SET => {
                Failure::error("everynode doesn't simulate autoscaling; set the number yourself with kubectl scale")
            }
            _ => Failure::error(format!(
                "cannot autoscale a {}: could not find scale subresource for {}, Resource={} in discovery information",
                kind.name(),
                group_version(kind),
                kind.plural()
            )),
        });
    }
    options::finish(failures)
}
