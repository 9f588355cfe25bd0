//! Reads objects, one as JSON on a line, with Kubernetes' generated types, and says which come back otherwise.
//!
//! `types FILE…`, as `cargo xtask types` and the gate call it: the files are what the API server stored while the repository's tests ran
//! with `EVERYNODE_OBJECTS=FOLDER`. An object must decode, and written again be the same but for nulls: Go writes some
//! absent times as `null`, the generated types leave them out.

use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::api::autoscaling::v1 as autoscaling;
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::coordination::v1 as coordination;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::discovery::v1 as discovery;
use k8s_openapi::api::networking::v1 as networking;
use k8s_openapi::api::policy::v1 as policy;
use k8s_openapi::api::rbac::v1 as rbac;
use k8s_openapi::api::scheduling::v1 as scheduling;
use k8s_openapi::api::storage::v1 as storage;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions;
use k8s_openapi::serde::Serialize;
use k8s_openapi::serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let (mut read, mut wrong): (BTreeMap<String, usize>, Vec<String>) = Default::default();
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        for line in text.lines() {
            let object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}: {error}"));
            *read.entry(object["kind"].as_str().unwrap_or_default().into()).or_default() += 1;
            wrong.extend(check(&object).err());
        }
    }
    let total: usize = read.values().sum();
    println!("{total} objects: {read:?}");
    if total == 0 {
        println!("nothing was read");
        return ExitCode::FAILURE;
    }
    wrong.dedup();
    for text in wrong.iter().take(20) {
        println!("{text}\n");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check(object: &Value) -> Result<(), String> {
    let word = |key: &str| object[key].as_str().unwrap_or_default();
    let kind = format!("{}/{}", word("apiVersion"), word("kind"));
    let again = match kind.as_str() {
        "v1/ConfigMap" => round::<core::ConfigMap>(object),
        "v1/Endpoints" => round::<core::Endpoints>(object),
        "v1/Event" => round::<core::Event>(object),
        "v1/LimitRange" => round::<core::LimitRange>(object),
        "v1/Namespace" => round::<core::Namespace>(object),
        "v1/Node" => round::<core::Node>(object),
        "v1/PersistentVolume" => round::<core::PersistentVolume>(object),
        "v1/PersistentVolumeClaim" => round::<core::PersistentVolumeClaim>(object),
        "v1/Pod" => round::<core::Pod>(object),
        "v1/PodTemplate" => round::<core::PodTemplate>(object),
        "v1/ReplicationController" => round::<core::ReplicationController>(object),
        "v1/ResourceQuota" => round::<core::ResourceQuota>(object),
        "v1/Secret" => round::<core::Secret>(object),
        "v1/Service" => round::<core::Service>(object),
        "v1/ServiceAccount" => round::<core::ServiceAccount>(object),
        "apiextensions.k8s.io/v1/CustomResourceDefinition" => round::<apiextensions::CustomResourceDefinition>(object),
        "apps/v1/ControllerRevision" => round::<apps::ControllerRevision>(object),
        "apps/v1/DaemonSet" => round::<apps::DaemonSet>(object),
        "apps/v1/Deployment" => round::<apps::Deployment>(object),
        "apps/v1/ReplicaSet" => round::<apps::ReplicaSet>(object),
        "apps/v1/StatefulSet" => round::<apps::StatefulSet>(object),
        "autoscaling/v1/Scale" => round::<autoscaling::Scale>(object),
        "batch/v1/CronJob" => round::<batch::CronJob>(object),
        "batch/v1/Job" => round::<batch::Job>(object),
        "coordination.k8s.io/v1/Lease" => round::<coordination::Lease>(object),
        "discovery.k8s.io/v1/EndpointSlice" => round::<discovery::EndpointSlice>(object),
        "autoscaling/v2/HorizontalPodAutoscaler" => round::<k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler>(object),
        "networking.k8s.io/v1/IngressClass" => round::<networking::IngressClass>(object),
        "networking.k8s.io/v1/Ingress" => round::<networking::Ingress>(object),
        "networking.k8s.io/v1/NetworkPolicy" => round::<networking::NetworkPolicy>(object),
        "policy/v1/PodDisruptionBudget" => round::<policy::PodDisruptionBudget>(object),
        "rbac.authorization.k8s.io/v1/ClusterRole" => round::<rbac::ClusterRole>(object),
        "rbac.authorization.k8s.io/v1/ClusterRoleBinding" => round::<rbac::ClusterRoleBinding>(object),
        "rbac.authorization.k8s.io/v1/Role" => round::<rbac::Role>(object),
        "rbac.authorization.k8s.io/v1/RoleBinding" => round::<rbac::RoleBinding>(object),
        "scheduling.k8s.io/v1/PriorityClass" => round::<scheduling::PriorityClass>(object),
        "storage.k8s.io/v1/CSIDriver" => round::<storage::CSIDriver>(object),
        "storage.k8s.io/v1/StorageClass" => round::<storage::StorageClass>(object),
        _ => return Err(format!("no type is known for {kind}")),
    };
    let again = again.map_err(|error| format!("{kind}: {error}: {object}"))?;
    let mut differ = Vec::new();
    compare("", object, &again, &mut differ);
    if differ.is_empty() { Ok(()) } else { Err(format!("{kind}: {}", differ.join(", "))) }
}

/// Through the type and back.
fn round<T: DeserializeOwned + Serialize>(object: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(T::deserialize(object)?)
}

/// Notes where the two differ; a null is as good as nothing.
fn compare(path: &str, ours: &Value, theirs: &Value, differ: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                compare(&format!("{path}.{key}"), a, b, differ);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).for_each(|(a, b)| compare(&format!("{path}[]"), a, b, differ));
        }
        _ if ours == theirs => {}
        _ => differ.push(format!("{path}: {ours} comes back as {theirs}")),
    }
}
