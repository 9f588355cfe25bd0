//! A scenario becomes a cluster: nodes, what runs on them, and half a minute for it to settle.

use crate::act::{Moment, Preset};
use crate::view::{ScenarioName, Scene};
use api::objects::Object;
use api::objects::scheduling::{Effect, Taint};
use api::request::{Request, Verb};
use api::resource::Kind;
use api::{Str, Value};
use cluster::Cluster;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::kubelet::images::{Exit, Image};
use cluster::kubelet::machine::Machine;
use course::lesson::{Lesson, Setting};
use course::read::Fault;
use course::scenario::{ImageSpec, NodeSpec, RELEASES, Scenario};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// The scenario the page opens with.
pub const OPENING: &str = "four-nodes";

/// From a node's plugging in until everything on it has settled: 60 s of virtual time that nobody has to watch.
const SETTLING: Duration = Duration::from_secs(60);

const SCENARIOS: &[(&str, &str)] = &[
    ("four-nodes", include_str!("../../static/scenarios/four-nodes.yaml")),
    ("three-workers", include_str!("../../static/scenarios/three-workers.yaml")),
    ("two-kinds", include_str!("../../static/scenarios/two-kinds.yaml")),
];

/// The examples: id (and file name), title, text.
pub const EXAMPLES: &[(&str, &str, &str)] = &[
    ("monitoring-daemon.yaml", "Monitoring daemon", include_str!("../../static/examples/monitoring-daemon.yaml")),
    ("log-collector.yaml", "Log collector", include_str!("../../static/examples/log-collector.yaml")),
    ("node-monitor.yaml", "Node monitoring", include_str!("../../static/examples/node-monitor.yaml")),
    ("cluster-storage.yaml", "Cluster storage", include_str!("../../static/examples/cluster-storage.yaml")),
    ("kube-proxy.yaml", "kube-proxy", include_str!("../../static/examples/kube-proxy.yaml")),
    ("network-agent.yaml", "Network agent", include_str!("../../static/examples/network-agent.yaml")),
    (
        "two-kinds-of-hardware.yaml",
        "Two kinds of hardware",
        include_str!("../../static/examples/two-kinds-of-hardware.yaml"),
    ),
];

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// It ships, under this id.
    Shipped(&'static str),
    /// A file that somebody opened.
    File(Rc<str>),
    /// It stands in a lesson.
    Lesson(Rc<str>),
    /// One of the above, as another release.
    As(&'static str, Rc<Source>),
}

impl Source {
    /// The id of a scenario that ships.
    fn shipped(&self) -> Option<&'static str> {
        match self {
            Source::Shipped(id) => Some(id),
            Source::As(_, other) => other.shipped(),
            _ => None,
        }
    }
}

thread_local! {
    static OPENED: OnceCell<Cluster> = const { OnceCell::new() };
    static SHIPPED: OnceCell<Vec<ScenarioName>> = const { OnceCell::new() };
}

/// What is on stage.
pub struct Stage {
    /// Where it comes from.
    pub source: Source,
    /// The scenario.
    pub scenario: Scenario,
    /// The names of the DaemonSets in the file that makes the difference.
    daemons: Vec<String>,
}

impl Stage {
    fn new(source: Source, scenario: Scenario) -> Stage {
        let text = scenario.daemon.as_deref().and_then(example).unwrap_or_default();
        let documents = yaml::documents(text).into_iter().flatten();
        let named = documents.filter_map(|document| Some(document.value["metadata"]["name"].as_str()?.to_string()));
        let daemons = named.collect();
        Stage { source, scenario, daemons }
    }

    /// A scenario by id; the opening for one there isn't.
    pub fn find(id: &str) -> Stage {
        let (id, text) = SCENARIOS.iter().find(|(known, _)| *known == id).unwrap_or(&SCENARIOS[0]);
        let scenario = Scenario::parse(text).expect("a test reads every scenario that ships");
        Stage::new(Source::Shipped(id), scenario)
    }

    /// The scenario that comes from somewhere.
    pub fn open(source: &Source) -> Result<Stage, Fault> {
        match source {
            Source::Shipped(id) => Ok(Stage::find(id)),
            Source::File(text) => Ok(Stage::new(source.clone(), Scenario::parse(text)?)),
            Source::Lesson(text) => match Lesson::parse(text)?.setting {
                Setting::Shipped(id) => Ok(Stage::find(&id)),
                Setting::Own(scenario) => Ok(Stage::new(source.clone(), *scenario)),
            },
            Source::As(release, other) => {
                let Stage { scenario, .. } = Stage::open(other)?;
                Ok(Stage::new(source.clone(), Scenario { kubernetes: (*release).into(), ..scenario }))
            }
        }
    }

