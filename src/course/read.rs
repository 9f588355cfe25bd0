//! Reading a file of ours strictly: every fault with its line, and no field that isn't known.
//!
//! A [`Field`] is a value with the way to it; a fault finds its line by that way.

use api::{Map, Value};
use std::fmt;
use std::time::Duration;
use yaml::Document;

/// Why a file can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1.
    pub line: u32,
    /// What is wrong there.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}

/// Reads the one document of a text.
pub fn document(text: &str) -> Result<Document, Fault> {
    match yaml::documents(text).into_iter().next() {
        None => Err(Fault { line: 1, text: "the file is empty".into() }),
        Some(Err(error)) => Err(Fault { line: error.at.line, text: error.to_string() }),
        Some(Ok(document)) => match document.duplicates.first() {
            Some(twice) => Err(Fault { line: twice.last.start.line, text: format!("{:?} is here twice", twice.key) }),
            None => Ok(document),
        },
    }
}

/// A value in a file, and the way to it.
#[derive(Clone)]
pub struct Field<'a> {
    document: &'a Document,
    path: String,
    value: &'a Value,
}

/// A mapping whose keys are all known.
pub struct Entries<'a> {
    field: Field<'a>,
    map: &'a Map<String, Value>,
}

impl<'a> Field<'a> {
    /// The whole file.
    pub fn root(document: &'a Document) -> Field<'a> {
        Field { document, path: String::new(), value: &document.value }
    }

    /// What is there.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Something is wrong here.
    pub fn fault(&self, text: impl fmt::Display) -> Fault {
        let line = self.document.place(&self.path).mark().start.line;
        let text = if self.path.is_empty() { text.to_string() } else { format!("{}: {text}", self.path) };
        Fault { line, text }
    }

    /// A mapping with no keys but these.
    pub fn map(&self, known: &[&str]) -> Result<Entries<'a>, Fault> {
        let entries = self.any_map()?;
        match entries.map.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(entries.at(key).fault(format!("unknown field {key:?}; known are {}", known.join(", ")))),
            None => Ok(entries),
        }
    }

    /// A mapping with keys of any kind.
    pub fn any_map(&self) -> Result<Entries<'a>, Fault> {
        let map = self.value.as_object().ok_or_else(|| self.fault("must be a mapping"))?;
        Ok(Entries { field: self.clone(), map })
    }

    /// The items of a list.
    pub fn list(&self) -> Result<Vec<Field<'a>>, Fault> {
        let items = self.value.as_array().ok_or_else(|| self.fault("must be a list"))?;
        let item = |(index, value)| Field { document: self.document, path: format!("{}[{index}]", self.path), value };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A text; a number or a truth value is none, and has to be quoted.
    pub fn text(&self) -> Result<String, Fault> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            other => Err(self.fault(format!("{other} is not text; quote it"))),
        }
    }

    /// A text, a number or a truth value, as it prints.
    pub fn scalar(&self) -> Result<String, Fault> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(_) | Value::Bool(_) => Ok(self.value.to_string()),
            _ => Err(self.fault("must be a text or a number")),
        }
    }

    /// A whole number that isn't negative.
    pub fn number(&self) -> Result<u64, Fault> {
        self.value.as_u64().ok_or_else(|| self.fault(format!("{} is not a whole number", self.value)))
    }

    /// `true` or `false`.
    pub fn flag(&self) -> Result<bool, Fault> {
        self.value.as_bool().ok_or_else(|| self.fault(format!("{} is neither true nor false", self.value)))
    }

    /// A time such as `500ms`, `20s`, `5m` or `1h`.
    pub fn duration(&self) -> Result<Duration, Fault> {
        let text = self.text()?;
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: Option<u64> = text[..digits].parse().ok();
        let unit = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
        let unit = unit.into_iter().find(|(name, _)| *name == &text[digits..]);
        match (number, unit) {
            (Some(number), Some((_, ms))) => Ok(Duration::from_millis(number.saturating_mul(ms))),
            _ => Err(self.fault(format!("{text:?} is not a time such as 20s or 5m"))),
        }
    }
}

impl<'a> Entries<'a> {
    /// The field of a key, if it is there.
    pub fn get(&self, key: &str) -> Option<Field<'a>> {
        self.map.contains_key(key).then(|| self.at(key))
    }

    /// The field of a key that has to be there.
    pub fn need(&self, key: &str) -> Result<Field<'a>, Fault> {
        self.get(key).ok_or_else(|| self.field.fault(format!("{key} is missing")))
    }

    /// The keys, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.map.keys().map(String::as_str)
    }

    /// Something is wrong with the mapping as a whole.
    pub fn fault(&self, text: impl fmt::Display) -> Fault {
        self.field.fault(text)
    }

    /// The items of a list that may be missing.
    pub fn list(&self, key: &str) -> Result<Vec<Field<'a>>, Fault> {
        self.get(key).map_or(Ok(Vec::new()), |field| field.list())
    }

    /// A text that may be missing; then it is empty.
    pub fn text(&self, key: &str) -> Result<String, Fault> {
        self.get(key).map_or(Ok(String::new()), |field| field.text())
    }

    fn at(&self, key: &str) -> Field<'a> {
        let path = match self.field.path.as_str() {
            "" => key.to_string(),
            path => format!("{path}.{key}"),
        };
        Field { document: self.field.document, path, value: self.map.get(key).unwrap_or(&Value::Null) }
    }
}
