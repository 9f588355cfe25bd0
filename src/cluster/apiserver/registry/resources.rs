//! Requests and limits: Pods' defaults, and which amounts of what a container may ask for.
//!
//! Models core `ValidateContainerResourceRequirements`, `SetDefaults_Pod`. Left out: claims, sizes of huge pages.

use super::fields::{as_map, entries, part};
use super::names;
use super::path::Path;
use super::report::Report;
use api::Value;
use api::meta::quantity::Quantity;

/// What a container of any node may ask for.
const STANDARD_FOR_CONTAINERS: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// What quotas, nodes and claims count besides.
#[rustfmt::skip]
const STANDARD_ELSEWHERE: [&str; 22] = [
    "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
    "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
    "configmaps", "persistentvolumeclaims", "storage", "requests.storage", "services.nodeports",
    "services.loadbalancers", "count/pods", "count/services", "count/secrets", "count/configmaps", "requests.pods",
];

const HUGE_PAGES: &str = "hugepages-";

/// Copies limits to the requests that weren't written.
pub fn set_requests(resources: &mut Value) {
    let limits: Vec<(String, Value)> = entries(resources, "limits").map(|(k, v)| (k.clone(), v.clone())).collect();
    for (name, limit) in limits {
        as_map(part(resources, "requests")).entry(name).or_insert(limit);
    }
}

/// Checks names and amounts, and requests against limits.
pub fn validate(report: &mut Report, path: Path, resources: &Value) {
    let limits_path = path.child("limits");
    for (name, limit) in entries(resources, "limits") {
        validate_name(report, limits_path.key(name), name);
        validate_amount(report, limits_path.key(name), name, amount(limit));
    }
    let requests_path = path.child("requests");
    for (name, request) in entries(resources, "requests") {
        validate_name(report, requests_path.key(name), name);
        validate_amount(report, requests_path.key(name), name, amount(request));
        match resources["limits"].get(name) {
            Some(limit) => validate_request(report, requests_path, name, amount(request), amount(limit)),
            None if !may_be_overcommitted(name) => {
                report.required(limits_path, "Limit must be set for non overcommitable resources")
            }
            None => {}
        }
    }
    let asked = |wanted: fn(&str) -> bool| {
        ["limits", "requests"].iter().any(|field| entries(resources, field).any(|(name, _)| wanted(name)))
    };
    if asked(|name| name.starts_with(HUGE_PAGES)) && !asked(|name| name == "cpu" || name == "memory") {
        report.forbidden(path, "HugePages require cpu or memory");
    }
}

fn validate_request(report: &mut Report, path: Path, name: &str, request: Quantity, limit: Quantity) {
    if request != limit && !may_be_overcommitted(name) {
        report.invalid(path, request.to_string(), &format!("must be equal to {name} limit of {limit}"));
    } else if request > limit {
        report.invalid(path, request.to_string(), &format!("must be less than or equal to {name} limit of {limit}"));
    }
}

fn validate_name(report: &mut Report, path: Path, name: &str) {
    let problems = names::qualified_name(name);
    if !problems.is_empty() {
        return report.refuse(path, name, problems);
    }
    if !name.contains('/') {
        let for_containers = STANDARD_FOR_CONTAINERS.contains(&name) || name.starts_with(HUGE_PAGES);
        if !for_containers && !STANDARD_ELSEWHERE.contains(&name) {
            report.invalid(path, name, "must be a standard resource type or fully qualified");
        }
        if !for_containers {
            report.invalid(path, name, "must be a standard resource for containers");
        }
    } else if is_extended(name) && name.starts_with("requests.") {
        report.invalid(path, name, "doesn't follow extended resource name standard");
    }
}

/// Checks an amount of one resource.
pub fn validate_amount(report: &mut Report, path: Path, name: &str, amount: Quantity) {
    if amount < Quantity::default() {
        report.invalid(path, amount.to_string(), "must be greater than or equal to 0");
    }
    let counted = is_extended(name) || name == "pods";
    if counted && is_fractional(amount) {
        report.invalid(path, amount.to_string(), "must be an integer");
    }
}

/// Whether an amount has a part below one.
pub fn is_fractional(amount: Quantity) -> bool {
    amount.milli() % 1000 != 0
}

/// The amount a manifest holds; the decoder has refused what isn't one.
pub fn amount(value: &Value) -> Quantity {
    Quantity::from_value(value).unwrap_or_default()
}

/// A device or the like, known to its plugin only.
fn is_extended(name: &str) -> bool {
    name.split_once('/').is_some_and(|(domain, _)| domain != "kubernetes.io" && !domain.ends_with(".kubernetes.io"))
}

/// Whether limits may exceed requests.
fn may_be_overcommitted(name: &str) -> bool {
    !is_extended(name) && !name.starts_with(HUGE_PAGES)
}
