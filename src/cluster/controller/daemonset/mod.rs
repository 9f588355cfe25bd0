//! The DaemonSet controller: one Pod on every node that should have one.
//!
//! [`decide`] says what a node should have, [`place`] what is to be done there, [`rollout`] how a new template spreads,
//! [`history`] keeps the templates, [`status`] counts, [`store`] writes what was counted, [`template`] is what Pods are made of;
//! this file is the loop around them: which change puts a set into the queue, and one sync from start to end.
//!
//! A sync has two halves, as upstream's has by the time its calls take: it creates and deletes, then, some 30 ms later and
//! with what its informers have seen by then, goes on with the rollout and writes the status. When there was nothing to
//! create or delete the second half follows at once.
//!
//! Models `pkg/controller/daemon/{daemon_controller,update}.go`, Kubernetes v1.36.

pub mod before_1_12;
pub mod decide;
pub mod history;
pub mod place;
pub mod rollout;
mod set_state;
pub mod status;
pub mod store;
pub mod template;
#[cfg(test)]
mod tests;

use super::Context;
use super::claim::{Claim, adopt, claim, controller_reference, release};
use super::manager::Controller;
use super::queue::{Trigger, WorkQueue};
use crate::apiserver::typed::is_gone;
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant, Wake};
use crate::informer::{Informers, owner_of};
use crate::recorder::Say;
use api::Str;
use api::meta::{Meta, OwnerReference, Uid};
use api::objects::Object;
use api::objects::event::{EventMessage, EventSource, ObjectReference};
use api::objects::pod::Pod;
use api::objects::pod_spec::PodTemplate;
use api::objects::text::Text;
use api::objects::workload::{DaemonSet, Strategy};
use api::request::WatchType;
use api::resource::Kind;
use api::status::{Reason, Status};
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

// What puts a set into the queue.
impl DaemonSetController {
    fn take_set(&mut self, set: &DaemonSet, known: bool, kind: WatchType, trigger: Trigger, informers: &Informers) {
        let key = Key::new(&set.meta.namespace, &set.meta.name);
        let another = self.sets.get(&key).is_some_and(|state| state.uid != set.meta.uid);
        if kind == WatchType::Deleted || another {
            self.sets.remove(&key);
        }
        if kind != WatchType::Deleted && (!known || another || !self.sets.contains_key(&key)) {
            let mut state = SetState::new(set.meta.uid);
            for pod in informers.pods_of(set.meta.uid) {
                state.take_pod(None, Some(pod));
            }
            state.take_nodes(informers);
            self.sets.insert(key.clone(), Rc::new(state));
        }
        self.queue.add(key, trigger);
    }

    fn take_pod(
        &mut self,
        kind: WatchType,
        pod: &Rc<Pod>,
        old: Option<&Rc<Pod>>,
        trigger: Trigger,
        informers: &Informers,
        now: Instant,
    ) {
        let owner = self.set_of(&pod.meta, informers);
        let old_owner = match old {
            // Mostly the very same: a Pod's owners are shared by all of its versions.
            Some(old) if Rc::ptr_eq(&old.meta.owner_references, &pod.meta.owner_references) => owner.clone(),
            Some(old) => self.set_of(&old.meta, informers),
            None => None,
        };
        let gone = kind == WatchType::Deleted;
        if let Some(old_key) = old_owner.as_ref().filter(|key| owner.as_ref() != Some(key)) {
            self.with_state(old_key, |state| state.take_pod(old.map(|old| &**old), None));
            self.queue.add(old_key.clone(), trigger);
        }
        let Some(key) = owner else {
            self.take_orphan(kind, pod, old, trigger, informers);
            return;
        };
        let same_owner = old_owner.as_ref() == Some(&key);
        self.with_state(&key, |state| {
            state.take_pod(old.filter(|_| same_owner).map(|old| &**old), (!gone).then_some(pod));
            // An update of a Terminating Pod counts as its deletion.
            if gone || pod.meta.terminating() {
                state.expectations.deletion_observed();
            } else if old.is_none() {
                state.expectations.creation_observed();
            }
        });
        if let Some(set) = informers.daemon_sets.get(&key)
            && set.spec.min_ready_seconds > 0
            && pod.ready()
            && old.is_some_and(|old| !old.ready())
        {
            let later = now + Duration::from_secs(set.spec.min_ready_seconds as u64 + 1);
            self.queue.add_at(key.clone(), later, trigger);
        }
        self.queue.add(key, trigger);
    }

