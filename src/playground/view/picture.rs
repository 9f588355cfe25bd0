//! The cluster picture: nodes, the Pods on them, and the Pods that wait for a node.

use super::ObjectRef;
use crate::act::Trouble;
use std::rc::Rc;

/// The whole picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// In the order they joined. One that is the same as in the picture before is the same in memory.
    pub nodes: Vec<Rc<Node>>,
    /// Pods without a node.
    pub waiting: Vec<Pod>,
    /// What the Pods belong to: the legend.
    pub workloads: Vec<Workload>,
    /// What is selected, everywhere at once.
    pub selected: Option<ObjectRef>,
    /// The DaemonSet whose verdict each node shows: the one selected last.
    pub asked: Option<ObjectRef>,
}

/// A node, as a card shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub name: String,
    /// As the ROLES column shows it; `<none>` for a plain worker.
    pub roles: String,
    /// As the STATUS column shows it: `Ready,SchedulingDisabled`.
    pub status: String,
    pub readiness: Readiness,
    /// Cordoned.
    pub unschedulable: bool,
    /// Whether the machine's kubelet runs, whatever the API server knows of it.
    pub kubelet_running: bool,
    /// What the machine suffers from, whether or not its kubelet has noticed.
    pub troubles: Vec<Trouble>,
    /// `key=value`, sorted.
    pub labels: Vec<String>,
    /// As `kubectl taint` writes them: `gpu=true:NoSchedule`.
    pub taints: Vec<String>,
    pub cpu: Usage,
    pub memory: Usage,
    pub pods: Vec<Pod>,
    /// What the DaemonSet that is asked about wants of this node.
    pub verdict: Option<Verdict>,
}

/// What the API server knows of a node's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    NotReady,
    /// No heartbeat within the grace period.
    Unknown,
    /// The Node object is gone; its Pods still wait to be collected.
    Removed,
}

/// How much of a resource the Pods of a node request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Whole per cent of what is allocatable, rounded down as `kubectl describe node` does.
    pub percent: u32,
    /// In words of Kubernetes: `850m of 2`, `300Mi of 4Gi`.
    pub text: String,
}

/// A Pod, as a disc shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pod {
    pub namespace: String,
    pub name: String,
    /// Index into [`Picture::workloads`]; `None` for a Pod of its own.
    pub workload: Option<u32>,
    pub look: PodLook,
    /// Made from an earlier template than its workload's newest.
    pub old: bool,
    /// As the STATUS column shows it: `ContainerCreating`.
    pub status: String,
    /// Why it isn't further: the scheduler's, the kubelet's or the controller's words. Often empty.
    pub message: String,
}

/// How a disc is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodLook {
    /// Has no container yet: hollow.
    Pending,
    /// Pulls its image, creates its containers: filling.
    Starting,
    /// Runs, not ready: half.
    Running,
    /// Runs and is ready: solid.
    Ready,
    /// Waits for its next try, or failed: cracked.
    Failing,
    /// Has succeeded: hollow, with a tick.
    Completed,
    /// Has its deletion timestamp: fading.
    Terminating,
}

/// What owns Pods, one controller further up where there is one: the Deployment rather than its ReplicaSet.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    pub object: ObjectRef,
    /// Tells workloads apart without colour.
    pub letter: char,
    /// 0 is the ink of the page, kept for the first DaemonSet; 1 to 8 are colours. Stays the same while the workload lives.
    pub colour: u8,
    pub desired: u32,
    pub ready: u32,
}

/// Whether a Pod belongs on a node, and the first reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub kind: VerdictKind,
    pub reason: Option<Reason>,
}

/// Why a Pod isn't there, or not yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The template names this node.
    NodeName(String),
    /// The node lacks this label.
    Label(String),
    /// Node affinity doesn't match.
    Affinity,
    /// This taint isn't tolerated.
    Taint(String),
    /// Another Pod has the node's port; only before 1.12.
    Port,
    /// This Pod is stopping, and its replacement waits for that.
    Stopping(String),
    /// No Pod has come yet.
    Expected,
    /// The scheduler has it in its queue.
    Scheduler,
    /// It starts.
    Starting,
    /// It runs and isn't ready.
    NotReady,
    /// In the words of the scheduler or the kubelet, or a phase.
    Said(String),
}

/// The verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    Runs,
    Absent,
    /// Stays, though nothing new would come.
    Kept,
    Pending,
    Misscheduled,
    /// It could be there as well; only for Pods that aren't a DaemonSet's.
    Possible,
}
