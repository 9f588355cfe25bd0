//! The work queue: keys in the order they came, each at most once; delayed keys; and a growing delay for keys that failed.
//!
//! Each key carries the cause of its first arrival, so that what a reconcile writes can say what it answers.
//!
//! Source: client-go `util/workqueue`; rate limits of `DefaultTypedControllerRateLimiter`: 5 ms doubling to 1000 s per key.
//! Left out: the overall bucket of 10/s with burst 100, which a learner could not tell from the per-key delay.

use crate::cause::Cause;
use crate::clock::Instant;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// The first delay after a failure.
const BASE_DELAY: Duration = Duration::from_millis(5);
/// The longest.
const MAX_DELAY: Duration = Duration::from_secs(1000);

/// What brought a key: a change's version and its cause.
pub type Trigger = (u64, Cause);

/// A queue of keys.
#[derive(Clone, Debug)]
pub struct WorkQueue<K> {
    ready: VecDeque<(K, Trigger)>,
    /// The keys in `ready`.
    queued: BTreeSet<K>,
    waiting: BTreeMap<(Instant, u64), (K, Trigger)>,
    failures: BTreeMap<K, u32>,
    added: u64,
}

impl<K> Default for WorkQueue<K> {
    fn default() -> WorkQueue<K> {
        WorkQueue {
            ready: VecDeque::new(),
            queued: BTreeSet::new(),
            waiting: BTreeMap::new(),
            failures: BTreeMap::new(),
            added: 0,
        }
    }
}

impl<K: Clone + Ord> WorkQueue<K> {
    /// Adds a key, unless it is waiting to be worked on already.
    pub fn add(&mut self, key: K, trigger: Trigger) {
        if !self.queued.contains(&key) {
            self.queued.insert(key.clone());
            self.ready.push_back((key, trigger));
        }
    }

    /// Adds a key at a later moment.
    pub fn add_at(&mut self, key: K, at: Instant, trigger: Trigger) {
        self.added += 1;
        self.waiting.insert((at, self.added), (key, trigger));
    }

    /// Adds a key that failed, after a delay that doubles with each failure; returns when.
    pub fn add_rate_limited(&mut self, key: K, now: Instant, trigger: Trigger) -> Instant {
        let failures = self.failures.entry(key.clone()).or_default();
        let delay = BASE_DELAY.saturating_mul(1u32.checked_shl(*failures).unwrap_or(u32::MAX)).min(MAX_DELAY);
        *failures += 1;
        self.add_at(key, now + delay, trigger);
        now + delay
    }

    /// Forgets a key's failures.
    pub fn forget(&mut self, key: &K) {
        self.failures.remove(key);
    }

    /// Moves the keys that are due into the queue.
    pub fn release(&mut self, now: Instant) {
        while let Some(entry) = self.waiting.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let (key, trigger) = entry.remove();
            self.add(key, trigger);
        }
    }

    /// When the next delayed key is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the first key.
    pub fn take(&mut self) -> Option<(K, Trigger)> {
        let taken = self.ready.pop_front();
        if let Some((key, _)) = &taken {
            self.queued.remove(key);
        }
        taken
    }

    /// Whether no key is ready.
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// How many keys wait for their moment.
    pub fn delayed(&self) -> usize {
        self.waiting.len()
    }

    /// The keys that are ready, in order.
    pub fn ready(&self) -> impl Iterator<Item = &K> {
        self.ready.iter().map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_once_however_often_it_is_added() {
        let mut queue = WorkQueue::default();
        queue.add("a", (1, Cause::default()));
        queue.add("b", (2, Cause::default()));
        queue.add("a", (3, Cause::default()));
        assert_eq!(queue.take().map(|(key, trigger)| (key, trigger.0)), Some(("a", 1)));
        assert_eq!(queue.take().map(|(key, _)| key), Some("b"));
        assert!(queue.is_empty());
    }

    #[test]
    fn failures_double_the_delay() {
        let mut queue = WorkQueue::default();
        let now = Instant(0);
        let delays: Vec<u64> =
            (0..3).map(|_| queue.add_rate_limited("a", now, (0, Cause::default())).0 / 1_000_000).collect();
        assert_eq!(delays, [5, 10, 20]);
    }
}
