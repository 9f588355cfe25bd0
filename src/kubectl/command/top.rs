//! `kubectl top`: what nodes and Pods use, once a metrics server runs.
//!
//! A cluster as kubeadm makes it has none, and says so. It is there when a ready Pod in kube-system runs an image called
//! `metrics-server`. Containers run nothing here, so their use is a promise: of what they request a share between a fifth and
//! half that their Pod's uid decides; of what they don't request a little. Nodes add what a system takes by itself.
//!
//! Models kubectl `pkg/cmd/top`, Kubernetes v1.36. Left out: swap.

use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::print::columns::align;
use crate::resource::{ALL_NAMESPACES, FIELD_SELECTOR, SELECTOR};
use crate::{Env, Progress};
use api::meta::quantity::Quantity;
use api::resource::Kind;
use api::{Value, sort};
use std::collections::BTreeMap;

const BOTH_FLAGS: &[Flag] = &[
    flag("no-headers", ' ', Takes::Switch, "false", "If present, print output without headers."),
    flag(
        "sort-by",
        ' ',
        Takes::Text,
        "''",
        "If non-empty, sort list using specified field. The field can be either 'cpu' or 'memory'.",
    ),
    flag("use-protocol-buffers", ' ', Takes::Switch, "true", "Enables using protocol-buffers to access Metrics API."),
];

const NODE_FLAGS: &[Flag] = &[flag(
    "show-capacity",
    ' ',
    Takes::Switch,
    "false",
    "Print node resources based on Capacity instead of Allocatable(default) of the nodes.",
)];

const POD_FLAGS: &[Flag] = &[
    flag("containers", ' ', Takes::Switch, "false", "If present, print usage of containers within a pod."),
    flag("sum", ' ', Takes::Switch, "false", "Print the sum of the resource usage"),
];

/// `kubectl top`
pub static TOP: Command = Command {
    name: "top",
    about: "Display resource (CPU/memory) usage",
    text: "Display resource (CPU/memory) usage.\n\n This command provides a view of recent resource consumption for nodes and \
           pods. It fetches metrics from the Metrics Server, which aggregates this data from the kubelets on each node.",
    usage: "top [flags] [options]",
    commands: &[
        &Command {
            name: "node",
            aliases: &["nodes", "no"],
            about: "Display resource (CPU/memory) usage of nodes",
            text: "Display resource (CPU/memory) usage of nodes.",
            usage: "top node [NAME | -l label] [options]",
            flags: &[SELECTOR, BOTH_FLAGS, NODE_FLAGS],
            run: Some(nodes),
            ..Command::NONE
        },
        &Command {
            name: "pod",
            aliases: &["pods", "po"],
            about: "Display resource (CPU/memory) usage of pods",
            text: "Display resource (CPU/memory) usage of pods.",
            usage: "top pod [NAME | -l label] [options]",
            flags: &[SELECTOR, FIELD_SELECTOR, ALL_NAMESPACES, BOTH_FLAGS, POD_FLAGS],
            run: Some(pods),
            ..Command::NONE
        },
    ],
    ..Command::NONE
};

/// What a node's system uses beside its Pods.
const SYSTEM: Usage = Usage { milli: 60, bytes: 420 << 20 };
/// What a container uses that requests nothing.
const LITTLE: Usage = Usage { milli: 1, bytes: 7 << 20 };

#[derive(Clone, Copy, Default)]
struct Usage {
    milli: i64,
    bytes: i64,
}

impl Usage {
    fn add(&mut self, other: Usage) {
        self.milli += other.milli;
        self.bytes += other.bytes;
    }

    fn cells(self) -> [String; 2] {
        [format!("{}m", self.milli), format!("{}Mi", self.bytes >> 20)]
    }
}

fn nodes(args: &Args, env: &mut Env) -> Outcome {
    let key = sort_key(args)?;
    if args.words.len() > 1 {
        return Err(Failure::usage("kubectl top node", "node [NAME | -l label]"));
    }
    if !args.words.is_empty() && !args.text_or_empty("selector").is_empty() {
        return Err(Failure::error("only one of NAME or selector can be provided"));
    }
    need_metrics(env)?;
    let mut used_on: BTreeMap<String, Usage> = BTreeMap::new();
    for pod in env.list(Kind::POD, "", "", "status.phase=Running")? {
        let pod = pod.to_value();
        let usage = used_on.entry(pod["spec"]["nodeName"].as_str().unwrap_or_default().into()).or_default();
        containers(&pod).into_iter().for_each(|(_, used)| usage.add(used));
    }
    let mut found = Vec::new();
    for node in named(Kind::NODE, "", args, env)? {
        let name = node["metadata"]["name"].as_str().unwrap_or_default().to_string();
        let mut usage = SYSTEM;
        usage.add(used_on.get(&name).copied().unwrap_or_default());
        found.push((name, usage, node));
    }
    order(&mut found, key);
    let measure = if args.on("show-capacity") { "capacity" } else { "allocatable" };
    let mut table = if args.on("no-headers") {
        String::new()
    } else {
        "NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\n".into()
    };
    for (name, usage, node) in found {
        let of = |resource: &str| amount(&node["status"][measure][resource]).max(1);
        let [cpu, memory] = usage.cells();
        let (milli, bytes) = (usage.milli * 100 / of("cpu"), usage.bytes * 100 / (of("memory") / 1000).max(1));
        table.push_str(&format!("{name}\t{cpu}\t{milli}%\t{memory}\t{bytes}%\n"));
    }
    env.put(&align(&table, 6, 3));
    Ok(Progress::Done(0))
}

