//! Namespaces: the label, the finalizer and the phase that every one has.
//!
//! Models core `SetDefaults_Namespace`, registry `core/namespace`.

use super::fields::{keep, part, set, text};
use super::meta;
use super::report::Report;
use api::resource::Kind;
use api::{Value, json};

const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Every namespace can be selected by its name.
pub fn set_defaults(namespace: &mut Value) {
    let name = text(&namespace["metadata"], "name").to_string();
    if !name.is_empty() {
        set(part(part(namespace, "metadata"), "labels"), NAME_LABEL, name);
    }
}

/// A namespace goes only after its contents: the finalizer sees to it.
pub fn prepare_for_create(namespace: &mut Value) {
    set(part(namespace, "spec"), "finalizers", json!(["kubernetes"]));
}

/// Finalizers of the spec change by another way.
pub fn prepare_for_update(new: &mut Value, old: &Value) {
    keep(part(new, "spec"), &old["spec"], "finalizers");
}

/// The status of a namespace that was just stored.
pub fn initial_status() -> Value {
    json!({"phase": "Active"})
}

/// Checks a new namespace.
pub fn validate(report: &mut Report, namespace: &Value) {
    meta::validate(report, Kind::NAMESPACE, namespace);
}
