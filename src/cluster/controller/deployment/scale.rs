//! Scaling without rolling out: how a new number of Pods spreads over the ReplicaSets that there are.
//!
//! One set that has Pods takes it all. Several, in the midst of a rollout, share the difference by size, so that a rollout
//! that goes wrong is not made worse by scaling.
//!
//! Models `scale` of `pkg/controller/deployment/sync.go` and `GetReplicaSetProportion`, Kubernetes v1.36.

use super::revision::{DESIRED_REPLICAS, MAX_REPLICAS, number};
use super::{budget, by_age, total};
use api::objects::workload::{Deployment, ReplicaSet, Strategy};
use api::sort;
use std::cmp::Ordering;
use std::rc::Rc;

/// Whether somebody has changed `replicas` since the sets that have Pods were sized.
pub fn is_wanted(deployment: &Deployment, sets: &[Rc<ReplicaSet>]) -> bool {
    let differs =
        |set: &&Rc<ReplicaSet>| number(&set.meta, DESIRED_REPLICAS).is_some_and(|n| n != deployment.spec.replicas);
    sets.iter().filter(|set| set.spec.replicas > 0).any(|set| differs(&set))
}

/// The sets to be resized, with their sizes, in order. A set that keeps its size is listed if its annotations tell an old one.
pub fn plan(
    deployment: &Deployment,
    new: Option<&Rc<ReplicaSet>>,
    old: &[Rc<ReplicaSet>],
) -> Vec<(Rc<ReplicaSet>, i64)> {
    let wanted = deployment.spec.replicas;
    let mut active: Vec<Rc<ReplicaSet>> = old.iter().chain(new).filter(|set| set.spec.replicas > 0).cloned().collect();
    let newest = || new.or_else(|| old.iter().max_by(|a, b| by_age(a, b)));
    if active.len() <= 1 {
        let only = active.pop().or_else(|| newest().cloned());
        return only.filter(|set| set.spec.replicas != wanted).map(|set| (set, wanted)).into_iter().collect();
    }
    if new.is_some_and(|new| saturated(deployment, new)) {
        let old = active.into_iter().filter(|set| new.is_none_or(|new| new.meta.uid != set.meta.uid));
        return old.map(|set| (set, 0)).collect();
    }
    if !matches!(deployment.spec.strategy, Strategy::RollingUpdate { .. }) {
        return Vec::new();
    }
    proportionally(deployment, active)
}

/// The new set has all Pods, knows it, and all are available.
fn saturated(deployment: &Deployment, set: &ReplicaSet) -> bool {
    let wanted = deployment.spec.replicas;
    set.spec.replicas == wanted
        && number(&set.meta, DESIRED_REPLICAS) == Some(wanted)
        && set.status.available_replicas == wanted
}

/// Each set's share of the difference by its share of the whole; the largest takes what rounding leaves.
fn proportionally(deployment: &Deployment, mut sets: Vec<Rc<ReplicaSet>>) -> Vec<(Rc<ReplicaSet>, i64)> {
    let wanted = deployment.spec.replicas;
    let allowed = if wanted > 0 { wanted + budget::surge(&deployment.spec) } else { 0 };
    let missing = allowed - total(&sets);
    let by_size = |a: &ReplicaSet, b: &ReplicaSet| b.spec.replicas.cmp(&a.spec.replicas);
    match missing.cmp(&0) {
        Ordering::Greater => sort::by(&mut sets, |a, b| by_size(a, b).then(by_age(b, a))),
        Ordering::Less => sort::by(&mut sets, |a, b| by_size(a, b).then(by_age(a, b))),
        Ordering::Equal => {}
    }
    let mut rest = missing;
    let mut out: Vec<(Rc<ReplicaSet>, i64)> = Vec::new();
    for set in sets {
        let share = match rest.cmp(&0) {
            Ordering::Greater => share(deployment, &set).min(rest),
            Ordering::Less => share(deployment, &set).max(rest),
            Ordering::Equal => 0,
        };
        rest -= share;
        let size = set.spec.replicas + share;
        out.push((set, size));
    }
    if let Some((_, size)) = out.first_mut() {
        *size = (*size + rest).max(0);
    }
    out
}

