//! From bound to running.

use super::*;

#[test]
fn an_admitted_pod_waits_with_its_conditions_in_order() {
    let mut world = World::new();
    world.pod("p", json!({"containers": [container("a", "nginx"), container("b", "nginx")]})).at(0.2);
    let status = world.get("p").status.to_value(world.get("p").spec.qos_class);
    let kinds: Vec<&str> = status["conditions"].as_array().unwrap().iter().filter_map(|c| c["type"].as_str()).collect();
    assert_eq!(kinds, ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]);
    for (index, is) in ["False", "True", "False", "False", "True"].into_iter().enumerate() {
        assert_eq!(status["conditions"][index]["status"], is);
        assert_eq!(status["conditions"][index]["observedGeneration"], 1);
    }
    let ready = world.condition("p", "Ready");
    assert_eq!((&*ready.reason, &*ready.message), ("ContainersNotReady", "containers with unready status: [a b]"));
    assert_eq!(world.condition("p", "Initialized").reason, "");
    let first = &status["containerStatuses"][0];
    assert_eq!(first["imageID"], "");
    assert_eq!(first["started"], false);
    assert_eq!(first["state"], json!({"waiting": {"reason": "ContainerCreating"}}));
    assert_eq!(status["hostIP"], "192.168.10.11");
    assert!(status["podIP"].is_null() && !status["startTime"].is_null());
}

#[test]
fn an_address_comes_with_the_sandbox_and_the_rest_with_the_start() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(1.0);
    assert_eq!(world.get("p").status.pod_ip.map(|ip| ip.to_string()), Some("10.244.0.2".into()));
    assert_eq!(world.condition("p", "PodReadyToStartContainers").status.as_str(), "True");
    assert_eq!((world.phase("p"), &*world.state("p")), (Phase::Pending, "ContainerCreating"));
    world.at(6.0);
    let container = world.container("p");
    assert_eq!((world.phase("p"), container.ready, container.started), (Phase::Running, true, Some(true)));
    assert!(world.get("p").ready());
}

#[test]
fn a_start_leaves_five_events() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).at(6.0);
    assert_eq!(world.reasons("p"), ["Pulling", "Pulled", "Created", "Started"]);
    assert_eq!(world.said("p", "Pulling"), ["Pulling image \"nginx\""]);
    let pulled = &world.said("p", "Pulled")[0];
    assert_eq!(
        pulled,
        "Successfully pulled image \"nginx\" in 3.391s (3.391s including waiting). Image size: 59795293 bytes."
    );
    assert_eq!(world.said("p", "Created"), ["Container created"]);
    assert_eq!(world.said("p", "Started"), ["Container started"]);
    assert_eq!(&*world.events_about("p")[0].words.field_path, "spec.containers{c}");
    world.one("q", json!({"image": "nginx", "imagePullPolicy": "IfNotPresent"})).at(8.0);
    let present = "Container image \"nginx\" already present on machine and can be accessed by the pod";
    assert_eq!(world.said("q", "Pulled"), [present]);
}

#[test]
fn a_kubelet_pulls_one_image_at_a_time() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx"})).one("q", json!({"image": "redis:8"})).at(12.0);
    let waited = &world.said("q", "Pulled")[0];
    assert!(waited.contains("in 2.8s (6.191s including waiting)"), "{waited}");
}

#[test]
fn k_26d_a_host_network_pod_has_the_nodes_address() {
    let mut world = World::new();
    world.pod("p", json!({"hostNetwork": true, "containers": [container("c", "nginx")]})).at(6.0);
    let status = &world.get("p").status;
    assert_eq!(status.pod_ip.map(|ip| ip.to_string()).as_deref(), Some(&*status.host_ip));
}

