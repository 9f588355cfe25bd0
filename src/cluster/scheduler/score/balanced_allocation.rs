//! NodeResourcesBalancedAllocation: better where the Pod brings the shares of CPU and memory in use nearer to each other.

use super::{MAX, NodeInfo};
use api::objects::pod::Pod;

/// Runs it; a Pod that asks for nothing changes nothing.
pub fn score(pod: &Pod, nodes: &[&NodeInfo]) -> Vec<i64> {
    let asked = &pod.spec.requests;
    if asked.milli_cpu == 0 && asked.memory == 0 {
        return vec![0; nodes.len()];
    }
    let points = |info: &&NodeInfo| {
        let (has, used) = (&info.node.allocatable, &info.requested);
        let before = balance((used.milli_cpu, has.milli_cpu), (used.memory, has.memory));
        let after =
            balance((used.milli_cpu + asked.milli_cpu, has.milli_cpu), (used.memory + asked.memory, has.memory));
        50 + (50 + after - before) / 2
    };
    nodes.iter().map(points).collect()
}

/// 100 minus the standard deviation of two shares (at most 1 each), in hundredths, rounded down.
///
/// The standard deviation of two numbers is half of what lies between them.
fn balance(cpu: (i64, i64), memory: (i64, i64)) -> i64 {
    if cpu.1 <= 0 || memory.1 <= 0 {
        return MAX;
    }
    let capped = |(used, has): (i64, i64)| (i128::from(used.min(has)), i128::from(has));
    let ((cpu, has_cpu), (memory, has_memory)) = (capped(cpu), capped(memory));
    let apart = (cpu * has_memory - memory * has_cpu).abs();
    let whole = 2 * has_cpu * has_memory;
    (i128::from(MAX) * (whole - apart) / whole) as i64
}

#[cfg(test)]
mod tests {
    use super::balance;

    #[test]
    fn equal_shares_are_balanced() {
        assert_eq!(balance((1000, 2000), (4, 8)), 100);
        assert_eq!(balance((2000, 2000), (0, 8)), 50);
        assert_eq!(balance((1000, 4000), (0, 8)), 87);
    }
}
