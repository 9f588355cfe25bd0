//! `kubectl cordon` and `kubectl uncordon`: whether new Pods may be placed on a node.
//!
//! Only `spec.unschedulable` is set; the taint that follows from it is a controller's work.

use super::options::{DRY_RUN, DryRun};
use super::{Command, Outcome};
use crate::Env;
use crate::args::Args;
use crate::error::Failure;
use crate::parts::{self, OBJECTS, Part};
use crate::resource::{Gathering, Info, SELECTOR};
use api::json;
use api::meta::selector::LabelSelector;
use api::request::{PatchType, Verb};

/// `kubectl cordon`
pub static CORDON: Command = Command {
    name: "cordon",
    about: "Mark node as unschedulable",
    text: "Mark node as unschedulable.",
    examples: "  # Mark node \"foo\" as unschedulable\n  kubectl cordon foo",
    usage: "cordon NODE [options]",
    flags: &[SELECTOR, DRY_RUN],
    run: Some(|args, env| run(true, args, env)),
    ..Command::NONE
};

/// `kubectl uncordon`
pub static UNCORDON: Command = Command {
    name: "uncordon",
    about: "Mark node as schedulable",
    text: "Mark node as schedulable.",
    examples: "  # Mark node \"foo\" as schedulable\n  kubectl uncordon foo",
    usage: "uncordon NODE [options]",
    run: Some(|args, env| run(false, args, env)),
    ..CORDON
};

fn run(cordon: bool, args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let nodes = nodes(if cordon { "cordon" } else { "uncordon" }, args, env)?;
    set_all(nodes, cordon, dry_run, env, |_| Part::Done)
}

/// Sets the flag on all nodes; then something else may follow, which gets their names.
pub fn set_all(
    mut nodes: Gathering,
    cordon: bool,
    dry_run: DryRun,
    env: &mut Env,
    mut then: impl FnMut(Vec<String>) -> Part + 'static,
) -> Outcome {
    let (mut found, mut names) = (None, Vec::new());
    parts::begin(env, move |env| {
        if found.is_none() {
            found = nodes.go_on(env)?.map(Vec::into_iter);
        }
        let Some(nodes) = &mut found else { return Ok(Part::More) };
        for node in nodes.by_ref().take(OBJECTS) {
            set(&node, cordon, dry_run, env)?;
            names.push(node.id.name);
        }
        Ok(if nodes.len() > 0 { Part::More } else { then(std::mem::take(&mut names)) })
    })
}

/// The nodes that the words or `-l` name.
pub fn nodes(verb: &str, args: &Args, env: &mut Env) -> Result<Gathering, Failure> {
    if args.words.is_empty() && !args.has("selector") {
        return Err(Failure::usage(&format!("kubectl {verb}"), format!("USAGE: {verb} NODE [flags]")));
    }
    if !args.words.is_empty() && args.has("selector") {
        let text = "cannot specify both a node name and a --selector option";
        return Err(Failure::usage(&format!("kubectl {verb}"), text));
    }
    if !args.text_or_empty("pod-selector").is_empty()
        && LabelSelector::parse(args.text_or_empty("pod-selector")).is_err()
    {
        return Err(Failure::error("--pod-selector=<pod_selector> must be a valid label selector"));
    }
    let names = args.words.iter().map(|word| {
        let name = ["node/", "nodes/", "no/"].iter().find_map(|prefix| word.strip_prefix(prefix));
        name.unwrap_or(word).to_string()
    });
    let words: Vec<String> = std::iter::once("nodes".to_string()).chain(names).collect();
    Gathering::of(args, &words, env)
}

/// Sets the flag on a node and says so.
fn set(node: &Info, cordon: bool, dry_run: DryRun, env: &mut Env) -> Result<(), Failure> {
    let word = if cordon { "cordoned" } else { "uncordoned" };
    let title = node.id.title();
    if (node.value["spec"]["unschedulable"] == true) == cordon {
        env.say(&format!("{title} already {word}{}", dry_run.suffix()));
        return Ok(());
    }
    if dry_run != DryRun::Client {
        let value = if cordon { json!(true) } else { json!(null) };
        let mut request = node.id.request(Verb::Patch).with_json(json!({"spec": {"unschedulable": value}}));
        request.patch_type = Some(PatchType::Strategic);
        request.dry_run = dry_run == DryRun::Server;
        env.ask(request)?;
    }
    env.say(&format!("{title} {word}{}", dry_run.suffix()));
    Ok(())
}
