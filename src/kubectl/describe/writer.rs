//! Where describers write: lines with levels of indentation and tabs, aligned at the end.

use crate::print::columns::align;
use api::Value;

/// Spaces behind the longest cell of a column.
const PADDING: usize = 2;

/// A description being written.
#[derive(Debug, Default)]
pub struct Writer {
    done: String,
    /// Not aligned yet.
    pending: String,
}

impl Writer {
    /// Writes a line, indented by two spaces per level.
    pub fn line(&mut self, level: usize, text: &str) {
        self.start(level);
        self.put(text);
        self.end();
    }

    /// Writes `Name:`, a tab, and the value.
    pub fn field(&mut self, level: usize, name: &str, value: impl std::fmt::Display) {
        self.line(level, &format!("{name}:\t{value}"));
    }

    /// Writes a field of an object whose value is text, as it is.
    pub fn text_field(&mut self, level: usize, name: &str, value: &Value) {
        self.field(level, name, value.as_str().unwrap_or_default());
    }

    /// Writes a text field only if there is something in it.
    pub fn optional_field(&mut self, level: usize, name: &str, value: &Value) {
        if value.as_str().is_some_and(|text| !text.is_empty()) {
            self.text_field(level, name, value);
        }
    }

    /// Begins a line that is written in pieces.
    pub fn start(&mut self, level: usize) {
        self.pending.extend(std::iter::repeat_n("  ", level));
    }

    /// Writes a piece of a line.
    pub fn put(&mut self, text: &str) {
        self.pending.push_str(text);
    }

    /// Ends a line that was written in pieces.
    pub fn end(&mut self) {
        self.pending.push('\n');
    }

    /// Closes all column blocks: what follows doesn't align with what came before.
    pub fn flush(&mut self) {
        self.done.push_str(&align(&self.pending, 0, PADDING));
        self.pending.clear();
    }

    /// The description, aligned.
    pub fn finish(mut self) -> String {
        self.flush();
        self.done
    }

    /// The description with its tabs, as `rollout history --revision` prints Pod templates.
    pub fn with_tabs(self) -> String {
        self.done + &self.pending
    }
}
