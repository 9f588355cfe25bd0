//! ReplicaSets: defaults and checks, and what they share with Deployments and StatefulSets.
//!
//! Models apps `SetDefaults_ReplicaSet`, `ValidateReplicaSetSpec`.

use super::daemon_set::validate_selector_unchanged;
use super::fields::{default, int, part};
use super::path::Path;
use super::report::Report;
use super::{meta, pod_template, selector};
use api::Value;
use api::resource::Kind;

/// Fills in what a manifest leaves open.
pub fn set_defaults(replica_set: &mut Value) {
    let spec = part(replica_set, "spec");
    default(spec, "replicas", 1);
    pod_template::set_defaults(spec);
}

/// Checks a new ReplicaSet.
pub fn validate(report: &mut Report, replica_set: &Value) {
    meta::validate(report, Kind::REPLICA_SET, replica_set);
    validate_spec(report, &replica_set["spec"]);
}

/// Checks a ReplicaSet that replaces another; the selector last.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_spec(report, &new["spec"]);
    validate_selector_unchanged(report, new, old);
}

fn validate_spec(report: &mut Report, spec: &Value) {
    let path = Path::root("spec");
    for field in ["replicas", "minReadySeconds"] {
        report.non_negative(path.child(field), int(spec, field));
    }
    // The server says "deployment" here as well.
    validate_selector_and_template(report, spec, "empty selector is invalid for deployment");
}

/// Checks a selector that may not be missing, and the template it must pick.
pub fn validate_selector_and_template(report: &mut Report, spec: &Value, when_empty: &str) {
    let path = Path::root("spec");
    let wanted = &spec["selector"];
    if wanted.is_null() {
        report.required(path.child("selector"), "");
    }
    selector::validate(report, path.child("selector"), wanted);
    if selector::asks_nothing(wanted) {
        report.invalid(path.child("selector"), selector::shown(wanted), when_empty);
    }
    if !selector::is_sound(wanted) {
        return report.invalid(path.child("selector"), selector::shown(wanted), "invalid label selector");
    }
    selector::validate_picks_template(report, wanted, &spec["template"]);
    pod_template::validate_endless(report, path.child("template"), &spec["template"], "ReplicaSet");
}
