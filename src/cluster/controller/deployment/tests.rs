//! Deployments in a whole cluster: what is written, in which order, when the learner scales, rolls out, pauses, undoes.

use crate::Cluster;
use crate::clock::Instant;
use crate::kubelet::machine::Machine;
use api::objects::Object;
use api::objects::pod::Pod;
use api::objects::workload::{Deployment, ReplicaSet};
use api::request::{PatchType, Request, Verb};
use api::resource::Kind;
use api::{Value, json};
use std::rc::Rc;
use std::time::Duration;

/// A cluster of three workers with Deployment `web`.
struct World {
    cluster: Cluster,
    seen: u64,
}

impl World {
    fn new(spec: Value) -> World {
        let mut cluster = Cluster::new(7);
        for name in ["worker-1", "worker-2", "worker-3"] {
            cluster.add_machine(Machine::worker(name));
        }
        let mut world = World { cluster, seen: 0 };
        world.seconds(20);
        world.create(Kind::DEPLOYMENT, "web", spec);
        world
    }

    fn create(&mut self, kind: Kind, name: &str, mut spec: Value) {
        let labels = json!({"app": name});
        spec["selector"] = json!({"matchLabels": labels});
        spec["template"]["metadata"]["labels"] = labels;
        if spec["template"]["spec"].is_null() {
            spec["template"]["spec"] = containers("nginx:1.25");
        }
        let meta = json!({"name": name, "namespace": "default"});
        let object = json!({"apiVersion": kind.api_version(), "kind": kind.name(), "metadata": meta, "spec": spec});
        self.cluster.begin_act();
        let request = Request::new(Verb::Create, kind).in_namespace("default").with_json(object);
        self.cluster.request(&request).expect("the test's object is valid");
    }

    fn patch(&mut self, patch: Value) {
        self.cluster.begin_act();
        let mut request = Request::new(Verb::Patch, Kind::DEPLOYMENT).in_namespace("default").named("web").with_json(patch);
        request.patch_type = Some(PatchType::Strategic);
        self.cluster.request(&request).expect("the test's patch is valid");
    }

    fn seconds(&mut self, seconds: u64) {
        self.cluster.run_until(self.cluster.now() + Duration::from_secs(seconds));
    }
}

fn containers(image: &str) -> Value {
    json!({"containers": [{"name": "c", "image": image}]})
}

fn image(image: &str) -> Value {
    json!({"spec": {"template": {"spec": containers(image)}}})
}

impl World {
    /// What happened to Deployments and ReplicaSets since the last question, a line per write.
    fn story(&mut self) -> Vec<String> {
        let changes: Vec<_> = self.cluster.changes_after(self.seen).into_iter().flatten().cloned().collect();
        self.seen = self.cluster.server().version();
        changes.iter().filter_map(|change| told(&change.object)).collect()
    }
}

fn told(object: &Object) -> Option<String> {
    Some(match object {
        Object::Deployment(d) => {
            let s = &d.status;
            let conditions: Vec<String> =
                s.conditions.iter().map(|c| format!("{}={}({})", c.kind, c.status.as_str(), c.reason)).collect();
            format!(
                "web {}/{} spec={} replicas={} updated={} ready={} unavailable={} {}",
                d.meta.generation, s.observed_generation, d.spec.replicas, s.replicas, s.updated_replicas,
                s.ready_replicas, s.unavailable_replicas, conditions.join(",")
            )
        }
        Object::ReplicaSet(set) => {
            let s = &set.status;
            format!(
                "{} {}/{} spec={} replicas={} ready={} terminating={:?}",
                set.meta.name, set.meta.generation, s.observed_generation, set.spec.replicas, s.replicas,
                s.ready_replicas, s.terminating_replicas
            )
        }
        Object::Event(event) if event.reason == *"ScalingReplicaSet" => format!("event x{} {}", event.count, event.message()),
        _ => return None,
    })
}

#[test]
fn show() {
    let mut world = World::new(json!({"replicas": 3}));
    world.seconds(10);
    println!("{:#?}", world.story());
    world.patch(json!({"spec": {"replicas": 5}}));
    world.seconds(10);
    println!("{:#?}", world.story());
    world.patch(image("nginx:1.26"));
    world.seconds(60);
    println!("{:#?}", world.story());
}
