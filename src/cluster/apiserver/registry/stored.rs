//! Kinds that are stored and given back, and nothing more: the defaults a learner would see in `-o yaml`.
//!
//! Source: `pkg/apis/{core,rbac,networking,storage,autoscaling}/v1/defaults.go`.

use super::fields::{default, is_empty, items, list, part, set, text};
use api::resource::Kind;
use api::{Value, json};

/// Fills in objects of the kinds without a file of their own.
pub fn set_defaults(kind: Kind, object: &mut Value) {
    match kind {
        Kind::REPLICATION_CONTROLLER => set_replication_controller_defaults(object),
        Kind::POD_TEMPLATE => super::pod_template::set_defaults(object),
        Kind::PERSISTENT_VOLUME_CLAIM => default(part(object, "spec"), "volumeMode", "Filesystem"),
        Kind::PERSISTENT_VOLUME => {
            let spec = part(object, "spec");
            default(spec, "persistentVolumeReclaimPolicy", "Retain");
            default(spec, "volumeMode", "Filesystem");
        }
        Kind::ENDPOINTS => {
            for port in items(object, "subsets").flat_map(|subset| items(subset, "ports")) {
                default(port, "protocol", "TCP");
            }
        }
        Kind::ENDPOINT_SLICE => items(object, "ports").for_each(|port| default(port, "protocol", "TCP")),
        Kind::ROLE_BINDING | Kind::CLUSTER_ROLE_BINDING => set_binding_defaults(object),
        Kind::NETWORK_POLICY => set_network_policy_defaults(part(object, "spec")),
        Kind::STORAGE_CLASS => {
            default(object, "reclaimPolicy", "Delete");
            default(object, "volumeBindingMode", "Immediate");
        }
        Kind::LIMIT_RANGE => super::limits::set_limit_range_defaults(object),
        _ => {}
    }
}

/// The oldest workload: labels and selector come from the template.
fn set_replication_controller_defaults(object: &mut Value) {
    let labels = object["spec"]["template"]["metadata"]["labels"].clone();
    if !labels.is_null() {
        if is_empty(&object["spec"], "selector") {
            set(part(object, "spec"), "selector", labels.clone());
        }
        if is_empty(&object["metadata"], "labels") {
            set(part(object, "metadata"), "labels", labels);
        }
    }
    let spec = part(object, "spec");
    default(spec, "replicas", 1);
    super::pod_template::set_defaults(spec);
}

fn set_binding_defaults(binding: &mut Value) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    default(part(binding, "roleRef"), "apiGroup", GROUP);
    for subject in items(binding, "subjects") {
        if matches!(text(subject, "kind"), "User" | "Group") {
            default(subject, "apiGroup", GROUP);
        }
    }
}

fn set_network_policy_defaults(spec: &mut Value) {
    if list(spec, "policyTypes").is_empty() {
        let egress = !is_empty(spec, "egress");
        set(spec, "policyTypes", if egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) });
    }
    for direction in ["ingress", "egress"] {
        for port in items(spec, direction).flat_map(|rule| items(rule, "ports")) {
            default(port, "protocol", "TCP");
        }
    }
}
