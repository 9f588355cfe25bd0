//! StatefulSets, Jobs and CronJobs: no controller of everynode acts on them, but they are filled in and their templates
//! are checked like any other.
//!
//! Models apps `SetDefaults_StatefulSet`, batch `SetDefaults_Job`, `SetDefaults_CronJob` and their validation. Left out: a
//! Job's generated selector and immutable template, time zones, claim templates, indexed Jobs.

use super::fields::{default, int, keep, part, same, text};
use super::path::Path;
use super::report::Report;
use super::{cron, meta, pod_template, replica_set};
use api::Value;
use api::resource::Kind;

/// What of a StatefulSet's spec may change.
#[rustfmt::skip]
const MUTABLE: [&str; 7] = [
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
];
const MAY_NOT_CHANGE: &str = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/// Fills in a StatefulSet.
pub fn set_stateful_set_defaults(stateful_set: &mut Value) {
    let spec = part(stateful_set, "spec");
    default(spec, "podManagementPolicy", "OrderedReady");
    default(spec, "replicas", 1);
    default(spec, "revisionHistoryLimit", 10);
    let strategy = part(spec, "updateStrategy");
    default(strategy, "type", "RollingUpdate");
    if text(strategy, "type") == "RollingUpdate" {
        default(part(strategy, "rollingUpdate"), "partition", 0);
    }
    let retention = part(spec, "persistentVolumeClaimRetentionPolicy");
    default(retention, "whenDeleted", "Retain");
    default(retention, "whenScaled", "Retain");
    pod_template::set_defaults(spec);
}

/// Fills in a Job.
pub fn set_job_defaults(job: &mut Value) {
    set_job_spec_defaults(part(job, "spec"));
}

/// Fills in a CronJob.
pub fn set_cron_job_defaults(cron_job: &mut Value) {
    let spec = part(cron_job, "spec");
    default(spec, "concurrencyPolicy", "Allow");
    default(spec, "suspend", false);
    default(spec, "successfulJobsHistoryLimit", 3);
    default(spec, "failedJobsHistoryLimit", 1);
    // What a Job would be filled in with waits until there is one; only its Pods' template is filled in here.
    let template = part(spec, "jobTemplate");
    part(template, "metadata");
    pod_template::set_defaults(part(template, "spec"));
}

fn set_job_spec_defaults(spec: &mut Value) {
    if spec["completions"].is_null() && spec["parallelism"].is_null() {
        default(spec, "completions", 1);
    }
    default(spec, "parallelism", 1);
    default(spec, "backoffLimit", 6);
    default(spec, "completionMode", "NonIndexed");
    default(spec, "suspend", false);
    let replacement = if spec["podFailurePolicy"].is_null() { "TerminatingOrFailed" } else { "Failed" };
    default(spec, "podReplacementPolicy", replacement);
    pod_template::set_defaults(spec);
}

/// Checks a new StatefulSet.
pub fn validate_stateful_set(report: &mut Report, stateful_set: &Value) {
    meta::validate(report, Kind::STATEFUL_SET, stateful_set);
    validate_stateful_set_spec(report, &stateful_set["spec"]);
}

/// Checks a StatefulSet that replaces another: most of its spec is for ever.
pub fn validate_stateful_set_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_stateful_set_spec(report, &new["spec"]);
    let mut spec = new["spec"].clone();
    for field in MUTABLE {
        keep(&mut spec, &old["spec"], field);
    }
    if !same(&spec, &old["spec"]) {
        report.forbidden(Path::root("spec"), MAY_NOT_CHANGE);
    }
}

fn validate_stateful_set_spec(report: &mut Report, spec: &Value) {
    let (path, management) = (Path::root("spec"), text(spec, "podManagementPolicy"));
    if !matches!(management, "OrderedReady" | "Parallel") {
        report.invalid(path.child("podManagementPolicy"), management, "must be 'OrderedReady' or 'Parallel'");
    }
    let (path, strategy) = (path.child("updateStrategy"), &spec["updateStrategy"]);
    match text(strategy, "type") {
        "RollingUpdate" => {}
        "OnDelete" if !strategy["rollingUpdate"].is_null() => {
            let shown = format!("{{\"Partition\":{},\"MaxUnavailable\":null}}", strategy["rollingUpdate"]["partition"]);
            let detail = "only allowed for updateStrategy 'RollingUpdate'";
            report.invalid_struct(path.child("rollingUpdate"), shown, detail);
        }
        "OnDelete" => {}
        kind => {
            let shown = format!("{{\"Type\":{},\"RollingUpdate\":null}}", Value::from(kind));
            report.invalid_struct(path, shown, "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
    report.non_negative(Path::root("spec").child("replicas"), int(spec, "replicas"));
    replica_set::validate_selector_and_template(report, spec, "empty selector is invalid for statefulset");
}

/// Checks a new Job.
pub fn validate_job(report: &mut Report, job: &Value) {
    meta::validate(report, Kind::JOB, job);
    validate_job_spec(report, Path::root("spec"), &job["spec"]);
}

/// Checks a Job that replaces another.
pub fn validate_job_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_job_spec(report, Path::root("spec"), &new["spec"]);
}

/// Checks a new CronJob.
pub fn validate_cron_job(report: &mut Report, cron_job: &Value) {
    meta::validate(report, Kind::CRON_JOB, cron_job);
    validate_cron_job_spec(report, &cron_job["spec"]);
}

/// Checks a CronJob that replaces another.
pub fn validate_cron_job_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_cron_job_spec(report, &new["spec"]);
}

fn validate_cron_job_spec(report: &mut Report, spec: &Value) {
    let path = Path::root("spec");
    let schedule = text(spec, "schedule");
    if schedule.is_empty() {
        report.required(path.child("schedule"), "");
    } else if schedule.contains("TZ") {
        let detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        report.invalid(path.child("schedule"), schedule, detail);
    } else if let Err(why) = cron::check(schedule) {
        report.invalid(path.child("schedule"), schedule, &why);
    }
    for field in ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        report.non_negative(path.child(field), int(spec, field));
    }
    let policy = text(spec, "concurrencyPolicy");
    report.one_of(path.child("concurrencyPolicy"), policy, &["Allow", "Forbid", "Replace"]);
    let path = path.child("jobTemplate");
    validate_job_spec(report, path.child("spec"), &spec["jobTemplate"]["spec"]);
}

/// A Job ends, so its Pods may not restart for ever.
fn validate_job_spec(report: &mut Report, path: Path, spec: &Value) {
    for field in ["parallelism", "completions", "backoffLimit", "ttlSecondsAfterFinished"] {
        report.non_negative(path.child(field), int(spec, field));
    }
    let path = path.child("template");
    pod_template::validate(report, path, &spec["template"]);
    let path = path.child("spec");
    match text(&spec["template"]["spec"], "restartPolicy") {
        "Always" => report.required(path.child("restartPolicy"), "valid values: \"OnFailure\", \"Never\""),
        policy => report.one_of(path.child("restartPolicy"), policy, &["OnFailure", "Never"]),
    }
}
