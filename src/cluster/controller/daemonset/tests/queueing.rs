//! Which changes put which DaemonSets, and which nodes, into the queues. `D-…`: rows of the specification.

use super::*;

/// Nothing of either kind.
const NOTHING: (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());

fn sets(names: &[&str]) -> (Vec<String>, Vec<String>) {
    (names.iter().map(ToString::to_string).collect(), Vec::new())
}

fn nodes(names: &[&str]) -> (Vec<String>, Vec<String>) {
    (Vec::new(), names.iter().map(ToString::to_string).collect())
}

#[test]
fn d_70u_d_73u_and_d_87u_only_labels_and_taints_of_a_node_matter() {
    let mut bench = Bench::of(1);
    bench.edit_node("n0", |_| {});
    assert_eq!(bench.heard(), NOTHING, "nothing differs");
    bench.edit_node("n0", |node| {
        let less = json!({"status": {"allocatable": {"cpu": "1", "memory": "1Gi", "pods": "10"}}});
        node.allocatable = api::objects::node::Node::from_value(&less).allocatable;
    });
    assert_eq!(bench.heard(), NOTHING, "how much room it has");
    bench.edit_node("n0", |node| node.unschedulable = true);
    assert_eq!(bench.heard(), NOTHING, "cordoned, its taint not there yet");
    bench.edit_node("n0", |node| node.meta.annotations = labels_from(&json!({"a": "b"})));
    assert_eq!(bench.heard(), NOTHING, "annotations");
    bench.edit_node("n0", |node| node.meta.labels = labels_from(&json!({"a": "b"})));
    assert_eq!(bench.heard(), nodes(&["n0"]), "labels");
    bench.edit_node("n0", |node| node.taints = Rc::new(vec![Taint::new("a", "", Effect::NoSchedule)]));
    assert_eq!(bench.heard(), nodes(&["n0"]), "taints");
}

#[test]
fn d_74u_a_node_that_may_have_its_pod_again_concerns_the_set_that_counts_it_as_misscheduled() {
    let mut bench = Bench::of(1);
    let mut value = set_value("foo", "foo");
    value["spec"]["template"]["spec"]["nodeSelector"] = json!({"disk": "ssd"});
    bench.world.submit(Kind::DAEMON_SET, value);
    let foo = bench.set("foo");
    bench.add_pod("p", "n0", "foo", Some(&foo));
    for (misscheduled, expected) in [(0, vec![]), (1, vec!["foo".to_string()])] {
        bench.edit_set("foo", |set| set.status.number_misscheduled = misscheduled);
        bench.edit_node("n0", |node| node.meta.labels = Rc::default());
        bench.heard();
        bench.edit_node("n0", |node| node.meta.labels = labels_from(&json!({"disk": "ssd"})));
        bench.deliver();
        assert_eq!(bench.controller.queue.ready().count(), 0);
        bench.look_at_nodes();
        assert_eq!(bench.taken().0, expected, "misscheduled: {misscheduled}");
    }
}

/// Three sets, of which two want the same Pods.
fn three_sets() -> (Bench, [Rc<DaemonSet>; 3]) {
    let mut bench = Bench::of(1);
    let made = [("foo1", "a"), ("foo2", "a"), ("foo3", "b")].map(|(name, app)| bench.add_set(name, app));
    bench.heard();
    (bench, made)
}

#[test]
fn d_78u_a_new_pod_concerns_its_owner_or_else_whoever_wants_it() {
    let (mut bench, [foo1, ..]) = three_sets();
    bench.add_pod("owned", "n0", "a", Some(&foo1));
    assert_eq!(bench.heard(), sets(&["foo1"]));
    bench.add_pod("orphan", "n0", "a", None);
    assert_eq!(bench.heard(), sets(&["foo1", "foo2"]));
}

