//! Holds an object against the schema table, as the API server's JSON reader does with a request's body.
//!
//! One walk over the value in the order of its (sorted) keys. It notes the first value of a wrong type, collects and drops
//! unknown fields, and brings the rest into the form that is stored: a null is as good as absent, quantities and times
//! become canonical, and what Go's `omitempty` leaves out (an empty list, a zero that isn't behind a pointer) goes.
//!
//! Two kinds of errors, as in Go's `encoding/json`: a mismatch is noted and the reading goes on, so the first one is told; a
//! type with its own reader (Quantity, IntOrString, Time) ends everything at once, even if a mismatch was noted before.
//!
//! Models sigs.k8s.io/json (`internal/golang/encoding/json/decode.go`) with case-sensitive names. Left out: bytes written as
//! a list of numbers, duplicate keys (a value has none).

use super::go_time;
use super::table::{Shape, Type};
use crate::meta::quantity::Quantity;
use crate::resource::Kind;
use crate::{Map, Value};
use std::fmt;

/// How deep the reader follows an object. Kubernetes' own bound is 10,000; no learner's file comes near either.
const DEPTH_MAX: usize = 500;

/// Of more unknown fields than this the server speaks no more.
const UNKNOWN_MAX: usize = 100;

/// Why an object can't be read, in the server's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError {
    /// What the reader of a whole object says.
    pub text: String,
    /// What is said of an object that a strategic patch made: it was never JSON, and another reader converts it.
    ///
    /// Source: apimachinery `pkg/runtime/converter.go` (`fromUnstructured`).
    pub converted: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<String> for DecodeError {
    fn from(text: String) -> DecodeError {
        DecodeError { converted: text.clone(), text }
    }
}

/// The path of a field the kind doesn't have: `spec.template.spec.containers[0].imagePullPolice`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown(pub String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // JSON's quoting and Go's `%q` agree on everything one would type.
        write!(f, "unknown field {}", Value::from(self.0.as_str()))
    }
}

/// The refusal of a strict request: `strict decoding error: unknown field "a", unknown field "b"`.
pub fn strict_error(unknown: &[Unknown]) -> String {
    let fields: Vec<String> = unknown.iter().map(Unknown::to_string).collect();
    format!("strict decoding error: {}", fields.join(", "))
}

/// Reads `value` as an object of `kind`: brings it into its stored form and returns the fields it dropped.
pub fn decode(kind: Kind, value: &mut Value) -> Result<Vec<Unknown>, DecodeError> {
    let Some(ty) = Type::of(kind) else { return Ok(Vec::new()) };
    let mut decoder = Decoder::default();
    let end = decoder.read(ty, value);
    match end.err().or(decoder.mismatch) {
        Some(error) => Err(error),
        None => Ok(decoder.unknown),
    }
}

#[derive(Default)]
struct Decoder {
    /// The first value of a wrong type.
    mismatch: Option<DecodeError>,
    unknown: Vec<Unknown>,
    /// The innermost struct and the names of the fields that lead to the value: what error texts name.
    holder: &'static str,
    names: Vec<&'static str>,
    /// The same way with map keys and indexes: what unknown fields are told by.
    path: String,
    depth: usize,
}

/// An error that ends the reading.
type Read = Result<(), DecodeError>;

impl Decoder {
    fn read(&mut self, ty: Type, value: &mut Value) -> Read {
        match (ty.shape(), &mut *value) {
            (Shape::Any, _)
            | (Shape::String, Value::String(_))
            | (Shape::Bool, Value::Bool(_))
            | (Shape::Float, Value::Number(_)) => {}
            (Shape::Int32 | Shape::Int64, Value::Number(_)) => {
                if let Err(number) = read_int(ty.shape(), value) {
                    self.note(&number, value, ty);
                }
            }
            (Shape::Bytes, Value::String(text)) => {
                if let Err(at) = check_base64(text) {
                    self.mismatch.get_or_insert_with(|| format!("illegal base64 data at input byte {at}").into());
                }
            }
            (Shape::Struct, Value::Object(fields)) => return self.nested(|d| d.read_struct(ty, fields)),
            (Shape::Map(item), Value::Object(entries)) => return self.nested(|d| d.read_map(item, entries)),
            (Shape::List(item), Value::Array(items)) => return self.nested(|d| d.read_list(item, items)),
            (Shape::Quantity, _) => {
                let trimmed = value.as_str().map(|text| Value::from(text.trim()));
                *value =
                    Quantity::from_value(trimmed.as_ref().unwrap_or(value)).map_err(String::from)?.to_string().into();
            }
            (Shape::IntOrString, _) => self.read_int_or_string(value)?,
            (Shape::Time | Shape::MicroTime, _) => self.read_time(ty.shape(), value)?,
            _ => self.note(json_kind(value), value, ty),
        }
        Ok(())
    }

