//! The controller's rules that no whole cluster shows: one change, one sync, one write at a time.
//!
//! On the [`Bench`] nothing happens by itself: a test writes what the others would have written, delivers it when it likes, and lets
//! the controller work when it likes. What whole clusters show is told in `tests/upstream/stories.rs`.

mod placement;
mod queueing;
mod records;

use super::*;
use crate::controller::claim::{Claim, controller_reference};
use crate::controller::testing::{self, START, World, key, pod_with};
use crate::informer::owner_of;
use api::meta::{OwnerReference, Uid, labels_from};
use api::objects::pod::Pod;
use api::objects::scheduling::Effect;
use api::objects::scheduling::Taint;
use api::request::DeleteOptions;
use api::resource::Kind;
use api::status::Reason;
use api::{Value, json};

/// The controller, and a server for it.
struct Bench {
    world: World,
    controller: DaemonSetController,
}

impl Bench {
    /// With so many nodes, `n0` the first, and nothing on them.
    fn of(nodes: usize) -> Bench {
        let mut bench = Bench { world: World::new(Vec::new()), controller: DaemonSetController::default() };
        for number in 0..nodes {
            bench.add_node(&format!("n{number}"));
        }
        bench.deliver();
        bench.taken();
        bench
    }

    fn add_node(&mut self, name: &str) {
        let made = self.world.api().create(testing::node(name, Some(api::objects::condition::Truth::True), START));
        made.expect("the node is new");
        self.edit_node(name, |node| node.taints = Rc::default());
    }

    fn edit_node(&mut self, name: &str, edit: impl FnOnce(&mut api::objects::node::Node)) {
        let edited = self.world.api().update(Kind::NODE, &key(Kind::NODE, name), |object| {
            if let Object::Node(node) = object {
                edit(Rc::make_mut(node));
            }
            true
        });
        edited.expect("the node is there");
    }

    /// A DaemonSet of that name whose Pods carry `app: APP`, as the API server takes it.
    fn add_set(&mut self, name: &str, app: &str) -> Rc<DaemonSet> {
        self.world.submit(Kind::DAEMON_SET, set_value(name, app));
        self.set(name)
    }

    fn set(&self, name: &str) -> Rc<DaemonSet> {
        match self.world.object(Kind::DAEMON_SET, name) {
            Some(Object::DaemonSet(set)) => set.clone(),
            _ => panic!("there is no DaemonSet {name}"),
        }
    }

    fn edit_set(&mut self, name: &str, edit: impl FnOnce(&mut DaemonSet)) {
        let edited = self.world.api().update(Kind::DAEMON_SET, &key(Kind::DAEMON_SET, name), |object| {
            if let Object::DaemonSet(set) = object {
                edit(Rc::make_mut(set));
            }
            true
        });
        edited.expect("the DaemonSet is there");
    }

    /// A running Pod on a node (or on none) with `app: APP`, and an owner or none.
    fn add_pod(&mut self, name: &str, node: &str, app: &str, owner: Option<&DaemonSet>) -> Rc<Pod> {
        let mut pod = pod_with(name, node, json!([]));
        pod.meta.labels = labels_from(&json!({"app": app}));
        pod.meta.owner_references = owners(owner);
        match self.world.api().create(Object::Pod(Rc::new(pod))) {
            Ok(Object::Pod(pod)) => pod,
            other => panic!("{other:?}"),
        }
    }

    fn edit_pod(&mut self, name: &str, edit: impl FnOnce(&mut Pod)) {
        let edited = self.world.api().update_pod(&key(Kind::POD, name), |pod| {
            edit(pod);
            true
        });
        edited.expect("the Pod is there");
    }

    fn delete(&mut self, kind: Kind, name: &str, options: DeleteOptions) {
        self.world.api().delete(kind, &key(kind, name), &options).expect("it is there");
    }

    fn pods(&self) -> Vec<Rc<Pod>> {
        let pods = self.world.server.objects(Kind::POD).filter_map(|object| match object {
            Object::Pod(pod) => Some(pod.clone()),
            _ => None,
        });
        pods.collect()
    }

    /// The informers and the controller hear of what was written.
    fn deliver(&mut self) {
        self.world.deliver_to(&mut self.controller);
    }

    /// Delivers, and takes out what that put into the two queues: the names of sets, and those of nodes.
    fn heard(&mut self) -> (Vec<String>, Vec<String>) {
        self.deliver();
        self.taken()
    }

    fn taken(&mut self) -> (Vec<String>, Vec<String>) {
        let mut sets: Vec<_> = std::iter::from_fn(|| self.controller.queue.take()).map(|(key, _)| key.name).collect();
        sets.sort();
        let nodes = std::iter::from_fn(|| self.controller.node_queue.take()).map(|(name, _)| name.to_string());
        (sets.iter().map(ToString::to_string).collect(), nodes.collect())
    }

    /// Works off the queue of nodes alone.
    fn look_at_nodes(&mut self) {
        while let Some((node, trigger)) = self.controller.node_queue.take() {
            self.controller.reconcile_node(&node, trigger, &self.world.informers);
        }
    }

    /// One sync of a set from start to end, with what was delivered before it; what else is queued is dropped.
    fn sync(&mut self, name: &str) {
        self.taken();
        self.controller.queue.add(key(Kind::DAEMON_SET, name), (0, Cause::default()));
        self.controller.reconcile(&mut self.world.context());
        self.world.now = self.world.now + SECOND_HALF;
        self.controller.second_halves.release(self.world.now);
        if !self.controller.second_halves.is_empty() {
            self.controller.reconcile(&mut self.world.context());
        }
    }

    /// The same with what was written until now.
    fn deliver_and_sync(&mut self, name: &str) {
        self.deliver();
        self.sync(name);
    }

    /// Syncs until a sync writes nothing.
    fn settle(&mut self, name: &str) {
        loop {
            let before = self.world.server.version();
            self.deliver_and_sync(name);
            if self.world.server.version() == before {
                return;
            }
        }
    }

    fn failure(&self, name: &str) -> Option<&str> {
        self.controller.failure(&key(Kind::DAEMON_SET, name))
    }
}

fn set_value(name: &str, app: &str) -> Value {
    json!({
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": app}},
            "template": {
                "metadata": {"labels": {"app": app}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]}}}})
}

/// The owner references of a Pod of a set's, or of nobody's.
fn owners(owner: Option<&DaemonSet>) -> Rc<Vec<OwnerReference>> {
    Rc::new(owner.iter().map(|set| controller_reference(Kind::DAEMON_SET, &set.meta)).collect())
}

/// Desired, current, misscheduled, ready, updated, available.
fn counts(set: &DaemonSet) -> [i64; 6] {
    let status = &set.status;
    [
        status.desired_number_scheduled,
        status.current_number_scheduled,
        status.number_misscheduled,
        status.number_ready,
        status.updated_number_scheduled,
        status.number_available,
    ]
}
