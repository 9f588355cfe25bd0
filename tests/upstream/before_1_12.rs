//! The specification's rows on both ways of placing daemon Pods: by the controller, as before 1.12, and by the scheduler.

use super::agent::*;
use crate::support::world::World;
use api::resource::Kind;
use cluster::Cluster;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::kubelet::machine::Machine;

/// As it was, and as it is.
const WAYS: [Placing; 2] = [Placing::ByController, Placing::ByScheduler];

/// Three nodes of one way, the last of them as small as is said.
fn placing(way: Placing, cpu: &str) -> World {
    let mut world = World::of(Cluster::new(1).placing_daemons(way));
    world.add_node("n1").add_node("n2");
    let mut small = Machine::worker("n3");
    small.cpu = cpu.into();
    world.add_machine(small).settle();
    world
}

#[test]
fn h_01d_a_full_node_has_no_pod_or_a_pending_one() {
    for (way, running, pending, failed) in [(WAYS[0], 2, 0, true), (WAYS[1], 2, 1, false)] {
        let mut world = placing(way, "50m");
        create(&mut world);
        world.run_for(10.0);
        let (bound, unbound): (Vec<_>, Vec<_>) = pods(&world).into_iter().partition(|pod| !pod.node_name.is_empty());
        assert_eq!((bound.len(), unbound.len()), (running, pending));
        assert_eq!(!events(&world, "FailedPlacement").is_empty(), failed);
        assert_eq!(!events(&world, "FailedScheduling").is_empty(), !failed);
    }
}

#[test]
fn h_02d_without_a_scheduler_all_run_or_all_wait() {
    for (way, running) in [(WAYS[0], 3), (WAYS[1], 0)] {
        let mut world = placing(way, "2");
        world.cluster.stop_scheduler();
        create(&mut world);
        world.run_for(10.0);
        assert_eq!(pods(&world).iter().filter(|pod| pod.ready()).count(), running);
        assert_eq!((pods(&world).len(), events(&world, "FailedScheduling").len()), (3, 0));
    }
}

#[test]
fn h_03d_a_cordoned_node_has_a_pod_either_way() {
    for way in WAYS {
        let mut world = placing(way, "2");
        does(&mut world, "cordon n2");
        create(&mut world);
        world.run_for(10.0);
        assert!(pod_on(&world, "n2").is_some_and(|pod| pod.ready()));
    }
}

#[test]
fn h_06d_a_new_pod_names_its_node_or_asks_for_it() {
    for (way, bound) in [(WAYS[0], true), (WAYS[1], false)] {
        let mut world = placing(way, "2");
        let begun = world.log.len();
        create(&mut world);
        world.run_for(2.0);
        let new = world.log[begun..].iter().filter(|change| change.old.is_none());
        let new: Vec<_> = new.filter(|change| change.object.kind() == Kind::POD).map(|c| c.object.to_value()).collect();
        assert_eq!(new.len(), 3);
        for pod in new {
            let affinity = &pod["spec"]["affinity"]["nodeAffinity"];
            assert_eq!((pod["spec"]["nodeName"].is_string(), affinity.is_null()), (bound, bound), "{pod}");
        }
    }
}

/// A Pod that fills the last node, bound by hand.
const FILLER: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: filler}
spec:
  nodeName: n3
  containers:
  - {name: c, image: nginx, resources: {requests: {cpu: 100m}}}
";

/// The agent beside a Pod that fills the last node.
fn beside_a_filler(way: Placing, priority: bool) -> World {
    let mut world = placing(way, "150m");
    world.file("filler.yaml", FILLER);
    does(&mut world, "create -f filler.yaml");
    world.settle();
    create_with(&mut world, priority);
    world
}

fn create_with(world: &mut World, priority: bool) {
    if priority {
        does(world, "create priorityclass high --value=1000");
        let named = AGENT.replace("      containers:", "      priorityClassName: high\n      containers:");
        world.file("agent.yaml", &named);
        does(world, "create -f agent.yaml");
    } else {
        create(world);
    }
    world.run_for(60.0);
}

/// On how many nodes the agent runs.
fn running(world: &World) -> usize {
    let running = pods(world).into_iter().filter(|pod| pod.ready() && &*pod.meta.name != "filler");
    running.count()
}

#[test]
fn h_04d_a_higher_priority_makes_room_only_with_the_scheduler() {
    for (way, count) in [(WAYS[0], 2), (WAYS[1], 3)] {
        let world = beside_a_filler(way, true);
        assert_eq!(running(&world), count, "{way:?}");
        assert_eq!(pods(&world).iter().any(|pod| &*pod.meta.name == "filler"), count == 2);
    }
}

#[test]
fn h_05d_room_is_noticed_at_once_only_by_the_scheduler() {
    for (way, count) in [(WAYS[0], 2), (WAYS[1], 3)] {
        let mut world = beside_a_filler(way, false);
        assert_eq!(running(&world), 2, "{way:?}");
        does(&mut world, "delete pod filler");
        let bound = |world: &World| pods(world).iter().filter(|pod| !pod.node_name.is_empty()).count();
        world.run_for(1.0);
        assert_eq!(bound(&world), count, "{way:?}");
        does(&mut world, "annotate ds agent touched=yes");
        world.run_for(5.0);
        assert_eq!(bound(&world), 3, "{way:?}");
    }
}
