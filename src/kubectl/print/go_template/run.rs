//! Nodes over a value.

use super::functions::call;
use super::{Node, Pipe, Term};
use api::Value;
use api::go_syntax;

/// Prints a template over a value.
pub fn template(nodes: &[Node], value: &Value) -> Result<String, String> {
    let mut run = Run { variables: vec![(String::new(), value.clone())], out: String::new() };
    run.block(nodes, value)?;
    Ok(run.out)
}

struct Run {
    /// Innermost last; the first, without a name, is the whole.
    variables: Vec<(String, Value)>,
    out: String,
}

impl Run {
    fn block(&mut self, nodes: &[Node], dot: &Value) -> Result<(), String> {
        let outer = self.variables.len();
        for node in nodes {
            self.node(node, dot)?;
        }
        self.variables.truncate(outer);
        Ok(())
    }

    fn node(&mut self, node: &Node, dot: &Value) -> Result<(), String> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Print(pipe) => {
                let value = self.pipe(pipe, dot)?;
                self.out.push_str(&printed(&value));
            }
            Node::Set(name, pipe) => {
                let value = self.pipe(pipe, dot)?;
                match self.variables.iter_mut().rev().find(|(known, _)| known == name) {
                    Some((_, old)) => *old = value,
                    None => self.variables.push((name.clone(), value)),
                }
            }
            Node::If(condition, body, otherwise) => {
                let branch = if truth(&self.pipe(condition, dot)?) { body } else { otherwise };
                self.block(branch, dot)?;
            }
            Node::With(condition, body, otherwise) => {
                let value = self.pipe(condition, dot)?;
                if truth(&value) { self.block(body, &value)? } else { self.block(otherwise, dot)? }
            }
            Node::Range(names, over, body, otherwise) => self.range(names, over, body, otherwise, dot)?,
        }
        Ok(())
    }

    fn range(
        &mut self,
        names: &[String],
        over: &Pipe,
        body: &[Node],
        otherwise: &[Node],
        dot: &Value,
    ) -> Result<(), String> {
        let pairs: Vec<(Value, Value)> = match self.pipe(over, dot)? {
            Value::Array(list) => list.into_iter().enumerate().map(|(index, item)| (index.into(), item)).collect(),
            Value::Object(map) => map.into_iter().map(|(key, item)| (key.into(), item)).collect(),
            Value::Null => Vec::new(),
            other => return Err(format!("range can't iterate over {}", go_syntax::plain(&other))),
        };
        if pairs.is_empty() {
            return self.block(otherwise, dot);
        }
        for (index, item) in pairs {
            let outer = self.variables.len();
            match names {
                [] => {}
                [only] => self.variables.push((only.clone(), item.clone())),
                [first, second, ..] => {
                    self.variables.push((first.clone(), index));
                    self.variables.push((second.clone(), item.clone()));
                }
            }
            self.block(body, &item)?;
            self.variables.truncate(outer);
        }
        Ok(())
    }

    fn pipe(&self, pipe: &Pipe, dot: &Value) -> Result<Value, String> {
        let mut last = None;
        for command in pipe {
            last = Some(self.command(command, last, dot)?);
        }
        Ok(last.unwrap_or_default())
    }

    fn command(&self, command: &[Term], piped: Option<Value>, dot: &Value) -> Result<Value, String> {
        match command {
            [Term::Function(name), rest @ ..] => {
                let mut arguments = Vec::with_capacity(rest.len() + 1);
                for term in rest {
                    arguments.push(self.term(term, dot)?);
                }
                arguments.extend(piped);
                call(name, &arguments)
            }
            [one] if piped.is_none() => self.term(one, dot),
            _ => Err("can't give argument to non-function".to_string()),
        }
    }

    fn term(&self, term: &Term, dot: &Value) -> Result<Value, String> {
        match term {
            Term::Literal(value) => Ok(value.clone()),
            Term::Field(fields) => follow(dot, fields),
            Term::Variable(name, fields) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                follow(&found.ok_or_else(|| format!("undefined variable \"${name}\""))?.1, fields)
            }
            Term::Group(inner, fields) => follow(&self.pipe(inner, dot)?, fields),
            Term::Function(name) => call(name, &[]),
        }
    }
}

/// Fields of fields. What isn't there is nothing, but text and numbers have no fields.
fn follow(value: &Value, fields: &[String]) -> Result<Value, String> {
    let mut value = value;
    for field in fields {
        value = match value {
            Value::Object(map) => map.get(field).unwrap_or(&Value::Null),
            Value::Null => &Value::Null,
            _ => return Err(format!("can't evaluate field {field} in type interface {{}}")),
        };
    }
    Ok(value.clone())
}

/// What an action prints for a value.
pub fn printed(value: &Value) -> String {
    if value.is_null() { "<no value>".to_string() } else { go_syntax::plain(value) }
}

/// Whether a value counts as true: empty ones don't.
pub fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}
