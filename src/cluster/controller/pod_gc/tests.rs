//! The rows of the specification on the garbage collection of Pods.

use super::*;
use crate::controller::testing::{START, World, node, pod};

fn world_with(threshold: usize) -> World {
    let collector = PodGc { threshold, ..PodGc::default() };
    let mut world = World::new(vec![(ControllerId::PodGc, Box::new(collector))]);
    world.create(node("n1", Some(Truth::True), START));
    world
}

fn world() -> World {
    world_with(TERMINATED_THRESHOLD)
}

/// Creates Pods one second apart: name, phase, reason.
fn create(world: &mut World, pods: &[(&str, Phase, &'static str)]) {
    for (name, phase, reason) in pods {
        world.create(pod(name, "n1"));
        world.edit_pod(name, |pod| (pod.status.phase, pod.status.reason) = (*phase, (*reason).into()));
        world.seconds(1);
    }
}

fn names(world: &World) -> Vec<Str> {
    let mut names: Vec<Str> = world.server.objects(Kind::POD).map(Object::name).collect();
    names.sort();
    names
}

/// What is left of `pods` after a tick under a threshold.
fn left(threshold: usize, pods: &[(&str, Phase, &'static str)]) -> Vec<Str> {
    let mut world = world_with(threshold);
    create(&mut world, pods);
    world.seconds(20);
    names(&world)
}

const EVICTED: &str = "Evicted";

#[test]
fn gc_01u_oldest_terminated_pods_beyond_the_threshold_go() {
    let pods = [("a", Phase::Failed, ""), ("b", Phase::Succeeded, ""), ("c", Phase::Failed, "")];
    assert_eq!(left(1, &pods), ["c".into()]);
}

#[test]
fn gc_02u_threshold_zero_is_off() {
    assert_eq!(left(0, &[("a", Phase::Failed, ""), ("b", Phase::Succeeded, "")]).len(), 2);
}

#[test]
fn gc_03u_running_pods_do_not_count() {
    let pods = [("a", Phase::Running, ""), ("b", Phase::Succeeded, ""), ("c", Phase::Failed, "")];
    assert_eq!(left(1, &pods), ["a".into(), "c".into()]);
}

#[test]
fn gc_04u_below_the_threshold_nothing_goes() {
    assert_eq!(left(5, &[("a", Phase::Failed, ""), ("b", Phase::Succeeded, "")]).len(), 2);
}

#[test]
fn gc_05u_evicted_pods_go_first() {
    let pods = [("a", Phase::Failed, ""), ("b", Phase::Succeeded, ""), ("c", Phase::Failed, EVICTED)];
    assert_eq!(left(1, &pods), ["b".into()]);
    let pods = [("a", Phase::Running, ""), ("b", Phase::Succeeded, ""), ("c", Phase::Failed, EVICTED)];
    assert_eq!(left(1, &pods), ["a".into(), "b".into()]);
}

/// A Pod of a node that was deleted so many seconds after the start.
fn world_with_deleted_node(seconds: u64) -> World {
    let mut world = world();
    world.create(pod("p", "n1"));
    world.seconds(seconds);
    world.delete(Kind::NODE, "n1", None);
    world
}

#[test]
fn gc_06u_nodes_that_exist_in_the_cache_or_at_the_server_keep_their_pods() {
    let mut world = world();
    world.create(pod("p", "n1"));
    world.seconds(200);
    assert_eq!(names(&world), ["p".into()]);
    // The cache misses a node that the server has.
    let mut collector = PodGc::default();
    let mut informers = world.informers.clone();
    informers.nodes.clear();
    for _ in 0..2 {
        let (mut wakes, mut recorder) = (Default::default(), crate::recorder::Recorder::new(1));
        let now = world.now + QUARANTINE;
        let api = crate::apiserver::typed::Api::new(&mut world.server, now, Cause::default());
        let ctx = Context { api, informers: &informers, wakes: &mut wakes, recorder: &mut recorder };
        collector.collect_orphaned(&ctx);
        world.now = now;
    }
    assert!(!collector.has_work());
}

#[test]
fn gc_07u_only_a_pod_that_has_not_ended_is_failed_first() {
    let mut world = world();
    create(&mut world, &[("f", Phase::Failed, ""), ("r", Phase::Running, ""), ("s", Phase::Succeeded, "")]);
    world.delete(Kind::NODE, "n1", None);
    world.seconds(80);
    assert_eq!(names(&world), Vec::<Str>::new());
    let changes = world.server.changes_after(0).expect("the log is whole");
    let failed = changes.filter_map(|change| match &change.object {
        Object::Pod(pod) if condition::is_true(&pod.status.conditions, "DisruptionTarget") => Some(pod.clone()),
        _ => None,
    });
    let failed: Vec<_> = failed.collect();
    assert!(failed.iter().all(|pod| &*pod.meta.name == "r"));
    let target = condition::find(&failed[0].status.conditions, "DisruptionTarget").expect("it was written");
    let written = (&*target.reason, &*target.message, target.observed_generation, failed[0].status.phase);
    assert_eq!(written, ("DeletionByPodGC", "PodGC: node no longer exists", 1, Phase::Failed));
    assert!(!failed[0].meta.terminating(), "the condition is written before the deletion");
    assert_eq!(world.events(), Vec::<String>::new());
}

#[test]
fn gc_08u_half_the_quarantine_is_not_enough() {
    let mut world = world_with_deleted_node(0);
    world.seconds(40);
    assert_eq!(names(&world), ["p".into()]);
}

#[test]
fn gc_09u_node_that_comes_back_during_the_quarantine_keeps_its_pods() {
    let mut world = world_with_deleted_node(0);
    world.seconds(30);
    world.create(node("n1", Some(Truth::True), START));
    world.seconds(100);
    assert_eq!(names(&world), ["p".into()]);
}

#[test]
fn gc_10u_node_that_vanishes_after_a_tick_is_noticed_at_the_next() {
    let mut world = world_with_deleted_node(20);
    world.seconds(59);
    assert_eq!(names(&world), ["p".into()]);
    world.seconds(1);
    assert_eq!(names(&world), Vec::<Str>::new());
}

#[test]
fn gc_11u_terminating_pod_that_was_never_bound_goes() {
    for phase in [Phase::Pending, Phase::Running, Phase::Succeeded, Phase::Failed] {
        let mut world = world();
        for (name, node) in [("unbound", ""), ("bound", "n1"), ("staying", "")] {
            world.create(pod(name, node));
            // Its deletion has begun and a finalizer holds it.
            world.edit_pod(name, |pod| {
                pod.status.phase = phase;
                if name != "staying" {
                    pod.meta.delete_at(START.time(), 30);
                }
            });
        }
        world.seconds(20);
        assert_eq!(names(&world), ["bound".into(), "staying".into()], "{phase:?}");
    }
}

#[test]
fn gc_12u_terminating_pods_on_a_node_out_of_service_go() {
    use api::objects::scheduling::Effect::NoExecute;
    for (ready, tainted, goes) in [
        (Truth::False, false, false),
        (Truth::Unknown, true, true),
        (Truth::False, true, true),
        (Truth::True, true, false),
    ] {
        let mut world = world();
        world.create(pod("p", "n1"));
        world.create(pod("staying", "n1"));
        world.delete(Kind::POD, "p", None);
        world.post_ready("n1", ready);
        if tainted {
            world.taint("n1", &[(OUT_OF_SERVICE, NoExecute)]);
        }
        world.seconds(20);
        assert_eq!(names(&world).len(), if goes { 1 } else { 2 }, "{ready:?}, tainted: {tainted}");
    }
}

#[test]
fn gc_13d_deletion_comes_at_the_tick_that_ends_the_quarantine() {
    for deleted_at in [5, 19] {
        let mut world = world_with_deleted_node(deleted_at);
        world.seconds(59 - deleted_at);
        assert_eq!(names(&world), ["p".into()], "deleted at {deleted_at}");
        world.seconds(1);
        assert_eq!(names(&world), Vec::<Str>::new(), "deleted at {deleted_at}");
    }
}

#[test]
fn what_is_removed_answers_the_deletion_of_the_node() {
    let mut world = world_with_deleted_node(5);
    let deletion = world.server.version();
    world.seconds(60);
    let changes = world.server.changes_after(deletion).expect("the log is whole");
    let causes: Vec<_> = changes.map(|change| (change.cause.actor, change.cause.trigger)).collect();
    assert!(!causes.is_empty());
    assert!(causes.iter().all(|cause| *cause == (Actor::PodGarbageCollector, deletion)));
}

#[test]
fn every_missing_node_is_found_and_no_other() {
    let mut world = world();
    for (name, node) in [("a", "gone-1"), ("b", "gone-2"), ("c", "n1"), ("d", ""), ("e", "gone-1"), ("f", "0")] {
        world.create(pod(name, node));
    }
    assert_eq!(missing_nodes(&world.informers), ["0".into(), "gone-1".into(), "gone-2".into()]);
}
