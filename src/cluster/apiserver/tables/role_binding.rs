//! `get rolebindings` and `get clusterrolebindings`.

use super::*;

pub const COLUMNS: &[Column] =
    &[always("NAME"), always("ROLE"), always("AGE"), wide("USERS"), wide("GROUPS"), wide("SERVICEACCOUNTS")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let role = &object["roleRef"];
    vec![
        name(object),
        format!("{}/{}", text(&role["kind"]), text(&role["name"])),
        age(object, now),
        subjects(object, "User"),
        subjects(object, "Group"),
        subjects(object, "ServiceAccount"),
    ]
}

fn subjects(object: &Value, kind: &str) -> String {
    let names: Vec<String> = items(&object["subjects"])
        .filter(|subject| text(&subject["kind"]) == kind)
        .map(|subject| match subject["namespace"].as_str() {
            Some(namespace) if kind == "ServiceAccount" => format!("{namespace}/{}", text(&subject["name"])),
            _ => text(&subject["name"]).to_string(),
        })
        .collect();
    names.join(", ")
}
