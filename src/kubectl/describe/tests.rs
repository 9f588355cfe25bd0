//! Descriptions against what a real kubectl said of objects that were saved a moment before or after, where the record is
//! at hand.

use super::related::Related;
use super::*;
use api::meta::selector::LabelSelector;
use api::objects::Object;
use api::time::Time;
use api::{json, meta};
use std::fs;
use std::path::{Path, PathBuf};

/// Objects by plural, as the snapshots have them.
struct World {
    objects: Value,
    now: Time,
}

impl Related for World {
    fn objects(
        &mut self,
        kind: Kind,
        namespace: Option<&str>,
        label_selector: &str,
        field_selector: &str,
    ) -> Vec<Object> {
        let selector = LabelSelector::parse(label_selector).unwrap();
        let mut found = self.objects[kind.plural()].as_array().cloned().unwrap_or_default();
        found.retain(|object| {
            let meta = &object["metadata"];
            namespace.is_none_or(|namespace| meta["namespace"] == namespace)
                && selector.matches(&meta::labels_from(&meta["labels"]))
                && field_selector.split(',').all(|term| has_field(object, term))
        });
        found.iter().map(|object| Object::from_value(kind, object)).collect()
    }

    fn get(&mut self, kind: Kind, _: Option<&str>, name: &str) -> Option<Value> {
        self.objects[kind.plural()].as_array()?.iter().find(|object| object["metadata"]["name"] == name).cloned()
    }

    fn now(&self) -> Time {
        self.now
    }
}

fn has_field(object: &Value, term: &str) -> bool {
    let at = |path: &str| object.pointer(&format!("/{}", path.replace('.', "/"))).and_then(Value::as_str).unwrap_or("");
    match (term.split_once("!="), term.split_once('=')) {
        (Some((path, value)), _) => at(path) != value,
        (_, Some((path, value))) => path == "involvedObject.namespace" || at(path) == value,
        _ => true,
    }
}

/// Objects by plural, at the moment of the specification's examples.
pub fn world(objects: Value) -> impl Related {
    World { objects, now: Time::parse("2026-11-24T23:08:34Z").unwrap() }
}

/// An object's description with its Events.
pub fn described(kind: Kind, object: Value, objects: Value) -> String {
    super::object(kind, &object, true, &mut world(objects))
}

#[test]
fn what_kubectl_said_is_what_we_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/transcripts");
    if !folder.exists() {
        eprintln!("no transcripts at hand");
        return;
    }
    let (mut right, mut wrong) = (0, Vec::new());
    for scenario in sorted(&folder) {
        let snapshots = sorted(&scenario.join("snapshots"));
        for file in sorted(&scenario).iter().filter(|file| file.extension().is_some_and(|ext| ext == "txt")) {
            let of_section = snapshots.iter().filter(|path| section(path) == section(file));
            let read = |path: &PathBuf| fs::read_to_string(path).unwrap().parse().unwrap();
            let of_section: Vec<Value> = of_section.map(read).collect();
            for said in descriptions(&fs::read_to_string(file).unwrap()) {
                let close =
                    of_section.iter().filter_map(|snapshot| closest(&said, snapshot)).min_by_key(|(lines, _)| *lines);
                match close {
                    Some((0, _)) => right += 1,
                    Some((_, ours)) => wrong.push(format!("{}\n{}\n--- ours\n{ours}", file.display(), said.text)),
                    None => {}
                }
            }
        }
    }
    eprintln!("{right} right, {} not", wrong.len());
    wrong.iter().for_each(|text| eprintln!("{text}"));
    // The others were saved too long before or after: `--nocapture` shows them.
    assert!(right >= 25, "only {right} descriptions are right");
}

/// The number that files and snapshots of one section begin with.
fn section(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().chars().take_while(char::is_ascii_digit).collect()
}

/// One description of a transcript.
struct Said {
    /// Seconds since the scenario began.
    at: f64,
    text: String,
}

fn descriptions(transcript: &str) -> Vec<Said> {
    let mut found = Vec::new();
    let (mut at, mut lines) = (0.0, transcript.lines());
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("# [t+") {
            at = rest.split('s').next().unwrap().parse().unwrap();
        }
        if line.starts_with("$ kubectl describe") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("[exit")).collect();
            // Several objects at once are the verb's business.
            if text.iter().filter(|line| line.starts_with("Name:")).count() == 1 {
                found.push(Said { at, text: text.join("\n") + "\n" });
            }
        }
    }
    found
}

