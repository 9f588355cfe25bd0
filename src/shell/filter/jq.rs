//! `jq`, as far as objects need it: paths, `[]`, `|`, `,`, `[…]`, `{…}`, comparisons, `and`, `or` and the functions below; `-r`, `-c`.
//!
//! A program is read into an [`Expr`], which makes a list of values of one: parts of it where that is possible, since Pods
//! needn't be copied for their names. Left out: variables, assignments, `if`, `reduce`, string interpolation and everything about
//! numbers but comparing them: such a program is refused by name.

use super::json::{Read, Reader};
use super::{Filtered, Input, flags};
use api::{Map, Value};
use std::borrow::Cow;
use std::collections::VecDeque;

/// So many bytes of input are read in one part: some milliseconds' worth.
const AT_ONCE: usize = 64 * 1024;

/// And so many values are taken apart.
const VALUES_AT_ONCE: usize = 20_000;

/// A run of it, which goes on part by part.
pub struct Run {
    program: Expr,
    raw: bool,
    compact: bool,
    /// What is read now, and then.
    reader: Option<Reader>,
    texts: VecDeque<String>,
    /// What has been printed since, and the code so far.
    filtered: Filtered,
    /// Values that have been dealt with. Taking them apart takes its time too.
    done: Vec<Value>,
}

impl Run {
    /// Begins; a program beyond what this one knows is refused by name.
    pub fn begin(input: &Input) -> Result<Run, Filtered> {
        let (found, mut rest) = flags(input.args, "");
        if let Some((flag, _)) = found.iter().find(|(flag, _)| !"rcMS".contains(*flag)) {
            return Err(Filtered::fail(format!("everynode doesn't simulate jq -{flag}; it has -r and -c"), 2));
        }
        let (raw, compact) = (found.iter().any(|(flag, _)| *flag == 'r'), found.iter().any(|(flag, _)| *flag == 'c'));
        let program = if rest.is_empty() { ".".into() } else { rest.remove(0) };
        let Some(program) = parse(&program) else {
            return Err(Filtered::fail(format!("everynode doesn't simulate this jq program: {program}"), 3));
        };
        let mut filtered = Filtered::default();
        let texts = input.texts(&rest, &mut filtered).into_iter().map(|(_, text)| text).collect();
        Ok(Run { program, raw, compact, reader: None, texts, filtered, done: Vec::new() })
    }

    /// Goes on: what was printed, and whether that was all.
    pub fn go_on(&mut self) -> (Filtered, bool) {
        if self.take_apart() {
            return (self.take(), false);
        }
        let mut complete = false;
        let Some(reader) = &mut self.reader else {
            self.reader = self.texts.pop_front().map(Reader::new);
            complete = self.reader.is_none();
            return (self.take(), complete);
        };
        match reader.go_on(AT_ONCE) {
            Read::More => {}
            Read::Value(value) => self.put(value),
            Read::End => self.reader = None,
            Read::Wrong => {
                self.reader = None;
                self.filtered.err.push_str("jq: parse error: Invalid literal\n");
                self.filtered.code = 2;
            }
        }
        (self.take(), complete)
    }

    fn put(&mut self, value: Value) {
        let mut results = Vec::new();
        let outcome = self.program.eval(Cow::Borrowed(&value), &mut results);
        let filtered = &mut self.filtered;
        for result in &results {
            match &**result {
                Value::String(text) if self.raw => filtered.out.push_str(text),
                value => write(value, if self.compact { None } else { Some(0) }, &mut filtered.out),
            }
            filtered.out.push('\n');
        }
        if let Err(error) = outcome {
            let lines = self.reader.as_ref().map_or(0, Reader::lines);
            filtered.err.push_str(&format!("jq: error (at <stdin>:{lines}): {error}\n"));
            filtered.code = 5;
        }
        self.done.push(value);
    }

    /// Takes some of what has been dealt with apart; whether there was any.
    fn take_apart(&mut self) -> bool {
        let any = !self.done.is_empty();
        for _ in 0..VALUES_AT_ONCE {
            match self.done.pop() {
                Some(Value::Array(items)) => self.done.extend(items),
                Some(Value::Object(map)) => self.done.extend(map.into_iter().map(|(_, value)| value)),
                Some(_) => {}
                None => break,
            }
        }
        any
    }

    /// What has been printed since this was asked last.
    fn take(&mut self) -> Filtered {
        let code = self.filtered.code;
        std::mem::replace(&mut self.filtered, Filtered { code, ..Filtered::default() })
    }
}

