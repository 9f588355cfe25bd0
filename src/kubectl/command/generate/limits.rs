//! `kubectl create quota` and `ingress`: kept and shown, without effect here.
//!
//! Models kubectl `pkg/cmd/create/create_{quota,ingress}.go`. Kubernetes v1.36.

use super::{DRY_RUN, FIELD_MANAGER, GENERATOR, OUTPUT, SAVE_CONFIG, VALIDATE, create, int_or_text};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::Command;
use crate::error::Failure;
use api::meta::quantity::Quantity;
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
    flag(
        "annotation",
        ' ',
        Takes::Repeat,
        "[]",
        "Annotation to insert in the ingress object, in the format annotation=value",
    ),
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
    for pair in args.text_or_empty("hard").split(',').filter(|_| !args.text_or_empty("hard").is_empty()) {
        let [resource, amount] = pair.split('=').collect::<Vec<_>>()[..] else {
            return Err(Failure::error(format!("Invalid argument syntax {pair}, expected <resource>=<value>")));
        };
        let quantity = Quantity::from_text(amount).map_err(Failure::error)?;
        hard.insert(resource.to_string(), quantity.to_string().into());
    }
    let mut spec = json!({});
    if !hard.is_empty() {
        spec["hard"] = Value::Object(hard);
    }
    let scopes = args.text_or_empty("scopes");
    if !scopes.is_empty() {
        let scopes: Vec<&str> = scopes.split(',').collect();
        if scopes.contains(&"") {
            return Err(Failure::error("invalid resource quota scope \"\""));
        }
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
    let mut parsed = Vec::new();
    for text in rules {
        parsed.push(Rule::read(text).ok_or_else(|| {
            Failure::error(format!(
                "rule {text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            ))
        })?);
    }
    let mut annotations = Map::new();
    for text in args.list("annotation") {
        let wrong = || Failure::error(format!("annotation {text} is invalid and should be in format key=[value]"));
        let (key, value) = text.split_once('=').ok_or_else(wrong)?;
        annotations.insert(key.to_string(), value.into());
    }
    let mut spec = json!({});
    if !fallback.is_empty() {
        let wrong = || Failure::error("default-backend should be in format servicename:serviceport");
        spec["defaultBackend"] = backend(fallback).ok_or_else(wrong)?;
    }
    if let Some(class) = args.text("class").filter(|class| !class.is_empty()) {
        spec["ingressClassName"] = class.into();
    }
    let (hosts, tls) = (by_host(&parsed), by_secret(&parsed));
    if !hosts.is_empty() {
        spec["rules"] = hosts.into();
    }
    if !tls.is_empty() {
        spec["tls"] = tls.into();
    }
    let mut value = json!({"spec": spec, "status": {"loadBalancer": {}}});
    if !annotations.is_empty() {
        value["metadata"] = json!({"annotations": annotations});
    }
    Ok(value)
}

/// `host/path=service:port[,tls[=secret]]`
struct Rule<'a> {
    host: &'a str,
    path: Value,
    /// The secret's name; empty for the controller's own.
    tls: Option<&'a str>,
}

impl Rule<'_> {
    fn read(text: &str) -> Option<Rule<'_>> {
        let (rule, tls) = match text.split_once(',') {
            None => (text, None),
            Some((rule, "tls")) => (rule, Some("")),
            Some((rule, tls)) => (rule, Some(tls.strip_prefix("tls=")?)),
        };
        let (place, target) = rule.split_once('=')?;
        let (host, path) = place.split_at(place.find('/')?);
        let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
        let (service, port) = target.split_once(':')?;
        if !host.chars().all(|c| c.is_alphanumeric() || "_*-.".contains(c)) || !word(service) || !word(port) {
            return None;
        }
        let kind = if path.ends_with('*') { "Prefix" } else { "Exact" };
        let shown = path.strip_suffix('*').unwrap_or(path);
        Some(Rule { host, path: json!({"backend": backend(target)?, "path": shown, "pathType": kind}), tls })
    }
}

/// Paths of one host stand together, in the order of the first of each.
fn by_host(rules: &[Rule]) -> Vec<Value> {
    let mut hosts: Vec<(&str, Vec<&Value>)> = Vec::new();
    for Rule { host, path, .. } in rules {
        match hosts.iter_mut().find(|(known, _)| known == host) {
            Some((_, paths)) => paths.push(path),
            None => hosts.push((host, vec![path])),
        }
    }
    let rule = |(host, paths): (&str, Vec<&Value>)| match host {
        "" => json!({"http": {"paths": paths}}),
        host => json!({"host": host, "http": {"paths": paths}}),
    };
    hosts.into_iter().map(rule).collect()
}

/// Hosts of one secret stand together; each host counts once.
fn by_secret(rules: &[Rule]) -> Vec<Value> {
    let mut secrets: Vec<(&str, Vec<&str>)> = Vec::new();
    for Rule { host, tls, .. } in rules {
        let Some(secret) = tls else { continue };
        if secrets.iter().any(|(_, hosts)| hosts.contains(host)) {
            continue;
        }
        match secrets.iter_mut().find(|(known, _)| known == secret) {
            Some((_, hosts)) => hosts.push(host),
            None => secrets.push((secret, vec![host])),
        }
    }
    let entry = |(secret, hosts): (&str, Vec<&str>)| {
        let hosts: Vec<&str> = hosts.into_iter().filter(|host| !host.is_empty()).collect();
        let mut entry = json!({});
        if !hosts.is_empty() {
            entry["hosts"] = json!(hosts);
        }
        if !secret.is_empty() {
            entry["secretName"] = secret.into();
        }
        entry
    };
    secrets.into_iter().map(entry).filter(|entry| *entry != json!({})).collect()
}

/// `service:port`, the port a number or a name.
fn backend(text: &str) -> Option<Value> {
    let (name, port) = text.split_once(':').filter(|(_, port)| !port.contains(':'))?;
    let port = match int_or_text(port) {
        Value::Number(number) => json!({"number": number}),
        name => json!({"name": name}),
    };
    Some(json!({"service": {"name": name, "port": port}}))
}
