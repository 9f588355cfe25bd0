//! The specification's rows that take time, each lived through in a whole cluster.

use crate::support::world::World;
use api::objects::Object;
use api::objects::condition;
use api::objects::event::Event;
use api::objects::pod::Pod;
use api::objects::workload::DaemonSet;
use api::resource::Kind;
use cluster::Cluster;
use cluster::apiserver::Change;
use cluster::clock::Instant;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::kubelet::eviction::Pressure;
use cluster::kubelet::machine::Machine;
use std::collections::BTreeSet;
use std::rc::Rc;

const NODES: [&str; 3] = ["n1", "n2", "n3"];

const AGENT: &str = "\
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

const ON_DELETE: &str = r#"patch ds agent -p '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}'"#;

/// Three nodes and the agent on each.
fn world() -> World {
    let mut world = World::with_nodes(NODES);
    create(&mut world);
    world.settle();
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    world
}

fn create(world: &mut World) {
    world.file("agent.yaml", AGENT);
    does(world, "create -f agent.yaml");
}

/// Types what must work.
fn does(world: &mut World, words: &str) {
    let printed = world.kubectl(words);
    assert_eq!(printed.code, 0, "kubectl {words}: {}", printed.all());
}

fn agent(world: &World) -> Rc<DaemonSet> {
    let sets = world.cluster.objects(Kind::DAEMON_SET).filter_map(|object| match object {
        Object::DaemonSet(set) => Some(set.clone()),
        _ => None,
    });
    sets.last().expect("the agent is there")
}

/// Desired, current, misscheduled, ready, updated, available.
fn counts(world: &World) -> [i64; 6] {
    of_status(&agent(world))
}

