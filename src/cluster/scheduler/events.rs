//! The scheduler's events: written through `events.k8s.io`, where what repeats becomes a series.
//!
//! An event repeats another if it says the same about the same version of a Pod. The first repeat writes the series into the
//! event; further ones are only counted, and written every half hour or when the series is over. Nothing is held back here.
//!
//! Source: client-go `tools/events/event_broadcaster.go`, Kubernetes v1.36.

use super::Context;
use crate::apiserver::Key;
use crate::apiserver::typed::Api;
use crate::clock::Instant;
use crate::recorder::Say;
use crate::table::Table;
use api::meta::Uid;
use api::objects::Object;
use api::objects::event::{EventMessage, EventSource, ObjectReference};
use api::objects::pod::Pod;
use api::objects::text::Text;
use api::resource::Kind;
use std::rc::Rc;
use std::time::Duration;

/// The machine the scheduler runs on; makes `reportingInstance`.
const HOST: &str = "control-plane";
/// A series is over when nothing was added for this long; looked for as often: 6 min. Source: `finishTime`.
const FINISH: Duration = Duration::from_secs(360);
/// How often the count of a series that goes on is written: every 30 min. Source: `refreshTime`.
const REFRESH: Duration = Duration::from_secs(1800);

/// Writes events, and remembers what may repeat.
#[derive(Clone, Debug)]
pub struct Events {
    source: Rc<EventSource>,
    series: Table<(Uid, u64), Series>,
}

/// An event that may repeat.
#[derive(Clone, Debug)]
struct Series {
    key: Key,
    count: u32,
    written: u32,
    last: Instant,
}

impl Default for Events {
    fn default() -> Events {
        let source = EventSource { component: "default-scheduler".into(), host: HOST.into() };
        Events { source: Rc::new(source), series: Table::new() }
    }
}

impl Events {
    /// `Successfully assigned …`
    pub fn scheduled(&self, ctx: &mut Context<'_>, pod: &Pod, node: &api::Str) {
        let say = self.about(pod, false, "Scheduled", EventMessage::Assigned(node.clone()));
        ctx.recorder.note(&mut ctx.api, say, "Binding");
    }

    /// `Preempted by pod …`
    pub fn preempted(&self, ctx: &mut Context<'_>, victim: &Pod, text: String) {
        let say = self.about(victim, false, "Preempted", EventMessage::Text(text.into()));
        ctx.recorder.note(&mut ctx.api, say, "Preempting");
    }

    /// `FailedScheduling`, which may repeat.
    pub fn failed(&mut self, ctx: &mut Context<'_>, pod: &Pod, text: String) {
        let now = ctx.api.now();
        let id = (pod.meta.uid, pod.meta.resource_version);
        if let Some(series) = self.series.get_mut(&id) {
            series.count += 1;
            series.last = now;
            if series.count == 2 {
                series.write(&mut ctx.api);
            }
            return;
        }
        let say = self.about(pod, true, "FailedScheduling", EventMessage::Text(text.into()));
        if let Some(key) = ctx.recorder.note(&mut ctx.api, say, "Scheduling") {
            self.series.insert(id, Series { key, count: 1, written: 1, last: now });
        }
    }

    /// When series have to be looked at next.
    pub fn next_due(&self, now: Instant) -> Option<Instant> {
        let period = FINISH.as_nanos() as u64;
        (!self.series.is_empty()).then_some(Instant((now.0 / period + 1) * period))
    }

    /// Writes the counts of series that are over, or that go on for long.
    pub fn flush(&mut self, api: &mut Api<'_>) {
        let now = api.now();
        let refresh = now.0.is_multiple_of(REFRESH.as_nanos() as u64);
        let over = |series: &Series| now.since(series.last) > FINISH;
        let due: Vec<(Uid, u64)> =
            self.series.iter().filter(|(_, series)| refresh || over(series)).map(|(id, _)| *id).collect();
        for id in due {
            let Some(series) = self.series.get_mut(&id) else { continue };
            if series.count > series.written {
                series.write(api);
            }
            if over(series) {
                self.series.remove(&id);
            }
        }
    }

    fn about(&self, pod: &Pod, warning: bool, reason: &'static str, message: EventMessage) -> Say {
        let about = ObjectReference {
            kind: Kind::POD,
            namespace: pod.meta.namespace.clone(),
            name: pod.meta.name.clone(),
            uid: pod.meta.uid,
            resource_version: pod.meta.resource_version,
            by_name: false,
        };
        Say {
            about: Rc::new(about),
            field_path: Text::default(),
            source: self.source.clone(),
            warning,
            reason: reason.into(),
            message,
        }
    }
}

impl Series {
    fn write(&mut self, api: &mut Api<'_>) {
        self.written = self.count;
        // The event may have been deleted; then the series has nowhere to go.
        let _ = api.update(Kind::EVENT, &self.key, |object| {
            let Object::Event(event) = object else { return false };
            let event = Rc::make_mut(event);
            event.count = self.count;
            event.last = self.last.time();
            true
        });
    }
}
