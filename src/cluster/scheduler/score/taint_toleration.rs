//! TaintToleration: the fewer taints with effect PreferNoSchedule the Pod doesn't tolerate, the better.

use super::{NodeInfo, normalised};
use api::objects::pod::Pod;
use api::objects::scheduling::{Effect, Taint};

/// Runs it.
pub fn score(pod: &Pod, nodes: &[&NodeInfo]) -> Vec<i64> {
    let disliked = |taint: &&Taint| {
        taint.effect == Effect::PreferNoSchedule && !pod.spec.tolerations.iter().any(|t| t.tolerates(taint))
    };
    normalised(nodes.iter().map(|info| info.node.taints.iter().filter(disliked).count() as i64), true)
}
