//! The three ways to say a change: strategic merge, JSON merge (RFC 7386) and JSON patch (RFC 6902).
//!
//! All are pure functions from a [`Value`] and a patch to a [`Value`]. The API server applies them; kubectl's `apply`, `set`
//! and `diff` also compute them, with [`strategic::three_way`]. Server-side apply, which needs to know who owns
//! what, is in [`crate::fields`].

use crate::Value;

pub mod json_merge;
pub mod json_patch;
pub mod strategic;

/// What Go says of a value that a variable of another type can't hold.
pub fn cannot_unmarshal(value: &Value, wanted: &str) -> String {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!("json: cannot unmarshal {kind} into Go value of type {wanted}")
}
