//! Roles and bindings: a rule needs verbs and what they are for, a subject a kind and a name, and what a binding refers to
//! is for ever.
//!
//! Models rbac `validation.go`, Kubernetes v1.36.

use super::fields::{is_empty, list, same, text};
use super::meta;
use super::names;
use super::path::Path;
use super::report::{Report, quoted};
use api::Value;
use api::resource::Kind;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Checks a Role or ClusterRole, new or not.
pub fn validate_role(report: &mut Report, kind: Kind, role: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, kind, role),
        Some(old) => meta::validate_update(report, role, old),
    }
    for (i, rule) in list(role, "rules").iter().enumerate() {
        validate_rule(report, Path::root("rules").index(i), rule, kind == Kind::ROLE);
    }
}

fn validate_rule(report: &mut Report, path: Path, rule: &Value, namespaced: bool) {
    if is_empty(rule, "verbs") {
        report.required(path.child("verbs"), "verbs must contain at least one value");
    }
    let urls = "nonResourceURLs";
    if !is_empty(rule, urls) {
        if namespaced {
            report.invalid(path.child(urls), rule[urls].clone(), "namespaced rules cannot apply to non-resource URLs");
        }
        if ["apiGroups", "resources", "resourceNames"].iter().any(|field| !is_empty(rule, field)) {
            let detail = "rules cannot apply to both regular resources and non-resource URLs";
            report.invalid(path.child(urls), rule[urls].clone(), detail);
        }
        return;
    }
    if is_empty(rule, "apiGroups") {
        report.required(path.child("apiGroups"), "resource rules must supply at least one api group");
    }
    if is_empty(rule, "resources") {
        report.required(path.child("resources"), "resource rules must supply at least one resource");
    }
}

/// Checks a RoleBinding or ClusterRoleBinding, new or not.
pub fn validate_binding(report: &mut Report, kind: Kind, binding: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, kind, binding),
        Some(old) => meta::validate_update(report, binding, old),
    }
    let (path, role) = (Path::root("roleRef"), &binding["roleRef"]);
    if text(role, "apiGroup") != GROUP {
        report.unsupported(path.child("apiGroup"), text(role, "apiGroup"), &[GROUP]);
    }
    let kinds: &[&str] = if kind == Kind::ROLE_BINDING { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    if !kinds.contains(&text(role, "kind")) {
        report.unsupported(path.child("kind"), text(role, "kind"), kinds);
    }
    report.required_name(path.child("name"), text(role, "name"), names::path_segment);
    for (i, subject) in list(binding, "subjects").iter().enumerate() {
        validate_subject(report, Path::root("subjects").index(i), subject, kind == Kind::ROLE_BINDING);
    }
    if let Some(old) = old.filter(|old| !same(&old["roleRef"], role)) {
        let _ = old;
        let [group, kind, name] = ["apiGroup", "kind", "name"].map(|field| quoted(text(role, field)));
        let shown = format!("{{\"APIGroup\":{group},\"Kind\":{kind},\"Name\":{name}}}");
        report.invalid_struct(path, shown, "cannot change roleRef");
    }
}

fn validate_subject(report: &mut Report, path: Path, subject: &Value, namespaced: bool) {
    let (name, group) = (text(subject, "name"), text(subject, "apiGroup"));
    if name.is_empty() {
        report.required(path.child("name"), "");
    }
    match text(subject, "kind") {
        "ServiceAccount" => {
            report.optional_name(path.child("name"), name, names::subdomain);
            if !group.is_empty() {
                report.unsupported(path.child("apiGroup"), group, &[""]);
            }
            if !namespaced && text(subject, "namespace").is_empty() {
                report.required(path.child("namespace"), "");
            }
        }
        "User" | "Group" if group != GROUP => report.unsupported(path.child("apiGroup"), group, &[GROUP]),
        "User" | "Group" => {}
        other => report.unsupported(path.child("kind"), other, &["ServiceAccount", "User", "Group"]),
    }
}
