//! NodePorts: a port of the node goes to one Pod.

use super::{NodeInfo, Plugin, Rejection, Verdict};
use api::objects::pod::Pod;

const REASON: &str = "node(s) didn't have free ports for the requested pod ports";

/// Runs it.
pub fn filter(pod: &Pod, info: &NodeInfo) -> Verdict {
    if pod.spec.host_ports.is_empty() || !info.pods.iter().any(|other| conflict(pod, other)) {
        return Ok(());
    }
    Err(Rejection::because(Plugin::NodePorts, REASON))
}

/// Whether two Pods want the same port of their node.
pub fn conflict(a: &Pod, b: &Pod) -> bool {
    a.spec.host_ports.iter().any(|mine| b.spec.host_ports.iter().any(|theirs| mine.conflicts(theirs)))
}
