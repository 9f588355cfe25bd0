//! Which fields controllers, scheduler, kubelets and the server itself own, read off the object they wrote.
//!
//! Every field of a kind has one machine that writes it, so a difference says who made it. What can't be read off is when an
//! entry was last written: that is taken from the latest time its status tells, and where a status tells none (DaemonSets,
//! ReplicaSets), the object keeps it.
//!
//! Source: the clients' user agents, and which subresource they write: pkg/controller, pkg/scheduler, pkg/kubelet, v1.36.

use super::registry;
use api::Value;
use api::fields::{self, Comparison, Entry, Fields, changes, own};
use api::objects::Object;
use api::objects::pod::TOKEN_MOUNT_PATH;
use api::resource::Kind;
use api::time::Time;

const CONTROLLERS: &str = "kube-controller-manager";
const SCHEDULER: &str = "kube-scheduler";
const KUBELET: &str = "kubelet";
const SERVER: &str = "kube-apiserver";

/// Which program writes, and to which subresource.
type Writer = (&'static str, &'static str);

/// The entries of an object that only machines have written.
pub(super) fn made(object: &Object) -> Vec<Entry> {
    let (kind, now) = (object.kind(), object.to_value());
    let mut changes = changes(kind, &beginning(kind, &now), &now);
    if let Object::Pod(_) = object {
        leave_to_admission(&mut changes.added, &now);
    }
    let mut entries = Vec::new();
    share(&mut entries, &changes, object, &now, true);
    entries
}

/// Adds what machines have done to an object since it was seen.
pub(super) fn add(entries: &mut Vec<Entry>, seen: &Object, object: &Object) {
    let now = object.to_value();
    let changes = changes(object.kind(), &seen.to_value(), &now);
    share(entries, &changes, object, &now, false);
}

/// The object before its maker had said anything, with the status it began with.
fn beginning(kind: Kind, now: &Value) -> Value {
    let mut out = fields::empty(kind);
    if kind == Kind::NODE {
        // A kubelet registers its node with a status, which is nobody's; of that it goes on writing this.
        out["status"] = now["status"].clone();
        for condition in out["status"]["conditions"].as_array_mut().into_iter().flatten() {
            condition["lastHeartbeatTime"] = Value::Null;
            let since = &condition["lastTransitionTime"];
            if condition["type"] == "Ready" || *since != now["metadata"]["creationTimestamp"] {
                for field in ["lastTransitionTime", "message", "reason", "status"] {
                    condition[field] = Value::Null;
                }
            }
        }
    } else if registry::has_status(kind) {
        out["status"] = registry::initial_status(kind, now);
    }
    out
}

