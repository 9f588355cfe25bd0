//! `get daemonsets`: how many nodes it wants, and how far it is.

use super::*;

pub const COLUMNS: &[Column] = &[
    always("NAME"),
    always("DESIRED"),
    always("CURRENT"),
    always("READY"),
    always("UP-TO-DATE"),
    always("AVAILABLE"),
    always("NODE SELECTOR"),
    always("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

/// NODE SELECTOR is the template's `nodeSelector` only: what node affinity excludes is not to be seen here.
pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let pod = &spec["template"]["spec"];
    vec![
        name(object),
        count(&status["desiredNumberScheduled"]),
        count(&status["currentNumberScheduled"]),
        count(&status["numberReady"]),
        count(&status["updatedNumberScheduled"]),
        count(&status["numberAvailable"]),
        human::labels(&pod["nodeSelector"]),
        age(object, now),
        joined(&pod["containers"], "name"),
        joined(&pod["containers"], "image"),
        human::selector(&spec["selector"]),
    ]
}
