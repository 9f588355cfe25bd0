//! `kubectl rollout restart`, `pause`, `resume`: small patches of a workload.
//!
//! Models kubectl `pkg/polymorphichelpers/{objectrestarter,objectpauser,objectresumer}.go`, Kubernetes v1.36.

use crate::Env;
use crate::args::Args;
use crate::command::options::{self, DryRun, FIELD_MANAGER, OUTPUT, report};
use crate::command::{Command, Outcome};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info, SELECTOR};
use api::request::{PatchType, Verb};
use api::resource::Kind;
use api::{Value, json};

/// `kubectl rollout restart`
pub static RESTART: Command = Command {
    name: "restart",
    about: "Restart a resource",
    text: "Restart a resource.\n\n        Resource rollout will be restarted.",
    examples: "  # Restart a deployment\n  kubectl rollout restart deployment/nginx\n  \n  \
               # Restart a daemon set\n  kubectl rollout restart daemonset/abc",
    usage: "rollout restart RESOURCE [options]",
    flags: &[FILES, SELECTOR, OUTPUT, FIELD_MANAGER],
    run: Some(|args, env| run(Change::Restart, args, env)),
    ..Command::NONE
};

/// `kubectl rollout pause`
pub static PAUSE: Command = Command {
    name: "pause",
    about: "Mark the provided resource as paused",
    text: "Mark the provided resource as paused.\n\n Paused resources will not be reconciled by a controller. Use \"kubectl \
           rollout resume\" to resume a paused resource.\nCurrently only deployments support being paused.",
    examples: "  # Mark the nginx deployment as paused\n  kubectl rollout pause deployment/nginx",
    usage: "rollout pause RESOURCE [options]",
    run: Some(|args, env| run(Change::Pause, args, env)),
    ..RESTART
};

/// `kubectl rollout resume`
pub static RESUME: Command = Command {
    name: "resume",
    about: "Resume a paused resource",
    text: "Resume a paused resource.\n\n Paused resources will not be reconciled by a controller. By resuming a resource, we \
           allow it to be reconciled again.\nCurrently only deployments support being resumed.",
    examples: "  # Resume an already paused deployment\n  kubectl rollout resume deployment/nginx",
    usage: "rollout resume RESOURCE [options]",
    run: Some(|args, env| run(Change::Resume, args, env)),
    ..RESTART
};

#[derive(Clone, Copy)]
enum Change {
    Restart,
    Pause,
    Resume,
}

fn run(change: Change, args: &Args, env: &mut Env) -> Outcome {
    if args.words.is_empty() && !args.has("filename") {
        return Err(Failure::error("required resource not specified"));
    }
    let (found, mut failures) = resource::find(args, &args.words, Bare::All, env)?;
    if found.is_empty() && failures.is_empty() {
        super::super::get::nothing_found(true, args, env);
    }
    for info in found {
        if let Err(failure) = one(change, &info, args, env) {
            failures.push(failure);
        }
    }
    options::finish(failures)
}

fn one(change: Change, info: &Info, args: &Args, env: &mut Env) -> Result<(), Failure> {
    let (word, patch) = match change {
        Change::Restart => ("restarted", restart(info, env)?),
        Change::Pause => ("paused", pause(info)?),
        Change::Resume => ("resumed", resume(info)?),
    };
    let request = info.id.request(Verb::Patch);
    let mut request = options::write(request, args, DryRun::None, "kubectl-rollout").with_json(patch);
    request.patch_type = Some(PatchType::Strategic);
    let value = env.ask(request)?.value().unwrap_or_else(|| info.value.clone());
    report(env, args, &info.id, &value, word, DryRun::None)
}

/// `daemonsets.apps "x" WHAT`
fn refusal(info: &Info, what: &str) -> Failure {
    Failure::error(format!("{} {:?} {what}", info.id.kind.resource(), info.id.name))
}

fn restart(info: &Info, env: &Env) -> Result<Value, Failure> {
    if !super::keeps_history(info.id.kind) {
        return Err(refusal(info, "restarting is not supported"));
    }
    if info.value["spec"]["paused"] == true {
        return Err(refusal(info, "can't restart paused deployment (run rollout resume first)"));
    }
    let (key, now) = ("kubectl.kubernetes.io/restartedAt", env.now().to_string());
    let template = &info.value["spec"]["template"];
    if template["metadata"]["annotations"][key] == now {
        return Err(Failure::error(format!(
            "failed to create patch for {}: if restart has already been triggered within the past second, please wait \
             before attempting to trigger another",
            info.id.name
        )));
    }
    Ok(json!({"spec": {"template": {"metadata": {"annotations": {key: now}}}}}))
}

fn pause(info: &Info) -> Result<Value, Failure> {
    match (info.id.kind, &info.value["spec"]["paused"]) {
        (Kind::DEPLOYMENT, Value::Bool(true)) => Err(refusal(info, "is already paused")),
        (Kind::DEPLOYMENT, _) => Ok(json!({"spec": {"paused": true}})),
        _ => Err(refusal(info, "pausing is not supported")),
    }
}

fn resume(info: &Info) -> Result<Value, Failure> {
    match (info.id.kind, &info.value["spec"]["paused"]) {
        (Kind::DEPLOYMENT, Value::Bool(true)) => Ok(json!({"spec": {"paused": null}})),
        (Kind::DEPLOYMENT, _) => Err(refusal(info, "is not paused")),
        _ => Err(refusal(info, "resuming is not supported")),
    }
}
