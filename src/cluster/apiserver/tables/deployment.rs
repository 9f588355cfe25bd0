//! `get deployments`.

use super::*;

pub const COLUMNS: &[Column] = &[
    always("NAME"),
    always("READY"),
    always("UP-TO-DATE"),
    always("AVAILABLE"),
    always("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let containers = &spec["template"]["spec"]["containers"];
    vec![
        name(object),
        format!("{}/{}", count(&status["readyReplicas"]), count(&spec["replicas"])),
        count(&status["updatedReplicas"]),
        count(&status["availableReplicas"]),
        age(object, now),
        joined(containers, "name"),
        joined(containers, "image"),
        human::selector(&spec["selector"]),
    ]
}
