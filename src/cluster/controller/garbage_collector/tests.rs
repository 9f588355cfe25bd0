//! The rows of the specification on owners and dependents.

use super::*;
use crate::clock::ControllerId;
use crate::controller::daemonset::DaemonSetController;
use crate::controller::testing::{START, World, key, node, owner, pod};
use api::json;
use api::objects::condition::Truth;
use api::objects::pod::Pod;
use api::objects::workload::DaemonSet;

fn collector() -> (ControllerId, Box<dyn Controller>) {
    (ControllerId::GarbageCollector, Box::<GarbageCollector>::default())
}

fn world() -> World {
    World::new(vec![collector()])
}

/// A ConfigMap, the plainest of owners.
fn config_map(world: &mut World, name: &str, owners: Vec<OwnerReference>) -> Object {
    let value = json!({"metadata": {"name": name, "namespace": "default"}});
    let mut map = Object::from_value(Kind::CONFIG_MAP, &value);
    map.meta_mut().expect("it has metadata").owner_references = Rc::new(owners);
    world.create(map)
}

fn owned_pod(world: &mut World, name: &str, owners: Vec<OwnerReference>) -> Object {
    let mut pod = pod(name, "n1");
    pod.meta_mut().expect("it has metadata").owner_references = Rc::new(owners);
    world.create(pod)
}

fn deleted(world: &World, name: &str) -> bool {
    world.pod(name).is_none_or(|pod| pod.meta.terminating())
}

fn owners_of(world: &World, name: &str) -> Vec<Str> {
    world.pod(name).expect("it stays").meta.owner_references.iter().map(|owner| owner.name.clone()).collect()
}

#[test]
fn dependents_follow_an_owner_deleted_in_the_background() {
    let mut world = world();
    let map = config_map(&mut world, "owner", Vec::new());
    let child = config_map(&mut world, "child", vec![owner(&map)]);
    owned_pod(&mut world, "p", vec![owner(&child)]);
    world.delete(Kind::CONFIG_MAP, "owner", Some(Propagation::Background));
    assert!(world.object(Kind::CONFIG_MAP, "child").is_none());
    let pod = world.pod("p").expect("it has its grace period");
    assert_eq!(pod.meta.deletion_grace_period_seconds(), Some(30));
}

#[test]
fn object_without_owners_is_kept() {
    let mut world = world();
    world.create(pod("p", "n1"));
    world.seconds(100);
    assert!(!deleted(&world, "p"));
}

#[test]
fn gc_14d_one_living_owner_keeps_and_dead_references_go() {
    let mut world = world();
    let (a, b) = (config_map(&mut world, "a", Vec::new()), config_map(&mut world, "b", Vec::new()));
    owned_pod(&mut world, "p", vec![owner(&a), owner(&b)]);
    world.delete(Kind::CONFIG_MAP, "a", None);
    assert!(!deleted(&world, "p"));
    assert_eq!(owners_of(&world, "p"), ["b".into()]);
}

#[test]
fn gc_15d_owner_recreated_under_the_same_name_is_another() {
    let mut world = world();
    let first = config_map(&mut world, "owner", Vec::new());
    owned_pod(&mut world, "p", vec![owner(&first)]);
    world.delete(Kind::CONFIG_MAP, "owner", Some(Propagation::Orphan));
    assert!(!deleted(&world, "p"));
    config_map(&mut world, "owner", Vec::new());
    // A late creation still names the first one.
    owned_pod(&mut world, "late", vec![owner(&first)]);
    assert!(deleted(&world, "late"));
}

#[test]
fn wrong_name_or_missing_owner_is_dangling() {
    let mut world = world();
    let map = config_map(&mut world, "owner", Vec::new());
    owned_pod(&mut world, "misnamed", vec![OwnerReference { name: "other".into(), ..owner(&map) }]);
    owned_pod(&mut world, "wrong-uid", vec![OwnerReference { uid: Uid(7), ..owner(&map) }]);
    owned_pod(&mut world, "right", vec![owner(&map)]);
    assert_eq!(["misnamed", "wrong-uid", "right"].map(|name| deleted(&world, name)), [true, true, false]);
    assert_eq!(world.events(), Vec::<String>::new());
}

