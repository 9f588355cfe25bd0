//! A small world for the tests of controllers: an API server, informers, a clock, and the controllers under test.
//!
//! Changes are delivered at once and queues are worked off before time goes on. There is no scheduler and no kubelet: a
//! test says what they would have written.

use super::Context;
use super::claim::controller_reference;
use super::manager::Controller;
use crate::apiserver::typed::Api;
use crate::apiserver::{ApiServer, Key, Write};
use crate::cause::Cause;
use crate::clock::{ControllerId, Instant, Wake, WakeQueue};
use crate::informer::Informers;
use crate::recorder::Recorder;
use api::meta::OwnerReference;
use api::objects::Object;
use api::objects::condition::{self, Condition, Truth};
use api::objects::node::Node;
use api::objects::pod::{Phase, Pod};
use api::objects::scheduling::{Effect, Taint};
use api::request::{DeleteOptions, Propagation, Request, Verb};
use api::resource::Kind;
use api::{Str, Value, json};
use std::rc::Rc;
use std::time::Duration;

/// Midnight of some day: the controllers start here.
pub const START: Instant = Instant(1_800_000_000_000_000_000);

/// The world.
pub struct World {
    /// The server.
    pub server: ApiServer,
    /// What the controllers know.
    pub informers: Informers,
    /// The moment.
    pub now: Instant,
    wakes: WakeQueue,
    recorder: Recorder,
    controllers: Vec<(ControllerId, Box<dyn Controller>)>,
    seen: u64,
}

impl World {
    /// A world with namespaces `default` and `kube-node-lease`, and these controllers, started.
    pub fn new(controllers: Vec<(ControllerId, Box<dyn Controller>)>) -> World {
        let mut world = World {
            server: ApiServer::new(1),
            informers: Informers::default(),
            now: START,
            wakes: WakeQueue::default(),
            recorder: Recorder::new(1),
            controllers,
            seen: 0,
        };
        for name in ["default", "kube-node-lease"] {
            world.apply(Kind::NAMESPACE, json!({"metadata": {"name": name}}));
        }
        // The namespace controller, if it takes part, has made one already.
        if world.object(Kind::SERVICE_ACCOUNT, "default").is_none() {
            let meta = json!({"name": "default", "namespace": "default"});
            world.apply(Kind::SERVICE_ACCOUNT, json!({"metadata": meta}));
        }
        world.each(|controller, ctx| controller.start(ctx));
        world
    }

