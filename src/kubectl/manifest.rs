//! Files, directories and standard input, as objects.
//!
//! Each document is read on its own, so what stands before a broken one is still acted upon; a broken one stays in its place
//! as a [`Failure`]. Only what kubectl itself refuses is refused here: syntax, a missing kind or apiVersion, a kind that
//! discovery doesn't know, a namespace that contradicts `-n`. Everything else is the server's business.
//!
//! Models cli-runtime `pkg/resource/visitor.go`, Kubernetes v1.36. Left out: URLs and kustomizations.

use crate::Env;
use crate::args::Args;
use crate::error::Failure;
use api::meta::selector::LabelSelector;
use api::resource::Kind;
use api::{Str, Value};
use std::collections::BTreeMap;

/// One object of a file.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// What it is.
    pub kind: Kind,
    /// Where it goes; empty for cluster-scoped kinds.
    pub namespace: String,
    /// May be empty: then only the server can say whether that's wrong.
    pub name: String,
    /// The file, as messages call it.
    pub source: String,
    /// The object, with its namespace filled in.
    pub value: Value,
}

/// Reads everything `-f` names. A path that doesn't exist spoils the whole command, a bad document only itself.
pub fn load(args: &Args, env: &Env, validate: bool) -> Result<Vec<Result<Manifest, Failure>>, Failure> {
    let mut out = Vec::new();
    let explicit = args.text("namespace").filter(|namespace| !namespace.is_empty());
    let current = args.namespace(env);
    for (source, text) in sources(args, env)? {
        for document in documents(&source, &text) {
            match document {
                Ok(value) => {
                    for value in items(value) {
                        out.push(manifest(value, &source, explicit, &current, validate));
                    }
                }
                Err(failure) => out.push(Err(failure)),
            }
        }
    }
    if let Some(text) = args.text("selector").filter(|text| !text.is_empty()) {
        let selector = LabelSelector::parse(text).map_err(Failure::error)?;
        out.retain(|document| document.as_ref().map_or(true, |manifest| selector.matches(&labels(&manifest.value))));
    }
    Ok(out)
}

fn labels(value: &Value) -> BTreeMap<Str, Str> {
    let labels = value["metadata"]["labels"].as_object().into_iter().flatten();
    labels.map(|(key, value)| (key.as_str().into(), value.as_str().unwrap_or_default().into())).collect()
}

/// Whether `--validate` asks for kubectl's own look at a document.
pub fn validates(args: &Args) -> bool {
    !matches!(args.text("validate"), Some("false" | "ignore"))
}

fn sources(args: &Args, env: &Env) -> Result<Vec<(String, String)>, Failure> {
    let mut out = Vec::new();
    for path in args.list("filename") {
        if path == "-" {
            out.push(("STDIN".to_string(), env.stdin.unwrap_or_default().to_string()));
        } else if path.starts_with("http://") || path.starts_with("https://") {
            return Err(Failure::error(format!("everynode doesn't simulate downloads; save {path:?} as a file first")));
        } else if let Some(names) = env.files.list(path) {
            directory(path.trim_end_matches('/'), &names, args.on("recursive"), env, &mut out)?;
        } else if let Some(text) = env.files.read(path) {
            out.push((path.clone(), text));
        } else {
            return Err(Failure::error(format!("the path {path:?} does not exist")));
        }
    }
    Ok(out)
}

fn directory(
    path: &str,
    names: &[String],
    recursive: bool,
    env: &Env,
    out: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let before = out.len();
    for name in names {
        let inner = format!("{path}/{name}");
        if let Some(names) = env.files.list(&inner) {
            if recursive {
                directory(&inner, &names, true, env, out)?;
            }
        } else if [".json", ".yaml", ".yml"].iter().any(|extension| name.ends_with(extension))
            && let Some(text) = env.files.read(&inner)
        {
            out.push((inner, text));
        }
    }
    if out.len() == before && !recursive {
        let text = format!("error reading [{path}]: recognized file extensions are [.json .yaml .yml]");
        return Err(Failure::error(text));
    }
    Ok(())
}

/// The documents of a text. After a syntax error nothing more is read.
fn documents(source: &str, text: &str) -> Vec<Result<Value, Failure>> {
    let mut out = Vec::new();
    for document in yaml::documents(text) {
        let broken = document.is_err();
        out.push(match document {
            Ok(document) => Ok(document.value),
            Err(error) => Err(Failure::error(format!("error parsing {source}: {error}"))),
        });
        if broken {
            break;
        }
    }
    out
}

/// A `List` is its items.
fn items(mut value: Value) -> Vec<Value> {
    if value["kind"] == "List" && value["apiVersion"] == "v1" {
        match value["items"].take() {
            Value::Array(items) => items.into_iter().flat_map(self::items).collect(),
            _ => Vec::new(),
        }
    } else {
        vec![value]
    }
}