#[test]
fn a_restarted_container_keeps_the_address_and_a_recreated_pod_does_not() {
    let mut world = World::new();
    world.image("once", crash(20.0, 1));
    world.one("p", json!({"image": "once"})).at(10.0);
    let address = world.get("p").status.pod_ip;
    world.at(30.0);
    assert_eq!((world.container("p").restart_count, world.get("p").status.pod_ip), (1, address));
    world.delete("p", Some(0));
    world.at(31.0).one("p", json!({"image": "once"})).at(40.0);
    assert_ne!(world.get("p").status.pod_ip, address);
}

#[test]
fn pods_wait_for_the_nodes_network_unless_they_use_the_hosts() {
    let mut world = World::new();
    world.cluster.set_network(&"n1".into(), false);
    world.at(11.0);
    assert!(!world.node().ready());
    world.one("p", json!({"image": "nginx"}));
    world.pod("h", json!({"hostNetwork": true, "containers": [container("c", "nginx")]})).at(18.0);
    assert_eq!((world.phase("p"), world.phase("h")), (Phase::Pending, Phase::Running));
    assert!(
        world.said("p", "NetworkNotReady")[0].starts_with("network is not ready: container runtime network not ready")
    );
    world.cluster.set_network(&"n1".into(), true);
    world.at(30.0);
    assert_eq!(world.phase("p"), Phase::Running);
    assert!(world.node().ready());
}

#[test]
fn init_containers_run_one_after_the_other() {
    let mut world = World::new();
    let init = |name: &str| json!({"name": name, "image": "busybox:1.36", "command": ["sleep", "5"]});
    world.pod("p", json!({"initContainers": [init("a"), init("b")], "containers": [container("c", "nginx")]})).at(0.3);
    let initialized = world.condition("p", "Initialized");
    assert_eq!(&*initialized.reason, "ContainersNotInitialized");
    assert_eq!(&*initialized.message, "containers with incomplete status: [a b]");
    assert_eq!(world.state("p"), "PodInitializing");
    world.at(9.0);
    assert_eq!(&*world.condition("p", "Initialized").message, "containers with incomplete status: [b]");
    world.at(25.0);
    assert_eq!(world.phase("p"), Phase::Running);
    assert!(world.get("p").status.init_container_statuses.iter().all(|status| status.ready));
    assert_eq!(&*world.events_about("p")[0].words.field_path, "spec.initContainers{a}");
}

#[test]
fn a_failing_init_container_backs_off_or_fails_the_pod() {
    let mut world = World::new();
    let init = json!([{"name": "i", "image": "busybox:1.36", "command": ["false"]}]);
    let spec = |policy: &str| json!({"restartPolicy": policy, "initContainers": init, "containers": [container("c", "nginx")]});
    world.pod("p", spec("Always")).pod("q", spec("Never")).at(10.0);
    let status = &world.get("p").status.init_container_statuses[0];
    assert!(matches!(&status.state, ContainerState::Waiting(why) if why.reason == "CrashLoopBackOff"));
    assert_eq!((world.phase("p"), world.phase("q")), (Phase::Pending, Phase::Failed));
}

#[test]
fn a_sidecar_lets_the_next_pass_once_it_has_started_and_counts_in_ready() {
    let mut world = World::new();
    let sidecar = json!({"name": "s", "image": "nginx", "restartPolicy": "Always",
        "startupProbe": {"httpGet": {"port": 80}, "periodSeconds": 5}});
    world.pod("p", json!({"initContainers": [sidecar], "containers": [container("c", "nginx")]})).at(6.0);
    assert_eq!(world.phase("p"), Phase::Pending);
    world.at(12.0);
    assert_eq!(world.phase("p"), Phase::Running);
    assert!(world.get("p").ready());
    assert!(world.get("p").status.init_container_statuses[0].ready);
}

#[test]
fn a_running_pod_costs_its_kubelet_little() {
    use super::super::pod_worker::PodWorker;
    use super::super::run::Run;
    let one = size_of::<PodWorker>() + size_of::<Run>();
    // On a 64-bit machine; less in a browser.
    assert!(one <= 160, "{one} bytes");
}
