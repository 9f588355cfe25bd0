//! TaintToleration: a taint with effect NoSchedule or NoExecute keeps out the Pods that don't tolerate it.
//!
//! Until late 2025 the reason named the taint: `node(s) had untolerated taint {key: value}`.

use super::{NodeInfo, Plugin, Rejection, Verdict};
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::scheduling::{Effect, untolerated};

const REASON: &str = "node(s) had untolerated taint(s)";

/// Runs it.
pub fn filter(pod: &Pod, info: &NodeInfo) -> Verdict {
    if admits(pod, &info.node) { Ok(()) } else { Err(Rejection::hopeless(Plugin::TaintToleration, REASON)) }
}

/// Whether the Pod tolerates every taint that keeps Pods out.
pub fn admits(pod: &Pod, node: &Node) -> bool {
    untolerated(&node.taints, &pod.spec.tolerations, &[Effect::NoSchedule, Effect::NoExecute]).is_none()
}
