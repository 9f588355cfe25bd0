//! What the page shows, as plain data: one file per thing shown.
//!
//! Each part carries a revision that grows whenever the part differs from what it was. [`Revisions`] are cheap to ask for at every
//! frame; the page fetches and redraws only the parts whose number moved. Nothing here holds a closure or a
//! handle of the browser's, so the playground can move into a worker behind these types; what is shared by `Rc` is shared only to be
//! compared and copied cheaply.

#![expect(missing_docs, reason = "most fields are named as what they show")]

mod control_loop;
mod editor;
mod events;
pub mod exam;
mod inspect;
pub mod lesson;
mod picture;
mod prediction;
mod scene;
mod story;
mod terminal;
mod timeline;
mod why;

pub use crate::terminal::links::{Link, links};
pub use control_loop::{ControlLoop, Station, Taken, Work, Wrote};
pub use editor::{
    Change, Diagnostic, DiffLine, Effect, Example, File, Files, Fix, FixKind, Hover, Place, Remark, Severity,
    Suggestion, Suggestions, TextEdit,
};
pub use events::{EventRow, EventTable};
pub use exam::Exam;
pub use inspect::{Inspection, Offer, OfferKind, Relative, YamlLine};
pub use lesson::Lesson;
pub use picture::{Node, Picture, Pod, PodLook, Readiness, Reason, Usage, Verdict, VerdictKind, Workload};
pub use prediction::{Came, Cause, Foretold, Outcome, Prediction, PredictionStage};
pub use scene::{ScenarioName, Scene};
pub use story::{Chapter, Deed, Link as StoryLink, Step, Story};
pub use terminal::{Candidate, Chunk, Completion, Entry, Origin, Stream, Terminal};
pub use timeline::{Branch, Comparison, Difference, Mark, MarkKind, Timeline};
pub use why::{Answer, By, Check, Detail, Expression, NodeVerdict, Question, Tolerance, Way, WayKind, Why};

/// The revision of every part of the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revisions {
    pub scene: u64,
    pub picture: u64,
    pub files: u64,
    pub terminal: u64,
    pub timeline: u64,
    pub events: u64,
    pub comparison: u64,
    /// What happened, and the inspector.
    pub story: u64,
    pub lesson: u64,
    pub exam: u64,
    pub prediction: u64,
}

/// Names one object of the cluster. The namespace of a cluster-scoped one is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRef {
    /// As in a manifest: `DaemonSet`, `Pod`, `Node`.
    pub kind: String,
    pub namespace: String,
    pub name: String,
}