/// Our description of the same object in a snapshot, and how many lines differ; the best of a few moments.
fn closest(said: &Said, snapshot: &Value) -> Option<(usize, String)> {
    let name = field(&said.text, "Name:")?;
    let kind = match () {
        () if said.text.contains("\nDesired Number") => Kind::DAEMON_SET,
        () if said.text.contains("\nSystem Info:") => Kind::NODE,
        () if said.text.contains("\nNewReplicaSet:") => Kind::DEPLOYMENT,
        () if said.text.contains("\nReplicas:") => Kind::REPLICA_SET,
        () if said.text.contains("\nQoS Class:") => Kind::POD,
        () => Kind::CONTROLLER_REVISION,
    };
    let object = snapshot[kind.plural()].as_array()?.iter().find(|object| object["metadata"]["name"] == name)?;
    let start = start_of_scenario(said, object);
    let lease = json!({"metadata": {"name": name}, "spec": {"holderIdentity": name,
        "renewTime": field(&said.text, "  RenewTime:").and_then(|time| from_rfc1123(&time)).map(|time| time.to_string())}});
    let mut objects = absolute(snapshot, start);
    name_nodes_as_kubelets_do(&mut objects["events"]);
    objects["leases"] = json!([lease]);
    let object = absolute(object, start);
    let moments = [-1.0, 0.0, 1.0].map(|shift| Time((start + said.at + shift).floor() as i64));
    let ours = moments.map(|now| {
        let text = super::object(kind, &object, true, &mut World { objects: objects.clone(), now });
        (differences(&said.text, &text), text)
    });
    ours.into_iter().min_by_key(|(lines, _)| *lines)
}

/// Kubelets put the node's name where its uid belongs; snapshots have numbers in place of both.
fn name_nodes_as_kubelets_do(events: &mut Value) {
    for event in events.as_array_mut().unwrap() {
        if event["source"]["component"] == "kubelet" && event["involvedObject"]["kind"] == "Node" {
            event["involvedObject"]["uid"] = event["involvedObject"]["name"].clone();
        }
    }
}

fn differences(a: &str, b: &str) -> usize {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    a.iter().filter(|line| !b.contains(line)).count() + b.iter().filter(|line| !a.contains(line)).count()
}

fn field(text: &str, title: &str) -> Option<String> {
    text.lines().find_map(|line| line.strip_prefix(title)).map(|rest| rest.trim().to_string())
}

/// Snapshots count from the start of the scenario; a time that both have tells when that was.
fn start_of_scenario(said: &Said, object: &Value) -> f64 {
    let known = [("CreationTimestamp:", "/metadata/creationTimestamp"), ("Start Time:", "/status/startTime")];
    let pairs = known.iter().find_map(|(title, path)| {
        let there = from_rfc1123(&field(&said.text, title)?)?;
        Some(there.0 as f64 - relative(object.pointer(path)?.as_str()?)?)
    });
    // Otherwise any moment will do whose fraction makes the times whole seconds.
    pairs.unwrap_or_else(|| {
        let created = object["metadata"]["creationTimestamp"].as_str().and_then(relative).unwrap_or(0.0);
        1_795_561_200.0 - created
    })
}

fn relative(text: &str) -> Option<f64> {
    text.strip_prefix('t')?.strip_suffix('s')?.parse().ok()
}

fn absolute(value: &Value, start: f64) -> Value {
    match value {
        Value::String(text) => match relative(text) {
            Some(seconds) => Time((start + seconds).round() as i64).to_string().into(),
            None => value.clone(),
        },
        Value::Array(list) => list.iter().map(|item| absolute(item, start)).collect::<Vec<_>>().into(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, item)| (key.clone(), absolute(item, start))).collect())
        }
        other => other.clone(),
    }
}

/// `Tue, 24 Nov 2026 23:17:53 +0000`; all transcripts are of one November.
fn from_rfc1123(text: &str) -> Option<Time> {
    let words: Vec<&str> = text.split(' ').collect();
    let [_, day, "Nov", year, clock, _] = words.as_slice() else { return None };
    Time::parse(&format!("{year}-11-{day}T{clock}Z"))
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
