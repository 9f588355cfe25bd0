//! The control loop, seen from outside: the cluster's own queues, and one step of it at a time.
//!
//! Nothing is played here. What a step is going to take is looked at before it is taken, and what it wrote is read from the
//! server's log afterwards.

use crate::Playground;
use crate::view::{ControlLoop, ObjectRef, Station, Taken, Work, Wrote};
use api::objects::Object;
use api::request::WatchType;
use cluster::Cluster;
use cluster::apiserver::Key;
use cluster::cause::Actor;
use cluster::clock::{ControllerId, Wake};
use std::time::Duration;

/// So many items of a queue, and writes of a step, are named.
const NAMED: usize = 5;
/// A search for a step worth seeing ends after this much virtual time.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What was to be seen of the loop before a step.
struct Before {
    unread: [u64; 3],
    next: [Option<String>; ControllerId::COUNT],
    pod: Option<String>,
}

impl Playground {
    /// The one next step of any component but for heartbeats, and what it did.
    pub(crate) fn step_loop(&mut self) {
        self.clock.hold(true);
        let limit = self.cluster.now() + PATIENCE;
        while self.cluster.next_at().is_some_and(|at| at <= limit) {
            let before = Before::of(&self.cluster);
            let version = self.cluster.server().version();
            let Some(wake) = self.take_step() else { break };
            let Some(wake) = wake else { continue };
            let taken = taken(self, wake, &before, version);
            if !is_heartbeat(&taken) {
                self.last_step = Some(taken);
                break;
            }
        }
        self.revisions.timeline += 1;
    }
}

/// A step in which nothing was read, taken or written but leases.
fn is_heartbeat(taken: &Taken) -> bool {
    let idle = matches!(taken.work, Work::Timed | Work::Reported(_) | Work::WentOn(_) | Work::Read(0));
    idle && taken.wrote.iter().all(|(_, object)| object.kind == "Lease")
}

impl Before {
    fn of(cluster: &Cluster) -> Before {
        let next = ControllerId::ALL.map(|id| queued(cluster, id).first().cloned());
        let pod = cluster.scheduler().queue().active().next().map(|pod| name(&pod.meta.namespace, &pod.meta.name));
        Before { unread: cluster.unread(), next, pod }
    }
}

fn taken(playground: &Playground, wake: Wake, before: &Before, version: u64) -> Taken {
    let cluster = playground.cluster();
    let node =
        |slot: u32| cluster.kubelets().at(slot).map_or_else(String::new, |kubelet| kubelet.machine.name.to_string());
    let (station, work) = match wake {
        Wake::DeliverToControllers => (CONTROLLERS, Work::Read(before.unread[0])),
        Wake::DeliverToScheduler => (Actor::Scheduler.name(), Work::Read(before.unread[1])),
        Wake::DeliverToKubelets => (Actor::Kubelet.name(), Work::Read(before.unread[2])),
        Wake::Reconcile(id) => {
            (actor(id).name(), before.next[id as usize].clone().map_or(Work::Timed, Work::Reconciled))
        }
        Wake::Timer(id) => (actor(id).name(), Work::Timed),
        Wake::Schedule => (Actor::Scheduler.name(), before.pod.clone().map_or(Work::Timed, Work::Tried)),
        Wake::SchedulerTimer => (Actor::Scheduler.name(), Work::Timed),
        Wake::Pod { kubelet, .. } => (Actor::Kubelet.name(), Work::WentOn(node(kubelet))),
        Wake::Node { kubelet } => (Actor::Kubelet.name(), Work::Reported(node(kubelet))),
    };
    let changes = cluster.changes_after(version).into_iter().flatten();
    let mut wrote: Vec<(Wrote, ObjectRef)> = changes
        .map(|change| {
            let how = match change.kind {
                WatchType::Added => Wrote::Added,
                WatchType::Deleted => Wrote::Deleted,
                _ => Wrote::Modified,
            };
            (how, reference(&change.object))
        })
        .collect();
    let more = wrote.len().saturating_sub(NAMED) as u32;
    wrote.truncate(NAMED);
    let at_ms = playground.cluster.ms_since_began(cluster.now());
    Taken { number: cluster.steps(), at_ms, station, work, wrote, more }
}

/// The controllers read together, as one process does.
const CONTROLLERS: &str = "kube-controller-manager";

fn reference(object: &Object) -> ObjectRef {
    ObjectRef {
        kind: object.kind().name().into(),
        namespace: object.namespace().to_string(),
        name: object.name().to_string(),
    }
}

fn actor(id: ControllerId) -> Actor {
    match id {
        ControllerId::DaemonSet => Actor::DaemonSetController,
        ControllerId::ReplicaSet => Actor::ReplicaSetController,
        ControllerId::Deployment => Actor::DeploymentController,
        ControllerId::NodeLifecycle => Actor::NodeController,
        ControllerId::TaintEviction => Actor::TaintEvictionController,
        ControllerId::GarbageCollector => Actor::GarbageCollector,
        ControllerId::PodGc => Actor::PodGarbageCollector,
        ControllerId::Namespace => Actor::NamespaceController,
        ControllerId::Disruption => Actor::DisruptionController,
    }
}

