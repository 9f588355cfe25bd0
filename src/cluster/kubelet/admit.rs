//! The kubelet's own yes or no, asked once, when it first sees a Pod bound to its node.
//!
//! The scheduler's view may be old, or may have been bypassed, so the kubelet checks again what would break the node; first
//! refusal wins. A refused Pod is Failed and stays until somebody deletes it.
//!
//! Source: pkg/kubelet/lifecycle/predicate.go, pkg/kubelet/eviction/eviction_manager.go (Admit), Kubernetes v1.36.

use api::objects::condition::is_true;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::pod_spec::QosClass;
use api::objects::resources::Resources;
use api::objects::scheduling::{Effect, Taint, untolerated};

/// A Pod this important is admitted even under pressure. Source: `scheduling.SystemCriticalPriority`.
const CRITICAL_PRIORITY: i32 = 2_000_000_000;

/// Whether a Pod is too important to be sent away: by its priority, or because the API only mirrors it.
pub fn is_critical(pod: &Pod) -> bool {
    pod.spec.priority >= CRITICAL_PRIORITY || pod.meta.annotations.contains_key(super::static_pods::MIRROR)
}

/// Why a Pod may not run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `OutOfcpu`
    pub reason: String,
    /// Without the `Pod was rejected: ` in front.
    pub message: String,
}

fn refuse(reason: impl Into<String>, message: impl Into<String>) -> Result<(), Refusal> {
    Err(Refusal { reason: reason.into(), message: message.into() })
}

/// Whether `pod` may run on `node` beside `others`, the Pods admitted before it.
pub fn admit<'a>(pod: &Pod, node: &Node, others: impl Iterator<Item = &'a Pod> + Clone) -> Result<(), Refusal> {
    let running = others.filter(|other| !other.terminal());
    refuse_pressure(pod, node)?;
    refuse_resources(pod, node, running.clone())?;
    if !pod.admits_node(&node.meta.name, &node.meta.labels) {
        let text = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
        return refuse("NodeAffinity", text);
    }
    if !pod.node_name.is_empty() && pod.node_name != node.meta.name {
        return refuse("NodeName", "Predicate NodeName failed: node(s) didn't match the requested node name");
    }
    let mut taken = running.flat_map(|other| &other.spec.host_ports);
    if taken.any(|port| pod.spec.host_ports.iter().any(|wanted| wanted.conflicts(port))) {
        let text = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
        return refuse("NodePorts", text);
    }
    if untolerated(&node.taints, &pod.spec.tolerations, &[Effect::NoExecute]).is_some() {
        let text = "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate";
        return refuse("TaintToleration", text);
    }
    Ok(())
}

fn refuse_pressure(pod: &Pod, node: &Node) -> Result<(), Refusal> {
    if is_critical(pod) {
        return Ok(());
    }
    let bears_memory = || {
        let memory = Taint::new("node.kubernetes.io/memory-pressure", "", Effect::NoSchedule);
        pod.spec.qos_class != QosClass::BestEffort || pod.spec.tolerations.iter().any(|t| t.tolerates(&memory))
    };
    let pressing: Vec<&str> = ["MemoryPressure", "DiskPressure", "PIDPressure"]
        .into_iter()
        .filter(|kind| is_true(&node.conditions, kind) && !(*kind == "MemoryPressure" && bears_memory()))
        .collect();
    if pressing.is_empty() {
        return Ok(());
    }
    refuse("Evicted", format!("The node had condition: [{}]. ", pressing.join(", ")))
}

fn refuse_resources<'a>(pod: &Pod, node: &Node, running: impl Iterator<Item = &'a Pod>) -> Result<(), Refusal> {
    let mut used = Resources::default();
    let mut count = 0;
    for other in running {
        used.add(&other.spec.requests);
        count += 1;
    }
    let has = &node.allocatable;
    let wants = &pod.spec.requests;
    let short = |name: &str, wanted: i64, used: i64, capacity: i64| {
        let text = format!(
            "Node didn't have enough resource: {name}, requested: {wanted}, used: {used}, capacity: {capacity}"
        );
        refuse(format!("OutOf{name}"), text)
    };
    if count + 1 > has.pods {
        return short("pods", 1, count, has.pods);
    }
    for (name, wanted, used, capacity) in [
        ("cpu", wants.milli_cpu, used.milli_cpu, has.milli_cpu),
        ("memory", wants.memory, used.memory, has.memory),
        ("ephemeral-storage", wants.ephemeral_storage, used.ephemeral_storage, has.ephemeral_storage),
    ] {
        if wanted > 0 && wanted + used > capacity {
            return short(name, wanted, used, capacity);
        }
    }
    for (name, wanted) in &wants.extended {
        let amount = |all: &Resources| all.extended.get(name).copied().unwrap_or(0);
        if *wanted > 0 && wanted + amount(&used) > amount(has) {
            return short(name, *wanted, amount(&used), amount(has));
        }
    }
    Ok(())
}
