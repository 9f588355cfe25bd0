//! The JSON that kubectl prints and stores: Go's, with its escapes.
//!
//! Go's `encoding/json` makes its text safe for HTML: `<`, `>` and `&` are written as `\u003c`, `\u003e` and `\u0026`, and so are the two line
//! separators of Unicode. Learners see it in `-o json` and in the last-applied annotation.

use std::fmt::Write as _;

use api::Value;

use crate::float;

/// As `-o json` prints it: keys in order, four spaces a level, and a line break at the end.
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), &mut out);
    out.push('\n');
    out
}

/// On one line, without blanks and without a line break.
pub fn compact(value: &Value) -> String {
    let mut out = String::new();
    write(value, None, &mut out);
    out
}

fn write(value: &Value, level: Option<usize>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => out.push_str(&float::go_json(float)),
            _ => {
                let _ = write!(out, "{number}");
            }
        },
        Value::String(text) => string(text, out),
        Value::Array(items) => nested('[', ']', items.iter().map(|item| (None, item)), level, out),
        Value::Object(map) => nested('{', '}', map.iter().map(|(key, value)| (Some(key), value)), level, out),
    }
}

fn nested<'v>(
    open: char,
    close: char,
    entries: impl ExactSizeIterator<Item = (Option<&'v String>, &'v Value)>,
    level: Option<usize>,
    out: &mut String,
) {
    let empty = entries.len() == 0;
    let inner = level.map(|level| level + 1);
    out.push(open);
    for (index, (key, value)) in entries.enumerate() {
        if index > 0 {
            out.push(',');
        }
        new_line(inner, out);
        if let Some(key) = key {
            string(key, out);
            out.push_str(if level.is_some() { ": " } else { ":" });
        }
        write(value, inner, out);
    }
    if !empty {
        new_line(level, out);
    }
    out.push(close);
}

fn new_line(level: Option<usize>, out: &mut String) {
    if let Some(level) = level {
        out.push('\n');
        (0..level).for_each(|_| out.push_str("    "));
    }
}

/// Writes `text` between quotes.
pub fn string(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..' ' => {
                let _ = write!(out, "\\u{:04x}", char as u32);
            }
            char => out.push(char),
        }
    }
    out.push('"');
}
