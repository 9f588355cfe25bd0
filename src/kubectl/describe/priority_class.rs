//! `describe priorityclass`.

use super::fields::number;
use super::related::Related;
use super::writer::Writer;
use api::{Value, human};

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    w.text_field(0, "Name", &object["metadata"]["name"]);
    w.field(0, "Value", number(&object["value"]));
    w.field(0, "GlobalDefault", object["globalDefault"] == true);
    w.field(0, "PreemptionPolicy", object["preemptionPolicy"].as_str().unwrap_or("PreemptLowerPriority"));
    w.text_field(0, "Description", &object["description"]);
    // On one line, unlike everywhere else.
    w.field(0, "Annotations", human::labels(&object["metadata"]["annotations"]));
}
