//! A line becomes words that remember their quotes, and the signs between them.
//!
//! Follows POSIX (`Shell Command Language`, 2.2 and 2.3) as far as learners go: both kinds of quotes, backslashes,
//! `$NAME`, `${NAME}`, `$?`, `$(…)`, `` `…` ``, `$((…))`, comments, here-documents.

use crate::parse::Incomplete;

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands; in quotes it is no glob and isn't split.
    Text(String, bool),
    /// `$NAME`; in quotes its value isn't split.
    Variable(String, bool),
    /// `$(…)`; in quotes its output isn't split.
    Command(String, bool),
    /// `$((…))`
    Sum(String),
}

/// A word: pieces without a gap between them.
pub type Word = Vec<Piece>;

/// A word, or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word.
    Word(Word),
    /// `|`, `&&`, `>`, …
    Sign(&'static str),
    /// `<<EOF` with its text; pieces, since variables in it may be expanded.
    Here(Word),
}

/// Longer signs first, so that `||` isn't two pipes.
const SIGNS: [&str; 15] = ["2>&1", "1>&2", ">&2", "2>>", "&>>", "2>", "&>", "&&", "||", ">>", "<<", "|", "&", ";", ">"];

/// Cuts a text into tokens.
pub fn lex(text: &str) -> Result<Vec<Token>, Incomplete> {
    let mut lexer = Lexer { rest: text, tokens: Vec::new(), awaited: Vec::new() };
    while lexer.step()? {}
    if lexer.awaited.is_empty() { Ok(lexer.tokens) } else { Err(Incomplete::More) }
}

struct Lexer<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    /// Here-documents whose text begins at the next line: the token's place, the last line, `-`, and whether it was quoted.
    awaited: Vec<(usize, String, bool, bool)>,
}

impl Lexer<'_> {
    fn step(&mut self) -> Result<bool, Incomplete> {
        let blanks = self.rest.trim_start_matches([' ', '\t', '\r']);
        self.rest = blanks.strip_prefix("\\\n").unwrap_or(blanks);
        let Some(first) = self.rest.chars().next() else { return Ok(false) };
        match first {
            '\n' => {
                self.rest = &self.rest[1..];
                self.here_documents()?;
                self.tokens.push(Token::Sign(";"));
            }
            '#' => {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
            }
            '\\' if self.rest == "\\" => return Err(Incomplete::More),
            _ => match self.sign() {
                Some("<<") => self.here()?,
                Some(sign) => self.tokens.push(Token::Sign(sign)),
                None => {
                    let word = self.word()?;
                    self.tokens.push(Token::Word(word));
                }
            },
        }
        Ok(true)
    }

    fn sign(&mut self) -> Option<&'static str> {
        let found = SIGNS.into_iter().chain(["<", "(", ")"]).find(|sign| self.rest.starts_with(sign))?;
        self.rest = &self.rest[found.len()..];
        Some(found)
    }

    /// What follows `<<`: the word that ends a here document, or, after one more `<`, the text itself.
    fn here(&mut self) -> Result<(), Incomplete> {
        if let Some(rest) = self.rest.strip_prefix('<') {
            self.rest = rest.trim_start_matches([' ', '\t']);
            let mut text = self.word()?;
            if text.is_empty() {
                return Err(Incomplete::Wrong("bash: syntax error near unexpected token `newline'".into()));
            }
            text.push(Piece::Text("\n".into(), true));
            self.tokens.push(Token::Here(text));
            return Ok(());
        }
        let dash = self.rest.starts_with('-');
        self.rest = self.rest[usize::from(dash)..].trim_start_matches([' ', '\t']);
        let word = self.word()?;
        let quoted = word.iter().any(|piece| matches!(piece, Piece::Text(_, true)));
        let end: String = (word.iter())
            .map(|piece| match piece {
                Piece::Text(text, _) | Piece::Variable(text, _) | Piece::Command(text, _) | Piece::Sum(text) => {
                    text.as_str()
                }
            })
            .collect();
        self.awaited.push((self.tokens.len(), end, dash, quoted));
        self.tokens.push(Token::Here(Vec::new()));
        Ok(())
    }

    fn here_documents(&mut self) -> Result<(), Incomplete> {
        for (place, end, dash, quoted) in std::mem::take(&mut self.awaited) {
            let mut text = String::new();
            loop {
                if self.rest.is_empty() {
                    return Err(Incomplete::More);
                }
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                let line = if dash { line.trim_start_matches('\t') } else { line };
                if line == end {
                    break;
                }
                text.push_str(line);
                text.push('\n');
            }
            let word = if quoted { vec![Piece::Text(text, true)] } else { inside_quotes(&text)? };
            self.tokens[place] = Token::Here(word);
        }
        Ok(())
    }

    fn word(&mut self) -> Result<Word, Incomplete> {
        let mut word = Vec::new();
        while let Some(first) = self.rest.chars().next() {
            match first {
                ' ' | '\t' | '\n' | '\r' | '|' | '&' | ';' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    let end = self.rest[1..].find('\'').ok_or(Incomplete::More)? + 1;
                    word.push(Piece::Text(self.rest[1..end].to_string(), true));
                    self.rest = &self.rest[end + 1..];
                }
                '"' => {
                    let end = closing_quote(self.rest)?;
                    let pieces = inside_quotes(&self.rest[1..end])?;
                    word.extend(if pieces.is_empty() { vec![Piece::Text(String::new(), true)] } else { pieces });
                    self.rest = &self.rest[end + 1..];
                }
                '\\' => {
                    let mut chars = self.rest.chars();
                    chars.next();
                    let escaped = chars.next().ok_or(Incomplete::More)?;
                    self.rest = chars.as_str();
                    if escaped != '\n' {
                        push_text(&mut word, escaped, true);
                    }
                }
                '`' => {
                    let (piece, rest) = backticks(self.rest, false)?;
                    word.push(piece);
                    self.rest = rest;
                }
                '$' => match dollar(self.rest, false)? {
                    Some((piece, rest)) => {
                        word.push(piece);
                        self.rest = rest;
                    }
                    None => self.plain('$', &mut word),
                },
                c => self.plain(c, &mut word),
            }
        }
        Ok(word)
    }

    fn plain(&mut self, c: char, word: &mut Word) {
        push_text(word, c, false);
        self.rest = &self.rest[c.len_utf8()..];
    }
}

