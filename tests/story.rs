//! The walk that every introduction to DaemonSets takes, at the learner's shell.
//!
//! One Pod on each node; a node that comes gets one; a node that goes takes its own along, but only once the Pod garbage
//! collector has looked twice; and a template that the selector doesn't match is refused.

use crate::support::world::World;
use std::time::Duration;

const MONITORING: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: monitoring-daemon
spec:
  selector:
    matchLabels:
      app: monitoring-agent
  template:
    metadata:
      labels:
        app: monitoring-agent
    spec:
      containers:
      - name: monitoring-agent
        image: nginx
";

/// Columns of `kubectl get pods` that say where a Pod is.
const PLACES: &str = "kubectl get pods -o custom-columns=NODE:.spec.nodeName,PHASE:.status.phase --no-headers | sort";

fn world_with_the_daemon() -> World {
    let mut world = World::with_nodes(["node-1", "node-2"]);
    world.file("monitoring.yaml", MONITORING);
    world.shows("kubectl create -f monitoring.yaml", "daemonset.apps/monitoring-daemon created\n");
    world.settle();
    world
}

#[test]
fn every_node_gets_one_pod() {
    let mut world = world_with_the_daemon();
    world.shows(
        "kubectl get ds --no-headers | awk '{print $1, $2, $3, $4, $5, $6, $7}'",
        "monitoring-daemon 2 2 2 2 2 <none>\n",
    );
    world.shows(PLACES, "node-1   Running\nnode-2   Running\n");
}

#[test]
fn describe_tells_the_counts_and_who_made_the_pods() {
    let mut world = world_with_the_daemon();
    let told = world.kubectl("describe ds monitoring-daemon").all();
    for line in [
        "Selector:       app=monitoring-agent",
        "Desired Number of Nodes Scheduled: 2",
        "Number of Nodes Misscheduled: 0",
        "Pods Status:  2 Running / 0 Waiting / 0 Succeeded / 0 Failed",
        "    Image:         nginx",
    ] {
        assert!(told.lines().any(|told| told == line), "no line {line:?} in\n{told}");
    }
    assert_eq!(told.matches("daemonset-controller  Created pod: monitoring-daemon-").count(), 2, "{told}");
}

#[test]
fn a_node_that_comes_gets_its_pod() {
    let mut world = world_with_the_daemon();
    world.add_node("node-3").settle();
    world.shows(PLACES, "node-1   Running\nnode-2   Running\nnode-3   Running\n");
    world.shows("kubectl get nodes -o name", "node/node-1\nnode/node-2\nnode/node-3\n");
}

#[test]
fn a_node_that_goes_takes_its_pod_along_forty_to_sixty_seconds_later() {
    let mut world = world_with_the_daemon();
    world.remove_node("node-2");
    let gone_at = world.now();
    world.run_for(39.0).shows(PLACES, "node-1   Running\nnode-2   Running\n");
    while world.run(PLACES).out().contains("node-2") {
        world.run_for(0.5);
        assert!(world.now().since(gone_at) < Duration::from_secs(62), "its Pod is still there");
    }
    world.settle().shows(PLACES, "node-1   Running\n");
    world.shows("kubectl get ds --no-headers | awk '{print $2, $3, $4}'", "1 1 1\n");
}

#[test]
fn a_pod_deleted_by_hand_comes_back_on_its_node() {
    let mut world = world_with_the_daemon();
    let name = |world: &mut World| {
        world.run("kubectl get pods --field-selector spec.nodeName=node-1 -o name").out().trim().to_string()
    };
    let before = name(&mut world);
    let printed = world.kubectl(&format!("delete {before}")).out();
    assert_eq!(printed, format!("pod \"{}\" deleted from default namespace\n", before.trim_start_matches("pod/")));
    world.settle();
    let after = name(&mut world);
    assert!(after.starts_with("pod/monitoring-daemon-") && after != before, "{before}, then {after}");
}

#[test]
fn deleting_the_daemon_set_deletes_its_pods() {
    let mut world = world_with_the_daemon();
    world.shows(
        "kubectl delete ds monitoring-daemon",
        "daemonset.apps \"monitoring-daemon\" deleted from default namespace\n",
    );
    world.settle().shows("kubectl get pods", "No resources found in default namespace.\n");
}

