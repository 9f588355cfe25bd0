//! `kubectl create job` and `cronjob`.
//!
//! Models kubectl `pkg/cmd/create/create_{job,cronjob}.go`. Both are kept and shown; everynode doesn't run them.

use super::{DRY_RUN, FIELD_MANAGER, GENERATOR, OUTPUT, SAVE_CONFIG, VALIDATE, create};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::Command;
use crate::error::Failure;
use crate::resource::{self, Bare};
use api::resource::Kind;
use api::{Value, json};

const JOB_FLAGS: &[Flag] = &[
    flag("from", ' ', Takes::Text, "''", "The name of the resource to create a Job from (only cronjob is supported)."),
    flag("image", ' ', Takes::Text, "''", "Image name to run."),
];

const CRON_JOB_FLAGS: &[Flag] = &[
    flag("image", ' ', Takes::Text, "''", "Image name to run."),
    flag("restart", ' ', Takes::Text, "''", "job's restart policy. supported values: OnFailure, Never"),
    flag("schedule", ' ', Takes::Text, "''", "A schedule in the Cron format the job should be run with."),
];

pub static JOB: Command = Command {
    name: "job",
    about: "Create a job with the specified name",
    text: "Create a job with the specified name.",
    examples: "  # Create a job\n  kubectl create job my-job --image=busybox\n  \n  \
               # Create a job with a command\n  kubectl create job my-job --image=busybox -- date",
    usage: "create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, JOB_FLAGS],
    run: Some(|args, env| create("job", Kind::JOB, args, env, job)),
    ..GENERATOR
};

pub static CRON_JOB: Command = Command {
    name: "cronjob",
    aliases: &["cj"],
    about: "Create a cron job with the specified name",
    text: "Create a cron job with the specified name.",
    examples: "  # Create a cron job\n  kubectl create cronjob my-job --image=busybox --schedule=\"*/1 * * * *\"",
    usage: "create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, CRON_JOB_FLAGS],
    required: &["image", "schedule"],
    run: Some(|args, env| create("cronjob", Kind::CRON_JOB, args, env, cron_job)),
    ..GENERATOR
};

fn job(name: &str, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    let (image, from) = (args.text_or_empty("image"), args.text_or_empty("from"));
    if image.is_empty() == from.is_empty() {
        return Err(Failure::error("either --image or --from must be specified"));
    }
    if from.is_empty() {
        return Ok(json!({"spec": {"template": template(name, image, "Never", args)}, "status": {}}));
    }
    if !command(args).is_empty() {
        return Err(Failure::error("cannot specify --from and command"));
    }
    let (mut found, failures) = resource::find(args, &[from.to_string()], Bare::Refused, env)?;
    if let Some(failure) = Failure::all(failures) {
        return Err(failure);
    }
    let cron_job = match found.pop().filter(|_| found.is_empty()) {
        Some(info) if info.id.kind == Kind::CRON_JOB => info,
        _ => return Err(Failure::error("from must be an existing cronjob")),
    };
    let (found, cron_job) = (cron_job.value, cron_job.id.name);
    let template = &found["spec"]["jobTemplate"];
    let owner = json!({"apiVersion": "batch/v1", "controller": true, "kind": "CronJob", "name": cron_job,
        "uid": found["metadata"]["uid"]});
    let mut annotations = template["metadata"]["annotations"].as_object().cloned().unwrap_or_default();
    annotations.insert("cronjob.kubernetes.io/instantiate".into(), "manual".into());
    let mut value = json!({"metadata": {"annotations": annotations, "ownerReferences": [owner]},
        "spec": template["spec"], "status": {}});
    if let Some(labels) = template["metadata"]["labels"].as_object() {
        value["metadata"]["labels"] = json!(labels);
    }
    Ok(value)
}

fn cron_job(name: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    let restart = args.text("restart").filter(|policy| !policy.is_empty()).unwrap_or("OnFailure");
    let template = template(name, args.text_or_empty("image"), restart, args);
    let job = json!({"metadata": {"name": name}, "spec": {"template": template}});
    Ok(json!({"spec": {"jobTemplate": job, "schedule": args.text_or_empty("schedule")}, "status": {}}))
}

fn template(name: &str, image: &str, restart: &str, args: &Args) -> Value {
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if !command(args).is_empty() {
        container["command"] = json!(command(args));
    }
    json!({"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}})
}

/// What stands after `--`.
fn command(args: &Args) -> &[String] {
    args.before_dash.map_or(&[], |at| &args.words[at..])
}
