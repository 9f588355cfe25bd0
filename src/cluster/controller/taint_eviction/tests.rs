//! The rows of the specification on eviction by taint.

use super::*;
use crate::controller::testing::{START, World, node, pod, pod_with};
use api::{Value, json};
use std::rc::Rc;

const EXECUTE: Effect = Effect::NoExecute;

fn world() -> World {
    let mut world = World::new(vec![(ControllerId::TaintEviction, Box::<TaintEviction>::default())]);
    world.create(node("n1", Some(Truth::True), START));
    world
}

/// A toleration of one key, for ever or for some seconds.
fn tolerates(key: &str, seconds: Option<i64>) -> Value {
    let mut toleration = json!({"key": key, "operator": "Exists", "effect": "NoExecute"});
    if let Some(seconds) = seconds {
        toleration["tolerationSeconds"] = seconds.into();
    }
    toleration
}

fn create(world: &mut World, name: &str, node: &str, tolerations: Value) {
    world.create(Object::Pod(Rc::new(pod_with(name, node, tolerations))));
}

/// Whether a Pod's deletion has begun.
fn deleted(world: &World, name: &str) -> bool {
    world.pod(name).is_none_or(|pod| pod.meta.terminating())
}

#[test]
fn nl_01u_unbound_pod_is_ignored() {
    let mut world = world();
    world.create(pod("p", ""));
    world.taint("n1", &[("t", EXECUTE)]);
    assert!(!deleted(&world, "p"));
}

#[test]
fn nl_02u_pod_without_toleration_gets_the_condition_and_is_deleted_with_its_grace() {
    let mut world = world();
    world.create(pod("p", "n1"));
    world.taint("n1", &[("t", EXECUTE)]);
    let pod = world.pod("p").expect("its kubelet hasn't stopped it");
    assert_eq!(pod.meta.deletion_grace_period_seconds(), Some(30));
    let target = condition::find(&pod.status.conditions, "DisruptionTarget").expect("it was written");
    let wanted = ("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");
    assert_eq!((&*target.reason, &*target.message), wanted);
    assert_eq!((target.status, target.observed_generation), (Truth::True, 1));
    assert_eq!(world.messages("TaintManagerEviction"), ["Marking for deletion Pod default/p"]);
    let event = world.server.objects(Kind::EVENT).next().expect("it was written").to_value();
    assert_eq!(
        event["involvedObject"],
        json!({"apiVersion": "v1", "kind": "Pod", "name": "p", "namespace": "default"})
    );
    assert_eq!(event["source"], json!({"component": "taint-eviction-controller"}));
}

#[test]
fn no_schedule_taints_delete_nothing() {
    let mut world = world();
    world.create(pod("p", "n1"));
    world.taint("n1", &[("t", Effect::NoSchedule), ("u", Effect::PreferNoSchedule)]);
    assert!(!deleted(&world, "p"));
}

#[test]
fn nl_03u_tolerations_with_seconds_without_and_of_another_key() {
    let mut world = world();
    create(&mut world, "seconds", "n1", json!([tolerates("t", Some(100))]));
    create(&mut world, "ever", "n1", json!([tolerates("t", None)]));
    create(&mut world, "other", "n1", json!([tolerates("u", None)]));
    world.taint("n1", &[("t", EXECUTE)]);
    assert_eq!(["seconds", "ever", "other"].map(|name| deleted(&world, name)), [false, false, true]);
    world.seconds(99);
    assert!(!deleted(&world, "seconds"));
    world.seconds(10_000);
    assert_eq!(["seconds", "ever"].map(|name| deleted(&world, name)), [true, false]);
}

#[test]
fn nl_04u_pod_bound_to_a_tainted_node_is_deleted_unless_it_tolerates() {
    let mut world = world();
    world.taint("n1", &[("t", EXECUTE)]);
    world.create(pod("p", ""));
    create(&mut world, "tolerant", "", json!([tolerates("t", None)]));
    world.edit_pod("p", |pod| pod.node_name = "n1".into());
    world.edit_pod("tolerant", |pod| pod.node_name = "n1".into());
    assert_eq!(["p", "tolerant"].map(|name| deleted(&world, name)), [true, false]);
}

fn set_tolerations(world: &mut World, tolerations: Value) {
    let spec = pod_with("p", "n1", tolerations).spec;
    world.edit_pod("p", |pod| pod.spec = spec);
}

#[test]
fn nl_05u_toleration_removed_while_waiting() {
    let mut world = world();
    create(&mut world, "p", "n1", json!([tolerates("t", Some(100))]));
    world.taint("n1", &[("t", EXECUTE)]);
    world.seconds(1);
    set_tolerations(&mut world, json!([]));
    assert!(deleted(&world, "p"));
}

#[test]
fn nl_06u_lengthened_toleration_changes_nothing() {
    let mut world = world();
    create(&mut world, "p", "n1", json!([tolerates("t", Some(10))]));
    world.taint("n1", &[("t", EXECUTE)]);
    world.seconds(5);
    set_tolerations(&mut world, json!([tolerates("t", Some(100))]));
    world.seconds(4);
    assert!(!deleted(&world, "p"));
    world.seconds(1);
    assert!(deleted(&world, "p"));
}

