//! Server-side apply's way with objects: what a configuration speaks of, merging it into an object, taking fields out again.
//!
//! Models structured-merge-diff `typed/{tofieldset,merge,remove}.go`.

use super::typed::{self, Nature, Part};
use super::{Fields, Node, below, is_member, put};
use crate::resource::Kind;
use crate::{Map, Value};

/// The fields a configuration speaks of. Maps and lists that are there only for what is in them are not among them.
pub fn of_config(kind: Kind, config: &Value) -> Fields {
    let mut out = Fields::default();
    speak(&mut out, &mut Vec::new(), typed::of(kind), config);
    out
}

fn speak(out: &mut Fields, path: &mut Vec<String>, nature: Nature, value: &Value) {
    if matches!(nature, Nature::Whole) {
        return out.insert(path);
    }
    for part in nature.parts(Some(value)) {
        path.push(part.element);
        speak(out, path, part.nature, part.value);
        let bare = part.value.is_null() || part.value.as_object().is_some_and(Map::is_empty);
        if bare || nature.is_list() || matches!(nature, Nature::Map(_)) {
            out.insert(path);
        }
        path.pop();
    }
}

/// The object with a configuration merged into it.
pub fn merge(kind: Kind, live: &Value, config: &Value) -> Value {
    join(typed::of(kind), Some(live), Some(config)).unwrap_or_default()
}

fn join(nature: Nature, live: Option<&Value>, config: Option<&Value>) -> Option<Value> {
    let (ours, theirs) = (nature.parts(live), nature.parts(config));
    if ours.is_empty() && theirs.is_empty() {
        return config.or(live).cloned();
    }
    let find = |parts: &'_ [Part<'_>], element: &str| parts.iter().position(|part| part.element == element);
    if !nature.is_list() {
        let only_theirs = theirs.iter().filter(|part| find(&ours, &part.element).is_none());
        let mut out = Map::new();
        for part in ours.iter().chain(only_theirs) {
            let at = |parts: &[Part<'_>]| find(parts, &part.element);
            let (a, b) = (at(&ours).map(|i| ours[i].value), at(&theirs).map(|i| theirs[i].value));
            if let Some(value) = join(part.nature, a, b) {
                out.insert(part.element[2..].to_string(), value);
            }
        }
        return Some(Value::Object(out));
    }
    // The configuration's order, with what only the object has where the object has it.
    let mut out = Vec::new();
    let mut next = 0;
    let mut take_up_to = |end: usize, out: &mut Vec<Value>| {
        for part in theirs.iter().take(end).skip(next) {
            let mine = find(&ours, &part.element).map(|i| ours[i].value);
            out.extend(join(part.nature, mine, Some(part.value)));
        }
        next = next.max(end);
    };
    let mut shared = theirs.iter().filter(|part| find(&ours, &part.element).is_some()).peekable();
    for part in &ours {
        match find(&theirs, &part.element) {
            None => out.push(part.value.clone()),
            Some(place) if shared.peek().is_some_and(|next| next.element == part.element) => {
                shared.next();
                take_up_to(place + 1, &mut out);
            }
            // It comes when its turn has come in the configuration.
            Some(_) => {}
        }
    }
    take_up_to(theirs.len(), &mut out);
    Some(Value::Array(out))
}

/// The object without the fields of a set; what is left empty by that goes as well.
pub fn remove(kind: Kind, object: &Value, fields: &Fields) -> Value {
    strip(typed::of(kind), object, &fields.0).unwrap_or_default()
}

fn strip(nature: Nature, value: &Value, set: &Node) -> Option<Value> {
    if matches!(nature, Nature::Whole) {
        return Some(value.clone());
    }
    let (mut map, mut list) = (Map::new(), Vec::new());
    for part in nature.parts(Some(value)) {
        let kept = match below(set, &part.element) {
            node if is_member(node) => None,
            Some(node) => strip(part.nature, part.value, node),
            None => Some(part.value.clone()),
        };
        match kept {
            Some(kept) if nature.is_list() => list.push(kept),
            Some(kept) => drop(map.insert(part.element[2..].to_string(), kept)),
            None => {}
        }
    }
    match (map.is_empty(), list.is_empty()) {
        (true, true) => None,
        (false, _) => Some(Value::Object(map)),
        _ => Some(Value::Array(list)),
    }
}

