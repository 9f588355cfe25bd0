//! Reading and filling in fields of the dynamic value.
//!
//! Decoding has seen to the types; what is absent, `null` or of another type reads as the zero value, as it would in the
//! server's structs.

use api::{Map, Value};

/// A string field, `""` when absent.
pub fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_default()
}

/// A number field, 0 when absent.
pub fn int(object: &Value, field: &str) -> i64 {
    object[field].as_i64().unwrap_or_default()
}

/// A boolean field, `false` when absent.
pub fn flag(object: &Value, field: &str) -> bool {
    object[field].as_bool().unwrap_or_default()
}

/// A list field, empty when absent.
pub fn list<'a>(object: &'a Value, field: &str) -> &'a [Value] {
    object[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The entries of a map field, sorted by key.
pub fn entries<'a>(object: &'a Value, field: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    object[field].as_object().into_iter().flatten()
}

/// Whether a field was written at all.
pub fn given(object: &Value, field: &str) -> bool {
    !object[field].is_null()
}

/// Whether a list or map field has nothing in it.
pub fn is_empty(object: &Value, field: &str) -> bool {
    list(object, field).is_empty() && entries(object, field).next().is_none()
}

/// A map or list without entries counts as absent, as it does in the server's own comparison.
pub fn same(a: &Value, b: &Value) -> bool {
    let absent = |value: &Value| match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    a == b || (absent(a) && absent(b))
}

/// The value as a map; whatever else it was becomes an empty one.
pub fn as_map(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was just made a map")
}

/// A struct field, made where it is absent.
pub fn part<'a>(object: &'a mut Value, field: &str) -> &'a mut Value {
    let value = as_map(object).entry(field).or_insert(Value::Null);
    as_map(value);
    value
}

/// A struct field, if it was written.
pub fn written<'a>(object: &'a mut Value, field: &str) -> Option<&'a mut Value> {
    object.get_mut(field).filter(|value| value.is_object())
}

/// The items of a list field.
pub fn items<'a>(object: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    object.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Sets a field that is absent or an empty string.
pub fn default(object: &mut Value, field: &str, value: impl Into<Value>) {
    if !given(object, field) || object[field] == "" {
        set(object, field, value);
    }
}

/// Sets a number field that is absent or 0.
pub fn default_nonzero(object: &mut Value, field: &str, value: i64) {
    if int(object, field) == 0 {
        set(object, field, value);
    }
}

/// Sets a field.
pub fn set(object: &mut Value, field: &str, value: impl Into<Value>) {
    as_map(object).insert(field.to_string(), value.into());
}

/// Removes a field.
pub fn remove(object: &mut Value, field: &str) {
    if let Some(map) = object.as_object_mut() {
        map.remove(field);
    }
}

/// Keeps a field as it is in `old`, absent or not.
pub fn keep(object: &mut Value, old: &Value, field: &str) {
    match &old[field] {
        Value::Null => remove(object, field),
        value => set(object, field, value.clone()),
    }
}
