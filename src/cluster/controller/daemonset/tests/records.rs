//! What the controller writes down: a status that is refused, what generation it has seen, and the revisions it finds and makes.
//!
//! `S-…`, `U-…`: rows of the specification.

use super::*;
use api::objects::workload::{ControllerRevision, DaemonSetStatus};
use store::{Statuses, store};

/// A server that refuses so many writes, and perhaps can't be read.
#[derive(Default)]
struct Refusing {
    refuses: usize,
    unreadable: bool,
    writes: usize,
    reads: usize,
    stored: DaemonSetStatus,
}

impl Statuses for Refusing {
    fn write(&mut self, set: &DaemonSet) -> Result<(), Status> {
        self.writes += 1;
        if self.writes <= self.refuses {
            return Err(Status::conflict(Kind::DAEMON_SET, &set.meta.name, ""));
        }
        self.stored = set.status.clone();
        Ok(())
    }

    fn read(&mut self, set: &DaemonSet) -> Result<Rc<DaemonSet>, Status> {
        self.reads += 1;
        if self.unreadable { Err(Status::not_found(Kind::DAEMON_SET, "foo")) } else { Ok(Rc::new(set.clone())) }
    }
}

#[test]
fn s_06u_s_07u_s_08u_and_s_09u_a_refused_status_is_written_once_more_onto_what_is_there_now() {
    let set = DaemonSet::from_value(&set_value("foo", "a"));
    let counts = DaemonSetStatus { desired_number_scheduled: 2, observed_generation: 1, ..DaemonSetStatus::default() };
    for (row, refuses, unreadable, writes, reads, expected) in [
        ("S-06u", 0, false, 1, 0, Ok(())),
        ("S-07u", 1, false, 2, 1, Ok(())),
        ("S-08u", 2, false, 2, 1, Err(Reason::Conflict)),
        ("S-09u", 1, true, 1, 1, Err(Reason::NotFound)),
    ] {
        let mut server = Refusing { refuses, unreadable, ..Refusing::default() };
        let outcome = store(&mut server, &set, counts.clone());
        assert_eq!((server.writes, server.reads), (writes, reads), "{row}");
        assert_eq!(outcome.clone().map_err(|status| status.reason), expected, "{row}");
        assert_eq!(server.stored == counts, outcome.is_ok(), "{row}");
    }
}

#[test]
fn a_status_lands_on_a_set_that_was_changed_meanwhile_and_changes_nothing_else_of_it() {
    let mut bench = Bench::of(2);
    bench.add_set("foo", "a");
    bench.deliver();
    bench.edit_set("foo", |set| set.meta.annotations = labels_from(&json!({"touched": "yes"})));
    bench.sync("foo");
    let set = bench.set("foo");
    assert_eq!((set.status.desired_number_scheduled, &*set.meta.annotations["touched"]), (2, "yes"));
}

#[test]
fn s_10u_what_failed_first_is_what_is_told() {
    for (quota, gone, expected) in [
        (true, false, Some("exceeded quota: q")),
        (true, true, Some("exceeded quota: q")),
        (false, true, Some("daemonsets.apps \"foo\" not found")),
        (false, false, None),
    ] {
        let mut bench = Bench::of(1);
        if quota {
            let quota = json!({"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": {"pods": "0"}}});
            bench.world.submit(Kind::RESOURCE_QUOTA, quota);
        }
        bench.add_set("foo", "a");
        bench.deliver();
        if gone {
            // The controller hasn't heard: its Pods are created, and its status has nowhere to go.
            bench.delete(Kind::DAEMON_SET, "foo", DeleteOptions::default());
        }
        bench.sync("foo");
        let told = bench.failure("foo");
        assert_eq!(told.is_some(), expected.is_some(), "{told:?}");
        assert!(expected.is_none_or(|part| told.is_some_and(|told| told.contains(part))), "{told:?}");
    }
}

#[test]
fn s_24d_while_creations_are_outstanding_counts_move_and_the_generation_seen_does_not() {
    let mut bench = Bench::of(2);
    bench.add_set("foo", "a");
    bench.settle("foo");
    let touch = |set: &mut DaemonSet| set.spec = Rc::new(set.spec.with_min_ready_seconds(set.meta.generation));
    bench.edit_set("foo", touch);
    bench.settle("foo");
    assert_eq!((bench.set("foo").meta.generation, bench.set("foo").status.observed_generation), (2, 2));
    bench.add_node("n2");
    bench.deliver_and_sync("foo");
    assert_eq!(bench.pods().len(), 3);
    // The new Pod hasn't been heard of; what was heard of meanwhile is of before it.
    let created = bench.pods().into_iter().find(|pod| pod.pinned_node.as_deref() == Some("n2")).expect("it was made");
    bench.edit_set("foo", touch);
    let set = bench.set("foo");
    let first = bench.pods()[0].clone();
    let mut ready = (*first).clone();
    ready.node_name = "n0".into();
    ready.status.conditions =
        vec![api::objects::condition::Condition::new("Ready", api::objects::condition::Truth::True, START.time())]
            .into();
    for (object, old) in [
        (Object::DaemonSet(set.clone()), Object::DaemonSet(set.clone())),
        (Object::Pod(Rc::new(ready)), Object::Pod(first)),
    ] {
        let change = Change {
            version: bench.world.server.version(),
            kind: WatchType::Modified,
            object,
            old: Some(old),
            cause: Cause::default(),
            at: bench.world.now,
        };
        bench.world.informers.take(&change);
        bench.controller.take(&change, &bench.world.informers, change.at);
    }
    bench.sync("foo");
    let after = bench.set("foo");
    assert_eq!((after.meta.generation, after.status.observed_generation), (3, 2));
    assert_eq!(counts(&after)[..4], [3, 2, 0, 1], "{} is not counted yet", created.meta.name);
}

