//! What a daemon Pod is made of: the template, the tolerations every daemon Pod gets, its labels, and the one node it is for.
//!
//! Models `pkg/controller/daemon/util/daemonset_util.go`, Kubernetes v1.36.

use super::before_1_12::Placing;
use api::meta::Labels;
use api::objects::pod::Pod;
use api::objects::pod_spec::{PodSpec, PodTemplate};
use api::objects::scheduling::{Effect, Toleration};
use api::{Str, Value};
use std::rc::Rc;

/// The label that carries a Pod's revision.
pub const HASH_LABEL: &str = "controller-revision-hash";
/// The label that carries the template generation a Pod was made from.
pub const GENERATION_LABEL: &str = "pod-template-generation";

/// A toleration added to every daemon Pod (operator Exists, no seconds).
pub struct DaemonToleration {
    /// The taint's key.
    pub key: &'static str,
    /// The taint's effect.
    pub effect: Effect,
    /// Only for Pods on the node's network, which must run before the network does.
    pub host_network_only: bool,
    /// Before the scheduler placed daemon Pods there was no need of it.
    since_1_12: bool,
}

const fn toleration(key: &'static str, effect: Effect) -> DaemonToleration {
    DaemonToleration { key, effect, host_network_only: false, since_1_12: false }
}

const fn since_1_12(toleration: DaemonToleration) -> DaemonToleration {
    DaemonToleration { since_1_12: true, ..toleration }
}

/// In the order they are added.
pub const DAEMON_TOLERATIONS: [DaemonToleration; 7] = [
    toleration("node.kubernetes.io/not-ready", Effect::NoExecute),
    toleration("node.kubernetes.io/unreachable", Effect::NoExecute),
    toleration("node.kubernetes.io/disk-pressure", Effect::NoSchedule),
    toleration("node.kubernetes.io/memory-pressure", Effect::NoSchedule),
    since_1_12(toleration("node.kubernetes.io/pid-pressure", Effect::NoSchedule)),
    since_1_12(toleration("node.kubernetes.io/unschedulable", Effect::NoSchedule)),
    since_1_12(DaemonToleration {
        host_network_only: true,
        ..toleration("node.kubernetes.io/network-unavailable", Effect::NoSchedule)
    }),
];

/// The spec of a template's daemon Pods, but for the node each is for.
pub fn daemon_spec(template: &PodTemplate, placing: Placing) -> Rc<PodSpec> {
    let mut raw = template.spec.raw.clone();
    let fits = |t: &&DaemonToleration| !t.host_network_only || template.spec.host_network;
    let known = |t: &&DaemonToleration| !t.since_1_12 || placing == Placing::ByScheduler;
    for wanted in DAEMON_TOLERATIONS.iter().filter(fits).filter(known) {
        add_toleration(&mut raw, &Toleration::exists(wanted.key, wanted.effect));
    }
    if !template.spec.node_name.is_empty() {
        raw["nodeName"] = Value::from(&*template.spec.node_name);
    }
    Rc::new(PodSpec::from_value(&raw))
}

/// Adds a toleration, or overwrites the one with the same key, effect, operator and value (which loses its seconds).
fn add_toleration(spec: &mut Value, wanted: &Toleration) {
    if !spec["tolerations"].is_array() {
        spec["tolerations"] = Value::Array(Vec::new());
    }
    let Some(list) = spec["tolerations"].as_array_mut() else { return };
    let same = |value: &Value| Toleration { seconds: None, ..Toleration::from_value(value) } == *wanted;
    match list.iter_mut().find(|value| same(value)) {
        Some(found) => *found = wanted.to_value(),
        None => list.push(wanted.to_value()),
    }
}

/// The template's labels with the generation's, and the hash's unless it is empty.
pub fn daemon_labels(template: &PodTemplate, generation: Option<i64>, hash: &str) -> Labels {
    let mut labels = (*template.labels).clone();
    if let Some(generation) = generation {
        labels.insert(GENERATION_LABEL.into(), generation.to_string().into());
    }
    if !hash.is_empty() {
        labels.insert(HASH_LABEL.into(), hash.into());
    }
    Rc::new(labels)
}

/// Whether a Pod has the current template: by hash or by generation, either will do.
pub fn is_updated(pod: &Pod, hash: &str, generation: Option<i64>) -> bool {
    let by_hash = !hash.is_empty() && pod.meta.label(HASH_LABEL).is_some_and(|label| **label == *hash);
    by_hash
        || match (generation, pod.meta.label(GENERATION_LABEL)) {
            (Some(generation), Some(label)) => label.parse() == Ok(generation),
            _ => false,
        }
}

/// The node a daemon Pod belongs to: where it is bound, or else the one its affinity names.
pub fn target_node(pod: &Pod) -> Option<Str> {
    if !pod.node_name.is_empty() {
        return Some(pod.node_name.clone());
    }
    if let Some(node) = &pod.pinned_node {
        return Some(node.clone());
    }
    let terms = pod.spec.node_affinity.required.iter().flatten();
    match terms.filter_map(|term| term.named_node()).next()?.values.as_slice() {
        [node] => Some(node.clone()),
        _ => None,
    }
}
