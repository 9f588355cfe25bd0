//! Text to nodes: first pieces of text and of words, then a tree.

use super::functions::FUNCTIONS;
use super::{Node, Pipe, Term};
use api::Value;
use api::go_syntax;

/// Actions and parentheses within each other, at most; people need three, and the reader may not run out of stack.
const DEPTH_MAX: usize = 100;

/// Reads a whole template.
pub fn template(text: &str) -> Result<Vec<Node>, String> {
    match (Parser { pieces: split(text)?.into_iter(), depth: 0 }).block()? {
        (nodes, Stop::Text) => Ok(nodes),
        (_, stop) => Err(format!("unexpected {{{{{}}}}}", stop.word())),
    }
}

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

/// Stands between a closing parenthesis and fields that touch it: `(index .a 0).b`.
const TOUCHING: &str = "\u{0}";

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
        let touches = rest[..length] == *")" && rest[length..].starts_with('.');
        if touches {
            words.push(TOUCHING.to_string());
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
    depth: usize,
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
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("max expression depth exceeded".to_string());
        }
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
        self.depth -= 1;
        Ok(match word {
            "if" => Node::If(condition, body, otherwise),
            "with" => Node::With(condition, body, otherwise),
            _ => Node::Range(names, condition, body, otherwise),
        })
    }
}

fn pipe(words: &[String]) -> Result<Pipe, String> {
    let mut at = 0;
    let pipe = pipe_until(words, &mut at, 0)?;
    if at < words.len() { Err("unexpected right paren".to_string()) } else { Ok(pipe) }
}

fn pipe_until(words: &[String], at: &mut usize, depth: usize) -> Result<Pipe, String> {
    let mut commands = vec![Vec::new()];
    while let Some(word) = words.get(*at) {
        match word.as_str() {
            ")" => break,
            "|" => commands.push(Vec::new()),
            "(" => {
                *at += 1;
                if depth == DEPTH_MAX {
                    return Err("max expression depth exceeded".to_string());
                }
                let inner = pipe_until(words, at, depth + 1)?;
                if words.get(*at).map(String::as_str) != Some(")") {
                    return Err("unclosed left paren".to_string());
                }
                let mut fields = Vec::new();
                if words.get(*at + 1).map(String::as_str) == Some(TOUCHING) {
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
