//! What can be called: Go's own functions, and the two that kubectl adds (`exists`, `base64decode`).

use super::run::{printed, truth};
use api::Value;
use api::go_syntax;

/// Their names.
pub const FUNCTIONS: [&str; 16] = [
    "and",
    "base64decode",
    "eq",
    "exists",
    "ge",
    "gt",
    "index",
    "le",
    "len",
    "lt",
    "ne",
    "not",
    "or",
    "print",
    "printf",
    "println",
];

/// Calls a function.
pub fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let wrong = || format!("wrong number of args for {name}: got {}", arguments.len());
    let first = arguments.first().ok_or_else(wrong);
    let rest = arguments.get(1..).unwrap_or_default();
    let found = || rest.iter().try_fold(first.clone()?.clone(), |value, key| index(&value, key));
    Ok(match name {
        "len" => length(first?)?.into(),
        "not" => (!truth(first?)).into(),
        "and" => arguments.iter().find(|value| !truth(value)).or(arguments.last()).ok_or_else(wrong)?.clone(),
        "or" => arguments.iter().find(|value| truth(value)).or(arguments.last()).ok_or_else(wrong)?.clone(),
        "eq" => rest.iter().any(|other| Ok(other) == first).into(),
        "ne" | "lt" | "le" | "gt" | "ge" => {
            let [a, b] = arguments else { return Err(wrong()) };
            compare(name, a, b)?.into()
        }
        "index" => found()?,
        "exists" => found().is_ok_and(|value| !value.is_null()).into(),
        "print" => arguments.iter().map(printed).collect::<String>().into(),
        "println" => (arguments.iter().map(printed).collect::<Vec<_>>().join(" ") + "\n").into(),
        "printf" => format(first?.as_str().unwrap_or_default(), rest).into(),
        "base64decode" => base64(first?.as_str().unwrap_or_default()).into(),
        _ => return Err(format!("function {name:?} not defined")),
    })
}

fn length(value: &Value) -> Result<usize, String> {
    match value {
        Value::Array(list) => Ok(list.len()),
        Value::Object(map) => Ok(map.len()),
        Value::String(text) => Ok(text.len()),
        Value::Null => Err("error calling len: len of nil pointer".to_string()),
        other => Err(format!("error calling len: len of type {}", if other.is_boolean() { "bool" } else { "int64" })),
    }
}

fn compare(name: &str, a: &Value, b: &Value) -> Result<bool, String> {
    if name == "ne" {
        return Ok(a != b);
    }
    let order = match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let order = order.ok_or_else(|| format!("error calling {name}: incompatible types for comparison"))?;
    Ok(match name {
        "lt" => order.is_lt(),
        "le" => order.is_le(),
        "gt" => order.is_gt(),
        _ => order.is_ge(),
    })
}

fn index(value: &Value, key: &Value) -> Result<Value, String> {
    match (value, key) {
        (Value::Object(map), Value::String(key)) => Ok(map.get(key).cloned().unwrap_or_default()),
        (Value::Array(list), Value::Number(number)) => {
            let found = number.as_u64().and_then(|index| list.get(usize::try_from(index).ok()?));
            found.cloned().ok_or_else(|| format!("error calling index: index out of range: {number}"))
        }
        (Value::Null, _) => Err("error calling index: index of untyped nil".to_string()),
        _ => Err("error calling index: cannot index".to_string()),
    }
}

/// `printf` with the verbs that occur.
fn format(template: &str, arguments: &[Value]) -> String {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        // Widths (`%-10s`) are taken as they are, in spaces.
        let mut width = String::new();
        let verb = loop {
            match chars.next() {
                Some(c) if c.is_ascii_digit() || c == '-' => width.push(c),
                other => break other,
            }
        };
        let value = match verb {
            Some('%') | None => {
                out.push('%');
                continue;
            }
            Some('q') => arguments.next().map(|value| Value::from(go_syntax::plain(value)).to_string()),
            Some(_) => arguments.next().map(go_syntax::plain),
        };
        let value = value.unwrap_or_else(|| format!("%!{}(MISSING)", verb.unwrap_or('v')));
        // A width nobody's terminal has is a mistake, not a wish.
        let wanted = width.trim_start_matches('-').parse::<usize>().unwrap_or(0).min(1000);
        let spaces = " ".repeat(wanted.saturating_sub(value.chars().count()));
        if width.starts_with('-') { out.push_str(&(value + &spaces)) } else { out.push_str(&(spaces + &value)) }
    }
    out
}

fn base64(text: &str) -> String {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6 | u32::from(digit)) & 0x00ff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
