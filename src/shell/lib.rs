//! Lines, quotes, pipes and files around kubectl.
//!
//! Read in this order: [`lex`] (a line becomes words that remember their quotes), [`parse`] (words become commands joined by
//! `|`, `&&`, `;`), [`expand`] (variables, `~`, globs), [`session`] (commands run, one after the other, and can be polled),
//! [`filter`] (grep and friends: text in, text out), [`pattern`] (their regular expressions), [`files`] (the learner's
//! folder: the editor's tabs are its files), `history` (`!!` and its like), [`complete`] (what Tab offers).
//!
//! One thing from beginning to end: `k get po | grep web > x` is lexed into seven words, parsed into one pipeline of two
//! commands; `k` is an alias of kubectl, whose output becomes grep's input; what grep lets through ends in the file `x`.
//!
//! Left out: job control, functions, a process for each command. What isn't there is refused by name.

pub mod complete;
pub mod expand;
pub mod files;
pub mod filter;
mod history;
pub mod lex;
pub mod parse;
pub mod pattern;
pub mod session;

use api::client::Client;
use api::schema::Descriptions;
use files::Folder;
use kubectl::{Config, ExitCode};
use parse::Incomplete;
pub use session::{Session, Step};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// What `clear` prints: the cursor home, the screen and what has scrolled away emptied.
pub const CLEAR: &str = "\u{1b}[H\u{1b}[2J\u{1b}[3J";
/// What `watch` prints before each new look: the cursor home, and the screen emptied.
pub const REDRAW: &str = "\u{1b}[H\u{1b}[J";

/// What a shell stands on: an API server to speak to, and machines to log in to.
pub trait Host: Client {
    /// Whether a machine's kubelet runs; `None` if there's no such machine.
    fn kubelet(&self, machine: &str) -> Option<bool>;
    /// Starts or stops it.
    fn set_kubelet(&mut self, machine: &str, running: bool);
}

/// A learner's shell: everything that outlives a line.
pub struct Shell {
    /// The learner's files.
    pub files: Folder,
    /// kubectl's contexts.
    pub config: Config,
    /// `$NAME`.
    pub variables: BTreeMap<String, String>,
    /// `alias k=kubectl`.
    pub aliases: BTreeMap<String, String>,
    /// Lines, oldest first.
    pub history: Vec<String>,
    /// `$?`.
    pub status: ExitCode,
    /// What `read` has still to read: lines, the next one first.
    pub input: VecDeque<String>,
    /// What the prompt shows in front of the directory.
    pub host: String,
    /// The node one is logged in to.
    pub remote: Option<String>,
    /// The texts of `kubectl explain`, once they have been fetched.
    pub descriptions: Option<Rc<Descriptions>>,
}

impl Default for Shell {
    fn default() -> Shell {
        Shell {
            files: Folder::default(),
            config: Config::default(),
            variables: BTreeMap::from([("HOME".into(), files::HOME.into())]),
            aliases: BTreeMap::from([("k".into(), "kubectl".into())]),
            history: Vec::new(),
            status: 0,
            input: VecDeque::new(),
            host: "controlplane".into(),
            remote: None,
            descriptions: None,
        }
    }
}

impl Shell {
    /// `controlplane:~$ `
    pub fn prompt(&self) -> String {
        match &self.remote {
            Some(node) => format!("{node}:~$ "),
            None => format!("{}:{}$ ", self.host, self.files.shown_directory()),
        }
    }

    /// Whether more lines must follow before `text` is a command: an open quote, a here-document, `do` without `done`.
    pub fn wants_more(&self, text: &str) -> bool {
        matches!(parse::parse(text), Err(Incomplete::More))
    }

    /// Begins a line; it runs when the session is polled.
    pub fn start(&mut self, line: &str) -> Session {
        if line.len() > history::LENGTH_MAX {
            return Session::refused("everynode's command lines end at 1 MB; a file may be longer".into());
        }
        let recalled = match history::recall(line, &self.history) {
            Ok(recalled) => recalled,
            Err(text) => return Session::refused(text),
        };
        let line = recalled.as_deref().unwrap_or(line);
        if !line.trim().is_empty() {
            self.history.push(line.trim_end().to_string());
        }
        let mut session = Session::new(line);
        if recalled.is_some() {
            session.echo(line);
        }
        session
    }
}

#[cfg(test)]
mod tests;
