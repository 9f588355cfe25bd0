//! What describers of workloads share: the counts of a controller's Pods, and the Pod template.
//!
//! A template is described like a Pod, two spaces further in, and with only what was asked for: no affinity, no host
//! network, no defaults.

use super::container::{self, Place};
use super::fields::{self, is_empty, items, text};
use super::related::Related;
use super::volume;
use super::writer::Writer;
use api::meta::Meta;
use api::objects::Object;
use api::objects::pod::Phase;
use api::resource::Kind;
use api::{Value, human};

/// Writes the counts of a controller's Pods by phase.
pub fn pods_status(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let counts = count_pods(object, related);
    let parts: Vec<String> = ["Running", "Waiting", "Succeeded", "Failed"]
        .iter()
        .zip(counts)
        .map(|(phase, count)| format!("{count} {phase}"))
        .collect();
    w.field(0, "Pods Status", parts.join(" / "));
}

fn count_pods(object: &Value, related: &mut dyn Related) -> [usize; 4] {
    let mut counts = [0; 4];
    for pod in owned(Kind::POD, object, related) {
        let Object::Pod(pod) = pod else { continue };
        match pod.status.phase {
            Phase::Running => counts[0] += 1,
            Phase::Pending => counts[1] += 1,
            Phase::Succeeded => counts[2] += 1,
            Phase::Failed => counts[3] += 1,
            Phase::Unknown => {}
        }
    }
    counts
}

/// The objects of a kind that a workload selects and controls.
pub fn owned(kind: Kind, object: &Value, related: &mut dyn Related) -> Vec<Object> {
    let meta = &object["metadata"];
    let selector = &object["spec"]["selector"];
    let empty = is_empty(&selector["matchLabels"]) && is_empty(&selector["matchExpressions"]);
    let selector = if empty { String::new() } else { human::selector(selector) };
    let mut found = related.objects(kind, meta["namespace"].as_str(), &selector, "");
    let uid = Meta::from_value(meta).uid;
    found.retain(|candidate| candidate.meta_ref().and_then(Meta::controller).is_some_and(|owner| owner.uid == uid));
    found
}

/// Writes a workload's conditions, if it has any.
pub fn conditions(w: &mut Writer, conditions: &Value) {
    if is_empty(conditions) {
        return;
    }
    w.line(0, "Conditions:");
    w.line(1, "Type\tStatus\tReason");
    w.line(1, "----\t------\t------");
    for condition in items(conditions) {
        // The space behind the type is kubectl's.
        let cells = [text(&condition["type"]), text(&condition["status"]), text(&condition["reason"])];
        w.line(1, &format!("{} \t{}\t{}", cells[0], cells[1], cells[2]));
    }
}

/// Writes a Pod template.
pub fn pod_template(w: &mut Writer, template: &Value) {
    let (meta, spec) = (&template["metadata"], &template["spec"]);
    w.line(0, "Pod Template:");
    fields::labels(w, "  Labels", &meta["labels"]);
    if !is_empty(&meta["annotations"]) {
        fields::annotations(w, "  Annotations", &meta["annotations"]);
    }
    w.optional_field(1, "Service Account", &spec["serviceAccountName"]);
    if !is_empty(&spec["initContainers"]) {
        container::describe(w, "Init Containers", &spec["initContainers"], &Place::Template);
    }
    container::describe(w, "Containers", &spec["containers"], &Place::Template);
    volume::describe(w, &spec["volumes"], "  ");
    fields::spread_constraints(w, "  Topology Spread Constraints", &spec["topologySpreadConstraints"]);
    w.optional_field(1, "Priority Class Name", &spec["priorityClassName"]);
    fields::labels(w, "  Node-Selectors", &spec["nodeSelector"]);
    fields::tolerations(w, "  Tolerations", &spec["tolerations"]);
}
