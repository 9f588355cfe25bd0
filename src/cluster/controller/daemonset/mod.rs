//! The DaemonSet controller: one Pod on every node that should have one.
//!
//! [`decide`] says what a node should have, [`place`] what is to be done there, [`rollout`] how a new template spreads,
//! [`history`] keeps the templates, [`status`] counts, [`store`] writes what was counted, [`template`] is what Pods are made of;
//! `enqueue` knows which change puts a set into the queue, `sync` does what was decided; this file is the loop around them: one sync
//! from start to end.
//!
//! A sync has two halves, as upstream's has by the time its calls take: it creates and deletes, then, some 30 ms later and
//! with what its informers have seen by then, goes on with the rollout and writes the status. When there was nothing to
//! create or delete the second half follows at once.
//!
//! Models `pkg/controller/daemon/{daemon_controller,update}.go`, Kubernetes v1.36.

pub mod before_1_12;
pub mod decide;
mod enqueue;
pub mod history;
pub mod place;
pub mod rollout;
mod set_state;
pub mod status;
pub mod store;
mod sync;
pub mod template;
#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::{Trigger, WorkQueue};
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant};
use crate::informer::Informers;
use api::Str;
use api::objects::Object;
use api::objects::event::EventSource;
use api::objects::workload::{DaemonSet, Strategy};
use api::request::WatchType;
use api::status::Status;
use before_1_12::Placing;
use set_state::{SecondHalf, SetState};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// At most so many creations, and as many deletions, in one step. Source: `BurstReplicas`.
pub const BURST: usize = 250;
/// The first batch of creations; each that succeeds is followed by one twice as large. Source: `SlowStartInitialBatchSize`.
const SLOW_START: usize = 1;
/// The first delay before a failed Pod on the same node is deleted again: 1 s. Source: `NewDaemonSetsController`.
const BACKOFF_BASE: Duration = Duration::from_secs(1);
/// The longest: 15 min.
const BACKOFF_MAX: Duration = Duration::from_secs(15 * 60);
/// A back-off unused for so long starts over: 30 min.
const BACKOFF_FORGOTTEN: Duration = Duration::from_secs(30 * 60);
/// From a sync's creations to its status: what upstream's API calls take.
const SECOND_HALF: Duration = Duration::from_millis(30);

/// The controller.
#[derive(Clone, Debug)]
pub struct DaemonSetController {
    queue: WorkQueue<Key>,
    node_queue: WorkQueue<Str>,
    second_halves: WorkQueue<Key>,
    /// Moments at which keys of the queue are due, and for which no wake is asked yet.
    unannounced: Vec<Instant>,
    sets: BTreeMap<Key, Rc<SetState>>,
    /// Who finds the places.
    pub placing: Placing,
    source: Rc<EventSource>,
}

impl Default for DaemonSetController {
    fn default() -> DaemonSetController {
        DaemonSetController {
            queue: WorkQueue::default(),
            node_queue: WorkQueue::default(),
            second_halves: WorkQueue::default(),
            unannounced: Vec::new(),
            sets: BTreeMap::new(),
            placing: Placing::default(),
            source: Rc::new(EventSource { component: "daemonset-controller".into(), host: "".into() }),
        }
    }
}

/// Why a sync failed: what an API call said. The key is tried again.
type Failure = Rc<str>;

/// The outcome of a part of a sync.
type Done = Result<(), Failure>;

fn failure(status: Status) -> Failure {
    status.message.into()
}

impl DaemonSetController {
    /// Its work queue, for whoever looks on.
    pub fn queue(&self) -> &WorkQueue<Key> {
        &self.queue
    }

    /// Why the last sync of a set failed, if it did.
    pub fn failure(&self, key: &Key) -> Option<&str> {
        self.sets.get(key)?.failure.as_deref()
    }
}

impl Controller for DaemonSetController {
    fn take(&mut self, change: &Change, informers: &Informers, now: Instant) {
        let trigger = (change.version, change.cause);
        match (&change.object, &change.old) {
            (Object::DaemonSet(set), old) => self.take_set(set, old.is_some(), change.kind, trigger, informers),
            (Object::Node(node), old) => {
                let old = match old {
                    Some(Object::Node(old)) => Some(old),
                    _ => None,
                };
                let matters = old.is_none_or(|old| old.meta.labels != node.meta.labels || old.taints != node.taints);
                // Whoever looks for room itself has to know how large a node is.
                if change.kind == WatchType::Deleted || matters || self.placing == Placing::ByController {
                    for state in self.sets.values_mut() {
                        let now = informers.nodes.get(&node.meta.name).cloned();
                        Rc::make_mut(state).take_node(&node.meta.name, now);
                    }
                }
                // Nobody watches deletions of nodes: their bound Pods are pod GC's business.
                if change.kind != WatchType::Deleted && matters {
                    self.node_queue.add(node.meta.name.clone(), trigger);
                }
            }
            (Object::Pod(pod), old) => {
                let old = match old {
                    Some(Object::Pod(old)) => Some(old),
                    _ => None,
                };
                self.take_pod(change.kind, pod, old, trigger, informers, now);
            }
            (Object::ControllerRevision(revision), Some(_)) => {
                if let Some(key) = self.set_of(&revision.meta, informers) {
                    self.queue.add(key, trigger);
                }
            }
            _ => {}
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty() || !self.node_queue.is_empty() || !self.second_halves.is_empty()
    }

    fn timer(&mut self, ctx: &mut Context<'_>) {
        self.queue.release(ctx.now());
        self.second_halves.release(ctx.now());
    }

    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        for due in self.unannounced.drain(..) {
            ctx.wake_at(due, ControllerId::DaemonSet);
        }
        if let Some((node, trigger)) = self.node_queue.take() {
            self.reconcile_node(&node, trigger, ctx.informers);
            return;
        }
        let (key, trigger, first_half) = match self.second_halves.take() {
            Some((key, trigger)) => (key, trigger, false),
            None => match self.queue.take() {
                Some((key, trigger)) => (key, trigger, true),
                None => return,
            },
        };
        ctx.api.answering(Cause::answer(Actor::DaemonSetController, trigger.0, trigger.1));
        let Some(mut state) = self.sets.remove(&key) else { return };
        let Some(set) = ctx.informers.daemon_sets.get(&key).cloned() else { return };
        let outcome = if first_half {
            self.first_half(ctx, &key, &set, Rc::make_mut(&mut state), trigger)
        } else {
            self.second_half(ctx, &key, &set, Rc::make_mut(&mut state))
        };
        let goes_on = state.second_half.is_some();
        if !goes_on {
            Rc::make_mut(&mut state).failure = outcome.as_ref().err().cloned();
        }
        self.sets.insert(key.clone(), state);
        match outcome {
            // How it ends is for the second half to say.
            Ok(()) if goes_on => {}
            Ok(()) => self.queue.forget(&key),
            Err(_) => {
                let due = self.queue.add_rate_limited(key, ctx.now(), trigger);
                ctx.wake_at(due, ControllerId::DaemonSet);
            }
        }
    }
}

