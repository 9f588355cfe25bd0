//! `kubectl create service`: a Service for the Pods labelled `app=NAME`.
//!
//! Models kubectl `pkg/cmd/create/create_service.go`, Kubernetes v1.36.

use super::{DRY_RUN, FIELD_MANAGER, GENERATOR, OUTPUT, SAVE_CONFIG, VALIDATE, create};
use crate::args::{Args, Flag, Takes, flag};
use crate::command::Command;
use crate::error::Failure;
use crate::names;
use api::resource::Kind;
use api::{Value, json};

const TCP: &[Flag] = &[flag("tcp", ' ', Takes::List, "[]", "Port pairs can be specified as '<port>:<targetPort>'.")];

const CLUSTER_IP: &[Flag] = &[flag(
    "clusterip",
    ' ',
    Takes::Text,
    "''",
    "Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing).",
)];

const NODE_PORT: &[Flag] =
    &[flag("node-port", ' ', Takes::Number, "0", "Port used to expose the service on each node in a cluster.")];

const EXTERNAL_NAME: &[Flag] = &[flag("external-name", ' ', Takes::Text, "''", "External name of service")];

pub static SERVICE: Command = Command {
    name: "service",
    aliases: &["svc"],
    about: "Create a service using a specified subcommand",
    text: "Create a service using a specified subcommand.",
    usage: "create service [flags] [options]",
    commands: &[
        &Command {
            name: "clusterip",
            about: "Create a ClusterIP service",
            text: "Create a ClusterIP service with the specified name.",
            examples: "  # Create a new ClusterIP service named my-cs\n  \
                       kubectl create service clusterip my-cs --tcp=5678:8080\n  \n  \
                       # Create a new ClusterIP service named my-cs (in headless mode)\n  \
                       kubectl create service clusterip my-cs --clusterip=\"None\"",
            usage: "create service clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none] [options]",
            flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, TCP, CLUSTER_IP],
            run: Some(|args, env| {
                create("service clusterip", Kind::SERVICE, args, env, |name, args, _| service("ClusterIP", name, args))
            }),
            ..GENERATOR
        },
        &Command {
            name: "externalname",
            about: "Create an ExternalName service",
            text: "Create an ExternalName service with the specified name.",
            examples: "  # Create a new ExternalName service named my-ns\n  \
                       kubectl create service externalname my-ns --external-name bar.com",
            usage: "create service externalname NAME --external-name external.name [--dry-run=server|client|none] [options]",
            flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, TCP, EXTERNAL_NAME],
            required: &["external-name"],
            run: Some(|args, env| {
                create("service externalname", Kind::SERVICE, args, env, |name, args, _| {
                    service("ExternalName", name, args)
                })
            }),
            ..GENERATOR
        },
        &Command {
            name: "loadbalancer",
            about: "Create a LoadBalancer service",
            text: "Create a LoadBalancer service with the specified name.",
            examples: "  # Create a new LoadBalancer service named my-lbs\n  \
                       kubectl create service loadbalancer my-lbs --tcp=5678:8080",
            usage: "create service loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]",
            flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, TCP],
            run: Some(|args, env| {
                create("service loadbalancer", Kind::SERVICE, args, env, |name, args, _| {
                    service("LoadBalancer", name, args)
                })
            }),
            ..GENERATOR
        },
        &Command {
            name: "nodeport",
            about: "Create a NodePort service",
            text: "Create a NodePort service with the specified name.",
            examples: "  # Create a new NodePort service named my-ns\n  \
                       kubectl create service nodeport my-ns --tcp=5678:8080",
            usage: "create service nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]",
            flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, TCP, NODE_PORT],
            run: Some(|args, env| {
                create("service nodeport", Kind::SERVICE, args, env, |name, args, _| service("NodePort", name, args))
            }),
            ..GENERATOR
        },
    ],
    ..Command::NONE
};

fn service(kind: &str, name: &str, args: &Args) -> Result<Value, Failure> {
    let (tcp, address) = (args.list("tcp"), args.text_or_empty("clusterip"));
    if tcp.is_empty() && address != "None" && kind != "ExternalName" {
        return Err(Failure::error("at least one tcp port specifier must be provided"));
    }
    let external = args.text_or_empty("external-name");
    if kind == "ExternalName" && !names::is_subdomain(external) {
        return Err(Failure::error(format!("invalid service external name {external}")));
    }
    let labels = json!({"app": name});
    let mut spec = json!({"selector": labels, "type": kind});
    let mut ports = Vec::new();
    for pair in tcp {
        let mut port = port(pair)?;
        if let Some(number) = args.number("node-port").filter(|number| *number != 0) {
            port["nodePort"] = number.into();
        }
        ports.push(port);
    }
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    for (field, text) in [("clusterIP", address), ("externalName", external)] {
        if !text.is_empty() {
            spec[field] = text.into();
        }
    }
    Ok(json!({"metadata": {"labels": labels}, "spec": spec, "status": {"loadBalancer": {}}}))
}

/// `80`, `80:8080`, `80:http`
fn port(pair: &str) -> Result<Value, Failure> {
    let mut parts = pair.split(':');
    let first = parts.next().unwrap_or_default();
    let wrong = |why: &str| Failure::error(format!("strconv.ParseUint: parsing {first:?}: {why}"));
    let digits = !first.is_empty() && first.chars().all(|letter| letter.is_ascii_digit());
    let number: u16 = first.parse().map_err(|_| wrong(if digits { "value out of range" } else { "invalid syntax" }))?;
    let target: Value = match parts.next().map(|text| (text, text.parse::<i64>())) {
        None => number.into(),
        Some((_, Ok(target))) if (1..=65535).contains(&target) => target.into(),
        Some((_, Ok(_))) => return Err(Failure::error("must be between 1 and 65535, inclusive")),
        Some((text, Err(_))) => match names::port_name(text) {
            wrong if wrong.is_empty() => text.into(),
            wrong => return Err(Failure::error(wrong.join(","))),
        },
    };
    Ok(json!({"name": pair.replace(':', "-"), "port": number, "protocol": "TCP", "targetPort": target}))
}
