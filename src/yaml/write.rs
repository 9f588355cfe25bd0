//! The YAML that kubectl prints for a value.
//!
//! A writer of our own, because its exact text is the product: which words are quoted and how, where long lines are
//! folded, that list items are not indented under their key, that `a2` comes before `a10`. libyaml's emitter would
//! get us half of the way (kubectl's is a port of it) and cost the page more than this file.
//!
//! Models `encode.go`, `emitterc.go` and `sorter.go` of sigs.k8s.io/yaml's goyaml.v2. Left out: flow style, anchors, tags and
//! comments, which kubectl never prints.

use std::cmp::Ordering;
use std::fmt::Write as _;

use api::{Map, Value};

use crate::float;
use crate::scalar::{self, Meaning};

/// Lines are folded at the first blank after this column. Source: libyaml's `best_width`, which go-yaml keeps.
const WIDTH: usize = 80;

/// The longest key that may stand before its colon, in bytes; a longer one goes on a line of its own after `?`. Source: libyaml.
const SIMPLE_KEY_MAX: usize = 128;

/// The value as YAML, with a line break at the end.
pub fn to_string(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), column: 0 };
    match value {
        Value::Object(map) if !map.is_empty() => writer.map(map, 0),
        Value::Array(items) if !items.is_empty() => writer.list(items, 0),
        leaf => writer.leaf(leaf, 2),
    }
    if writer.column > 0 {
        writer.out.push('\n');
    }
    writer.out
}

struct Writer {
    out: String,
    /// In characters.
    column: usize,
}

impl Writer {
    /// Writes entries at `indent`; the first one where the line stands.
    fn map(&mut self, map: &Map<String, Value>, indent: usize) {
        for (index, (key, value)) in in_natural_order(map).into_iter().enumerate() {
            if index > 0 {
                self.new_line(indent);
            }
            if key.len() <= SIMPLE_KEY_MAX && !key.contains(is_break) {
                self.text(key, indent, true);
                self.put(":");
                self.after_key(value, indent);
            } else {
                self.put("? ");
                self.text(key, indent + 2, false);
                self.new_line(indent);
                self.put(":");
                self.after_dash(value, indent);
            }
        }
    }

    fn after_key(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                self.new_line(indent + 2);
                self.map(map, indent + 2);
            }
            // Not indented: kubectl's items stand right under their key.
            Value::Array(items) if !items.is_empty() => {
                self.new_line(indent);
                self.list(items, indent);
            }
            leaf => {
                self.put(" ");
                self.leaf(leaf, indent + 2);
            }
        }
    }

    fn list(&mut self, items: &[Value], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.new_line(indent);
            }
            self.put("-");
            self.after_dash(item, indent);
        }
    }

    /// What follows a `-` (or the rare `:` on a line of its own) begins on the same line.
    fn after_dash(&mut self, value: &Value, indent: usize) {
        self.put(" ");
        match value {
            Value::Object(map) if !map.is_empty() => self.map(map, indent + 2),
            Value::Array(items) if !items.is_empty() => self.list(items, indent + 2),
            leaf => self.leaf(leaf, indent + 2),
        }
    }

    /// Writes what fits in one node; a text's further lines go at `indent`.
    fn leaf(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.put("null"),
            Value::Bool(true) => self.put("true"),
            Value::Bool(false) => self.put("false"),
            Value::Number(number) => match number.as_f64() {
                Some(float) if number.is_f64() => self.put(&float_text(float)),
                _ => self.put(&number.to_string()),
            },
            Value::String(text) => self.text(text, indent, false),
            Value::Array(_) => self.put("[]"),
            Value::Object(_) => self.put("{}"),
        }
    }

    fn text(&mut self, text: &str, indent: usize, key: bool) {
        match style(text, key) {
            Style::Plain => self.folded(text, indent, key, Style::Plain),
            Style::Single => {
                self.put("'");
                self.folded(text, indent, key, Style::Single);
                self.put("'");
            }
            Style::Double => {
                self.put("\"");
                self.folded(text, indent, key, Style::Double);
                self.put("\"");
            }
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Writes the characters of a text, and breaks its line at the first blank after the width: within quotes only
    /// between other characters, and never in a key.
    fn folded(&mut self, text: &str, indent: usize, key: bool, style: Style) {
        let mut after_blank = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            if char != ' ' {
                after_blank = false;
                match style {
                    Style::Double => self.escaped(char),
                    Style::Single if char == '\'' => self.put("''"),
                    _ => self.put_char(char),
                }
                continue;
            }
            let next = chars.peek().map(|next| next.1);
            let inside = style == Style::Plain || at > 0 && next.is_some();
            let blank_follows = next == Some(' ');
            if !key && !after_blank && self.column > WIDTH && inside && (style == Style::Double || !blank_follows) {
                self.new_line(indent);
                if blank_follows {
                    self.put("\\");
                }
            } else {
                self.put(" ");
            }
            after_blank = true;
        }
    }

    fn escaped(&mut self, char: char) {
        let letter = match char {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => char,
            '\u{85}' => 'N',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            char if is_printable(char) => return self.put_char(char),
            char => {
                let code = char as u32;
                let start = self.out.len();
                let _ = match code {
                    0..=0xFF => write!(self.out, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(self.out, "\\u{code:04X}"),
                    _ => write!(self.out, "\\U{code:08X}"),
                };
                self.column += self.out.len() - start;
                return;
            }
        };
        self.put("\\");
        self.put_char(letter);
    }

    /// A block: `|` and what is done about the line breaks at its end, then the lines.
    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with(|first| first == ' ' || is_break(first)) {
            self.put("2");
        }
        let body = text.strip_suffix(is_break);
        match body {
            None => self.put("-"),
            Some(body) if body.is_empty() || body.ends_with(is_break) => self.put("+"),
            Some(_) => {}
        }
        self.out.push('\n');
        self.column = 0;
        let mut line_start = true;
        for char in text.chars() {
            if is_break(char) {
                self.out.push(char);
                self.column = 0;
                line_start = true;
            } else {
                if line_start {
                    self.spaces(indent);
                    line_start = false;
                }
                self.put_char(char);
            }
        }
    }

    /// Begins a line, unless a block has begun one already.
    fn new_line(&mut self, indent: usize) {
        if self.column > 0 {
            self.out.push('\n');
        }
        self.column = 0;
        self.spaces(indent);
    }

    fn spaces(&mut self, count: usize) {
        (0..count).for_each(|_| self.put_char(' '));
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn put_char(&mut self, char: char) {
        self.out.push(char);
        self.column += 1;
    }
}

/// A float goes through JSON's text first, and what is an integer there is printed as one.
fn float_text(float: f64) -> String {
    let json = float::go_json(float);
    if json.parse::<i64>().is_ok_and(|int| int == 0) {
        return "0".to_owned();
    }
    if json.parse::<i64>().is_ok() || json.parse::<u64>().is_ok() { json } else { float::go_g(float) }
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// How a text must be written to be read back as the same text.
fn style(text: &str, key: bool) -> Style {
    let shape = Shape::of(text);
    if text.contains('\n') {
        return if shape.block && !key { Style::Literal } else { Style::Double };
    }
    if !matches!(scalar::plain(text), Meaning::Text(_)) || is_base_60(text) {
        return Style::Double;
    }
    if shape.plain {
        Style::Plain
    } else if shape.single && !text.contains(is_break) {
        Style::Single
    } else {
        Style::Double
    }
}

/// The styles that a text's characters allow.
struct Shape {
    plain: bool,
    single: bool,
    block: bool,
}

impl Shape {
    fn of(text: &str) -> Shape {
        let mut shape =
            Shape { plain: !text.starts_with("---") && !text.starts_with("..."), single: true, block: true };
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let next = chars.peek().copied();
            let blank_follows = next.is_none_or(|next| next == ' ' || next == '\t');
            shape.plain &= match char {
                ' ' => before.is_some() && next.is_some(),
                ':' => !blank_follows,
                '#' => before.is_some_and(|before| !is_blank(before)),
                '?' | '-' => before.is_some() || !blank_follows,
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                    before.is_some()
                }
                char => !is_break(char),
            };
            match (before, char, next) {
                // A blank at the very end.
                (_, ' ', None) => shape.block = false,
                (Some(before), ' ', _) if is_break(before) => shape.single = false,
                _ => {}
            }
            // A blank before a break would be lost; what isn't printable must be escaped.
            if !is_printable(char) || is_break(char) && before == Some(' ') {
                shape = Shape { plain: false, single: false, block: false };
            }
            before = Some(char);
        }
        shape
    }
}

