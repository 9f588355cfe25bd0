//! Manifests of the world's own DaemonSets: what is written into them comes back out, or is refused as Kubernetes refuses it.
//!
//! Reads `../shared/manifests`, where that lies beside the repository: real files of real projects, from node exporters to
//! networks, some written for API versions that are gone. Each is applied to a cluster that has its namespaces. Of what is
//! accepted every leaf must stand in `get -o yaml` again, quantities in their canonical form, empty ones perhaps left out.

use crate::support::world::World;
use api::meta::quantity;
use api::resource::Kind;
use api::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Files that a real server refuses in part for another reason than a kind it doesn't have: the file, and what it says.
const REFUSED: [(&str, &str); 1] = [(
    // A slip of the file's own; kubectl validates strictly since v1.25.
    "node-problem-detector.yaml",
    "Error from server (BadRequest): error when creating \"node-problem-detector.yaml\": DaemonSet in version \"v1\" cannot be \
     handled as a DaemonSet: strict decoding error: unknown field \"spec.template.spec.nodeSelectors\"\n",
)];

#[test]
fn manifests_of_real_projects_come_back_as_written_or_are_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/manifests");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("the manifests aren't here; nothing was applied");
        return;
    };
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let mut wrong = Vec::new();
    for path in &paths {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
        wrong.extend(apply(&name, &text).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{} differences in {} files:\n{}", wrong.len(), paths.len(), wrong.join("\n"));
    eprintln!("{} files were applied", paths.len());
}

/// Applies a file and says what went otherwise than it should.
fn apply(name: &str, text: &str) -> Vec<String> {
    let mut world = World::with_nodes(["node-1"]);
    world.file(name, text);
    let objects = objects(text);
    for namespace in namespaces(&objects) {
        world.kubectl(&format!("create namespace {namespace}"));
    }
    let printed = world.kubectl(&format!("apply -f {name}"));
    let (out, err) = (printed.out(), printed.err());
    let mut wrong = Vec::new();
    let mut refused = REFUSED.iter().filter(|(file, _)| *file == name).map(|(_, text)| *text).collect::<Vec<_>>();
    for object in &objects {
        let field = |key: &str| object[key].as_str().unwrap_or_default();
        let (version, kind) = (field("apiVersion"), field("kind"));
        let own = object["metadata"]["name"].as_str().unwrap_or_default();
        let Some(known) = Kind::of_manifest(version, kind) else {
            let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
            let words = format!(
                "resource mapping not found for name: {own:?} namespace: {namespace:?} from {name:?}: no matches for kind \
                 {kind:?} in version {version:?}\nensure CRDs are installed first\n"
            );
            if !err.contains(&words) {
                wrong.push(format!("{kind} {version} isn't refused as unknown; stderr:\n{err}"));
            }
            continue;
        };
        let line = format!("{}/{own} ", known.singular_resource());
        if !out.lines().any(|told| told.starts_with(&line)) {
            match refused.iter().position(|text| err.contains(text)) {
                Some(place) => drop(refused.remove(place)),
                None => wrong.push(format!("{line}isn't applied; stderr:\n{err}")),
            }
            continue;
        }
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
        let command = format!("get {} {own} -n {namespace} -o yaml", known.plural());
        let stored = yaml::read::value(&world.kubectl(&command).out()).unwrap_or_default();
        missing("", object, &stored, &mut wrong);
    }
    wrong.extend(refused.iter().map(|text| format!("isn't refused: {text}")));
    wrong
}

/// The objects of a file, those of lists one by one.
fn objects(text: &str) -> Vec<Value> {
    let documents = yaml::read::documents(text).into_iter().filter_map(Result::ok).map(|document| document.value);
    let mut out = Vec::new();
    for document in documents.filter(Value::is_object) {
        match document["items"].as_array().filter(|_| document["kind"] == "List") {
            Some(items) => out.extend(items.iter().cloned()),
            None => out.push(document),
        }
    }
    out
}

/// The namespaces that objects are in and that neither the file nor the cluster has.
fn namespaces(objects: &[Value]) -> BTreeSet<String> {
    let brought = |name: &str| objects.iter().any(|o| o["kind"] == "Namespace" && o["metadata"]["name"] == name);
    let used = objects.iter().filter_map(|object| object["metadata"]["namespace"].as_str());
    used.filter(|name| !brought(name)).map(String::from).collect()
}

/// Says which leaves of `written` don't stand in `stored`.
fn missing(path: &str, written: &Value, stored: &Value, wrong: &mut Vec<String>) {
    match (written, stored) {
        (Value::Object(written), stored) => {
            for (key, value) in written {
                missing(&format!("{path}.{key}"), value, &stored[key], wrong);
            }
        }
        (Value::Array(written), stored) => {
            for (index, value) in written.iter().enumerate() {
                missing(&format!("{path}[{index}]"), value, &stored[index], wrong);
            }
        }
        // `null` leaves the choice to the server.
        (Value::Null, _) => {}
        (a, b) if a == b || same_quantity(a, b) || is_empty(a) && b.is_null() => {}
        (a, b) => wrong.push(format!("{path} is written {a}, stored {b}")),
    }
}

fn is_empty(value: &Value) -> bool {
    [json!(""), json!(false), json!(0)].contains(value)
}

/// `0.1` and `100m`; a quantity may be written as a number.
fn same_quantity(written: &Value, stored: &Value) -> bool {
    let canonical = |value: &Value| match value {
        Value::String(text) => quantity::canonical(text),
        Value::Number(number) => quantity::canonical(&number.to_string()),
        _ => None,
    };
    canonical(written).is_some_and(|text| canonical(stored) == Some(text))
}
