//! What keeps a configuration from being merged: fields that aren't there, values of another type, items that can't be told apart.
//!
//! Models structured-merge-diff `typed/{validate,helpers}.go`, in its words.

use super::readable;
use super::typed::Nature;
use crate::resource::Kind;
use crate::schema::{Shape, Type};
use crate::{Value, go_syntax};

/// Everything that is wrong with a configuration, each with its place.
pub fn check_config(kind: Kind, config: &Value) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(ty) = Type::of(kind) {
        check(&mut out, "", ty, Nature::Struct(ty), config);
    }
    out
}

fn check(out: &mut Vec<String>, path: &str, ty: Type, nature: Nature, value: &Value) {
    let expected = match (ty.shape(), value) {
        (_, Value::Null) => return,
        (Shape::Struct | Shape::Map(_), Value::Object(map)) => {
            for (name, value) in map {
                let path = format!("{path}.{name}");
                match (ty.item(), ty.field(name)) {
                    (Some(item), _) => check(out, &path, item, Nature::of_type(item), value),
                    (None, Some(field)) => check(out, &path, field.ty, Nature::of_field(ty, field), value),
                    (None, None) => out.push(format!("{path}: field not declared in schema")),
                }
            }
            return;
        }
        (Shape::List(item), Value::Array(items)) => return check_list(out, path, item, nature, items),
        (Shape::Struct | Shape::Map(_), _) => format!("map, got &{{{}}}", go_syntax::plain(value)),
        (Shape::List(_), _) => format!("list, got &{{{}}}", go_syntax::plain(value)),
        (Shape::String | Shape::Bytes, value) if !value.is_string() => {
            format!("string, got &value.valueUnstructured{{Value:{}}}", go_syntax::source(value))
        }
        (Shape::Int32 | Shape::Int64 | Shape::Float, value) if !value.is_number() => {
            format!("numeric (int or float), got {}", go_type(value))
        }
        (Shape::Bool, value) if !value.is_boolean() => format!("boolean, got &{{{}}}", go_syntax::plain(value)),
        _ => return,
    };
    out.push(format!("{path}: expected {expected}"));
}

fn check_list(out: &mut Vec<String>, path: &str, item: Type, nature: Nature, items: &[Value]) {
    let mut seen: Vec<String> = Vec::new();
    for (place, value) in items.iter().enumerate() {
        let element = if nature.is_list() { nature.element(value) } else { format!("i:{place}") };
        if let Nature::Keyed(_, [key, _]) = nature
            && value.get(key).is_none()
        {
            let why = "associative list with keys has an element that omits key field";
            out.push(format!("{path}: element {place}: {why} {key:?} (and doesn't have default value)"));
        } else if seen.contains(&element) {
            out.push(format!("{path}: duplicate entries for key {}", readable(&element)));
        } else {
            check(out, &format!("{path}{}", readable(&element)), item, Nature::of_type(item), value);
            seen.push(element);
        }
    }
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Array(_) => "[]interface {}",
        _ => "map[string]interface {}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn what_cannot_be_merged_is_told_with_its_place() {
        let config = json!({"metadata": {"labels": {"a": 1}}, "spec": {"hostNetwork": "yes", "tolerations": [{"keyy": "k"}],
            "terminationGracePeriodSeconds": "long", "nodeSelector": [], "volumes": {},
            "containers": [{"name": "a", "imagee": "x", "env": [{"name": "E"}, {"name": "E"}]}, {"image": "x"}]}});
        let why = [
            ".metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}",
            ".spec.containers[name=\"a\"].env: duplicate entries for key [name=\"E\"]",
            ".spec.containers[name=\"a\"].imagee: field not declared in schema",
            ".spec.containers: element 1: associative list with keys has an element that omits key field \"name\" (and \
             doesn't have default value)",
            ".spec.hostNetwork: expected boolean, got &{yes}",
            ".spec.nodeSelector: expected map, got &{[]}",
            ".spec.terminationGracePeriodSeconds: expected numeric (int or float), got string",
            ".spec.tolerations[0].keyy: field not declared in schema",
            ".spec.volumes: expected list, got &{map[]}",
        ];
        assert_eq!(check_config(Kind::POD, &config), why);
        let good = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": null},
            "spec": {"containers": [{"name": "a", "resources": {"limits": {"cpu": 1}}}]}});
        assert!(check_config(Kind::POD, &good).is_empty());
    }
}
