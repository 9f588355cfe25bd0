//! PriorityClasses: which names and values are the system's.
//!
//! Models scheduling `ValidatePriorityClass`, `IsKnownSystemPriorityClass`.

use super::fields::{default, flag, given, int, text};
use super::meta;
use super::path::Path;
use super::report::Report;
use api::Value;
use api::resource::Kind;

const SYSTEM_PREFIX: &str = "system-";
/// The highest value that isn't the system's own.
const USER_VALUE_MAX: i64 = 1_000_000_000;
/// The classes of the system, with their values.
const SYSTEM_CLASSES: [(&str, i64); 2] =
    [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];

/// Whether a class is one of the system's own, which stay.
pub fn is_system(name: &str) -> bool {
    SYSTEM_CLASSES.iter().any(|(known, _)| *known == name)
}

/// Fills in what a manifest leaves open.
pub fn set_defaults(class: &mut Value) {
    default(class, "preemptionPolicy", "PreemptLowerPriority");
    // Always printed, since the server's struct has it.
    default(class, "value", 0);
}

/// Checks a new class.
pub fn validate(report: &mut Report, class: &Value) {
    meta::validate(report, Kind::PRIORITY_CLASS, class);
    let name = text(&class["metadata"], "name");
    let value = int(class, "value");
    if name.starts_with(SYSTEM_PREFIX) {
        if let Some(error) = wrong_with_system_class(name, value, flag(class, "globalDefault")) {
            let detail = format!(
                "priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only. error: {error}"
            );
            report.forbidden(Path::root("metadata").child("name"), &detail);
        }
    } else if value > USER_VALUE_MAX {
        let detail = format!("maximum allowed value of a user defined priority is {USER_VALUE_MAX}");
        report.forbidden(Path::root("value"), &detail);
    }
    if given(class, "preemptionPolicy") {
        let policy = text(class, "preemptionPolicy");
        report.one_of(Path::root("preemptionPolicy"), policy, &["PreemptLowerPriority", "Never"]);
    }
}

fn wrong_with_system_class(name: &str, value: i64, global_default: bool) -> Option<String> {
    match SYSTEM_CLASSES.iter().find(|(known, _)| *known == name) {
        None => Some(format!("{name} is not a known system priority class")),
        Some((_, known)) if *known != value => Some(format!("value of {name} PriorityClass must be {known}")),
        Some(_) if global_default => Some(format!("globalDefault of {name} PriorityClass must be false")),
        Some(_) => None,
    }
}

/// Checks a class that replaces another: Pods have copied its value, so that is for ever.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    if int(new, "value") != int(old, "value") {
        report.forbidden(Path::root("value"), "may not be changed in an update.");
    }
    report.unchanged(Path::root("preemptionPolicy"), &new["preemptionPolicy"], &old["preemptionPolicy"]);
}
