//! `describe quota` and `describe limitrange`, and what a namespace's description says of them.

use super::fields::{items, text};
use super::related::Related;
use super::writer::Writer;
use api::resource::Kind;
use api::{Value, sort};

pub fn describe_quota(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    w.text_field(0, "Name", &object["metadata"]["name"]);
    w.text_field(0, "Namespace", &object["metadata"]["namespace"]);
    scopes(w, 0, object);
    w.line(0, "Resource\tUsed\tHard");
    w.line(0, "--------\t----\t----");
    amounts(w, 0, object);
}

pub fn describe_limit_range(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    w.text_field(0, "Name", &object["metadata"]["name"]);
    w.text_field(0, "Namespace", &object["metadata"]["namespace"]);
    w.line(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
    w.line(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    limits(w, object, "");
}

/// The last two parts of a namespace's description.
pub fn of_namespace(w: &mut Writer, namespace: &str, related: &mut dyn Related) {
    w.line(0, "");
    let quotas = related.list(Kind::RESOURCE_QUOTA, Some(namespace), "", "");
    if quotas.is_empty() {
        w.line(0, "No resource quota.");
    } else {
        w.line(0, "Resource Quotas");
    }
    for quota in &quotas {
        w.text_field(1, "Name", &quota["metadata"]["name"]);
        scopes(w, 1, quota);
        w.line(1, "Resource\tUsed\tHard");
        w.line(1, "--------\t---\t---");
        amounts(w, 1, quota);
    }
    w.line(0, "");
    let ranges = related.list(Kind::LIMIT_RANGE, Some(namespace), "", "");
    if ranges.is_empty() {
        return w.line(0, "No LimitRange resource.");
    }
    w.line(0, "Resource Limits");
    w.line(0, " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
    w.line(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    for range in &ranges {
        limits(w, range, " ");
    }
}

fn scopes(w: &mut Writer, level: usize, quota: &Value) {
    let mut scopes: Vec<&str> = items(&quota["spec"]["scopes"]).iter().map(text).collect();
    if scopes.is_empty() {
        return;
    }
    sort::ascending(&mut scopes);
    w.field(level, "Scopes", scopes.join(", "));
    for scope in scopes {
        let help = match scope {
            "Terminating" => {
                "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system."
            }
            "NotTerminating" => {
                "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate."
            }
            "BestEffort" => {
                "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
            }
            "NotBestEffort" => {
                "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service."
            }
            _ => continue,
        };
        w.line(level, &format!(" * {help}"));
    }
}

/// Nobody counts what is used, so it is nothing until something is.
fn amounts(w: &mut Writer, level: usize, quota: &Value) {
    for (resource, hard) in quota["spec"]["hard"].as_object().into_iter().flatten() {
        let used = quota["status"]["used"][resource].as_str().unwrap_or("0");
        w.line(level, &format!("{resource}\t{used}\t{}", text(hard)));
    }
}

fn limits(w: &mut Writer, range: &Value, indent: &str) {
    const FIELDS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for item in items(&range["spec"]["limits"]) {
        let keys = FIELDS.iter().flat_map(|field| item[*field].as_object().into_iter().flatten().map(|(key, _)| key));
        let mut resources: Vec<&String> = keys.collect();
        sort::ascending(&mut resources);
        resources.dedup();
        for resource in resources {
            let cell = |field: &str| item[field][resource].as_str().unwrap_or("-").to_string();
            let cells: Vec<String> = FIELDS.iter().map(|field| cell(field)).collect();
            w.line(0, &format!("{indent}{}\t{resource}\t{}", text(&item["type"]), cells.join("\t")));
        }
    }
}
