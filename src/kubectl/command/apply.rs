//! `kubectl apply`: makes the live object what the file says, and remembers the file in an annotation.
//!
//! The annotation is what tells "the file no longer wants this" from "the file never spoke of this"; see
//! [`api::patch::strategic::three_way`]. Left out: `--prune`, which is refused, and kustomizations.
//!
//! Models kubectl `pkg/cmd/apply/{apply,patcher}.go`, Kubernetes v1.36.

use super::delete::{self, DELETION, Gone};
use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, VALIDATE, field_validation, report};
use super::{Command, Outcome, server_side};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::manifest::{self, Manifest};
use crate::resource::{self, ALL, Bare, FILES, SELECTOR, group_version};
use crate::{Env, ExitCode, Progress, Running, print};
use api::patch::strategic;
use api::request::{DeleteOptions, FieldValidation, PatchType, Request, Verb};
use api::status::{Reason, Status};
use api::{Map, Value, json};
use std::collections::VecDeque;

/// Where the file is remembered.
pub use api::fields::LAST_APPLIED;

const PRUNES_ALL: &str = "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all \
     flag. If you did not mean to prune all resources, specify a label selector";

const MANAGER: &str = "kubectl-client-side-apply";

const FLAGS: &[Flag] = &[
    flag(
        "force-conflicts",
        ' ',
        Takes::Switch,
        "false",
        "If true, server-side apply will force the changes against conflicts.",
    ),
    flag(
        "overwrite",
        ' ',
        Takes::Switch,
        "true",
        "Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration",
    ),
    flag("all", ' ', Takes::Switch, "false", "Select all resources in the namespace of the specified resource types."),
    flag(
        "prune",
        ' ',
        Takes::Switch,
        "false",
        "Automatically delete resource objects, that do not appear in the configs and are created by either apply or create --save-config. Should be used with either -l or --all.",
    ),
    flag(
        "prune-allowlist",
        ' ',
        Takes::Repeat,
        "[]",
        "Overwrite the default allowlist with <group/version/kind> for --prune",
    ),
    flag(
        "openapi-patch",
        ' ',
        Takes::Switch,
        "true",
        "If true, use openapi to calculate diff when the openapi presents and the resource can be found in the openapi spec.",
    ),
    flag("server-side", ' ', Takes::Switch, "false", "If true, apply runs in the server instead of the client."),
    flag(
        "subresource",
        ' ',
        Takes::Text,
        "''",
        "If specified, apply will operate on the subresource of the requested object.  Only allowed when using --server-side.",
    ),
    flag(
        "wait",
        ' ',
        Takes::Switch,
        "false",
        "If true, wait for resources to be gone before returning. This waits for finalizers.",
    ),
];

/// `kubectl apply`
pub static APPLY: Command = Command {
    name: "apply",
    about: "Apply a configuration to a resource by file name or stdin",
    text: "Apply a configuration to a resource by file name or stdin. The resource name must be specified. This resource will be\n\
           created if it doesn't exist yet. To use 'apply', always create the resource initially with either 'apply' or 'create\n\
           --save-config'.\n\n JSON and YAML formats are accepted.",
    examples: "  # Apply the configuration in pod.json to a pod\n  kubectl apply -f ./pod.json\n  \n  \
               # Apply the JSON passed into stdin to a pod\n  cat pod.json | kubectl apply -f -",
    usage: "apply (-f FILENAME | -k DIRECTORY) [options]",
    flags: &[FILES, SELECTOR, DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, DELETION, FLAGS],
    run: Some(run),
    commands: &[&super::edit::EDIT_LAST_APPLIED, &super::last_applied::SET, &VIEW_LAST_APPLIED],
    ..Command::NONE
};

