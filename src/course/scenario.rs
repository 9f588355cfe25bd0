//! A scenario: one readable YAML file that says which nodes there are, what runs on them, what images do, and which files the
//! learner has. `docs/formats/scenario.md` describes it field by field.
//!
//! ```yaml
//! everynode: scenario/v1
//! title: Four nodes, one daemon
//! kubernetes: "1.36"
//! seed: 1
//! nodes:
//! - {name: node-1, preset: worker, labels: {disktype: ssd}}
//! - {name: "edge-{n}", count: 20, preset: edge}
//! objects: []                      # manifests, there and running before the learner comes
//! files: [monitoring-daemon.yaml]  # examples to open; the first is in front
//! daemon: monitoring-daemon.yaml   # applied as the curtain rises: the "after"
//! ```
//!
//! Read strictly: an unknown field or a wrong type is an error that says where.

use crate::moves::Timed;
use crate::read::{self, Entries, Fault, Field};
use api::Value;
use api::objects::scheduling::{Effect, Taint};
use std::time::Duration;

/// A scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// What a menu calls it.
    pub title: String,
    /// The release its cluster answers as, or the one whose way of placing daemon Pods it shows: one of [`RELEASES`].
    pub kubernetes: String,
    /// Makes names, uids and addresses.
    pub seed: u64,
    /// In the order they join.
    pub nodes: Vec<NodeSpec>,
    /// Manifests.
    pub objects: Vec<Value>,
    /// What images do, by name.
    pub images: Vec<(String, ImageSpec)>,
    /// What lies in the learner's folder.
    pub files: Vec<FileSpec>,
    /// The file whose manifest makes the difference between before and after.
    pub daemon: Option<String>,
    /// What happens by itself, in the order of time.
    pub acts: Vec<Timed>,
}

/// A file in the learner's folder.
#[derive(Clone, Debug, PartialEq)]
pub enum FileSpec {
    /// One of the examples, by name.
    Example(String),
    /// A file of the scenario's own.
    Own {
        /// Its name.
        name: String,
        /// What it holds.
        text: String,
    },
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
    /// In place of the preset's, if they are said.
    pub taints: Option<Vec<Taint>>,
    /// Resources other than the preset's: `cpu`, `memory`, `pods`, `nvidia.com/gpu`.
    pub capacity: Vec<(String, String)>,
    /// The manifests in its kubelet's folder.
    pub static_pods: Vec<Value>,
}

/// What containers of an image do, where it isn't what an image of that name does anyway.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageSpec {
    /// No registry has it.
    pub missing: bool,
    /// From its start until it answers probes.
    pub ready_after: Option<Duration>,
    /// It never passes a readiness probe.
    pub never_ready: bool,
    /// It ends by itself so long after its start, …
    pub exits_after: Option<Duration>,
    /// … with this code.
    pub exit_code: i64,
    /// Bytes to pull.
    pub size: Option<u64>,
}

/// The releases there are. As 1.11 the DaemonSet controller places its Pods itself; all else is 1.36.
pub const RELEASES: [&str; 2] = ["1.36", "1.11"];

/// The format this reads.
const FORMAT: &str = "scenario/v1";
/// So many nodes at most: what the simulation carries.
const NODES_MAX: u64 = 5000;

fn release(field: Field<'_>) -> Result<String, Fault> {
    let text = field.text()?;
    match RELEASES.contains(&text.as_str()) {
        true => Ok(text),
        false => Err(field.fault(format!("everynode simulates Kubernetes {}, not {text}", RELEASES.join(" and ")))),
    }
}

impl Scenario {
    /// Reads a scenario file.
    pub fn parse(text: &str) -> Result<Scenario, Fault> {
        let document = read::document(text)?;
        Scenario::read(&Field::root(&document))
    }

