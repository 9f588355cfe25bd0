//! The tree becomes a value: scalars get their meaning, aliases their content, `<<` its keys.
//!
//! Models the decoder of sigs.k8s.io/yaml's goyaml.v2 and the conversion to JSON after it, with their refusals and the order
//! in which keys win: of duplicates the last, and a merge overrides what stands before it. A count of decoded nodes refuses
//! the billion laughs exactly where go-yaml does.
//!
//! Left out: the place of a refusal in kubectl's text. Kubernetes gives none; the editor gets it all the same.

use std::collections::BTreeMap;

use api::{Map, Value};
use serde_json::Number;

use crate::compose::MAX_DEPTH;
use crate::float;
use crate::read::{Duplicate, SyntaxError};
use crate::scalar::{self, Meaning};
use crate::tree::{Kind, NodeId, Tree};

/// The value of the tree under `root`, and the keys that were written twice.
pub(crate) fn resolve(tree: &Tree, root: NodeId) -> Result<(Value, Vec<Duplicate>), SyntaxError> {
    let mut resolver =
        Resolver { tree, aliases: Vec::new(), depth: 0, nodes: 0, alias_nodes: 0, duplicates: Vec::new() };
    let value = resolver.value(root)?;
    Ok((value, resolver.duplicates))
}

struct Resolver<'t> {
    tree: &'t Tree,
    /// The aliases being followed.
    aliases: Vec<NodeId>,
    depth: usize,
    /// How many nodes were decoded, and how many of them by way of an alias.
    nodes: u32,
    alias_nodes: u32,
    duplicates: Vec<Duplicate>,
}

