//! `describe rolebinding` and `describe clusterrolebinding`.

use super::fields::{self, items, text};
use super::related::Related;
use super::writer::Writer;
use api::Value;

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    w.text_field(0, "Name", &object["metadata"]["name"]);
    fields::labels(w, "Labels", &object["metadata"]["labels"]);
    fields::annotations(w, "Annotations", &object["metadata"]["annotations"]);
    w.line(0, "Role:");
    w.text_field(1, "Kind", &object["roleRef"]["kind"]);
    w.text_field(1, "Name", &object["roleRef"]["name"]);
    w.line(0, "Subjects:");
    w.line(1, "Kind\tName\tNamespace");
    w.line(1, "----\t----\t---------");
    for subject in items(&object["subjects"]) {
        let cells = [text(&subject["kind"]), text(&subject["name"]), text(&subject["namespace"])];
        w.line(1, &cells.join("\t"));
    }
}
