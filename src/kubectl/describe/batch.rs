//! `describe job` and `describe cronjob`. Nobody runs them here, so their counts stay at nothing.

use super::fields::{self, items, number, text};
use super::related::Related;
use super::workload;
use super::writer::Writer;
use api::{Value, human};

pub fn describe_job(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    if spec["selector"].is_object() {
        w.field(0, "Selector", human::selector(&spec["selector"]));
    }
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    fields::controlled_by(w, object);
    w.field(0, "Parallelism", or_unset(&spec["parallelism"]));
    w.field(0, "Completions", or_unset(&spec["completions"]));
    w.optional_field(0, "Completion Mode", &spec["completionMode"]);
    w.field(0, "Suspend", spec["suspend"].as_bool().unwrap_or(false));
    w.field(0, "Backoff Limit", or_unset(&spec["backoffLimit"]));
    if let Some(seconds) = spec["ttlSecondsAfterFinished"].as_i64() {
        w.field(0, "TTL Seconds After Finished", seconds);
    }
    if !status["startTime"].is_null() {
        w.field(0, "Start Time", fields::time(&status["startTime"]));
    }
    if !status["completionTime"].is_null() {
        w.field(0, "Completed At", fields::time(&status["completionTime"]));
    }
    if let Some(seconds) = spec["activeDeadlineSeconds"].as_i64() {
        w.field(0, "Active Deadline Seconds", format!("{seconds}s"));
    }
    let ready = status["ready"].as_i64().map(|ready| format!(" ({ready} Ready)")).unwrap_or_default();
    let [active, succeeded, failed] = ["active", "succeeded", "failed"].map(|field| number(&status[field]));
    w.field(0, "Pods Statuses", format!("{active} Active{ready} / {succeeded} Succeeded / {failed} Failed"));
    workload::pod_template(w, &spec["template"]);
}

pub fn describe_cron_job(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.text_field(0, "Schedule", &spec["schedule"]);
    w.optional_field(0, "Time Zone", &spec["timeZone"]);
    w.text_field(0, "Concurrency Policy", &spec["concurrencyPolicy"]);
    w.field(0, "Suspend", if spec["suspend"] == true { "True" } else { "False" });
    w.field(0, "Successful Job History Limit", or_unset(&spec["successfulJobsHistoryLimit"]));
    w.field(0, "Failed Job History Limit", or_unset(&spec["failedJobsHistoryLimit"]));
    w.field(0, "Starting Deadline Seconds", seconds(&spec["startingDeadlineSeconds"]));
    let job = &spec["jobTemplate"]["spec"];
    let selector = if job["selector"].is_object() { human::selector(&job["selector"]) } else { "<unset>".into() };
    w.field(0, "Selector", selector);
    w.field(0, "Parallelism", or_unset(&job["parallelism"]));
    w.field(0, "Completions", or_unset(&job["completions"]));
    if !job["activeDeadlineSeconds"].is_null() {
        w.field(0, "Active Deadline Seconds", seconds(&job["activeDeadlineSeconds"]));
    }
    workload::pod_template(w, &job["template"]);
    let last = &status["lastScheduleTime"];
    w.field(0, "Last Schedule Time", if last.is_null() { "<unset>".into() } else { fields::time(last) });
    let active: Vec<&str> = items(&status["active"]).iter().map(|job| text(&job["name"])).collect();
    w.field(0, "Active Jobs", if active.is_empty() { "<none>".into() } else { active.join(", ") });
}

fn or_unset(value: &Value) -> String {
    value.as_i64().map_or("<unset>".to_string(), |number| number.to_string())
}

fn seconds(value: &Value) -> String {
    value.as_i64().map_or("<unset>".to_string(), |number| format!("{number}s"))
}