/// Divides what changed among those who write such fields.
fn share(entries: &mut Vec<Entry>, changes: &Comparison, object: &Object, now: &Value, made: bool) {
    let mut written = changes.written();
    let mut parts: Vec<(Writer, Fields)> = Vec::new();
    let mut give = |to: Option<Writer>, fields: Fields| match parts.iter_mut().find(|(writer, _)| Some(*writer) == to) {
        Some((_, all)) => *all = all.union(&fields),
        None => parts.extend(to.map(|writer| (writer, fields))),
    };
    if !made {
        // Deletions and their ends put them there and take them away, past everybody.
        written.take(&["f:metadata", "f:finalizers"]);
    }
    let (rest, status) = match object {
        Object::Pod(_) => {
            let conditions = now["status"]["conditions"].as_array().into_iter().flatten();
            for condition in conditions {
                let kind = condition["type"].as_str().unwrap_or_default();
                let Some(writer) = writer_of_condition(kind, condition) else { continue };
                let element = format!("k:{}", api::json!({"type": kind}));
                let taken = written.take(&["f:status", "f:conditions", &element]);
                give(writer, taken);
            }
            // Of a node that fell silent the controllers say that its Pods aren't ready; the kubelet would have said more.
            let is = |kind: &str, status: &str| {
                let mut conditions = now["status"]["conditions"].as_array().into_iter().flatten();
                conditions.any(|condition| condition["type"] == kind && condition["status"] == status)
            };
            if is("Ready", "False") && is("ContainersReady", "True") {
                let ready = "k:{\"type\":\"Ready\"}";
                for field in ["f:status", "f:lastTransitionTime"] {
                    let taken = written.take(&["f:status", "f:conditions", ready, field]);
                    give(Some((CONTROLLERS, "status")), taken);
                }
            }
            // Whoever gave a Pod its first condition made the list: a binding, which leaves no trace, or the scheduler.
            let list = Fields::parse("{\"f:status\":{\"f:conditions\":{}}}");
            let first = written.intersection(&list);
            written = written.difference(&list);
            give(is("PodScheduled", "False").then_some((SCHEDULER, "status")), first);
            give(Some((SCHEDULER, "status")), written.take(&["f:status", "f:nominatedNodeName"]));
            ((CONTROLLERS, ""), (KUBELET, "status"))
        }
        Object::Node(_) => {
            if made {
                let ttl = written.take(&["f:metadata", "f:annotations", "f:node.alpha.kubernetes.io/ttl"]);
                give(Some((CONTROLLERS, "")), ttl);
            }
            give(Some((CONTROLLERS, "")), written.take(&["f:spec"]));
            // What a silent kubelet said last of its node is its own, what is made of it the controllers'.
            let conditions = now["status"]["conditions"].as_array().into_iter().flatten();
            for condition in conditions.filter(|condition| condition["reason"] == "NodeStatusUnknown") {
                let element = format!("k:{}", api::json!({"type": condition["type"]}));
                for field in ["f:status", "f:reason", "f:message", "f:lastTransitionTime"] {
                    let taken = written.take(&["f:status", "f:conditions", &element, field]);
                    give(Some((CONTROLLERS, "status")), taken);
                }
            }
            ((if made { KUBELET } else { CONTROLLERS }, ""), (KUBELET, "status"))
        }
        Object::Deployment(_) => {
            // The revision is written together with the status.
            give(Some((CONTROLLERS, "status")), written.take(&["f:metadata", "f:annotations"]));
            ((CONTROLLERS, ""), (CONTROLLERS, "status"))
        }
        Object::Lease(_) => ((KUBELET, ""), (KUBELET, "")),
        Object::Event(event) => {
            let writer = match &*event.source.component {
                "kubelet" => KUBELET,
                "default-scheduler" => SCHEDULER,
                _ => CONTROLLERS,
            };
            ((writer, ""), (writer, ""))
        }
        Object::Other(other) => {
            let server = matches!(other.kind, Kind::NAMESPACE | Kind::PRIORITY_CLASS | Kind::SERVICE);
            ((if made && server { SERVER } else { CONTROLLERS }, ""), (CONTROLLERS, "status"))
        }
        _ => ((CONTROLLERS, ""), (CONTROLLERS, "status")),
    };
    if registry::has_status(object.kind()) {
        give(Some(status), written.take(&["f:status"]));
    }
    give(Some(rest), written);
    let created = object.meta().creation_timestamp;
    let latest = latest(&now["status"], kept(object).max(created));
    for (writer, written) in parts {
        let time = if made && writer.1.is_empty() { created } else { latest };
        own(entries, changes, written, &fields::Writer::updating(writer.0, writer.1), Some(time));
    }
    // What went needs no writer.
    own(entries, changes, Fields::default(), &fields::Writer::updating("", ""), None);
}

/// Who owns a condition of a Pod if it isn't the kubelet: perhaps nobody.
fn writer_of_condition(kind: &str, condition: &Value) -> Option<Option<Writer>> {
    match (kind, condition["status"].as_str(), condition["reason"].as_str()) {
        ("PodScheduled", Some("True"), _) => Some(None),
        ("PodScheduled", ..) | (_, _, Some("PreemptionByScheduler")) => Some(Some((SCHEDULER, "status"))),
        (_, _, Some("EvictionByEvictionAPI")) => Some(None),
        (_, _, Some("DeletionByTaintManager" | "DeletionByPodGC")) => Some(Some((CONTROLLERS, "status"))),
        _ => None,
    }
}

/// Admission comes after the note of who wrote what, so what it adds to a Pod is nobody's.
fn leave_to_admission(made: &mut Fields, pod: &Value) {
    let spec = &pod["spec"];
    let mut leave = |path: &[&str]| drop(made.take(path));
    leave(&["f:spec", "f:serviceAccount"]);
    leave(&["f:spec", "f:priority"]);
    leave(&["f:spec", "f:preemptionPolicy"]);
    if spec["serviceAccountName"] == "default" {
        leave(&["f:spec", "f:serviceAccountName"]);
    }
    let added = |toleration: &Value| toleration["tolerationSeconds"] == 300 && toleration["effect"] == "NoExecute";
    if spec["tolerations"].as_array().is_some_and(|all| all.iter().all(added)) {
        leave(&["f:spec", "f:tolerations"]);
    }
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let volumes = items(&spec["volumes"]);
    let token = |volume: &&Value| volume["name"].as_str().is_some_and(|name| name.starts_with("kube-api-access-"));
    if let Some(volume) = volumes.iter().find(token) {
        let element = format!("k:{}", api::json!({"name": volume["name"]}));
        let path = ["f:spec", "f:volumes", &element];
        leave(if volumes.len() == 1 { &path[..2] } else { &path });
    }
    let mount = format!("k:{}", api::json!({"mountPath": TOKEN_MOUNT_PATH}));
    for list in ["containers", "initContainers"] {
        for container in items(&spec[list]) {
            let element = format!("k:{}", api::json!({"name": container["name"]}));
            let list = format!("f:{list}");
            let path = ["f:spec", &list, &element, "f:volumeMounts", &mount];
            let only = items(&container["volumeMounts"]).len() == 1;
            leave(if only { &path[..4] } else { &path });
        }
    }
}

