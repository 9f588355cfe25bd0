//! Claims, volumes and storage classes: access modes, sizes, and what of them is for ever.
//!
//! Models core `ValidatePersistentVolumeClaim`, `ValidatePersistentVolume` and storage `validation.go`, Kubernetes v1.36. Left out:
//! volume sources' own fields, node affinity, the difference that a refused update shows.

use super::fields::{entries, given, list, same, text};
use super::meta;
use super::path::Path;
use super::report::Report;
use api::Value;
use api::meta::quantity::Quantity;
use api::resource::Kind;

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// Checks a claim.
pub fn validate_claim(report: &mut Report, claim: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::PERSISTENT_VOLUME_CLAIM, claim),
        Some(old) => meta::validate_update(report, claim, old),
    }
    let (spec, path) = (&claim["spec"], Path::root("spec"));
    if list(spec, "accessModes").is_empty() {
        report.required(path.child("accessModes"), "at least 1 access mode is required");
    }
    modes(report, path, spec);
    let resources = path.child("resources");
    let place = resources.key("storage");
    match spec["resources"]["requests"]["storage"].as_str() {
        None => report.required(place, ""),
        Some(size) => positive(report, place, size),
    }
    if given(spec, "volumeMode") {
        report.one_of(path.child("volumeMode"), text(spec, "volumeMode"), &["Block", "Filesystem"]);
    }
    if let Some(old) = old {
        let fixed = ["accessModes", "selector", "storageClassName", "volumeMode", "dataSource", "volumeName"];
        let was_bound = !text(&old["spec"], "volumeName").is_empty();
        let changed = fixed
            .iter()
            .any(|field| !same(&spec[*field], &old["spec"][*field]) && (*field != "volumeName" || was_bound));
        if changed {
            let detail = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
            report.forbidden(path, detail);
        }
    }
}

/// Checks a volume.
pub fn validate_volume(report: &mut Report, volume: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::PERSISTENT_VOLUME, volume),
        Some(old) => meta::validate_update(report, volume, old),
    }
    let (spec, path) = (&volume["spec"], Path::root("spec"));
    if list(spec, "accessModes").is_empty() {
        report.required(path.child("accessModes"), "");
    }
    modes(report, path, spec);
    let capacity = path.child("capacity");
    match spec["capacity"]["storage"].as_str() {
        None if entries(spec, "capacity").next().is_none() => report.required(capacity, ""),
        None => {}
        Some(size) => positive(report, capacity.key("storage"), size),
    }
    let known = [
        "hostPath",
        "nfs",
        "csi",
        "local",
        "iscsi",
        "fc",
        "rbd",
        "cephfs",
        "awsElasticBlockStore",
        "gcePersistentDisk",
    ];
    if !known.iter().any(|source| given(spec, source)) {
        report.required(path, "must specify a volume type");
    }
    if let Some(old) = old {
        let source = |volume: &Value| known.map(|source| volume["spec"][source].clone());
        if source(volume) != source(old) {
            report.forbidden(
                path.child("persistentvolumesource"),
                "spec.persistentvolumesource is immutable after creation",
            );
        }
    }
}

/// Checks a storage class.
pub fn validate_class(report: &mut Report, class: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::STORAGE_CLASS, class),
        Some(old) => {
            meta::validate_update(report, class, old);
            for field in ["parameters", "provisioner", "reclaimPolicy"] {
                if !same(&class[field], &old[field]) {
                    report.forbidden(Path::root(field), "updates to this field are forbidden.");
                }
            }
        }
    }
    if text(class, "provisioner").is_empty() {
        report.required(Path::root("provisioner"), "");
    }
    report.one_of(Path::root("reclaimPolicy"), text(class, "reclaimPolicy"), &["Delete", "Retain"]);
    let mode = text(class, "volumeBindingMode");
    report.one_of(Path::root("volumeBindingMode"), mode, &["Immediate", "WaitForFirstConsumer"]);
}

fn modes(report: &mut Report, path: Path, spec: &Value) {
    let all = list(spec, "accessModes");
    for mode in all.iter().filter_map(Value::as_str) {
        if !MODES.contains(&mode) {
            report.unsupported(path.child("accessModes"), mode, &MODES);
        }
    }
    if all.len() > 1 && all.iter().any(|mode| mode == "ReadWriteOncePod") {
        let detail = "may not use ReadWriteOncePod with other access modes";
        report.forbidden(path.child("accessModes"), detail);
    }
}

fn positive(report: &mut Report, path: Path, size: &str) {
    if Quantity::parse(size).is_some_and(|size| size <= Quantity::default()) {
        report.invalid(path, size, "must be greater than zero");
    }
}
