//! The API server's storage: objects by kind and key, one version counter, and the log of changes that watches read.
//!
//! Private to `apiserver`: everybody else goes through requests and watches. Tables share what copies of them have in
//! common, so a copy of the whole store costs next to nothing, and a later write copies only the page it touches.
//!
//! The log keeps [`LOG_LENGTH`] changes at least (etcd keeps five minutes); whoever asks for an older version is told
//! `Expired` and lists again.

use super::events::Events;
use crate::cause::Cause;
use crate::clock::Instant;
use crate::table::Table;
use api::Str;
use api::objects::Object;
use api::objects::event::Event;
use api::request::WatchType;
use api::resource::{KINDS, Kind};
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many changes the log keeps at least.
pub const LOG_LENGTH: usize = 512;

/// An object's place among the objects of its kind.
///
/// Keys are ordered by a number that stands for their text, since numbers are compared without going to memory for the text;
/// the text decides only between equal numbers. Lists are sorted by text when somebody asks for one.
///
/// An event's name is `OBJECT.STAMP`; it is kept as the object's (shared) name and the stamp.
#[derive(Clone, Debug, Eq)]
pub struct Key {
    /// Stands for the three others.
    pub(crate) number: u64,
    /// Empty for cluster-scoped kinds.
    pub namespace: Str,
    /// The name, or the first part of an event's name.
    pub name: Str,
    /// The second part of an event's name; 0 for anything else.
    pub stamp: u64,
}

impl Key {
    /// The key of an object that is not an event.
    pub fn new(namespace: &Str, name: &Str) -> Key {
        Key::stamped(namespace, name, 0)
    }

    /// The key of a cluster-scoped object.
    pub fn of_cluster(name: &Str) -> Key {
        thread_local!(static NONE: Str = Str::from(""));
        NONE.with(|none| Key::new(none, name))
    }

    /// The key of the event with a stamp about an object.
    pub fn stamped(namespace: &Str, name: &Str, stamp: u64) -> Key {
        let number = number(namespace, number(name, stamp));
        Key { number, namespace: namespace.clone(), name: name.clone(), stamp }
    }

    /// The key an object is stored under.
    pub fn of(object: &Object) -> Key {
        match (object, object.meta_ref()) {
            (_, Some(meta)) => Key::new(&meta.namespace, &meta.name),
            (Object::Event(event), _) if event.stamp != 0 => {
                Key::stamped(&event.namespace(), &event.involved.name, event.stamp)
            }
            _ => Key::new(&object.namespace(), &object.name()),
        }
    }

    /// Whether it is in the same namespace.
    fn is_beside(&self, other: &Key) -> bool {
        Rc::ptr_eq(&self.namespace, &other.namespace) || self.namespace == other.namespace
    }

    /// How many bytes two names begin with in common.
    fn in_common(&self, other: &Key) -> usize {
        self.name.bytes().zip(other.name.bytes()).take_while(|(a, b)| a == b).count()
    }

    /// The eight bytes of the name after so many, the first the highest: what is less here comes first in [`Self::compare_text`].
    fn word_after(&self, skipped: usize) -> u64 {
        let end = (self.stamp != 0).then_some(b'.');
        let bytes = self.name.bytes().chain(end).chain(std::iter::repeat(0));
        bytes.skip(skipped).take(8).fold(0, |word, byte| word << 8 | u64::from(byte))
    }

    /// By namespace, then name, as strings: how lists are sorted.
    pub fn compare_text(&self, other: &Key) -> Ordering {
        self.namespace.cmp(&other.namespace).then_with(|| {
            let (a, b) = (self.name.as_bytes(), other.name.as_bytes());
            let common = a.len().min(b.len());
            a[..common].cmp(&b[..common]).then_with(|| {
                let next = |key: &Key, bytes: &[u8]| match bytes.get(common) {
                    Some(byte) => Some(*byte),
                    None => (key.stamp != 0).then_some(b'.'),
                };
                next(self, a).cmp(&next(other, b)).then(a.len().cmp(&b.len())).then(self.stamp.cmp(&other.stamp))
            })
        })
    }
}

/// A number that stands for a text: eight bytes at a time, each mixed in by a multiplication.
pub fn number(text: &str, start: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(ODD);
        product ^ (product >> 29)
    };
    let mut chunks = text.as_bytes().chunks_exact(8);
    let mut hash = mix(start, text.len() as u64 + 1);
    for chunk in &mut chunks {
        let word = chunk.try_into().map(u64::from_le_bytes);
        hash = mix(hash, word.unwrap_or(0));
    }
    mix(hash, big_endian(chunks.remainder()))
}

