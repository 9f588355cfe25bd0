//! Events: who may say what how often.
//!
//! A component's recorder folds what repeats: the same event again raises its count; the tenth that differs only in its
//! message within ten minutes, and those after it, become one `(combined from similar events)`; and about one object a source
//! may say 25 things at once and then one more every five minutes.
//!
//! It remembers the last 2048 things said, as numbers (upstream: 4096 for each component): what was said before that counts as
//! new. The scheduler has another recorder upstream, without folding: [`Recorder::note`].
//!
//! Source: client-go `tools/record/events_cache.go`.

use crate::apiserver::typed::Api;
use crate::apiserver::{Key, number};
use crate::clock::Instant;
use crate::rng::Rng;
use api::Str;
use api::objects::Object;
use api::objects::event::{COMBINED, Event, EventMessage, EventSource, EventWords, ObjectReference};
use api::objects::text::Text;
use api::resource::Kind;
use api::time::Time;
use std::collections::VecDeque;
use std::rc::Rc;

/// From this many similar events on within [`SIMILAR_SECONDS`] they are folded into one. Source: `defaultAggregateMaxEvents`.
const SIMILAR_MAX: usize = 10;
/// The interval of folding: 10 min. Source: `defaultAggregateIntervalInSeconds`.
const SIMILAR_SECONDS: i64 = 600;
/// What a source may say about one object at once. Source: `defaultSpamBurst`.
const BURST: f64 = 25.0;
/// How often it may say one thing more: every 300 s. Source: `defaultSpamQPS`.
const REFILL_SECONDS: f64 = 300.0;
/// How many different words of events are remembered for sharing.
const WORDS: usize = 32;

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
    said: Memory<Said>,
    similar: Memory<Similar>,
    allowed: Memory<Allowance>,
    /// What was said last, newest first: events that say the same share it.
    words: VecDeque<Rc<EventWords>>,
}

/// An event that was said: which it is, and how often.
#[derive(Clone, Debug, Default)]
struct Said {
    stamp: u64,
    count: u32,
}

/// The messages of events that differ in nothing else.
#[derive(Clone, Debug, Default)]
struct Similar {
    messages: Vec<u64>,
    last: i64,
}

/// How much more may be said about an object.
#[derive(Clone, Debug)]
struct Allowance {
    tokens: f64,
    filled: Instant,
}

impl Default for Allowance {
    fn default() -> Allowance {
        Allowance { tokens: BURST, filled: Instant::default() }
    }
}

impl Recorder {
    /// A recorder with its stream of uids.
    pub fn new(seed: u64) -> Recorder {
        Recorder {
            rng: Rng::stream(seed, "events"),
            stamp: 0,
            said: Memory::default(),
            similar: Memory::default(),
            allowed: Memory::default(),
            words: VecDeque::new(),
        }
    }

    /// Says one thing, now.
    pub fn say(&mut self, api: &mut Api<'_>, say: Say) {
        let now = api.time();
        let about = Digest::default().text(&say.source.component).text(&say.source.host).object(&say.about);
        let alike = about.text(&say.reason).text(if say.warning { "Warning" } else { "Normal" });
        let exactly = alike.text(&say.field_path).message(&say.message);
        let combined = self.combines(alike, exactly, now);
        let said = self.said.recall(if combined { alike.0 } else { exactly.0 });
        said.count += 1;
        let (stamp, count) = (said.stamp, said.count);
        // Seen at a real cluster (28 events in 51 s): what the DaemonSet controller says of failed Pods doesn't count with the rest.
        let purse = if *say.reason == *"FailedDaemonPod" { about.text(&say.reason) } else { about };
        if !self.may_speak(purse, api.now()) {
            return;
        }
        let message = if combined { EventMessage::Text(combined_text(&say).into()) } else { say.message.clone() };
        if stamp != 0 {
            let namespace = namespace_of(&say.about);
            let key = Key::stamped(&namespace, &say.about.name, stamp);
            let changed = api.update(Kind::EVENT, &key, |object| {
                let Object::Event(event) = object else { return false };
                let event = Rc::make_mut(event);
                (event.count, event.last, event.message) = (count, now, message.clone());
                true
            });
            if changed.is_ok() {
                return;
            }
        }
        let mut event = self.event(say, "", message, now, api.now());
        event.count = count;
        let stamp = event.stamp;
        // An event is a remark: if it cannot be kept (its namespace is going), nothing else changes.
        let kept = api.record(event).is_ok();
        self.said.recall(if combined { alike.0 } else { exactly.0 }).stamp = if kept { stamp } else { 0 };
    }

