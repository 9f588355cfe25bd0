//! `get nodes`.

use super::*;

pub const COLUMNS: &[Column] = &[
    always("NAME"),
    always("STATUS"),
    always("ROLES"),
    always("AGE"),
    always("VERSION"),
    wide("INTERNAL-IP"),
    wide("EXTERNAL-IP"),
    wide("OS-IMAGE"),
    wide("KERNEL-VERSION"),
    wide("CONTAINER-RUNTIME"),
];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let info = &object["status"]["nodeInfo"];
    vec![
        name(object),
        status(object),
        human::node_roles(&object["metadata"]["labels"]),
        age(object, now),
        text(&info["kubeletVersion"]).to_string(),
        address(object, "InternalIP"),
        address(object, "ExternalIP"),
        or_unknown(text(&info["osImage"])),
        kernel(info),
        or_unknown(text(&info["containerRuntimeVersion"])),
    ]
}

/// A node that fell silent (`Unknown`) is `NotReady` here too; only one that never reported is `Unknown`.
fn status(object: &Value) -> String {
    let ready = items(&object["status"]["conditions"]).find(|condition| text(&condition["type"]) == "Ready");
    let mut status = match ready.map(|condition| text(&condition["status"])) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_string();
    if object["spec"]["unschedulable"] == true {
        status.push_str(",SchedulingDisabled");
    }
    status
}

fn address(object: &Value, kind: &str) -> String {
    let found = items(&object["status"]["addresses"]).find(|address| text(&address["type"]) == kind);
    human::or_none(found.map_or("", |address| text(&address["address"])))
}

/// `6.8.0-51-generic (amd64)`: with the architecture, which older releases left out.
fn kernel(info: &Value) -> String {
    match (text(&info["kernelVersion"]), text(&info["architecture"])) {
        ("", _) => "<unknown>".to_string(),
        (version, "") => version.to_string(),
        (version, architecture) => format!("{version} ({architecture})"),
    }
}

fn or_unknown(text: &str) -> String {
    if text.is_empty() { "<unknown>".to_string() } else { text.to_string() }
}
