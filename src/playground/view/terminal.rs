//! The terminal: what was typed and what was answered.

/// The terminal's lines, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terminal {
    pub entries: Vec<Entry>,
    /// Printed before the line being typed: `$ `.
    pub prompt: String,
    /// A command holds the line (`get -w`, `rollout status`, `drain`) until it ends or is interrupted.
    pub running: bool,
    /// Lines the learner entered, oldest first, for the arrow keys.
    pub history: Vec<String>,
}

/// A command and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Grows by one with each entry and never comes back, so that the page can tell entries apart.
    pub number: u64,
    /// Grows when the output changes.
    pub revision: u64,
    pub origin: Origin,
    pub prompt: String,
    pub command: String,
    /// In an exam, the cluster it was entered on; else empty.
    pub cluster: String,
    /// The namespace commands worked in when it was entered.
    pub namespace: String,
    pub output: Vec<Chunk>,
}

/// Who entered a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Typed here.
    Learner,
    /// Stands for an act elsewhere on the page, or for the scenario's own beginning.
    Page,
}

/// A piece of output, with its line breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    pub stream: Stream,
    pub text: String,
}

/// Where a piece was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Out,
    Error,
    /// A word of everynode's own, which no kubectl would print.
    Note,
}

impl Entry {
    /// The screen was cleared: neither the command nor what it printed shows any longer.
    pub(crate) fn forget(&mut self) {
        self.prompt.clear();
        self.command.clear();
        self.output.clear();
        self.revision += 1;
    }
}

/// What could stand at the cursor of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completion {
    /// Byte offset in the line from which a candidate replaces what is there, up to the cursor.
    pub from: u32,
    /// In the order to show them.
    pub candidates: Vec<Candidate>,
}

/// Something that could stand there.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// With what follows it: a space, or nothing where more of the same word may come.
    pub text: String,
    /// What it is, in kubectl's words; often empty.
    pub about: String,
}
