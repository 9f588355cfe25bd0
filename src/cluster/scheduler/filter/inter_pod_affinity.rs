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

/// What one term says of a node, for whoever asks why.
#[derive(Clone, Debug, PartialEq)]
pub struct TermAnswer {
    /// The Pods it speaks of; `None` for a term of Pods that are there already.
    pub selector: Option<String>,
    /// The node label that says what "together" means.
    pub topology_key: Str,
    /// The node's value of it.
    pub domain: Option<Str>,
    /// It wants to be apart.
    pub anti: bool,
    /// Whether it lets the Pod onto the node.
    pub holds: bool,
}

/// Every term's answer about a node: the Pod's own, then of those that are there the ones that keep it out.
pub fn terms(state: &State, info: &NodeInfo) -> Vec<TermAnswer> {
    let answer = |term: &Term, anti: bool| {
        let domain = domain(term, info);
        let first = state.wanted.is_empty() && state.matches_itself;
        let holds = match (&domain, anti) {
            (None, anti) => anti,
            (Some(domain), true) => !state.unwanted.contains(domain),
            (Some(domain), false) => first || state.wanted.contains(domain),
        };
        let selector = Some(term.selector.to_string());
        TermAnswer { selector, topology_key: term.topology_key.clone(), domain: domain.map(|it| it.1), anti, holds }
    };
    let own = state.terms.required.iter().map(|term| answer(term, false));
    let apart = state.terms.anti.iter().map(|term| answer(term, true));
    let closed = state.closed.iter().filter(|(key, value)| info.label(key) == Some(value));
    let others = closed.map(|(key, value)| TermAnswer {
        selector: None,
        topology_key: key.clone(),
        domain: Some(value.clone()),
        anti: true,
        holds: false,
    });
    own.chain(apart).chain(others).collect()
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