fn of_status(set: &DaemonSet) -> [i64; 6] {
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

fn pods(world: &World) -> Vec<Rc<Pod>> {
    let pods = world.cluster.objects(Kind::POD).filter_map(|object| match object {
        Object::Pod(pod) => Some(pod.clone()),
        _ => None,
    });
    pods.collect()
}

/// The Pod on a node.
fn pod_on(world: &World, node: &str) -> Option<Rc<Pod>> {
    pods(world).into_iter().find(|pod| &*pod.node_name == node)
}

fn events(world: &World, reason: &str) -> Vec<Rc<Event>> {
    let events = world.cluster.objects(Kind::EVENT).filter_map(|object| match object {
        Object::Event(event) if &*event.words.reason == reason => Some(event.clone()),
        _ => None,
    });
    events.collect()
}

#[test]
fn t_01d_s_03u_s_04u_d_55u_and_d_100d_a_daemon_set_on_three_nodes() {
    let mut world = world();
    // The image is there from the first time.
    does(&mut world, "delete ds agent");
    world.settle();
    does(&mut world, "delete events --all");
    let begun = world.log.len();
    create(&mut world);
    world.run_for(3.0);
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    assert_eq!(agent(&world).status.observed_generation, 1);
    assert_eq!(events(&world, "Scheduled").len(), 3);
    let mut aimed_at = BTreeSet::new();
    for change in &world.log[begun..] {
        if let (Object::Pod(pod), None) = (&change.object, &change.old) {
            assert!(pod.node_name.is_empty(), "the scheduler binds it");
            aimed_at.insert(pod.pinned_node.clone().expect("it names one node").to_string());
        }
    }
    assert_eq!(aimed_at, NODES.map(String::from).into());
    let told: BTreeSet<String> = events(&world, "SuccessfulCreate").iter().map(|event| event.message()).collect();
    let names = pods(&world).iter().map(|pod| format!("Created pod: {}", pod.meta.name)).collect();
    assert_eq!(told, names);
    let event = Object::Event(events(&world, "SuccessfulCreate").remove(0)).to_value();
    assert_eq!((&event["type"], &event["involvedObject"]["name"]), (&"Normal".into(), &"agent".into()));
    assert_eq!(event["source"]["component"], "daemonset-controller");
}

#[test]
fn t_02d_and_d_84u_a_new_node_gets_its_pod_once_it_is_ready() {
    let mut world = world();
    let begun = world.log.len();
    world.add_node("n4").settle();
    assert_eq!(counts(&world), [4, 4, 0, 4, 4, 4]);
    let first = |is: &dyn Fn(&Object) -> bool| world.log[begun..].iter().position(|change| is(&change.object));
    let ready = first(&|object| match object {
        Object::Node(node) => &*node.meta.name == "n4" && condition::is_true(&node.conditions, "Ready"),
        _ => false,
    });
    let pod = first(&|object| matches!(object, Object::Pod(pod) if pod.pinned_node.as_deref() == Some("n4")));
    assert!(ready.is_some() && ready < pod, "ready at {ready:?}, a Pod at {pod:?}");
}

#[test]
fn t_05d_a_bad_image_stops_at_the_first_node_and_undo_restarts_nothing_else() {
    let mut world = world();
    does(&mut world, "set image ds/agent c=registry.example/does-not-exist:1");
    world.run_for(120.0);
    assert_eq!(counts(&world), [3, 3, 0, 2, 1, 2]);
    let good: BTreeSet<_> = pods(&world).iter().filter(|pod| pod.ready()).map(|pod| pod.meta.uid).collect();
    does(&mut world, "rollout undo ds/agent");
    world.settle();
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    let after: BTreeSet<_> = pods(&world).iter().map(|pod| pod.meta.uid).collect();
    assert!(good.len() == 2 && good.is_subset(&after));
}

#[test]
fn t_06d_and_d_77d_a_deleted_nodes_pod_goes_with_the_garbage_collector() {
    let mut world = world();
    does(&mut world, "delete node n2");
    world.run_for(6.0);
    assert_eq!(events(&world, "RemovingNode").len(), 1);
    assert!(pod_on(&world, "n2").is_some());
    assert_eq!(counts(&world)[0], 3, "nothing told the controller");
    world.run_for(60.0);
    assert!(pod_on(&world, "n2").is_none());
    assert_eq!(counts(&world), [2, 2, 0, 2, 2, 2]);
}

#[test]
fn t_07d_a_silent_node_keeps_its_daemon_pod() {
    let mut world = world();
    let before = pod_on(&world, "n2").map(|pod| pod.meta.uid);
    world.cluster.stop_kubelet(&"n2".into());
    world.run_for(35.0);
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3], "within the grace");
    world.run_for(25.0);
    assert_eq!(counts(&world), [2, 2, 1, 2, 2, 2]);
    world.run_for(400.0);
    assert_eq!(pod_on(&world, "n2").map(|pod| pod.meta.uid), before);
    assert!(pods(&world).iter().all(|pod| !pod.meta.terminating()));
    world.cluster.start_kubelet(&"n2".into());
    world.run_for(30.0);
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
}

#[test]
fn t_08d_d_72u_and_d_76d_no_execute_deletes_at_once_and_its_end_brings_a_new_pod() {
    let mut world = world();
    let begun = world.log.len();
    does(&mut world, "taint nodes n2 k=v:NoExecute");
    world.settle();
    assert!(pod_on(&world, "n2").is_none());
    assert_eq!(counts(&world), [2, 2, 0, 2, 2, 2]);
    assert!(was_counted(&world, begun, [2, 1]), "misscheduled while it terminates");
    does(&mut world, "taint nodes n2 k-");
    world.settle();
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
}

/// Whether the status ever had these desired and misscheduled numbers.
fn was_counted(world: &World, begun: usize, [desired, misscheduled]: [i64; 2]) -> bool {
    world.log[begun..].iter().any(|change| match &change.object {
        Object::DaemonSet(set) => {
            let [ours, _, wrong, ..] = of_status(set);
            (ours, wrong) == (desired, misscheduled)
        }
        _ => false,
    })
}

#[test]
fn t_09d_and_d_75d_no_schedule_goes_unnoticed_until_the_next_sync() {
    let mut world = world();
    does(&mut world, "taint nodes n2 k=v:NoSchedule");
    world.settle();
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    does(&mut world, "annotate ds agent touched=yes");
    world.settle();
    assert_eq!(counts(&world), [2, 2, 1, 2, 2, 2]);
    assert!(pod_on(&world, "n2").is_some());
}

