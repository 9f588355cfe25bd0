//! Who owns a field, against the log of what was written: a field belongs to the program that changed it last.
//!
//! The server works out what machines own from the object alone (`src/cluster/apiserver/ownership`); the log knows which component
//! made each change. Creations are left out: what admission adds to them is nobody's.

use crate::learners::AGENT;
use crate::support::world::World;
use api::fields::{self, Fields};
use api::objects::Object;
use api::request::{Request, Verb};
use api::resource::Kind;
use api::{Str, Value};
use cluster::apiserver::Change;
use cluster::cause::Actor;
use std::collections::{BTreeMap, BTreeSet};

/// By object and path: who changed it last.
type Written = BTreeMap<(Kind, Str, Str), BTreeMap<String, Actor>>;

#[test]
fn a_field_belongs_to_the_program_that_changed_it_last() {
    let mut world = World::with_nodes(["w1", "w2", "w3"]);
    let mut written = Written::new();
    world.file("ds.yaml", AGENT);
    for act in [
        "kubectl create -f ds.yaml",
        "kubectl create deployment web --image=registry.k8s.io/pause:3.10 --replicas=2",
        "kubectl cordon w1",
        "kubectl scale deployment web --replicas=4",
        "kubectl run big --image=registry.k8s.io/pause:3.10 --overrides='{\"spec\":{\"nodeSelector\":{\"none\":\"here\"}}}'",
        "kubectl taint node w2 a=b:NoExecute",
        "kubectl uncordon w1",
        "kubectl set image deployment/web pause=registry.k8s.io/pause:3.9",
        "kubectl label pods --all team=a",
        "kubectl taint node w2 a-",
        "kubectl set image ds/agent agent=registry.k8s.io/pause:3.9",
        "systemctl stop kubelet",
    ] {
        match act {
            "systemctl stop kubelet" => world.cluster.stop_kubelet(&"w3".into()),
            line => assert_eq!(world.run(line).code, 0, "{line}"),
        }
        world.run_for(if act.starts_with("systemctl") { 90.0 } else { 20.0 });
    }
    world.log.iter().for_each(|change| note(&mut written, change));
    let mut compared = 0;
    for ((kind, namespace, name), paths) in &written {
        let mut request = Request::new(Verb::Get, *kind).in_namespace(namespace.clone()).named(name.clone());
        request.managed_fields = true;
        let Ok(answer) = world.cluster.request(&request) else { continue };
        let owned = owners(&answer.value().unwrap_or_default());
        for (path, actor) in paths {
            let Some(owner) = program(*kind, path, *actor) else { continue };
            let found: Vec<&str> =
                owned.iter().filter(|(_, all)| all.contains(path)).map(|(who, _)| who.as_str()).collect();
            assert_eq!(found, [owner], "{path} of {kind:?} {name}, last changed by {actor:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} fields were compared");
}

/// Notes what a change of an object changed; what it took away is nobody's any more.
fn note(written: &mut Written, change: &Change) {
    let Some(old) = &change.old else { return };
    let kind = change.object.kind();
    if !matches!(kind, Kind::POD | Kind::NODE | Kind::DAEMON_SET | Kind::DEPLOYMENT | Kind::REPLICA_SET) {
        return;
    }
    let found = fields::changes(kind, &old.to_value(), &change.object.to_value());
    let key = (kind, change.object.namespace(), Object::name(&change.object));
    let paths = written.entry(key).or_default();
    paths.retain(|path, _| !found.removed.paths().contains(path));
    paths.extend(found.written().paths().into_iter().map(|path| (path, change.cause.actor)));
}

/// Which manager a component writes as; `None` for what is written past the notes.
fn program(kind: Kind, path: &str, actor: Actor) -> Option<&'static str> {
    // What has gone back to how it began has nobody, where a real server would remember.
    if kind == Kind::REPLICA_SET && path == ".status.replicas" || path == ".status.numberMisscheduled" {
        return None;
    }
    let bound = kind == Kind::POD && path.starts_with(".status.conditions[type=\"PodScheduled\"]");
    match actor {
        Actor::Learner if path.starts_with(".metadata.labels") => Some("kubectl-label"),
        Actor::Learner if path == ".spec.taints" => Some("kubectl-taint"),
        Actor::Learner if path.ends_with(".image") => Some("kubectl-set"),
        Actor::Learner if path == ".spec.replicas" || path == ".spec.unschedulable" => Some("kubectl"),
        Actor::Learner | Actor::Bootstrap => None,
        Actor::Scheduler if bound || path == ".status.conditions" => None,
        Actor::Scheduler => Some("kube-scheduler"),
        Actor::Kubelet => Some("kubelet"),
        _ => Some("kube-controller-manager"),
    }
}

/// By manager: the paths of its entries.
fn owners(object: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in object["metadata"]["managedFields"].as_array().into_iter().flatten() {
        let paths = Fields::from_value(entry["fieldsV1"].clone()).paths();
        out.entry(entry["manager"].as_str().unwrap_or_default().to_string()).or_default().extend(paths);
    }
    out
}
