//! What somebody does: the acts of a scenario, the model solution of a step, a wrong turn.
//!
//! ```yaml
//! - kubectl get ds                      # typed into the terminal
//! - {write: agent.yaml, text: "…"}      # written in the editor
//! - {addNodes: worker, count: 2}        # the buttons of the picture
//! - {removeNode: node-3}
//! - {stopKubelet: node-2}
//! - {startKubelet: node-2}
//! - {answer: one}                       # an answer to the step's question
//! - {wait: 60s}                         # time that passes in between; `settled`: until nothing happens any more
//! ```

use crate::read::{Fault, Field};
use std::time::Duration;

/// One thing done.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// Typed a line, or several, into the terminal.
    Run(String),
    /// Wrote a file in the editor.
    Write {
        /// Its name.
        file: String,
        /// All it holds then.
        text: String,
    },
    /// Added nodes of a preset.
    AddNodes {
        /// `worker`, `gpu`, …
        preset: String,
        /// How many.
        count: u32,
    },
    /// Took a machine away, and its Node with it.
    RemoveNode(String),
    /// Stopped a node's kubelet.
    StopKubelet(String),
    /// Started it again.
    StartKubelet(String),
    /// Answered the step's question.
    Answer(String),
    /// Let time pass.
    Wait(Duration),
    /// Let time pass until nothing but heartbeats happens.
    Settle,
}

/// A move of a scenario, and when it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// Since the scenario's beginning.
    pub at: Duration,
    /// What is done.
    pub what: Move,
}

const KEYS: [&str; 11] =
    ["run", "write", "text", "addNodes", "count", "removeNode", "stopKubelet", "startKubelet", "answer", "wait", "at"];

impl Move {
    /// The moves of a list.
    pub fn read_all(fields: Vec<Field<'_>>) -> Result<Vec<Move>, Fault> {
        fields.iter().map(Move::read).collect()
    }

    /// Reads one.
    pub fn read(field: &Field<'_>) -> Result<Move, Fault> {
        if field.value().is_string() {
            return field.text().map(Move::Run);
        }
        let map = field.map(&KEYS)?;
        let text = |key: &str| map.need(key)?.text();
        let what = map.keys().find(|key| !matches!(*key, "text" | "count" | "at"));
        Ok(match what {
            Some("run") => Move::Run(text("run")?),
            Some("write") => Move::Write { file: text("write")?, text: text("text")? },
            Some("addNodes") => {
                let count = map.get("count").map_or(Ok(1), |count| count.number())?;
                Move::AddNodes { preset: text("addNodes")?, count: count as u32 }
            }
            Some("removeNode") => Move::RemoveNode(text("removeNode")?),
            Some("stopKubelet") => Move::StopKubelet(text("stopKubelet")?),
            Some("startKubelet") => Move::StartKubelet(text("startKubelet")?),
            Some("answer") => Move::Answer(map.need("answer")?.scalar()?),
            Some("wait") if map.need("wait")?.value() == "settled" => Move::Settle,
            Some("wait") => Move::Wait(map.need("wait")?.duration()?),
            _ => return Err(field.fault("says nothing to do: run, write, addNodes, removeNode, …")),
        })
    }
}

impl Timed {
    /// Reads one: a move with `at`.
    pub fn read(field: &Field<'_>) -> Result<Timed, Fault> {
        let at = field.map(&KEYS)?.need("at")?.duration()?;
        Ok(Timed { at, what: Move::read(field)? })
    }
}
