//! The API server's storage: objects by kind and key, one version counter, and the log of changes that watches read.
//!
//! Private to `apiserver`: everybody else goes through requests and watches. Maps share their structure, so a copy of the
//! whole store costs next to nothing, and a later write copies only the path it touches.
//!
//! The log keeps [`LOG_LENGTH`] changes at least (etcd keeps five minutes); whoever asks for an older version is told
//! `Expired` and lists again.

use crate::cause::Cause;
use crate::clock::Instant;
use api::Str;
use api::objects::Object;
use api::request::WatchType;
use api::resource::{KINDS, Kind};
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::rc::Rc;

/// An ordered map that shares its structure with its copies.
pub type Map<K, V> = imbl::GenericOrdMap<K, V, imbl::shared_ptr::RcK>;

/// How many changes the log keeps at least.
pub const LOG_LENGTH: usize = 4096;

/// An object's place among the objects of its kind: by namespace, then name, as strings.
///
/// An event's name is `OBJECT.STAMP`; it is kept as the object's (shared) name and the stamp, and sorts as if it were
/// written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
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
        Key { namespace: namespace.clone(), name: name.clone(), stamp: 0 }
    }

    /// The key an object is stored under.
    pub fn of(object: &Object) -> Key {
        match (object, object.meta_ref()) {
            (_, Some(meta)) => Key::new(&meta.namespace, &meta.name),
            (Object::Event(event), _) if event.stamp != 0 => {
                Key { namespace: event.namespace(), name: event.involved.name.clone(), stamp: event.stamp }
            }
            _ => Key::new(&object.namespace(), &object.name()),
        }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        // Namespaces are mostly the very same text.
        let same = Rc::ptr_eq(&self.namespace, &other.namespace);
        let namespaces = if same { Ordering::Equal } else { self.namespace.cmp(&other.namespace) };
        namespaces.then_with(|| {
            if self.stamp == 0 && other.stamp == 0 {
                return self.name.cmp(&other.name);
            }
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
    objects: Vec<Map<Key, Object>>,
    /// Per kind the version of its last write.
    written: Vec<u64>,
    version: u64,
    log: VecDeque<Change>,
}

impl Default for Store {
    fn default() -> Store {
        Store {
            objects: vec![Map::new(); KINDS.len()],
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

    /// All objects of a kind, in order.
    pub fn all(&self, kind: Kind) -> &Map<Key, Object> {
        &self.objects[kind.index()]
    }

    /// One object.
    pub fn get(&self, kind: Kind, key: &Key) -> Option<&Object> {
        self.objects[kind.index()].get(key)
    }

    /// The objects of a kind in one namespace, in order.
    pub fn in_namespace<'a>(&'a self, kind: Kind, namespace: &'a Str) -> impl Iterator<Item = &'a Object> {
        let from = Key { namespace: namespace.clone(), name: "".into(), stamp: 0 };
        let range = self.objects[kind.index()].range(from..);
        range.take_while(move |(key, _)| key.namespace == *namespace).map(|(_, object)| object)
    }

    /// The events about an object of that name, in order of time.
    pub fn events_about<'a>(&'a self, namespace: &Str, name: &'a Str) -> impl Iterator<Item = &'a Object> {
        let from = Key { namespace: namespace.clone(), name: name.clone(), stamp: 1 };
        let range = self.objects[Kind::EVENT.index()].range(from..);
        range.take_while(move |(key, _)| key.stamp != 0 && key.name == *name).map(|(_, object)| object)
    }

    /// Stores an object under the next version, and logs it.
    pub fn put(&mut self, mut object: Object, cause: Cause, at: Instant) -> Object {
        self.version += 1;
        set_version(&mut object, self.version);
        let old = self.objects[object.kind().index()].insert(Key::of(&object), object.clone());
        let kind = if old.is_some() { WatchType::Modified } else { WatchType::Added };
        self.log(Change { version: self.version, at, kind, object: object.clone(), old, cause });
        object
    }

    /// Stores an object that is known to be new.
    pub fn add(&mut self, mut object: Object, cause: Cause, at: Instant) {
        self.version += 1;
        set_version(&mut object, self.version);
        self.objects[object.kind().index()].insert(Key::of(&object), object.clone());
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
        let place = self.objects[kind.index()].get_mut(key)?;
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
        let old = self.objects[kind.index()].remove(key)?;
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
    }

    fn log(&mut self, change: Change) {
        self.written[change.object.kind().index()] = change.version;
        self.log.push_back(change);
    }
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
        Key { namespace: "default".into(), name: name.into(), stamp }
    }

    #[test]
    fn event_keys_sort_as_their_names_written_out() {
        let mut keys = [key("web", 2), key("web-1", 1), key("web", 1), key("w", 9), key("web.x", 1), key("web", 0)];
        keys.sort();
        let written = |k: &Key| if k.stamp == 0 { k.name.to_string() } else { format!("{}.{:016x}", k.name, k.stamp) };
        let names: Vec<String> = keys.iter().map(written).collect();
        let mut sorted = names.clone();
        sorted.sort();
        assert_eq!(names, sorted);
    }
}
