//! The ReplicaSet controller: as many Pods of a template as are wanted, no matter where.
//!
//! [`order`] says which Pods go first when there are too many, [`status`] what the set says of its Pods; this file is the loop
//! around them: which change puts a set into the queue, and one sync from start to end.
//!
//! The contrast to a DaemonSet: a Pod that has ended or is on its way out no longer counts, so its replacement comes at once.
//! The status is counted before the sync creates or deletes; what it did is counted when the Pods are seen.
//!
//! Models `pkg/controller/replicaset/replica_set.go`, Kubernetes v1.36.

pub mod order;
pub mod status;

use super::claim::{Claim, adopt, claim, controller_reference, release};
use super::expectations::Expectations;
use super::manager::Controller;
use super::queue::{Trigger, WorkQueue};
use super::{Context, namespace_is_going};
use crate::apiserver::typed::is_gone;
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant};
use crate::informer::{Informers, owner_of};
use api::meta::{Meta, OwnerReference, Uid};
use api::objects::Object;
use api::objects::event::EventSource;
use api::objects::pod::Pod;
use api::objects::workload::ReplicaSet;
use api::request::{DeleteOptions, WatchType};
use api::resource::Kind;
use api::status::Status;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// At most so many creations or deletions in one step. Source: `BurstReplicas`.
pub const BURST: usize = 500;
/// The first batch of creations; each that succeeds is followed by one twice as large. Source: `SlowStartInitialBatchSize`.
const SLOW_START: usize = 1;

/// The controller.
#[derive(Clone, Debug)]
pub struct ReplicaSetController {
    queue: WorkQueue<Key>,
    sets: BTreeMap<Key, Awaited>,
    source: Rc<EventSource>,
}

/// What a set waits for.
#[derive(Clone, Debug, Default)]
struct Awaited {
    expectations: Expectations,
    /// The Pods whose deletion is expected, by name: one that somebody else deletes must not count for them.
    going: BTreeSet<Key>,
    /// When a Pod becomes available by itself.
    available_at: Option<Instant>,
}

impl Default for ReplicaSetController {
    fn default() -> ReplicaSetController {
        let source = Rc::new(EventSource { component: Actor::ReplicaSetController.name().into(), host: "".into() });
        ReplicaSetController { queue: WorkQueue::default(), sets: BTreeMap::new(), source }
    }
}

/// Why a sync ends early: an API call failed, so the key is tried again. What it said.
struct Failed(String);

impl From<Status> for Failed {
    fn from(status: Status) -> Failed {
        Failed(status.message)
    }
}

impl ReplicaSetController {
    /// Its work queue, for whoever looks on.
    pub fn queue(&self) -> &WorkQueue<Key> {
        &self.queue
    }
}

impl Controller for ReplicaSetController {
    fn take(&mut self, change: &Change, informers: &Informers, _now: Instant) {
        let trigger = (change.version, change.cause);
        match (&change.object, &change.old) {
            (Object::ReplicaSet(set), _) => {
                let key = Key::new(&set.meta.namespace, &set.meta.name);
                if change.kind == WatchType::Deleted {
                    self.sets.remove(&key);
                }
                self.queue.add(key, trigger);
            }
            (Object::Pod(pod), Some(Object::Pod(old))) => {
                self.take_pod(change.kind, pod, Some(old), trigger, informers);
            }
            (Object::Pod(pod), _) => self.take_pod(change.kind, pod, None, trigger, informers),
            _ => {}
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    fn timer(&mut self, ctx: &mut Context<'_>) {
        self.queue.release(ctx.now());
    }

    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        let Some((key, trigger)) = self.queue.take() else { return };
        let Some(set) = ctx.informers.replica_sets.get(&key).cloned() else { return };
        ctx.api.answering(Cause::answer(Actor::ReplicaSetController, trigger.0, trigger.1));
        match self.sync(ctx, &key, &set) {
            Ok(()) => self.queue.forget(&key),
            Err(Failed(_)) => {
                let due = self.queue.add_rate_limited(key, ctx.now(), trigger);
                ctx.wake_at(due, ControllerId::ReplicaSet);
            }
        }
    }
}

// What puts a set into the queue.
impl ReplicaSetController {
    fn take_pod(&mut self, kind: WatchType, pod: &Pod, old: Option<&Rc<Pod>>, trigger: Trigger, informers: &Informers) {
        if let Some(old) = old
            && owner_of(&old.meta) != owner_of(&pod.meta)
            && let Some(former) = set_of(&old.meta, informers)
        {
            self.queue.add(former, trigger);
        }
        // A Pod on its way out is as good as gone.
        let gone = kind == WatchType::Deleted || pod.meta.terminating();
        let Some(key) = set_of(&pod.meta, informers) else {
            if !gone {
                self.take_orphan(pod, old, trigger, informers);
            }
            return;
        };
        if let Some(awaited) = self.sets.get_mut(&key) {
            if gone {
                if awaited.going.remove(&Key::new(&pod.meta.namespace, &pod.meta.name)) {
                    awaited.expectations.deletion_observed();
                }
            } else if old.is_none() {
                awaited.expectations.creation_observed();
            }
        }
        self.queue.add(key, trigger);
    }

