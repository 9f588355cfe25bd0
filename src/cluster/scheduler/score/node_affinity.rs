//! NodeAffinity: the weights of the preferred terms a node satisfies.

use super::{NodeInfo, normalised};
use api::objects::pod::Pod;

/// Runs it; without preferred terms nobody gets a point.
pub fn score(pod: &Pod, nodes: &[&NodeInfo]) -> Vec<i64> {
    normalised(nodes.iter().map(|info| weight(pod, info)), false)
}

/// The sum of the weights of the terms that match.
pub fn weight(pod: &Pod, info: &NodeInfo) -> i64 {
    let preferred = pod.spec.node_affinity.preferred.iter();
    preferred.filter(|(_, term)| term.matches(info.name(), &info.node.meta.labels)).map(|(weight, _)| weight).sum()
}
