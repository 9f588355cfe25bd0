//! What the server accepts and remarks upon: kubectl prints `Warning: TEXT`.
//!
//! Models `pkg/api/pod/warnings.go` and `pkg/api/node/util.go`. Left out: seccomp and AppArmor annotations, volume plugins
//! of vendors, projected paths that collide.

use super::fields::{given, int, list, text};
use super::path::Path;
use super::report::quoted;
use super::{meta, resources, selector};
use api::Value;
use std::collections::BTreeSet;

/// Labels of nodes that one shouldn't select by any more.
const DEPRECATED_LABELS: [(&str, &str); 8] = [
    ("beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"),
    ("beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    ("failure-domain.beta.kubernetes.io/zone", "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"),
    ("beta.kubernetes.io/instance-type", "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    ("scheduler.alpha.kubernetes.io/preferAvoidPods", "deprecated since v1.22; use Taints and Tolerations instead"),
    ("node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead"),
];

/// Annotations of Pods that do nothing any more.
const DEPRECATED_ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
];

/// What is measured in bytes, which come whole.
const BYTES: [&str; 2] = ["memory", "ephemeral-storage"];
const CONTAINER_LISTS: [&str; 2] = ["initContainers", "containers"];

/// Remarks on a Pod or template: its metadata and spec, at these places.
pub fn of_pod(meta_path: Path, meta: &Value, spec_path: Path, spec: &Value) -> Vec<String> {
    let mut warnings = Vec::new();
    warn_of_labels(&mut warnings, spec_path, spec);
    let annotations_path = meta_path.child("annotations");
    for (key, why) in DEPRECATED_ANNOTATIONS {
        if meta::annotated(meta, key) {
            warnings.push(format!("{}: {why}", annotations_path.key(key)));
        }
    }
    warn_of_duplicates(&mut warnings, spec_path.child("hostAliases"), list(spec, "hostAliases"), "ip");
    let secrets_path = spec_path.child("imagePullSecrets");
    let secrets = list(spec, "imagePullSecrets");
    warn_of_duplicates(&mut warnings, secrets_path, secrets, "name");
    for (i, _) in secrets.iter().enumerate().filter(|(_, secret)| text(secret, "name").is_empty()) {
        warnings.push(format!("{}.name: invalid empty name \"\"", secrets_path.index(i)));
    }
    for field in CONTAINER_LISTS {
        let path = spec_path.child(field);
        for (i, container) in list(spec, field).iter().enumerate() {
            warn_of_amounts(&mut warnings, path.index(i), container);
            warn_of_env(&mut warnings, path.index(i), container);
        }
    }
    warn_of_ports(&mut warnings, spec_path, spec);
    if int(spec, "terminationGracePeriodSeconds") < 0 {
        let path = spec_path.child("terminationGracePeriodSeconds");
        warnings.push(format!("{path}: must be >= 0; negative values are invalid and will be treated as 1"));
    }
    warnings
}

fn deprecation(label: &str) -> Option<&'static str> {
    DEPRECATED_LABELS.iter().find(|(old, _)| *old == label).map(|(_, why)| *why)
}

fn warn_of_labels(warnings: &mut Vec<String>, path: Path, spec: &Value) {
    let selector_path = path.child("nodeSelector");
    for key in selector::keys(spec, "nodeSelector") {
        warnings.extend(deprecation(key).map(|why| format!("{}: {why}", selector_path.key(key))));
    }
    let affinity = &spec["affinity"]["nodeAffinity"];
    let path_of_affinity = path.child("affinity");
    let path_of_affinity = path_of_affinity.child("nodeAffinity");
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let terms_path = path_of_affinity.child(required);
    let terms_path = terms_path.child("nodeSelectorTerms");
    for (i, term) in list(&affinity[required], "nodeSelectorTerms").iter().enumerate() {
        warn_of_term(warnings, terms_path.index(i), term);
    }
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let preferred_path = path_of_affinity.child(preferred);
    for (i, preference) in list(affinity, preferred).iter().enumerate() {
        warn_of_term(warnings, preferred_path.index(i).child("preference"), &preference["preference"]);
    }
    let spread_path = path.child("topologySpreadConstraints");
    for (i, constraint) in list(spec, "topologySpreadConstraints").iter().enumerate() {
        let path = spread_path.index(i);
        let key = text(constraint, "topologyKey");
        warnings.extend(deprecation(key).map(|why| format!("{path}.topologyKey: {key} is {why}")));
        if !given(constraint, "labelSelector") {
            warnings.push(format!("{path}.labelSelector: a null labelSelector results in matching no pod"));
        }
    }
}

