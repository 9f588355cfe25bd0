//! The default scheduler: for each Pod without a node, the node it goes to, or the reason why there is none.
//!
//! In reading order: `queue` (whose turn it is), `decide` (one Pod, one decision) with `filter` (which nodes could take it) and
//! `score` (which suits it best), `preempt` (who would have to make room), `schedule_one` (the decision carried out), `hint`
//! (what could help those that fit nowhere), `message` and `events` (what is said), and `cache` (what is known).
//!
//! A daemon Pod's way is short: it names its node, so the filters run on that one alone, however many nodes there are.
//!
//! It reads its cache, fed by [`Scheduler::take`], and writes through the API only.
//!
//! Models pkg/scheduler, Kubernetes v1.36. Left out: volumes, devices, extenders, profiles, Pod groups.

mod affinity;
mod cache;
mod decide;
mod events;
pub mod filter;
mod hint;
mod message;
mod preempt;
mod queue;
mod schedule_one;
pub mod score;
mod spread;
#[cfg(test)]
mod tests;

pub use cache::NodeInfo;
pub use decide::Figures;
pub use queue::{Place, Waiting};

use crate::apiserver::Change;
use crate::apiserver::typed::Api;
use crate::cause::{Actor, Cause};
use crate::clock::{Instant, Wake, WakeQueue};
use crate::recorder::Recorder;
use api::meta::Uid;
use api::objects::Object;
use api::objects::node::{Node, NodeName};
use api::objects::pod::Pod;
use api::request::WatchType;
use cache::Cache;
use events::Events;
use filter::{Plugin, Rejection};
use hint::{Classes, Happening};
use queue::{Queue, Trigger};
use std::rc::Rc;
use std::time::Duration;

/// From the delivery of a Pod to its turn: 5 ms.
///
/// A free choice; real clusters show 5 to 100 ms from a Pod's creation to its binding. It is less than what a controller takes: a
/// Pod that waits is tried between the uncordoning of a node and the end of its taint, and fails once more.
const REACTION: Duration = Duration::from_millis(5);
/// From one Pod to the next: 1 ms.
///
/// A free choice; real schedulers do some hundreds a second.
const SCHEDULING: Duration = Duration::from_millis(1);

/// From a preemption to the next Pod: 30 ms, since the victims are marked and deleted and the Pod is nominated in between.
///
/// A free choice; real clusters show 20 to 40 ms.
const PREEMPTING: Duration = Duration::from_millis(30);

/// The default scheduler.
#[derive(Clone, Debug, Default)]
pub struct Scheduler {
    cache: Cache,
    queue: Queue,
    rotation: decide::Rotation,
    events: Events,
    /// A turn has been asked for and hasn't come yet.
    turn_asked: bool,
    /// The timer that has been asked for.
    timer: Option<Instant>,
}

/// What the scheduler has at hand while it handles one wake.
pub struct Context<'a> {
    /// The way to the API server.
    pub api: Api<'a>,
    /// Where to ask for later wakes.
    pub wakes: &'a mut WakeQueue,
    /// Where events go.
    pub recorder: &'a mut Recorder,
}

impl Scheduler {
    /// One that knows nothing yet. Nothing it does is left to chance, so it has no use for a seed.
    pub fn new(_seed: u64) -> Scheduler {
        Scheduler::default()
    }

    /// Takes in one change.
    pub fn take(&mut self, change: &Change, now: Instant) {
        match (&change.object, &change.old) {
            (Object::Pod(pod), Some(Object::Pod(old))) => self.take_pod(change, pod, Some(old), now),
            (Object::Pod(pod), _) => self.take_pod(change, pod, None, now),
            (Object::Node(node), Some(Object::Node(old))) => self.take_node(change, node, Some(old), now),
            (Object::Node(node), _) => self.take_node(change, node, None, now),
            _ => self.cache.take_other(change),
        }
    }

    /// After the changes of one delivery were taken in: asks for turns and timers.
    pub fn after_delivery(&mut self, ctx: &mut Context<'_>) {
        self.ask(ctx, REACTION);
    }

    /// Begins anew with what it knows, as a new process would with what it lists: every Pod is worth a try.
    pub fn restart(&mut self, ctx: &mut Context<'_>) {
        self.turn_asked = false;
        self.timer = None;
        self.queue.restart();
        self.ask(ctx, REACTION);
    }

    /// Tries one Pod.
    pub fn schedule_one(&mut self, ctx: &mut Context<'_>) {
        self.turn_asked = false;
        let preempted = self.try_next(ctx);
        self.ask(ctx, if preempted { PREEMPTING } else { SCHEDULING });
    }