    /// A Pod that nobody owns concerns every set that it matches.
    fn take_orphan(
        &mut self,
        kind: WatchType,
        pod: &Pod,
        old: Option<&Rc<Pod>>,
        trigger: Trigger,
        informers: &Informers,
    ) {
        let going = kind == WatchType::Deleted || pod.meta.terminating();
        if pod.meta.controller().is_some() || going || pod.meta.labels.is_empty() {
            return;
        }
        let concerns =
            old.is_none_or(|old| old.meta.labels != pod.meta.labels || owner_of(&old.meta) != owner_of(&pod.meta));
        if !concerns {
            return;
        }
        let sets = informers.daemon_sets.iter().filter(|(key, set)| {
            let selector = &set.spec.selector;
            key.namespace == pod.meta.namespace && !selector.is_everything() && selector.matches(&pod.meta.labels)
        });
        for (key, _) in sets {
            self.queue.add(key.clone(), trigger);
        }
    }

    /// The set that controls an object, if kind, name and uid agree.
    fn set_of(&self, meta: &Meta, informers: &Informers) -> Option<Key> {
        let owner = meta.controller().filter(|owner| &*owner.kind == "DaemonSet")?;
        let key = Key::new(&meta.namespace, &owner.name);
        let known = match self.sets.get(&key) {
            Some(state) => state.uid == owner.uid,
            None => informers.daemon_sets.get(&key).is_some_and(|set| set.meta.uid == owner.uid),
        };
        known.then_some(key)
    }

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

// Creating and deleting.
impl DaemonSetController {
    /// Takes Pods that nobody owns and gives up those that no longer match.
    fn claim_pods(&self, ctx: &mut Context<'_>, set: &DaemonSet, state: &mut SetState) -> Done {
        let selector = &set.spec.selector;
        let orphans = ctx.informers.pods_of(Uid::default()).filter(|pod| pod.meta.namespace == set.meta.namespace);
        let to_adopt: Vec<Key> = orphans
            .filter(|pod| claim(set.meta.uid, selector, &pod.meta) == Claim::Adopt)
            .map(|pod| Key::new(&pod.meta.namespace, &pod.meta.name))
            .collect();
        let to_release: Vec<Rc<Pod>> = state
            .marked()
            .flat_map(|number| &state.numbered(number).pods)
            .filter(|pod| claim(set.meta.uid, selector, &pod.meta) == Claim::Release)
            .cloned()
            .collect();
        if !to_adopt.is_empty() {
            self.check_alive(ctx, set)?;
        }
        for key in to_adopt {
            let owner = controller_reference(Kind::DAEMON_SET, &set.meta);
            let adopted = ctx.api.update_pod(&key, |pod| {
                adopt(&mut pod.meta, owner);
                true
            });
            let adopted = adopted.map_err(failure)?;
            if let Object::Pod(pod) = adopted {
                state.take_pod(None, Some(&pod));
            }
        }
        for pod in to_release {
            let key = Key::new(&pod.meta.namespace, &pod.meta.name);
            let released = ctx.api.update_pod(&key, |pod| {
                release(&mut pod.meta, set.meta.uid);
                true
            });
            match released {
                Err(status) if !is_gone(&status) => return Err(failure(status)),
                _ => state.take_pod(Some(&pod), None),
            }
        }
        Ok(())
    }

