//! `kubectl delete`: asks for the deletion, says so, and waits until the objects are gone.

use super::options::{self, DRY_RUN, DryRun, OUTPUT};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::parts::{self, OBJECTS, Part};
use crate::resource::{self, ALL, ALL_NAMESPACES, Bare, FIELD_SELECTOR, FILES, Named, SELECTOR, Target};
use crate::{Env, ExitCode, Running};
use api::meta::Uid;
use api::objects::Object;
use api::request::{DeleteOptions, Propagation, Request, Verb};
use api::status::{Reason, Status};
use api::time::Time;
use std::collections::VecDeque;

/// How something is deleted; apply and replace take the same for what they delete.
pub const DELETION: &[Flag] = &[
    flag(
        "cascade",
        ' ',
        Takes::Maybe("background"),
        "'background'",
        "Must be \"background\", \"orphan\", or \"foreground\". Selects the deletion cascading strategy for the dependents (e.g. Pods created by a ReplicationController). Defaults to background.",
    ),
    flag(
        "force",
        ' ',
        Takes::Switch,
        "false",
        "If true, immediately remove resources from API and bypass graceful deletion. Note that immediate deletion of some resources may result in inconsistency or data loss and requires confirmation.",
    ),
    flag(
        "grace-period",
        ' ',
        Takes::Number,
        "-1",
        "Period of time in seconds given to the resource to terminate gracefully. Ignored if negative. Set to 1 for immediate shutdown. Can only be set to 0 when --force is true (force deletion).",
    ),
    flag(
        "timeout",
        ' ',
        Takes::Duration,
        "0s",
        "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object",
    ),
];

const FLAGS: &[Flag] = &[
    flag(
        "ignore-not-found",
        ' ',
        Takes::Switch,
        "false",
        "Treat \"resource not found\" as a successful delete. Defaults to \"true\" when --all is specified.",
    ),
    flag("interactive", 'i', Takes::Switch, "false", "If true, delete resource only when user confirms."),
    flag(
        "now",
        ' ',
        Takes::Switch,
        "false",
        "If true, resources are signaled for immediate shutdown (same as --grace-period=1).",
    ),
    flag(
        "raw",
        ' ',
        Takes::Text,
        "''",
        "Raw URI to DELETE to the server.  Uses the transport specified by the kubeconfig file.",
    ),
    flag(
        "wait",
        ' ',
        Takes::Switch,
        "true",
        "If true, wait for resources to be gone before returning. This waits for finalizers.",
    ),
];

