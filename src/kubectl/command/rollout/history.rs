//! `kubectl rollout history`: the revisions of a workload, or the Pod template of one of them.

use super::{Revision, group_kind, keeps_history, revisions};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::get::nothing_found;
use crate::command::options::{self, OUTPUT};
use crate::command::{Command, Outcome};
use crate::error::Failure;
use crate::print::columns::align;
use crate::resource::{self, Bare, FILES, Info, SELECTOR};
use crate::{describe, print};
use api::resource::Kind;

const FLAGS: &[Flag] =
    &[flag("revision", ' ', Takes::Number, "0", "See the details, including podTemplate of the revision specified")];

/// `kubectl rollout history`
pub static HISTORY: Command = Command {
    name: "history",
    about: "View rollout history",
    text: "View previous rollout revisions and configurations.",
    examples: "  # View the rollout history of a deployment\n  kubectl rollout history deployment/abc\n  \n  \
               # View the details of daemonset revision 3\n  kubectl rollout history daemonset/abc --revision=3",
    usage: "rollout history (TYPE NAME | TYPE/NAME) [flags] [options]",
    flags: &[FILES, SELECTOR, OUTPUT, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let wanted = args.number("revision").unwrap_or(0);
    if wanted < 0 {
        return Err(Failure::error(format!("revision must be a positive integer: {wanted}")));
    }
    if args.words.is_empty() && !args.has("filename") {
        return Err(Failure::error("required resource not specified"));
    }
    let (found, mut failures) = resource::find(args, &args.words, Bare::All, env)?;
    if found.is_empty() && failures.is_empty() {
        nothing_found(true, args, env);
    }
    for info in found {
        if let Err(failure) = history(&info, wanted, args, env) {
            failures.push(failure);
        }
    }
    options::finish(failures)
}

fn history(info: &Info, wanted: i64, args: &Args, env: &mut Env) -> Result<(), Failure> {
    if !keeps_history(info.id.kind) {
        let text = format!("no history viewer has been implemented for {:?}", group_kind(info.id.kind));
        return Err(Failure::error(text));
    }
    let revisions = revisions(info, env)?;
    let title = info.id.title();
    if wanted > 0 {
        let revision = revisions.iter().find(|revision| revision.number == wanted);
        let revision = revision.ok_or_else(|| Failure::error("unable to find the specified revision"))?;
        if let Some(format) = args.text("output") {
            return put(info, revision, format, args, env);
        }
        let template = describe::pod_template_with_tabs(&revision.template);
        env.say(&format!("{title} with revision #{wanted}\n{template}"));
        return Ok(());
    }
    if let Some(format) = args.text("output") {
        for (index, revision) in revisions.iter().enumerate() {
            if index > 0 && format == "yaml" {
                env.say("---");
            }
            put(info, revision, format, args, env)?;
        }
        return Ok(());
    }
    if revisions.is_empty() {
        env.say(&format!("{title} \nNo rollout history found."));
        return Ok(());
    }
    let mut table = String::from("REVISION\tCHANGE-CAUSE\n");
    for revision in &revisions {
        let cause = revision.cause.as_deref().filter(|cause| !cause.is_empty()).unwrap_or("<none>");
        table.push_str(&format!("{}\t{cause}\n", revision.number));
    }
    env.say(&format!("{title} \n{}", align(&table, 0, 2)));
    Ok(())
}

/// Prints a revision as an object: a Deployment's ReplicaSet, or any other workload as it was then.
fn put(info: &Info, revision: &Revision, format: &str, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let object = if info.id.kind == Kind::DEPLOYMENT {
        revision.keeper.clone()
    } else {
        let mut object = info.value.clone();
        object["spec"]["template"] = revision.template.clone();
        object
    };
    let text = print::object(format, &object, args.on("show-managed-fields")).map_err(Failure::error)?;
    env.put(&text);
    Ok(())
}