    /// Before adopting, the set is read once more from the server: a deleted one must not take anything.
    fn check_alive(&self, ctx: &Context<'_>, set: &DaemonSet) -> Done {
        let name = format!("{}/{}", set.meta.namespace, set.meta.name);
        match ctx.api.get(Kind::DAEMON_SET, &Key::new(&set.meta.namespace, &set.meta.name)) {
            Some(Object::DaemonSet(now)) if now.meta.uid != set.meta.uid => {
                Err(format!("original DaemonSet {name} is gone: got uid {}, wanted {}", now.meta.uid, set.meta.uid)
                    .into())
            }
            Some(Object::DaemonSet(now)) => match now.meta.deletion_timestamp() {
                Some(since) => Err(format!("{name} has just been deleted at {since}").into()),
                None => Ok(()),
            },
            _ => Err(failure(Status::not_found(Kind::DAEMON_SET, &set.meta.name))),
        }
    }

    /// The placement step; says whether it did anything, and what failed first.
    fn place(
        &mut self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &mut SetState,
        hash: &Str,
    ) -> (bool, Option<Failure>) {
        let now = ctx.api.time();
        // Nodes in the order they came; those that are gone first, so that their Pods are let go.
        let mut marked: Vec<(u64, u32)> =
            state.marked().map(|number| (state.numbered(number).order(), number)).collect();
        api::sort::ascending(&mut marked);
        state.clear_marked();
        let mut marked = marked.into_iter().peekable();
        let generation = set.template_generation();
        let updated = |pod: &Pod| template::is_updated(pod, hash, generation);
        let surge = self.surges(set);
        let mut create = Vec::new();
        let mut delete = Vec::new();
        let mut remarks = Vec::new();
        let mut backoff = std::mem::take(&mut state.backoff);
        let (mut again, mut put_off) = (Vec::new(), Vec::new());
        loop {
            // Those put off lie in the same order, and wait for a creation and nothing else.
            let first = state.first_put_off();
            let number = match (marked.peek(), first) {
                (None, None) => break,
                (None, Some(_)) if create.len() >= BURST => break,
                (Some(marked_first), Some(waiting)) if waiting < *marked_first => {
                    state.take_put_off();
                    if create.len() >= BURST {
                        put_off.push(waiting.1);
                        continue;
                    }
                    waiting.1
                }
                (None, Some(waiting)) => {
                    state.take_put_off();
                    waiting.1
                }
                (Some((_, number)), _) => {
                    let number = *number;
                    marked.next();
                    number
                }
            };
            let entry = state.decided(number, set, (self.placing, ctx.informers));
            let name = entry.name.clone();
            let pods = place::present(&entry.pods);
            if entry.node.is_none() {
                delete.extend(place::unbound(&pods));
                continue;
            }
            if let Some(why) = &entry.no_room {
                remarks.push((true, "FailedPlacement", format!("failed to place pod on {:?}: {why}", &*name)));
            }
            let mut due = None;
            let mut in_backoff = || {
                let key = (set.status.observed_generation, name.clone());
                due = open_backoff(&mut backoff, key, ctx.api.now());
                due.is_some()
            };
            let plan = place::plan(
                &pods,
                place::Situation {
                    should_run: entry.should_run && entry.no_room.is_none(),
                    should_continue_running: entry.should_continue_running,
                    surge,
                    min_ready_seconds: set.spec.min_ready_seconds,
                    now,
                    is_updated: &updated,
                    in_backoff: &mut in_backoff,
                },
            );
            if let Some(due) = due {
                again.push(number);
                self.queue.add_at(
                    Key::new(&set.meta.namespace, &set.meta.name),
                    due,
                    (0, Cause::clock(Actor::DaemonSetController)),
                );
                ctx.wakes.push(due, Wake::Timer(ControllerId::DaemonSet));
            }
            let over_burst = (plan.create && create.len() >= BURST) || delete.len() + plan.delete.len() > BURST;
            if over_burst {
                let only_creates =
                    plan.create && plan.delete.is_empty() && plan.failed.is_empty() && plan.succeeded.is_empty();
                if only_creates {
                    put_off.push(number)
                } else {
                    again.push(number)
                }
                continue;
            }
            let texts = plan.failed.iter().map(|pod| (true, pod)).chain(plan.succeeded.iter().map(|pod| (false, pod)));
            remarks.extend(texts.map(|(failed, pod)| remark(failed, pod, &name)));
            if plan.create {
                create.push(name);
            }
            delete.extend(plan.delete);
        }
        state.backoff = backoff;
        for number in again {
            state.mark_placement(number);
        }
        state.put_off(put_off);
        for (warning, reason, text) in remarks {
            self.say(ctx, set, warning, reason, text);
        }
        let acted = !create.is_empty() || !delete.is_empty();
        let failed = if acted { self.sync_nodes(ctx, set, state, create, delete).err() } else { None };
        (acted, failed)
    }

