//! What a scalar means: YAML 1.1 as kubectl reads it, so `yes` is true and `0755` is 493.
//!
//! A table by first character, then a handful of number forms. Dates and `1:30` stay text; but the writer must know them,
//! to quote them.
//!
//! Models `resolve.go` of sigs.k8s.io/yaml's goyaml.v2. Decimal numbers of more than 64 bits are floats
//! there, and other ones text.

use crate::float;
use crate::libyaml::Scalar;

const TAG_PREFIX: &str = "tag:yaml.org,2002:";
pub(crate) const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// The meaning of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    Null,
    Bool(bool),
    Int(i64),
    /// Above `i64::MAX` only.
    Uint(u64),
    Float(f64),
    Text(String),
    /// Text all the same, but not when it is written again: it would read as a date to others.
    Timestamp(String),
}

impl Meaning {
    /// The meaning as the key of a JSON object; null and the largest integers have none.
    pub fn into_key(self) -> Option<String> {
        Some(match self {
            Meaning::Null | Meaning::Uint(_) => return None,
            Meaning::Bool(true) => "true".to_owned(),
            Meaning::Bool(false) => "false".to_owned(),
            Meaning::Int(int) => int.to_string(),
            Meaning::Float(float) => float::go_g32(float),
            Meaning::Text(text) | Meaning::Timestamp(text) => text,
        })
    }

    fn tag(&self) -> &'static str {
        match self {
            Meaning::Null => "null",
            Meaning::Bool(_) => "bool",
            Meaning::Int(_) | Meaning::Uint(_) => "int",
            Meaning::Float(_) => "float",
            Meaning::Text(_) => "str",
            Meaning::Timestamp(_) => "timestamp",
        }
    }
}

/// The meaning of a scalar, or why its tag doesn't fit it.
pub(crate) fn resolve(scalar: &Scalar) -> Result<Meaning, String> {
    let text = scalar.text.as_str();
    let Some(tag) = &scalar.tag else {
        return Ok(if scalar.plain { plain(text) } else { Meaning::Text(text.to_owned()) });
    };
    match tag.strip_prefix(TAG_PREFIX) {
        Some("binary") => {
            binary(text).map(Meaning::Text).ok_or_else(|| "!!binary value contains invalid base64 data".to_owned())
        }
        Some(tag @ ("bool" | "int" | "float" | "null" | "timestamp")) => tagged(tag, text),
        // !!str, and tags of the author's own, which mean nothing to Kubernetes.
        _ => Ok(Meaning::Text(text.to_owned())),
    }
}

fn tagged(tag: &str, text: &str) -> Result<Meaning, String> {
    match plain(text) {
        Meaning::Int(int) if tag == "float" => Ok(Meaning::Float(int as f64)),
        meaning if meaning.tag() == tag => Ok(meaning),
        meaning => Err(format!("cannot decode !!{} `{text}` as a !!{tag}", meaning.tag())),
    }
}

/// The meaning of an unquoted word.
pub(crate) fn plain(text: &str) -> Meaning {
    let word = || match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Meaning::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Meaning::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(Meaning::Bool(false))
        }
        ".nan" | ".NaN" | ".NAN" => Some(Meaning::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Meaning::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Meaning::Float(f64::NEG_INFINITY)),
        _ => None,
    };
    let meaning = word().or_else(|| match text.as_bytes()[0] {
        b'.' => finite(text).map(Meaning::Float),
        b'0'..=b'9' | b'+' | b'-' => number(text),
        _ => None,
    });
    meaning.unwrap_or_else(|| Meaning::Text(text.to_owned()))
}

fn number(text: &str) -> Option<Meaning> {
    if is_timestamp(text) {
        return Some(Meaning::Timestamp(text.to_owned()));
    }
    let digits = text.replace('_', "");
    integer(&digits).or_else(|| if is_float(&digits) { finite(&digits).map(Meaning::Float) } else { None })
}

