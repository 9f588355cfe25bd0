//! A table by number whose copies share what they have in common: the form of everything here that grows with the cluster.
//!
//! Entries lie in small pages, in the order they came; what was taken away leaves a slot for what comes next. An index, one
//! for all types, says at which slots an entry may be whose key has a certain number. A copy copies one pointer per page; a
//! later write copies the page it touches. So what came one after the other lies together, and whoever goes through a
//! table, or asks for one entry after the other in that order, goes through memory from end to end.
//!
//! Iteration is in the order of slots, always the same; whoever shows a list sorts it.
//!
//! Why not a library: `imbl`'s ordered map, the measured alternative, took 260 KB of the page (27 key and value types) and
//! twice the time, most of it comparing names. See `docs/decisions/tables.md`.

mod places;

use crate::apiserver::{Key, number};
use api::Str;
use api::meta::Uid;
use places::Places;
use std::rc::Rc;

/// Entries in a page; the only page of a small table is shorter.
const PAGE: usize = 16;

/// The end of the list of free slots.
const NONE: u32 = u32::MAX;

/// A key that a number stands for.
pub trait Numbered: Clone + PartialEq {
    /// Equal for equal keys, and well spread in its upper half.
    fn number(&self) -> u64;
}

impl Numbered for Key {
    fn number(&self) -> u64 {
        self.number
    }
}

impl Numbered for Str {
    fn number(&self) -> u64 {
        number(self, 0)
    }
}

impl Numbered for Uid {
    fn number(&self) -> u64 {
        (self.0 >> 64) as u64 ^ self.0 as u64
    }
}

impl Numbered for (Uid, u64) {
    fn number(&self) -> u64 {
        self.0.number() ^ self.1.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Where an entry is, or may be.
#[derive(Clone, Debug)]
enum Slot<K, V> {
    Taken(K, V),
    /// With the next free one.
    Free(u32),
}

impl<K, V> Slot<K, V> {
    fn entry(&self) -> Option<(&K, &V)> {
        match self {
            Slot::Taken(key, value) => Some((key, value)),
            Slot::Free(_) => None,
        }
    }
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table<K: Numbered, V> {
    /// None while one page is all there is: that is looked through.
    index: Places,
    pages: Vec<Rc<[Slot<K, V>]>>,
    len: u32,
    /// The free slot that is taken next.
    free: u32,
}

impl<K: Numbered, V> Default for Table<K, V> {
    fn default() -> Table<K, V> {
        Table { index: Places::default(), pages: Vec::new(), len: 0, free: NONE }
    }
}

impl<K: Numbered, V: Clone> Table<K, V> {
    /// An empty one.
    pub fn new() -> Table<K, V> {
        Table::default()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn slot(&self, slot: u32) -> &Slot<K, V> {
        &self.pages[slot as usize / PAGE][slot as usize % PAGE]
    }

    fn slot_mut(&mut self, slot: u32) -> &mut Slot<K, V> {
        &mut own(&mut self.pages[slot as usize / PAGE])[slot as usize % PAGE]
    }

    /// The slot of an entry.
    fn find(&self, key: &K) -> Option<u32> {
        let is_key = |slot| matches!(self.slot(slot), Slot::Taken(known, _) if known == key);
        if self.index.is_empty() {
            return (0..self.slots()).find(|slot| is_key(*slot));
        }
        self.index.find(key.number(), &is_key)
    }

    /// An entry's value.
    pub fn get(&self, key: &K) -> Option<&V> {
        let slot = self.find(key)?;
        self.slot(slot).entry().map(|(_, value)| value)
    }

    /// Whether there is an entry.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_some()
    }

    /// An entry's value, to change.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let slot = self.find(key)?;
        match self.slot_mut(slot) {
            Slot::Taken(_, value) => Some(value),
            Slot::Free(_) => None,
        }
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
            Some(slot) => *self.slot_mut(slot) = Slot::Taken(key, value),
            None => self.add(key, value),
        }
    }

    /// Puts an entry that is known to be new.
    pub fn add(&mut self, key: K, value: V) {
        if self.free == NONE {
            self.grow();
        }
        let (slot, number) = (self.free, key.number());
        self.len += 1;
        if let Slot::Free(next) = std::mem::replace(self.slot_mut(slot), Slot::Taken(key, value)) {
            self.free = next;
        }
        if self.pages.len() > 1 {
            let (len, slots) = (self.len(), self.slots());
            self.index.add(number, slot, len, slots, &|slot| number_at(&self.pages, slot));
        }
    }

    /// Takes an entry away; the room that a crowd of them needed goes with the last.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let slot = self.find(key)?;
        self.index.remove(key.number(), slot, &|slot| number_at(&self.pages, slot));
        let free = Slot::Free(self.free);
        let Slot::Taken(_, value) = std::mem::replace(self.slot_mut(slot), free) else { return None };
        (self.free, self.len) = (slot, self.len - 1);
        if self.is_empty() && self.pages.len() > 1 {
            *self = Table::default();
        }
        Some(value)
    }

    /// How many slots there are, taken or free.
    fn slots(&self) -> u32 {
        match self.pages.as_slice() {
            [] => 0,
            [only] => only.len() as u32,
            pages => (pages.len() * PAGE) as u32,
        }
    }

