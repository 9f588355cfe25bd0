//! Who owns which fields of an object: `metadata.managedFields`, and what server-side apply makes of it.
//!
//! Machines write a thousand times for each time a learner does, and hardly anybody asks who owns what. So only a learner's
//! write is recorded as it happens; an object that no learner has touched has no record and costs nothing. When somebody
//! asks, or a learner writes again, what the machines did since the last record is read off the difference between the object
//! as it was then and as it is now, and [`machines`] says who writes such fields. [`apply`] merges a configuration and finds
//! the conflicts.
//!
//! Left out: the entry `ancient-changes` in which the oldest are gathered once there are more than ten; other versions of a
//! kind than the one that is served.
//!
//! Models apimachinery `pkg/util/managedfields/internal`, structured-merge-diff `merge/update.go`, Kubernetes v1.36.

mod apply;
mod machines;

pub(super) use apply::{Applied, LAST_APPLIED, apply};

use super::registry;
use crate::clock::Instant;
use api::fields::{self, Comparison, Fields};
use api::meta::Uid;
use api::objects::Object;
use api::request::Request;
use api::resource::Kind;
use api::time::Time;
use api::{Map, Str, Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Whoever says of themselves nothing else. Source: the user agent of kubectl, up to its first `/`.
const NAMELESS: &str = "kubectl";

/// Records of objects that are gone are looked for when so many were added.
const SWEEP: usize = 64;

/// One entry of `managedFields`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// `manager`
    pub(super) manager: Str,
    /// `operation`: Apply, or else Update.
    pub(super) apply: bool,
    /// `subresource`
    pub(super) subresource: Str,
    /// `time`; none where an apply has changed nothing but this entry.
    pub(super) time: Option<Time>,
    /// `fieldsV1`
    pub(super) fields: Fields,
}

impl Entry {
    fn is(&self, manager: &str, apply: bool, subresource: &str) -> bool {
        &*self.manager == manager && self.apply == apply && &*self.subresource == subresource
    }
}

/// What is known of an object since a learner's last write to it.
#[derive(Clone, Debug)]
struct Record {
    /// The entries; their fields as text, which takes a tenth of the room.
    entries: Rc<[(Entry, Str)]>,
    /// The object after that write.
    seen: Object,
}

/// The records, by object.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    records: Rc<BTreeMap<Uid, Record>>,
    /// How many records make another look for those of objects that are gone worth it.
    sweep_at: usize,
    /// Of a write that is only tried: what the entries would be.
    tried: Option<Vec<Entry>>,
}

impl Owners {
    /// The entries of an object as it is.
    pub(super) fn of(&self, object: &Object) -> Vec<Entry> {
        let Some(record) = self.records.get(&object.meta().uid) else { return machines::made(object) };
        let known = record.entries.iter().map(|(entry, fields)| Entry { fields: Fields::parse(fields), ..entry.clone() });
        let mut entries: Vec<Entry> = known.collect();
        // Once they were taken away, nobody is written down until somebody applies.
        if !entries.is_empty() && record.seen.resource_version() != object.resource_version() {
            machines::add(&mut entries, &record.seen, object);
        }
        entries
    }

    /// The entries as the API writes them: of what was only tried, if that was the last write.
    pub(super) fn shown(&mut self, object: &Object) -> Value {
        let entries = self.tried.take().unwrap_or_else(|| self.of(object));
        to_value(object.kind(), entries)
    }

    /// Remembers the entries of an object that a learner has written, or tried to.
    pub(super) fn record(&mut self, object: &Object, entries: Vec<Entry>, dry_run: bool) {
        if dry_run {
            self.tried = Some(entries);
            return;
        }
        let kept = entries.into_iter().map(|mut entry| {
            let fields = std::mem::take(&mut entry.fields).into_value().to_string();
            (entry, Str::from(fields))
        });
        let record = Record { entries: kept.collect(), seen: object.clone() };
        Rc::make_mut(&mut self.records).insert(object.meta().uid, record);
    }

    /// Whether it is time to [`sweep`](Owners::sweep).
    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= self.sweep_at.max(SWEEP)
    }

    /// Forgets the objects that are gone.
    pub(super) fn sweep(&mut self, is_there: impl Fn(&Object) -> bool) {
        Rc::make_mut(&mut self.records).retain(|_, record| is_there(&record.seen));
        self.sweep_at = 2 * self.records.len();
    }
}

/// The manager a request writes as.
pub(super) fn manager(request: &Request) -> &str {
    if request.field_manager.is_empty() { NAMELESS } else { &request.field_manager }
}

/// The entries after somebody has written an object; `before` is null for a new one.
pub(super) fn updated(
    kind: Kind,
    mut entries: Vec<Entry>,
    (before, after): (&Value, &Value),
    (manager, subresource): (&str, &str),
    at: Instant,
) -> Vec<Entry> {
    if entries.is_empty() && !before.is_null() {
        return entries;
    }
    let empty = before.is_null().then(|| fields::empty(kind));
    let changes = changes(kind, empty.as_ref().unwrap_or(before), after).without(&ignored(kind, subresource));
    own(&mut entries, &changes, changes.written(), (manager, subresource), Some(at.time()));
    entries
}

