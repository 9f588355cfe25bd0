//! InterPodAffinity: preferred terms, the Pod's own and those of the Pods that are there.

use super::{MAX, NodeInfo, View};
use crate::scheduler::affinity::{PodAffinity, Term};
use api::Str;
use api::objects::pod::Pod;
use std::collections::BTreeMap;

/// What a required affinity term of a Pod that is there counts for.
///
/// Source: `InterPodAffinityArgs.hardPodAffinityWeight`, default 1.
const HARD_WEIGHT: i64 = 1;

/// Points by node label and value.
type Domains = BTreeMap<(Str, Str), i64>;

/// Runs it; without any such term nobody gets a point.
pub fn score(pod: &Pod, view: View<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let domains = domains(pod, view);
    if domains.is_empty() {
        return vec![0; nodes.len()];
    }
    let sum = |info: &&NodeInfo| -> i64 {
        let here = domains.iter().filter(|((key, value), _)| info.label(key) == Some(value));
        here.map(|(_, points)| points).sum()
    };
    let sums: Vec<i64> = nodes.iter().map(sum).collect();
    let least = sums.iter().min().copied().unwrap_or(0);
    let range = sums.iter().max().copied().unwrap_or(0) - least;
    sums.iter().map(|sum| if range == 0 { 0 } else { MAX * (sum - least) / range }).collect()
}

fn domains(pod: &Pod, view: View<'_>) -> Domains {
    let mut domains = Domains::new();
    let mut add = |term: &Term, weight: i64, info: &NodeInfo| {
        if let Some(value) = info.label(&term.topology_key) {
            *domains.entry((term.topology_key.clone(), value.clone())).or_default() += weight;
        }
    };
    let own = PodAffinity::of(pod).preferred;
    if !own.is_empty() {
        for info in view.nodes() {
            for other in &info.pods {
                own.iter().filter(|(_, t)| view.term_matches(t, other)).for_each(|(weight, t)| add(t, *weight, info));
            }
        }
    }
    for (affine, info) in view.affine() {
        let required = affine.terms.required.iter().map(|term| (HARD_WEIGHT, term));
        let preferred = affine.terms.preferred.iter().map(|(weight, term)| (*weight, term));
        let matching = required.chain(preferred).filter(|(_, term)| view.term_matches(term, pod));
        matching.for_each(|(weight, term)| add(term, weight, info));
    }
    domains
}
