//! The taint eviction controller: deletes Pods that don't tolerate a NoExecute taint of their node, or no longer do.
//!
//! A node whose NoExecute taints change puts all its Pods to the question, a Pod that is bound or whose tolerations
//! change only itself. The answer ([`verdict`]) is pure: delete now, delete after the smallest `tolerationSeconds`, or
//! let be. What is scheduled stands even if the seconds change later; it is cancelled when the taint goes or is borne
//! for ever.
//!
//! It doesn't ask whether a Pod is being deleted already, so a daemon Pod may be deleted by its own controller and by
//! this one.
//!
//! Models pkg/controller/tainteviction/taint_eviction.go, Kubernetes v1.36.

#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::Trigger;
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant};
use crate::informer::Informers;
use crate::recorder::Say;
use crate::table::Table;
use api::Str;
use api::meta::Uid;
use api::objects::Object;
use api::objects::condition::{self, Condition, Truth};
use api::objects::event::{EventMessage, EventSource, ObjectReference};
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::scheduling::{Effect, Taint, Toleration};
use api::objects::text::Text;
use api::request::{DeleteOptions, WatchType};
use api::resource::Kind;
use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// What is to become of a Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It tolerates everything for ever.
    Stays,
    /// It tolerates everything, for so long.
    Later(Duration),
    /// Some taint is not tolerated.
    Now,
}

/// Judges one Pod. Of each taint only the first toleration that matches counts.
pub fn verdict<'a>(taints: impl Iterator<Item = &'a Taint>, tolerations: &[Toleration]) -> Verdict {
    let mut shortest: Option<i64> = None;
    for taint in taints {
        let Some(toleration) = tolerations.iter().find(|toleration| toleration.tolerates(taint)) else {
            return Verdict::Now;
        };
        if let Some(seconds) = toleration.seconds {
            shortest = Some(shortest.map_or(seconds, |known| known.min(seconds)));
        }
    }
    match shortest {
        None => Verdict::Stays,
        Some(seconds) => Verdict::Later(Duration::from_secs(seconds.max(0) as u64)),
    }
}

/// A deletion that was decided on.
#[derive(Clone, Copy, Debug)]
enum Eviction {
    /// It comes at that moment.
    Scheduled(Instant, Uid, Trigger),
    /// It was done; the Pod may take its time to go.
    Done,
}

/// One thing to be looked at.
#[derive(Clone, Debug)]
enum Work {
    /// All Pods of a node.
    Node(Str),
    /// One Pod.
    Pod(Key),
    /// A Pod whose time has come.
    Evict(Key, Uid),
    /// A Pod that is gone: its scheduled deletion is called off.
    Gone(Key),
}

/// The controller.
#[derive(Clone, Debug)]
pub struct TaintEviction {
    queue: VecDeque<(Work, Trigger)>,
    evictions: Table<Key, Eviction>,
    /// Scheduled deletions by moment.
    schedule: BTreeSet<(Instant, Key)>,
    asked: Option<Instant>,
    source: Rc<EventSource>,
}

impl Default for TaintEviction {
    fn default() -> TaintEviction {
        TaintEviction {
            queue: VecDeque::new(),
            evictions: Table::new(),
            schedule: BTreeSet::new(),
            asked: None,
            source: Rc::new(EventSource { component: "taint-eviction-controller".into(), host: "".into() }),
        }
    }
}

impl Controller for TaintEviction {
    fn take(&mut self, change: &Change, informers: &Informers, _now: Instant) {
        let trigger = (change.version, change.cause);
        match (&change.object, &change.old) {
            (Object::Node(_), _) if change.kind == WatchType::Deleted => {}
            (Object::Node(node), old) => {
                let same = match old {
                    Some(Object::Node(old)) => {
                        Rc::ptr_eq(&old.taints, &node.taints) || no_execute(old).eq(no_execute(node))
                    }
                    _ => no_execute(node).next().is_none(),
                };
                if !same {
                    self.queue.push_back((Work::Node(node.meta.name.clone()), trigger));
                }
            }
            (Object::Pod(pod), old) => self.take_pod(pod, old.as_ref(), change.kind, trigger, informers),
            _ => {}
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    fn timer(&mut self, ctx: &mut Context<'_>) {
        while let Some((at, key)) = self.schedule.first().cloned() {
            if at > ctx.now() {
                break;
            }
            self.schedule.remove(&(at, key.clone()));
            if let Some(Eviction::Scheduled(_, uid, trigger)) = self.evictions.insert(key.clone(), Eviction::Done) {
                self.queue.push_back((Work::Evict(key, uid), trigger));
            }
        }
        self.ask(ctx);
    }

    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        let mut done = false;
        while !done && let Some((work, trigger)) = self.queue.pop_front() {
            ctx.api.answering(Cause::answer(Actor::TaintEvictionController, trigger.0, trigger.1));
            done = match work {
                Work::Node(name) => self.question_node(ctx, &name, trigger),
                Work::Pod(key) => self.question_pod(ctx, &key, trigger),
                Work::Evict(key, uid) => self.evict(ctx, &key, uid),
                Work::Gone(key) => self.cancel(ctx, &key),
            };
        }
        self.ask(ctx);
    }
}

/// A node's NoExecute taints.
fn no_execute(node: &Node) -> impl Iterator<Item = &Taint> {
    node.taints.iter().filter(|taint| taint.effect == Effect::NoExecute)
}

impl TaintEviction {
    fn take_pod(&mut self, pod: &Pod, old: Option<&Object>, kind: WatchType, trigger: Trigger, informers: &Informers) {
        let key = || Key::new(&pod.meta.namespace, &pod.meta.name);
        if kind == WatchType::Deleted {
            if !self.evictions.is_empty() && self.evictions.contains_key(&key()) {
                self.queue.push_back((Work::Gone(key()), trigger));
            }
            return;
        }
        if let Some(Object::Pod(old)) = old
            && old.node_name == pod.node_name
            && (Rc::ptr_eq(&old.spec, &pod.spec) || old.spec.tolerations == pod.spec.tolerations)
        {
            return;
        }
        let tainted = informers.node(&pod.node_name).is_some_and(|node| no_execute(node).next().is_some());
        if tainted {
            self.queue.push_back((Work::Pod(key()), trigger));
        }
    }

