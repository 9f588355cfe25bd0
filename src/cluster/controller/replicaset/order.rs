//! Which Pods go first when there are too many.
//!
//! A Pod that does the least goes first: not bound, not started, not ready; then the one its annotation calls cheap, one that
//! shares its node with others of its kind, and a young one. Ages are compared by their magnitude only (powers of two), and
//! the uid decides within one: otherwise the youngest would always go, and those are often together on the newest node.
//!
//! Models `ActivePodsWithRanks` of `pkg/controller/controller_utils.go`, Kubernetes v1.36.

use crate::clock::Instant;
use api::Str;
use api::objects::condition;
use api::objects::pod::{ContainerStatus, Phase, Pod};
use api::time::Time;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A Pod's price, as a number; a higher one stays longer.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// How many Pods of one family a node has.
pub type Crowd = BTreeMap<Str, usize>;

/// Chooses `count` of the active Pods; `crowd` counts the active ones of all ReplicaSets of the same owner.
pub fn to_delete(active: &[Rc<Pod>], crowd: &Crowd, count: usize, now: Instant) -> Vec<Rc<Pod>> {
    if count >= active.len() {
        return active.to_vec();
    }
    // The rules are no total order (equal times go on, equal magnitudes ask the uid), which `sort_by` may answer with a panic.
    let mut sorted: Vec<Rc<Pod>> = Vec::with_capacity(active.len());
    for pod in active {
        let place = sorted.partition_point(|other| compare(other, pod, crowd, now) != Ordering::Greater);
        sorted.insert(place, pod.clone());
    }
    sorted.truncate(count);
    sorted
}

/// Counts Pods by node.
pub fn crowd<'a>(related: impl Iterator<Item = &'a Rc<Pod>>) -> Crowd {
    let mut crowd = Crowd::new();
    for pod in related.filter(|pod| super::status::active(pod)) {
        *crowd.entry(pod.node_name.clone()).or_default() += 1;
    }
    crowd
}

/// `Less`: `a` goes before `b`.
fn compare(a: &Pod, b: &Pod, crowd: &Crowd, now: Instant) -> Ordering {
    let bound = |pod: &Pod| !pod.node_name.is_empty();
    let neighbours = |pod: &Pod| crowd.get(&pod.node_name).copied().unwrap_or(0);
    let by_ready_time = match (ready_since(a), ready_since(b)) {
        (Some(a_since), Some(b_since)) => younger_first((a_since, a), (b_since, b), now),
        _ => Ordering::Equal,
    };
    (bound(a).cmp(&bound(b)))
        .then_with(|| stage(a).cmp(&stage(b)))
        .then_with(|| a.ready().cmp(&b.ready()))
        .then_with(|| cost(a).cmp(&cost(b)))
        .then_with(|| neighbours(b).cmp(&neighbours(a)))
        .then(by_ready_time)
        .then_with(|| restarts(b).cmp(&restarts(a)))
        .then_with(|| younger_first((a.meta.creation_timestamp, a), (b.meta.creation_timestamp, b), now))
}

fn stage(pod: &Pod) -> u8 {
    match pod.status.phase {
        Phase::Pending => 0,
        Phase::Unknown => 1,
        _ => 2,
    }
}

fn ready_since(pod: &Pod) -> Option<Time> {
    let ready = condition::find(&pod.status.conditions, "Ready")?;
    (ready.status == condition::Truth::True).then_some(ready.last_transition_time)
}

