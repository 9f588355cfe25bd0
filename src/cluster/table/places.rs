//! The index of a table: at which slots there may be an entry whose key has a certain number.
//!
//! Open addressing with linear probing. A place holds a slot and some bits of the number, so that most other entries are told
//! apart without a look at them. Places lie in groups that copies share until they are written to. The index knows neither
//! keys nor values: whoever asks says which entry is meant, and what the number of an entry is. So there is one for all types.

use std::rc::Rc;

/// Places in a group: four lines of a processor's cache.
const GROUP: usize = 64;

/// The bits of a place that hold the slot, counted from 1; the others are the tag. 0: nothing is there.
const SLOT_BITS: u32 = 22;
const SLOT: u32 = (1 << SLOT_BITS) - 1;

/// The number of the entry in a slot, if there is one.
pub type NumberOf<'a> = &'a dyn Fn(u32) -> Option<u64>;

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// A power of two of them, or none.
    groups: Vec<Rc<[u32; GROUP]>>,
}

impl Places {
    /// Whether there is no index yet.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The slot of the entry that is meant, which has this number.
    pub fn find(&self, number: u64, is_meant: &dyn Fn(u32) -> bool) -> Option<u32> {
        let (mut at, tag) = (self.home(number), tag(number));
        loop {
            let place = self.at(at);
            if place == 0 {
                return None;
            }
            let slot = (place & SLOT) - 1;
            if place & !SLOT == tag && is_meant(slot) {
                return Some(slot);
            }
            at = self.next(at);
        }
    }

    /// An entry has come to a slot; there are now `len` of them, in some of the first `slots`.
    pub fn add(&mut self, number: u64, slot: u32, len: usize, slots: u32, number_of: NumberOf<'_>) {
        if len * 4 <= self.room() * 3 {
            return self.put(number, slot);
        }
        // Twice as many places, or the first ones.
        let groups = (2 * self.groups.len()).max(1);
        self.groups = std::iter::repeat_with(|| Rc::new([0; GROUP])).take(groups).collect();
        for slot in 0..slots {
            if let Some(number) = number_of(slot) {
                self.put(number, slot);
            }
        }
    }

    /// The entry at a slot, which has this number, is about to go.
    pub fn remove(&mut self, number: u64, slot: u32, number_of: NumberOf<'_>) {
        if self.is_empty() {
            return;
        }
        let mut hole = self.home(number);
        while self.at(hole) & SLOT != slot + 1 {
            hole = self.next(hole);
        }
        // Whoever was put further on because of it moves up.
        let mut at = self.next(hole);
        while self.at(at) != 0 {
            let place = self.at(at);
            let home = number_of((place & SLOT) - 1).map_or(at, |number| self.home(number));
            let way = |from: usize| at.wrapping_sub(from) & (self.room() - 1);
            if way(home) >= way(hole) {
                self.set(hole, place);
                hole = at;
            }
            at = self.next(at);
        }
        self.set(hole, 0);
    }

    fn put(&mut self, number: u64, slot: u32) {
        assert!(slot < SLOT, "a table has fewer than four million entries");
        let mut at = self.home(number);
        while self.at(at) != 0 {
            at = self.next(at);
        }
        self.set(at, tag(number) | (slot + 1));
    }

    fn at(&self, at: usize) -> u32 {
        self.groups[at / GROUP][at % GROUP]
    }

    fn set(&mut self, at: usize, place: u32) {
        Rc::make_mut(&mut self.groups[at / GROUP])[at % GROUP] = place;
    }

    fn room(&self) -> usize {
        self.groups.len() * GROUP
    }

    /// Where an entry with this number is looked for first. The upper half: the lower bits of some numbers are less well spread.
    fn home(&self, number: u64) -> usize {
        (number >> 32) as usize & (self.room() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.room() - 1)
    }
}

/// The uppermost bits of a number: those that never say where its home is.
fn tag(number: u64) -> u32 {
    (number >> 32) as u32 & !SLOT
}
