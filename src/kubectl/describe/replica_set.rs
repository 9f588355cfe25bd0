//! `describe replicaset`.

use super::fields::{self, number};
use super::related::Related;
use super::workload;
use super::writer::Writer;
use api::{Value, human};

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    w.field(0, "Selector", human::selector(&spec["selector"]));
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    fields::controlled_by(w, object);
    let (current, desired) = (number(&status["replicas"]), number(&spec["replicas"]));
    w.field(0, "Replicas", format!("{current} current / {desired} desired"));
    workload::pods_status(w, object, related);
    workload::pod_template(w, &spec["template"]);
    workload::conditions(w, &status["conditions"]);
}
