//! What a change comes to, in a word; heartbeats, Events and Leases come to nothing.

use crate::view::Deed;
use api::objects::Object;
use api::objects::condition::{self, Truth};
use api::objects::node::Node;
use api::objects::pod::{ContainerState, Phase, Pod};
use api::objects::text::Text;
use api::request::WatchType;
use cluster::apiserver::Change;

/// What was done, and more of it in Kubernetes' words.
pub fn of(change: &Change) -> Option<(Deed, Text)> {
    if matches!(change.object, Object::Lease(_) | Object::Event(_)) {
        return None;
    }
    let meta = change.object.meta_ref()?;
    let joined = matches!(&change.object, Object::Node(_));
    let was = change.old.as_ref().and_then(Object::meta_ref);
    match change.kind {
        WatchType::Deleted => return Some((Deed::Deleted, "".into())),
        _ if was.is_none() => return Some((if joined { Deed::Joined } else { Deed::Created }, "".into())),
        _ if meta.terminating() && was.is_some_and(|was| !was.terminating()) => {
            return Some((Deed::Ending, "".into()));
        }
        _ => {}
    }
    match (change.old.as_ref()?, &change.object) {
        (Object::Pod(old), Object::Pod(new)) => of_pod(old, new),
        (Object::Node(old), Object::Node(new)) => of_node(old, new),
        (Object::DaemonSet(old), Object::DaemonSet(new)) => {
            let (have, want) = (new.status.number_ready, new.status.desired_number_scheduled);
            let counts = (old.status.number_ready, old.status.desired_number_scheduled) != (have, want);
            of_workload(old.meta.generation != new.meta.generation, "", counts, have, want)
        }
        (Object::Deployment(old), Object::Deployment(new)) => {
            let scaled = scaled(old.spec.replicas, new.spec.replicas);
            let counts = old.status.ready_replicas != new.status.ready_replicas;
            let changed = old.meta.generation != new.meta.generation;
            of_workload(changed, &scaled, counts, new.status.ready_replicas, new.spec.replicas)
        }
        (Object::ReplicaSet(old), Object::ReplicaSet(new)) => {
            let scaled = scaled(old.spec.replicas, new.spec.replicas);
            let counts = old.status.ready_replicas != new.status.ready_replicas;
            let changed = old.meta.generation != new.meta.generation;
            of_workload(changed, &scaled, counts, new.status.ready_replicas, new.spec.replicas)
        }
        _ => Some((Deed::Changed, "".into())),
    }
}

fn scaled(old: i64, new: i64) -> String {
    if old == new { String::new() } else { format!("replicas: {old} → {new}") }
}

fn of_workload(changed: bool, how: &str, counted: bool, ready: i64, desired: i64) -> Option<(Deed, Text)> {
    if changed {
        return Some((Deed::Changed, how.to_string().into()));
    }
    counted.then(|| (Deed::Counted, format!("{ready}/{desired}").into()))
}

fn of_pod(old: &Pod, new: &Pod) -> Option<(Deed, Text)> {
    let (was, is) = (&old.status, &new.status);
    if old.node_name != new.node_name {
        return Some((Deed::Bound, new.node_name.to_string().into()));
    }
    if was.phase != is.phase && matches!(is.phase, Phase::Failed | Phase::Succeeded) {
        let deed = if is.phase == Phase::Failed { Deed::Failing } else { Deed::Completed };
        return Some((deed, is.reason.to_string().into()));
    }
    if old.ready() != new.ready() {
        return Some((if new.ready() { Deed::Ready } else { Deed::Unready }, "".into()));
    }
    if let Some(reason) = trouble(new).filter(|reason| trouble(old).as_deref() != Some(&**reason)) {
        return Some((Deed::Failing, reason));
    }
    if was.phase != is.phase && is.phase == Phase::Running {
        return Some((Deed::Started, "".into()));
    }
    if was.start_time.is_none() && is.start_time.is_some() {
        return Some((Deed::Accepted, new.node_name.to_string().into()));
    }
    let unscheduled = |pod: &Pod| {
        let scheduled = condition::find(&pod.status.conditions, "PodScheduled");
        scheduled.filter(|c| c.status == Truth::False).map(|c| c.message.clone())
    };
    let said = unscheduled(new)?;
    (unscheduled(old).as_deref() != Some(&*said)).then_some((Deed::Unschedulable, said))
}

/// Why a container waits or has ended badly: `ImagePullBackOff`, `CrashLoopBackOff`.
fn trouble(pod: &Pod) -> Option<Text> {
    let all = pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses);
    all.filter_map(|container| match &container.state {
        ContainerState::Waiting(why) if !matches!(&*why.reason, "ContainerCreating" | "PodInitializing") => {
            Some(why.reason.clone())
        }
        ContainerState::Terminated(ended) if ended.exit_code != 0 => Some(ended.reason.clone()),
        _ => None,
    })
    .next()
}

fn of_node(old: &Node, new: &Node) -> Option<(Deed, Text)> {
    let ready = |node: &Node| condition::find(&node.conditions, "Ready").map(|c| c.status);
    if ready(old) != ready(new) {
        let deed = if ready(new) == Some(Truth::True) { Deed::NodeReady } else { Deed::NodeUnready };
        return Some((deed, "".into()));
    }
    if old.unschedulable != new.unschedulable {
        return Some((if new.unschedulable { Deed::Cordoned } else { Deed::Uncordoned }, "".into()));
    }
    if let Some(taint) = new.taints.iter().find(|taint| !old.taints.iter().any(|other| other == *taint)) {
        return Some((Deed::Tainted, taint.to_string().into()));
    }
    if let Some(taint) = old.taints.iter().find(|taint| !new.taints.iter().any(|other| other == *taint)) {
        return Some((Deed::Untainted, taint.to_string().into()));
    }
    if old.meta.labels != new.meta.labels {
        let added = new.meta.labels.iter().find(|(key, value)| old.meta.labels.get(*key) != Some(*value));
        let gone = || old.meta.labels.iter().find(|(key, _)| new.meta.labels.get(*key).is_none());
        let text = match added {
            Some((key, value)) => format!("{key}={value}"),
            None => gone().map(|(key, _)| format!("{key}-")).unwrap_or_default(),
        };
        return Some((Deed::Labelled, text.into()));
    }
    None
}
