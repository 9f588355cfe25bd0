//! `-o go-template=…`: the part of Go's templates that kubectl users type.
//!
//! Text with actions in double braces: fields, `range` and `if` with `else`, `with`, variables, pipes and a handful of
//! functions. [`Template::parse`] makes a tree of them, [`Template::print`] walks it over a value.
//!
//! Left out: named templates, comparison chains, methods, trim markers beyond `{{-` and `-}}`, `printf` verbs besides
//! `%s %v %d %q`.

use super::go_syntax;
use api::Value;

/// A template, read.
#[derive(Debug)]
pub struct Template(Vec<Node>);

#[derive(Debug)]
enum Node {
    Text(String),
    Print(Pipe),
    Set(String, Pipe),
    If(Pipe, Vec<Node>, Vec<Node>),
    With(Pipe, Vec<Node>, Vec<Node>),
    /// The variables that take index and item, what to range over, the body, and what to do with nothing.
    Range(Vec<String>, Pipe, Vec<Node>, Vec<Node>),
}

/// Commands, each getting the value of the one before as its last argument.
type Pipe = Vec<Vec<Term>>;

#[derive(Clone, Debug)]
enum Term {
    Literal(Value),
    /// `$name`, or `$` for the whole, and fields of it.
    Variable(String, Vec<String>),
    /// `.a.b`
    Field(Vec<String>),
    Function(String),
    /// A pipe in parentheses, and fields of what it gives.
    Group(Pipe, Vec<String>),
}

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Template, String> {
        let read = || match (Parser { pieces: split(text)?.into_iter() }).block()? {
            (nodes, Stop::Text) => Ok(Template(nodes)),
            (_, end) => Err(format!("unexpected {{{{{}}}}}", end.word())),
        };
        read().map_err(|why: String| format!("error parsing template {text}, template: output:1: {why}"))
    }

    /// Prints a value.
    pub fn print(&self, value: &Value) -> Result<String, String> {
        let mut run = Run { variables: vec![(String::new(), value.clone())], out: String::new() };
        match run.block(&self.0, value) {
            Ok(()) => Ok(run.out),
            Err(why) => Err(format!("error executing template: template: output:1: {why}")),
        }
    }
}

// ---- reading -----------------------------------------------------------------------------------------------------------

enum Piece {
    Text(String),
    Action(Vec<String>),
}

/// Splits text and actions, and actions into words.
fn split(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let (mut rest, mut trim) = (text, false);
    while let Some(start) = rest.find("{{") {
        let (before, inside) = (&rest[..start], &rest[start + 2..]);
        let end = inside.find("}}").ok_or("unclosed action")?;
        let (mut action, after) = (&inside[..end], &inside[end + 2..]);
        let mut before = if trim { before.trim_start() } else { before };
        if let Some(trimmed) = action.strip_prefix("- ") {
            (before, action) = (before.trim_end(), trimmed);
        }
        trim = action.ends_with(" -");
        let action = if trim { &action[..action.len() - 2] } else { action };
        pieces.push(Piece::Text(before.to_string()));
        if !action.trim_start().starts_with("/*") {
            pieces.push(Piece::Action(words(action)?));
        }
        rest = after;
    }
    pieces.push(Piece::Text(if trim { rest.trim_start() } else { rest }.to_string()));
    Ok(pieces)
}

/// Words, quoted strings, and the punctuation `( ) | , :=`.
fn words(action: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = action.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '`' => {
                let mut escaped = false;
                let end = rest[1..].find(|c| {
                    let closes = c == first && !escaped;
                    escaped = c == '\\' && !escaped && first == '"';
                    closes
                });
                end.ok_or("unterminated quoted string")? + 2
            }
            ':' if rest.starts_with(":=") => 2,
            '(' | ')' | '|' | ',' | '=' => 1,
            _ => rest
                .find(|c: char| c.is_whitespace() || "()|,:=\"`".contains(c))
                .unwrap_or(rest.len())
                .max(first.len_utf8()),
        };
        words.push(rest[..length].to_string());
        // What touches a closing parenthesis belongs to it: `(index .a 0).b`.
        let touches = rest[..length] == *")" && rest[length..].starts_with('.');
        if touches {
            words.push("\u{0}".to_string());
        }
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

