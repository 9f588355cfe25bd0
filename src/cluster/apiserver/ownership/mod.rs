//! Who owns which fields of an object: `metadata.managedFields`.
//!
//! Machines write a thousand times for each time a learner does, and hardly anybody asks who owns what. So only a learner's
//! write is recorded as it happens; an object that no learner has touched has no record and costs nothing. When somebody
//! asks, or a learner writes again, what the machines did since the last record is read off the difference between the object
//! as it was then and as it is now, and [`machines`] says who writes such fields (docs/decisions/ownership.md).
//!
//! What becomes of entries when somebody writes or applies is told in [`api::fields`].

mod machines;

use super::registry;
use api::fields::{Entry, Fields, to_value};
use api::meta::Uid;
use api::objects::Object;
use api::request::Request;
use api::resource::Kind;
use api::{Str, Value};
use std::rc::Rc;

/// Whoever says of themselves nothing else. Source: the user agent of kubectl, up to its first `/`.
const NAMELESS: &str = "kubectl";

/// Records of objects that are gone are looked for when so many were added.
const SWEEP: usize = 64;

/// What is known of an object since a learner's last write to it.
#[derive(Debug)]
struct Record {
    /// The entries; their fields as text, which takes a tenth of the room.
    entries: Vec<(Entry, Str)>,
    /// The object after that write.
    seen: Object,
}

/// The records.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    /// Sorted by uid.
    records: Rc<Vec<(Uid, Rc<Record>)>>,
    /// How many records make another look for those of objects that are gone worth it.
    sweep_at: usize,
    /// Of a write that is only tried: what the entries would be.
    tried: Option<Vec<Entry>>,
}

impl Owners {
    /// The entries of an object as it is.
    pub(super) fn of(&self, object: &Object) -> Vec<Entry> {
        let Ok(place) = self.place(object) else { return machines::made(object) };
        let record = &self.records[place].1;
        let known =
            record.entries.iter().map(|(entry, fields)| Entry { fields: Fields::parse(fields), ..entry.clone() });
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
        let record = Rc::new(Record { entries: kept.collect(), seen: object.clone() });
        let place = self.place(object);
        let records = Rc::make_mut(&mut self.records);
        match place {
            Ok(place) => records[place].1 = record,
            Err(place) => records.insert(place, (object.meta().uid, record)),
        }
    }

    /// Forgets the objects that are gone, if there may be enough of them.
    pub(super) fn sweep(&mut self, is_there: impl Fn(&Object) -> bool) {
        if self.records.len() >= self.sweep_at.max(SWEEP) {
            Rc::make_mut(&mut self.records).retain(|(_, record)| is_there(&record.seen));
            self.sweep_at = 2 * self.records.len();
        }
    }

    fn place(&self, object: &Object) -> Result<usize, usize> {
        let uid = object.meta().uid;
        self.records.binary_search_by(|(other, _)| other.cmp(&uid))
    }
}

/// The manager a request writes as.
pub(super) fn manager(request: &Request) -> &str {
    if request.field_manager.is_empty() { NAMELESS } else { &request.field_manager }
}

/// What a write to that subresource can't change. Source: `GetResetFields` of the registry's strategies.
pub(super) fn ignored(kind: Kind, subresource: &str) -> Fields {
    Fields::parse(match subresource {
        "status" => r#"{"f:spec":{}}"#,
        _ if registry::has_status(kind) => r#"{"f:status":{}}"#,
        _ => "{}",
    })
}
