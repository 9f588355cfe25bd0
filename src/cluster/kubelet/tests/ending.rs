//! Deletion: grace periods, signals, hooks, and a kubelet that isn't there.

use super::*;

#[test]
fn a_deleted_pod_stops_well_and_goes() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    world.restart_clock();
    world.delete("p", None);
    world.at(0.3);
    assert_eq!(world.said("p", "Killing"), ["Stopping container c"]);
    assert!(world.get("p").ready(), "it is ready while its process lives");
    world.at(0.6);
    assert_eq!((world.phase("p"), &*world.state("p")), (Phase::Succeeded, "Completed"));
    assert!(!world.get("p").ready());
    assert!(world.at(1.5).is_gone("p"));
}

#[test]
fn k_19d_a_process_that_ignores_sigterm_is_killed_after_its_grace() {
    let mut world = World::new();
    world.image("deaf", Image { on_term: None, ..Image::default() });
    world.one("p", json!({"image": "deaf"})).at(6.0);
    world.restart_clock();
    world.delete("p", None);
    world.at(30.0);
    assert_eq!(world.state("p"), "Running");
    world.at(30.3);
    let ContainerState::Terminated(ended) = world.container("p").state else { panic!("it was killed") };
    assert_eq!((ended.exit_code, &*ended.reason, world.phase("p")), (137, "Error", Phase::Failed));
    assert!(world.at(32.0).is_gone("p"));
}

#[test]
fn k_20d_an_unbound_pod_is_gone_at_once() {
    let mut world = World::new();
    world.patch_node(json!({"spec": {"unschedulable": true}}));
    let value = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container("c", "nginx")]}});
    world.ask(Request::new(Verb::Create, Kind::POD).in_namespace("default").with_json(value));
    world.at(2.0);
    assert_eq!(world.phase("p"), Phase::Pending);
    world.delete("p", None);
    assert!(world.is_gone("p"));
}

#[test]
fn k_21d_a_failed_pod_is_gone_at_once() {
    let mut world = World::new();
    world.pod(
        "p",
        json!({"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox", "command": ["false"]}]}),
    );
    world.at(8.0);
    assert_eq!(world.phase("p"), Phase::Failed);
    world.delete("p", None);
    assert!(world.is_gone("p"));
}

#[test]
fn a_pod_can_be_deleted_while_it_is_being_set_up() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(1.0);
    world.delete("p", None);
    assert!(world.at(2.0).is_gone("p"));
    world.at(10.0);
    assert_eq!(world.reasons("p"), ["Pulling"]);
}

#[test]
fn force_removes_the_object_at_once_and_a_second_deletion_can_only_shorten() {
    let mut world = World::new();
    world.image("deaf", Image { on_term: None, ..Image::default() });
    world.one("p", json!({"image": "deaf"})).one("q", json!({"image": "deaf"})).at(6.0);
    world.restart_clock();
    world.delete("p", Some(0));
    assert!(world.is_gone("p"));
    world.at(1.0);
    assert_eq!(world.said("p", "Killing"), ["Stopping container c"]);
    world.delete("q", None);
    world.at(5.0);
    world.delete("q", Some(60));
    assert_eq!(world.get("q").meta.deletion_grace_period_seconds(), Some(30));
    world.delete("q", Some(2));
    assert!(!world.at(6.5).is_gone("q"));
    assert!(world.at(8.5).is_gone("q"));
}

#[test]
fn a_pre_stop_hook_comes_first_and_counts_in_the_grace() {
    let mut world = World::new();
    let hook = |seconds: u64| json!({"image": "nginx", "lifecycle": {"preStop": {"exec": {"command": ["sleep", seconds.to_string()]}}}});
    world.one("p", hook(5)).one("q", hook(100)).at(10.0);
    world.restart_clock();
    world.delete("p", None);
    world.delete("q", None);
    world.at(4.0);
    assert_eq!(world.state("p"), "Running");
    assert!(world.at(6.5).is_gone("p"));
    world.at(31.0);
    assert!(world.at(33.5).is_gone("q"));
}

#[test]
fn sidecars_stop_after_the_others_in_reverse_order() {
    let mut world = World::new();
    let sidecar = |name: &str| json!({"name": name, "image": "nginx", "restartPolicy": "Always"});
    world.pod("p", json!({"initContainers": [sidecar("s1"), sidecar("s2")], "containers": [container("c", "nginx")]}));
    world.at(8.0).delete("p", None);
    world.at(9.2);
    let Some(pod) = world.find("default", "p") else { panic!("it is not gone yet") };
    let finished = |status: &ContainerStatus| match &status.state {
        ContainerState::Terminated(ended) => ended.finished_at,
        other => panic!("{other:?}"),
    };
    let [first, second] = [0, 1].map(|index| finished(&pod.status.init_container_statuses[index]));
    assert!(finished(&pod.status.container_statuses[0]) <= second && second <= first);
}

#[test]
fn without_its_kubelet_a_pod_stays_terminating_until_the_kubelet_is_back() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    world.cluster.stop_kubelet(&"n1".into());
    world.delete("p", None);
    world.at(45.0);
    assert!(world.get("p").meta.terminating());
    world.cluster.start_kubelet(&"n1".into());
    assert!(world.at(47.0).is_gone("p"));
}

#[test]
fn containers_go_on_without_their_kubelet_and_it_catches_up() {
    let mut world = World::new();
    world.image("once", crash(20.0, 1));
    world.one("p", json!({"image": "once"})).at(8.0);
    world.cluster.stop_kubelet(&"n1".into());
    world.at(40.0);
    assert_eq!((&*world.state("p"), world.container("p").restart_count), ("Running", 0));
    world.cluster.start_kubelet(&"n1".into());
    world.at(43.0);
    assert_eq!(world.container("p").restart_count, 1);
    let ContainerState::Terminated(last) = world.container("p").last_state else { panic!("it has ended") };
    assert_eq!(last.finished_at.0 - last.started_at.0, 20);
}
