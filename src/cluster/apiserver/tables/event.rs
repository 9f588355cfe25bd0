//! `get events`: one row per kind of happening, not per happening; repeats are counted.

use super::*;

/// The wide columns stand in the middle; no other kind does that.
pub const COLUMNS: &[Column] = &[
    always("LAST SEEN"),
    always("TYPE"),
    always("REASON"),
    always("OBJECT"),
    wide("SUBOBJECT"),
    wide("SOURCE"),
    always("MESSAGE"),
    wide("FIRST SEEN"),
    wide("COUNT"),
    wide("NAME"),
];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let involved = &object["involvedObject"];
    let (first, last) = seen(object, now);
    vec![
        last,
        text(&object["type"]).to_string(),
        text(&object["reason"]).to_string(),
        object_text(involved),
        text(&involved["fieldPath"]).to_string(),
        source(object),
        text(&object["message"]).trim().to_string(),
        first,
        occurrences(object).to_string(),
        name(object),
    ]
}

/// When it was seen first and last: Events of the new API have `eventTime` and `series` in place of the old fields.
fn seen(object: &Value, now: Time) -> (String, String) {
    let first = match &object["firstTimestamp"] {
        Value::Null => human::age(&object["eventTime"], now),
        time => human::age(time, now),
    };
    let last = match (&object["series"]["lastObservedTime"], &object["lastTimestamp"]) {
        (Value::Null, Value::Null) => first.clone(),
        (Value::Null, time) | (time, _) => human::age(time, now),
    };
    (first, last)
}

fn occurrences(object: &Value) -> i64 {
    let count = if object["series"].is_object() { &object["series"]["count"] } else { &object["count"] };
    count.as_i64().filter(|count| *count != 0).unwrap_or(1)
}

fn object_text(involved: &Value) -> String {
    let kind = text(&involved["kind"]).to_ascii_lowercase();
    match text(&involved["name"]) {
        "" => kind,
        name => format!("{kind}/{name}"),
    }
}

/// `kubelet, node01`: who reported it, and from where.
fn source(object: &Value) -> String {
    let either = |old: &'static str, new: &'static str| match text(&object["source"][old]) {
        "" => text(&object[new]),
        found => found,
    };
    let component = either("component", "reportingComponent");
    match either("host", "reportingInstance") {
        "" => component.to_string(),
        host => format!("{component}, {host}"),
    }
}
