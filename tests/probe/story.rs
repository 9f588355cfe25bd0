//! The fixed acts that the native and the wasm core must live through alike, and the world they happen to.

use std::time::Duration;

use api::objects::Object;
use api::request::{PatchType, Request, Verb};
use api::resource::Kind;
use api::{Value, json};
use cluster::Cluster;
use cluster::clock::Instant;
use cluster::kubelet::machine::Machine;

/// Longer than anything here takes, even on the largest cluster: an hour of virtual time.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Long enough for new nodes to be Ready, or a removed node's Pod to be collected, and all to be at rest.
const SETTLING: Duration = Duration::from_secs(120);

/// A cluster with nodes, and what the probe does to it.
pub struct World {
    cluster: Cluster,
    node_count: u32,
}

/// Returns the hash of the state after the acts, begun with `seed`: a DaemonSet comes, then a node; a node goes.
pub fn state_hash(seed: u64) -> u64 {
    let mut world = World::with_nodes(seed, 4);
    world.create_daemon_set();
    world.add_node();
    world.remove_node("node-2");
    world.cluster.state_hash()
}

impl World {
    /// Returns a world with `count` nodes, all Ready.
    pub fn with_nodes(seed: u64, count: u32) -> Self {
        let mut world = Self { cluster: Cluster::new(seed), node_count: 0 };
        for _ in 0..count {
            world.plug_in_node();
        }
        world.settle();
        world
    }

    /// Creates a DaemonSet, and lets time run until its Pods are Ready on all nodes.
    pub fn create_daemon_set(&mut self) {
        self.ask(Request::new(Verb::Create, Kind::DAEMON_SET).in_namespace("default").with_json(daemon_set()));
        self.run_until_covered();
    }

    /// Adds a node, and lets time run until its Pod is Ready.
    pub fn add_node(&mut self) {
        self.plug_in_node();
        self.run_until_covered();
    }

    /// Takes a machine away and deletes its node, and lets time run until its Pod is collected.
    pub fn remove_node(&mut self, name: &str) {
        self.cluster.begin_act();
        self.cluster.remove_machine(&name.into());
        self.ask(Request::new(Verb::Delete, Kind::NODE).named(name));
        self.settle();
    }

    /// Lets time go by with nothing happening but heartbeats.
    pub fn idle(&mut self, time: Duration) {
        self.cluster.run_until(self.cluster.now() + time);
    }

    /// What time it is in the cluster.
    pub fn now(&self) -> Instant {
        self.cluster.now()
    }

    /// Gives the DaemonSet another image, and lets time run until Pods of the new template are Ready on all nodes.
    pub fn roll(&mut self) {
        let container = json!({ "name": "agent", "image": "log-agent:2.0" });
        let patch = json!({ "spec": { "template": { "spec": { "containers": [container] } } } });
        let mut request = Request::new(Verb::Patch, Kind::DAEMON_SET).in_namespace("default").named("log-agent");
        request.patch_type = Some(PatchType::Strategic);
        self.ask(request.with_json(patch));
        self.run_until_covered();
    }

    fn plug_in_node(&mut self) {
        self.node_count += 1;
        self.cluster.begin_act();
        self.cluster.add_machine(Machine::worker(format!("node-{}", self.node_count)));
    }

    fn ask(&mut self, request: Request) {
        self.cluster.begin_act();
        self.cluster.request(&request).expect("the probe asks for nothing that is refused");
    }

    fn settle(&mut self) {
        self.cluster.run_until(self.cluster.now() + SETTLING);
    }

    fn run_until_covered(&mut self) {
        let give_up = self.cluster.now() + PATIENCE;
        while !self.is_covered() {
            self.cluster.step();
            assert!(self.cluster.now() < give_up, "the DaemonSet never came to all {} nodes", self.node_count);
        }
    }

    /// Whether the DaemonSet counts a Ready Pod of its template on every node.
    fn is_covered(&self) -> bool {
        let all = i64::from(self.node_count);
        let ready = |object: &Object| match object {
            Object::DaemonSet(set) => {
                let status = &set.status;
                status.observed_generation == set.meta.generation
                    && status.number_ready == all
                    && status.updated_number_scheduled == all
            }
            _ => false,
        };
        self.cluster.objects(Kind::DAEMON_SET).any(ready)
    }
}

/// A log agent, with what such DaemonSets usually carry: resources, a toleration, a volume.
fn daemon_set() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": { "name": "log-agent", "labels": { "app": "log-agent" } },
        "spec": {
            "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": { "maxUnavailable": "10%" } },
            "selector": { "matchLabels": { "app": "log-agent" } },
            "template": {
                "metadata": { "labels": { "app": "log-agent" } },
                "spec": {
                    "tolerations": [{ "key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule" }],
                    "containers": [{
                        "name": "agent",
                        "image": "log-agent:1.0",
                        "resources": { "requests": { "cpu": "100m", "memory": "200Mi" }, "limits": { "memory": "200Mi" } },
                        "volumeMounts": [{ "name": "logs", "mountPath": "/var/log" }],
                    }],
                    "volumes": [{ "name": "logs", "hostPath": { "path": "/var/log" } }],
                },
            },
        },
    })
}