/// `1:30` and the like: numbers to base 60 in YAML 1.1. go-yaml doesn't read them, but quotes them for others.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = number.split(':');
    let first = parts.next().unwrap_or_default();
    let digit_or_line = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let sixtieth = |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    number.contains(':')
        && first.starts_with(|first: char| first.is_ascii_digit())
        && first.bytes().all(digit_or_line)
        && parts.all(sixtieth)
        && fraction.bytes().all(digit_or_line)
}

fn is_blank(char: char) -> bool {
    char == ' ' || char == '\t' || is_break(char)
}

fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What go-yaml prints as it is. Beyond the first plane it knows nothing: `🙂` is printed as `"\U0001F642"`.
fn is_printable(char: char) -> bool {
    matches!(char, '\n' | ' '..='~' | '\u{A0}'..='\u{FFFD}') && char != '\u{FEFF}'
}

/// The entries as go-yaml orders them. Its order can go round in circles (`a10` < `a1b` < `a2` < `a10`), which the sorts of the
/// standard library may answer with a panic; so each is put where a binary search says.
fn in_natural_order(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = Vec::with_capacity(map.len());
    for entry in map {
        // Nearly always the order of a sorted map is right already.
        if entries.last().is_none_or(|last| natural_order(last.0, entry.0).is_lt()) {
            entries.push(entry);
        } else {
            let at = entries.partition_point(|before| natural_order(before.0, entry.0).is_lt());
            entries.insert(at, entry);
        }
    }
    entries
}

/// go-yaml's order of keys: letters after everything else, and numbers by their size.
fn natural_order(a: &str, b: &str) -> Ordering {
    let same: usize = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(char, _)| char.len_utf8()).sum();
    let (before, a, b) = (&a[..same], &a[same..], &b[same..]);
    let (Some(first_a), Some(first_b)) = (a.chars().next(), b.chars().next()) else { return a.len().cmp(&b.len()) };
    match (first_a.is_alphabetic(), first_b.is_alphabetic()) {
        (true, true) => return first_a.cmp(&first_b),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero inside a number counts as a digit of it, not as a leading one.
    let mut digits_before = before.bytes().rev().take_while(u8::is_ascii_digit);
    let inside = (first_a == '0' || first_b == '0') && digits_before.any(|digit| digit != b'0');
    let number = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit);
        digits.fold((i64::from(inside), 0), |(number, count), digit| {
            (number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')), count + 1)
        })
    };
    number(a).cmp(&number(b)).then(first_a.cmp(&first_b))
}
