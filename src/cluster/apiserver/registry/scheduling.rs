//! What says where a Pod may run: node selectors, affinity, tolerations, spreading.
//!
//! Models core `validateAffinity`, `ValidateTolerations`, `validateTopologySpreadConstraints`, and for taints
//! `validateNodeTaints`.

use super::fields::{given, int, list, text};
use super::path::Path;
use super::report::{Report, quoted};
use super::{names, selector};
use api::Value;
use std::collections::BTreeSet;

/// What a taint does.
pub const TAINT_EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const NODE_OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
const UNSATISFIABLE: [&str; 2] = ["DoNotSchedule", "ScheduleAnyway"];
const EMPTY_KEY: &str = "can not be empty";

/// Checks `affinity`.
pub fn validate_affinity(report: &mut Report, path: Path, affinity: &Value) {
    validate_node_affinity(report, path.child("nodeAffinity"), &affinity["nodeAffinity"]);
    for field in ["podAffinity", "podAntiAffinity"] {
        validate_pod_affinity(report, path.child(field), &affinity[field]);
    }
}

fn validate_node_affinity(report: &mut Report, path: Path, affinity: &Value) {
    if given(affinity, REQUIRED) {
        let path = path.child(REQUIRED);
        let path = path.child("nodeSelectorTerms");
        let terms = list(&affinity[REQUIRED], "nodeSelectorTerms");
        if terms.is_empty() {
            report.required(path, "must have at least one node selector term");
        }
        for (i, term) in terms.iter().enumerate() {
            validate_node_term(report, path.index(i), term, true);
        }
    }
    let path = path.child(PREFERRED);
    for (i, preference) in list(affinity, PREFERRED).iter().enumerate() {
        let path = path.index(i);
        validate_weight(report, path, preference);
        // A preferred value that no label can have does no harm.
        validate_node_term(report, path.child("preference"), &preference["preference"], false);
    }
}

fn validate_node_term(report: &mut Report, path: Path, term: &Value, check_values: bool) {
    let expressions_path = path.child("matchExpressions");
    for (i, requirement) in list(term, "matchExpressions").iter().enumerate() {
        let path = expressions_path.index(i);
        selector::validate_operator(report, path, requirement, &NODE_OPERATORS);
        let key = text(requirement, "key");
        report.refuse(path.child("key"), key, names::qualified_name(key));
        if check_values {
            selector::validate_values(report, path, requirement);
        }
    }
    let fields_path = path.child("matchFields");
    for (i, requirement) in list(term, "matchFields").iter().enumerate() {
        validate_field_requirement(report, fields_path.index(i), requirement);
    }
}

/// The only field that can be selected is the node's name, and only one at a time.
fn validate_field_requirement(report: &mut Report, path: Path, requirement: &Value) {
    let values = list(requirement, "values");
    match text(requirement, "operator") {
        "In" | "NotIn" if values.len() != 1 => {
            let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            report.required(path.child("values"), detail);
        }
        "In" | "NotIn" => {}
        operator => report.invalid(path.child("operator"), operator, "not a valid selector operator"),
    }
    let key = text(requirement, "key");
    if key != "metadata.name" {
        return report.invalid(path.child("key"), key, "not a valid field selector key");
    }
    let path = path.child("values");
    for (i, value) in values.iter().enumerate() {
        let value = value.as_str().unwrap_or_default();
        report.refuse(path.index(i), value, names::subdomain(value));
    }
}

fn validate_pod_affinity(report: &mut Report, path: Path, affinity: &Value) {
    let required_path = path.child(REQUIRED);
    for (i, term) in list(affinity, REQUIRED).iter().enumerate() {
        validate_pod_term(report, required_path.index(i), term);
    }
    let preferred_path = path.child(PREFERRED);
    for (i, preference) in list(affinity, PREFERRED).iter().enumerate() {
        let path = preferred_path.index(i);
        validate_weight(report, path, preference);
        validate_pod_term(report, path.child("podAffinityTerm"), &preference["podAffinityTerm"]);
    }
}

fn validate_pod_term(report: &mut Report, path: Path, term: &Value) {
    for field in ["labelSelector", "namespaceSelector"] {
        selector::validate(report, path.child(field), &term[field]);
    }
    for namespace in list(term, "namespaces").iter().filter_map(Value::as_str) {
        report.refuse(path.child("namespace"), namespace, names::label(namespace));
    }
    let key = text(term, "topologyKey");
    if key.is_empty() {
        report.required(path.child("topologyKey"), EMPTY_KEY);
    }
    report.refuse(path.child("topologyKey"), key, names::qualified_name(key));
}

fn validate_weight(report: &mut Report, path: Path, preference: &Value) {
    let weight = int(preference, "weight");
    if !(1..=100).contains(&weight) {
        report.invalid(path.child("weight"), weight, "must be in the range 1-100");
    }
}

