//! What kubectl says of the cluster as such: `api-resources`, `api-versions`, `version`, `cluster-info`.

use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::discovered::{self, ALL_VERBS, Discovered};
use crate::error::Failure;
use crate::print::columns::align;
use crate::{Env, Progress, print};
use api::resource::Kind;
use api::{Value, json, sort};

/// The release that is modelled.
pub const VERSION: &str = "v1.36.2";

const RESOURCE_FLAGS: &[Flag] = &[
    flag("api-group", ' ', Takes::Text, "''", "Limit to resources in the specified API group."),
    flag("cached", ' ', Takes::Switch, "false", "Use the cached list of resources if available."),
    flag("categories", ' ', Takes::List, "[]", "Limit to resources that belong to the specified categories."),
    flag(
        "namespaced",
        ' ',
        Takes::Switch,
        "true",
        "If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.",
    ),
    flag(
        "no-headers",
        ' ',
        Takes::Switch,
        "false",
        "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    flag("output", 'o', Takes::Text, "''", "Output format. One of: (json, yaml, name, wide)."),
    flag(
        "sort-by",
        ' ',
        Takes::Text,
        "''",
        "If non-empty, sort list of resources using specified field. One of (name, kind).",
    ),
    flag("verbs", ' ', Takes::List, "[]", "Limit to resources that support the specified verbs."),
];

const VERSION_FLAGS: &[Flag] = &[
    flag("client", ' ', Takes::Switch, "false", "If true, shows client version only (no server required)."),
    flag("output", 'o', Takes::Text, "''", "One of 'yaml' or 'json'."),
];

/// `kubectl api-resources`
pub static API_RESOURCES: Command = Command {
    name: "api-resources",
    about: "Print the supported API resources on the server",
    text: "Print the supported API resources on the server.",
    examples: "  # Print the supported API resources\n  kubectl api-resources\n  \n  \
               # Print the supported namespaced resources\n  kubectl api-resources --namespaced=true",
    usage: "api-resources [options]",
    flags: &[RESOURCE_FLAGS],
    run: Some(api_resources),
    ..Command::NONE
};

/// `kubectl api-versions`
pub static API_VERSIONS: Command = Command {
    name: "api-versions",
    about: "Print the supported API versions on the server, in the form of \"group/version\"",
    text: "Print the supported API versions on the server, in the form of \"group/version\".",
    examples: "  # Print the supported API versions\n  kubectl api-versions",
    usage: "api-versions [options]",
    run: Some(api_versions),
    ..Command::NONE
};

/// `kubectl version`
pub static VERSIONS: Command = Command {
    name: "version",
    about: "Print the client and server version information",
    text: "Print the client and server version information for the current context.",
    examples: "  # Print the client and server versions for the current context\n  kubectl version",
    usage: "version [options]",
    flags: &[VERSION_FLAGS],
    run: Some(version),
    ..Command::NONE
};

/// `kubectl cluster-info`
pub static CLUSTER_INFO: Command = Command {
    name: "cluster-info",
    about: "Display cluster information",
    text: "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and\n\
           diagnose cluster problems, use 'kubectl cluster-info dump'.",
    examples: "  # Print the address of the control plane and cluster services\n  kubectl cluster-info",
    usage: "cluster-info [options]",
    commands: &[&super::dump::DUMP],
    run: Some(cluster_info),
    ..Command::NONE
};

fn api_resources(args: &Args, env: &mut Env) -> Outcome {
    if !args.words.is_empty() {
        let text = format!("unexpected arguments: [{}]", args.words.join(" "));
        return Err(Failure::usage("kubectl api-resources", text));
    }
    let output = args.text_or_empty("output");
    if !matches!(output, "" | "wide" | "name") {
        return Err(Failure::error(format!("--output {output} is not available")));
    }
    let words = |flag: &str| args.list(flag).to_vec();
    let (verbs, categories) = (words("verbs"), words("categories"));
    let has = |list: &str, wanted: &[String]| wanted.iter().all(|word| list.split(',').any(|one| one == word));
    let mut lines: Vec<Line> =
        Kind::all().map(Line::of_kind).chain(discovered::LIST.iter().map(Line::of_discovered)).collect();
    lines.retain(|line| {
        args.text("api-group").is_none_or(|group| line.group == group)
            && (!args.has("namespaced") || line.namespaced == args.switch("namespaced", true))
            && has(line.verbs, &verbs)
            && has(line.category, &categories)
    });
    match args.text_or_empty("sort-by") {
        "" => sort::by_key(&mut lines, |line| (line.group, line.plural)),
        "kind" => sort::by_key(&mut lines, |line| line.kind),
        "name" => sort::by_key(&mut lines, |line| line.plural),
        _ => return Err(Failure::usage("kubectl api-resources", "--sort-by accepts only name or kind")),
    }
    let mut table = String::new();
    if !args.on("no-headers") && output != "name" {
        let wide = if output == "wide" { "\tVERBS\tCATEGORIES" } else { "" };
        table.push_str(&format!("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND{wide}\n"));
    }
    for Line { group, plural, short, version, namespaced, kind, verbs, category } in lines {
        if output == "name" {
            let dot = if group.is_empty() { "" } else { "." };
            env.say(&format!("{plural}{dot}{group}"));
            continue;
        }
        let wide = if output == "wide" { format!("\t{verbs}\t{category}") } else { String::new() };
        table.push_str(&format!("{plural}\t{short}\t{version}\t{namespaced}\t{kind}{wide}\n"));
    }
    env.put(&align(&table, 6, 3));
    Ok(Progress::Done(0))
}

/// What `api-resources` says of one resource.
struct Line {
    group: &'static str,
    plural: &'static str,
    short: String,
    version: String,
    namespaced: bool,
    kind: &'static str,
    verbs: &'static str,
    category: &'static str,
}

impl Line {
    fn of_kind(kind: Kind) -> Line {
        let info = kind.info();
        // A namespace takes everything in it along, so they go one by one.
        let verbs = if kind == Kind::NAMESPACE { "create,delete,get,list,patch,update,watch" } else { ALL_VERBS };
        let category = if info.in_all { "all" } else { category_of(info.group) };
        let (short, version) = (info.short.join(","), kind.api_version());
        let (group, plural, namespaced, kind) = (info.group, info.plural, info.namespaced, info.name);
        Line { group, plural, short, version, namespaced, kind, verbs, category }
    }

    fn of_discovered(one: &Discovered) -> Line {
        let (short, version, category) = (one.short.to_string(), one.version.to_string(), category_of(one.group()));
        let Discovered { plural, namespaced, kind, verbs, .. } = *one;
        Line { group: one.group(), plural, short, version, namespaced, kind, verbs, category }
    }
}

fn category_of(group: &str) -> &'static str {
    let extends = ["admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io"].contains(&group);
    if extends { "api-extensions" } else { "" }
}