/// By how much a set would change if it kept its part of the whole.
fn share(deployment: &Deployment, set: &ReplicaSet) -> i64 {
    let wanted = deployment.spec.replicas;
    if wanted == 0 {
        return -set.spec.replicas;
    }
    // A set without the annotation is measured against what there is.
    let before = number(&set.meta, MAX_REPLICAS).filter(|n| *n != 0).unwrap_or(deployment.status.replicas);
    if before == 0 {
        return 0;
    }
    let size = set.spec.replicas * (wanted + budget::surge(&deployment.spec));
    (size as f64 / before as f64).round() as i64 - set.spec.replicas
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    /// Sizes with the new set first and the oldest last, each annotated for `from` replicas and the surge.
    fn sets(from: i64, surge: i64, sizes: &[i64]) -> Vec<Rc<ReplicaSet>> {
        let set = |(index, size): (usize, &i64)| {
            let created = format!("2026-11-24T22:{:02}:00Z", 50 - index);
            let annotations = json!({DESIRED_REPLICAS: from.to_string(), MAX_REPLICAS: (from + surge).to_string()});
            Rc::new(ReplicaSet::from_value(
                &json!({"metadata": {"name": format!("rs-{index}"), "uid": format!("{index:032x}"),
                "creationTimestamp": created, "annotations": annotations}, "spec": {"replicas": size}}),
            ))
        };
        sizes.iter().enumerate().map(set).collect()
    }

    fn deployment(replicas: i64, surge: i64) -> Deployment {
        Deployment::from_value(&json!({"spec": {"replicas": replicas,
            "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": 1}}}}))
    }

    /// The sizes afterwards, in the order of `sizes`; `has_new`: the first one is the new set.
    fn scaled(from: i64, to: i64, surge: i64, sizes: &[i64], has_new: bool) -> Vec<i64> {
        let all = sets(from, surge, sizes);
        let (new, old) = if has_new { (all.first(), &all[1..]) } else { (None, &all[..]) };
        let plan = plan(&deployment(to, surge), new, old);
        let size = |set: &Rc<ReplicaSet>| {
            let planned = plan.iter().find(|(other, _)| Rc::ptr_eq(other, set));
            planned.map_or(set.spec.replicas, |(_, size)| *size)
        };
        all.iter().map(size).collect()
    }

    #[test]
    fn rd_13u_without_a_rollout_the_one_set_takes_all() {
        assert_eq!(scaled(10, 12, 0, &[10], true), [12]);
        assert_eq!(scaled(10, 5, 0, &[10], true), [5]);
    }

    #[test]
    fn rd_14u_in_proportion_between_two() {
        assert_eq!(scaled(5, 10, 0, &[2, 3], true), [4, 6]);
        assert_eq!(scaled(5, 3, 0, &[2, 3], true), [1, 2]);
        assert_eq!(scaled(9, 4, 0, &[8, 1], true), [4, 0]);
    }

    #[test]
    fn rd_15u_in_proportion_between_three() {
        assert_eq!(scaled(7, 10, 0, &[2, 3, 2], true), [3, 4, 3]);
        assert_eq!(scaled(13, 8, 0, &[2, 8, 3], true), [1, 5, 2]);
    }

    #[test]
    fn rd_16u_equals_grow_at_the_newest_and_shrink_at_the_oldest() {
        assert_eq!(scaled(3, 4, 0, &[1, 1, 1], true), [2, 1, 1]);
        assert_eq!(scaled(3, 2, 0, &[1, 1, 1], true), [1, 1, 0]);
    }

    #[test]
    fn rd_17u_without_a_new_set_to_nothing_and_from_nothing() {
        assert_eq!(scaled(4, 5, 0, &[2, 2], false), [3, 2]);
        assert_eq!(scaled(6, 0, 0, &[3, 2, 1], true), [0, 0, 0]);
        assert_eq!(scaled(0, 6, 0, &[0, 0, 0], true), [6, 0, 0]);
    }

    #[test]
    fn rd_18u_the_surge_counts_in() {
        assert_eq!(scaled(10, 20, 2, &[6, 6], true), [11, 11]);
        let mut all = sets(10, 3, &[5, 8]);
        let deployment = deployment(50, 6);
        all.swap(0, 1);
        let sizes: Vec<(i64, i64)> =
            plan(&deployment, Some(&all[1]), &all[..1]).iter().map(|(set, size)| (set.spec.replicas, *size)).collect();
        assert_eq!(sizes, [(8, 34), (5, 22)]);
    }

    #[test]
    fn rd_19u_size_and_template_at_once() {
        assert_eq!(scaled(10, 14, 0, &[7, 3], false), [10, 4]);
    }

    #[test]
    fn rd_20u_a_full_but_unavailable_new_set_leaves_the_old_alone() {
        let all = sets(2, 0, &[2, 1]);
        assert!(!saturated(&deployment(2, 0), &all[0]));
        let mut available = (*all[0]).clone();
        available.status.available_replicas = 2;
        let available = Rc::new(available);
        let sizes: Vec<i64> =
            plan(&deployment(2, 0), Some(&available), &all[1..]).iter().map(|(_, size)| *size).collect();
        assert_eq!(sizes, [0], "once it is available the old ones go");
        let sizes = scaled(2, 2, 1, &[2, 1], true);
        assert_eq!(sizes, [2, 1]);
    }

    #[test]
    fn only_sets_with_pods_ask_for_scaling() {
        let all = sets(3, 0, &[3, 0]);
        assert!(!is_wanted(&deployment(3, 0), &all));
        assert!(is_wanted(&deployment(5, 0), &all));
        assert!(!is_wanted(&deployment(5, 0), &all[1..]));
    }
}
