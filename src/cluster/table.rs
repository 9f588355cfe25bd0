//! A table by number whose copies share what they have in common: the form of everything here that grows with the cluster.
//!
//! Entries lie in small buckets, chosen by a number that stands for the key. A copy copies one pointer per bucket; a later
//! write copies the one bucket it touches. A look-up reads one bucket from end to end and compares numbers, so it goes to
//! memory once or twice, whatever the names look like. Iteration is always in the same order, which says nothing.
//!
//! Why not a library: `imbl`'s ordered map, the measured alternative, took 260 KB of the page (27 key and value types) and
//! twice the time, most of it comparing names. See `docs/decisions/tables.md`.

use crate::apiserver::{Key, number};
use api::Str;
use api::meta::Uid;
use std::rc::Rc;

/// Entries in a bucket, on average, before there are twice as many buckets.
const CROWDED: usize = 4;

/// A key that a number stands for.
pub trait Numbered: Clone + PartialEq {
    /// What lies beside the key, so that most others are told from it without going to memory for a text.
    type Tag: Copy + PartialEq + std::fmt::Debug;

    /// Equal for equal keys, and well spread.
    fn number(&self) -> u64;

    /// The tag, from the number.
    fn tag(number: u64) -> Self::Tag;
}

impl Numbered for Key {
    type Tag = ();

    fn number(&self) -> u64 {
        self.number
    }

    fn tag(_: u64) {}
}

impl Numbered for u64 {
    type Tag = ();

    fn number(&self) -> u64 {
        self.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn tag(_: u64) {}
}

impl Numbered for Str {
    type Tag = u32;

    fn number(&self) -> u64 {
        number(self, 0)
    }

    fn tag(number: u64) -> u32 {
        number as u32
    }
}

impl Numbered for Uid {
    type Tag = ();

    fn number(&self) -> u64 {
        (self.0 >> 64) as u64 ^ self.0 as u64
    }

    fn tag(_: u64) {}
}

impl Numbered for (Uid, u64) {
    type Tag = ();

    fn number(&self) -> u64 {
        self.0.number() ^ self.1.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn tag(_: u64) {}
}

/// The tag of the key, the key, the value.
type Entry<K, V> = (<K as Numbered>::Tag, K, V);

type Bucket<K, V> = Rc<Vec<Entry<K, V>>>;

/// A table.
#[derive(Clone, Debug)]
pub struct Table<K: Numbered, V> {
    /// A power of two of them, or none.
    buckets: Vec<Bucket<K, V>>,
    len: usize,
}

impl<K: Numbered, V> Default for Table<K, V> {
    fn default() -> Table<K, V> {
        Table { buckets: Vec::new(), len: 0 }
    }
}

impl<K: Numbered, V: Clone> Table<K, V> {
    /// An empty one.
    pub fn new() -> Table<K, V> {
        Table::default()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn bucket(&self, number: u64) -> usize {
        // The upper half: the lower bits of some numbers are less well spread.
        (number >> 32) as usize & (self.buckets.len() - 1)
    }

    /// Where an entry is: its bucket, and its place there.
    fn find(&self, key: &K) -> Option<(usize, usize)> {
        if self.buckets.is_empty() {
            return None;
        }
        let number = key.number();
        let (at, tag) = (self.bucket(number), K::tag(number));
        let place = self.buckets[at].iter().position(|(known_tag, known, _)| *known_tag == tag && known == key)?;
        Some((at, place))
    }

    /// An entry's value.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).map(|(at, place)| &self.buckets[at][place].2)
    }

    /// Whether there is an entry.
    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// An entry's value, to change.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (at, place) = self.find(key)?;
        Some(&mut Rc::make_mut(&mut self.buckets[at])[place].2)
    }