fn push_text(word: &mut Word, c: char, quoted: bool) {
    match word.last_mut() {
        Some(Piece::Text(text, q)) if *q == quoted => text.push(c),
        _ => word.push(Piece::Text(c.to_string(), quoted)),
    }
}

/// The place of the `"` that closes the one `text` begins with.
fn closing_quote(text: &str) -> Result<usize, Incomplete> {
    let mut at = 1;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '"' => return Ok(at),
            '\\' => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            '$' if text[at..].starts_with("$(") => at += closing_parenthesis(&text[at + 1..])? + 2,
            c => at += c.len_utf8(),
        }
    }
    Err(Incomplete::More)
}

/// The place of the `)` that closes the one `text` begins with.
fn closing_parenthesis(text: &str) -> Result<usize, Incomplete> {
    let (mut depth, mut quote) = (0, None);
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at);
                }
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (Some('"') | None, '\\') => drop(chars.next()),
            _ => {}
        }
    }
    Err(Incomplete::More)
}

/// The pieces of a text in double quotes: only `$`, and backslashes before `$`, `` ` ``, `"`, `\`, mean something.
fn inside_quotes(text: &str) -> Result<Word, Incomplete> {
    let (mut word, mut rest) = (Vec::new(), text);
    while let Some(c) = rest.chars().next() {
        if c == '\\' && rest[1..].starts_with(['$', '`', '"', '\\', '\n']) {
            let escaped = rest[1..].chars().next().unwrap_or('\\');
            if escaped != '\n' {
                push_text(&mut word, escaped, true);
            }
            rest = &rest[1 + escaped.len_utf8()..];
        } else if c == '`' {
            let (piece, after) = backticks(rest, true)?;
            word.push(piece);
            rest = after;
        } else if c == '$'
            && let Some((piece, after)) = dollar(rest, true)?
        {
            word.push(piece);
            rest = after;
        } else {
            push_text(&mut word, c, true);
            rest = &rest[c.len_utf8()..];
        }
    }
    Ok(word)
}

/// What begins with a `$`, and the text after it; `None` if it is just a dollar.
fn dollar(text: &str, quoted: bool) -> Result<Option<(Piece, &str)>, Incomplete> {
    let after = &text[1..];
    if after.starts_with("((") {
        let end = closing_parenthesis(after)?;
        if after[..end].ends_with(')') {
            return Ok(Some((Piece::Sum(after[2..end - 1].to_string()), &after[end + 1..])));
        }
    }
    if after.starts_with('(') {
        let end = closing_parenthesis(after)?;
        return Ok(Some((Piece::Command(after[1..end].to_string(), quoted), &after[end + 1..])));
    }
    if let Some(inner) = after.strip_prefix('{') {
        let (name, rest) = inner.split_once('}').ok_or(Incomplete::More)?;
        return Ok(Some((Piece::Variable(name.to_string(), quoted), rest)));
    }
    if let Some(rest) = after.strip_prefix(['?', '$', '#', '@', '!']) {
        return Ok(Some((Piece::Variable(after[..1].to_string(), quoted), rest)));
    }
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
    let name = &after[..end];
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    Ok(Some((Piece::Variable(name.to_string(), quoted), &after[end..])))
}

/// `` `…` ``, the old form of `$(…)`, and the text after it.
fn backticks(text: &str, quoted: bool) -> Result<(Piece, &str), Incomplete> {
    let inner = &text[1..];
    let mut at = 0;
    while let Some(c) = inner[at..].chars().next() {
        match c {
            '`' => {
                let command = inner[..at].replace("\\`", "`");
                return Ok((Piece::Command(command, quoted), &inner[at + 1..]));
            }
            '\\' => at += 1 + inner[at + 1..].chars().next().map_or(0, char::len_utf8),
            c => at += c.len_utf8(),
        }
    }
    Err(Incomplete::More)
}