/// What a program does with one value.
#[derive(Debug)]
enum Expr {
    Identity,
    Field(String),
    Index(i64),
    Each,
    Literal(Value),
    List(Box<Expr>),
    Object(Vec<(String, Expr)>),
    Pipe(Box<Expr>, Box<Expr>),
    Comma(Box<Expr>, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `?`: without what can't be done.
    Try(Box<Expr>),
    Call(String, Option<Box<Expr>>),
}

/// Functions, and whether they take an argument.
const FUNCTIONS: [(&str, bool); 15] = [
    ("length", false),
    ("keys", false),
    ("not", false),
    ("empty", false),
    ("add", false),
    ("first", false),
    ("last", false),
    ("sort", false),
    ("tostring", false),
    ("select", true),
    ("map", true),
    ("has", true),
    ("test", true),
    ("startswith", true),
    ("sort_by", true),
];

/// Comparing words, longest first.
const OPERATORS: [&str; 8] = ["==", "!=", "<=", ">=", "<", ">", "and", "or"];

impl Expr {
    fn eval<'a>(&self, input: Cow<'a, Value>, out: &mut Vec<Cow<'a, Value>>) -> Result<(), String> {
        match self {
            Expr::Identity => out.push(input),
            Expr::Literal(value) => out.push(Cow::Owned(value.clone())),
            Expr::Field(name) => out.push(match input {
                Cow::Borrowed(Value::Object(map)) => map.get(name).map_or_else(Cow::default, Cow::Borrowed),
                Cow::Owned(Value::Object(mut map)) => Cow::Owned(map.remove(name).unwrap_or_default()),
                other if other.is_null() => other,
                other => return Err(format!("Cannot index {} with \"{name}\"", kind(&other))),
            }),
            Expr::Index(at) => {
                let place = |length: usize| usize::try_from(if *at < 0 { at + length as i64 } else { *at }).ok();
                out.push(match input {
                    Cow::Borrowed(Value::Array(items)) => {
                        place(items.len()).and_then(|at| items.get(at)).map_or_else(Cow::default, Cow::Borrowed)
                    }
                    Cow::Owned(Value::Array(mut items)) => match place(items.len()).filter(|at| *at < items.len()) {
                        Some(at) => Cow::Owned(items.swap_remove(at)),
                        None => Cow::default(),
                    },
                    other if other.is_null() => other,
                    other => return Err(format!("Cannot index {} with number", kind(&other))),
                });
            }
            Expr::Each => match list(input) {
                Ok(items) => out.extend(items),
                Err("null") => return Err("Cannot iterate over null (null)".into()),
                Err(what) => return Err(format!("Cannot iterate over {what}")),
            },
            Expr::List(inner) => out.push(Cow::Owned(owned(inner.all(input)?))),
            Expr::Object(fields) => {
                let mut map = Map::new();
                for (key, expr) in fields {
                    map.insert(key.clone(), expr.one(Cow::Borrowed(&input))?.into_owned());
                }
                out.push(Cow::Owned(Value::Object(map)));
            }
            Expr::Pipe(left, right) => {
                for value in left.all(input)? {
                    right.eval(value, out)?;
                }
            }
            Expr::Comma(left, right) => {
                left.eval(input.clone(), out)?;
                right.eval(input, out)?;
            }
            Expr::Binary(operator, left, right) => {
                let (left, right) = (left.one(Cow::Borrowed(&input))?, right.one(Cow::Borrowed(&input))?);
                out.push(Cow::Owned(Value::Bool(match *operator {
                    "and" => truth(&left) && truth(&right),
                    "or" => truth(&left) || truth(&right),
                    "==" => order(&left, &right).is_eq(),
                    "!=" => order(&left, &right).is_ne(),
                    "<" => order(&left, &right).is_lt(),
                    ">" => order(&left, &right).is_gt(),
                    "<=" => order(&left, &right).is_le(),
                    _ => order(&left, &right).is_ge(),
                })));
            }
            Expr::Try(inner) => {
                let _ = inner.eval(input, out);
            }
            Expr::Call(name, argument) => call(name, argument.as_deref(), input, out)?,
        }
        Ok(())
    }

    fn all<'a>(&self, input: Cow<'a, Value>) -> Result<Vec<Cow<'a, Value>>, String> {
        let mut out = Vec::new();
        self.eval(input, &mut out).map(|()| out)
    }

    fn one<'a>(&self, input: Cow<'a, Value>) -> Result<Cow<'a, Value>, String> {
        Ok(self.all(input)?.into_iter().next().unwrap_or_default())
    }
}

