//! The rolling update's second half: how far old ReplicaSets may shrink, given what the new one has ready.
//!
//! What doesn't work goes first, since it costs no availability; then what works, as far as the budget lets it. The oldest
//! set gives first.
//!
//! Models `pkg/controller/deployment/rolling.go`, Kubernetes v1.36.

use super::{by_age, total};
use api::objects::workload::{ReplicaSet, WorkloadSpec};
use api::sort;
use std::rc::Rc;

/// One set's next size; a set may come twice, first without what is broken, then smaller still.
pub type Resize = (usize, i64);

/// What to shrink: indexes of `old` with their sizes. `old` holds the sets that have a size, oldest first.
pub fn shrink_old(spec: &WorkloadSpec, new: &ReplicaSet, old: &[Rc<ReplicaSet>]) -> Vec<Resize> {
    let least = spec.replicas - super::budget::unavailable(spec);
    let unavailable_new = new.spec.replicas - new.status.available_replicas;
    let room = total(old) + new.spec.replicas - least - unavailable_new;
    if old.is_empty() || room <= 0 {
        return Vec::new();
    }
    let mut sizes: Vec<i64> = old.iter().map(|set| set.spec.replicas).collect();
    let mut steps = drop_unhealthy(old, &mut sizes, room);
    let available = new.status.available_replicas + old.iter().map(|set| set.status.available_replicas).sum::<i64>();
    steps.extend(drop_healthy(&mut sizes, available - least));
    steps
}

/// The sets in the order in which they give.
pub fn oldest_first(sets: impl Iterator<Item = Rc<ReplicaSet>>) -> Vec<Rc<ReplicaSet>> {
    let mut sets: Vec<Rc<ReplicaSet>> = sets.collect();
    sort::by(&mut sets, |a, b| by_age(a, b));
    sets
}

fn drop_unhealthy(old: &[Rc<ReplicaSet>], sizes: &mut [i64], most: i64) -> Vec<Resize> {
    let mut rest = most;
    let mut steps = Vec::new();
    for (index, (set, size)) in old.iter().zip(sizes).enumerate() {
        let surplus = (*size - set.status.available_replicas).min(rest);
        if rest > 0 && surplus > 0 {
            rest -= surplus;
            *size -= surplus;
            steps.push((index, *size));
        }
    }
    steps
}

fn drop_healthy(sizes: &mut [i64], most: i64) -> Vec<Resize> {
    let mut rest = most;
    let mut steps = Vec::new();
    for (index, size) in sizes.iter_mut().enumerate() {
        let surplus = (*size).min(rest);
        if surplus > 0 {
            rest -= surplus;
            *size -= surplus;
            steps.push((index, *size));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn set(size: i64, available: i64) -> Rc<ReplicaSet> {
        Rc::new(ReplicaSet::from_value(
            &json!({"spec": {"replicas": size}, "status": {"availableReplicas": available}}),
        ))
    }

    fn spec(replicas: i64, unavailable: i64) -> WorkloadSpec {
        let budgets = json!({"maxSurge": 0, "maxUnavailable": unavailable});
        WorkloadSpec::from_value(&json!({"replicas": replicas, "strategy": {"rollingUpdate": budgets}}))
    }

    /// The last size of one old set.
    fn shrunk(unavailable: i64, old: i64, new: i64, ready_old: i64, ready_new: i64) -> Option<i64> {
        let steps = shrink_old(&spec(10, unavailable), &set(new, ready_new), &[set(old, ready_old)]);
        steps.last().map(|(_, size)| *size)
    }

    #[test]
    fn rd_10u_scaling_down_the_old_sets() {
        assert_eq!(shrunk(0, 10, 0, 10, 0), Some(9));
        assert_eq!(shrunk(2, 10, 0, 10, 0), Some(8));
        assert_eq!(shrunk(2, 10, 0, 8, 0), Some(8));
        assert_eq!(shrunk(2, 10, 0, 9, 0), Some(8));
        assert_eq!(shrunk(2, 8, 2, 8, 0), None);
    }

    #[test]
    fn rd_11u_the_unhealthy_go_first() {
        for (ready, most, expected) in [(8, 1, 1), (8, 3, 2), (8, 0, 0), (10, 3, 0)] {
            let mut sizes = [10];
            drop_unhealthy(&[set(10, ready)], &mut sizes, most);
            assert_eq!(10 - sizes[0], expected, "{ready} ready, at most {most}");
        }
    }

    #[test]
    fn rd_12u_the_healthy_go_as_far_as_the_budget() {
        for (unavailable, ready, old, expected) in
            [(0, 10, 10, Some(9)), (2, 10, 10, Some(8)), (2, 8, 10, None), (2, 10, 0, None)]
        {
            let mut sizes = [old];
            let least = 10 - super::super::budget::unavailable(&spec(10, unavailable));
            let steps = drop_healthy(&mut sizes, ready - least);
            assert_eq!(steps.last().map(|(_, size)| *size), expected, "{unavailable} {ready} {old}");
        }
    }

    #[test]
    fn one_set_may_shrink_twice_in_a_sync() {
        let steps = shrink_old(&spec(4, 2), &set(0, 0), &[set(4, 3)]);
        assert_eq!(steps, [(0, 3), (0, 2)]);
    }

    #[test]
    fn rd_23d_three_replicas_alternate_up_and_down() {
        let spec = WorkloadSpec::from_value(&json!({"replicas": 3,
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}));
        let (mut old, mut new, mut story) = (3, 0, Vec::new());
        while story.len() < 10 {
            let size = super::super::budget::next_size(&spec, old + new, new);
            let shrink = shrink_old(&spec, &set(new, new), &[set(old, old)]);
            if size != new {
                (new, _) = (size, story.push(format!("up {size}")));
            } else if let Some((_, size)) = shrink.last() {
                (old, _) = (*size, story.push(format!("down {size}")));
            } else {
                break;
            }
        }
        assert_eq!(story, ["up 1", "down 2", "up 2", "down 1", "up 3", "down 0"]);
    }
}