/// Gives fields that were written to their writer, takes them from everybody else, and what was removed from everybody.
fn own(
    entries: &mut Vec<Entry>,
    changes: &Comparison,
    written: Fields,
    (manager, subresource): (&str, &str),
    time: Option<Time>,
) {
    for entry in entries.iter_mut() {
        entry.fields = entry.fields.difference(&written).difference(&changes.removed);
    }
    if !written.is_empty() {
        match entries.iter_mut().find(|entry| entry.is(manager, false, subresource)) {
            Some(entry) => {
                entry.fields = entry.fields.union(&written);
                entry.time = time;
            }
            None => entries.push(Entry {
                manager: manager.into(),
                apply: false,
                subresource: subresource.into(),
                time,
                fields: written,
            }),
        }
    }
    entries.retain(|entry| !entry.fields.is_empty());
}

/// What changed, without what nobody can own.
fn changes(kind: Kind, before: &Value, after: &Value) -> Comparison {
    let mut changes = fields::compare(kind, before, after).without(&nobodys(kind));
    if kind == Kind::DAEMON_SET {
        // The server counts it up after it has noted who wrote what.
        let counter = format!("f:{}", registry::daemon_set::TEMPLATE_GENERATION);
        changes.modified.take(&["f:metadata", "f:annotations", &counter]);
    }
    changes
}

/// What belongs to nobody: the object's identity, and what the server itself keeps.
///
/// Source: `managedfields/internal/stripmeta.go`; the rest is written past the field manager.
fn nobodys(kind: Kind) -> Fields {
    let mut out = json!({"f:apiVersion": {}, "f:kind": {}, "f:metadata": {
        "f:name": {}, "f:namespace": {}, "f:creationTimestamp": {}, "f:selfLink": {}, "f:uid": {}, "f:generation": {},
        "f:managedFields": {}, "f:resourceVersion": {}, "f:deletionTimestamp": {}, "f:deletionGracePeriodSeconds": {}}});
    match kind {
        Kind::NAMESPACE => out["f:spec"] = json!({"f:finalizers": {}}),
        // A binding writes it.
        Kind::POD => out["f:spec"] = json!({"f:nodeName": {}}),
        _ => {}
    }
    Fields::from_value(out)
}

/// What a write to that subresource can't change. Source: `GetResetFields` of the registry's strategies.
fn ignored(kind: Kind, subresource: &str) -> Fields {
    Fields::from_value(match subresource {
        "status" => json!({"f:spec": {}}),
        _ if registry::has_status(kind) => json!({"f:status": {}}),
        _ => Value::Null,
    })
}

/// Writes `managedFields`, in the server's order.
fn to_value(kind: Kind, mut entries: Vec<Entry>) -> Value {
    api::sort::by(&mut entries, |a, b| {
        let order = |entry: &Entry| (!entry.apply, entry.time.unwrap_or_default());
        let order = order(a).cmp(&order(b));
        order.then_with(|| a.manager.cmp(&b.manager)).then_with(|| a.subresource.cmp(&b.subresource))
    });
    let entry = |entry: Entry| {
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| drop(out.insert(key.into(), value));
        put("manager", (*entry.manager).into());
        put("operation", if entry.apply { "Apply" } else { "Update" }.into());
        put("apiVersion", kind.api_version().into());
        put("fieldsType", "FieldsV1".into());
        put("fieldsV1", entry.fields.into_value());
        if let Some(time) = entry.time {
            put("time", time.to_string().into());
        }
        if !entry.subresource.is_empty() {
            put("subresource", (*entry.subresource).into());
        }
        Value::Object(out)
    };
    entries.into_iter().map(entry).collect::<Vec<Value>>().into()
}

/// Reads `managedFields` that somebody sent: none of it if anything is wrong with it, an empty list if it takes them all away.
pub(super) fn from_value(value: &Value) -> Option<Vec<Entry>> {
    let items = value.as_array()?;
    if items.iter().all(|item| item.as_object().is_some_and(Map::is_empty)) && items.len() < 2 {
        return Some(Vec::new());
    }
    let entry = |item: &Value| {
        let text = |key: &str| item[key].as_str().unwrap_or_default();
        let apply = match text("operation") {
            "Apply" => true,
            "Update" => false,
            _ => return None,
        };
        let sound = !text("apiVersion").is_empty() && text("fieldsType") == "FieldsV1";
        sound.then(|| Entry {
            manager: text("manager").into(),
            apply,
            subresource: text("subresource").into(),
            time: Time::parse(text("time")),
            fields: Fields::from_value(item["fieldsV1"].clone()),
        })
    };
    items.iter().map(entry).collect()
}
