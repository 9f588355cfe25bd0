//! A Pod: lean, since there are thousands; its spec is shared with the other Pods of its template.

use super::condition::{self, ConditionForm, Conditions};
use super::pod_spec::{PodSpec, QosClass};
use super::text::Text;
use crate::meta::Meta;
use crate::time::Time;
use crate::{Map, Str, Value, json};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// `status.phase`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Not all containers have started yet.
    #[default]
    Pending,
    /// At least one container runs or will run again.
    Running,
    /// All ended well, none comes back.
    Succeeded,
    /// All ended, one of them badly; or refused, or evicted.
    Failed,
    /// Its node can't be asked.
    Unknown,
}

impl Phase {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Pending => "Pending",
            Phase::Running => "Running",
            Phase::Succeeded => "Succeeded",
            Phase::Failed => "Failed",
            Phase::Unknown => "Unknown",
        }
    }

    fn parse(text: &str) -> Phase {
        let all = [Phase::Running, Phase::Succeeded, Phase::Failed, Phase::Unknown];
        all.into_iter().find(|p| p.as_str() == text).unwrap_or_default()
    }
}

/// `state` or `lastState` of a container.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ContainerState {
    /// Nothing (an empty `lastState`).
    #[default]
    None,
    /// Not running, and why. Shared: most wait for the same.
    Waiting(Rc<Waiting>),
    /// Runs.
    Running {
        /// Since when.
        started_at: Time,
    },
    /// Ended.
    Terminated(Box<Terminated>),
}

/// Why a container isn't running.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// `ContainerCreating`, `CrashLoopBackOff`, …
    pub reason: Text,
    /// More words.
    pub message: Text,
}

/// How a container ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terminated {
    /// 137: killed; 143: told to stop.
    pub exit_code: i64,
    /// `Completed`, `Error`, `OOMKilled`
    pub reason: Text,
    /// More words.
    pub message: Text,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Time,
    /// Which run of the container it was.
    pub container_id: u64,
}

/// `status.containerStatuses[]`; name and image are those of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerStatus {
    /// The container's name.
    pub name: Str,
    /// The image as the spec has it.
    pub image: Str,
    /// What it does now.
    pub state: ContainerState,
    /// What it did before.
    pub last_state: ContainerState,
    /// Passes its readiness probe.
    pub ready: bool,
    /// Passes its startup probe; `None`: not written.
    pub started: Option<bool>,
    /// How often it was started again.
    pub restart_count: i64,
    /// Makes the id of the run in progress; 0: none yet.
    pub container_id: u64,
    /// The image is on the node, so that its id is known.
    pub pulled: bool,
}

/// `status`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodStatus {
    /// `phase`
    pub phase: Phase,
    /// `Evicted`, `OutOfcpu`, …
    pub reason: Text,
    /// More words.
    pub message: Text,
    /// In the order written.
    pub conditions: Conditions,
    /// In the spec's order.
    pub container_statuses: Vec<ContainerStatus>,
    /// In the spec's order.
    pub init_container_statuses: Vec<ContainerStatus>,
    /// The node's address.
    pub host_ip: Str,
    /// The Pod's own address.
    pub pod_ip: Option<Ipv4Addr>,
    /// When the kubelet admitted it.
    pub start_time: Option<Time>,
    /// Where a preemption made room for it.
    pub nominated_node_name: Str,
    /// The generation the kubelet has seen; 0: not written.
    pub observed_generation: i64,
}

/// A Pod.
#[derive(Clone, Debug, Default)]
pub struct Pod {
    /// `metadata`
    pub meta: Meta,
    /// Shared with the template's other Pods.
    pub spec: Rc<PodSpec>,
    /// `spec.nodeName`: empty until bound.
    pub node_name: Str,
    /// A daemon Pod's node: stands for the one `matchFields` term that replaces the template's required node affinity.
    pub pinned_node: Option<Str>,
    /// The five letters of the `kube-api-access-XXXXX` volume that admission adds.
    pub token_suffix: Option<[u8; 5]>,
    /// `status`
    pub status: PodStatus,
}

impl Pod {
    /// Succeeded or Failed: it will never run again.
    #[inline]
    pub fn terminal(&self) -> bool {
        matches!(self.status.phase, Phase::Succeeded | Phase::Failed)
    }

