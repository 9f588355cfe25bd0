//! `kubectl patch`: sends a patch that the learner wrote.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, report};
use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info};
use api::Value;
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
    let patch_type = match args.text("type").map(str::to_ascii_lowercase).as_deref() {
        None | Some("strategic") => PatchType::Strategic,
        Some("merge") => PatchType::Merge,
        Some("json") => PatchType::Json,
        Some(other) => {
            let text = format!("--type must be one of [json merge strategic], not {other:?}");
            return Err(Failure::error(text));
        }
    };
    let patch = read(args, env)?;
    let dry_run = DryRun::of(args, env)?;
    let (found, mut failures) = resource::find(args, &args.words, Bare::Refused, env)?;
    for info in found {
        if let Err(failure) = one(&info, &patch, patch_type, dry_run, args, env) {
            failures.push(failure);
        }
    }
    options::finish(failures)
}

fn read(args: &Args, env: &Env) -> Result<Value, Failure> {
    let text = match (args.text_or_empty("patch"), args.text_or_empty("patch-file")) {
        ("", "") => {
            return Err(Failure::error("must specify --patch or --patch-file containing the contents of the patch"));
        }
        (text, "") => text.to_string(),
        ("", path) => env.files.read(path).ok_or_else(|| {
            Failure::error(format!("unable to read patch file: open {path}: no such file or directory"))
        })?,
        _ => return Err(Failure::error("cannot specify --patch and --patch-file together")),
    };
    // What begins like JSON goes to the server as it is, and the server says what's wrong with it.
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(&text)
            .map_err(|error| Failure::plain(format!("Error from server (BadRequest): {}", json_error(&error, &text))));
    }
    yaml::value(&text).map_err(|error| Failure::error(format!("unable to parse {text:?}: {}", error.text)))
}

fn one(
    info: &Info,
    patch: &Value,
    patch_type: PatchType,
    dry_run: DryRun,
    args: &Args,
    env: &mut Env,
) -> Result<(), Failure> {
    let mut request =
        options::write(info.id.request(Verb::Patch), args, dry_run, "kubectl-patch").with_json(patch.clone());
    request.patch_type = Some(patch_type);
    request.subresource = match args.text_or_empty("subresource") {
        "" => "",
        "status" => "status",
        "scale" => "scale",
        "resize" => return Err(Failure::error("everynode doesn't simulate the resizing of Pods in place")),
        other => {
            let text = format!("invalid subresource value: {other:?}. Must be one of [status scale resize]");
            return Err(Failure::error(text));
        }
    };
    // With --dry-run=client nothing may be stored either; the server works out the result all the same.
    request.dry_run = dry_run != DryRun::None;
    let request_is_scale = request.subresource == "scale" && !args.has("output");
    let object = env.ask(request)?.value().unwrap_or_default();
    let same = dry_run == DryRun::None && object == info.value;
    if request_is_scale {
        let named = info.id.name.as_str();
        env.say(&format!("scale.autoscaling/{named} patched{}", dry_run.suffix()));
        return Ok(());
    }
    report(env, args, &info.id, &object, if same { "patched (no change)" } else { "patched" }, dry_run)
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
