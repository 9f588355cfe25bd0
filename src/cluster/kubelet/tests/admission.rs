//! The kubelet's own yes or no, eviction and preemption.

use super::super::admit::admit;
use super::*;
use api::objects::pod_spec::PodSpec;
use api::objects::scheduling::{Effect, Taint};

fn node_with(cpu: &str, memory: &str, taints: &[(&str, Effect)]) -> Node {
    let mut node = Node::from_value(&json!({"metadata": {"name": "machine1"},
        "status": {"allocatable": {"cpu": cpu, "memory": memory, "pods": "110"}}}));
    node.taints = Rc::new(taints.iter().map(|(key, effect)| Taint::new(key, "", *effect)).collect());
    node
}

fn bare(spec: Value) -> Pod {
    Pod { spec: Rc::new(PodSpec::from_value(&spec)), ..Pod::default() }
}

fn asking(cpu: &str, memory: &str) -> Pod {
    bare(json!({"containers": [{"name": "c", "resources": {"requests": {"cpu": cpu, "memory": memory}}}]}))
}

fn refusal(pod: &Pod, node: &Node, others: &[Pod]) -> Option<(String, String)> {
    admit(pod, node, others.iter()).err().map(|refusal| (refusal.reason, refusal.message))
}

#[test]
fn k_07u_cpu_is_reported_before_memory() {
    let (reason, message) = refusal(&asking("8m", "10"), &node_with("10m", "20", &[]), &[asking("5m", "19")]).unwrap();
    assert_eq!(reason, "OutOfcpu");
    assert_eq!(message, "Node didn't have enough resource: cpu, requested: 8, used: 5, capacity: 10");
}

#[test]
fn k_08u_another_nodes_pod_is_refused() {
    let pod = Pod { node_name: "machine2".into(), ..bare(json!({})) };
    assert_eq!(refusal(&pod, &node_with("1", "1Gi", &[]), &[]).unwrap().0, "NodeName");
}

#[test]
fn k_09u_a_host_port_is_taken_once() {
    let port = || bare(json!({"containers": [{"name": "c", "ports": [{"hostPort": 123, "containerPort": 1}]}]}));
    assert_eq!(refusal(&port(), &node_with("1", "1Gi", &[]), &[port()]).unwrap().0, "NodePorts");
}

#[test]
fn k_10u_k_11u_k_12u_and_k_13u_only_untolerated_no_execute_taints_count() {
    let tolerating = |keys: &[&str]| {
        let tolerations: Vec<Value> = keys.iter().map(|key| json!({"key": key, "operator": "Exists"})).collect();
        bare(json!({"tolerations": tolerations}))
    };
    let (foo, bar, baz) = (("foo", Effect::NoSchedule), ("bar", Effect::NoExecute), ("baz", Effect::PreferNoSchedule));
    let refused = |pod: &Pod, taints: &[(&str, Effect)]| {
        refusal(pod, &node_with("1", "1Gi", taints), &[]).map(|(reason, _)| reason)
    };
    assert_eq!(refused(&tolerating(&["foo", "bar"]), &[foo, bar]), None);
    assert_eq!(refused(&tolerating(&[]), &[foo]), None);
    assert_eq!(refused(&tolerating(&[]), &[bar]).as_deref(), Some("TaintToleration"));
    assert_eq!(refused(&tolerating(&[]), &[baz]), None);
}

#[test]
fn k_22d_and_k_23d_disk_pressure_refuses_all_but_the_critical() {
    let mut world = World::new();
    world.cluster.set_pressure(&"n1".into(), Pressure::Disk, true);
    world.at(11.0);
    world.one("p", json!({"image": "nginx"}));
    world.pod("q", json!({"priorityClassName": "system-node-critical", "containers": [container("c", "nginx")]}));
    world.at(17.0);
    let status = &world.get("p").status;
    assert_eq!((status.phase, &*status.reason), (Phase::Failed, "Evicted"));
    assert_eq!(&*status.message, "Pod was rejected: The node had condition: [DiskPressure]. ");
    assert_eq!(world.said("p", "Evicted"), ["The node had condition: [DiskPressure]. "]);
    assert!(status.container_statuses.is_empty() && status.start_time.is_some());
    assert_eq!(world.phase("q"), Phase::Running);
}

