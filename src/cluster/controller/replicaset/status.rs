//! What a ReplicaSet says of its Pods.
//!
//! Models `pkg/controller/replicaset/replica_set_utils.go`, Kubernetes v1.36.

use crate::clock::Instant;
use api::objects::condition::{self, Condition, Truth};
use api::objects::pod::Pod;
use api::objects::workload::{ReplicaSet, ReplicaSetStatus};
use api::time::Time;
use std::rc::Rc;
use std::time::Duration;

/// Whether a Pod counts as a replica: not ended, not on its way out. The others are replaced at once.
pub fn active(pod: &Pod) -> bool {
    !pod.terminal() && !pod.meta.terminating()
}

/// Whether a Pod still runs though it is on its way out.
pub fn terminating(pod: &Pod) -> bool {
    !pod.terminal() && pod.meta.terminating()
}

/// Counts the active Pods; `failure` is what went wrong while creating or deleting.
pub fn calculate(
    set: &ReplicaSet,
    active: &[Rc<Pod>],
    terminating: usize,
    failure: Option<&str>,
    now: Time,
) -> ReplicaSetStatus {
    let wanted = &set.spec.template.labels;
    let count = |holds: &dyn Fn(&Pod) -> bool| active.iter().filter(|pod| holds(pod)).count() as i64;
    ReplicaSetStatus {
        replicas: active.len() as i64,
        fully_labeled_replicas: count(&|pod| wanted.iter().all(|(key, value)| pod.meta.label(key) == Some(value))),
        ready_replicas: count(&|pod| pod.ready()),
        available_replicas: count(&|pod| pod.available(set.spec.min_ready_seconds, now)),
        terminating_replicas: Some(terminating as i64),
        observed_generation: set.meta.generation,
        conditions: conditions(set, active.len() as i64, failure, now),
    }
}

/// The old conditions with ReplicaFailure added or removed; one that is there keeps its first message.
fn conditions(set: &ReplicaSet, active: i64, failure: Option<&str>, now: Time) -> Vec<Condition> {
    let mut conditions = set.status.conditions.clone();
    match failure {
        None => conditions.retain(|c| c.kind != FAILURE),
        Some(_) if condition::find(&conditions, FAILURE).is_some() => {}
        Some(message) => {
            let reason = if active < set.spec.replicas { "FailedCreate" } else { "FailedDelete" };
            conditions.push(Condition::new(FAILURE, Truth::True, now).because(reason, message.to_string()));
        }
    }
    conditions
}

/// The condition that an error leaves behind.
const FAILURE: &str = "ReplicaFailure";

/// When the next Pod that is ready becomes available by itself.
pub fn next_available(set: &ReplicaSet, active: &[Rc<Pod>], now: Time) -> Option<Instant> {
    let seconds = set.spec.min_ready_seconds;
    let waiting = active.iter().filter(|pod| pod.ready() && !pod.available(seconds, now));
    let since =
        waiting.filter_map(|pod| condition::find(&pod.status.conditions, "Ready")).map(|c| c.last_transition_time);
    since.min().map(|time| Instant::from(time) + Duration::from_secs(seconds.max(0) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;
    use api::objects::pod::Phase;

    fn set(min_ready_seconds: i64) -> ReplicaSet {
        ReplicaSet::from_value(&json!({"metadata": {"name": "rs", "generation": 3}, "spec": {"replicas": 3,
            "minReadySeconds": min_ready_seconds, "template": {"metadata": {"labels": {"app": "rs"}}}}}))
    }

    fn pod(labelled: bool, ready_at: Option<i64>) -> Rc<Pod> {
        let mut pod = Pod::default();
        pod.status.phase = Phase::Running;
        if labelled {
            pod.meta.labels = Rc::new([("app".into(), "rs".into()), ("more".into(), "".into())].into());
        }
        if let Some(at) = ready_at {
            pod.status.conditions.push(Condition::new("Ready", Truth::True, Time(at)));
        }
        Rc::new(pod)
    }

    #[test]
    fn counts_labels_readiness_and_availability_apart() {
        let pods = [pod(true, Some(90)), pod(true, Some(95)), pod(false, None)];
        let status = calculate(&set(10), &pods, 2, None, Time(100));
        let counts = (status.replicas, status.fully_labeled_replicas, status.ready_replicas, status.available_replicas);
        assert_eq!(counts, (3, 2, 2, 1));
        assert_eq!((status.terminating_replicas, status.observed_generation), (Some(2), 3));
        assert_eq!(next_available(&set(10), &pods, Time(100)), Some(Instant::from(Time(105))));
        assert_eq!(next_available(&set(10), &pods, Time(105)), None);
    }

    #[test]
    fn a_failure_stays_until_all_is_well_and_says_which_way() {
        let mut set = set(0);
        let status = calculate(&set, &[], 0, Some("no room"), Time(1));
        assert_eq!((&*status.conditions[0].reason, &*status.conditions[0].message), ("FailedCreate", "no room"));
        set.status = status;
        let later = calculate(&set, &[], 0, Some("still no room"), Time(2));
        assert_eq!(&*later.conditions[0].message, "no room");
        assert!(calculate(&set, &[], 0, None, Time(3)).conditions.is_empty());
        let pods: Vec<_> = (0..4).map(|_| pod(true, None)).collect();
        set.status.conditions.clear();
        assert_eq!(calculate(&set, &pods, 0, Some("x"), Time(4)).conditions[0].reason, "FailedDelete");
    }
}