fn pods(args: &Args, env: &mut Env) -> Outcome {
    let key = sort_key(args)?;
    if args.words.len() > 1 {
        return Err(Failure::usage("kubectl top pod", "pod [NAME | -l label]"));
    }
    let selects = |flag: &str| !args.text_or_empty(flag).is_empty();
    if !args.words.is_empty() && (selects("selector") || selects("field-selector")) {
        return Err(Failure::error("only one of NAME or selector can be provided"));
    }
    need_metrics(env)?;
    let everywhere = args.on("all-namespaces");
    let namespace = if everywhere { String::new() } else { args.namespace(env) };
    let mut rows = Vec::new();
    for pod in named(Kind::POD, &namespace, args, env)? {
        if pod["status"]["phase"] != "Running" {
            continue;
        }
        let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
        let place =
            if everywhere { format!("{}\t{}", text("namespace"), text("name")) } else { text("name").to_string() };
        if args.on("containers") {
            rows.extend(containers(&pod).into_iter().map(|(name, used)| (format!("{place}\t{name}"), used, ())));
            continue;
        }
        let mut usage = Usage::default();
        containers(&pod).into_iter().for_each(|(_, used)| usage.add(used));
        rows.push((place, usage, ()));
    }
    if rows.is_empty() {
        let place = if everywhere { String::new() } else { format!(" in {namespace} namespace.") };
        env.complain(&format!("No resources found{place}"));
        return Ok(Progress::Done(0));
    }
    order(&mut rows, key);
    let mut table = String::new();
    if !args.on("no-headers") {
        table.push_str(if everywhere { "NAMESPACE\t" } else { "" });
        table.push_str(if args.on("containers") { "POD\tNAME\t" } else { "NAME\t" });
        table.push_str("CPU(cores)\tMEMORY(bytes)\n");
    }
    let mut total = Usage::default();
    for (place, usage, ()) in rows {
        let [cpu, memory] = usage.cells();
        table.push_str(&format!("{place}\t{cpu}\t{memory}\n"));
        total.add(usage);
    }
    if args.on("sum") {
        let before = "\t".repeat(1 + usize::from(everywhere) + usize::from(args.on("containers")));
        let [cpu, memory] = total.cells();
        table.push_str(&format!("{before}________\t________\n{before}{cpu}\t{memory}\n"));
    }
    env.put(&align(&table, 6, 3));
    Ok(Progress::Done(0))
}

/// Refuses where no metrics server is ready.
fn need_metrics(env: &mut Env) -> Result<(), Failure> {
    let serves = |pod: &Value| {
        let ready = pod["status"]["conditions"].as_array().into_iter().flatten();
        let mut ready = ready.filter(|condition| condition["type"] == "Ready" && condition["status"] == "True");
        let mut images = pod["spec"]["containers"].as_array().into_iter().flatten();
        let named = |image: &str| {
            image.rsplit('/').next().is_some_and(|last| last.split([':', '@']).next() == Some("metrics-server"))
        };
        ready.next().is_some() && images.any(|container| container["image"].as_str().is_some_and(named))
    };
    match env.list(Kind::POD, "kube-system", "", "")?.iter().any(|pod| serves(&pod.to_value())) {
        true => Ok(()),
        false => Err(Failure::error("Metrics API not available")),
    }
}

fn sort_key(args: &Args) -> Result<&str, Failure> {
    match args.text_or_empty("sort-by") {
        key @ ("" | "cpu" | "memory") => Ok(key),
        _ => Err(Failure::error("--sort-by accepts only cpu or memory")),
    }
}

/// The largest first, if a field is asked for.
fn order<T>(rows: &mut [(String, Usage, T)], key: &str) {
    match key {
        "cpu" => sort::by_key(rows, |(name, usage, _)| (-usage.milli, name.clone())),
        "memory" => sort::by_key(rows, |(name, usage, _)| (-usage.bytes, name.clone())),
        _ => {}
    }
}

fn named(kind: Kind, namespace: &str, args: &Args, env: &mut Env) -> Result<Vec<Value>, Failure> {
    match args.words.first() {
        Some(name) => Ok(vec![env.get(kind, namespace, name)?.to_value()]),
        None => Ok(env
            .list(kind, namespace, args.text_or_empty("selector"), args.text_or_empty("field-selector"))?
            .iter()
            .map(|o| o.to_value())
            .collect()),
    }
}

/// Each container of a Pod and what it uses.
fn containers(pod: &Value) -> Vec<(String, Usage)> {
    let seed: u64 = pod["metadata"]["uid"].as_str().unwrap_or_default().bytes().map(u64::from).sum();
    let items = pod["spec"]["containers"].as_array().into_iter().flatten();
    let used = items.enumerate().map(|(index, container)| {
        let share = 20 + ((seed + 7 * index as u64) % 31) as i64;
        let requests = &container["resources"]["requests"];
        let (milli, bytes) = (amount(&requests["cpu"]) * share / 100, amount(&requests["memory"]) / 1000 * share / 100);
        let usage = Usage { milli: milli.max(LITTLE.milli), bytes: bytes.max(LITTLE.bytes) };
        (container["name"].as_str().unwrap_or_default().to_string(), usage)
    });
    used.collect()
}

/// Thousandths.
fn amount(value: &Value) -> i64 {
    value.as_str().and_then(Quantity::parse).map_or(0, Quantity::milli)
}
