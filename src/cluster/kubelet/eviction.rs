//! Pods that must go for the node's sake: under node pressure, or to make room for a critical Pod.
//!
//! Pressure is something a learner sets. While it lasts, one Pod per round of ten seconds is evicted, never a critical one,
//! and the condition holds for five minutes more. What the Pods use is what their images say they use.
//!
//! Source: pkg/kubelet/{eviction/eviction_manager,eviction/helpers,preemption/preemption}.go, Kubernetes v1.36.

use super::admit::{Refusal, is_critical};
use super::pod_worker::{Hands, PodWorker};
use super::{Context, Kubelet};
use crate::cause::{Actor, Cause};
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::pod_spec::QosClass;
use api::objects::resources::Resources;
use api::objects::text::Text;
use std::rc::Rc;

/// What a node can run short of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressure {
    /// `memory.available` below 100Mi.
    Memory,
    /// `nodefs.available` below 10 %.
    Disk,
    /// `pid.available` below its threshold.
    Pid,
}

impl Pressure {
    /// In the order of the node's conditions.
    pub const ALL: [Pressure; 3] = [Pressure::Memory, Pressure::Disk, Pressure::Pid];

    /// The resource by name, the threshold, and what is left of it.
    fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Pressure::Memory => ("memory", "100Mi", "52Mi"),
            Pressure::Disk => ("ephemeral-storage", "10Gi", "5Gi"),
            Pressure::Pid => ("pids", "3276", "1024"),
        }
    }

    /// What a container of the Pod at that place uses of it, and what it asked for.
    fn usage(self, worker: &PodWorker, index: usize) -> (i64, i64) {
        let part = &worker.plan.parts[index];
        match self {
            Pressure::Memory => (part.image.memory, part.container.requests.memory),
            Pressure::Disk => (1 << 20, part.container.requests.ephemeral_storage),
            Pressure::Pid => (1, 0),
        }
    }
}

/// One round under pressure: says so, and evicts one Pod.
pub(super) fn relieve(kubelet: &mut Kubelet, pressure: Pressure, ctx: &mut Context<'_>) {
    let (resource, threshold, available) = pressure.facts();
    super::node_status::warn(kubelet, ctx, "EvictionThresholdMet", format!("Attempting to reclaim {resource}"));
    let Some(victim) = rank(kubelet, pressure) else { return };
    let mut worker = kubelet.workers.remove(victim);
    let mut text =
        format!("The node was low on resource: {resource}. Threshold quantity: {threshold}, available: {available}. ");
    for index in worker.plan.inits..worker.runs.len() {
        let (used, asked) = pressure.usage(&worker, index);
        if used > asked && worker.runs[index].running() {
            let name = &worker.plan.parts[index].container.name;
            text.push_str(&format!(
                "Container {name} was using {}, request is {}, has larger consumption of {resource}. ",
                quantity(used),
                quantity(asked)
            ));
        }
    }
    let text: Text = text.into();
    ctx.api.answering(Cause::clock(Actor::Kubelet));
    Rc::make_mut(&mut worker).kill("Evicted", &text, &text, ctx, kubelet);
    kubelet.workers.insert(victim, worker);
}

/// The Pod that goes first: usage above its request, then lower priority, then the most usage above it.
fn rank(kubelet: &Kubelet, pressure: Pressure) -> Option<usize> {
    let candidates = kubelet.workers.iter().enumerate().filter(|(_, worker)| {
        worker.counts() && worker.static_pod.is_none() && !worker.stopping && !is_critical(&worker.pod)
    });
    let order = |worker: &PodWorker| {
        let usage = (worker.plan.inits..worker.runs.len())
            .filter(|index| worker.runs[*index].running())
            .map(|index| pressure.usage(worker, index))
            .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let above = usage.0 - usage.1;
        (above <= 0, worker.pod.spec.priority, -above)
    };
    candidates.min_by_key(|(_, worker)| order(worker)).map(|(place, _)| place)
}

/// Makes room for a critical Pod that only lacks resources, by killing lesser ones; says whether there was enough to gain.
pub(super) fn make_room(
    pod: &Pod,
    node: &Node,
    refusal: &Refusal,
    ctx: &mut Context<'_>,
    hands: &mut Hands<'_>,
) -> bool {
    if !is_critical(pod) || !refusal.reason.starts_with("OutOf") {
        return false;
    }
    let kubelet = &mut *hands.kubelet;
    let mut lesser: Vec<usize> = (0..kubelet.workers.len())
        .filter(|place| {
            let other = &kubelet.workers[*place];
            let below = !is_critical(&other.pod) || other.pod.spec.priority < pod.spec.priority;
            other.counts() && other.static_pod.is_none() && below
        })
        .collect();
    api::sort::by_key(&mut lesser, |place| {
        let other = &kubelet.workers[*place].pod;
        let class = match other.spec.qos_class {
            QosClass::BestEffort => 0,
            QosClass::Burstable => 1,
            QosClass::Guaranteed => 2,
        };
        (class, other.spec.priority)
    });
    let mut victims: Vec<usize> = Vec::new();
    let fits = |victims: &[usize]| {
        let stay =
            (0..kubelet.workers.len()).filter(|place| !victims.contains(place)).map(|place| &kubelet.workers[place]);
        super::admit::admit(pod, node, stay.filter(|worker| worker.counts()).map(|worker| &*worker.pod)).is_ok()
    };
    for place in lesser {
        if fits(&victims) {
            break;
        }
        // Who frees nothing that is missing is left alone.
        if helps(&kubelet.workers[place].pod.spec.requests, &refusal.reason) {
            victims.push(place);
        }
    }
    if !fits(&victims) {
        return false;
    }
    let text = Text::Word("Preempted in order to admit critical pod");
    let disruption = Text::Word("Pod was preempted by Kubelet to accommodate a critical pod.");
    for place in victims {
        let mut worker = kubelet.workers[place].clone();
        Rc::make_mut(&mut worker).kill("Preempting", &text, &disruption, ctx, kubelet);
        kubelet.workers[place] = worker;
    }
    true
}

/// Whether a Pod that asks for so much gives back some of what is missing.
fn helps(requests: &Resources, reason: &str) -> bool {
    match reason.strip_prefix("OutOf") {
        Some("pods") => true,
        Some("cpu") => requests.milli_cpu > 0,
        Some("memory") => requests.memory > 0,
        Some("ephemeral-storage") => requests.ephemeral_storage > 0,
        Some(name) => requests.extended.get(name).is_some_and(|amount| *amount > 0),
        None => false,
    }
}

/// Bytes as quantities are written: the largest binary unit that divides them.
fn quantity(bytes: i64) -> String {
    for (shift, unit) in [(30, "Gi"), (20, "Mi"), (10, "Ki")] {
        if bytes != 0 && bytes % (1 << shift) == 0 {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}
