//! Words become the texts a command receives: variables, `$(…)`, `~`, splitting, globs.
//!
//! What stood in quotes is neither split nor a glob; that is why pieces remember it.

mod braces;
mod sum;

use crate::Shell;
use crate::lex::{Piece, Word};
use kubectl::Files;

/// Runs the text of a `$(…)` and returns what it printed.
pub type Substitute<'a> = &'a mut dyn FnMut(&mut Shell, &str) -> String;

/// What the words of a command may be in all, as Linux has it by default: 2 MB. A longer word ends there.
pub const LENGTH_MAX: usize = 2 << 20;

/// The fields a word becomes: none, one, or several.
pub fn fields(word: &Word, shell: &mut Shell, substitute: Substitute) -> Vec<String> {
    let mut fields = Vec::new();
    for word in braces::words(word) {
        fields.extend(fields_of_one(&word, shell, substitute));
    }
    fields
}

fn fields_of_one(word: &Word, shell: &mut Shell, substitute: Substitute) -> Vec<String> {
    let mut splitter = Splitter::default();
    for (index, piece) in word.iter().enumerate() {
        if splitter.length > LENGTH_MAX {
            break;
        }
        match piece {
            Piece::Text(text, false) if index == 0 && is_home(text) => {
                splitter.push(crate::files::HOME, true);
                splitter.push(&text[1..], false);
            }
            Piece::Text(text, quoted) => splitter.push(text, *quoted),
            Piece::Variable(name, quoted) => splitter.value(&variable(name, shell), *quoted),
            Piece::Command(text, quoted) => {
                let output = substitute(shell, text);
                splitter.value(output.trim_end_matches('\n'), *quoted);
            }
            Piece::Sum(text) => splitter.value(&sum::value(text, shell), true),
        }
    }
    splitter.end();
    splitter.fields.into_iter().flat_map(|field| glob(field, shell)).collect()
}

/// The one text a word becomes where bash neither splits nor globs: assignments, redirections, here-documents.
pub fn text(word: &Word, shell: &mut Shell, substitute: Substitute) -> String {
    let mut out = String::new();
    for (index, piece) in word.iter().enumerate() {
        if out.len() > LENGTH_MAX {
            break;
        }
        match piece {
            Piece::Text(text, false) if index == 0 && is_home(text) => {
                out.push_str(crate::files::HOME);
                out.push_str(&text[1..]);
            }
            Piece::Text(text, _) => out.push_str(text),
            Piece::Variable(name, _) => out.push_str(&variable(name, shell)),
            Piece::Command(text, _) => out.push_str(substitute(shell, text).trim_end_matches('\n')),
            Piece::Sum(text) => out.push_str(&sum::value(text, shell)),
        }
    }
    out
}

fn is_home(text: &str) -> bool {
    text == "~" || text.starts_with("~/")
}

fn variable(name: &str, shell: &Shell) -> String {
    match name {
        "?" => shell.status.to_string(),
        "PWD" => shell.files.working().to_string(),
        name => shell.variables.get(name).cloned().unwrap_or_else(|| parameter(name, shell)),
    }
}

/// `${NAME:-otherwise}`, `${NAME:+instead}`, `${#NAME}`, `${NAME%end}`, `${NAME#start}`, `${NAME/from/to}`; what is cut off is a text, not a pattern.
fn parameter(text: &str, shell: &Shell) -> String {
    if let Some(name) = text.strip_prefix('#') {
        return variable(name, shell).chars().count().to_string();
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let value = shell.variables.get(name).cloned().unwrap_or_default();
    let filled = |text: &str| match text.strip_prefix('$') {
        Some(name) => variable(name, shell),
        None => text.to_string(),
    };
    if let Some(other) = rest.strip_prefix(":-").or_else(|| rest.strip_prefix(":=")) {
        return if value.is_empty() { filled(other) } else { value };
    }
    if let Some(other) = rest.strip_prefix(":+") {
        return if value.is_empty() { value } else { filled(other) };
    }
    if let Some(end) = rest.strip_prefix('%') {
        return match end.trim_start_matches('%').split_once('*') {
            Some((start, "")) => {
                let found = if end.starts_with('%') { value.find(start) } else { value.rfind(start) };
                found.map_or(value.clone(), |at| value[..at].to_string())
            }
            _ => value.strip_suffix(end).unwrap_or(&value).to_string(),
        };
    }
    if let Some(start) = rest.strip_prefix('#') {
        return match start.trim_start_matches('#').split_once('*') {
            Some(("", end)) => {
                let found = if start.starts_with('#') { value.rfind(end) } else { value.find(end) };
                found.map_or(value.clone(), |at| value[at + end.len()..].to_string())
            }
            _ => value.strip_prefix(start).unwrap_or(&value).to_string(),
        };
    }
    match rest.strip_prefix('/').and_then(|rest| rest.split_once('/')) {
        Some((from, to)) if !from.is_empty() => match from.strip_prefix('/') {
            Some(from) => value.replace(from, to),
            None => value.replacen(from, to, 1),
        },
        _ => value,
    }
}

/// A field: characters, and whether each stood in quotes.
type Field = Vec<(char, bool)>;

#[derive(Default)]
struct Splitter {
    fields: Vec<Field>,
    current: Option<Field>,
    length: usize,
}

impl Splitter {
    fn push(&mut self, text: &str, quoted: bool) {
        self.length += text.len();
        if quoted || !text.is_empty() {
            self.current.get_or_insert_default().extend(text.chars().map(|c| (c, quoted)));
        }
    }

    fn value(&mut self, text: &str, quoted: bool) {
        if quoted {
            return self.push(text, true);
        }
        self.length += text.len();
        for c in text.chars() {
            if c.is_whitespace() {
                self.end();
            } else {
                self.current.get_or_insert_default().push((c, false));
            }
        }
    }

    fn end(&mut self) {
        self.fields.extend(self.current.take());
    }
}

/// The files a field with unquoted `*` or `?` matches; the field itself if there are none.
fn glob(field: Field, shell: &Shell) -> Vec<String> {
    let text: String = field.iter().map(|(c, _)| c).collect();
    if !field.iter().any(|(c, quoted)| matches!(c, '*' | '?') && !quoted) {
        return vec![text];
    }
    let (directory, pattern) = text.rsplit_once('/').map_or(("", text.as_str()), |(d, p)| (d, p));
    let names = shell.files.list(if directory.is_empty() { "." } else { directory }).unwrap_or_default();
    let pattern: Vec<char> = pattern.chars().collect();
    let found = names.into_iter().filter(|name| {
        let name: Vec<char> = name.chars().collect();
        name.first() != Some(&'.') && matches(&pattern, &name)
    });
    let found: Vec<String> =
        found.map(|name| if directory.is_empty() { name } else { format!("{directory}/{name}") }).collect();
    if found.is_empty() { vec![text] } else { found }
}

fn matches(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=name.len()).any(|skipped| matches(rest, &name[skipped..])),
        (['?', pattern @ ..], [_, name @ ..]) => matches(pattern, name),
        ([a, pattern @ ..], [b, name @ ..]) => a == b && matches(pattern, name),
        _ => false,
    }
}
