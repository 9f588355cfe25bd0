//! The exam that is on, or over: its clock, its tasks, and what came of it.

use super::lesson::{Block, Check, Question};
pub use course::exam::bank::{self, Entry};
pub use course::exam::class::{Class, Column};
pub use course::exam::report::{PASS, Report, Task as TaskReport};
pub use course::exam::score::Condition;

/// An exam.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exam {
    /// What it was drawn by.
    pub seed: String,
    /// What it is given; 0: as long as one likes.
    pub minutes: u32,
    /// The language of its texts: `en`.
    pub language: String,
    pub spent_s: u64,
    /// `None` without a limit.
    pub left_s: Option<u64>,
    pub held: bool,
    pub tasks: Vec<TaskName>,
    /// The place of the task that is on, or looked at again.
    pub current: u32,
    pub task: Task,
    /// Once it is over.
    pub report: Option<Report>,
    /// The task that is gone through again.
    pub review: Option<Review>,
}

/// A task in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskName {
    pub id: String,
    pub title: String,
    /// What `kubectl config use-context` is told.
    pub context: String,
    pub points: u32,
    pub flagged: bool,
    pub opened: bool,
    /// The model answer as one would write it down; shown when the exam is over.
    pub solution: Vec<String>,
}

/// The task that is on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Task {
    pub text: Vec<Block>,
    pub question: Option<Question>,
    /// It may need a machine more, which no kubectl brings.
    pub adds_nodes: bool,
}

/// Two ways through a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// The model answer is on stage, and not the own way.
    pub model: bool,
    pub own: Vec<Deed>,
    pub answer: Vec<Deed>,
    pub checks: Vec<Check>,
}

/// Something done, and when: milliseconds of virtual time since the cluster's beginning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deed {
    pub at_ms: f64,
    pub text: String,
}
