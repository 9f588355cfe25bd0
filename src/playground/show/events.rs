//! The Events as a table.

use crate::view::{EventRow, EventTable, ObjectRef};
use api::objects::Object;
use api::objects::event::Event;
use api::resource::Kind;
use api::sort;
use api::time::Time;
use cluster::Cluster;
use std::rc::Rc;

/// How many events are worth a look.
const EVENTS: usize = 200;

/// The Events, newest first.
///
/// Each with its moment on the time bar: an age, as kubectl prints it, would be wrong a second later.
pub fn events(cluster: &Cluster, began: Time) -> EventTable {
    events_of(cluster, began, None)
}

/// Those about one object, or about any.
pub fn events_of(cluster: &Cluster, began: Time, about: Option<&ObjectRef>) -> EventTable {
    let is_about = |event: &&Rc<Event>| {
        let of = &event.involved;
        let same = |object: &ObjectRef| {
            *object.name == *of.name && *object.namespace == *of.namespace && object.kind == of.kind.name()
        };
        about.is_none_or(same)
    };
    let mut all: Vec<&Rc<Event>> = cluster
        .objects(Kind::EVENT)
        .filter_map(|object| match object {
            Object::Event(event) => Some(event),
            _ => None,
        })
        .filter(is_about)
        .collect();
    let newest_first = |a: &&Rc<Event>, b: &&Rc<Event>| (b.last, b.resource_version).cmp(&(a.last, a.resource_version));
    // There may be thousands, of which only the newest are put in order.
    if all.len() > EVENTS {
        all.select_nth_unstable_by(EVENTS, newest_first);
        all.truncate(EVENTS);
    }
    sort::by(&mut all, newest_first);
    let rows = all.into_iter().map(|event| EventRow {
        key: format!("{}/{}", event.uid, event.count),
        seen_s: event.last.0 - began.0,
        event_type: if event.words.warning { "Warning" } else { "Normal" }.into(),
        reason: event.words.reason.to_string(),
        object: format!("{}/{}", event.involved.kind.name().to_ascii_lowercase(), event.involved.name),
        message: event.message(),
    });
    EventTable { rows: rows.collect() }
}
