//! What comes with a namespace, and how one goes.

use super::*;
use crate::controller::testing::{World, key};
use api::objects::condition::{self, Truth};
use api::objects::pod::Pod;
use api::request::DeleteOptions;

fn world() -> World {
    let mut world = World::new(vec![(ControllerId::Namespace, Box::<NamespaceController>::default())]);
    world.apply(Kind::NAMESPACE, json!({"metadata": {"name": "team-a"}}));
    world
}

fn in_team(kind: Kind, name: &str) -> (Kind, Key) {
    (kind, Key::new(&"team-a".into(), &name.into()))
}

fn has(world: &World, (kind, key): (Kind, Key)) -> bool {
    world.server.object(kind, &key).is_some()
}

fn create_pod(world: &mut World, name: &str) {
    let spec = json!({"containers": [{"name": "c", "image": "nginx"}]});
    let mut pod = Pod::from_value(&json!({"metadata": {"name": name, "namespace": "team-a"}, "spec": spec}));
    pod.node_name = "n1".into();
    world.create(Object::Pod(Rc::new(pod)));
}

fn conditions(world: &World) -> Vec<condition::Condition> {
    let namespace = world.object(Kind::NAMESPACE, "team-a").expect("it is on its way").to_value();
    condition::list_from(&namespace["status"]["conditions"])
}

#[test]
fn new_namespace_gets_its_account_and_its_root_certificates() {
    let world = world();
    assert!(has(&world, in_team(Kind::SERVICE_ACCOUNT, "default")));
    let (kind, key) = in_team(Kind::CONFIG_MAP, "kube-root-ca.crt");
    let map = world.server.object(kind, &key).expect("it was made").to_value();
    assert!(map["data"]["ca.crt"].as_str().is_some_and(|text| text.starts_with("-----BEGIN CERTIFICATE-----\n")));
    assert!(map["metadata"]["annotations"]["kubernetes.io/description"].is_string());
}

#[test]
fn account_and_certificates_that_are_lost_come_again() {
    let mut world = world();
    for (kind, key) in [in_team(Kind::SERVICE_ACCOUNT, "default"), in_team(Kind::CONFIG_MAP, "kube-root-ca.crt")] {
        let uid = |world: &World| world.server.object(kind, &key).expect("it is there").meta().uid;
        let before = uid(&world);
        world.api().delete(kind, &key, &DeleteOptions::default()).expect("it is there");
        world.settle();
        assert_ne!(uid(&world), before);
    }
}

#[test]
fn certificates_that_were_changed_are_put_right() {
    let mut world = world();
    let (kind, key) = in_team(Kind::CONFIG_MAP, "kube-root-ca.crt");
    let _ = world.api().update(kind, &key, |object| {
        let Object::Other(map) = object else { return false };
        Rc::make_mut(map).body.insert("data".into(), json!({"ca.crt": "mine"}));
        true
    });
    world.settle();
    assert_eq!(world.server.object(kind, &key).expect("it stays").to_value()["data"], root_ca_data());
}

#[test]
fn empty_namespace_goes_five_seconds_after_its_deletion() {
    let mut world = world();
    world.delete(Kind::NAMESPACE, "team-a", None);
    world.seconds(4);
    assert!(has(&world, in_team(Kind::SERVICE_ACCOUNT, "default")));
    world.seconds(1);
    assert!(world.object(Kind::NAMESPACE, "team-a").is_none());
    assert!(!has(&world, in_team(Kind::SERVICE_ACCOUNT, "default")));
    assert!(!has(&world, in_team(Kind::CONFIG_MAP, "kube-root-ca.crt")));
}

#[test]
fn pods_go_first_and_the_rest_five_seconds_later() {
    let mut world = world();
    create_pod(&mut world, "p");
    world.delete(Kind::NAMESPACE, "team-a", None);
    world.seconds(5);
    let (kind, key) = in_team(Kind::POD, "p");
    assert!(world.server.object(kind, &key).is_some_and(|pod| pod.meta().terminating()));
    assert!(has(&world, in_team(Kind::SERVICE_ACCOUNT, "default")));
    let remaining = conditions(&world).into_iter().find(|c| c.kind == "NamespaceContentRemaining");
    let remaining = remaining.expect("it was written");
    assert_eq!(remaining.status, Truth::True);
    assert_eq!(&*remaining.message, "Some resources are remaining: pods. has 1 resource instances");
    let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
    world.api().delete(kind, &key, &options).expect("its kubelet has stopped it");
    world.seconds(4);
    assert!(world.object(Kind::NAMESPACE, "team-a").is_some());
    world.seconds(1);
    assert!(world.object(Kind::NAMESPACE, "team-a").is_none());
}

#[test]
fn finalizer_of_an_object_holds_its_namespace() {
    let mut world = world();
    let mut map = Object::from_value(Kind::CONFIG_MAP, &json!({"metadata": {"name": "held", "namespace": "team-a"}}));
    map.meta_mut().expect("it has metadata").finalizers = Rc::new(vec!["example.com/hold".into()]);
    world.create(map);
    world.delete(Kind::NAMESPACE, "team-a", None);
    world.seconds(60);
    let held = conditions(&world).into_iter().find(|c| c.kind == "NamespaceFinalizersRemaining");
    let text = "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances";
    assert_eq!(&*held.expect("it was written").message, text);
    let (kind, key) = in_team(Kind::CONFIG_MAP, "held");
    world.api().remove_finalizer(kind, &key, "example.com/hold").expect("it is there");
    world.seconds(20);
    assert!(world.object(Kind::NAMESPACE, "team-a").is_none());
}

#[test]
fn events_of_a_namespace_go_with_it() {
    let mut world = world();
    let about = json!({"kind": "Pod", "name": "p", "namespace": "team-a"});
    let value = json!({"metadata": {"name": "p.1", "namespace": "team-a"}, "involvedObject": about, "reason": "Test"});
    world.create(Object::from_value(Kind::EVENT, &value));
    world.delete(Kind::NAMESPACE, "team-a", None);
    world.seconds(5);
    assert_eq!(world.server.count(Kind::EVENT), 0);
}

#[test]
fn other_namespaces_keep_what_they_have() {
    let mut world = world();
    world.delete(Kind::NAMESPACE, "team-a", None);
    world.seconds(10);
    assert!(world.server.object(Kind::SERVICE_ACCOUNT, &key(Kind::SERVICE_ACCOUNT, "default")).is_some());
}
