//! What a learner types and what kubectl answers, against a server that only stores.
//!
//! Golden transcripts against the whole cluster are in the repository's `tests/`; here are the rules of kubectl itself.

mod changes;
mod generators;
mod objects;
mod server;
mod words;

use crate::{Config, Env, ExitCode, Files, Output, Progress, Running};
use server::Server;
use std::collections::BTreeMap;

/// A terminal: a server, some files, and what was printed.
pub struct Terminal {
    pub server: Server,
    pub files: Folder,
    pub config: Config,
    pub stdin: Option<String>,
    pub out: Output,
}

/// Files by path.
#[derive(Default)]
pub struct Folder(pub BTreeMap<String, String>);

impl Files for Folder {
    fn read(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let names: Vec<String> =
            self.0.keys().filter_map(|name| name.strip_prefix(&prefix)).map(String::from).collect();
        (!names.is_empty()).then(|| names.into_iter().filter(|name| !name.is_empty()).collect())
    }

    fn write(&mut self, path: &str, text: &str) -> Result<(), String> {
        self.0.insert(path.into(), text.into());
        Ok(())
    }
}

impl Terminal {
    pub fn new() -> Terminal {
        Terminal {
            server: Server::default(),
            files: Folder::default(),
            config: Config::default(),
            stdin: None,
            out: Output::default(),
        }
    }

    pub fn env(&mut self) -> Env<'_> {
        Env {
            client: &mut self.server,
            files: &mut self.files,
            stdin: self.stdin.as_deref(),
            config: &mut self.config,
            out: &mut self.out,
            descriptions: None,
            owners: false,
            warned: Vec::new(),
        }
    }

    pub fn file(&mut self, name: &str, text: &str) -> &mut Terminal {
        self.files.0.insert(name.into(), text.into());
        self
    }

    pub fn start(&mut self, line: &str) -> Progress {
        let words = words_of(line);
        let env = &mut self.env();
        let progress = crate::run(&words, env);
        crate::parts::at_once(progress, env)
    }

    /// Types a line (without `kubectl`) that ends at once; returns all that was printed and the exit code.
    pub fn types(&mut self, line: &str) -> (String, ExitCode) {
        self.out = Output::default();
        match self.start(line) {
            Progress::Done(code) => (self.out.all(), code),
            Progress::Running(_) => panic!("{line} still runs; so far: {}", self.out.all()),
            Progress::Edit(_) => panic!("{line} opens an editor"),
        }
    }

    /// The same for a line that goes on.
    pub fn begins(&mut self, line: &str) -> Box<dyn Running> {
        self.out = Output::default();
        match self.start(line) {
            Progress::Running(running) => running,
            _ => panic!("{line} has ended: {}", self.out.all()),
        }
    }

    /// Asserts what a line prints, standard error included, and that it succeeds.
    #[track_caller]
    pub fn says(&mut self, line: &str, expected: &str) {
        let (text, code) = self.types(line);
        assert_eq!((text.as_str(), code), (expected, 0), "$ kubectl {line}");
    }

    /// Asserts that a line fails with 1, and what it prints.
    #[track_caller]
    pub fn refuses(&mut self, line: &str, expected: &str) {
        let (text, code) = self.types(line);
        assert_eq!((text.as_str(), code), (expected, 1), "$ kubectl {line}");
    }
}

/// Words by spaces; single quotes hold them together.
fn words_of(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '\'' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
