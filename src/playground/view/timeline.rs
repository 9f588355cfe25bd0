//! The time bar: where the run is, how far it has come, and the lines of events one may go to.

use super::ObjectRef;

/// Virtual time, and how it passes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The moment that is looked at: since the scenario's beginning, in milliseconds of virtual time.
    pub now_ms: f64,
    /// How far the run has come.
    pub end_ms: f64,
    /// Whether an earlier moment is looked at than the run has come to.
    pub past: bool,
    pub paused: bool,
    /// Runs as fast as it goes, until what was asked for is so.
    pub pursuing: bool,
    /// Virtual seconds that pass in one of the wall clock.
    pub speed: f64,
    /// Nothing but heartbeats lies ahead: waiting will change nothing.
    pub settled: bool,
    pub marks: Vec<Mark>,
    /// The act that an undo would take back.
    pub undo: Option<String>,
    /// The act that a redo would return to.
    pub redo: Option<String>,
    /// The present line of events, once there is another.
    pub line: Option<Branch>,
    /// The others, oldest first.
    pub branches: Vec<Branch>,
    /// The moment kept for comparison.
    pub pinned_ms: Option<f64>,
}

/// A line of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub id: u32,
    /// When it parted from the line it shares its beginning with.
    pub at_ms: f64,
    /// How far it has come.
    pub end_ms: f64,
    /// The first act on it since; `None` when there was none.
    pub act: Option<String>,
}

/// A moment worth finding again.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub at_ms: f64,
    pub kind: MarkKind,
    pub text: String,
}

/// Why a moment is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The learner did something.
    Act,
    /// Something went wrong in the cluster.
    Trouble,
}

/// Two moments side by side: the one that was kept, and the one that is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The moment that was kept.
    pub kept_ms: f64,
    /// The moment that is looked at.
    pub now_ms: f64,
    /// Whether they lie on different lines of events.
    pub other_line: bool,
    /// Nodes, workloads and Pods that differ, as many as are worth a look.
    pub differences: Vec<Difference>,
    /// How many differ, and of those how many are there only now, and only then.
    pub count: u32,
    pub added: u32,
    pub gone: u32,
}

/// An object that isn't the same in both moments.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub object: ObjectRef,
    /// How it stood then, as `kubectl get` has it; `None`: it wasn't there.
    pub then: Option<String>,
    /// How it stands now; `None`: it isn't there.
    pub now: Option<String>,
}
