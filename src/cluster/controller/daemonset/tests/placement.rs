//! What one sync creates and deletes: refusals, back-offs, bursts, and whose Pods are counted. `D-…`: rows of the specification.

use super::*;
use crate::controller::claim::claim;
use api::objects::pod::Phase;
use std::collections::BTreeSet;

/// A finalizer that nobody removes: what has it stays when it is deleted.
const KEPT: &str = "example.org/kept";

#[test]
fn d_42u_a_set_that_selects_all_does_nothing_and_says_so() {
    let mut bench = Bench::of(1);
    // No server would take it; one of long ago may have.
    let mut value = set_value("all", "a");
    value["spec"]["selector"] = json!({});
    let set = DaemonSet::from_value(&value);
    bench.world.api().create(Object::DaemonSet(Rc::new(set))).expect("it is new");
    bench.add_pod("p", "n0", "b", None);
    let before = bench.set("all").status.clone();
    bench.deliver_and_sync("all");
    assert_eq!(bench.pods().len(), 1);
    assert!(bench.pods()[0].meta.owner_references.is_empty() && !bench.pods()[0].meta.terminating());
    assert_eq!(bench.world.events(), ["SelectingAll all"]);
    let text = "This daemon set is selecting all pods. A non-empty selector is required.";
    assert_eq!(bench.world.messages("SelectingAll"), [text]);
    assert_eq!(bench.set("all").status, before, "nor does it count");
}

/// A set that is deleted in the foreground, and a Pod that it would take.
fn deleted_beside_an_orphan(told: bool) -> Bench {
    let mut bench = Bench::of(1);
    bench.add_set("foo", "a");
    bench.add_pod("p", "n0", "a", None);
    bench.deliver();
    let foreground = Some(api::request::Propagation::Foreground);
    bench.delete(Kind::DAEMON_SET, "foo", DeleteOptions { propagation: foreground, ..DeleteOptions::default() });
    if told {
        bench.deliver();
    }
    let before = bench.world.server.version();
    bench.sync("foo");
    // A set whose deletion it hasn't heard of gets its first revision.
    let written = bench.world.server.changes_after(before).expect("the log is whole");
    assert!(written.into_iter().all(|change| change.object.kind() == Kind::CONTROLLER_REVISION && !told));
    let pods = bench.pods();
    assert!(pods.len() == 1 && pods[0].meta.owner_references.is_empty() && !pods[0].meta.terminating());
    bench
}

#[test]
fn d_43u_a_set_on_its_way_out_touches_nothing() {
    assert_eq!(deleted_beside_an_orphan(true).failure("foo"), None);
}

#[test]
fn d_44u_a_set_that_is_found_to_be_on_its_way_out_touches_nothing() {
    let bench = deleted_beside_an_orphan(false);
    let why = bench.failure("foo").expect("the sync fails");
    assert!(why.starts_with("default/foo has just been deleted at "), "{why}");
}

/// A node on which each of the set's Pods fails as soon as it is there; the first one has just been deleted for that.
fn after_a_failure() -> Bench {
    let mut bench = Bench::of(1);
    bench.add_set("foo", "a");
    // The generation seen is part of what a back-off goes by.
    bench.settle("foo");
    fail(&mut bench);
    assert_eq!((bench.pods().len(), bench.world.messages("FailedDaemonPod").len()), (0, 1));
    bench
}

/// The Pod that is there fails, and a sync follows.
fn fail(bench: &mut Bench) {
    let name = bench.pods()[0].meta.name.to_string();
    bench.edit_pod(&name, |pod| {
        pod.node_name = "n0".into();
        pod.status.phase = Phase::Failed;
    });
    bench.deliver_and_sync("foo");
}

/// The next Pod is created, and fails; how many are left after that.
fn fails_again(bench: &mut Bench) -> usize {
    bench.deliver_and_sync("foo");
    fail(bench);
    bench.pods().len()
}

