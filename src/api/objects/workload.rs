//! DaemonSet, ReplicaSet and Deployment: the controllers that make Pods from a template.
//!
//! There are few of them, so each keeps its spec as JSON and, beside it, what its controller reads.

use super::condition::{self, Condition, ConditionForm};
use super::pod_spec::PodTemplate;
use crate::meta::Meta;
use crate::meta::int_or_percent::IntOrPercent;
use crate::meta::selector::LabelSelector;
use crate::sort::gather;
use crate::time::Time;
use crate::{Map, Str, Value};
use std::rc::Rc;

/// The annotation that carries a DaemonSet's template generation.
pub const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// `updateStrategy` of a DaemonSet, `strategy` of a Deployment.
#[derive(Clone, Debug, PartialEq)]
pub enum Strategy {
    /// Replace step by step within two budgets.
    RollingUpdate {
        /// How many may be missing.
        max_unavailable: IntOrPercent,
        /// How many may be there too many.
        max_surge: IntOrPercent,
    },
    /// DaemonSet: replace only what somebody deletes.
    OnDelete,
    /// Deployment: remove all, then create.
    Recreate,
}

impl Default for Strategy {
    fn default() -> Strategy {
        Strategy::RollingUpdate { max_unavailable: IntOrPercent::Int(1), max_surge: IntOrPercent::Int(0) }
    }
}

impl Strategy {
    fn from_value(value: &Value) -> Strategy {
        let budget = |key: &str| IntOrPercent::from_value(&value["rollingUpdate"][key]).unwrap_or(IntOrPercent::Int(0));
        match value["type"].as_str() {
            Some("OnDelete") => Strategy::OnDelete,
            Some("Recreate") => Strategy::Recreate,
            _ => Strategy::RollingUpdate { max_unavailable: budget("maxUnavailable"), max_surge: budget("maxSurge") },
        }
    }
}

/// What the three specs have in common.
#[derive(Clone, Debug, Default)]
pub struct WorkloadSpec {
    /// The whole spec as JSON.
    pub raw: Value,
    /// `selector`
    pub selector: LabelSelector,
    /// `template`
    pub template: Rc<PodTemplate>,
    /// `minReadySeconds`
    pub min_ready_seconds: i64,
    /// `revisionHistoryLimit`
    pub revision_history_limit: i64,
    /// `replicas`; unused by DaemonSets.
    pub replicas: i64,
    /// `updateStrategy` or `strategy`; unused by ReplicaSets.
    pub strategy: Strategy,
    /// Deployment: `paused`.
    pub paused: bool,
    /// Deployment: `progressDeadlineSeconds`.
    pub progress_deadline_seconds: i64,
}

impl WorkloadSpec {
    /// Reads a defaulted spec.
    pub fn from_value(value: &Value) -> WorkloadSpec {
        let number = |key: &str, default| value[key].as_i64().unwrap_or(default);
        let strategy = value.get("updateStrategy").or(value.get("strategy")).unwrap_or(&Value::Null);
        WorkloadSpec {
            selector: LabelSelector::from_value(&value["selector"]),
            template: Rc::new(PodTemplate::from_value(&value["template"])),
            min_ready_seconds: number("minReadySeconds", 0),
            revision_history_limit: number("revisionHistoryLimit", 10),
            replicas: number("replicas", 1),
            strategy: Strategy::from_value(strategy),
            paused: value["paused"].as_bool().unwrap_or(false),
            progress_deadline_seconds: number("progressDeadlineSeconds", 600),
            raw: value.clone(),
        }
    }

    /// The same spec for another number of Pods; the template stays shared.
    pub fn with_replicas(&self, replicas: i64) -> WorkloadSpec {
        let mut spec = self.clone();
        spec.replicas = replicas;
        spec.raw["replicas"] = replicas.into();
        spec
    }

    /// The same spec with other `minReadySeconds`; the template stays shared.
    pub fn with_min_ready_seconds(&self, seconds: i64) -> WorkloadSpec {
        let mut spec = self.clone();
        spec.min_ready_seconds = seconds;
        spec.raw["minReadySeconds"] = seconds.into();
        spec
    }
}

/// `status` of a DaemonSet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaemonSetStatus {
    /// Nodes that should run it.
    pub desired_number_scheduled: i64,
    /// Of those, nodes that have a Pod.
    pub current_number_scheduled: i64,
    /// Nodes that should not run it and have a Pod.
    pub number_misscheduled: i64,
    /// Of the desired, nodes whose Pod is Ready.
    pub number_ready: i64,
    /// Of the desired, nodes whose Pod has the current template.
    pub updated_number_scheduled: i64,
    /// Of the ready, nodes whose Pod is available.
    pub number_available: i64,
    /// Desired less available.
    pub number_unavailable: i64,
    /// The generation a sync has seen.
    pub observed_generation: i64,
    /// How often a revision's name was taken.
    pub collision_count: Option<i32>,
}

