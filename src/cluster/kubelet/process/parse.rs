//! A shell's script as a tree: lists of commands, loops, branches.
//!
//! Left out, and read as plain words: functions, `case`, here-documents, arithmetic.

/// Deeper loops and branches are not looked into.
const DEEPEST: usize = 32;

/// One step of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Words, with variables still in them.
    Command(Vec<String>),
    /// What follows runs only after success (`&&`), after failure (`||`), or in any case.
    List(Vec<(Join, Node)>),
    /// `while` (true) or `until` (false): condition, body.
    While(bool, Box<Node>, Box<Node>),
    /// A name, its values, the body.
    For(String, Vec<String>, Box<Node>),
    /// Condition, then, else.
    If(Box<Node>, Box<Node>, Option<Box<Node>>),
    /// `command &`
    Background(Box<Node>),
}

/// How a step follows the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// `;`, a line's end, `|`
    Always,
    /// `&&`
    And,
    /// `||`
    Or,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Operator(&'static str),
}

/// Reads a script.
pub fn parse(script: &str) -> Node {
    let mut parser = Parser { tokens: lex(script), at: 0, depth: 0 };
    let mut steps = Vec::new();
    while parser.at < parser.tokens.len() {
        steps.push((Join::Always, parser.list(&[])));
        // A stray closing word is passed over.
        parser.at += 1;
    }
    Node::List(steps)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// How many loops and branches it is inside of.
    depth: usize,
}

impl Parser {
    /// Commands up to one of the closing words, which stays.
    fn list(&mut self, until: &[&str]) -> Node {
        let mut steps = Vec::new();
        let mut join = Join::Always;
        loop {
            match self.tokens.get(self.at).cloned() {
                None => break,
                Some(Token::Word(word)) if until.contains(&word.as_str()) => break,
                Some(Token::Operator(operator)) => {
                    self.at += 1;
                    match operator {
                        "&&" => join = Join::And,
                        "||" => join = Join::Or,
                        "&" => {
                            if let Some((_, last)) = steps.last_mut() {
                                *last = Node::Background(Box::new(std::mem::replace(last, Node::List(Vec::new()))));
                            }
                            join = Join::Always;
                        }
                        ")" => break,
                        _ => join = Join::Always,
                    }
                }
                Some(Token::Word(_)) => {
                    let before = self.at;
                    steps.push((join, self.command()));
                    join = Join::Always;
                    if self.at == before {
                        break;
                    }
                }
            }
        }
        Node::List(steps)
    }

    fn command(&mut self) -> Node {
        self.depth += 1;
        let keyword = self.word().filter(|_| self.depth <= DEEPEST);
        let node = self.compound(keyword.as_deref());
        self.depth -= 1;
        node
    }

    /// The command that a word begins; `None`: a plain one, whatever its word.
    fn compound(&mut self, keyword: Option<&str>) -> Node {
        match keyword {
            Some(word @ ("while" | "until")) => {
                self.at += 1;
                let condition = self.list(&["do"]);
                Node::While(word == "while", Box::new(condition), Box::new(self.body("do", "done")))
            }
            Some("for") => {
                self.at += 1;
                let name = self.next_word();
                let mut values = Vec::new();
                while let Some(word) = self.word()
                    && word != "do"
                {
                    self.at += 1;
                    values.push(word);
                }
                self.list(&["do"]);
                Node::For(name, values.split_off(usize::from(!values.is_empty())), Box::new(self.body("do", "done")))
            }
            Some("if" | "elif") => {
                self.at += 1;
                let condition = self.list(&["then"]);
                self.at += 1;
                let then = self.list(&["elif", "else", "fi"]);
                let other = match self.word().as_deref() {
                    Some("elif") => Some(Box::new(self.command())),
                    Some("else") => Some(Box::new(self.body("else", "fi"))),
                    _ => {
                        self.at += 1;
                        None
                    }
                };
                Node::If(Box::new(condition), Box::new(then), other)
            }
            Some("{") => self.body("{", "}"),
            _ => {
                let mut words = Vec::new();
                while let Some(word) = self.word() {
                    self.at += 1;
                    words.push(word);
                }
                Node::Command(words)
            }
        }
    }

    /// An opening word, a list, a closing word.
    fn body(&mut self, open: &str, close: &str) -> Node {
        if self.word().as_deref() == Some(open) {
            self.at += 1;
        }
        let list = self.list(&[close]);
        self.at += 1;
        list
    }

    fn word(&self) -> Option<String> {
        match self.tokens.get(self.at) {
            Some(Token::Word(word)) => Some(word.clone()),
            _ => None,
        }
    }

    fn next_word(&mut self) -> String {
        let word = self.word().unwrap_or_default();
        self.at += 1;
        word
    }
}

/// Words and operators. Single quotes keep a `$` from being seen as a variable: it becomes `QUOTED_DOLLAR`.
fn lex(script: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        let operator = match c {
            '\'' => {
                let quoted =
                    chars.by_ref().take_while(|c| *c != '\'').map(|c| if c == '$' { QUOTED_DOLLAR } else { c });
                word.get_or_insert_default().extend(quoted);
                continue;
            }
            '"' => {
                let text = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    match c {
                        '\\' => text.extend(chars.next()),
                        '$' if chars.peek() == Some(&'(') => substitution(&mut chars, text),
                        c => text.push(c),
                    }
                }
                continue;
            }
            '$' if chars.peek() == Some(&'(') => {
                substitution(&mut chars, word.get_or_insert_default());
                continue;
            }
            '`' => {
                let inner: String = chars.by_ref().take_while(|c| *c != '`').collect();
                word.get_or_insert_default().push_str(&format!("$({inner})"));
                continue;
            }
            '\\' => {
                if let Some(c) = chars.next().filter(|c| *c != '\n') {
                    word.get_or_insert_default().push(c);
                }
                continue;
            }
            '#' if word.is_none() => {
                chars.by_ref().take_while(|c| *c != '\n').for_each(drop);
                ";"
            }
            ';' | '\n' => ";",
            '&' if chars.next_if_eq(&'&').is_some() => "&&",
            '&' if word.as_deref().is_some_and(|word| word.ends_with('>')) => {
                word.get_or_insert_default().push('&');
                continue;
            }
            '&' => "&",
            '|' if chars.next_if_eq(&'|').is_some() => "||",
            '|' => "|",
            '(' => "(",
            ')' => ")",
            ' ' | '\t' | '\r' => "",
            c => {
                word.get_or_insert_default().push(c);
                continue;
            }
        };
        tokens.extend(word.take().map(Token::Word));
        if !operator.is_empty() {
            tokens.push(Token::Operator(operator));
        }
    }
    tokens.extend(word.map(Token::Word));
    tokens
}

/// A dollar sign that stands for itself.
pub const QUOTED_DOLLAR: char = '\u{3}';

/// `$(…)`, kept as it is, as part of a word.
fn substitution(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, word: &mut String) {
    word.push('$');
    let mut depth = 0;
    for c in chars.by_ref() {
        word.push(c);
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}
