//! The words of a command line, as objects: `ds x y`, `ds/x po/y`, `po,ds`, `all`, `-l app=web`, `-f FILE`.
//!
//! [`targets`] only understands the words; [`fetch`] asks the server for what they name, in their order, and goes on after a
//! miss: what was found and what went wrong come back side by side.
//!
//! Models cli-runtime `pkg/resource/builder.go`, Kubernetes v1.36.

use crate::args::{Args, Flag, Takes, flag};
use crate::command::Outcome;
use crate::discovered::Discovered;
use crate::error::Failure;
use crate::manifest::{self, Manifest};
use crate::parts::{self, OBJECTS, Part};
use crate::{Env, Scoped};
use api::request::{Request, Rest, Verb};
use api::resource::Kind;
use api::status::Reason;
use api::{Value, sort};
use std::collections::VecDeque;

/// `-f`, `-R`, `-k`.
pub const FILES: &[Flag] = &[
    flag("filename", 'f', Takes::List, "[]", "Filename, directory, or URL to files identifying the resource."),
    flag(
        "kustomize",
        'k',
        Takes::Text,
        "''",
        "Process the kustomization directory. This flag can't be used together with -f or -R.",
    ),
    flag("recursive", 'R', Takes::Switch, "false", "Process the directory used in -f, --filename recursively."),
];

/// `-l`.
pub const SELECTOR: &[Flag] = &[flag(
    "selector",
    'l',
    Takes::Text,
    "''",
    "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.",
)];

/// `--field-selector`.
pub const FIELD_SELECTOR: &[Flag] = &[flag(
    "field-selector",
    ' ',
    Takes::Text,
    "''",
    "Selector (field query) to filter on, supports '=', '==', and '!='.",
)];

/// `--all`.
pub const ALL: &[Flag] = &[flag(
    "all",
    ' ',
    Takes::Switch,
    "false",
    "Select all resources, in the namespace of the specified resource types",
)];

/// `-A`.
pub const ALL_NAMESPACES: &[Flag] = &[flag(
    "all-namespaces",
    'A',
    Takes::Switch,
    "false",
    "If present, list the requested object(s) across all namespaces.",
)];

/// What a part of the command line points at.
#[derive(Clone, Debug)]
pub enum Target {
    /// One object by name.
    Named(Named),
    /// Every object of a kind that the selectors pick.
    Every(Every),
    /// An object of a file.
    File(Manifest),
}

/// One object by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it is.
    pub kind: Kind,
    /// Empty for cluster-scoped kinds.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Every object of a kind that the selectors pick.
#[derive(Clone, Debug)]
pub struct Every {
    /// What they are.
    pub kind: Kind,
    /// Empty: all namespaces, or a cluster-scoped kind.
    pub namespace: String,
    /// As typed.
    pub labels: String,
    /// As typed.
    pub fields: String,
}

/// An object that was found.
#[derive(Clone, Debug)]
pub struct Info {
    /// What and where it is.
    pub id: Named,
    /// As the server has it.
    pub value: Value,
    /// The file it was asked for with.
    pub source: Option<String>,
}

impl Named {
    /// `daemonset.apps/x`: how success lines call an object.
    pub fn title(&self) -> String {
        format!("{}/{}", self.kind.singular_resource(), self.name)
    }

    /// A request about this object.
    pub fn request(&self, verb: Verb) -> Request {
        Request::new(verb, self.kind).named(self.name.as_str()).scoped(&self.namespace)
    }
}

impl Manifest {
    /// The object's identity.
    pub fn id(&self) -> Named {
        Named { kind: self.kind, namespace: self.namespace.clone(), name: self.name.clone() }
    }
}

impl Info {
    /// An object as the server listed it.
    pub fn of(value: Value, kind: Kind) -> Info {
        let text = |key: &str| value["metadata"][key].as_str().unwrap_or_default().to_string();
        let id = Named { kind, namespace: text("namespace"), name: text("name") };
        Info { id, value, source: None }
    }
}

/// What a type without names means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    /// All of the type (`get`, `describe`).
    All,
    /// A mistake, unless `--all` or a selector is given (`delete`, `label`).
    Refused,
}

/// The text for commands that got both files and words.
pub const FILES_OR_WORDS: &str =
    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";

