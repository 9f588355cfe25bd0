//! What must hold of every single change, whoever made it.

use super::rest;
use api::objects::Object;
use api::objects::condition;
use api::objects::pod::Pod;
use api::objects::workload::DaemonSet;
use api::request::WatchType;
use api::resource::Kind;
use cluster::Cluster;
use cluster::apiserver::Change;
use cluster::cause::Actor;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::controller::daemonset::rollout::allows_surge;
use cluster::controller::daemonset::template::{HASH_LABEL, target_node};

/// How far the log of changes has been read.
#[derive(Clone)]
pub struct Changes {
    seen: u64,
}

impl Changes {
    /// From now on.
    pub fn new(cluster: &Cluster) -> Changes {
        Changes { seen: cluster.server().version() }
    }

    /// Checks what has changed since the last look.
    pub fn look(&mut self, cluster: &Cluster) -> Result<(), String> {
        let changes = cluster.changes_after(self.seen).expect("the log is kept for longer than a step");
        for change in changes {
            let about = |what: String| {
                format!("{what}: {:?} {} {}", change.kind, change.object.kind().name(), {
                    let (namespace, name) = (change.object.namespace(), change.object.name());
                    if namespace.is_empty() { name.to_string() } else { format!("{namespace}/{name}") }
                })
            };
            self.versions(change).map_err(about)?;
            check(change).map_err(about)?;
            if change.cause.actor == Actor::DaemonSetController
                && let (Object::Pod(pod), WatchType::Added) = (&change.object, change.kind)
            {
                finds_room(cluster, pod).map_err(about)?;
            }
            self.seen = change.version;
        }
        Ok(())
    }

    fn versions(&self, change: &Change) -> Result<(), String> {
        let version = change.object.resource_version();
        require(change.version > self.seen, || "a change's version doesn't rise".into())?;
        require(version == change.version, || {
            format!("resourceVersion {version} isn't the change's {}", change.version)
        })?;
        let old = change.old.as_ref().map_or(0, Object::resource_version);
        require(old < version, || format!("resourceVersion goes from {old} to {version}"))
    }
}

fn require(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

fn check(change: &Change) -> Result<(), String> {
    if let Some(old) = &change.old {
        let (was, is) = (old.meta(), change.object.meta());
        require(was.uid == is.uid, || "an object's uid changes".into())?;
        require(was.creation_timestamp == is.creation_timestamp, || "an object's birth changes".into())?;
        require(was.generation <= is.generation, || "a generation falls".into())?;
        require(!was.terminating() || is.terminating(), || "a deletion is taken back".into())?;
    }
    match (&change.object, &change.old) {
        (Object::Pod(is), Some(Object::Pod(was))) => pod(was, is),
        (Object::DaemonSet(is), old) => {
            if let Some(Object::DaemonSet(was)) = old {
                let (was, is) = (was.status.observed_generation, is.status.observed_generation);
                require(was <= is, || format!("observedGeneration falls from {was} to {is}"))?;
            }
            counts(is)
        }
        (Object::ReplicaSet(set), _) => {
            let status = &set.status;
            let ordered =
                status.replicas >= status.ready_replicas && status.ready_replicas >= status.available_replicas;
            require(ordered && status.available_replicas >= 0, || "a ReplicaSet's counts don't nest".into())
        }
        _ => Ok(()),
    }
}

fn pod(was: &Pod, is: &Pod) -> Result<(), String> {
    require(was.node_name.is_empty() || was.node_name == is.node_name, || "a bound Pod moves".into())?;
    require(!was.terminal() || was.status.phase == is.status.phase, || "an ended Pod changes its phase".into())?;
    for before in &was.status.container_statuses {
        let after = is.status.container_statuses.iter().find(|after| after.name == before.name);
        // Another machine under the same name begins at nothing.
        let falls = after.is_none_or(|after| after.restart_count < before.restart_count && after.restart_count > 0);
        require(!falls, || "a restart count falls".into())?;
    }
    Ok(())
}

fn counts(set: &DaemonSet) -> Result<(), String> {
    let status = &set.status;
    let nested = [
        status.desired_number_scheduled,
        status.current_number_scheduled,
        status.number_ready,
        status.number_available,
        0,
    ];
    require(nested.is_sorted_by(|a, b| a >= b), || format!("a DaemonSet's counts don't nest: {status:?}"))?;
    require(status.updated_number_scheduled <= status.current_number_scheduled, || {
        "more updated than there are".into()
    })?;
    let missing = status.desired_number_scheduled - status.number_available;
    require(status.number_unavailable == missing, || "desired isn't available and unavailable".into())
}

/// A Pod that was adopted unbound is for no node until the scheduler has chosen one, which the controller hears of a moment later.
fn has_just_come(cluster: &Cluster, pod: &Pod) -> bool {
    let scheduled = condition::find(&pod.status.conditions, "PodScheduled");
    let now = cluster.now().time();
    pod.pinned_node.is_none() && scheduled.is_some_and(|bound| now.0 - bound.last_transition_time.0 <= 1)
}

/// A daemon Pod has just been created: without surge it is alone on its node; with surge there may be one other, an older one.
fn finds_room(cluster: &Cluster, pod: &Pod) -> Result<(), String> {
    let owner = pod.meta.controller().ok_or("a daemon Pod has no owner")?;
    let by_scheduler = cluster.controllers().daemon_sets.placing == Placing::ByScheduler;
    let surge = cluster.objects(Kind::DAEMON_SET).any(|object| match object {
        Object::DaemonSet(set) => by_scheduler && set.meta.uid == owner.uid && allows_surge(&set.spec.strategy),
        _ => false,
    });
    let node = target_node(pod);
    let others = rest::pods(cluster).filter(|other| {
        let as_good_as_gone = other.terminal() && other.meta.terminating();
        other.meta.uid != pod.meta.uid
            && !as_good_as_gone
            && !has_just_come(cluster, other)
            && other.meta.controller().is_some_and(|other| other.uid == owner.uid)
            && target_node(other) == node
    });
    for other in others {
        require(surge, || format!("a second daemon Pod beside {} without surge", other.meta.name))?;
        let alike = other.meta.label(HASH_LABEL) == pod.meta.label(HASH_LABEL);
        let counts = !other.meta.terminating() && !other.terminal();
        require(!(alike && counts), || format!("a second daemon Pod of one revision beside {}", other.meta.name))?;
    }
    Ok(())
}