fn api_versions(args: &Args, env: &mut Env) -> Outcome {
    if !args.words.is_empty() {
        let text = format!("unexpected arguments: [{}]", args.words.join(" "));
        return Err(Failure::usage("kubectl api-versions", text));
    }
    let mut versions: Vec<String> = Kind::all().map(Kind::api_version).collect();
    versions.extend(discovered::LIST.iter().map(|one| one.version.to_string()));
    versions.extend(discovered::FURTHER_VERSIONS.iter().map(|version| version.to_string()));
    sort::ascending(&mut versions);
    versions.dedup();
    for version in versions {
        env.say(&version);
    }
    Ok(Progress::Done(0))
}

fn version(args: &Args, env: &mut Env) -> Outcome {
    if !args.words.is_empty() {
        return Err(Failure::error(format!("extra arguments: [{}]", args.words.join(" "))));
    }
    let client_only = args.on("client");
    match args.text_or_empty("output") {
        "" => {
            env.say(&format!("Client Version: {VERSION}\nKustomize Version: v5.8.1"));
            if !client_only {
                env.say(&format!("Server Version: {VERSION}"));
            }
        }
        format @ ("yaml" | "json") => {
            let one = json!({"gitVersion": VERSION, "major": "1", "minor": "36"});
            let mut value = json!({"clientVersion": one, "kustomizeVersion": "v5.8.1"});
            if !client_only {
                value["serverVersion"] = one;
            }
            let text = print::object(format, &value, false).map_err(Failure::error)?;
            env.put(&text);
        }
        _ => return Err(Failure::error("--output must be 'yaml' or 'json'")),
    }
    Ok(Progress::Done(0))
}

/// Where a Service is reached: at its balancer, else through the API server, by the name of its first port.
fn address(server: &str, service: &Value) -> String {
    let meta = |field: &str| service["metadata"][field].as_str().unwrap_or_default();
    let ports = service["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let balancer = &service["status"]["loadBalancer"]["ingress"][0];
    if let Some(host) = balancer["ip"].as_str().or(balancer["hostname"].as_str()) {
        return ports.iter().map(|port| format!("http://{host}:{} ", port["port"])).collect();
    }
    let port = ports.first().map_or(&Value::Null, |port| port);
    let name = match (port["name"].as_str().unwrap_or_default(), port["port"].as_i64()) {
        (port @ "https", _) | (port, Some(443)) => format!("https:{}:{port}", meta("name")),
        ("", _) => meta("name").to_string(),
        (port, _) => format!("{}:{port}", meta("name")),
    };
    format!("{server}/api/v1/namespaces/{}/services/{name}/proxy", meta("namespace"))
}

/// The control plane, and the Services that call themselves the cluster's own. Source: kubectl `clusterinfo.go`, v1.36. Without the
/// colours that a terminal would get.
fn cluster_info(args: &Args, env: &mut Env) -> Outcome {
    let server = env.config.server.clone();
    let namespace = match args.text_or_empty("namespace") {
        "" => "kube-system",
        namespace => namespace,
    };
    env.say(&format!("Kubernetes control plane is running at {server}"));
    for service in env.list_values(Kind::SERVICE, namespace, "kubernetes.io/cluster-service=true", "")? {
        let meta = &service["metadata"];
        let name = meta["labels"]["kubernetes.io/name"].as_str().or(meta["name"].as_str());
        env.say(&format!("{} is running at {}", name.unwrap_or_default(), address(&server, &service)));
    }
    env.say("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
    Ok(Progress::Done(0))
}
