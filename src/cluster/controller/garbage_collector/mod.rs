//! The garbage collector: objects follow their owners.
//!
//! [`graph`] knows who depends on whom. A change puts into the queue whom it concerns: an owner's disappearance its
//! dependents, the start of a foreground deletion those that block it, the start of an orphaning deletion everybody who
//! is to be let go. Then one object is looked at per step, with its owners as the server has them: one that still
//! stands keeps it alive; if all are gone, it goes.
//!
//! Models pkg/controller/garbagecollector/{garbagecollector,graph_builder}.go, Kubernetes v1.36. Left out: retries and
//! their delays (nothing fails here), and the periodic discovery of new kinds.

pub mod graph;

#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::Trigger;
use crate::apiserver::typed::{FOREGROUND, ORPHAN};
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::Instant;
use crate::informer::Informers;
use crate::recorder::Say;
use api::Str;
use api::meta::{Meta, OwnerReference, Uid};
use api::objects::Object;
use api::objects::event::{EventMessage, EventSource, ObjectReference};
use api::objects::text::Text;
use api::request::{DeleteOptions, Propagation, WatchType};
use api::resource::Kind;
use graph::Graph;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// One thing to be done.
#[derive(Clone, Debug)]
enum Work {
    /// Ask whether an object still has an owner.
    Judge(Kind, Key),
    /// Take a reference to an owner out of a dependent.
    Release(Kind, Key, Uid),
    /// All dependents are released: let the owner go.
    Orphaned(Kind, Key),
}

/// The controller.
#[derive(Clone, Debug)]
pub struct GarbageCollector {
    queue: VecDeque<(Work, Trigger)>,
    /// Owners in foreground deletion that may have lost their last dependent.
    rechecks: BTreeMap<Uid, Trigger>,
    graph: Graph,
    source: Rc<EventSource>,
}

impl Default for GarbageCollector {
    fn default() -> GarbageCollector {
        GarbageCollector {
            queue: VecDeque::new(),
            rechecks: BTreeMap::new(),
            graph: Graph::default(),
            source: Rc::new(EventSource { component: "garbage-collector-controller".into(), host: "".into() }),
        }
    }
}

impl Controller for GarbageCollector {
    fn take(&mut self, change: &Change, informers: &Informers, _now: Instant) {
        // Events make their metadata on demand; nobody owns them.
        let Some(meta) = change.object.meta_ref() else { return };
        let (kind, trigger) = (change.object.kind(), (change.version, change.cause));
        let old = change.old.as_ref().and_then(Object::meta_ref);
        if change.kind == WatchType::Deleted {
            self.take_deletion(kind, meta, trigger);
            return;
        }
        let before = old.map(|old| &old.owner_references);
        if before.is_none_or(|before| !Rc::ptr_eq(before, &meta.owner_references)) {
            self.take_references(kind, meta, before.map_or(&[], |before| before), trigger, informers);
        }
        let begins = meta.terminating()
            && old.is_none_or(|old| !old.terminating() || !Rc::ptr_eq(&old.finalizers, &meta.finalizers));
        if begins {
            self.take_termination(kind, meta, trigger);
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty() || !self.rechecks.is_empty()
    }

    fn timer(&mut self, _ctx: &mut Context<'_>) {}

    /// Does one thing; what turns out to be well takes no step.
    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        let mut done = false;
        while !done {
            if let Some((owner, trigger)) = self.rechecks.pop_first() {
                ctx.api.answering(Cause::answer(Actor::GarbageCollector, trigger.0, trigger.1));
                done = self.recheck(ctx, owner);
            } else if let Some((work, trigger)) = self.queue.pop_front() {
                ctx.api.answering(Cause::answer(Actor::GarbageCollector, trigger.0, trigger.1));
                done = match work {
                    Work::Judge(kind, key) => self.judge(ctx, kind, &key),
                    Work::Release(kind, key, owner) => release(ctx, kind, &key, &[owner]),
                    Work::Orphaned(kind, key) => ctx.api.remove_finalizer(kind, &key, ORPHAN).is_ok(),
                };
            } else {
                break;
            }
        }
    }
}

// What a change puts into the queue.
impl GarbageCollector {
    fn take_references(
        &mut self,
        kind: Kind,
        meta: &Meta,
        before: &[OwnerReference],
        trigger: Trigger,
        informers: &Informers,
    ) {
        let key = || Key::new(&meta.namespace, &meta.name);
        let mut doubtful = false;
        for reference in meta.owner_references.iter().filter(|reference| !before.contains(reference)) {
            let owner = reference.uid;
            self.graph.link(owner, kind, key(), reference.block_owner_deletion);
            if self.graph.waiting(owner).is_some() {
                self.rechecks.insert(owner, trigger);
                doubtful = true;
            }
            doubtful |= !is_known(reference, &meta.namespace, informers);
        }
        for reference in before {
            let owner = reference.uid;
            if meta.owner_references.iter().any(|now| now.uid == owner) {
                continue;
            }
            self.graph.unlink(owner, kind, key());
            if self.graph.waiting(owner).is_some() {
                self.rechecks.insert(owner, trigger);
            }
        }
        if doubtful {
            self.queue.push_back((Work::Judge(kind, key()), trigger));
        }
    }

