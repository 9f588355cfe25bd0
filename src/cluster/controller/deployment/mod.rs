//! The Deployment controller: one ReplicaSet per template, and the rollout from the old ones to the new.
//!
//! [`replica_set`] makes and recognizes ReplicaSets, [`revision`] numbers them, [`budget`] and [`rollout`] say how a rolling
//! update goes on, [`scale`] how a new size spreads, [`status`] what the Deployment says; [`sync`] is one sync, which acts on
//! them. This file is the loop: which change puts a Deployment into the queue.
//!
//! It never touches a Pod. It sees what becomes of its ReplicaSets by their statuses, and each sync takes one small step.
//!
//! Models `pkg/controller/deployment`, Kubernetes v1.36. Left out: `spec.rollbackTo` of old API versions.

pub mod budget;
pub mod replica_set;
pub mod revision;
pub mod rollout;
pub mod scale;
pub mod status;
mod sync;
#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::{Trigger, WorkQueue};
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant};
use crate::informer::{Informers, owner_of};
use api::meta::Meta;
use api::objects::Object;
use api::objects::event::EventSource;
use api::objects::workload::{Deployment, ReplicaSet, Strategy};
use api::request::WatchType;
use api::resource::Kind;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;
use sync::Stop;

/// The controller.
#[derive(Clone, Debug)]
pub struct DeploymentController {
    queue: WorkQueue<Key>,
    /// When a Deployment will be looked at again because its rollout may be late.
    deadlines: BTreeMap<Key, Instant>,
    source: Rc<EventSource>,
}

impl Default for DeploymentController {
    fn default() -> DeploymentController {
        let source = Rc::new(EventSource { component: Actor::DeploymentController.name().into(), host: "".into() });
        DeploymentController { queue: WorkQueue::default(), deadlines: BTreeMap::new(), source }
    }
}

impl DeploymentController {
    /// Its work queue, for whoever looks on.
    pub fn queue(&self) -> &WorkQueue<Key> {
        &self.queue
    }
}

impl Controller for DeploymentController {
    fn take(&mut self, change: &Change, informers: &Informers, _now: Instant) {
        let trigger = (change.version, change.cause);
        match (&change.object, &change.old) {
            (Object::Deployment(deployment), _) => {
                let key = Key::new(&deployment.meta.namespace, &deployment.meta.name);
                if change.kind == WatchType::Deleted {
                    self.deadlines.remove(&key);
                }
                self.queue.add(key, trigger);
            }
            (Object::ReplicaSet(set), Some(Object::ReplicaSet(old))) => {
                self.take_set(change.kind, set, Some(old), trigger, informers);
            }
            (Object::ReplicaSet(set), _) => self.take_set(change.kind, set, None, trigger, informers),
            (Object::Pod(pod), _) if change.kind == WatchType::Deleted => {
                self.take_gone_pod(&pod.meta, trigger, informers);
            }
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
        let Some(deployment) = ctx.informers.deployments.get(&key).cloned() else { return };
        ctx.api.answering(Cause::answer(Actor::DeploymentController, trigger.0, trigger.1));
        match self.sync(ctx, &key, &deployment) {
            Ok(()) | Err(Stop::Written) => self.queue.forget(&key),
            Err(Stop::Failed) => {
                let due = self.queue.add_rate_limited(key, ctx.now(), trigger);
                ctx.wake_at(due, ControllerId::Deployment);
            }
        }
    }
}

// What puts a Deployment into the queue.
impl DeploymentController {
    fn take_set(
        &mut self,
        kind: WatchType,
        set: &ReplicaSet,
        old: Option<&Rc<ReplicaSet>>,
        trigger: Trigger,
        informers: &Informers,
    ) {
        if let Some(old) = old
            && owner_of(&old.meta) != owner_of(&set.meta)
            && let Some((former, _)) = deployment_of(&old.meta, informers)
        {
            self.queue.add(former, trigger);
        }
        if set.meta.controller().is_some() {
            if let Some((key, _)) = deployment_of(&set.meta, informers) {
                self.queue.add(key, trigger);
            }
            return;
        }
        // A set that nobody owns concerns every Deployment that it matches.
        let same =
            |old: &Rc<ReplicaSet>| old.meta.labels == set.meta.labels && owner_of(&old.meta) == owner_of(&set.meta);
        if kind == WatchType::Deleted || set.meta.labels.is_empty() || old.is_some_and(same) {
            return;
        }
        for (key, deployment) in informers.deployments.iter() {
            if key.namespace == set.meta.namespace && deployment.spec.selector.matches(&set.meta.labels) {
                self.queue.add(key.clone(), trigger);
            }
        }
    }

    /// Recreate waits for the last Pod to be gone.
    fn take_gone_pod(&mut self, pod: &Meta, trigger: Trigger, informers: &Informers) {
        let Some(owner) = pod.controller().filter(|owner| &*owner.kind == "ReplicaSet") else { return };
        let Some(set) = informers.replica_sets.get(&Key::new(&pod.namespace, &owner.name)) else { return };
        let Some((key, deployment)) = deployment_of(&set.meta, informers) else { return };
        if deployment.spec.strategy != Strategy::Recreate {
            return;
        }
        let mut sets = informers.replica_sets.values().filter(|set| owner_of(&set.meta) == deployment.meta.uid);
        if sets.all(|set| informers.pods_of(set.meta.uid).next().is_none()) {
            self.queue.add(key, trigger);
        }
    }

    /// The keys in the queue, for the picture of the loop.
    pub fn waiting(&self) -> impl Iterator<Item = &Key> {
        self.queue.ready()
    }

    fn say(&self, ctx: &mut Context<'_>, deployment: &Deployment, warning: bool, reason: &'static str, text: String) {
        ctx.say((Kind::DEPLOYMENT, &deployment.meta), &self.source, warning, reason, text);
    }
}

/// The Deployment that controls an object, if kind, name and uid agree.
fn deployment_of<'a>(meta: &Meta, informers: &'a Informers) -> Option<(Key, &'a Rc<Deployment>)> {
    let owner = meta.controller().filter(|owner| &*owner.kind == "Deployment")?;
    let key = Key::new(&meta.namespace, &owner.name);
    let deployment = informers.deployments.get(&key).filter(|deployment| deployment.meta.uid == owner.uid)?;
    Some((key, deployment))
}

/// Oldest first, then by name.
fn by_age(a: &ReplicaSet, b: &ReplicaSet) -> Ordering {
    let age = |set: &ReplicaSet| (set.meta.creation_timestamp, set.meta.name.clone());
    age(a).cmp(&age(b))
}

/// How many Pods some sets should have together.
fn total(sets: &[Rc<ReplicaSet>]) -> i64 {
    sets.iter().map(|set| set.spec.replicas).sum()
}