#[test]
fn d_47u_the_next_failure_waits_and_does_not_make_the_wait_longer() {
    let mut bench = after_a_failure();
    let begun = bench.world.now;
    assert_eq!(fails_again(&mut bench), 1, "it stays");
    bench.sync("foo");
    bench.sync("foo");
    assert!(bench.world.now.since(begun) < BACKOFF_BASE);
    assert_eq!((bench.pods().len(), bench.world.messages("FailedDaemonPod").len()), (1, 1));
    let state = &bench.controller.sets[&key(Kind::DAEMON_SET, "foo")];
    assert_eq!(state.backoff.values().map(|(delay, _)| *delay).collect::<Vec<_>>(), [BACKOFF_BASE]);
}

#[test]
fn d_48u_a_back_off_ends_at_its_last_nanosecond() {
    let mut bench = after_a_failure();
    // The sync that opened the window ended a moment later.
    let opened = bench.controller.sets[&key(Kind::DAEMON_SET, "foo")].backoff.values().next().expect("a window").1;
    assert_eq!(fails_again(&mut bench), 1);
    bench.world.now = opened + BACKOFF_BASE - Duration::from_nanos(1);
    bench.sync("foo");
    assert_eq!((bench.pods().len(), bench.world.messages("FailedDaemonPod").len()), (1, 1));
    bench.world.now = opened + BACKOFF_BASE;
    bench.sync("foo");
    assert_eq!((bench.pods().len(), bench.world.messages("FailedDaemonPod").len()), (0, 2));
}

#[test]
fn d_53u_creations_stop_with_the_batch_that_a_quota_refuses() {
    let mut bench = Bench::of(100);
    let quota = json!({"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": {"pods": "10"}}});
    bench.world.submit(Kind::RESOURCE_QUOTA, quota);
    bench.add_set("foo", "a");
    bench.deliver_and_sync("foo");
    let refused = bench.world.messages("FailedCreate").len();
    assert_eq!((bench.pods().len(), refused), (10, 5), "batches of 1, 2, 4 and 8");
    bench.deliver();
    let state = &bench.controller.sets[&key(Kind::DAEMON_SET, "foo")];
    assert!(state.expectations.fulfilled(bench.world.now));
    // Counted before it tries again.
    bench.world.now = bench.world.now + Duration::from_millis(1);
    bench.sync("foo");
    assert_eq!(counts(&bench.set("foo")), [100, 10, 0, 0, 10, 0]);
}

#[test]
fn d_60d_so_many_at_once_and_the_rest_once_those_were_seen() {
    let mut bench = Bench::of(600);
    bench.add_set("foo", "a");
    let mut made = Vec::new();
    bench.deliver();
    for _ in 0..4 {
        let before = bench.pods().len();
        bench.sync("foo");
        let first = bench.pods().len() - before;
        // What it hasn't seen yet keeps it from going on.
        bench.sync("foo");
        assert_eq!(bench.pods().len() - before, first);
        bench.deliver();
        made.push(first);
    }
    assert_eq!(made, [250, 250, 100, 0]);
}

#[test]
fn d_57u_what_was_expected_of_a_set_is_forgotten_with_it() {
    let mut bench = Bench::of(3);
    let first = bench.add_set("foo", "a");
    bench.deliver_and_sync("foo");
    assert_eq!(bench.pods().len(), 3);
    // Its Pods are never seen, and it is made anew under the same name.
    bench.delete(Kind::DAEMON_SET, "foo", DeleteOptions::default());
    let second = bench.add_set("foo", "a");
    assert_ne!(first.meta.uid, second.meta.uid);
    let told = |kind, set: &Rc<DaemonSet>, old: Option<&Rc<DaemonSet>>| Change {
        version: second.meta.resource_version,
        kind,
        object: Object::DaemonSet(set.clone()),
        old: old.cloned().map(Object::DaemonSet),
        cause: Cause::default(),
        at: START,
    };
    for change in [told(WatchType::Deleted, &first, Some(&first)), told(WatchType::Added, &second, None)] {
        bench.world.informers.take(&change);
        bench.controller.take(&change, &bench.world.informers, START);
    }
    bench.sync("foo");
    let of_second = bench.pods().into_iter().filter(|pod| owner_of(&pod.meta) == second.meta.uid);
    let nodes: BTreeSet<Str> = of_second.filter_map(|pod| pod.pinned_node.clone()).collect();
    assert_eq!(nodes, ["n0", "n1", "n2"].map(Str::from).into());
}

