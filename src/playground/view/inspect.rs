//! The inspector: everything there is to know of one object, and what one may do to it.

use super::{EventRow, ObjectRef, Step};

/// One object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspection {
    pub object: Option<ObjectRef>,
    /// Whether it is there at the moment that is looked at.
    pub exists: bool,
    /// `kubectl describe`.
    pub described: String,
    pub yaml: Vec<YamlLine>,
    pub events: Vec<EventRow>,
    /// Its changes, the newest first.
    pub history: Vec<Step>,
    /// Its owners and what it owns, depth first.
    pub tree: Vec<Relative>,
    pub offers: Vec<Offer>,
}

/// A line of the object's YAML.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlLine {
    pub text: String,
    /// It is another since the last change.
    pub new: bool,
}

/// An object in the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Relative {
    pub depth: u32,
    pub object: ObjectRef,
    /// How it stands, as `kubectl get` has it.
    pub standing: String,
}

/// An act on the object, and the command it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub kind: OfferKind,
    pub command: String,
}

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferKind {
    Delete,
    Restart,
    UndoRollout,
    ScaleUp,
    ScaleDown,
    Cordon,
    Uncordon,
    Drain,
    StopKubelet,
    StartKubelet,
    /// The machine goes as well.
    RemoveNode,
}