/// `kubectl delete`
pub static DELETE: Command = Command {
    name: "delete",
    about: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
    text: "Delete resources by file names, stdin, resources and names, or by resources and label selector.\n\n \
           JSON and YAML formats are accepted. Only one type of argument may be specified: file names, resources and names, or\n\
           resources and label selector.",
    examples: "  # Delete a pod using the type and name specified in pod.json\n  kubectl delete -f ./pod.json\n  \n  \
               # Delete pods and services with label name=myLabel\n  kubectl delete pods,services -l name=myLabel\n  \n  \
               # Delete a pod with minimal delay\n  kubectl delete pod foo --now\n  \n  \
               # Force delete a pod on a dead node\n  kubectl delete pod foo --force",
    usage: "delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]",
    flags: &[FILES, SELECTOR, FIELD_SELECTOR, ALL, ALL_NAMESPACES, DRY_RUN, OUTPUT, DELETION, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let how = How::of(args, env)?;
    for selector in ["selector", "field-selector"] {
        if args.on("all") && !args.text_or_empty(selector).is_empty() {
            return Err(Failure::error(format!("cannot set --all and --{selector} at the same time")));
        }
    }
    match args.text_or_empty("output") {
        "" | "name" => {}
        other => {
            let text = format!("unexpected -o output mode: {other}. We only support '-o name'");
            return Err(Failure::error(text));
        }
    }
    if args.on("interactive") {
        let text = "everynode doesn't simulate delete --interactive; --dry-run=client shows what would be deleted";
        return Err(Failure::error(text));
    }
    if args.has("raw") {
        return Err(Failure::error("everynode doesn't simulate delete --raw"));
    }
    let (targets, mut failures) = resource::targets(args, &args.words, Bare::Refused, env)?;
    let scoped = args.has("namespace") && targets.iter().any(|target| !kind_of(target).namespaced());
    if scoped {
        env.complain("Warning: deleting cluster-scoped resources, not scoped to the provided namespace");
    }
    if how.forced && dry_run == DryRun::None {
        env.complain(
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. \
             The resource may continue to run on the cluster indefinitely.",
        );
    }
    let (mut targets, mut due, mut asked, own) = (VecDeque::from(targets), VecDeque::new(), Vec::new(), args.clone());
    parts::begin(env, move |env| {
        for _ in 0..OBJECTS {
            if due.is_empty() {
                let Some(target) = targets.pop_front() else {
                    Part::done_but_for(&mut failures)?;
                    return how.wait(std::mem::take(&mut asked), &own, dry_run, env);
                };
                match ids(target, env) {
                    Ok(found) => due.extend(found),
                    Err(failure) => failures.push(failure),
                }
            }
            let Some((id, source)) = due.pop_front() else { continue };
            match how.delete(&id, &own, dry_run, env) {
                Ok(uid) => asked.push((id, uid)),
                Err(status) if status.reason == Reason::NotFound && how.ignore_not_found => {}
                Err(status) => failures.push(match &source {
                    Some(file) => Failure::while_doing(&format!("error when deleting {file:?}"), &status),
                    None => status.into(),
                }),
            }
        }
        Ok(Part::More)
    })
}

/// What is to be deleted, and the file that names it.
fn ids(target: Target, env: &mut Env) -> Result<Vec<(Named, Option<String>)>, Failure> {
    match target {
        Target::Named(id) => Ok(vec![(id, None)]),
        Target::File(manifest) => Ok(vec![(manifest.id(), Some(manifest.source))]),
        Target::Every(every) => {
            let listed = env.ask(every.request(Verb::List)).map_err(|status| every.explain(status))?;
            let id = |object: &Object| Named {
                kind: every.kind,
                namespace: object.namespace().to_string(),
                name: object.name().to_string(),
            };
            Ok(listed.items().iter().map(|object| (id(object), None)).collect())
        }
    }
}

fn kind_of(target: &Target) -> api::resource::Kind {
    match target {
        Target::Named(id) => id.kind,
        Target::Every(every) => every.kind,
        Target::File(manifest) => manifest.kind,
    }
}

/// What the flags make of a deletion.
pub struct How {
    grace_period: Option<i64>,
    propagation: Propagation,
    forced: bool,
    ignore_not_found: bool,
}

impl How {
    fn of(args: &Args, env: &mut Env) -> Result<How, Failure> {
        let force = args.on("force");
        let mut grace = args.number("grace-period").filter(|seconds| *seconds >= 0);
        if args.on("now") {
            if grace.is_some() {
                return Err(Failure::error("--now and --grace-period cannot be specified together"));
            }
            grace = Some(1);
        }
        if force && grace.is_some_and(|seconds| seconds > 0) {
            return Err(Failure::error("--force and --grace-period greater than 0 cannot be specified together"));
        }
        if force {
            grace = Some(0);
        } else if grace == Some(0) {
            // Without --force nobody means to lose data.
            grace = Some(1);
        }
        let ignore_not_found = args.switch("ignore-not-found", args.on("all"));
        Ok(How { grace_period: grace, propagation: propagation(args, env)?, forced: force, ignore_not_found })
    }

    /// Goes on once everything has been asked for.
    fn wait(
        &self,
        asked: Vec<(Named, Option<Uid>)>,
        args: &Args,
        dry_run: DryRun,
        env: &mut Env,
    ) -> Result<Part, Failure> {
        if asked.is_empty() && (!self.ignore_not_found || args.on("all")) {
            env.say("No resources found");
        }
        if asked.is_empty() || !args.switch("wait", true) || dry_run != DryRun::None {
            return Ok(Part::Done);
        }
        let timeout = args.seconds("timeout").filter(|seconds| *seconds > 0);
        Ok(Part::Wait(Box::new(Gone::new(asked, timeout, env))))
    }

    /// Asks for the deletion and says so; the uid that is to go, when the server named it.
    fn delete(&self, id: &Named, args: &Args, dry_run: DryRun, env: &mut Env) -> Result<Option<Uid>, Status> {
        let mut uid = None;
        if dry_run != DryRun::Client {
            let mut request = id.request(Verb::Delete);
            request.dry_run = dry_run == DryRun::Server;
            request.delete = DeleteOptions {
                grace_period_seconds: self.grace_period,
                propagation: Some(self.propagation),
                uid: None,
            };
            uid = env.ask(request)?.object().map(|object| object.meta().uid);
        }
        if args.text("output") == Some("name") {
            env.say(&id.title());
        } else {
            say(id, self.forced, dry_run, env);
        }
        Ok(uid)
    }
}

/// `pod "x" deleted from default namespace`
pub fn say(id: &Named, forced: bool, dry_run: DryRun, env: &mut Env) {
    let word = if forced { "force deleted" } else { "deleted" };
    let place = if id.namespace.is_empty() { String::new() } else { format!(" from {} namespace", id.namespace) };
    env.say(&format!("{} \"{}\" {word}{place}{}", id.kind.singular_resource(), id.name, dry_run.suffix()));
}

/// What `--cascade` asks for.
pub fn propagation(args: &Args, env: &mut Env) -> Result<Propagation, Failure> {
    Ok(match args.text("cascade") {
        None | Some("background") => Propagation::Background,
        Some("foreground") => Propagation::Foreground,
        Some("orphan") => Propagation::Orphan,
        Some(old @ ("true" | "false")) => {
            let (new, propagation) = match old {
                "true" => ("background", Propagation::Background),
                _ => ("orphan", Propagation::Orphan),
            };
            env.complain(&format!(
                "warning: --cascade={old} is deprecated (boolean value) and can be replaced with --cascade={new}."
            ));
            propagation
        }
        Some(other) => {
            let text =
                format!("invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\"");
            return Err(Failure::error(text));
        }
    })
}

/// Waits until objects are gone, or replaced by others of the same name.
pub struct Gone {
    left: VecDeque<(Named, Option<Uid>)>,
    deadline: Option<Time>,
}

impl Gone {
    /// Starts to wait, for at most `timeout` seconds.
    pub fn new(left: Vec<(Named, Option<Uid>)>, timeout: Option<i64>, env: &Env) -> Gone {
        Gone { left: left.into(), deadline: timeout.map(|seconds| Time(env.now().0 + seconds)) }
    }

    /// Looks again; `true` once all are gone.
    pub fn look(&mut self, env: &mut Env) -> Result<bool, Failure> {
        while let Some((id, uid)) = self.left.front() {
            let there = match env.client.request(request(id)) {
                Ok(response) => response.object().is_some_and(|object| uid.is_none_or(|uid| object.meta().uid == uid)),
                Err(status) if status.reason == Reason::NotFound => false,
                Err(status) => return Err(status.into()),
            };
            if there {
                if self.deadline.is_some_and(|deadline| env.now() >= deadline) {
                    let text = "timed out waiting for the condition on";
                    return Err(Failure::error(format!("{text} {}/{}", id.kind.plural(), id.name)));
                }
                return Ok(false);
            }
            self.left.pop_front();
        }
        Ok(true)
    }
}

fn request(id: &Named) -> Request {
    id.request(Verb::Get)
}

impl Running for Gone {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        match self.look(env) {
            Ok(true) => Some(0),
            Ok(false) => None,
            Err(failure) => Some(options::fail(env, &failure)),
        }
    }
}
