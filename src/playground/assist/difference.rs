//! What applying a file would change: each document is applied to a copy of the cluster, as a dry run, and the answer is
//! held against the live object.

use crate::view::{Change, DiffLine, Effect};
use api::request::{Request, Verb};
use api::resource::Kind;
use api::status::{Reason, Status};
use api::{Value, schema};
use cluster::Cluster;
use cluster::apiserver::Key;
use kubectl::command::diff;
use kubectl::manifest::Manifest;

/// What the server writes into every object anew; it tells a learner nothing.
const NOISE: [&str; 6] = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid", "selfLink"];

/// What would become of each object of a file that is applied in `namespace`.
pub fn of_file(text: &str, namespace: &str, cluster: &Cluster) -> Vec<Change> {
    let refused = |text: String| Change { object: String::new(), effect: Effect::Refused(text) };
    // Each document meets what those before it have made.
    let mut cluster = cluster.clone();
    let mut changes = Vec::new();
    for document in yaml::documents(text) {
        let value = match document {
            Ok(document) => document.value,
            Err(error) => {
                changes.push(refused(error.to_string()));
                break;
            }
        };
        let word = |key: &str| value[key].as_str().unwrap_or_default().to_string();
        let (version, name) = (word("apiVersion"), word("kind"));
        let Some(kind) = Kind::of_manifest(&version, &name) else {
            changes.push(refused(format!("no matches for kind \"{name}\" in version \"{version}\"")));
            continue;
        };
        let manifest = manifest(kind, &value, namespace);
        let object = manifest.id().title();
        let effect = match both(&manifest, &cluster) {
            Ok((live, merged)) => effect(live, merged),
            Err(status) => Effect::Refused(status.message),
        };
        if effect == Effect::Created {
            let _ = sending(&manifest, None, false).and_then(|request| cluster.request(&request));
        }
        changes.push(Change { object, effect });
    }
    changes
}

/// A document as kubectl sends it.
pub fn manifest(kind: Kind, value: &Value, namespace: &str) -> Manifest {
    let mut value = value.clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let given = text(&value["metadata"]["namespace"]);
    let namespace = match (kind.namespaced(), given.is_empty()) {
        (false, _) => String::new(),
        (true, true) => namespace.to_string(),
        (true, false) => given,
    };
    if kind.namespaced() && value["metadata"].is_object() {
        value["metadata"]["namespace"] = namespace.as_str().into();
    }
    Manifest { kind, namespace, name: text(&value["metadata"]["name"]), source: String::new(), value }
}

/// The live object, if there is one, and what it would be once the manifest is applied.
pub fn both(manifest: &Manifest, cluster: &Cluster) -> Result<(Option<Value>, Value), Status> {
    let key = Key::new(&manifest.namespace.as_str().into(), &manifest.name.as_str().into());
    let live = cluster.server().object(manifest.kind, &key).map(|object| object.to_value());
    let request = sending(manifest, live.as_ref(), true)?;
    let unknown = schema::decode(manifest.kind, &mut manifest.value.clone()).unwrap_or_default();
    if !unknown.is_empty() {
        return Err(Status::new(Reason::BadRequest, schema::strict_error(&unknown)));
    }
    let answer = cluster.clone().request(&request)?;
    Ok((live, answer.object().map(|object| object.to_value()).unwrap_or_default()))
}

fn sending(manifest: &Manifest, live: Option<&Value>, tries: bool) -> Result<Request, Status> {
    let verb = if live.is_some() { Verb::Patch } else { Verb::Create };
    let refused = |text: String| Status::new(Reason::BadRequest, text);
    let mut request = diff::fill(manifest.id().request(verb), manifest, live).map_err(refused)?;
    request.dry_run = tries;
    Ok(request)
}

fn effect(live: Option<Value>, merged: Value) -> Effect {
    let Some(live) = live else { return Effect::Created };
    let (old, new) = (shown(live), shown(merged));
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let lines: Vec<DiffLine> = diff::unified(&old, &new).lines().map(line).collect();
    // The first gap is only where the file begins.
    if lines.is_empty() { Effect::Unchanged } else { Effect::Changed(lines[1..].to_vec()) }
}

/// An object as YAML, without what is no business of whoever wrote the file.
fn shown(mut value: Value) -> String {
    if let Some(fields) = value.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = value["metadata"].as_object_mut() {
        NOISE.iter().for_each(|field| drop(metadata.remove(*field)));
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.retain(|key, _| key != diff::LAST_APPLIED && key != "deprecated.daemonset.template.generation");
        }
        if metadata.get("annotations").and_then(Value::as_object).is_some_and(api::Map::is_empty) {
            metadata.remove("annotations");
        }
    }
    yaml::to_string(&value)
}

fn line(text: &str) -> DiffLine {
    let rest = || text.get(1..).unwrap_or_default().to_string();
    match text.chars().next() {
        Some('-') => DiffLine::Gone(rest()),
        Some('+') => DiffLine::New(rest()),
        Some('@') => DiffLine::Gap,
        _ => DiffLine::Kept(rest()),
    }
}
