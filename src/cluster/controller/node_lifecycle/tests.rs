//! The rows of the specification on node health, taints by condition, zones, and what new nodes are given.

use super::taints::{NOT_READY, UNREACHABLE};
use super::zone::{Count, State};
use super::*;
use crate::apiserver::Key;
use crate::controller::testing::{START, World, node, pod};
use api::json;
use api::objects::condition::find;
use api::resource::Kind;

fn world() -> World {
    World::new(vec![(ControllerId::NodeLifecycle, Box::<NodeLifecycle>::default())])
}

/// Nodes n1, n2, … that are ready, in the zone without a name.
fn world_of(count: usize) -> World {
    let mut world = world();
    for n in 1..=count {
        world.create(node(&format!("n{n}"), Some(Truth::True), START));
    }
    world.seconds(5);
    world
}

/// Renews the Leases of these nodes every 5 s for a while.
fn run_with_leases(world: &mut World, seconds: u64, nodes: &[&str]) {
    for _ in 0..seconds / 5 {
        nodes.iter().for_each(|name| world.renew_lease(name));
        world.seconds(5);
    }
}

fn ready(world: &World, name: &str) -> (Truth, String) {
    let ready = find(&world.node(name).conditions, "Ready").expect("the node has condition Ready");
    (ready.status, ready.reason.to_string())
}

fn taints_of(world: &World, name: &str) -> Vec<String> {
    world.node(name).taints.iter().map(ToString::to_string).collect()
}

fn no_execute_count(world: &World) -> usize {
    let nodes = world.server.objects(Kind::NODE);
    nodes.filter(|object| matches!(object, Object::Node(node) if taints::has_no_execute(node))).count()
}

#[test]
fn new_node_gets_a_range_then_a_time_to_live_and_is_registered_at_the_next_check() {
    let mut world = world();
    world.create(node("a", Some(Truth::True), START));
    world.create(node("b", Some(Truth::True), START));
    assert_eq!((world.node("a").pod_cidr(), world.node("b").pod_cidr()), ("10.244.0.0/24", "10.244.1.0/24"));
    assert_eq!(world.node("a").spec_rest["podCIDRs"], json!(["10.244.0.0/24"]));
    assert_eq!(world.node("a").meta.annotations["node.alpha.kubernetes.io/ttl"], "0".into());
    let versions = |field: fn(&Node) -> bool| {
        let changes = world.server.changes_after(0).expect("the log is whole");
        let mut nodes = changes.filter(|c| matches!(&c.object, Object::Node(n) if &*n.meta.name == "a" && field(n)));
        nodes.next().expect("some change has it").version
    };
    assert!(versions(|n| !n.pod_cidr().is_empty()) < versions(|n| n.meta.annotations.contains_key(TTL_ANNOTATION)));
    assert_eq!(world.events(), Vec::<String>::new());
    world.seconds(5);
    assert_eq!(world.events(), ["RegisteredNode a", "RegisteredNode b"]);
    assert_eq!(world.messages("RegisteredNode")[0], "Node a event: Registered Node a in Controller");
}

#[test]
fn range_of_a_deleted_node_is_not_reused_at_once() {
    let mut world = world();
    world.create(node("a", Some(Truth::True), START));
    world.delete(Kind::NODE, "a", None);
    world.create(node("b", Some(Truth::True), START));
    assert_eq!(world.node("b").pod_cidr(), "10.244.1.0/24");
}

#[test]
fn ranges_go_on_beyond_256_and_leave_out_the_services() {
    let mut ranges = address::Ranges::default();
    ranges.take("10.244.1.0/24");
    let all: Vec<String> = std::iter::from_fn(|| ranges.allocate()).collect();
    assert_eq!((all[0].as_str(), all[1].as_str()), ("10.244.0.0/24", "10.244.2.0/24"));
    assert!(all.contains(&"10.245.0.0/24".to_string()) && all.contains(&"10.1.0.0/24".to_string()));
    assert!(!all.iter().any(|range| range.starts_with("10.96.") || range.starts_with("10.111.")));
}

#[test]
fn time_to_live_grows_with_the_cluster_and_shrinks_later() {
    let mut step = TimeToLive::default();
    let mut seconds = |nodes| {
        step.resize(nodes);
        step.seconds()
    };
    assert_eq!([100, 101, 95, 89, 600, 5000].map(&mut seconds), [0, 15, 15, 0, 30, 300]);
}

#[test]
fn removed_node_is_said_to_be_removed_within_five_seconds() {
    let mut world = world_of(1);
    world.delete(Kind::NODE, "n1", None);
    world.seconds(5);
    assert_eq!(world.messages("RemovingNode"), ["Node n1 event: Removing Node n1 from Controller"]);
}

