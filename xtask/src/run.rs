//! Starts other programs: in the workspace's folder, failing with the command's own name.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::{Outcome, root};

/// A program to be started in the workspace's folder.
pub struct Program(Command);

/// Returns the `cargo` that runs this task.
pub fn cargo() -> Program {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Returns the program `name`, looked up on the PATH.
pub fn program(name: impl AsRef<OsStr>) -> Program {
    let mut command = Command::new(name);
    command.current_dir(root());
    Program(command)
}

impl Program {
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.0.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.0.env_remove(name);
        self
    }

    /// Runs to the end with the terminal's own output.
    pub fn succeed(mut self) -> Outcome {
        let status = self.0.status().map_err(|error| self.failed(&error))?;
        if status.success() { Ok(()) } else { Err(self.failed(&status)) }
    }

    /// Runs to the end and returns what it printed; its complaints still reach the terminal.
    pub fn output(mut self) -> Result<String, String> {
        let output = self.0.stderr(Stdio::inherit()).output().map_err(|error| self.failed(&error))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
        } else {
            Err(self.failed(&output.status))
        }
    }

    /// Words a failure with the command line a person can try by hand.
    fn failed(&self, why: &dyn std::fmt::Display) -> String {
        let words: Vec<_> =
            std::iter::once(self.0.get_program()).chain(self.0.get_args()).map(OsStr::to_string_lossy).collect();
        format!("`{}` failed: {why}", words.join(" "))
    }
}
