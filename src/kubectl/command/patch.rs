//! `kubectl patch`: sends a patch that the learner wrote.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, report};
use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info};
use api::Value;
use api::patch::{cannot_unmarshal, json_merge, json_patch, strategic};
use api::request::{PatchType, Verb};

const FLAGS: &[Flag] = &[
    flag(
        "local",
        ' ',
        Takes::Switch,
        "false",
        "If true, patch will operate on the content of the file, not the server-side resource.",
    ),
    flag("patch", 'p', Takes::Text, "''", "The patch to be applied to the resource JSON file."),
    flag("patch-file", ' ', Takes::Text, "''", "A file containing a patch to be applied to the resource."),
    flag(
        "subresource",
        ' ',
        Takes::Text,
        "''",
        "If specified, patch will operate on the subresource of the requested object.",
    ),
    flag("type", ' ', Takes::Text, "'strategic'", "The type of patch being provided; one of [json merge strategic]"),
];

/// `kubectl patch`
pub static PATCH: Command = Command {
    name: "patch",
    about: "Update fields of a resource",
    text: "Update fields of a resource using strategic merge patch, a JSON merge patch, or a JSON patch.\n\n JSON and YAML formats \
           are accepted.",
    examples: "  # Partially update a node using a strategic merge patch, specifying the patch as JSON\n  \
               kubectl patch node k8s-node-1 -p '{\"spec\":{\"unschedulable\":true}}'\n  \n  \
               # Update a container's image using a JSON patch with positional arrays\n  \
               kubectl patch pod valid-pod --type='json' -p='[{\"op\": \"replace\", \"path\": \"/spec/containers/0/image\", \
               \"value\":\"new image\"}]'",
    usage: "patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]",
    flags: &[FILES, DRY_RUN, OUTPUT, FIELD_MANAGER, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let (text, path) = (args.text_or_empty("patch"), args.text_or_empty("patch-file"));
    match (text, path) {
        ("", "") => {
            return Err(Failure::error("must specify --patch or --patch-file containing the contents of the patch"));
        }
        (_, "") | ("", _) => {}
        _ => return Err(Failure::error("cannot specify --patch and --patch-file together")),
    }
    let dry_run = DryRun::of(args, env)?;
    let local = args.on("local");
    if local && !args.words.is_empty() {
        return Err(Failure::error("cannot specify --local and server resources"));
    }
    if local && dry_run == DryRun::Server {
        let text = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?";
        return Err(Failure::error(text));
    }
    let patch_type = match args.text("type").map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "strategic") => PatchType::Strategic,
        Some("merge") => PatchType::Merge,
        Some("json") => PatchType::Json,
        Some(_) => {
            let text = format!("--type must be one of [json merge strategic], not {:?}", args.text_or_empty("type"));
            return Err(Failure::error(text));
        }
    };
    let patch = Patch { patch_type, patch: read(text, path, env)?, dry_run, args };
    let (found, mut failures) = match local {
        true => resource::local(args, &args.words, env)?,
        false => resource::find(args, &args.words, Bare::Refused, env)?,
    };
    for info in found {
        let outcome = if local || dry_run == DryRun::Client { patch.here(&info, env) } else { patch.send(&info, env) };
        failures.extend(outcome.err());
    }
    options::finish(failures)
}

/// The patch. What begins like JSON is taken as it is, and whoever applies it says what is wrong with it.
fn read(text: &str, path: &str, env: &Env) -> Result<Result<Value, String>, Failure> {
    let missing = || Failure::error(format!("unable to read patch file: open {path}: no such file or directory"));
    let text = if path.is_empty() { text.to_string() } else { env.files.read(path).ok_or_else(missing)? };
    if text.trim_start().starts_with('{') {
        return Ok(serde_json::from_str(&text).map_err(|error| json_error(&error, &text)));
    }
    let value = yaml::value(&text).map_err(|error| {
        // Of a file it quotes nothing.
        let shown = if path.is_empty() { text.as_str() } else { "" };
        Failure::error(format!("unable to parse {shown:?}: {}", error.text))
    })?;
    Ok(Ok(value))
}

