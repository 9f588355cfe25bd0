//! `kubectl edit`: hands the object's YAML to an editor and sends the difference. `kubectl apply edit-last-applied`: the same with what
//! apply remembers of it.
//!
//! Several objects are one list in the editor; each is sent, and refused, on its own. What can't be read, or the server refuses, comes
//! back into the editor with the reasons on top; leaving it unchanged then gives up, and the changes are kept in a file.
//!
//! Models kubectl `pkg/cmd/util/editor/editoptions.go`, Kubernetes v1.36.

use super::apply::{LAST_APPLIED, remembered};
use super::generate::SAVE_CONFIG;
use super::options::{self, FIELD_MANAGER, OUTPUT, VALIDATE, field_validation, report};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info};
use crate::{Edit, Editing, Env, Progress, manifest, print};
use api::patch::strategic;
use api::request::{FieldValidation, PatchType, Request, Verb};
use api::status::Reason;
use api::{Value, go_syntax, json};

const HEADER: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n\
# and an empty file will abort the edit. If an error occurs while saving this file will be\n\
# reopened with the relevant failures.\n#\n";

const HEADER_OF_LAST_APPLIED: &str = "# Please edit the 'last-applied-configuration' annotations below.\n\
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n";

/// `--windows-line-endings`
const LINE_ENDINGS: &[Flag] = &[flag(
    "windows-line-endings",
    ' ',
    Takes::Switch,
    "false",
    "Defaults to the line ending native to your platform.",
)];

const FLAGS: &[Flag] = &[
    flag("output-patch", ' ', Takes::Switch, "false", "Output the patch if the resource is edited."),
    flag(
        "subresource",
        ' ',
        Takes::Text,
        "''",
        "If specified, edit will operate on the subresource of the requested object.",
    ),
];

/// `kubectl edit`
pub static EDIT: Command = Command {
    name: "edit",
    about: "Edit a resource on the server",
    text: "Edit a resource from the default editor.\n\n The edit command allows you to directly edit any API resource you can \
           retrieve via the command-line tools.",
    examples: "  # Edit the service named 'registry'\n  kubectl edit svc/registry",
    usage: "edit (RESOURCE/NAME | -f FILENAME) [options]",
    flags: &[FILES, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, LINE_ENDINGS, FLAGS],
    run: Some(run),
    ..Command::NONE
};

/// `kubectl apply edit-last-applied`
pub static EDIT_LAST_APPLIED: Command = Command {
    name: "edit-last-applied",
    about: "Edit latest last-applied-configuration annotations of a resource/object",
    text: "Edit the latest last-applied-configuration annotations of resources from the default editor.",
    examples: "  # Edit the last-applied-configuration annotations by type/name in YAML\n  \
               kubectl apply edit-last-applied deployment/nginx",
    usage: "apply edit-last-applied (RESOURCE/NAME | -f FILENAME) [options]",
    flags: &[FILES, VALIDATE, OUTPUT, FIELD_MANAGER, LINE_ENDINGS],
    run: Some(run_last_applied),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let subresource = match options::subresource(args)? {
        "scale" => return Err(Failure::error("everynode edits an object or its status; see kubectl scale")),
        subresource => subresource,
    };
    let infos = find(args, env)?;
    if infos.is_empty() {
        return Err(Failure::error("edit cancelled, no objects found"));
    }
    begin(infos, subresource, false, args)
}

fn run_last_applied(args: &Args, env: &mut Env) -> Outcome {
    let mut infos = find(args, env)?;
    infos.retain_mut(|info| {
        let text = info.value["metadata"]["annotations"][LAST_APPLIED].as_str().unwrap_or_default();
        let remembered = serde_json::from_str(text).ok();
        let there = remembered.is_some();
        info.value = remembered.unwrap_or_default();
        there
    });
    if infos.is_empty() {
        return Err(Failure::error(
            "no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl \
             apply set-last-applied --create-annotation`",
        ));
    }
    begin(infos, "", true, args)
}