    /// Reads a scenario that stands in another file.
    pub fn read(field: &Field<'_>) -> Result<Scenario, Fault> {
        let known =
            ["everynode", "title", "kubernetes", "seed", "nodes", "objects", "images", "files", "daemon", "acts"];
        let map = field.map(&known)?;
        let format = map.need("everynode")?;
        if format.text()? != FORMAT {
            return Err(format.fault(format!("this reads {FORMAT}, not {}", format.value())));
        }
        let mut nodes = Vec::new();
        for node in map.list("nodes")? {
            nodes.extend(NodeSpec::read(&node)?);
        }
        if let Some(twice) = (1..nodes.len()).find(|at| nodes[..*at].iter().any(|other| other.name == nodes[*at].name))
        {
            return Err(map.need("nodes")?.fault(format!("two nodes are called {:?}", nodes[twice].name)));
        }
        let mut acts = map.list("acts")?.iter().map(Timed::read).collect::<Result<Vec<_>, _>>()?;
        api::sort::by_key(&mut acts, |act| act.at);
        Ok(Scenario {
            title: map.need("title")?.text()?,
            kubernetes: map.get("kubernetes").map_or(Ok(RELEASES[0].into()), release)?,
            seed: map.get("seed").map_or(Ok(1), |seed| seed.number())?,
            nodes,
            objects: map.list("objects")?.iter().map(manifest).collect::<Result<_, _>>()?,
            images: images(&map)?,
            files: map.list("files")?.iter().map(FileSpec::read).collect::<Result<_, _>>()?,
            daemon: map.get("daemon").map(|daemon| daemon.text()).transpose()?,
            acts,
        })
    }
}

fn manifest(field: &Field<'_>) -> Result<Value, Fault> {
    let map = field.any_map()?;
    for key in ["apiVersion", "kind", "metadata"] {
        map.need(key)?;
    }
    let meta = map.need("metadata")?.any_map()?;
    meta.need("name")?.text()?;
    Ok(field.value().clone())
}

impl FileSpec {
    fn read(field: &Field<'_>) -> Result<FileSpec, Fault> {
        if field.value().is_string() {
            return field.text().map(FileSpec::Example);
        }
        let map = field.map(&["name", "text"])?;
        Ok(FileSpec::Own { name: map.need("name")?.text()?, text: map.need("text")?.text()? })
    }
}

impl NodeSpec {
    /// One node, or the nodes of a group.
    fn read(field: &Field<'_>) -> Result<Vec<NodeSpec>, Fault> {
        let map = field.map(&["name", "count", "preset", "labels", "taints", "capacity", "staticPods"])?;
        let name = map.need("name")?.text()?;
        let count = map.get("count").map_or(Ok(1), |count| count.number())?;
        if count > NODES_MAX {
            return Err(map.need("count")?.fault(format!("more than {NODES_MAX} nodes")));
        }
        if map.get("count").is_some() && !name.contains("{n}") {
            return Err(map.need("name")?.fault("the name of a group needs a {n}, where its nodes' numbers go"));
        }
        let taints = match map.get("taints") {
            None => None,
            Some(taints) => Some(taints.list()?.iter().map(taint).collect::<Result<_, _>>()?),
        };
        let spec = NodeSpec {
            name,
            preset: map.text("preset")?,
            labels: pairs(&map, "labels", |label| label.text())?,
            taints,
            capacity: pairs(&map, "capacity", |amount| amount.scalar())?,
            static_pods: map.list("staticPods")?.iter().map(manifest).collect::<Result<_, _>>()?,
        };
        let numbered = |n: u64| NodeSpec { name: spec.name.replace("{n}", &n.to_string()), ..spec.clone() };
        Ok((1..=count).map(numbered).collect())
    }
}

/// A taint as one types it: `key=value:Effect`, `key:Effect`.
fn taint(field: &Field<'_>) -> Result<Taint, Fault> {
    let text = field.text()?;
    let (what, effect) = text.rsplit_once(':').unwrap_or((&text, ""));
    let Some(effect) = Effect::parse(effect) else {
        return Err(field.fault(format!("{text:?} is not a taint such as key=value:NoSchedule")));
    };
    let (key, value) = what.split_once('=').unwrap_or((what, ""));
    Ok(Taint::new(key, value, effect))
}

