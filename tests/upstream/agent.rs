//! A DaemonSet `agent` on three nodes, for the stories of this folder: how it is made, what is done to it, and what is read of it.

use crate::support::world::World;
use api::objects::Object;
use api::objects::event::Event;
use api::objects::pod::Pod;
use api::objects::workload::DaemonSet;
use api::resource::Kind;
use std::rc::Rc;

/// The nodes of the world.
pub const NODES: [&str; 3] = ["n1", "n2", "n3"];

/// The manifest of a DaemonSet `agent`.
pub const AGENT: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - {name: c, image: nginx, resources: {requests: {cpu: 100m}}}
";

/// The agent is only replaced by hand.
pub const ON_DELETE: &str =
    r#"patch ds agent -p '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}'"#;

/// Three nodes and the agent on each.
pub fn world() -> World {
    let mut world = World::with_nodes(NODES);
    create(&mut world);
    world.settle();
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    world
}

/// Creates the agent.
pub fn create(world: &mut World) {
    world.file("agent.yaml", AGENT);
    does(world, "create -f agent.yaml");
}

/// Types what must work.
pub fn does(world: &mut World, words: &str) {
    let printed = world.kubectl(words);
    assert_eq!(printed.code, 0, "kubectl {words}: {}", printed.all());
}

/// The agent as it is now.
pub fn agent(world: &World) -> Rc<DaemonSet> {
    let mut sets = world.cluster.objects(Kind::DAEMON_SET).filter_map(|object| match object {
        Object::DaemonSet(set) if &*set.meta.name == "agent" => Some(set.clone()),
        _ => None,
    });
    sets.next().expect("the agent is there")
}

/// Desired, current, misscheduled, ready, updated, available.
pub fn counts(world: &World) -> [i64; 6] {
    of_status(&agent(world))
}

/// The same, of any version.
pub fn of_status(set: &DaemonSet) -> [i64; 6] {
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

/// All Pods.
pub fn pods(world: &World) -> Vec<Rc<Pod>> {
    let pods = world.cluster.objects(Kind::POD).filter_map(|object| match object {
        Object::Pod(pod) => Some(pod.clone()),
        _ => None,
    });
    pods.collect()
}

/// The Pod on a node.
pub fn pod_on(world: &World, node: &str) -> Option<Rc<Pod>> {
    pods(world).into_iter().find(|pod| &*pod.node_name == node)
}

/// The Events with a reason.
pub fn events(world: &World, reason: &str) -> Vec<Rc<Event>> {
    let events = world.cluster.objects(Kind::EVENT).filter_map(|object| match object {
        Object::Event(event) if &*event.words.reason == reason => Some(event.clone()),
        _ => None,
    });
    events.collect()
}

/// Whether the status ever had these desired and misscheduled numbers.
pub fn was_counted(world: &World, begun: usize, [desired, misscheduled]: [i64; 2]) -> bool {
    world.log[begun..].iter().any(|change| match &change.object {
        Object::DaemonSet(set) => {
            let [ours, _, wrong, ..] = of_status(set);
            (ours, wrong) == (desired, misscheduled)
        }
        _ => false,
    })
}