fn manifest(
    mut value: Value,
    source: &str,
    explicit: Option<&str>,
    current: &str,
    validate: bool,
) -> Result<Manifest, Failure> {
    if validate && let Some(wrong) = without_kinds([&value]) {
        return Err(Failure::error(format!(
            "error validating {source:?}: error validating data: {wrong}; if you choose to ignore these errors, \
             turn validation off with --validate=false"
        )));
    }
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_string();
    let (version, kind_name) = (text("/apiVersion"), text("/kind"));
    if kind_name.is_empty() {
        let text = format!("unable to decode {source:?}: Object 'Kind' is missing in '{value}'");
        return Err(Failure::error(text));
    }
    let (name, own) = (text("/metadata/name"), text("/metadata/namespace"));
    let Some(kind) = discovered(&version, &kind_name) else {
        return Err(Failure::error(format!(
            "resource mapping not found for name: {name:?} namespace: {own:?} from {source:?}: no matches for kind \
             {kind_name:?} in version {version:?}\nensure CRDs are installed first"
        )));
    };
    let mut namespace = String::new();
    if kind.namespaced() {
        if let Some(explicit) = explicit
            && !own.is_empty()
            && own != explicit
        {
            return Err(Failure::error(format!(
                "the namespace from the provided object {own:?} does not match the namespace {explicit:?}. You must \
                 pass '--namespace={own}' to perform this operation."
            )));
        }
        namespace = if own.is_empty() { current.to_string() } else { own };
        if value["metadata"].is_null() || value["metadata"].is_object() {
            value["metadata"]["namespace"] = namespace.clone().into();
        }
    }
    Ok(Manifest { kind, namespace, name, source: source.to_string(), value })
}

/// The kind that discovery has by this name: it lists each as it is and all in small letters.
fn discovered(version: &str, name: &str) -> Option<Kind> {
    let small = |kind: &Kind| kind.api_version() == version && kind.name().to_ascii_lowercase() == name;
    Kind::of_manifest(version, name).or_else(|| Kind::all().find(small))
}

/// What keeps values from naming their kinds.
///
/// Source: kubectl `pkg/validation/schema.go` (getObjectKind).
pub fn without_kinds<'a>(values: impl IntoIterator<Item = &'a Value>) -> Option<String> {
    let wrong: Vec<String> = values.into_iter().flat_map(without_kind).collect();
    match wrong.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("[{}]", several.join(", "))),
    }
}

fn without_kind(value: &Value) -> Vec<String> {
    let Value::Object(fields) = value else { return vec!["invalid object to validate".into()] };
    let wrong = ["apiVersion", "kind"].into_iter().filter_map(|field| match fields.get(field) {
        None | Some(Value::Null) => Some(format!("{field} not set")),
        Some(Value::String(text)) if field == "apiVersion" && text.matches('/').count() > 1 => {
            Some(format!("unexpected GroupVersion string: {text}"))
        }
        Some(Value::String(_)) => None,
        Some(_) => Some(format!("{field} isn't string type")),
    });
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn failure(value: Value) -> String {
        manifest(value, "x.yaml", Some("a"), "a", true).expect_err("refused").text
    }

    #[test]
    fn what_is_no_object_is_refused_before_anything_is_sent() {
        let after = "; if you choose to ignore these errors, turn validation off with --validate=false";
        for (value, text) in [
            (json!({"apiVersion": "v1"}), "kind not set"),
            (json!({"kind": "Pod"}), "apiVersion not set"),
            (json!({}), "[apiVersion not set, kind not set]"),
            (json!({"apiVersion": 1, "kind": null}), "[apiVersion isn't string type, kind not set]"),
            (json!({"apiVersion": "apps/v1", "kind": 1}), "kind isn't string type"),
            (json!({"apiVersion": "apps/v1/x", "kind": "DaemonSet"}), "unexpected GroupVersion string: apps/v1/x"),
            (json!("hello"), "invalid object to validate"),
        ] {
            let expected = format!("error: error validating \"x.yaml\": error validating data: {text}{after}");
            assert_eq!(failure(value), expected);
        }
    }

    #[test]
    fn kinds_are_found_in_files_as_they_are_written_or_all_small() {
        let small = json!({"apiVersion": "apps/v1", "kind": "daemonset", "metadata": {"name": "d"}});
        assert_eq!(manifest(small, "x.yaml", None, "a", true).expect("discovered").kind, Kind::DAEMON_SET);
        let text = failure(json!({"apiVersion": "apps/v1", "kind": "Daemonset", "metadata": {"name": "d"}}));
        assert!(text.starts_with("error: resource mapping not found for name: \"d\" namespace: \"\" from \"x.yaml\""));
        assert!(
            text.ends_with("no matches for kind \"Daemonset\" in version \"apps/v1\"\nensure CRDs are installed first")
        );
    }

    #[test]
    fn a_file_may_not_contradict_the_namespace_flag() {
        let pod = |ns: &str| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": ns}});
        assert!(failure(pod("b")).contains("pass '--namespace=b'"));
        assert!(manifest(pod("a"), "x.yaml", Some("a"), "a", true).is_ok());
    }
}
