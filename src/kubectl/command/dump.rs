//! `kubectl cluster-info dump`: everything that helps to find out what is wrong, on standard output or as files.
//!
//! Models kubectl `pkg/cmd/clusterinfo/clusterinfo_dump.go`, Kubernetes v1.36. Keys come sorted.

use super::options::OUTPUT;
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::{Env, Progress, Scoped, print};
use api::request::{Answer, LogOptions, Request, Verb};
use api::resource::Kind;
use api::{Value, json};

const FLAGS: &[Flag] = &[
    flag(
        "all-namespaces",
        'A',
        Takes::Switch,
        "false",
        "If true, dump all namespaces.  If true, --namespaces is ignored.",
    ),
    flag("namespaces", ' ', Takes::List, "[]", "A comma separated list of namespaces to dump."),
    flag(
        "output-directory",
        ' ',
        Takes::Text,
        "''",
        "Where to output the files.  If empty or '-' uses stdout, otherwise creates a directory hierarchy in that directory",
    ),
];

/// `kubectl cluster-info dump`
pub static DUMP: Command = Command {
    name: "dump",
    about: "Dump relevant information for debugging and diagnosis",
    text: "Dump cluster information out suitable for debugging and diagnosing cluster problems.  By default, dumps everything to\n\
           stdout. You can optionally specify a directory with --output-directory.",
    examples: "  # Dump current cluster state to stdout\n  kubectl cluster-info dump\n  \n  \
               # Dump all namespaces to stdout\n  kubectl cluster-info dump --all-namespaces",
    usage: "cluster-info dump [flags] [options]",
    flags: &[OUTPUT, FLAGS],
    run: Some(run),
    ..Command::NONE
};

/// What is listed of a namespace, and the file it goes into.
const PARTS: [(Kind, &str); 7] = [
    (Kind::EVENT, "events"),
    (Kind::REPLICATION_CONTROLLER, "replication-controllers"),
    (Kind::SERVICE, "services"),
    (Kind::DAEMON_SET, "daemonsets"),
    (Kind::DEPLOYMENT, "deployments"),
    (Kind::REPLICA_SET, "replicasets"),
    (Kind::POD, "pods"),
];

fn run(args: &Args, env: &mut Env) -> Outcome {
    part(Kind::NODE, "", "nodes", args, env)?;
    let namespaces: Vec<String> = if args.on("all-namespaces") {
        env.list(Kind::NAMESPACE, "", "", "")?.iter().map(|namespace| namespace.name().to_string()).collect()
    } else if args.has("namespaces") {
        args.list("namespaces").to_vec()
    } else {
        vec!["kube-system".into(), args.namespace(env)]
    };
    for namespace in &namespaces {
        for (kind, file) in PARTS {
            part(kind, namespace, &format!("{namespace}/{file}"), args, env)?;
        }
        for pod in env.list(Kind::POD, namespace, "", "")? {
            let text = logs(&pod.to_value(), namespace, env);
            put(&text, &format!("{namespace}/{}/logs.txt", pod.name()), args, env)?;
        }
    }
    let directory = args.text_or_empty("output-directory");
    if !matches!(directory, "" | "-") {
        env.say(&format!("Cluster info dumped to {directory}"));
    }
    Ok(Progress::Done(0))
}

fn part(kind: Kind, namespace: &str, file: &str, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let response = env.ask(Request::new(Verb::List, kind).scoped(namespace))?;
    let version = response.resource_version.to_string();
    let items: Vec<Value> = response.items().iter().map(|object| object.to_value()).collect();
    let list = json!({"apiVersion": kind.api_version(), "items": items, "kind": format!("{}List", kind.name()),
        "metadata": {"resourceVersion": version}});
    let format = args.text("output").filter(|format| !format.is_empty()).unwrap_or("json");
    let text = print::object(format, &list, args.on("show-managed-fields")).map_err(Failure::error)?;
    let end = if matches!(format, "json" | "yaml") { format } else { "txt" };
    put(&text, &format!("{file}.{end}"), args, env)
}

fn put(text: &str, file: &str, args: &Args, env: &mut Env) -> Result<(), Failure> {
    match args.text_or_empty("output-directory") {
        "" | "-" => env.put(text),
        directory => {
            let path = format!("{}/{file}", directory.trim_end_matches('/'));
            env.files.prepare(path.rsplit_once('/').map_or("", |(above, _)| above));
            env.files.write(&path, text).map_err(|why| Failure::error(format!("open {path}: {why}")))?;
        }
    }
    Ok(())
}

/// What every container of a Pod has written.
fn logs(pod: &Value, namespace: &str, env: &mut Env) -> String {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let mut out = String::new();
    let lists = ["initContainers", "containers"].into_iter();
    for container in lists.flat_map(|list| pod["spec"][list].as_array().into_iter().flatten()) {
        let container = container["name"].as_str().unwrap_or_default();
        let about = format!("logs for container {container} of pod {namespace}/{name} ====\n");
        let mut request = Request::new(Verb::Get, Kind::POD).named(name).scoped(namespace);
        request.subresource = "log";
        request.log = LogOptions { container: container.into(), previous: false };
        let text = match env.client.request(request).map(|response| response.answer) {
            Ok(Answer::Text(text)) => text,
            Ok(_) => String::new(),
            Err(status) => format!("Request log error: {}\n", status.message),
        };
        out.push_str(&format!("==== START {about}{text}==== END {about}"));
    }
    out
}
