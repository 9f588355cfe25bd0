//! PodDisruptionBudgets: what may be missing, said one way or the other.
//!
//! Models policy `ValidatePodDisruptionBudgetSpec`.

use super::fields::{given, text};
use super::path::Path;
use super::report::Report;
use super::{budget, meta, selector};
use api::resource::Kind;
use api::{Value, json};

const BUDGETS: [&str; 2] = ["minAvailable", "maxUnavailable"];

/// The status before the controller has seen the object: the counters that are always printed.
pub fn initial_status() -> Value {
    json!({"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0})
}

/// Checks a new budget.
pub fn validate(report: &mut Report, pdb: &Value) {
    meta::validate(report, Kind::POD_DISRUPTION_BUDGET, pdb);
    validate_spec(report, &pdb["spec"]);
}

/// Checks a budget that replaces another.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_spec(report, &new["spec"]);
}

fn validate_spec(report: &mut Report, spec: &Value) {
    let path = Path::root("spec");
    if BUDGETS.iter().all(|field| given(spec, field)) {
        let detail = "minAvailable and maxUnavailable cannot be both set";
        report.invalid_struct(path, shown(spec), detail);
    }
    for field in BUDGETS {
        budget::validate(report, path.child(field), &spec[field]);
        budget::validate_at_most_all(report, path.child(field), &spec[field]);
    }
    selector::validate(report, path.child("selector"), &spec["selector"]);
    let policy = "unhealthyPodEvictionPolicy";
    if given(spec, policy) {
        report.one_of(path.child(policy), text(spec, policy), &["AlwaysAllow", "IfHealthyBudget"]);
    }
}

/// A budget in the spelling of the server's own struct.
fn shown(spec: &Value) -> String {
    let selector = selector::shown(&spec["selector"]);
    let [min, max, policy] = ["minAvailable", "maxUnavailable", "unhealthyPodEvictionPolicy"].map(|f| &spec[f]);
    format!(
        "{{\"MinAvailable\":{min},\"Selector\":{selector},\"MaxUnavailable\":{max},\"UnhealthyPodEvictionPolicy\":{policy}}}"
    )
}
