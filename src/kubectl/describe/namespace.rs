//! `describe namespace`.

use super::related::Related;
use super::writer::Writer;
use super::{fields, limits};
use api::Value;

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let meta = &object["metadata"];
    w.text_field(0, "Name", &meta["name"]);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.text_field(0, "Status", &object["status"]["phase"]);
    limits::of_namespace(w, fields::text(&meta["name"]), related);
}
