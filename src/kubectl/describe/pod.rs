//! `describe pod`.

use super::container::{self, Place};
use super::fields::{self, is_empty, items, number, text};
use super::related::Related;
use super::volume;
use super::writer::Writer;
use api::{Value, human};

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let spec = &object["spec"];
    placement(w, object);
    state(w, object, related);
    addresses(w, object);
    fields::controlled_by(w, object);
    w.optional_field(0, "NominatedNodeName", &object["status"]["nominatedNodeName"]);
    containers(w, object);
    conditions(w, object);
    volume::describe(w, &spec["volumes"], "");
    w.optional_field(0, "QoS Class", &object["status"]["qosClass"]);
    fields::labels(w, "Node-Selectors", &spec["nodeSelector"]);
    fields::tolerations(w, "Tolerations", &spec["tolerations"]);
    fields::spread_constraints(w, "Topology Spread Constraints", &spec["topologySpreadConstraints"]);
}

fn placement(w: &mut Writer, object: &Value) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    if let Some(priority) = spec["priority"].as_i64() {
        w.field(0, "Priority", priority);
    }
    w.optional_field(0, "Priority Class Name", &spec["priorityClassName"]);
    w.optional_field(0, "Runtime Class Name", &spec["runtimeClassName"]);
    w.optional_field(0, "Service Account", &spec["serviceAccountName"]);
    match text(&spec["nodeName"]) {
        "" => w.field(0, "Node", "<none>"),
        node => w.field(0, "Node", format!("{node}/{}", text(&status["hostIP"]))),
    }
    if status["startTime"].is_string() {
        w.field(0, "Start Time", fields::time(&status["startTime"]));
    }
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
}

fn state(w: &mut Writer, object: &Value, related: &dyn Related) {
    let (meta, status) = (&object["metadata"], &object["status"]);
    let deleted = &meta["deletionTimestamp"];
    if deleted.is_string() && text(&status["reason"]) != "NodeLost" {
        // The deletion timestamp is the end of the grace period: `<invalid>` until then.
        w.field(0, "Status", format!("Terminating (lasts {})", human::age(deleted, related.now())));
        w.field(0, "Termination Grace Period", format!("{}s", number(&meta["deletionGracePeriodSeconds"])));
    } else {
        w.text_field(0, "Status", &status["phase"]);
    }
    w.optional_field(0, "Reason", &status["reason"]);
    w.optional_field(0, "Message", &status["message"]);
    container::seccomp_profile(w, 0, &object["spec"]["securityContext"]);
}

fn addresses(w: &mut Writer, object: &Value) {
    let status = &object["status"];
    w.text_field(0, "IP", &status["podIP"]);
    if is_empty(&status["podIPs"]) {
        return w.field(0, "IPs", "<none>");
    }
    w.line(0, "IPs:");
    for ip in items(&status["podIPs"]) {
        w.text_field(1, "IP", &ip["ip"]);
    }
}

fn containers(w: &mut Writer, object: &Value) {
    for (title, field, statuses, always) in [
        ("Init Containers", "initContainers", "initContainerStatuses", false),
        ("Containers", "containers", "containerStatuses", true),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses", false),
    ] {
        let list = &object["spec"][field];
        if always || !is_empty(list) {
            container::describe(w, title, list, &Place::Pod { pod: object, statuses: &object["status"][statuses] });
        }
    }
}

/// Both cells are followed by a space, so that every line ends with one.
fn conditions(w: &mut Writer, object: &Value) {
    let conditions = items(&object["status"]["conditions"]);
    let gates = items(&object["spec"]["readinessGates"]);
    if !gates.is_empty() {
        w.line(0, "Readiness Gates:");
        w.line(1, "Type\tStatus");
        for gate in gates {
            let status = conditions.iter().find(|condition| condition["type"] == gate["conditionType"]);
            let status = status.map_or("<none>", |condition| text(&condition["status"]));
            w.line(1, &format!("{} \t{status} ", text(&gate["conditionType"])));
        }
    }
    if !conditions.is_empty() {
        w.line(0, "Conditions:");
        w.line(1, "Type\tStatus");
        for condition in conditions {
            w.line(1, &format!("{} \t{} ", text(&condition["type"]), text(&condition["status"])));
        }
    }
}
