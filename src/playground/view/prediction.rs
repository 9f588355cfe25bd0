//! Predict first: what the learner expects of an act on each node, and what came of it.

use super::{ObjectRef, Verdict};

/// The act that was held back, if one was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prediction {
    /// Acts are held back until they were foretold.
    pub on: bool,
    pub stage: PredictionStage,
    /// The line that the act stands for.
    pub line: String,
    /// The DaemonSet whose Pods it is about.
    pub subject: Option<ObjectRef>,
    /// Every node, in the order of their names; those that the act brings last.
    pub nodes: Vec<Foretold>,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PredictionStage {
    /// Nothing is held back.
    #[default]
    Idle,
    /// The learner says what will come.
    Asked,
    /// The act is done; something still moves.
    Awaited,
    /// All has settled, and it is said what came.
    Told,
}

/// A node, what was said of it and what came.
#[derive(Clone, Debug, PartialEq)]
pub struct Foretold {
    pub node: String,
    /// It isn't there yet: the act brings it.
    pub coming: bool,
    /// What can be said of it.
    pub options: &'static [Outcome],
    pub guess: Option<Outcome>,
    pub came: Option<Came>,
}

/// What comes of a DaemonSet's Pod on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// One runs where none did.
    Appears,
    /// The one that ran still does.
    Stays,
    /// Another one runs in its place.
    Replaced,
    /// The one that was there is gone.
    Goes,
    /// There is one, in the phase Pending.
    Pending,
    /// There was none, and there is none.
    Nothing,
}

/// What came, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Came {
    pub outcome: Outcome,
    pub cause: Cause,
}

/// Why it came so.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// The controller's verdict on the node, with its first reason.
    Verdict(Verdict),
    /// The template is a newer one, and the rolling update replaced the Pod.
    Template,
    /// The Pod before was deleted, and the controller made another.
    Recreated,
    /// The node is gone, and its Pod with it.
    NodeGone,
    /// The DaemonSet is gone.
    SetGone,
}