/// A revision of a set's present template, or of an older one.
fn revision(set: &DaemonSet, hash: &str, number: i64, present: bool) -> ControllerRevision {
    let mut template = set.spec.template.raw.clone();
    template["$patch"] = "replace".into();
    if !present {
        template["spec"]["containers"][0]["image"] = "older".into();
    }
    let mut revision = ControllerRevision::default();
    revision.meta.name = format!("foo-{hash}").into();
    revision.meta.namespace = "default".into();
    revision.meta.labels = labels_from(&json!({"app": "a", "controller-revision-hash": hash}));
    revision.meta.owner_references = owners(Some(set));
    revision.data = Rc::new(json!({"spec": {"template": template}}));
    revision.revision = number;
    revision
}

fn revisions(bench: &Bench) -> Vec<(String, i64, bool)> {
    let revisions = bench.world.server.objects(Kind::CONTROLLER_REVISION).filter_map(|object| match object {
        Object::ControllerRevision(found) => {
            let name = format!("{}/{}", found.meta.namespace, found.meta.name);
            Some((name, found.revision, found.meta.controller().is_some()))
        }
        _ => None,
    });
    let mut revisions: Vec<_> = revisions.collect();
    revisions.sort();
    revisions
}

#[test]
fn u_16u_a_set_takes_the_revisions_of_its_namespace_that_match_and_are_nobodys() {
    let mut bench = Bench::of(0);
    let foo = bench.add_set("foo", "a");
    bench.world.submit(Kind::NAMESPACE, json!({"metadata": {"name": "elsewhere"}}));
    let owned = revision(&foo, "owned", 1, false);
    let mut orphan = revision(&foo, "orphan", 2, false);
    orphan.meta.owner_references = Rc::default();
    let mut far = orphan.clone();
    far.meta.namespace = "elsewhere".into();
    for revision in [owned, orphan, far] {
        bench.world.api().create(Object::ControllerRevision(Rc::new(revision))).expect("it is new");
    }
    bench.deliver();
    let set = bench.set("foo");
    let found = history::construct(&mut bench.world.context(), &set).expect("the server answers");
    let names: Vec<&str> = found.old.iter().map(|revision| &*revision.meta.name).collect();
    assert_eq!(names, ["foo-owned", "foo-orphan"]);
    assert_eq!(found.current.revision, 3);
    let owned = |name: &str| revisions(&bench).into_iter().find(|(full, ..)| full == name).map(|(.., owned)| owned);
    assert_eq!(owned("default/foo-orphan"), Some(true));
    assert_eq!(owned("elsewhere/foo-orphan"), Some(false));
}

#[test]
fn a_revision_without_its_hash_gets_its_name_as_one_whether_owned_or_adopted() {
    let mut bench = Bench::of(0);
    let foo = bench.add_set("foo", "a");
    for (hash, owned) in [("owned", true), ("orphan", false)] {
        let mut revision = revision(&foo, hash, 1, false);
        revision.meta.labels = labels_from(&json!({"app": "a"}));
        if !owned {
            revision.meta.owner_references = Rc::default();
        }
        bench.world.api().create(Object::ControllerRevision(Rc::new(revision))).expect("it is new");
    }
    bench.deliver();
    let set = bench.set("foo");
    let found = history::construct(&mut bench.world.context(), &set).expect("the server answers");
    let hashes: Vec<&str> = found.old.iter().filter_map(|revision| revision.hash().map(|hash| &**hash)).collect();
    assert_eq!(hashes.len(), 2);
    assert!(hashes.contains(&"foo-owned") && hashes.contains(&"foo-orphan"));
}

#[test]
fn u_28d_of_two_revisions_of_one_template_the_newer_stays_and_all_pods_carry_it() {
    let mut bench = Bench::of(3);
    let foo = bench.add_set("foo", "a");
    for (hash, number, present) in [("old", 1, false), ("three", 3, true), ("five", 5, true)] {
        let revision = revision(&foo, hash, number, present);
        bench.world.api().create(Object::ControllerRevision(Rc::new(revision))).expect("it is new");
    }
    for (node, hash) in [("n0", "three"), ("n1", "five"), ("n2", "old")] {
        bench.add_pod(node, node, "a", Some(&foo));
        bench.edit_pod(node, |pod| {
            Rc::make_mut(&mut pod.meta.labels).insert(template::HASH_LABEL.into(), hash.into());
        });
    }
    bench.settle("foo");
    assert_eq!(revisions(&bench), [("default/foo-five".into(), 5, true), ("default/foo-old".into(), 1, true)]);
    let pods = bench.pods();
    assert_eq!(pods.len(), 3, "none is replaced");
    assert!(pods.iter().all(|pod| pod.meta.label(template::HASH_LABEL).is_some_and(|hash| &**hash == "five")));
    assert_eq!(counts(&bench.set("foo")), [3, 3, 0, 3, 3, 3]);
}
