//! Whose turn it is, and when a Pod is tried again.

use super::super::queue::{Place, backoff};
use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// SCH-07u, SCH-08d
#[test]
fn back_off_doubles_up_to_a_limit() {
    let nanos = Duration::from_nanos;
    assert_eq!(backoff(5, nanos(3), nanos(100)), nanos(48));
    assert_eq!(backoff(16, nanos(1), nanos(32)), nanos(32));
    assert_eq!(backoff(0, nanos(1), nanos(32)), nanos(0));
    let defaults = [1, 2, 3, 4, 5, 6].map(|failures| backoff(failures, SECOND, 10 * SECOND).as_secs());
    assert_eq!(defaults, [1, 2, 4, 8, 10, 10]);
}

/// SCH-06d
#[test]
fn the_important_come_first_then_the_early() {
    let mut world = World::with_nodes(&["n1"]);
    world.pod("early", ranked("p5", "1"));
    world.pod("late", ranked("p5", "1"));
    world.pod("important", ranked("p10", "1"));
    world.settle();
    let mut bound: Vec<(u64, String)> =
        ["early", "late", "important"].map(|name| (world.get(name).meta.resource_version, name.to_string())).into();
    bound.sort();
    let order: Vec<&str> = bound.iter().map(|(_, name)| &**name).collect();
    assert_eq!(order, ["important", "early", "late"]);
}

/// SCH-27d
#[test]
fn other_schedulers_pods_are_left_alone() {
    let mut world = World::with_nodes(&["n1"]);
    world.pod("theirs", json!({"schedulerName": "mine"}));
    world.settle();
    assert_eq!((world.node_of("theirs"), world.reasons("theirs").len()), (String::new(), 0));
    assert!(world.get("theirs").status.conditions.is_empty());
}

/// SCH-28d
#[test]
fn a_gate_holds_until_it_is_lifted() {
    let mut world = World::with_nodes(&["n1"]);
    world.pod("gated", json!({"schedulingGates": [{"name": "a.example/wait"}]}));
    world.run(600 * SECOND);
    assert_eq!((world.node_of("gated"), world.reasons("gated").len()), (String::new(), 0));
    assert_eq!(world.message("gated"), "Scheduling is blocked due to non-empty scheduling gates");
    let lifted = world.api().update_pod(&key("gated"), |pod| {
        Rc::make_mut(&mut pod.spec).scheduling_gates.clear();
        true
    });
    lifted.expect("it is there");
    world.settle();
    assert_eq!(world.node_of("gated"), "n1");
}

#[test]
fn a_pod_on_its_way_out_is_skipped() {
    let mut world = World::with_nodes(&["n1"]);
    world.pod_with("going", json!({}), |pod| pod.meta.finalizers = Rc::new(vec!["a.example/keep".into()]));
    world.delete("going");
    world.settle();
    let events = world.events("going");
    assert_eq!(events[0].message(), "skip schedule deleting pod: default/going");
}

fn full_node() -> World {
    let mut world = World::with_nodes(&["n1"]);
    world.bound("hog", "n1", asks(json!({"cpu": "4"})));
    world.pod("web", asks(json!({"cpu": "1"})));
    world.settle();
    world
}

#[test]
fn room_is_noticed_at_once() {
    let mut world = full_node();
    assert!(matches!(waiting(&world), Some(Place::Pool(_))));
    world.delete("hog");
    world.settle();
    assert_eq!((&*world.node_of("web"), waiting(&world)), ("n1", None));
}

fn waiting(world: &World) -> Option<Place> {
    world.scheduler.waiting(world.get("web").meta.uid).map(|waiting| waiting.place())
}

#[test]
fn what_cannot_help_wakes_nobody() {
    let mut world = full_node();
    let events = world.reasons("web").len();
    world.label("n1", "disk", "ssd");
    world.node("tiny", json!({"cpu": "100m"}));
    world.run(10 * SECOND);
    assert_eq!(world.reasons("web").len(), events);
    world.node("n2", json!({}));
    world.settle();
    assert_eq!(world.node_of("web"), "n2");
}

#[test]
fn a_lifted_taint_lets_the_daemon_pod_in() {
    let mut world = World::with_nodes(&["n1"]);
    world.taint("n1", "maintenance", "", Effect::NoSchedule);
    world.daemon_pod("agent", "n1", json!({}));
    world.settle();
    assert_eq!(world.node_of("agent"), "");
    world.change_node("n1", |node| node.taints = Rc::default());
    world.settle();
    assert_eq!(world.node_of("agent"), "n1");
}

/// The first message is about another version of the Pod than the later ones, which are about the version that carries the
/// condition; so there are two events, as on a real cluster.
#[test]
fn repeats_become_a_series() {
    let mut world = full_node();
    world.run(299 * SECOND);
    assert_eq!(world.events("web").len(), 1);
    let counts = |world: &World| -> Vec<u32> { world.events("web").iter().map(|event| event.count).collect() };
    world.run(40 * SECOND);
    assert_eq!(counts(&world), [1, 1]);
    world.run(330 * SECOND);
    assert_eq!(counts(&world), [1, 2]);
    let written = world.events("web")[1].to_value();
    assert_eq!(written["series"]["count"], 2);
    assert_eq!(written.get("count"), None);
    // From now on repeats are only counted, until the half hour.
    world.run(330 * SECOND);
    assert_eq!(counts(&world), [1, 2]);
    world.run(900 * SECOND);
    assert!(counts(&world)[1] >= 5, "{:?}", counts(&world));
}

#[test]
fn a_pod_bound_by_somebody_else_is_forgotten() {
    let mut world = full_node();
    let bound = world.api().update_pod(&key("web"), |pod| {
        pod.node_name = "n1".into();
        true
    });
    bound.expect("it is there");
    world.settle();
    assert_eq!(waiting(&world), None);
}

/// A learner deletes the Pod between its turn being due and coming.
#[test]
fn a_pod_that_vanished_is_no_trouble() {
    let mut world = World::with_nodes(&["n1"]);
    world.pod("web", json!({}));
    world.deliver();
    world.delete("web");
    world.with_scheduler(|scheduler, ctx| scheduler.schedule_one(ctx));
    let text = world.events("web")[0].message();
    assert_eq!(text, "binding rejected: running Bind plugin \"DefaultBinder\": pods \"web\" not found");
}

#[test]
fn what_is_written_names_the_change_it_answers() {
    let mut world = World::with_nodes(&["n1"]);
    world.pod("web", json!({}));
    let created = world.server.version();
    world.settle();
    let changes = world.server.changes_after(created).expect("the log is short");
    assert!(
        changes.into_iter().all(|change| change.cause.actor == Actor::Scheduler && change.cause.trigger == created)
    );
}
