//! Topology spread constraints as written, and which nodes and Pods they count.
//!
//! Source: pkg/scheduler/framework/plugins/podtopologyspread/common.go, Kubernetes v1.36.

use super::affinity::add_label_keys;
use super::cache::NodeInfo;
use api::meta::selector::LabelSelector;
use api::objects::pod::Pod;
use api::objects::scheduling::{Effect, untolerated};
use api::{Str, Value};

/// The label that each node has to itself.
pub const HOSTNAME: &str = "kubernetes.io/hostname";
/// The label of a zone.
pub const ZONE: &str = "topology.kubernetes.io/zone";

/// One constraint.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// How much fuller than the emptiest domain a domain may be.
    pub max_skew: i64,
    /// The node label whose values are the domains.
    pub key: Str,
    /// The Pods that count: all of these must select them.
    pub selectors: Vec<LabelSelector>,
    /// With fewer domains than this the emptiest counts as empty.
    pub min_domains: usize,
    /// Only nodes count that the Pod's node selector and affinity admit.
    pub honor_affinity: bool,
    honor_taints: bool,
}

impl Constraint {
    /// A constraint of the scheduler's own, for Pods that have none.
    pub fn preset(key: &str, max_skew: i64, selectors: Vec<LabelSelector>) -> Constraint {
        Constraint { max_skew, key: key.into(), selectors, min_domains: 1, honor_affinity: true, honor_taints: false }
    }

    /// A Pod's constraints of one kind: `DoNotSchedule` or `ScheduleAnyway`.
    pub fn of(pod: &Pod, when_unsatisfiable: &str) -> Vec<Constraint> {
        if !pod.spec.has_spread {
            return Vec::new();
        }
        let list = pod.spec.raw["topologySpreadConstraints"].as_array().into_iter().flatten();
        let wanted = list.filter(|c| c["whenUnsatisfiable"].as_str().unwrap_or("DoNotSchedule") == when_unsatisfiable);
        wanted.map(|value| Constraint::from_value(value, pod)).collect()
    }

    fn from_value(value: &Value, pod: &Pod) -> Constraint {
        let mut selector = value["labelSelector"].clone();
        add_label_keys(&mut selector, &value["matchLabelKeys"], "In", pod);
        Constraint {
            max_skew: value["maxSkew"].as_i64().unwrap_or(1),
            key: value["topologyKey"].as_str().unwrap_or_default().into(),
            selectors: vec![LabelSelector::from_value(&selector)],
            min_domains: value["minDomains"].as_u64().unwrap_or(1) as usize,
            honor_affinity: value["nodeAffinityPolicy"] != "Ignore",
            honor_taints: value["nodeTaintsPolicy"] == "Honor",
        }
    }

    /// Whether it counts a node for a Pod.
    pub fn counts(&self, info: &NodeInfo, pod: &Pod) -> bool {
        let meta = &info.node.meta;
        let reachable = !self.honor_affinity || pod.admits_node(&meta.name, &meta.labels);
        let effects = [Effect::NoSchedule, Effect::NoExecute];
        reachable && (!self.honor_taints || untolerated(&info.node.taints, &pod.spec.tolerations, &effects).is_none())
    }

    /// Whether it counts a Pod of the same namespace.
    pub fn selects(&self, pod: &Pod) -> bool {
        self.selectors.iter().all(|selector| selector.matches(&pod.meta.labels))
    }

    /// How many Pods of a node it counts: those of the namespace that are not on their way out.
    pub fn count(&self, info: &NodeInfo, namespace: &Str) -> i64 {
        let counted = info
            .pods
            .iter()
            .filter(|pod| !pod.meta.terminating() && pod.meta.namespace == *namespace && self.selects(pod));
        counted.count() as i64
    }
}
