//! What Tab offers after `kubectl`: commands, flags, what a flag takes, kinds, names, containers.
//!
//! The words typed so far are followed down the table of verbs as [`command`](crate::command) does it; the verb then says
//! what its words are ([`wants`]), a flag's help what its values are. Nothing is asked of the server: who looks gets a
//! [`Sight`] of the objects, so pressing Tab can't change anything.
//!
//! Models kubectl `pkg/util/completion/completion.go` and cobra's `completions.go`, Kubernetes v1.36.

use crate::Config;
use crate::args::{Flag, GLOBAL, Takes};
use crate::command::{Command, ROOT};
use api::objects::Object;
use api::resource::Kind;
use api::schema::Type;
use api::sort;

/// What completion may look at.
pub struct Sight<'a> {
    /// Contexts and the current namespace.
    pub config: &'a Config,
    /// Every object of a kind.
    pub objects: &'a dyn Fn(Kind) -> Vec<Object>,
}

/// A word that could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// With what follows it: a space, or nothing where more of the same word may come (`daemonset/`).
    pub text: String,
    /// What it is, where its name doesn't say it.
    pub about: &'static str,
}

/// What could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// These.
    Words(Vec<Candidate>),
    /// Directories, and files with one of these endings; any file if there are none.
    Files(&'static [&'static str]),
}

/// The endings of `-f`'s files.
const MANIFESTS: &[&str] = &["json", "yaml", "yml"];

/// Kinds whose Pods come from a template.
const TEMPLATED: &[Kind] =
    &[Kind::DAEMON_SET, Kind::DEPLOYMENT, Kind::STATEFUL_SET, Kind::REPLICA_SET, Kind::REPLICATION_CONTROLLER];
/// What stands for one of its Pods: `logs ds/x`.
const WITH_PODS: &[Kind] =
    &[Kind::DAEMON_SET, Kind::DEPLOYMENT, Kind::POD, Kind::JOB, Kind::REPLICA_SET, Kind::SERVICE, Kind::STATEFUL_SET];
const ROLLED_OUT: &[Kind] = &[Kind::DAEMON_SET, Kind::DEPLOYMENT, Kind::STATEFUL_SET];
const SCALED: &[Kind] = &[Kind::DEPLOYMENT, Kind::REPLICA_SET, Kind::STATEFUL_SET, Kind::REPLICATION_CONTROLLER];
const EXPOSED: &[Kind] = &[Kind::DEPLOYMENT, Kind::POD, Kind::REPLICA_SET, Kind::REPLICATION_CONTROLLER, Kind::SERVICE];

impl Candidate {
    /// A whole word.
    pub fn word(text: &str) -> Candidate {
        Candidate { text: format!("{text} "), about: "" }
    }

    /// A word that goes on.
    pub fn part(text: String) -> Candidate {
        Candidate { text, about: "" }
    }
}

/// What could stand for `typed`, after `words`; all of it, for the caller to choose what begins as `typed` does.
pub fn complete(words: &[String], typed: &str, sight: &Sight) -> Offer {
    let line = Line::read(words);
    if line.dashed {
        return Offer::Words(Vec::new());
    }
    if let Some(flag) = line.open {
        return value_of(flag, "", &line, sight);
    }
    if let Some((name, _)) = typed.split_once('=').filter(|_| typed.starts_with("--")) {
        let known = line.command.flag(&name[2..]);
        return known.map_or(Offer::Words(Vec::new()), |flag| value_of(flag, &format!("{name}="), &line, sight));
    }
    Offer::Words(if typed.starts_with('-') { flags(&line) } else { line.words(typed, sight) })
}

/// The words before the cursor, sorted out.
struct Line<'a> {
    command: &'static Command,
    /// Names of the verb and those above it: `rollout status`.
    path: Vec<&'static str>,
    /// What is neither verb nor flag.
    plain: Vec<&'a str>,
    given: Vec<&'static str>,
    /// `-n`, or empty.
    namespace: &'a str,
    /// The last word is a flag that waits for its value.
    open: Option<&'static Flag>,
    /// `--` has been typed: what follows is another command's.
    dashed: bool,
}

