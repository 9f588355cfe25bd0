//! What brought about a write: who made it, which change it answered, and the learner's act at the root.
//!
//! Every write in the store carries one. The story the page tells is a walk along them.

/// Who writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// The learner, through kubectl or the picture.
    Learner,
    /// The cluster itself, while it starts.
    #[default]
    Bootstrap,
    /// daemonset-controller
    DaemonSetController,
    /// replicaset-controller
    ReplicaSetController,
    /// deployment-controller
    DeploymentController,
    /// node-controller (addresses, taints by condition, health)
    NodeController,
    /// taint-eviction-controller
    TaintEvictionController,
    /// garbage-collector-controller
    GarbageCollector,
    /// pod-garbage-collector
    PodGarbageCollector,
    /// The controllers of namespaces and their service accounts.
    NamespaceController,
    /// disruption-controller
    DisruptionController,
    /// default-scheduler
    Scheduler,
    /// A kubelet.
    Kubelet,
}

impl Actor {
    /// The component's name as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Actor::Learner => "you",
            Actor::Bootstrap => "bootstrap",
            Actor::DaemonSetController => "daemonset-controller",
            Actor::ReplicaSetController => "replicaset-controller",
            Actor::DeploymentController => "deployment-controller",
            Actor::NodeController => "node-controller",
            Actor::TaintEvictionController => "taint-eviction-controller",
            Actor::GarbageCollector => "garbage-collector-controller",
            Actor::PodGarbageCollector => "pod-garbage-collector",
            Actor::NamespaceController => "namespace-controller",
            Actor::DisruptionController => "disruption-controller",
            Actor::Scheduler => "default-scheduler",
            Actor::Kubelet => "kubelet",
        }
    }
}

/// Why a write was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// Who.
    pub actor: Actor,
    /// The version of the change it answers; 0: none (an act, or a clock).
    pub trigger: u64,
    /// The number of the learner's act at the root; 0: none.
    pub act: u32,
}

impl Cause {
    /// What `actor` does in answer to the change of that version under that cause.
    pub fn answer(actor: Actor, version: u64, to: Cause) -> Cause {
        Cause { actor, trigger: version, act: to.act }
    }

    /// What `actor` does because time has passed.
    pub fn clock(actor: Actor) -> Cause {
        Cause { actor, trigger: 0, act: 0 }
    }
}
