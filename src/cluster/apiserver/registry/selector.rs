//! Label selectors: their own validity, and whether they pick a template's labels.
//!
//! Models apimachinery `pkg/apis/meta/v1/validation` and `LabelSelectorAsSelector`.

use super::fields::{entries, is_empty, list, same, text};
use super::meta::validate_labels;
use super::names;
use super::path::Path;
use super::report::Report;
use api::Value;
use api::meta::labels_from;
use api::meta::selector::LabelSelector;
use api::sort::gather;

/// Checks a selector; a missing one is the caller's business.
pub fn validate(report: &mut Report, path: Path, selector: &Value) {
    validate_labels(report, path.child("matchLabels"), &selector["matchLabels"]);
    for (i, expression) in list(selector, "matchExpressions").iter().enumerate() {
        let path = path.child("matchExpressions");
        validate_requirement(report, path.index(i), expression);
    }
}

fn validate_requirement(report: &mut Report, path: Path, requirement: &Value) {
    validate_operator(report, path, requirement, &["In", "NotIn", "Exists", "DoesNotExist"]);
    let key = text(requirement, "key");
    report.refuse(path.child("key"), key, names::qualified_name(key));
    validate_values(report, path, requirement);
}

/// Whether the operator is one, and has the values it needs.
pub fn validate_operator(report: &mut Report, path: Path, requirement: &Value, operators: &[&str]) {
    let operator = text(requirement, "operator");
    let values = list(requirement, "values");
    match operator {
        _ if !operators.contains(&operator) => {
            report.invalid(path.child("operator"), operator, "not a valid selector operator")
        }
        "In" | "NotIn" if values.is_empty() => {
            report.required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'")
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            report.forbidden(path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
        }
        "Gt" | "Lt" if values.len() != 1 => {
            report.required(path.child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'")
        }
        _ => {}
    }
}

/// Whether the values could be labels' values.
pub fn validate_values(report: &mut Report, path: Path, requirement: &Value) {
    let path = path.child("values");
    for (i, value) in list(requirement, "values").iter().enumerate() {
        let value = value.as_str().unwrap_or_default();
        report.refuse(path.index(i), value, names::label_value(value));
    }
}

/// Whether a selector that was written asks for nothing.
pub fn asks_nothing(selector: &Value) -> bool {
    selector.is_object() && is_empty(selector, "matchLabels") && is_empty(selector, "matchExpressions")
}

/// Whether the server can make a selector of it at all.
pub fn is_sound(selector: &Value) -> bool {
    let mut report = Report::default();
    validate(&mut report, Path::root(""), selector);
    report.0.is_empty()
}

/// Whether a sound selector picks these labels; a missing one picks none.
pub fn picks(selector: &Value, labels: &Value) -> bool {
    LabelSelector::from_value(selector).matches(&labels_from(labels))
}

/// The selector as messages show it: without its empty parts.
pub fn shown(selector: &Value) -> Value {
    match selector {
        Value::Null => Value::Null,
        _ => entries_without_empty(selector),
    }
}

fn entries_without_empty(selector: &Value) -> Value {
    let kept = selector.as_object().into_iter().flatten().filter(|(_, part)| !same(part, &Value::Null));
    Value::Object(gather(kept.map(|(field, part)| (field.clone(), part.clone()))))
}

/// Refuses template labels that the selector of their workload doesn't pick.
pub fn validate_picks_template(report: &mut Report, selector: &Value, template: &Value) {
    let labels = &template["metadata"]["labels"];
    if !picks(selector, labels) {
        let path = Path::root("spec");
        let path = path.child("template");
        let path = path.child("metadata");
        report.invalid(path.child("labels"), labels.clone(), "`selector` does not match template `labels`");
    }
}

/// The keys of a label map, for messages and warnings.
pub fn keys<'a>(object: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    entries(object, field).map(|(key, _)| key.as_str())
}
