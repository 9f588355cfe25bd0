//! What happened: every change under the act that led to it.

use super::ObjectRef;
use std::rc::Rc;

/// The newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// Only what has to do with this object is told.
    pub about: Option<ObjectRef>,
    /// One that is the same as before is the same in memory.
    pub chapters: Vec<Rc<Chapter>>,
}

/// An act, and what followed from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// Its place in the story, counted from the beginning: several acts may be done at one moment, while time is held.
    pub number: usize,
    /// The learner's line; `None`: time passed.
    pub act: Option<String>,
    pub at_ms: f64,
    /// In the order they began.
    pub links: Vec<Link>,
}

/// Changes of one kind by one actor, in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The component's name as Events have it; `you` for the learner.
    pub actor: &'static str,
    pub deed: Deed,
    pub count: u32,
    /// Of how many objects.
    pub objects: u32,
    /// What the objects have in common: their owner.
    pub owner: Option<ObjectRef>,
    pub kind: String,
    pub first_ms: f64,
    pub last_ms: f64,
    /// The single changes, the first of them.
    pub steps: Vec<Step>,
}

/// A change of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub at_ms: f64,
    pub version: u64,
    pub actor: &'static str,
    pub deed: Deed,
    pub object: ObjectRef,
    /// More, in Kubernetes' words: the node, the message, what changed.
    pub detail: String,
    /// The change it answered.
    pub because: Option<(ObjectRef, Deed)>,
    /// The learner's line at the root.
    pub act: Option<String>,
}

/// What was done to an object, or became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    Created,
    /// What is wanted of it is another.
    Changed,
    Deleted,
    /// It is to go: it has its deletion timestamp.
    Ending,
    Bound,
    Unschedulable,
    /// Its kubelet has taken it on.
    Accepted,
    Started,
    Ready,
    Unready,
    Failing,
    Completed,
    /// A node has registered.
    Joined,
    NodeReady,
    NodeUnready,
    Tainted,
    Untainted,
    Cordoned,
    Uncordoned,
    Labelled,
    /// A controller has counted what there is.
    Counted,
}
