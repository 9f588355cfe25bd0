//! Why a Pod is on a node, isn't, or waits: every question that was asked about it, in the order of asking, with its answer.

use super::{ObjectRef, Verdict};

/// The answer to "why?", for one workload or Pod.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// What is asked about: a DaemonSet, or a Pod that isn't one's.
    pub subject: ObjectRef,
    /// Every node and what comes of it there, in the order they joined.
    pub nodes: Vec<NodeVerdict>,
    /// The node that is looked at more closely, and what was asked about it. Empty: none.
    pub node: String,
    pub checks: Vec<Check>,
}

/// What comes of it on one node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeVerdict {
    pub node: String,
    pub verdict: Verdict,
}

/// A question, who asks it, and what the answer is.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub by: By,
    pub question: Question,
    pub answer: Answer,
    /// What the answer is made of, part by part: expressions, amounts.
    pub details: Vec<Detail>,
    /// The field of the manifest that it rests on: `spec.template.spec.nodeSelector.disktype`. Often none.
    pub field: Option<String>,
    /// Where that is written: a file of the editor, and the line, counted from 1. The nearest field around it, if it isn't written.
    pub place: Option<(String, u32)>,
    /// What would change the answer.
    pub ways: Vec<Way>,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    DaemonSetController,
    Scheduler,
    Kubelet,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// Not yet; it will be asked again.
    Waits,
    /// An earlier no ended the matter.
    Unasked,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The template asks nothing of nodes, and the node has no taint.
    Nothing,
    /// Is it the node that `spec.nodeName` names?
    NodeName { wanted: String },
    /// Has it this label (`key=value`)? What it has instead.
    Label { label: String, found: Option<String> },
    /// Does one of the terms of node affinity match? They are its details.
    Affinity,
    /// Is this taint tolerated? By whom.
    Taint { taint: String, tolerated: Tolerance },
    /// Is there a Pod? Its name.
    Pod { name: Option<String> },
    /// Is the Pod made from the newest template?
    Newest { pod: String, on_delete: bool },
    /// Does this filter let it pass? Its reasons, in Kubernetes' words.
    Filter { plugin: &'static str, said: Vec<String> },
    /// Is the Pod bound to the node?
    Bound,
    /// Do its containers run? STATUS, and what is said of it.
    Started { status: String, said: String },
    /// Is it ready?
    Ready,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A label that the node selector asks for (`key=value`), and what the node has instead.
    Label { label: String, found: Option<String>, holds: bool },
    /// A term of node affinity, one of several alternatives: all of its expressions must hold.
    Term { expressions: Vec<Expression> },
    /// How much of a resource the Pod asks for, how much is free, and how much there is at all: `100m`, `2Gi`.
    Resource { name: String, asked: String, free: String, has: String, holds: bool },
    /// A term of Pod affinity, or of anti-affinity (`apart`): the Pods it speaks of, and the node's place as `key=value`; without
    /// a value when the node lacks the label.
    Pods { selector: String, place: String, known: bool, apart: bool, holds: bool },
    /// Pods that are there already want this one kept out of their place.
    KeptOut { place: String },
}

/// An expression of a term, and whether the node meets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// `disktype In [ssd nvme]`
    pub text: String,
    pub holds: bool,
}

/// Who tolerates a taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tolerance {
    Nobody,
    /// A toleration of the template.
    Template,
    /// The controller gives every daemon Pod this toleration.
    Controller,
}

/// A way to another answer: an act that can be done at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    pub what: WayKind,
    /// The command it stands for.
    pub line: String,
}

/// What the act does.
#[derive(Clone, Debug, PartialEq)]
pub enum WayKind {
    /// Gives the node labels: `disktype=ssd`.
    LabelNode(String),
    /// Takes this taint off the node.
    RemoveTaint(String),
    /// Makes the template tolerate this taint.
    Tolerate(String),
    /// Takes the field out of the template.
    DropField(String),
    Uncordon,
    StartKubelet,
    /// Deletes the Pod, which will be made anew.
    DeletePod(String),
}