    /// The same scenario as another release.
    pub fn as_release(&self, release: &str) -> Result<Stage, Fault> {
        let plain = match &self.source {
            Source::As(_, other) => (**other).clone(),
            other => other.clone(),
        };
        let own = Stage::open(&plain)?;
        match RELEASES.into_iter().find(|known| *known == release) {
            Some(release) if own.scenario.kubernetes != release => Stage::open(&Source::As(release, plain.into())),
            _ => Ok(own),
        }
    }

    /// Builds it for once, to see whether its objects are taken. What is wrong, if something is. What ships is in order.
    pub fn refusal(&self) -> Option<String> {
        if self.source.shipped().is_some() { None } else { self.try_build().err() }
    }

    /// Its cluster, settled. The opening's is built once and then only copied: every start and every reload begins with it.
    pub fn build(&self) -> Cluster {
        let build = || self.try_build().expect("a scenario is built for once before it is opened");
        match self.source {
            Source::Shipped(OPENING) => OPENED.with(|opened| opened.get_or_init(build).clone()),
            _ => build(),
        }
    }

    fn try_build(&self) -> Result<Cluster, String> {
        let placing = match self.scenario.kubernetes.as_str() {
            "1.11" => Placing::ByController,
            _ => Placing::ByScheduler,
        };
        let mut cluster = Cluster::new(self.scenario.seed).placing_daemons(placing);
        for (name, spec) in &self.scenario.images {
            let image = image_of(cluster.kubelets().image(name), spec);
            cluster.set_image(name.as_str().into(), image);
        }
        for node in &self.scenario.nodes {
            cluster.add_machine(machine_of(node));
            if !has_network(preset_of(node)) {
                cluster.set_network(&node.name.as_str().into(), false);
            }
        }
        // The nodes first: what is applied to none would wait for the scheduler's next try.
        cluster.run_until(cluster.now() + Duration::from_secs(5));
        for object in &self.scenario.objects {
            create(&mut cluster, object)?;
        }
        cluster.run_until(cluster.now() + SETTLING);
        Ok(cluster)
    }

    /// What the page's head shows.
    pub fn scene(&self, cluster: &Cluster) -> Scene {
        let there = |name: &str| {
            cluster.objects(Kind::DAEMON_SET).any(|object| match object {
                Object::DaemonSet(set) => &*set.meta.name == name && !set.meta.terminating(),
                _ => false,
            })
        };
        Scene {
            scenario: self.source.shipped().unwrap_or_default().into(),
            title: self.scenario.title.clone(),
            scenarios: SHIPPED.with(|shipped| shipped.get_or_init(titles).clone()),
            moment: self.daemons.first().map(|name| if there(name) { Moment::After } else { Moment::Before }),
            kubernetes: self.scenario.kubernetes.clone(),
            releases: &RELEASES,
        }
    }
}

/// Every scenario that ships, by id and title.
fn titles() -> Vec<ScenarioName> {
    SCENARIOS.iter().map(|(id, _)| ScenarioName { id: (*id).into(), title: Stage::find(id).scenario.title }).collect()
}

/// An example's text.
pub fn example(id: &str) -> Option<&'static str> {
    EXAMPLES.iter().find(|(known, _, _)| *known == id).map(|(_, _, text)| *text)
}

fn create(cluster: &mut Cluster, object: &Value) -> Result<(), String> {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let (version, kind, name) = (text("apiVersion"), text("kind"), &object["metadata"]["name"]);
    let Some(known) = Kind::of_manifest(version, kind) else {
        return Err(format!("{kind} {name}: no matches for kind {kind:?} in version {version:?}"));
    };
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
    let mut request = Request::new(Verb::Create, known).in_namespace(namespace).with_json(object.clone());
    request.field_manager = "kubectl-create".into();
    cluster.request(&request).map(drop).map_err(|status| format!("{kind} {name}: {}", status.message))
}