#[test]
fn d_79u_an_orphan_concerns_whoever_wants_it_once_its_labels_change() {
    let (mut bench, _) = three_sets();
    bench.add_pod("orphan", "n0", "a", None);
    bench.heard();
    bench.edit_pod("orphan", |pod| pod.meta.annotations = labels_from(&json!({"seen": "yes"})));
    assert_eq!(bench.heard(), NOTHING);
    bench.edit_pod("orphan", |pod| pod.meta.labels = labels_from(&json!({"app": "a", "more": "yes"})));
    assert_eq!(bench.heard(), sets(&["foo1", "foo2"]));
    bench.edit_pod("orphan", |pod| pod.meta.finalizers = Rc::new(vec!["example.org/kept".into()]));
    bench.delete(Kind::POD, "orphan", DeleteOptions::default());
    bench.edit_pod("orphan", |pod| pod.meta.labels = labels_from(&json!({"app": "a"})));
    assert_eq!(bench.heard(), NOTHING, "nobody takes what is on its way out");
}

#[test]
fn d_80u_a_pod_that_changes_hands_concerns_both() {
    let (mut bench, [foo1, foo2, _]) = three_sets();
    bench.add_pod("p", "n0", "a", Some(&foo2));
    bench.heard();
    bench.edit_pod("p", |pod| pod.meta.owner_references = owners(Some(&foo1)));
    assert_eq!(bench.heard(), sets(&["foo1", "foo2"]));
    bench.edit_pod("p", |pod| pod.meta.owner_references = owners(None));
    assert_eq!(bench.heard(), sets(&["foo1", "foo2"]), "given up by one, and wanted by both");
}

#[test]
fn d_81u_a_deleted_pod_concerns_its_owner_and_nobody_else() {
    let (mut bench, [foo1, ..]) = three_sets();
    bench.add_pod("owned", "n0", "a", Some(&foo1));
    bench.add_pod("orphan", "n0", "a", None);
    bench.heard();
    let at_once = || DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
    bench.delete(Kind::POD, "orphan", at_once());
    assert_eq!(bench.heard(), NOTHING);
    bench.delete(Kind::POD, "owned", at_once());
    assert_eq!(bench.heard(), sets(&["foo1"]));
}

#[test]
fn d_82u_room_that_others_leave_concerns_nobody() {
    let (mut bench, [foo1, ..]) = three_sets();
    let somebody = OwnerReference {
        kind: "ReplicaSet".into(),
        name: "web".into(),
        uid: Uid(7),
        ..controller_reference(Kind::REPLICA_SET, &foo1.meta)
    };
    for (name, node, owners) in [
        ("alone", "n0", vec![]),
        ("alone-and-waiting", "", vec![]),
        ("owned", "n0", vec![somebody.clone()]),
        ("owned-and-waiting", "", vec![somebody]),
    ] {
        bench.add_pod(name, node, "web", None);
        bench.edit_pod(name, |pod| pod.meta.owner_references = Rc::new(owners));
        assert_eq!(bench.heard(), NOTHING, "{name} comes");
        bench.delete(Kind::POD, name, DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() });
        assert_eq!(bench.heard(), NOTHING, "{name} goes");
    }
}

#[test]
fn d_83u_a_deletion_is_worked_on_even_if_only_the_last_known_state_of_the_set_is_told() {
    let (mut bench, [foo1, ..]) = three_sets();
    // What the server stored last was never told: the watch was broken, and found the set gone when it came back.
    bench.edit_set("foo1", |set| set.status.desired_number_scheduled = 7);
    let at = bench.world.now;
    let told = Change {
        version: 1_000_000,
        kind: WatchType::Deleted,
        object: Object::DaemonSet(foo1.clone()),
        old: Some(Object::DaemonSet(foo1)),
        cause: Cause::default(),
        at,
    };
    bench.world.informers.take(&told);
    bench.controller.take(&told, &bench.world.informers, at);
    assert_eq!(bench.taken(), sets(&["foo1"]));
    assert!(!bench.controller.sets.contains_key(&key(Kind::DAEMON_SET, "foo1")), "what it expected is forgotten");
}
