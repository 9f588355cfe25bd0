//! Decides, for one node and one DaemonSet's template, what should be there.
//!
//! Pure: it asks one [`Check`] after the other, and the first that says no is the [`Verdict`]. The controller acts on it; "why?" shows all of the
//! questions, so that what is explained is what decided. Free resources, ports, conditions and cordons are not looked at: that is the scheduler's
//! business, and the usual surprise of learners.
//!
//! Models `pkg/controller/daemon/daemon_controller.go` (`NodeShouldRunDaemonPod`), Kubernetes v1.36.

use super::template::DAEMON_TOLERATIONS;
use api::Str;
use api::objects::node::Node;
use api::objects::pod_spec::PodTemplate;
use api::objects::scheduling::{Effect, NodeSelectorTerm, Taint};

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
    /// Before 1.12: a port of the node is another Pod's.
    HostPort,
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

/// One question about a node, and its answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Check<'a> {
    /// The template names a node. Is it this one?
    NodeName {
        /// The one it names.
        wanted: &'a Str,
        /// Whether it is.
        holds: bool,
    },
    /// A label that the template's node selector asks for.
    NodeSelector {
        /// The label.
        key: &'a Str,
        /// The value it should have.
        value: &'a Str,
        /// The one it has.
        found: Option<&'a Str>,
    },
    /// The required node affinity: one of its terms must match.
    NodeAffinity {
        /// The terms.
        terms: &'a [NodeSelectorTerm],
        /// Whether one does.
        holds: bool,
    },
    /// A taint that keeps Pods away.
    Taint {
        /// The taint.
        taint: &'a Taint,
        /// Who tolerates it.
        tolerated: Option<Tolerated>,
    },
}

/// Who tolerates a taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tolerated {
    /// The template, by its toleration at this place.
    ByTemplate(usize),
    /// The controller, which gives every daemon Pod some tolerations of its own.
    ByController,
}

impl Check<'_> {
    /// What becomes of the Pod if the answer is no; `None` if it is yes.
    pub fn refusal(&self) -> Option<Verdict> {
        match *self {
            Check::NodeName { wanted, holds } => (!holds).then(|| Verdict::Absent(Reason::NodeName(wanted.clone()))),
            Check::NodeSelector { key, value, found } => (found != Some(value))
                .then(|| Verdict::Absent(Reason::NodeSelector { key: key.clone(), value: value.clone() })),
            Check::NodeAffinity { holds, .. } => (!holds).then_some(Verdict::Absent(Reason::NodeAffinity)),
            Check::Taint { tolerated: Some(_), .. } => None,
            // Nothing new may come, but a Pod that is already there stays.
            Check::Taint { taint, .. } if taint.effect == Effect::NoSchedule => {
                Some(Verdict::KeepOnly(Reason::Taint(taint.clone())))
            }
            Check::Taint { taint, .. } => Some(Verdict::Absent(Reason::Taint(taint.clone()))),
        }
    }
}

/// What `template` wants of `node`: the first refusal decides.
pub fn decide(template: &PodTemplate, node: &Node) -> Verdict {
    checks(template, node).find_map(|check| check.refusal()).unwrap_or(Verdict::Run)
}

/// Every question in the order in which they are asked, each answered only when it is looked at.
pub fn checks<'a>(template: &'a PodTemplate, node: &'a Node) -> impl Iterator<Item = Check<'a>> {
    let (spec, meta) = (&template.spec, &node.meta);
    let named = (!spec.node_name.is_empty())
        .then(|| Check::NodeName { wanted: &spec.node_name, holds: spec.node_name == meta.name });
    let labels = spec.node_selector.iter();
    let labels = labels.map(|(key, value)| Check::NodeSelector { key, value, found: meta.labels.get(key) });
    let terms = spec.node_affinity.required.as_deref();
    let affinity =
        terms.map(|terms| Check::NodeAffinity { terms, holds: spec.node_affinity.admits(&meta.name, &meta.labels) });
    let taints = [Effect::NoExecute, Effect::NoSchedule].into_iter().flat_map(move |effect| {
        let of_effect = node.taints.iter().filter(move |taint| taint.effect == effect);
        of_effect.map(move |taint| Check::Taint { taint, tolerated: tolerated(template, taint) })
    });
    named.into_iter().chain(labels).chain(affinity).chain(taints)
}

/// Who tolerates a taint: the template, or else the controller.
fn tolerated(template: &PodTemplate, taint: &Taint) -> Option<Tolerated> {
    let spec = &template.spec;
    if let Some(place) = spec.tolerations.iter().position(|toleration| toleration.tolerates(taint)) {
        return Some(Tolerated::ByTemplate(place));
    }
    let own = DAEMON_TOLERATIONS.iter().filter(|own| !own.host_network_only || spec.host_network);
    own.into_iter().any(|own| *own.key == *taint.key && own.effect == taint.effect).then_some(Tolerated::ByController)
}