impl DaemonSetController {
    fn with_state(&mut self, key: &Key, change: impl FnOnce(&mut SetState)) {
        if let Some(state) = self.sets.get_mut(key) {
            change(Rc::make_mut(state));
        }
    }

    /// The keys in the queue, for the picture of the loop.
    pub fn waiting(&self) -> impl Iterator<Item = &Key> {
        self.queue.ready()
    }
}

// One step.
impl DaemonSetController {
    /// Puts the sets into the queue that a changed node concerns.
    fn reconcile_node(&mut self, name: &Str, trigger: Trigger, informers: &Informers) {
        let Some(node) = informers.node(name) else { return };
        for (key, set) in informers.daemon_sets.iter() {
            let verdict = self.placing.judge(set, node, informers.pods_on(name)).verdict;
            let scheduled = self.sets.get(key).is_some_and(|state| {
                state.entry(name).is_some_and(|entry| entry.pods.iter().any(|pod| pod.node_name == *name))
            });
            let concerns = if scheduled {
                !verdict.should_continue_running() || set.status.number_misscheduled > 0
            } else {
                verdict.should_run()
            };
            if concerns {
                self.queue.add(key.clone(), trigger);
            }
        }
    }

    /// Looks, creates and deletes.
    fn first_half(
        &mut self,
        ctx: &mut Context<'_>,
        key: &Key,
        set: &DaemonSet,
        state: &mut SetState,
        trigger: Trigger,
    ) -> Done {
        if let Some(SecondHalf { again, .. }) = &mut state.second_half {
            *again = Some(trigger);
            return Ok(());
        }
        if set.spec.selector.is_everything() {
            let text = "This daemon set is selecting all pods. A non-empty selector is required.";
            self.say(ctx, set, true, "SelectingAll", text.to_string());
            return Ok(());
        }
        if set.meta.terminating() {
            return Ok(());
        }
        let history = history::remembered(ctx, set, &mut state.history).map_err(failure)?;
        let hash = history.hash();
        state.prepare(set, &hash, self.placing);
        if !state.expectations.fulfilled(ctx.now()) {
            return self.write_status(ctx, set, state, &hash, set.status.observed_generation);
        }
        self.claim_pods(ctx, set, state)?;
        let (acted, failed) = self.place(ctx, set, state, &hash);
        if let Some(why) = failed {
            // A refusal comes at once, and there will be no rollout. The status is written all the same; if that fails too it is
            // the first failure that is told.
            let counted = self.write_status(ctx, set, state, &hash, set.meta.generation);
            return Done::Err(why).and(counted);
        }
        if acted {
            state.second_half = Some(SecondHalf { generation: set.meta.generation, again: None });
            let due = ctx.now() + SECOND_HALF;
            self.second_halves.add_at(key.clone(), due, trigger);
            ctx.wake_at(due, ControllerId::DaemonSet);
            return Ok(());
        }
        self.finish(ctx, set, state, &history, set.meta.generation)
    }

    /// Rolls out, cleans up and writes the status, with what was seen since the first half.
    fn second_half(&mut self, ctx: &mut Context<'_>, key: &Key, set: &DaemonSet, state: &mut SetState) -> Done {
        let Some(SecondHalf { generation, again }) = state.second_half.take() else { return Ok(()) };
        if let Some(trigger) = again {
            self.queue.add(key.clone(), trigger);
        }
        if set.meta.terminating() {
            return Ok(());
        }
        let history = history::remembered(ctx, set, &mut state.history).map_err(failure)?;
        state.prepare(set, &history.hash(), self.placing);
        self.finish(ctx, set, state, &history, generation)
    }

    fn finish(
        &mut self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &mut SetState,
        history: &history::History,
        generation: i64,
    ) -> Done {
        let hash = history.hash();
        state.recount(set, &hash, ctx.api.time(), (self.placing, ctx.informers));
        let mut rolled = Ok(());
        if state.expectations.fulfilled(ctx.now()) && matches!(set.spec.strategy, Strategy::RollingUpdate { .. }) {
            rolled = self.roll(ctx, set, state, &hash);
        }
        if rolled.is_ok() {
            rolled = history::clean_up(ctx, set, history).map_err(failure);
        }
        let counted = self.write_status(ctx, set, state, &hash, generation);
        rolled.and(counted)
    }
}
