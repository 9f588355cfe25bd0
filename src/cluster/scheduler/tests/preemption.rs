//! Who has to go for a more important Pod.

use super::*;

/// The Pods that were marked for removal.
fn victims(world: &World) -> Vec<String> {
    let pods = world.server.objects(Kind::POD).filter_map(|object| match object {
        Object::Pod(pod) if pod.meta.terminating() => Some(pod.meta.name.to_string()),
        _ => None,
    });
    pods.collect()
}

fn later(world: &mut World) {
    world.run(Duration::from_secs(60));
}

/// SCH-22d
#[test]
fn as_many_as_possible_stay_the_important_first() {
    let mut world = World::new();
    world.node("n1", json!({"cpu": "2"}));
    world.bound("older", "n1", ranked("p1", "500m"));
    later(&mut world);
    world.bound("younger", "n1", ranked("p1", "500m"));
    world.bound("better", "n1", ranked("p5", "1"));
    world.pod("web", ranked("p10", "1"));
    world.settle();
    assert_eq!(victims(&world), ["older", "younger"]);
}

/// SCH-23d, SCH-24d, SCH-25d
#[test]
fn the_cheapest_node_is_chosen() {
    let check = |on_a: &[(&str, &str)], on_b: &[(&str, &str)], expected: &str| {
        let mut world = World::with_nodes(&["a", "b"]);
        for (node, pods) in [("a", on_a), ("b", on_b)] {
            for (index, (class, cpu)) in pods.iter().enumerate() {
                world.bound(&format!("{node}{index}"), node, ranked(class, cpu));
            }
            later(&mut world);
        }
        world.pod("web", ranked("p10", "4"));
        world.settle();
        assert_eq!(&*world.get("web").status.nominated_node_name, expected, "{on_a:?} {on_b:?}");
    };
    check(&[("p5", "4")], &[("p1", "2"), ("p1", "2")], "b");
    check(&[("p1", "2"), ("p1", "2")], &[("p1", "4")], "b");
    check(&[("p1", "4")], &[("p1", "4")], "b");
}

#[test]
fn budgets_are_spared_where_possible() {
    let mut world = World::with_nodes(&["a", "b"]);
    world.bound("guarded", "a", ranked("p1", "4"));
    world.bound("free", "b", ranked("p5", "4"));
    let budget = json!({"metadata": {"name": "guard", "namespace": "default"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "guarded"}}},
        "status": {"disruptionsAllowed": 0}});
    world.create(Kind::POD_DISRUPTION_BUDGET, budget);
    world.pod("web", ranked("p10", "4"));
    world.settle();
    assert_eq!(victims(&world), ["free"]);
}

/// As in the transcript: the Pod that makes room says so without a word about preemption, and waits for the victim.
#[test]
fn a_daemon_pod_makes_room_on_its_node() {
    let mut world = World::with_nodes(&["n1", "n2", "n3"]);
    world.bound("hog", "n1", asks(json!({"cpu": "4"})));
    world.daemon_pod("agent", "n1", ranked("p10", "500m"));
    world.settle();
    let agent = world.get("agent");
    assert_eq!(&*agent.status.nominated_node_name, "n1");
    let expected = "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].";
    assert_eq!(world.message("agent"), expected);
    let hog = world.get("hog");
    let target = condition::find(&hog.status.conditions, "DisruptionTarget").expect("it is a victim");
    assert_eq!(&*target.reason, "PreemptionByScheduler");
    assert_eq!(&*target.message, "default-scheduler: preempting to accommodate a higher priority pod");
    let event = &world.events("hog")[0];
    assert_eq!(event.message(), format!("Preempted by pod {} on node n1", agent.meta.uid));
    let written = event.to_value();
    assert_eq!(
        (&written["action"], &written["reportingInstance"]),
        (&json!("Preempting"), &json!("default-scheduler-control-plane"))
    );
    world.delete("hog");
    world.settle();
    assert_eq!(world.node_of("agent"), "n1");
    assert_eq!(world.reasons("agent"), ["FailedScheduling", "Scheduled"]);
}

#[test]
fn room_that_was_made_is_not_taken_by_others() {
    let mut world = World::with_nodes(&["n1"]);
    world.bound("hog", "n1", asks(json!({"cpu": "4"})));
    world.pod("important", ranked("p10", "4"));
    world.settle();
    world.delete("hog");
    world.pod("quick", ranked("p5", "1"));
    world.settle();
    assert_eq!((&*world.node_of("important"), &*world.node_of("quick")), ("n1", ""));
}

#[test]
fn while_the_victim_is_going_nobody_else_has_to() {
    let mut world = World::with_nodes(&["n1", "n2"]);
    world.bound("hog", "n1", ranked("p1", "3"));
    world.bound("other", "n1", ranked("p1", "1"));
    world.bound("elsewhere", "n2", asks(json!({"cpu": "1"})));
    world.daemon_pod("agent", "n1", ranked("p10", "3"));
    world.settle();
    assert_eq!(victims(&world), ["hog"]);
    world.delete("elsewhere");
    world.settle();
    let expected = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity \
                    NodeResourcesFit]. no new claims to deallocate, preemption: not eligible due to a terminating pod \
                    on the nominated node.";
    assert_eq!(world.message("agent"), expected);
    assert_eq!(victims(&world), ["hog"]);
}

#[test]
fn who_never_preempts_says_so() {
    let mut world = World::with_nodes(&["n1"]);
    let class = json!({"metadata": {"name": "patient"}, "value": 10, "preemptionPolicy": "Never"});
    world.create(Kind::PRIORITY_CLASS, class);
    world.bound("hog", "n1", asks(json!({"cpu": "4"})));
    world.pod("web", ranked("patient", "1"));
    world.settle();
    let expected = "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible \
                    due to preemptionPolicy=Never.";
    assert_eq!(world.message("web"), expected);
}
