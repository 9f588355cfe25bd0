//! `kubectl label` and `kubectl annotate`: the same verb on two maps of an object's metadata, with different words.
//!
//! Models kubectl `pkg/cmd/label/label.go` and `pkg/cmd/annotate/annotate.go`, Kubernetes v1.36.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, report};
use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::names;
use crate::resource::{self, ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILES, Info, SELECTOR};
use api::request::{PatchType, Verb};
use api::{Map, Value, json};

const FLAGS: &[Flag] = &[
    flag("list", ' ', Takes::Switch, "false", "If true, display the labels or annotations for a given resource."),
    flag("local", ' ', Takes::Switch, "false", "If true, this command will NOT contact api-server but run locally."),
    flag(
        "overwrite",
        ' ',
        Takes::Switch,
        "false",
        "If true, allow labels or annotations to be overwritten, otherwise reject updates that overwrite existing ones.",
    ),
    flag(
        "resource-version",
        ' ',
        Takes::Text,
        "''",
        "If non-empty, the update will only succeed if this is the current resource-version for the object.",
    ),
];

/// `kubectl label`
pub static LABEL: Command = Command {
    name: "label",
    about: "Update the labels on a resource",
    text: "Update the labels on a resource.\n\n  *  A label key and value must begin with a letter or number, and may contain \
           letters, numbers, hyphens, dots, and underscores, up to 63 characters each.\n  *  If --overwrite is true, then existing \
           labels can be overwritten, otherwise attempting to overwrite a label will result in an error.",
    examples: "  # Update pod 'foo' with the label 'unhealthy' and the value 'true'\n  kubectl label pods foo unhealthy=true\n  \n  \
               # Update pod 'foo' with the label 'status' and the value 'unhealthy', overwriting any existing value\n  \
               kubectl label --overwrite pods foo status=unhealthy\n  \n  \
               # Update pod 'foo' by removing a label named 'bar' if it exists\n  kubectl label pods foo bar-",
    usage: "label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    flags: &[FILES, SELECTOR, FIELD_SELECTOR, ALL, ALL_NAMESPACES, DRY_RUN, OUTPUT, FIELD_MANAGER, FLAGS],
    run: Some(|args, env| run(Field::Labels, args, env)),
    ..Command::NONE
};

/// `kubectl annotate`
pub static ANNOTATE: Command = Command {
    name: "annotate",
    about: "Update the annotations on a resource",
    text: "Update the annotations on one or more resources.\n\n All Kubernetes objects support the ability to store additional \
           data with the object as annotations. Annotations are\nkey/value pairs that can be larger than labels and include \
           arbitrary string values such as structured JSON.",
    examples: "  # Update pod 'foo' with the annotation 'description' and the value 'my frontend'\n  \
               kubectl annotate pods foo description='my frontend'\n  \n  \
               # Update pod 'foo' by removing an annotation named 'description' if it exists\n  \
               kubectl annotate pods foo description-",
    usage: "annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    run: Some(|args, env| run(Field::Annotations, args, env)),
    ..LABEL
};

/// Which map is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Labels,
    Annotations,
}

impl Field {
    fn name(self) -> &'static str {
        if self == Field::Labels { "labels" } else { "annotations" }
    }

    fn singular(self) -> &'static str {
        if self == Field::Labels { "label" } else { "annotation" }
    }
}

/// What the command line wants of the map.
struct Changes {
    field: Field,
    set: Vec<(String, String)>,
    remove: Vec<String>,
    overwrite: bool,
}

fn run(field: Field, args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let (words, pairs) = split(field, &args.words)?;
    if args.on("all") && !args.text_or_empty("selector").is_empty() {
        return Err(Failure::error("cannot set --all and --selector at the same time"));
    }
    if words.is_empty() && !args.has("filename") {
        let text = "one or more resources must be specified as <resource> <name> or <resource>/<name>";
        return Err(Failure::error(text));
    }
    if pairs.is_empty() && !args.on("list") {
        return Err(Failure::error(format!("at least one {} update is required", field.singular())));
    }
    let changes = Changes::read(field, &pairs, args.on("overwrite"))?;
    let (own, one) = (args.clone(), names_one(args, words));
    if !one && args.has("resource-version") {
        return Err(Failure::error("--resource-version may only be used with a single resource"));
    }
    let each = move |info: Info, env: &mut Env| {
        if own.on("list") {
            changes.check_overwrites(info.value["metadata"][field.name()].as_object().unwrap_or(&Map::new()))?;
            changes.list(&info, one, env);
            return Ok(());
        }
        changes.apply(info, dry_run, &own, env)
    };
    if !args.on("local") {
        return resource::visit(args, words, None, env, each);
    }
    let (found, mut failures) = resource::local(args, words, env)?;
    failures.extend(found.into_iter().filter_map(|info| each(info, env).err()));
    options::finish(failures)
}

/// Whether the words and flags name a single object.
fn names_one(args: &Args, words: &[String]) -> bool {
    let chosen = args.on("all") || args.has("selector") || args.has("field-selector");
    let slashed = words.iter().any(|word| word.contains('/'));
    !chosen && words.len() == if slashed { 1 } else { 2 } || words.is_empty() && args.list("filename").len() == 1
}

/// The words before the first pair name objects.
fn split(field: Field, words: &[String]) -> Result<(&[String], Vec<&str>), Failure> {
    let is_pair =
        |word: &String| (word.contains('=') && !word.starts_with('=')) || (word.ends_with('-') && word.as_str() != "-");
    let at = words.iter().position(is_pair).unwrap_or(words.len());
    let (resources, pairs) = words.split_at(at);
    if let Some(stray) = pairs.iter().find(|word| !is_pair(word)) {
        let text = format!("all resources must be specified before {} changes: {stray}", field.singular());
        return Err(Failure::error(text));
    }
    Ok((resources, pairs.iter().map(String::as_str).collect()))
}

