//! `get poddisruptionbudgets`: how many Pods a drain may take now.

use super::*;

pub const COLUMNS: &[Column] =
    &[always("NAME"), always("MIN AVAILABLE"), always("MAX UNAVAILABLE"), always("ALLOWED DISRUPTIONS"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let spec = &object["spec"];
    vec![
        name(object),
        int_or_percent(&spec["minAvailable"]),
        int_or_percent(&spec["maxUnavailable"]),
        count(&object["status"]["disruptionsAllowed"]),
        age(object, now),
    ]
}

fn int_or_percent(value: &Value) -> String {
    match value {
        Value::Null => "N/A".to_string(),
        Value::String(percent) => percent.clone(),
        number => number.to_string(),
    }
}
