//! The rolling-update step: which old Pods go now, and where a new one may come before the old one goes.
//!
//! Pure, given every node that has or should have Pods. Two budgets: `maxUnavailable` (how many nodes may be without an
//! available Pod) or `maxSurge` (how many may have two). Broken old Pods never wait for a budget.
//!
//! Models `rollingUpdate` of `pkg/controller/daemon/update.go`, Kubernetes v1.36.

use api::Str;
use api::objects::pod::Pod;
use api::objects::workload::Strategy;
use api::time::Time;
use std::rc::Rc;

/// A node as the step sees it.
pub struct NodePods<'a> {
    /// Its name.
    pub name: &'a Str,
    /// Whether it exists.
    pub exists: bool,
    /// Whether it should run a Pod.
    pub should_run: bool,
    /// The claimed Pods that belong to it.
    pub pods: &'a [Rc<Pod>],
}

/// What the step does.
#[derive(Debug, Default)]
pub struct Plan {
    /// Nodes that get a Pod of the current template beside the old one.
    pub create: Vec<Str>,
    /// Pods that go.
    pub delete: Vec<Rc<Pod>>,
}

/// `maxUnavailable` and `maxSurge` in Pods, for that many desired nodes; percentages round up.
pub fn budgets(strategy: &Strategy, desired: i64) -> (i64, i64) {
    let Strategy::RollingUpdate { max_unavailable, max_surge } = strategy else { return (0, 0) };
    let desired = i32::try_from(desired).unwrap_or(i32::MAX);
    let (unavailable, surge) = (max_unavailable.scaled_ceil(desired), max_surge.scaled_ceil(desired));
    // Both zero only gets past validation through rounding, and would stop for ever.
    let unavailable = if desired > 0 && unavailable == 0 && surge == 0 { 1 } else { unavailable };
    (unavailable.into(), surge.into())
}

/// Whether the strategy lets two Pods be on a node for a while; any positive percentage counts.
pub fn allows_surge(strategy: &Strategy) -> bool {
    match strategy {
        Strategy::RollingUpdate { max_surge, .. } => max_surge.scaled_ceil(100) > 0,
        _ => false,
    }
}

/// The Pods on a node that are not Terminating: one of the current template, one older; `None` if there are more of a kind.
struct Pair<'a> {
    new: Option<&'a Rc<Pod>>,
    old: Option<&'a Rc<Pod>>,
}

fn pair<'a>(pods: &'a [Rc<Pod>], is_updated: &dyn Fn(&Pod) -> bool) -> Option<Pair<'a>> {
    let mut pair = Pair { new: None, old: None };
    for pod in pods.iter().filter(|pod| !pod.meta.terminating()) {
        let place = if is_updated(pod) { &mut pair.new } else { &mut pair.old };
        if place.replace(pod).is_some() {
            return None;
        }
    }
    Some(pair)
}

/// How a node stands in a rollout without surge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It has its new Pod, available, or takes no part.
    #[default]
    Done,
    /// It is without an available Pod, and on its way to one.
    Missing,
    /// Its old Pod is available: it goes when the budget lets it.
    Waiting,
    /// Its old Pod isn't available: it may go at once.
    Broken,
}

/// How a node with these Pods stands, and its old Pod if that may go.
pub fn standing<'a>(
    pods: &'a [Rc<Pod>],
    min_ready_seconds: i64,
    now: Time,
    is_updated: &dyn Fn(&Pod) -> bool,
) -> (Standing, Option<&'a Rc<Pod>>) {
    let available = |pod: &Rc<Pod>| pod.available(min_ready_seconds, now);
    match pair(pods, is_updated) {
        // None yet, or more than the placement step will leave: its business, and one missing.
        None | Some(Pair { new: None, old: None } | Pair { new: Some(_), old: Some(_) }) => (Standing::Missing, None),
        Some(Pair { new: Some(pod), old: None }) if available(pod) => (Standing::Done, None),
        Some(Pair { new: Some(_), old: None }) => (Standing::Missing, None),
        Some(Pair { new: None, old: Some(pod) }) if available(pod) => (Standing::Waiting, Some(pod)),
        Some(Pair { new: None, old: Some(pod) }) => (Standing::Broken, Some(pod)),
    }
}

/// Without surge: kills available old Pods within the budget, and unavailable ones at once.
///
/// Nodes that could change nothing may be left out, if the budget is less by one for each of them that is without an available Pod.
pub fn without_surge(
    nodes: &[NodePods<'_>],
    max_unavailable: i64,
    min_ready_seconds: i64,
    now: Time,
    is_updated: &dyn Fn(&Pod) -> bool,
) -> Plan {
    let mut plan = Plan::default();
    let mut unavailable = 0;
    let mut candidates = Vec::new();
    for node in nodes {
        let (standing, old) = standing(node.pods, min_ready_seconds, now, is_updated);
        unavailable += i64::from(matches!(standing, Standing::Missing | Standing::Broken));
        let goes = if standing == Standing::Broken { &mut plan.delete } else { &mut candidates };
        goes.extend(old.cloned());
    }
    let budget = (max_unavailable - unavailable).max(0) as usize;
    plan.delete.extend(candidates.into_iter().take(budget));
    plan
}

/// With surge: creates beside available old Pods within the budget, and deletes an old Pod once the new one is available.
/// Fails while an old Pod sits on a node that is gone: the node can't be looked up.
pub fn with_surge(
    nodes: &[NodePods<'_>],
    max_surge: i64,
    desired: i64,
    min_ready_seconds: i64,
    now: Time,
    is_updated: &dyn Fn(&Pod) -> bool,
) -> Result<Plan, String> {
    let available = |pod: &Rc<Pod>| pod.available(min_ready_seconds, now);
    let mut plan = Plan::default();
    let mut surging = 0;
    let mut available_count = 0;
    let mut candidates = Vec::new();
    let mut may_go = Vec::new();
    for node in nodes {
        let Some(pair) = pair(node.pods, is_updated) else {
            surging += 1;
            continue;
        };
        available_count += i64::from(pair.old.or(pair.new).is_some_and(available));
        match (pair.old, pair.new) {
            (None, _) => {}
            (Some(_), None) if !node.exists => {
                return Err(format!("couldn't get node for nodeName {:?}: node {:?} not found", node.name, node.name));
            }
            (Some(old), None) if !available(old) && node.should_run => plan.create.push(node.name.clone()),
            (Some(old), None) if !available(old) => plan.delete.push(old.clone()),
            (Some(_), None) if node.should_run => candidates.push(node.name.clone()),
            (Some(old), None) => may_go.push(old.clone()),
            (Some(old), Some(new)) if available(new) => plan.delete.push(old.clone()),
            (Some(_), Some(_)) => surging += 1,
        }
    }
    plan.create.extend(candidates.into_iter().take((max_surge - surging).max(0) as usize));
    plan.delete.extend(may_go.into_iter().take((available_count - desired).max(0) as usize));
    Ok(plan)
}
