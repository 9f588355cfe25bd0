//! The fixed acts that the native and the wasm core must live through alike.
//!
//! Stands on objects alone until the cluster can be driven: nodes, and one Pod on each.

use std::collections::BTreeMap;

use api::{Value, json};

/// What the probe's acts happen to.
pub struct World {
    objects: BTreeMap<String, Value>,
    random: u64,
    node_count: u32,
}

/// Returns the hash of the state after the acts, begun with `seed`.
pub fn state_hash(seed: u64) -> u64 {
    let mut world = World::with_nodes(seed, 4);
    world.create_daemon_set();
    world.add_node();
    world.hash()
}

impl World {
    /// Returns a world with `count` nodes.
    pub fn with_nodes(seed: u64, count: u32) -> Self {
        let mut world = Self { objects: BTreeMap::new(), random: seed | 1, node_count: 0 };
        for _ in 0..count {
            world.node_count += 1;
            world.objects.insert(format!("nodes/node-{}", world.node_count), json!({ "kind": "Node" }));
        }
        world
    }

    /// Puts a Pod on every node.
    pub fn create_daemon_set(&mut self) {
        for node in 1..=self.node_count {
            self.add_pod(node);
        }
    }

    /// Adds a node, and its Pod.
    pub fn add_node(&mut self) {
        self.node_count += 1;
        self.objects.insert(format!("nodes/node-{}", self.node_count), json!({ "kind": "Node" }));
        self.add_pod(self.node_count);
    }

    fn add_pod(&mut self, node: u32) {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let name = format!("pods/agent-{:05x}-{node}", self.random >> 44);
        self.objects.insert(name, json!({ "kind": "Pod", "spec": { "nodeName": format!("node-{node}") } }));
    }

    /// FNV-1a over every object, in order.
    fn hash(&self) -> u64 {
        let text: String = self.objects.iter().map(|(key, object)| format!("{key} {object}\n")).collect();
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}
