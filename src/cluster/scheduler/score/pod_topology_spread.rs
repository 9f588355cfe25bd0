//! PodTopologySpread: constraints with `whenUnsatisfiable: ScheduleAnyway`, and the presets for Pods that have none.
//!
//! The presets are what puts one Pod of a Deployment on each node.

use super::{MAX, NodeInfo, View};
use crate::scheduler::spread::{Constraint, HOSTNAME, ZONE};
use api::Str;
use api::objects::pod::Pod;
use std::collections::BTreeMap;

/// Runs it.
pub fn score(pod: &Pod, view: View<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let own = Constraint::of(pod, "ScheduleAnyway");
    // A Pod with constraints of either kind doesn't get the presets.
    let constraints = if pod.spec.has_spread { own } else { presets(pod, view) };
    if constraints.is_empty() {
        return vec![0; nodes.len()];
    }
    let complete = |info: &NodeInfo| !pod.spec.has_spread || constraints.iter().all(|c| info.label(&c.key).is_some());
    let scored: Vec<&NodeInfo> = nodes.iter().copied().filter(|info| complete(info)).collect();
    let counted = || view.nodes().filter(|info| complete(info));
    let counts: Vec<Count<'_>> = constraints.iter().map(|c| Count::new(c, pod, &scored, counted())).collect();
    let points = |info: &&NodeInfo| -> Option<i64> {
        let sum: f64 = counts.iter().filter_map(|count| count.points(info, pod)).sum();
        complete(info).then_some(round(sum))
    };
    turned_round(nodes.iter().map(points).collect())
}

/// Source: `systemDefaultConstraints` of the plug-in.
fn presets(pod: &Pod, view: View<'_>) -> Vec<Constraint> {
    let selectors = view.group_selectors(pod);
    if selectors.iter().all(|selector| selector.is_everything() || selector.is_nothing()) {
        return Vec::new();
    }
    vec![Constraint::preset(HOSTNAME, 3, selectors.clone()), Constraint::preset(ZONE, 5, selectors)]
}

/// What the domains of a constraint hold, and how much one Pod weighs there.
struct Count<'a> {
    constraint: &'a Constraint,
    domains: BTreeMap<Option<Str>, i64>,
    weight: f64,
}

impl<'a> Count<'a> {
    fn new<'n>(
        constraint: &'a Constraint,
        pod: &Pod,
        scored: &[&NodeInfo],
        counted: impl Iterator<Item = &'n NodeInfo>,
    ) -> Count<'a> {
        let mut domains: BTreeMap<Option<Str>, i64> = BTreeMap::new();
        if &*constraint.key == HOSTNAME {
            // Each node is a domain of its own and is counted when it gets its points.
            return Count { constraint, domains, weight: ln(scored.len() as u64 + 2) };
        }
        for info in scored {
            domains.entry(info.label(&constraint.key).cloned()).or_default();
        }
        for info in counted.filter(|info| constraint.counts(info, pod)) {
            if let Some(count) = domains.get_mut(&info.label(&constraint.key).cloned()) {
                *count += constraint.count(info, &pod.meta.namespace);
            }
        }
        let weight = ln(domains.len() as u64 + 2);
        Count { constraint, domains, weight }
    }

    fn points(&self, info: &NodeInfo, pod: &Pod) -> Option<f64> {
        let domain = info.label(&self.constraint.key)?;
        let there = if &*self.constraint.key == HOSTNAME {
            self.constraint.count(info, &pod.meta.namespace)
        } else {
            self.domains.get(&Some(domain.clone())).copied().unwrap_or(0)
        };
        Some(there as f64 * self.weight + (self.constraint.max_skew - 1) as f64)
    }
}

/// The emptiest nodes get 100, the others less; a node that lacks a label gets nothing.
fn turned_round(points: Vec<Option<i64>>) -> Vec<i64> {
    let known = || points.iter().flatten();
    let most = known().max().copied().unwrap_or(0);
    let least = known().min().copied().unwrap_or(0);
    let turned = |points: &Option<i64>| match points {
        None => 0,
        Some(_) if most == 0 => MAX,
        Some(points) => MAX * (most + least - points) / most,
    };
    points.iter().map(turned).collect()
}

fn round(value: f64) -> i64 {
    // Never negative here.
    (value + 0.5) as i64
}

/// The natural logarithm, by additions, multiplications and divisions only: those give the same result everywhere.
fn ln(n: u64) -> f64 {
    let halvings = n.max(1).ilog2();
    // n = m × 2^halvings with m from 1 to 2; ln m = 2 artanh((m − 1) / (m + 1)).
    let m = n as f64 / (1_u64 << halvings) as f64;
    let t = (m - 1.0) / (m + 1.0);
    let (square, mut power, mut sum) = (t * t, t, 0.0);
    for odd in (1..40).step_by(2) {
        sum += power / f64::from(odd);
        power *= square;
    }
    2.0 * sum + f64::from(halvings) * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::ln;

    #[test]
    fn logarithms_are_right() {
        for n in [1_u64, 2, 3, 5, 7, 12, 100, 5002] {
            assert!((ln(n) - (n as f64).ln()).abs() < 1e-12, "{n}");
        }
    }
}
