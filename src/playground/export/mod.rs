//! Leaving the tab: the cluster as a folder of files from which a real control plane goes on.
//!
//! `manifests/` holds what the learner and the scenario made, as `kubectl apply` takes it; what controllers made of it they will
//! make again. `kind.yaml` describes containers as nodes, `kwok/nodes.yaml` nodes that only pretend, both with the labels and taints
//! of ours. [`zip`] packs the folder into one file.

mod kind;
mod kwok;
mod manifests;
mod scenario;
mod zip;

pub use scenario::scenario;
pub use zip::zip;

use api::objects::Object;
use api::resource::Kind;
use api::{Map, Value};
use cluster::Cluster;

/// One file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where in the folder: `manifests/20-daemonset-logs.yaml`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// The folder: manifests in the order in which `kubectl apply -f manifests/` takes them, then the nodes for kind and for KWOK.
pub fn folder(cluster: &Cluster) -> Vec<File> {
    let nodes = nodes(cluster);
    let mut files = manifests::files(cluster);
    files.push(File { path: "kind.yaml".into(), text: kind::config(&nodes) });
    files.push(File { path: "kwok/nodes.yaml".into(), text: kwok::nodes(&nodes) });
    files
}

/// The nodes by name, each as the API server would return it.
fn nodes(cluster: &Cluster) -> Vec<Value> {
    let mut nodes: Vec<Value> = cluster.objects(Kind::NODE).map(Object::to_value).collect();
    api::sort::by_key(&mut nodes, |node| name(node).to_owned());
    nodes
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

/// Labels that a kubelet sets by itself, which the new one will set as well.
const OWN_LABELS: [&str; 5] = [
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/os",
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
];

/// The labels that somebody gave the node.
fn given_labels(node: &Value) -> Map<String, Value> {
    let labels = node["metadata"]["labels"].as_object().cloned().unwrap_or_default();
    labels.into_iter().filter(|(key, _)| !OWN_LABELS.contains(&&**key)).collect()
}

/// The taints that somebody gave the node: those of its conditions come and go by themselves.
fn given_taints(node: &Value) -> Vec<Value> {
    let taints = node["spec"]["taints"].as_array().cloned().unwrap_or_default();
    let given = taints
        .into_iter()
        .filter(|taint| !taint["key"].as_str().unwrap_or_default().starts_with("node.kubernetes.io/"));
    given
        .map(|mut taint| {
            taint.as_object_mut().expect("a taint is an object").remove("timeAdded");
            taint
        })
        .collect()
}

fn is_control_plane(node: &Value) -> bool {
    node["metadata"]["labels"].get("node-role.kubernetes.io/control-plane").is_some()
}

#[cfg(test)]
mod tests;
