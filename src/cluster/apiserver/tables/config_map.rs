//! `get configmaps`.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("DATA"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let keys = size(&object["data"]) + size(&object["binaryData"]);
    vec![name(object), keys.to_string(), age(object, now)]
}
