//! Static Pods and their mirrors.

use super::*;

fn mirror(world: &World) -> Option<Rc<Pod>> {
    world.find("kube-system", "kube-scheduler-n1")
}

#[test]
fn a_control_plane_node_runs_four_static_pods() {
    let mut world = World::with(Machine::control_plane("n1"));
    world.at(10.0);
    for name in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
        let pod = world.find("kube-system", &format!("{name}-n1")).expect("it is mirrored");
        assert_eq!((pod.status.phase, pod.ready()), (Phase::Running, true), "{name}");
        let value = pod.to_value();
        let meta = &value["metadata"];
        let annotations = &meta["annotations"];
        assert_eq!(annotations["kubernetes.io/config.source"], "file");
        assert_eq!(annotations["kubernetes.io/config.mirror"], annotations["kubernetes.io/config.hash"]);
        assert!(annotations["kubernetes.io/config.seen"].is_string());
        assert_eq!(meta["labels"], json!({"component": name, "tier": "control-plane"}));
        assert_eq!(
            (&meta["ownerReferences"][0]["kind"], &meta["ownerReferences"][0]["name"]),
            (&"Node".into(), &"n1".into())
        );
        assert_eq!(value["spec"]["tolerations"], json!([{"effect": "NoExecute", "operator": "Exists"}]));
        assert_eq!(value["spec"]["nodeName"], "n1");
        assert!(value["spec"]["volumes"].is_null() && value["spec"]["serviceAccountName"].is_null());
    }
    assert_eq!(world.node().taints[0].key.to_string(), "node-role.kubernetes.io/control-plane");
}

#[test]
fn k_27d_a_deleted_mirror_pod_is_back_within_a_second_with_a_new_uid() {
    let mut world = World::with(Machine::control_plane("n1"));
    world.at(10.0);
    for grace in [None, Some(0)] {
        let before = mirror(&world).expect("it is mirrored");
        let mut request = Request::new(Verb::Delete, Kind::POD).in_namespace("kube-system").named("kube-scheduler-n1");
        request.delete.grace_period_seconds = grace;
        world.ask(request);
        world.restart_clock();
        world.at(1.0);
        let after = mirror(&world).expect("it is back");
        assert_ne!(before.meta.uid, after.meta.uid);
        assert!(!after.meta.terminating());
        assert_eq!((after.status.phase, after.status.container_statuses[0].restart_count), (Phase::Running, 0));
        assert_eq!(after.status.start_time, before.status.start_time);
    }
}

#[test]
fn mirrors_go_with_the_node_and_come_back_with_it() {
    let mut world = World::with(Machine::control_plane("n1"));
    world.ask(Request::new(Verb::Delete, Kind::NODE).named("n1"));
    world.at(90.0);
    assert!(mirror(&world).is_none());
    world.cluster.stop_kubelet(&"n1".into());
    world.cluster.start_kubelet(&"n1".into());
    world.at(105.0);
    assert_eq!(mirror(&world).map(|pod| pod.status.phase), Some(Phase::Running));
}

#[test]
fn any_manifest_can_be_static() {
    let manifest = json!({"metadata": {"name": "web"}, "spec": {"containers": [container("web", "nginx")]}});
    let mut world = World::with(Machine { static_pods: Rc::new(vec![manifest]), ..Machine::worker("n1") });
    world.at(5.0);
    assert_eq!(world.phase("web-n1"), Phase::Running);
}
