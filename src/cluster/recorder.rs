//! Events: who may say what how often.
//!
//! A component's recorder folds what repeats: the same event again raises its count; more than ten that differ only in their
//! message within ten minutes become one `(combined from similar events)`; and about one object a source may say 25 things at
//! once and then one more every five minutes.
//!
//! What was said before is read off the events themselves; state is kept only for objects that are talked about a lot, so a
//! quiet Pod costs nothing here. Upstream keeps a cache of the last 4096 instead, which a restart of the component empties.
//!
//! Source: client-go `tools/record/events_cache.go`.

use crate::apiserver::Key;
use crate::apiserver::typed::Api;
use crate::clock::Instant;
use crate::rng::Rng;
use api::Str;
use api::objects::Object;
use api::objects::event::{Event, EventMessage, EventSource, ObjectReference};
use api::objects::text::Text;
use api::resource::Kind;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Similar events beyond this many within [`SIMILAR_SECONDS`] are folded into one.
const SIMILAR_MAX: usize = 10;
/// The interval of folding: 10 min.
const SIMILAR_SECONDS: i64 = 600;
/// What a source may say about one object at once.
const BURST: f64 = 25.0;
/// How often it may say one thing more: every 300 s.
const REFILL_SECONDS: f64 = 300.0;
/// From this many events on an object is talked about a lot.
const TALKED_ABOUT: usize = 10;

/// One thing to be said.
pub struct Say {
    /// About what.
    pub about: Rc<ObjectReference>,
    /// `spec.containers{nginx}`, or empty.
    pub field_path: Text,
    /// By whom.
    pub source: Rc<EventSource>,
    /// Warning instead of Normal.
    pub warning: bool,
    /// `SuccessfulCreate`
    pub reason: Text,
    /// What.
    pub message: EventMessage,
}

/// Writes events, folding and holding back.
#[derive(Clone, Debug)]
pub struct Recorder {
    rng: Rng,
    stamp: u64,
    buckets: BTreeMap<(Str, Str, Str), Bucket>,
}

#[derive(Clone, Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
    /// By reason: the messages that differ, as far as needed, and since when.
    similar: BTreeMap<Str, (Vec<String>, i64)>,
}

impl Recorder {
    /// A recorder with its stream of uids.
    pub fn new(seed: u64) -> Recorder {
        Recorder { rng: Rng::stream(seed, "events"), stamp: 0, buckets: BTreeMap::new() }
    }

    /// Says one thing, now.
    pub fn say(&mut self, api: &mut Api<'_>, say: Say) {
        let now = api.time();
        let namespace: Str =
            if say.about.namespace.is_empty() { "default".into() } else { say.about.namespace.clone() };
        let mut mine = 0;
        let mut same: Option<Key> = None;
        for object in api.events_about(&namespace, &say.about.name) {
            let Object::Event(event) = object else { continue };
            if event.involved.uid != say.about.uid || event.source != say.source {
                continue;
            }
            mine += event.count as usize;
            if event.reason == say.reason && event.warning == say.warning && event.field_path == say.field_path {
                if event.message == say.message {
                    same = Some(Key::of(object));
                }
            }
        }
        let mut message = say.message.clone();
        if mine >= TALKED_ABOUT {
            match self.weigh(&say, mine, api.now(), now.0) {
                None => return,
                Some(false) => {}
                Some(true) => {
                    message = EventMessage::Text(combined(&say).into());
                    same = self.combined_before(api, &namespace, &say);
                }
            }
        }
        match same {
            Some(key) => {
                let _ = api.update(Kind::EVENT, &key, |object| {
                    let Object::Event(event) = object else { return false };
                    let event = Rc::make_mut(event);
                    event.count += 1;
                    event.last = now;
                    event.message = message;
                    true
                });
            }
            None => {
                let event = self.event(say, message, now, api.now());
                // An event is a remark: if it cannot be kept (its namespace is going), nothing else changes.
                let _ = api.create(Object::Event(Rc::new(event)));
            }
        }
    }

    /// Writes an event of the newer API (`events.k8s.io`), as the scheduler does; its writer folds what repeats itself.
    pub fn note(&mut self, api: &mut Api<'_>, say: Say, action: &'static str) -> Option<Key> {
        let message = say.message.clone();
        let mut event = self.event(say, message, api.time(), api.now());
        event.action = action.into();
        api.create(Object::Event(Rc::new(event))).ok().map(|event| Key::of(&event))
    }

    /// Whether the object may be talked about once more (`None`: no), and whether this counts as combined.
    fn weigh(&mut self, say: &Say, said: usize, at: Instant, now: i64) -> Option<bool> {
        let key = (Str::from(&*say.source.component), say.about.namespace.clone(), say.about.name.clone());
        let bucket = self.buckets.entry(key).or_insert_with(|| Bucket {
            tokens: (BURST - said as f64).max(0.0),
            filled: at,
            similar: BTreeMap::new(),
        });
        let text = say_text(say);
        let (messages, since) = bucket.similar.entry(Str::from(&*say.reason)).or_insert_with(|| (Vec::new(), now));
        if now - *since > SIMILAR_SECONDS {
            messages.clear();
        }
        *since = now;
        // The ten before were said when nobody counted: they are the ones already written.
        if messages.is_empty() && say.reason == "SuccessfulCreate" {
            messages.extend((0..said.min(SIMILAR_MAX)).map(|n| n.to_string()));
        }
        if !messages.contains(&text) && messages.len() <= SIMILAR_MAX {
            messages.push(text);
        }
        let folded = messages.len() > SIMILAR_MAX;
        bucket.tokens = (bucket.tokens + at.since(bucket.filled).as_secs_f64() / REFILL_SECONDS).min(BURST);
        bucket.filled = at;
        if bucket.tokens < 1.0 {
            return None;
        }
        bucket.tokens -= 1.0;
        Some(folded)
    }

    /// The event that the folded ones go into, if there is one.
    fn combined_before(&self, api: &Api<'_>, namespace: &Str, say: &Say) -> Option<Key> {
        let found = api.events_about(namespace, &say.about.name).find(|object| match object {
            Object::Event(event) => {
                event.source == say.source
                    && event.reason == say.reason
                    && matches!(&event.message, EventMessage::Text(text) if text.starts_with(COMBINED))
            }
            _ => false,
        });
        found.map(Key::of)
    }

    fn event(&mut self, say: Say, message: EventMessage, now: api::time::Time, at: Instant) -> Event {
        // Two events never share a stamp, not even at one moment.
        self.stamp = at.0.max(self.stamp + 1);
        Event {
            involved: say.about,
            field_path: say.field_path,
            stamp: self.stamp,
            uid: self.rng.uid(),
            resource_version: 0,
            warning: say.warning,
            reason: say.reason,
            message,
            count: 1,
            first: now,
            last: now,
            source: say.source,
            action: Text::default(),
            own: None,
        }
    }
}

const COMBINED: &str = "(combined from similar events): ";

fn combined(say: &Say) -> String {
    format!("{COMBINED}{}", say_text(say))
}

fn say_text(say: &Say) -> String {
    match &say.message {
        EventMessage::Text(text) => text.to_string(),
        EventMessage::Assigned(node) => node.to_string(),
    }
}
