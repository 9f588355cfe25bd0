//! What a DaemonSet makes of a node, in the words of the view.

use super::words::message;
use crate::view::{ObjectRef, Reason, Verdict, VerdictKind};
use api::objects::pod::{self, Phase};
use api::objects::workload::DaemonSet;
use api::objects::{Object, node};
use api::resource::Kind;
use cluster::Cluster;
use cluster::apiserver::Key;
use cluster::controller::daemonset::decide;
use std::rc::Rc;

pub(crate) fn daemon_set(cluster: &Cluster, object: &ObjectRef) -> Option<Rc<DaemonSet>> {
    let key = Key::new(&object.namespace.as_str().into(), &object.name.as_str().into());
    match cluster.server().object(Kind::DAEMON_SET, &key)? {
        Object::DaemonSet(set) => Some(set.clone()),
        _ => None,
    }
}

/// What a DaemonSet wants of a node, and how far it has come there.
pub(crate) fn verdict(cluster: &Cluster, set: &DaemonSet, node: &node::Node, pods: &[Rc<pod::Pod>]) -> Verdict {
    let judgement = cluster.controllers().daemon_sets.placing.judge(set, node, pods.iter());
    let decided = judgement.verdict;
    let here = pods.iter().find(|pod| pod.meta.controller().is_some_and(|owner| owner.uid == set.meta.uid));
    let (kind, reason) = match (&decided, here) {
        (decide::Verdict::Run, Some(pod)) if pod.meta.terminating() => {
            (VerdictKind::Pending, Some(Reason::Stopping(pod.meta.name.to_string())))
        }
        (decide::Verdict::Run, Some(pod)) if pod.ready() => (VerdictKind::Runs, None),
        (decide::Verdict::Run, Some(pod)) => (VerdictKind::Pending, Some(progress(pod))),
        (decide::Verdict::Run, None) => {
            (VerdictKind::Pending, Some(judgement.no_room.map_or(Reason::Expected, Reason::Said)))
        }
        (decide::Verdict::KeepOnly(reason), Some(_)) => (VerdictKind::Kept, Some(reason_of(reason))),
        (decide::Verdict::Absent(reason), Some(_)) => (VerdictKind::Misscheduled, Some(reason_of(reason))),
        (decide::Verdict::KeepOnly(reason) | decide::Verdict::Absent(reason), None) => {
            (VerdictKind::Absent, Some(reason_of(reason)))
        }
    };
    Verdict { kind, reason }
}

fn progress(pod: &pod::Pod) -> Reason {
    let said = message(pod);
    match pod.status.phase {
        _ if !said.is_empty() => Reason::Said(said),
        Phase::Pending if pod.node_name.is_empty() => Reason::Scheduler,
        Phase::Pending => Reason::Starting,
        Phase::Running => Reason::NotReady,
        other => Reason::Said(other.as_str().into()),
    }
}

pub(crate) fn reason_of(reason: &decide::Reason) -> Reason {
    match reason {
        decide::Reason::NodeName(name) => Reason::NodeName(name.to_string()),
        decide::Reason::NodeSelector { key, value } => Reason::Label(format!("{key}={value}")),
        decide::Reason::NodeAffinity => Reason::Affinity,
        decide::Reason::Taint(taint) => Reason::Taint(taint.to_string()),
        decide::Reason::HostPort => Reason::Port,
    }
}