impl Resolver<'_> {
    fn value(&mut self, id: NodeId) -> Result<Value, SyntaxError> {
        self.count(id)?;
        let tree = self.tree;
        match &tree.node(id).kind {
            Kind::Scalar(scalar) => {
                let meaning = scalar::resolve(scalar).map_err(|problem| self.error(id, format!("yaml: {problem}")))?;
                self.json(id, meaning)
            }
            Kind::Alias(..) => self.through_alias(id, |resolver, target| resolver.value(target)),
            Kind::List(items) => {
                self.deeper(id)?;
                let items = items.iter().map(|&item| self.value(item)).collect::<Result<_, _>>()?;
                self.depth -= 1;
                Ok(Value::Array(items))
            }
            Kind::Map(_) => {
                let mut map = Map::new();
                self.fill(id, &mut map)?;
                Ok(Value::Object(map))
            }
        }
    }

    /// Puts the entries of a mapping into `map`.
    fn fill(&mut self, id: NodeId, map: &mut Map<String, Value>) -> Result<(), SyntaxError> {
        let tree = self.tree;
        let Kind::Map(entries) = &tree.node(id).kind else { return Ok(()) };
        self.deeper(id)?;
        let mut seen = BTreeMap::new();
        for &(key_id, value_id) in entries {
            if tree.is_merge(key_id) {
                self.merge(value_id, map)?;
                continue;
            }
            let key = self.key(key_id, value_id)?;
            let value = self.value(value_id)?;
            if let Some(first) = seen.insert(key.clone(), key_id)
                && self.aliases.is_empty()
            {
                let (first, last) = (tree.node(first).span, tree.node(key_id).span);
                self.duplicates.push(Duplicate { key: key.clone(), first, last });
            }
            map.insert(key, value);
        }
        self.depth -= 1;
        Ok(())
    }

    /// `<<: value`: a mapping, an alias of one, or a list of these, of which the first wins and so goes in last.
    fn merge(&mut self, value: NodeId, map: &mut Map<String, Value>) -> Result<(), SyntaxError> {
        for source in self.tree.merged(value).into_iter().rev() {
            let target = self.tree.target(source);
            if !matches!(self.tree.node(target).kind, Kind::Map(_)) {
                return Err(
                    self.error(source, "yaml: map merge requires map or sequence of maps as the value".to_owned())
                );
            }
            self.count(source)?;
            if source == target {
                self.fill(source, map)?;
            } else {
                self.through_alias(source, |resolver, target| {
                    resolver.count(target)?;
                    resolver.fill(target, map)
                })?;
            }
        }
        Ok(())
    }

    /// The key as JSON will have it. `value` is only needed for kubectl's complaint about a key that can't be one.
    fn key(&mut self, id: NodeId, value: NodeId) -> Result<String, SyntaxError> {
        let target = self.tree.target(id);
        let Kind::Scalar(scalar) = &self.tree.node(target).kind else {
            let key = go_syntax(&self.value(id)?);
            return Err(self.error(id, format!("yaml: invalid map key: {key}")));
        };
        self.count(id)?;
        let meaning = scalar::resolve(scalar).map_err(|problem| self.error(id, format!("yaml: {problem}")))?;
        let (kind, shown) = match meaning {
            Meaning::Null => ("%!s(<nil>)", "<nil>".to_owned()),
            Meaning::Uint(uint) => ("uint64", format!("0x{uint:x}")),
            meaning => return Ok(meaning.into_key().unwrap_or_default()),
        };
        let value = match self.value(value)? {
            Value::Null => "<nil>".to_owned(),
            value => go_syntax(&value),
        };
        Err(self.error(id, format!("unsupported map key of type: {kind}, key: {shown}, value: {value}")))
    }

    /// The meaning as JSON has it: whatever is whole and fits 64 bits is an integer, for kubectl goes through JSON's text.
    fn json(&self, id: NodeId, meaning: Meaning) -> Result<Value, SyntaxError> {
        Ok(match meaning {
            Meaning::Null => Value::Null,
            Meaning::Bool(bool) => Value::Bool(bool),
            Meaning::Int(int) => Value::from(int),
            Meaning::Uint(uint) => Value::from(uint as f64),
            Meaning::Float(float) if float.is_finite() => number(float),
            Meaning::Float(float) => {
                let shown = if float.is_nan() {
                    "NaN"
                } else if float > 0.0 {
                    "+Inf"
                } else {
                    "-Inf"
                };
                return Err(self.error(id, format!("json: unsupported value: {shown}")));
            }
            Meaning::Text(text) | Meaning::Timestamp(text) => Value::String(text),
        })
    }

    fn through_alias<T>(
        &mut self,
        alias: NodeId,
        then: impl FnOnce(&mut Self, NodeId) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        let Kind::Alias(name, target) = &self.tree.node(alias).kind else { return then(self, alias) };
        if self.aliases.contains(&alias) {
            return Err(self.error(alias, format!("yaml: anchor '{name}' value contains itself")));
        }
        self.aliases.push(alias);
        let result = then(self, *target);
        self.aliases.pop();
        result
    }

    /// Counts a decoded node, and refuses when too many of them come out of aliases.
    fn count(&mut self, id: NodeId) -> Result<(), SyntaxError> {
        self.nodes += 1;
        self.alias_nodes += u32::from(!self.aliases.is_empty());
        let ratio = f64::from(self.alias_nodes) / f64::from(self.nodes);
        if self.alias_nodes > 100 && self.nodes > 1000 && ratio > allowed_alias_ratio(self.nodes) {
            return Err(self.error(id, "yaml: document contains excessive aliasing".to_owned()));
        }
        Ok(())
    }

    /// Aliases can nest deeper than the text does.
    fn deeper(&mut self, id: NodeId) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(id, format!("yaml: exceeded max depth of {MAX_DEPTH}")));
        }
        Ok(())
    }

    fn error(&self, id: NodeId, text: String) -> SyntaxError {
        SyntaxError::converting(text, self.tree.node(id).span.start)
    }
}

/// The share of nodes that may come out of aliases: 99 % up to 400,000 nodes, then less and less, down to 10 % at 4,000,000.
///
/// Source: go-yaml v2.4, `decode.go` (`allowedAliasRatio`).
fn allowed_alias_ratio(nodes: u32) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let nodes = f64::from(nodes).clamp(LOW, HIGH);
    0.99 - 0.89 * (nodes - LOW) / (HIGH - LOW)
}

/// A float as it comes out of JSON's text: whole ones are integers, made of the digits that were printed.
fn number(float: f64) -> Value {
    match float::go_json(float).parse::<i64>() {
        Ok(int) => Value::from(int),
        Err(_) => Number::from_f64(float).map_or(Value::Null, Value::Number),
    }
}

/// A value as Go's `%#v` shows what go-yaml decodes.
fn go_syntax(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => match number.as_i64() {
            Some(int) => int.to_string(),
            None => float::go_g(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key:?}:{}", go_syntax(value))).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}
