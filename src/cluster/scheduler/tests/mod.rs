//! The scheduler's rules, each against a small API server without controllers and kubelets. `SCH-…`: rows of the specification.

mod fits;
mod preemption;
mod scores;
mod texts;
mod turns;

use super::{Context, Scheduler};
use crate::apiserver::typed::Api;
use crate::apiserver::{ApiServer, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{Instant, Wake, WakeQueue};
use crate::recorder::Recorder;
use api::objects::Object;
use api::objects::condition;
use api::objects::event::Event;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::scheduling::{Effect, Taint};
use api::request::DeleteOptions;
use api::resource::Kind;
use api::{Value, json};
use std::rc::Rc;
use std::time::Duration;

/// An API server and a scheduler.
struct World {
    server: ApiServer,
    scheduler: Scheduler,
    wakes: WakeQueue,
    recorder: Recorder,
    now: Instant,
    read: u64,
}

impl World {
    fn new() -> World {
        let mut world = World {
            server: ApiServer::new(1),
            scheduler: Scheduler::new(1),
            wakes: WakeQueue::default(),
            recorder: Recorder::new(1),
            now: Instant(1_000_000_000),
            read: 0,
        };
        world.create(Kind::NAMESPACE, json!({"metadata": {"name": "default"}}));
        world.create(Kind::SERVICE_ACCOUNT, json!({"metadata": {"name": "default", "namespace": "default"}}));
        for value in [1, 5, 10] {
            let class = json!({"metadata": {"name": format!("p{value}")}, "value": value});
            world.create(Kind::PRIORITY_CLASS, class);
        }
        world
    }

    /// Nodes with 4 CPUs, 8 GiB and room for 110 Pods.
    fn with_nodes(names: &[&str]) -> World {
        let mut world = World::new();
        for name in names {
            world.node(name, json!({}));
        }
        world
    }

    /// One more node; `allocatable` says what differs.
    fn node(&mut self, name: &str, allocatable: Value) {
        let mut has = json!({"cpu": "4", "memory": "8Gi", "pods": "110"});
        for (key, value) in allocatable.as_object().into_iter().flatten() {
            has[key] = value.clone();
        }
        let labels = json!({"kubernetes.io/hostname": name});
        let node = json!({"metadata": {"name": name, "labels": labels}, "status": {"allocatable": has}});
        self.create(Kind::NODE, node);
        self.change_node(name, |node| node.taints = Rc::default());
    }

    fn change_node(&mut self, name: &str, change: impl FnOnce(&mut Node)) {
        let key = Key::new(&"".into(), &name.into());
        let changed = self.api().update(Kind::NODE, &key, |object| {
            let Object::Node(node) = object else { return false };
            change(Rc::make_mut(node));
            true
        });
        changed.expect("the node is there");
    }

    fn taint(&mut self, name: &str, key: &str, value: &str, effect: Effect) {
        self.change_node(name, |node| Rc::make_mut(&mut node.taints).push(Taint::new(key, value, effect)));
    }

    fn label(&mut self, name: &str, key: &str, value: &str) {
        self.change_node(name, |node| {
            Rc::make_mut(&mut node.meta.labels).insert(key.into(), value.into());
        });
    }

    fn create(&mut self, kind: Kind, value: Value) -> Object {
        self.api().create(Object::from_value(kind, &value)).expect("it is valid")
    }

    /// A Pod; `spec` is laid over one container without requests.
    fn pod(&mut self, name: &str, spec: Value) {
        self.pod_with(name, spec, |_| {});
    }

    fn pod_with(&mut self, name: &str, spec: Value, change: impl FnOnce(&mut Pod)) {
        let Object::Pod(mut pod) = Object::from_value(Kind::POD, &pod_value(name, spec)) else { return };
        change(Rc::make_mut(&mut pod));
        self.api().create(Object::Pod(pod)).expect("it is valid");
    }

    /// A daemon Pod.
    fn daemon_pod(&mut self, name: &str, node: &str, spec: Value) {
        self.pod_with(name, spec, |pod| pod.pinned_node = Some(node.into()));
    }

    /// A Pod that runs already.
    fn bound(&mut self, name: &str, node: &str, spec: Value) {
        let start = self.now.time();
        self.pod_with(name, spec, |pod| {
            pod.node_name = node.into();
            pod.status.start_time = Some(start);
        });
    }

    fn delete(&mut self, name: &str) {
        let now = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
        self.api().delete(Kind::POD, &key(name), &now).expect("it is there");
    }

    /// Lets the scheduler work for a while.
    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            self.deliver();
            match self.wakes.next_at() {
                Some(at) if at <= end => {}
                _ => break,
            }
            let Some((at, wake)) = self.wakes.pop() else { break };
            self.now = at;
            match wake {
                Wake::Schedule => self.with_scheduler(|scheduler, ctx| scheduler.schedule_one(ctx)),
                _ => self.with_scheduler(|scheduler, ctx| scheduler.timer(ctx)),
            }
        }
        self.now = end;
    }

    /// Lets the scheduler work for 100 ms, long enough for a few Pods.
    fn settle(&mut self) {
        self.run(Duration::from_millis(100));
    }

    fn deliver(&mut self) {
        let changes: Vec<_> = self.server.changes_after(self.read).expect("the log is short").cloned().collect();
        for change in &changes {
            self.scheduler.take(change, self.now);
        }
        self.read = self.server.version();
        self.with_scheduler(|scheduler, ctx| scheduler.after_delivery(ctx));
    }

    fn with_scheduler(&mut self, work: impl FnOnce(&mut Scheduler, &mut Context<'_>)) {
        let api = Api::new(&mut self.server, self.now, Cause::clock(Actor::Scheduler));
        let mut ctx = Context { api, wakes: &mut self.wakes, recorder: &mut self.recorder };
        work(&mut self.scheduler, &mut ctx);
    }

    fn api(&mut self) -> Api<'_> {
        Api::new(&mut self.server, self.now, Cause::default())
    }

    fn get(&self, name: &str) -> Rc<Pod> {
        match self.server.object(Kind::POD, &key(name)) {
            Some(Object::Pod(pod)) => pod.clone(),
            _ => panic!("no Pod {name}"),
        }
    }

    /// The node a Pod is bound to, or nothing.
    fn node_of(&self, name: &str) -> String {
        self.get(name).node_name.to_string()
    }

    /// The message of condition PodScheduled.
    fn message(&self, name: &str) -> String {
        let pod = self.get(name);
        condition::find(&pod.status.conditions, "PodScheduled").map_or(String::new(), |c| c.message.to_string())
    }

    fn events(&self, name: &str) -> Vec<Rc<Event>> {
        let events = self.server.objects(Kind::EVENT).filter_map(|object| match object {
            Object::Event(event) if &*event.involved.name == name => Some(event.clone()),
            _ => None,
        });
        let mut events: Vec<Rc<Event>> = events.collect();
        events.sort_by_key(|event| event.stamp);
        events
    }

    fn reasons(&self, name: &str) -> Vec<String> {
        self.events(name).iter().map(|event| event.words.reason.to_string()).collect()
    }
}

fn key(name: &str) -> Key {
    Key::new(&"default".into(), &name.into())
}

fn pod_value(name: &str, spec: Value) -> Value {
    let mut whole = json!({"containers": [{"name": "main", "image": "nginx"}]});
    for (key, value) in spec.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    json!({"metadata": {"name": name, "namespace": "default", "labels": {"app": name}}, "spec": whole})
}

/// A spec with these requests.
fn asks(requests: Value) -> Value {
    json!({"containers": [{"name": "main", "image": "nginx", "resources": {"requests": requests}}]})
}

/// A spec with a priority and a CPU request.
fn ranked(class: &str, cpu: &str) -> Value {
    let mut spec = asks(json!({"cpu": cpu}));
    spec["priorityClassName"] = class.into();
    spec
}
