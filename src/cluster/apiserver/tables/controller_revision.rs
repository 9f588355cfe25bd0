//! `get controllerrevisions`: the history of DaemonSets.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("CONTROLLER"), always("REVISION"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let controller = items(&object["metadata"]["ownerReferences"]).find(|owner| owner["controller"] == true);
    vec![
        name(object),
        controller.map_or("<none>".to_string(), controller_text),
        count(&object["revision"]),
        age(object, now),
    ]
}

/// `daemonset.apps/logs`
fn controller_text(owner: &Value) -> String {
    let kind = text(&owner["kind"]).to_ascii_lowercase();
    let owner_name = text(&owner["name"]);
    match text(&owner["apiVersion"]).split_once('/') {
        Some((group, _)) => format!("{kind}.{group}/{owner_name}"),
        None => format!("{kind}/{owner_name}"),
    }
}
