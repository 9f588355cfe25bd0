//! The Pod garbage collector: removes Pods that nobody else will.
//!
//! Every 20 s it looks for four sorts, in this order: terminated Pods beyond a number; Terminating Pods on a node that
//! is out of service; Pods bound to a node that no longer exists; Terminating Pods that were never bound. A node that
//! is missing is put under quarantine first and looked for once more, at the server itself, when that is over.
//!
//! A tick looks once at each node, not at each Pod, and queues what is to go; each Pod is a step of its own.
//!
//! Models pkg/controller/podgc/gc_controller.go, Kubernetes v1.36.

#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::Trigger;
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant};
use crate::informer::Informers;
use crate::table::Table;
use api::meta::Uid;
use api::objects::Object;
use api::objects::condition::{self, Condition, Truth};
use api::objects::pod::{Phase, Pod};
use api::request::{DeleteOptions, WatchType};
use api::resource::Kind;
use api::{Str, sort};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

/// Between two ticks: 20 s. Source: `gcCheckPeriod`.
pub const CHECK_PERIOD: Duration = Duration::from_secs(20);
/// How long a missing node's Pods are spared: 40 s. Source: `quarantineTime`.
pub const QUARANTINE: Duration = Duration::from_secs(40);
/// How many terminated Pods may stay.
///
/// Source: kube-controller-manager `--terminated-pod-gc-threshold`, v1.36 default.
pub const TERMINATED_THRESHOLD: usize = 12_500;
/// A node with this taint is known to be off: nothing runs there any more.
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// A Pod to be removed.
#[derive(Clone, Debug)]
struct Removal {
    key: Key,
    uid: Uid,
    /// Its node is gone: it is written down as a disruption.
    node_is_gone: bool,
    /// What it answers: the node's deletion, or the clock.
    trigger: Trigger,
}

/// The controller.
#[derive(Clone, Debug)]
pub struct PodGc {
    /// How many terminated Pods may stay; 0: any number.
    pub threshold: usize,
    queue: VecDeque<Removal>,
    /// Pods that have succeeded or failed.
    terminated: Table<Key, ()>,
    /// Names of nodes that are missing, and when they are looked for once more.
    quarantine: BTreeMap<Str, Instant>,
    /// Nodes that were deleted, and by which change.
    deleted: BTreeMap<Str, Trigger>,
    next_tick: Instant,
}

impl Default for PodGc {
    fn default() -> PodGc {
        PodGc {
            threshold: TERMINATED_THRESHOLD,
            queue: VecDeque::new(),
            terminated: Table::new(),
            quarantine: BTreeMap::new(),
            deleted: BTreeMap::new(),
            next_tick: Instant::default(),
        }
    }
}

impl Controller for PodGc {
    fn take(&mut self, change: &Change, _informers: &Informers, _now: Instant) {
        if let Object::Node(node) = &change.object {
            match change.kind {
                WatchType::Added => self.deleted.remove(&node.meta.name),
                WatchType::Deleted => self.deleted.insert(node.meta.name.clone(), (change.version, change.cause)),
                WatchType::Modified => None,
            };
        }
        let Object::Pod(pod) = &change.object else { return };
        let is = change.kind != WatchType::Deleted && pod.terminal();
        let was = matches!(&change.old, Some(Object::Pod(old)) if old.terminal());
        if is != was {
            let key = Key::new(&pod.meta.namespace, &pod.meta.name);
            if is {
                self.terminated.insert(key, ())
            } else {
                self.terminated.remove(&key)
            };
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    fn start(&mut self, ctx: &mut Context<'_>) {
        self.next_tick = ctx.now() + CHECK_PERIOD;
        ctx.wake_at(self.next_tick, ControllerId::PodGc);
    }

    fn timer(&mut self, ctx: &mut Context<'_>) {
        if ctx.now() < self.next_tick {
            return;
        }
        self.next_tick = ctx.now() + CHECK_PERIOD;
        ctx.wake_at(self.next_tick, ControllerId::PodGc);
        if self.threshold > 0 {
            self.collect_terminated(ctx);
        }
        self.collect_out_of_service(ctx.informers);
        self.collect_orphaned(ctx);
        let unbound: Str = "".into();
        let terminating = ctx.informers.pods_on(&unbound).filter(|pod| pod.meta.terminating());
        self.queue.extend(terminating.map(removal));
    }

    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        let mut done = false;
        while !done && let Some(removal) = self.queue.pop_front() {
            let (version, cause) = removal.trigger;
            ctx.api.answering(Cause::answer(Actor::PodGarbageCollector, version, cause));
            done = remove(ctx, &removal);
        }
    }
}

fn removal(pod: &Rc<Pod>) -> Removal {
    Removal {
        key: Key::new(&pod.meta.namespace, &pod.meta.name),
        uid: pod.meta.uid,
        node_is_gone: false,
        trigger: (0, Cause::clock(Actor::PodGarbageCollector)),
    }
}

impl PodGc {
    /// Evicted ones first, then the oldest, then by name.
    fn collect_terminated(&mut self, ctx: &Context<'_>) {
        let Some(excess) = self.terminated.len().checked_sub(self.threshold).filter(|excess| *excess > 0) else {
            return;
        };
        let mut pods: Vec<_> = self.terminated.keys().filter_map(|key| ctx.api.pod(key)).collect();
        sort::by_key(&mut pods, |pod| {
            (&*pod.status.reason != "Evicted", pod.meta.creation_timestamp, pod.meta.name.clone())
        });
        self.queue.extend(pods.into_iter().take(excess).map(removal));
    }

