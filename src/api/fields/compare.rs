//! What changed between two objects.
//!
//! Models structured-merge-diff `typed/compare.go`.

use super::Fields;
use super::typed::{self, Nature, Part};
use crate::Value;
use crate::resource::Kind;

/// What changed.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// What only the new object has.
    pub added: Fields,
    /// What both have, differently.
    pub modified: Fields,
    /// What only the old object has.
    pub removed: Fields,
}

impl Comparison {
    /// What whoever wrote the new object owns by that.
    pub fn written(&self) -> Fields {
        match (self.added.is_empty(), self.modified.is_empty()) {
            (_, true) => self.added.clone(),
            (true, _) => self.modified.clone(),
            _ => self.added.union(&self.modified),
        }
    }

    /// Leaves fields, and whatever is below them, out of account.
    pub fn without(self, fields: &Fields) -> Comparison {
        if fields.is_empty() {
            return self;
        }
        Comparison {
            added: self.added.without(fields),
            modified: self.modified.without(fields),
            removed: self.removed.without(fields),
        }
    }
}

/// Compares two objects of a kind.
pub fn compare(kind: Kind, old: &Value, new: &Value) -> Comparison {
    let mut out = Comparison::default();
    walk(&mut out, &mut Vec::new(), typed::of(kind), Some(old), Some(new));
    out
}

fn walk(out: &mut Comparison, path: &mut Vec<String>, nature: Nature, old: Option<&Value>, new: Option<&Value>) {
    let (ours, theirs) = (nature.parts(old), nature.parts(new));
    // Two that have nothing in them are compared as they stand: null, nothing and {} are not the same.
    if ours.is_empty() && theirs.is_empty() {
        return mark(out, path, old == new, old.is_some(), new.is_some());
    }
    let only_theirs = theirs.iter().filter(|part| !ours.iter().any(|other| other.element == part.element));
    let mut seen: Vec<&str> = Vec::new();
    for part in ours.iter().chain(only_theirs) {
        if nature.is_list() {
            if seen.contains(&part.element.as_str()) {
                continue;
            }
            seen.push(&part.element);
        }
        let (old, new) = (same(&ours, &part.element), same(&theirs, &part.element));
        path.push(part.element.clone());
        match (old.as_slice(), new.as_slice()) {
            ([] | [_], [] | [_]) => walk(out, path, part.nature, old.first().copied(), new.first().copied()),
            // Several of one name can only be told as one.
            _ => mark(out, path, old == new, !old.is_empty(), !new.is_empty()),
        }
        path.pop();
    }
    if !path.is_empty() && (old.is_none() || new.is_none()) {
        mark(out, path, false, old.is_some(), new.is_some());
    }
}

fn same<'a>(parts: &[Part<'a>], element: &str) -> Vec<&'a Value> {
    parts.iter().filter(|part| part.element == element).map(|part| part.value).collect()
}

fn mark(out: &mut Comparison, path: &[String], equal: bool, was: bool, is: bool) {
    match (was, is) {
        (false, true) => out.added.insert(path),
        (true, false) => out.removed.insert(path),
        _ if !equal => out.modified.insert(path),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn pod(spec: Value) -> Value {
        json!({"spec": spec})
    }

    #[test]
    fn a_list_of_named_things_is_compared_by_name_and_one_of_others_whole() {
        let old = pod(json!({"containers": [{"name": "a", "image": "x", "args": ["1"]}, {"name": "b", "image": "y"}],
            "tolerations": [{"key": "k"}]}));
        let new = pod(json!({"containers": [{"name": "b", "image": "z"}, {"name": "a", "image": "x", "args": ["2"]}],
            "tolerations": [{"key": "k", "value": "v"}]}));
        let found = compare(Kind::POD, &old, &new);
        let modified = json!({"f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {"f:args": {}},
            "k:{\"name\":\"b\"}": {"f:image": {}}}, "f:tolerations": {}}});
        assert_eq!(found.modified.into_value(), modified);
        assert!(found.added.is_empty() && found.removed.is_empty());
    }

    #[test]
    fn what_is_new_is_owned_with_all_that_is_in_it() {
        let new = pod(json!({"containers": [{"name": "a", "resources": {"limits": {"cpu": "1"}},
            "ports": [{"containerPort": 80}], "env": [{"name": "E", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]}],
            "nodeSelector": {"disk": "ssd"}}));
        let found = compare(Kind::POD, &super::super::empty(Kind::POD), &new);
        let container = json!({".": {}, "f:name": {}, "f:resources": {".": {}, "f:limits": {".": {}, "f:cpu": {}}},
            "f:ports": {".": {}, "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
            "f:env": {".": {}, "k:{\"name\":\"E\"}": {".": {}, "f:name": {}, "f:valueFrom": {".": {}, "f:fieldRef": {}}}}});
        let all = json!({"f:spec": {"f:containers": {"k:{\"name\":\"a\"}": container}, "f:nodeSelector": {}}});
        assert_eq!(found.written().into_value(), all);
    }

    #[test]
    fn several_of_one_key_are_one_field() {
        let env = |values: &[&str]| {
            let items: Vec<Value> = values.iter().map(|value| json!({"name": "E", "value": value})).collect();
            pod(json!({"containers": [{"name": "a", "env": items}]}))
        };
        let found = compare(Kind::POD, &env(&["1", "2"]), &env(&["1", "3"]));
        assert_eq!(found.modified.paths(), [".spec.containers[name=\"a\"].env[name=\"E\"]"]);
        assert!(compare(Kind::POD, &env(&["1", "2"]), &env(&["1", "2"])).written().is_empty());
    }
}
