//! Text to nodes. The errors are client-go's.

use super::{Filter, Node, Slice};
use api::float;
use api::go_syntax;

/// Reads a whole template: literal text, and expressions in braces.
pub fn template(text: &str) -> Result<Vec<Node>, String> {
    let mut parser = Parser { text, at: 0 };
    let mut nodes = Vec::new();
    loop {
        let rest = parser.rest();
        let literal = rest.find('{').map_or(rest, |end| &rest[..end]);
        if !literal.is_empty() {
            nodes.push(Node::Literal(literal.into()));
            parser.at += literal.len();
        }
        if parser.next().is_none() {
            return Ok(nodes);
        }
        nodes.push(as_action(parser.action()?));
    }
}

/// `range` and `end` are expressions that begin with these words.
fn as_action(mut steps: Vec<Node>) -> Node {
    match steps.first() {
        Some(Node::Range(_)) => Node::Range(steps.split_off(1)),
        Some(Node::End) => Node::End,
        _ => Node::List(steps),
    }
}

/// Reads one expression without its braces.
fn expression(text: &str) -> Result<Vec<Node>, String> {
    let wrapped = format!("{text}}}");
    Parser { text: &wrapped, at: 0 }.action()
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads steps up to the closing brace.
    fn action(&mut self) -> Result<Vec<Node>, String> {
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with("[?(") {
                self.at += "[?(".len();
                steps.push(self.filter()?);
                continue;
            }
            if rest.starts_with("..") {
                self.at += "..".len();
                steps.push(self.recursive(&steps)?);
                // A field may follow at once: `..name`.
                if self.rest().starts_with(|c: char| !is_terminator(c)) {
                    steps.push(self.field());
                }
                continue;
            }
            match self.next() {
                None | Some('\n' | '\r') => return Err("unclosed action".to_string()),
                Some('}') => return Ok(steps),
                // The current object and the root are where every expression starts anyway.
                Some(' ' | '@' | '$') => {}
                Some('[') => self.array(&mut steps)?,
                Some(quote @ ('"' | '\'')) => steps.push(self.quoted(quote)?),
                Some('.') => steps.push(self.field()),
                Some(c) if c == '+' || c == '-' || c.is_ascii_digit() => {
                    self.at -= 1;
                    steps.push(self.number()?);
                }
                Some(c) if c.is_alphanumeric() || c == '_' => {
                    self.at -= c.len_utf8();
                    steps.push(self.identifier()?);
                }
                Some(c) => return Err(format!("unrecognized character in action: U+{:04X} '{c}'", c as u32)),
            }
        }
    }

    fn recursive(&self, before: &[Node]) -> Result<Node, String> {
        match before.last() {
            Some(Node::Recursive) => Err("invalid multiple recursive descent".to_string()),
            _ => Ok(Node::Recursive),
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !wanted(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// A field's name; a backslash takes away the meaning of a dot.
    fn field(&mut self) -> Node {
        let mut name = String::new();
        while let Some(c) = self.rest().chars().next().filter(|c| !is_terminator(*c)) {
            self.at += c.len_utf8();
            if c == '\\' {
                name.extend(self.next());
            } else {
                name.push(c);
            }
        }
        if name == "*" { Node::Wildcard } else { Node::Field(name) }
    }

    fn quoted(&mut self, quote: char) -> Result<Node, String> {
        let start = self.at;
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated quoted string".to_string()),
                Some('\\') => drop(self.next()),
                Some(c) if c == quote => break,
                Some(_) => {}
            }
        }
        let body = &self.text[start..self.at - 1];
        let text = go_syntax::unquote(body)
            .ok_or_else(|| format!("unquote string {quote}{body}{quote} error invalid syntax"))?;
        Ok(Node::Literal(text.into()))
    }

    fn number(&mut self) -> Result<Node, String> {
        let text = self.take_while(|c| c == '+' || c == '-' || c == '.' || c.is_ascii_alphanumeric());
        let number = text.strip_prefix('+').unwrap_or(text);
        if let Ok(whole) = number.parse::<i64>() {
            return Ok(Node::Literal(whole.into()));
        }
        match float::parse(number) {
            Some(float) => Ok(Node::Literal(float.into())),
            None => Err(format!("cannot parse number {text}")),
        }
    }

    fn identifier(&mut self) -> Result<Node, String> {
        match self.take_while(|c| !is_terminator(c)) {
            "range" => Ok(Node::Range(Vec::new())),
            "end" => Ok(Node::End),
            "true" => Ok(Node::Literal(true.into())),
            "false" => Ok(Node::Literal(false.into())),
            other => Err(format!("unrecognized identifier {other}")),
        }
    }

    /// What is between brackets: an index, a part, a key, or several of them.
    fn array(&mut self, steps: &mut Vec<Node>) -> Result<(), String> {
        let rest = self.rest();
        let end = match rest.find([']', '\n']) {
            Some(end) if rest[end..].starts_with(']') => end,
            _ => return Err("unterminated array".to_string()),
        };
        let text = &rest[..end];
        self.at += end + 1;
        if text.contains(',') {
            let parts = text.split(',').map(|part| expression(&format!("[{}]", part.trim_matches(' '))));
            steps.push(Node::Union(parts.collect::<Result<_, _>>()?));
            return Ok(());
        }
        if let Some(key) =
            text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).filter(|key| !key.contains('\''))
        {
            steps.extend(expression(&format!(".{key}"))?);
            return Ok(());
        }
        steps.push(Node::Slice(slice(if text == "*" { ":" } else { text })?));
        Ok(())
    }

    fn filter(&mut self) -> Result<Node, String> {
        let start = self.at;
        let mut quote = None;
        loop {
            let c = self.next().filter(|c| *c != '\n').ok_or("unterminated filter")?;
            match quote {
                None if c == '"' || c == '\'' => quote = Some(c),
                None if c == ')' => break,
                Some(_) if c == '\\' => drop(self.next()),
                Some(open) if c == open => quote = None,
                _ => {}
            }
        }
        let text = &self.text[start..self.at - 1];
        if self.next() != Some(']') {
            return Err("unclosed array expect ]".to_string());
        }
        let is_operator = |c: char| "!<>=".contains(c);
        let filter = match text.find(is_operator) {
            Some(at) if at > 0 => {
                let operator: String = text[at..].chars().take_while(|c| is_operator(*c)).collect();
                let right = &text[at + operator.len()..];
                Filter { left: expression(&text[..at])?, operator, right: expression(right)? }
            }
            _ => Filter { left: expression(text)?, operator: String::new(), right: Vec::new() },
        };
        Ok(Node::Filter(filter))
    }
}