/// Up to seven bytes as a number, the first the highest: four, two and one at a time.
fn big_endian(mut bytes: &[u8]) -> u64 {
    let mut word = 0;
    if let Some((four, rest)) = bytes.split_first_chunk() {
        (word, bytes) = (u64::from(u32::from_be_bytes(*four)), rest);
    }
    if let Some((two, rest)) = bytes.split_first_chunk() {
        (word, bytes) = (word << 16 | u64::from(u16::from_be_bytes(*two)), rest);
    }
    match bytes {
        [last, ..] => word << 8 | u64::from(*last),
        [] => word,
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.number == other.number
            && self.stamp == other.stamp
            && self.name == other.name
            && self.namespace == other.namespace
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.number.cmp(&other.number).then_with(|| self.compare_text(other))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One committed write.
#[derive(Clone, Debug)]
pub struct Change {
    /// The version it made.
    pub version: u64,
    /// When.
    pub at: Instant,
    /// What kind of change.
    pub kind: WatchType,
    /// The object after it (for a deletion: its last state, with the deletion's version).
    pub object: Object,
    /// The object before it.
    pub old: Option<Object>,
    /// Why.
    pub cause: Cause,
}

/// The storage.
#[derive(Clone, Debug)]
pub struct Store {
    /// By kind; events lie apart.
    objects: Vec<Table<Key, Object>>,
    /// By stamp, which no two events share: there are several for each Pod, and their names would only take room.
    events: Events,
    /// Per kind the version of its last write.
    written: Vec<u64>,
    version: u64,
    log: VecDeque<Change>,
}

impl Default for Store {
    fn default() -> Store {
        Store {
            objects: vec![Table::new(); KINDS.len()],
            events: Events::default(),
            written: vec![0; KINDS.len()],
            version: 0,
            log: VecDeque::new(),
        }
    }
}

impl Store {
    /// The version of the last write.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The version of the last write to a kind.
    pub fn written(&self, kind: Kind) -> u64 {
        self.written[kind.index()]
    }

    /// All objects of a kind, in an order that is always the same but says nothing.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        let events = (kind == Kind::EVENT).then(|| self.events.values());
        events.into_iter().flatten().chain(self.objects[kind.index()].values())
    }

    /// How many objects of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        if kind == Kind::EVENT { self.events.len() } else { self.objects[kind.index()].len() }
    }

    /// One object.
    pub fn get(&self, kind: Kind, key: &Key) -> Option<&Object> {
        if kind == Kind::EVENT {
            let found = self.events.get(event_number(key))?;
            return (Key::of(found) == *key).then_some(found);
        }
        self.objects[kind.index()].get(key)
    }

    /// The objects of a kind that a test lets through, sorted by namespace and name.
    pub fn sorted(&self, kind: Kind, wanted: impl Fn(&Object) -> bool) -> Vec<&Object> {
        let wanted = self.all(kind).filter(|object| wanted(object));
        let mut found: Vec<(u64, Key, &Object)> = wanted.map(|object| (0, Key::of(object), object)).collect();
        // Most are told apart by what follows the beginning that all names have in common, without going to memory for them.
        if let Some((_, first, _)) = found.first().filter(|(_, first, _)| found.iter().all(|it| it.1.is_beside(first)))
        {
            let common = found.iter().map(|(_, key, _)| first.in_common(key)).min().unwrap_or(0);
            found.iter_mut().for_each(|(after, key, _)| *after = key.word_after(common));
        }
        api::sort::by(&mut found, |a, b| a.0.cmp(&b.0).then_with(|| a.1.compare_text(&b.1)));
        found.into_iter().map(|(_, _, object)| object).collect()
    }

    /// Puts an object under its key; the one it replaces.
    fn insert(&mut self, object: Object) -> Option<Object> {
        if let Object::Event(event) = &object
            && event.stamp != 0
        {
            return self.events.insert(event.stamp, object);
        }
        let key = Key::of(&object);
        if object.kind() == Kind::EVENT {
            return self.events.insert(event_number(&key), object);
        }
        self.objects[object.kind().index()].insert(key, object)
    }

    /// Stores an object under the next version, and logs it.
    pub fn put(&mut self, mut object: Object, cause: Cause, at: Instant) -> Object {
        self.version += 1;
        set_version(&mut object, self.version);
        let old = self.insert(object.clone());
        let kind = if old.is_some() { WatchType::Modified } else { WatchType::Added };
        self.log(Change { version: self.version, at, kind, object: object.clone(), old, cause });
        object
    }

    /// Stores an event that has a stamp, and so is known to be new.
    pub fn add_event(&mut self, mut event: Event, cause: Cause, at: Instant) {
        self.version += 1;
        event.resource_version = self.version;
        let stamp = event.stamp;
        let object = Object::Event(Rc::new(event));
        self.events.insert(stamp, object.clone());
        self.log(Change { version: self.version, at, kind: WatchType::Added, object, old: None, cause });
    }

    /// Changes an object where it is: `change` edits a copy and says whether it is to be kept. One look-up.
    pub fn change(
        &mut self,
        kind: Kind,
        key: &Key,
        cause: Cause,
        at: Instant,
        change: impl FnOnce(&mut Object) -> bool,
    ) -> Option<(Object, bool)> {
        let place = match kind {
            Kind::EVENT => self.events.get_mut(event_number(key))?,
            _ => self.objects[kind.index()].get_mut(key)?,
        };
        let mut object = place.clone();
        if !change(&mut object) {
            return Some((object, false));
        }
        self.version += 1;
        set_version(&mut object, self.version);
        let old = std::mem::replace(place, object.clone());
        let change = Change {
            version: self.version,
            at,
            kind: WatchType::Modified,
            object: object.clone(),
            old: Some(old),
            cause,
        };
        self.log(change);
        Some((object, true))
    }

    /// Removes an object, and logs it.
    pub fn remove(&mut self, kind: Kind, key: &Key, cause: Cause, at: Instant) -> Option<Object> {
        let old = match kind {
            Kind::EVENT => self.events.remove(event_number(key))?,
            _ => self.objects[kind.index()].remove(key)?,
        };
        self.version += 1;
        let mut object = old.clone();
        set_version(&mut object, self.version);
        let kind = WatchType::Deleted;
        self.log(Change { version: self.version, at, kind, object: object.clone(), old: Some(old), cause });
        Some(object)
    }

    /// The changes after a version, oldest first; `None` if the log no longer goes back that far.
    pub fn changes_after(&self, version: u64) -> Option<impl Iterator<Item = &Change>> {
        let first_kept = self.version - self.log.len() as u64;
        (version >= first_kept).then(|| self.log.range((version - first_kept).min(self.log.len() as u64) as usize..))
    }

    /// The oldest version a watch can still start from.
    pub fn oldest_version(&self) -> u64 {
        self.version - self.log.len() as u64
    }

    /// Forgets changes that every reader up to `read` has seen, beyond what the log keeps anyway.
    pub fn trim(&mut self, read: u64) {
        while self.log.len() > LOG_LENGTH && self.log.front().is_some_and(|change| change.version <= read) {
            self.log.pop_front();
        }
        if self.log.capacity() > 16 * LOG_LENGTH && self.log.len() <= LOG_LENGTH {
            self.log.shrink_to(2 * LOG_LENGTH);
        }
    }

    fn log(&mut self, change: Change) {
        self.written[change.object.kind().index()] = change.version;
        self.log.push_back(change);
    }
}