fn pairs(
    map: &Entries<'_>,
    key: &str,
    read: impl Fn(&Field<'_>) -> Result<String, Fault>,
) -> Result<Vec<(String, String)>, Fault> {
    let Some(field) = map.get(key) else { return Ok(Vec::new()) };
    let map = field.any_map()?;
    map.keys().map(|key| Ok((key.to_string(), read(&map.need(key)?)?))).collect()
}

fn images(map: &Entries<'_>) -> Result<Vec<(String, ImageSpec)>, Fault> {
    let Some(field) = map.get("images") else { return Ok(Vec::new()) };
    let map = field.any_map()?;
    map.keys().map(|name| Ok((name.to_string(), ImageSpec::read(&map.need(name)?)?))).collect()
}

impl ImageSpec {
    fn read(field: &Field<'_>) -> Result<ImageSpec, Fault> {
        let map = field.map(&["missing", "readyAfter", "neverReady", "exitsAfter", "exitCode", "size"])?;
        let flag = |key: &str| map.get(key).map_or(Ok(false), |flag| flag.flag());
        let time = |key: &str| map.get(key).map(|time| time.duration()).transpose();
        Ok(ImageSpec {
            missing: flag("missing")?,
            ready_after: time("readyAfter")?,
            never_ready: flag("neverReady")?,
            exits_after: time("exitsAfter")?,
            exit_code: map.get("exitCode").map_or(Ok(1), |code| code.number())? as i64,
            size: map.get("size").map(|size| size.number()).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "everynode: scenario/v1\ntitle: A\nkubernetes: '1.36'\nnodes:\n- name: node-1\n  labels: {a: b}\n";

    fn refusal(text: &str) -> String {
        Scenario::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_scenario_is_read_strictly() {
        let read = |text: &str| Scenario::parse(text);
        assert_eq!(read(GOOD).unwrap().nodes[0].labels, [("a".to_string(), "b".to_string())]);
        let wrong = GOOD.replace("labels: {a: b}", "label: {a: b}");
        assert_eq!(
            refusal(&wrong),
            "line 6: nodes[0].label: unknown field \"label\"; known are name, count, preset, labels, taints, capacity, staticPods"
        );
        let newer = GOOD.replace("v1", "v9");
        assert_eq!(refusal(&newer), "line 1: everynode: this reads scenario/v1, not \"scenario/v9\"");
        assert_eq!(refusal(&format!("{GOOD}title: B\n")), "line 7: \"title\" is here twice");
        assert_eq!(refusal(&format!("{GOOD}- name: node-1\n")), "line 4: nodes: two nodes are called \"node-1\"");
    }

    #[test]
    fn a_group_of_nodes_is_numbered() {
        let group = "- {name: 'edge-{n}', count: 3, preset: edge, taints: ['a=b:NoExecute', 'c:NoSchedule'], capacity: {cpu: 2}}\n";
        let scenario = Scenario::parse(&format!("{GOOD}{group}")).unwrap();
        let names: Vec<&str> = scenario.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["node-1", "edge-1", "edge-2", "edge-3"]);
        let taints = scenario.nodes[3].taints.as_ref().unwrap();
        assert_eq!((&*taints[0].value, &*taints[1].key), ("b", "c"));
        assert_eq!(scenario.nodes[3].capacity, [("cpu".to_string(), "2".to_string())]);
        assert!(refusal(&format!("{GOOD}- {{name: edge, count: 3}}\n")).contains("{n}"));
        assert!(refusal(&format!("{GOOD}- {{name: edge, taints: [a]}}\n")).contains("line 7: nodes[1].taints[0]"));
    }

    #[test]
    fn images_and_acts_are_read_in_the_order_of_time() {
        let more = "images:\n  broken:1: {exitsAfter: 5s}\n  slow:2: {readyAfter: 500ms, neverReady: true}\n\
                    acts:\n- {at: 2m, stopKubelet: node-1}\n- {at: 5s, run: kubectl get ds}\n";
        let scenario = Scenario::parse(&format!("{GOOD}{more}")).unwrap();
        assert_eq!(scenario.images[0].1.exits_after, Some(Duration::from_secs(5)));
        assert_eq!(scenario.images[1].1.ready_after, Some(Duration::from_millis(500)));
        assert_eq!(scenario.acts[0].at, Duration::from_secs(5));
        assert_eq!(
            refusal(&format!("{GOOD}acts:\n- {{at: soon, run: x}}\n")),
            "line 8: acts[0].at: \"soon\" is not a time such as 20s or 5m"
        );
    }
}
