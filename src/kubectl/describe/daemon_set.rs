//! `describe daemonset`: nothing of its update strategy, and no time of creation.

use super::fields::{self, number};
use super::related::Related;
use super::workload;
use super::writer::Writer;
use api::{Value, human};

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    w.field(0, "Selector", human::selector(&spec["selector"]));
    w.field(0, "Node-Selector", human::labels(&spec["template"]["spec"]["nodeSelector"]));
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    // A space, not a tab: these lines align with nothing, and end the block before them.
    for (title, field) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        w.line(0, &format!("{title}: {}", number(&status[field])));
    }
    workload::pods_status(w, object, related);
    workload::pod_template(w, &spec["template"]);
}
