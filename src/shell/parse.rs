//! Tokens become commands: pipelines joined by `;`, `&&`, `||`, and the loops and branches around them.

use crate::lex::{Piece, Token, Word, lex};

/// Why a text is no command yet, or never will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// More lines must follow.
    More,
    /// What bash says of it.
    Wrong(String),
}

/// What decides whether a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `;`
    Always,
    /// `&&`
    AfterSuccess,
    /// `||`
    AfterFailure,
}

/// Commands in order.
pub type List = Vec<(When, Command)>;

/// One command of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Commands whose outputs feed one another.
    Pipeline(Vec<Simple>),
    /// `for NAME in WORDS; do BODY; done`
    For(String, Vec<Word>, List),
    /// `while CONDITION; do BODY; done`
    While(List, List),
    /// `if CONDITION; then BODY; else OTHERWISE; fi`
    If(List, List, List),
}

/// A command with its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simple {
    /// `NAME=value` in front of it.
    pub assignments: Vec<(String, Word)>,
    /// The command's name, and what follows.
    pub words: Vec<Word>,
    /// In order.
    pub redirects: Vec<Redirect>,
    /// A loop or a branch in its place: then there are no words.
    pub inner: List,
}

/// Where a stream of a command comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// `< FILE`
    Input(Word),
    /// `<< END`
    Here(Word),
    /// `> FILE`, `2>> FILE`, `&> FILE`
    Output {
        /// Standard output goes there.
        out: bool,
        /// Standard error goes there.
        err: bool,
        /// Added to what is there.
        append: bool,
        /// The file.
        file: Word,
    },
    /// `2>&1`
    ErrorToOutput,
    /// `>&2`
    OutputToError,
}

/// Understands a text.
pub fn parse(text: &str) -> Result<List, Incomplete> {
    let mut parser = Parser { tokens: lex(text)?, at: 0 };
    let list = parser.list(&[])?;
    match parser.tokens.get(parser.at) {
        None => Ok(list),
        Some(token) => Err(unexpected(token)),
    }
}

const FUNCTIONS: &str = "everynode doesn't simulate functions; an alias may stand for several words";

fn unexpected(token: &Token) -> Incomplete {
    let text = match token {
        Token::Sign(sign) => sign,
        Token::Here(_) => "<<",
        Token::Word(word) => plain(word).unwrap_or("word"),
    };
    Incomplete::Wrong(format!("bash: syntax error near unexpected token `{text}'"))
}