#[test]
fn t_10d_and_d_71u_a_pod_comes_and_goes_with_the_label_it_asks_for() {
    let mut world = world();
    does(&mut world, "label nodes n1 n3 disk=ssd");
    let select = r#"{"spec":{"template":{"spec":{"nodeSelector":{"disk":"ssd"}}}}}"#;
    does(&mut world, &format!("patch ds agent -p '{select}'"));
    world.settle();
    assert_eq!(counts(&world), [2, 2, 0, 2, 2, 2]);
    does(&mut world, "label nodes n2 disk=ssd");
    world.settle();
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    let begun = world.log.len();
    does(&mut world, "label nodes n2 disk-");
    world.settle();
    assert!(was_counted(&world, begun, [2, 1]));
    assert!(pod_on(&world, "n2").is_none());
    assert_eq!(counts(&world), [2, 2, 0, 2, 2, 2]);
}

#[test]
fn t_11d_a_cordoned_node_gets_its_pod_again() {
    let mut world = world();
    does(&mut world, "cordon n2");
    let old = pod_on(&world, "n2").expect("it runs").meta.clone();
    does(&mut world, &format!("delete pod {}", old.name));
    world.settle();
    assert!(pod_on(&world, "n2").is_some_and(|pod| pod.meta.uid != old.uid && pod.ready()));
}

#[test]
fn u_21d_undo_makes_the_old_revision_the_newest() {
    let mut world = world();
    does(&mut world, "set image ds/agent c=nginx:1.27");
    world.settle();
    let before = agent(&world).meta.generation;
    does(&mut world, "rollout undo ds/agent");
    world.settle();
    assert_eq!(agent(&world).meta.generation, before + 1);
    assert_eq!(&*agent(&world).meta.annotations["deprecated.daemonset.template.generation"], "3");
    assert_eq!(revisions(&world), [2, 3]);
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
}

fn revisions(world: &World) -> Vec<i64> {
    let revisions =
        world.cluster.objects(Kind::CONTROLLER_REVISION).filter_map(|object| object.to_value()["revision"].as_i64());
    let numbers: BTreeSet<i64> = revisions.collect();
    numbers.into_iter().collect()
}

