//! `describe role` and `describe clusterrole`: who may do what with which resources. The simulation asks nobody for leave.

use super::fields::{self, items, text};
use super::related::Related;
use super::writer::Writer;
use api::{Value, sort};
use std::collections::BTreeMap;

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    w.text_field(0, "Name", &object["metadata"]["name"]);
    fields::labels(w, "Labels", &object["metadata"]["labels"]);
    fields::annotations(w, "Annotations", &object["metadata"]["annotations"]);
    w.line(0, "PolicyRule:");
    w.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    w.line(1, "---------\t-----------------\t--------------\t-----");
    for line in lines(items(&object["rules"])) {
        w.line(1, &line);
    }
}

/// A line for each resource (or URL) and name, with all verbs that any rule allows; sorted by the verbs.
fn lines(rules: &[Value]) -> Vec<String> {
    let mut verbs_of: BTreeMap<[String; 3], Vec<&str>> = BTreeMap::new();
    for key_and_verbs in rules.iter().flat_map(broken_down) {
        let (key, verbs) = key_and_verbs;
        let known = verbs_of.entry(key).or_default();
        for verb in verbs {
            if !known.contains(&verb) {
                known.push(verb);
            }
        }
    }
    let mut lines: Vec<(String, [String; 3])> =
        verbs_of.into_iter().map(|(key, verbs)| (format!("[{}]", verbs.join(" ")), key)).collect();
    sort::ascending(&mut lines);
    lines.into_iter().map(|(verbs, [resource, url, name])| format!("{resource}\t[{url}]\t[{name}]\t{verbs}")).collect()
}

/// One key per resource of each group, and per name; or one per URL.
fn broken_down(rule: &Value) -> Vec<([String; 3], Vec<&str>)> {
    let texts = |field: &str| -> Vec<&str> { items(&rule[field]).iter().map(text).collect() };
    let verbs = texts("verbs");
    let mut names = texts("resourceNames");
    if names.is_empty() {
        names.push("");
    }
    let mut keys = Vec::new();
    for group in texts("apiGroups") {
        for resource in texts("resources") {
            let qualified = if group.is_empty() { resource.to_string() } else { format!("{resource}.{group}") };
            keys.extend(names.iter().map(|name| [qualified.clone(), String::new(), name.to_string()]));
        }
    }
    keys.extend(texts("nonResourceURLs").into_iter().map(|url| [String::new(), url.to_string(), String::new()]));
    keys.into_iter().map(|key| (key, verbs.clone())).collect()
}
