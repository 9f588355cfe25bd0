//! JSON merge patch (RFC 7386): objects merge key by key, `null` deletes, everything else replaces.

use crate::{Map, Value};

/// Changes `target` as `patch` says.
pub fn apply(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (key, change) in changes {
        if change.is_null() {
            fields.remove(key);
        } else {
            apply(fields.entry(key.as_str()).or_insert(Value::Null), change);
        }
    }
}

/// What must be merged into `from` to get `to`: the smallest such patch, `{}` when they are equal.
pub fn diff(from: &Value, to: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (from, to) else { return to.clone() };
    let mut patch = Map::new();
    for (key, value) in new {
        match old.get(key) {
            Some(before) if before == value => {}
            Some(before @ Value::Object(_)) if value.is_object() => {
                patch.insert(key.clone(), diff(before, value));
            }
            _ => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn null_deletes_and_lists_replace() {
        let mut target = json!({"a": {"b": 1, "c": 2}, "l": [1, 2]});
        apply(&mut target, &json!({"a": {"b": null}, "l": [3], "n": {"x": null}}));
        assert_eq!(target, json!({"a": {"c": 2}, "l": [3], "n": {}}));
    }

    #[test]
    fn diff_leads_from_one_to_the_other() {
        let (from, to) = (json!({"a": {"b": 1, "c": 2}, "d": 1}), json!({"a": {"b": 1, "c": 3}, "e": [1]}));
        let patch = diff(&from, &to);
        assert_eq!(patch, json!({"a": {"c": 3}, "d": null, "e": [1]}));
        let mut target = from;
        apply(&mut target, &patch);
        assert_eq!(target, to);
        assert_eq!(diff(&to, &to), json!({}));
    }
}
