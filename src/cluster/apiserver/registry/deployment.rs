//! Deployments: defaults and checks. Unlike a DaemonSet's, a missing selector is named as such.
//!
//! Models apps `SetDefaults_Deployment`, `ValidateDeploymentSpec`.

use super::daemon_set::{shown_strategy, validate_selector_unchanged};
use super::fields::{default, given, int, part, text};
use super::path::Path;
use super::report::Report;
use super::{budget, meta, replica_set};
use api::Value;
use api::resource::Kind;

const STRATEGIES: [&str; 2] = ["Recreate", "RollingUpdate"];
/// Share of the replicas that a rollout may miss, and may have too many.
const ROLLING_BUDGET: &str = "25%";
/// Old ReplicaSets kept for `rollout undo`.
const REVISION_HISTORY_LIMIT: i64 = 10;
/// Seconds without progress until a rollout counts as failed.
const PROGRESS_DEADLINE: i64 = 600;

/// Fills in what a manifest leaves open.
pub fn set_defaults(deployment: &mut Value) {
    let spec = part(deployment, "spec");
    default(spec, "replicas", 1);
    default(spec, "revisionHistoryLimit", REVISION_HISTORY_LIMIT);
    default(spec, "progressDeadlineSeconds", PROGRESS_DEADLINE);
    let strategy = part(spec, "strategy");
    default(strategy, "type", "RollingUpdate");
    if text(strategy, "type") == "RollingUpdate" {
        let update = part(strategy, "rollingUpdate");
        default(update, "maxUnavailable", ROLLING_BUDGET);
        default(update, "maxSurge", ROLLING_BUDGET);
    }
    super::pod_template::set_defaults(spec);
}

/// Checks a new Deployment.
pub fn validate(report: &mut Report, deployment: &Value) {
    meta::validate(report, Kind::DEPLOYMENT, deployment);
    validate_spec(report, &deployment["spec"]);
}

/// Checks a Deployment that replaces another; the selector last.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_spec(report, &new["spec"]);
    validate_selector_unchanged(report, new, old);
}

fn validate_spec(report: &mut Report, spec: &Value) {
    let path = Path::root("spec");
    report.non_negative(path.child("replicas"), int(spec, "replicas"));
    replica_set::validate_selector_and_template(report, spec, "empty selector is invalid for deployment");
    validate_strategy(report, path.child("strategy"), &spec["strategy"]);
    let ready_seconds = int(spec, "minReadySeconds");
    report.non_negative(path.child("minReadySeconds"), ready_seconds);
    report.non_negative(path.child("revisionHistoryLimit"), int(spec, "revisionHistoryLimit"));
    if let Some(deadline) = spec["progressDeadlineSeconds"].as_i64() {
        let path = path.child("progressDeadlineSeconds");
        report.non_negative(path, deadline);
        if deadline <= ready_seconds {
            report.invalid(path, deadline, "must be greater than minReadySeconds");
        }
    }
}

fn validate_strategy(report: &mut Report, path: Path, strategy: &Value) {
    match text(strategy, "type") {
        "RollingUpdate" => validate_rolling_update(report, path.child("rollingUpdate"), &strategy["rollingUpdate"]),
        "Recreate" => {
            if given(strategy, "rollingUpdate") {
                let detail = "may not be specified when strategy `type` is 'Recreate'";
                report.forbidden(path.child("rollingUpdate"), detail);
            }
        }
        _ => report.unsupported_struct(path, shown_strategy(strategy), &STRATEGIES),
    }
}

fn validate_rolling_update(report: &mut Report, path: Path, update: &Value) {
    let fields = ["maxUnavailable", "maxSurge"];
    for field in fields {
        budget::validate(report, path.child(field), &update[field]);
    }
    if fields.iter().all(|field| budget::amount(&update[*field]) == 0) {
        let unavailable = update["maxUnavailable"].clone();
        report.invalid(path.child("maxUnavailable"), unavailable, "may not be 0 when `maxSurge` is 0");
    }
    budget::validate_at_most_all(report, path.child("maxUnavailable"), &update["maxUnavailable"]);
}
