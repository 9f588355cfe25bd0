//! The tree of a document, with a span on every key and value, and the way from a field's path to its place.
//!
//! One arena for YAML and JSON alike: nodes refer to one another by number, so aliases are just another number and a
//! deep document can't overflow the stack when it is dropped.
//!
//! Left out: what scalars mean; `resolve` asks `scalar`.

use crate::libyaml::Scalar;
use crate::scalar;

/// A position in the whole text that was read, not only in its document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pos {
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// In bytes, counted from 0.
    pub offset: u32,
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// At the first character.
    pub start: Pos,
    /// After the last character.
    pub end: Pos,
}

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Items of a list and the document itself have no key.
    pub key: Option<Span>,
    /// What stands at the field; for an empty value, the point after its colon.
    pub value: Span,
    /// Whether this is the field that was asked for, or (it not being there) the nearest parent that is.
    pub exact: bool,
}

impl Place {
    /// What to underline when the field is at fault: its key, or what it is where there is no key.
    pub fn mark(&self) -> Span {
        self.key.unwrap_or(self.value)
    }
}

pub(crate) type NodeId = u32;

pub(crate) struct Node {
    pub span: Span,
    pub kind: Kind,
}

pub(crate) enum Kind {
    Scalar(Scalar),
    List(Vec<NodeId>),
    /// Keys and values, as written: duplicates and merges included.
    Map(Vec<(NodeId, NodeId)>),
    /// The name of the anchor, and its node.
    Alias(String, NodeId),
}

/// The nodes of a document; the root is the last one.
#[derive(Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    pub fn add(&mut self, kind: Kind, span: Span) -> NodeId {
        self.nodes.push(Node { span, kind });
        (self.nodes.len() - 1) as NodeId
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// The place of `path`, written as Kubernetes' field errors are: `spec.containers[0].ports`, `metadata.labels[a.b/c]`.
    pub fn place(&self, root: NodeId, path: &str) -> Place {
        let mut place = Place { key: None, value: self.node(root).span, exact: true };
        let mut at = root;
        let mut rest = path;
        while !rest.is_empty() {
            let Some((key, value, left)) = self.step(at, rest) else {
                return Place { exact: false, ..place };
            };
            place = Place { key: key.map(|key| self.node(key).span), value: self.node(value).span, exact: true };
            at = value;
            rest = left;
        }
        place
    }

    /// One step along `path`: the key and the value it leads to, and what is left of the path.
    fn step<'p>(&self, from: NodeId, path: &'p str) -> Option<(Option<NodeId>, NodeId, &'p str)> {
        match &self.node(self.target(from)).kind {
            Kind::List(items) => {
                let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
                let item = *items.get(index.parse::<usize>().ok()?)?;
                Some((None, item, rest))
            }
            Kind::Map(_) => {
                let (key, value, rest) = self.longest_key(from, path.strip_prefix('.').unwrap_or(path), 0)?;
                Some((Some(key), value, rest))
            }
            _ => None,
        }
    }

    /// The entry whose key begins `path`. Keys may hold dots themselves (`app.kubernetes.io/name`): the longest wins, and of
    /// equal ones the last, as in the value. Merged mappings are asked after the mapping's own keys.
    fn longest_key<'p>(&self, map: NodeId, path: &'p str, merges: u32) -> Option<(NodeId, NodeId, &'p str)> {
        let Kind::Map(entries) = &self.node(self.target(map)).kind else { return None };
        let mut best: Option<(usize, NodeId, NodeId, &str)> = None;
        for &(key, value) in entries {
            let Some(name) = self.key_text(key) else { continue };
            let Some(rest) = after_key(path, &name) else { continue };
            if best.is_none_or(|best| best.0 <= name.len()) {
                best = Some((name.len(), key, value, rest));
            }
        }
        if let Some((_, key, value, rest)) = best {
            return Some((key, value, rest));
        }
        // A chain of merges this long only comes from somebody who is trying.
        if merges > 8 {
            return None;
        }
        let merged = entries.iter().filter(|(key, _)| self.is_merge(*key)).flat_map(|(_, value)| self.merged(*value));
        merged.into_iter().find_map(|map| self.longest_key(map, path, merges + 1))
    }

    /// The mappings that `<<: value` brings in; the first of several wins.
    pub fn merged(&self, value: NodeId) -> Vec<NodeId> {
        match &self.node(value).kind {
            Kind::List(items) => items.clone(),
            _ => vec![value],
        }
    }

    pub fn is_merge(&self, key: NodeId) -> bool {
        match &self.node(key).kind {
            Kind::Scalar(key) => key.text == "<<" && (key.plain || key.tag.as_deref() == Some(scalar::MERGE_TAG)),
            _ => false,
        }
    }

    /// The node itself, or what it is an alias of. (An alias can't name an alias.)
    pub fn target(&self, id: NodeId) -> NodeId {
        match self.node(id).kind {
            Kind::Alias(_, target) => target,
            _ => id,
        }
    }

    fn key_text(&self, key: NodeId) -> Option<String> {
        match &self.node(self.target(key)).kind {
            Kind::Scalar(key) => scalar::resolve(key).ok()?.into_key(),
            _ => None,
        }
    }
}

/// What is left of `path` after `key`, which stands there as `key…`, or as `[key]…`.
fn after_key<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    if let Some(rest) = path.strip_prefix('[').and_then(|path| path.strip_prefix(key)?.strip_prefix(']')) {
        return Some(rest);
    }
    let rest = path.strip_prefix(key)?;
    (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
}
