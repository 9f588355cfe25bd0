//! The placement step for one node: is a Pod to be created there, and which are to go?
//!
//! Pure, given the Pods that belong to the node. Terminating Pods are not counted as running, but without surge they keep the
//! node occupied: the replacement waits until the old object is gone.
//!
//! Models `podsShouldBeOnNode` of `pkg/controller/daemon/daemon_controller.go`, Kubernetes v1.36.

use api::objects::pod::{Phase, Pod};
use api::sort;
use api::time::Time;
use std::borrow::Cow;
use std::rc::Rc;

/// What the step needs to know besides the Pods.
pub struct Situation<'a> {
    /// A Pod should be created where there is none.
    pub should_run: bool,
    /// A Pod that is there may stay.
    pub should_continue_running: bool,
    /// The strategy lets a new Pod come before the old one goes.
    pub surge: bool,
    /// `minReadySeconds`
    pub min_ready_seconds: i64,
    /// The moment.
    pub now: Time,
    /// Whether a Pod has the current template.
    pub is_updated: &'a dyn Fn(&Pod) -> bool,
    /// Whether the node's failed-Pod back-off is still running; asked once per failed Pod.
    pub in_backoff: &'a mut dyn FnMut() -> bool,
}

/// What is to be done on the node.
#[derive(Default, Debug)]
pub struct Plan {
    /// Create one.
    pub create: bool,
    /// Delete these.
    pub delete: Vec<Rc<Pod>>,
    /// Failed Pods among them, to be spoken of.
    pub failed: Vec<Rc<Pod>>,
    /// Succeeded Pods among them, to be spoken of.
    pub succeeded: Vec<Rc<Pod>>,
    /// A failed Pod waits for its back-off to end.
    pub waiting: bool,
}

/// Plans one node. `pods` leaves out those that are both terminal and Terminating.
pub fn plan(pods: &[Rc<Pod>], situation: Situation<'_>) -> Plan {
    let mut out = Plan::default();
    if pods.is_empty() {
        out.create = situation.should_run;
        return out;
    }
    if !situation.should_continue_running {
        out.delete = pods.iter().filter(|pod| !pod.meta.terminating()).cloned().collect();
        return out;
    }
    let mut running = Vec::new();
    for pod in pods.iter().filter(|pod| !pod.meta.terminating()) {
        match pod.status.phase {
            Phase::Failed if (situation.in_backoff)() => out.waiting = true,
            Phase::Failed => {
                out.failed.push(pod.clone());
                out.delete.push(pod.clone());
            }
            Phase::Succeeded => {
                out.succeeded.push(pod.clone());
                out.delete.push(pod.clone());
            }
            _ => running.push(pod.clone()),
        }
    }
    sort_by_seniority(&mut running);
    if situation.surge {
        surge(running, &situation, &mut out);
    } else {
        out.delete.extend(running.into_iter().skip(1));
    }
    out
}

/// With surge the node may hold one Pod of the current template and one older.
fn surge(running: Vec<Rc<Pod>>, situation: &Situation<'_>, out: &mut Plan) {
    if running.len() <= 1 {
        out.create = running.is_empty() && situation.should_run;
        return;
    }
    let (mut current, mut old): (Vec<_>, Vec<_>) = running.into_iter().partition(|pod| (situation.is_updated)(pod));
    let keeps_both = match (current.first(), old.first()) {
        (Some(new), Some(last)) => last.ready() && !new.available(situation.min_ready_seconds, situation.now),
        _ => true,
    };
    out.delete.extend(current.drain(1.min(current.len())..));
    out.delete.extend(old.drain(usize::from(keeps_both).min(old.len())..));
}

/// The Pods without those that are both terminal and Terminating: these are as good as gone.
pub fn present(pods: &[Rc<Pod>]) -> Cow<'_, [Rc<Pod>]> {
    let gone = |pod: &Rc<Pod>| pod.terminal() && pod.meta.terminating();
    if pods.iter().any(gone) {
        Cow::Owned(pods.iter().filter(|pod| !gone(pod)).cloned().collect())
    } else {
        Cow::Borrowed(pods)
    }
}

/// What goes of the Pods meant for a node that doesn't exist: those not bound to it, which pod GC wouldn't look at.
pub fn unbound(pods: &[Rc<Pod>]) -> impl Iterator<Item = Rc<Pod>> {
    pods.iter().filter(|pod| pod.node_name.is_empty() && !pod.meta.terminating()).cloned()
}

/// Bound before unbound, then the oldest, then by name.
pub fn sort_by_seniority(pods: &mut [Rc<Pod>]) {
    sort::by(pods, |a, b| {
        let rank = |pod: &Pod| (pod.node_name.is_empty(), pod.meta.creation_timestamp);
        rank(a).cmp(&rank(b)).then_with(|| a.meta.name.cmp(&b.meta.name))
    });
}
