//! `kubectl expose`: makes a Service for a workload or Pod. `kubectl autoscale`: makes a HorizontalPodAutoscaler, which is kept
//! and shown; nobody acts on it here.
//!
//! Models kubectl `pkg/cmd/{expose/expose,autoscale/autoscale}.go`, Kubernetes v1.36.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, report};
use super::{Command, Outcome, generate};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info, Named, group_version};
use api::meta::quantity::Quantity;
use api::request::Verb;
use api::resource::Kind;
use api::{Value, json};

const FLAGS: &[Flag] = &[
    flag(
        "cluster-ip",
        ' ',
        Takes::Text,
        "''",
        "ClusterIP to be assigned to the service. Leave empty to auto-allocate, or set to 'None' to create a headless service.",
    ),
    flag("external-ip", ' ', Takes::Text, "''", "Additional external IP address to accept for the service."),
    flag("labels", 'l', Takes::Text, "''", "Labels to apply to the service created by this call."),
    flag("load-balancer-ip", ' ', Takes::Text, "''", "IP to assign to the LoadBalancer."),
    flag("name", ' ', Takes::Text, "''", "The name for the newly created object."),
    flag(
        "port",
        ' ',
        Takes::Text,
        "''",
        "The port that the service should serve on. Copied from the resource being exposed, if unspecified",
    ),
    flag(
        "selector",
        ' ',
        Takes::Text,
        "''",
        "A label selector to use for this service. If empty (the default) infer the selector from the exposed object.",
    ),
    flag(
        "session-affinity",
        ' ',
        Takes::Text,
        "''",
        "If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'",
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
    flag(
        "cpu",
        ' ',
        Takes::Text,
        "''",
        "Target CPU utilization over all the pods. A percentage, or an amount for each pod.",
    ),
    flag(
        "cpu-percent",
        ' ',
        Takes::Number,
        "-1",
        "The target average CPU utilization (represented as a percent of requested CPU) over all the pods.",
    ),
    flag(
        "max",
        ' ',
        Takes::Number,
        "-1",
        "The upper limit for the number of pods that can be set by the autoscaler. Required.",
    ),
    flag(
        "memory",
        ' ',
        Takes::Text,
        "''",
        "Target memory utilization over all the pods. A percentage, or an amount for each pod.",
    ),
    flag(
        "min",
        ' ',
        Takes::Number,
        "-1",
        "The lower limit for the number of pods that can be set by the autoscaler. If it's not specified or negative, the server will apply a default value.",
    ),
    flag(
        "name",
        ' ',
        Takes::Text,
        "''",
        "The name for the newly created object. If not specified, the name of the input resource will be used.",
    ),
];

/// `kubectl expose`
pub static EXPOSE: Command = Command {
    name: "expose",
    about: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
    text: "Expose a resource as a new Kubernetes service.",
    examples: "  # Create a service for an nginx deployment, which serves on port 80 and connects to the containers on port 8000\n  \
               kubectl expose deployment nginx --port=80 --target-port=8000",
    usage: "expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]",
    flags: &[FILES, DRY_RUN, OUTPUT, FIELD_MANAGER, generate::SAVE_CONFIG, generate::OVERRIDES, FLAGS],
    run: Some(run),
    ..Command::NONE
};

/// `kubectl autoscale`
pub static AUTOSCALE: Command = Command {
    name: "autoscale",
    about: "Auto-scale a deployment, replica set, stateful set, or replication controller",
    text: "Creates an autoscaler that automatically chooses and sets the number of pods that run in a Kubernetes cluster.",
    usage: "autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [options]",
    flags: &[FILES, DRY_RUN, OUTPUT, FIELD_MANAGER, generate::SAVE_CONFIG, AUTOSCALE_FLAGS],
    required: &["max"],
    run: Some(autoscale),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    // Here --selector is what the Service gets, and finds nothing.
    let mut looking = args.clone();
    looking.forget("selector");
    let (found, mut failures) = resource::find(&looking, &args.words, Bare::Refused, env)?;
    for info in found {
        failures.extend(expose(&info, dry_run, args, env).err());
    }
    options::finish(failures)
}

fn expose(info: &Info, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let selector = selector(info, args)?;
    let ports = ports(info, args)?;
    let name = args.text("name").filter(|name| !name.is_empty()).unwrap_or(&info.id.name).to_string();
    let labels = match args.text_or_empty("labels") {
        "" => info.value["metadata"]["labels"].clone(),
        text => generate::labels(text)?,
    };
    let mut spec = json!({"selector": selector});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    extras(&mut spec, args)?;
    let mut value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec, "status": {"loadBalancer": {}},
    });
    if !labels.is_null() {
        value["metadata"]["labels"] = labels;
    }
    value = generate::overridden(value, args)?;
    if args.on("save-config") {
        value = super::apply::remembered(&value);
    }
    let id = Named { kind: Kind::SERVICE, namespace: info.id.namespace.clone(), name };
    if dry_run != DryRun::Client {
        let mut request = options::write(id.request(Verb::Create), args, dry_run, "kubectl-expose").with_json(value);
        request.name = "".into();
        value = env.ask(request)?.value().unwrap_or_default();
    }
    report(env, args, &id, &value, "exposed", dry_run)
}