impl Command {
    fn flag(&self, long: &str) -> Option<&'static Flag> {
        let tables = self.flags.iter().copied().chain([GLOBAL]);
        tables.flat_map(|table| table.iter()).find(|flag| flag.name == long)
    }

    /// The flag of a word, and its value if that is part of the word.
    fn flag_of<'a>(&self, word: &'a str) -> Option<(&'static Flag, Option<&'a str>)> {
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            return Some((self.flag(name)?, value));
        }
        let letter = word.chars().nth(1)?;
        let tables = self.flags.iter().copied().chain([GLOBAL]);
        let flag = tables.flat_map(|table| table.iter()).find(|flag| flag.short == letter)?;
        let after = &word[1 + letter.len_utf8()..];
        Some((flag, (!after.is_empty()).then_some(after.strip_prefix('=').unwrap_or(after))))
    }
}

impl<'a> Line<'a> {
    fn read(words: &'a [String]) -> Line<'a> {
        let mut line = Line {
            command: &ROOT,
            path: Vec::new(),
            plain: Vec::new(),
            given: Vec::new(),
            namespace: "",
            open: None,
            dashed: false,
        };
        for word in words {
            line.take(word);
        }
        line
    }

    fn take(&mut self, word: &'a str) {
        if let Some(flag) = self.open.take() {
            self.give(flag, Some(word));
        } else if word == "--" {
            self.dashed = true;
        } else if word.len() > 1 && word.starts_with('-') {
            match self.command.flag_of(word) {
                Some((flag, None)) if !matches!(flag.takes, Takes::Switch | Takes::Maybe(_)) => self.open = Some(flag),
                Some((flag, value)) => self.give(flag, value),
                None => {}
            }
        } else if let Some(below) = self.command.below(word).filter(|_| self.plain.is_empty()) {
            self.command = below;
            self.path.push(below.name);
        } else {
            self.plain.push(word);
        }
    }

    fn give(&mut self, flag: &'static Flag, value: Option<&'a str>) {
        if !matches!(flag.takes, Takes::List | Takes::Repeat) {
            self.given.push(flag.name);
        }
        if flag.name == "namespace" {
            self.namespace = value.unwrap_or_default();
        }
    }

    /// What could stand where a word that is no flag stands.
    fn words(&self, typed: &str, sight: &Sight) -> Vec<Candidate> {
        if self.plain.is_empty() && !self.command.commands.is_empty() {
            return commands(self.command);
        }
        match wants(&self.path) {
            Wants::Nothing => Vec::new(),
            Wants::Kinds(kinds) => self.kinds_or_names(kinds, typed, sight),
            Wants::Taint if self.plain.is_empty() => vec![Candidate::word("node")],
            Wants::Taint if self.plain.len() == 1 => self.names(Kind::NODE, "", sight),
            Wants::Taint => Vec::new(),
            Wants::Names(kind) => self.names(kind, "", sight),
            Wants::Image => match self.plain.as_slice() {
                [] if typed.contains('/') => self.kinds_or_names(TEMPLATED, typed, sight),
                [] => {
                    let kinds = [Kind::POD, Kind::CRON_JOB].iter().chain(TEMPLATED);
                    kinds.map(|kind| Candidate::word(kind.plural())).collect()
                }
                [one] if !one.contains('/') => self.kinds_or_names(TEMPLATED, typed, sight),
                [one] => self.containers_of(one.split_once('/'), "=", sight),
                [kind, name, ..] => self.containers_of(Some((kind, name)), "=", sight),
            },
            Wants::Pod => match self.plain.first() {
                None if typed.contains('/') => self.kinds_or_names(WITH_PODS, typed, sight),
                None => {
                    let kinds = if self.path == ["debug"] { &[] } else { WITH_PODS };
                    let groups = kinds.iter().map(|kind| Candidate::part(format!("{}/", kind.plural())));
                    self.names(Kind::POD, "", sight).into_iter().chain(groups).collect()
                }
                Some(_) if self.path == ["logs"] => self.containers(sight),
                Some(_) => Vec::new(),
            },
            Wants::Field => self.field(typed),
            Wants::Context => sight.config.contexts.iter().map(|context| Candidate::word(&context.name)).collect(),
            Wants::Verb if self.plain.is_empty() => VERBS.iter().copied().map(Candidate::word).collect(),
            Wants::Verb if self.plain.len() == 1 => kinds(&[], typed),
            Wants::Verb => Vec::new(),
        }
    }

    /// `ds`, `ds,po`, then names; or `ds/x ds/y`. Without kinds, all of them.
    fn kinds_or_names(&self, kinds: &[Kind], typed: &str, sight: &Sight) -> Vec<Candidate> {
        if let Some((word, _)) = typed.split_once('/') {
            return Kind::of_word(word).map_or_else(Vec::new, |kind| self.names(kind, &format!("{word}/"), sight));
        }
        if let Some(first) = self.plain.iter().find(|word| **word != "all") {
            // After `ds/x` another such pair follows, after `ds x` another name.
            return match Kind::of_word(first.split(',').next_back().unwrap_or(first)) {
                Some(kind) => self.names(kind, "", sight),
                None => Vec::new(),
            };
        }
        self::kinds(kinds, typed)
    }

    /// The names of a kind's objects that aren't in the line yet.
    fn names(&self, kind: Kind, before: &str, sight: &Sight) -> Vec<Candidate> {
        let namespace = if self.namespace.is_empty() { sight.config.namespace() } else { self.namespace };
        let mut names: Vec<String> = (sight.objects)(kind)
            .iter()
            .filter(|object| !kind.namespaced() || *object.namespace() == *namespace)
            .map(|object| format!("{before}{}", object.name()))
            .filter(|name| !self.plain.contains(&name.as_str()))
            .collect();
        sort::ascending(&mut names);
        names.iter().map(|name| Candidate::word(name)).collect()
    }

    /// The containers of the Pod the line names.
    fn containers(&self, sight: &Sight) -> Vec<Candidate> {
        let named = self.plain.first().map(|word| word.split_once('/').unwrap_or(("pod", word)));
        self.containers_of(named, " ", sight)
    }

    fn containers_of(&self, object: Option<(&str, &str)>, after: &str, sight: &Sight) -> Vec<Candidate> {
        let Some((Some(kind), name)) = object.map(|(kind, name)| (Kind::of_word(kind), name)) else {
            return Vec::new();
        };
        let namespace = if self.namespace.is_empty() { sight.config.namespace() } else { self.namespace };
        let objects = (sight.objects)(kind);
        let found = objects.iter().find(|object| *object.name() == *name && *object.namespace() == *namespace);
        let Some(value) = found.map(Object::to_value) else { return Vec::new() };
        let spec = if kind == Kind::POD { &value["spec"] } else { &value["spec"]["template"]["spec"] };
        let of = |list: &str| spec[list].as_array().cloned().unwrap_or_default();
        let all = of("containers").into_iter().chain(of("initContainers"));
        all.filter_map(|container| Some(Candidate::part(format!("{}{after}", container["name"].as_str()?)))).collect()
    }

    /// `explain`'s word: a kind, then a field after each dot.
    fn field(&self, typed: &str) -> Vec<Candidate> {
        if !self.plain.is_empty() {
            return Vec::new();
        }
        let Some((path, _)) = typed.rsplit_once('.') else {
            return Kind::all().map(|kind| Candidate::part(format!("{} ", kind.plural()))).collect();
        };
        let mut words = path.split('.');
        let mut ty = words.next().and_then(Kind::of_word).and_then(Type::of);
        for word in words {
            ty = ty.map(innermost).and_then(|ty| ty.field(word)).map(|field| field.ty);
        }
        let fields = ty.map(innermost).map(Type::fields).unwrap_or_default();
        fields.iter().map(|field| Candidate::part(format!("{path}.{}", field.name))).collect()
    }
}

/// Kinds as the server lists them, also after a comma; a verb that knows only some calls them by their short singular.
fn kinds(some: &[Kind], typed: &str) -> Vec<Candidate> {
    let before = typed.rfind(',').map_or("", |at| &typed[..=at]);
    match some {
        [] => Kind::all().map(|kind| Candidate::word(&format!("{before}{}", kind.resource()))).collect(),
        some => some.iter().map(|kind| Candidate::word(&format!("{before}{}", kind.info().singular))).collect(),
    }
}

/// What a list or map holds, down to what is neither.
fn innermost(mut ty: Type) -> Type {
    while let Some(item) = ty.item() {
        ty = item;
    }
    ty
}

/// What the words of a verb are.
enum Wants {
    Nothing,
    /// `TYPE NAME…` or `TYPE/NAME…`, of these kinds; of any kind if there are none.
    Kinds(&'static [Kind]),
    Names(Kind),
    Taint,
    /// A workload, then `CONTAINER=IMAGE`.
    Image,
    /// A Pod, or something that has some.
    Pod,
    /// A path of the schema.
    Field,
    Context,
    /// A verb of the API, then a kind.
    Verb,
}

/// Verbs of the API, for `auth can-i`.
const VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

fn wants(path: &[&str]) -> Wants {
    match path {
        ["get" | "describe" | "delete" | "edit" | "label" | "annotate" | "patch" | "wait"] => Wants::Kinds(&[]),
        ["rollout", "pause" | "resume"] => Wants::Kinds(&[Kind::DEPLOYMENT]),
        ["rollout", _] => Wants::Kinds(ROLLED_OUT),
        ["set", "image"] => Wants::Image,
        ["set", _] => Wants::Kinds(TEMPLATED),
        ["scale" | "autoscale"] => Wants::Kinds(SCALED),
        ["expose"] => Wants::Kinds(EXPOSED),
        ["cordon" | "uncordon" | "drain"] | ["top", "node"] => Wants::Names(Kind::NODE),
        ["top", "pod"] => Wants::Names(Kind::POD),
        ["taint"] => Wants::Taint,
        ["logs" | "exec" | "attach" | "port-forward" | "debug"] => Wants::Pod,
        ["explain"] => Wants::Field,
        ["config", "use-context" | "set-context" | "delete-context" | "rename-context"] => Wants::Context,
        ["auth", "can-i"] => Wants::Verb,
        _ => Wants::Nothing,
    }
}

fn commands(group: &'static Command) -> Vec<Candidate> {
    let below =
        group.commands.iter().map(|command| Candidate { about: command.about, ..Candidate::word(command.name) });
    let own = [("help", "Help about any command"), ("options", "Print the list of flags inherited by all commands")];
    let own = own.into_iter().filter(|_| group.name == ROOT.name);
    below.chain(own.map(|(name, about)| Candidate { about, ..Candidate::word(name) })).collect()
}

/// The flags that may still be given; a short form is offered beside its long one.
fn flags(line: &Line) -> Vec<Candidate> {
    let tables = line.command.flags.iter().copied().chain([GLOBAL]);
    let mut out = Vec::new();
    for flag in tables.flat_map(|table| table.iter()).filter(|flag| !line.given.contains(&flag.name)) {
        out.push(Candidate { about: flag.help, ..Candidate::word(&format!("--{}", flag.name)) });
        if flag.short != ' ' {
            out.push(Candidate { about: flag.help, ..Candidate::word(&format!("-{}", flag.short)) });
        }
    }
    out
}

/// What a flag takes, each with `before` in front.
fn value_of(flag: &'static Flag, before: &str, line: &Line, sight: &Sight) -> Offer {
    let words: Vec<Candidate> = match flag.name {
        "filename" | "patch-file" | "kubeconfig" => {
            return Offer::Files(if flag.name == "filename" { MANIFESTS } else { &[] });
        }
        "namespace" => line.names(Kind::NAMESPACE, "", sight),
        "context" => sight.config.contexts.iter().map(|context| Candidate::word(&context.name)).collect(),
        "cluster" => sight.config.contexts.iter().map(|context| Candidate::word(&context.cluster)).collect(),
        "user" => sight.config.contexts.iter().map(|context| Candidate::word(&context.user)).collect(),
        "container" => line.containers(sight),
        "for" if line.path == ["wait"] => {
            vec![
                Candidate::part("condition=".into()),
                Candidate::word("create"),
                Candidate::word("delete"),
                Candidate::part("jsonpath=".into()),
            ]
        }
        _ => values_in(flag.help)
            .map(|value| if takes_more(value) { Candidate::part(format!("{value}=")) } else { Candidate::word(value) })
            .collect(),
    };
    let with_name = |word: Candidate| Candidate { text: format!("{before}{}", word.text), ..word };
    Offer::Words(words.into_iter().map(with_name).collect())
}

/// Whether an output format needs a text of its own: `jsonpath={.metadata.name}`.
fn takes_more(value: &str) -> bool {
    matches!(value, "custom-columns" | "go-template" | "jsonpath" | "jsonpath-as-json")
}

/// The values a flag's help lists: in brackets after "one of" or "values", or in quotes after "Must be".
fn values_in(help: &'static str) -> impl Iterator<Item = &'static str> {
    let listed = ["ne of", "values "].iter().find_map(|lead| {
        let after = &help[help.find(lead)? + lead.len()..];
        let from = after.find(['(', '['])?;
        after[from + 1..].split([')', ']']).next()
    });
    let quoted =
        help.strip_prefix("Must be ").filter(|rest| rest.starts_with('"')).and_then(|rest| rest.split('.').next());
    let words = listed.unwrap_or_default().split([',', ' ']).map(|word| word.trim_matches('\''));
    let quotes = quoted.unwrap_or_default().split('"').enumerate().filter(|(at, _)| at % 2 == 1).map(|(_, word)| word);
    words.chain(quotes).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
