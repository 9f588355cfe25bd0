//! Numbers that may be percentages: what a rollout or a disruption may cost.
//!
//! Models apps `ValidatePositiveIntOrPercent` and its neighbours.

use super::path::Path;
use super::report::Report;
use api::Value;

const NOT_A_PERCENTAGE: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/// Refuses what is neither a count nor a percentage.
pub fn validate(report: &mut Report, path: Path, budget: &Value) {
    match budget {
        Value::String(text) if digits_of_percentage(text).is_none() => {
            report.invalid(path, text.as_str(), NOT_A_PERCENTAGE)
        }
        Value::Number(number) => report.non_negative(path, number.as_i64().unwrap_or_default()),
        _ => {}
    }
}

/// Refuses more than everything.
pub fn validate_at_most_all(report: &mut Report, path: Path, budget: &Value) {
    if let Value::String(text) = budget
        && digits_of_percentage(text).is_some()
        && amount(budget) > 100
    {
        report.invalid(path, text.as_str(), "must not be greater than 100%");
    }
}

/// The bare number, of a percentage too; a string that is none counts as 0.
pub fn amount(budget: &Value) -> i64 {
    match budget {
        // More digits than fit are more than everything in any case.
        Value::String(text) => digits_of_percentage(text).map_or(0, |digits| digits.parse().unwrap_or(i64::MAX)),
        _ => budget.as_i64().unwrap_or_default(),
    }
}

/// The number as messages show it; a missing one is 0.
pub fn shown(budget: &Value) -> Value {
    if budget.is_null() { 0.into() } else { budget.clone() }
}

fn digits_of_percentage(text: &str) -> Option<&str> {
    text.strip_suffix('%').filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
