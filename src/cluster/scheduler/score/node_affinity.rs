//! NodeAffinity: the weights of the preferred terms a node satisfies.

use super::{NodeInfo, normalised};
use api::objects::pod::Pod;

/// Runs it; without preferred terms nobody gets a point.
pub fn score(pod: &Pod, nodes: &[&NodeInfo]) -> Vec<i64> {
    let preferred = &pod.spec.node_affinity.preferred;
    let weight_of = |info: &&NodeInfo| {
        let matching = preferred.iter().filter(|(_, term)| term.matches(info.name(), &info.node.meta.labels));
        matching.map(|(weight, _)| weight).sum()
    };
    normalised(nodes.iter().map(weight_of), false)
}