    /// A Pod that nobody owns concerns every set that it matches.
    fn take_orphan(&mut self, pod: &Pod, old: Option<&Rc<Pod>>, trigger: Trigger, informers: &Informers) {
        let same = |old: &Rc<Pod>| old.meta.labels == pod.meta.labels && owner_of(&old.meta) == owner_of(&pod.meta);
        if pod.meta.controller().is_some() || pod.meta.labels.is_empty() || old.is_some_and(same) {
            return;
        }
        for (key, set) in informers.replica_sets.iter() {
            if key.namespace == pod.meta.namespace && set.spec.selector.matches(&pod.meta.labels) {
                self.queue.add(key.clone(), trigger);
            }
        }
    }

    /// The keys in the queue, for the picture of the loop.
    pub fn waiting(&self) -> impl Iterator<Item = &Key> {
        self.queue.ready()
    }
}

/// The set that controls an object, if kind, name and uid agree.
fn set_of(meta: &Meta, informers: &Informers) -> Option<Key> {
    let owner = meta.controller().filter(|owner| &*owner.kind == "ReplicaSet")?;
    let key = Key::new(&meta.namespace, &owner.name);
    informers.replica_sets.get(&key).is_some_and(|set| set.meta.uid == owner.uid).then_some(key)
}

// One sync.
impl ReplicaSetController {
    fn sync(&mut self, ctx: &mut Context<'_>, key: &Key, set: &ReplicaSet) -> Result<(), Failed> {
        let now = ctx.api.time();
        let seen_all = self.sets.get(key).is_none_or(|awaited| awaited.expectations.fulfilled(ctx.now()));
        let active = claim_pods(ctx, set)?;
        let managed = if seen_all && !set.meta.terminating() { self.manage(ctx, key, set, &active) } else { Ok(()) };
        let failure = managed.as_ref().err().map(|Failed(message)| message.as_str());
        let selector = &set.spec.selector;
        let leaving = ctx.informers.pods_of(set.meta.uid);
        let leaving = leaving.filter(|pod| status::terminating(pod) && selector.matches(&pod.meta.labels)).count();
        let status = status::calculate(set, &active, leaving, failure, now);
        if status != set.status {
            ctx.api.update(Kind::REPLICA_SET, key, |object| {
                let Object::ReplicaSet(set) = object else { return false };
                let changed = set.status != status;
                Rc::make_mut(set).status = status;
                changed
            })?;
        }
        self.wait_for_availability(ctx, key, status::next_available(set, &active, now));
        managed
    }