/// What the Service picks its Pods by: `--selector`, or what the object itself picks them by.
fn selector(info: &Info, args: &Args) -> Result<Value, Failure> {
    let own = match info.id.kind {
        Kind::DEPLOYMENT | Kind::REPLICA_SET => &info.value["spec"]["selector"]["matchLabels"],
        Kind::SERVICE | Kind::REPLICATION_CONTROLLER => &info.value["spec"]["selector"],
        Kind::POD => &info.value["metadata"]["labels"],
        kind => {
            let group = if kind.group().is_empty() { String::new() } else { format!(".{}", kind.group()) };
            return Err(Failure::error(format!("cannot expose a {}{group}", kind.name())));
        }
    };
    if let Some(text) = args.text("selector").filter(|text| !text.is_empty()) {
        return generate::labels(text);
    }
    if own.as_object().is_none_or(|labels| labels.is_empty()) {
        return Err(Failure::error(
            "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
        ));
    }
    Ok(own.clone())
}

/// The fields of a Service that have a flag each.
fn extras(spec: &mut Value, args: &Args) -> Result<(), Failure> {
    let given = |flag: &str| args.text(flag).filter(|text| !text.is_empty());
    if let Some(address) = given("external-ip") {
        spec["externalIPs"] = json!([address]);
    }
    if let Some(kind) = given("type") {
        spec["type"] = kind.into();
    }
    if let Some(address) = given("load-balancer-ip").filter(|_| given("type") == Some("LoadBalancer")) {
        spec["loadBalancerIP"] = address.into();
    }
    match given("session-affinity") {
        None => {}
        Some(affinity @ ("None" | "ClientIP")) => spec["sessionAffinity"] = affinity.into(),
        Some(other) => return Err(Failure::error(format!("unknown session affinity: {other}"))),
    }
    if let Some(address) = given("cluster-ip") {
        spec["clusterIP"] = address.into();
    }
    Ok(())
}

/// A port of a container that is exposed.
struct Exposed {
    number: i64,
    protocol: Option<String>,
}

/// The ports that the object's containers, or the object itself, speak of.
fn own_ports(info: &Info) -> Vec<Exposed> {
    let (lists, field): (Vec<&Value>, _) = match info.id.kind {
        Kind::SERVICE => (vec![&info.value["spec"]["ports"]], "port"),
        kind => {
            let containers = info.value.pointer(super::set::pod_spec(kind)).map(|spec| &spec["containers"]);
            let containers = containers.and_then(Value::as_array).into_iter().flatten();
            (containers.map(|container| &container["ports"]).collect(), "containerPort")
        }
    };
    let ports = lists.into_iter().filter_map(Value::as_array).flatten();
    let port = |port: &Value| {
        Some(Exposed { number: port[field].as_i64()?, protocol: port["protocol"].as_str().map(String::from) })
    };
    ports.filter_map(port).collect()
}

fn ports(info: &Info, args: &Args) -> Result<Vec<Value>, Failure> {
    let given: Vec<&str> = args.text_or_empty("port").split(',').filter(|port| !port.is_empty()).collect();
    let own = own_ports(info);
    let mut numbers: Vec<i64> = Vec::new();
    for port in &given {
        let wrong = || Failure::error(format!("strconv.Atoi: parsing {port:?}: invalid syntax"));
        numbers.push(port.parse().map_err(|_| wrong())?);
    }
    if given.is_empty() {
        numbers.extend(own.iter().map(|port| port.number));
    }
    if numbers.is_empty() && args.text("cluster-ip") != Some("None") {
        return Err(Failure::error("couldn't find port via --port flag or introspection"));
    }
    let several = numbers.len() > 1;
    let port = |(index, number): (usize, &i64)| {
        let target = args.text("target-port").map_or(Value::from(*number), generate::int_or_text);
        let same = own.iter().find(|port| port.number == *number).and_then(|port| port.protocol.as_deref());
        let protocol = args.text("protocol").filter(|text| !text.is_empty()).or(same).unwrap_or("TCP");
        let mut port = json!({"port": number, "protocol": protocol, "targetPort": target});
        if several {
            port["name"] = format!("port-{}", index + 1).into();
        }
        port
    };
    Ok(numbers.iter().enumerate().map(port).collect())
}

