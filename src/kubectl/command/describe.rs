//! `kubectl describe`: finds the objects; how each kind is described is the business of [`crate::describe`].
//!
//! Events are shown for a single object that was named exactly; `--show-events` overrules that either way.
//!
//! Models kubectl `pkg/cmd/describe/describe.go`, Kubernetes v1.36.

use super::get::nothing_found;
use super::options;
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::describe::related::Server;
use crate::error::Failure;
use crate::parts::{self, Part};
use crate::resource::{self, ALL_NAMESPACES, Bare, Every, FILES, Info, Named, SELECTOR, Search, Target};
use crate::{Env, Progress};
use api::request::Verb;
use std::mem::take;

const FLAGS: &[Flag] = &[
    flag(
        "chunk-size",
        ' ',
        Takes::Number,
        "500",
        "Return large lists in chunks rather than all at once. Pass 0 to disable.",
    ),
    flag("show-events", ' ', Takes::Switch, "true", "If true, display events related to the described object."),
];

/// How many objects are described in one part: what belongs to each is looked for among all Pods or Events.
const AT_ONCE: usize = 4;

/// `kubectl describe`
pub static DESCRIBE: Command = Command {
    name: "describe",
    about: "Show details of a specific resource or group of resources",
    text: "Show details of a specific resource or group of resources.\n\n Print a detailed description of the selected resources, \
           including related resources such as events or controllers. You\nmay select a single object by name, all objects of \
           that type, provide a name prefix, or label selector.",
    examples: "  # Describe a node\n  kubectl describe nodes kubernetes-node-emt8.c.myproject.internal\n  \n  \
               # Describe a pod\n  kubectl describe pods/nginx\n  \n  # Describe all pods\n  kubectl describe pods\n  \n  \
               # Describe pods by label name=myLabel\n  kubectl describe pods -l name=myLabel",
    usage: "describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]",
    flags: &[FILES, SELECTOR, ALL_NAMESPACES, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    if args.words.is_empty() && !args.has("filename") {
        return Err(Failure::error(
            "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of \
             supported resources.",
        ));
    }
    let (targets, mut failures) = resource::targets(args, &args.words, Bare::All, env)?;
    let prefix = match targets.as_slice() {
        [Target::Named(id)] => Some(id.clone()),
        _ => None,
    };
    let namespaced = !args.on("all-namespaces") && targets.iter().all(namespaced);
    if let Some(id) = &prefix {
        let (infos, missing) = resource::fetch(targets, env);
        return match missing.is_empty() {
            true => describing(infos, None, failures, args, env),
            false => with_prefix(id, missing, args, env),
        };
    }
    let (mut search, mut found, own) = (Search::new(targets), Vec::new(), args.clone());
    parts::begin(env, move |env| {
        // Whether there is one alone must be known before the first is described.
        match search.next(env) {
            Some(Ok(infos)) => found.extend(infos),
            Some(Err(failure)) => failures.push(failure),
            None => {
                let nothing = Some(namespaced).filter(|_| failures.is_empty());
                return Ok(match describing(take(&mut found), nothing, take(&mut failures), &own, env)? {
                    Progress::Running(running) => Part::Wait(running),
                    _ => Part::Done,
                });
            }
        }
        Ok(Part::More)
    })
}

/// Describes one after the other; `nothing` says that there being none is told, and whether of a namespace.
fn describing(
    infos: Vec<Info>,
    nothing: Option<bool>,
    mut failures: Vec<Failure>,
    args: &Args,
    env: &mut Env,
) -> Outcome {
    if let (true, Some(namespaced)) = (infos.is_empty(), nothing) {
        nothing_found(namespaced, args, env);
    }
    let show_events = args.switch("show-events", infos.len() == 1);
    let mut infos = infos.into_iter().enumerate();
    parts::begin(env, move |env| {
        for (index, info) in infos.by_ref().take(AT_ONCE) {
            if index > 0 {
                env.put("\n\n");
            }
            let text = describe(&info, show_events, env);
            env.put(&text);
        }
        if infos.len() > 0 {
            return Ok(Part::More);
        }
        Part::done_but_for(&mut failures)
    })
}

/// No object has this very name: those whose names begin with it are meant.
fn with_prefix(id: &Named, missing: Vec<Failure>, args: &Args, env: &mut Env) -> Outcome {
    let every = Every { kind: id.kind, namespace: id.namespace.clone(), labels: String::new(), fields: String::new() };
    let listed = env.ask(every.request(Verb::List))?.items();
    let meant = listed.iter().filter(|object| object.name().starts_with(&id.name));
    let infos: Vec<Info> = meant.map(|object| Info::of(object.to_value(), id.kind)).collect();
    if infos.is_empty() {
        return options::finish(missing);
    }
    let show_events = args.switch("show-events", false);
    for info in &infos {
        let text = describe(info, show_events, env);
        env.put(&text);
        env.put("\n");
    }
    Ok(Progress::Done(0))
}

fn namespaced(target: &Target) -> bool {
    match target {
        Target::Named(id) => id.kind.namespaced(),
        Target::Every(every) => every.kind.namespaced(),
        Target::File(manifest) => manifest.kind.namespaced(),
    }
}

fn describe(info: &Info, show_events: bool, env: &mut Env) -> String {
    crate::describe::object(info.id.kind, &info.value, show_events, &mut Server(env.client))
}
