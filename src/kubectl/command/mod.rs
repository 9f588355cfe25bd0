//! The verbs: which there are, and how a line finds its own.
//!
//! One verb is one file with its flags, its help and its run. [`ROOT`] lists them in the order of the main help, which is
//! also the order of suggestions for a mistyped one.

pub mod apply;
mod auth;
pub mod config;
pub mod container;
pub mod cordon;
pub mod create;
pub mod delete;
pub mod describe;
pub mod diff;
pub mod discovery;
pub mod drain;
mod dump;
pub mod edit;
pub mod events;
pub mod exec;
mod explain;
pub mod expose;
pub mod generate;
pub mod get;
pub mod help;
pub mod label;
mod last_applied;
pub mod options;
pub mod patch;
pub mod raw;
mod replace;
pub mod rollout;
pub mod scale;
mod server_side;
pub mod set;
pub mod taint;
pub mod top;
mod unsimulated;
pub mod wait;

use crate::args::{self, Args, Flag, GLOBAL, Takes};
use crate::error::Failure;
use crate::{Env, Progress, print};

/// What running a verb comes to.
pub type Outcome = Result<Progress, Failure>;

/// A verb, or a group of them.
pub struct Command {
    /// As typed.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// One line of the list of commands.
    pub about: &'static str,
    /// What help says first.
    pub text: &'static str,
    /// The examples of help; empty for none.
    pub examples: &'static str,
    /// What follows `kubectl` in the usage line.
    pub usage: &'static str,
    /// Tables of flags, beside the global ones.
    pub flags: &'static [&'static [Flag]],
    /// Flags that must be given.
    pub required: &'static [&'static str],
    /// What it does; a group of verbs does nothing by itself.
    pub run: Option<fn(&Args, &mut Env) -> Outcome>,
    /// It refuses whatever its flags say, so none of them is an error.
    pub takes_anything: bool,
    /// The verbs below it.
    pub commands: &'static [&'static Command],
}

impl Command {
    /// A verb with nothing set: the base of every table entry.
    pub const NONE: Command = Command {
        name: "",
        aliases: &[],
        about: "",
        text: "",
        examples: "",
        usage: "",
        flags: &[],
        required: &[],
        run: None,
        takes_anything: false,
        commands: &[],
    };

    /// The verb below this one that `word` names.
    pub fn below(&self, word: &str) -> Option<&'static Command> {
        self.commands.iter().copied().find(|command| command.name == word || command.aliases.contains(&word))
    }
}

/// `kubectl` itself.
pub static ROOT: Command = Command {
    name: "kubectl",
    commands: &[
        &create::CREATE,
        &expose::EXPOSE,
        &generate::RUN,
        &set::SET,
        &explain::EXPLAIN,
        &get::GET,
        &edit::EDIT,
        &delete::DELETE,
        &rollout::ROLLOUT,
        &scale::SCALE,
        &expose::AUTOSCALE,
        &unsimulated::CERTIFICATE,
        &discovery::CLUSTER_INFO,
        &top::TOP,
        &cordon::CORDON,
        &cordon::UNCORDON,
        &drain::DRAIN,
        &taint::TAINT,
        &describe::DESCRIBE,
        &container::LOGS,
        &unsimulated::ATTACH,
        &exec::EXEC,
        &unsimulated::PORT_FORWARD,
        &unsimulated::PROXY,
        &unsimulated::CP,
        &auth::AUTH,
        &unsimulated::DEBUG,
        &events::EVENTS,
        &diff::DIFF,
        &apply::APPLY,
        &patch::PATCH,
        &replace::REPLACE,
        &wait::WAIT,
        &unsimulated::KUSTOMIZE,
        &label::LABEL,
        &label::ANNOTATE,
        &unsimulated::COMPLETION,
        &discovery::API_RESOURCES,
        &discovery::API_VERSIONS,
        &config::CONFIG,
        &unsimulated::KUBERC,
        &unsimulated::PLUGIN,
        &discovery::VERSIONS,
    ],
    ..Command::NONE
};

/// Finds the verb, reads its flags, runs it, and prints what went wrong.
pub fn dispatch(words: &[String], env: &mut Env) -> Progress {
    match start(words, env) {
        Ok(progress) => progress,
        Err(failure) => Progress::Done(options::fail(env, &failure)),
    }
}