/// What ended a block.
enum Stop {
    Text,
    End,
    Else(Vec<String>),
}

impl Stop {
    fn word(&self) -> &'static str {
        match self {
            Stop::Text => "EOF",
            Stop::End => "end",
            Stop::Else(_) => "else",
        }
    }
}

struct Parser {
    pieces: std::vec::IntoIter<Piece>,
}

impl Parser {
    fn block(&mut self) -> Result<(Vec<Node>, Stop), String> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let words = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Piece::Action(words) => words,
            };
            match words.first().map(String::as_str) {
                None => return Err("missing value for command".to_string()),
                Some("end") => return Ok((nodes, Stop::End)),
                Some("else") => return Ok((nodes, Stop::Else(words[1..].to_vec()))),
                Some("if" | "with" | "range") => nodes.push(self.control(&words[0], &words[1..])?),
                Some(_) => nodes.push(match words.as_slice() {
                    [name, sign, rest @ ..] if name.starts_with('$') && (sign == ":=" || sign == "=") => {
                        Node::Set(name[1..].to_string(), pipe(rest)?)
                    }
                    words => Node::Print(pipe(words)?),
                }),
            }
        }
        Ok((nodes, Stop::Text))
    }

    fn control(&mut self, word: &str, words: &[String]) -> Result<Node, String> {
        let (names, words) = match words.iter().position(|word| word == ":=") {
            Some(at) if word == "range" => {
                let names = words[..at].iter().filter(|word| *word != ",");
                (names.map(|name| name.trim_start_matches('$').to_string()).collect(), &words[at + 1..])
            }
            _ => (Vec::new(), words),
        };
        let condition = pipe(words)?;
        let (body, end) = self.block()?;
        let otherwise = match end {
            Stop::Text => return Err("unexpected EOF".to_string()),
            Stop::End => Vec::new(),
            Stop::Else(more) if more.is_empty() => match self.block()? {
                (nodes, Stop::End) => nodes,
                (_, end) => return Err(format!("unexpected {}", end.word())),
            },
            // `else if` is an `if` that shares our `end`.
            Stop::Else(more) => vec![self.control(&more[0], &more[1..])?],
        };
        Ok(match word {
            "if" => Node::If(condition, body, otherwise),
            "with" => Node::With(condition, body, otherwise),
            _ => Node::Range(names, condition, body, otherwise),
        })
    }
}

fn pipe(words: &[String]) -> Result<Pipe, String> {
    let mut at = 0;
    let pipe = pipe_until(words, &mut at)?;
    if at < words.len() { Err("unexpected right paren".to_string()) } else { Ok(pipe) }
}

fn pipe_until(words: &[String], at: &mut usize) -> Result<Pipe, String> {
    let mut commands = vec![Vec::new()];
    while let Some(word) = words.get(*at) {
        match word.as_str() {
            ")" => break,
            "|" => commands.push(Vec::new()),
            "(" => {
                *at += 1;
                let inner = pipe_until(words, at)?;
                if words.get(*at).map(String::as_str) != Some(")") {
                    return Err("unclosed left paren".to_string());
                }
                let mut fields = Vec::new();
                if words.get(*at + 1).map(String::as_str) == Some("\u{0}") {
                    fields = path(words.get(*at + 2).map_or("", |word| word));
                    *at += 2;
                }
                push(&mut commands, Term::Group(inner, fields));
            }
            word => {
                let term = term(word)?;
                push(&mut commands, term);
            }
        }
        *at += 1;
    }
    if commands.iter().any(Vec::is_empty) { Err("missing value for command".to_string()) } else { Ok(commands) }
}

fn push(commands: &mut [Vec<Term>], term: Term) {
    if let Some(command) = commands.last_mut() {
        command.push(term);
    }
}

fn path(word: &str) -> Vec<String> {
    word.split('.').filter(|part| !part.is_empty()).map(str::to_string).collect()
}

