//! `get pods`: the one table whose STATUS is no field but a judgement.
//!
//! The reason starts as the phase and is overwritten by whatever says more: the first init container that is not done,
//! else the containers from last to first, and at the very end the deletion. A Pod that runs without being ready says
//! `Running`, and so does one on a node that fell silent.
//!
//! Models `printPod` of `pkg/printers/internalversion/printers.go`, Kubernetes v1.36.

use super::*;
use api::json;
use api::objects::pod::Pod;
use api::objects::pod_spec::Container;

pub const COLUMNS: &[Column] = &[
    always("NAME"),
    always("READY"),
    always("STATUS"),
    always("RESTARTS"),
    always("AGE"),
    wide("IP"),
    wide("NODE"),
    wide("NOMINATED NODE"),
    wide("READINESS GATES"),
];

/// As much of a Pod as its cells need: Pods come by the thousand, and most of each is its template's.
pub fn outline(pod: &Pod) -> Value {
    let meta = &pod.meta;
    let of_list = |containers: &[Container]| -> Value {
        let outlined = |container: &Container| {
            let restarts = if container.sidecar { json!("Always") } else { Value::Null };
            json!({"name": &*container.name, "restartPolicy": restarts})
        };
        containers.iter().map(outlined).collect()
    };
    json!({
        "metadata": {
            "name": &*meta.name,
            "creationTimestamp": meta.creation_timestamp.to_string(),
            "deletionTimestamp": meta.deletion_timestamp().map(|time| time.to_string()),
        },
        "spec": {
            "containers": of_list(&pod.spec.containers),
            "initContainers": of_list(&pod.spec.init_containers),
            "nodeName": &*pod.node_name,
            "readinessGates": pod.spec.raw["readinessGates"],
        },
        "status": pod.status.to_value(pod.spec.qos_class),
    })
}

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let summary = Summary::of(object);
    vec![
        name(object),
        format!("{}/{}", summary.ready_count, summary.total_count),
        summary.reason,
        restarts(&summary.restarts, now),
        age(object, now),
        human::or_none(text(&status["podIP"])),
        human::or_none(text(&spec["nodeName"])),
        human::or_none(text(&status["nominatedNodeName"])),
        readiness_gates(object),
    ]
}

/// What the middle columns say.
struct Summary {
    reason: String,
    ready_count: usize,
    /// Containers and sidecars.
    total_count: usize,
    restarts: Restarts,
}

/// How often containers came back, and when the last of their earlier lives ended.
#[derive(Default)]
struct Restarts {
    count: i64,
    last: Option<Time>,
}

impl Restarts {
    fn add(&mut self, container: &Value) {
        self.count += container["restartCount"].as_i64().unwrap_or(0);
        let finished = container["lastState"]["terminated"]["finishedAt"].as_str().and_then(Time::parse);
        self.last = self.last.max(finished);
    }
}

impl Summary {
    fn of(object: &Value) -> Summary {
        let sidecars = items(&object["spec"]["initContainers"]).filter(|container| is_sidecar(container)).count();
        let mut summary = Summary {
            reason: first_reason(object),
            ready_count: 0,
            total_count: items(&object["spec"]["containers"]).count() + sidecars,
            restarts: Restarts::default(),
        };
        let initialized = summary.look_at_init_containers(object);
        if initialized || condition(object, "Initialized").is_some_and(is_true) {
            summary.look_at_containers(object);
        }
        summary.look_at_deletion(object);
        summary
    }

    /// Stops at the first init container that is not done; returns whether there was none.
    fn look_at_init_containers(&mut self, object: &Value) -> bool {
        let declared = &object["spec"]["initContainers"];
        for (index, container) in items(&object["status"]["initContainerStatuses"]).enumerate() {
            self.restarts.add(container);
            let terminated = &container["state"]["terminated"];
            if terminated.is_object() && terminated["exitCode"].as_i64().unwrap_or(0) == 0 {
                continue;
            }
            if started_sidecar(object, container) {
                self.ready_count += usize::from(container["ready"] == true);
                continue;
            }
            let waiting = text(&container["state"]["waiting"]["reason"]);
            self.reason = if terminated.is_object() {
                format!("Init:{}", termination(terminated))
            } else if !waiting.is_empty() && waiting != "PodInitializing" {
                format!("Init:{waiting}")
            } else {
                format!("Init:{index}/{}", items(declared).count())
            };
            return false;
        }
        true
    }

