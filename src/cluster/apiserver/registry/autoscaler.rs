//! HorizontalPodAutoscalers: what is scaled, and between which numbers.
//!
//! Models autoscaling `validation.go` and `v2/defaults.go`, Kubernetes v1.36. Left out: behavior, metrics beyond resources.

use super::fields::{default, given, int, list, part, set, text};
use super::path::Path;
use super::report::Report;
use super::{meta, names};
use api::resource::Kind;
use api::{Value, json};

/// Fills in what a manifest leaves open: without metrics it goes by the use of CPU.
pub fn set_defaults(autoscaler: &mut Value) {
    let spec = part(autoscaler, "spec");
    default(spec, "minReplicas", 1);
    if list(spec, "metrics").is_empty() {
        let target = json!({"averageUtilization": 80, "type": "Utilization"});
        set(spec, "metrics", json!([{"resource": {"name": "cpu", "target": target}, "type": "Resource"}]));
    }
}

/// Checks an autoscaler.
pub fn validate(report: &mut Report, autoscaler: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::HORIZONTAL_POD_AUTOSCALER, autoscaler),
        Some(old) => meta::validate_update(report, autoscaler, old),
    }
    let (spec, path) = (&autoscaler["spec"], Path::root("spec"));
    let (least, most) = (spec["minReplicas"].as_i64(), int(spec, "maxReplicas"));
    if let Some(least) = least.filter(|least| *least < 1) {
        report.invalid(path.child("minReplicas"), least, "must be greater than or equal to 1");
    }
    if most < 1 {
        report.invalid(path.child("maxReplicas"), most, "must be greater than 0");
    }
    if least.is_some_and(|least| most < least) {
        report.invalid(path.child("maxReplicas"), most, "must be greater than or equal to `minReplicas`");
    }
    let (target, place) = (&spec["scaleTargetRef"], path.child("scaleTargetRef"));
    report.required_name(place.child("kind"), text(target, "kind"), names::path_segment);
    report.required_name(place.child("name"), text(target, "name"), names::path_segment);
    for (i, metric) in list(spec, "metrics").iter().enumerate() {
        let place = path.child("metrics");
        let place = place.index(i);
        let kinds = ["ContainerResource", "External", "Object", "Pods", "Resource"];
        match text(metric, "type") {
            "" => report.required(place.child("type"), "must specify a metric source type"),
            kind if !kinds.contains(&kind) => report.unsupported(place.child("type"), kind, &kinds),
            "Resource" if !given(metric, "resource") => {
                let detail = "must populate information for the given metric source";
                report.required(place.child("resource"), detail);
            }
            _ => {}
        }
    }
}
