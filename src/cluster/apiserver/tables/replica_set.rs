//! `get replicasets`, and its ancestor `get replicationcontrollers`, whose selector is a plain map.

use super::*;

pub const COLUMNS: &[Column] = &[
    always("NAME"),
    always("DESIRED"),
    always("CURRENT"),
    always("READY"),
    always("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let containers = &spec["template"]["spec"]["containers"];
    let old = text(&object["kind"]) == "ReplicationController";
    vec![
        name(object),
        count(&spec["replicas"]),
        count(&status["replicas"]),
        count(&status["readyReplicas"]),
        age(object, now),
        joined(containers, "name"),
        joined(containers, "image"),
        if old { human::labels(&spec["selector"]) } else { human::selector(&spec["selector"]) },
    ]
}
