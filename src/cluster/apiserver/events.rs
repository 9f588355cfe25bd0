//! The events of a cluster, by stamp: several for each Pod, and most are never looked for again.
//!
//! Stamps rise, so an event is put at the end of the last page and that is all; one is found by halving. Pages are shared by
//! copies until they are written to, as a [`crate::table::Table`]'s are. An index would cost more than the events' places, and a write
//! somewhere in memory for each.

use api::objects::Object;
use std::collections::VecDeque;
use std::rc::Rc;

/// Events in a page, at most.
const PAGE: usize = 32;

/// The events.
#[derive(Clone, Debug, Default)]
pub struct Events {
    pages: VecDeque<Page>,
    len: usize,
}

/// Some events in a row; there is always one.
#[derive(Clone, Debug)]
struct Page {
    first: u64,
    events: Rc<Vec<(u64, Object)>>,
}

impl Page {
    fn new(events: Vec<(u64, Object)>) -> Page {
        Page { first: events[0].0, events: Rc::new(events) }
    }
}

impl Events {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// All of them, by stamp.
    pub fn values(&self) -> impl Iterator<Item = &Object> {
        self.pages.iter().flat_map(|page| page.events.iter()).map(|(_, event)| event)
    }

    /// The page in which a stamp is, or belongs: mostly the last one, and the first for one that comes before all others.
    fn page(&self, stamp: u64) -> usize {
        let pages = match self.pages.back() {
            Some(last) if last.first <= stamp => self.pages.len(),
            _ => self.pages.partition_point(|page| page.first <= stamp),
        };
        pages.saturating_sub(1)
    }

    /// Where an event is: its page, and its place there.
    fn find(&self, stamp: u64) -> Option<(usize, usize)> {
        let at = self.page(stamp);
        let place = self.pages.get(at)?.events.binary_search_by_key(&stamp, |(known, _)| *known).ok()?;
        Some((at, place))
    }

    /// One event.
    pub fn get(&self, stamp: u64) -> Option<&Object> {
        self.find(stamp).map(|(at, place)| &self.pages[at].events[place].1)
    }

    /// One event, to change.
    pub fn get_mut(&mut self, stamp: u64) -> Option<&mut Object> {
        let (at, place) = self.find(stamp)?;
        Some(&mut Rc::make_mut(&mut self.pages[at].events)[place].1)
    }

    /// Puts an event; the one it replaces.
    pub fn insert(&mut self, stamp: u64, event: Object) -> Option<Object> {
        if let Some(known) = self.get_mut(stamp) {
            return Some(std::mem::replace(known, event));
        }
        self.len += 1;
        let at = self.page(stamp);
        let Some(page) = self.pages.get_mut(at) else {
            self.pages.push_back(Page::new(page_of([(stamp, event)])));
            return None;
        };
        let place = page.events.partition_point(|(known, _)| *known < stamp);
        if page.events.len() < PAGE {
            Rc::make_mut(&mut page.events).insert(place, (stamp, event));
            page.first = page.first.min(stamp);
        } else if place == PAGE {
            self.pages.insert(at + 1, Page::new(page_of([(stamp, event)])));
        } else {
            // Somebody has made one up that belongs between others.
            let events = Rc::make_mut(&mut page.events);
            let later = page_of(events.drain(place..));
            events.push((stamp, event));
            page.first = page.first.min(stamp);
            self.pages.insert(at + 1, Page::new(later));
        }
        None
    }

    /// Takes an event away.
    pub fn remove(&mut self, stamp: u64) -> Option<Object> {
        let (at, place) = self.find(stamp)?;
        self.len -= 1;
        let page = &mut self.pages[at];
        let (_, event) = Rc::make_mut(&mut page.events).remove(place);
        match page.events.first() {
            Some((first, _)) => page.first = *first,
            None => drop(self.pages.remove(at)),
        }
        Some(event)
    }
}

/// The events of a new page, with room for those that follow.
fn page_of(events: impl IntoIterator<Item = (u64, Object)>) -> Vec<(u64, Object)> {
    let mut page = Vec::with_capacity(PAGE);
    page.extend(events);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use api::meta::Meta;
    use api::objects::lease::Lease;
    use std::collections::BTreeMap;

    /// An object that says which it is; what else it is doesn't matter here.
    fn event(version: u64) -> Object {
        Object::Lease(Rc::new(Lease {
            meta: Meta { resource_version: version, ..Meta::default() },
            holder_identity: "".into(),
            renew_time: None,
            rest: Rc::default(),
        }))
    }

    fn version(object: &Object) -> u64 {
        object.meta_ref().map_or(0, |meta| meta.resource_version)
    }

    #[test]
    fn rising_stamps_fill_their_pages() {
        let mut events = Events::default();
        for stamp in 0..10 * PAGE as u64 {
            events.insert(1000 + 3 * stamp, event(stamp));
        }
        assert_eq!((events.pages.len(), events.len()), (10, 10 * PAGE));
    }

    #[test]
    fn events_and_their_copies_are_what_an_ordered_map_has() {
        for seed in 0..20 {
            let mut rng = Rng::stream(seed, "events");
            let mut pairs = vec![(Events::default(), BTreeMap::new())];
            for step in 0..2000 {
                let which = rng.below(pairs.len() as u64) as usize;
                if step % 500 == 499 {
                    pairs.push(pairs[which].clone());
                }
                let (events, map) = &mut pairs[which];
                let stamp = if rng.below(3) == 0 { rng.below(3000) } else { step };
                let grows = if step < 1500 { 80 } else { 20 };
                if rng.below(100) < grows {
                    let before = events.insert(stamp, event(step));
                    assert_eq!(before.as_ref().map(version), map.insert(stamp, step), "seed {seed}");
                } else {
                    let stamp = map.range(stamp..).next().map_or(stamp, |(stamp, _)| *stamp);
                    assert_eq!(events.remove(stamp).as_ref().map(version), map.remove(&stamp), "seed {seed}");
                }
                let found = events.get(stamp).map(version);
                assert_eq!((events.len(), found), (map.len(), map.get(&stamp).copied()), "seed {seed}");
            }
            for (mut events, map) in pairs {
                assert!(events.values().map(version).eq(map.values().copied()), "seed {seed}");
                assert!(events.pages.iter().all(|page| page.first == page.events[0].0 && page.events.len() <= PAGE));
                for stamp in 0..3000 {
                    let found = events.get_mut(stamp).map(|event| version(event));
                    assert_eq!(found, map.get(&stamp).copied(), "seed {seed}");
                }
            }
        }
    }
}
