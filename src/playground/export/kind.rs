//! Containers as nodes: a configuration for kind.
//!
//! kind names its nodes itself, so ours stand beside them as comments. A kubelet may not give itself every label; those it may
//! not are left for `kubectl label`, in a comment too. Source of the form: the "Configuration" page of kind's documentation.

use super::{given_labels, given_taints, is_control_plane, name};
use api::{Map, Value, json};

/// `kind.yaml`. Without a control plane of our own it gets one: kind needs it, and its taint keeps Pods away.
pub(super) fn config(nodes: &[Value]) -> String {
    let (planes, workers): (Vec<&Value>, Vec<&Value>) = nodes.iter().partition(|node| is_control_plane(node));
    let mut text = String::from("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: everynode\nnodes:\n");
    if planes.is_empty() {
        text += "- role: control-plane\n";
    }
    for node in planes {
        text += &entry(node, "control-plane", "InitConfiguration");
    }
    for node in workers {
        text += &entry(node, "worker", "JoinConfiguration");
    }
    text
}

fn entry(node: &Value, role: &str, configuration: &str) -> String {
    let (allowed, later): (Map<String, Value>, Map<String, Value>) =
        given_labels(node).into_iter().partition(|(key, _)| a_kubelet_may_set(key));
    let mut text = format!("# {}\n", name(node));
    for (key, value) in later.iter().filter(|(key, _)| *key != "node-role.kubernetes.io/control-plane") {
        text += &format!("# afterwards: kubectl label node NAME {key}={}\n", value.as_str().unwrap_or_default());
    }
    let mut fields = json!({"role": role});
    if !allowed.is_empty() {
        fields["labels"] = allowed.into();
    }
    let taints = given_taints(node);
    // kubeadm gives a control plane its own taint.
    if !taints.is_empty() && role == "worker" {
        let patch = json!({"kind": configuration, "nodeRegistration": {"taints": taints}});
        fields["kubeadmConfigPatches"] = json!([yaml::write::to_string(&patch)]);
    }
    text + &yaml::write::to_string(&json!([fields]))
}

/// Whether a kubelet may give its own Node this label.
///
/// Source: plugin/pkg/admission/noderestriction and `IsKubeletLabel`, Kubernetes v1.36.
fn a_kubelet_may_set(key: &str) -> bool {
    let domain = key.split_once('/').map_or("", |(domain, _)| domain);
    let within = |parent: &str| domain == parent || domain.ends_with(&[".", parent].concat());
    let of_kubernetes = within("kubernetes.io") || within("k8s.io");
    !of_kubernetes
        || matches!(
            key,
            "topology.kubernetes.io/zone" | "topology.kubernetes.io/region" | "node.kubernetes.io/instance-type"
        )
        || within("kubelet.kubernetes.io")
        || within("node.kubernetes.io")
}
