//! Registration, heartbeats, pressure, and a node that is deleted under its kubelet.

use super::*;

fn is(world: &World, kind: &str) -> String {
    let node = world.node();
    let found = condition::find(&node.conditions, kind).expect("it is written");
    format!("{} {} {}", found.status.as_str(), found.reason, found.message)
}

#[test]
fn a_node_registers_and_becomes_ready_with_its_events() {
    let world = World::new();
    assert_eq!(
        world.reasons("n1"),
        [
            "Starting",
            "NodeHasSufficientMemory",
            "NodeHasNoDiskPressure",
            "NodeHasSufficientPID",
            "NodeAllocatableEnforced",
            "NodeReady"
        ]
    );
    assert_eq!(world.said("n1", "NodeReady"), ["Node n1 status is now: NodeReady"]);
    assert_eq!(
        is(&world, "MemoryPressure"),
        "False KubeletHasSufficientMemory kubelet has sufficient memory available"
    );
    assert_eq!(is(&world, "DiskPressure"), "False KubeletHasNoDiskPressure kubelet has no disk pressure");
    assert_eq!(is(&world, "PIDPressure"), "False KubeletHasSufficientPID kubelet has sufficient PID available");
    assert_eq!(is(&world, "Ready"), "True KubeletReady kubelet is posting ready status");
    let value = world.node().to_value();
    assert_eq!(value["status"]["addresses"][0], json!({"type": "InternalIP", "address": "192.168.10.11"}));
    assert_eq!(value["status"]["nodeInfo"]["machineID"].as_str().map(str::len), Some(32));
    assert_eq!(Node::from_value(&value).to_value(), value);
}

#[test]
fn pressure_holds_for_five_minutes_after_its_end() {
    let mut world = World::new();
    let n1 = "n1".into();
    world.cluster.set_pressure(&n1, Pressure::Disk, true);
    world.at(11.0);
    assert_eq!(is(&world, "DiskPressure"), "True KubeletHasDiskPressure kubelet has disk pressure");
    assert_eq!(world.said("n1", "NodeHasDiskPressure").len(), 1);
    world.cluster.set_pressure(&n1, Pressure::Disk, false);
    world.at(290.0);
    assert!(is(&world, "DiskPressure").starts_with("True"));
    world.at(325.0);
    assert!(is(&world, "DiskPressure").starts_with("False"));
    world.at(400.0);
    assert_eq!(
        world
            .events_about("n1")
            .iter()
            .filter(|e| e.words.reason == "NodeHasNoDiskPressure")
            .map(|e| e.count)
            .sum::<u32>(),
        2
    );
}

#[test]
fn a_broken_network_makes_the_node_not_ready_by_its_own_word() {
    let mut world = World::new();
    world.cluster.set_network(&"n1".into(), false);
    world.at(11.0);
    assert!(is(&world, "Ready").starts_with("False KubeletNotReady container runtime network not ready"));
    assert_eq!(
        world.said("n1", "NodeNotReady").first().map(String::as_str),
        Some("Node n1 status is now: NodeNotReady")
    );
}

#[test]
fn a_lease_is_renewed_every_ten_seconds_as_long_as_the_kubelet_runs() {
    let mut world = World::new();
    let renewed = |world: &World| match world.cluster.objects(Kind::LEASE).next() {
        Some(Object::Lease(lease)) => lease.renew_time.map(|time| time.0 / 1_000_000),
        _ => None,
    };
    let first = renewed(&world).unwrap();
    assert_eq!(renewed(world.at(20.0)).unwrap() - first, 20);
    world.cluster.stop_kubelet(&"n1".into());
    world.cluster.start_kubelet(&"n1".into());
    let steps = world.at(40.0).cluster.steps();
    world.at(80.0);
    assert!(world.cluster.steps() - steps < 60, "one chain of heartbeats, not two");
}

