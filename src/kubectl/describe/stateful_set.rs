//! `describe statefulset`. The kind is only stored here: it never has Pods.

use super::fields::{self, items, number, text, time};
use super::related::Related;
use super::workload;
use super::writer::Writer;
use api::{Value, human};

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    w.field(0, "CreationTimestamp", time(&meta["creationTimestamp"]));
    w.field(0, "Selector", human::selector(&spec["selector"]));
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    let (desired, total) = (number(&spec["replicas"]), number(&status["replicas"]));
    w.field(0, "Replicas", format!("{desired} desired | {total} total"));
    w.text_field(0, "Update Strategy", &spec["updateStrategy"]["type"]);
    if let Some(partition) = spec["updateStrategy"]["rollingUpdate"]["partition"].as_i64() {
        w.field(1, "Partition", partition);
    }
    workload::pods_status(w, object, related);
    workload::pod_template(w, &spec["template"]);
    volume_claims(w, &spec["volumeClaimTemplates"]);
}

fn volume_claims(w: &mut Writer, templates: &Value) {
    if items(templates).is_empty() {
        return w.field(0, "Volume Claims", "<none>");
    }
    w.line(0, "Volume Claims:");
    for template in items(templates) {
        let spec = &template["spec"];
        w.text_field(1, "Name", &template["metadata"]["name"]);
        w.text_field(1, "StorageClass", &spec["storageClassName"]);
        fields::labels(w, "  Labels", &template["metadata"]["labels"]);
        fields::annotations(w, "  Annotations", &template["metadata"]["annotations"]);
        w.field(1, "Capacity", human::or_none(text(&spec["resources"]["requests"]["storage"])));
        let modes: Vec<&str> = items(&spec["accessModes"]).iter().map(text).collect();
        w.field(1, "Access Modes", format!("[{}]", modes.join(" ")));
    }
}