static VIEW_LAST_APPLIED: Command = Command {
    name: "view-last-applied",
    about: "View the latest last-applied-configuration annotations of a resource/object",
    text: "View the latest last-applied-configuration annotations by type/name or file.\n\n \
           The default output will be printed to stdout in YAML format. You can use the -o option to change the output format.",
    examples: "  # View the last-applied-configuration annotations by type/name in YAML\n  kubectl apply view-last-applied deployment/nginx",
    usage: "apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]",
    flags: &[FILES, SELECTOR, ALL, OUTPUT],
    run: Some(view_last_applied),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    if !args.words.is_empty() {
        let text = format!("Unexpected args: [{}]", args.words.join(" "));
        return Err(Failure::usage("kubectl apply", text));
    }
    if !args.has("filename") {
        return Err(Failure::error("must specify one of -f and -k"));
    }
    if args.on("prune") && !args.on("all") && args.text_or_empty("selector").is_empty() {
        return Err(Failure::error(PRUNES_ALL));
    }
    if args.on("prune") {
        let why = "everynode doesn't simulate apply --prune, which deletes what a file no longer has; name it to kubectl delete";
        return Err(Failure::error(why));
    }
    if args.on("force-conflicts") && !args.on("server-side") {
        return Err(Failure::error("--force-conflicts only works with --server-side"));
    }
    let dry_run = DryRun::of(args, env)?;
    if !args.on("server-side") && !args.text_or_empty("subresource").is_empty() {
        return Err(Failure::error("--subresource can only be specified for --server-side"));
    }
    if dry_run == DryRun::Client && args.on("server-side") {
        return Err(Failure::error(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        ));
    }
    if args.on("server-side") && args.on("force") {
        return Err(Failure::error("--force cannot be used with --server-side"));
    }
    if dry_run == DryRun::Server && args.on("force") {
        return Err(Failure::error("--dry-run=server cannot be used with --force"));
    }
    if args.on("all") && !args.text_or_empty("selector").is_empty() {
        return Err(Failure::error("cannot set --all and --selector at the same time"));
    }
    let apply = Apply { args: args.clone(), dry_run, validation: field_validation(args)? };
    let documents = manifest::load(args, env, manifest::validates(args))?;
    if documents.is_empty() {
        return Err(Failure::error("no objects passed to apply"));
    }
    let mut applying = Applying { apply, documents: documents.into(), anew: None, failures: Vec::new() };
    if applying.go_on(env) {
        return options::finish(applying.failures);
    }
    Ok(Progress::Running(Box::new(applying)))
}

/// A command that applies one document after the other.
struct Applying {
    apply: Apply,
    documents: VecDeque<Result<Manifest, Failure>>,
    /// What the next documents wait for.
    anew: Option<Anew>,
    failures: Vec<Failure>,
}

impl Applying {
    /// Goes as far as it can; whether that is the end.
    fn go_on(&mut self, env: &mut Env) -> bool {
        loop {
            if let Some(anew) = &mut self.anew {
                match anew.gone.look(env) {
                    Ok(false) => return false,
                    Ok(true) => self.failures.extend(self.apply.recreate(anew, env).err()),
                    Err(failure) => self.failures.push(failure),
                }
                self.anew = None;
            }
            let Some(document) = self.documents.pop_front() else { return true };
            match document.and_then(|manifest| self.apply.one(manifest, env)) {
                Ok(anew) => self.anew = anew,
                Err(failure) => self.failures.push(failure),
            }
        }
    }
}

impl Running for Applying {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        let ended = self.go_on(env);
        let failure = ended.then(|| Failure::all(std::mem::take(&mut self.failures)))?;
        Some(failure.map_or(0, |failure| options::fail(env, &failure)))
    }
}

/// An object that can't become what it should be: it is deleted and made anew.
struct Anew {
    manifest: Manifest,
    old: Value,
    gone: Gone,
}

struct Apply {
    args: Args,
    dry_run: DryRun,
    validation: FieldValidation,
}

impl Apply {
    fn one(&self, manifest: Manifest, env: &mut Env) -> Result<Option<Anew>, Failure> {
        if manifest.name.is_empty()
            && let Some(prefix) = manifest.value["metadata"]["generateName"].as_str()
        {
            return Err(Failure::error(format!("from {prefix}: cannot use generate name with apply")));
        }
        if self.args.on("server-side") {
            return self.server_side(manifest, env).map(|()| None);
        }
        let about =
            format!("error when retrieving current configuration of:\n{}\nfrom server for:", describe(&manifest));
        if manifest.name.is_empty() {
            return Err(Failure::error(format!("{about} {:?}: resource name may not be empty", manifest.source)));
        }
        match env.get(manifest.kind, &manifest.namespace, &manifest.name) {
            Ok(live) => self.patch(manifest, live.to_value(), env),
            Err(status) if status.reason == Reason::NotFound => self.create(&manifest, env).map(|()| None),
            Err(status) => Err(Failure::while_doing(&format!("{about} {:?}", manifest.source), &status)),
        }
    }

