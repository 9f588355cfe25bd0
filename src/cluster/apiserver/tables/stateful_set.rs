//! `get statefulsets`. The kind is only stored here, so nothing of it ever gets ready.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("READY"), always("AGE"), wide("CONTAINERS"), wide("IMAGES")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let containers = &object["spec"]["template"]["spec"]["containers"];
    vec![
        name(object),
        format!("{}/{}", count(&object["status"]["readyReplicas"]), count(&object["spec"]["replicas"])),
        age(object, now),
        joined(containers, "name"),
        joined(containers, "image"),
    ]
}