/// Checks `tolerations`.
pub fn validate_tolerations(report: &mut Report, path: Path, tolerations: &[Value]) {
    for (i, toleration) in tolerations.iter().enumerate() {
        validate_toleration(report, path.index(i), toleration);
    }
}

fn validate_toleration(report: &mut Report, path: Path, toleration: &Value) {
    let [key, operator, value, effect] = ["key", "operator", "value", "effect"].map(|field| text(toleration, field));
    report.optional_name(path.child("key"), key, names::qualified_name);
    if key.is_empty() && operator != "Exists" {
        let detail = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
        report.invalid(path.child("operator"), operator, detail);
    }
    if given(toleration, "tolerationSeconds") && effect != "NoExecute" {
        report.invalid(path.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    let path_of_operator = path.child("operator");
    match operator {
        "Equal" | "" => {
            let problems = names::label_value(value);
            if !problems.is_empty() {
                report.invalid(path_of_operator, value, &problems.join(";"));
            }
        }
        "Exists" if !value.is_empty() => {
            report.invalid(path_of_operator, value, "value must be empty when `operator` is 'Exists'")
        }
        "Exists" => {}
        // Known to the server, and off unless its feature gate is on; the message lists them all the same.
        "Lt" | "Gt" => report.unsupported(path_of_operator, operator, &["Equal", "Exists", "Lt", "Gt"]),
        _ => report.unsupported(path_of_operator, operator, &["Equal", "Exists"]),
    }
    if !effect.is_empty() && !TAINT_EFFECTS.contains(&effect) {
        report.unsupported(path.child("effect"), effect, &TAINT_EFFECTS);
    }
}

/// Checks a node's taints.
pub fn validate_taints(report: &mut Report, path: Path, taints: &[Value]) {
    let mut seen = BTreeSet::new();
    for (i, taint) in taints.iter().enumerate() {
        let path = path.index(i);
        let [key, value, effect] = ["key", "value", "effect"].map(|field| text(taint, field));
        report.refuse(path.child("key"), key, names::qualified_name(key));
        let problems = names::label_value(value);
        if !problems.is_empty() {
            report.invalid(path.child("value"), value, &problems.join(";"));
        }
        report.one_of(path.child("effect"), effect, &TAINT_EFFECTS);
        if !seen.insert((effect, key)) {
            let added = if given(taint, "timeAdded") { taint["timeAdded"].to_string() } else { "null".into() };
            let shown = format!(
                "{{\"Key\":{},\"Value\":{},\"Effect\":{},\"TimeAdded\":{added}}}",
                quoted(key),
                quoted(value),
                quoted(effect)
            );
            report.duplicate_struct(path, shown, "taints must be unique by key and effect pair");
        }
    }
}

/// Checks `topologySpreadConstraints`.
pub fn validate_spread(report: &mut Report, path: Path, constraints: &[Value]) {
    let mut seen = BTreeSet::new();
    for (i, constraint) in constraints.iter().enumerate() {
        let path = path.index(i);
        let key = text(constraint, "topologyKey");
        let action = text(constraint, "whenUnsatisfiable");
        if int(constraint, "maxSkew") <= 0 {
            report.invalid(path.child("maxSkew"), int(constraint, "maxSkew"), "must be greater than zero");
        }
        if key.is_empty() {
            report.required(path.child("topologyKey"), EMPTY_KEY);
        }
        report.optional_name(path.child("topologyKey"), key, names::qualified_name);
        if !UNSATISFIABLE.contains(&action) {
            report.unsupported(path.child("whenUnsatisfiable"), action, &UNSATISFIABLE);
        }
        if !seen.insert((key, action)) {
            let pair = format!("{{{key}, {action}}}");
            report.duplicate(path.child("{topologyKey, whenUnsatisfiable}"), &pair);
        }
        validate_min_domains(report, path.child("minDomains"), constraint, action);
        for field in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            if given(constraint, field) {
                report.one_of(path.child(field), text(constraint, field), &["Honor", "Ignore"]);
            }
        }
        let keys = path.child("matchLabelKeys");
        if !list(constraint, "matchLabelKeys").is_empty() && !given(constraint, "labelSelector") {
            report.forbidden(keys, "must not be specified when labelSelector is not set");
        }
        selector::validate(report, path.child("labelSelector"), &constraint["labelSelector"]);
    }
}

fn validate_min_domains(report: &mut Report, path: Path, constraint: &Value, action: &str) {
    let Some(domains) = constraint["minDomains"].as_i64() else { return };
    if domains <= 0 {
        report.invalid(path, domains, "must be greater than zero");
    }
    if action != "DoNotSchedule" {
        let detail = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
        report.invalid(path, domains, &detail);
    }
}
