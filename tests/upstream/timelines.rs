//! The specification's reference timelines, and rows that they show besides, each lived through in a whole cluster.

use super::agent::*;
use crate::support::world::World;
use api::objects::Object;
use api::objects::condition;
use api::objects::node::Node;
use api::objects::scheduling::Effect;
use cluster::apiserver::Change;
use cluster::clock::Instant;
use cluster::kubelet::eviction::Pressure;
use cluster::kubelet::images::{Exit, Image};
use std::collections::BTreeSet;
use std::time::Duration;

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

/// A DaemonSet that nothing keeps away.
const TOLERANT: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: anywhere}
spec:
  selector: {matchLabels: {app: anywhere}}
  template:
    metadata: {labels: {app: anywhere}}
    spec:
      tolerations: [{operator: Exists}]
      containers: [{name: c, image: nginx}]
";

#[test]
fn t_02d_and_d_84u_a_new_node_gets_its_pod_once_it_is_ready() {
    let mut world = World::with_nodes(NODES);
    world.file("tolerant.yaml", TOLERANT);
    does(&mut world, "create -f tolerant.yaml");
    create(&mut world);
    world.settle();
    let begun = world.log.len();
    world.add_node("n4").run_for(30.0);
    assert_eq!(counts(&world), [4, 4, 0, 4, 4, 4]);
    let first = |what: &str, is: &dyn Fn(&Object) -> bool| {
        let found = world.log[begun..].iter().position(|change| is(&change.object));
        found.unwrap_or_else(|| panic!("{what} doesn't come about"))
    };
    let node = |is: &'static dyn Fn(&Node) -> bool| move |object: &Object| matches!(object, Object::Node(node) if &*node.meta.name == "n4" && is(node));
    let tainted = |node: &Node, effect: Effect| {
        node.taints.iter().any(|taint| &*taint.key == "node.kubernetes.io/not-ready" && taint.effect == effect)
    };
    let joined = first("the node", &node(&|_| true));
    let ready = first("its readiness", &node(&|node| condition::is_true(&node.conditions, "Ready")));
    let freed = first(
        "the end of its taint",
        &node(&|node| {
            condition::is_true(&node.conditions, "Ready")
                && !node.taints.iter().any(|taint| taint.effect == Effect::NoSchedule)
        }),
    );
    let changes = &world.log[begun..];
    let Object::Node(new) = &changes[joined].object else { unreachable!() };
    assert!(tainted(new, Effect::NoSchedule), "it comes with its taint: {:?}", new.taints);
    assert!(changes[freed].at.since(changes[ready].at).as_secs_f64() < 0.5, "the taint goes at once");
    let set = |name: &'static str, desired: i64| move |object: &Object| matches!(object, Object::DaemonSet(set) if &*set.meta.name == name && set.status.desired_number_scheduled == desired);
    let tolerant = first("the tolerant set's count", &set("anywhere", 4));
    let ordinary = first("the agent's count", &set("agent", 4));
    let of = |name: &'static str| move |object: &Object| matches!(object, Object::Pod(pod) if pod.pinned_node.as_deref() == Some("n4") && pod.meta.name.starts_with(name));
    let bold = first("the tolerant set's Pod", &of("anywhere-"));
    let pod = first("the agent's Pod", &of("agent-"));
    assert!(joined < tolerant && joined < bold && tolerant < ready && bold < ready, "at once, ready or not");
    assert!(freed < pod && freed < ordinary, "the taint's end is what brings the agent's");
    // Whatever NoExecute taint it had is gone by the next check.
    let no_execute =
        |change: &&Change| matches!(&change.object, Object::Node(node) if tainted(node, Effect::NoExecute));
    let last = changes.iter().rfind(no_execute).map(|change| change.at.since(changes[ready].at));
    assert!(last.is_none_or(|after| after.as_secs_f64() < 5.0), "{last:?}");
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
fn t_07d_a_silent_node_keeps_its_daemon_pod_and_loses_the_others() {
    let mut world = world();
    does(&mut world, "create deployment web --image=nginx --replicas=3");
    world.settle();
    let uids = |world: &World, name: &str| -> BTreeSet<_> {
        let there = pods(world).into_iter().filter(|pod| &*pod.node_name == "n2" && pod.meta.name.starts_with(name));
        there.map(|pod| pod.meta.uid).collect()
    };
    let (agents, ordinary) = (uids(&world, "agent-"), uids(&world, "web-"));
    assert_eq!((agents.len(), ordinary.len()), (1, 1));
    let (stopped, begun) = (world.now(), world.log.len());
    world.cluster.stop_kubelet(&"n2".into());
    let after = |world: &World, is: &dyn Fn(&Object) -> bool| {
        let found = world.log[begun..].iter().find(|change| is(&change.object));
        found.map(|change| change.at.since(stopped).as_secs_f64())
    };
    world.run_for(60.0);
    let silent = after(&world, &|object| match object {
        Object::Node(node) if &*node.meta.name == "n2" => {
            let ready = condition::find(&node.conditions, "Ready");
            ready.is_some_and(|ready| ready.status == condition::Truth::Unknown)
        }
        _ => false,
    });
    let silent = silent.expect("it is found to be silent");
    assert!((40.0..=55.0).contains(&silent), "after {silent} s");
    assert_eq!(counts(&world), [2, 2, 1, 2, 2, 2]);
    world.run_for(340.0);
    let told = after(&world, &|object| matches!(object, Object::Pod(pod) if pod.meta.terminating()));
    let told = told.expect("the ordinary Pod is told to go");
    assert!((300.0..302.0).contains(&(told - silent)), "{told} s, {silent} s");
    let going: BTreeSet<_> = pods(&world).iter().filter(|pod| pod.meta.terminating()).map(|pod| pod.meta.uid).collect();
    assert_eq!(going, ordinary, "nobody there ends it");
    assert_eq!(uids(&world, "agent-"), agents);
    world.cluster.start_kubelet(&"n2".into());
    world.run_for(60.0);
    assert_eq!(counts(&world), [3, 3, 0, 3, 3, 3]);
    assert_eq!(uids(&world, "agent-"), agents);
    assert!(pods(&world).iter().all(|pod| pod.ready() && !pod.meta.terminating() && !ordinary.contains(&pod.meta.uid)));
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

/// A server that answers its readiness probe so long after it starts, and heeds SIGTERM so late.
fn slow(ready_after: f64, on_term: f64) -> Image {
    let on_term = Some(Exit { after: Duration::from_secs_f64(on_term), code: 0 });
    Image { ready_after: Duration::from_secs_f64(ready_after), on_term, ..Image::default() }
}

/// The agent of an image, with a readiness probe every second.
fn create_slow(world: &mut World, image: &str) {
    let probe = "readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}";
    let container = format!("{{name: c, image: \"{image}\", {probe}}}");
    let manifest = AGENT.replace("{name: c, image: nginx, resources: {requests: {cpu: 100m}}}", &container);
    world.file("agent.yaml", &manifest);
    does(world, "create -f agent.yaml");
    world.settle();
}

#[test]
fn t_03d_a_rollout_takes_a_pods_end_and_a_pods_start_node_after_node() {
    let mut world = World::with_nodes(NODES);
    for image in ["slow:1", "slow:2"] {
        world.cluster.set_image(image.into(), slow(0.7, 0.9));
    }
    create_slow(&mut world, "slow:2");
    // Both images are on every node before the clock is looked at.
    does(&mut world, "set image ds/agent c=slow:1");
    world.settle();
    let (begun, from) = (world.now(), world.log.len());
    does(&mut world, "set image ds/agent c=slow:2");
    does(&mut world, "rollout status ds/agent");
    let took = world.now().since(begun).as_secs_f64();
    let mut updated: Vec<i64> = Vec::new();
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for change in &world.log[from..] {
        match (&change.object, &change.old) {
            (Object::DaemonSet(set), _) => updated.push(set.status.updated_number_scheduled),
            (Object::Pod(_), None) => {
                let end = ends.last().expect("the old one goes first");
                let lasted = change.at.since(*end).as_secs_f64();
                assert!((0.7..1.3).contains(&lasted), "ended {lasted} s after its deletion");
                starts.push(change.at);
            }
            (Object::Pod(pod), Some(Object::Pod(old))) if pod.ready() && !old.ready() => {
                let start = starts.last_mut().expect("a Pod is created before it is ready");
                let lasted = change.at.since(*start).as_secs_f64();
                assert!((1.5..2.5).contains(&lasted), "ready {lasted} s after its creation");
            }
            (Object::Pod(pod), Some(Object::Pod(old))) if pod.meta.terminating() && !old.meta.terminating() => {
                ends.push(change.at);
            }
            _ => {}
        }
    }
    updated.dedup();
    assert!(updated.ends_with(&[1, 2, 3]), "up to date: {updated:?}");
    assert_eq!((starts.len(), ends.len()), (3, 3));
    assert!((8.0..11.0).contains(&took), "{took} s");
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
fn u_27d_a_node_that_joins_half_way_takes_its_part_of_the_budget() {
    let mut world = World::with_nodes(NODES);
    for image in ["slow:1", "slow:2"] {
        world.cluster.set_image(image.into(), slow(20.0, 0.3));
    }
    create_slow(&mut world, "slow:1");
    let from = world.log.len();
    does(&mut world, "set image ds/agent c=slow:2");
    world.run_for(8.0);
    world.add_node("n4");
    does(&mut world, "rollout status ds/agent");
    let ready = |node: &str| {
        let now_ready = |change: &&Change| match (&change.object, &change.old) {
            (Object::Pod(pod), Some(Object::Pod(old))) => &*pod.node_name == node && pod.ready() && !old.ready(),
            _ => false,
        };
        world.log[from..].iter().find(now_ready).map(|change| change.at).expect("it becomes ready")
    };
    let new = world.log[from..].iter().find_map(|change| match (&change.object, &change.old) {
        (Object::Pod(pod), None) if pod.pinned_node.as_deref() == Some("n4") => Some((change.at, pod.clone())),
        _ => None,
    });
    let (created, pod) = new.expect("the new node gets its Pod");
    assert_eq!(&*pod.spec.containers[0].image, "slow:2", "of the new template");
    // The first two deletions lie on either side of the new node's wait.
    let told: Vec<(Instant, String)> = world.log[from..]
        .iter()
        .filter_map(|change| match (&change.object, &change.old) {
            (Object::Pod(pod), Some(Object::Pod(old))) if pod.meta.terminating() && !old.meta.terminating() => {
                Some((change.at, pod.node_name.to_string()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 3);
    let (first, second) = (&told[0], &told[1]);
    assert!(first.0 < created && created < ready(&first.1), "it joins while the first is being replaced");
    assert!(ready(&first.1) < ready("n4") && ready("n4") <= second.0, "and the second waits for it");
}
