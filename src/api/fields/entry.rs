//! Entries of `managedFields`: who owns what, and what becomes of it when somebody writes or applies.
//!
//! Models structured-merge-diff `merge/update.go`, apimachinery `pkg/util/managedfields/internal`, Kubernetes v1.36. Left out: the
//! entry `ancient-changes` in which the oldest are gathered once there are more than ten; other versions of a kind than the
//! one that is served.

use super::{Comparison, Fields, compare, empty};
use crate::objects::workload::TEMPLATE_GENERATION;
use crate::resource::Kind;
use crate::time::Time;
use crate::{Map, Str, Value};

/// One entry of `managedFields`.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Who.
    pub writer: Writer,
    /// `time`; none where an apply has changed nothing but this entry.
    pub time: Option<Time>,
    /// `fieldsV1`
    pub fields: Fields,
}

/// Who an entry is about: one manager has one for each way of writing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Writer {
    /// `manager`
    pub manager: Str,
    /// `operation`: Update, or else Apply.
    pub updates: bool,
    /// `subresource`
    pub subresource: Str,
}

impl Writer {
    /// Somebody who changes objects other than by applying.
    pub fn updating(manager: &str, subresource: &str) -> Writer {
        Writer { manager: manager.into(), updates: true, subresource: subresource.into() }
    }
}

/// The entries after somebody has written an object; `before` is null for a new one. What is `ignored`, and whatever is below it,
/// the write can't change.
pub fn updated(
    kind: Kind,
    mut entries: Vec<Entry>,
    (before, after): (&Value, &Value),
    ignored: &Fields,
    writer: &Writer,
    at: Time,
) -> Vec<Entry> {
    if entries.is_empty() && !before.is_null() {
        return entries;
    }
    let none = before.is_null().then(|| empty(kind));
    let changes = changes(kind, none.as_ref().unwrap_or(before), after).without(ignored);
    own(&mut entries, &changes, changes.written(), writer, Some(at));
    entries
}

/// Gives fields that were written to their writer, takes them from everybody else, and what was removed from everybody.
pub fn own(entries: &mut Vec<Entry>, changes: &Comparison, written: Fields, writer: &Writer, time: Option<Time>) {
    lose(entries, &written, &changes.removed);
    if !written.is_empty() {
        match entries.iter_mut().find(|entry| entry.writer == *writer) {
            Some(entry) => {
                entry.fields = entry.fields.union(&written);
                entry.time = time;
            }
            None => entries.push(Entry { writer: writer.clone(), time, fields: written }),
        }
    }
    entries.retain(|entry| !entry.fields.is_empty());
}

pub(super) fn lose(entries: &mut [Entry], written: &Fields, removed: &Fields) {
    for entry in entries {
        entry.fields = entry.fields.difference(written).difference(removed);
    }
}

/// What changed, without what nobody can own.
pub fn changes(kind: Kind, before: &Value, after: &Value) -> Comparison {
    let mut changes = compare(kind, before, after).without(&nobodys(kind));
    if kind == Kind::DAEMON_SET {
        // The server counts it up after it has noted who wrote what.
        changes.modified.take(&["f:metadata", "f:annotations", &format!("f:{TEMPLATE_GENERATION}")]);
    }
    changes
}

/// What belongs to nobody: the object's identity, and what the server itself keeps.
///
/// Source: `managedfields/internal/stripmeta.go`; the rest is written past the field manager.
pub fn nobodys(kind: Kind) -> Fields {
    let spec = match kind {
        Kind::NAMESPACE => "f:finalizers",
        // A binding writes it.
        Kind::POD => "f:nodeName",
        _ => "f:",
    };
    Fields::parse(&format!(
        r#"{{"f:apiVersion":{{}},"f:kind":{{}},"f:metadata":{{"f:name":{{}},"f:namespace":{{}},"f:creationTimestamp":{{}},
        "f:selfLink":{{}},"f:uid":{{}},"f:generation":{{}},"f:managedFields":{{}},"f:resourceVersion":{{}},
        "f:deletionTimestamp":{{}},"f:deletionGracePeriodSeconds":{{}}}},"f:spec":{{"{spec}":{{}}}}}}"#
    ))
}

/// Writes `managedFields`, in the server's order.
pub fn to_value(kind: Kind, mut entries: Vec<Entry>) -> Value {
    let order = |entry: &Entry| (entry.writer.updates, entry.time.unwrap_or_default());
    crate::sort::by(&mut entries, |a, b| order(a).cmp(&order(b)).then_with(|| a.writer.cmp(&b.writer)));
    let entry = |entry: Entry| {
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| drop(out.insert(key.into(), value));
        put("manager", (*entry.writer.manager).into());
        put("operation", if entry.writer.updates { "Update" } else { "Apply" }.into());
        put("apiVersion", kind.api_version().into());
        put("fieldsType", "FieldsV1".into());
        put("fieldsV1", entry.fields.into_value());
        if let Some(time) = entry.time {
            put("time", time.to_string().into());
        }
        if !entry.writer.subresource.is_empty() {
            put("subresource", (*entry.writer.subresource).into());
        }
        Value::Object(out)
    };
    entries.into_iter().map(entry).collect::<Vec<Value>>().into()
}

/// Reads `managedFields` that somebody sent: none of it if anything is wrong with it, an empty list if it takes them all away.
pub fn from_value(value: &Value) -> Option<Vec<Entry>> {
    let items = value.as_array()?;
    let mut out = Vec::new();
    for item in items {
        let text = |key: &str| item[key].as_str().unwrap_or_default();
        if items.len() == 1 && item.as_object().is_some_and(Map::is_empty) {
            break;
        }
        let updates = text("operation") == "Update";
        if !updates && text("operation") != "Apply" || text("apiVersion").is_empty() || text("fieldsType") != "FieldsV1"
        {
            return None;
        }
        out.push(Entry {
            writer: Writer { updates, ..Writer::updating(text("manager"), text("subresource")) },
            time: Time::parse(text("time")),
            fields: Fields::from_value(item["fieldsV1"].clone()),
        });
    }
    Some(out)
}