    /// Asks about all Pods of a node; says whether anything was written.
    fn question_node(&mut self, ctx: &mut Context<'_>, name: &Str, trigger: Trigger) -> bool {
        let informers = ctx.informers;
        let Some(node) = informers.node(name) else { return false };
        let mut done = false;
        for pod in informers.pods_on(name) {
            done |= self.question(ctx, node, pod, trigger);
        }
        done
    }

    fn question_pod(&mut self, ctx: &mut Context<'_>, key: &Key, trigger: Trigger) -> bool {
        let Some(pod) = ctx.api.pod(key).cloned() else { return false };
        let informers = ctx.informers;
        let node = informers.node(&pod.node_name).filter(|node| no_execute(node).next().is_some());
        node.is_some_and(|node| self.question(ctx, node, &pod, trigger))
    }

    /// Decides about one Pod; says whether an event was written.
    fn question(&mut self, ctx: &mut Context<'_>, node: &Node, pod: &Pod, trigger: Trigger) -> bool {
        let key = Key::new(&pod.meta.namespace, &pod.meta.name);
        match verdict(no_execute(node), &pod.spec.tolerations) {
            Verdict::Stays => self.cancel(ctx, &key),
            Verdict::Now => {
                let cancelled = self.cancel(ctx, &key);
                self.evictions.insert(key.clone(), Eviction::Done);
                self.queue.push_back((Work::Evict(key, pod.meta.uid), trigger));
                cancelled
            }
            Verdict::Later(after) => {
                // What was scheduled before stands, be it longer or shorter.
                if !self.evictions.contains_key(&key) {
                    let at = ctx.now() + after;
                    self.evictions.insert(key.clone(), Eviction::Scheduled(at, pod.meta.uid, trigger));
                    self.schedule.insert((at, key));
                }
                false
            }
        }
    }

    /// Calls a scheduled deletion off; says whether there was one.
    fn cancel(&mut self, ctx: &mut Context<'_>, key: &Key) -> bool {
        let Some(Eviction::Scheduled(at, ..)) = self.evictions.remove(key) else { return false };
        self.schedule.remove(&(at, key.clone()));
        self.say(ctx, key, "Cancelling deletion of Pod");
        true
    }

    /// Says so, writes the condition, and deletes with the Pod's own grace period.
    fn evict(&mut self, ctx: &mut Context<'_>, key: &Key, uid: Uid) -> bool {
        if ctx.api.pod(key).is_none_or(|pod| pod.meta.uid != uid) {
            return false;
        }
        self.say(ctx, key, "Marking for deletion Pod");
        let now = ctx.api.time();
        let message = "Taint manager: deleting due to NoExecute taint";
        // The Pod was there a moment ago, and nobody else acts within this step.
        let _ = ctx.api.update_pod(key, |pod| {
            let mut target =
                Condition::new("DisruptionTarget", Truth::True, now).because("DeletionByTaintManager", message);
            target.observed_generation = pod.meta.generation;
            let known = condition::find(&pod.status.conditions, "DisruptionTarget");
            let news = known.is_none_or(|known| known.status != target.status || known.reason != target.reason);
            if news {
                condition::set(&mut pod.status.conditions, target);
            }
            news
        });
        let _ = ctx.api.delete(Kind::POD, key, &DeleteOptions::default());
        true
    }

    /// The event names its Pod without a uid, so that `kubectl describe` doesn't show it: upstream's own peculiarity.
    fn say(&self, ctx: &mut Context<'_>, key: &Key, what: &str) {
        let about = ObjectReference {
            kind: Kind::POD,
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            uid: Uid::default(),
            resource_version: 0,
            by_name: false,
        };
        let say = Say {
            about: Rc::new(about),
            field_path: Text::default(),
            source: self.source.clone(),
            warning: false,
            reason: "TaintManagerEviction".into(),
            message: EventMessage::Text(format!("{what} {}/{}", key.namespace, key.name).into()),
        };
        ctx.recorder.say(&mut ctx.api, say);
    }

    /// Asks to be woken for the next scheduled deletion.
    fn ask(&mut self, ctx: &mut Context<'_>) {
        let Some((due, _)) = self.schedule.first() else { return };
        if self.asked.is_none_or(|asked| asked <= ctx.now() || *due < asked) {
            self.asked = Some(*due);
            ctx.wake_at(*due, ControllerId::TaintEviction);
        }
    }
}
