//! Sets of fields: which parts of an object somebody owns, as `metadata.managedFields` writes them.
//!
//! A set is kept the way `fieldsV1` has it, so reading and writing it costs nothing: a map from an element of a path to what
//! is below it. `f:NAME` is a field, `k:{…}` an item of a list by its keys, `v:…` an item of a set by its value. An element
//! belongs to the set itself if nothing is below it, or if `.` is. [`typed`] says how an object of a kind splits into
//! elements; [`compare`] finds what changed between two objects, [`of_config`] what a configuration speaks of, [`merge`] and
//! [`remove`] change objects by it. An [`Entry`] is one owner's set; [`Apply`] is server-side apply.
//!
//! Models structured-merge-diff `fieldpath/{set,element,serialize}.go`, as Kubernetes v1.36 uses it.

mod apply;
mod check;
mod compare;
mod config;
mod entry;
mod typed;

pub use apply::{Apply, KUBECTL, LAST_APPLIED};
pub use check::check_config;
pub use compare::{Comparison, compare};
pub use config::{merge, of_config, remove, with_structs};
pub use entry::{Entry, Writer, changes, from_value, own, to_value, updated};
pub use typed::empty;

use crate::{Map, Value};

type Node = Map<String, Value>;

/// Says of a node with others below it that it is in the set too.
const ITSELF: &str = ".";

/// A set of fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Node);

impl Fields {
    /// Reads `fieldsV1`; what isn't an object is an empty set.
    pub fn from_value(value: Value) -> Fields {
        match value {
            Value::Object(node) => Fields(node),
            _ => Fields::default(),
        }
    }

    /// Reads `fieldsV1` from its text.
    pub fn parse(text: &str) -> Fields {
        Fields::from_value(serde_json::from_str(text).unwrap_or_default())
    }

    /// Writes `fieldsV1`.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts in the path of those elements.
    pub fn insert(&mut self, path: &[String]) {
        let mut node = &mut self.0;
        for (depth, element) in path.iter().enumerate() {
            let known = node.contains_key(element);
            let below = node.entry(element.as_str()).or_insert_with(|| Node::new().into());
            let Value::Object(below) = below else { return };
            let last = depth + 1 == path.len();
            // One that had nothing below it was in the set, and stays in it when it gets something.
            if known && below.is_empty() && !last || last && !below.is_empty() {
                below.insert(ITSELF.into(), Node::new().into());
            }
            node = below;
        }
    }

    /// Whether the path of those elements is in it.
    pub fn has(&self, path: &[&str]) -> bool {
        let mut node = &self.0;
        for (depth, element) in path.iter().enumerate() {
            let Some(Value::Object(below)) = node.get(*element) else { return false };
            if depth + 1 == path.len() {
                return is_member(Some(below));
            }
            node = below;
        }
        false
    }

    /// What is in either.
    pub fn union(&self, other: &Fields) -> Fields {
        Fields(combine(&self.0, &other.0, |ours, theirs| ours || theirs))
    }

    /// What is in both.
    pub fn intersection(&self, other: &Fields) -> Fields {
        Fields(combine(&self.0, &other.0, |ours, theirs| ours && theirs))
    }

    /// What is in this one only.
    pub fn difference(&self, other: &Fields) -> Fields {
        Fields(combine(&self.0, &other.0, |ours, theirs| ours && !theirs))
    }

    /// What is neither in the other nor below anything in it.
    pub fn without(&self, other: &Fields) -> Fields {
        Fields(without(&self.0, &other.0))
    }

    /// Takes out what is below a path or at it, as a set of its own with the same path.
    pub fn take(&mut self, path: &[&str]) -> Fields {
        Fields(take(&mut self.0, path).unwrap_or_default())
    }

    /// Every path as messages write it, `.spec.containers[name="web"].image`: those of a level before those below it.
    pub fn paths(&self) -> Vec<String> {
        let mut out = Vec::new();
        collect(&self.0, "", &mut out);
        out
    }
}

fn is_member(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.is_empty() || node.contains_key(ITSELF))
}

fn below<'a>(node: &'a Node, element: &str) -> Option<&'a Node> {
    node.get(element).and_then(Value::as_object)
}

/// Goes through two sets together; `keep` says of a path by its being in the one and in the other whether it is in the outcome.
fn combine(ours: &Node, theirs: &Node, keep: fn(bool, bool) -> bool) -> Node {
    let nothing = Node::new();
    let mut out = Node::new();
    let only_theirs = theirs.keys().filter(|element| !ours.contains_key(*element));
    for element in ours.keys().chain(only_theirs).filter(|element| *element != ITSELF) {
        let (a, b) = (below(ours, element), below(theirs, element));
        let member = keep(is_member(a), is_member(b));
        let rest = combine(a.unwrap_or(&nothing), b.unwrap_or(&nothing), keep);
        put(&mut out, element, member, rest);
    }
    out
}

fn without(ours: &Node, theirs: &Node) -> Node {
    let nothing = Node::new();
    let mut out = Node::new();
    for element in ours.keys().filter(|element| *element != ITSELF) {
        let (a, b) = (below(ours, element), below(theirs, element));
        if !is_member(b) {
            let rest = without(a.unwrap_or(&nothing), b.unwrap_or(&nothing));
            put(&mut out, element, is_member(a), rest);
        }
    }
    out
}

