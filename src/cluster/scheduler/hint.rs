//! What could help a Pod that fits nowhere: which happenings each plug-in waits for, and whether this one makes a difference.
//!
//! Source: `EventsToRegister` and the queueing hints of pkg/scheduler/framework/plugins, Kubernetes v1.36.

use super::affinity::PodAffinity;
use super::filter::{Plugin, Plugins, node_ports, node_resources_fit, node_unschedulable, taint_toleration};
use api::objects::node::Node;
use api::objects::pod::Pod;

/// Something that has happened to a node or to a bound Pod.
#[derive(Clone, Copy)]
pub enum Happening<'a> {
    /// A node is there, or has changed.
    Node {
        /// As it was; `None`: it is new.
        old: Option<&'a Node>,
        /// As it is.
        new: &'a Node,
    },
    /// A node is gone.
    NodeGone,
    /// A Pod is bound, or a bound Pod has changed.
    Pod {
        /// As it was, if it was bound.
        old: Option<&'a Pod>,
        /// As it is.
        new: &'a Pod,
    },
    /// A bound Pod is gone or has ended, or a Pod with room made for it is gone.
    PodGone(&'a Pod),
}

/// Kinds of happenings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(u8);

const NODE_ADDED: u8 = 1;
const NODE_LABELS: u8 = 2;
const NODE_TAINTS: u8 = 4;
const NODE_ALLOCATABLE: u8 = 8;
const NODE_GONE: u8 = 16;
const POD_ADDED: u8 = 32;
const POD_CHANGED: u8 = 64;
const POD_GONE: u8 = 128;

impl Classes {
    /// How many there are.
    pub const COUNT: usize = 8;

    /// Those that could help a Pod which these plug-ins turned down; all, if none of them did.
    pub fn that_help(plugins: Plugins) -> Classes {
        if plugins.is_empty() {
            return Classes(u8::MAX);
        }
        Classes(plugins.iter().fold(0, |all, plugin| all | classes_of(plugin)))
    }

    /// Those of a happening.
    pub fn of(happening: Happening<'_>) -> Classes {
        let when = |class: u8, changed: bool| if changed { class } else { 0 };
        Classes(match happening {
            Happening::Node { old: None, .. } => NODE_ADDED,
            Happening::Node { old: Some(old), new } => {
                when(NODE_LABELS, old.meta.labels != new.meta.labels)
                    | when(NODE_TAINTS, old.taints != new.taints || old.unschedulable != new.unschedulable)
                    | when(NODE_ALLOCATABLE, old.allocatable != new.allocatable)
            }
            Happening::NodeGone => NODE_GONE,
            Happening::Pod { old: None, .. } => POD_ADDED,
            Happening::Pod { old: Some(old), new } => {
                let smaller = old.spec.requests != new.spec.requests;
                when(POD_CHANGED, smaller || old.meta.labels != new.meta.labels)
            }
            Happening::PodGone(_) => POD_GONE,
        })
    }

    /// Whether two sets have one in common.
    pub fn meets(self, other: Classes) -> bool {
        self.0 & other.0 != 0
    }

    /// Their numbers.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..Classes::COUNT).filter(move |class| self.0 & (1 << class) != 0)
    }
}

fn classes_of(plugin: Plugin) -> u8 {
    match plugin {
        Plugin::NodeUnschedulable | Plugin::TaintToleration => NODE_ADDED | NODE_TAINTS,
        Plugin::NodeName => NODE_ADDED,
        Plugin::NodeAffinity => NODE_ADDED | NODE_LABELS,
        Plugin::NodePorts => NODE_ADDED | POD_GONE,
        Plugin::NodeResourcesFit => NODE_ADDED | NODE_ALLOCATABLE | POD_CHANGED | POD_GONE,
        Plugin::PodTopologySpread => {
            NODE_ADDED | NODE_LABELS | NODE_TAINTS | NODE_GONE | POD_ADDED | POD_CHANGED | POD_GONE
        }
        Plugin::InterPodAffinity => NODE_ADDED | NODE_LABELS | POD_ADDED | POD_CHANGED | POD_GONE,
    }
}

/// Whether a happening could help a Pod which these plug-ins turned down.
pub fn helps(happening: Happening<'_>, pod: &Pod, rejected_by: Plugins) -> bool {
    let classes = Classes::of(happening);
    rejected_by.is_empty()
        || rejected_by
            .iter()
            .any(|plugin| Classes(classes_of(plugin)).meets(classes) && makes_a_difference(plugin, happening, pod))
}

fn makes_a_difference(plugin: Plugin, happening: Happening<'_>, pod: &Pod) -> bool {
    // A node that has come, or has come to pass the test.
    let passes_now = |test: &dyn Fn(&Node) -> bool| match happening {
        Happening::Node { old, new } => test(new) && !old.is_some_and(test),
        _ => true,
    };
    match plugin {
        Plugin::NodeUnschedulable => passes_now(&|node| node_unschedulable::admits(pod, node)),
        Plugin::TaintToleration => passes_now(&|node| taint_toleration::admits(pod, node)),
        Plugin::NodeAffinity => passes_now(&|node| pod.admits_node(&node.meta.name, &node.meta.labels)),
        Plugin::NodeName => passes_now(&|node| pod.node_name == node.meta.name),
        Plugin::NodePorts => match happening {
            Happening::PodGone(gone) => node_ports::conflict(pod, gone),
            _ => true,
        },
        Plugin::NodeResourcesFit => match happening {
            Happening::Node { old, new } => {
                let more = old.is_none_or(|old| has_more(old, new, pod));
                more && node_resources_fit::could_ever_fit(&pod.spec.requests, &new.allocatable)
            }
            Happening::Pod { old: Some(old), new } => old.spec.requests != new.spec.requests,
            _ => true,
        },
        Plugin::InterPodAffinity => company_has_changed(happening, pod),
        Plugin::PodTopologySpread => true,
    }
}

/// Whether a Pod it wants to be with has come, or one that it, or that itself, wants to be apart has gone.
fn company_has_changed(happening: Happening<'_>, pod: &Pod) -> bool {
    let terms = PodAffinity::of(pod);
    let wants = |other: &Pod| !terms.required.is_empty() && terms.required.iter().all(|term| term.may_match(other));
    let shuns = |other: &Pod| terms.anti.iter().any(|term| term.may_match(other));
    match happening {
        Happening::Pod { old: None, new } => wants(new),
        Happening::Pod { old: Some(old), new } => wants(new) && !wants(old) || shuns(old) && !shuns(new),
        Happening::PodGone(gone) => shuns(gone) || gone.spec.has_pod_affinity,
        Happening::Node { .. } | Happening::NodeGone => true,
    }
}

/// Whether a node has got more of something the Pod asks for.
fn has_more(old: &Node, new: &Node, pod: &Pod) -> bool {
    let (old, new, asked) = (&old.allocatable, &new.allocatable, &pod.spec.requests);
    let extended = asked.extended.keys().any(|name| new.extended.get(name) > old.extended.get(name));
    new.pods > old.pods
        || asked.milli_cpu > 0 && new.milli_cpu > old.milli_cpu
        || asked.memory > 0 && new.memory > old.memory
        || asked.ephemeral_storage > 0 && new.ephemeral_storage > old.ephemeral_storage
        || extended
}