/// The text for commands that need an object and got none.
pub const MISSING: &str = "You must provide one or more resources by argument or filename.\n\
Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/// Understands `words` and the flags of this file. Documents that can't be read are told beside the targets.
pub fn targets(args: &Args, words: &[String], bare: Bare, env: &Env) -> Result<(Vec<Target>, Vec<Failure>), Failure> {
    if args.has("filename") {
        if !words.is_empty() {
            return Err(Failure::error(FILES_OR_WORDS));
        }
        return from_files(args, env);
    }
    if words.is_empty() {
        return Err(Failure::error(MISSING));
    }
    Ok((from_words(args, words, bare, env)?, Vec::new()))
}

fn from_files(args: &Args, env: &Env) -> Result<(Vec<Target>, Vec<Failure>), Failure> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for document in manifest::load(args, env, false)? {
        match document {
            Ok(manifest) => found.push(Target::File(manifest)),
            Err(failure) => failures.push(failure),
        }
    }
    Ok((found, failures))
}

fn from_words(args: &Args, words: &[String], bare: Bare, env: &Env) -> Result<Vec<Target>, Failure> {
    let (labels, fields) = (args.text_or_empty("selector"), args.text_or_empty("field-selector"));
    let selecting = !labels.is_empty() || !fields.is_empty() || args.on("all");
    let named = |kind: Kind, name: &str| -> Result<Target, Failure> {
        if selecting {
            return Err(Failure::error("name cannot be provided when a selector is specified"));
        }
        if args.on("all-namespaces") && kind.namespaced() {
            return Err(Failure::error("a resource cannot be retrieved by name across all namespaces"));
        }
        if name.is_empty() {
            return Err(Failure::error("resource name may not be empty"));
        }
        let namespace = if kind.namespaced() { args.namespace(env) } else { String::new() };
        Ok(Target::Named(Named { kind, namespace, name: name.to_string() }))
    };
    if words.iter().any(|word| word.contains('/')) {
        return slash_form(words)?.into_iter().map(|(kind, name)| named(kind, name)).collect();
    }
    let kinds = kinds_of(&words[0])?;
    let names = &words[1..];
    if !names.is_empty() {
        if words[0].split(',').any(|word| word == "all") {
            return Err(Failure::error("you must specify only one resource"));
        }
        let pairs = kinds.iter().flat_map(|kind| names.iter().map(move |name| (*kind, name)));
        return pairs.map(|(kind, name)| named(kind, name)).collect();
    }
    if bare == Bare::Refused && !selecting {
        return Err(Failure::error("resource(s) were provided, but no name was specified"));
    }
    let every = kinds.into_iter().map(|kind| {
        let namespace = if kind.namespaced() { args.list_namespace(env) } else { String::new() };
        Target::Every(Every { kind, namespace, labels: labels.into(), fields: fields.into() })
    });
    Ok(every.collect())
}

fn slash_form(words: &[String]) -> Result<Vec<(Kind, &str)>, Failure> {
    if words.iter().any(|word| !word.contains('/')) {
        return Err(Failure::error(
            "there is no need to specify a resource type as a separate argument when passing arguments in resource/name \
             form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
        ));
    }
    let mut out = Vec::new();
    for word in words {
        match word.split('/').collect::<Vec<_>>().as_slice() {
            [kind, name] if !kind.is_empty() && !name.is_empty() => out.push((kind_of(kind)?, *name)),
            _ => {
                let text = "arguments in resource/name form must have a single resource and name";
                return Err(Failure::error(text));
            }
        }
    }
    Ok(out)
}

/// The kinds that `po,ds` or `all` means, in order.
pub fn kinds_of(word: &str) -> Result<Vec<Kind>, Failure> {
    let mut kinds = Vec::new();
    for part in word.split(',') {
        if part == "all" {
            // Discovery order: by group, then by name.
            let mut all: Vec<Kind> = Kind::all().filter(|kind| kind.info().in_all).collect();
            sort::by_key(&mut all, |kind| (kind.group(), kind.plural()));
            kinds.extend(all);
        } else {
            kinds.push(kind_of(part)?);
        }
    }
    Ok(kinds)
}

/// The kind a word means.
pub fn kind_of(word: &str) -> Result<Kind, Failure> {
    Kind::of_word(word).ok_or_else(|| Failure::error(unknown(word)))
}

/// What kubectl says of a type it can't find, and we of one that isn't here.
pub fn unknown(word: &str) -> String {
    if let Some(one) = Discovered::of_word(word) {
        return format!("everynode doesn't simulate {}", one.plural);
    }
    // What follows the first dot is taken for a group.
    let resource = word.split('.').next().unwrap_or(word);
    format!("the server doesn't have a resource type {resource:?}")
}

