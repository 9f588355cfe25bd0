//! Decides, for one node and one DaemonSet's template, what should be there.
//!
//! Pure: it reads the node and the template and returns a [`Verdict`] that names its reason. The controller acts on it; the
//! picture and "why?" show it. Free resources, ports, conditions and cordons are not looked at: that is the scheduler's
//! business, and the usual surprise of learners.
//!
//! Models `pkg/controller/daemon/daemon_controller.go` (`NodeShouldRunDaemonPod`), Kubernetes v1.36.

use super::template::DAEMON_TOLERATIONS;
use api::Str;
use api::objects::node::Node;
use api::objects::pod_spec::PodTemplate;
use api::objects::scheduling::{Effect, Taint, Toleration};

/// What a DaemonSet wants of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// A Pod should run there.
    Run,
    /// None may come, one that is there stays.
    KeepOnly(Reason),
    /// None may come, none may stay.
    Absent(Reason),
}

/// Why not.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// `template.spec.nodeName` names another node.
    NodeName(Str),
    /// `template.spec.nodeSelector` asks for a label the node doesn't have.
    NodeSelector {
        /// The label.
        key: Str,
        /// The value it should have.
        value: Str,
    },
    /// `template.spec.affinity.nodeAffinity` doesn't match.
    NodeAffinity,
    /// A taint that is not tolerated.
    Taint(Taint),
}

impl Verdict {
    /// Whether a Pod should be created where there is none.
    pub fn should_run(&self) -> bool {
        *self == Verdict::Run
    }

    /// Whether a Pod that is there may stay.
    pub fn should_continue_running(&self) -> bool {
        !matches!(self, Verdict::Absent(_))
    }
}

/// What `template` wants of `node`.
pub fn decide(template: &PodTemplate, node: &Node) -> Verdict {
    if let Some(reason) = refuses_name_or_labels(template, node) {
        return Verdict::Absent(reason);
    }
    if let Some(taint) = untolerated(template, node, Effect::NoExecute) {
        return Verdict::Absent(Reason::Taint(taint.clone()));
    }
    // Nothing new may come, but a Pod that is already there stays.
    if let Some(taint) = untolerated(template, node, Effect::NoSchedule) {
        return Verdict::KeepOnly(Reason::Taint(taint.clone()));
    }
    Verdict::Run
}

fn refuses_name_or_labels(template: &PodTemplate, node: &Node) -> Option<Reason> {
    let spec = &template.spec;
    if !spec.node_name.is_empty() && spec.node_name != node.meta.name {
        return Some(Reason::NodeName(spec.node_name.clone()));
    }
    let missing = spec.node_selector.iter().find(|(key, value)| node.meta.labels.get(*key) != Some(*value));
    if let Some((key, value)) = missing {
        return Some(Reason::NodeSelector { key: key.clone(), value: value.clone() });
    }
    (!spec.node_affinity.admits(&node.meta.name, &node.meta.labels)).then_some(Reason::NodeAffinity)
}

/// The first taint of that effect that neither the template nor the controller's own tolerations tolerate.
fn untolerated<'a>(template: &PodTemplate, node: &'a Node, effect: Effect) -> Option<&'a Taint> {
    let spec = &template.spec;
    let tolerated = |taint: &Taint| {
        let own = DAEMON_TOLERATIONS.iter().filter(|t| !t.host_network_only || spec.host_network);
        spec.tolerations.iter().any(|t: &Toleration| t.tolerates(taint))
            || own.into_iter().any(|t| *t.key == *taint.key && t.effect == taint.effect)
    };
    node.taints.iter().find(|taint| taint.effect == effect && !tolerated(taint))
}