fn find(args: &Args, env: &mut Env) -> Result<Vec<Info>, Failure> {
    if args.on("windows-line-endings") {
        return Err(Failure::error("everynode doesn't simulate Windows line endings"));
    }
    let (found, failures) = resource::find(args, &args.words, Bare::All, env)?;
    options::finish(failures)?;
    Ok(found)
}

fn begin(infos: Vec<Info>, subresource: &'static str, last_applied: bool, args: &Args) -> Outcome {
    let format = match args.text_or_empty("output") {
        "" => "yaml",
        format @ ("yaml" | "json" | "kyaml") => format,
        other => {
            return Err(Failure::error(format!(
                "unable to match a printer suitable for the output format {other:?}, allowed formats are: json,kyaml,yaml"
            )));
        }
    };
    let shown = match infos.as_slice() {
        [info] => info.value.clone(),
        several => {
            let items: Vec<&Value> = several.iter().map(|info| &info.value).collect();
            json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {}})
        }
    };
    let text = print::object(format, &shown, false).map_err(Failure::error)?;
    let validation = field_validation(args)?;
    let mut editor = Editor {
        infos,
        original: String::new(),
        refused: None,
        validation,
        subresource,
        last_applied,
        in_json: format == "json",
        args: args.clone(),
    };
    editor.original = editor.header("") + &text;
    let text = editor.original.clone();
    Ok(open(editor, text))
}

fn open(editor: Editor, text: String) -> Progress {
    Progress::Edit(Edit { path: editor.path(), text, then: Box::new(editor) })
}

struct Editor {
    infos: Vec<Info>,
    /// What the editor showed first.
    original: String,
    /// What was refused, as it was saved.
    refused: Option<String>,
    validation: FieldValidation,
    subresource: &'static str,
    /// What apply remembers is edited.
    last_applied: bool,
    /// JSON has no comments, so nothing is said on top.
    in_json: bool,
    args: Args,
}

/// What became of the objects of one saved file.
#[derive(Default)]
struct Results {
    /// Reasons for which it comes back, as comments.
    notes: String,
    missing: bool,
    /// Refused whatever would be changed.
    lost: bool,
}

impl Editing for Editor {
    fn saved(self: Box<Self>, text: &str, env: &mut Env) -> Progress {
        match self.go_on(text, env) {
            Ok(progress) => progress,
            Err(failure) => Progress::Done(options::fail(env, &failure)),
        }
    }
}

impl Editor {
    /// A name that stays the same for the same object, where kubectl takes a random one.
    fn path(&self) -> String {
        let name = self.infos.first().map_or("", |info| &info.id.name);
        let number = name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        format!("/tmp/kubectl-edit-{number}.{}", if self.in_json { "json" } else { "yaml" })
    }

    /// What stands above the file, with the reasons for which it comes back.
    fn header(&self, notes: &str) -> String {
        match (self.in_json, self.last_applied) {
            (true, _) => String::new(),
            (_, true) => format!("{HEADER_OF_LAST_APPLIED}{notes}"),
            (_, false) => format!("{HEADER}{notes}"),
        }
    }

    fn go_on(self, text: &str, env: &mut Env) -> Outcome {
        if self.refused.as_ref().is_some_and(|refused| content(refused) == content(text)) {
            return self.keep(text, Failure::error("Edit cancelled, no valid changes were saved."), env);
        }
        if self.validation != FieldValidation::Ignore
            && let Err(why) = looked_through(text)
        {
            let cause = format!("<nil>: Invalid value: \"The edited file failed validation\": {why}");
            let notes = refuse(&self.infos[0], &[cause], env);
            return Ok(self.reopen(text, &notes));
        }
        if content(text) == content(&self.original) {
            env.complain("Edit cancelled, no changes made.");
            return Ok(Progress::Done(0));
        }
        if without_comments(text).trim().is_empty() {
            env.complain("Edit cancelled, saved file was empty.");
            return Ok(Progress::Done(0));
        }
        let edited = match yaml::value(&without_comments(text)) {
            Ok(value) => items(value),
            Err(error) => {
                let note = format!("The edited file had a syntax error: {}", error.text);
                return Ok(self.reopen(text, &format!("# {note}\n#\n")));
            }
        };
        match self.send_all(edited, env) {
            Ok(results) => Ok(self.finish(text, results, env)),
            Err(failure) => self.keep(text, failure, env),
        }
    }