#[test]
fn node_that_comes_and_goes_between_checks_is_not_mentioned() {
    let mut world = world();
    world.create(node("n1", Some(Truth::True), START));
    world.delete(Kind::NODE, "n1", None);
    world.seconds(5);
    assert_eq!(world.events(), Vec::<String>::new());
}

#[test]
fn nl_13u_node_without_status_becomes_unknown_when_its_lease_is_missing_or_expired() {
    let mut world = world();
    world.create(node("old", None, START));
    world.create(node("leased", None, START));
    world.create(node("expired", None, START));
    world.renew_lease("expired");
    run_with_leases(&mut world, 60, &["leased"]);
    assert_eq!(ready(&world, "old"), (Truth::Unknown, "NodeStatusNeverUpdated".into()));
    let condition = find(&world.node("old").conditions, "PIDPressure").expect("it was added");
    assert_eq!(&*condition.message, "Kubelet never posted node status.");
    assert_eq!(condition.last_seen_time, START.time());
    run_with_leases(&mut world, 10, &["leased"]);
    assert!(find(&world.node("leased").conditions, "Ready").is_none());
    assert_eq!(ready(&world, "expired"), (Truth::Unknown, "NodeStatusNeverUpdated".into()));
}

#[test]
fn nl_14u_lease_or_status_alone_keeps_a_node_alive() {
    let mut world = world_of(3);
    for _ in 0..15 {
        world.renew_lease("n1");
        world.post_ready("n2", Truth::True);
        world.seconds(5);
    }
    assert_eq!(ready(&world, "n1").0, Truth::True);
    assert_eq!(ready(&world, "n2").0, Truth::True);
    assert_eq!(ready(&world, "n3"), (Truth::Unknown, "NodeStatusUnknown".into()));
}

#[test]
fn nl_15u_new_node_without_status_has_sixty_seconds() {
    let mut world = world();
    world.create(node("n1", None, START));
    world.create(node("leased", None, START));
    world.renew_lease("leased");
    world.seconds(55);
    assert!(world.node("n1").conditions.is_empty());
    assert!(world.node("leased").conditions.is_empty());
}

#[test]
fn silent_node_turns_unknown_after_fifty_seconds_and_its_pods_not_ready() {
    let mut world = world_of(3);
    world.create(pod("p", "n1"));
    world.create(pod("elsewhere", "n2"));
    run_with_leases(&mut world, 45, &["n2", "n3"]);
    assert_eq!(ready(&world, "n1").0, Truth::True);
    ["n2", "n3"].iter().for_each(|name| world.renew_lease(name));
    world.seconds(5);
    assert_eq!(ready(&world, "n1"), (Truth::Unknown, "NodeStatusUnknown".into()));
    assert_eq!(taints_of(&world, "n1"), ["node.kubernetes.io/unreachable:NoSchedule"]);
    world.run(Duration::from_millis(100));
    let pod = world.pod("p").expect("it stays");
    assert!(!pod.ready());
    let condition = find(&pod.status.conditions, "Ready").expect("it is kept");
    assert_eq!((condition.reason.is_empty(), condition.last_transition_time), (true, world.now.time()));
    assert!(world.pod("elsewhere").expect("it stays").ready());
    let unreachable = ["node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"];
    assert_eq!(taints_of(&world, "n1"), unreachable);
    assert!(world.node("n1").taints.iter().all(|taint| taint.time_added.is_some()));
    assert_eq!(&world.events()[3..], ["NodeNotReady n1", "NodeNotReady p"]);
    assert_eq!(world.messages("NodeNotReady"), ["Node n1 status is now: NodeNotReady", "Node is not ready"]);
}

#[test]
fn no_schedule_taint_comes_before_the_pods_are_marked() {
    let mut world = world_of(3);
    world.create(pod("p", "n1"));
    run_with_leases(&mut world, 55, &["n2", "n3"]);
    let changes: Vec<_> = world.server.changes_after(0).expect("the log is whole").collect();
    let version = |found: &dyn Fn(&Object) -> bool| {
        changes.iter().find(|change| found(&change.object)).expect("it happened").version
    };
    let tainted =
        version(&|object| matches!(object, Object::Node(node) if taints::has(node, UNREACHABLE, Effect::NoSchedule)));
    let marked = version(&|object| matches!(object, Object::Pod(pod) if !pod.ready()));
    assert!(tainted < marked);
}