    /// Says one thing without folding or holding back; the key of the event, if it could be written.
    pub fn note(&mut self, api: &mut Api<'_>, say: Say, action: &'static str) -> Option<Key> {
        let message = say.message.clone();
        let event = self.event(say, action, message, api.time(), api.now());
        let key = Key::stamped(&event.namespace(), &event.involved.name, event.stamp);
        api.record(event).ok().map(|()| key)
    }

    /// Whether an event is folded with others that differ only in their message.
    fn combines(&mut self, alike: Digest, exactly: Digest, now: Time) -> bool {
        let similar = self.similar.recall(alike.0);
        if now.0 - similar.last > SIMILAR_SECONDS {
            similar.messages.clear();
        }
        similar.last = now.0;
        if !similar.messages.contains(&exactly.0) {
            similar.messages.push(exactly.0);
        }
        if similar.messages.len() < SIMILAR_MAX {
            return false;
        }
        similar.messages.remove(0);
        true
    }

    /// Whether one more thing may be said about an object.
    fn may_speak(&mut self, about: Digest, now: Instant) -> bool {
        let allowance = self.allowed.recall(about.0);
        let refilled = now.since(allowance.filled).as_secs_f64() / REFILL_SECONDS;
        allowance.tokens = (allowance.tokens + refilled).min(BURST);
        allowance.filled = now;
        let may = allowance.tokens >= 1.0;
        if may {
            allowance.tokens -= 1.0;
        }
        may
    }

    /// The words, shared with an event that said the same a short while ago.
    fn words(&mut self, words: EventWords) -> Rc<EventWords> {
        if let Some(known) = self.words.iter().find(|known| ***known == words) {
            return known.clone();
        }
        let words = Rc::new(words);
        self.words.truncate(WORDS - 1);
        self.words.push_front(words.clone());
        words
    }

    fn event(&mut self, say: Say, action: &'static str, message: EventMessage, now: Time, at: Instant) -> Event {
        // Two events never share a stamp, not even at one moment.
        self.stamp = at.0.max(self.stamp + 1);
        Event {
            involved: say.about,
            words: self.words(EventWords {
                warning: say.warning,
                reason: say.reason,
                field_path: say.field_path,
                action: action.into(),
            }),
            stamp: self.stamp,
            uid: self.rng.uid(),
            resource_version: 0,
            message,
            count: 1,
            first: now,
            last: now,
            source: say.source,
            own: None,
        }
    }
}

fn namespace_of(about: &ObjectReference) -> Str {
    if about.namespace.is_empty() { "default".into() } else { about.namespace.clone() }
}

fn combined_text(say: &Say) -> String {
    format!("{COMBINED}{}", say.message.text(&say.about))
}

/// A number that stands for texts.
#[derive(Clone, Copy, Default)]
struct Digest(u64);

impl Digest {
    fn text(self, text: &str) -> Digest {
        Digest(number(text, self.0))
    }

    /// The uid stands for the object, but for a kubelet's own node, which it knows by name only.
    fn object(self, about: &ObjectReference) -> Digest {
        let uid = about.uid.0;
        let mixed = self.0 ^ (uid as u64) ^ ((uid >> 64) as u64) ^ about.kind.index() as u64;
        let hash = Digest(mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        if about.by_name { hash.text(&about.name) } else { hash }
    }

    fn message(self, message: &EventMessage) -> Digest {
        self.text(message.variable())
    }
}

/// How many sets of entries there are, and how many entries in each: of more, the one longest unused is forgotten.
const SETS: usize = 256;
const WAYS: usize = 8;

/// A memory of bounded size, by number.
#[derive(Clone, Debug)]
struct Memory<V> {
    sets: Vec<Vec<(u64, V)>>,
}

impl<V> Default for Memory<V> {
    fn default() -> Memory<V> {
        Memory { sets: Vec::new() }
    }
}

impl<V: Default> Memory<V> {
    /// What is remembered under a number; a fresh entry if it is new or forgotten.
    fn recall(&mut self, number: u64) -> &mut V {
        if self.sets.is_empty() {
            self.sets.resize_with(SETS, Vec::new);
        }
        let set = &mut self.sets[(number >> 32) as usize % SETS];
        match set.iter().position(|(known, _)| *known == number) {
            Some(place) => {
                let last = set.len() - 1;
                set[place..].rotate_left(1);
                &mut set[last].1
            }
            None => {
                if set.len() == WAYS {
                    set.remove(0);
                }
                set.push((number, V::default()));
                let last = set.len() - 1;
                &mut set[last].1
            }
        }
    }
}