/// A DaemonSet.
#[derive(Clone, Debug, Default)]
pub struct DaemonSet {
    /// `metadata`
    pub meta: Meta,
    /// `spec`
    pub spec: Rc<WorkloadSpec>,
    /// `status`
    pub status: DaemonSetStatus,
    /// When a component last wrote it. Not part of the object; `managedFields` tells it, and the status tells no time.
    pub written: Time,
}

impl DaemonSet {
    /// The template generation, from its annotation.
    pub fn template_generation(&self) -> Option<i64> {
        self.meta.annotations.get(TEMPLATE_GENERATION)?.parse().ok()
    }

    /// Reads a whole DaemonSet.
    pub fn from_value(value: &Value) -> DaemonSet {
        let status = &value["status"];
        let count = |key: &str| status[key].as_i64().unwrap_or(0);
        DaemonSet {
            meta: Meta::from_value(&value["metadata"]),
            spec: Rc::new(WorkloadSpec::from_value(&value["spec"])),
            status: DaemonSetStatus {
                desired_number_scheduled: count("desiredNumberScheduled"),
                current_number_scheduled: count("currentNumberScheduled"),
                number_misscheduled: count("numberMisscheduled"),
                number_ready: count("numberReady"),
                updated_number_scheduled: count("updatedNumberScheduled"),
                number_available: count("numberAvailable"),
                number_unavailable: count("numberUnavailable"),
                observed_generation: count("observedGeneration"),
                collision_count: status["collisionCount"].as_i64().map(|n| n as i32),
            },
            written: Time::default(),
        }
    }

    /// Writes the whole DaemonSet, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let s = &self.status;
        let always = [
            ("desiredNumberScheduled", s.desired_number_scheduled),
            ("currentNumberScheduled", s.current_number_scheduled),
            ("numberMisscheduled", s.number_misscheduled),
            ("numberReady", s.number_ready),
        ];
        let unless_zero = [
            ("updatedNumberScheduled", s.updated_number_scheduled),
            ("numberAvailable", s.number_available),
            ("numberUnavailable", s.number_unavailable),
            ("observedGeneration", s.observed_generation),
        ];
        let collisions = s.collision_count.map(|n| ("collisionCount", i64::from(n)));
        let counts = always.into_iter().chain(unless_zero.into_iter().filter(|(_, n)| *n != 0)).chain(collisions);
        whole(&self.meta, &self.spec.raw, gather(counts.map(|(k, n)| (k.to_string(), n.into()))))
    }
}

/// `status` of a ReplicaSet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicaSetStatus {
    /// Active Pods.
    pub replicas: i64,
    /// Of those, the ones that carry all of the template's labels.
    pub fully_labeled_replicas: i64,
    /// Of those, Ready.
    pub ready_replicas: i64,
    /// Of those, available.
    pub available_replicas: i64,
    /// Pods on their way out.
    pub terminating_replicas: Option<i64>,
    /// The generation a sync has seen.
    pub observed_generation: i64,
    /// ReplicaFailure.
    pub conditions: Vec<Condition>,
}

/// A ReplicaSet.
#[derive(Clone, Debug, Default)]
pub struct ReplicaSet {
    /// `metadata`
    pub meta: Meta,
    /// `spec`
    pub spec: Rc<WorkloadSpec>,
    /// `status`
    pub status: ReplicaSetStatus,
    /// When a component last wrote it, as with a [`DaemonSet`].
    pub written: Time,
}

impl ReplicaSet {
    /// Reads a whole ReplicaSet.
    pub fn from_value(value: &Value) -> ReplicaSet {
        let status = &value["status"];
        let count = |key: &str| status[key].as_i64().unwrap_or(0);
        ReplicaSet {
            meta: Meta::from_value(&value["metadata"]),
            spec: Rc::new(WorkloadSpec::from_value(&value["spec"])),
            status: ReplicaSetStatus {
                replicas: count("replicas"),
                fully_labeled_replicas: count("fullyLabeledReplicas"),
                ready_replicas: count("readyReplicas"),
                available_replicas: count("availableReplicas"),
                terminating_replicas: status["terminatingReplicas"].as_i64(),
                observed_generation: count("observedGeneration"),
                conditions: condition::list_from(&status["conditions"]),
            },
            written: Time::default(),
        }
    }

