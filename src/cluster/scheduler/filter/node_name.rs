//! NodeName: a Pod that names its node goes nowhere else.

use super::{NodeInfo, Plugin, Rejection, Verdict};
use api::objects::pod::Pod;

const REASON: &str = "node(s) didn't match the requested node name";

/// Runs it.
pub fn filter(pod: &Pod, info: &NodeInfo) -> Verdict {
    if pod.node_name.is_empty() || pod.node_name == *info.name() {
        return Ok(());
    }
    Err(Rejection::hopeless(Plugin::NodeName, REASON))
}
