//! Preemption: when a Pod fits nowhere, which less important Pods would have to go, and from which node.
//!
//! Pure; `schedule_one` writes what comes of it.
//!
//! Source: pkg/scheduler/framework/preemption, framework/plugins/defaultpreemption, Kubernetes v1.36. Differs in one thing:
//! the search begins at the first node, not at a random one.

use super::cache::{Cache, NodeInfo};
use super::decide::Cycle;
use super::filter::{Rejection, State};
use super::message::{Counts, Diagnosis, NO_VICTIMS, NOT_HELPFUL};
use super::queue::Nominations;
use api::meta::selector::LabelSelector;
use api::objects::condition;
use api::objects::pod::Pod;
use api::objects::text::Text;
use api::time::Time;
use api::{Str, sort};
use std::cmp::Reverse;
use std::rc::Rc;

/// The reason of a victim's condition DisruptionTarget.
pub const BY_SCHEDULER: &str = "PreemptionByScheduler";

/// At least this many candidates are looked for, or a tenth of the nodes.
///
/// Source: `DefaultPreemptionArgs.minCandidateNodesAbsolute`, `minCandidateNodesPercentage`.
const MIN_CANDIDATES: usize = 100;

/// What came of it.
pub enum Outcome {
    /// These go, from this node.
    Victims(Candidate),
    /// The Pod may not preempt; what is said of it.
    NotEligible(&'static str),
    /// Nothing helps; what is said of it.
    Helpless(String),
}

/// A node, and who would have to go.
pub struct Candidate {
    /// Its place in the cache.
    pub slot: u32,
    /// Most important first.
    pub victims: Vec<Rc<Pod>>,
    /// How many of them a budget protects.
    violations: usize,
}

/// Looks for room for a Pod.
pub fn preempt(cache: &Cache, nominations: &Nominations, pod: &Pod, nominated: &Str, diagnosis: &Diagnosis) -> Outcome {
    if let Some(why) = not_eligible(cache, pod, nominated, diagnosis) {
        return Outcome::NotEligible(why);
    }
    let mut counts = Counts::default();
    let mut candidates = Vec::new();
    let mut examined = 0;
    let wanted = (diagnosis.nodes / 10).max(MIN_CANDIDATES);
    for (slot, _) in diagnosis.rejections.iter().filter(|(_, rejection)| !rejection.hopeless) {
        examined += 1;
        match examine(cache, nominations, pod, *slot) {
            Ok(candidate) => candidates.push(candidate),
            Err(reasons) => reasons.into_iter().for_each(|reason| counts.add(reason, 1)),
        }
        if candidates.len() >= wanted && candidates.iter().any(|c| c.violations == 0) {
            break;
        }
    }
    if let Some(best) = candidates.into_iter().min_by_key(rank) {
        return Outcome::Victims(best);
    }
    if diagnosis.nodes > examined {
        counts.add(NOT_HELPFUL.into(), diagnosis.nodes - examined);
    }
    Outcome::Helpless(counts.text(diagnosis.nodes))
}

fn not_eligible(cache: &Cache, pod: &Pod, nominated: &Str, diagnosis: &Diagnosis) -> Option<&'static str> {
    if pod.spec.never_preempts {
        return Some("not eligible due to preemptionPolicy=Never.");
    }
    let slot = cache.find(nominated)?;
    // If the node has become hopeless in the meantime, another may be looked for.
    if diagnosis.rejections.iter().any(|(other, rejection)| *other == slot && rejection.hopeless) {
        return None;
    }
    let going = |other: &Rc<Pod>| other.spec.priority < pod.spec.priority && is_victim(other);
    let waits = cache.info(slot).pods.iter().any(going);
    waits.then_some("not eligible due to a terminating pod on the nominated node.")
}

/// Whether a Pod is going because of a preemption.
fn is_victim(pod: &Pod) -> bool {
    let target = condition::find(&pod.status.conditions, "DisruptionTarget");
    pod.meta.terminating() && target.is_some_and(|c| c.status == condition::Truth::True && &*c.reason == BY_SCHEDULER)
}