    fn collect_out_of_service(&mut self, informers: &Informers) {
        let nodes = informers
            .nodes
            .iter()
            .filter(|(_, (_, node))| !node.ready() && node.taints.iter().any(|taint| &*taint.key == OUT_OF_SERVICE));
        for (name, _) in nodes {
            let terminating = informers.pods_on(name).filter(|pod| pod.meta.terminating());
            self.queue.extend(terminating.map(removal));
        }
    }

    /// Puts missing nodes under quarantine, and collects the Pods of those whose quarantine is over.
    fn collect_orphaned(&mut self, ctx: &Context<'_>) {
        let now = ctx.now();
        for name in missing_nodes(ctx.informers) {
            self.quarantine.entry(name).or_insert(now + QUARANTINE);
        }
        self.deleted.retain(|name, _| self.quarantine.contains_key(name));
        let over: Vec<Str> =
            self.quarantine.iter().filter(|(_, until)| **until <= now).map(|(name, _)| name.clone()).collect();
        for name in over {
            self.quarantine.remove(&name);
            let is_back =
                ctx.informers.node(&name).is_some() || ctx.api.get(Kind::NODE, &Key::new(&"".into(), &name)).is_some();
            let cause = self.deleted.remove(&name);
            if !is_back {
                self.queue.extend(ctx.informers.pods_on(&name).map(|pod| {
                    let removal = removal(pod);
                    Removal { node_is_gone: true, trigger: cause.unwrap_or(removal.trigger), ..removal }
                }));
            }
        }
    }
}

/// The names of nodes that have Pods but don't exist.
fn missing_nodes(informers: &Informers) -> Vec<Str> {
    let missing = |name: &Str| informers.node(name).is_none();
    informers.nodes_with_pods().into_iter().filter(missing).collect()
}

/// Fails a Pod that hasn't ended, and deletes it without grace; says whether it was there.
fn remove(ctx: &mut Context<'_>, removal: &Removal) -> bool {
    let Removal { key, uid, node_is_gone, .. } = removal;
    if ctx.api.pod(key).is_none_or(|pod| pod.meta.uid != *uid) {
        return false;
    }
    let now = ctx.api.time();
    // The Pod was there a moment ago, and nobody else acts within this step.
    let _ = ctx.api.update_pod(key, |pod| {
        let ends = !pod.terminal();
        if ends {
            pod.status.phase = Phase::Failed;
        }
        if ends && *node_is_gone {
            let mut target = Condition::new("DisruptionTarget", Truth::True, now)
                .because("DeletionByPodGC", "PodGC: node no longer exists");
            target.observed_generation = pod.meta.generation;
            condition::set(&mut pod.status.conditions, target);
        }
        ends
    });
    let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
    let _ = ctx.api.delete(Kind::POD, key, &options);
    true
}
