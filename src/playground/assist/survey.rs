//! A document held against the schema table, with the place of everything that doesn't fit.
//!
//! The API server's own reader tells the first mismatch, in Go's words and without a place; this walk tells all of them.

use api::Value;
use api::meta::quantity::Quantity;
use api::schema::{Shape, Type};

/// Something that doesn't fit.
#[derive(Debug, PartialEq)]
pub struct Misfit {
    /// As Kubernetes writes paths.
    pub path: String,
    pub what: What,
}

/// What doesn't fit.
#[derive(Debug, PartialEq)]
pub enum What {
    /// The type the field is in has no such field.
    Unknown(Type),
    /// A value of another type than the field's.
    Type(Type, Value),
    /// A text that is no quantity, in the server's words.
    Quantity(String),
}

/// Everything in `value` that doesn't fit `ty`, in the order of the keys.
pub fn survey(ty: Type, value: &Value) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    walk(ty, value, "", &mut misfits);
    misfits
}

fn walk(ty: Type, value: &Value, path: &str, out: &mut Vec<Misfit>) {
    let mut note = |what| out.push(Misfit { path: path.to_string(), what });
    match (ty.shape(), value) {
        (Shape::Any, _) | (_, Value::Null) => {}
        (Shape::String | Shape::Bytes | Shape::Time | Shape::MicroTime, Value::String(_)) => {}
        (Shape::Bool, Value::Bool(_)) | (Shape::Float, Value::Number(_)) => {}
        (Shape::IntOrString, Value::String(_)) => {}
        (Shape::Int32 | Shape::Int64 | Shape::IntOrString, Value::Number(number)) => {
            let whole = number.as_i64().is_some() || number.as_f64().is_some_and(|float| float.fract() == 0.0);
            if !whole {
                note(What::Type(ty, value.clone()));
            }
        }
        (Shape::Quantity, Value::String(_) | Value::Number(_)) => {
            if let Err(text) = Quantity::from_value(value) {
                note(What::Quantity(text.into()));
            }
        }
        (Shape::Struct, Value::Object(fields)) => {
            for (name, value) in fields {
                let path = join(path, name);
                match ty.field(name) {
                    Some(field) => walk(field.ty, value, &path, out),
                    None => out.push(Misfit { path, what: What::Unknown(ty) }),
                }
            }
        }
        (Shape::Map(item), Value::Object(entries)) => {
            entries.iter().for_each(|(key, value)| walk(item, value, &join(path, key), out));
        }
        (Shape::List(item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                walk(item, value, &format!("{path}[{index}]"), out);
            }
        }
        _ => note(What::Type(ty, value.clone())),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

/// A path from the root of a type to a field of this name, below one of the structs on the way to `path`; nearest first.
pub fn belongs(root: Type, path: &str) -> Option<String> {
    let (parents, name) = path.rsplit_once('.')?;
    let mut way = Some(parents);
    while let Some(here) = way {
        if let Some(ty) = type_of(root, here)
            && let Some(found) = search(ty, name)
        {
            return Some(format!("{here}.{found}"));
        }
        way = here.rsplit_once('.').map(|(above, _)| above);
    }
    search(root, name)
}

fn type_of(root: Type, path: &str) -> Option<Type> {
    let mut ty = root;
    for word in path.split('.') {
        let word = word.split('[').next()?;
        ty = ty.field(word)?.ty;
        while let Some(item) = ty.item() {
            ty = item;
        }
    }
    Some(ty)
}

/// The shortest way down from a struct to a field, through structs; lists are taken by their first item.
fn search(from: Type, name: &str) -> Option<String> {
    /// How far down one looks: from a DaemonSet's `spec` to a container's fields it is four.
    const DEPTH: usize = 4;
    let mut level = vec![(String::new(), from)];
    for _ in 0..=DEPTH {
        let mut next = Vec::new();
        for (path, ty) in level {
            for field in ty.fields() {
                let here = join(&path, field.name);
                if field.name == name {
                    return Some(here);
                }
                let (inner, here) = match field.ty.shape() {
                    Shape::List(item) => (item, here + "[0]"),
                    _ => (field.ty, here),
                };
                // `status` is the server's.
                if inner.shape() == Shape::Struct && field.name != "status" {
                    next.push((here, inner));
                }
            }
        }
        level = next;
    }
    None
}