    /// Puts an entry; the value it replaces.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(place) = self.get_mut(&key) {
            return Some(std::mem::replace(place, value));
        }
        self.add(key, value);
        None
    }

    /// Puts an entry; of one with an equal key the key is replaced too.
    pub fn replace(&mut self, key: K, value: V) {
        match self.find(&key) {
            Some((at, place)) => {
                let entry = &mut Rc::make_mut(&mut self.buckets[at])[place];
                (entry.1, entry.2) = (key, value);
            }
            None => self.add(key, value),
        }
    }

    /// Puts an entry that is known to be new.
    pub fn add(&mut self, key: K, value: V) {
        if self.len >= self.buckets.len() * CROWDED {
            self.grow();
        }
        self.len += 1;
        let number = key.number();
        let at = self.bucket(number);
        put(&mut self.buckets[at], (K::tag(number), key, value));
    }

    /// Takes an entry away.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let (at, place) = self.find(key)?;
        self.len -= 1;
        Some(Rc::make_mut(&mut self.buckets[at]).swap_remove(place).2)
    }

    /// Twice as many buckets, or the first one. Each is split in two, by the next bit of the number.
    fn grow(&mut self) {
        let half = self.buckets.len();
        if half == 0 {
            return self.buckets.push(Rc::default());
        }
        let old = std::mem::take(&mut self.buckets);
        self.buckets.reserve_exact(2 * half);
        let mut upper = Vec::with_capacity(half);
        for bucket in old {
            let goes_up = |entry: &Entry<K, V>| (entry.1.number() >> 32) as usize & half != 0;
            let up = bucket.iter().filter(|entry| goes_up(entry)).count();
            // As much room as if they had been put there one after the other.
            let room = |count: usize| Vec::with_capacity(count.next_multiple_of(2));
            let (mut stays, mut goes) = (room(bucket.len() - up), room(up));
            for entry in Rc::unwrap_or_clone(bucket) {
                let to = if goes_up(&entry) { &mut goes } else { &mut stays };
                to.push(entry);
            }
            self.buckets.push(Rc::new(stays));
            upper.push(Rc::new(goes));
        }
        self.buckets.append(&mut upper);
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.buckets.iter().flat_map(|bucket| bucket.iter()).map(|(_, key, value)| (key, value))
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        *self = Table::default();
    }
}

/// Adds an entry to a bucket, which grows by two: by itself it would begin with room for four, and go on with room for eight.
fn put<E: Clone>(bucket: &mut Rc<Vec<E>>, entry: E) {
    let bucket = Rc::make_mut(bucket);
    if bucket.len() == bucket.capacity() {
        bucket.reserve_exact(2);
    }
    bucket.push(entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(n: usize) -> Str {
        format!("node-{n}").into()
    }

    #[test]
    fn what_is_put_is_found_until_it_is_taken_away() {
        let mut table = Table::new();
        for n in 0..1000 {
            assert_eq!(table.insert(name(n), n), None);
        }
        assert_eq!((table.len(), table.insert(name(7), 77)), (1000, Some(7)));
        assert_eq!((table.get(&name(7)), table.get(&name(1000))), (Some(&77), None));
        for n in 0..1000 {
            assert!(table.remove(&name(n)).is_some());
        }
        assert!(table.is_empty() && table.iter().next().is_none());
    }

    #[test]
    fn a_table_that_grew_has_no_more_room_than_it_would_have_had_from_the_start() {
        let mut grown = Table::new();
        for n in 0..1000 {
            grown.insert(name(n), n);
        }
        let room = |bucket: &Bucket<Str, usize>| bucket.capacity() - bucket.len();
        assert!(grown.buckets.iter().all(|bucket| room(bucket) <= 1));
        assert!((0..1000).all(|n| grown.get(&name(n)) == Some(&n)));
    }

    #[test]
    fn copy_keeps_what_it_had() {
        let mut table = Table::new();
        for n in 0..100 {
            table.insert(name(n), n);
        }
        let copy = table.clone();
        for n in 0..100 {
            *table.get_mut(&name(n)).unwrap() += 1000;
        }
        table.insert(name(100), 0);
        assert!((0..100).all(|n| copy.get(&name(n)) == Some(&n)) && copy.len() == 100);
        let shared = copy.buckets.iter().zip(&copy.clone().buckets).all(|(a, b)| Rc::ptr_eq(a, b));
        assert!(shared);
    }

    #[test]
    fn buckets_stay_small() {
        let mut table = Table::new();
        for n in 0..10_000 {
            table.insert(Key::new(&"default".into(), &format!("monitoring-daemon-{n:05}").into()), n);
        }
        assert!(table.buckets.iter().all(|bucket| bucket.len() <= 16));
    }
}