    fn read_struct(&mut self, ty: Type, fields: &mut Map<String, Value>) -> Read {
        let outer = (self.holder, self.path.len());
        let mut end = Ok(());
        fields.retain(|name, value| {
            if end.is_err() {
                return true;
            }
            self.enter_key(name);
            let keep = match ty.field(name) {
                None => {
                    self.drop_unknown();
                    false
                }
                Some(_) if value.is_null() => false,
                Some(field) => {
                    self.holder = ty.name();
                    self.names.push(field.name);
                    end = self.read(field.ty, value);
                    if end.is_err() {
                        return true;
                    }
                    self.names.pop();
                    self.holder = outer.0;
                    field.required || field.keeps_zero || !omitted(field.ty.shape(), value)
                }
            };
            self.path.truncate(outer.1);
            keep
        });
        end
    }

    fn read_map(&mut self, item: Type, entries: &mut Map<String, Value>) -> Read {
        let outer = self.path.len();
        for (key, value) in entries.iter_mut() {
            self.enter_key(key);
            self.read_item(item, value)?;
            self.path.truncate(outer);
        }
        Ok(())
    }

    fn read_list(&mut self, item: Type, items: &mut [Value]) -> Read {
        let outer = self.path.len();
        for (index, value) in items.iter_mut().enumerate() {
            self.path.push('[');
            self.path.push_str(&index.to_string());
            self.path.push(']');
            self.read_item(item, value)?;
            self.path.truncate(outer);
        }
        Ok(())
    }

    /// A null in a list or map is the zero value of its type.
    fn read_item(&mut self, item: Type, value: &mut Value) -> Read {
        if !value.is_null() {
            return self.read(item, value);
        }
        *value = match item.shape() {
            Shape::String | Shape::Bytes => "".into(),
            Shape::Int32 | Shape::Int64 | Shape::Float | Shape::IntOrString => 0.into(),
            Shape::Bool => false.into(),
            Shape::Quantity => "0".into(),
            Shape::Struct | Shape::Map(_) => Map::new().into(),
            Shape::List(_) => Value::Array(Vec::new()),
            Shape::Time | Shape::MicroTime | Shape::Any => Value::Null,
        };
        Ok(())
    }

    fn read_int_or_string(&mut self, value: &mut Value) -> Read {
        let refused = match value {
            Value::String(_) => return Ok(()),
            Value::Number(_) => match read_int(Shape::Int32, value) {
                Ok(()) => return Ok(()),
                Err(number) => number,
            },
            _ => json_kind(value).to_string(),
        };
        Err(self.refusal_of_value(&refused, "int32"))
    }

    fn read_time(&mut self, shape: Shape, value: &mut Value) -> Read {
        let Value::String(text) = value else { return Err(self.refusal_of_value(json_kind(value), "string")) };
        *text = go_time::canonical(text, shape == Shape::MicroTime)?;
        Ok(())
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        if self.depth == DEPTH_MAX {
            return Err("exceeded max depth".to_string().into());
        }
        self.depth += 1;
        let end = read(self);
        self.depth -= 1;
        end
    }

    fn enter_key(&mut self, key: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(key);
    }

    fn drop_unknown(&mut self) {
        if self.unknown.len() < UNKNOWN_MAX {
            self.unknown.push(Unknown(self.path.clone()));
        }
    }

