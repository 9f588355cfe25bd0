//! What is said when a Pod fits nowhere, word for word.

use super::super::filter::{Plugin, Plugins, Rejection};
use super::super::message::{Diagnosis, cut, with_preemption};
use super::*;

fn said(nodes: usize, reasons: &[(usize, &'static str)]) -> String {
    let mut diagnosis = Diagnosis { nodes, ..Diagnosis::default() };
    for (count, reason) in reasons {
        let rejections = (0..*count).map(|_| (0, Rejection::because(Plugin::NodePorts, reason)));
        diagnosis.rejections.extend(rejections);
    }
    diagnosis.text()
}

/// SCH-01u, SCH-02u
#[test]
fn a_pod_turned_down_as_a_whole_has_one_reason() {
    let diagnosis = Diagnosis { nodes: 3, as_a_whole: Some("M"), ..Diagnosis::default() };
    assert_eq!(diagnosis.text(), "0/3 nodes are available: M.");
    let with = with_preemption(diagnosis.text(), "P");
    assert_eq!(with, "0/3 nodes are available: M. no new claims to deallocate, preemption: P");
}

/// SCH-03u, SCH-04u
#[test]
fn nodes_are_counted_by_reason() {
    assert_eq!(said(3, &[(3, "A")]), "0/3 nodes are available: 3 A.");
    assert_eq!(said(3, &[(2, "A"), (1, "B")]), "0/3 nodes are available: 1 B, 2 A.");
}

/// SCH-05d
#[test]
fn counts_are_sorted_as_strings() {
    assert_eq!(said(12, &[(10, "A"), (2, "B")]), "0/12 nodes are available: 10 A, 2 B.");
}

#[test]
fn nodes_not_looked_at_are_counted_without_being_listed() {
    let mut narrowed_by = Plugins::default();
    narrowed_by.add(Plugin::NodeResourcesFit);
    narrowed_by.add(Plugin::NodeAffinity);
    let text = Diagnosis { nodes: 3, narrowed_by, ..Diagnosis::default() }.text();
    assert_eq!(text, "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity NodeResourcesFit].");
}

#[test]
fn events_are_cut_at_1024_bytes() {
    assert_eq!(cut(&"x".repeat(1024)).len(), 1024);
    let long = cut(&"x".repeat(1025));
    assert_eq!(long.len(), 1024);
    assert!(long.ends_with("x ..."));
}

/// SCH-30d
#[test]
fn without_nodes_there_is_nothing_to_count() {
    let mut world = World::new();
    world.pod("web", json!({}));
    world.settle();
    assert_eq!(world.message("web"), "no nodes available to schedule pods");
    world.node("n1", json!({}));
    world.settle();
    assert_eq!(world.node_of("web"), "n1");
}

fn check_daemon_pod(prepare: impl FnOnce(&mut World), spec: Value, expected: &str) {
    let mut world = World::with_nodes(&["n1", "n2", "n3"]);
    prepare(&mut world);
    world.daemon_pod("agent", "n1", spec);
    world.settle();
    assert_eq!(world.message("agent"), expected);
    let events = world.events("agent");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].message(), expected);
}

/// SCH-26d
#[test]
fn daemon_pod_on_a_full_node_with_equals_preempts_nobody() {
    check_daemon_pod(
        |world| world.bound("hog", "n1", asks(json!({"cpu": "3500m"}))),
        asks(json!({"cpu": "1"})),
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims \
         to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 \
         Preemption is not helpful for scheduling.",
    );
}

/// SCH-16d too: cpu and memory are both counted for the one node.
#[test]
fn daemon_pod_larger_than_its_node_is_hopeless() {
    check_daemon_pod(
        |_| {},
        asks(json!({"cpu": "5"})),
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims \
         to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    );
    check_daemon_pod(
        |_| {},
        asks(json!({"cpu": "50", "memory": "100Gi"})),
        "0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 2 node(s) didn't satisfy plugin(s) \
         [NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful \
         for scheduling.",
    );
}

