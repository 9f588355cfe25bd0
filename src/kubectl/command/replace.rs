//! `kubectl replace`: puts the file in the place of the live object; with `--force` it deletes that first and waits.
//!
//! Models kubectl `pkg/cmd/replace/replace.go`, Kubernetes v1.36.

use super::delete::{self, DELETION, Gone};
use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, VALIDATE, field_validation, report};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::manifest::{self, Manifest};
use crate::resource::{self, FILES};
use crate::{Env, ExitCode, Progress, Running};
use api::request::{DeleteOptions, Propagation, Verb};
use api::status::Reason;

const FLAGS: &[Flag] = &[
    flag(
        "raw",
        ' ',
        Takes::Text,
        "''",
        "Raw URI to PUT to the server. Uses the transport specified by the kubeconfig file.",
    ),
    flag(
        "save-config",
        ' ',
        Takes::Switch,
        "false",
        "If true, the configuration of current object will be saved in its annotation.",
    ),
    flag(
        "subresource",
        ' ',
        Takes::Text,
        "''",
        "If specified, replace will operate on the subresource of the requested object.",
    ),
    flag("wait", ' ', Takes::Switch, "false", "If true, wait for resources to be gone before returning."),
];

/// `kubectl replace`
pub static REPLACE: Command = Command {
    name: "replace",
    about: "Replace a resource by file name or stdin",
    text: "Replace a resource by file name or stdin.\n\n JSON and YAML formats are accepted. If replacing an existing resource, the \
           complete resource spec must be provided.",
    examples: "  # Replace a pod using the data in pod.json\n  kubectl replace -f ./pod.json\n  \n  \
               # Force replace, delete and then re-create the resource\n  kubectl replace --force -f ./pod.json",
    usage: "replace -f FILENAME [options]",
    flags: &[FILES, DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, DELETION, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    if args.has("raw") {
        return Err(Failure::error("everynode doesn't simulate replace --raw"));
    }
    let dry_run = DryRun::of(args, env)?;
    if !args.has("filename") {
        return Err(Failure::error("must specify one of -f and -k"));
    }
    if args.number("grace-period").is_some_and(|seconds| seconds >= 0) && !args.on("force") {
        return Err(Failure::error("--grace-period must have --force specified"));
    }
    if args.seconds("timeout").is_some_and(|seconds| seconds != 0) && !args.on("force") {
        return Err(Failure::error("--timeout must have --force specified"));
    }
    if args.on("force") && !args.words.is_empty() {
        return Err(Failure::error(resource::FILES_OR_WORDS));
    }
    let (mut manifests, mut failures) = (Vec::new(), Vec::new());
    for document in manifest::load(args, env, manifest::validates(args))? {
        match document {
            Ok(manifest) => manifests.push(manifest),
            Err(failure) => failures.push(failure),
        }
    }
    if manifests.is_empty() && failures.is_empty() {
        return Err(Failure::error("no objects passed to replace"));
    }
    if args.on("force") {
        options::finish(failures)?;
        return force(manifests, dry_run, args, env);
    }
    for manifest in manifests {
        failures.extend(replace(&manifest, dry_run, args, env).err());
    }
    options::finish(failures)
}

fn replace(manifest: &Manifest, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let mut value = manifest.value.clone();
    if args.on("save-config") {
        value = super::apply::remembered(&value);
    }
    if dry_run != DryRun::Client {
        let request = manifest.id().request(Verb::Update).with_json(value);
        let mut request = options::write(request, args, dry_run, "kubectl-replace");
        request.field_validation = field_validation(args)?;
        request.subresource = options::subresource(args)?;
        let what = format!("error when replacing {:?}", manifest.source);
        let response = env.ask(request).map_err(|status| Failure::while_doing(&what, &status))?;
        value = response.value().unwrap_or_default();
    }
    report(env, args, &manifest.id(), &value, "replaced", dry_run)
}

fn force(manifests: Vec<Manifest>, dry_run: DryRun, args: &Args, env: &mut Env) -> Outcome {
    let mut asked = Vec::new();
    for id in manifests.iter().map(Manifest::id) {
        let mut uid = None;
        if dry_run == DryRun::None {
            let mut request = id.request(Verb::Delete);
            request.delete = DeleteOptions {
                grace_period_seconds: Some(args.number("grace-period").filter(|seconds| *seconds >= 0).unwrap_or(0)),
                propagation: Some(Propagation::Background),
                uid: None,
            };
            match env.ask(request) {
                Ok(response) => uid = response.object().map(|object| object.meta().uid),
                Err(status) if status.reason == Reason::NotFound => continue,
                Err(status) => return Err(status.into()),
            }
        }
        delete::say(&id, false, dry_run, env);
        asked.push((id, uid));
    }
    if dry_run != DryRun::None {
        asked.clear();
    }
    let timeout = args.seconds("timeout").filter(|seconds| *seconds > 0);
    let mut forcing = Forcing { gone: Gone::new(asked, timeout, env), manifests, dry_run, args: args.clone() };
    match forcing.poll(env) {
        Some(code) => Ok(Progress::Done(code)),
        None => Ok(Progress::Running(Box::new(forcing))),
    }
}

/// Waits for the old objects to go, then makes the new ones.
struct Forcing {
    gone: Gone,
    manifests: Vec<Manifest>,
    dry_run: DryRun,
    args: Args,
}

impl Running for Forcing {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        match self.gone.look(env) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(failure) => return Some(options::fail(env, &failure)),
        }
        for manifest in &self.manifests {
            let mut value = manifest.value.clone();
            if self.dry_run == DryRun::None {
                let mut request = manifest.id().request(Verb::Create).with_json(value);
                request.name = "".into();
                request.field_manager = "kubectl-replace".into();
                request.field_validation = field_validation(&self.args).unwrap_or_default();
                match env.ask(request) {
                    Ok(response) => value = response.value().unwrap_or_default(),
                    Err(status) => return Some(options::fail(env, &status.into())),
                }
            }
            if let Err(failure) = report(env, &self.args, &manifest.id(), &value, "replaced", self.dry_run) {
                return Some(options::fail(env, &failure));
            }
        }
        Some(0)
    }
}
