//! Nodes: allocatable amounts, taints, and what the node's spec may not change.
//!
//! Models core `SetDefaults_NodeStatus`, `ValidateNode`, `ValidateNodeUpdate`.

use super::fields::{entries, given, list, part, set, text, written};
use super::path::Path;
use super::report::Report;
use super::{meta, resources, scheduling};
use api::Value;
use api::resource::Kind;

/// What is allocatable is everything, unless the kubelet says otherwise.
pub fn set_defaults(node: &mut Value) {
    part(node, "spec");
    let Some(status) = written(node, "status") else { return };
    if given(status, "capacity") && !given(status, "allocatable") {
        let capacity = status["capacity"].clone();
        set(status, "allocatable", capacity);
    }
}

/// Checks a new node.
pub fn validate(report: &mut Report, node: &Value) {
    meta::validate(report, Kind::NODE, node);
    validate_taints(report, node);
    validate_capacity(report, node);
}

/// Checks a node that replaces another. Taints, labels, annotations and `unschedulable` are free.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_taints(report, new);
    validate_capacity(report, new);
    let path = Path::root("spec");
    let (new, old) = (&new["spec"], &old["spec"]);
    // The older field wins where the two differ.
    let range = text(old, "podCIDR");
    let moved = !range.is_empty() && text(new, "podCIDR") != range;
    if moved || !list(old, "podCIDRs").is_empty() && list(new, "podCIDRs") != list(old, "podCIDRs") {
        report.forbidden(path.child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
    }
    let provider = text(old, "providerID");
    if !provider.is_empty() && text(new, "providerID") != provider {
        report.forbidden(path.child("providerID"), "node updates may not change providerID except from \"\" to valid");
    }
}

/// The server looks for taints in the metadata as far as its messages go.
fn validate_taints(report: &mut Report, node: &Value) {
    let path = Path::root("metadata");
    scheduling::validate_taints(report, path.child("taints"), list(&node["spec"], "taints"));
}

fn validate_capacity(report: &mut Report, node: &Value) {
    let path = Path::root("status");
    for field in ["capacity", "allocatable"] {
        let path = path.child(field);
        for (name, amount) in entries(&node["status"], field) {
            resources::validate_amount(report, path.key(name), name, resources::amount(amount));
        }
    }
}