#[test]
fn owner_of_an_unknown_kind_is_left_alone() {
    let mut world = world();
    let map = config_map(&mut world, "owner", Vec::new());
    owned_pod(&mut world, "p", vec![OwnerReference { kind: "Widget".into(), ..owner(&map) }]);
    assert!(!deleted(&world, "p"));
}

#[test]
fn lease_of_a_deleted_node_goes() {
    let mut world = world();
    let node = world.create(node("n1", Some(Truth::True), START));
    let mut lease = api::objects::lease::Lease::default();
    (lease.meta.name, lease.meta.namespace) = ("n1".into(), "kube-node-lease".into());
    lease.meta.owner_references = Rc::new(vec![owner(&node)]);
    world.create(Object::Lease(Rc::new(lease)));
    assert_eq!(world.server.count(Kind::LEASE), 1);
    world.delete(Kind::NODE, "n1", None);
    assert_eq!(world.server.count(Kind::LEASE), 0);
}

#[test]
fn foreground_owner_waits_for_its_blocking_dependents() {
    let mut world = world();
    let map = config_map(&mut world, "owner", Vec::new());
    owned_pod(&mut world, "blocking", vec![owner(&map)]);
    owned_pod(&mut world, "idle", vec![OwnerReference { block_owner_deletion: false, ..owner(&map) }]);
    world.delete(Kind::CONFIG_MAP, "owner", Some(Propagation::Foreground));
    let meta = world.object(Kind::CONFIG_MAP, "owner").expect("it waits").meta();
    assert_eq!((meta.terminating(), &*meta.finalizers[0]), (true, FOREGROUND));
    assert_eq!(["blocking", "idle"].map(|name| deleted(&world, name)), [true, false]);
    world.finish("blocking");
    assert!(world.object(Kind::CONFIG_MAP, "owner").is_none());
    assert!(deleted(&world, "idle"));
}

#[test]
fn foreground_spreads_to_dependents_that_have_dependents() {
    let mut world = world();
    let top = config_map(&mut world, "top", Vec::new());
    let middle = config_map(&mut world, "middle", vec![owner(&top)]);
    owned_pod(&mut world, "p", vec![owner(&middle)]);
    world.delete(Kind::CONFIG_MAP, "top", Some(Propagation::Foreground));
    let finalizers = |name: &str| world.object(Kind::CONFIG_MAP, name).expect("it waits").meta().finalizers.clone();
    assert_eq!((finalizers("top").len(), &*finalizers("middle")[0]), (1, FOREGROUND));
    world.finish("p");
    assert_eq!(["top", "middle"].map(|name| world.object(Kind::CONFIG_MAP, name).is_some()), [false, false]);
}

#[test]
fn circle_of_owners_is_broken_in_the_foreground() {
    let mut world = world();
    let a = config_map(&mut world, "a", Vec::new());
    let b = config_map(&mut world, "b", vec![owner(&a)]);
    let _ = world.api().update(Kind::CONFIG_MAP, &key(Kind::CONFIG_MAP, "a"), |object| {
        object.meta_mut().expect("it has metadata").owner_references = Rc::new(vec![owner(&b)]);
        true
    });
    world.settle();
    world.delete(Kind::CONFIG_MAP, "a", Some(Propagation::Foreground));
    assert_eq!(["a", "b"].map(|name| world.object(Kind::CONFIG_MAP, name).is_some()), [false, false]);
}

#[test]
fn waiting_reference_goes_when_another_owner_is_solid() {
    let mut world = world();
    let (a, b) = (config_map(&mut world, "a", Vec::new()), config_map(&mut world, "b", Vec::new()));
    owned_pod(&mut world, "p", vec![owner(&a), owner(&b)]);
    world.delete(Kind::CONFIG_MAP, "a", Some(Propagation::Foreground));
    assert!(!deleted(&world, "p"));
    assert_eq!(owners_of(&world, "p"), ["b".into()]);
    assert!(world.object(Kind::CONFIG_MAP, "a").is_none());
}

