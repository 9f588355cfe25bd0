//! Which nodes could take a Pod: one file per plug-in, in the order they run.
//!
//! On a node the first plug-in that says no ends the matter; only `NodeResourcesFit` may give several reasons at once. The same
//! answer decides, makes the message of `FailedScheduling` and answers the page's "why?", which asks every plug-in.
//!
//! Source: pkg/scheduler/framework/plugins, Kubernetes v1.36. Left out: everything about volumes and devices.

pub mod inter_pod_affinity;
pub mod node_affinity;
pub mod node_name;
pub mod node_ports;
pub mod node_resources_fit;
pub mod node_unschedulable;
pub mod pod_topology_spread;
pub mod taint_toleration;

use super::cache::{NodeInfo, View};
use api::objects::pod::Pod;
use api::objects::text::Text;

/// A filter plug-in, in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Plugin {
    /// Cordoned nodes.
    NodeUnschedulable,
    /// Pods that name their node.
    NodeName,
    /// Taints.
    TaintToleration,
    /// Node selector and required node affinity.
    NodeAffinity,
    /// Host ports.
    NodePorts,
    /// Requests.
    NodeResourcesFit,
    /// Topology spread constraints.
    PodTopologySpread,
    /// Required Pod affinity and anti-affinity.
    InterPodAffinity,
}

impl Plugin {
    /// All, in order.
    pub const ALL: [Plugin; 8] = [
        Plugin::NodeUnschedulable,
        Plugin::NodeName,
        Plugin::TaintToleration,
        Plugin::NodeAffinity,
        Plugin::NodePorts,
        Plugin::NodeResourcesFit,
        Plugin::PodTopologySpread,
        Plugin::InterPodAffinity,
    ];

    /// As messages name it.
    pub fn name(self) -> &'static str {
        match self {
            Plugin::NodeUnschedulable => "NodeUnschedulable",
            Plugin::NodeName => "NodeName",
            Plugin::TaintToleration => "TaintToleration",
            Plugin::NodeAffinity => "NodeAffinity",
            Plugin::NodePorts => "NodePorts",
            Plugin::NodeResourcesFit => "NodeResourcesFit",
            Plugin::PodTopologySpread => "PodTopologySpread",
            Plugin::InterPodAffinity => "InterPodAffinity",
        }
    }

    /// Runs this one for a Pod on a node.
    pub fn filter(self, pod: &Pod, state: &State, info: &NodeInfo) -> Verdict {
        match self {
            Plugin::NodeUnschedulable => node_unschedulable::filter(pod, info),
            Plugin::NodeName => node_name::filter(pod, info),
            Plugin::TaintToleration => taint_toleration::filter(pod, info),
            Plugin::NodeAffinity => node_affinity::filter(pod, info),
            Plugin::NodePorts => node_ports::filter(pod, info),
            Plugin::NodeResourcesFit => node_resources_fit::filter(pod, info),
            Plugin::PodTopologySpread => pod_topology_spread::filter(&state.spread, info),
            Plugin::InterPodAffinity => inter_pod_affinity::filter(&state.affinity, info),
        }
    }
}

/// A set of plug-ins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plugins(u8);

impl Plugins {
    /// Adds one.
    pub fn add(&mut self, plugin: Plugin) {
        self.0 |= 1 << plugin as u8;
    }

    /// Whether one is in it.
    pub fn has(self, plugin: Plugin) -> bool {
        self.0 & (1 << plugin as u8) != 0
    }

    /// Whether none is.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Plugin> {
        Plugin::ALL.into_iter().filter(move |plugin| self.has(*plugin))
    }
}

/// Why a node can't take a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Who says so.
    pub plugin: Plugin,
    /// In Kubernetes' words; hardly ever more than one.
    pub reasons: Vec<Text>,
    /// Removing Pods from the node wouldn't help (`UnschedulableAndUnresolvable`).
    pub hopeless: bool,
}

impl Rejection {
    /// One reason that removing Pods might do away with.
    pub fn because(plugin: Plugin, reason: &'static str) -> Rejection {
        Rejection { plugin, reasons: vec![reason.into()], hopeless: false }
    }

    /// One reason that removing Pods won't do away with.
    pub fn hopeless(plugin: Plugin, reason: &'static str) -> Rejection {
        Rejection { plugin, reasons: vec![reason.into()], hopeless: true }
    }
}

/// A filter's answer about one node.
pub type Verdict = Result<(), Rejection>;

/// What the filters find out once per Pod, before they look at nodes (`PreFilter`).
pub struct State {
    spread: pod_topology_spread::State,
    affinity: inter_pod_affinity::State,
}

impl State {
    /// Looks around for one Pod; for a Pod without constraints between Pods there is nothing to see.
    pub fn new(pod: &Pod, view: View<'_>) -> State {
        State {
            spread: pod_topology_spread::State::new(pod, view),
            affinity: inter_pod_affinity::State::new(pod, view),
        }
    }
}

impl State {
    /// What each term of Pod affinity says of a node.
    pub fn pod_terms(&self, info: &NodeInfo) -> Vec<inter_pod_affinity::TermAnswer> {
        inter_pod_affinity::terms(&self.affinity, info)
    }
}

/// Runs all filters for a Pod on a node, until one says no.
pub fn run(pod: &Pod, state: &State, info: &NodeInfo) -> Verdict {
    Plugin::ALL.into_iter().try_for_each(|plugin| plugin.filter(pod, state, info))
}