/// Integers as Go writes them: a sign, then decimal, or `0x`, `0o`, `0b`, or octal after a bare `0`.
fn integer(text: &str) -> Option<Meaning> {
    let negative = text.starts_with('-');
    let signed = negative || text.starts_with('+');
    let digits = if signed { &text[1..] } else { text };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` would take a second sign.
    if digits.is_empty() || !digits.bytes().all(|digit| (digit as char).is_digit(radix)) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    match (negative, i64::try_from(size)) {
        (false, Ok(int)) => Some(Meaning::Int(int)),
        (true, Ok(int)) => Some(Meaning::Int(-int)),
        (true, Err(_)) if size == 1 << 63 => Some(Meaning::Int(i64::MIN)),
        (false, Err(_)) if !signed => Some(Meaning::Uint(size)),
        // Decimal ones are found to be floats yet, the others text.
        _ => None,
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let _ = take(&mut rest, b'-') || take(&mut rest, b'+');
    let whole = take_digits(&mut rest);
    let fraction = take(&mut rest, b'.').then(|| take_digits(&mut rest));
    if whole == 0 && fraction.unwrap_or(0) == 0 {
        return false;
    }
    if take(&mut rest, b'e') || take(&mut rest, b'E') {
        let _ = take(&mut rest, b'-') || take(&mut rest, b'+');
        return take_digits(&mut rest) > 0 && rest.is_empty();
    }
    rest.is_empty()
}

/// A float that fits; one that doesn't stays text, as in Go.
fn finite(text: &str) -> Option<f64> {
    api::float::parse(text).filter(|float| float.is_finite())
}

/// Whether the text is a date, or a date and a time, in one of the forms that go-yaml knows.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    let mut rest = &bytes[5..];
    let year = bytes[..4].iter().fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
    let Some(month) = take_number(&mut rest).filter(|month| (1..=12).contains(month)) else { return false };
    if !take(&mut rest, b'-') {
        return false;
    }
    if !take_number(&mut rest).is_some_and(|day| (1..=days_in(year, month)).contains(&day)) {
        return false;
    }
    match rest.first() {
        None => true,
        Some(b'T' | b't') => is_time(&rest[1..], true),
        Some(b' ') => is_time(&rest[1..], false),
        Some(_) => false,
    }
}

/// `15:4:5.999`, then (where one is due) `Z` or `+07:00`.
fn is_time(mut rest: &[u8], zoned: bool) -> bool {
    let mut part = |max: u32, colon: bool| {
        let fits = take_number(&mut rest).is_some_and(|number| number < max);
        fits && (!colon || take(&mut rest, b':'))
    };
    if !(part(24, true) && part(60, true) && part(60, false)) {
        return false;
    }
    if (take(&mut rest, b'.') || take(&mut rest, b',')) && take_digits(&mut rest) == 0 {
        return false;
    }
    match rest {
        [] => !zoned,
        [b'Z'] => zoned,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |a: &u8, b: &u8| [a, b].iter().all(|d| d.is_ascii_digit()).then(|| (a - b'0') * 10 + (b - b'0'));
            zoned && two(h1, h2).is_some_and(|hours| hours <= 24) && two(m1, m2).is_some_and(|minutes| minutes <= 60)
        }
        _ => false,
    }
}

/// One or two digits.
fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let digits = rest.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let number = rest[..digits].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    *rest = &rest[digits..];
    Some(number)
}

/// Skips digits and says how many there were.
fn take_digits(rest: &mut &[u8]) -> usize {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    *rest = &rest[digits..];
    digits
}

fn take(rest: &mut &[u8], byte: u8) -> bool {
    let found = rest.first() == Some(&byte);
    if found {
        *rest = &rest[1..];
    }
    found
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Base64 with its padding; line breaks are allowed. What isn't UTF-8 inside becomes U+FFFD, as Go's JSON makes it.
fn binary(text: &str) -> Option<String> {
    let clean: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = clean.iter().rev().take_while(|&&byte| byte == b'=').count();
    if !clean.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(clean.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0);
    for &byte in &clean[..clean.len() - padding] {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
