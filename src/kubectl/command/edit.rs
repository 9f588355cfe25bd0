//! `kubectl edit`: hands the object's YAML to an editor and sends the difference.
//!
//! What the server refuses comes back into the editor with the reasons on top; leaving it unchanged then gives up.
//!
//! Models kubectl `pkg/cmd/util/editor/editoptions.go`, Kubernetes v1.36.

use super::options::{self, FIELD_MANAGER, OUTPUT, VALIDATE, field_validation, report};
use super::{Command, Outcome};
use crate::args::Args;
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info};
use crate::{Edit, Editing, Env, Progress};
use api::Value;
use api::json;
use api::patch::strategic;
use api::request::{PatchType, Verb};
use api::status::{Reason, Status};

const HEADER: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n\
# and an empty file will abort the edit. If an error occurs while saving this file will be\n\
# reopened with the relevant failures.\n#\n";

/// `kubectl edit`
pub static EDIT: Command = Command {
    name: "edit",
    about: "Edit a resource on the server",
    text: "Edit a resource from the default editor.\n\n The edit command allows you to directly edit any API resource you can \
           retrieve via the command-line tools.",
    examples: "  # Edit the service named 'registry'\n  kubectl edit svc/registry",
    usage: "edit (RESOURCE/NAME | -f FILENAME) [options]",
    flags: &[FILES, VALIDATE, OUTPUT, FIELD_MANAGER],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let (mut found, failures) = resource::find(args, &args.words, Bare::All, env)?;
    options::finish(failures)?;
    if found.is_empty() {
        env.complain("Edit cancelled, no objects found.");
        return Ok(Progress::Done(1));
    }
    if found.len() > 1 {
        return Err(Failure::error("everynode edits one object at a time; name it, e.g. kubectl edit ds/NAME"));
    }
    let info = found.remove(0);
    let text = yaml::to_string(&info.value);
    let shown = format!("{HEADER}{text}");
    Ok(open(Editor { info, shown: shown.clone(), refused: None, args: args.clone() }, shown))
}

fn open(editor: Editor, text: String) -> Progress {
    Progress::Edit(Edit { path: editor.path(), text, then: Box::new(editor) })
}

struct Editor {
    info: Info,
    /// What the editor showed.
    shown: String,
    /// What the server said of the last attempt.
    refused: Option<Status>,
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
        let body: String = text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
        if text == self.shown {
            return self.unchanged(text, env);
        }
        if body.trim().is_empty() {
            env.complain("Edit cancelled, saved file was empty.");
            return Ok(Progress::Done(1));
        }
        let new = match yaml::value(&body) {
            Ok(value) => value,
            Err(error) => {
                let notes = format!("# The edited file had a syntax error: {error}\n");
                return Ok(self.reopen(&body, &notes, None));
            }
        };
        let same = |pointer: &str| new.pointer(pointer) == self.info.value.pointer(pointer);
        if !(same("/apiVersion") && same("/kind") && same("/metadata/name")) {
            return Err(Failure::error("At least one of apiVersion, kind and name was changed"));
        }
        let patch = strategic::two_way(&self.info.value, &new).map_err(Failure::error)?;
        if patch == json!({}) {
            env.complain("Edit cancelled, no changes made.");
            return Ok(Progress::Done(0));
        }
        self.send(patch, text, &body, env)
    }

    fn send(self, patch: Value, text: &str, body: &str, env: &mut Env) -> Outcome {
        let mut request = self.info.id.request(Verb::Patch).with_json(patch);
        request.patch_type = Some(PatchType::Strategic);
        request.field_manager = "kubectl-edit".into();
        request.field_validation = field_validation(&self.args)?;
        match env.ask(request) {
            Ok(response) => {
                let value = response.value().unwrap_or_default();
                report(env, &self.args, &self.info.id, &value, "edited", options::DryRun::None)?;
                Ok(Progress::Done(0))
            }
            Err(status) if status.reason == Reason::Invalid => {
                let mut notes = format!("# {} {:?} was not valid:\n", self.resource(), self.info.id.name);
                for cause in &status.causes {
                    notes.push_str(&format!("# * {cause}\n"));
                }
                Ok(self.reopen(body, &notes, Some(status)))
            }
            Err(status) => {
                let path = self.path();
                let _ = env.files.write(&path, text);
                let name = &self.info.id.name;
                env.complain(&format!("error: {} {name:?} could not be patched: {}", self.resource(), status.message));
                env.complain(&format!("You can run `kubectl replace -f {path}` to try this update again."));
                Ok(Progress::Done(1))
            }
        }
    }

    fn reopen(mut self, body: &str, notes: &str, refused: Option<Status>) -> Progress {
        self.shown = format!("{HEADER}{notes}#\n{body}");
        self.refused = refused;
        let shown = self.shown.clone();
        open(self, shown)
    }

    fn unchanged(self, text: &str, env: &mut Env) -> Outcome {
        if self.refused.is_none() {
            env.complain("Edit cancelled, no changes made.");
            return Ok(Progress::Done(0));
        }
        let path = self.path();
        let _ = env.files.write(&path, text);
        env.complain(&format!("error: {} {:?} is invalid", self.resource(), self.info.id.name));
        env.complain(&format!("A copy of your changes has been stored to {path:?}"));
        Err(Failure::error("Edit cancelled, no valid changes were saved."))
    }

    fn resource(&self) -> String {
        self.info.id.kind.resource()
    }
}
