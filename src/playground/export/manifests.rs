//! What somebody made in the cluster, as manifests: without what a server, a scheduler or a controller added.

use super::File;
use api::meta::Meta;
use api::objects::Object;
use api::resource::Kind;
use api::{Map, Value};
use cluster::Cluster;
use cluster::kubelet::static_pods::MIRROR;

/// Kinds of which nothing goes along: the cluster writes them itself, and nodes have files of their own.
const OF_THE_CLUSTER: [&str; 6] = ["ControllerRevision", "Endpoints", "EndpointSlice", "Event", "Lease", "Node"];

/// Metadata that a server gives.
const SERVER_META: [&str; 8] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "generateName",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Annotations that kubectl and controllers keep their own notes in.
const NOTES: [&str; 3] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.daemonset.template.generation",
    "deployment.kubernetes.io/revision",
];

/// One file an object, in the order in which they can be created: their numbers put what others need in front.
pub(super) fn files(cluster: &Cluster) -> Vec<File> {
    let mut files: Vec<File> = made(cluster).map(file).collect();
    api::sort::by_key(&mut files, |file| file.path.clone());
    files
}

/// The same as values, in the same order.
pub(super) fn values(cluster: &Cluster) -> Vec<Value> {
    let mut objects: Vec<&Object> = made(cluster).collect();
    api::sort::by_key(&mut objects, |object| place(object.kind()));
    objects.into_iter().map(manifest).collect()
}

fn made(cluster: &Cluster) -> impl Iterator<Item = &Object> {
    let kinds = Kind::all().filter(|kind| !OF_THE_CLUSTER.contains(&kind.name()));
    kinds.flat_map(|kind| cluster.objects(kind)).filter(|object| was_made_by_somebody(object))
}

fn file(object: &Object) -> File {
    let (kind, meta) = (object.kind(), object.meta());
    let namespace = match &*meta.namespace {
        "" | "default" => String::new(),
        namespace => format!("{namespace}-"),
    };
    // Some names have a colon, which not every file system takes.
    let name = meta.name.replace(':', "-");
    let path = format!("manifests/{}-{}-{namespace}{name}.yaml", place(kind), kind.name().to_ascii_lowercase());
    File { path, text: yaml::write::to_string(&manifest(object)) }
}

/// Two digits for the order of creation.
fn place(kind: Kind) -> u32 {
    match kind.name() {
        "Namespace" => 10,
        "PriorityClass" | "CustomResourceDefinition" | "StorageClass" => 20,
        "ServiceAccount" | "ConfigMap" | "Secret" | "Role" | "ClusterRole" => 30,
        "RoleBinding" | "ClusterRoleBinding" | "LimitRange" | "ResourceQuota" => 40,
        _ => 50,
    }
}

/// Whether it is there because a learner or the scenario wanted it, and not because a controller or a new cluster did.
fn was_made_by_somebody(object: &Object) -> bool {
    let meta = object.meta();
    !meta.terminating() && meta.controller().is_none() && !comes_with_every_cluster(object.kind(), &meta)
}

fn comes_with_every_cluster(kind: Kind, meta: &Meta) -> bool {
    let name = &*meta.name;
    match kind.name() {
        "Namespace" => matches!(name, "default" | "kube-system" | "kube-public" | "kube-node-lease"),
        "ServiceAccount" => name == "default",
        "ConfigMap" => name == "kube-root-ca.crt",
        "PriorityClass" => name.starts_with("system-"),
        "Service" => name == "kubernetes" && &*meta.namespace == "default",
        "Pod" => meta.annotations.get(MIRROR).is_some(),
        _ => false,
    }
}

fn manifest(object: &Object) -> Value {
    let mut value = object.to_value();
    let whole = value.as_object_mut().expect("an object is a map");
    whole.remove("status");
    if let Some(meta) = whole.get_mut("metadata").and_then(Value::as_object_mut) {
        SERVER_META.iter().for_each(|field| drop(meta.remove(*field)));
        without(meta, "annotations", |key| NOTES.contains(&key));
        without(meta, "labels", |key| key == "kubernetes.io/metadata.name");
    }
    if let Some(spec) = whole.get_mut("spec").and_then(Value::as_object_mut) {
        match object.kind().name() {
            "Pod" => as_before_scheduling(spec),
            "Service" if spec.get("clusterIP").is_some_and(|address| address != "None") => {
                ["clusterIP", "clusterIPs"].iter().for_each(|field| drop(spec.remove(*field)));
            }
            "Namespace" => drop(spec.remove("finalizers")),
            _ => {}
        }
    }
    if whole.get("spec").and_then(Value::as_object).is_some_and(Map::is_empty) {
        whole.remove("spec");
    }
    value
}

/// Takes the keys out of a map in a map, and the map if nothing is left of it.
fn without(map: &mut Map<String, Value>, field: &str, unwanted: impl Fn(&str) -> bool) {
    let Some(inner) = map.get_mut(field).and_then(Value::as_object_mut) else { return };
    inner.retain(|key, _| !unwanted(key));
    if inner.is_empty() {
        map.remove(field);
    }
}

/// A Pod on its own, as it was before admission and the scheduler had been at it.
fn as_before_scheduling(spec: &mut Map<String, Value>) {
    spec.remove("nodeName");
    let is_token = |entry: &Value| entry["name"].as_str().is_some_and(|name| name.starts_with("kube-api-access-"));
    let is_added = |entry: &Value| {
        entry["tolerationSeconds"] == 300
            && matches!(entry["key"].as_str(), Some("node.kubernetes.io/not-ready" | "node.kubernetes.io/unreachable"))
    };
    drop_entries(spec, "volumes", is_token);
    drop_entries(spec, "tolerations", is_added);
    for list in ["containers", "initContainers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(container) = container.as_object_mut() {
                drop_entries(container, "volumeMounts", is_token);
            }
        }
    }
}

fn drop_entries(map: &mut Map<String, Value>, field: &str, unwanted: impl Fn(&Value) -> bool) {
    let Some(entries) = map.get_mut(field).and_then(Value::as_array_mut) else { return };
    entries.retain(|entry| !unwanted(entry));
    if entries.is_empty() {
        map.remove(field);
    }
}