/// The victims on one node, or why there is no use.
fn examine(cache: &Cache, nominations: &Nominations, pod: &Pod, slot: u32) -> Result<Candidate, Vec<Text>> {
    let mut info = cache.info(slot).clone();
    let mut lower: Vec<Rc<Pod>> = info.pods.iter().filter(|p| p.spec.priority < pod.spec.priority).cloned().collect();
    if lower.is_empty() {
        return Err(vec![NO_VICTIMS.into()]);
    }
    for victim in &lower {
        info.remove(victim.meta.uid);
    }
    fits(cache, nominations, pod, slot, &info).map_err(|rejection| rejection.reasons)?;
    sort::by_key(&mut lower, |pod| importance(pod));
    let (protected, others) = split_by_budgets(cache, lower);
    let mut victims = Vec::new();
    let mut violations = 0;
    for (list, violates) in [(protected, 1), (others, 0)] {
        for candidate in list {
            info.put(&candidate);
            if fits(cache, nominations, pod, slot, &info).is_err() {
                info.remove(candidate.meta.uid);
                victims.push(candidate);
                violations += violates;
            }
        }
    }
    sort::by_key(&mut victims, |pod| importance(pod));
    Ok(Candidate { slot, victims, violations })
}

fn fits(cache: &Cache, nominations: &Nominations, pod: &Pod, slot: u32, info: &NodeInfo) -> Result<(), Rejection> {
    let view = cache.view_with(slot, info);
    Cycle { pod, view, nominations, state: State::new(pod, view) }.passes(info)
}

/// Sorts the most important Pod first: by priority, then by how long it has been running.
fn importance(pod: &Pod) -> (Reverse<i32>, Time) {
    (Reverse(pod.spec.priority), started(pod))
}

/// A Pod that hasn't started yet counts as starting now, which is later than any.
fn started(pod: &Pod) -> Time {
    pod.status.start_time.unwrap_or(Time(i64::MAX))
}

/// Parts the Pods whose loss a PodDisruptionBudget doesn't allow from the others.
fn split_by_budgets(cache: &Cache, pods: Vec<Rc<Pod>>) -> (Vec<Rc<Pod>>, Vec<Rc<Pod>>) {
    let mut namespaces: Vec<Str> = pods.iter().map(|pod| pod.meta.namespace.clone()).collect();
    sort::ascending(&mut namespaces);
    namespaces.dedup();
    let mut budgets: Vec<Budget> = Vec::new();
    for namespace in namespaces {
        budgets.extend(cache.budgets(&namespace).map(|budget| Budget {
            namespace: namespace.clone(),
            selector: LabelSelector::from_value(budget.body.get("spec").map_or(&api::Value::Null, |s| &s["selector"])),
            left: budget.body.get("status").and_then(|s| s["disruptionsAllowed"].as_i64()).unwrap_or(0),
        }));
    }
    pods.into_iter().partition(|pod| {
        let mut violates = false;
        for budget in budgets.iter_mut().filter(|budget| budget.covers(pod)) {
            budget.left -= 1;
            violates |= budget.left < 0;
        }
        violates
    })
}

struct Budget {
    namespace: Str,
    selector: LabelSelector,
    left: i64,
}

impl Budget {
    fn covers(&self, pod: &Pod) -> bool {
        self.namespace == pod.meta.namespace && !pod.meta.labels.is_empty() && self.selector.matches(&pod.meta.labels)
    }
}

/// Sorts the best candidate first; of equals the first that was looked at stays first.
///
/// Source: `pickOneNodeForPreemption`.
fn rank(candidate: &Candidate) -> impl Ord + use<> {
    let victims = &candidate.victims;
    let highest = victims.first().map_or(i32::MIN, |pod| pod.spec.priority);
    let sum: i64 = victims.iter().map(|pod| i64::from(pod.spec.priority) + (1 << 31)).sum();
    let of_highest = victims.iter().filter(|pod| pod.spec.priority == highest);
    let earliest_start = of_highest.map(|pod| started(pod)).min();
    (candidate.violations, highest, sum, victims.len(), Reverse(earliest_start))
}
