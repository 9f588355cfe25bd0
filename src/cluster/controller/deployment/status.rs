//! What a Deployment says of its ReplicaSets, and its conditions: is enough available, and does the rollout get on?
//!
//! Models `calculateStatus` of `pkg/controller/deployment/sync.go`, `pkg/controller/deployment/progress.go` and
//! `DeploymentComplete`, `DeploymentProgressing`, `DeploymentTimedOut`, Kubernetes v1.36.

use super::{budget, total};
use crate::clock::Instant;
use api::objects::condition::{self, Condition, Truth};
use api::objects::workload::{Deployment, DeploymentStatus, ReplicaSet};
use api::time::Time;
use std::rc::Rc;
use std::time::Duration;

/// A condition type: as many Pods are available as there must be.
pub const AVAILABLE: &str = "Available";
/// A condition type: the rollout gets on, or is done.
pub const PROGRESSING: &str = "Progressing";
/// A condition type: Pods can't be created or deleted.
pub const REPLICA_FAILURE: &str = "ReplicaFailure";
/// Progressing: done.
const NEW_AVAILABLE: &str = "NewReplicaSetAvailable";
/// Progressing: nothing has changed for too long.
pub const TIMED_OUT: &str = "ProgressDeadlineExceeded";
/// Progressing: switched off by the learner.
pub const PAUSED: &str = "DeploymentPaused";

/// The counts and the condition Available.
pub fn calculate(
    deployment: &Deployment,
    new: Option<&Rc<ReplicaSet>>,
    old: &[Rc<ReplicaSet>],
    now: Time,
) -> DeploymentStatus {
    let sum = |of: fn(&ReplicaSet) -> i64| old.iter().chain(new).map(|set| of(set)).sum::<i64>();
    let available = sum(|set| set.status.available_replicas);
    let size = total(old) + new.map_or(0, |set| set.spec.replicas);
    let mut status = DeploymentStatus {
        replicas: sum(|set| set.status.replicas),
        updated_replicas: new.map_or(0, |set| set.status.replicas),
        ready_replicas: sum(|set| set.status.ready_replicas),
        available_replicas: available,
        unavailable_replicas: (size - available).max(0),
        terminating_replicas: Some(sum(|set| set.status.terminating_replicas.unwrap_or(0))),
        observed_generation: deployment.meta.generation,
        collision_count: deployment.status.collision_count,
        conditions: deployment.status.conditions.clone(),
    };
    let enough = available >= deployment.spec.replicas - budget::unavailable(&deployment.spec);
    let (reason, message) = if enough {
        ("MinimumReplicasAvailable", "Deployment has minimum availability.")
    } else {
        ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    };
    set(&mut status, Condition::new(AVAILABLE, Truth::of(enough), now).because(reason, message));
    status
}

/// The same with the conditions of a rollout.
pub fn of_rollout(
    deployment: &Deployment,
    new: Option<&Rc<ReplicaSet>>,
    old: &[Rc<ReplicaSet>],
    now: Instant,
) -> DeploymentStatus {
    let mut status = calculate(deployment, new, old, now.time());
    if !has_deadline(deployment) {
        remove(&mut status, PROGRESSING);
    }
    let before = progress(deployment);
    // Once done, scaling does not count as a rollout, until the template changes.
    let done = status.replicas == status.updated_replicas && before.is_some_and(|c| c.reason == NEW_AVAILABLE);
    if has_deadline(deployment) && !done {
        judge_progress(deployment, new, &mut status, now);
    }
    match failure(new, old) {
        Some(failure) => set(&mut status, failure),
        None => remove(&mut status, REPLICA_FAILURE),
    }
    status
}

fn judge_progress(deployment: &Deployment, new: Option<&Rc<ReplicaSet>>, status: &mut DeploymentStatus, now: Instant) {
    let subject = match new {
        Some(set) => format!("ReplicaSet \"{}\"", set.meta.name),
        None => format!("Deployment \"{}\"", deployment.meta.name),
    };
    let say = |truth, reason, what: &str| {
        Condition::new(PROGRESSING, truth, now.time()).because(reason, format!("{subject} {what}"))
    };
    if complete(deployment, status) {
        set(status, say(Truth::True, NEW_AVAILABLE, "has successfully progressed."));
    } else if progressing(&deployment.status, status) {
        let mut condition = say(Truth::True, "ReplicaSetUpdated", "is progressing.");
        // Written anew each time, so that its update time tells when progress was last seen.
        if let Some(before) = progress(deployment).filter(|before| before.status == Truth::True) {
            condition.last_transition_time = before.last_transition_time;
        }
        remove(status, PROGRESSING);
        status.conditions.push(condition);
    } else if timed_out(deployment, status, now) {
        set(status, say(Truth::False, TIMED_OUT, "has timed out progressing."));
    }
}