/// A word that is one piece of text without quotes: only such a one can be a keyword.
fn plain(word: &Word) -> Option<&str> {
    match word.as_slice() {
        [Piece::Text(text, false)] => Some(text),
        _ => None,
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn keyword(&self) -> Option<&str> {
        match self.tokens.get(self.at)? {
            Token::Word(word) => plain(word),
            _ => None,
        }
    }

    fn sign(&self) -> Option<&'static str> {
        match self.tokens.get(self.at)? {
            Token::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    fn expect(&mut self, keyword: &str) -> Result<(), Incomplete> {
        match self.tokens.get(self.at) {
            None => Err(Incomplete::More),
            Some(_) if self.keyword() == Some(keyword) => {
                self.at += 1;
                Ok(())
            }
            Some(token) => Err(unexpected(token)),
        }
    }

    fn skip_separators(&mut self) {
        while self.sign() == Some(";") {
            self.at += 1;
        }
    }

    /// Commands up to one of the keywords in `until`, or to the end.
    fn list(&mut self, until: &[&str]) -> Result<List, Incomplete> {
        let (mut list, mut when) = (Vec::new(), When::Always);
        loop {
            if when == When::Always {
                self.skip_separators();
            } else if self.sign() == Some(";") {
                // `a &&` at the end of a line goes on in the next one.
                self.skip_separators();
            }
            if self.at == self.tokens.len() {
                return if until.is_empty() && when == When::Always { Ok(list) } else { Err(Incomplete::More) };
            }
            if self.keyword().is_some_and(|word| until.contains(&word)) {
                return Ok(list);
            }
            list.push((when, self.command()?));
            when = match self.sign() {
                Some("&&") => When::AfterSuccess,
                Some("||") => When::AfterFailure,
                Some(";" | "&") => When::Always,
                _ => {
                    if self.at < self.tokens.len() && !self.keyword().is_some_and(|word| until.contains(&word)) {
                        return Err(unexpected(&self.tokens[self.at]));
                    }
                    when = When::Always;
                    continue;
                }
            };
            self.at += 1;
        }
    }

    /// A command; a loop with a pipe or a redirection becomes the part of a pipeline.
    fn command(&mut self) -> Result<Command, Incomplete> {
        let command = self.alone()?;
        let piped = matches!(self.tokens.get(self.at), Some(Token::Here(_)))
            || self.sign().is_some_and(|sign| sign == "|" || sign.contains(['<', '>']));
        if matches!(command, Command::Pipeline(_)) || !piped {
            return Ok(command);
        }
        let mut first = self.simple_or_nothing()?;
        first.inner = vec![(When::Always, command)];
        self.pipeline(first)
    }

    fn alone(&mut self) -> Result<Command, Incomplete> {
        match self.keyword() {
            Some("for") => self.for_loop(),
            Some("while") => {
                self.at += 1;
                let condition = self.list(&["do"])?;
                self.expect("do")?;
                let body = self.list(&["done"])?;
                self.expect("done")?;
                Ok(Command::While(condition, body))
            }
            Some("if") => {
                self.at += 1;
                let condition = self.list(&["then"])?;
                self.expect("then")?;
                let body = self.list(&["else", "fi"])?;
                let mut otherwise = Vec::new();
                if self.keyword() == Some("else") {
                    self.at += 1;
                    otherwise = self.list(&["fi"])?;
                }
                self.expect("fi")?;
                Ok(Command::If(condition, body, otherwise))
            }
            Some("function") => Err(Incomplete::Wrong(FUNCTIONS.into())),
            _ => {
                let first = self.simple()?;
                self.pipeline(first)
            }
        }
    }

    fn for_loop(&mut self) -> Result<Command, Incomplete> {
        self.at += 1;
        let name = self.keyword().ok_or(Incomplete::More)?.to_string();
        self.at += 1;
        self.expect("in")?;
        let mut values = Vec::new();
        while let Some(Token::Word(word)) = self.tokens.get(self.at) {
            values.push(word.clone());
            self.at += 1;
        }
        self.skip_separators();
        self.expect("do")?;
        let body = self.list(&["done"])?;
        self.expect("done")?;
        Ok(Command::For(name, values, body))
    }

    fn pipeline(&mut self, first: Simple) -> Result<Command, Incomplete> {
        let mut commands = vec![first];
        while self.sign() == Some("|") {
            self.at += 1;
            self.skip_separators();
            if self.at == self.tokens.len() {
                return Err(Incomplete::More);
            }
            let next = match self.keyword() {
                Some("for" | "while" | "if") => {
                    let inner = vec![(When::Always, self.alone()?)];
                    Simple { inner, ..self.simple_or_nothing()? }
                }
                _ => self.simple()?,
            };
            commands.push(next);
        }
        Ok(Command::Pipeline(commands))
    }

    fn simple(&mut self) -> Result<Simple, Incomplete> {
        let simple = self.simple_or_nothing()?;
        if simple != Simple::default() {
            return Ok(simple);
        }
        match self.tokens.get(self.at) {
            Some(token) => Err(unexpected(token)),
            None => Err(Incomplete::More),
        }
    }

    /// Words and redirections as far as they go.
    fn simple_or_nothing(&mut self) -> Result<Simple, Incomplete> {
        let mut simple = Simple::default();
        loop {
            match self.tokens.get(self.at).cloned() {
                Some(Token::Word(word)) => {
                    self.at += 1;
                    match assignment(&word) {
                        Some(assignment) if simple.words.is_empty() => simple.assignments.push(assignment),
                        _ => simple.words.push(word),
                    }
                }
                Some(Token::Here(word)) => {
                    self.at += 1;
                    simple.redirects.push(Redirect::Here(word));
                }
                Some(Token::Sign(sign)) if sign.contains(['<', '>']) => {
                    self.at += 1;
                    let redirect = self.redirect(sign)?;
                    simple.redirects.push(redirect);
                }
                // `[[ … && … ]]` is one command.
                Some(Token::Sign(sign @ ("&&" | "||")))
                    if simple.words.first().is_some_and(|word| plain(word) == Some("[["))
                        && simple.words.last().is_none_or(|word| plain(word) != Some("]]")) =>
                {
                    self.at += 1;
                    simple.words.push(vec![Piece::Text(sign.into(), true)]);
                }
                Some(Token::Sign("("))
                    if simple.words.len() == 1 && self.tokens.get(self.at + 1) == Some(&Token::Sign(")")) =>
                {
                    return Err(Incomplete::Wrong(FUNCTIONS.into()));
                }
                _ => return Ok(simple),
            }
        }
    }

    fn redirect(&mut self, sign: &str) -> Result<Redirect, Incomplete> {
        match sign {
            "2>&1" => return Ok(Redirect::ErrorToOutput),
            ">&2" | "1>&2" => return Ok(Redirect::OutputToError),
            _ => {}
        }
        let file = match self.tokens.get(self.at) {
            Some(Token::Word(word)) => word.clone(),
            Some(token) => return Err(unexpected(token)),
            None => return Err(Incomplete::Wrong("bash: syntax error near unexpected token `newline'".into())),
        };
        self.at += 1;
        if sign == "<" {
            return Ok(Redirect::Input(file));
        }
        let (out, err) = (!sign.starts_with('2'), sign.starts_with(['2', '&']));
        Ok(Redirect::Output { out, err, append: sign.ends_with(">>"), file })
    }
}

/// `NAME=value`
fn assignment(word: &Word) -> Option<(String, Word)> {
    let Some(Piece::Text(text, false)) = word.first() else { return None };
    let (name, value) = text.split_once('=')?;
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !named {
        return None;
    }
    let mut rest = vec![Piece::Text(value.to_string(), false)];
    rest.extend(word[1..].iter().cloned());
    Some((name.to_string(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_ends_ask_for_more() {
        for text in [
            "echo 'a",
            "echo \"a",
            "a |",
            "a &&",
            "cat <<EOF",
            "cat <<EOF\nx",
            "for n in a b; do",
            "a \\",
            "if a; then b",
        ] {
            assert_eq!(parse(text), Err(Incomplete::More), "{text}");
        }
    }

    #[test]
    fn mistakes_are_told_as_bash_tells_them() {
        for (text, token) in [("| a", "|"), ("a ; ; ) b", ")"), ("a -l app in (x)", "("), ("a >", "newline")] {
            let expected = format!("bash: syntax error near unexpected token `{token}'");
            assert_eq!(parse(text), Err(Incomplete::Wrong(expected)), "{text}");
        }
    }
}
