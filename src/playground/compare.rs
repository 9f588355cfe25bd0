//! Two moments side by side: which nodes, workloads and Pods there are in only one of them, and which stand otherwise.
//!
//! Objects that both moments share are the same in memory, so a comparison costs what differs.

use crate::run::Run;
use crate::travel::Pinned;
use crate::view::{Comparison, Difference, ObjectRef};
use api::objects::Object;
use api::resource::Kind;
use api::sort;
use cluster::Cluster;
use cluster::apiserver::{Key, tables};
use std::rc::Rc;

/// What is compared, in the order it is listed.
const KINDS: [Kind; 5] = [Kind::NODE, Kind::DAEMON_SET, Kind::DEPLOYMENT, Kind::REPLICA_SET, Kind::POD];
/// Differences worth a look.
const LISTED: usize = 200;

/// What differs between the moment that was kept and the one that is looked at.
pub fn compare(pinned: &Pinned, run: &Run) -> Comparison {
    let then = &pinned.still.cluster;
    let mut out = Comparison {
        kept_ms: run.ms_since_began(then.now()),
        now_ms: run.ms_since_began(run.now()),
        other_line: pinned.line != run.line_id(),
        ..Comparison::default()
    };
    for kind in KINDS {
        let mut found: Vec<(Key, Option<&Object>, Option<&Object>)> = Vec::new();
        for object in then.objects(kind) {
            let key = Key::of(object);
            let now = run.server().object(kind, &key);
            if !now.is_some_and(|now| same(object, now)) {
                found.push((key, Some(object), now));
            }
        }
        for object in run.objects(kind) {
            let key = Key::of(object);
            if then.server().object(kind, &key).is_none() {
                found.push((key, None, Some(object)));
            }
        }
        sort::by(&mut found, |a, b| a.0.compare_text(&b.0));
        for (key, before, after) in found {
            let words =
                |object: Option<&Object>, cluster: &Cluster| object.map(|object| standing(kind, object, cluster));
            let (before, after) = (words(before, then), words(after, run));
            if before == after {
                continue;
            }
            out.count += 1;
            out.added += u32::from(before.is_none());
            out.gone += u32::from(after.is_none());
            if out.differences.len() < LISTED {
                let object = ObjectRef {
                    kind: kind.name().into(),
                    namespace: key.namespace.to_string(),
                    name: key.name.to_string(),
                };
                out.differences.push(Difference { object, then: before, now: after });
            }
        }
    }
    out
}

/// Whether two are one and the same in memory.
fn same(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Pod(a), Object::Pod(b)) => Rc::ptr_eq(a, b),
        (Object::Node(a), Object::Node(b)) => Rc::ptr_eq(a, b),
        (Object::DaemonSet(a), Object::DaemonSet(b)) => Rc::ptr_eq(a, b),
        (Object::ReplicaSet(a), Object::ReplicaSet(b)) => Rc::ptr_eq(a, b),
        (Object::Deployment(a), Object::Deployment(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}

/// How an object stands, in the words and numbers of its table: for a Pod its STATUS, READY and node, for a node its STATUS
/// and taints, for a workload its counts.
pub fn standing(kind: Kind, object: &Object, cluster: &Cluster) -> String {
    let value = object.to_value();
    let cells = tables::cells(kind, &value, cluster.now().time());
    let cell = |index: usize| cells.get(index).map_or("", String::as_str);
    match object {
        Object::Pod(pod) => {
            let mut words = [cell(2), cell(1)].join(" ");
            if !pod.node_name.is_empty() {
                words.push_str(" · ");
                words.push_str(&pod.node_name);
            }
            words
        }
        Object::Node(node) => {
            let mut words = cell(1).to_string();
            for taint in node.taints.iter() {
                words.push_str(" · ");
                words.push_str(&taint.to_string());
            }
            words
        }
        Object::DaemonSet(set) => {
            counts(set.status.number_ready, set.status.desired_number_scheduled, set.meta.generation)
        }
        Object::Deployment(deployment) => {
            counts(deployment.status.ready_replicas, deployment.spec.replicas, deployment.meta.generation)
        }
        Object::ReplicaSet(set) => counts(set.status.ready_replicas, set.spec.replicas, set.meta.generation),
        _ => String::new(),
    }
}

/// `3/4`, and the generation of what is wanted, so that a new template is seen before anything has come of it.
fn counts(ready: i64, wanted: i64, generation: i64) -> String {
    format!("{ready}/{wanted} · generation {generation}")
}