fn is_terminator(c: char) -> bool {
    c.is_whitespace() || ".,[]$@{}".contains(c)
}

/// `3`, `1:2`, `:`, `::2`
fn slice(text: &str) -> Result<Slice, String> {
    let invalid = || format!("invalid array index {text}");
    let number = |part: &str| match part {
        "" => Ok(None),
        part => part.parse::<i64>().map(Some).map_err(|_| invalid()),
    };
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [only] if !only.is_empty() => Ok(Slice { from: number(only)?, single: true, ..Slice::default() }),
        [from, to] => Ok(Slice { from: number(from)?, to: number(to)?, ..Slice::default() }),
        [from, to, step] => Ok(Slice { from: number(from)?, to: number(to)?, step: number(step)?, single: false }),
        _ => Err(invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Value;

    #[test]
    fn mistakes_are_named_as_client_go_names_them() {
        for (text, why) in [
            ("{.items[0", "unterminated array"),
            ("{.items[*].metadata.labels[\"app\"]}", "invalid array index \"app\""),
            ("{.items", "unclosed action"),
            ("{items}", "unrecognized identifier items"),
            ("{.a[?(@.b==\"c\"}", "unterminated filter"),
            ("{.a[?(@.b==\"c\")}", "unclosed array expect ]"),
            ("{\"a}", "unterminated quoted string"),
            ("{#}", "unrecognized character in action: U+0023 '#'"),
        ] {
            assert_eq!(template(text), Err(why.to_string()), "{text}");
        }
    }

    #[test]
    fn escaped_dots_belong_to_a_key() {
        let expected = vec![Node::List(vec![Node::Field("a".into()), Node::Field("b.c".into())])];
        assert_eq!(template("{.a.b\\.c}"), Ok(expected.clone()));
        assert_eq!(template("{.a['b\\.c']}"), Ok(expected));
        assert_eq!(template("x"), Ok(vec![Node::Literal(Value::from("x"))]));
    }
}
