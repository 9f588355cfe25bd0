//! A scenario: one readable YAML file that says which nodes there are, what runs on them, and which files the learner has.
//!
//! ```yaml
//! everynode: scenario/v1
//! title: Four nodes, one daemon
//! kubernetes: "1.36"
//! seed: 1
//! nodes:
//! - {name: node-1, preset: worker, labels: {disktype: ssd}}
//! objects: []                      # manifests, there and running before the learner comes
//! files: [monitoring-daemon.yaml]  # examples to open; the first is in front
//! daemon: monitoring-daemon.yaml   # applied as the curtain rises: the "after"
//! ```
//!
//! Read strictly: an unknown field or a wrong type is an error that says where.

use api::{Map, Value};

/// A scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// What a menu calls it.
    pub title: String,
    /// The release its cluster answers as.
    pub kubernetes: String,
    /// Makes names, uids and addresses.
    pub seed: u64,
    /// In the order they join.
    pub nodes: Vec<NodeSpec>,
    /// Manifests.
    pub objects: Vec<Value>,
    /// Names of examples.
    pub files: Vec<String>,
    /// The file whose manifest makes the difference between before and after.
    pub daemon: Option<String>,
}

/// A node of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeSpec {
    /// Its name.
    pub name: String,
    /// `worker`, `gpu`, `control-plane`, …; empty: `worker`.
    pub preset: String,
    /// Labels beside the preset's.
    pub labels: Vec<(String, String)>,
}

/// The format this reads.
const FORMAT: &str = "scenario/v1";

impl Scenario {
    /// Reads a scenario file.
    pub fn parse(text: &str) -> Result<Scenario, String> {
        let value = yaml::value(text).map_err(|error| error.to_string())?;
        let map = object(&value, "the scenario")?;
        known(
            map,
            "the scenario",
            &["everynode", "title", "kubernetes", "seed", "nodes", "objects", "files", "daemon"],
        )?;
        match text_of(map, "everynode")?.as_str() {
            FORMAT => {}
            other => return Err(format!("everynode: this reads {FORMAT}, not {other:?}")),
        }
        let nodes = list(map, "nodes")?.iter().enumerate().map(|(index, node)| node_spec(index, node));
        let files = list(map, "files")?.iter().map(|file| match file.as_str() {
            Some(file) => Ok(file.to_string()),
            None => Err(format!("files: {file} is not a file's name")),
        });
        Ok(Scenario {
            title: text_of(map, "title")?,
            kubernetes: text_of(map, "kubernetes")?,
            seed: map.get("seed").map_or(Some(1), Value::as_u64).ok_or("seed: must be a whole number")?,
            nodes: nodes.collect::<Result<_, _>>()?,
            objects: list(map, "objects")?.to_vec(),
            files: files.collect::<Result<_, _>>()?,
            daemon: map.contains_key("daemon").then(|| text_of(map, "daemon")).transpose()?,
        })
    }
}

fn node_spec(index: usize, node: &Value) -> Result<NodeSpec, String> {
    let place = format!("nodes[{index}]");
    let map = object(node, &place)?;
    known(map, &place, &["name", "preset", "labels"])?;
    let labels =
        map.get("labels").map_or(Ok(&Map::new()), |labels| object(labels, &format!("{place}.labels"))).cloned();
    let text = |key: &str| match map.get(key) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(format!("{place}.{key}: {other} is not text")),
    };
    let name = text("name")?;
    if name.is_empty() {
        return Err(format!("{place}: a node needs a name"));
    }
    Ok(NodeSpec {
        name,
        preset: text("preset")?,
        labels: labels?
            .into_iter()
            .map(|(key, value)| match value {
                Value::String(value) => Ok((key, value)),
                other => Err(format!("{place}.labels.{key}: {other} is not text; quote it")),
            })
            .collect::<Result<_, _>>()?,
    })
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{place}: must be a mapping"))
}

fn known(map: &Map<String, Value>, place: &str, fields: &[&str]) -> Result<(), String> {
    match map.keys().find(|key| !fields.contains(&key.as_str())) {
        Some(key) => Err(format!("{place}: unknown field {key:?}; known are {}", fields.join(", "))),
        None => Ok(()),
    }
}

fn text_of(map: &Map<String, Value>, key: &str) -> Result<String, String> {
    match map.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(format!("{key}: {other} is not text")),
        None => Err(format!("{key}: missing")),
    }
}

fn list<'a>(map: &'a Map<String, Value>, key: &str) -> Result<&'a [Value], String> {
    match map.get(key) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("{key}: must be a list")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_read_strictly() {
        let read = |text: &str| Scenario::parse(text);
        let good = "everynode: scenario/v1\ntitle: A\nkubernetes: '1.36'\nnodes:\n- name: node-1\n  labels: {a: b}\n";
        assert_eq!(read(good).unwrap().nodes[0].labels, [("a".to_string(), "b".to_string())]);
        let wrong = good.replace("labels: {a: b}", "label: {a: b}");
        assert_eq!(read(&wrong).unwrap_err(), "nodes[0]: unknown field \"label\"; known are name, preset, labels");
        let newer = good.replace("v1", "v9");
        assert_eq!(read(&newer).unwrap_err(), "everynode: this reads scenario/v1, not \"scenario/v9\"");
    }
}
