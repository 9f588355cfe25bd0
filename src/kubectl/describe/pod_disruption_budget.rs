//! `describe poddisruptionbudget`.

use super::fields::{self, number, plain};
use super::related::Related;
use super::writer::Writer;
use api::{Value, human};

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let (spec, status) = (&object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    if !spec["minAvailable"].is_null() {
        w.field(0, "Min available", plain(&spec["minAvailable"]));
    } else if !spec["maxUnavailable"].is_null() {
        w.field(0, "Max unavailable", plain(&spec["maxUnavailable"]));
    }
    match &spec["selector"] {
        Value::Null => w.field(0, "Selector", "<unset>"),
        selector => w.field(0, "Selector", human::selector(selector)),
    }
    w.line(0, "Status:");
    for (title, field) in [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ] {
        w.field(2, title, number(&status[field]));
    }
}
