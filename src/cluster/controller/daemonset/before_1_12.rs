//! Kubernetes 1.11's way, in which the DaemonSet controller did the scheduler's work: it looked itself for room on each node, and
//! wrote `spec.nodeName`.
//!
//! A node without room got no Pod at all, only an event on the DaemonSet; that room had come was noticed at the set's next sync,
//! whatever brought that about. Priority and preemption, Pod affinity and cordons were not looked at, nor was surging known.
//!
//! Models `nodeShouldRunDaemonPod` and `Predicates` of `pkg/controller/daemon/daemon_controller.go`, Kubernetes v1.11, from the
//! documents of its time and from memory. Taints by condition (`TaintNodesByCondition`) were off by default then, so the
//! controller overlooks those that keep new Pods away. Left out: volumes, `requeueSuspendedDaemonPods`.

use super::decide::{Check, Reason, Verdict, checks, decide};
use api::meta::Uid;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::pod_spec::PodTemplate;
use api::objects::resources::Resources;
use api::objects::scheduling::Effect;
use api::objects::workload::DaemonSet;
use std::rc::Rc;

/// Who finds the place for a daemon Pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placing {
    /// The default scheduler, since 1.12: the controller only says which node.
    #[default]
    ByScheduler,
    /// The DaemonSet controller itself.
    ByController,
}

/// What a DaemonSet wants of a node, and whether it can have it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// What it wants.
    pub verdict: Verdict,
    /// Why no Pod is created there for now; only where the controller looks itself.
    pub no_room: Option<String>,
}

impl Placing {
    /// The questions that the controller asks about a node itself.
    pub fn checks<'a>(self, template: &'a PodTemplate, node: &'a Node) -> impl Iterator<Item = Check<'a>> {
        checks(template, node).filter(move |check| self == Placing::ByScheduler || !is_overlooked(check))
    }

    /// Judges a node, on which these Pods are.
    pub fn judge<'a>(self, set: &DaemonSet, node: &Node, here: impl Iterator<Item = &'a Rc<Pod>>) -> Judgement {
        let template = &set.spec.template;
        if self == Placing::ByScheduler {
            return Judgement { verdict: decide(template, node), no_room: None };
        }
        let verdict = self.checks(template, node).find_map(|check| check.refusal()).unwrap_or(Verdict::Run);
        let (own, others): (Vec<_>, Vec<_>) =
            here.filter(|pod| !pod.terminal()).partition(|pod| is_of(set.meta.uid, pod));
        let asked = Pod { spec: template.spec.clone(), ..Pod::default() };
        // Once its own is there the kubelet judges: else two sets that came at once would take turns for ever.
        if verdict == Verdict::Run && own.is_empty() && others.iter().any(|other| wants_a_port_of(&asked, other)) {
            return Judgement { verdict: Verdict::Absent(Reason::HostPort), no_room: None };
        }
        let no_room = shortage(&asked.spec.requests, node, &others).filter(|_| verdict.should_run());
        Judgement { verdict, no_room }
    }
}

fn wants_a_port_of(pod: &Pod, other: &Pod) -> bool {
    pod.spec.host_ports.iter().any(|mine| other.spec.host_ports.iter().any(|theirs| mine.conflicts(theirs)))
}

fn is_of(set: Uid, pod: &Pod) -> bool {
    pod.meta.controller().is_some_and(|owner| owner.uid == set)
}

/// Whether it is about a taint that only tells of a node's condition, and keeps away who isn't there yet.
fn is_overlooked(check: &Check<'_>) -> bool {
    matches!(check, Check::Taint { taint, .. }
        if taint.effect == Effect::NoSchedule && taint.key.starts_with("node.kubernetes.io/"))
}

/// The first resource that there isn't enough of, as the scheduler's old `InsufficientResourceError` put it.
fn shortage(asked: &Resources, node: &Node, others: &[&Rc<Pod>]) -> Option<String> {
    let has = &node.allocatable;
    let mut used = Resources::default();
    others.iter().for_each(|pod| used.add(&pod.spec.requests));
    let extended = asked.extended.iter().map(|(name, amount)| {
        let of = |resources: &Resources| resources.extended.get(name).copied().unwrap_or(0);
        (&**name, *amount, of(&used), of(has))
    });
    let plain = [
        ("pods", 1, others.len() as i64, has.pods),
        ("cpu", asked.milli_cpu, used.milli_cpu, has.milli_cpu),
        ("memory", asked.memory, used.memory, has.memory),
        ("ephemeral-storage", asked.ephemeral_storage, used.ephemeral_storage, has.ephemeral_storage),
    ];
    let mut all = plain.into_iter().chain(extended);
    let (name, asked, used, has) = all.find(|(_, asked, used, has)| *asked > 0 && asked + used > *has)?;
    Some(format!("Node didn't have enough resource: {name}, requested: {asked}, used: {used}, capacity: {has}"))
}