fn warn_of_term(warnings: &mut Vec<String>, path: Path, term: &Value) {
    let path = path.child("matchExpressions");
    for (i, requirement) in list(term, "matchExpressions").iter().enumerate() {
        let key = text(requirement, "key");
        warnings.extend(deprecation(key).map(|why| format!("{}.key: {key} is {why}", path.index(i))));
    }
}

fn warn_of_duplicates(warnings: &mut Vec<String>, path: Path, items: &[Value], field: &str) {
    let mut seen = BTreeSet::new();
    for (i, item) in items.iter().enumerate() {
        if !seen.insert(text(item, field)) {
            warnings.push(format!("{}.{field}: duplicate {field} {}", path.index(i), quoted(text(item, field))));
        }
    }
}

fn warn_of_amounts(warnings: &mut Vec<String>, path: Path, container: &Value) {
    let path = path.child("resources");
    for name in BYTES {
        for field in ["limits", "requests"] {
            let amount = resources::amount(&container["resources"][field][name]);
            if resources::is_fractional(amount) {
                let path = path.child(field);
                let path = path.key(name);
                warnings.push(format!("{path}: fractional byte value \"{amount}\" is invalid, must be an integer"));
            }
        }
    }
}

/// A value that appends to the one it hides (`X: $(X):more`) is a known trick, and passes.
fn warn_of_env(warnings: &mut Vec<String>, path: Path, container: &Value) {
    let path = path.child("env");
    let mut seen = BTreeSet::new();
    for (i, variable) in list(container, "env").iter().enumerate() {
        let (name, value) = (text(variable, "name"), text(variable, "value"));
        let reference = format!("$({name})");
        let appends = !given(variable, "valueFrom") && value != reference && value.contains(&reference);
        if !seen.insert(name) && !appends {
            let (path, name) = (path.index(i), quoted(name));
            warnings
                .push(format!("{path}: hides previous definition of {name}, which may be dropped when using apply"));
        }
    }
}

/// Ports are compared across all containers, since these share the Pod's network.
fn warn_of_ports(warnings: &mut Vec<String>, spec_path: Path, spec: &Value) {
    let mut seen: Vec<(String, &Value)> = Vec::new();
    for field in CONTAINER_LISTS {
        let list_path = spec_path.child(field);
        for (i, container) in list(spec, field).iter().enumerate() {
            let path = list_path.index(i);
            let path = path.child("ports");
            for (j, port) in list(container, "ports").iter().enumerate() {
                let place = path.index(j).to_string();
                let clashes = seen.iter().filter_map(|(other_place, other)| {
                    clash(port, other).map(|how| format!("{place}: {how} port definition with {other_place}"))
                });
                warnings.extend(clashes);
                seen.push((place, port));
            }
        }
    }
}

/// How two declarations of ports get into each other's way.
fn clash(port: &Value, other: &Value) -> Option<&'static str> {
    let number = |port: &Value| (int(port, "containerPort"), text(port, "protocol").to_string());
    let [(host_port, host_ip), (other_port, other_ip)] = [port, other].map(|p| (int(p, "hostPort"), text(p, "hostIP")));
    match () {
        _ if number(port) != number(other) => None,
        _ if (host_port, host_ip) == (other_port, other_ip) => Some("duplicate"),
        _ if host_port == 0 || other_port == 0 => Some("overlapping"),
        _ if host_port == other_port && host_ip.is_empty() != other_ip.is_empty() => Some("dangerously ambiguous"),
        _ => None,
    }
}
