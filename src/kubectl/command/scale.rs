//! `kubectl scale`: changes the number of replicas, through the scale subresource.
//!
//! A DaemonSet has no such subresource: the nodes decide how many Pods it has, and the server says so with a 404.

use super::options::{self, DRY_RUN, DryRun, OUTPUT, report};
use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, ALL, FILES, Info, SELECTOR};
use api::json;
use api::request::{PatchType, Verb};

const FLAGS: &[Flag] = &[
    flag(
        "current-replicas",
        ' ',
        Takes::Number,
        "-1",
        "Precondition for current size. Requires that the current size of the resource match this value in order to scale.",
    ),
    flag("replicas", ' ', Takes::Number, "0", "The new desired number of replicas. Required."),
    flag("resource-version", ' ', Takes::Text, "''", "Precondition for resource version."),
    flag(
        "timeout",
        ' ',
        Takes::Duration,
        "0s",
        "The length of time to wait before giving up on a scale operation, zero means don't wait.",
    ),
];

/// `kubectl scale`
pub static SCALE: Command = Command {
    name: "scale",
    about: "Set a new size for a deployment, replica set, or replication controller",
    text: "Set a new size for a deployment, replica set, replication controller, or stateful set.",
    examples: "  # Scale a replica set named 'foo' to 3\n  kubectl scale --replicas=3 rs/foo\n  \n  \
               # If the deployment named mysql's current size is 2, scale mysql to 3\n  \
               kubectl scale --current-replicas=2 --replicas=3 deployment/mysql",
    usage: "scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FLAGS],
    required: &["replicas"],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let replicas = args.number("replicas").unwrap_or(-1);
    if replicas < 0 {
        return Err(Failure::error(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    }
    let dry_run = DryRun::of(args, env)?;
    let own = args.clone();
    resource::visit(args, &args.words, Some("no objects passed to scale"), env, move |info, env| {
        scale(&info, replicas, dry_run, &own, env)
    })
}

fn scale(info: &Info, replicas: i64, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let current = info.value["spec"]["replicas"].as_i64().unwrap_or(1);
    if let Some(expected) = args.number("current-replicas").filter(|count| *count >= 0)
        && expected != current
    {
        return Err(Failure::error(format!("Expected replicas to be {expected}, was {current}")));
    }
    if dry_run != DryRun::Client {
        let body = json!({"spec": {"replicas": replicas}});
        let mut request = options::write(info.id.request(Verb::Patch), args, dry_run, "kubectl").with_json(body);
        request.subresource = "scale";
        request.patch_type = Some(PatchType::Merge);
        env.ask(request)?;
    }
    let mut value = info.value.clone();
    value["spec"]["replicas"] = replicas.into();
    report(env, args, &info.id, &value, "scaled", dry_run)
}