fn name(namespace: &str, name: &str) -> String {
    format!("{namespace}/{name}")
}

/// What a controller's queue holds, in order, where it holds objects.
fn queued(cluster: &Cluster, id: ControllerId) -> Vec<String> {
    let controllers = cluster.controllers();
    let keys: Vec<&Key> = match id {
        ControllerId::DaemonSet => controllers.daemon_sets.queue().ready().collect(),
        ControllerId::ReplicaSet => controllers.replica_sets.queue().ready().collect(),
        ControllerId::Deployment => controllers.deployments.queue().ready().collect(),
        ControllerId::Disruption => controllers.disruptions.queue().ready().collect(),
        _ => Vec::new(),
    };
    keys.into_iter().map(|key| name(&key.namespace, &key.name)).collect()
}

fn delayed(cluster: &Cluster, id: ControllerId) -> usize {
    let controllers = cluster.controllers();
    match id {
        ControllerId::DaemonSet => controllers.daemon_sets.queue().delayed(),
        ControllerId::ReplicaSet => controllers.replica_sets.queue().delayed(),
        ControllerId::Deployment => controllers.deployments.queue().delayed(),
        _ => 0,
    }
}

/// The loop as it stands.
pub(crate) fn control_loop(playground: &Playground) -> ControlLoop {
    let cluster = playground.cluster();
    let [controllers, scheduler, kubelets] = cluster.unread();
    let station = |name, unread, queue: Vec<String>, busy| {
        let more = queue.len().saturating_sub(NAMED) as u32;
        let queue: Vec<String> = queue.into_iter().take(NAMED).collect();
        Station { name, unread, queue, more, busy, delayed: 0, stuck: 0 }
    };
    let mut stations: Vec<Station> = ControllerId::ALL
        .into_iter()
        .map(|id| Station {
            delayed: delayed(cluster, id) as u32,
            ..station(actor(id).name(), controllers, queued(cluster, id), cluster.controllers().has_work(id))
        })
        .collect();
    let queue = cluster.scheduler().queue();
    let turns: Vec<String> = queue.active().map(|pod| name(&pod.meta.namespace, &pod.meta.name)).collect();
    let (backoff, pool) = queue.held();
    let busy = !turns.is_empty();
    stations.push(Station {
        delayed: backoff as u32,
        stuck: pool as u32,
        ..station(Actor::Scheduler.name(), scheduler, turns, busy)
    });
    stations.push(station(Actor::Kubelet.name(), kubelets, Vec::new(), kubelets > 0));
    let step = playground.last_step.clone().filter(|step| step.number == cluster.steps());
    ControlLoop { version: cluster.server().version(), stations, step }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Act;

    /// The steps from an act to rest, as `station work → writes`.
    fn steps(playground: &mut Playground, count: usize) -> Vec<Taken> {
        (0..count)
            .filter_map(|_| {
                playground.act(Act::StepLoop);
                control_loop(playground).step
            })
            .collect()
    }

    #[test]
    fn a_new_daemon_set_is_read_queued_reconciled_scheduled_and_run() {
        let mut playground = Playground::new(None);
        playground.act(Act::RunUntilSettled);
        playground.act(Act::Pause);
        let apply = "sed s/monitoring/second/ monitoring-daemon.yaml | kubectl apply -f -";
        playground.act(Act::Run { line: apply.into() });
        assert!(control_loop(&playground).stations[0].unread > 0, "nobody has read of it yet");
        let seen = steps(&mut playground, 60);
        let at = |wanted: &dyn Fn(&Taken) -> bool| seen.iter().position(wanted).expect("it is among the steps");
        let read = at(&|step| step.station == CONTROLLERS && matches!(step.work, Work::Read(count) if count > 0));
        let key = || Work::Reconciled("default/second-daemon".into());
        let reconciled = at(&|step| step.station == "daemonset-controller" && step.work == key());
        let tried = at(&|step| matches!(&step.work, Work::Tried(pod) if pod.starts_with("default/second-daemon-")));
        let ran = at(&|step| matches!(step.work, Work::WentOn(_)) && step.wrote.iter().any(|(_, o)| o.kind == "Pod"));
        assert!(read < reconciled && reconciled < tried && tried < ran, "{read} {reconciled} {tried} {ran}");
        let wrote = &seen[reconciled].wrote;
        assert!(wrote.iter().any(|(_, object)| object.kind == "ControllerRevision"), "{wrote:?}");
    }

    #[test]
    fn a_step_is_shown_only_while_it_is_the_last() {
        let mut playground = Playground::new(None);
        playground.act(Act::StepLoop);
        assert!(control_loop(&playground).step.is_some());
        playground.act(Act::StepOne);
        assert!(control_loop(&playground).step.is_none());
    }
}