    /// Creates what is missing or deletes what is too much.
    fn manage(&mut self, ctx: &mut Context<'_>, key: &Key, set: &ReplicaSet, active: &[Rc<Pod>]) -> Result<(), Failed> {
        let wanted = set.spec.replicas.max(0) as usize;
        if active.len() < wanted {
            self.create_pods(ctx, key, set, (wanted - active.len()).min(BURST))
        } else if active.len() > wanted {
            let crowd = order::crowd(related_pods(ctx.informers, set).into_iter());
            let too_many = (active.len() - wanted).min(BURST);
            let doomed = order::to_delete(active, &crowd, too_many, ctx.now());
            self.delete_pods(ctx, key, set, doomed)
        } else {
            Ok(())
        }
    }

    /// Creates in batches of 1, 2, 4, …: if none can be created, not all are tried.
    fn create_pods(&mut self, ctx: &mut Context<'_>, key: &Key, set: &ReplicaSet, count: usize) -> Result<(), Failed> {
        self.sets.entry(key.clone()).or_default().expectations.set(count as i64, 0, ctx.now());
        let owners = Rc::new(vec![controller_reference(Kind::REPLICA_SET, &set.meta)]);
        let (mut created, mut tried, mut batch) = (0, 0, SLOW_START);
        let mut outcome = Ok(());
        while tried < count && outcome.is_ok() {
            let size = batch.min(count - tried);
            for _ in 0..size {
                match self.create_pod(ctx, set, &owners) {
                    Ok(()) => created += 1,
                    Err(status) => outcome = outcome.and(Err(Failed::from(status))),
                }
            }
            tried += size;
            batch *= 2;
        }
        let awaited = self.sets.entry(key.clone()).or_default();
        (created..count).for_each(|_| awaited.expectations.creation_observed());
        outcome
    }

    /// Creates one Pod. That its namespace is on its way out is no surprise.
    fn create_pod(
        &self,
        ctx: &mut Context<'_>,
        set: &ReplicaSet,
        owners: &Rc<Vec<OwnerReference>>,
    ) -> Result<(), Status> {
        let template = &set.spec.template;
        let pod = Pod {
            meta: Meta {
                generate_name: format!("{}-", set.meta.name).into(),
                namespace: set.meta.namespace.clone(),
                labels: template.labels.clone(),
                annotations: template.annotations.clone(),
                finalizers: template.finalizers.clone(),
                owner_references: owners.clone(),
                ..Meta::default()
            },
            spec: template.spec.clone(),
            node_name: template.spec.node_name.clone(),
            ..Pod::default()
        };
        match ctx.api.create(Object::Pod(Rc::new(pod))) {
            Ok(pod) => {
                self.say(ctx, set, false, "SuccessfulCreate", format!("Created pod: {}", pod.name()));
                Ok(())
            }
            Err(status) if namespace_is_going(&status) => Ok(()),
            Err(status) => {
                self.say(ctx, set, true, "FailedCreate", format!("Error creating: {}", status.message));
                Err(status)
            }
        }
    }

    fn delete_pods(
        &mut self,
        ctx: &mut Context<'_>,
        key: &Key,
        set: &ReplicaSet,
        doomed: Vec<Rc<Pod>>,
    ) -> Result<(), Failed> {
        let key_of = |pod: &Rc<Pod>| Key::new(&pod.meta.namespace, &pod.meta.name);
        let awaited = self.sets.entry(key.clone()).or_default();
        awaited.expectations.set(0, doomed.len() as i64, ctx.now());
        awaited.going = api::sort::gather(doomed.iter().map(key_of));
        let mut outcome = Ok(());
        for pod in doomed {
            let pod_key = key_of(&pod);
            let options = DeleteOptions { uid: Some(pod.meta.uid), ..DeleteOptions::default() };
            let Err(status) = ctx.api.delete(Kind::POD, &pod_key, &options) else {
                self.say(ctx, set, false, "SuccessfulDelete", format!("Deleted pod: {}", pod.meta.name));
                continue;
            };
            if let Some(awaited) = self.sets.get_mut(key)
                && awaited.going.remove(&pod_key)
            {
                awaited.expectations.deletion_observed();
            }
            if !is_gone(&status) {
                self.say(ctx, set, true, "FailedDelete", format!("Error deleting: {}", status.message));
                outcome = outcome.and(Err(Failed::from(status)));
            }
        }
        outcome
    }

