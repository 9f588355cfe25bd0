//! `kubectl create quota` and `ingress`: kept and shown, without effect here.
//!
//! Models kubectl `pkg/cmd/create/create_{quota,ingress}.go`. Left out: TLS and annotations of an Ingress; write it as a file.

use super::{DRY_RUN, FIELD_MANAGER, GENERATOR, OUTPUT, SAVE_CONFIG, VALIDATE, create, int_or_text};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::Command;
use crate::error::Failure;
use api::resource::Kind;
use api::{Map, Value, json};

const QUOTA_FLAGS: &[Flag] = &[
    flag("hard", ' ', Takes::Text, "''", "A comma-delimited set of resource=quantity pairs that define a hard limit."),
    flag(
        "scopes",
        ' ',
        Takes::Text,
        "''",
        "A comma-delimited set of quota scopes that must all match each object tracked by the quota.",
    ),
];

const INGRESS_FLAGS: &[Flag] = &[
    flag("class", ' ', Takes::Text, "''", "Ingress Class to be used"),
    flag("default-backend", ' ', Takes::Text, "''", "Default service for backend, in format of svcname:port"),
    flag(
        "rule",
        ' ',
        Takes::Repeat,
        "[]",
        "Rule in format host/path=service:port[,tls=secretname]. Paths containing the leading character '*' are considered pathType=Prefix. tls argument is optional.",
    ),
];

pub static QUOTA: Command = Command {
    name: "quota",
    aliases: &["resourcequota"],
    about: "Create a quota with the specified name",
    text: "Create a resource quota with the specified name, hard limits, and optional scopes.",
    examples: "  # Create a new resource quota named my-quota\n  kubectl create quota my-quota --hard=cpu=1,memory=1G,pods=2",
    usage: "create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, QUOTA_FLAGS],
    run: Some(|args, env| create("quota", Kind::RESOURCE_QUOTA, args, env, quota)),
    ..GENERATOR
};

pub static INGRESS: Command = Command {
    name: "ingress",
    aliases: &["ing"],
    about: "Create an ingress with the specified name",
    text: "Create an ingress with the specified name.",
    examples: "  # Create a single ingress called 'simple' that directs requests to foo.com/bar to svc1:8080\n  \
               kubectl create ingress simple --rule=\"foo.com/bar=svc1:8080\"",
    usage: "create ingress NAME --rule=host/path=service:port[,tls[=secret]]  [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, INGRESS_FLAGS],
    run: Some(|args, env| create("ingress", Kind::INGRESS, args, env, ingress)),
    ..GENERATOR
};

fn quota(_: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    let mut hard = Map::new();
    for pair in args.text_or_empty("hard").split(',').filter(|pair| !pair.is_empty()) {
        let (resource, amount) = pair
            .split_once('=')
            .filter(|(_, amount)| !amount.is_empty())
            .ok_or_else(|| Failure::error(format!("Invalid argument syntax {pair}, expected <resource>=<value>")))?;
        hard.insert(resource.to_string(), amount.into());
    }
    let mut spec = json!({});
    if !hard.is_empty() {
        spec["hard"] = Value::Object(hard);
    }
    let scopes: Vec<&str> = args.text_or_empty("scopes").split(',').filter(|scope| !scope.is_empty()).collect();
    if !scopes.is_empty() {
        spec["scopes"] = json!(scopes);
    }
    Ok(json!({"spec": spec, "status": {}}))
}

fn ingress(_: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    let (rules, fallback) = (args.list("rule"), args.text_or_empty("default-backend"));
    if rules.is_empty() && fallback.is_empty() {
        return Err(Failure::error(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
        ));
    }
    let mut spec = json!({});
    if !fallback.is_empty() {
        let wrong = || Failure::error("default-backend should be in format servicename:serviceport");
        spec["defaultBackend"] = backend(fallback).ok_or_else(wrong)?;
    }
    if let Some(class) = args.text("class") {
        spec["ingressClassName"] = class.into();
    }
    // Paths of one host stand together, in the order of the first of each.
    let mut hosts: Vec<(&str, Vec<Value>)> = Vec::new();
    for rule in rules {
        let read = || {
            let (place, target) = rule.split_once('=')?;
            let (host, path) = place.split_at(place.find('/')?);
            Some((host, path, backend(target)?))
        };
        let (host, path, backend) = read().ok_or_else(|| {
            Failure::error(format!(
                "rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            ))
        })?;
        let kind = if path.ends_with('*') { "Prefix" } else { "Exact" };
        let path = json!({"backend": backend, "path": path.trim_end_matches('*'), "pathType": kind});
        match hosts.iter_mut().find(|(known, _)| *known == host) {
            Some((_, paths)) => paths.push(path),
            None => hosts.push((host, vec![path])),
        }
    }
    let rule = |(host, paths): (&str, Vec<Value>)| match host {
        "" => json!({"http": {"paths": paths}}),
        host => json!({"host": host, "http": {"paths": paths}}),
    };
    if !hosts.is_empty() {
        spec["rules"] = hosts.into_iter().map(rule).collect::<Vec<_>>().into();
    }
    Ok(json!({"spec": spec, "status": {"loadBalancer": {}}}))
}

/// `service:port`, the port a number or a name.
fn backend(text: &str) -> Option<Value> {
    let (name, port) =
        text.split_once(':').filter(|(name, port)| !name.is_empty() && !port.is_empty() && !port.contains(','))?;
    let port = match int_or_text(port) {
        Value::Number(number) => json!({"number": number}),
        name => json!({"name": name}),
    };
    Some(json!({"service": {"name": name, "port": port}}))
}