    fn create(&self, manifest: &Manifest, env: &mut Env) -> Result<(), Failure> {
        let mut value = remembered(&manifest.value);
        if self.dry_run != DryRun::Client {
            let mut request = self.request(manifest, Verb::Create).with_json(value);
            request.name = "".into();
            let answer = env.ask(request);
            let what = format!("error when creating {:?}", manifest.source);
            let response = answer.map_err(|status| Failure::while_doing(&what, &status))?;
            value = response.value().unwrap_or_default();
        }
        report(env, &self.args, &manifest.id(), &value, "created", self.dry_run)
    }

    fn patch(&self, manifest: Manifest, live: Value, env: &mut Env) -> Result<Option<Anew>, Failure> {
        let original = match live["metadata"]["annotations"][LAST_APPLIED].as_str() {
            Some(text) => serde_json::from_str(text).unwrap_or_default(),
            None => {
                self.warn_of_missing_annotation(&manifest, env);
                Value::Null
            }
        };
        let patch = strategic::three_way(&original, &remembered(&manifest.value), &live)
            .map_err(|text| Failure::error(format!("error when creating patch with:\n{text}")))?;
        if patch == json!({}) {
            report(env, &self.args, &manifest.id(), &live, "unchanged", self.dry_run)?;
            return Ok(None);
        }
        if !live["metadata"]["deletionTimestamp"].is_null() {
            warn_of_deletion(&manifest.name, env);
        }
        let mut value = live;
        if self.dry_run == DryRun::Client {
            value = strategic::apply(&value, &patch).map_err(Failure::error)?;
        } else {
            let mut request = self.request(&manifest, Verb::Patch).with_json(patch.clone());
            request.patch_type = Some(PatchType::Strategic);
            value = match env.ask(request) {
                Ok(response) => response.value().unwrap_or_default(),
                Err(status) if self.args.on("force") && matches!(status.reason, Reason::Conflict | Reason::Invalid) => {
                    return self.delete(manifest, value, env).map(Some);
                }
                Err(status) => return Err(refused(&manifest, &patch, &status)),
            };
        }
        report(env, &self.args, &manifest.id(), &value, "configured", self.dry_run)?;
        Ok(None)
    }

    /// Makes room for what the object can't be patched into.
    fn delete(&self, manifest: Manifest, old: Value, env: &mut Env) -> Result<Anew, Failure> {
        let mut request = manifest.id().request(Verb::Delete);
        request.delete = DeleteOptions {
            grace_period_seconds: self.args.number("grace-period").filter(|seconds| *seconds >= 0),
            propagation: Some(delete::propagation(&self.args, env)?),
            uid: None,
        };
        env.ask(request)?;
        let timeout = self.args.seconds("timeout").filter(|seconds| *seconds > 0);
        let gone = Gone::new(vec![(manifest.id(), None)], timeout, env);
        Ok(Anew { manifest, old, gone })
    }

    /// Makes the object anew; if that is refused, the old one is put back.
    fn recreate(&self, anew: &Anew, env: &mut Env) -> Result<(), Failure> {
        let Anew { manifest, old, .. } = anew;
        let mut create = |mut value: Value| {
            value["metadata"]["resourceVersion"].take();
            let mut request = self.request(manifest, Verb::Create).with_json(value);
            request.name = "".into();
            env.ask(request)
        };
        let value = match create(remembered(&manifest.value)) {
            Ok(response) => response.value().unwrap_or_default(),
            Err(status) => {
                return Err(match create(old.clone()) {
                    Ok(_) => status.into(),
                    Err(again) => Failure::error(format!(
                        "An error occurred force-replacing the existing object with the newly provided one:\n\n{}.\n\n\
                         Additionally, an error occurred attempting to restore the original object:\n\n{}",
                        status.message, again.message
                    )),
                });
            }
        };
        report(env, &self.args, &manifest.id(), &value, "configured", self.dry_run)
    }

