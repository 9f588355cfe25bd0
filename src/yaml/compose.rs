//! libyaml's events become a tree, with the place of every node in the whole text.
//!
//! One loop with a stack of open collections, so depth costs no stack. Only the first document of a text is read: kubectl
//! has cut the text at its `---` lines before, and what else YAML would call a document is never looked at.
//!
//! Left out: duplicates, merges and meaning; they wait in the tree for `resolve`.

use std::collections::BTreeMap;

use crate::libyaml::{Events, Failure, Mark, What};
use crate::read::SyntaxError;
use crate::tree::{Kind, NodeId, Pos, Span, Tree};

/// How deep lists and mappings may be nested. kubectl stops at 10,000; everynode sooner, because whoever walks a value does it
/// on the page's small stack.
pub(crate) const MAX_DEPTH: usize = 256;

/// The tree of the first document in `text`, which begins at `from`; none where there is nothing but comments.
pub(crate) fn compose(text: &str, from: Pos) -> Result<Option<(Tree, NodeId)>, SyntaxError> {
    let (text, from) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, Pos { offset: from.offset + 3, ..from }),
        None => (text, from),
    };
    Composer { from, tree: Tree::default(), open: Vec::new(), anchors: BTreeMap::new() }.run(Events::new(text))
}

struct Composer {
    from: Pos,
    tree: Tree,
    open: Vec<Open>,
    anchors: BTreeMap<String, NodeId>,
}

/// A list or mapping whose end hasn't come yet.
struct Open {
    id: NodeId,
    /// The key whose value is awaited.
    key: Option<NodeId>,
}

impl Composer {
    fn run(mut self, mut events: Events) -> Result<Option<(Tree, NodeId)>, SyntaxError> {
        loop {
            let event = events.next().map_err(|failure| self.syntax_error(failure))?;
            let span = Span { start: pos(self.from, event.start), end: pos(self.from, event.end) };
            let done = match event.what {
                What::DocumentStart => continue,
                What::StreamEnd | What::DocumentEnd => return Ok(None),
                What::Scalar(scalar, anchor) => self.add(Kind::Scalar(scalar), anchor, span),
                What::Alias(name) => {
                    let target = *self.anchors.get(&name).ok_or_else(|| unknown_anchor(&name, span.start))?;
                    self.add(Kind::Alias(name, target), None, span)
                }
                What::ListStart(anchor) => self.begin(Kind::List(Vec::new()), anchor, span, event.start)?,
                What::MapStart(anchor) => self.begin(Kind::Map(Vec::new()), anchor, span, event.start)?,
                What::End => self.end(span),
            };
            if let Some(root) = done {
                // The document's end is waited for: what follows the root on its line may be wrong.
                events.next().map_err(|failure| self.syntax_error(failure))?;
                return Ok(Some((self.tree, root)));
            }
        }
    }

    /// Adds a node that is complete; returns it if it is the document.
    fn add(&mut self, kind: Kind, anchor: Option<String>, span: Span) -> Option<NodeId> {
        let id = self.tree.add(kind, span);
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        self.place_in_parent(id)
    }

    fn begin(
        &mut self,
        kind: Kind,
        anchor: Option<String>,
        span: Span,
        at: Mark,
    ) -> Result<Option<NodeId>, SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            let problem = format!("exceeded max depth of {MAX_DEPTH}");
            return Err(self.syntax_error(Failure { problem, scanner: true, at }));
        }
        let id = self.tree.add(kind, span);
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        self.open.push(Open { id, key: None });
        Ok(None)
    }

    /// Ends the innermost list or mapping. A block ends, for libyaml, where the next token is; for a reader, with its last child.
    fn end(&mut self, mark: Span) -> Option<NodeId> {
        let id = self.open.pop()?.id;
        let last = match &self.tree.node(id).kind {
            Kind::List(items) => items.last().copied(),
            Kind::Map(entries) => entries.last().map(|entry| entry.1),
            _ => None,
        };
        self.tree.node_mut(id).span.end = match last {
            Some(last) if mark.start == mark.end => self.tree.node(last).span.end,
            _ => mark.end,
        };
        self.place_in_parent(id)
    }

    fn place_in_parent(&mut self, id: NodeId) -> Option<NodeId> {
        let Some(parent) = self.open.last_mut() else { return Some(id) };
        match &mut self.tree.node_mut(parent.id).kind {
            Kind::Map(entries) => match parent.key.take() {
                Some(key) => entries.push((key, id)),
                None => parent.key = Some(id),
            },
            Kind::List(items) => items.push(id),
            _ => {}
        }
        None
    }

    /// The failure in go-yaml's words. Its line is what learners know: the scanner's line counted from 1, but the parser's
    /// counted from 0 (so the line *before* the place), and none at all for the first line. One word of libyaml's is misspelt there.
    fn syntax_error(&self, failure: Failure) -> SyntaxError {
        let line = match failure.at.line {
            0 => 0,
            line => line + usize::from(failure.scanner),
        };
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        SyntaxError {
            line: (line > 0).then_some(line as u32),
            text: format!("yaml: {place}{}", failure.problem.replace("hexadecimal", "hexdecimal")),
            at: pos(self.from, failure.at),
            prefix: crate::read::CONVERTING,
        }
    }
}

fn unknown_anchor(name: &str, at: Pos) -> SyntaxError {
    SyntaxError::converting(format!("yaml: unknown anchor '{name}' referenced"), at)
}

/// A mark of libyaml's, which counts from the start of the document, as a position in the whole text.
fn pos(from: Pos, mark: Mark) -> Pos {
    let before = if mark.line == 0 { from.column - 1 } else { 0 };
    Pos {
        line: from.line + mark.line as u32,
        column: before + mark.column as u32 + 1,
        offset: from.offset + mark.offset as u32,
    }
}