/// Asks the server for every target.
pub fn fetch(targets: Vec<Target>, env: &mut Env) -> (Vec<Info>, Vec<Failure>) {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for target in targets {
        match target.fetch(env) {
            Ok(infos) => found.extend(infos),
            Err(failure) => failures.push(failure),
        }
    }
    (found, failures)
}

/// Asks for one target after the other and does something with what is found; what goes wrong is told in that order, and
/// `nothing` when there was nothing, if that is an error.
pub fn visit(
    args: &Args,
    words: &[String],
    nothing: Option<&'static str>,
    env: &mut Env,
    mut each: impl FnMut(Info, &mut Env) -> Result<(), Failure> + 'static,
) -> Outcome {
    let (targets, mut failures) = targets(args, words, Bare::Refused, env)?;
    let (mut search, mut any) = (Search::new(targets), false);
    parts::begin(env, move |env| {
        let mut room = OBJECTS;
        while let Some(found) = search.next(env) {
            let infos = found.unwrap_or_else(|failure| {
                failures.push(failure);
                Vec::new()
            });
            any |= !infos.is_empty();
            room = room.saturating_sub(infos.len().max(1));
            failures.extend(infos.into_iter().filter_map(|info| each(info, env).err()));
            if room == 0 {
                return Ok(Part::More);
            }
        }
        if let Some(text) = nothing.filter(|_| !any && failures.is_empty()) {
            return Err(Failure::error(text));
        }
        Part::done_but_for(&mut failures)
    })
}

/// The objects that targets name, asked for page by page.
pub struct Search {
    targets: VecDeque<Target>,
    /// What is left of a list.
    page: Option<(Every, Rest)>,
}

impl Search {
    /// For these.
    pub fn new(targets: Vec<Target>) -> Search {
        Search { targets: targets.into(), page: None }
    }

    /// The next of them, or why they can't be had; `None` once all have been asked for.
    pub fn next(&mut self, env: &mut Env) -> Option<Result<Vec<Info>, Failure>> {
        let (every, rest) = match self.page.take() {
            Some((every, rest)) => (every, Some(rest)),
            None => match self.targets.pop_front()? {
                Target::Every(every) => (every, None),
                one => return Some(one.fetch(env)),
            },
        };
        let mut request = every.request(Verb::List);
        (request.limit, request.rest) = (OBJECTS, rest);
        Some(match env.ask(request) {
            Ok(mut response) => {
                let rest = response.rest.take();
                let found = response.values().into_iter().map(|value| Info::of(value, every.kind)).collect();
                self.page = rest.map(|rest| (every, rest));
                Ok(found)
            }
            Err(status) => Err(every.explain(status)),
        })
    }
}

/// Everything that is named, gathered before anything is done: one that is missing spoils the whole command.
pub struct Gathering {
    search: Search,
    found: Vec<Info>,
    failures: Vec<Failure>,
}

impl Gathering {
    /// Of what words and flags name.
    pub fn of(args: &Args, words: &[String], env: &Env) -> Result<Gathering, Failure> {
        let (targets, failures) = targets(args, words, Bare::Refused, env)?;
        Ok(Gathering { search: Search::new(targets), found: Vec::new(), failures })
    }

    /// Asks for more; all of it once nothing is missing.
    pub fn go_on(&mut self, env: &mut Env) -> Result<Option<Vec<Info>>, Failure> {
        match self.search.next(env) {
            Some(Ok(infos)) => self.found.extend(infos),
            Some(Err(failure)) => self.failures.push(failure),
            None => {
                return match Failure::all(std::mem::take(&mut self.failures)) {
                    Some(failure) => Err(failure),
                    None => Ok(Some(std::mem::take(&mut self.found))),
                };
            }
        }
        Ok(None)
    }
}

impl Target {
    fn fetch(self, env: &mut Env) -> Result<Vec<Info>, Failure> {
        match self {
            Target::Named(id) => one(id, None, env),
            Target::File(manifest) => one(manifest.id(), Some(manifest.source), env),
            Target::Every(every) => every.list(env),
        }
    }
}

fn one(id: Named, source: Option<String>, env: &mut Env) -> Result<Vec<Info>, Failure> {
    let value = env.get_value(id.kind, &id.namespace, &id.name)?;
    Ok(vec![Info { id, value, source }])
}