    /// Lets Pods out of back-off, tries again who has waited long, and brings series of events to an end.
    pub fn timer(&mut self, ctx: &mut Context<'_>) {
        let now = ctx.api.now();
        self.timer = self.timer.filter(|at| *at > now);
        ctx.api.answering(Cause::clock(Actor::Scheduler));
        self.queue.flush(now, (0, Cause::clock(Actor::Scheduler)));
        self.events.flush(&mut ctx.api);
        self.ask(ctx, SCHEDULING);
    }

    /// For each node, in the order of evaluation, why it couldn't take the Pod now; `None`: it could.
    ///
    /// What the Pod takes itself, if it is bound already, is left out.
    pub fn explain(&self, pod: &Pod) -> Vec<(NodeName, Option<Rejection>)> {
        let verdicts = decide::explain(&self.cache, self.queue.nominations(), pod);
        verdicts.into_iter().map(|(node, verdict)| (node, verdict.err())).collect()
    }

    /// What each filter says of the Pod on one node, in the order they run; none when the node isn't known.
    pub fn examine(&self, pod: &Pod, node: &NodeName) -> Vec<(Plugin, Option<Rejection>)> {
        let answers = decide::examine(&self.cache, self.queue.nominations(), pod, node);
        answers.into_iter().map(|(plugin, verdict)| (plugin, verdict.err())).collect()
    }

    /// What the filters' answers for one node rest on, in figures; `None` when the node isn't known.
    pub fn figures(&self, pod: &Pod, node: &NodeName) -> Option<Figures> {
        decide::figures(&self.cache, self.queue.nominations(), pod, node)
    }

    /// The Pods that wait.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// A Pod that waits: where, since when, and who turned it down.
    pub fn waiting(&self, uid: Uid) -> Option<&Waiting> {
        self.queue.get(uid)
    }

    fn take_pod(&mut self, change: &Change, pod: &Rc<Pod>, old: Option<&Rc<Pod>>, now: Instant) {
        let trigger = (change.version, change.cause);
        let gone = change.kind == WatchType::Deleted || pod.terminal();
        if pod.node_name.is_empty() {
            return self.take_unbound(pod, old, gone, trigger, now);
        }
        // One that was bound before has left the queue then.
        if old.is_none_or(|old| old.node_name.is_empty()) {
            self.queue.remove(pod.meta.uid);
        }
        let old = old.filter(|old| !old.node_name.is_empty());
        if !gone {
            self.cache.put_pod(pod);
            self.happened(Happening::Pod { old: old.map(|old| &**old), new: pod }, trigger, now);
        } else if old.is_some_and(|old| !old.terminal()) {
            self.cache.remove_pod(pod);
            self.happened(Happening::PodGone(pod), trigger, now);
        }
    }

    fn take_unbound(&mut self, pod: &Rc<Pod>, old: Option<&Rc<Pod>>, gone: bool, trigger: Trigger, now: Instant) {
        match old {
            _ if gone => {
                let had_room = self.queue.remove(pod.meta.uid).is_some_and(|waiting| !waiting.nominated.is_empty());
                if had_room {
                    self.happened(Happening::PodGone(pod), trigger, now);
                }
            }
            Some(old) => self.queue.update(old, pod, trigger, now),
            None if is_ours(pod) => self.queue.add(pod, trigger, now),
            None => {}
        }
    }

    fn take_node(&mut self, change: &Change, node: &Rc<Node>, old: Option<&Rc<Node>>, now: Instant) {
        let trigger = (change.version, change.cause);
        if change.kind == WatchType::Deleted {
            self.cache.remove_node(&node.meta.name);
            return self.happened(Happening::NodeGone, trigger, now);
        }
        self.cache.put_node(node);
        self.happened(Happening::Node { old: old.map(|old| &**old), new: node }, trigger, now);
    }

    /// Moves the Pods out of the pool that this could help.
    fn happened(&mut self, happening: Happening<'_>, trigger: Trigger, now: Instant) {
        for waiting in self.queue.waiting_for(Classes::of(happening)) {
            if hint::helps(happening, &waiting.pod, waiting.rejected_by) {
                self.queue.wake(waiting.pod.meta.uid, trigger, now);
            }
        }
    }

    /// Asks for the next turn and the next timer, each at most once.
    fn ask(&mut self, ctx: &mut Context<'_>, after: Duration) {
        let now = ctx.api.now();
        if self.queue.is_ready() && !self.turn_asked {
            self.turn_asked = true;
            ctx.wakes.push(now + after, Wake::Schedule);
        }
        let due = self.queue.next_due().into_iter().chain(self.events.next_due(now)).min();
        if let Some(due) = due
            && self.timer.is_none_or(|asked| due < asked)
        {
            self.timer = Some(due);
            ctx.wakes.push(due, Wake::SchedulerTimer);
        }
    }
}

/// Other schedulers' Pods are left alone; a cluster without those leaves them pending without a word.
fn is_ours(pod: &Pod) -> bool {
    matches!(&*pod.spec.scheduler_name, "" | "default-scheduler")
}
