//! `kubectl apply set-last-applied`: what apply remembers, changed without the object.
//!
//! Models kubectl `pkg/cmd/apply/apply_set_last_applied.go`, Kubernetes v1.36.

use super::apply::{LAST_APPLIED, remembered};
use super::options::{self, DRY_RUN, DryRun, OUTPUT, report};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::manifest::{self, Manifest};
use crate::resource::FILES;
use crate::{Env, Progress};
use api::json;
use api::request::{PatchType, Verb};

const FLAGS: &[Flag] = &[flag(
    "create-annotation",
    ' ',
    Takes::Switch,
    "false",
    "Will create 'last-applied-configuration' annotations if current objects doesn't have one",
)];

/// `kubectl apply set-last-applied`
pub static SET: Command = Command {
    name: "set-last-applied",
    about: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
    text: "Set the latest last-applied-configuration annotations by setting it to match the contents of a file. This results in the\n\
           last-applied-configuration being updated as though 'kubectl apply -f<file> ' was run, without updating any other parts\n\
           of the object.",
    examples: "  # Set the last-applied-configuration of a resource to match the contents of a file\n  \
               kubectl apply set-last-applied -f deploy.yaml",
    usage: "apply set-last-applied -f FILENAME [options]",
    flags: &[FILES, DRY_RUN, OUTPUT, FLAGS],
    run: Some(set),
    ..Command::NONE
};

fn set(args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    if !args.has("filename") {
        return Err(Failure::error(crate::resource::MISSING));
    }
    let (mut changed, mut failures) = (Vec::new(), Vec::new());
    for document in manifest::load(args, env, false)? {
        match document.and_then(|manifest| wanted(manifest, args, env)) {
            Ok(found) => changed.extend(found),
            Err(failure) => failures.push(failure),
        }
    }
    // Nothing is written before everything has been looked at.
    options::finish(failures)?;
    for manifest in changed {
        let id = manifest.id();
        let text = remembered(&manifest.value)["metadata"]["annotations"][LAST_APPLIED].clone();
        let patch = json!({ "metadata": { "annotations": { LAST_APPLIED: text } } });
        let mut value = manifest.value;
        if dry_run != DryRun::Client {
            let request = id.request(Verb::Patch).with_json(patch);
            let mut request = options::write(request, args, dry_run, "kubectl-last-applied");
            request.patch_type = Some(PatchType::Merge);
            value = env.ask(request)?.value().unwrap_or_default();
        }
        report(env, args, &id, &value, "configured", dry_run)?;
    }
    Ok(Progress::Done(0))
}

/// The manifest, if what the live object remembers is something else.
fn wanted(manifest: Manifest, args: &Args, env: &mut Env) -> Result<Option<Manifest>, Failure> {
    let live = env.get(manifest.kind, &manifest.namespace, &manifest.name)?.to_value();
    let original = &live["metadata"]["annotations"][LAST_APPLIED];
    if original.is_null() && !args.on("create-annotation") {
        return Err(Failure::error(format!(
            "no last-applied-configuration annotation found on resource: {}, to create the annotation, run the command \
             with --create-annotation",
            manifest.name
        )));
    }
    if *original == remembered(&manifest.value)["metadata"]["annotations"][LAST_APPLIED] {
        env.say(&format!("set-last-applied {}: no changes required.", manifest.name));
        return Ok(None);
    }
    Ok(Some(manifest))
}
