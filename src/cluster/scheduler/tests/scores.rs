//! Which of several nodes a Pod goes to.

use super::super::cache::NodeInfo;
use super::super::score::{self, least_allocated, node_affinity};
use super::*;

/// SCH-13u, SCH-14u
#[test]
fn least_allocated_is_what_stays_free() {
    let node = |cpu: &str| {
        let allocatable = json!({"cpu": cpu, "memory": 10000, "pods": 110});
        NodeInfo::new(Rc::new(Node::from_value(
            &json!({"metadata": {"name": "n"}, "status": {"allocatable": allocatable}}),
        )))
    };
    let nodes = [node("4"), node("6")];
    let nodes: Vec<&NodeInfo> = nodes.iter().collect();
    let pod = Pod::from_value(&pod_value("web", asks(json!({"cpu": "3", "memory": 5000}))));
    assert_eq!(least_allocated::score(&pod, &nodes), [37, 50]);
    let empty = Pod::from_value(&json!({"metadata": {"name": "web"}, "spec": {"containers": []}}));
    assert_eq!(least_allocated::score(&empty, &nodes), [100, 100]);
}

#[test]
fn m_15u_the_weights_of_the_preferred_terms_that_match_add_up() {
    let labels = json!({"foo": "bar", "key": "value"});
    let node = NodeInfo::new(Rc::new(Node::from_value(&json!({"metadata": {"name": "n", "labels": labels}}))));
    let weight = |terms: &[(i64, Value)]| {
        let terms: Vec<Value> = terms
            .iter()
            .map(|(weight, term)| json!({"weight": weight, "preference": {"matchExpressions": [term]}}))
            .collect();
        let affinity = json!({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}});
        node_affinity::weight(&Pod::from_value(&pod_value("web", json!({"affinity": affinity}))), &node)
    };
    let asks = |key: &str, operator: &str, values: &[&str]| json!({"key": key, "operator": operator, "values": values});
    let (hit, miss, other) = (asks("foo", "In", &["bar"]), asks("foo", "In", &["baz"]), asks("key", "NotIn", &["no"]));
    assert_eq!(weight(&[(5, hit), (7, miss), (11, other)]), 16);
    let broken = asks("foo", "NotIn", &["invalid value: ___@#$%^"]);
    assert_eq!(weight(&[(0, broken.clone())]), 0);
    assert_eq!(weight(&[(3, broken)]), 0, "nor does a broken term match with a weight");
}

fn three_replicas(world: &mut World) {
    let set = json!({"metadata": {"name": "web", "namespace": "default"}, "spec": {"replicas": 3,
        "selector": {"matchLabels": {"group": "web"}}, "template": {"metadata": {"labels": {"group": "web"}},
            "spec": {"containers": [{"name": "main", "image": "nginx"}]}}}});
    let set = world.create(Kind::REPLICA_SET, set);
    for name in ["web-1", "web-2", "web-3"] {
        let owner = api::meta::OwnerReference {
            api_version: "apps/v1".into(),
            kind: "ReplicaSet".into(),
            name: "web".into(),
            uid: set.meta().uid,
            controller: true,
            block_owner_deletion: true,
        };
        world.pod_with(name, json!({}), |pod| {
            pod.meta.labels = Rc::new([("group".into(), "web".into())].into());
            pod.meta.owner_references = Rc::new(vec![owner]);
        });
    }
}

/// SCH-29d
#[test]
fn replicas_are_spread_one_each() {
    let mut world = World::with_nodes(&["n1", "n2", "n3"]);
    three_replicas(&mut world);
    world.settle();
    let nodes = ["web-1", "web-2", "web-3"].map(|name| world.node_of(name));
    assert_eq!(nodes, ["n1", "n2", "n3"]);
}

/// The worked example of the specification: 300 for taints, 97 for room, 200 or half of it for the spread.
#[test]
fn points_add_up_as_upstream() {
    let mut world = World::with_nodes(&["n1", "n2", "n3"]);
    three_replicas(&mut world);
    world.deliver();
    let points = |world: &World, name: &str| {
        let view = world.scheduler.cache.view();
        let nodes: Vec<&NodeInfo> = view.nodes().collect();
        score::scores(&world.get(name), view, &nodes)
    };
    assert_eq!(points(&world, "web-1"), [597, 597, 597]);
    while world.node_of("web-1").is_empty() {
        world.run(Duration::from_millis(1));
    }
    assert_eq!(points(&world, "web-2"), [495, 597, 597]);
}

#[test]
fn preferences_pull_and_push() {
    let mut world = World::with_nodes(&["n1", "n2"]);
    world.label("n2", "disk", "ssd");
    world.taint("n1", "slow", "", Effect::PreferNoSchedule);
    world.pod("web", json!({}));
    let preferred = json!([{"weight": 1, "preference":
        {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}}]);
    world.pod(
        "db",
        json!({"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}}),
    );
    let together = json!([{"weight": 10, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname",
        "labelSelector": {"matchLabels": {"app": "old"}}}}]);
    world.bound("old", "n1", json!({}));
    let tolerations = json!([{"key": "slow", "operator": "Exists"}]);
    world.pod(
        "near",
        json!({"tolerations": tolerations,
        "affinity": {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": together}}}),
    );
    world.settle();
    assert_eq!([world.node_of("web"), world.node_of("db"), world.node_of("near")], ["n2", "n2", "n1"]);
}

#[test]
fn large_clusters_are_searched_in_part() {
    use super::super::decide::enough;
    assert_eq!([99, 100, 500, 1000, 5000, 10_000].map(enough), [99, 100, 230, 420, 500, 500]);
}

#[test]
fn zones_take_turns() {
    let mut world = World::new();
    for (name, zone) in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("c1", "c"), ("a3", "a")] {
        world.node(name, json!({}));
        world.label(name, "topology.kubernetes.io/zone", zone);
    }
    world.deliver();
    let cache = &world.scheduler.cache;
    let order: Vec<&str> = cache.order().iter().map(|slot| &**cache.info(*slot).name()).collect();
    assert_eq!(order, ["a1", "b1", "c1", "a2", "a3"]);
}