    /// Condition Ready is True.
    #[inline]
    pub fn ready(&self) -> bool {
        condition::is_true(&self.status.conditions, "Ready")
    }

    /// Ready for at least that long (seconds); equality counts. Source: pkg/api/v1/pod/util.go.
    #[inline]
    pub fn available(&self, min_ready_seconds: i64, now: Time) -> bool {
        match condition::find(&self.status.conditions, "Ready") {
            Some(ready) if ready.status == condition::Truth::True => {
                min_ready_seconds == 0
                    || ready.last_transition_time != Time::default()
                        && ready.last_transition_time.0 + min_ready_seconds <= now.0
            }
            _ => false,
        }
    }

    /// The same Pod with another status, without a copy of the one it has.
    pub fn with_status(&self, status: PodStatus) -> Pod {
        Pod {
            meta: self.meta.clone(),
            spec: self.spec.clone(),
            node_name: self.node_name.clone(),
            pinned_node: self.pinned_node.clone(),
            token_suffix: self.token_suffix,
            status,
        }
    }

    /// Whether selector and required affinity let it onto a node of that name with those labels.
    pub fn admits_node(&self, name: &Str, labels: &crate::meta::Labels) -> bool {
        let selected = self.spec.node_selector.iter().all(|(k, v)| labels.get(k) == Some(v));
        selected
            && match &self.pinned_node {
                Some(node) => node == name,
                None => self.spec.node_affinity.admits(name, labels),
            }
    }

    /// Reads a whole Pod.
    pub fn from_value(value: &Value) -> Pod {
        let spec = PodSpec::from_value(&value["spec"]);
        Pod {
            meta: Meta::from_value(&value["metadata"]),
            node_name: spec.node_name.clone(),
            spec: Rc::new(PodSpec { node_name: "".into(), ..spec }),
            pinned_node: None,
            token_suffix: None,
            status: PodStatus::from_value(&value["status"]),
        }
    }

    /// Writes `spec`.
    pub fn spec_value(&self) -> Value {
        let mut spec = self.spec.raw.clone();
        if !spec.is_object() {
            spec = json!({});
        }
        if !self.node_name.is_empty() {
            spec["nodeName"] = Value::from(&*self.node_name);
        }
        if let Some(node) = &self.pinned_node {
            spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] = json!({
                "nodeSelectorTerms": [{"matchFields": [
                    {"key": "metadata.name", "operator": "In", "values": [&**node]}]}]});
        }
        if let Some(suffix) = &self.token_suffix {
            add_token_volume(&mut spec, std::str::from_utf8(suffix).unwrap_or_default());
        }
        spec
    }

    /// Writes the whole Pod, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        json!({"metadata": self.meta.to_value(), "spec": self.spec_value(),
            "status": self.status.to_value(self.spec.qos_class)})
    }
}

/// Where containers find the token of their service account.
pub const TOKEN_MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The projected volume that the ServiceAccount admission plug-in adds, and its mounts.
fn add_token_volume(spec: &mut Value, suffix: &str) {
    let name = format!("kube-api-access-{suffix}");
    let mount = json!({"mountPath": TOKEN_MOUNT_PATH, "name": name, "readOnly": true});
    for list in ["initContainers", "containers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            let mounts = &mut container["volumeMounts"];
            if mounts.as_array().is_some_and(|m| m.iter().any(|m| m["mountPath"] == TOKEN_MOUNT_PATH)) {
                continue;
            }
            match mounts.as_array_mut() {
                Some(mounts) => mounts.push(mount.clone()),
                None => *mounts = json!([mount]),
            }
        }
        if spec[list].is_null()
            && let Some(spec) = spec.as_object_mut()
        {
            spec.remove(list);
        }
    }
    let volume = json!({"name": name, "projected": {"defaultMode": 420, "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
        {"downwardAPI": {"items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
            "path": "namespace"}]}}]}});
    match spec["volumes"].as_array_mut() {
        Some(volumes) => volumes.push(volume),
        None => spec["volumes"] = json!([volume]),
    }
}