#[test]
fn dependents_own_finalizer_decides_how_it_goes() {
    let mut world = world();
    let map = config_map(&mut world, "owner", Vec::new());
    let child = config_map(&mut world, "child", vec![owner(&map)]);
    owned_pod(&mut world, "p", vec![owner(&child)]);
    let _ = world.api().update(Kind::CONFIG_MAP, &key(Kind::CONFIG_MAP, "child"), |object| {
        object.meta_mut().expect("it has metadata").finalizers = Rc::new(vec![ORPHAN.into()]);
        true
    });
    world.settle();
    world.delete(Kind::CONFIG_MAP, "owner", None);
    assert!(world.object(Kind::CONFIG_MAP, "child").is_none());
    assert!(!deleted(&world, "p"));
    assert_eq!(owners_of(&world, "p"), Vec::<Str>::new());
}

#[test]
fn gc_19d_owner_in_another_namespace() {
    let mut world = world();
    world.apply(Kind::NAMESPACE, json!({"metadata": {"name": "ns1"}}));
    let value = json!({"metadata": {"name": "owner", "namespace": "ns1"}});
    let map = world.create(Object::from_value(Kind::CONFIG_MAP, &value));
    owned_pod(&mut world, "p", vec![owner(&map)]);
    assert!(deleted(&world, "p"));
    let text = format!(
        "ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: {}] does not exist in namespace \"default\"",
        map.meta().uid
    );
    assert_eq!(world.messages("OwnerRefInvalidNamespace"), [text]);
}

#[test]
fn object_without_namespace_under_an_owner_with_one_is_kept_with_a_warning() {
    let mut world = world();
    let map = config_map(&mut world, "owner", Vec::new());
    let mut node = node("n1", Some(Truth::True), START);
    node.meta_mut().expect("it has metadata").owner_references = Rc::new(vec![owner(&map)]);
    world.create(node);
    world.delete(Kind::CONFIG_MAP, "owner", None);
    assert!(world.object(Kind::NODE, "n1").is_some());
    assert!(world.messages("OwnerRefInvalidNamespace")[0].contains("namespace: , name: owner"));
}

// With the DaemonSet controller. There is no scheduler: the test binds and runs the Pods itself.

fn daemon_world() -> World {
    let daemon_sets = (ControllerId::DaemonSet, Box::<DaemonSetController>::default() as Box<dyn Controller>);
    let mut world = World::new(vec![daemon_sets, collector()]);
    for name in ["n1", "n2", "n3"] {
        world.create(node(name, Some(Truth::True), START));
        world.taint(name, &[]);
    }
    world
}

fn apply_daemon_set(world: &mut World, image: &str) {
    let spec = json!({"selector": {"matchLabels": {"app": "a"}}, "template": {"metadata": {"labels": {"app": "a"}},
        "spec": {"containers": [{"name": "c", "image": image}]}}});
    world.apply(Kind::DAEMON_SET, json!({"metadata": {"name": "ds", "namespace": "default"}, "spec": spec}));
    world.seconds(1);
    run_pods(world);
}

fn pods(world: &World) -> Vec<Rc<Pod>> {
    let pods = world.server.objects(Kind::POD).filter_map(|object| match object {
        Object::Pod(pod) => Some(pod.clone()),
        _ => None,
    });
    pods.collect()
}

/// Binds every pending Pod to its node and lets it run.
fn run_pods(world: &mut World) {
    let Object::Pod(running) = pod("any", "") else { unreachable!("it is a Pod") };
    for pending in pods(world).into_iter().filter(|pod| pod.node_name.is_empty()) {
        world.edit_pod(&pending.meta.name, |pod| {
            pod.node_name = pod.pinned_node.clone().expect("a daemon Pod names its node");
            pod.status = running.status.clone();
        });
    }
    world.seconds(1);
}

fn daemon_set(world: &World) -> Option<&DaemonSet> {
    match world.object(Kind::DAEMON_SET, "ds") {
        Some(Object::DaemonSet(set)) => Some(set),
        _ => None,
    }
}