/// Whether all Pods are of the new template and available.
pub fn complete(deployment: &Deployment, status: &DeploymentStatus) -> bool {
    let wanted = deployment.spec.replicas;
    status.updated_replicas == wanted
        && status.replicas == wanted
        && status.available_replicas == wanted
        && status.observed_generation >= deployment.meta.generation
}

/// Whether anything has become better: more new, ready or available Pods, or fewer old ones.
fn progressing(before: &DeploymentStatus, now: &DeploymentStatus) -> bool {
    now.updated_replicas > before.updated_replicas
        || now.replicas - now.updated_replicas < before.replicas - before.updated_replicas
        || now.ready_replicas > before.ready_replicas
        || now.available_replicas > before.available_replicas
}

fn timed_out(deployment: &Deployment, status: &DeploymentStatus, now: Instant) -> bool {
    match condition::find(&status.conditions, PROGRESSING) {
        None => false,
        Some(condition) if condition.reason == NEW_AVAILABLE => false,
        Some(condition) if condition.reason == TIMED_OUT => true,
        Some(condition) => Instant::from(condition.last_seen_time) + deadline(deployment) < now,
    }
}

/// When to look again whether the rollout is stuck, if it isn't done or given up: a second after its deadline.
pub fn next_look(deployment: &Deployment, status: &DeploymentStatus) -> Option<Instant> {
    let condition = progress(deployment).filter(|c| has_deadline(deployment) && c.reason != TIMED_OUT)?;
    let stuck = !complete(deployment, status);
    stuck.then(|| Instant::from(condition.last_seen_time) + deadline(deployment) + Duration::from_secs(1))
}

/// The Deployment's condition Progressing as it was read.
pub fn progress(deployment: &Deployment) -> Option<&Condition> {
    condition::find(&deployment.status.conditions, PROGRESSING)
}

/// Whether a rollout can be late at all; the highest number stands for never.
pub fn has_deadline(deployment: &Deployment) -> bool {
    deployment.spec.progress_deadline_seconds != i64::from(i32::MAX)
}

fn deadline(deployment: &Deployment) -> Duration {
    Duration::from_secs(deployment.spec.progress_deadline_seconds.max(0) as u64)
}

/// The new set's failure, or else any other's.
fn failure(new: Option<&Rc<ReplicaSet>>, old: &[Rc<ReplicaSet>]) -> Option<Condition> {
    let of = |set: &Rc<ReplicaSet>| condition::find(&set.status.conditions, REPLICA_FAILURE).cloned();
    let found = new.and_then(of).or_else(|| old.iter().find_map(of))?;
    Some(Condition { last_seen_time: found.last_transition_time, ..found })
}

/// Sets a condition, at the end of the list; one of the same status and reason stays as it is.
pub fn set(status: &mut DeploymentStatus, mut new: Condition) {
    if let Some(old) = condition::find(&status.conditions, &new.kind)
        && old.status == new.status
    {
        if old.reason == new.reason {
            return;
        }
        new.last_transition_time = old.last_transition_time;
    }
    remove(status, &new.kind);
    status.conditions.push(new);
}

