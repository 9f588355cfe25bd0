//! The specification's rows on revisions, refusals and rollouts that take time, each lived through in a whole cluster.

use super::agent::*;
use crate::support::world::World;
use api::objects::Object;
use api::resource::Kind;
use std::collections::BTreeSet;

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
    assert!(at.windows(2).all(|pair| pair[0] < pair[1]), "each try is one call: {at:?}");
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
