//! Nodes that only pretend: the manifests from which KWOK plays kubelets.
//!
//! They have our names, labels, taints and sizes. Source of the form: the "Manage nodes and Pods" page of KWOK's documentation.

use super::{given_labels, given_taints, name};
use api::{Map, Value, json};

/// `kwok/nodes.yaml`: one document a node.
pub(super) fn nodes(nodes: &[Value]) -> String {
    let documents: Vec<String> = nodes.iter().map(|node| yaml::write::to_string(&pretended(node))).collect();
    documents.join("---\n")
}

fn pretended(node: &Value) -> Value {
    let mut labels = given_labels(node);
    labels.extend(node["metadata"]["labels"].as_object().cloned().unwrap_or_default());
    labels.insert("type".into(), "kwok".into());
    let mut spec = Map::new();
    let taints = given_taints(node);
    if !taints.is_empty() {
        spec.insert("taints".into(), taints.into());
    }
    if node["spec"]["unschedulable"] == true {
        spec.insert("unschedulable".into(), true.into());
    }
    let status = &node["status"];
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name(node),
            "annotations": {"kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0"},
            "labels": labels
        },
        "spec": spec,
        "status": {
            "allocatable": status["allocatable"].clone(),
            "capacity": status["capacity"].clone(),
            "nodeInfo": {
                "architecture": status["nodeInfo"]["architecture"].clone(),
                "operatingSystem": status["nodeInfo"]["operatingSystem"].clone()
            }
        }
    })
}
