//! Compares every object that the API served at some point, field by field.
//!
//! Random fields and times count as equal; a field that is only there, or only here, doesn't.

use super::mask::{self, Nodes};
use super::world::World;
use api::Value;
use api::resource::Kind;
use std::collections::BTreeMap;
use std::path::Path;

/// What a snapshot holds, in the order in which it was asked for.
pub const KINDS: [(&str, Kind); 7] = [
    ("nodes", Kind::NODE),
    ("daemonsets", Kind::DAEMON_SET),
    ("pods", Kind::POD),
    ("controllerrevisions", Kind::CONTROLLER_REVISION),
    ("deployments", Kind::DEPLOYMENT),
    ("replicasets", Kind::REPLICA_SET),
    ("events", Kind::EVENT),
];

/// Fields whose values are random or a matter of the moment.
const RANDOM: [&str; 14] = [
    "uid",
    "resourceVersion",
    "podIP",
    "podIPs",
    "podCIDR",
    "podCIDRs",
    "containerID",
    "bootID",
    "machineID",
    "systemUUID",
    "kernelVersion",
    "reportingInstance",
    "creationTimestamp",
    "deletionTimestamp",
];

/// Where a snapshot and the cluster differ in objects of a kind: the path, and both values. Not every snapshot was kept.
/// Events are left out whose stamp is of a moment that isn't compared.
pub fn compare(
    file: &Path,
    (word, kind): (&str, Kind),
    world: &World,
    nodes: Nodes,
    left_out: &dyn Fn(u64) -> bool,
) -> Vec<(String, String)> {
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    let snapshot: Value = serde_json::from_str(&text).expect("a snapshot is JSON");
    let mut out = Vec::new();
    let Some(items) = snapshot[word].as_array() else { return out };
    let compared = |item: &Value| kind != Kind::EVENT || !stamp(item).is_some_and(left_out);
    let theirs = collected(kind, items.iter().filter(|item| compared(item)).cloned(), nodes);
    let ours = world.cluster.objects(kind).map(|object| world.names.object(object).to_value());
    let ours = collected(kind, ours.filter(compared), nodes);
    for (key, item) in &theirs {
        match ours.get(key) {
            None => out.push((format!("{word}/{key}"), "  only theirs\n".into())),
            Some(own) => differ(&format!("{word}/{key}"), item, own, &mut out),
        }
    }
    let more = ours.keys().filter(|key| !theirs.contains_key(*key));
    out.extend(more.map(|key| (format!("{word}/{key}"), "  only ours\n".into())));
    out
}

/// The moment in an event's name.
fn stamp(event: &Value) -> Option<u64> {
    u64::from_str_radix(event["metadata"]["name"].as_str()?.rsplit('.').next()?, 16).ok()
}

/// Objects by their keys; those that are alike numbered.
fn collected(kind: Kind, items: impl Iterator<Item = Value>, nodes: Nodes) -> BTreeMap<String, Value> {
    let keyed = items.filter_map(|item| keyed(kind, item));
    if nodes == Nodes::Told {
        return keyed.collect();
    }
    let mut all: Vec<(String, String)> =
        keyed.map(|(key, item)| (mask::alike(&key), mask::alike(&plain(&item).to_string()))).collect();
    all.sort();
    let numbered = all.iter().enumerate().map(|(index, (key, text))| {
        let before = all[..index].iter().rev().take_while(|(other, _)| other == key).count();
        (format!("{key}#{before}"), serde_json::from_str(text).expect("names don't break JSON"))
    });
    numbered.collect()
}

/// An object without its random fields.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| {
                let random = RANDOM.contains(&key.as_str());
                (key.clone(), if random { "<random>".into() } else { plain(value) })
            });
            Value::Object(fields.collect())
        }
        Value::Array(list) => list.iter().map(plain).collect(),
        value => blanked(value),
    }
}

/// An object by its name, an event by what it says; events of containers are left out.
fn keyed(kind: Kind, mut item: Value) -> Option<(String, Value)> {
    let map = item.as_object_mut()?;
    map.remove("apiVersion");
    map.remove("kind");
    let name = item["metadata"]["name"].as_str()?.to_string();
    if let Some(conditions) = item["status"]["conditions"].as_array_mut().filter(|_| kind == Kind::POD) {
        conditions.sort_by_key(|condition| condition["type"].to_string());
    }
    if kind != Kind::EVENT {
        return Some((name, item));
    }
    let text = |field: &Value| field.as_str().unwrap_or_default().to_string();
    let about = &item["involvedObject"];
    if mask::leaves_out(&text(&item["reason"]), about["kind"] == "Pod") {
        return None;
    }
    let key = format!(
        "{} {} {}/{}: {}",
        text(&item["type"]),
        text(&item["reason"]),
        text(&about["kind"]),
        text(&about["name"]),
        mask::line(&text(&item["message"]))
    );
    item["metadata"]["name"] = "<stamp>".into();
    Some((key, item))
}

fn differ(path: &str, theirs: &Value, ours: &Value, out: &mut Vec<(String, String)>) {
    match (theirs, ours) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let (a, b) = (a.get(key), b.get(key));
                let path = format!("{path}.{key}");
                match (a, b) {
                    (Some(_), Some(_)) if RANDOM.contains(&key.as_str()) => {}
                    (Some(a), Some(b)) => differ(&path, a, b, out),
                    (a, b) => out.push((path, format!("  - {}\n  + {}\n", shown(a), shown(b)))),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differ(&format!("{path}[{index}]"), a, b, out);
            }
        }
        (a, b) if blanked(a) == blanked(b) => {}
        (a, b) => out.push((path.to_string(), format!("  - {}\n  + {}\n", shown(Some(a)), shown(Some(b))))),
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("nothing".into(), Value::to_string)
}

/// A value without what differs from run to run; snapshots write moments as `t+4.4s`.
fn blanked(value: &Value) -> Value {
    match value.as_str() {
        Some(text) if text.starts_with("t+") || text.starts_with("t-") => "<time>".into(),
        Some(text) if text.starts_with("Back-off pulling image") => "<a pull that fails>".into(),
        Some(text) => mask::line(text).into(),
        None => value.clone(),
    }
}