/// SCH-10u
#[test]
fn daemon_pod_on_a_node_tainted_after_its_creation() {
    check_daemon_pod(
        |world| world.taint("n1", "dedicated", "user1", Effect::NoSchedule),
        json!({}),
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't satisfy plugin(s) \
         [NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful \
         for scheduling.",
    );
}

#[test]
fn daemon_pod_whose_host_port_is_taken() {
    let ports = json!([{"containerPort": 80, "hostPort": 8080}]);
    let spec = json!({"containers": [{"name": "main", "image": "nginx", "ports": ports}]});
    check_daemon_pod(
        |world| world.bound("first", "n1", spec.clone()),
        spec.clone(),
        "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't \
         satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No \
         preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    );
}

#[test]
fn daemon_pod_whose_node_is_gone() {
    let mut world = World::with_nodes(&["n2", "n3"]);
    world.daemon_pod("agent", "n1", json!({}));
    world.settle();
    let expected = "0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to \
                    deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
    assert_eq!(world.message("agent"), expected);
}

#[test]
fn ordinary_pod_counts_every_node() {
    let mut world = World::with_nodes(&["control-plane", "n1", "n2", "n3"]);
    world.taint("control-plane", "node-role.kubernetes.io/control-plane", "", Effect::NoSchedule);
    world.change_node("n1", |node| node.unschedulable = true);
    for node in ["n2", "n3"] {
        world.bound(&format!("on-{node}"), node, asks(json!({"memory": "6Gi"})));
    }
    world.pod("web", asks(json!({"memory": "4Gi"})));
    world.settle();
    let expected = "0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 \
                    Insufficient memory. no new claims to deallocate, preemption: 0/4 nodes are available: 2 No \
                    preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.";
    assert_eq!(world.message("web"), expected);
}

/// SCH-19d
#[test]
fn contradicting_names_turn_the_pod_down_as_a_whole() {
    let mut world = World::with_nodes(&["a", "b"]);
    world.pod("web", named(&[&["a", "b"]]));
    world.settle();
    let expected = "0/2 nodes are available: pod affinity terms conflict. no new claims to deallocate, preemption: 0/2 \
                    nodes are available: 2 Preemption is not helpful for scheduling.";
    assert_eq!(world.message("web"), expected);
}

/// SCH-18d
#[test]
fn a_term_without_a_name_leaves_all_nodes_open() {
    let mut world = World::with_nodes(&["a", "b"]);
    let mut spec = named(&[&["a"]]);
    let required = &mut spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let open = json!({"matchExpressions": [{"key": "disk", "operator": "Exists"}]});
    required["nodeSelectorTerms"].as_array_mut().expect("there are terms").push(open);
    world.change_node("a", |node| node.unschedulable = true);
    world.pod("web", spec);
    world.settle();
    let expected = "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were \
                    unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is \
                    not helpful for scheduling.";
    assert_eq!(world.message("web"), expected);
}

/// Required node affinity: per term the names that must all be the node's.
fn named(terms: &[&[&str]]) -> Value {
    let field = |name: &&str| json!({"key": "metadata.name", "operator": "In", "values": [name]});
    let term = |names: &&[&str]| json!({"matchFields": names.iter().map(field).collect::<Vec<_>>()});
    let terms: Vec<Value> = terms.iter().map(term).collect();
    json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
        {"nodeSelectorTerms": terms}}}})
}

#[test]
fn several_named_nodes_are_the_only_candidates() {
    let mut world = World::with_nodes(&["a", "b", "c"]);
    world.bound("hog", "a", asks(json!({"cpu": "4"})));
    let mut spec = named(&[&["a"], &["c"]]);
    spec["containers"] = asks(json!({"cpu": "1"}))["containers"].take();
    world.pod("web", spec);
    world.settle();
    assert_eq!(world.node_of("web"), "c");
}
