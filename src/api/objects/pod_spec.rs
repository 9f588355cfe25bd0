//! A Pod's spec and the template it is made from: parsed once, shared by every Pod of the template.
//!
//! [`PodSpec`] keeps the JSON it came from and, beside it, what the simulation reads. What differs between Pods of one
//! template (the node, the pin of a daemon Pod, the token volume's suffix) is not here but in [`Pod`](super::pod::Pod).

use super::resources::Resources;
use super::scheduling::{NodeAffinity, Toleration};
use crate::meta::{Labels, labels_from};
use crate::{Str, Value};
use std::rc::Rc;

/// `spec.restartPolicy`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestartPolicy {
    /// Whatever the exit code.
    #[default]
    Always,
    /// After a non-zero exit code.
    OnFailure,
    /// Not at all.
    Never,
}

/// `status.qosClass`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QosClass {
    /// No requests or limits at all.
    #[default]
    BestEffort,
    /// Anything between.
    Burstable,
    /// Limits for cpu and memory everywhere, requests equal to them.
    Guaranteed,
}

impl QosClass {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            QosClass::BestEffort => "BestEffort",
            QosClass::Burstable => "Burstable",
            QosClass::Guaranteed => "Guaranteed",
        }
    }
}

/// A port that a container takes on its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// 1–65535
    pub port: i64,
    /// `TCP`, `UDP`, `SCTP`
    pub protocol: Str,
    /// Empty or `0.0.0.0`: every address.
    pub ip: Str,
}

impl HostPort {
    /// Whether two of them cannot be on one node.
    pub fn conflicts(&self, other: &HostPort) -> bool {
        let any = |ip: &str| ip.is_empty() || ip == "0.0.0.0";
        self.port == other.port
            && self.protocol == other.protocol
            && (any(&self.ip) || any(&other.ip) || self.ip == other.ip)
    }
}

/// What the simulation reads of a container.
#[derive(Clone, Debug)]
pub struct Container {
    /// Unique in its Pod.
    pub name: Str,
    /// As written.
    pub image: Str,
    /// `Always`, `IfNotPresent` or `Never`.
    pub image_pull_policy: Str,
    /// Requests, with limits standing in where only those are given.
    pub requests: Resources,
    /// An init container that keeps running (`restartPolicy: Always`).
    pub sidecar: bool,
    /// The container as JSON: probes, commands and the rest.
    pub raw: Value,
}

/// A Pod's spec, as far as the Pods of one template share it.
#[derive(Clone, Debug, Default)]
pub struct PodSpec {
    /// The whole of it as JSON, `nodeName` left out.
    pub raw: Value,
    /// In order.
    pub containers: Vec<Container>,
    /// In order.
    pub init_containers: Vec<Container>,
    /// `nodeSelector`
    pub node_selector: Labels,
    /// `affinity.nodeAffinity`
    pub node_affinity: NodeAffinity,
    /// In order.
    pub tolerations: Vec<Toleration>,
    /// `spec.nodeName` of a template that names its node.
    pub node_name: Str,
    /// Absent: 0.
    pub priority: i32,
    /// `priorityClassName`
    pub priority_class_name: Str,
    /// `preemptionPolicy: Never`
    pub never_preempts: bool,
    /// `default-scheduler` unless told otherwise.
    pub scheduler_name: Str,
    /// `restartPolicy`
    pub restart_policy: RestartPolicy,
    /// Seconds.
    pub termination_grace_period_seconds: i64,
    /// Uses the node's network.
    pub host_network: bool,
    /// Names of gates not yet lifted.
    pub scheduling_gates: Vec<Str>,
    /// What the scheduler reserves.
    pub requests: Resources,
    /// What it takes on the node.
    pub host_ports: Vec<HostPort>,
    /// Has `podAffinity` or `podAntiAffinity`.
    pub has_pod_affinity: bool,
    /// Has `topologySpreadConstraints`.
    pub has_spread: bool,
    /// Computed from requests and limits.
    pub qos_class: QosClass,
}