#[test]
fn a_deleted_node_comes_back_only_when_its_kubelet_is_restarted() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    world.ask(Request::new(Verb::Delete, Kind::NODE).named("n1"));
    world.at(30.0);
    assert_eq!(world.phase("p"), Phase::Running);
    assert_eq!(world.cluster.objects(Kind::NODE).count(), 0);
    assert!(world.at(90.0).is_gone("p"));
    world.cluster.stop_kubelet(&"n1".into());
    world.cluster.start_kubelet(&"n1".into());
    world.at(95.0);
    assert!(world.node().ready());
}

#[test]
fn a_kubelet_says_at_once_that_its_node_is_cordoned() {
    let mut world = World::new();
    world.at(12.0).patch_node(json!({"spec": {"unschedulable": true}}));
    world.at(12.5).patch_node(json!({"spec": {"unschedulable": null}}));
    world.at(13.0).patch_node(json!({"spec": {"unschedulable": true}}));
    world.at(13.5);
    assert_eq!(world.said("n1", "NodeNotSchedulable"), ["Node n1 status is now: NodeNotSchedulable"]);
    assert_eq!(counts(&world, "NodeNotSchedulable"), [2]);
    assert_eq!(counts(&world, "NodeSchedulable"), [1]);
}

fn counts(world: &World, reason: &str) -> Vec<u32> {
    world.events_about("n1").iter().filter(|event| event.words.reason == reason).map(|event| event.count).collect()
}

#[test]
fn machines_of_one_shape_share_what_they_have_in_common() {
    let mut world = World::new();
    world.cluster.add_machine(Machine::worker("n2"));
    world.at(3.0);
    let nodes: Vec<Rc<Node>> = world
        .cluster
        .objects(Kind::NODE)
        .filter_map(|object| match object {
            Object::Node(node) => Some(node.clone()),
            _ => None,
        })
        .collect();
    assert!(Rc::ptr_eq(&nodes[0].status_rest, &nodes[1].status_rest));
    assert_ne!(nodes[0].own, nodes[1].own);
}

#[test]
fn a_kubelet_that_comes_back_reports_its_pods_ready_again() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    world.cluster.stop_kubelet(&"n1".into());
    world.at(120.0);
    assert!(!world.get("p").ready(), "the node controller has marked it");
    world.cluster.start_kubelet(&"n1".into());
    world.at(122.0);
    assert!(world.get("p").ready());
}

#[test]
fn what_somebody_else_writes_into_a_pods_status_is_written_over_within_ten_seconds() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    let not_ready = json!({"status": {"conditions": [{"type": "Ready", "status": "False"}]}});
    let mut request = Request::new(Verb::Patch, Kind::POD).in_namespace("default").named("p").with_json(not_ready);
    (request.subresource, request.patch_type) = ("status", Some(api::request::PatchType::Strategic));
    world.ask(request);
    assert!(!world.at(7.0).get("p").ready());
    assert!(world.at(17.0).get("p").ready());
}

#[test]
fn a_machine_that_takes_anothers_name_runs_the_pods_bound_to_it() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    world.cluster.add_machine(Machine { cpu: "2".into(), ..Machine::worker("n1") });
    world.at(12.0);
    assert!(world.get("p").ready());
    assert_eq!(world.node().allocatable.milli_cpu, 2000);
}

#[test]
fn what_had_ended_and_was_on_its_way_out_goes_with_the_next_machine_of_the_name() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    world.delete("p", None);
    let mut moment = 6.0;
    while !world.get("p").terminal() {
        moment += 0.01;
        world.at(moment);
    }
    world.cluster.add_machine(Machine::worker("n1"));
    assert!(world.at(moment + 10.0).is_gone("p"));
}

#[test]
fn mirrors_of_static_pods_that_the_machine_no_longer_has_are_taken_down() {
    let mut world = World::new();
    world.cluster.add_machine(Machine::control_plane("n2"));
    world.at(12.0);
    let mirrors = |world: &World| world.cluster.objects(Kind::POD).count();
    assert_eq!(mirrors(&world), 4);
    world.cluster.add_machine(Machine::worker("n2"));
    world.at(24.0);
    assert_eq!(mirrors(&world), 0);
}
