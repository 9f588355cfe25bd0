//! `kubectl rollout undo`: puts an earlier Pod template back. The rest of the spec stays as it is.
//!
//! Models kubectl `pkg/polymorphichelpers/rollback.go`, Kubernetes v1.36.

use super::{Revision, group_kind, keeps_history, revisions};
use crate::args::{Args, Flag, Takes, flag};
use crate::command::apply::LAST_APPLIED;
use crate::command::options::{self, DRY_RUN, DryRun, OUTPUT, report};
use crate::command::{Command, Outcome};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info, SELECTOR};
use crate::{Env, describe};
use api::request::{PatchType, Verb};
use api::resource::Kind;
use api::{Value, json};

const FLAGS: &[Flag] =
    &[flag("to-revision", ' ', Takes::Number, "0", "The revision to rollback to. Default to 0 (last revision).")];

/// `kubectl rollout undo`
pub static UNDO: Command = Command {
    name: "undo",
    about: "Undo a previous rollout",
    text: "Roll back to a previous rollout.",
    examples: "  # Roll back to the previous deployment\n  kubectl rollout undo deployment/abc\n  \n  \
               # Roll back to daemonset revision 3\n  kubectl rollout undo daemonset/abc --to-revision=3",
    usage: "rollout undo (TYPE NAME | TYPE/NAME) [flags] [options]",
    flags: &[FILES, SELECTOR, DRY_RUN, OUTPUT, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    if args.words.is_empty() && !args.has("filename") {
        return Err(Failure::error("required resource not specified"));
    }
    let dry_run = DryRun::of(args, env)?;
    let wanted = args.number("to-revision").unwrap_or(0);
    let (found, mut failures) = resource::find(args, &args.words, Bare::All, env)?;
    for info in found {
        if let Err(failure) = undo(&info, wanted, dry_run, args, env) {
            failures.push(failure);
        }
    }
    options::finish(failures)
}

fn undo(info: &Info, wanted: i64, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    if !keeps_history(info.id.kind) {
        let text = format!("no rollbacker has been implemented for {:?}", group_kind(info.id.kind));
        return Err(Failure::error(text));
    }
    if !info.value["metadata"]["annotations"][LAST_APPLIED].is_null() {
        env.complain(&format!(
            "Warning: resource {}/{} was previously managed with 'kubectl apply'. Rolling back will not update the \
             {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider \
             using 'kubectl apply' with your previous configuration file instead.",
            info.id.kind.plural(),
            info.id.name
        ));
    }
    let revisions = revisions(info, env)?;
    let target = pick(info, &revisions, wanted)?;
    let template = without_hash(&target.template);
    if dry_run == DryRun::Client {
        let text = describe::pod_template_with_tabs(&template);
        env.say(&format!("{} will roll back to {text} (dry run)", info.id.title()));
        return Ok(());
    }
    if info.id.kind == Kind::DEPLOYMENT && info.value["spec"]["paused"] == true {
        return Err(Failure::error(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
        ));
    }
    if without_hash(&info.value["spec"]["template"]) == template {
        let word = format!("skipped rollback (current template already matches revision {wanted})");
        return report(env, args, &info.id, &info.value, &word, dry_run);
    }
    let mut request = options::write(info.id.request(Verb::Patch), args, dry_run, "kubectl");
    let mut patch = json!([{"op": "replace", "path": "/spec/template", "value": template}]);
    if info.id.kind == Kind::DEPLOYMENT
        && let (Some(patch), Some(operation)) = (patch.as_array_mut(), cause(info, target))
    {
        patch.push(operation);
    }
    request = request.with_json(patch);
    request.patch_type = Some(PatchType::Json);
    let value = env.ask(request)?.value().unwrap_or_default();
    report(env, args, &info.id, &value, "rolled back", dry_run)
}

fn pick<'a>(info: &Info, revisions: &'a [Revision], wanted: i64) -> Result<&'a Revision, Failure> {
    if wanted < 0 {
        return Err(Failure::error(format!("unable to find specified revision {wanted} in history")));
    }
    if wanted > 0 {
        let found = revisions.iter().find(|revision| revision.number == wanted);
        return found.ok_or_else(|| Failure::error(format!("unable to find specified revision {wanted} in history")));
    }
    match revisions {
        [.., earlier, _] => Ok(earlier),
        _ if info.id.kind == Kind::DEPLOYMENT => {
            Err(Failure::error(format!("no rollout history found for deployment {:?}", info.id.name)))
        }
        _ => Err(Failure::error("no last revision to roll back to")),
    }
}

/// The label that tells a Deployment's ReplicaSets apart is no part of what was rolled out.
fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove("pod-template-hash");
    }
    template
}

/// A Deployment takes over the change cause of the revision it goes back to.
fn cause(info: &Info, target: &Revision) -> Option<Value> {
    let path = "/metadata/annotations/kubernetes.io~1change-cause";
    let annotations = &info.value["metadata"]["annotations"];
    match (&target.cause, &annotations["kubernetes.io/change-cause"]) {
        (Some(cause), now) if *now == **cause => None,
        (Some(cause), _) if annotations.is_object() => Some(json!({"op": "add", "path": path, "value": cause})),
        (None, now) if !now.is_null() => Some(json!({"op": "remove", "path": path})),
        _ => None,
    }
}
