//! Flags that many verbs share, and what they mean: `--dry-run`, `--validate`, `-o` of a command that changes something.

use super::Command;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::Named;
use crate::{Env, ExitCode, Progress, print};
use api::Value;
use api::request::{FieldValidation, Request};

/// `--dry-run`.
pub const DRY_RUN: &[Flag] = &[flag(
    "dry-run",
    ' ',
    Takes::Maybe("unchanged"),
    "'none'",
    "Must be \"none\", \"server\", or \"client\". If client strategy, only print the object that would be sent, without sending it. \
     If server strategy, submit server-side request without persisting the resource.",
)];

/// `-o` and what goes with it.
pub const OUTPUT: &[Flag] = &output(
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).",
);

/// The same where objects may also be printed as tables.
pub const OUTPUT_OF_TABLES: &[Flag] = &output(
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide). See custom columns [https://kubernetes.io/docs/reference/kubectl/#custom-columns], golang template [http://golang.org/pkg/text/template/#pkg-overview] and jsonpath template [https://kubernetes.io/docs/reference/kubectl/jsonpath/].",
);

const fn output(formats: &'static str) -> [Flag; 4] {
    [
        flag("output", 'o', Takes::Text, "''", formats),
        flag(
            "show-managed-fields",
            ' ',
            Takes::Switch,
            "false",
            "If true, keep the managedFields when printing objects in JSON or YAML format.",
        ),
        flag(
            "template",
            ' ',
            Takes::Text,
            "''",
            "Template string or path to template file to use when -o=go-template, -o=go-template-file.",
        ),
        flag(
            "allow-missing-template-keys",
            ' ',
            Takes::Switch,
            "true",
            "If true, ignore any errors in templates when a field or map key is missing in the template.",
        ),
    ]
}

/// `--validate`.
pub const VALIDATE: &[Flag] = &[flag(
    "validate",
    ' ',
    Takes::Maybe("strict"),
    "'strict'",
    "Must be one of: strict (or true), warn, ignore (or false).",
)];

/// `--field-manager`.
pub const FIELD_MANAGER: &[Flag] =
    &[flag("field-manager", ' ', Takes::Text, "", "Name of the manager used to track field ownership.")];

/// What `--subresource` names.
pub fn subresource(args: &Args) -> Result<&'static str, Failure> {
    match args.text_or_empty("subresource") {
        "" => Ok(""),
        "status" => Ok("status"),
        "scale" => Ok("scale"),
        "resize" => Err(Failure::error("everynode doesn't simulate the resizing of Pods in place")),
        other => {
            Err(Failure::error(format!("invalid subresource value: {other:?}. Must be one of [status scale resize]")))
        }
    }
}

/// How far a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRun {
    /// All the way.
    None,
    /// Nothing is sent.
    Client,
    /// Sent, checked, not stored.
    Server,
}

impl DryRun {
    /// Reads `--dry-run`.
    pub fn of(args: &Args, env: &mut Env) -> Result<DryRun, Failure> {
        match args.text("dry-run") {
            None | Some("none") => Ok(DryRun::None),
            Some("client") => Ok(DryRun::Client),
            Some("server") => Ok(DryRun::Server),
            Some("unchanged") => {
                let stamp = log_stamp(env);
                let text = "helpers.go:719] --dry-run is deprecated and can be replaced with --dry-run=client.";
                env.complain(&format!("W{stamp} {text}"));
                Ok(DryRun::Client)
            }
            Some(other) => {
                let text = format!("Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\".");
                Err(Failure::error(text))
            }
        }
    }

    /// What success lines end with.
    pub fn suffix(self) -> &'static str {
        match self {
            DryRun::None => "",
            DryRun::Client => " (dry run)",
            DryRun::Server => " (server dry run)",
        }
    }
}

/// klog's `1124 22:56:00.000000       1`.
fn log_stamp(env: &Env) -> String {
    let now = env.now().to_string();
    let part = |range: std::ops::Range<usize>| now.get(range).unwrap_or_default().to_string();
    format!("{}{} {}.000000       1", part(5..7), part(8..10), part(11..19))
}

/// Marks a request as kubectl marks its writes.
pub fn write(mut request: Request, args: &Args, dry_run: DryRun, manager: &str) -> Request {
    request.dry_run = dry_run == DryRun::Server;
    request.field_manager = args.text("field-manager").unwrap_or(manager).into();
    request
}

/// Refuses an output format before anything is done. Only `get` prints tables and columns.
pub fn check_output(command: &Command, args: &Args) -> Result<(), Failure> {
    let prints = command.flags.iter().flat_map(|table| table.iter()).any(|flag| flag.name == "template");
    match args.text_or_empty("output") {
        "" => Ok(()),
        _ if !prints || matches!(command.name, "get" | "delete" | "edit" | "edit-last-applied") => Ok(()),
        format => print::check_object(format).map_err(Failure::error),
    }
}

/// What `--validate` asks the server to do with unknown fields.
pub fn field_validation(args: &Args) -> Result<FieldValidation, Failure> {
    match args.text("validate") {
        None | Some("true" | "strict") => Ok(FieldValidation::Strict),
        Some("warn") => Ok(FieldValidation::Warn),
        Some("false" | "ignore") => Ok(FieldValidation::Ignore),
        Some(other) => Err(Failure::error(format!(
            "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
        ))),
    }
}

/// Whether what is to be printed may say who owns which field.
pub fn asks_for_owners(args: &Args) -> bool {
    let format = args.text_or_empty("output");
    // A path that ends at the metadata or before prints all that is in them.
    let whole = ["managedFields", "metadata}", "metadata,", "{@}", "{.}", "{$}", "[*]}", ".."];
    args.on("show-managed-fields")
        || args.has("raw")
        || format.contains('=') && whole.iter().any(|it| format.contains(it))
}

/// Says what happened to an object: `daemonset.apps/x created`, or whatever `-o` asks for instead.
pub fn report(
    env: &mut Env,
    args: &Args,
    id: &Named,
    value: &Value,
    word: &str,
    dry_run: DryRun,
) -> Result<(), Failure> {
    match args.text("output") {
        None | Some("") => env.say(&format!("{} {word}{}", id.title(), dry_run.suffix())),
        Some("name") => env.say(&id.title()),
        Some(format) => {
            let text = print::object(format, value, args.on("show-managed-fields")).map_err(Failure::error)?;
            env.put(&text);
        }
    }
    Ok(())
}

/// Ends with success, or with everything that went wrong.
pub fn finish(failures: Vec<Failure>) -> Result<Progress, Failure> {
    match Failure::all(failures) {
        None => Ok(Progress::Done(0)),
        Some(failure) => Err(failure),
    }
}

/// Prints a failure and returns its exit code: for commands that learn of it while they run.
pub fn fail(env: &mut Env, failure: &Failure) -> ExitCode {
    if !failure.text.is_empty() {
        env.complain(&failure.text);
    }
    failure.code
}