    /// Creates and deletes Pods; says what failed first. What failed is marked again.
    fn sync_nodes(
        &self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &mut SetState,
        create: Vec<Str>,
        delete: Vec<Rc<Pod>>,
    ) -> Done {
        state.expectations.set(create.len() as i64, delete.len() as i64, ctx.now());
        let mut outcome = Ok(());
        let owners = Rc::new(vec![controller_reference(Kind::DAEMON_SET, &set.meta)]);
        let mut rest = create.as_slice();
        let mut batch = SLOW_START;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(batch.min(rest.len()));
            for node in now {
                if let Err(status) = self.create_pod(ctx, set, state, node, &owners) {
                    state.expectations.creation_observed();
                    state.mark(node);
                    // A namespace on its way out is no surprise.
                    if !(status.reason == Reason::Forbidden && status.message.contains("being terminated")) {
                        self.say(ctx, set, true, "FailedCreate", format!("Error creating: {}", status.message));
                        outcome = outcome.and(Err(failure(status)));
                    }
                }
            }
            if outcome.is_err() {
                for node in later {
                    state.expectations.creation_observed();
                    state.mark(node);
                }
                break;
            }
            rest = later;
            batch *= 2;
        }
        for pod in delete {
            let key = Key::new(&pod.meta.namespace, &pod.meta.name);
            let uid = Some(pod.meta.uid);
            match ctx.api.delete(Kind::POD, &key, &api::request::DeleteOptions { uid, ..<_>::default() }) {
                Ok(()) => self.say(ctx, set, false, "SuccessfulDelete", format!("Deleted pod: {}", pod.meta.name)),
                Err(status) => {
                    state.expectations.deletion_observed();
                    if let Some(node) = template::target_node(&pod) {
                        state.mark(&node);
                    }
                    if !is_gone(&status) {
                        self.say(ctx, set, true, "FailedDelete", format!("Error deleting: {}", status.message));
                        outcome = outcome.and(Err(failure(status)));
                    }
                }
            }
        }
        outcome
    }

    fn create_pod(
        &self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &SetState,
        node: &Str,
        owners: &Rc<Vec<OwnerReference>>,
    ) -> Result<(), Status> {
        let mut pod = state.model().clone();
        pod.meta.owner_references = owners.clone();
        self.put_on(&mut pod, &set.spec.template, node);
        let created = ctx.api.create(Object::Pod(Rc::new(pod)))?;
        self.say(ctx, set, false, "SuccessfulCreate", EventMessage::CreatedPod(created.name()));
        Ok(())
    }

    /// A Pod is for a node: the controller asks for it, or says it.
    fn put_on(&self, pod: &mut Pod, template: &PodTemplate, node: &Str) {
        match self.placing {
            Placing::ByScheduler => {
                pod.node_name = template.spec.node_name.clone();
                pod.pinned_node = Some(node.clone());
            }
            Placing::ByController => pod.node_name = node.clone(),
        }
    }

    /// Whether a new Pod may come before the old one goes.
    fn surges(&self, set: &DaemonSet) -> bool {
        self.placing == Placing::ByScheduler && rollout::allows_surge(&set.spec.strategy)
    }