    /// From last to first, so that the first container has the last word.
    fn look_at_containers(&mut self, object: &Value) {
        // What init containers needed no longer matters, except for those that keep running.
        self.restarts = Restarts::default();
        for container in items(&object["status"]["initContainerStatuses"]) {
            if is_sidecar(declaration(object, container)) {
                self.restarts.add(container);
            }
        }
        let statuses = object["status"]["containerStatuses"].as_array().map_or(&[][..], |list| list);
        let (mut running, mut failure) = (false, None);
        for container in statuses.iter().rev() {
            self.restarts.add(container);
            let state = &container["state"];
            let waiting = text(&state["waiting"]["reason"]);
            let terminated = &state["terminated"];
            if !waiting.is_empty() {
                self.reason = waiting.to_string();
            } else if terminated.is_object() {
                self.reason = termination(terminated);
                if terminated["exitCode"].as_i64().unwrap_or(0) != 0 {
                    failure = Some(self.reason.clone());
                }
            } else if container["ready"] == true && state["running"].is_object() {
                running = true;
                self.ready_count += 1;
            }
        }
        // One container that ended well doesn't make a Pod `Completed` while others do something else.
        if self.reason == "Completed" {
            if running && condition(object, "Ready").is_some_and(is_true) {
                self.reason = "Running".to_string();
            } else if let Some(failure) = failure {
                self.reason = failure;
            } else if running {
                self.reason = "NotReady".to_string();
            }
        }
    }

    fn look_at_deletion(&mut self, object: &Value) {
        if object["metadata"]["deletionTimestamp"].is_null() {
            return;
        }
        if text(&object["status"]["reason"]) == "NodeLost" {
            self.reason = "Unknown".to_string();
        } else if !matches!(text(&object["status"]["phase"]), "Succeeded" | "Failed") {
            self.reason = "Terminating".to_string();
        }
    }
}

fn first_reason(object: &Value) -> String {
    let status = &object["status"];
    let gated = condition(object, "PodScheduled").is_some_and(|c| text(&c["reason"]) == "SchedulingGated");
    match text(&status["reason"]) {
        _ if gated => "SchedulingGated",
        "" => text(&status["phase"]),
        reason => reason,
    }
    .to_string()
}

/// Why a container ended: its reason, else the signal, else the exit code.
fn termination(terminated: &Value) -> String {
    match (text(&terminated["reason"]), terminated["signal"].as_i64().unwrap_or(0)) {
        ("", 0) => format!("ExitCode:{}", terminated["exitCode"].as_i64().unwrap_or(0)),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_string(),
    }
}

/// The init container of the spec that a status speaks of.
fn declaration<'a>(object: &'a Value, status: &Value) -> &'a Value {
    items(&object["spec"]["initContainers"])
        .find(|container| container["name"] == status["name"])
        .unwrap_or(&Value::Null)
}

fn is_sidecar(container: &Value) -> bool {
    text(&container["restartPolicy"]) == "Always"
}

fn started_sidecar(object: &Value, status: &Value) -> bool {
    is_sidecar(declaration(object, status)) && status["started"] == true
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    items(&object["status"]["conditions"]).find(|condition| text(&condition["type"]) == kind)
}

fn is_true(condition: &Value) -> bool {
    text(&condition["status"]) == "True"
}

/// `5 (60s ago)`
fn restarts(restarts: &Restarts, now: Time) -> String {
    match restarts.last {
        Some(last) if restarts.count != 0 => {
            format!("{} ({} ago)", restarts.count, human::human_duration(now.0 - last.0))
        }
        _ => restarts.count.to_string(),
    }
}

/// `1/2`: how many of the extra conditions a Pod waits for are true.
fn readiness_gates(object: &Value) -> String {
    let gates = &object["spec"]["readinessGates"];
    let total = items(gates).count();
    if total == 0 {
        return "<none>".to_string();
    }
    let open = items(gates).filter(|gate| condition(object, text(&gate["conditionType"])).is_some_and(is_true)).count();
    format!("{open}/{total}")
}