/// The items of a list or the values of an object; what it is if it has none.
fn list(input: Cow<'_, Value>) -> Result<Vec<Cow<'_, Value>>, &'static str> {
    Ok(match input {
        Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
        Cow::Borrowed(Value::Object(map)) => map.values().map(Cow::Borrowed).collect(),
        Cow::Owned(Value::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
        Cow::Owned(Value::Object(map)) => map.into_iter().map(|(_, item)| Cow::Owned(item)).collect(),
        other => return Err(kind(&other)),
    })
}

fn owned(items: Vec<Cow<'_, Value>>) -> Value {
    items.into_iter().map(Cow::into_owned).collect()
}

fn call<'a>(
    name: &str,
    argument: Option<&Expr>,
    input: Cow<'a, Value>,
    out: &mut Vec<Cow<'a, Value>>,
) -> Result<(), String> {
    let items = |input| list(input).map_err(|what| format!("Cannot iterate over {what}"));
    let argument = argument.unwrap_or(&Expr::Identity);
    let made = match (name, &*input) {
        ("length", value) => Value::from(match value {
            Value::Null => 0,
            Value::Array(items) => items.len(),
            Value::Object(map) => map.len(),
            Value::String(text) => text.chars().count(),
            other => return Err(format!("{} has no length", kind(other))),
        }),
        ("keys", value) => match value {
            Value::Object(map) => Value::Array(map.keys().map(|key| key.as_str().into()).collect()),
            Value::Array(items) => (0..items.len()).map(Value::from).collect(),
            other => return Err(format!("{} has no keys", kind(other))),
        },
        ("not", value) => Value::Bool(!truth(value)),
        ("empty", _) => return Ok(()),
        ("first", _) => {
            out.push(items(input)?.into_iter().next().unwrap_or_default());
            return Ok(());
        }
        ("last", _) => {
            out.push(items(input)?.pop().unwrap_or_default());
            return Ok(());
        }
        ("tostring", Value::String(_)) => {
            out.push(input);
            return Ok(());
        }
        ("tostring", other) => other.to_string().into(),
        ("add", _) => sum(items(input)?.into_iter().map(Cow::into_owned).collect())?,
        ("sort" | "sort_by", _) => {
            let mut keyed = Vec::new();
            for item in items(input)? {
                keyed.push((argument.one(Cow::Borrowed(&item))?.into_owned(), item));
            }
            api::sort::by(&mut keyed, |(a, _), (b, _)| order(a, b));
            keyed.into_iter().map(|(_, item)| item.into_owned()).collect()
        }
        ("select", value) => {
            if truth(&*argument.one(Cow::Borrowed(value))?) {
                out.push(input);
            }
            return Ok(());
        }
        ("map", _) => {
            let mut mapped = Vec::new();
            for item in items(input)? {
                argument.eval(item, &mut mapped)?;
            }
            owned(mapped)
        }
        ("has", value) => match (value, &*argument.one(Cow::Borrowed(value))?) {
            (Value::Object(map), Value::String(key)) => map.contains_key(key).into(),
            (other, key) => return Err(format!("Cannot check whether {} has a {} key", kind(other), kind(key))),
        },
        ("test" | "startswith", value) => match (value, &*argument.one(Cow::Borrowed(value))?) {
            (Value::String(text), Value::String(word)) if name == "test" => {
                let pattern = crate::pattern::Pattern::new(word, true, false)
                    .map_err(|_| format!("{word} (at offset 0) is not a valid regex"))?;
                pattern.is_in(text).into()
            }
            (Value::String(text), Value::String(word)) => text.starts_with(word).into(),
            (other, _) => return Err(format!("{} cannot be matched, as it is not a string", kind(other))),
        },
        _ => unreachable!("the parser knows its functions"),
    };
    out.push(Cow::Owned(made));
    Ok(())
}

fn sum(items: Vec<Value>) -> Result<Value, String> {
    let mut total = Value::Null;
    for item in items {
        total = match (total, item) {
            (Value::Null, other) | (other, Value::Null) => other,
            (Value::Array(mut a), Value::Array(b)) => {
                a.extend(b);
                Value::Array(a)
            }
            (Value::String(a), Value::String(b)) => (a + &b).into(),
            (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => a.wrapping_add(b).into(),
                _ => (a.as_f64().unwrap_or_default() + b.as_f64().unwrap_or_default()).into(),
            },
            (a, b) => return Err(format!("{} and {} cannot be added", kind(&a), kind(&b))),
        };
    }
    Ok(total)
}

fn truth(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

fn kind(value: &Value) -> &'static str {
    ["null", "boolean", "number", "string", "array", "object"][rank(value)]
}

