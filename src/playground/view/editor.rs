//! The editor: its files, and what can be said about their text.

/// The open files. They are the terminal's folder as well.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    pub files: Vec<File>,
    /// Index of the one in front.
    pub shown: u32,
    pub examples: Vec<Example>,
}

/// An open file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    pub name: String,
    pub text: String,
    /// Whether the text differs from what was last applied from it.
    pub changed: bool,
}

/// A manifest ready to be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub id: String,
    pub title: String,
}

/// A remark on a text, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub start: Place,
    /// Just past the last character it speaks of.
    pub end: Place,
    pub message: String,
}

/// A place in a text: line and column count from 1, columns in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The API server, or kubectl before it, will refuse this.
    Error,
    /// Accepted, and probably not what was meant.
    Warning,
}