#[test]
fn k_24d_memory_pressure_refuses_best_effort_pods_that_do_not_tolerate_it() {
    let mut world = World::new();
    world.cluster.set_pressure(&"n1".into(), Pressure::Memory, true);
    world.at(11.0).one("p", json!({"image": "nginx"}));
    world.pod(
        "q",
        json!({"tolerations": [{"key": "node.kubernetes.io/memory-pressure", "operator": "Exists"}],
        "containers": [container("c", "nginx")]}),
    );
    world.one("r", json!({"image": "nginx", "resources": {"requests": {"memory": "1Gi"}}})).at(14.0);
    assert_eq!([world.phase("p"), world.phase("q"), world.phase("r")], [Phase::Failed, Phase::Pending, Phase::Pending]);
}

#[test]
fn k_25d_of_two_pods_bound_at_once_the_second_is_out_of_cpu() {
    let mut world = World::new();
    let big = json!({"image": "nginx", "resources": {"requests": {"cpu": "3"}}});
    world.one("p", big.clone()).one("q", big).at(6.0);
    assert_eq!((world.phase("p"), world.phase("q")), (Phase::Running, Phase::Failed));
    assert_eq!(
        &*world.get("q").status.message,
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 3000, used: 3000, capacity: 4000"
    );
}

#[test]
fn a_critical_pod_makes_room_for_itself() {
    let mut world = World::new();
    let asks = |cpu: &str| json!([{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}]);
    world.pod("low", json!({"containers": asks("3")})).one("free", json!({"image": "nginx"})).at(6.0);
    world.pod("high", json!({"priorityClassName": "system-node-critical", "containers": asks("2")})).at(12.0);
    let status = &world.get("low").status;
    assert_eq!((status.phase, &*status.reason), (Phase::Failed, "Preempting"));
    assert_eq!(world.said("low", "Preempting"), ["Preempted in order to admit critical pod"]);
    assert_eq!(&*world.condition("low", "DisruptionTarget").reason, "TerminationByKubelet");
    assert_eq!((world.phase("high"), world.phase("free")), (Phase::Running, Phase::Running));
}

#[test]
fn under_pressure_one_pod_a_round_is_evicted_and_never_a_critical_one() {
    let mut world = World::new();
    world.image("glutton", Image { memory: 300 << 20, ..Image::default() });
    world.one("modest", json!({"image": "nginx", "resources": {"requests": {"memory": "1Gi"}}}));
    world.one("greedy", json!({"image": "glutton"})).one("small", json!({"image": "nginx"}));
    world.pod(
        "critical",
        json!({"priorityClassName": "system-node-critical", "containers": [container("c", "glutton")]}),
    );
    world.at(20.0);
    world.cluster.set_pressure(&"n1".into(), Pressure::Memory, true);
    world.restart_clock();
    world.at(10.0);
    let evicted = world.get("greedy");
    let text = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi. Container c was using \
        300Mi, request is 0, has larger consumption of memory. ";
    assert_eq!(
        (evicted.status.phase, &*evicted.status.reason, &*evicted.status.message),
        (Phase::Failed, "Evicted", text)
    );
    assert_eq!(world.said("greedy", "Evicted"), [text]);
    assert_eq!(world.state("greedy"), "Error");
    assert_eq!(&*world.condition("greedy", "DisruptionTarget").message, text);
    assert_eq!(&*world.condition("greedy", "Ready").reason, "PodFailed");
    assert_eq!(world.phase("small"), Phase::Running);
    world.at(20.0);
    assert_eq!((world.phase("small"), world.phase("modest")), (Phase::Failed, Phase::Running));
    world.at(60.0);
    assert_eq!((world.phase("modest"), world.phase("critical")), (Phase::Failed, Phase::Running));
    assert_eq!(world.said("n1", "EvictionThresholdMet"), ["Attempting to reclaim memory"]);
}

#[test]
fn a_running_pod_is_not_asked_again() {
    let mut world = World::new();
    world.patch_node(json!({"metadata": {"labels": {"disk": "ssd"}}}));
    world.pod("p", json!({"nodeSelector": {"disk": "ssd"}, "containers": [container("c", "nginx")]})).at(6.0);
    world.patch_node(json!({"metadata": {"labels": {"disk": null}}}));
    world.at(60.0);
    assert_eq!(world.phase("p"), Phase::Running);
    world.pod("q", json!({"nodeSelector": {"disk": "ssd"}, "containers": [container("c", "nginx")]})).at(62.0);
    assert_eq!(&*world.get("q").status.reason, "NodeAffinity");
}
