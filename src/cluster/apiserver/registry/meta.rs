//! `metadata` of every kind: names, labels, annotations, owners, finalizers, and what an update may not touch.
//!
//! Models apimachinery `pkg/api/validation/objectmeta.go` and core `ValidateObjectMeta`. Left out: `managedFields`.

use super::fields::{entries, int, keep, list, part, remove, text};
use super::names::{self, Problems};
use super::path::Path;
use super::report::Report;
use api::Value;
use api::resource::Kind;

/// Bytes that all annotations of an object have together.
const ANNOTATIONS_MAX: usize = 256 * 1024;

/// Finalizers that need no domain.
const STANDARD_FINALIZERS: [&str; 5] =
    ["kubernetes", "orphan", "foregroundDeletion", "kubernetes.io/pv-protection", "kubernetes.io/pvc-protection"];

/// Names of a CronJob are shorter, since its Jobs append eleven characters.
const CRON_JOB_NAME_MAX: usize = 52;

/// Checks `metadata` of a new object.
pub fn validate(report: &mut Report, kind: Kind, object: &Value) {
    let meta = &object["metadata"];
    let path = Path::root("metadata");
    let (name, generate_name) = (text(meta, "name"), text(meta, "generateName"));
    if !generate_name.is_empty() {
        // The suffix makes up for what a prefix may end in.
        let prefix = format!("{}a", generate_name.trim_end_matches('-'));
        if !name_problems(kind, &prefix).is_empty() {
            report.refuse(path.child("generateName"), generate_name, name_problems(kind, generate_name));
        }
    } else if name.is_empty() {
        report.required(path.child("name"), "name or generateName is required");
    }
    if !name.is_empty() {
        report.refuse(path.child("name"), name, name_problems(kind, name));
    }
    validate_rest(report, path, meta);
}

/// Checks `metadata` of an object that replaces another.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    let path = Path::root("metadata");
    let (new, old) = (&new["metadata"], &old["metadata"]);
    validate_new_finalizers(report, path, new, old);
    for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
        report.unchanged(path.child(field), &new[field], &old[field]);
    }
    validate_rest(report, path, new);
}

fn validate_rest(report: &mut Report, path: Path, meta: &Value) {
    report.non_negative(path.child("generation"), int(meta, "generation"));
    validate_labels(report, path.child("labels"), &meta["labels"]);
    validate_annotations(report, path.child("annotations"), &meta["annotations"]);
    validate_owners(report, path.child("ownerReferences"), list(meta, "ownerReferences"));
    validate_finalizers(report, path.child("finalizers"), list(meta, "finalizers"));
}

/// Checks a map of labels; the path is the map's, whichever key is wrong.
pub fn validate_labels(report: &mut Report, path: Path, labels: &Value) {
    for (key, value) in labels.as_object().into_iter().flatten() {
        report.refuse(path, key, names::qualified_name(key));
        let value = value.as_str().unwrap_or_default();
        report.refuse(path, value, names::label_value(value));
    }
}

/// Checks a map of annotations.
pub fn validate_annotations(report: &mut Report, path: Path, annotations: &Value) {
    let mut total = 0;
    for (key, value) in annotations.as_object().into_iter().flatten() {
        // Annotation keys may have capitals in their prefix.
        report.refuse(path, key, names::qualified_name(&key.to_ascii_lowercase()));
        total += key.len() + value.as_str().unwrap_or_default().len();
    }
    if total > ANNOTATIONS_MAX {
        report.too_long(path, &format!("may not be more than {ANNOTATIONS_MAX} bytes"));
    }
}

fn validate_owners(report: &mut Report, path: Path, owners: &[Value]) {
    let mut controller: Option<&Value> = None;
    for (i, owner) in owners.iter().enumerate() {
        let path = path.index(i);
        if text(owner, "apiVersion").is_empty() {
            report.invalid(path.child("apiVersion"), "", "version must not be empty");
        }
        for field in ["kind", "name", "uid"] {
            if text(owner, field).is_empty() {
                report.invalid(path.child(field), "", "must not be empty");
            }
        }
        if owner["controller"] == true {
            if let Some(other) = controller {
                let (a, b) = (text(other, "name"), text(owner, "name"));
                let detail = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {a} and {b}"
                );
                report.invalid(path, owner.clone(), &detail);
            }
            controller = Some(owner);
        }
    }
}

fn validate_finalizers(report: &mut Report, path: Path, finalizers: &[Value]) {
    for finalizer in finalizers.iter().filter_map(Value::as_str) {
        report.refuse(path, finalizer, names::qualified_name(finalizer));
    }
    for (i, finalizer) in finalizers.iter().filter_map(Value::as_str).enumerate() {
        if !finalizer.contains('/') && !STANDARD_FINALIZERS.contains(&finalizer) {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            report.invalid(path.index(i), finalizer, detail);
        }
    }
}

/// An object on its way out takes no new finalizers.
fn validate_new_finalizers(report: &mut Report, path: Path, new: &Value, old: &Value) {
    let known = list(old, "finalizers");
    let added: Vec<Value> = list(new, "finalizers").iter().filter(|f| !known.contains(f)).cloned().collect();
    if !old["deletionTimestamp"].is_null() && !added.is_empty() {
        let detail = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers {}",
            Value::from(added)
        );
        report.forbidden(path.child("finalizers"), &detail);
    }
}

fn name_problems(kind: Kind, name: &str) -> Problems {
    match kind {
        Kind::NAMESPACE | Kind::STATEFUL_SET => names::label(name),
        Kind::SERVICE => names::label_1035(name),
        Kind::ROLE | Kind::ROLE_BINDING | Kind::CLUSTER_ROLE | Kind::CLUSTER_ROLE_BINDING => names::path_segment(name),
        Kind::CRON_JOB if name.len() > CRON_JOB_NAME_MAX => {
            let mut problems = names::subdomain(name);
            problems.push(names::too_long(CRON_JOB_NAME_MAX));
            problems
        }
        _ => names::subdomain(name),
    }
}

/// Fields that belong to the server: a new object doesn't bring them along.
pub fn prepare_for_create(object: &mut Value) {
    let meta = part(object, "metadata");
    for field in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
        "resourceVersion",
        "generation",
    ] {
        remove(meta, field);
    }
}

/// Fields that belong to the server: an update leaves them as they were. A uid may be repeated; another one is refused
/// by validation.
pub fn prepare_for_update(new: &mut Value, old: &Value) {
    let meta = part(new, "metadata");
    let old = &old["metadata"];
    for field in ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"] {
        keep(meta, old, field);
    }
    if text(meta, "uid").is_empty() {
        keep(meta, old, "uid");
    }
    remove(meta, "selfLink");
}

/// Whether any annotation has this key.
pub fn annotated(meta: &Value, key: &str) -> bool {
    entries(meta, "annotations").any(|(name, _)| name == key)
}