impl PodSpec {
    /// Reads a defaulted `spec` (of a Pod or a template); `nodeName` is taken out of what is kept as JSON.
    pub fn from_value(value: &Value) -> PodSpec {
        let mut raw = value.clone();
        let node_name = match raw.as_object_mut().and_then(|spec| spec.remove("nodeName")) {
            Some(Value::String(name)) => Str::from(name),
            _ => "".into(),
        };
        let text = |key: &str| -> Str { raw[key].as_str().unwrap_or_default().into() };
        let list = |key: &str| raw[key].as_array().into_iter().flatten();
        let containers: Vec<Container> = list("containers").map(container_from).collect();
        let init_containers: Vec<Container> = list("initContainers").map(container_from).collect();
        let host_network = raw["hostNetwork"].as_bool().unwrap_or(false);
        let affinity = &raw["affinity"];
        PodSpec {
            node_selector: labels_from(&raw["nodeSelector"]),
            node_affinity: NodeAffinity::from_value(&affinity["nodeAffinity"]),
            tolerations: list("tolerations").map(Toleration::from_value).collect(),
            node_name,
            priority: raw["priority"].as_i64().unwrap_or(0) as i32,
            priority_class_name: text("priorityClassName"),
            never_preempts: raw["preemptionPolicy"] == "Never",
            scheduler_name: text("schedulerName"),
            restart_policy: match raw["restartPolicy"].as_str() {
                Some("OnFailure") => RestartPolicy::OnFailure,
                Some("Never") => RestartPolicy::Never,
                _ => RestartPolicy::Always,
            },
            termination_grace_period_seconds: raw["terminationGracePeriodSeconds"].as_i64().unwrap_or(30),
            host_network,
            scheduling_gates: list("schedulingGates").filter_map(|g| g["name"].as_str()).map(Str::from).collect(),
            requests: pod_requests(&containers, &init_containers, &raw["overhead"]),
            host_ports: host_ports(&containers, host_network),
            has_pod_affinity: affinity["podAffinity"].is_object() || affinity["podAntiAffinity"].is_object(),
            has_spread: raw["topologySpreadConstraints"].as_array().is_some_and(|list| !list.is_empty()),
            qos_class: qos_class(&containers, &init_containers),
            containers,
            init_containers,
            raw,
        }
    }
}

fn container_from(value: &Value) -> Container {
    let text = |key: &str| -> Str { value[key].as_str().unwrap_or_default().into() };
    let resources = &value["resources"];
    let mut requests = Resources::from_value(&resources["limits"]);
    let own = Resources::from_value(&resources["requests"]);
    for (name, _) in resources["requests"].as_object().into_iter().flatten() {
        match name.as_str() {
            "cpu" => requests.milli_cpu = own.milli_cpu,
            "memory" => requests.memory = own.memory,
            "ephemeral-storage" => requests.ephemeral_storage = own.ephemeral_storage,
            other => {
                requests.extended.insert(other.into(), own.extended.get(other).copied().unwrap_or(0));
            }
        }
    }
    Container {
        name: text("name"),
        image: text("image"),
        image_pull_policy: text("imagePullPolicy"),
        requests,
        sidecar: value["restartPolicy"] == "Always",
        raw: value.clone(),
    }
}

/// Per resource the larger of containers plus sidecars, and the largest init step; plus the overhead.
fn pod_requests(containers: &[Container], init_containers: &[Container], overhead: &Value) -> Resources {
    let mut running = Resources::default();
    let mut sidecars = Resources::default();
    let mut largest_step = Resources::default();
    for container in init_containers {
        if container.sidecar {
            sidecars.add(&container.requests);
            largest_step.raise_to(&sidecars);
        } else {
            let mut step = sidecars.clone();
            step.add(&container.requests);
            largest_step.raise_to(&step);
        }
    }
    for container in containers {
        running.add(&container.requests);
    }
    running.add(&sidecars);
    running.raise_to(&largest_step);
    running.add(&Resources::from_value(overhead));
    running
}

fn host_ports(containers: &[Container], host_network: bool) -> Vec<HostPort> {
    let ports = containers.iter().flat_map(|c| c.raw["ports"].as_array().into_iter().flatten());
    let taken = ports.filter_map(|port| {
        let own = port["hostPort"].as_i64().filter(|p| *p != 0);
        let number = own.or_else(|| port["containerPort"].as_i64().filter(|_| host_network))?;
        let text = |key: &str, default: &str| -> Str { port[key].as_str().unwrap_or(default).into() };
        Some(HostPort { port: number, protocol: text("protocol", "TCP"), ip: text("hostIP", "") })
    });
    taken.collect()
}

fn qos_class(containers: &[Container], init_containers: &[Container]) -> QosClass {
    let all = || containers.iter().chain(init_containers);
    let (mut anything, mut guaranteed) = (false, true);
    for container in all() {
        let resources = &container.raw["resources"];
        for key in ["cpu", "memory"] {
            let (request, limit) = (&resources["requests"][key], &resources["limits"][key]);
            anything |= !request.is_null() || !limit.is_null();
            guaranteed &= !limit.is_null() && (request.is_null() || request == limit);
        }
    }
    match (anything, guaranteed) {
        (false, _) => QosClass::BestEffort,
        (true, true) => QosClass::Guaranteed,
        (true, false) => QosClass::Burstable,
    }
}

/// `spec.template`: what a controller makes Pods from.
#[derive(Clone, Debug, Default)]
pub struct PodTemplate {
    /// `template.metadata.labels`
    pub labels: Labels,
    /// `template.metadata.annotations`
    pub annotations: Labels,
    /// `template.metadata.finalizers`
    pub finalizers: Rc<Vec<Str>>,
    /// `template.spec`
    pub spec: Rc<PodSpec>,
    /// The whole template as JSON.
    pub raw: Value,
}

impl PodTemplate {
    /// Reads a defaulted template.
    pub fn from_value(value: &Value) -> PodTemplate {
        let meta = crate::meta::Meta::from_value(&value["metadata"]);
        PodTemplate {
            labels: meta.labels,
            annotations: meta.annotations,
            finalizers: meta.finalizers,
            spec: Rc::new(PodSpec::from_value(&value["spec"])),
            raw: value.clone(),
        }
    }
}