#[test]
fn nl_07u_node_that_appears_with_a_taint() {
    let mut world = world();
    world.create(pod("p", "n2"));
    create(&mut world, "tolerant", "n2", json!([tolerates("t", None)]));
    let Object::Node(node) = node("n2", Some(Truth::True), START) else { unreachable!("it is a node") };
    let mut node = Rc::unwrap_or_clone(node);
    node.taints = Rc::new(vec![Taint::new("t", "", EXECUTE)]);
    world.create(Object::Node(Rc::new(node)));
    assert_eq!(["p", "tolerant"].map(|name| deleted(&world, name)), [true, false]);
}

#[test]
fn nl_08u_two_taints_of_which_one_is_tolerated() {
    let mut world = world();
    create(&mut world, "p", "n1", json!([tolerates("t", Some(100))]));
    world.taint("n1", &[("t", EXECUTE), ("u", EXECUTE)]);
    assert!(deleted(&world, "p"));
}

#[test]
fn nl_09u_taint_removed_in_time() {
    let mut world = world();
    create(&mut world, "p", "n1", json!([tolerates("t", Some(100))]));
    world.taint("n1", &[("t", EXECUTE)]);
    world.seconds(50);
    world.taint("n1", &[]);
    world.seconds(100);
    assert!(!deleted(&world, "p"));
    assert_eq!(world.messages("TaintManagerEviction"), ["Cancelling deletion of Pod default/p"]);
}

#[test]
fn nl_10u_shortest_of_two_tolerations_counts() {
    let mut world = world();
    create(&mut world, "p", "n1", json!([tolerates("t", Some(1)), tolerates("u", Some(100))]));
    world.taint("n1", &[("t", EXECUTE), ("u", EXECUTE)]);
    assert!(!deleted(&world, "p"));
    world.seconds(1);
    assert!(deleted(&world, "p"));
}

#[test]
fn nl_11u_each_pod_has_its_own_time() {
    let mut world = world();
    create(&mut world, "none", "n1", json!([]));
    create(&mut world, "one", "n1", json!([tolerates("t", Some(1))]));
    create(&mut world, "ever", "n1", json!([tolerates("t", None)]));
    world.taint("n1", &[("t", EXECUTE)]);
    let all = |world: &World| ["none", "one", "ever"].map(|name| deleted(world, name));
    assert_eq!(all(&world), [true, false, false]);
    world.seconds(1);
    assert_eq!(all(&world), [true, true, false]);
    world.taint("n1", &[("t", EXECUTE), ("u", EXECUTE)]);
    assert_eq!(all(&world), [true, true, true]);
}

#[test]
fn nl_12u_temporarily_tolerated_taint_that_is_added_and_removed() {
    let mut world = world();
    create(&mut world, "p", "n1", json!([tolerates("t", None), tolerates("u", Some(100))]));
    world.taint("n1", &[("t", EXECUTE)]);
    world.taint("n1", &[("t", EXECUTE), ("u", EXECUTE)]);
    world.seconds(50);
    world.taint("n1", &[("t", EXECUTE)]);
    world.seconds(100);
    assert!(!deleted(&world, "p"));
    assert_eq!(world.messages("TaintManagerEviction"), ["Cancelling deletion of Pod default/p"]);
}

#[test]
fn only_the_first_matching_toleration_counts_and_no_time_means_now() {
    let tolerations = |list: Value| pod_with("p", "", list).spec.tolerations.clone();
    let taint = [Taint::new("t", "", EXECUTE)];
    let judge = |list: Value| verdict(taint.iter(), &tolerations(list));
    let seconds = |n| Verdict::Later(Duration::from_secs(n));
    assert_eq!(judge(json!([tolerates("t", Some(9)), tolerates("t", Some(1))])), seconds(9));
    assert_eq!(judge(json!([tolerates("t", None), tolerates("t", Some(1))])), Verdict::Stays);
    assert_eq!(judge(json!([tolerates("t", Some(-5))])), seconds(0));
    assert_eq!(judge(json!([])), Verdict::Now);
}

#[test]
fn deletion_scheduled_for_a_pod_that_went_is_called_off() {
    let mut world = world();
    create(&mut world, "p", "n1", json!([tolerates("t", Some(10))]));
    world.taint("n1", &[("t", EXECUTE)]);
    world.finish("p");
    assert_eq!(world.messages("TaintManagerEviction"), ["Cancelling deletion of Pod default/p"]);
    world.taint("n1", &[]);
    world.create(pod("p", "n1"));
    world.seconds(20);
    assert!(!deleted(&world, "p"));
}

#[test]
fn replacement_under_a_finite_toleration_has_its_own_countdown() {
    let mut world = world();
    create(&mut world, "a", "n1", json!([tolerates("t", Some(5))]));
    world.taint("n1", &[("t", EXECUTE)]);
    world.seconds(5);
    world.finish("a");
    create(&mut world, "b", "n1", json!([tolerates("t", Some(5))]));
    world.seconds(4);
    assert!(!deleted(&world, "b"));
    world.seconds(1);
    assert!(deleted(&world, "b"));
}

#[test]
fn deleted_node_deletes_no_pods() {
    let mut world = world();
    world.create(pod("p", "n1"));
    world.delete(Kind::NODE, "n1", None);
    world.seconds(100);
    assert!(!deleted(&world, "p"));
}
