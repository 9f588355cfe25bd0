//! InterPodAffinity: required affinity and anti-affinity between Pods, in both directions.

use super::{NodeInfo, Plugin, Rejection, Verdict, View};
use crate::scheduler::affinity::{PodAffinity, Term};
use api::Str;
use api::objects::pod::Pod;
use std::collections::BTreeSet;

const AFFINITY: &str = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY: &str = "node(s) didn't match pod anti-affinity rules";
const EXISTING: &str = "node(s) didn't satisfy existing pods anti-affinity rules";

/// A domain: a node label and its value.
type Domain = (Str, Str);

/// Where the Pods are that matter to this one.
#[derive(Default)]
pub struct State {
    terms: PodAffinity,
    /// Domains that hold Pods matching every affinity term.
    wanted: BTreeSet<Domain>,
    /// Domains that hold Pods matching an anti-affinity term.
    unwanted: BTreeSet<Domain>,
    /// Domains from which Pods that are there keep this one out.
    closed: BTreeSet<Domain>,
    /// It matches its own affinity terms, so that it may be the first of its kind.
    matches_itself: bool,
}

impl State {
    /// Looks around.
    pub fn new(pod: &Pod, view: View<'_>) -> State {
        let mut state = State { terms: PodAffinity::of(pod), ..State::default() };
        for (affine, info) in view.affine() {
            for term in affine.terms.anti.iter().filter(|term| view.term_matches(term, pod)) {
                state.closed.extend(domain(term, info));
            }
        }
        let terms = &state.terms;
        let matches_all = |other: &Pod| terms.required.iter().all(|term| view.term_matches(term, other));
        state.matches_itself = matches_all(pod);
        if terms.required.is_empty() && terms.anti.is_empty() {
            return state;
        }
        for info in view.nodes() {
            for other in &info.pods {
                if !terms.required.is_empty() && matches_all(other) {
                    state.wanted.extend(terms.required.iter().filter_map(|term| domain(term, info)));
                }
                let anti = terms.anti.iter().filter(|term| view.term_matches(term, other));
                state.unwanted.extend(anti.filter_map(|term| domain(term, info)));
            }
        }
        state
    }

    fn affinity_met(&self, info: &NodeInfo) -> bool {
        let mut found = true;
        for term in &self.terms.required {
            match domain(term, info) {
                None => return false,
                Some(domain) => found &= self.wanted.contains(&domain),
            }
        }
        // The first Pod of a group that wants to be together has nobody to join yet.
        found || self.wanted.is_empty() && self.matches_itself
    }
}

fn domain(term: &Term, info: &NodeInfo) -> Option<Domain> {
    info.label(&term.topology_key).map(|value| (term.topology_key.clone(), value.clone()))
}

/// Runs it.
pub fn filter(state: &State, info: &NodeInfo) -> Verdict {
    if !state.affinity_met(info) {
        return Err(Rejection::hopeless(Plugin::InterPodAffinity, AFFINITY));
    }
    let anti = &state.terms.anti;
    if anti.iter().any(|term| domain(term, info).is_some_and(|domain| state.unwanted.contains(&domain))) {
        return Err(Rejection::because(Plugin::InterPodAffinity, ANTI_AFFINITY));
    }
    if state.closed.iter().any(|(key, value)| info.label(key) == Some(value)) {
        return Err(Rejection::because(Plugin::InterPodAffinity, EXISTING));
    }
    Ok(())
}