/// When a machine last wrote an object whose status tells no time.
fn kept(object: &Object) -> Time {
    match object {
        Object::DaemonSet(set) => set.written,
        Object::ReplicaSet(set) => set.written,
        _ => Time::default(),
    }
}

/// The latest time that a value tells, if it is later than that.
fn latest(value: &Value, than: Time) -> Time {
    match value {
        Value::String(text) => Time::parse(text).unwrap_or_default().max(than),
        Value::Array(items) => items.iter().fold(than, |time, item| latest(item, time)),
        Value::Object(map) => map.values().fold(than, |time, item| latest(item, time)),
        _ => than,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    /// The entries of an object, as `MANAGER/SUBRESOURCE: its fields`.
    fn owners(kind: Kind, value: &Value) -> Vec<(String, Value)> {
        let entries = made(&Object::from_value(kind, value));
        entries
            .into_iter()
            .map(|entry| (format!("{}/{}", entry.writer.manager, entry.writer.subresource), entry.fields.into_value()))
            .collect()
    }

    #[test]
    fn a_pod_is_its_controllers_its_status_the_kubelets_and_what_admission_added_nobodys() {
        let pod = json!({"metadata": {"name": "p", "generateName": "p-", "labels": {"app": "a"}},
            "spec": {"nodeName": "n", "serviceAccountName": "default", "serviceAccount": "default", "priority": 0,
                "restartPolicy": "Always", "tolerations": [{"key": "k", "operator": "Exists", "effect": "NoExecute",
                "tolerationSeconds": 300}], "volumes": [{"name": "kube-api-access-x", "projected": {}}],
                "containers": [{"name": "c", "volumeMounts": [{"name": "kube-api-access-x", "mountPath": TOKEN_MOUNT_PATH}]}]},
            "status": {"phase": "Running", "qosClass": "BestEffort", "podIP": "10.0.0.1", "conditions": [
                {"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}]}});
        let made = json!({"f:metadata": {"f:generateName": {}, "f:labels": {".": {}, "f:app": {}}},
            "f:spec": {"f:restartPolicy": {}, "f:containers": {"k:{\"name\":\"c\"}": {".": {}, "f:name": {}}}}});
        let owners = owners(Kind::POD, &pod);
        let of = |who: &str| owners.iter().find(|(name, _)| name == who).map(|(_, fields)| fields.clone()).expect(who);
        assert_eq!(of("kube-controller-manager/"), made);
        let status = of("kubelet/status");
        let conditions = status["f:status"]["f:conditions"].as_object().expect("conditions");
        assert_eq!(conditions.keys().collect::<Vec<_>>(), ["k:{\"type\":\"Ready\"}"]);
        assert!(status["f:status"]["f:phase"].is_object() && status["f:status"]["f:qosClass"].is_null(), "{status}");
        assert_eq!(owners.len(), 2);
    }

    #[test]
    fn a_pod_that_waits_has_its_condition_from_the_scheduler() {
        let pod = json!({"metadata": {"name": "p"}, "spec": {}, "status": {"phase": "Pending",
            "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}});
        let fields = json!({"f:status": {"f:conditions": {".": {}, "k:{\"type\":\"PodScheduled\"}": {".": {},
            "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:reason": {}, "f:status": {}, "f:type": {}}}}});
        assert_eq!(owners(Kind::POD, &pod), [("kube-scheduler/status".to_string(), fields)]);
    }

    #[test]
    fn the_times_of_a_status_say_when_it_was_written() {
        let status = json!({"startTime": "2026-11-24T22:56:00Z", "a": [{"b": "2026-11-24T22:57:00Z"}], "c": "x"});
        let at = |text: &str| Time::parse(text).expect("a time");
        assert_eq!(latest(&status, Time::default()), at("2026-11-24T22:57:00Z"));
        assert_eq!(latest(&status, at("2027-01-01T00:00:00Z")), at("2027-01-01T00:00:00Z"));
    }
}
