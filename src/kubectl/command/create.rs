//! `kubectl create -f`; the generators below it make objects out of flags.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, VALIDATE, field_validation, report};
use super::{Command, Outcome, apply};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::manifest::{self, Manifest};
use crate::resource::{FILES, SELECTOR};
use crate::{Env, Progress};
use api::request::Verb;

const FLAGS: &[Flag] = &[
    flag("edit", ' ', Takes::Switch, "false", "Edit the API resource before creating"),
    flag(
        "raw",
        ' ',
        Takes::Text,
        "''",
        "Raw URI to POST to the server.  Uses the transport specified by the kubeconfig file.",
    ),
    flag(
        "windows-line-endings",
        ' ',
        Takes::Switch,
        "false",
        "Only relevant if --edit=true. Defaults to the line ending native to your platform.",
    ),
    flag(
        "save-config",
        ' ',
        Takes::Switch,
        "false",
        "If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged.",
    ),
];

/// `kubectl create`
pub static CREATE: Command = Command {
    name: "create",
    about: "Create a resource from a file or from stdin",
    text: "Create a resource from a file or from stdin.\n\n JSON and YAML formats are accepted.",
    examples: "  # Create a pod using the data in pod.json\n  kubectl create -f ./pod.json\n  \n  \
               # Create a pod based on the JSON passed into stdin\n  cat pod.json | kubectl create -f -",
    usage: "create -f FILENAME [options]",
    flags: &[FILES, SELECTOR, DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, FLAGS],
    run: Some(run),
    commands: super::generate::GENERATORS,
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    if !args.has("filename") {
        if !args.words.is_empty() {
            let text = format!("Unexpected args: [{}]", args.words.join(" "));
            return Err(Failure::usage("kubectl create", text));
        }
        return Err(Failure::error("must specify one of -f and -k"));
    }
    if !args.words.is_empty() {
        let text = format!("Unexpected args: [{}]", args.words.join(" "));
        return Err(Failure::usage("kubectl create", text));
    }
    if args.has("raw") {
        return Err(Failure::error("everynode doesn't simulate create --raw"));
    }
    if args.on("edit") {
        return Err(Failure::error("everynode doesn't simulate create --edit; edit the file first, then create it"));
    }
    let dry_run = DryRun::of(args, env)?;
    let (mut failures, mut count) = (Vec::new(), 0);
    for document in manifest::load(args, env, manifest::validates(args))? {
        count += 1;
        if let Err(failure) = document.and_then(|manifest| one(&manifest, dry_run, args, env)) {
            failures.push(failure);
        }
    }
    if count == 0 {
        return Err(Failure::error("no objects passed to create"));
    }
    options::finish(failures)?;
    Ok(Progress::Done(0))
}

fn one(manifest: &Manifest, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let mut value = manifest.value.clone();
    if args.on("save-config") {
        value = apply::remembered(&value);
    }
    let mut id = manifest.id();
    if dry_run != DryRun::Client {
        let mut request = options::write(id.request(Verb::Create), args, dry_run, "kubectl-create").with_json(value);
        request.name = "".into();
        request.field_validation = field_validation(args)?;
        let what = format!("error when creating {:?}", manifest.source);
        let response = env.ask(request).map_err(|status| Failure::while_doing(&what, &status))?;
        value = response.value().unwrap_or_default();
        // A generated name is the server's choice.
        id.name = value["metadata"]["name"].as_str().unwrap_or(&id.name).to_string();
    }
    report(env, args, &id, &value, "created", dry_run)
}
