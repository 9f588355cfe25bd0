//! What budgets of each form allow.

use super::*;
use crate::clock::ControllerId;
use crate::controller::claim::controller_reference;
use crate::controller::testing::{World, pod};
use api::objects::condition::{self, Condition, Truth};

/// A ReplicaSet of so many, its Pods, of which so many are ready, and a budget.
fn world(wanted: i64, pods: usize, ready: usize, budget: Value) -> World {
    let mut world = World::new(vec![(ControllerId::Disruption, Box::<DisruptionController>::default())]);
    let template =
        json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}});
    let spec = json!({"replicas": wanted, "selector": {"matchLabels": {"app": "web"}}, "template": template});
    world.apply(Kind::REPLICA_SET, json!({"metadata": {"name": "web", "namespace": "default"}, "spec": spec}));
    for number in 0..pods {
        add_pod(&mut world, &format!("web-{number}"), true, number < ready);
    }
    let mut spec = budget;
    spec["selector"] = json!({"matchLabels": {"app": "web"}});
    let meta = json!({"name": "web", "namespace": "default"});
    world.apply(Kind::POD_DISRUPTION_BUDGET, json!({"metadata": meta, "spec": spec}));
    world
}

fn add_pod(world: &mut World, name: &str, owned: bool, ready: bool) {
    let Object::Pod(mut made) = pod(name, "n1") else { panic!("a Pod") };
    let owner = world.object(Kind::REPLICA_SET, "web").expect("it was made").meta().clone();
    let new = Rc::make_mut(&mut made);
    new.meta.labels = Rc::new([("app".into(), "web".into())].into());
    if owned {
        new.meta.owner_references = Rc::new(vec![controller_reference(Kind::REPLICA_SET, &owner)]);
    }
    let truth = if ready { Truth::True } else { Truth::False };
    condition::set(&mut new.status.conditions, Condition::new("Ready", truth, world.now.time()));
    world.create(Object::Pod(made));
    world.settle();
}

fn status(world: &World) -> Value {
    world.object(Kind::POD_DISRUPTION_BUDGET, "web").expect("it is there").to_value()["status"].clone()
}

/// Expected, healthy, desired and allowed.
fn counts(world: &World) -> [i64; 4] {
    let status = status(world);
    ["expectedPods", "currentHealthy", "desiredHealthy", "disruptionsAllowed"]
        .map(|key| status[key].as_i64().unwrap_or(-1))
}

#[test]
fn each_form_of_a_budget_is_counted() {
    for (wanted, pods, ready, budget, expected) in [
        (3, 3, 3, json!({"maxUnavailable": 1}), [3, 3, 2, 1]),
        (3, 3, 2, json!({"maxUnavailable": 1}), [3, 2, 2, 0]),
        (3, 3, 1, json!({"maxUnavailable": 1}), [3, 1, 2, 0]),
        // What is wanted counts, not what is there.
        (5, 3, 3, json!({"maxUnavailable": "40%"}), [5, 3, 3, 0]),
        (3, 3, 3, json!({"maxUnavailable": "50%"}), [3, 3, 1, 2]),
        (3, 3, 3, json!({"minAvailable": "50%"}), [3, 3, 2, 1]),
        // A plain minAvailable asks no controller.
        (5, 3, 3, json!({"minAvailable": 2}), [3, 3, 2, 1]),
        (3, 3, 3, json!({"minAvailable": 3}), [3, 3, 3, 0]),
        (0, 0, 0, json!({"minAvailable": 0}), [0, 0, 0, 0]),
    ] {
        assert_eq!(counts(&world(wanted, pods, ready, budget.clone())), expected, "{wanted} {pods} {ready} {budget}");
    }
}

#[test]
fn its_condition_says_whether_any_may_go() {
    let mut world = world(2, 2, 2, json!({"maxUnavailable": 1}));
    let condition = status(&world)["conditions"][0].clone();
    assert_eq!((&condition["status"], &condition["reason"]), (&json!("True"), &json!("SufficientPods")));
    world.edit_pod("web-0", |pod| {
        let not_ready = Condition::new("Ready", Truth::False, Time::default());
        condition::set(&mut pod.status.conditions, not_ready);
    });
    world.settle();
    let condition = status(&world)["conditions"][0].clone();
    assert_eq!((&condition["status"], &condition["reason"]), (&json!("False"), &json!("InsufficientPods")));
    assert_eq!(condition["observedGeneration"], 1);
}

#[test]
fn pods_without_a_controller_are_told() {
    let mut world = world(1, 1, 1, json!({"maxUnavailable": 1}));
    add_pod(&mut world, "alone", false, true);
    assert_eq!(counts(&world), [1, 2, 0, 2]);
    let told = world.messages("UnmanagedPods");
    assert!(told[0].contains("(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},"), "{told:?}");
}

#[test]
fn when_a_controller_cannot_be_asked_nobody_may_go() {
    let mut world = world(1, 1, 1, json!({"maxUnavailable": 1}));
    world.edit_pod("web-0", |pod| {
        let mut owner = pod.meta.owner_references[0].clone();
        owner.kind = "DaemonSet".into();
        pod.meta.owner_references = Rc::new(vec![owner]);
    });
    world.settle();
    assert_eq!(counts(&world), [1, 1, 0, 0]);
    let why = "daemonsets.apps does not implement the scale subresource";
    let condition = status(&world)["conditions"][0].clone();
    assert_eq!((&condition["reason"], &condition["message"]), (&json!("SyncFailed"), &json!(why)));
    let text = format!("Failed to calculate the number of expected pods: {why}");
    assert_eq!(world.messages("CalculateExpectedPodCountFailed"), [text]);
}

#[test]
fn a_budget_without_pods_says_so() {
    assert_eq!(world(0, 0, 0, json!({"maxUnavailable": 1})).messages("NoPods"), ["No matching pods found"]);
}