#[test]
fn node_that_returns_loses_no_schedule_at_once_and_no_execute_at_the_next_check() {
    let mut world = world_of(3);
    run_with_leases(&mut world, 60, &["n2", "n3"]);
    assert_eq!(taints_of(&world, "n1").len(), 2);
    world.post_ready("n1", Truth::True);
    assert_eq!(taints_of(&world, "n1"), ["node.kubernetes.io/unreachable:NoExecute"]);
    run_with_leases(&mut world, 5, &["n1", "n2", "n3"]);
    assert_eq!(taints_of(&world, "n1"), Vec::<String>::new());
}

#[test]
fn kubelet_that_reports_not_ready_itself_causes_neither_event_nor_marking() {
    let mut world = world_of(3);
    world.create(pod("p", "n1"));
    world.post_ready("n1", Truth::False);
    assert_eq!(taints_of(&world, "n1"), ["node.kubernetes.io/not-ready:NoSchedule"]);
    world.seconds(6);
    let not_ready = ["node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute"];
    assert_eq!(taints_of(&world, "n1"), not_ready);
    assert!(world.pod("p").expect("it stays").ready());
    assert!(!world.events().iter().any(|event| event.starts_with("NodeNotReady")));
}

#[test]
fn ready_pod_bound_to_a_node_that_is_not_ready_is_marked() {
    let mut world = world_of(3);
    world.post_ready("n1", Truth::False);
    world.seconds(5);
    world.create(pod("p", "n1"));
    assert!(!world.pod("p").expect("it stays").ready());
}

#[test]
fn conditions_and_cordons_become_no_schedule_taints_and_go_with_them() {
    let mut world = world_of(1);
    world.edit_node("n1", |node| {
        node.unschedulable = true;
        for kind in ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"] {
            node.conditions.push(api::objects::condition::Condition::new(kind, Truth::True, START.time()));
        }
        Rc::make_mut(&mut node.taints).push(api::objects::scheduling::Taint::new("mine", "x", Effect::NoSchedule));
    });
    let mut keys = taints_of(&world, "n1");
    keys.sort();
    let wanted = ["disk-pressure", "memory-pressure", "network-unavailable", "pid-pressure", "unschedulable"];
    let mut wanted: Vec<String> = wanted.iter().map(|key| format!("node.kubernetes.io/{key}:NoSchedule")).collect();
    wanted.insert(0, "mine=x:NoSchedule".into());
    assert_eq!(keys, wanted);
    world.edit_node("n1", |node| {
        node.unschedulable = false;
        node.conditions.truncate(1);
    });
    assert_eq!(taints_of(&world, "n1"), ["mine=x:NoSchedule"]);
}

#[test]
fn nl_16d_zone_states_and_rates() {
    let seconds = |count: Count| count.interval().map(|interval| interval.as_secs());
    for (not_ready, all, state, rate) in [
        (2, 3, State::Normal, Some(10)),
        (3, 5, State::PartialDisruption, None),
        (40, 60, State::PartialDisruption, Some(100)),
        (3, 10, State::Normal, Some(10)),
        (4, 4, State::FullDisruption, Some(10)),
        (0, 0, State::Normal, Some(10)),
    ] {
        let count = Count { ready: all - not_ready, not_ready };
        assert_eq!((count.state(), seconds(count)), (state, rate), "{not_ready} of {all}");
    }
}

#[test]
fn partial_disruption_of_a_small_zone_stops_the_tainting() {
    let mut world = world_of(5);
    run_with_leases(&mut world, 120, &["n4", "n5"]);
    // The first node of the queue waits for its 50 ms, and by then the zone is in partial disruption.
    assert_eq!(no_execute_count(&world), 0);
    assert!(["n1", "n2", "n3"].iter().all(|name| taints_of(&world, name).len() == 1));
}

#[test]
fn nl_17u_zone_of_which_a_node_comes_back_is_normal_again() {
    let mut world = world();
    for (name, zone) in [("a1", "a"), ("a2", "a"), ("b1", "b")] {
        world.create(node(name, Some(Truth::True), START));
        world.edit_node(name, |node| {
            Rc::make_mut(&mut node.meta.labels).insert("topology.kubernetes.io/zone".into(), zone.into());
        });
    }
    world.seconds(5);
    run_with_leases(&mut world, 45, &["b1"]);
    assert_eq!(no_execute_count(&world), 0);
    // Zone a is down but b is not: a's nodes are tainted one by one.
    run_with_leases(&mut world, 25, &["b1"]);
    assert_eq!(no_execute_count(&world), 2);
    // All zones are down: the taints go.
    world.seconds(60);
    assert_eq!(no_execute_count(&world), 0);
    assert!(["a1", "a2", "b1"].iter().all(|name| ready(&world, name).0 == Truth::Unknown));
    world.seconds(60);
    assert_eq!(no_execute_count(&world), 0);
    // One comes back: its zone is normal, the other zone is tainted again, from a fresh start of the pace.
    world.post_ready("b1", Truth::True);
    world.renew_lease("b1");
    run_with_leases(&mut world, 30, &["b1"]);
    assert_eq!(taints_of(&world, "b1"), Vec::<String>::new());
    assert_eq!(no_execute_count(&world), 2);
}

