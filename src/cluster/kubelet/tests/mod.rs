//! The kubelet's rules, each against a whole cluster whose Pods name their node. `K-…`: rows of the specification.

mod admission;
mod containers;
mod ending;
mod nodes;
mod phases;
mod probes;
mod start;
mod static_pods;

use super::images::{Exit, Image};
use super::machine::Machine;
use crate::apiserver::Key;
use crate::clock::Instant;
use crate::{Cluster, kubelet::eviction::Pressure};
use api::objects::Object;
use api::objects::condition::{self, Condition};
use api::objects::event::Event;
use api::objects::node::Node;
use api::objects::pod::{ContainerState, ContainerStatus, Phase, Pod};
use api::request::{Request, Verb};
use api::resource::Kind;
use api::{Value, json};
use std::rc::Rc;
use std::time::Duration;

/// A cluster with one ready node, `n1`.
struct World {
    cluster: Cluster,
    start: Instant,
}

impl World {
    fn new() -> World {
        World::with(Machine::worker("n1"))
    }

    fn with(machine: Machine) -> World {
        let mut cluster = Cluster::new(7);
        cluster.add_machine(machine);
        cluster.run_until(cluster.now() + Duration::from_secs(15));
        let start = cluster.now();
        World { cluster, start }
    }

    /// Runs on until so many seconds after the start.
    fn at(&mut self, seconds: f64) -> &mut World {
        self.cluster.run_until(self.start + Duration::from_secs_f64(seconds));
        self
    }

    /// From now on, times count from here.
    fn restart_clock(&mut self) {
        self.start = self.cluster.now();
    }

    fn ask(&mut self, request: Request) {
        self.cluster.request(&request).map_err(|status| status.message).expect("the test's request is valid");
    }

    /// Creates a Pod in `default`, bound to `n1`, from its spec.
    fn pod(&mut self, name: &str, mut spec: Value) -> &mut World {
        spec["nodeName"] = "n1".into();
        let value = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec});
        self.ask(Request::new(Verb::Create, Kind::POD).in_namespace("default").with_json(value));
        self
    }

    /// A Pod with one container, `c`.
    fn one(&mut self, name: &str, mut container: Value) -> &mut World {
        container["name"] = "c".into();
        self.pod(name, json!({"containers": [container]}))
    }

    fn delete(&mut self, name: &str, grace: Option<i64>) {
        let mut request = Request::new(Verb::Delete, Kind::POD).in_namespace("default").named(name);
        request.delete.grace_period_seconds = grace;
        self.ask(request);
    }

    fn patch_node(&mut self, patch: Value) {
        let mut request = Request::new(Verb::Patch, Kind::NODE).named("n1").with_json(patch);
        request.patch_type = Some(api::request::PatchType::Merge);
        self.ask(request);
    }

    fn image(&mut self, name: &str, image: Image) {
        self.cluster.set_image(name.into(), image);
    }

    fn find(&self, namespace: &str, name: &str) -> Option<Rc<Pod>> {
        match self.cluster.server().object(Kind::POD, &Key::new(&namespace.into(), &name.into())) {
            Some(Object::Pod(pod)) => Some(pod.clone()),
            _ => None,
        }
    }

    fn get(&self, name: &str) -> Rc<Pod> {
        self.find("default", name).expect("the Pod is there")
    }

    fn is_gone(&self, name: &str) -> bool {
        self.find("default", name).is_none()
    }

    fn phase(&self, name: &str) -> Phase {
        self.get(name).status.phase
    }

    /// The first container's status.
    fn container(&self, name: &str) -> ContainerStatus {
        self.get(name).status.container_statuses.first().cloned().expect("it has been reported")
    }

    /// `Running`, or the reason of another state.
    fn state(&self, name: &str) -> String {
        match self.container(name).state {
            ContainerState::Running { .. } => "Running".into(),
            ContainerState::Waiting(why) => why.reason.to_string(),
            ContainerState::Terminated(ended) => ended.reason.to_string(),
            ContainerState::None => String::new(),
        }
    }

    fn condition(&self, name: &str, kind: &str) -> Condition {
        condition::find(&self.get(name).status.conditions, kind).cloned().expect("it is written")
    }

    fn node(&self) -> Rc<Node> {
        match self.cluster.server().object(Kind::NODE, &Key::new(&"".into(), &"n1".into())) {
            Some(Object::Node(node)) => node.clone(),
            _ => panic!("the node is there"),
        }
    }

    /// Events about an object, oldest first.
    fn events_about(&self, name: &str) -> Vec<Rc<Event>> {
        let events = self.cluster.objects(Kind::EVENT).filter_map(|object| match object {
            Object::Event(event) if *event.involved.name == *name => Some(event.clone()),
            _ => None,
        });
        let mut events: Vec<Rc<Event>> = events.collect();
        events.sort_by_key(|event| (event.first, event.resource_version));
        events
    }

    /// Reasons of the kubelet's events about an object, oldest first.
    fn reasons(&self, name: &str) -> Vec<String> {
        let mine = self.events_about(name).into_iter().filter(|event| &*event.source.component == "kubelet");
        mine.map(|event| event.words.reason.to_string()).collect()
    }

    /// Messages of an object's events for one reason.
    fn said(&self, name: &str, reason: &str) -> Vec<String> {
        let mine = self.events_about(name).into_iter().filter(|event| event.words.reason == reason);
        mine.map(|event| event.message()).collect()
    }

    /// Seconds after the start at which a value first is so, looking every tenth of a second.
    fn when(&mut self, until: f64, mut so: impl FnMut(&World) -> bool) -> f64 {
        let mut at = self.cluster.now().since(self.start).as_secs_f64();
        while at < until {
            at += 0.1;
            self.at(at);
            if so(self) {
                return at;
            }
        }
        panic!("not by {until} s");
    }
}

fn crash(after: f64, code: i64) -> Image {
    let exits = Some(Exit { after: Duration::from_secs_f64(after), code });
    Image { exits, ..Image::default() }
}

/// A container of an image that is on every disk after its first pull.
fn container(name: &str, image: &str) -> Value {
    json!({"name": name, "image": image})
}
