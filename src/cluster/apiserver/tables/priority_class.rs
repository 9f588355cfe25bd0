//! `get priorityclasses`.

use super::*;

pub const COLUMNS: &[Column] =
    &[always("NAME"), always("VALUE"), always("GLOBAL-DEFAULT"), always("AGE"), always("PREEMPTIONPOLICY")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    vec![
        name(object),
        count(&object["value"]),
        object["globalDefault"].as_bool().unwrap_or(false).to_string(),
        age(object, now),
        text(&object["preemptionPolicy"]).to_string(),
    ]
}
