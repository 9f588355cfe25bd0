//! Puts what changed in the cluster into the words of a record's "what changed".

use api::objects::Object;
use api::objects::condition::Condition;
use api::objects::pod::{ContainerState, ContainerStatus, Pod};
use api::request::WatchType;
use api::resource::Kind;
use api::{Value, json};

/// The word for a kind; `None` for kinds that records leave out.
pub fn word(kind: Kind) -> Option<&'static str> {
    let words = [
        (Kind::NODE, "node"),
        (Kind::POD, "pod"),
        (Kind::DAEMON_SET, "daemonset"),
        (Kind::DEPLOYMENT, "deployment"),
        (Kind::REPLICA_SET, "replicaset"),
        (Kind::CONTROLLER_REVISION, "controllerrevision"),
        (Kind::EVENT, "event"),
    ];
    words.iter().find(|(known, _)| *known == kind).map(|(_, word)| *word)
}

/// The word for what happened.
pub fn verb(kind: WatchType) -> &'static str {
    match kind {
        WatchType::Added => "ADDED",
        WatchType::Modified => "MODIFIED",
        WatchType::Deleted => "DELETED",
    }
}

/// What an object is like, in one line.
pub fn text(object: &Object) -> String {
    let value = object.to_value();
    let words = match object {
        Object::Pod(pod) => pod_text(pod),
        Object::Node(_) => node_text(&value),
        Object::DaemonSet(_) => daemon_set_text(&value),
        Object::Deployment(_) | Object::ReplicaSet(_) => replicas_text(&value),
        Object::ControllerRevision(_) => {
            let labels = labels(&value["metadata"]["labels"]);
            let annotations = labels_without_hash(&value["metadata"]["annotations"]);
            let owner = value["metadata"]["ownerReferences"][0]["name"].as_str().unwrap_or_default();
            format!("revision={} annot={annotations} labels={labels} owner={owner}", value["revision"])
        }
        Object::Event(event) => {
            let kind = if event.words.warning { "Warning" } else { "Normal" };
            let about = format!("{}/{}", event.involved.kind.name(), event.involved.name);
            // The scheduler's events name it in another field, and count in a series.
            let by = [&value["source"]["component"], &value["reportingComponent"]].into_iter().find_map(Value::as_str);
            let count = [&value["series"]["count"], &value["count"]].into_iter().find_map(Value::as_i64).unwrap_or(1);
            let (by, reason, message) = (by.unwrap_or_default(), &*event.words.reason, event.message());
            format!("{kind} {reason} {about} x{count} from={by} : {message}")
        }
        _ => String::new(),
    };
    let meta = &value["metadata"];
    let mut out = words;
    if !meta["deletionTimestamp"].is_null() {
        out.push_str(" DELETING");
        if let Some(grace) = meta["deletionGracePeriodSeconds"].as_i64().filter(|_| object.kind() == Kind::POD) {
            out.push_str(&format!(" grace={grace}"));
        }
    }
    if let Some(finalizers) = meta["finalizers"].as_array() {
        let names: Vec<&str> = finalizers.iter().filter_map(Value::as_str).collect();
        out.push_str(&format!(" fin={}", names.join(",")));
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pod_text(pod: &Pod) -> String {
    let status = &pod.status;
    let reason = if status.reason.is_empty() { String::new() } else { format!("({})", &*status.reason) };
    let containers: Vec<String> = status.container_statuses.iter().map(container_text).collect();
    let shown = ["Ready", "PodScheduled", "DisruptionTarget"];
    let conditions = status.conditions.iter().filter(|condition| shown.contains(&&*condition.kind));
    let mut conditions: Vec<String> = conditions.map(condition_text).collect();
    // As `mask` says: their order is a kubelet's.
    conditions.sort();
    let owner = pod.meta.controller().map_or("-".into(), |owner| format!("{}/{}", owner.kind, owner.name));
    let hash = pod.meta.label("controller-revision-hash").map_or(String::new(), |hash| format!("hash={hash}"));
    let nominated = match &*status.nominated_node_name {
        "" => String::new(),
        node => format!("nominated={node}"),
    };
    format!(
        "node={} phase={}{reason} [{}] {} owner={owner} {hash} {nominated}",
        pod.node_name,
        status.phase.as_str(),
        containers.join(" "),
        conditions.join(","),
    )
}

fn container_text(status: &ContainerStatus) -> String {
    let state = match &status.state {
        ContainerState::None => "none".to_string(),
        ContainerState::Waiting(why) => format!("waiting:{}", &*why.reason),
        ContainerState::Running { .. } => "running".to_string(),
        ContainerState::Terminated(ended) => format!("terminated:{}", &*ended.reason),
    };
    format!("{}={state}{}", status.name, if status.ready { " ready" } else { "" })
}

fn condition_text(condition: &Condition) -> String {
    let reason = if condition.reason.is_empty() { String::new() } else { format!("({})", &*condition.reason) };
    format!("{}={}{reason}", &*condition.kind, condition.status.as_str())
}

fn node_text(value: &Value) -> String {
    let conditions = value["status"]["conditions"].as_array().into_iter().flatten();
    let ready = conditions.filter(|condition| condition["type"] == "Ready").map(|condition| {
        format!(
            "{}({})",
            condition["status"].as_str().unwrap_or_default(),
            condition["reason"].as_str().unwrap_or_default()
        )
    });
    let taints = value["spec"]["taints"].as_array().into_iter().flatten().map(|taint| {
        let text = |key: &str| taint[key].as_str().unwrap_or_default();
        let value = if text("value").is_empty() { String::new() } else { format!("={}", text("value")) };
        format!("{}{value}:{}", text("key"), text("effect"))
    });
    let cordoned = if value["spec"]["unschedulable"] == true { "True" } else { "False" };
    let range = value["spec"]["podCIDR"].as_str().map_or(String::new(), |range| format!("podCIDR={range}"));
    format!(
        "ready={} unsched={cordoned} taints=[{}] labels= {range}",
        ready.collect::<String>(),
        taints.collect::<Vec<_>>().join(" ")
    )
}

fn daemon_set_text(value: &Value) -> String {
    let status = &value["status"];
    let number = |key: &str| status.get(key).filter(|n| **n != json!(0)).map_or("None".into(), Value::to_string);
    let always = |key: &str| status.get(key).map_or("0".into(), Value::to_string);
    format!(
        "gen={}/{} currentScheduled={} desiredScheduled={} Misscheduled={} Ready={} updatedScheduled={} Available={} \
         Unavailable={}",
        value["metadata"]["generation"],
        number("observedGeneration"),
        always("currentNumberScheduled"),
        always("desiredNumberScheduled"),
        always("numberMisscheduled"),
        always("numberReady"),
        number("updatedNumberScheduled"),
        number("numberAvailable"),
        number("numberUnavailable"),
    )
}

fn replicas_text(value: &Value) -> String {
    let status = &value["status"];
    let observed = status.get("observedGeneration").map_or("None".into(), Value::to_string);
    let mut out = format!("gen={}/{observed} spec={}", value["metadata"]["generation"], value["spec"]["replicas"]);
    for key in [
        "replicas",
        "fullyLabeledReplicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
        "terminatingReplicas",
    ] {
        if let Some(number) = status.get(key) {
            out.push_str(&format!(" {key}={number}"));
        }
    }
    let conditions: Vec<String> = (status["conditions"].as_array().into_iter().flatten())
        .map(|condition| {
            let text = |key: &str| condition[key].as_str().unwrap_or_default().to_string();
            format!("{}={}({})", text("type"), text("status"), text("reason"))
        })
        .collect();
    format!("{out} {}", conditions.join(","))
}

/// A map as Python prints it.
fn labels(map: &Value) -> String {
    map.to_string().replace("\":\"", "\": \"").replace("\",\"", "\", \"")
}

fn labels_without_hash(map: &Value) -> String {
    if map.is_null() { "{}".into() } else { labels(map) }
}
