//! Which nodes could take a Pod.

use super::super::filter::{Plugin, Rejection};
use super::*;

/// The filters' answer for the one Pod named `web`.
fn verdict(world: &mut World, node: &str, spec: Value) -> Option<Rejection> {
    world.settle();
    let pod = Pod::from_value(&pod_value("web", spec));
    let all = world.scheduler.explain(&pod);
    all.into_iter().find(|(name, _)| &**name == node).expect("the node is there").1
}

fn tolerating(toleration: Value) -> Value {
    json!({"tolerations": [toleration]})
}

/// SCH-09d
#[test]
fn a_toleration_speaks_of_one_effect() {
    let spec = tolerating(json!({"key": "foo", "operator": "Exists", "effect": "NoSchedule"}));
    for (value, effect, fits) in
        [("", Effect::NoSchedule, true), ("bar", Effect::NoSchedule, true), ("", Effect::NoExecute, false)]
    {
        let mut world = World::with_nodes(&["n1"]);
        world.taint("n1", "foo", value, effect);
        assert_eq!(verdict(&mut world, "n1", spec.clone()).is_none(), fits, "{value} {effect:?}");
    }
}

/// SCH-11d, SCH-12d
#[test]
fn a_cordoned_node_takes_only_pods_that_tolerate_it() {
    let mut world = World::with_nodes(&["n1"]);
    world.change_node("n1", |node| node.unschedulable = true);
    world.taint("n1", "node.kubernetes.io/unschedulable", "", Effect::NoSchedule);
    let toleration = json!({"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"});
    assert_eq!(verdict(&mut world, "n1", tolerating(toleration)), None);
    let plain = verdict(&mut world, "n1", json!({})).expect("it doesn't fit");
    assert_eq!((plain.plugin, &*plain.reasons[0]), (Plugin::NodeUnschedulable, "node(s) were unschedulable"));
}

/// SCH-15d
#[test]
fn what_a_node_could_never_hold_is_hopeless() {
    let mut world = World::with_nodes(&["n1"]);
    world.bound("hog", "n1", asks(json!({"cpu": "3600m"})));
    for (cpu, hopeless) in [("500m", false), ("5", true)] {
        let rejection = verdict(&mut world, "n1", asks(json!({"cpu": cpu}))).expect("it doesn't fit");
        assert_eq!((&*rejection.reasons[0], rejection.hopeless), ("Insufficient cpu", hopeless));
    }
}

/// SCH-16d
#[test]
fn all_that_is_short_is_told() {
    let mut world = World::with_nodes(&["n1"]);
    world.bound("hog", "n1", asks(json!({"cpu": "4", "memory": "8Gi"})));
    let rejection = verdict(&mut world, "n1", asks(json!({"cpu": "1", "memory": "1Gi"}))).expect("it doesn't fit");
    let reasons: Vec<&str> = rejection.reasons.iter().map(|reason| &**reason).collect();
    assert_eq!(reasons, ["Insufficient cpu", "Insufficient memory"]);
}

/// SCH-17d
#[test]
fn a_node_holds_so_many_pods() {
    let mut world = World::new();
    world.node("n1", json!({"pods": "3"}));
    for name in ["a", "b", "c"] {
        world.bound(name, "n1", json!({}));
    }
    let rejection = verdict(&mut world, "n1", json!({})).expect("it doesn't fit");
    assert_eq!((&*rejection.reasons[0], rejection.hopeless), ("Too many pods", false));
}

/// SCH-20d
#[test]
fn spread_keeps_the_fullest_domain_closed() {
    let mut world = World::with_nodes(&["n1", "n2", "n3"]);
    for (name, node) in [("a", "n1"), ("b", "n1"), ("c", "n2"), ("d", "n3")] {
        world.pod_with(name, json!({}), |pod| {
            pod.node_name = node.into();
            pod.meta.labels = Rc::new([("app".into(), "web".into())].into());
        });
    }
    let spec = json!({"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "web"}}}]});
    let full = verdict(&mut world, "n1", spec.clone()).expect("it doesn't fit");
    assert_eq!(&*full.reasons[0], "node(s) didn't match pod topology spread constraints");
    assert_eq!(verdict(&mut world, "n2", spec.clone()), None);
    assert_eq!(verdict(&mut world, "n3", spec.clone()), None);
    world.change_node("n3", |node| node.meta.labels = Rc::default());
    let unlabelled = verdict(&mut world, "n3", spec).expect("it doesn't fit");
    let expected = "node(s) didn't match pod topology spread constraints (missing required label)";
    assert_eq!((&*unlabelled.reasons[0], unlabelled.hopeless), (expected, true));
}

fn near(part: &str, app: &str) -> Value {
    json!({"affinity": {part: {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": app}}}]}}})
}

/// SCH-21d
#[test]
fn the_first_of_its_kind_needs_no_company() {
    let mut world = World::with_nodes(&["n1", "n2"]);
    assert_eq!(verdict(&mut world, "n1", near("podAffinity", "web")), None);
    let other = verdict(&mut world, "n1", near("podAffinity", "db")).expect("it doesn't fit");
    assert_eq!((&*other.reasons[0], other.hopeless), ("node(s) didn't match pod affinity rules", true));
    world.bound("db", "n2", json!({}));
    assert!(verdict(&mut world, "n1", near("podAffinity", "db")).is_some());
    assert_eq!(verdict(&mut world, "n2", near("podAffinity", "db")), None);
}

#[test]
fn anti_affinity_works_both_ways() {
    let mut world = World::with_nodes(&["n1", "n2"]);
    world.bound("db", "n1", near("podAntiAffinity", "web"));
    let existing = verdict(&mut world, "n1", json!({})).expect("it doesn't fit");
    assert_eq!(&*existing.reasons[0], "node(s) didn't satisfy existing pods anti-affinity rules");
    let own = verdict(&mut world, "n1", near("podAntiAffinity", "db")).expect("it doesn't fit");
    assert_eq!(&*own.reasons[0], "node(s) didn't match pod anti-affinity rules");
    assert_eq!(verdict(&mut world, "n2", near("podAntiAffinity", "db")), None);
}

#[test]
fn a_bound_pod_is_not_in_its_own_way() {
    let mut world = World::with_nodes(&["n1", "n2"]);
    world.bound("web", "n1", asks(json!({"cpu": "3"})));
    world.settle();
    let all = world.scheduler.explain(&world.get("web"));
    assert!(all.iter().all(|(_, rejection)| rejection.is_none()));
}

#[test]
fn nodes_a_daemon_pod_does_not_name_are_not_looked_at() {
    let mut world = World::with_nodes(&["n1", "n2"]);
    world.daemon_pod("agent", "n1", json!({}));
    world.settle();
    let all = world.scheduler.explain(&world.get("agent"));
    assert_eq!(all[0], ("n1".into(), None));
    let other = all[1].1.as_ref().expect("it isn't a candidate");
    assert_eq!(&*other.reasons[0], "node(s) didn't satisfy plugin(s) [NodeAffinity]");
}