    /// The API as a component has it; what it writes is delivered with the next settling.
    pub fn api(&mut self) -> Api<'_> {
        Api::new(&mut self.server, self.now, Cause::default())
    }

    fn each(&mut self, mut work: impl FnMut(&mut dyn Controller, &mut Context<'_>)) {
        let mut controllers = std::mem::take(&mut self.controllers);
        for (_, controller) in &mut controllers {
            work(&mut **controller, &mut self.context());
        }
        self.controllers = controllers;
    }

    /// Delivers what was written to the informers, and to a controller that isn't among the world's and works when it is told to.
    pub fn deliver_to(&mut self, controller: &mut dyn Controller) {
        let changes: Vec<_> = self.server.changes_after(self.seen).into_iter().flatten().cloned().collect();
        self.seen = self.server.version();
        for change in &changes {
            self.informers.take(change);
            controller.take(change, &self.informers, self.now);
        }
    }

    /// What such a controller works with.
    pub fn context(&mut self) -> Context<'_> {
        let api = Api::new(&mut self.server, self.now, Cause::default());
        Context { api, informers: &self.informers, wakes: &mut self.wakes, recorder: &mut self.recorder }
    }

    /// Delivers what was written and works off all queues, without time passing.
    pub fn settle(&mut self) {
        loop {
            let changes: Vec<_> = self.server.changes_after(self.seen).into_iter().flatten().cloned().collect();
            self.seen = self.server.version();
            for change in &changes {
                self.informers.take(change);
                for (_, controller) in &mut self.controllers {
                    controller.take(change, &self.informers, self.now);
                }
            }
            let mut worked = false;
            self.each(|controller, ctx| {
                if controller.has_work() {
                    controller.reconcile(ctx);
                    worked = true;
                }
            });
            if !worked && self.server.version() == self.seen {
                return;
            }
        }
    }

    /// Lets time pass.
    pub fn run(&mut self, duration: Duration) {
        self.settle();
        let end = self.now + duration;
        while self.wakes.next_at().is_some_and(|at| at <= end) {
            let Some((at, wake)) = self.wakes.pop() else { break };
            self.now = at;
            if let Wake::Timer(id) = wake {
                let mut controllers = std::mem::take(&mut self.controllers);
                for (each, controller) in &mut controllers {
                    if *each == id {
                        controller.timer(&mut self.context());
                    }
                }
                self.controllers = controllers;
            }
            self.settle();
        }
        self.now = end;
    }

    /// Lets so many seconds pass.
    pub fn seconds(&mut self, seconds: u64) {
        self.run(Duration::from_secs(seconds));
    }

    /// Creates an object as a learner would, and settles.
    pub fn apply(&mut self, kind: Kind, value: Value) {
        self.submit(kind, value);
        self.settle();
    }

    /// Creates an object as a learner would; nobody has heard of it yet.
    pub fn submit(&mut self, kind: Kind, value: Value) {
        let mut value = value;
        value["apiVersion"] = kind.api_version().into();
        value["kind"] = kind.name().into();
        let mut request = Request::new(Verb::Create, kind).with_json(value.clone());
        if let Some(namespace) = value["metadata"]["namespace"].as_str() {
            request = request.in_namespace(namespace);
        }
        let write = Write { cause: Cause::default(), at: self.now };
        self.server.handle(&request, write).expect("the test's object is valid");
    }

    /// Creates an object as a component would, and settles.
    pub fn create(&mut self, object: Object) -> Object {
        let created = self.api().create(object).expect("the test's object is new");
        self.settle();
        created
    }

    /// Deletes an object, and settles.
    pub fn delete(&mut self, kind: Kind, name: &str, propagation: Option<Propagation>) {
        let options = DeleteOptions { propagation, ..DeleteOptions::default() };
        let key = key(kind, name);
        self.api().delete(kind, &key, &options).expect("the object is there");
        self.settle();
    }

    /// Removes a Pod as its kubelet does when it has ended.
    pub fn finish(&mut self, name: &str) {
        let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
        let _ = self.api().delete(Kind::POD, &key(Kind::POD, name), &options);
        self.settle();
    }

    /// An object, if it is there.
    pub fn object(&self, kind: Kind, name: &str) -> Option<&Object> {
        self.server.object(kind, &key(kind, name))
    }

    /// A node that is there.
    pub fn node(&self, name: &str) -> &Node {
        match self.object(Kind::NODE, name) {
            Some(Object::Node(node)) => node,
            _ => panic!("there is no node {name}"),
        }
    }

    /// A Pod, if it is there.
    pub fn pod(&self, name: &str) -> Option<&Rc<Pod>> {
        match self.object(Kind::POD, name) {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        }
    }

    /// Changes a node, and settles.
    pub fn edit_node(&mut self, name: &str, edit: impl FnOnce(&mut Node)) {
        let _ = self.api().update(Kind::NODE, &key(Kind::NODE, name), |object| {
            if let Object::Node(node) = object {
                edit(Rc::make_mut(node));
            }
            true
        });
        self.settle();
    }

    /// Changes a Pod, and settles.
    pub fn edit_pod(&mut self, name: &str, edit: impl FnOnce(&mut Pod)) {
        let _ = self.api().update_pod(&key(Kind::POD, name), |pod| {
            edit(pod);
            true
        });
        self.settle();
    }

    /// Sets a node's taints.
    pub fn taint(&mut self, name: &str, taints: &[(&str, Effect)]) {
        let taints = taints.iter().map(|(key, effect)| Taint::new(key, "", *effect)).collect();
        self.edit_node(name, |node| node.taints = Rc::new(taints));
    }

    /// Posts condition Ready, as a kubelet does.
    pub fn post_ready(&mut self, name: &str, status: Truth) {
        let now = self.now.time();
        self.edit_node(name, |node| condition::set(&mut node.conditions, Condition::new("Ready", status, now)));
    }

    /// Renews a node's Lease, as its kubelet does.
    pub fn renew_lease(&mut self, node: &str) {
        let renewed = Some(self.now.micro_time());
        let key = Key::new(&"kube-node-lease".into(), &node.into());
        if self.server.object(Kind::LEASE, &key).is_none() {
            let mut lease = api::objects::lease::Lease { renew_time: renewed, ..Default::default() };
            lease.meta.name = node.into();
            lease.meta.namespace = "kube-node-lease".into();
            self.create(Object::Lease(Rc::new(lease)));
            return;
        }
        let _ = self.api().update(Kind::LEASE, &key, |object| {
            if let Object::Lease(lease) = object {
                Rc::make_mut(lease).renew_time = renewed;
            }
            true
        });
        self.settle();
    }

    /// All events so far: reason and object.
    pub fn events(&self) -> Vec<String> {
        let events = self.server.objects(Kind::EVENT).filter_map(|object| match object {
            Object::Event(event) => Some((event.stamp, format!("{} {}", event.words.reason, event.involved.name))),
            _ => None,
        });
        let mut events: Vec<_> = events.collect();
        events.sort();
        events.into_iter().map(|(_, text)| text).collect()
    }

    /// The texts of all events with a reason.
    pub fn messages(&self, reason: &str) -> Vec<String> {
        let events = self.server.objects(Kind::EVENT).filter_map(|object| match object {
            Object::Event(event) if event.words.reason == *reason => Some((event.stamp, event.message())),
            _ => None,
        });
        let mut events: Vec<_> = events.collect();
        events.sort();
        events.into_iter().map(|(_, message)| message).collect()
    }
}

/// The key of an object in namespace `default`, or without one.
pub fn key(kind: Kind, name: &str) -> Key {
    let namespace: Str = if kind.namespaced() { "default".into() } else { "".into() };
    Key::new(&namespace, &name.into())
}

/// A node that is ready, or posts no status at all.
pub fn node(name: &str, ready: Option<Truth>, now: Instant) -> Object {
    let mut node = Node::default();
    node.meta.name = name.into();
    node.conditions = ready.into_iter().map(|status| Condition::new("Ready", status, now.time())).collect();
    Object::Node(Rc::new(node))
}

/// A running, ready Pod on a node (or on none).
pub fn pod(name: &str, node: &str) -> Object {
    Object::Pod(Rc::new(pod_with(name, node, json!([]))))
}

/// The same with tolerations.
pub fn pod_with(name: &str, node: &str, tolerations: Value) -> Pod {
    let spec = json!({"containers": [{"name": "c", "image": "nginx"}], "tolerations": tolerations});
    let mut pod = Pod::from_value(&json!({"metadata": {"name": name, "namespace": "default"}, "spec": spec}));
    pod.node_name = node.into();
    pod.status.phase = Phase::Running;
    pod.status.conditions = vec![Condition::new("Ready", Truth::True, START.time())].into();
    pod
}

/// A reference to an object that is there; it blocks, and isn't the controlling one.
pub fn owner(object: &Object) -> OwnerReference {
    OwnerReference { controller: false, ..controller_reference(object.kind(), &object.meta()) }
}