impl PodStatus {
    /// Reads `status`.
    pub fn from_value(value: &Value) -> PodStatus {
        let text = |key: &str| -> Str { value[key].as_str().unwrap_or_default().into() };
        let statuses = |key: &str| value[key].as_array().into_iter().flatten().map(ContainerStatus::from_value);
        PodStatus {
            phase: Phase::parse(value["phase"].as_str().unwrap_or_default()),
            reason: Text::from_value(&value["reason"]),
            message: Text::from_value(&value["message"]),
            conditions: condition::list_from(&value["conditions"]).into(),
            container_statuses: statuses("containerStatuses").collect(),
            init_container_statuses: statuses("initContainerStatuses").collect(),
            host_ip: text("hostIP"),
            pod_ip: value["podIP"].as_str().and_then(|ip| ip.parse().ok()),
            start_time: value["startTime"].as_str().and_then(Time::parse),
            nominated_node_name: text("nominatedNodeName"),
            observed_generation: value["observedGeneration"].as_i64().unwrap_or(0),
        }
    }

    /// Writes `status`.
    pub fn to_value(&self, qos_class: QosClass) -> Value {
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_string(), value);
        };
        put("phase", self.phase.as_str().into());
        put("qosClass", qos_class.as_str().into());
        let texts = [("reason", &*self.reason), ("message", &self.message), ("hostIP", &self.host_ip)];
        for (key, text) in texts.into_iter().chain([("nominatedNodeName", &*self.nominated_node_name)]) {
            if !text.is_empty() {
                put(key, text.into());
            }
        }
        if !self.host_ip.is_empty() {
            put("hostIPs", json!([{"ip": &*self.host_ip}]));
        }
        if let Some(ip) = self.pod_ip {
            put("podIP", ip.to_string().into());
            put("podIPs", json!([{"ip": ip.to_string()}]));
        }
        if let Some(time) = self.start_time {
            put("startTime", time.to_string().into());
        }
        if self.observed_generation != 0 {
            put("observedGeneration", self.observed_generation.into());
        }
        if !self.conditions.is_empty() {
            put("conditions", condition::list_to(&self.conditions, ConditionForm::Pod));
        }
        for (key, statuses) in
            [("containerStatuses", &self.container_statuses), ("initContainerStatuses", &self.init_container_statuses)]
        {
            if !statuses.is_empty() {
                put(key, statuses.iter().map(ContainerStatus::to_value).collect::<Vec<_>>().into());
            }
        }
        Value::Object(out)
    }
}

impl ContainerStatus {
    fn from_value(value: &Value) -> ContainerStatus {
        let text = |key: &str| -> Str { value[key].as_str().unwrap_or_default().into() };
        ContainerStatus {
            name: text("name"),
            image: text("image"),
            state: ContainerState::from_value(&value["state"]),
            last_state: ContainerState::from_value(&value["lastState"]),
            ready: value["ready"].as_bool().unwrap_or(false),
            started: value["started"].as_bool(),
            restart_count: value["restartCount"].as_i64().unwrap_or(0),
            container_id: container_id_from(&value["containerID"]),
            pulled: value["imageID"].as_str().is_some_and(|id| !id.is_empty()),
        }
    }

    fn to_value(&self) -> Value {
        let image = if self.pulled { full_image_name(&self.image) } else { self.image.to_string() };
        let mut out = json!({"name": &*self.name, "image": image, "imageID": "",
            "state": self.state.to_value(), "lastState": self.last_state.to_value(),
            "ready": self.ready, "restartCount": self.restart_count});
        if self.pulled {
            out["imageID"] = image_id(&self.image).into();
        }
        if self.container_id != 0 {
            out["containerID"] = container_id(self.container_id).into();
        }
        if let Some(started) = self.started {
            out["started"] = started.into();
        }
        out
    }
}

impl ContainerState {
    fn from_value(value: &Value) -> ContainerState {
        let time = |value: &Value| value.as_str().and_then(Time::parse).unwrap_or_default();
        if let Some(waiting) = value.get("waiting") {
            return ContainerState::Waiting(Rc::new(Waiting {
                reason: Text::from_value(&waiting["reason"]),
                message: Text::from_value(&waiting["message"]),
            }));
        }
        if let Some(running) = value.get("running") {
            return ContainerState::Running { started_at: time(&running["startedAt"]) };
        }
        match value.get("terminated") {
            Some(ended) => ContainerState::Terminated(Box::new(Terminated {
                exit_code: ended["exitCode"].as_i64().unwrap_or(0),
                reason: Text::from_value(&ended["reason"]),
                message: Text::from_value(&ended["message"]),
                started_at: time(&ended["startedAt"]),
                finished_at: time(&ended["finishedAt"]),
                container_id: container_id_from(&ended["containerID"]),
            })),
            None => ContainerState::None,
        }
    }

