//! `describe serviceaccount`.

use super::fields::{self, items, text};
use super::related::Related;
use super::writer::Writer;
use api::{Value, human};

/// Tokens are no Secrets any more, so that none is ever listed.
pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    fields::name_and_namespace(w, object);
    fields::labels(w, "Labels", &object["metadata"]["labels"]);
    fields::annotations(w, "Annotations", &object["metadata"]["annotations"]);
    w.field(0, "Image pull secrets", names(&object["imagePullSecrets"]));
    w.field(0, "Mountable secrets", names(&object["secrets"]));
    w.field(0, "Tokens", "<none>");
}

/// One below the other.
fn names(list: &Value) -> String {
    human::or_none(items(list).iter().map(|item| text(&item["name"])).collect::<Vec<_>>().join("\n\t"))
}