/// What is left of five revisions under a limit of two old ones.
fn left_of_five(world: &mut World, rolled_out: bool) -> Vec<i64> {
    for version in 25..29 {
        does(world, &format!("set image ds/agent c=nginx:1.{version}"));
        world.run_for(if rolled_out { 60.0 } else { 1.0 });
    }
    assert_eq!(revisions(world), [1, 2, 3, 4, 5]);
    does(world, r#"patch ds agent -p '{"spec":{"revisionHistoryLimit":2}}'"#);
    world.settle();
    revisions(world)
}

#[test]
fn u_19d_the_oldest_revisions_beyond_the_limit_go() {
    assert_eq!(left_of_five(&mut world(), true), [3, 4, 5]);
}

#[test]
fn u_20d_but_not_one_that_a_pod_still_has() {
    let mut world = world();
    does(&mut world, ON_DELETE);
    assert_eq!(left_of_five(&mut world, false), [1, 4, 5]);
}

#[test]
fn u_25d_one_of_the_two_budgets_and_only_one() {
    let mut world = world();
    for (unavailable, surge) in [("1", "1"), ("0", "0"), ("\"0%\"", "0")] {
        let budgets = format!(r#"{{"maxUnavailable":{unavailable},"maxSurge":{surge}}}"#);
        let patch = format!(r#"{{"spec":{{"updateStrategy":{{"rollingUpdate":{budgets}}}}}}}"#);
        assert_eq!(world.kubectl(&format!("patch ds agent -p '{patch}'")).code, 1, "{budgets}");
    }
}

#[test]
fn u_26d_on_delete_only_the_deleted_pod_is_new() {
    let mut world = world();
    does(&mut world, ON_DELETE);
    does(&mut world, "set image ds/agent c=nginx:1.27");
    world.settle();
    assert_eq!(counts(&world), [3, 3, 0, 3, 0, 3]);
    let doomed = pod_on(&world, "n2").expect("it runs").meta.name.clone();
    does(&mut world, &format!("delete pod {doomed}"));
    world.run_for(60.0);
    assert_eq!(counts(&world), [3, 3, 0, 3, 1, 3]);
    let image = |node: &str| pod_on(&world, node).map(|pod| pod.spec.containers[0].image.to_string());
    assert_eq!(NODES.map(image), ["nginx", "nginx:1.27", "nginx"].map(|image| Some(image.to_string())));
}

#[test]
fn u_22d_undo_half_way_leaves_what_was_not_replaced_yet() {
    let mut world = world();
    does(&mut world, "set image ds/agent c=nginx:1.27");
    for _ in 0..600 {
        if counts(&world)[4..] == [1, 3] {
            break;
        }
        world.run_for(0.1);
    }
    let old = |world: &World| -> BTreeSet<_> {
        let old =
            pods(world).into_iter().filter(|pod| &*pod.spec.containers[0].image == "nginx" && !pod.meta.terminating());
        old.map(|pod| pod.meta.uid).collect()
    };
    let kept = old(&world);
    does(&mut world, "rollout undo ds/agent");
    let begun = world.log.len();
    world.run_for(60.0);
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    assert!(!kept.is_empty() && kept.is_subset(&old(&world)), "they count as updated at once");
    let fewest = world.log[begun..].iter().filter_map(|change| match &change.object {
        Object::DaemonSet(set) => Some(set.status.number_available),
        _ => None,
    });
    assert_eq!(fewest.min(), Some(2), "one at a time");
}

#[test]
fn t_04d_a_rollout_waits_for_min_ready_seconds_node_after_node() {
    let mut world = world();
    let mut restart = || {
        let begun = (world.now(), world.log.len());
        does(&mut world, "rollout restart ds/agent");
        does(&mut world, "rollout status ds/agent");
        let mut updated: Vec<i64> = Vec::new();
        for change in &world.log[begun.1..] {
            if let Object::DaemonSet(set) = &change.object {
                updated.push(set.status.updated_number_scheduled);
            }
        }
        updated.dedup();
        assert!(updated.ends_with(&[1, 2, 3]), "up to date: {updated:?}");
        let took = world.now().since(begun.0).as_secs_f64();
        world.settle();
        took
    };
    let plain = restart();
    let mut world = self::world();
    // What isn't ready for so long yet would be replaced all at once.
    world.run_for(30.0);
    does(&mut world, r#"patch ds agent -p '{"spec":{"minReadySeconds":10}}'"#);
    world.settle();
    let begun = world.now();
    does(&mut world, "rollout restart ds/agent");
    does(&mut world, "rollout status ds/agent");
    let more = world.now().since(begun).as_secs_f64() - plain;
    assert!((28.0..36.0).contains(&more), "{more} s more for 10 s of readiness on each of three nodes");
}

/// When the agent found a failed Pod of its own, from some change on; each was deleted, and said to be.
fn failures(world: &World, begun: usize) -> Vec<Instant> {
    let mut at = Vec::new();
    for change in &world.log[begun..] {
        let Object::Event(event) = &change.object else { continue };
        if &*event.words.reason != "FailedDaemonPod" {
            continue;
        }
        let message = event.message();
        let name = message.split_once("daemon pod default/").and_then(|(_, rest)| rest.split(' ').next());
        let name = name.expect("it names the Pod");
        assert!(
            message.ends_with(&format!("Found failed daemon pod default/{name} on node n2, will try to kill it")),
            "{message}"
        );
        let deleted = format!("Deleted pod: {name}");
        let told = |change: &Change| matches!(&change.object, Object::Event(e) if e.message().ends_with(&deleted));
        // After some twenty Events the spam filter lets no more of them through.
        assert!(at.len() > 3 || world.log[begun..].iter().any(told), "{deleted}");
        at.push(change.at);
    }
    at
}

#[test]
fn t_12d_and_d_101d_a_pod_that_its_kubelet_refuses_comes_again_and_again_ever_later() {
    let mut world = world();
    let begun = world.log.len();
    world.cluster.set_pressure(&"n2".into(), Pressure::Disk, true);
    world.run_for(90.0);
    let gaps =
        |at: &[Instant]| -> Vec<f64> { at.windows(2).map(|pair| pair[1].since(pair[0]).as_secs_f64()).collect() };
    let first = gaps(&failures(&world, begun));
    assert!(first.len() >= 5, "{first:?}");
    for (gap, wanted) in first.iter().zip([1.0, 2.0, 4.0, 8.0, 16.0, 32.0]) {
        assert!((wanted..wanted + 2.0).contains(gap), "{first:?}");
    }
    let begun = world.log.len();
    does(&mut world, "set image ds/agent c=nginx:1.27");
    world.run_for(12.0);
    let new = world.log[begun..].iter().filter(|change| match &change.object {
        Object::Pod(pod) => change.old.is_none() && pod.pinned_node.as_deref() == Some("n2"),
        _ => false,
    });
    let count = new.count();
    assert!(count >= 3, "editing the template begins the series anew: {count}");
}

#[test]
fn d_102d_a_quota_refuses_and_the_daemon_set_tries_again_ever_later() {
    let mut world = World::with_nodes(NODES);
    does(&mut world, "create quota q --hard=pods=2");
    world.settle();
    let begun = world.log.len();
    create(&mut world);
    world.run_for(60.0);
    assert_eq!(pods(&world).len(), 2);
    let refused = events(&world, "FailedCreate");
    assert!(!refused.is_empty());
    for message in refused.iter().map(|event| event.message()) {
        let message = message.trim_start_matches("(combined from similar events): ");
        assert!(message.starts_with("Error creating: pods \"agent-"), "{message}");
        assert!(message.contains("\" is forbidden: exceeded quota: q"), "{message}");
    }
    let at = world.log[begun..]
        .iter()
        .filter(|change| matches!(&change.object, Object::Event(event) if &*event.words.reason == "FailedCreate"));
    let at: Vec<_> = at.map(|change| change.at).collect();
    let gaps: Vec<_> = at.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    // The first retries wait milliseconds, and the status written between them asks for one too.
    let late = &gaps[gaps.len() - 4..];
    assert!(late.windows(2).all(|pair| pair[1] > pair[0]), "{gaps:?}");
}

#[test]
fn d_57u_a_set_made_anew_under_its_name_has_a_pod_on_each_node() {
    let mut world = world();
    let old: BTreeSet<_> = pods(&world).iter().map(|pod| pod.meta.uid).collect();
    does(&mut world, "delete ds agent --wait=false");
    create(&mut world);
    world.run_for(60.0);
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    assert!(pods(&world).len() == 3 && pods(&world).iter().all(|pod| !old.contains(&pod.meta.uid)));
}

/// As it was, and as it is.
const WAYS: [Placing; 2] = [Placing::ByController, Placing::ByScheduler];

/// Three nodes of one way, the last of them as small as is said.
fn placing(way: Placing, cpu: &str) -> World {
    let mut world = World::of(Cluster::new(1).placing_daemons(way));
    world.add_node("n1").add_node("n2");
    let mut small = Machine::worker("n3");
    small.cpu = cpu.into();
    world.add_machine(small).settle();
    world
}

#[test]
fn h_01d_a_full_node_has_no_pod_or_a_pending_one() {
    for (way, running, pending, failed) in [(WAYS[0], 2, 0, true), (WAYS[1], 2, 1, false)] {
        let mut world = placing(way, "50m");
        create(&mut world);
        world.run_for(10.0);
        let (bound, unbound): (Vec<_>, Vec<_>) = pods(&world).into_iter().partition(|pod| !pod.node_name.is_empty());
        assert_eq!((bound.len(), unbound.len()), (running, pending));
        assert_eq!(!events(&world, "FailedPlacement").is_empty(), failed);
        assert_eq!(!events(&world, "FailedScheduling").is_empty(), !failed);
    }
}

#[test]
fn h_02d_without_a_scheduler_all_run_or_all_wait() {
    for (way, running) in [(WAYS[0], 3), (WAYS[1], 0)] {
        let mut world = placing(way, "2");
        world.cluster.stop_scheduler();
        create(&mut world);
        world.run_for(10.0);
        assert_eq!(pods(&world).iter().filter(|pod| pod.ready()).count(), running);
        assert_eq!((pods(&world).len(), events(&world, "FailedScheduling").len()), (3, 0));
    }
}

#[test]
fn h_03d_a_cordoned_node_has_a_pod_either_way() {
    for way in WAYS {
        let mut world = placing(way, "2");
        does(&mut world, "cordon n2");
        create(&mut world);
        world.run_for(10.0);
        assert!(pod_on(&world, "n2").is_some_and(|pod| pod.ready()));
    }
}

#[test]
fn h_06d_a_new_pod_names_its_node_or_asks_for_it() {
    for (way, bound) in [(WAYS[0], true), (WAYS[1], false)] {
        let mut world = placing(way, "2");
        let begun = world.log.len();
        create(&mut world);
        world.run_for(2.0);
        let new = world.log[begun..].iter().filter(|change| change.old.is_none());
        let new: Vec<_> = new.filter(|change| change.object.kind() == Kind::POD).map(|c| c.object.to_value()).collect();
        assert_eq!(new.len(), 3);
        for pod in new {
            let affinity = &pod["spec"]["affinity"]["nodeAffinity"];
            assert_eq!((pod["spec"]["nodeName"].is_string(), affinity.is_null()), (bound, bound), "{pod}");
        }
    }
}

/// A Pod that fills the last node, bound by hand.
const FILLER: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: filler}
spec:
  nodeName: n3
  containers:
  - {name: c, image: nginx, resources: {requests: {cpu: 100m}}}
";

/// The agent beside a Pod that fills the last node.
fn beside_a_filler(way: Placing, priority: bool) -> World {
    let mut world = placing(way, "150m");
    world.file("filler.yaml", FILLER);
    does(&mut world, "create -f filler.yaml");
    world.settle();
    create_with(&mut world, priority);
    world
}

fn create_with(world: &mut World, priority: bool) {
    if priority {
        does(world, "create priorityclass high --value=1000");
        let named = AGENT.replace("      containers:", "      priorityClassName: high\n      containers:");
        world.file("agent.yaml", &named);
        does(world, "create -f agent.yaml");
    } else {
        create(world);
    }
    world.run_for(60.0);
}

/// On how many nodes the agent runs.
fn running(world: &World) -> usize {
    let running = pods(world).into_iter().filter(|pod| pod.ready() && &*pod.meta.name != "filler");
    running.count()
}

#[test]
fn h_04d_a_higher_priority_makes_room_only_with_the_scheduler() {
    for (way, count) in [(WAYS[0], 2), (WAYS[1], 3)] {
        let world = beside_a_filler(way, true);
        assert_eq!(running(&world), count, "{way:?}");
        assert_eq!(pods(&world).iter().any(|pod| &*pod.meta.name == "filler"), count == 2);
    }
}

#[test]
fn h_05d_room_is_noticed_at_once_only_by_the_scheduler() {
    for (way, count) in [(WAYS[0], 2), (WAYS[1], 3)] {
        let mut world = beside_a_filler(way, false);
        assert_eq!(running(&world), 2, "{way:?}");
        does(&mut world, "delete pod filler");
        let bound = |world: &World| pods(world).iter().filter(|pod| !pod.node_name.is_empty()).count();
        world.run_for(1.0);
        assert_eq!(bound(&world), count, "{way:?}");
        does(&mut world, "annotate ds agent touched=yes");
        world.run_for(5.0);
        assert_eq!(bound(&world), 3, "{way:?}");
    }
}
