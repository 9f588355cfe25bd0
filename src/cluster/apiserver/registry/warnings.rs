//! What the server accepts and remarks upon: kubectl prints `Warning: TEXT`.
//!
//! Models `pkg/api/pod/warnings.go` and the strategies that call it. Left out: overlapping ports, deprecated volume
//! types' successors, topology constraints of deprecated labels.

use super::fields::{given, int, list, text};
use super::path::Path;
use super::report::quoted;
use super::{meta, resources, selector};
use api::Value;
use std::collections::BTreeMap;

/// Labels of nodes that were renamed: the old name, since when, the new name.
const RENAMED_LABELS: [(&str, &str, &str); 5] = [
    ("beta.kubernetes.io/arch", "v1.14", "kubernetes.io/arch"),
    ("beta.kubernetes.io/os", "v1.14", "kubernetes.io/os"),
    ("failure-domain.beta.kubernetes.io/region", "v1.17", "topology.kubernetes.io/region"),
    ("failure-domain.beta.kubernetes.io/zone", "v1.17", "topology.kubernetes.io/zone"),
    ("beta.kubernetes.io/instance-type", "v1.17", "node.kubernetes.io/instance-type"),
];

const CRITICAL_POD: &str = "scheduler.alpha.kubernetes.io/critical-pod";
/// What is measured in bytes, which come whole.
const BYTES: [&str; 2] = ["memory", "ephemeral-storage"];

/// Remarks on a Pod or template: its metadata and spec, at these places.
pub fn of_pod(meta_path: Path, meta: &Value, spec_path: Path, spec: &Value) -> Vec<String> {
    let mut warnings = Vec::new();
    warn_of_labels(&mut warnings, spec_path, spec);
    let secrets_path = spec_path.child("imagePullSecrets");
    for (i, secret) in list(spec, "imagePullSecrets").iter().enumerate() {
        if text(secret, "name").is_empty() {
            warnings.push(format!("{}.name: invalid empty name \"\"", secrets_path.index(i)));
        }
    }
    if int(spec, "terminationGracePeriodSeconds") < 0 {
        let path = spec_path.child("terminationGracePeriodSeconds");
        warnings.push(format!("{path}: must be >= 0; negative values are invalid and will be treated as 1"));
    }
    if meta::annotated(meta, CRITICAL_POD) {
        let path = meta_path.child("annotations");
        let path = path.key(CRITICAL_POD);
        warnings.push(format!("{path}: non-functional in v1.16+; use the \"priorityClassName\" field instead"));
    }
    for field in ["initContainers", "containers"] {
        let path = spec_path.child(field);
        for (i, container) in list(spec, field).iter().enumerate() {
            warn_of_container(&mut warnings, path.index(i), container);
        }
    }
    warnings
}

fn warn_of_labels(warnings: &mut Vec<String>, path: Path, spec: &Value) {
    let path = path.child("nodeSelector");
    for key in selector::keys(spec, "nodeSelector") {
        if let Some((_, since, successor)) = RENAMED_LABELS.iter().find(|(old, ..)| *old == key) {
            warnings.push(format!("{}: deprecated since {since}; use {successor:?} instead", path.key(key)));
        }
    }
}

fn warn_of_container(warnings: &mut Vec<String>, path: Path, container: &Value) {
    let resources_path = path.child("resources");
    for name in BYTES {
        for field in ["limits", "requests"] {
            let amount = resources::amount(&container["resources"][field][name]);
            if resources::is_fractional(amount) {
                let path = resources_path.child(field);
                let path = path.key(name);
                warnings.push(format!("{path}: fractional byte value \"{amount}\" is invalid, must be an integer"));
            }
        }
    }
    warn_of_env(warnings, path.child("env"), list(container, "env"));
    warn_of_ports(warnings, path.child("ports"), list(container, "ports"));
}

/// A variable that refers to the one it hides is a known way to append, and passes.
fn warn_of_env(warnings: &mut Vec<String>, path: Path, variables: &[Value]) {
    let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
    for (i, variable) in variables.iter().enumerate() {
        let name = text(variable, "name");
        let refers = given(variable, "value") && text(variable, "value").contains(&format!("$({name})"));
        if seen.insert(name, variable).is_some() && !refers {
            let name = quoted(name);
            warnings.push(format!(
                "{}: hides previous definition of {name}, which may be dropped when using apply",
                path.index(i)
            ));
        }
    }
}

fn warn_of_ports(warnings: &mut Vec<String>, path: Path, ports: &[Value]) {
    let place = |port: &Value| {
        let numbers = [int(port, "containerPort"), int(port, "hostPort")];
        (numbers, text(port, "protocol").to_string(), text(port, "hostIP").to_string())
    };
    for (i, port) in ports.iter().enumerate() {
        if let Some(first) = ports[..i].iter().position(|other| place(other) == place(port)) {
            warnings.push(format!("{}: duplicate port definition with {}", path.index(i), path.index(first)));
        }
    }
}
