//! One Pod, one decision: the node it goes to, or why there is none. Pure; `schedule_one` acts on it.
//!
//! Source: pkg/scheduler/schedule_one.go (`schedulePod`, `findNodesThatFitPod`), Kubernetes v1.36.

use super::cache::{Cache, NodeInfo, View};
use super::filter::inter_pod_affinity::TermAnswer;
use super::filter::node_affinity::{self, Named};
use super::filter::{self, Plugin, Plugins, Rejection, State, Verdict};
use super::message::{Diagnosis, not_considered};
use super::queue::Nominations;
use super::score;
use api::Str;
use api::objects::pod::Pod;
use api::objects::resources::Resources;

/// From this many nodes on not all of them are looked at.
///
/// Source: `minFeasibleNodesToFind`.
const MANY: usize = 100;

/// Where to start looking the next time, so that all nodes get their turn.
pub type Rotation = usize;

/// The node for a Pod (its place in the cache), or why there is none.
pub fn decide(
    cache: &Cache,
    nominations: &Nominations,
    rotation: &mut Rotation,
    pod: &Pod,
    nominated: &Str,
) -> Result<u32, Diagnosis> {
    let nodes = cache.node_count();
    let mut diagnosis = Diagnosis { nodes, ..Diagnosis::default() };
    if nodes == 0 {
        return Err(diagnosis);
    }
    let named = node_affinity::named(pod);
    if named != Named::All {
        diagnosis.plugins.add(Plugin::NodeAffinity);
    }
    if named == Named::Conflict {
        diagnosis.as_a_whole = Some(node_affinity::CONFLICT);
        return Err(diagnosis);
    }
    let view = cache.view();
    let cycle = Cycle { pod, view, nominations, state: State::new(pod, view) };
    if !nominated.is_empty()
        && let Some(slot) = cache.find(nominated)
    {
        match cycle.passes(view.info(slot)) {
            Ok(()) => return Ok(slot),
            Err(rejection) => diagnosis.plugins.add(rejection.plugin),
        }
    }
    diagnosis.narrowed_by = diagnosis.plugins;
    let (feasible, looked_at) = match named {
        Named::One(name) => cycle.search(cache.find(name).into_iter(), usize::MAX, &mut diagnosis),
        Named::Some(names) => {
            let slots: Vec<u32> = names.into_iter().filter_map(|name| cache.find(name)).collect();
            cycle.search(slots.iter().copied(), enough(slots.len()), &mut diagnosis)
        }
        _ => {
            let order = cache.order();
            let (first, last) = order.split_at(*rotation % nodes);
            cycle.search(last.iter().chain(first).copied(), enough(nodes), &mut diagnosis)
        }
    };
    *rotation = (*rotation + looked_at) % nodes;
    match feasible.as_slice() {
        [] => Err(diagnosis),
        [one] => Ok(*one),
        several => {
            let infos: Vec<&NodeInfo> = several.iter().map(|slot| view.info(*slot)).collect();
            Ok(several[score::best(&score::scores(pod, view, &infos))])
        }
    }
}

/// After how many feasible nodes the search stops, of so many: all below 100, then a share that falls from 49 to 5 in 100.
///
/// Source: `numFeasibleNodesToFind`.
pub fn enough(nodes: usize) -> usize {
    if nodes < MANY {
        return nodes;
    }
    let share = 50_usize.saturating_sub(nodes / 125).max(5);
    (nodes * share / 100).max(MANY)
}

/// One Pod's cycle.
pub struct Cycle<'a> {
    /// The Pod.
    pub pod: &'a Pod,
    /// The nodes.
    pub view: View<'a>,
    /// Room that preemption made for others.
    pub nominations: &'a Nominations,
    /// What the filters know.
    pub state: State,
}

