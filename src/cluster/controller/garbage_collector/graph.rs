//! Who depends on whom: one index from an owner's uid to its dependents, and the owners that wait for theirs.
//!
//! Only objects with owners take room here. Whether an owner exists is asked when it matters, not remembered.

use crate::apiserver::Key;
use crate::table::{Numbered, Table};
use api::meta::Uid;
use api::resource::Kind;
use std::collections::BTreeMap;

/// The graph of owners and dependents.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// By owner.
    dependents: Table<Uid, Table<Dependent, ()>>,
    /// Owners that are being deleted in the foreground.
    waiting: BTreeMap<Uid, (Kind, Key)>,
}

/// A dependent. Kind and key say which; as one with `blocks` they take 8 bytes less than side by side.
#[derive(Clone, Debug)]
struct Dependent {
    key: Key,
    kind: Kind,
    /// Whether it blocks the owner's deletion in the foreground.
    blocks: bool,
}

impl PartialEq for Dependent {
    fn eq(&self, other: &Dependent) -> bool {
        self.kind == other.kind && self.key == other.key
    }
}

impl Numbered for Dependent {
    fn number(&self) -> u64 {
        self.key.number ^ self.kind.index() as u64
    }
}

impl Graph {
    /// A dependent names an owner.
    pub fn link(&mut self, owner: Uid, kind: Kind, key: Key, blocks: bool) {
        let dependent = Dependent { key, kind, blocks };
        match self.dependents.get_mut(&owner) {
            Some(dependents) => dependents.replace(dependent, ()),
            None => {
                let mut dependents = Table::new();
                dependents.add(dependent, ());
                self.dependents.insert(owner, dependents);
            }
        }
    }

    /// A dependent no longer names an owner, or is gone.
    pub fn unlink(&mut self, owner: Uid, kind: Kind, key: Key) {
        let Some(dependents) = self.dependents.get_mut(&owner) else { return };
        dependents.remove(&Dependent { key, kind, blocks: false });
        if dependents.is_empty() {
            self.dependents.remove(&owner);
        }
    }

    /// An owner's dependents: kind, key, whether it blocks.
    pub fn dependents(&self, owner: Uid) -> impl Iterator<Item = (Kind, &Key, bool)> {
        let all = self.dependents.get(&owner).into_iter().flat_map(Table::keys);
        all.map(|dependent| (dependent.kind, &dependent.key, dependent.blocks))
    }

    /// Whether an owner has any dependents.
    pub fn has_dependents(&self, owner: Uid) -> bool {
        self.dependents(owner).next().is_some()
    }

    /// An owner waits for its dependents, or no longer does.
    pub fn set_waiting(&mut self, owner: Uid, place: Option<(Kind, Key)>) {
        match place {
            Some(place) => self.waiting.insert(owner, place),
            None => self.waiting.remove(&owner),
        };
    }

    /// Where an owner is that waits for its dependents.
    pub fn waiting(&self, owner: Uid) -> Option<&(Kind, Key)> {
        self.waiting.get(&owner)
    }

    /// Whether an object at that place waits for its dependents.
    pub fn waits(&self, kind: Kind, key: &Key) -> bool {
        self.waiting.values().any(|place| place.0 == kind && place.1 == *key)
    }
}
