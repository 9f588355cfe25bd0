//! The tables against the specification's states and, where it is at hand, what a real cluster printed.

use super::*;
use api::json;

const NOW: &str = "2026-11-24T23:30:00Z";

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

fn ago(seconds: i64) -> String {
    Time(now().0 - seconds).to_string()
}

/// A Pod of 300 seconds with the containers' states given as JSON.
struct Lab {
    pod: Value,
}

fn lab(name: &str) -> Lab {
    let pod = json!({"metadata": {"name": name, "creationTimestamp": ago(300)},
        "spec": {"containers": [{"name": "c"}]}, "status": {"phase": "Pending"}});
    Lab { pod }
}

impl Lab {
    fn with(mut self, pointer: &str, value: Value) -> Lab {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        self.pod.pointer_mut(parent).unwrap()[key] = value;
        self
    }

    fn containers(self, statuses: Value) -> Lab {
        let names: Vec<Value> = statuses.as_array().unwrap().iter().map(|_| json!({"name": "c"})).collect();
        self.with("/spec/containers", names.into()).with("/status/containerStatuses", statuses)
    }

    fn init(self, declared: Value, statuses: Value) -> Lab {
        self.with("/spec/initContainers", declared).with("/status/initContainerStatuses", statuses)
    }

    fn phase(self, phase: &str) -> Lab {
        self.with("/status/phase", phase.into())
    }

    fn condition(mut self, kind: &str, status: &str, reason: &str) -> Lab {
        let condition = json!({"type": kind, "status": status, "reason": reason});
        match &mut self.pod["status"]["conditions"] {
            Value::Array(all) => all.push(condition),
            none => *none = json!([condition]),
        }
        self
    }
}

fn waiting(reason: &str) -> Value {
    json!([{"state": {"waiting": {"reason": reason}}}])
}

fn running(ready: bool) -> Value {
    json!({"ready": ready, "state": {"running": {}}})
}

fn terminated(state: Value) -> Value {
    json!([{"state": {"terminated": state}}])
}

fn shows(lab: Lab, ready: &str, status: &str, restarts: &str) {
    let cells = cells(Kind::POD, &lab.pod, now());
    assert_eq!(cells[1..4], [ready, status, restarts], "{}", cells[0]);
    assert_eq!(cells.len(), columns(Kind::POD).len());
    // Made from as much of a stored Pod as they need, the cells are those of the whole.
    let stored = Object::from_value(Kind::POD, &lab.pod);
    assert_eq!(cells_of(&stored, now()), super::cells(Kind::POD, &stored.to_value(), now()));
}

/// E5.11, with the four tests below it.
#[test]
fn pod_status_is_the_most_telling_reason() {
    shows(lab("pending"), "0/1", "Pending", "0");
    shows(lab("creating").containers(waiting("ContainerCreating")), "0/1", "ContainerCreating", "0");
    shows(lab("running").phase("Running").containers(json!([running(true)])), "1/1", "Running", "0");
    shows(lab("notready").phase("Running").containers(json!([running(false)])), "0/1", "Running", "0");
    shows(lab("pullerr").containers(waiting("ErrImagePull")), "0/1", "ErrImagePull", "0");
    shows(lab("backoff").containers(waiting("ImagePullBackOff")), "0/1", "ImagePullBackOff", "0");
    shows(lab("cfgerr").containers(waiting("CreateContainerConfigError")), "0/1", "CreateContainerConfigError", "0");
    let crash = json!([{"restartCount": 5, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 1, "finishedAt": ago(60)}}}]);
    shows(lab("crash").phase("Running").containers(crash), "0/1", "CrashLoopBackOff", "5 (60s ago)");
    let error = json!([{"restartCount": 2, "state": {"terminated": {"reason": "Error", "exitCode": 1}},
        "lastState": {"terminated": {"exitCode": 1, "finishedAt": ago(100)}}}]);
    shows(lab("error").phase("Running").containers(error), "0/1", "Error", "2 (100s ago)");
    let oom = json!([{"restartCount": 1, "state": {"terminated": {"reason": "OOMKilled", "exitCode": 137}},
        "lastState": {"terminated": {"exitCode": 137, "finishedAt": ago(20)}}}]);
    shows(lab("oom").phase("Running").containers(oom), "0/1", "OOMKilled", "1 (20s ago)");
    let completed = terminated(json!({"reason": "Completed", "exitCode": 0}));
    shows(lab("completed").phase("Succeeded").containers(completed), "0/1", "Completed", "0");
    let failed = terminated(json!({"reason": "Error", "exitCode": 2}));
    shows(lab("failed").phase("Failed").containers(failed), "0/1", "Error", "0");
    shows(lab("exitcode").phase("Failed").containers(terminated(json!({"exitCode": 3}))), "0/1", "ExitCode:3", "0");
    let signal = terminated(json!({"exitCode": 137, "signal": 9}));
    shows(lab("signal").phase("Failed").containers(signal), "0/1", "Signal:9", "0");
}

#[test]
fn a_pod_that_goes_says_so_unless_it_has_ended() {
    let running_pod = |name| lab(name).phase("Running").containers(json!([running(true)]));
    let deleted = |lab: Lab| lab.with("/metadata/deletionTimestamp", ago(-20).into());
    shows(deleted(running_pod("terminating")), "1/1", "Terminating", "0");
    shows(deleted(running_pod("lost")).with("/status/reason", "NodeLost".into()), "1/1", "Unknown", "0");
    shows(lab("evicted").phase("Failed").with("/status/reason", "Evicted".into()), "0/1", "Evicted", "0");
    shows(deleted(lab("ended").phase("Succeeded")), "0/1", "Succeeded", "0");
}