    /// More slots: another page, or the only one twice as long if it is a short one.
    fn grow(&mut self) {
        let slots = self.slots() as usize;
        let mut short = self.pages.pop_if(|page| page.len() < PAGE);
        let kept = short.as_mut().map_or_else(Default::default, |page| own(page));
        let room = match slots {
            0 => 1,
            1..PAGE => 2 * slots,
            _ => PAGE,
        };
        let (begin, end) = (slots - kept.len(), slots - kept.len() + room);
        let page = (begin..end).map(|slot| match kept.get_mut(slot - begin) {
            Some(kept) => std::mem::replace(kept, Slot::Free(NONE)),
            None => Slot::Free(if slot + 1 < end { slot as u32 + 1 } else { NONE }),
        });
        let page = page.collect();
        self.pages.reserve_exact(usize::from(self.pages.is_empty()));
        self.pages.push(page);
        self.free = slots as u32;
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pages.iter().flat_map(|page| page.iter()).filter_map(Slot::entry)
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

/// A page to write to, copied if somebody else has it too: `Rc::make_mut` in two thirds of the code, since a page has no watchers.
fn own<K: Numbered, V: Clone>(page: &mut Rc<[Slot<K, V>]>) -> &mut [Slot<K, V>] {
    if Rc::strong_count(page) > 1 {
        *page = page.iter().cloned().collect();
    }
    Rc::get_mut(page).expect("nobody else has a page that was just copied")
}

/// The number of the entry in a slot, if there is one.
fn number_at<K: Numbered, V>(pages: &[Rc<[Slot<K, V>]>], slot: u32) -> Option<u64> {
    let (key, _) = pages[slot as usize / PAGE][slot as usize % PAGE].entry()?;
    Some(key.number())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use std::collections::BTreeMap;
    use std::fmt::Debug;

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
    fn iteration_is_in_the_order_of_coming_if_nothing_went() {
        let mut table = Table::new();
        for n in 0..1000 {
            table.insert(name(n), n);
        }
        assert!(table.values().copied().eq(0..1000));
    }

    #[test]
    fn room_is_given_back_with_the_last_entry() {
        let mut table = Table::new();
        for n in 0..1000 {
            table.insert(name(n), n);
        }
        for n in 0..1000 {
            table.remove(&name(n));
        }
        assert_eq!((table.slots(), table.index.is_empty()), (0, true));
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
        let shared = copy.pages.iter().zip(&copy.clone().pages).all(|(a, b)| Rc::ptr_eq(a, b));
        assert!(shared);
    }

    /// A key with few different numbers: many others are in the way, and at the end of the index too.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Crowded(u64);

    impl Numbered for Crowded {
        fn number(&self) -> u64 {
            (u64::MAX << 32).wrapping_add((self.0 % 7) << 32)
        }
    }

    #[test]
    fn table_and_its_copies_say_what_an_ordered_map_says() {
        for seed in 0..20 {
            same_as_an_ordered_map(seed, Crowded);
            same_as_an_ordered_map(seed, |n| name(n as usize));
            same_as_an_ordered_map(seed, |n| Uid(u128::from(n) << 64));
            same_as_an_ordered_map(seed, |n| Key::stamped(&"default".into(), &name(n as usize / 3), n % 3));
        }
    }

    /// Random acts on a table and a map, and on copies of both that are made along the way and written to in their turn.
    fn same_as_an_ordered_map<K: Numbered + Ord + Debug>(seed: u64, key: impl Fn(u64) -> K) {
        let mut rng = Rng::stream(seed, "table");
        let mut pairs = vec![(Table::new(), BTreeMap::new())];
        for step in 0..1500 {
            let (number, act) = (rng.below(1 + seed * 12), rng.below(100));
            let which = rng.below(pairs.len() as u64) as usize;
            if act == 0 && pairs.len() < 4 {
                pairs.push(pairs[which].clone());
            }
            let (table, map) = &mut pairs[which];
            // Now it grows, now it shrinks.
            let grows = if step / 300 % 2 == 0 { 60 } else { 25 };
            match act {
                0..5 => {
                    table.replace(key(number), step);
                    map.insert(key(number), step);
                }
                5..10 => {
                    table.get_mut(&key(number)).into_iter().for_each(|value| *value += 1);
                    map.get_mut(&key(number)).into_iter().for_each(|value| *value += 1);
                }
                _ if act < grows => {
                    assert_eq!(table.insert(key(number), step), map.insert(key(number), step), "seed {seed}");
                }
                _ => assert_eq!(table.remove(&key(number)), map.remove(&key(number)), "seed {seed}"),
            }
            let (table, map) = &pairs[which];
            assert_eq!((table.len(), table.get(&key(number))), (map.len(), map.get(&key(number))), "seed {seed}");
        }
        for (table, map) in pairs {
            assert_eq!(table.iter().collect::<BTreeMap<_, _>>(), map.iter().collect(), "seed {seed}");
            assert!(map.iter().all(|(key, value)| table.get(key) == Some(value)), "seed {seed}");
        }
    }
}
