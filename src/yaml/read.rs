//! A file becomes documents, cut and read as kubectl does it.
//!
//! A text that begins with `{` is JSON until it proves not to be; everything else is YAML, cut at its `---` lines before
//! YAML is even looked at, so a broken document spoils neither those before it nor those after it, and lines in errors are counted from the
//! document's own start, as kubectl counts them. [`SyntaxError::at`] has the line of the file.
//!
//! Models `YAMLOrJSONDecoder` and `YAMLReader` of apimachinery's `pkg/util/yaml/decoder.go`, Kubernetes v1.36.

use std::borrow::Cow;
use std::fmt;

use api::Value;

use crate::compose::compose;
use crate::json_read;
use crate::resolve::resolve;
use crate::tree::{NodeId, Place, Pos, Span, Tree};

/// What kubectl says first when a document isn't YAML.
pub(crate) const CONVERTING: &str = "error converting YAML to JSON: ";

/// How far kubectl looks for the `{` of a JSON file: 4,096 bytes. Source: cli-runtime `resource/visitor.go`.
const JSON_LOOKAHEAD: usize = 4096;

/// One document: its value, and the place of everything in it.
pub struct Document {
    /// What `api::schema` and the API server are given.
    pub value: Value,
    /// Where the document is in the text.
    pub span: Span,
    /// Keys that were written more than once in one mapping; in the value the last one has won, silently.
    pub duplicates: Vec<Duplicate>,
    tree: Tree,
    root: NodeId,
}

/// A key that was written more than once in one mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// As it is in the value.
    pub key: String,
    /// The key's earlier place.
    pub first: Span,
    /// The key's later place, whose value counts.
    pub last: Span,
}

impl Document {
    /// Where `path` is, or else its nearest parent; written as field errors are: `spec.containers[0].image`, `metadata.labels[a.b/c]`.
    pub fn place(&self, path: &str) -> Place {
        self.tree.place(self.root, path)
    }
}

/// A text that can't be read. Its `Display` is what kubectl prints after `error: error parsing FILE: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line kubectl names, counted from the document's start and often the one before or after the mistake.
    pub line: Option<u32>,
    /// Without kubectl's `error converting YAML to JSON: `: `yaml: line 8: did not find expected key`.
    pub text: String,
    /// Where the reader stopped, in the whole text.
    pub at: Pos,
    pub(crate) prefix: &'static str,
}

impl SyntaxError {
    pub(crate) fn converting(text: String, at: Pos) -> Self {
        SyntaxError { line: None, text, at, prefix: CONVERTING }
    }

    pub(crate) fn plain(text: String, at: Pos) -> Self {
        SyntaxError { line: None, text, at, prefix: "" }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.prefix)?;
        f.write_str(&self.text)
    }
}

impl std::error::Error for SyntaxError {}

/// The documents of a file. Empty ones are left out. kubectl goes no further than the first that is in error.
pub fn documents(text: &str) -> Vec<Result<Document, SyntaxError>> {
    // kubectl's line reader ends the last line too.
    let text = if text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) };
    let mut documents = Vec::new();
    let yaml = if looks_like_json(&text) { json_documents(&text, &mut documents) } else { Some(start_of_text()) };
    if let Some(from) = yaml {
        yaml_documents(&text, from, &mut documents);
    }
    documents
}

/// The value of a text that is one document, such as a patch or a file of our own; null if it is empty.
pub fn value(text: &str) -> Result<Value, SyntaxError> {
    documents(text).into_iter().next().map_or(Ok(Value::Null), |document| Ok(document?.value))
}

pub(crate) fn start_of_text() -> Pos {
    Pos { line: 1, column: 1, offset: 0 }
}

fn looks_like_json(text: &str) -> bool {
    text.find(|c: char| !c.is_whitespace()).is_some_and(|at| at < JSON_LOOKAHEAD && text[at..].starts_with('{'))
}

/// Reads values of JSON one after another. Returns where YAML takes over, if it does: a text that has shown at most one JSON
/// value may still be YAML, such as `{a: b}`, or JSON with `---` between its objects. JSON's error then counts only if YAML has one too.
fn json_documents(text: &str, documents: &mut Vec<Result<Document, SyntaxError>>) -> Option<Pos> {
    let mut at = start_of_text();
    let mut count = 0;
    loop {
        let error = match json_read::next(text, at) {
            Ok(None) => return None,
            Ok(Some((tree, root, end))) => {
                count += 1;
                at = end;
                push(finish(tree, root), documents);
                continue;
            }
            Err(error) => error,
        };
        if count > 1 {
            documents.push(Err(error.without_offset()));
            return None;
        }
        let from = after_blank_line(text, at);
        let before = documents.len();
        yaml_documents(text, from, documents);
        // JSON's complaint is about the document that was tried as JSON, the first that YAML read.
        if let Some(Err(first)) = documents.get_mut(before) {
            *first = error.syntax_error();
        }
        return None;
    }
}

/// Skips blanks up to and including the first line break.
fn after_blank_line(text: &str, at: Pos) -> Pos {
    let rest = &text[at.offset as usize..];
    let blanks = rest.find(|c: char| c == '\n' || !c.is_whitespace()).unwrap_or(rest.len());
    let offset = at.offset + blanks as u32;
    if rest[blanks..].starts_with('\n') {
        return Pos { line: at.line + 1, column: 1, offset: offset + 1 };
    }
    Pos { column: at.column + rest[..blanks].chars().count() as u32, offset, ..at }
}

/// Cuts the text from `from` on at its `---` lines and reads each piece. The first separator is kept while nothing stands
/// before it, as kubectl keeps it: it counts as a line.
fn yaml_documents(text: &str, from: Pos, documents: &mut Vec<Result<Document, SyntaxError>>) {
    let mut start = from;
    let mut at = from;
    for line in text[from.offset as usize..].split_inclusive('\n') {
        let next = Pos { line: at.line + 1, column: 1, offset: at.offset + line.len() as u32 };
        if let Some(after) = line.strip_prefix("---") {
            let after = after.trim();
            if !after.is_empty() && !after.starts_with('#') {
                // Whatever stood before the bad separator is lost with it.
                let text = format!("invalid Yaml document separator: {after}");
                return documents.push(Err(SyntaxError::plain(text, at)));
            }
            if at.offset > start.offset {
                read(text, start, at, documents);
                start = next;
            }
        }
        at = next;
    }
    read(text, start, at, documents);
}

/// Reads the document between two places.
fn read(text: &str, start: Pos, end: Pos, documents: &mut Vec<Result<Document, SyntaxError>>) {
    match compose(&text[start.offset as usize..end.offset as usize], start) {
        Ok(Some((tree, root))) => push(finish(tree, root), documents),
        Ok(None) => {}
        Err(error) => documents.push(Err(error)),
    }
}

fn finish(tree: Tree, root: NodeId) -> Result<Document, SyntaxError> {
    let (value, duplicates) = resolve(&tree, root)?;
    Ok(Document { value, span: tree.node(root).span, duplicates, tree, root })
}

/// A document that is null says nothing, and kubectl passes over it.
fn push(document: Result<Document, SyntaxError>, documents: &mut Vec<Result<Document, SyntaxError>>) {
    if !matches!(&document, Ok(Document { value: Value::Null, .. })) {
        documents.push(document);
    }
}
