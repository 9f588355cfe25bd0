//! `kubectl edit`: hands the object's YAML to an editor and sends the difference.
//!
//! What can't be read, or the server refuses, comes back into the editor with the reasons on top; leaving it unchanged then
//! gives up, and the changes are kept in a file. Left out: several objects at once, which kubectl puts into one list; JSON.
//!
//! Models kubectl `pkg/cmd/util/editor/editoptions.go`, Kubernetes v1.36.

use super::options::{self, FIELD_MANAGER, OUTPUT, VALIDATE, field_validation, report};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info};
use crate::{Edit, Editing, Env, Progress};
use api::patch::strategic;
use api::request::{FieldValidation, PatchType, Verb};
use api::status::{Reason, Status};
use api::{Value, go_syntax};

const HEADER: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n\
# and an empty file will abort the edit. If an error occurs while saving this file will be\n\
# reopened with the relevant failures.\n#\n";

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
    flags: &[FILES, VALIDATE, OUTPUT, FIELD_MANAGER, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let subresource = match args.text_or_empty("subresource") {
        "" => "",
        "status" => "status",
        "scale" | "resize" => {
            return Err(Failure::error("everynode edits an object or its status; see kubectl scale"));
        }
        other => {
            let text = format!("invalid subresource value: {other:?}. Must be one of [status scale resize]");
            return Err(Failure::error(text));
        }
    };
    let (mut found, failures) = resource::find(args, &args.words, Bare::All, env)?;
    options::finish(failures)?;
    if found.len() > 1 {
        return Err(Failure::error("everynode edits one object at a time; name it, e.g. kubectl edit ds/NAME"));
    }
    let Some(info) = found.pop() else { return Err(Failure::error("edit cancelled, no objects found")) };
    let text = format!("{HEADER}{}", yaml::to_string(&info.value));
    let validation = field_validation(args)?;
    Ok(open(Editor { original: text.clone(), info, refused: None, validation, subresource, args: args.clone() }, text))
}

fn open(editor: Editor, text: String) -> Progress {
    Progress::Edit(Edit { path: editor.path(), text, then: Box::new(editor) })
}

struct Editor {
    info: Info,
    /// What the editor showed first.
    original: String,
    /// What was refused, as it was saved.
    refused: Option<String>,
    validation: FieldValidation,
    subresource: &'static str,
    args: Args,
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
        let number = self.info.id.name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        format!("/tmp/kubectl-edit-{}.yaml", number)
    }

    fn go_on(self, text: &str, env: &mut Env) -> Outcome {
        if self.refused.as_ref().is_some_and(|refused| content(refused) == content(text)) {
            return self.keep(text, Failure::error("Edit cancelled, no valid changes were saved."), env);
        }
        if self.validation != FieldValidation::Ignore
            && let Err(why) = looked_through(text)
        {
            let cause = format!("<nil>: Invalid value: \"The edited file failed validation\": {why}");
            return Ok(self.refuse(text, &[cause], env));
        }
        if content(text) == content(&self.original) {
            env.complain("Edit cancelled, no changes made.");
            return Ok(Progress::Done(0));
        }
        if without_comments(text).trim().is_empty() {
            env.complain("Edit cancelled, saved file was empty.");
            return Ok(Progress::Done(0));
        }
        let new = match yaml::value(&without_comments(text)) {
            Ok(value) => value,
            Err(error) => {
                let note = format!("The edited file had a syntax error: {}", error.text);
                return Ok(self.reopen(text, &format!("# {note}\n#\n")));
            }
        };
        if let Some(failure) = self.mixed_up(&new, env) {
            return self.keep(text, failure, env);
        }
        match strategic::two_way(&self.info.value, &new) {
            Ok(patch) => self.send(patch, text, env),
            Err(why) => self.keep(text, Failure::error(why), env),
        }
    }

    /// Why this isn't the object that was to be edited.
    fn mixed_up(&self, new: &Value, env: &Env) -> Option<Failure> {
        let same = |pointer: &str| new.pointer(pointer) == self.info.value.pointer(pointer);
        let namespace = self.args.namespace(env);
        let given = new["metadata"]["namespace"].as_str().unwrap_or(&namespace);
        if self.info.id.kind.namespaced() && given != namespace {
            return Some(Failure::error(format!(
                "the namespace from the provided object {given:?} does not match the namespace {namespace:?}. You must pass \
                 '--namespace={given}' to perform this operation."
            )));
        }
        if !same("/metadata/uid") {
            let shown = go_syntax::source(new);
            let text = format!("no original object found for &unstructured.Unstructured{{Object:{shown}}}");
            return Some(Failure::error(text));
        }
        let kept = same("/apiVersion") && same("/kind") && same("/metadata/name");
        (!kept).then(|| Failure::error("At least one of apiVersion, kind and name was changed"))
    }

    fn send(self, patch: Value, text: &str, env: &mut Env) -> Outcome {
        if self.args.on("output-patch") {
            env.say(&format!("Patch: {patch}"));
        }
        let mut request = self.info.id.request(Verb::Patch).with_json(patch);
        request.patch_type = Some(PatchType::Strategic);
        request.field_manager = self.args.text("field-manager").unwrap_or("kubectl-edit").into();
        request.field_validation = self.validation;
        request.subresource = self.subresource;
        match env.ask(request) {
            Ok(response) => {
                let value = response.value().unwrap_or_default();
                report(env, &self.args, &self.info.id, &value, "edited", options::DryRun::None)?;
                Ok(Progress::Done(0))
            }
            Err(status) if status.reason == Reason::Invalid => {
                let causes: Vec<String> = status.causes.iter().map(ToString::to_string).collect();
                Ok(self.refuse(text, &causes, env))
            }
            Err(status) => Ok(self.lose(text, &status, env)),
        }
    }

    /// Says that the object isn't valid, and why in the file.
    fn refuse(self, text: &str, causes: &[String], env: &mut Env) -> Progress {
        let title = self.title();
        env.complain(&format!("error: {title} is invalid"));
        let mut notes = format!("# {title} was not valid{}\n", if causes.is_empty() { "" } else { ":" });
        for cause in causes {
            notes.push_str(&format!("# * {}\n", cause.replace('\n', "\n# ")));
        }
        self.reopen(text, &format!("{notes}#\n"))
    }

    fn reopen(mut self, text: &str, notes: &str) -> Progress {
        let shown = format!("{HEADER}{notes}{}", without_comments(text));
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

    /// The server can't take the changes, whatever they are.
    fn lose(self, text: &str, status: &Status, env: &mut Env) -> Progress {
        let (path, title) = (self.path(), self.title());
        let _ = env.files.write(&path, text);
        if status.reason == Reason::NotFound {
            env.complain(&format!("error: {title} could not be found on the server"));
            env.complain(&format!("The edits you made on deleted resources have been saved to {path:?}"));
        } else {
            env.complain(&format!("error: {title} could not be patched: {}", status.message));
            env.complain(&format!("You can run `kubectl replace -f {path}` to try this update again."));
        }
        Progress::Done(1)
    }

    fn title(&self) -> String {
        format!("{} {:?}", self.info.id.kind.resource(), self.info.id.name)
    }
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
    let Some(fields) = value.as_object() else { return Err("invalid object to validate".into()) };
    let missing = ["apiVersion", "kind"].iter().filter_map(|field| match fields.get(*field) {
        None | Some(Value::Null) => Some(format!("{field} not set")),
        Some(Value::String(_)) => None,
        Some(_) => Some(format!("{field} isn't string type")),
    });
    let missing: Vec<String> = missing.collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        several => Err(format!("[{}]", several.join(", "))),
    }
}