fn take(node: &mut Node, path: &[&str]) -> Option<Node> {
    let (element, rest) = path.split_first()?;
    let mut out = Node::new();
    if rest.is_empty() {
        out.insert(element.to_string(), node.remove(*element)?);
        return Some(out);
    }
    let below = node.get_mut(*element)?.as_object_mut()?;
    out.insert(element.to_string(), take(below, rest)?.into());
    if below.is_empty() {
        node.remove(*element);
    } else if below.len() == 1 {
        below.remove(ITSELF);
    }
    Some(out)
}

/// Puts in a node, unless it would say nothing.
fn put(out: &mut Node, element: &str, member: bool, mut below: Node) {
    if member || !below.is_empty() {
        if member && !below.is_empty() {
            below.insert(ITSELF.into(), Node::new().into());
        }
        out.insert(element.into(), below.into());
    }
}

fn collect(node: &Node, prefix: &str, out: &mut Vec<String>) {
    let children = || node.iter().filter(|(element, _)| *element != ITSELF);
    for (element, below) in children() {
        if is_member(below.as_object()) {
            out.push(format!("{prefix}{}", readable(element)));
        }
    }
    for (element, below) in children() {
        if let Some(below) = below.as_object().filter(|below| !below.is_empty()) {
            collect(below, &format!("{prefix}{}", readable(element)), out);
        }
    }
}

/// One element as messages write it.
fn readable(element: &str) -> String {
    let Some((kind, rest)) = element.split_at_checked(2) else { return format!("[{element}]") };
    let parsed = || serde_json::from_str(rest).unwrap_or(Value::Null);
    match kind {
        "f:" => format!(".{rest}"),
        "k:" => {
            let keys = parsed();
            let pairs = keys.as_object().into_iter().flatten().map(|(key, value)| format!("{key}={value}"));
            format!("[{}]", pairs.collect::<Vec<_>>().join(","))
        }
        "v:" => format!("[={}]", parsed()),
        _ => format!("[{rest}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn set(value: Value) -> Fields {
        Fields::from_value(value)
    }

    #[test]
    fn a_path_put_in_keeps_those_above_and_below_it_as_they_were() {
        let path = |text: &str| text.split('/').map(String::from).collect::<Vec<_>>();
        let mut fields = Fields::default();
        fields.insert(&path("f:a/f:b"));
        assert_eq!(fields, set(json!({"f:a": {"f:b": {}}})));
        fields.insert(&path("f:a/f:b/f:c"));
        assert_eq!(fields, set(json!({"f:a": {"f:b": {".": {}, "f:c": {}}}})));
        fields.insert(&path("f:a"));
        assert_eq!(fields, set(json!({"f:a": {".": {}, "f:b": {".": {}, "f:c": {}}}})));
        assert!(fields.has(&["f:a", "f:b", "f:c"]) && fields.has(&["f:a"]) && !fields.has(&["f:c"]));
    }

    #[test]
    fn sets_combine_path_by_path() {
        let a = set(json!({"f:a": {".": {}, "f:b": {}, "f:c": {}}, "f:d": {}}));
        let b = set(json!({"f:a": {"f:b": {}}, "f:e": {"f:f": {}}}));
        assert_eq!(a.union(&b), set(json!({"f:a": {".": {}, "f:b": {}, "f:c": {}}, "f:d": {}, "f:e": {"f:f": {}}})));
        assert_eq!(a.intersection(&b), set(json!({"f:a": {"f:b": {}}})));
        assert_eq!(a.difference(&b), set(json!({"f:a": {".": {}, "f:c": {}}, "f:d": {}})));
        assert_eq!(b.difference(&a), set(json!({"f:e": {"f:f": {}}})));
        // A path that is in the one takes along what is below it only in `without`.
        let all_of_a = set(json!({"f:a": {}}));
        assert_eq!(a.without(&all_of_a), set(json!({"f:d": {}})));
        assert_eq!(a.difference(&all_of_a), set(json!({"f:a": {"f:b": {}, "f:c": {}}, "f:d": {}})));
    }

    #[test]
    fn what_is_taken_out_leaves_no_trace() {
        let mut fields = set(json!({"f:a": {"f:b": {"f:c": {}}}, "f:d": {".": {}, "f:e": {".": {}, "f:f": {}}}}));
        assert_eq!(fields.take(&["f:a", "f:b", "f:c"]), set(json!({"f:a": {"f:b": {"f:c": {}}}})));
        assert_eq!(fields.take(&["f:d", "f:e"]), set(json!({"f:d": {"f:e": {".": {}, "f:f": {}}}})));
        assert_eq!(fields.take(&["f:d", "f:g"]), Fields::default());
        assert_eq!(fields, set(json!({"f:d": {}})));
    }

    #[test]
    fn paths_are_told_level_by_level() {
        let fields = set(json!({"f:spec": {
            "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:name": {}}},
            "f:replicas": {}}, "f:data": {"f:a": {}}, "f:finalizers": {"v:\"x/y\"": {}}}));
        let paths = [
            ".data.a",
            ".finalizers[=\"x/y\"]",
            ".spec.replicas",
            ".spec.ports[containerPort=80,protocol=\"TCP\"]",
            ".spec.ports[containerPort=80,protocol=\"TCP\"].name",
        ];
        assert_eq!(fields.paths(), paths);
        // Somebody may send anything.
        assert_eq!(set(json!({"aé": {"": {}}, "f:a": 1})).paths(), ["[aé][]"]);
    }
}
