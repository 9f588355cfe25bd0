//! The editor: its files, and what can be said about their text.

/// The open files. They are the terminal's folder as well.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    pub files: Vec<File>,
    /// Index of the one in front.
    pub shown: u32,
    pub examples: Vec<Example>,
    /// The file that a command in the terminal waits for, until it is saved and closed.
    pub awaited: Option<String>,
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
    pub remark: Remark,
    /// What would mend it, where there is one right answer.
    pub fix: Option<Fix>,
}

/// What is remarked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// In the words of kubectl or the API server.
    Said(String),
    /// The same, and a name that was probably meant.
    Similar { said: String, name: String },
    /// The same, and where the field belongs.
    Belongs { said: String, path: String },
    /// The same, and the version that has the kind.
    OldVersion { said: String, version: String },
    /// A key that stands twice; the last one wins, silently.
    Twice { key: String },
    /// A value of another type than the field's; types are named as `kubectl explain` does.
    WrongType { path: String, wanted: String, found: &'static str },
    /// A kind that is kept and shown, and that no controller of ours acts on.
    NotRun { kind: String },
    /// A DaemonSet has no `replicas`.
    NoReplicas,
    /// While a node runs both old and new Pod, they'd need the same port.
    SurgeNeedsPort { port: String },
    /// A node selector that no node has; `others` are the values nodes do have, often none.
    NoNodeHas { label: String, others: String },
    /// A toleration of a taint that no node has.
    NothingToTolerate { key: String },
    /// Every node has a taint that isn't tolerated: one of them.
    TaintOnEveryNode { taint: String },
    /// A DaemonSet whose template names a node runs there alone.
    OneNodeOnly { node: String },
    /// Another workload selects the same Pods.
    SameSelector { kind: String, name: String },
    /// The object's namespace isn't there.
    NoNamespace { name: String },
}

/// A change of the text that mends something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub what: FixKind,
    /// From the beginning of the text to its end, none touching another.
    pub edits: Vec<TextEdit>,
}

/// What a fix does, in a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// Writes this in place of what is there.
    Write(String),
    /// Takes a key and its value out.
    Remove(String),
    /// Adds a key with its value.
    Add(String),
    /// Spaces for tabs.
    Indent,
}

/// Bytes `from` to `to` of a text become another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    pub from: u32,
    pub to: u32,
    pub text: String,
}

/// What could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// Byte offset in the text from which a suggestion replaces what is there, up to the cursor.
    pub from: u32,
    pub items: Vec<Suggestion>,
}

/// Something that could stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is shown, and begins as what is typed.
    pub label: String,
    /// What is put in, with the line breaks and blanks that follow it.
    pub insert: String,
    /// A field's type, or where a value comes from. Often empty.
    pub detail: String,
    /// A field that must be there.
    pub required: bool,
}

/// What is known of the field under the pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// Bytes of the text it speaks of.
    pub from: u32,
    pub to: u32,
    /// `spec.updateStrategy.type`
    pub path: String,
    /// As `kubectl explain` names it.
    pub type_name: String,
    pub required: bool,
    /// What the API server puts there if nothing is written; one line of YAML.
    pub default: Option<String>,
    /// The values it may have, if they are few.
    pub values: Vec<&'static str>,
    /// What Kubernetes says of it; `None` while its texts haven't come.
    pub about: Option<String>,
}

/// What applying a file would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As kubectl calls it: `daemonset.apps/x`. Empty if it can't be told.
    pub object: String,
    pub effect: Effect,
}

/// What would become of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Created,
    Unchanged,
    /// Its lines: those that go, those that come, and some around them.
    Changed(Vec<DiffLine>),
    /// The server's words.
    Refused(String),
}

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    Kept(String),
    Gone(String),
    New(String),
    /// Lines in between that don't matter.
    Gap,
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