fn start(words: &[String], env: &mut Env) -> Outcome {
    let mut words = words.to_vec();
    if words.first().is_some_and(|word| word == "help") {
        words.remove(0);
        if words.first().is_some_and(|word| !word.starts_with('-') && word != "help" && ROOT.below(word).is_none()) {
            env.out.write(crate::Stream::Err, &help::unknown_topic(&words));
            return Ok(Progress::Done(0));
        }
        words.push("--help".into());
    }
    if words.first().is_some_and(|word| word == "options") {
        env.put(&help::global());
        return Ok(Progress::Done(0));
    }
    let (command, path) = find(&mut words);
    let mut args = match args::parse(&words, &[command.flags, &[GLOBAL]].concat()) {
        Err(_) if command.takes_anything => Args::default(),
        // diff's 1 means that there is a difference.
        Err(text) if command.name == diff::DIFF.name => {
            return Err(Failure { code: 2, ..Failure::usage(&path, text) });
        }
        read => read.map_err(|text| Failure::flag(&path, text))?,
    };
    if args.on("help") {
        env.put(&help::of(command, &path));
        return Ok(Progress::Done(0));
    }
    let missing: Vec<String> =
        command.required.iter().filter(|flag| !args.has(flag)).map(|flag| format!("{flag:?}")).collect();
    if !missing.is_empty() {
        return Err(Failure::error(format!("required flag(s) {} not set", missing.join(", "))));
    }
    if args.has("output") || args.has("template") {
        let (format, template) = (args.text_or_empty("output"), args.text("template"));
        let format = print::with_template_read(format, template, |path| env.files.read(path));
        args.set("output", &format.map_err(Failure::error)?);
        options::check_output(command, &args)?;
    }
    env.owners = options::asks_for_owners(&args);
    if args.has("kustomize") {
        let text = "everynode doesn't simulate kustomizations; apply the files with kubectl apply -f";
        return Err(Failure::error(text));
    }
    if let Some(name) = args.text("context") {
        return in_context(name, command, &path, &args, env);
    }
    run(command, &path, &args, env)
}

fn run(command: &Command, path: &str, args: &Args, env: &mut Env) -> Outcome {
    match (command.run, args.words.first()) {
        (Some(run), _) => run(args, env),
        (None, Some(word)) if command.name == ROOT.name => Err(unknown(word)),
        (None, Some(word)) => Err(Failure::usage(path, format!("unknown command {word:?}"))),
        (None, None) => {
            env.put(&help::of(command, path));
            Ok(Progress::Done(u8::from(command.name != ROOT.name)))
        }
    }
}

/// Runs a command with another context than the current one; only the namespace of contexts matters here.
fn in_context(name: &str, command: &Command, path: &str, args: &Args, env: &mut Env) -> Outcome {
    let Some(context) = env.config.contexts.iter().find(|context| context.name == name) else {
        return Err(Failure::error(format!("context {name:?} does not exist")));
    };
    let elsewhere = env.config.clusters.contains(&context.cluster) && context.cluster != env.config.cluster();
    if elsewhere {
        let text = "everynode speaks to one cluster at a time; first enter kubectl config use-context";
        return Err(Failure::error(format!("{text} {name}")));
    }
    let mut args = args.clone();
    if !args.has("namespace") {
        let namespace = if context.namespace.is_empty() { "default" } else { &context.namespace };
        let namespace = namespace.to_string();
        args.set("namespace", &namespace);
    }
    run(command, path, &args, env)
}

/// Follows the words down from [`ROOT`] as far as they name verbs, and takes those words out.
fn find(words: &mut Vec<String>) -> (&'static Command, String) {
    let (mut command, mut path): (&'static Command, String) = (&ROOT, ROOT.name.into());
    let mut at = 0;
    while at < words.len() && words[at] != "--" {
        if words[at].len() > 1 && words[at].starts_with('-') {
            at += if takes_next(&words[at], command) { 2 } else { 1 };
            continue;
        }
        let Some(below) = command.below(&words[at]) else { break };
        words.remove(at);
        command = below;
        path = format!("{path} {}", below.name);
    }
    (command, path)
}

/// Whether the word after a flag is its value.
fn takes_next(word: &str, command: &Command) -> bool {
    let tables = [command.flags, &[GLOBAL]].concat();
    let flag = tables.iter().flat_map(|table| table.iter()).find(|flag| match word.strip_prefix("--") {
        Some(long) => flag.name == long,
        None => word.chars().nth(1) == Some(flag.short) && word.chars().count() == 2,
    });
    flag.is_some_and(|flag| !matches!(flag.takes, Takes::Switch | Takes::Maybe(_)))
}

/// `error: unknown command "gte" for "kubectl"`, with what may have been meant.
fn unknown(word: &str) -> Failure {
    let similar = |command: &&&Command| {
        let (name, word) = (command.name.to_ascii_lowercase(), word.to_ascii_lowercase());
        name.starts_with(&word) || distance(&name, &word) <= 2
    };
    let meant: Vec<String> =
        ROOT.commands.iter().filter(similar).map(|command| format!("\n\t{}", command.name)).collect();
    let mut text = format!("unknown command {word:?} for \"kubectl\"");
    if !meant.is_empty() {
        text.push_str("\n\nDid you mean this?");
        text.push_str(&meant.concat());
    }
    Failure::error(text)
}

/// How many letters must be put in, taken out or replaced to get from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests;
