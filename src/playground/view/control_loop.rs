//! The control loop: who waits for what, and what the last step was.

use super::ObjectRef;

/// The stations, and the step that was taken last.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlLoop {
    /// How many changes the API server has seen.
    pub version: u64,
    pub stations: Vec<Station>,
    /// `None` while time runs: steps are taken too quickly to be seen.
    pub step: Option<Taken>,
}

/// Somebody who watches the API server and works.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// The component's name as Events have it: `daemonset-controller`.
    pub name: &'static str,
    /// Changes it has yet to read.
    pub unread: u64,
    /// What is in its work queue, in order; the first of them.
    pub queue: Vec<String>,
    /// How many more there are.
    pub more: u32,
    /// Has work, though its queue has no names to show.
    pub busy: bool,
    /// Items that wait for their moment: a back-off, a delay.
    pub delayed: u32,
    /// Pods that fit nowhere for now; only the scheduler's.
    pub stuck: u32,
}

/// One wake, handled to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Grows with every step, so that the same work twice is seen as two.
    pub number: u64,
    pub at_ms: f64,
    /// Who worked: a station's name.
    pub station: &'static str,
    pub work: Work,
    /// What was written, in order; the first of it.
    pub wrote: Vec<(Wrote, ObjectRef)>,
    /// How many more writes there were.
    pub more: u32,
}

/// How the API server's log has a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrote {
    Added,
    Modified,
    Deleted,
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Read what its watches had brought: so many changes.
    Read(u64),
    /// Took this item from its queue.
    Reconciled(String),
    /// Found it was time for something.
    Timed,
    /// Tried to place this Pod.
    Tried(String),
    /// Went on with a Pod on this node.
    WentOn(String),
    /// Reported on this node.
    Reported(String),
}
