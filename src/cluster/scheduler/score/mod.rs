//! Which of the nodes that could take a Pod suits it best: one file per plug-in, each with its weight.
//!
//! Every plug-in gives each node 0 to 100 points; points are weighted and added up, and of the best nodes the first in the
//! order of evaluation wins. A daemon Pod never gets here: there is one node it may go to.
//!
//! Whole numbers throughout, as upstream's scores are; the one logarithm is worked out here, the same everywhere.
//!
//! Source: pkg/scheduler/framework/plugins, apis/config/v1/default_plugins.go (weights), Kubernetes v1.36.

pub mod balanced_allocation;
pub mod image_locality;
pub mod inter_pod_affinity;
pub mod least_allocated;
pub mod node_affinity;
pub mod pod_topology_spread;
pub mod taint_toleration;

use super::cache::{NodeInfo, View};
use api::objects::pod::Pod;

/// The most points a plug-in gives.
pub const MAX: i64 = 100;

/// The points of each node, in the order given.
pub fn scores(pod: &Pod, view: View<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let mut total = vec![0; nodes.len()];
    let mut add = |weight: i64, points: Vec<i64>| {
        for (sum, points) in total.iter_mut().zip(points) {
            *sum += weight * points;
        }
    };
    add(3, taint_toleration::score(pod, nodes));
    add(2, node_affinity::score(pod, nodes));
    add(1, least_allocated::score(pod, nodes));
    add(2, pod_topology_spread::score(pod, view, nodes));
    add(2, inter_pod_affinity::score(pod, view, nodes));
    add(1, balanced_allocation::score(pod, nodes));
    add(1, image_locality::score(pod, view, nodes));
    total
}

/// The place of the best node; of equals the first.
pub fn best(scores: &[i64]) -> usize {
    let top = scores.iter().max();
    scores.iter().position(|score| Some(score) == top).unwrap_or(0)
}

/// Stretches points so that the highest becomes 100; `reverse` turns them round, so that the lowest does.
///
/// Source: pkg/scheduler/framework/plugins/helper/normalize_score.go.
fn normalised(points: impl Iterator<Item = i64>, reverse: bool) -> Vec<i64> {
    let mut points: Vec<i64> = points.collect();
    let top = points.iter().max().copied().unwrap_or(0);
    for points in &mut points {
        let stretched = if top == 0 { 0 } else { MAX * *points / top };
        *points = if reverse { MAX - stretched } else { stretched };
    }
    points
}