    fn take_deletion(&mut self, kind: Kind, meta: &Meta, trigger: Trigger) {
        for reference in meta.owner_references.iter() {
            self.graph.unlink(reference.uid, kind, Key::new(&meta.namespace, &meta.name));
            if self.graph.waiting(reference.uid).is_some() {
                self.rechecks.insert(reference.uid, trigger);
            }
        }
        self.graph.set_waiting(meta.uid, None);
        let left = self.graph.dependents(meta.uid);
        self.queue.extend(left.map(|(kind, key, _)| (Work::Judge(kind, key.clone()), trigger)));
    }

    /// The beginning of a deletion, or a finalizer fewer.
    fn take_termination(&mut self, kind: Kind, meta: &Meta, trigger: Trigger) {
        let has = |finalizer: &str| meta.finalizers.iter().any(|found| &**found == finalizer);
        let key = Key::new(&meta.namespace, &meta.name);
        let waited = self.graph.waiting(meta.uid).is_some();
        if has(FOREGROUND) {
            if !waited {
                let blocking = self.graph.dependents(meta.uid).filter(|(.., blocks)| *blocks);
                self.queue.extend(blocking.map(|(kind, key, _)| (Work::Judge(kind, key.clone()), trigger)));
                self.graph.set_waiting(meta.uid, Some((kind, key)));
                self.rechecks.insert(meta.uid, trigger);
            }
            return;
        }
        self.graph.set_waiting(meta.uid, None);
        if has(ORPHAN) {
            let all = self.graph.dependents(meta.uid);
            self.queue.extend(all.map(|(kind, key, _)| (Work::Release(kind, key.clone(), meta.uid), trigger)));
            self.queue.push_back((Work::Orphaned(kind, key), trigger));
        }
    }
}

/// Whether the informers show the owner that a reference names; if not, the server has to be asked.
fn is_known(reference: &OwnerReference, namespace: &Str, informers: &Informers) -> bool {
    let key = || Key::new(namespace, &reference.name);
    let uid = match (&*reference.api_version, &*reference.kind) {
        ("apps/v1", "DaemonSet") => informers.daemon_sets.get(&key()).map(|owner| owner.meta.uid),
        ("apps/v1", "ReplicaSet") => informers.replica_sets.get(&key()).map(|owner| owner.meta.uid),
        ("apps/v1", "Deployment") => informers.deployments.get(&key()).map(|owner| owner.meta.uid),
        ("v1", "Node") => informers.node(&reference.name).map(|owner| owner.meta.uid),
        _ => None,
    };
    uid == Some(reference.uid)
}

/// What an owner reference is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    /// The owner is there.
    Solid,
    /// The owner is being deleted and waits for its dependents.
    Waiting,
    /// There is no such owner.
    Dangling,
    /// It cannot be told: an unknown kind, or a namespaced owner of an object without a namespace.
    Unclear,
}

// One step.
impl GarbageCollector {
    /// Lets an owner go that waits, once nothing blocks it any more.
    fn recheck(&self, ctx: &mut Context<'_>, owner: Uid) -> bool {
        let Some((kind, key)) = self.graph.waiting(owner) else { return false };
        if self.graph.dependents(owner).any(|(.., blocks)| blocks) {
            return false;
        }
        ctx.api.remove_finalizer(*kind, key, FOREGROUND).is_ok()
    }