fn remove(status: &mut DeploymentStatus, kind: &str) {
    status.conditions.retain(|condition| &*condition.kind != kind);
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn deployment(replicas: i64) -> Deployment {
        Deployment::from_value(&json!({"metadata": {"name": "web", "generation": 1}, "spec": {"replicas": replicas,
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}}))
    }

    fn counts(replicas: i64, updated: i64, ready: i64, available: i64) -> DeploymentStatus {
        DeploymentStatus {
            replicas,
            updated_replicas: updated,
            ready_replicas: ready,
            available_replicas: available,
            observed_generation: 1,
            ..DeploymentStatus::default()
        }
    }

    fn replica_set(name: &str, size: i64, current: i64, available: i64) -> Rc<ReplicaSet> {
        Rc::new(ReplicaSet::from_value(&json!({"metadata": {"name": name}, "spec": {"replicas": size}, "status":
            {"replicas": current, "readyReplicas": available, "availableReplicas": available}})))
    }

    fn reasons(status: &DeploymentStatus) -> Vec<&str> {
        status.conditions.iter().map(|c| &*c.reason).collect()
    }

    #[test]
    fn rd_21u_complete() {
        for (wanted, total, updated, available, expected) in [
            (5, 5, 5, 4, false),
            (5, 5, 5, 3, false),
            (5, 5, 5, 5, true),
            (5, 5, 4, 5, false),
            (1, 2, 1, 1, false),
            (1, 1, 1, 0, false),
        ] {
            let status = counts(total, updated, 0, available);
            assert_eq!(complete(&deployment(wanted), &status), expected, "{wanted} {total} {updated} {available}");
        }
    }

    #[test]
    fn rd_22u_progressing() {
        for (before, now, expected) in [
            ((10, 4, 4, 4), (10, 6, 4, 4), true),
            ((10, 4, 4, 4), (10, 4, 4, 4), false),
            ((10, 4, 6, 6), (8, 4, 6, 6), true),
            ((10, 7, 3, 3), (10, 6, 3, 3), false),
            ((10, 10, 9, 8), (10, 10, 10, 8), true),
        ] {
            let status = |(total, updated, ready, available)| counts(total, updated, ready, available);
            assert_eq!(progressing(&status(before), &status(now)), expected, "{before:?} -> {now:?}");
        }
    }

    #[test]
    fn conditions_go_from_created_over_updated_to_available() {
        let mut web = deployment(3);
        let created = Condition::new(PROGRESSING, Truth::True, Time(10)).because("NewReplicaSetCreated", "…");
        set(&mut web.status, created);
        let at = |seconds| Instant::from(Time(seconds));
        web.status = of_rollout(&web, Some(&replica_set("web-1", 3, 0, 0)), &[], at(11));
        assert_eq!(reasons(&web.status), ["NewReplicaSetCreated", "MinimumReplicasUnavailable"]);
        assert_eq!((web.status.unavailable_replicas, web.status.terminating_replicas), (3, Some(0)));
        web.status = of_rollout(&web, Some(&replica_set("web-1", 3, 3, 0)), &[], at(12));
        assert_eq!(reasons(&web.status), ["MinimumReplicasUnavailable", "ReplicaSetUpdated"]);
        web.status = of_rollout(&web, Some(&replica_set("web-1", 3, 3, 3)), &[], at(14));
        assert_eq!(reasons(&web.status), ["MinimumReplicasAvailable", "NewReplicaSetAvailable"]);
        let done = progress(&web).unwrap();
        assert_eq!((done.last_transition_time, done.last_seen_time), (Time(10), Time(14)));
        assert_eq!(&*done.message, "ReplicaSet \"web-1\" has successfully progressed.");
        web.spec = Rc::new(web.spec.with_replicas(5));
        web.status = of_rollout(&web, Some(&replica_set("web-1", 5, 5, 3)), &[], at(20));
        assert_eq!(reasons(&web.status), ["NewReplicaSetAvailable", "MinimumReplicasUnavailable"]);
    }

    #[test]
    fn a_rollout_that_gets_nowhere_is_late_after_its_deadline() {
        let mut web = deployment(3);
        let seen = Condition::new(PROGRESSING, Truth::True, Time(100)).because("ReplicaSetUpdated", "…");
        web.status = counts(4, 1, 3, 3);
        web.status.conditions.push(seen);
        let (new, old) = (replica_set("web-2", 1, 1, 0), [replica_set("web-1", 3, 3, 3)]);
        let at = |seconds| of_rollout(&web, Some(&new), &old, Instant::from(Time(seconds)));
        assert_eq!(next_look(&web, &at(200)), Some(Instant::from(Time(701))));
        assert_eq!(at(700).conditions[0].reason, "ReplicaSetUpdated");
        let late = at(701);
        let condition = condition::find(&late.conditions, PROGRESSING).unwrap();
        assert_eq!((condition.status, &*condition.reason), (Truth::False, TIMED_OUT));
        assert_eq!(&*condition.message, "ReplicaSet \"web-2\" has timed out progressing.");
        web.status = late;
        assert_eq!(next_look(&web, &web.status), None);
    }

    #[test]
    fn a_sets_failure_is_the_deployments_and_goes_with_it() {
        let mut web = deployment(3);
        let mut set = (*replica_set("web-1", 3, 0, 0)).clone();
        let failed = Condition::new(REPLICA_FAILURE, Truth::True, Time(5)).because("FailedCreate", "quota");
        set.status.conditions.push(Condition { last_seen_time: Time(0), ..failed });
        web.status = of_rollout(&web, Some(&Rc::new(set)), &[], Instant::from(Time(9)));
        let copied = condition::find(&web.status.conditions, REPLICA_FAILURE).unwrap();
        assert_eq!((&*copied.message, copied.last_seen_time), ("quota", Time(5)));
        web.status = of_rollout(&web, Some(&replica_set("web-1", 3, 3, 0)), &[], Instant::from(Time(9)));
        assert!(condition::find(&web.status.conditions, REPLICA_FAILURE).is_none());
    }
}