    fn note(&mut self, found: &str, value: &Value, wanted: Type) {
        if self.mismatch.is_none() {
            let text = self.mismatch_text(found, &wanted.go_name());
            self.mismatch = Some(DecodeError { text, converted: conversion_text(value, wanted) });
        }
    }

    /// The refusal by a type that reads itself, which knows where it stands only while a whole object is read.
    fn refusal_of_value(&self, found: &str, wanted: &str) -> DecodeError {
        let text = self.mismatch_text(found, wanted);
        DecodeError { text, converted: format!("json: cannot unmarshal {found} into Go value of type {wanted}") }
    }

    fn mismatch_text(&self, found: &str, wanted: &str) -> String {
        let place = match self.holder {
            "" => "value".to_string(),
            holder => format!("struct field {holder}.{}", self.names.join(".")),
        };
        format!("json: cannot unmarshal {found} into Go {place} of type {wanted}")
    }
}

/// How the converter tells that a value doesn't fit.
fn conversion_text(value: &Value, wanted: Type) -> String {
    let found = match value {
        Value::Null => "invalid",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "slice",
        Value::Object(_) => "map",
    };
    match (wanted.shape(), found) {
        (Shape::Struct, _) => format!("cannot restore struct from: {found}"),
        (Shape::Map(_), _) => format!("cannot restore map from {found}"),
        (Shape::List(_) | Shape::Bytes, _) => format!("cannot restore slice from {found}"),
        // Go would turn an integer into the letter of that number.
        (Shape::String, "int64") | (Shape::Int32 | Shape::Int64, "float64" | "int64") => {
            format!("cannot convert {found} to {}", wanted.go_name())
        }
        (Shape::String, _) => "unrecognized type: string".to_string(),
        _ => format!("unrecognized type: {}", wanted.go_name()),
    }
}

/// Makes the number an integer that fits, or returns how the error names it.
fn read_int(shape: Shape, value: &mut Value) -> Result<(), String> {
    // `5.0` in YAML is a float, which the client writes as `5`.
    if let Some(float) = value.as_f64().filter(|_| value.is_f64())
        && float.fract() == 0.0
        && float.abs() < 1e21
    {
        if float.abs() >= i64::MAX as f64 {
            return Err(format!("number {}", float as i128));
        }
        *value = (float as i64).into();
    }
    let fits = |n: i64| shape == Shape::Int64 || i32::try_from(n).is_ok();
    if value.as_i64().is_some_and(fits) { Ok(()) } else { Err(format!("number {value}")) }
}

/// Whether Go's `omitempty` would leave the value out.
fn omitted(shape: Shape, value: &Value) -> bool {
    match (shape, value) {
        (Shape::List(_), Value::Array(items)) => items.is_empty(),
        (Shape::Map(_), Value::Object(entries)) => entries.is_empty(),
        (Shape::String | Shape::Bytes, Value::String(text)) => text.is_empty(),
        (Shape::Bool, Value::Bool(yes)) => !yes,
        (Shape::Int32 | Shape::Int64, Value::Number(n)) => n.as_i64() == Some(0),
        _ => false,
    }
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Go's base64 reader: line breaks don't count, padding must be right; returns the place it stumbles over.
fn check_base64(text: &str) -> Result<(), usize> {
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    let mut bytes = text.bytes().enumerate().filter(|(_, b)| !matches!(b, b'\r' | b'\n'));
    let mut in_group = 0;
    while let Some((at, byte)) = bytes.next() {
        if alphabet(byte) {
            in_group = (in_group + 1) % 4;
            continue;
        }
        // `=` may stand for the last one or two of a group of four, and nothing may follow.
        if byte != b'=' || in_group < 2 {
            return Err(at);
        }
        if in_group == 2 {
            match bytes.next() {
                Some((_, b'=')) => {}
                Some((at, _)) => return Err(at - 1),
                None => return Err(text.len()),
            }
        }
        return bytes.next().map_or(Ok(()), |(at, _)| Err(at));
    }
    // A group without its end is told by its beginning.
    if in_group == 0 { Ok(()) } else { Err(text.len() - in_group) }
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