fn cost(pod: &Pod) -> i32 {
    pod.meta.annotations.get(DELETION_COST).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The most restarts of a container, then of a sidecar.
fn restarts(pod: &Pod) -> (i64, i64) {
    let most = |statuses: &mut dyn Iterator<Item = &ContainerStatus>| statuses.map(|c| c.restart_count).max();
    let is_sidecar = |name: &Str| pod.spec.init_containers.iter().any(|c| c.sidecar && c.name == *name);
    let sidecars = &mut pod.status.init_container_statuses.iter().filter(|c| is_sidecar(&c.name));
    (most(&mut pod.status.container_statuses.iter()).unwrap_or(0), most(sidecars).unwrap_or(0))
}

fn younger_first(a: (Time, &Pod), b: (Time, &Pod), now: Instant) -> Ordering {
    let never = Time::default();
    if a.0 == b.0 {
        return Ordering::Equal;
    }
    if a.0 == never || b.0 == never {
        return (a.0 != never).cmp(&(b.0 != never));
    }
    magnitude(a.0, now).cmp(&magnitude(b.0, now)).then(a.1.meta.uid.cmp(&b.1.meta.uid))
}

/// The power of two below an age in nanoseconds; -1 for no age at all.
fn magnitude(since: Time, now: Instant) -> i64 {
    let age = now.since(since.into()).as_nanos() as u64;
    age.checked_ilog2().map_or(-1, i64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::meta::Uid;
    use api::objects::condition::{Condition, Truth};

    const NOW: Instant = Instant(1_000_000 * 1_000_000_000);

    fn pod(name: &str, node: &str, phase: Phase, ready: Option<i64>) -> Pod {
        let mut pod = Pod { node_name: node.into(), ..Pod::default() };
        pod.meta.name = name.into();
        pod.meta.creation_timestamp = NOW.time();
        pod.status.phase = phase;
        if let Some(age) = ready {
            pod.status.conditions.push(Condition::new("Ready", Truth::True, Time(NOW.time().0 - age)));
        }
        pod
    }

    fn chosen(pods: Vec<Pod>, crowd: &[(&str, usize)], count: usize) -> Vec<String> {
        let pods: Vec<Rc<Pod>> = pods.into_iter().map(Rc::new).collect();
        let crowd = crowd.iter().map(|(node, n)| (Str::from(*node), *n)).collect();
        to_delete(&pods, &crowd, count, NOW).iter().map(|pod| pod.meta.name.to_string()).collect()
    }

    #[test]
    fn rd_01u_unbound_goes_before_bound() {
        let pods = || vec![pod("bound", "n1", Phase::Pending, None), pod("unbound", "", Phase::Pending, None)];
        assert_eq!(chosen(pods(), &[], 1), ["unbound"]);
        assert_eq!(chosen(pods(), &[], 2), ["bound", "unbound"], "all of them: in the order they came");
    }

    #[test]
    fn rd_02u_not_ready_goes_before_ready() {
        let running = |name, ready| pod(name, "n1", Phase::Running, ready);
        let pods = vec![running("ready", Some(5)), running("not-1", None), running("not-2", None)];
        assert_eq!(chosen(pods, &[], 2), ["not-1", "not-2"]);
    }

    #[test]
    fn rd_03u_the_fuller_node_gives_first() {
        let pods = vec![pod("a", "n1", Phase::Running, Some(5)), pod("b", "n2", Phase::Running, Some(5))];
        assert_eq!(chosen(pods, &[("n1", 1), ("n2", 2)], 1), ["b"]);
    }

    #[test]
    fn rd_04u_pending_goes_before_running() {
        let pods = vec![pod("running", "n1", Phase::Running, None), pod("pending", "n1", Phase::Pending, None)];
        assert_eq!(chosen(pods, &[], 1), ["pending"]);
    }

    #[test]
    fn rd_05u_mixed_states() {
        let pods = vec![
            pod("ready", "n1", Phase::Running, Some(5)),
            pod("not-ready", "n1", Phase::Running, None),
            pod("bound", "n1", Phase::Pending, None),
            pod("unbound", "", Phase::Pending, None),
            pod("ready-2", "n1", Phase::Running, Some(5)),
        ];
        assert_eq!(chosen(pods, &[], 3), ["unbound", "bound", "not-ready"]);
    }

    #[test]
    fn the_cheap_one_goes_first_whatever_its_age() {
        let mut dear = pod("dear", "n1", Phase::Running, Some(1));
        dear.meta.annotations = Rc::new([(DELETION_COST.into(), "10".into())].into());
        let mut odd = pod("odd", "n1", Phase::Running, Some(1000));
        odd.meta.annotations = Rc::new([(DELETION_COST.into(), "ten".into())].into());
        assert_eq!(chosen(vec![dear, odd], &[], 1), ["odd"]);
    }

    #[test]
    fn ages_count_by_magnitude_and_the_uid_decides_within_one() {
        let with = |name: &str, age, uid| {
            let mut pod = pod(name, "n1", Phase::Running, Some(age));
            pod.meta.uid = Uid(uid);
            pod
        };
        assert_eq!(chosen(vec![with("old", 100, 1), with("young", 10, 2)], &[], 1), ["young"]);
        assert_eq!(chosen(vec![with("younger", 100, 2), with("lower-uid", 101, 1)], &[], 1), ["lower-uid"]);
    }

    #[test]
    fn many_restarts_go_before_few() {
        let with = |name: &str, restart_count| {
            let mut pod = pod(name, "n1", Phase::Running, Some(7));
            pod.status.container_statuses.push(ContainerStatus { restart_count, ..<_>::default() });
            pod
        };
        assert_eq!(chosen(vec![with("calm", 0), with("restless", 3)], &[], 1), ["restless"]);
    }
}