    /// Sends one object after the other. An error means that the rest isn't looked at.
    fn send_all(&self, edited: Vec<Value>, env: &mut Env) -> Result<Results, Failure> {
        for new in &edited {
            self.check_namespace(new, env)?;
        }
        let mut results = Results::default();
        for new in edited {
            let new = if self.args.on("save-config") { remembered(&new) } else { new };
            let uid = &new["metadata"]["uid"];
            let Some(info) = self.infos.iter().find(|info| info.value["metadata"]["uid"] == *uid) else {
                let shown = go_syntax::source(&new);
                let text = format!("no original object found for &unstructured.Unstructured{{Object:{shown}}}");
                return Err(Failure::error(text));
            };
            if info.value == new {
                report(env, &self.args, &info.id, &new, "skipped", options::DryRun::None)?;
            } else if self.last_applied {
                self.remember(&new, env)?;
            } else {
                self.send(info, &new, &mut results, env)?;
            }
        }
        Ok(results)
    }

    fn check_namespace(&self, new: &Value, env: &Env) -> Result<(), Failure> {
        let namespace = self.args.namespace(env);
        let given = new["metadata"]["namespace"].as_str().unwrap_or(&namespace);
        let info = self.infos.iter().find(|info| info.value["kind"] == new["kind"]).unwrap_or(&self.infos[0]);
        if info.id.kind.namespaced() && given != namespace {
            return Err(Failure::error(format!(
                "the namespace from the provided object {given:?} does not match the namespace {namespace:?}. You must pass \
                 '--namespace={given}' to perform this operation."
            )));
        }
        Ok(())
    }

    fn send(&self, info: &Info, new: &Value, results: &mut Results, env: &mut Env) -> Result<(), Failure> {
        let same = |pointer: &str| new.pointer(pointer) == info.value.pointer(pointer);
        if !(same("/apiVersion") && same("/kind") && same("/metadata/name")) {
            return Err(Failure::error("At least one of apiVersion, kind and name was changed"));
        }
        let patch = strategic::two_way(&info.value, new).map_err(Failure::error)?;
        if self.args.on("output-patch") {
            env.say(&format!("Patch: {patch}"));
        }
        let mut request = self.request(info).with_json(patch);
        request.patch_type = Some(PatchType::Strategic);
        request.subresource = self.subresource;
        match env.ask(request) {
            Ok(response) => {
                let value = response.value().unwrap_or_default();
                report(env, &self.args, &info.id, &value, "edited", options::DryRun::None)?;
            }
            Err(status) if status.reason == Reason::Invalid => {
                let causes: Vec<String> = status.causes.iter().map(ToString::to_string).collect();
                results.notes.push_str(&refuse(info, &causes, env));
            }
            Err(status) if status.reason == Reason::NotFound => {
                results.missing = true;
                env.complain(&format!("error: {} could not be found on the server", title(info)));
            }
            Err(status) => {
                results.lost = true;
                env.complain(&format!("error: {} could not be patched: {}", title(info), status.message));
            }
        }
        Ok(())
    }

