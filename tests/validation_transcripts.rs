//! What a real API server answered to manifests, good and bad, asked again of ours.
//!
//! Reads `../shared/transcripts/validation`, where that lies beside the repository: each file holds manifests (`#| ` lines)
//! and `kubectl create -f` with its answer. The manifest goes through decoding, defaults and validation as a request would;
//! the answer is put together as kubectl prints it. Left out: what kubectl refuses without asking the server.

use api::resource::Kind;
use api::schema;
use api::status::Status;
use cluster::apiserver::registry;
use std::collections::BTreeMap;
use std::path::Path;

/// Fewer cases than these would mean that the reading of the files broke.
const CASES_MIN: usize = 40;

#[test]
fn manifests_are_answered_as_a_real_server_answers_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/transcripts/validation");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("the transcripts aren't here; nothing was compared");
        return;
    };
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a transcript is text");
        for case in cases(&text) {
            let Some(ours) = answer(&case) else { continue };
            compared += 1;
            if ours != case.answer {
                wrong.push(format!("{}\n  theirs: {}\n  ours:   {ours}", path.display(), case.answer));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    eprintln!("{compared} cases were compared");
    assert!(compared >= CASES_MIN, "only {compared} cases were compared");
}

/// A manifest, and what `kubectl create -f` of it printed.
struct Case {
    file: String,
    manifest: String,
    answer: String,
}

fn cases(transcript: &str) -> Vec<Case> {
    let mut manifests: BTreeMap<&str, String> = BTreeMap::new();
    let mut file = "";
    let mut cases: Vec<Case> = Vec::new();
    let mut reading = false;
    for line in transcript.lines() {
        if let Some(name) = line.strip_prefix("# file ") {
            file = name.trim_end_matches(':');
            manifests.insert(file, String::new());
        } else if let Some(text) = line.strip_prefix("#|") {
            let manifest = manifests.entry(file).or_default();
            manifest.push_str(text.strip_prefix(' ').unwrap_or(text));
            manifest.push('\n');
        } else if let Some(command) = line.strip_prefix("$ ") {
            let manifest = command.strip_prefix("kubectl create -f ").and_then(|name| manifests.get_key_value(name));
            reading = manifest.is_some();
            cases.extend(manifest.map(|(name, manifest)| Case {
                file: name.to_string(),
                manifest: manifest.clone(),
                answer: String::new(),
            }));
        } else if line.starts_with("[exit ") {
            reading = false;
        } else if reading && let Some(case) = cases.last_mut() {
            case.answer.push_str(line.strip_prefix("! ").unwrap_or(line));
            case.answer.push('\n');
        }
    }
    cases
}

/// What creating the manifest prints; `None` where kubectl would speak, or where a second document would.
fn answer(case: &Case) -> Option<String> {
    let by_kubectl = case.answer.starts_with("error: ");
    if by_kubectl || case.answer.contains("AlreadyExists") || case.manifest.contains("\n---\n") {
        return None;
    }
    let mut object = yaml::read::value(&case.manifest).ok()?;
    let text = |field: &str| object[field].as_str().unwrap_or_default().to_string();
    let kind = Kind::of_manifest(&text("apiVersion"), &text("kind"))?;
    let refused = |text: String| {
        let version = kind.api_version();
        let version = version.rsplit('/').next().unwrap_or_default().to_string();
        let (file, name) = (&case.file, kind.name());
        Some(format!(
            "Error from server (BadRequest): error when creating {file:?}: {name} in version {version:?} cannot be handled as a {name}: {text}\n"
        ))
    };
    match schema::decode(kind, &mut object) {
        Err(error) => return refused(error.to_string()),
        Ok(unknown) if !unknown.is_empty() => return refused(schema::strict_error(&unknown)),
        Ok(_) => {}
    }
    object["metadata"]["namespace"] = "default".into();
    registry::prepare_for_create(kind, &mut object);
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_string();
    let errors = registry::validate(kind, &object);
    if errors.is_empty() {
        return Some(format!("{}/{name} created\n", kind.singular_resource()));
    }
    Some(as_kubectl_prints(kind, &name, &Status::invalid(kind, &name, errors)))
}

fn as_kubectl_prints(kind: Kind, name: &str, status: &Status) -> String {
    let head = format!("The {} {name:?} is invalid: ", kind.name());
    match &status.causes[..] {
        [cause] => format!("{head}{cause}\n"),
        causes => causes.iter().fold(format!("{head}\n"), |text, cause| format!("{text}* {cause}\n")),
    }
}