    fn server_side(&self, manifest: Manifest, env: &mut Env) -> Result<(), Failure> {
        if manifest.name.is_empty() {
            return Err(Failure::error("resource name may not be empty"));
        }
        let mut request = self.request(&manifest, Verb::Patch).with_json(manifest.value.clone());
        request.field_manager = self.args.text("field-manager").unwrap_or(server_side::MANAGER).into();
        request.force = self.args.on("force-conflicts");
        request.subresource = options::subresource(&self.args)?;
        let value = server_side::apply(&manifest.id(), request, env)?;
        if !value["metadata"]["deletionTimestamp"].is_null() {
            warn_of_deletion(&manifest.name, env);
        }
        report(env, &self.args, &manifest.id(), &value, "serverside-applied", self.dry_run)
    }

    fn request(&self, manifest: &Manifest, verb: Verb) -> Request {
        let mut request = options::write(manifest.id().request(verb), &self.args, self.dry_run, MANAGER);
        request.field_validation = self.validation;
        request
    }

    fn warn_of_missing_annotation(&self, manifest: &Manifest, env: &mut Env) {
        env.complain(&format!(
            "Warning: resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl \
             apply should only be used on resources created declaratively by either kubectl create --save-config or \
             kubectl apply. The missing annotation will be patched automatically.",
            manifest.kind.plural(),
            manifest.name
        ));
    }
}

fn warn_of_deletion(name: &str, env: &mut Env) {
    env.complain(&format!("Warning: Detected changes to resource {name} which is currently being deleted."));
}

/// The long form in which kubectl tells that a patch was refused.
fn refused(manifest: &Manifest, patch: &Value, status: &Status) -> Failure {
    let text = format!(
        "Error from server ({}): error when applying patch:\n{patch}\nto:\n{}\nfor: {source:?}: error when patching \
         {source:?}: {}",
        status.reason.as_str(),
        describe(manifest),
        status.message,
        source = manifest.source
    );
    match status.reason {
        Reason::Invalid => Failure { among: Some(text), ..status.clone().into() },
        _ => Failure::plain(text),
    }
}

fn describe(manifest: &Manifest) -> String {
    let (kind, group_version) = (manifest.kind, group_version(manifest.kind));
    format!(
        "Resource: \"{group_version}, Resource={}\", GroupVersionKind: \"{group_version}, Kind={}\"\nName: {:?}, \
         Namespace: {:?}",
        kind.plural(),
        kind.name(),
        manifest.name,
        manifest.namespace
    )
}

/// The object with itself written into its annotation.
pub fn remembered(value: &Value) -> Value {
    let mut value = value.clone();
    let Some(metadata) = value["metadata"].as_object_mut() else { return value };
    let annotations = metadata.entry("annotations").or_insert(Value::Null);
    if !annotations.is_object() {
        *annotations = Value::Object(Map::new());
    }
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.remove(LAST_APPLIED);
    }
    let text = html_safe(&value);
    value["metadata"]["annotations"][LAST_APPLIED] = format!("{text}\n").into();
    value
}

/// An object as Go's encoder writes it, which takes care that JSON may stand inside HTML.
pub fn html_safe(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn view_last_applied(args: &Args, env: &mut Env) -> Outcome {
    if let Some(other) = args.text("output").filter(|format| !matches!(*format, "" | "yaml" | "json")) {
        let text = format!("Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json");
        return Err(Failure::usage("kubectl apply view-last-applied", text));
    }
    let (found, failures) = resource::find(args, &args.words, Bare::All, env)?;
    for info in found {
        let Some(text) = info.value["metadata"]["annotations"][LAST_APPLIED].as_str() else {
            let text = format!("no last-applied-configuration annotation found on resource: {}", info.id.name);
            return Err(Failure::error(text));
        };
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let text = print::object(args.text("output").unwrap_or("yaml"), &value, false).map_err(Failure::error)?;
        env.put(&text);
    }
    options::finish(failures)?;
    Ok(Progress::Done(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotation_holds_the_file_with_empty_annotations() {
        let file = json!({"kind": "Pod", "metadata": {"name": "p"}, "spec": {"a": "<b>"}});
        let value = remembered(&file);
        let text = "{\"kind\":\"Pod\",\"metadata\":{\"annotations\":{},\"name\":\"p\"},\"spec\":{\"a\":\"\\u003cb\\u003e\"}}\n";
        assert_eq!(value["metadata"]["annotations"][LAST_APPLIED], text);
        // Doing it twice doesn't nest.
        assert_eq!(remembered(&value), value);
    }
}