#[test]
fn a_template_that_the_selector_does_not_match_is_refused() {
    let mut world = World::with_nodes(["node-1"]);
    world.file("wrong.yaml", &MONITORING.replacen("        app: monitoring-agent", "        app: other", 1));
    let printed = world.kubectl("create -f wrong.yaml");
    assert_eq!(
        printed.err(),
        "The DaemonSet \"monitoring-daemon\" is invalid: spec.template.metadata.labels: Invalid value: \
         {\"app\":\"other\"}: `selector` does not match template `labels`\n"
    );
    assert_eq!(printed.code, 1);
    world.settle().shows("kubectl get ds", "No resources found in default namespace.\n");
}

#[test]
fn logs_are_what_the_image_prints_and_come_from_the_nodes_kubelet() {
    let mut world = World::with_nodes(["node-1"]);
    world.file(
        "talker.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: talker}\nspec:\n  containers:\n  - name: say\n    image: busybox\n    \
         command: [sh, -c, 'echo one; echo two; sleep 3600']\n",
    );
    world.kubectl("apply -f talker.yaml");
    world.shows("kubectl logs talker", "Error from server (BadRequest): pod talker does not have a host assigned\n");
    world.settle();
    world.shows("kubectl logs talker", "one\ntwo\n");
    world.shows("kubectl logs talker --tail=1 --prefix", "[pod/talker/say] two\n");
    let told = world.kubectl("logs talker -p").all();
    assert_eq!(
        told,
        "Error from server (BadRequest): previous terminated container \"say\" in pod \"talker\" not found\n"
    );
    world.cluster.stop_kubelet(&"node-1".into());
    let told = world.kubectl("logs talker").all();
    assert!(
        told.ends_with(
            ":10250/containerLogs/default/talker/say\": dial tcp 192.168.10.11:10250: connect: connection refused\n"
        ),
        "{told}"
    );
}

#[test]
fn a_service_gets_an_address_and_its_ports_a_number_on_the_nodes_and_both_for_good() {
    let mut world = World::with_nodes(["w1"]);
    world.kubectl("create deployment web --image=nginx");
    assert_eq!(world.kubectl("expose deployment web --port=80 --type=NodePort").out(), "service/web exposed\n");
    let ports = "get service web -o jsonpath='{.spec.clusterIP} {.spec.clusterIPs[0]} {.spec.ports[0].nodePort}'";
    let first = world.kubectl(ports).out();
    let words: Vec<&str> = first.split(' ').collect();
    let [address, again, port] = words[..] else { panic!("{first}") };
    assert_eq!(address, again);
    assert!(
        address.starts_with("10.") && port.parse::<u32>().is_ok_and(|port| (30_086..=32_767).contains(&port)),
        "{first}"
    );
    assert!(world.kubectl("get service web").out().contains(&format!("{address}   <none>        80:{port}/TCP")));

    world.kubectl("patch service web -p '{\"spec\":{\"selector\":{\"app\":\"other\"}}}'");
    assert_eq!(world.kubectl(ports).out(), first);
    world.file(
        "web.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, ports: [{port: 80}]}\n",
    );
    assert_eq!(world.kubectl("replace -f web.yaml").out(), "service/web replaced\n");
    assert_eq!(world.kubectl(ports).out(), first);
}

#[test]
fn events_are_gone_an_hour_after_they_were_last_seen() {
    let mut world = world_with_the_daemon();
    let count = "kubectl get events -o name | wc -l";
    let some = world.run(count).out();
    assert_ne!(some.trim(), "0");
    world.run_for(3500.0);
    world.shows(count, &some);
    world.run_for(200.0);
    world.shows("kubectl get events", "No resources found in default namespace.\n");
    world.shows("kubectl delete pod -l app=monitoring-agent --wait=false -o name | wc -l", "2\n");
    world.settle();
    let again = world.run("kubectl get events -o custom-columns=R:.reason --no-headers | sort -u").out();
    assert!(again.contains("SuccessfulCreate"), "{again}");
}