    /// Keeps, frees or deletes one object, going by its owners.
    fn judge(&self, ctx: &mut Context<'_>, kind: Kind, key: &Key) -> bool {
        let Some(meta) = ctx.api.get(kind, key).map(Object::meta) else { return false };
        if meta.terminating() || meta.owner_references.is_empty() {
            return false;
        }
        let references = meta.owner_references.clone();
        let standings: Vec<Standing> = references.iter().map(|owner| self.standing(ctx, kind, &meta, owner)).collect();
        if standings.contains(&Standing::Unclear) {
            return false;
        }
        if standings.contains(&Standing::Solid) {
            let idle = references.iter().zip(&standings).filter(|(_, standing)| **standing != Standing::Solid);
            let idle: Vec<Uid> = idle.map(|(reference, _)| reference.uid).collect();
            return release(ctx, kind, key, &idle);
        }
        let awaited = standings.contains(&Standing::Waiting) && self.graph.has_dependents(meta.uid);
        if awaited && self.graph.dependents(meta.uid).any(|(kind, key, _)| self.graph.waits(kind, key)) {
            unblock(ctx, kind, key);
        }
        let propagation = if awaited { Propagation::Foreground } else { own_policy(&meta) };
        let options = DeleteOptions { propagation: Some(propagation), uid: Some(meta.uid), ..DeleteOptions::default() };
        ctx.api.delete(kind, key, &options).is_ok()
    }

    /// Looks one owner up at the server.
    fn standing(&self, ctx: &mut Context<'_>, kind: Kind, meta: &Meta, reference: &OwnerReference) -> Standing {
        let Some(owner_kind) = Kind::of_manifest(&reference.api_version, &reference.kind) else {
            return Standing::Unclear;
        };
        if owner_kind.namespaced() && !kind.namespaced() {
            self.say_invalid(ctx, kind, meta, reference);
            return Standing::Unclear;
        }
        let namespace: Str = if owner_kind.namespaced() { meta.namespace.clone() } else { "".into() };
        let found = ctx.api.get(owner_kind, &Key::new(&namespace, &reference.name)).and_then(Object::meta_ref);
        match found.filter(|owner| owner.uid == reference.uid) {
            Some(owner) if owner.terminating() && owner.finalizers.iter().any(|f| &**f == FOREGROUND) => {
                Standing::Waiting
            }
            Some(_) => Standing::Solid,
            None => {
                let is_owner = |object: &Object| object.meta_ref().is_some_and(|owner| owner.uid == reference.uid);
                let elsewhere = ctx.api.all(owner_kind).find(|object| is_owner(object)).map(Object::namespace);
                if elsewhere.is_some_and(|elsewhere| elsewhere != namespace) {
                    self.say_invalid(ctx, kind, meta, reference);
                }
                Standing::Dangling
            }
        }
    }

    fn say_invalid(&self, ctx: &mut Context<'_>, kind: Kind, meta: &Meta, reference: &OwnerReference) {
        let (namespace, OwnerReference { api_version, kind: owner_kind, name, uid, .. }) = (&meta.namespace, reference);
        let text = format!(
            "ownerRef [{api_version}/{owner_kind}, namespace: {namespace}, name: {name}, uid: {uid}] \
             does not exist in namespace \"{namespace}\""
        );
        let about = ObjectReference {
            kind,
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid,
            resource_version: 0,
            by_name: false,
        };
        let say = Say {
            about: Rc::new(about),
            field_path: Text::default(),
            source: self.source.clone(),
            warning: true,
            reason: "OwnerRefInvalidNamespace".into(),
            message: EventMessage::Text(text.into()),
        };
        ctx.recorder.say(&mut ctx.api, say);
    }
}

/// The policy that an object's own finalizers ask for.
fn own_policy(meta: &Meta) -> Propagation {
    let has = |finalizer: &str| meta.finalizers.iter().any(|found| &**found == finalizer);
    if has(ORPHAN) {
        Propagation::Orphan
    } else if has(FOREGROUND) {
        Propagation::Foreground
    } else {
        Propagation::Background
    }
}

/// Takes references to owners out of an object; says whether there were any.
fn release(ctx: &mut Context<'_>, kind: Kind, key: &Key, owners: &[Uid]) -> bool {
    let mut changed = false;
    let _ = ctx.api.update(kind, key, |object| {
        if let Some(meta) = object.meta_mut() {
            changed = meta.owner_references.iter().any(|reference| owners.contains(&reference.uid));
            if changed {
                Rc::make_mut(&mut meta.owner_references).retain(|reference| !owners.contains(&reference.uid));
            }
        }
        changed
    });
    changed
}

/// Breaks a circle of objects that wait for one another: this one no longer blocks its owners.
fn unblock(ctx: &mut Context<'_>, kind: Kind, key: &Key) {
    let _ = ctx.api.update(kind, key, |object| {
        let Some(meta) = object.meta_mut() else { return false };
        let blocks = meta.owner_references.iter().any(|reference| reference.block_owner_deletion);
        if blocks {
            for reference in Rc::make_mut(&mut meta.owner_references) {
                reference.block_owner_deletion = false;
            }
        }
        blocks
    });
}
