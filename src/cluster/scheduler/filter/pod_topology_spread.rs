//! PodTopologySpread: constraints with `whenUnsatisfiable: DoNotSchedule`.

use super::{NodeInfo, Plugin, Rejection, Verdict, View};
use crate::scheduler::spread::Constraint;
use api::Str;
use api::objects::pod::Pod;
use std::collections::BTreeMap;

const REASON: &str = "node(s) didn't match pod topology spread constraints";
const REASON_LABEL: &str = "node(s) didn't match pod topology spread constraints (missing required label)";

/// Per constraint what the domains hold.
#[derive(Default)]
pub struct State(Vec<Count>);

struct Count {
    constraint: Constraint,
    domains: BTreeMap<Str, i64>,
    /// Of the emptiest domain; without any domain nothing is too full.
    least: i64,
    /// The Pod itself will count.
    own: i64,
}

impl State {
    /// Counts, if the Pod has such constraints.
    pub fn new(pod: &Pod, view: View<'_>) -> State {
        let constraints = Constraint::of(pod, "DoNotSchedule");
        if constraints.is_empty() {
            return State::default();
        }
        let has_all = |info: &NodeInfo| constraints.iter().all(|c| info.label(&c.key).is_some());
        let nodes: Vec<&NodeInfo> = match &pod.pinned_node {
            // No other node counts for a daemon Pod, so that there is no need to look at them all.
            Some(name) if constraints.iter().all(|c| c.honor_affinity) => view.named(name).into_iter().collect(),
            _ => view.nodes().collect(),
        };
        let nodes: Vec<&NodeInfo> = nodes.into_iter().filter(|info| has_all(info)).collect();
        State(constraints.iter().map(|constraint| count(constraint, pod, &nodes)).collect())
    }
}

fn count(constraint: &Constraint, pod: &Pod, nodes: &[&NodeInfo]) -> Count {
    let mut domains: BTreeMap<Str, i64> = BTreeMap::new();
    for info in nodes.iter().filter(|info| constraint.counts(info, pod)) {
        if let Some(domain) = info.label(&constraint.key) {
            *domains.entry(domain.clone()).or_default() += constraint.count(info, &pod.meta.namespace);
        }
    }
    let least = domains.values().min().copied().unwrap_or(i64::from(i32::MAX));
    let least = if domains.len() < constraint.min_domains { 0 } else { least };
    Count { constraint: constraint.clone(), domains, least, own: i64::from(constraint.selects(pod)) }
}

/// Runs it.
pub fn filter(state: &State, info: &NodeInfo) -> Verdict {
    for count in &state.0 {
        let Some(domain) = info.label(&count.constraint.key) else {
            return Err(Rejection::hopeless(Plugin::PodTopologySpread, REASON_LABEL));
        };
        let there = count.domains.get(domain).copied().unwrap_or(0);
        if there + count.own - count.least > count.constraint.max_skew {
            return Err(Rejection::because(Plugin::PodTopologySpread, REASON));
        }
    }
    Ok(())
}
