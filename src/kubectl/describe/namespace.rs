//! `describe namespace`.

use super::fields;
use super::related::Related;
use super::writer::Writer;
use api::Value;

/// Quotas and limit ranges have no effect in the simulation; they are described as if there were none.
pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let meta = &object["metadata"];
    w.text_field(0, "Name", &meta["name"]);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.text_field(0, "Status", &object["status"]["phase"]);
    w.line(0, "");
    w.line(0, "No resource quota.");
    w.line(0, "");
    w.line(0, "No LimitRange resource.");
}
