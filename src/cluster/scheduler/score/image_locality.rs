//! ImageLocality: better where the images are already, the more so the larger they are.
//!
//! An image counts with its size times the share of nodes that have it, so that not all Pods flock to one node.

use super::{MAX, NodeInfo, View};
use api::objects::pod::{Pod, full_image_name};
use api::{Str, Value};

/// Smaller images don't matter: 23 MiB.
const MIN: i64 = 23 << 20;
/// Per container, more than this doesn't matter either: 1000 MiB.
const MAX_PER_CONTAINER: i64 = 1000 << 20;

/// Runs it.
pub fn score(pod: &Pod, view: View<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let containers = || pod.spec.init_containers.iter().chain(&pod.spec.containers);
    let images: Vec<Str> = containers().map(|container| full_image_name(&container.image).into()).collect();
    if !nodes.iter().any(|info| images.iter().any(|image| size_on(info, image) > 0)) {
        return vec![0; nodes.len()];
    }
    let all = view.node_count().max(1) as i64;
    let spread = |image: &Str| view.nodes().filter(|info| size_on(info, image) > 0).count() as i64;
    let images: Vec<(&Str, i64)> = images.iter().map(|image| (image, spread(image))).collect();
    let top = MAX_PER_CONTAINER * images.len() as i64;
    let points = |info: &&NodeInfo| {
        let sum: i64 = images.iter().map(|(image, having)| size_on(info, image) * having / all).sum();
        MAX * (sum.clamp(MIN, top) - MIN) / (top - MIN)
    };
    nodes.iter().map(points).collect()
}

/// The size of an image on a node; 0 if it isn't there.
fn size_on(info: &NodeInfo, image: &str) -> i64 {
    let images = info.node.status_rest["images"].as_array();
    let has = |entry: &&Value| {
        let names = entry["names"].as_array();
        names.is_some_and(|names| names.iter().any(|name| name == image))
    };
    images.and_then(|images| images.iter().find(has)).and_then(|entry| entry["sizeBytes"].as_i64()).unwrap_or(0)
}