#[test]
fn init_containers_speak_until_they_are_done() {
    let two = || json!([{"name": "i1"}, {"name": "i2"}]);
    let status = |name: &str, state: Value| json!({"name": name, "state": state});
    let done = || status("i1", json!({"terminated": {"exitCode": 0, "reason": "Completed"}}));
    let idle = |name: &str| status(name, json!({"waiting": {"reason": "PodInitializing"}}));
    shows(
        lab("init0")
            .init(two(), json!([status("i1", json!({"running": {}})), idle("i2")]))
            .containers(waiting("PodInitializing")),
        "0/1",
        "Init:0/2",
        "0",
    );
    shows(lab("init1").init(two(), json!([done(), status("i2", json!({"running": {}}))])), "0/1", "Init:1/2", "0");
    let crash = json!({"name": "i1", "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 1, "finishedAt": ago(45)}}});
    shows(lab("initcrash").init(two(), json!([crash])), "0/1", "Init:CrashLoopBackOff", "3 (45s ago)");
    let error = status("i1", json!({"terminated": {"exitCode": 1, "reason": "Error"}}));
    shows(lab("initerr").init(two(), json!([error])), "0/1", "Init:Error", "0");
    let code = status("i1", json!({"terminated": {"exitCode": 7}}));
    shows(lab("initcode").init(two(), json!([code])), "0/1", "Init:ExitCode:7", "0");
    let ended = lab("podinit").init(json!([{"name": "i1"}]), json!([done()])).containers(waiting("PodInitializing"));
    shows(ended, "0/1", "PodInitializing", "0");
}

#[test]
fn sidecars_count_as_containers() {
    let sidecar = json!([{"name": "s", "restartPolicy": "Always"}]);
    let started = json!([{"name": "s", "started": true, "ready": true, "state": {"running": {}}}]);
    let pod = lab("sidecar").phase("Running").init(sidecar, started).containers(json!([running(true)]));
    shows(pod, "2/2", "Running", "0");
}

#[test]
fn one_completed_container_does_not_complete_a_pod() {
    let completed = || json!({"state": {"terminated": {"reason": "Completed", "exitCode": 0}}});
    let two = |other: Value| lab("2of2").phase("Running").containers(json!([completed(), other]));
    shows(two(running(true)), "1/2", "NotReady", "0");
    shows(two(running(true)).condition("Ready", "True", ""), "1/2", "Running", "0");
    let failed = json!({"state": {"terminated": {"reason": "Error", "exitCode": 1}}});
    shows(two(failed), "0/2", "Error", "0");
}

#[test]
fn a_gated_pod_and_one_from_the_future_are_shown_as_such() {
    shows(lab("gated").condition("PodScheduled", "False", "SchedulingGated"), "0/1", "SchedulingGated", "0");
    let future = lab("future").with("/metadata/creationTimestamp", ago(-60).into());
    assert_eq!(cells(Kind::POD, &future.pod, now())[4], "<invalid>");
}

#[test]
fn wide_pod_columns_say_none_for_nothing() {
    let mut pod = lab("wide").pod;
    assert_eq!(cells(Kind::POD, &pod, now())[5..], ["<none>"; 4]);
    pod["spec"]["readinessGates"] = json!([{"conditionType": "a"}, {"conditionType": "b"}]);
    pod["status"]["conditions"] = json!([{"type": "a", "status": "True"}]);
    assert_eq!(cells(Kind::POD, &pod, now())[8], "1/2");
}

#[test]
fn a_silent_node_is_not_ready_and_a_cordoned_one_says_so() {
    let node = |status: Value, unschedulable: bool| {
        let object = json!({"metadata": {"name": "n", "creationTimestamp": ago(0), "labels": {
            "node-role.kubernetes.io/worker": "x", "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "db"}},
            "spec": {"unschedulable": unschedulable}, "status": {"conditions": status}});
        cells(Kind::NODE, &object, now())
    };
    let ready = |status: &str| json!([{"type": "Ready", "status": status}]);
    assert_eq!(node(ready("True"), false)[1..3], ["Ready", "control-plane,db,worker"]);
    assert_eq!(node(ready("Unknown"), true)[1], "NotReady,SchedulingDisabled");
    assert_eq!(node(json!([]), false)[1], "Unknown");
    assert_eq!(node(json!([]), false)[5..], ["<none>", "<none>", "<unknown>", "<unknown>", "<unknown>"]);
}

#[test]
fn services_show_how_they_are_reached() {
    let service = |spec: Value| cells(Kind::SERVICE, &json!({"metadata": {"name": "s"}, "spec": spec}), now());
    let headless = service(json!({"type": "ClusterIP", "clusterIP": "None"}));
    assert_eq!(headless[1..5], ["ClusterIP", "None", "<none>", "<none>"]);
    let balanced = service(json!({"type": "LoadBalancer", "clusterIP": "10.0.0.1",
        "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]}));
    assert_eq!(balanced[3..5], ["<pending>", "80:30080/TCP,53/UDP"]);
}

#[test]
fn every_kind_has_a_cell_under_each_column() {
    for kind in Kind::all() {
        let object = json!({"metadata": {"name": "x"}});
        assert_eq!(cells(kind, &object, now()).len(), columns(kind).len(), "{kind:?}");
    }
}
