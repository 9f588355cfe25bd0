//! NodeResourcesFit (LeastAllocated): the emptier a node would be with the Pod, the better.

use super::{MAX, NodeInfo};
use crate::scheduler::cache::presumed;
use api::objects::pod::Pod;

/// Runs it: the mean of what would stay free of CPU and of memory, in hundredths.
pub fn score(pod: &Pod, nodes: &[&NodeInfo]) -> Vec<i64> {
    let (cpu, memory) = presumed(&pod.spec);
    let points = |info: &&NodeInfo| {
        let has = &info.node.allocatable;
        let wanted = [(has.milli_cpu, info.presumed.0 + cpu), (has.memory, info.presumed.1 + memory)];
        let known: Vec<i64> = wanted.iter().filter(|(has, _)| *has > 0).map(|(has, used)| free(*has, *used)).collect();
        known.iter().sum::<i64>() / known.len().max(1) as i64
    };
    nodes.iter().map(points).collect()
}

/// What stays free, in hundredths.
pub fn free(has: i64, used: i64) -> i64 {
    if used > has { 0 } else { (i128::from(has - used) * i128::from(MAX) / i128::from(has)) as i64 }
}
