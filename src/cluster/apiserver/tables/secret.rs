//! `get secrets`.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("TYPE"), always("DATA"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    vec![name(object), text(&object["type"]).to_string(), size(&object["data"]).to_string(), age(object, now)]
}