#[test]
fn daemon_set_deleted_in_the_background_takes_pods_and_revisions_along() {
    let mut world = daemon_world();
    apply_daemon_set(&mut world, "nginx");
    world.delete(Kind::DAEMON_SET, "ds", Some(Propagation::Background));
    assert!(daemon_set(&world).is_none());
    assert!(pods(&world).iter().all(|pod| pod.meta.terminating()));
    assert_eq!((pods(&world).len(), world.server.count(Kind::CONTROLLER_REVISION)), (3, 0));
}

#[test]
fn gc_16d_daemon_set_in_foreground_deletion_goes_with_its_last_pod() {
    let mut world = daemon_world();
    apply_daemon_set(&mut world, "nginx");
    world.delete(Kind::DAEMON_SET, "ds", Some(Propagation::Foreground));
    // Their kubelets get rid of the Pods after the grace period only.
    world.seconds(30);
    assert!(daemon_set(&world).is_some_and(|set| set.meta.terminating()));
    for (gone, pod) in pods(&world).iter().enumerate() {
        assert!(pod.meta.terminating());
        assert!(daemon_set(&world).is_some(), "after {gone} Pods");
        world.finish(&pod.meta.name);
    }
    assert!(daemon_set(&world).is_none());
    assert_eq!((pods(&world).len(), world.server.count(Kind::CONTROLLER_REVISION)), (0, 0));
}

#[test]
fn gc_17d_orphaned_pods_are_adopted_by_an_equal_daemon_set() {
    let mut world = daemon_world();
    apply_daemon_set(&mut world, "nginx");
    let before: Vec<_> = pods(&world).iter().map(|pod| pod.meta.uid).collect();
    world.delete(Kind::DAEMON_SET, "ds", Some(Propagation::Orphan));
    assert!(daemon_set(&world).is_none());
    assert!(pods(&world).iter().all(|pod| pod.meta.owner_references.is_empty() && !pod.meta.terminating()));
    apply_daemon_set(&mut world, "nginx");
    let set = daemon_set(&world).expect("it is new").meta.uid;
    assert!(pods(&world).iter().all(|pod| pod.meta.controller().is_some_and(|owner| owner.uid == set)));
    assert_eq!(pods(&world).iter().map(|pod| pod.meta.uid).collect::<Vec<_>>(), before);
    assert_eq!(world.server.count(Kind::CONTROLLER_REVISION), 1);
}

/// A real cluster doesn't roll them: the generation in their labels is that of the new set's first template, and either
/// that or the hash will do.
#[test]
fn gc_18d_orphaned_pods_are_adopted_by_another_daemon_set_and_count_as_updated() {
    let mut world = daemon_world();
    apply_daemon_set(&mut world, "nginx");
    world.delete(Kind::DAEMON_SET, "ds", Some(Propagation::Orphan));
    apply_daemon_set(&mut world, "nginx:1.27");
    let set = daemon_set(&world).expect("it is new");
    assert!(pods(&world).iter().all(|pod| pod.meta.controller().is_some_and(|owner| owner.uid == set.meta.uid)));
    assert!(pods(&world).iter().all(|pod| !pod.meta.terminating() && &*pod.spec.containers[0].image == "nginx"));
    assert_eq!((set.status.updated_number_scheduled, world.server.count(Kind::CONTROLLER_REVISION)), (3, 2));
}

#[test]
fn late_pod_of_a_set_that_is_gone_is_collected() {
    let mut world = daemon_world();
    apply_daemon_set(&mut world, "nginx");
    let set = world.object(Kind::DAEMON_SET, "ds").cloned().expect("it is there");
    world.delete(Kind::DAEMON_SET, "ds", None);
    owned_pod(&mut world, "late", vec![owner(&set)]);
    assert!(deleted(&world, "late"));
}

#[test]
fn changes_of_objects_whose_owners_stay_cost_no_work() {
    let mut collector = GarbageCollector::default();
    let mut world = daemon_world();
    apply_daemon_set(&mut world, "nginx");
    for change in world.server.changes_after(0).expect("the log is whole") {
        if matches!(change.object, Object::Pod(_)) {
            collector.take(change, &world.informers, START);
        }
    }
    assert!(!collector.has_work());
}
