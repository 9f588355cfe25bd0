//! The last part of a description: what happened to the object, oldest first.

use super::fields::{number, text};
use super::related::Related;
use super::writer::Writer;
use api::resource::Kind;
use api::time::Time;
use api::{Value, human, sort};

/// Writes the Events about an object of a namespace (or of none).
pub fn describe(w: &mut Writer, kind: Kind, object: &Value, related: &mut dyn Related) {
    let meta = &object["metadata"];
    let uid = text(&meta["uid"]);
    let mut events = Vec::new();
    // Kubelets report about their node under its name, in place of a uid.
    if kind == Kind::NODE && uid != text(&meta["name"]) {
        events.extend(about(kind, object, text(&meta["name"]), related));
    }
    events.extend(about(kind, object, uid, related));
    write(w, events, related.now());
}

fn about(kind: Kind, object: &Value, uid: &str, related: &mut dyn Related) -> Vec<Value> {
    let meta = &object["metadata"];
    let mut terms = vec![format!("involvedObject.name={}", text(&meta["name"]))];
    let namespace = meta["namespace"].as_str();
    terms.extend(namespace.map(|namespace| format!("involvedObject.namespace={namespace}")));
    terms.push(format!("involvedObject.kind={}", kind.name()));
    terms.push(format!("involvedObject.uid={uid}"));
    related.list(Kind::EVENT, namespace, "", &terms.join(","))
}

fn write(w: &mut Writer, mut events: Vec<Value>, now: Time) {
    if events.is_empty() {
        return w.field(0, "Events", "<none>");
    }
    // Events without the old time field (the scheduler's) come first.
    sort::by_key(&mut events, |event| event["lastTimestamp"].as_str().and_then(Time::parse));
    w.flush();
    w.line(0, "Events:");
    w.line(1, "Type\tReason\tAge\tFrom\tMessage");
    w.line(1, "----\t------\t----\t----\t-------");
    for event in &events {
        let cells =
            [text(&event["type"]), text(&event["reason"]), &interval(event, now), source(event), &message(event)];
        w.line(1, &cells.join("\t"));
    }
}

/// `31s (x6 over 3m11s)` for repeats, else the age of the one time it happened.
pub fn interval(event: &Value, now: Time) -> String {
    let first = match &event["eventTime"] {
        Value::Null => human::age(&event["firstTimestamp"], now),
        time => human::age(time, now),
    };
    let repeated = |last: &Value, count: i64| format!("{} (x{count} over {first})", human::age(last, now));
    let series = &event["series"];
    match number(&event["count"]) {
        _ if series.is_object() => repeated(&series["lastObservedTime"], number(&series["count"])),
        count if count > 1 => repeated(&event["lastTimestamp"], count),
        _ => first,
    }
}

fn source(event: &Value) -> &str {
    match text(&event["source"]["component"]) {
        "" => text(&event["reportingComponent"]),
        component => component,
    }
}

/// An Event about a container says which: `spec.containers{nginx}: Container started`.
fn message(event: &Value) -> String {
    let message = text(&event["message"]).trim();
    match text(&event["involvedObject"]["fieldPath"]) {
        "" => message.to_string(),
        path => format!("{path}: {message}"),
    }
}
