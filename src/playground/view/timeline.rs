//! The time bar.

/// Virtual time, and how it passes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Since the scenario's beginning, in milliseconds of virtual time.
    pub now_ms: f64,
    pub paused: bool,
    /// Virtual seconds that pass in one of the wall clock.
    pub speed: f64,
    /// Nothing but heartbeats lies ahead: waiting will change nothing.
    pub settled: bool,
    pub marks: Vec<Mark>,
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
