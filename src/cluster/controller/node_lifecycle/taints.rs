//! The taints that a node's conditions call for.
//!
//! Pure. NoSchedule taints follow every condition at once; NoExecute taints follow Ready alone, and `zone` says when.
//! The keys in this file belong to the controller; whatever else a node is tainted with is left alone.
//!
//! Models `doNoScheduleTaintingPass` and `SwapNodeControllerTaint`, pkg/controller/nodelifecycle, Kubernetes v1.36.

use api::objects::condition::{self, Truth};
use api::objects::node::Node;
use api::objects::scheduling::{Effect, Taint};
use api::time::Time;
use std::rc::Rc;

/// Ready is False.
pub const NOT_READY: &str = "node.kubernetes.io/not-ready";
/// Ready is Unknown.
pub const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Which state of which condition calls for which key.
const BY_CONDITION: [(&str, Truth, &str); 6] = [
    ("Ready", Truth::False, NOT_READY),
    ("Ready", Truth::Unknown, UNREACHABLE),
    ("MemoryPressure", Truth::True, "node.kubernetes.io/memory-pressure"),
    ("DiskPressure", Truth::True, "node.kubernetes.io/disk-pressure"),
    ("NetworkUnavailable", Truth::True, "node.kubernetes.io/network-unavailable"),
    ("PIDPressure", Truth::True, "node.kubernetes.io/pid-pressure"),
];

/// The NoSchedule keys a node lacks, and those it has without need.
#[derive(Debug, Default, PartialEq)]
pub struct Difference {
    /// To be added.
    pub missing: Vec<&'static str>,
    /// To be removed.
    pub superfluous: Vec<&'static str>,
}

impl Difference {
    /// Whether everything is as it should be.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.superfluous.is_empty()
    }
}

/// Compares a node's NoSchedule taints with its conditions and its `spec.unschedulable`.
pub fn no_schedule_difference(node: &Node) -> Difference {
    let holds = |(kind, status, _): &(&str, Truth, &str)| {
        condition::find(&node.conditions, kind).is_some_and(|found| found.status == *status)
    };
    let called_for = BY_CONDITION.iter().map(|row| (row.2, holds(row))).chain([(UNSCHEDULABLE, node.unschedulable)]);
    let mut difference = Difference::default();
    for (key, wanted) in called_for {
        match (wanted, has(node, key, Effect::NoSchedule)) {
            (true, false) => difference.missing.push(key),
            (false, true) => difference.superfluous.push(key),
            _ => {}
        }
    }
    difference
}

/// The NoExecute key that a state of Ready calls for, and the one it excludes.
pub fn no_execute_keys(ready: Truth) -> Option<(&'static str, &'static str)> {
    match ready {
        Truth::True => None,
        Truth::False => Some((NOT_READY, UNREACHABLE)),
        Truth::Unknown => Some((UNREACHABLE, NOT_READY)),
    }
}

/// Whether a node has a taint with that key and effect.
pub fn has(node: &Node, key: &str, effect: Effect) -> bool {
    node.taints.iter().any(|taint| &*taint.key == key && taint.effect == effect)
}

/// Whether a node has a NoExecute taint of the controller's.
pub fn has_no_execute(node: &Node) -> bool {
    has(node, NOT_READY, Effect::NoExecute) || has(node, UNREACHABLE, Effect::NoExecute)
}

/// Adds a taint at the end; says whether it wasn't there.
pub fn add(node: &mut Node, key: &str, effect: Effect, now: Time) -> bool {
    let lacking = !has(node, key, effect);
    if lacking {
        Rc::make_mut(&mut node.taints).push(Taint { time_added: Some(now), ..Taint::new(key, "", effect) });
    }
    lacking
}

/// Removes a taint; says whether it was there.
pub fn remove(node: &mut Node, key: &str, effect: Effect) -> bool {
    let found = has(node, key, effect);
    if found {
        Rc::make_mut(&mut node.taints).retain(|taint| &*taint.key != key || taint.effect != effect);
    }
    found
}
