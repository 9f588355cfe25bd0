//! The Pod template of a workload.
//!
//! Models core `ValidatePodTemplateSpec` and apps `ValidatePodTemplateSpecForReplicaSet`.

use super::fields::{given, list, part, text};
use super::path::Path;
use super::report::Report;
use super::{meta, pod_spec};
use api::Value;

/// Fills in the template of a workload, making it where there is none: the server's structs are never absent.
pub fn set_defaults(workload_spec: &mut Value) {
    let template = part(workload_spec, "template");
    part(template, "metadata");
    pod_spec::set_defaults(part(template, "spec"));
}

/// Checks a template. The paths of its labels and annotations lack `metadata`, in Kubernetes too.
pub fn validate(report: &mut Report, path: Path, template: &Value) {
    meta::validate_labels(report, path.child("labels"), &template["metadata"]["labels"]);
    meta::validate_annotations(report, path.child("annotations"), &template["metadata"]["annotations"]);
    pod_spec::validate(report, path.child("spec"), &template["spec"]);
    if !list(&template["spec"], "ephemeralContainers").is_empty() {
        let path = path.child("spec");
        report.forbidden(path.child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }
}

/// Checks a template whose Pods are to run for ever; `owner` is named where a deadline is refused.
pub fn validate_endless(report: &mut Report, path: Path, template: &Value, owner: &str) {
    validate(report, path, template);
    let spec = &template["spec"];
    let path = path.child("spec");
    let policy = text(spec, "restartPolicy");
    if policy != "Always" {
        report.unsupported(path.child("restartPolicy"), policy, &["Always"]);
    }
    if given(spec, "activeDeadlineSeconds") {
        let detail = format!("activeDeadlineSeconds in {owner} is not Supported");
        report.forbidden(path.child("activeDeadlineSeconds"), &detail);
    }
}