impl Cycle<'_> {
    /// Whether a node could take the Pod, even if the Pods nominated to the node come that are at least as important.
    ///
    /// Source: `RunFilterPluginsWithNominatedPods`.
    pub fn passes(&self, info: &NodeInfo) -> Verdict {
        if let Some(fuller) = self.expecting(info) {
            filter::run(self.pod, &self.state, &fuller)?;
        }
        filter::run(self.pod, &self.state, info)
    }

    /// The same of every plug-in.
    fn answers(&self, info: &NodeInfo) -> Vec<(Plugin, Verdict)> {
        let fuller = self.expecting(info);
        let answer = |plugin: Plugin, info: &NodeInfo| plugin.filter(self.pod, &self.state, info);
        let all = Plugin::ALL.into_iter();
        all.map(|plugin| {
            let then = fuller.as_ref().map_or(Ok(()), |fuller| answer(plugin, fuller));
            (plugin, then.and_then(|()| answer(plugin, info)))
        })
        .collect()
    }

    /// The node with the Pods that are nominated to it, if there are such.
    fn expecting(&self, info: &NodeInfo) -> Option<NodeInfo> {
        let mut expected = self
            .nominations
            .on(info.name())
            .filter(|other| other.meta.uid != self.pod.meta.uid && other.spec.priority >= self.pod.spec.priority);
        let first = expected.next()?;
        let mut fuller = info.clone();
        fuller.put(first);
        expected.for_each(|other| fuller.put(other));
        Some(fuller)
    }

    /// Looks for feasible nodes until there are enough; also says how many were looked at.
    fn search(&self, slots: impl Iterator<Item = u32>, enough: usize, diagnosis: &mut Diagnosis) -> (Feasible, usize) {
        let mut feasible = Feasible::default();
        let mut looked_at = 0;
        for slot in slots {
            looked_at += 1;
            match self.passes(self.view.info(slot)) {
                Ok(()) => feasible.push(slot),
                Err(rejection) => {
                    diagnosis.plugins.add(rejection.plugin);
                    diagnosis.rejections.push((slot, rejection));
                }
            }
            if feasible.as_slice().len() == enough {
                break;
            }
        }
        (feasible, looked_at)
    }
}

/// Feasible nodes; the one node of a daemon Pod is kept without a list.
#[derive(Default)]
struct Feasible {
    first: Option<u32>,
    several: Vec<u32>,
}

impl Feasible {
    fn push(&mut self, slot: u32) {
        match (self.first, self.several.is_empty()) {
            (None, _) => self.first = Some(slot),
            (Some(first), true) => self.several = vec![first, slot],
            _ => self.several.push(slot),
        }
    }

    fn as_slice(&self) -> &[u32] {
        if self.several.is_empty() { self.first.as_slice() } else { &self.several }
    }
}

/// The filters' answer for each node, in the order of evaluation; what the Pod itself takes, if it is bound, is left out.
pub fn explain(cache: &Cache, nominations: &Nominations, pod: &Pod) -> Vec<(Str, Verdict)> {
    as_unbound(cache, nominations, pod, |cycle| {
        let named = node_affinity::named(cycle.pod);
        let verdict = |slot: &u32| {
            let info = cycle.view.info(*slot);
            let verdict = if named.has(info.name()) { cycle.passes(info) } else { Err(cut_away(&named)) };
            (info.name().clone(), verdict)
        };
        cache.order().iter().map(verdict).collect()
    })
}

/// Every filter's answer for one node; the same is left out.
pub fn examine(cache: &Cache, nominations: &Nominations, pod: &Pod, node: &Str) -> Vec<(Plugin, Verdict)> {
    let Some(slot) = cache.find(node) else { return Vec::new() };
    as_unbound(cache, nominations, pod, |cycle| cycle.answers(cycle.view.info(slot)))
}

/// What there is to know beside the answers: what the node has and what of it is taken, this Pod left out, and what each term of
/// Pod affinity says.
pub fn figures(cache: &Cache, nominations: &Nominations, pod: &Pod, node: &Str) -> Option<Figures> {
    let slot = cache.find(node)?;
    Some(as_unbound(cache, nominations, pod, |cycle| {
        let info = cycle.view.info(slot);
        Figures {
            has: (*info.node.allocatable).clone(),
            taken: Resources { pods: info.pods.len() as i64, ..info.requested.clone() },
            terms: cycle.state.pod_terms(info),
        }
    }))
}

/// See [`figures`].
pub struct Figures {
    /// What is allocatable.
    pub has: Resources,
    /// What the Pods that are there ask for, and how many they are.
    pub taken: Resources,
    /// The terms of Pod affinity.
    pub terms: Vec<TermAnswer>,
}

/// The cycle of a Pod that is bound to no node.
fn as_unbound<T>(cache: &Cache, nominations: &Nominations, pod: &Pod, look: impl FnOnce(&Cycle<'_>) -> T) -> T {
    let mut unbound = pod.clone();
    unbound.node_name = "".into();
    let own = cache.find(&pod.node_name).map(|slot| (slot, cache.info(slot).without(pod.meta.uid)));
    let view = match &own {
        Some((slot, info)) => cache.view_with(*slot, info),
        None => cache.view(),
    };
    look(&Cycle { pod: &unbound, view, nominations, state: State::new(&unbound, view) })
}

/// The answer for a node that isn't looked at.
fn cut_away(named: &Named<'_>) -> Rejection {
    let mut plugins = Plugins::default();
    plugins.add(Plugin::NodeAffinity);
    let reason = match named {
        Named::Conflict => node_affinity::CONFLICT.into(),
        _ => not_considered(plugins).into(),
    };
    Rejection { plugin: Plugin::NodeAffinity, reasons: vec![reason], hopeless: true }
}
