//! `describe configmap`: with the values, in full.

use super::fields::{self, text};
use super::related::Related;
use super::secret::decoded_length;
use super::writer::Writer;
use api::Value;

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    fields::name_and_namespace(w, object);
    fields::labels(w, "Labels", &object["metadata"]["labels"]);
    fields::annotations(w, "Annotations", &object["metadata"]["annotations"]);
    w.line(0, "\nData\n====");
    for (key, value) in object["data"].as_object().into_iter().flatten() {
        w.line(0, &format!("{key}:\n----\n{}\n", text(value)));
    }
    w.line(0, "\nBinaryData\n====");
    for (key, value) in object["binaryData"].as_object().into_iter().flatten() {
        w.line(0, &format!("{key}: {} bytes", decoded_length(text(value))));
    }
    w.line(0, "");
}