    /// The rolling-update step.
    fn roll(&self, ctx: &mut Context<'_>, set: &DaemonSet, state: &mut SetState, hash: &Str) -> Done {
        if state.old_count == 0 {
            return Ok(());
        }
        let (max_unavailable, max_surge) = rollout::budgets(&set.spec.strategy, state.counts.desired());
        let generation = set.template_generation();
        let updated = |pod: &Pod| template::is_updated(pod, hash, generation);
        let (now, min_ready_seconds) = (ctx.api.time(), set.spec.min_ready_seconds);
        let plan = if self.surges(set) {
            let nodes = state.taking_part();
            rollout::with_surge(&nodes, max_surge, state.counts.desired(), min_ready_seconds, now, &updated)
                .map_err(Failure::from)?
        } else {
            let least = i64::from(self.placing == Placing::ByController);
            let (nodes, budget) = state.may_go(max_unavailable.max(least));
            rollout::without_surge(&nodes, budget, min_ready_seconds, now, &updated)
        };
        if plan.create.is_empty() && plan.delete.is_empty() {
            return Ok(());
        }
        let create = plan.create.into_iter().take(BURST).collect();
        let delete = plan.delete.into_iter().take(BURST).collect();
        self.sync_nodes(ctx, set, state, create, delete)
    }

    fn write_status(
        &mut self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &mut SetState,
        hash: &Str,
        generation: i64,
    ) -> Done {
        state.recount(set, hash, ctx.api.time(), (self.placing, ctx.informers));
        let mut status = state.counts.status(&set.status);
        status.observed_generation = status.observed_generation.max(generation);
        let key = Key::new(&set.meta.namespace, &set.meta.name);
        if status != set.status {
            store::store(&mut ctx.api, set, status).map_err(failure)?;
        }
        if set.spec.min_ready_seconds > 0 && state.counts.waits_for_availability() {
            let due = ctx.now() + Duration::from_secs(set.spec.min_ready_seconds as u64);
            self.queue.add_at(key, due, (0, Cause::clock(Actor::DaemonSetController)));
            ctx.wake_at(due, ControllerId::DaemonSet);
        }
        Ok(())
    }

    fn say(
        &self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        warning: bool,
        reason: &'static str,
        message: impl Into<EventMessage>,
    ) {
        let about = ObjectReference {
            kind: Kind::DAEMON_SET,
            namespace: set.meta.namespace.clone(),
            name: set.meta.name.clone(),
            uid: set.meta.uid,
            resource_version: set.meta.resource_version,
            by_name: false,
        };
        let say = Say {
            about: Rc::new(about),
            field_path: Text::default(),
            source: self.source.clone(),
            warning,
            reason: reason.into(),
            message: message.into(),
        };
        ctx.recorder.say(&mut ctx.api, say);
    }
}

fn remark(failed: bool, pod: &Pod, node: &Str) -> (bool, &'static str, String) {
    let (namespace, name) = (&pod.meta.namespace, &pod.meta.name);
    if failed {
        let text = format!("Found failed daemon pod {namespace}/{name} on node {node}, will try to kill it");
        (true, "FailedDaemonPod", text)
    } else {
        let text = format!("Found succeeded daemon pod {namespace}/{name} on node {node}, will try to delete it");
        (false, "SucceededDaemonPod", text)
    }
}

/// Whether a failed Pod on a node has to wait, and until when. If not, the next one will have to wait twice as long.
fn open_backoff(
    backoff: &mut BTreeMap<(i64, Str), (Duration, Instant)>,
    key: (i64, Str),
    now: Instant,
) -> Option<Instant> {
    match backoff.get_mut(&key) {
        Some((delay, since)) if now.since(*since) < *delay => Some(now + *delay),
        Some((delay, since)) => {
            let forgotten = now.since(*since) > BACKOFF_FORGOTTEN;
            *delay = if forgotten { BACKOFF_BASE } else { (*delay * 2).min(BACKOFF_MAX) };
            *since = now;
            None
        }
        None => {
            backoff.retain(|(generation, _), _| *generation == key.0);
            backoff.insert(key, (BACKOFF_BASE, now));
            None
        }
    }
}
