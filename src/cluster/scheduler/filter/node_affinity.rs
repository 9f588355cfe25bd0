//! NodeAffinity: the node selector and the required node affinity.
//!
//! Where every required term names its nodes, as that of a daemon Pod does, only those nodes are looked at at all.

use super::{NodeInfo, Plugin, Rejection, Verdict};
use api::Str;
use api::objects::pod::Pod;
use api::objects::scheduling::{NodeSelectorTerm, Operator};

const REASON: &str = "node(s) didn't match Pod's node affinity/selector";

/// What is said of the Pod as a whole when its terms name no node that all of a term's parts agree on.
pub const CONFLICT: &str = "pod affinity terms conflict";

/// The nodes a Pod names.
#[derive(Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// It doesn't: all are candidates.
    All,
    /// One: a daemon Pod's.
    One(&'a Str),
    /// Several.
    Some(Vec<&'a Str>),
    /// Its terms contradict themselves.
    Conflict,
}

impl Named<'_> {
    /// Whether a node is a candidate.
    pub fn has(&self, node: &Str) -> bool {
        match self {
            Named::All => true,
            Named::One(name) => *name == node,
            Named::Some(names) => names.contains(&node),
            Named::Conflict => false,
        }
    }
}

/// Narrows the candidates down (`PreFilter`).
pub fn named(pod: &Pod) -> Named<'_> {
    if let Some(node) = &pod.pinned_node {
        return Named::One(node);
    }
    let Some(terms) = pod.spec.node_affinity.required.as_deref() else { return Named::All };
    let mut names: Vec<&Str> = Vec::new();
    for term in terms {
        // Terms are alternatives: one that names no node leaves all of them open.
        let Some(mut named) = named_by(term) else { return Named::All };
        named.retain(|name| !names.contains(name));
        names.extend(named);
    }
    match names.as_slice() {
        [] if terms.is_empty() => Named::All,
        [] => Named::Conflict,
        [one] => Named::One(one),
        _ => Named::Some(names),
    }
}

/// The names all of a term's `metadata.name In` agree on; `None` if it has none.
fn named_by(term: &NodeSelectorTerm) -> Option<Vec<&Str>> {
    let fields = term.fields.iter().filter(|r| &*r.key == "metadata.name" && r.operator == Operator::In);
    fields.fold(None, |names: Option<Vec<&Str>>, requirement| {
        Some(match names {
            None => requirement.values.iter().collect(),
            Some(names) => names.into_iter().filter(|name| requirement.values.contains(name)).collect(),
        })
    })
}

/// Runs it.
pub fn filter(pod: &Pod, info: &NodeInfo) -> Verdict {
    if pod.admits_node(info.name(), &info.node.meta.labels) {
        return Ok(());
    }
    Err(Rejection::hopeless(Plugin::NodeAffinity, REASON))
}