/// The set with every struct in it that it has something of.
pub fn with_structs(kind: Kind, fields: &Fields) -> Fields {
    Fields(complete(typed::of(kind), &fields.0))
}

fn complete(nature: Nature, node: &Node) -> Node {
    let mut out = Node::new();
    for (element, rest) in node {
        let Some(rest) = rest.as_object().filter(|_| element.len() > 1) else { continue };
        let named = matches!(nature, Nature::Struct(_)) && element.starts_with("f:");
        put(&mut out, element, named || is_member(Some(rest)), complete(nature.below(element), rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn containers(items: Value) -> Value {
        json!({"spec": {"containers": items}})
    }

    fn names(value: &Value) -> Vec<&str> {
        let items = value["spec"]["containers"].as_array().into_iter().flatten();
        items.filter_map(|item| item["name"].as_str()).collect()
    }

    #[test]
    fn a_configuration_owns_what_it_says_and_not_what_that_lies_in() {
        let config = json!({"metadata": {"labels": {"app": "a"}, "annotations": {}},
            "spec": {"containers": [{"name": "a", "resources": {}}], "nodeSelector": {"a": "b"}, "tolerations": []}});
        let fields = json!({"f:metadata": {"f:labels": {"f:app": {}}, "f:annotations": {}},
            "f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {".": {}, "f:name": {}, "f:resources": {}}},
                "f:nodeSelector": {}, "f:tolerations": {}}});
        assert_eq!(of_config(Kind::POD, &config).into_value(), fields);
    }

    #[test]
    fn merged_lists_follow_the_configuration_around_what_the_object_has_besides() {
        let list = |text: &str| {
            let items: Vec<Value> = text.chars().map(|name| json!({"name": name.to_string()})).collect();
            containers(items.into())
        };
        for (live, config, merged) in [
            ("ab", "ab", "ab"),
            ("ab", "ba", "ba"),
            ("axb", "ba", "xba"),
            ("ax", "b", "axb"),
            ("xa", "ba", "xba"),
            ("axb", "acb", "axcb"),
            ("", "ab", "ab"),
            ("ab", "", "ab"),
        ] {
            let out = merge(Kind::POD, &list(live), &list(config));
            assert_eq!(names(&out).concat(), merged, "{live} with {config}");
        }
    }

    #[test]
    fn merging_changes_only_what_the_configuration_says() {
        let live = containers(json!([{"name": "a", "image": "x", "env": [{"name": "E", "value": "1"}]}]));
        let config = containers(json!([{"name": "a", "image": "y", "args": ["z"]}]));
        let merged =
            containers(json!([{"name": "a", "image": "y", "env": [{"name": "E", "value": "1"}], "args": ["z"]}]));
        assert_eq!(merge(Kind::POD, &live, &config), merged);
    }

    #[test]
    fn what_is_taken_out_leaves_nothing_empty_behind() {
        let object = json!({"metadata": {"labels": {"a": "1", "b": "2"}, "annotations": {"c": "3"}},
            "spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b"}]}});
        let set = json!({"f:metadata": {"f:labels": {"f:a": {}}, "f:annotations": {"f:c": {}}},
            "f:spec": {"f:containers": {"k:{\"name\":\"b\"}": {".": {}, "f:name": {}}}}});
        let left = json!({"metadata": {"labels": {"b": "2"}}, "spec": {"containers": [{"name": "a", "image": "x"}]}});
        assert_eq!(remove(Kind::POD, &object, &Fields::from_value(set)), left);
    }
}