fn rank(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

/// jq's order: by type, then by what it is.
fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default())
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Array(_) | Value::Object(_), _) if rank(a) == rank(b) => a.to_string().cmp(&b.to_string()),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn write(value: &Value, level: Option<usize>, out: &mut String) {
    let (open, close, items): (_, _, Vec<(Option<&String>, &Value)>) = match value {
        Value::Array(items) if !items.is_empty() => ('[', ']', items.iter().map(|item| (None, item)).collect()),
        Value::Object(map) if !map.is_empty() => ('{', '}', map.iter().map(|(key, item)| (Some(key), item)).collect()),
        other => return out.push_str(&other.to_string()),
    };
    let line = |level: Option<usize>, out: &mut String| {
        if let Some(level) = level {
            out.push('\n');
            out.push_str(&"  ".repeat(level));
        }
    };
    let inner = level.map(|level| level + 1);
    out.push(open);
    for (index, (key, item)) in items.into_iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        line(inner, out);
        if let Some(key) = key {
            out.push_str(&Value::from(key.as_str()).to_string());
            out.push_str(if level.is_some() { ": " } else { ":" });
        }
        write(item, inner, out);
    }
    line(level, out);
    out.push(close);
}

/// How deep a program may be nested.
const DEPTH_MAX: usize = 50;
/// Steps of a path lie inside one another too, so that a program's length bounds them.
const LENGTH_MAX: usize = 2000;

fn parse(program: &str) -> Option<Expr> {
    if program.len() > LENGTH_MAX {
        return None;
    }
    let mut parser = Parser { rest: program, depth: 0 };
    let expr = parser.pipe()?;
    parser.blanks();
    parser.rest.is_empty().then_some(expr)
}

struct Parser<'p> {
    rest: &'p str,
    depth: usize,
}

impl Parser<'_> {
    fn pipe(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let mut expr = self.comma()?;
        while self.takes("|") {
            expr = Expr::Pipe(expr.into(), self.comma()?.into());
        }
        self.depth -= 1;
        Some(expr)
    }

    fn comma(&mut self) -> Option<Expr> {
        let mut expr = self.comparison()?;
        while self.takes(",") {
            expr = Expr::Comma(expr.into(), self.comparison()?.into());
        }
        Some(expr)
    }

    /// All operators bind alike, from the left, but for `and` and `or`, which come last.
    fn comparison(&mut self) -> Option<Expr> {
        let mut expr = self.compared()?;
        while let Some(operator) = self.operator(|operator| matches!(operator, "and" | "or")) {
            expr = Expr::Binary(operator, expr.into(), self.compared()?.into());
        }
        Some(expr)
    }

    fn compared(&mut self) -> Option<Expr> {
        let left = self.term()?;
        match self.operator(|operator| !matches!(operator, "and" | "or")) {
            Some(operator) => Some(Expr::Binary(operator, left.into(), self.term()?.into())),
            None => Some(left),
        }
    }

    fn operator(&mut self, wanted: impl Fn(&str) -> bool) -> Option<&'static str> {
        OPERATORS.into_iter().filter(|operator| wanted(operator)).find(|operator| self.takes(operator))
    }

    fn term(&mut self) -> Option<Expr> {
        self.blanks();
        let mut expr = match self.rest.chars().next()? {
            '(' => {
                self.takes("(");
                let inner = self.pipe()?;
                self.takes(")").then_some(inner)?
            }
            '[' => {
                self.takes("[");
                if self.takes("]") {
                    Expr::Literal(Value::Array(Vec::new()))
                } else {
                    let inner = self.pipe()?;
                    self.takes("]").then(|| Expr::List(inner.into()))?
                }
            }
            '{' => self.object()?,
            '"' => Expr::Literal(self.string()?.into()),
            '.' => {
                self.rest = &self.rest[1..];
                match self.name() {
                    Some(name) => Expr::Field(name),
                    None if self.rest.starts_with('"') => Expr::Field(self.string()?),
                    None if self.rest.starts_with('.') => return None,
                    None => Expr::Identity,
                }
            }
            '0'..='9' | '-' => Expr::Literal(self.number()?.into()),
            _ => self.word()?,
        };
        loop {
            let next = if self.rest.starts_with('[') {
                self.takes("[");
                self.bracket()?
            } else if self.rest.starts_with(".[") {
                self.takes(".");
                continue;
            } else if self.rest.starts_with('.') {
                self.rest = &self.rest[1..];
                Expr::Field(if self.rest.starts_with('"') { self.string()? } else { self.name()? })
            } else if self.rest.starts_with('?') {
                self.takes("?");
                expr = Expr::Try(expr.into());
                continue;
            } else {
                return Some(expr);
            };
            expr = Expr::Pipe(expr.into(), next.into());
        }
    }

    /// What follows a `[` behind a path.
    fn bracket(&mut self) -> Option<Expr> {
        self.blanks();
        let next = match self.rest.chars().next()? {
            ']' => Expr::Each,
            '"' => Expr::Field(self.string()?),
            _ => Expr::Index(self.number()?),
        };
        self.takes("]").then_some(next)
    }

    fn object(&mut self) -> Option<Expr> {
        self.takes("{");
        let mut fields = Vec::new();
        while !self.takes("}") {
            if !fields.is_empty() && !self.takes(",") {
                return None;
            }
            self.blanks();
            let key = if self.rest.starts_with('"') { self.string()? } else { self.name()? };
            let value = if self.takes(":") { self.comparison()? } else { Expr::Field(key.clone()) };
            fields.push((key, value));
        }
        Some(Expr::Object(fields))
    }

    fn word(&mut self) -> Option<Expr> {
        let name = self.name()?;
        let literal = match name.as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(literal) = literal {
            return Some(Expr::Literal(literal));
        }
        let (_, takes_one) = FUNCTIONS.into_iter().find(|(known, _)| *known == name)?;
        if !takes_one {
            return Some(Expr::Call(name, None));
        }
        self.takes("(").then_some(())?;
        let argument = self.pipe()?;
        self.takes(")").then(|| Expr::Call(name, Some(argument.into())))
    }

    fn name(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let name = &self.rest[..end];
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.rest = &self.rest[end..];
        Some(name.into())
    }

    fn number(&mut self) -> Option<i64> {
        let digits = self.rest.strip_prefix('-').unwrap_or(self.rest);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let end = end + (self.rest.len() - digits.len());
        let number = self.rest[..end].parse().ok()?;
        self.rest = &self.rest[end..];
        (!self.rest.starts_with('.')).then_some(number)
    }

    /// A string without `\(…)`, which would be a program.
    fn string(&mut self) -> Option<String> {
        let mut strings = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
        let text = strings.next()?.ok()?;
        self.rest = &self.rest[strings.byte_offset()..];
        Some(text)
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Whether this comes next, behind blanks; a word must end there.
    fn takes(&mut self, what: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some(after) = rest.strip_prefix(what) else { return false };
        let is_word = what.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_word && after.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return false;
        }
        self.rest = after;
        true
    }
}