fn term(word: &str) -> Result<Term, String> {
    if let Some(body) = word.strip_prefix('"') {
        let body = body.strip_suffix('"').unwrap_or(body);
        let text = go_syntax::unquote(body).ok_or_else(|| format!("invalid syntax in {word}"))?;
        return Ok(Term::Literal(text.into()));
    }
    if word.starts_with('`') {
        return Ok(Term::Literal(word.trim_matches('`').into()));
    }
    if let Some(rest) = word.strip_prefix('$') {
        let (name, fields) = rest.split_once('.').unwrap_or((rest, ""));
        return Ok(Term::Variable(name.to_string(), path(fields)));
    }
    if word.starts_with('.') {
        return Ok(Term::Field(path(word)));
    }
    match word {
        "true" => return Ok(Term::Literal(true.into())),
        "false" => return Ok(Term::Literal(false.into())),
        "nil" => return Ok(Term::Literal(Value::Null)),
        _ => {}
    }
    if let Ok(number) = word.parse::<i64>() {
        return Ok(Term::Literal(number.into()));
    }
    if FUNCTIONS.contains(&word) {
        return Ok(Term::Function(word.to_string()));
    }
    Err(format!("function {word:?} not defined"))
}

// ---- running -----------------------------------------------------------------------------------------------------------

const FUNCTIONS: [&str; 16] = [
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
fn printed(value: &Value) -> String {
    if value.is_null() { "<no value>".to_string() } else { go_syntax::plain(value) }
}

/// Empty values are false.
fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let wrong = || format!("wrong number of args for {name}: got {}", arguments.len());
    let first = arguments.first().ok_or_else(wrong);
    Ok(match name {
        "len" => length(first?)?.into(),
        "not" => (!truth(first?)).into(),
        "and" => arguments.iter().find(|value| !truth(value)).or(arguments.last()).ok_or_else(wrong)?.clone(),
        "or" => arguments.iter().find(|value| truth(value)).or(arguments.last()).ok_or_else(wrong)?.clone(),
        "eq" => arguments.iter().skip(1).any(|other| Ok(other) == first).into(),
        "ne" | "lt" | "le" | "gt" | "ge" => {
            let [a, b] = arguments else { return Err(wrong()) };
            compare(name, a, b)?.into()
        }
        "index" => arguments[1..].iter().try_fold(first?.clone(), |value, key| index(&value, key))?,
        "exists" => arguments[1..]
            .iter()
            .try_fold(first?.clone(), |value, key| index(&value, key))
            .is_ok_and(|v| !v.is_null())
            .into(),
        "print" => arguments.iter().map(printed).collect::<String>().into(),
        "println" => (arguments.iter().map(printed).collect::<Vec<_>>().join(" ") + "\n").into(),
        "printf" => format(first?.as_str().unwrap_or_default(), &arguments[1..]).into(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn printed(template: &str) -> String {
        let value = json!({"kind": "List", "items": [
            {"metadata": {"name": "a", "labels": {"app.io/x": "1"}}, "n": 1}, {"metadata": {"name": "b"}, "n": 2}]});
        Template::parse(template).and_then(|template| template.print(&value)).unwrap_or_else(|why| why)
    }

    #[test]
    fn what_people_type_works() {
        for (template, text) in [
            ("{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", "a\nb\n"),
            ("{{range $i, $e := .items}}{{$i}}={{$e.metadata.name}} {{end}}", "0=a 1=b "),
            ("{{range .items}}{{if .metadata.labels}}{{.metadata.name}}{{else}}-{{end}}{{end}}", "a-"),
            ("{{len .items}} {{(index .items 1).metadata.name}}", "2 b"),
            ("{{range .items}}{{printf \"%-3s|%d\" .metadata.name .n}}{{end}}", "a  |1b  |2"),
            ("{{.nosuch}} {{(index .items 0).metadata}}", "<no value> map[labels:map[app.io/x:1] name:a]"),
            (
                "{{range .items}}{{if and (eq .n 2) (ne .metadata.name \"x\")}}{{.metadata.name | printf \"%q\"}}{{end}}{{end}}",
                "\"b\"",
            ),
            ("{{\"aGk=\" | base64decode}} {{- /* x */ -}} !", "hi!"),
            ("{{$n := len .items}}{{range .items}}{{$n}}{{end}}", "22"),
        ] {
            assert_eq!(printed(template), text, "{template}");
        }
    }

    #[test]
    fn mistakes_are_errors() {
        for template in
            ["{{", "{{range .items}}", "{{end}}", "{{foo}}", "{{index .items 9}}", "{{(}}", "{{\"x}}", "{{|}}"]
        {
            assert!(printed(template).starts_with("error "), "{template}: {}", printed(template));
        }
    }
}