    /// Writes the whole ReplicaSet, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let s = &self.status;
        let counts = [
            ("fullyLabeledReplicas", s.fully_labeled_replicas),
            ("readyReplicas", s.ready_replicas),
            ("availableReplicas", s.available_replicas),
            ("observedGeneration", s.observed_generation),
        ];
        let mut status = nonzero(&counts);
        status.insert("replicas".into(), s.replicas.into());
        if let Some(n) = s.terminating_replicas {
            status.insert("terminatingReplicas".into(), n.into());
        }
        if !s.conditions.is_empty() {
            status.insert("conditions".into(), condition::list_to(&s.conditions, ConditionForm::Plain));
        }
        whole(&self.meta, &self.spec.raw, status)
    }
}

/// `status` of a Deployment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeploymentStatus {
    /// Pods of all its ReplicaSets.
    pub replicas: i64,
    /// Pods of the newest one.
    pub updated_replicas: i64,
    /// Ready ones.
    pub ready_replicas: i64,
    /// Available ones.
    pub available_replicas: i64,
    /// Wanted less available.
    pub unavailable_replicas: i64,
    /// Pods on their way out.
    pub terminating_replicas: Option<i64>,
    /// The generation a sync has seen.
    pub observed_generation: i64,
    /// How often a ReplicaSet's name was taken.
    pub collision_count: Option<i32>,
    /// Available, Progressing, ReplicaFailure.
    pub conditions: Vec<Condition>,
}

/// A Deployment.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// `metadata`
    pub meta: Meta,
    /// `spec`
    pub spec: Rc<WorkloadSpec>,
    /// `status`
    pub status: DeploymentStatus,
}

impl Deployment {
    /// Reads a whole Deployment.
    pub fn from_value(value: &Value) -> Deployment {
        let status = &value["status"];
        let count = |key: &str| status[key].as_i64().unwrap_or(0);
        Deployment {
            meta: Meta::from_value(&value["metadata"]),
            spec: Rc::new(WorkloadSpec::from_value(&value["spec"])),
            status: DeploymentStatus {
                replicas: count("replicas"),
                updated_replicas: count("updatedReplicas"),
                ready_replicas: count("readyReplicas"),
                available_replicas: count("availableReplicas"),
                unavailable_replicas: count("unavailableReplicas"),
                terminating_replicas: status["terminatingReplicas"].as_i64(),
                observed_generation: count("observedGeneration"),
                collision_count: status["collisionCount"].as_i64().map(|n| n as i32),
                conditions: condition::list_from(&status["conditions"]),
            },
        }
    }

    /// Writes the whole Deployment, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let s = &self.status;
        let mut status = nonzero(&[
            ("replicas", s.replicas),
            ("updatedReplicas", s.updated_replicas),
            ("readyReplicas", s.ready_replicas),
            ("availableReplicas", s.available_replicas),
            ("unavailableReplicas", s.unavailable_replicas),
            ("observedGeneration", s.observed_generation),
        ]);
        if let Some(n) = s.terminating_replicas {
            status.insert("terminatingReplicas".into(), n.into());
        }
        if let Some(n) = s.collision_count {
            status.insert("collisionCount".into(), n.into());
        }
        if !s.conditions.is_empty() {
            status.insert("conditions".into(), condition::list_to(&s.conditions, ConditionForm::Deployment));
        }
        whole(&self.meta, &self.spec.raw, status)
    }
}

fn nonzero(counts: &[(&str, i64)]) -> Map<String, Value> {
    gather(counts.iter().filter(|(_, n)| *n != 0).map(|(k, n)| (k.to_string(), Value::from(*n))))
}

fn whole(meta: &Meta, spec: &Value, status: Map<String, Value>) -> Value {
    let mut out = Map::new();
    out.insert("metadata".into(), meta.to_value());
    out.insert("spec".into(), spec.clone());
    out.insert("status".into(), Value::Object(status));
    Value::Object(out)
}

/// A template of the past (`apps/v1 ControllerRevision`).
#[derive(Clone, Debug, Default)]
pub struct ControllerRevision {
    /// `metadata`
    pub meta: Meta,
    /// `data`: a strategic merge patch that restores the template.
    pub data: Rc<Value>,
    /// Higher is newer.
    pub revision: i64,
}

impl ControllerRevision {
    /// Its hash: the value of the label `controller-revision-hash`.
    pub fn hash(&self) -> Option<&Str> {
        self.meta.label("controller-revision-hash")
    }

    /// Reads a whole ControllerRevision.
    pub fn from_value(value: &Value) -> ControllerRevision {
        ControllerRevision {
            meta: Meta::from_value(&value["metadata"]),
            data: Rc::new(value["data"].clone()),
            revision: value["revision"].as_i64().unwrap_or(0),
        }
    }

    /// Writes it, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let mut out = Map::new();
        out.insert("metadata".into(), self.meta.to_value());
        out.insert("data".into(), (*self.data).clone());
        out.insert("revision".into(), self.revision.into());
        Value::Object(out)
    }
}