/// An image that does what a scenario says of it, and else what it did.
fn image_of(image: Image, spec: &ImageSpec) -> Image {
    Image {
        exists: !spec.missing,
        ready_after: spec.ready_after.unwrap_or(image.ready_after),
        ever_ready: image.ever_ready && !spec.never_ready,
        exits: spec.exits_after.map(|after| Exit { after, code: spec.exit_code }).or(image.exits),
        size: spec.size.unwrap_or(image.size),
        ..image
    }
}

fn preset_of(node: &NodeSpec) -> Preset {
    Preset::ALL.into_iter().find(|preset| preset.id() == node.preset).unwrap_or(Preset::Worker)
}

/// Whether a preset's network plug-in works.
pub fn has_network(preset: Preset) -> bool {
    preset != Preset::NotReady
}

fn machine_of(node: &NodeSpec) -> Machine {
    let mut machine = machine(preset_of(node), node.name.as_str().into());
    machine.labels.extend(node.labels.iter().map(|(key, value)| (key.as_str().into(), value.as_str().into())));
    if let Some(taints) = &node.taints {
        machine.taints = taints.clone();
    }
    if !node.static_pods.is_empty() {
        machine.static_pods = Rc::new(node.static_pods.clone());
    }
    for (resource, amount) in &node.capacity {
        match resource.as_str() {
            "cpu" => machine.cpu = amount.as_str().into(),
            "memory" => machine.memory = amount.as_str().into(),
            "pods" => machine.pods = amount.parse().unwrap_or(machine.pods),
            other => drop(machine.extended.insert(other.into(), amount.as_str().into())),
        }
    }
    machine
}

/// A machine of a kind.
pub fn machine(preset: Preset, name: Str) -> Machine {
    let mut machine = Machine::worker(name);
    let label = |machine: &mut Machine, key: &str, value: &str| {
        machine.labels.insert(key.into(), value.into());
    };
    match preset {
        Preset::Worker | Preset::NotReady => {}
        Preset::Gpu => {
            machine.cpu = "8".into();
            machine.memory = "32Gi".into();
            machine.extended = BTreeMap::from([("nvidia.com/gpu".into(), "1".into())]);
            machine.taints.push(Taint::new("nvidia.com/gpu", "present", Effect::NoSchedule));
            label(&mut machine, "accelerator", "nvidia");
        }
        Preset::Arm64 => machine.architecture = "arm64".into(),
        Preset::Windows => {
            machine.operating_system = "windows".into();
            machine.taints.push(Taint::new("os", "windows", Effect::NoSchedule));
        }
        Preset::Edge => {
            machine.cpu = "2".into();
            machine.memory = "2Gi".into();
            label(&mut machine, "node-role.kubernetes.io/edge", "");
            label(&mut machine, "topology.kubernetes.io/zone", "edge");
            machine.taints.push(Taint::new("edge", "", Effect::NoExecute));
        }
        Preset::ControlPlane => {
            label(&mut machine, "node-role.kubernetes.io/control-plane", "");
            label(&mut machine, "node.kubernetes.io/exclude-from-external-load-balancers", "");
            machine.taints.push(Taint::new("node-role.kubernetes.io/control-plane", "", Effect::NoSchedule));
        }
        Preset::Small => {
            machine.cpu = "1".into();
            machine.memory = "1Gi".into();
            machine.pods = 10;
        }
    }
    machine
}

/// What the names of a preset's nodes begin with.
pub fn name_base(preset: Preset) -> &'static str {
    match preset {
        Preset::Worker => "node",
        other => other.id(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use course::scenario::FileSpec;

    #[test]
    fn every_scenario_that_ships_is_read_and_built() {
        for (id, text) in SCENARIOS {
            Scenario::parse(text).unwrap_or_else(|error| panic!("{id}: {error}"));
            let stage = Stage::find(id);
            let cluster = stage.build();
            assert_eq!(cluster.objects(Kind::NODE).count(), stage.scenario.nodes.len(), "{id}");
            let files = stage.scenario.files.iter().filter_map(|file| match file {
                FileSpec::Example(name) => Some(name),
                FileSpec::Own { .. } => None,
            });
            for file in files.chain(&stage.scenario.daemon) {
                assert!(example(file).is_some(), "{id}: {file} is no example");
            }
        }
    }

    #[test]
    fn every_example_reads_as_manifests() {
        for (id, _, text) in EXAMPLES {
            for document in yaml::documents(text) {
                let value = document.unwrap_or_else(|error| panic!("{id}: {error}")).value;
                assert_eq!(value["kind"], "DaemonSet", "{id}");
            }
        }
    }
}