/// What is done to every object.
struct Patch<'a> {
    patch_type: PatchType,
    /// The patch, or why it isn't one.
    patch: Result<Value, String>,
    dry_run: DryRun,
    args: &'a Args,
}

impl Patch<'_> {
    fn send(&self, info: &Info, env: &mut Env) -> Result<(), Failure> {
        let patch = self.patch.as_ref().map_err(|why| {
            let about = if self.patch_type == PatchType::Strategic { "" } else { "error decoding patch: " };
            Failure::plain(format!("Error from server (BadRequest): {about}{why}"))
        })?;
        let (args, dry_run) = (self.args, self.dry_run);
        let mut request =
            options::write(info.id.request(Verb::Patch), args, dry_run, "kubectl-patch").with_json(patch.clone());
        request.patch_type = Some(self.patch_type);
        request.subresource = options::subresource(args)?;
        let request_is_scale = request.subresource == "scale" && !args.has("output");
        let object = env.ask(request)?.value().unwrap_or_default();
        if request_is_scale {
            env.say(&format!("scale.autoscaling/{} patched{}", info.id.name, dry_run.suffix()));
            return Ok(());
        }
        report(env, args, &info.id, &object, word(&object, info), dry_run)
    }

    /// Patches without the server, which would have filled in and checked the rest.
    fn here(&self, info: &Info, env: &mut Env) -> Result<(), Failure> {
        let patch = self.patch.as_ref().map_err(|why| match self.patch_type {
            PatchType::Strategic => Failure::error("invalid JSON document"),
            PatchType::Merge => Failure::error("Invalid JSON Patch"),
            _ => Failure::error(why),
        })?;
        let mut value = info.value.clone();
        match self.patch_type {
            PatchType::Strategic => value = strategic::apply(&value, patch).map_err(Failure::error)?,
            PatchType::Merge if patch.is_object() => json_merge::apply(&mut value, patch),
            PatchType::Merge => return Err(Failure::error("Invalid JSON Patch")),
            _ if !patch.is_array() => {
                return Err(Failure::error(cannot_unmarshal(patch, "jsonpatch.Patch")));
            }
            _ => json_patch::apply(&mut value, patch).map_err(|error| {
                match error.0.split_once("doc is missing key: ") {
                    Some((_, key)) => Failure::error(format!("Object to be patched is missing field ({key})")),
                    None => Failure::error(error.0),
                }
            })?,
        }
        report(env, self.args, &info.id, &value, word(&value, info), self.dry_run)
    }
}

fn word(now: &Value, info: &Info) -> &'static str {
    if *now == info.value { "patched (no change)" } else { "patched" }
}

/// A JSON syntax error in Go's words.
fn json_error(error: &serde_json::Error, text: &str) -> String {
    if error.is_eof() {
        return "unexpected end of JSON input".into();
    }
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let found = line.chars().nth(error.column().saturating_sub(1)).unwrap_or('\n');
    let found = if found == '\'' { r"'\''".to_string() } else { format!("{found:?}") };
    let said = error.to_string();
    let place = if said.contains("key must be a string") || said.contains("trailing comma") {
        "looking for beginning of object key string"
    } else if said.contains("expected `:`") {
        "after object key"
    } else if said.contains("expected `,` or `}`") {
        "after object key:value pair"
    } else if said.contains("expected `,` or `]`") {
        "after array element"
    } else if said.contains("trailing characters") {
        "after top-level value"
    } else {
        "looking for beginning of value"
    };
    format!("invalid character {found} {place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_errors_are_told_as_go_tells_them() {
        for (text, expected) in [
            ("{bad", "invalid character 'b' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\": x}", "invalid character 'x' looking for beginning of value"),
            ("{\"a\": 1", "unexpected end of JSON input"),
        ] {
            let error = serde_json::from_str::<Value>(text).expect_err("broken");
            assert_eq!(json_error(&error, text), expected, "{text}");
        }
    }
}