fn autoscale(args: &Args, env: &mut Env) -> Outcome {
    let (min, max) = (args.number("min").unwrap_or(-1), args.number("max").unwrap_or(-1));
    if max < 1 {
        return Err(Failure::error(format!("--max=MAXPODS is required and must be at least 1, max: {max}")));
    }
    if max < min {
        let text = format!("--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}");
        return Err(Failure::error(text));
    }
    if args.number("cpu-percent").is_some_and(|percent| percent > 0) && args.has("cpu") {
        return Err(Failure::error("--cpu-percent and --cpu are mutually exclusive"));
    }
    let dry_run = DryRun::of(args, env)?;
    let (found, mut failures) = resource::find(args, &args.words, Bare::Refused, env)?;
    for info in found {
        failures.extend(autoscaler(&info, (min, max), dry_run, args, env).err());
    }
    options::finish(failures)
}

fn autoscaler(info: &Info, limits: (i64, i64), dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let kind = info.id.kind;
    if !matches!(kind, Kind::DEPLOYMENT | Kind::REPLICA_SET | Kind::STATEFUL_SET | Kind::REPLICATION_CONTROLLER) {
        return Err(Failure::error(format!(
            "cannot autoscale a {}: could not find scale subresource for {}, Resource={} in discovery information",
            kind.name(),
            group_version(kind),
            kind.plural()
        )));
    }
    let name = args.text("name").filter(|name| !name.is_empty()).unwrap_or(&info.id.name).to_string();
    let target = json!({"apiVersion": kind.api_version(), "kind": kind.name(), "name": info.id.name});
    let mut spec = json!({"maxReplicas": limits.1, "scaleTargetRef": target});
    if limits.0 > 0 {
        spec["minReplicas"] = limits.0.into();
    }
    let percent = args.number("cpu-percent").filter(|percent| *percent > 0).map(|percent| format!("{percent}%"));
    let cpu = percent.or_else(|| args.text("cpu").map(String::from));
    let memory = args.text("memory").map(String::from);
    let mut metrics = Vec::new();
    for (resource, unit, wanted) in [("cpu", "m", cpu), ("memory", "Mi", memory)] {
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { continue };
        let target = metric_target(resource, unit, &wanted)?;
        metrics.push(json!({"resource": {"name": resource, "target": target}, "type": "Resource"}));
    }
    if !metrics.is_empty() {
        spec["metrics"] = metrics.into();
    }
    let mut value = json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name},
        "spec": spec, "status": {"currentMetrics": null, "desiredReplicas": 0}});
    if args.on("save-config") {
        value = super::apply::remembered(&value);
    }
    let id = Named { kind: Kind::HORIZONTAL_POD_AUTOSCALER, namespace: info.id.namespace.clone(), name };
    if dry_run != DryRun::Client {
        let mut request = options::write(id.request(Verb::Create), args, dry_run, "kubectl-autoscale").with_json(value);
        request.name = "".into();
        value = env.ask(request)?.value().unwrap_or_default();
    }
    report(env, args, &id, &value, if dry_run == DryRun::Client { "created" } else { "autoscaled" }, dry_run)
}

/// `70%`, `500m`; a bare number is in `unit`.
fn metric_target(resource: &str, unit: &str, wanted: &str) -> Result<Value, Failure> {
    if let Some(percent) = wanted.strip_suffix('%') {
        return match percent.parse::<u32>() {
            Ok(percent) => Ok(json!({"averageUtilization": percent, "type": "Utilization"})),
            Err(_) => Err(Failure::error(format!("invalid percentage value: {percent}"))),
        };
    }
    let bare = api::float::parse(wanted).is_some();
    let text = if bare { format!("{wanted}{unit}") } else { wanted.to_string() };
    let wrong = |_| Failure::error(format!("invalid resource {resource} value: {wanted}"));
    let amount = Quantity::from_text(&text).map_err(wrong)?;
    Ok(json!({"averageValue": amount.to_string(), "type": "AverageValue"}))
}