#[test]
fn programs_make_values_of_a_value() {
    let json = r#"{"items":[{"name":"a","n":1,"on":true},{"name":"b","n":2}],"kind":"List"}"#;
    let shown = |program: &str| {
        let expr = parse(program).unwrap_or_else(|| panic!("{program} isn't read"));
        let value: Value = serde_json::from_str(json).expect("JSON");
        let text = |input| match expr.all(input) {
            Ok(found) => found.iter().map(|value| value.to_string()).collect::<Vec<_>>().join(" "),
            Err(error) => error,
        };
        let of_parts = text(Cow::Borrowed(&value));
        assert_eq!(text(Cow::Owned(value.clone())), of_parts, "{program}");
        of_parts
    };
    for (program, expected) in [
        (".", r#"{"items":[{"n":1,"name":"a","on":true},{"n":2,"name":"b"}],"kind":"List"}"#),
        (".items[0].name", r#""a""#),
        (".items[].name", r#""a" "b""#),
        (".items | length", "2"),
        (".items[-1][\"n\"]", "2"),
        (".nosuch.deeper", "null"),
        (".items.name", "Cannot index array with \"name\""),
        ("[.items[] | select(.n > 1) | .name]", r#"["b"]"#),
        (".items[] | {name, number: .n}", r#"{"name":"a","number":1} {"name":"b","number":2}"#),
        (".items | map(.n) | add", "3"),
        (".items[] | select(.on == true and .n == 1).name", r#""a""#),
        (".kind, (.items | keys)", r#""List" [0,1]"#),
        (".items | sort_by(.name) | last.n", "2"),
        (".items[0] | has(\"n\")", "true"),
    ] {
        assert_eq!(shown(program), expected, "{program}");
    }
    for program in
        ["reduce .[] as $x (0; . + $x)", ".a =", "nosuch", "..", "\"\\(.a)\"", &"(".repeat(100), &".a".repeat(10_000)]
    {
        assert!(parse(program).is_none(), "{program}");
    }
}