    fn to_value(&self) -> Value {
        let with_texts = |mut out: Value, reason: &Text, message: &Text| {
            for (key, text) in [("reason", reason), ("message", message)] {
                if !text.is_empty() {
                    out[key] = Value::from(&**text);
                }
            }
            out
        };
        match self {
            ContainerState::None => json!({}),
            ContainerState::Waiting(why) => json!({"waiting": with_texts(json!({}), &why.reason, &why.message)}),
            ContainerState::Running { started_at } => json!({"running": {"startedAt": started_at.to_string()}}),
            ContainerState::Terminated(ended) => {
                let mut out = json!({"exitCode": ended.exit_code, "startedAt": ended.started_at.to_string(),
                    "finishedAt": ended.finished_at.to_string()});
                if ended.container_id != 0 {
                    out["containerID"] = container_id(ended.container_id).into();
                }
                json!({"terminated": with_texts(out, &ended.reason, &ended.message)})
            }
        }
    }
}

/// `containerd://` and 64 hexadecimal digits that the run's number stands for.
fn container_id(run: u64) -> String {
    let mut out = String::from("containerd://");
    for part in 0..4u64 {
        out.push_str(&format!("{:016x}", spread(run.wrapping_add(part << 56))));
    }
    out
}

/// The run's number again: the first sixteen digits are a permutation of it.
fn container_id_from(value: &Value) -> u64 {
    let digits = value.as_str().and_then(|id| id.strip_prefix("containerd://")).and_then(|hex| hex.get(..16));
    digits.and_then(|hex| u64::from_str_radix(hex, 16).ok()).map(gather).unwrap_or(0)
}

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
/// The inverse of `ODD` modulo 2^64.
const ODD_INVERSE: u64 = 0xf1de_83e1_9937_733d;

fn spread(n: u64) -> u64 {
    let n = (n ^ (n >> 32)).wrapping_mul(ODD);
    n ^ (n >> 32)
}

fn gather(n: u64) -> u64 {
    let n = (n ^ (n >> 32)).wrapping_mul(ODD_INVERSE);
    n ^ (n >> 32)
}

/// `nginx` → `docker.io/library/nginx:latest`, as containerd reports it.
pub fn full_image_name(image: &str) -> String {
    if image.contains('@') {
        return qualified_image(image);
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    let tag = if last.contains(':') { "" } else { ":latest" };
    format!("{}{tag}", qualified_image(image))
}

fn qualified_image(image: &str) -> String {
    match image.split_once('/') {
        None => format!("docker.io/library/{image}"),
        Some((host, _)) if host.contains('.') || host.contains(':') || host == "localhost" => image.to_string(),
        Some(_) => format!("docker.io/{image}"),
    }
}

/// The image's repository and a digest that its full name stands for (everynode has no registry to ask).
fn image_id(image: &str) -> String {
    let full = full_image_name(image);
    let repository = match full.split_once('@') {
        Some((repository, _)) => repository,
        None => full.rsplit_once(':').map_or(full.as_str(), |(repository, _)| repository),
    };
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in full.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let digest: String = (0..4u64).map(|part| format!("{:016x}", spread(hash.wrapping_add(part)))).collect();
    format!("{repository}@sha256:{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_ids_stand_for_runs() {
        for run in [1, 77, u64::MAX] {
            assert_eq!(container_id_from(&container_id(run).into()), run);
        }
    }

    #[test]
    fn images_are_named_in_full() {
        assert_eq!(full_image_name("nginx"), "docker.io/library/nginx:latest");
        assert_eq!(full_image_name("fluent/fluentd:v1"), "docker.io/fluent/fluentd:v1");
        assert_eq!(full_image_name("localhost:5000/a"), "localhost:5000/a:latest");
        assert_eq!(full_image_name("registry.k8s.io/pause:3.10"), "registry.k8s.io/pause:3.10");
    }
}
