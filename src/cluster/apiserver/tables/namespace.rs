//! `get namespaces`.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("STATUS"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    vec![name(object), text(&object["status"]["phase"]).to_string(), age(object, now)]
}