/// Asks for a subresource of every target, as [`fetch`] does for the whole.
pub fn fetch_below(targets: Vec<Target>, subresource: &'static str, env: &mut Env) -> (Vec<Info>, Vec<Failure>) {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for target in targets {
        let (id, source) = match target {
            Target::Named(id) => (id, None),
            Target::File(manifest) => (manifest.id(), Some(manifest.source)),
            Target::Every(_) => continue,
        };
        let mut request = id.request(Verb::Get);
        request.subresource = subresource;
        match env.ask(request) {
            Ok(response) => {
                let mut value = response.value().unwrap_or_default();
                if subresource == "scale" {
                    // No kind of its own among ours.
                    value["apiVersion"] = "autoscaling/v1".into();
                    value["kind"] = "Scale".into();
                }
                found.push(Info { id, value, source });
            }
            Err(status) => failures.push(status.into()),
        }
    }
    (found, failures)
}

impl Every {
    /// A request about them.
    pub fn request(&self, verb: Verb) -> Request {
        let mut request = Request::new(verb, self.kind).scoped(&self.namespace);
        request.label_selector = self.labels.clone();
        request.field_selector = self.fields.clone();
        request
    }

    /// Lists them.
    pub fn list(&self, env: &mut Env) -> Result<Vec<Info>, Failure> {
        let objects = env.list_values(self.kind, &self.namespace, &self.labels, &self.fields);
        let objects = objects.map_err(|status| self.explain(status))?;
        Ok(objects.into_iter().map(|value| Info::of(value, self.kind)).collect())
    }

    /// A bad selector is told together with what was looked for.
    pub fn explain(&self, status: api::status::Status) -> Failure {
        if status.reason != Reason::BadRequest || status.message.starts_with("Unable to find") {
            return status.into();
        }
        Failure::plain(format!(
            "Error from server (BadRequest): Unable to find \"{}, Resource={}\" that match label selector {:?}, field \
             selector {:?}: {}",
            group_version(self.kind),
            self.kind.plural(),
            self.labels,
            self.fields,
            status.message
        ))
    }
}

/// `apps/v1`; `/v1` in the core group, as Go prints a GroupVersion with an empty group.
pub fn group_version(kind: Kind) -> String {
    format!("{}/{}", kind.group(), kind.info().version)
}

/// What `--local` works on: the objects of files as they are written, without asking anybody.
pub fn local(args: &Args, words: &[String], env: &Env) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    if !words.is_empty() {
        return Err(Failure::error(
            "error: you must specify resources by --filename when --local is set.\nExample resource specifications \
             include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
        ));
    }
    let (targets, failures) = targets(args, words, Bare::Refused, env)?;
    let found = targets.into_iter().filter_map(|target| match target {
        Target::File(manifest) => {
            Some(Info { id: manifest.id(), value: manifest.value, source: Some(manifest.source) })
        }
        _ => None,
    });
    Ok((found.collect(), failures))
}

/// Everything that was named, found, or the reasons why not.
pub fn find(args: &Args, words: &[String], bare: Bare, env: &mut Env) -> Result<(Vec<Info>, Vec<Failure>), Failure> {
    let (targets, mut failures) = targets(args, words, bare, env)?;
    let (found, missing) = fetch(targets, env);
    failures.extend(missing);
    Ok((found, failures))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(word: &str) -> String {
        match kinds_of(word) {
            Ok(kinds) => kinds.iter().map(|kind| kind.plural()).collect::<Vec<_>>().join(" "),
            Err(failure) => failure.text,
        }
    }

    #[test]
    fn all_is_in_discovery_order() {
        let all = "pods replicationcontrollers services daemonsets deployments replicasets statefulsets \
                   horizontalpodautoscalers cronjobs jobs";
        assert_eq!(kinds("all"), all);
    }

    #[test]
    fn lists_of_types_name_the_one_that_is_unknown() {
        assert_eq!(kinds("po,ds"), "pods daemonsets");
        assert_eq!(kinds("ds,nope"), "error: the server doesn't have a resource type \"nope\"");
        assert_eq!(kinds("pods,"), "error: the server doesn't have a resource type \"\"");
    }

    #[test]
    fn slash_forms_need_one_type_and_one_name() {
        let read = |line: &str| {
            let words: Vec<String> = line.split(' ').map(String::from).collect();
            slash_form(&words).map(|pairs| pairs.len()).map_err(|failure| failure.text)
        };
        assert_eq!(read("ds/x po/y"), Ok(2));
        let single = "error: arguments in resource/name form must have a single resource and name";
        for line in ["pod/", "/x", "a/b/c"] {
            assert_eq!(read(line).unwrap_err(), single, "{line}");
        }
        assert!(read("po foo bar/baz").unwrap_err().ends_with("'kubectl get resource resource/<resource_name>'"));
    }
}