/// Pods of every sort on one node, each named after what it is.
fn motley() -> (Bench, Rc<DaemonSet>) {
    let mut bench = Bench::of(1);
    let foo = bench.add_set("foo", "a");
    let other = bench.add_set("bar", "a");
    for (name, app, owner) in [
        ("owned", "a", Some(&foo)),
        ("orphan", "a", None),
        ("owned-other-labels", "b", Some(&foo)),
        ("orphan-other-labels", "b", None),
        ("of-another-set", "a", Some(&other)),
    ] {
        bench.add_pod(name, "n0", app, owner.map(|set| &**set));
    }
    for (name, phase, deleted) in [
        ("succeeded", Phase::Succeeded, false),
        ("failed", Phase::Failed, false),
        ("succeeded-deleted", Phase::Succeeded, true),
        ("failed-deleted", Phase::Failed, true),
    ] {
        bench.add_pod(name, "n0", "a", Some(&foo));
        bench.edit_pod(name, |pod| {
            pod.status.phase = phase;
            pod.meta.finalizers = Rc::new(vec![KEPT.into()]);
        });
        if deleted {
            bench.delete(Kind::POD, name, DeleteOptions::default());
        }
    }
    bench.deliver();
    (bench, foo)
}

#[test]
fn d_85u_counted_are_a_sets_own_and_those_it_takes_but_not_what_has_ended_and_goes() {
    let (mut bench, foo) = motley();
    let state = bench.controller.sets.get_mut(&key(Kind::DAEMON_SET, "foo")).expect("the set is known");
    let mut state = (**state).clone();
    let controller = bench.controller.clone();
    assert!(controller.claim_pods(&mut bench.world.context(), &foo, &mut state).is_ok());
    let on_the_node = place::present(&state.entry(&"n0".into()).expect("the node").pods).into_owned();
    let names: BTreeSet<&str> = on_the_node.iter().map(|pod| &*pod.meta.name).collect();
    assert_eq!(names, ["owned", "orphan", "succeeded", "failed"].into());
    let released = bench.pods().into_iter().find(|pod| &*pod.meta.name == "owned-other-labels").expect("it stays");
    assert_eq!(claim(foo.meta.uid, &foo.spec.selector, &released.meta), Claim::Ignore, "given up");
}

#[test]
fn d_86u_a_revision_stays_while_even_a_pod_that_has_ended_and_goes_carries_it() {
    let (mut bench, foo) = motley();
    for (number, hash, pod) in [(1, "one", "failed-deleted"), (2, "two", "owned-other-labels"), (3, "three", "owned")] {
        let mut revision = api::objects::workload::ControllerRevision::default();
        revision.meta.name = format!("foo-{hash}").into();
        revision.meta.namespace = "default".into();
        revision.meta.labels = labels_from(&json!({"app": "a", "controller-revision-hash": hash}));
        revision.meta.owner_references = owners(Some(&foo));
        revision.revision = number;
        bench.world.api().create(Object::ControllerRevision(Rc::new(revision))).expect("it is new");
        bench.edit_pod(pod, |pod| {
            Rc::make_mut(&mut pod.meta.labels).insert(template::HASH_LABEL.into(), hash.into());
        });
    }
    bench.edit_set("foo", |set| Rc::make_mut(&mut set.spec).revision_history_limit = 0);
    bench.deliver();
    let set = bench.set("foo");
    let mut ctx = bench.world.context();
    let found = history::construct(&mut ctx, &set).expect("the server answers");
    assert_eq!(found.old.iter().map(|revision| revision.revision).collect::<Vec<_>>(), [1, 2, 3]);
    history::clean_up(&mut ctx, &set, &found).expect("the server answers");
    let left = bench.world.server.objects(Kind::CONTROLLER_REVISION).map(|object| object.name().to_string());
    let left: BTreeSet<String> = left.filter(|name| ["foo-one", "foo-two", "foo-three"].contains(&&**name)).collect();
    assert_eq!(left, ["foo-one", "foo-three"].map(String::from).into(), "two is only on a Pod that doesn't match");
}
