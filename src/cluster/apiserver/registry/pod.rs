//! Pods: defaults, the status they begin with, and the few fields of a running Pod that may change.
//!
//! Models core `SetDefaults_Pod`, `ValidatePodCreate`, `ValidatePodUpdate`, `GetPodQOS`.

use super::fields::{items, keep, list, part, same, text};
use super::path::Path;
use super::report::Report;
use super::{container, meta, names, pod_spec, resources};
use api::resource::Kind;
use api::{Value, json};

/// What an update of `spec` is told. Kubernetes goes on with a diff of its internal structs, which is left out here.
const MAY_NOT_CHANGE: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// Reason and message of condition PodScheduled as long as gates hold a Pod back.
pub const GATED: (&str, &str) = ("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");

/// Fills in what a manifest leaves open.
pub fn set_defaults(pod: &mut Value) {
    let spec = part(pod, "spec");
    pod_spec::set_defaults(spec);
    pod_spec::set_pod_defaults(spec);
}

/// The status of a Pod that was just stored.
pub fn initial_status(pod: &Value) -> Value {
    let mut status = json!({"phase": "Pending", "qosClass": qos_class(&pod["spec"])});
    if !list(&pod["spec"], "schedulingGates").is_empty() {
        status["conditions"] =
            json!([{"type": "PodScheduled", "status": "False", "reason": GATED.0, "message": GATED.1}]);
    }
    status
}

/// How dearly the node keeps it: by the CPU and memory its containers ask for.
pub fn qos_class(spec: &Value) -> &'static str {
    let containers = || ["initContainers", "containers"].into_iter().flat_map(|field| list(spec, field));
    let asked = |container: &Value, field: &str, name: &str| {
        container["resources"][field].get(name).map(resources::amount).filter(|amount| !amount.is_zero())
    };
    let asks_something = |container: &Value| {
        ["requests", "limits"]
            .iter()
            .any(|field| ["cpu", "memory"].iter().any(|n| asked(container, field, n).is_some()))
    };
    let asks_exactly = |container: &Value| {
        ["cpu", "memory"].iter().all(|name| {
            let limit = asked(container, "limits", name);
            limit.is_some() && asked(container, "requests", name) == limit
        })
    };
    match () {
        _ if !containers().any(asks_something) => "BestEffort",
        _ if containers().all(asks_exactly) => "Guaranteed",
        _ => "Burstable",
    }
}

/// Checks a new Pod.
pub fn validate(report: &mut Report, pod: &Value) {
    meta::validate(report, Kind::POD, pod);
    validate_spec(report, &pod["spec"]);
}

fn validate_spec(report: &mut Report, spec: &Value) {
    let path = Path::root("spec");
    pod_spec::validate(report, path, spec);
    for field in ["containers", "initContainers"] {
        container::validate_only_for_pod(report, path.child(field), list(spec, field));
    }
}

/// Checks a Pod that replaces another.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_spec(report, &new["spec"]);
    let path = Path::root("spec");
    let (new, old) = (&new["spec"], &old["spec"]);
    for field in ["containers", "initContainers"] {
        if list(new, field).len() != list(old, field).len() {
            return report.forbidden(path.child(field), "pod updates may not add or remove containers");
        }
    }
    validate_deadline(report, path.child("activeDeadlineSeconds"), new, old);
    validate_added_tolerations(report, path.child("tolerations"), new, old);
    validate_lifted_gates(report, path.child("schedulingGates"), new, old);
    if !same(&without_mutable_fields(new, old), old) {
        report.forbidden(path, MAY_NOT_CHANGE);
    }
}

/// The new spec with every field that may change set back to what it was.
fn without_mutable_fields(new: &Value, old: &Value) -> Value {
    let mut spec = new.clone();
    for field in ["containers", "initContainers"] {
        for (container, old) in items(&mut spec, field).zip(list(old, field)) {
            keep(container, old, "image");
        }
    }
    for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
        keep(&mut spec, old, field);
    }
    let grace = "terminationGracePeriodSeconds";
    if spec[grace] == 1 && old[grace].as_i64().is_some_and(|seconds| seconds < 0) {
        keep(&mut spec, old, grace);
    }
    spec
}

fn validate_deadline(report: &mut Report, path: Path, new: &Value, old: &Value) {
    let [new, old] = [new, old].map(|spec| spec["activeDeadlineSeconds"].as_i64());
    match (new, old) {
        (Some(new), Some(old)) if new > old => {
            report.invalid(path, new, "must be less than or equal to previous value")
        }
        (None, Some(_)) => report.invalid(path, Value::Null, "must not update from a positive integer to nil value"),
        _ => {}
    }
}

/// Gates are set when a Pod is created; after that they can only be lifted.
fn validate_lifted_gates(report: &mut Report, path: Path, new: &Value, old: &Value) {
    let name = |gate: &Value| text(gate, "name").to_string();
    let old: Vec<String> = list(old, "schedulingGates").iter().map(name).collect();
    for added in list(new, "schedulingGates").iter().map(name).filter(|gate| !old.contains(gate)) {
        report.forbidden(path, &format!("only deletion is allowed, but found new scheduling gate '{added}'"));
    }
}

/// Every old toleration must still be there, with any number of seconds.
fn validate_added_tolerations(report: &mut Report, path: Path, new: &Value, old: &Value) {
    let but_seconds = |toleration: &Value| -> Vec<(String, Value)> {
        let fields = toleration.as_object().into_iter().flatten();
        fields.filter(|(f, _)| *f != "tolerationSeconds").map(|(f, v)| (f.clone(), v.clone())).collect()
    };
    let kept = |old: &Value| list(new, "tolerations").iter().any(|new| but_seconds(new) == but_seconds(old));
    if !list(old, "tolerations").iter().all(kept) {
        report.forbidden(path, "existing toleration can not be modified except its tolerationSeconds");
    }
}

/// A Pod's name is its host's name too, where a dot surprises.
pub fn name_warning(pod: &Value) -> Option<String> {
    let problems = names::label(text(&pod["metadata"], "name"));
    (!problems.is_empty()).then(|| {
        let problems = problems.join(" ");
        format!("metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{problems}]")
    })
}