impl Changes {
    fn read(field: Field, pairs: &[&str], overwrite: bool) -> Result<Changes, Failure> {
        let mut changes = Changes { field, set: Vec::new(), remove: Vec::new(), overwrite };
        for pair in pairs {
            match pair.split_once('=') {
                Some((key, value)) => {
                    let spec = format!("invalid {} spec: {pair}", field.singular());
                    if key.is_empty() || (field == Field::Labels && value.contains('=')) {
                        return Err(Failure::error(spec));
                    }
                    let wrong = if field == Field::Labels { names::label_value(value) } else { Vec::new() };
                    if !wrong.is_empty() {
                        return Err(Failure::error(format!("invalid label value: {pair:?}: {}", wrong.join("; "))));
                    }
                    changes.set.push((key.to_string(), value.to_string()));
                }
                None => changes.remove.push(pair.trim_end_matches('-').to_string()),
            }
        }
        if changes.set.iter().any(|(key, _)| changes.remove.contains(key)) {
            let both: Vec<&str> = changes
                .remove
                .iter()
                .filter(|key| changes.set.iter().any(|(set, _)| set == *key))
                .map(String::as_str)
                .collect();
            return Err(Failure::error(match field {
                Field::Labels => "can not both modify and remove a label in the same command".to_string(),
                Field::Annotations => {
                    let text = "can not both modify and remove the following annotation(s) in the same command";
                    format!("{text}: {}", both.join(", "))
                }
            }));
        }
        Ok(changes)
    }

    /// Prints the map as it would be; nothing is written.
    fn list(&self, info: &Info, one: bool, env: &mut Env) {
        let mut map = info.value["metadata"][self.field.name()].as_object().cloned().unwrap_or_default();
        map.extend(self.set.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))));
        map.retain(|key, _| !self.remove.contains(key));
        if !one {
            let (kind, name) = (info.id.kind, &info.id.name);
            env.say(&format!("Listing {} for {}.{}/{name}:", self.field.name(), kind.name(), kind.group()));
        }
        let indent = if one { "" } else { " " };
        for (key, value) in &map {
            env.say(&format!("{indent}{key}={}", value.as_str().unwrap_or_default()));
        }
    }

    fn apply(&self, info: Info, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
        let empty = Map::new();
        let old = info.value["metadata"][self.field.name()].as_object().unwrap_or(&empty);
        self.check_overwrites(old)?;
        let mut patch = Map::new();
        for key in &self.remove {
            if old.contains_key(key) {
                patch.insert(key.clone(), Value::Null);
            } else if self.field == Field::Labels {
                env.say(&format!("label {key:?} not found."));
            }
        }
        let removed = !patch.is_empty();
        let new = self.set.iter().filter(|(key, value)| old.get(key) != Some(&Value::from(value.as_str())));
        let before = patch.len();
        patch.extend(new.map(|(key, value)| (key.clone(), Value::from(value.as_str()))));
        let added = patch.len() > before;
        let word = match (self.field, added, removed) {
            (Field::Annotations, ..) => "annotated",
            (_, true, true) => "modified",
            (_, true, false) => "labeled",
            (_, false, true) => "unlabeled",
            (_, false, false) => "not labeled",
        };
        let mut value = info.value;
        if args.on("local") {
            let mut changed = value.clone();
            let empty = json!({"metadata": {self.field.name(): patch}});
            api::patch::json_merge::apply(&mut changed, &empty);
            return report(env, args, &info.id, &changed, word, dry_run);
        }
        if dry_run != DryRun::Client && (added || removed || args.has("resource-version")) {
            let mut body = json!({"metadata": {self.field.name(): patch}});
            if let Some(version) = args.text("resource-version") {
                body["metadata"]["resourceVersion"] = version.into();
            }
            let manager = if self.field == Field::Labels { "kubectl-label" } else { "kubectl-annotate" };
            let mut request = options::write(info.id.request(Verb::Patch), args, dry_run, manager).with_json(body);
            request.patch_type = Some(PatchType::Merge);
            value = env.ask(request)?.value().unwrap_or(value);
        }
        report(env, args, &info.id, &value, word, dry_run)
    }

    fn check_overwrites(&self, old: &Map<String, Value>) -> Result<(), Failure> {
        if self.overwrite {
            return Ok(());
        }
        let free = |key: &str| self.field == Field::Annotations && key == "kubernetes.io/change-cause";
        let taken: Vec<String> = (self.set.iter())
            .filter(|(key, _)| !free(key))
            .filter_map(|(key, value)| Some((key, value, old.get(key)?.as_str()?)))
            .filter(|(_, value, before)| value != before)
            .map(|(key, _, before)| format!("'{key}' already has a value ({before})"))
            .collect();
        match (self.field, taken.as_slice()) {
            (_, []) => Ok(()),
            (Field::Labels, [one]) => Err(Failure::error(format!("{one}, and --overwrite is false"))),
            (Field::Labels, several) => {
                let several: Vec<String> =
                    several.iter().map(|text| format!("{text}, and --overwrite is false")).collect();
                Err(Failure::error(format!("[{}]", several.join(", "))))
            }
            (Field::Annotations, several) => Err(Failure::error(format!(
                "--overwrite is false but found the following declared annotation(s): {}",
                several.join("; ")
            ))),
        }
    }
}