    /// Writes what was edited into the annotation of the object it names.
    fn remember(&self, new: &Value, env: &mut Env) -> Result<(), Failure> {
        let name = new["metadata"]["name"].as_str().unwrap_or_default();
        let wanted = |info: &&Info| info.value["kind"] == new["kind"];
        let like = self.infos.iter().find(|info| wanted(info) && info.id.name == name);
        let mut info = like.or(self.infos.iter().find(wanted)).unwrap_or(&self.infos[0]).clone();
        info.id.name = name.to_string();
        let text = super::apply::html_safe(new);
        let patch = json!({"metadata": {"annotations": {LAST_APPLIED: text}}});
        let mut request = self.request(&info).with_json(patch);
        request.patch_type = Some(PatchType::Merge);
        env.ask(request)?;
        report(env, &self.args, &info.id, new, "edited", options::DryRun::None)
    }

    fn request(&self, info: &Info) -> Request {
        let mut request = info.id.request(Verb::Patch);
        let manager = if self.last_applied { "kubectl-client-side-apply" } else { "kubectl-edit" };
        request.field_manager = self.args.text("field-manager").unwrap_or(manager).into();
        request.field_validation = self.validation;
        request
    }

    /// Comes back with what was refused; ends if there's nothing that another try could mend.
    fn finish(self, text: &str, results: Results, env: &mut Env) -> Progress {
        let path = self.path();
        if results.lost || results.missing {
            let _ = env.files.write(&path, text);
        }
        if results.lost {
            env.complain(&format!("You can run `kubectl replace -f {path}` to try this update again."));
            return Progress::Done(1);
        }
        if results.missing {
            env.complain(&format!("The edits you made on deleted resources have been saved to {path:?}"));
            return Progress::Done(1);
        }
        if results.notes.is_empty() { Progress::Done(0) } else { self.reopen(text, &results.notes) }
    }

    fn reopen(mut self, text: &str, notes: &str) -> Progress {
        let shown = self.header(notes) + &without_comments(text);
        self.refused = Some(text.to_string());
        open(self, shown)
    }

    /// Keeps the changes in the file, and fails.
    fn keep(self, text: &str, failure: Failure, env: &mut Env) -> Outcome {
        let path = self.path();
        let _ = env.files.write(&path, text);
        env.complain(&format!("A copy of your changes has been stored to {path:?}"));
        Err(failure)
    }
}

/// Says that an object isn't valid; returns why, for the file.
fn refuse(info: &Info, causes: &[String], env: &mut Env) -> String {
    let title = title(info);
    env.complain(&format!("error: {title} is invalid"));
    let mut notes = format!("# {title} was not valid{}\n", if causes.is_empty() { "" } else { ":" });
    for cause in causes {
        notes.push_str(&format!("# * {}\n", cause.replace('\n', "\n# ")));
    }
    notes + "#\n"
}

fn title(info: &Info) -> String {
    format!("{} {:?}", info.id.kind.resource(), info.id.name)
}

/// The objects of a file: those of its list, or itself.
fn items(mut value: Value) -> Vec<Value> {
    match is_list(&value).then(|| value["items"].take()) {
        Some(Value::Array(items)) => items,
        Some(_) => Vec::new(),
        None => vec![value],
    }
}

fn is_list(value: &Value) -> bool {
    value["kind"] == "List" && value["apiVersion"] == "v1"
}

/// What two files are compared by: what they mean, or as they stand if they mean nothing.
fn content(text: &str) -> Result<Value, String> {
    yaml::value(text).map_err(|_| without_comments(text))
}

fn without_comments(text: &str) -> String {
    let comment = |line: &str| line.trim().starts_with('#') && !line.trim().starts_with("#!");
    text.split_inclusive('\n').filter(|line| !comment(line)).collect()
}

/// What kubectl itself looks for before it sends anything.
///
/// Source: kubectl `pkg/util/openapi/validation`.
fn looked_through(text: &str) -> Result<(), String> {
    let value = match yaml::value(text) {
        Ok(value) => value,
        // The place is told in the file without its comments.
        Err(error) => return Err(yaml::value(&without_comments(text)).err().map_or(error.text, |error| error.text)),
    };
    let objects = if is_list(&value) { items(value) } else { vec![value] };
    manifest::without_kinds(&objects).map_or(Ok(()), Err)
}
