//! Nodes over a value.

use super::{Filter, Node, Slice};
use api::Value;

type Found<'a> = Result<Vec<&'a Value>, String>;

/// What each expression of a template finds; ranges repeat theirs.
pub fn template<'a>(nodes: &'a [Node], value: &'a Value) -> Result<Vec<Vec<&'a Value>>, String> {
    let mut found = Vec::new();
    let used = block(nodes, value, &mut found)?;
    if used < nodes.len() {
        return Err("not in range, nothing to end".to_string());
    }
    Ok(found)
}

/// Evaluates nodes up to the `{end}` of this block; returns how many were used, the `{end}` not counted.
fn block<'a>(nodes: &'a [Node], value: &'a Value, found: &mut Vec<Vec<&'a Value>>) -> Result<usize, String> {
    let mut at = 0;
    while at < nodes.len() {
        match &nodes[at] {
            Node::End => return Ok(at),
            Node::Range(steps) => {
                let body = &nodes[at + 1..];
                for item in list(steps, vec![value])? {
                    block(body, item, found)?;
                }
                at += 1 + length(body) + 1;
                // A range that is never ended reaches to the end of the template.
                at = at.min(nodes.len());
            }
            node => {
                found.push(step(node, vec![value])?);
                at += 1;
            }
        }
    }
    Ok(at)
}

/// The number of nodes before the `{end}` that closes this block.
fn length(nodes: &[Node]) -> usize {
    let mut open = 0;
    for (at, node) in nodes.iter().enumerate() {
        match node {
            Node::Range(_) => open += 1,
            Node::End if open == 0 => return at,
            Node::End => open -= 1,
            _ => {}
        }
    }
    nodes.len()
}

/// Takes steps one after the other.
fn list<'a>(steps: &'a [Node], mut current: Vec<&'a Value>) -> Found<'a> {
    for node in steps {
        current = step(node, current)?;
    }
    Ok(current)
}

fn step<'a>(node: &'a Node, current: Vec<&'a Value>) -> Found<'a> {
    Ok(match node {
        Node::Literal(value) => vec![value],
        Node::List(steps) => list(steps, current)?,
        // An empty name is the thing itself: `{.}`.
        Node::Field(name) if name.is_empty() => current,
        Node::Field(name) => current.into_iter().filter_map(|value| value.as_object()?.get(name)).collect(),
        Node::Wildcard => current.into_iter().flat_map(children).collect(),
        Node::Recursive => {
            let mut all = Vec::new();
            current.into_iter().for_each(|value| descend(value, &mut all));
            all
        }
        Node::Slice(slice) => {
            let mut all = Vec::new();
            for value in current.into_iter().filter(|value| !value.is_null()) {
                all.extend(part(slice, value)?);
            }
            all
        }
        Node::Union(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(list(branch, current.clone())?);
            }
            all
        }
        Node::Filter(filter) => {
            let mut all = Vec::new();
            for value in current {
                all.extend(chosen(filter, value)?);
            }
            all
        }
        Node::Range(_) | Node::End => Vec::new(),
    })
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    }
}

/// Everything below a value that has something below itself, the value first.
fn descend<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    let below = children(value);
    if !below.is_empty() {
        all.push(value);
        below.into_iter().for_each(|child| descend(child, all));
    }
}

fn part<'a>(slice: &Slice, value: &'a Value) -> Found<'a> {
    let list = value.as_array().ok_or_else(|| format!("{} is not array or slice", go_type(value)))?;
    let length = list.len() as i64;
    let counted = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    let from = counted(slice.from.unwrap_or(0));
    let to = if slice.single { from.saturating_add(1) } else { counted(slice.to.unwrap_or(length)) };
    if from == to {
        return Ok(Vec::new());
    }
    let outside = |index: i64| Err(format!("array index out of bounds: index {index}, length {length}"));
    if from < 0 || from >= length {
        return outside(from);
    }
    if to < 0 || to > length {
        return outside(to - 1);
    }
    if from > to {
        return Err(format!("starting index {from} is greater than ending index {to}"));
    }
    let step = slice.step.unwrap_or(1);
    if step <= 0 {
        return Err("step must be > 0".to_string());
    }
    Ok(list[from as usize..to as usize].iter().step_by(step as usize).collect())
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "map[string]interface {}",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        _ => "int64",
    }
}

fn chosen<'a>(filter: &'a Filter, value: &'a Value) -> Found<'a> {
    let list_value = value
        .as_array()
        .ok_or_else(|| format!("{} is not array or slice and cannot be filtered", api::go_syntax::plain(value)))?;
    let mut all = Vec::new();
    for item in list_value {
        let left = list(&filter.left, vec![item]);
        if filter.operator.is_empty() {
            // Whatever goes wrong while looking means that it isn't there.
            all.extend(left.is_ok_and(|found| !found.is_empty()).then_some(item));
            continue;
        }
        let (Some(left), Some(right)) = (one(left?)?, one(list(&filter.right, vec![item])?)?) else { continue };
        if holds(left, &filter.operator, right)? {
            all.push(item);
        }
    }
    Ok(all)
}

fn one(found: Vec<&Value>) -> Result<Option<&Value>, String> {
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err("can only compare one element at a time".to_string()),
    }
}

fn holds(left: &Value, operator: &str, right: &Value) -> Result<bool, String> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) if matches!(operator, "==" | "!=") => Some(a.cmp(b)),
        _ => None,
    };
    let order = order.ok_or("incompatible types for comparison")?;
    match operator {
        "==" => Ok(order == Equal),
        "!=" => Ok(order != Equal),
        "<" => Ok(order == Less),
        ">" => Ok(order == Greater),
        "<=" => Ok(order != Greater),
        ">=" => Ok(order != Less),
        other => Err(format!("unrecognized filter operator {other}")),
    }
}
