//! NodeUnschedulable: a cordoned node takes only Pods that tolerate being there, as daemon Pods do.

use super::{NodeInfo, Plugin, Rejection, Verdict};
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::scheduling::{Effect, Taint};

const REASON: &str = "node(s) were unschedulable";

/// Runs it.
pub fn filter(pod: &Pod, info: &NodeInfo) -> Verdict {
    if admits(pod, &info.node) { Ok(()) } else { Err(Rejection::hopeless(Plugin::NodeUnschedulable, REASON)) }
}

/// Whether the node is open, or the Pod tolerates `node.kubernetes.io/unschedulable:NoSchedule`.
pub fn admits(pod: &Pod, node: &Node) -> bool {
    if !node.unschedulable {
        return true;
    }
    let taint = Taint::new("node.kubernetes.io/unschedulable", "", Effect::NoSchedule);
    pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(&taint))
}