/// An event's stamp; for one whose name somebody chose, the number of that name.
fn event_number(key: &Key) -> u64 {
    if key.stamp == 0 { key.number } else { key.stamp }
}

fn set_version(object: &mut Object, version: u64) {
    if let Object::Event(event) = object {
        Rc::make_mut(event).resource_version = version;
    } else if let Some(meta) = object.meta_mut() {
        meta.resource_version = version;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, stamp: u64) -> Key {
        Key::stamped(&"default".into(), &name.into(), stamp)
    }

    #[test]
    fn last_bytes_of_a_text_are_a_number_with_the_first_the_highest() {
        let bytes: Vec<u8> = (0xf9..=0xff).collect();
        for length in 0..=bytes.len() {
            let one_by_one = bytes[..length].iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
            assert_eq!(big_endian(&bytes[..length]), one_by_one, "{length} bytes");
        }
    }

    #[test]
    fn event_keys_sort_as_their_names_written_out() {
        let mut keys = [key("web", 2), key("web-1", 1), key("web", 1), key("w", 9), key("web.x", 1), key("web", 0)];
        keys.sort_by(Key::compare_text);
        let written = |k: &Key| if k.stamp == 0 { k.name.to_string() } else { format!("{}.{:016x}", k.name, k.stamp) };
        let names: Vec<String> = keys.iter().map(written).collect();
        let mut sorted = names.clone();
        sorted.sort();
        assert_eq!(names, sorted);
        for skipped in 0..=1 {
            let words: Vec<u64> = keys.iter().map(|key| key.word_after(skipped)).collect();
            assert!(words.is_sorted(), "{words:x?} after {skipped}");
        }
        assert_eq!(key("web", 1).in_common(&key("we-b", 0)), 2);
    }
}