    /// Asks to be woken when a Pod becomes available by itself.
    fn wait_for_availability(&mut self, ctx: &mut Context<'_>, key: &Key, at: Option<Instant>) {
        let Some(due) = at.map(|at| at.max(ctx.now())) else { return };
        let awaited = self.sets.entry(key.clone()).or_default();
        if awaited.available_at != Some(due) {
            awaited.available_at = Some(due);
            self.queue.add_at(key.clone(), due, (0, Cause::clock(Actor::ReplicaSetController)));
            ctx.wake_at(due, ControllerId::ReplicaSet);
        }
    }

    fn say(&self, ctx: &mut Context<'_>, set: &ReplicaSet, warning: bool, reason: &'static str, text: String) {
        ctx.say((Kind::REPLICA_SET, &set.meta), &self.source, warning, reason, text);
    }
}

/// The active Pods of a set, after taking those that nobody owns and giving up those that no longer match.
fn claim_pods(ctx: &mut Context<'_>, set: &ReplicaSet) -> Result<Vec<Rc<Pod>>, Failed> {
    let mine = ctx.informers.pods_of(set.meta.uid);
    let orphans = ctx.informers.pods_of(Uid::default()).filter(|pod| pod.meta.namespace == set.meta.namespace);
    let mut active = Vec::new();
    let (mut to_adopt, mut to_release) = (Vec::new(), Vec::new());
    for pod in mine.chain(orphans).filter(|pod| status::active(pod)) {
        let key = || Key::new(&pod.meta.namespace, &pod.meta.name);
        match claim(set.meta.uid, &set.spec.selector, &pod.meta) {
            Claim::Mine => active.push(pod.clone()),
            Claim::Adopt => to_adopt.push(key()),
            Claim::Release => to_release.push(key()),
            Claim::Ignore => {}
        }
    }
    for key in to_release {
        let released = ctx.api.update_pod(&key, |pod| {
            release(&mut pod.meta, set.meta.uid);
            true
        });
        match released {
            Err(status) if !is_gone(&status) => return Err(status.into()),
            _ => {}
        }
    }
    if !to_adopt.is_empty() && !alive(ctx, set) {
        return Err(Failed(format!("original ReplicaSet {}/{} is gone", set.meta.namespace, set.meta.name)));
    }
    for key in to_adopt {
        let owner = controller_reference(Kind::REPLICA_SET, &set.meta);
        let adopted = ctx.api.update_pod(&key, |pod| {
            let free = pod.meta.controller().is_none() && !pod.meta.terminating();
            if free {
                adopt(&mut pod.meta, owner);
            }
            free
        });
        match adopted {
            Ok(Object::Pod(pod)) if owner_of(&pod.meta) == set.meta.uid => active.push(pod),
            Err(status) if !is_gone(&status) => return Err(status.into()),
            _ => {}
        }
    }
    Ok(active)
}

/// Before adopting, the set is read once more from the server: a deleted one must not take anything.
fn alive(ctx: &Context<'_>, set: &ReplicaSet) -> bool {
    match ctx.api.get(Kind::REPLICA_SET, &Key::new(&set.meta.namespace, &set.meta.name)) {
        Some(Object::ReplicaSet(now)) => now.meta.uid == set.meta.uid && !now.meta.terminating(),
        _ => false,
    }
}

/// The Pods of all sets that share this one's owner (a Deployment's), its own among them; without an owner there are none,
/// and crowding does not count.
fn related_pods<'a>(informers: &'a Informers, set: &ReplicaSet) -> Vec<&'a Rc<Pod>> {
    let owner = owner_of(&set.meta);
    if owner == Uid::default() {
        return Vec::new();
    }
    let sets = informers.replica_sets.values().filter(|other| owner_of(&other.meta) == owner);
    sets.flat_map(|other| informers.pods_of(other.meta.uid)).collect()
}