#[test]
fn leaving_full_disruption_gives_every_node_a_new_chance() {
    let mut lifecycle = NodeLifecycle::default();
    let informers = Informers::default();
    let later = START + Duration::from_secs(100);
    lifecycle.known.insert("n1".into(), Health { heard: START, ..Health::default() });
    lifecycle.zones.entry(("".into(), "".into())).or_default().state = Some(State::FullDisruption);
    let counts = BTreeMap::from([(("".into(), "".into()), Count { ready: 1, not_ready: 1 })]);
    lifecycle.handle_disruption(&counts, &informers, later);
    assert_eq!(lifecycle.known.get(&"n1".into()).unwrap().heard, later);
}

#[test]
fn nl_18u_nodes_excluded_from_disruption_do_not_count() {
    let mut world = world_of(3);
    world.edit_node("n3", |node| {
        Rc::make_mut(&mut node.meta.labels).insert(EXCLUDE_DISRUPTION.into(), "".into());
    });
    run_with_leases(&mut world, 90, &["n3"]);
    assert_eq!(ready(&world, "n1").0, Truth::Unknown);
    assert_eq!(no_execute_count(&world), 0);
}

#[test]
fn nl_19d_taints_swap_when_a_node_that_was_not_ready_falls_silent() {
    let mut world = world_of(3);
    world.post_ready("n1", Truth::False);
    run_with_leases(&mut world, 10, &["n2", "n3"]);
    let both = |key: &str| [format!("{key}:NoSchedule"), format!("{key}:NoExecute")];
    assert_eq!(taints_of(&world, "n1"), both(NOT_READY));
    run_with_leases(&mut world, 55, &["n2", "n3"]);
    let mut taints = taints_of(&world, "n1");
    taints.sort_by(|a, b| b.cmp(a));
    assert_eq!(taints, both(UNREACHABLE));
}

#[test]
fn nl_20d_and_nl_21d_default_tolerations_of_pods() {
    let mut world = world_of(1);
    let tolerations = |world: &mut World, name: &str, given: api::Value| {
        let spec = json!({"containers": [{"name": "c", "image": "nginx"}], "tolerations": given});
        world.apply(Kind::POD, json!({"metadata": {"name": name, "namespace": "default"}, "spec": spec}));
        world.pod(name).expect("it was created").spec.tolerations.len()
    };
    assert_eq!(tolerations(&mut world, "all", json!([{"operator": "Exists"}])), 1);
    let no_schedule = json!([{"key": NOT_READY, "operator": "Exists", "effect": "NoSchedule"}]);
    assert_eq!(tolerations(&mut world, "no-schedule", no_schedule), 3);
}

#[test]
fn nl_22d_second_of_two_nodes_that_die_together_is_tainted_ten_seconds_later() {
    let mut world = world_of(5);
    run_with_leases(&mut world, 50, &["n3", "n4", "n5"]);
    world.run(Duration::from_millis(100));
    assert_eq!(no_execute_count(&world), 1);
    assert!(taints::has_no_execute(world.node("n1")));
    run_with_leases(&mut world, 5, &["n3", "n4", "n5"]);
    assert_eq!(no_execute_count(&world), 1);
    run_with_leases(&mut world, 5, &["n3", "n4", "n5"]);
    assert_eq!(no_execute_count(&world), 2);
}

#[test]
fn events_name_their_objects_as_a_real_cluster_does() {
    let mut world = world_of(3);
    world.create(pod("p", "n1"));
    run_with_leases(&mut world, 60, &["n2", "n3"]);
    let about = |name: &str| {
        let key = Key::new(&"default".into(), &name.into());
        let mut events = world.api().events_about(&key.namespace, &key.name).map(Object::to_value).collect::<Vec<_>>();
        events.pop().expect("there is one")
    };
    let mut about = about;
    let (of_node, of_pod) = (about("n1"), about("p"));
    assert_eq!(of_node["source"], json!({"component": "node-controller"}));
    assert!(of_node["involvedObject"]["resourceVersion"].is_null());
    assert!(of_pod["involvedObject"]["resourceVersion"].is_string());
    assert_eq!((&of_node["type"], &of_pod["type"]), (&json!("Normal"), &json!("Warning")));
}
