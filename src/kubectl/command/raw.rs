//! `kubectl get --raw PATH`: what the server answers at a path, as JSON on one line.
//!
//! Objects and lists of the kinds that are simulated, and the server's small words about itself. Left out: discovery documents,
//! `--raw` of other verbs.

use super::Outcome;
use super::discovery::VERSION;
use crate::args::Args;
use crate::error::Failure;
use crate::{Env, Progress};
use api::json;
use api::resource::Kind;

/// Answers for a path.
pub fn get(path: &str, args: &Args, env: &mut Env) -> Outcome {
    if !args.words.is_empty() {
        return Err(Failure::error("arguments may not be passed when --raw is specified"));
    }
    if args.on("watch") || args.on("watch-only") || args.has("selector") {
        let text = "--raw may not be specified with other flags that filter the server request or alter the output";
        return Err(Failure::error(text));
    }
    if args.has("output") {
        return Err(Failure::error("--raw and --output are mutually exclusive"));
    }
    if !path.starts_with('/') {
        let text = format!("--raw must be a valid URL path: parse {path:?}: invalid URI for request");
        return Err(Failure::error(text));
    }
    let path = path.split('?').next().unwrap_or(path);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let text = match parts[..] {
        ["healthz" | "livez" | "readyz"] => "ok".to_string(),
        ["version"] => {
            yaml::json::pretty(&json!({"major": "1", "minor": "36", "gitVersion": VERSION, "platform": "linux/amd64"}))
        }
        ["api", version, ref rest @ ..] => resource("", version, rest, env)?,
        ["apis", group, version, ref rest @ ..] => resource(group, version, rest, env)?,
        _ => return Err(missing()),
    };
    env.put(&text);
    if !text.ends_with('\n') && text != "ok" {
        env.put("\n");
    }
    Ok(Progress::Done(0))
}

fn missing() -> Failure {
    Failure::plain("Error from server (NotFound): the server could not find the requested resource")
}

/// `namespaces/NS/RESOURCE[/NAME]`, `RESOURCE[/NAME]`
fn resource(group: &str, version: &str, parts: &[&str], env: &mut Env) -> Result<String, Failure> {
    let (namespace, parts) = match parts {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
        _ => ("", parts),
    };
    let Some((&plural, names)) = parts.split_first() else { return Err(missing()) };
    let of_path = |kind: &Kind| kind.info().group == group && kind.info().version == version && kind.plural() == plural;
    let kind = Kind::all().find(of_path).filter(|kind| kind.namespaced() || namespace.is_empty());
    let kind = kind.ok_or_else(missing)?;
    match names {
        [] => {
            let items = env.list_values(kind, namespace, "", "")?;
            let list = json!({"kind": format!("{}List", kind.name()), "apiVersion": kind.api_version(), "metadata": {}, "items": items});
            Ok(yaml::json::compact(&list))
        }
        [name] => Ok(yaml::json::compact(&env.get_value(kind, namespace, name)?)),
        _ => Err(missing()),
    }
}
