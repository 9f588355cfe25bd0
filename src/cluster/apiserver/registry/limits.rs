//! ResourceQuotas and LimitRanges: which resources and scopes there are, and that the least is not more than the most.
//!
//! Models core `ValidateResourceQuota` and `ValidateLimitRange`, Kubernetes v1.36. Left out: scope selectors, ratios.

use super::fields::{entries, given, items, list, part, set, text};
use super::path::Path;
use super::report::{Report, quoted};
use super::{meta, names};
use api::meta::quantity::Quantity;
use api::resource::Kind;
use api::{Value, json};

/// What a quota may count without a domain in front of it.
#[rustfmt::skip]
const COUNTED: [&str; 19] = [
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage",
    "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas",
    "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports",
    "services.loadbalancers",
];

/// Checks a ResourceQuota.
pub fn validate_quota(report: &mut Report, quota: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::RESOURCE_QUOTA, quota),
        Some(old) => meta::validate_update(report, quota, old),
    }
    let spec = Path::root("spec");
    let hard = spec.child("hard");
    for (name, amount) in entries(&quota["spec"], "hard") {
        let path = hard.key(name);
        report.refuse(path, name, names::qualified_name(name));
        let hugepages = name.starts_with("hugepages-") || name.starts_with("requests.hugepages-");
        if !name.contains('/') && !COUNTED.contains(&name.as_str()) && !hugepages {
            report.invalid(path, name.as_str(), "must be a standard resource type or fully qualified");
            report.invalid(path, name.as_str(), "must be a standard resource for quota");
        }
        if Quantity::parse(amount.as_str().unwrap_or_default()).is_some_and(|amount| amount < Quantity::default()) {
            report.invalid(path, amount.clone(), "must be greater than or equal to 0");
        }
    }
    let scopes = list(&quota["spec"], "scopes");
    let known =
        ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"];
    for scope in scopes {
        if !known.contains(&scope.as_str().unwrap_or_default()) {
            report.invalid(spec.child("scopes"), json!(scopes), "unsupported scope");
        }
    }
    let has = |scope: &str| scopes.iter().any(|one| one == scope);
    if (has("BestEffort") && has("NotBestEffort")) || (has("Terminating") && has("NotTerminating")) {
        report.invalid(spec.child("scopes"), json!(scopes), "conflicting scopes");
    }
    if let Some(old) = old {
        report.unchanged(spec.child("scopes"), &quota["spec"]["scopes"], &old["spec"]["scopes"]);
    }
}

/// A container's limits follow from what is the most, its requests from its limits or from what is the least.
pub fn set_limit_range_defaults(range: &mut Value) {
    for item in items(part(range, "spec"), "limits") {
        if text(item, "type") != "Container" {
            continue;
        }
        for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")] {
            let known: Vec<(String, Value)> =
                entries(item, from).map(|(key, value)| (key.clone(), value.clone())).collect();
            for (key, value) in known {
                if !given(&item[to], &key) {
                    set(part(item, to), &key, value);
                }
            }
        }
    }
}

/// Checks a LimitRange.
pub fn validate_limit_range(report: &mut Report, range: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::LIMIT_RANGE, range),
        Some(old) => meta::validate_update(report, range, old),
    }
    let spec = Path::root("spec");
    let limits = spec.child("limits");
    for (i, item) in list(&range["spec"], "limits").iter().enumerate() {
        let path = limits.index(i);
        let kind = text(item, "type");
        if kind.is_empty() {
            report.required(path.child("type"), "");
        }
        if list(&range["spec"], "limits")[..i].iter().any(|other| text(other, "type") == kind) {
            report.duplicate_struct(path.child("type"), quoted(kind), "");
        }
        if kind == "Pod" {
            for field in ["default", "defaultRequest"] {
                if given(item, field) {
                    report.forbidden(path.child(field), "may not be specified when `type` is 'Pod'");
                }
            }
        }
        if kind == "PersistentVolumeClaim" && !given(&item["min"], "storage") && !given(&item["max"], "storage") {
            report.required(
                path.child("limits"),
                "either minimum or maximum storage value is required, but neither was provided",
            );
        }
        for (low, high, what) in [
            ("min", "max", "min value {} is greater than max value {}"),
            ("min", "defaultRequest", "min value {} is greater than default request value {}"),
            ("defaultRequest", "max", "default request value {} is greater than max value {}"),
            ("defaultRequest", "default", "default request value {} is greater than default limit value {}"),
            ("min", "default", "min value {} is greater than default value {}"),
            ("default", "max", "default value {} is greater than max value {}"),
        ] {
            compare(report, path, item, low, high, what);
        }
    }
}

fn compare(report: &mut Report, path: Path, item: &Value, low: &str, high: &str, what: &str) {
    for (key, least) in entries(item, low) {
        let (least, most) = (least.as_str().unwrap_or_default(), item[high][key].as_str().unwrap_or_default());
        let wrong = match (Quantity::parse(least), Quantity::parse(most)) {
            (Some(least), Some(most)) => least > most,
            _ => false,
        };
        if wrong {
            let detail = what.replacen("{}", least, 1).replacen("{}", most, 1);
            let place = path.child(if low == "defaultRequest" || low == "min" { low } else { "default" });
            report.invalid(place.key(key), least, &detail);
        }
    }
}
