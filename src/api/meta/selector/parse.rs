//! The text form of label selectors: `a=b,c in (x,y),!d,k>5`.
//!
//! A lexer that knows words and symbols, and a parser one requirement at a time, so that the first thing wrong is the thing
//! named. Errors are the API server's, to the letter.
//!
//! Models `labels.Parse` of apimachinery `pkg/labels/selector.go`.

use super::{Operator, Requirement};
use crate::Str;
use std::iter::Peekable;

/// Reads the requirements in the order they stand.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, String> {
    Parser { tokens: Lexer { text }.peekable() }.selector()
}

/// A token of the text form. `in` and `notin` are words like any other; the parser knows where they are operators.
#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    /// `=`, `==`, `!=`, `<`, `>`, `!`, `(`, `)`, `,`
    Symbol(&'a str),
}

struct Lexer<'a> {
    text: &'a str,
}

const SYMBOLS: &str = "=!(),><";
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let text = self.text.trim_start_matches(BLANKS);
        let first = text.chars().next()?;
        let length = if !SYMBOLS.contains(first) {
            text.find(|c| SYMBOLS.contains(c) || BLANKS.contains(&c)).unwrap_or(text.len())
        } else if text.starts_with("==") || text.starts_with("!=") {
            2
        } else {
            1
        };
        let (token, rest) = text.split_at(length);
        self.text = rest;
        Some(if SYMBOLS.contains(first) { Token::Symbol(token) } else { Token::Word(token) })
    }
}

struct Parser<'a> {
    tokens: Peekable<Lexer<'a>>,
}

impl<'a> Parser<'a> {
    fn selector(&mut self) -> Result<Vec<Requirement>, String> {
        let mut all = Vec::new();
        loop {
            match self.tokens.peek() {
                None => return Ok(all),
                Some(Token::Word(_) | Token::Symbol("!")) => {}
                Some(_) => return self.expected("!, identifier, or 'end of string'"),
            }
            all.push(self.requirement().map_err(|error| format!("unable to parse requirement: {error}"))?);
            match self.tokens.peek() {
                None => return Ok(all),
                Some(Token::Symbol(",")) => self.tokens.next(),
                Some(_) => return self.expected("',' or 'end of string'"),
            };
            if !matches!(self.tokens.peek(), Some(Token::Word(_) | Token::Symbol("!"))) {
                return self.expected("identifier after ','");
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.tokens.next_if_eq(&Token::Symbol("!")).is_some();
        let Some(Token::Word(key)) = self.tokens.peek().copied() else {
            return self.expected("identifier");
        };
        self.tokens.next();
        refuse_bad_key(key)?;
        if negated || matches!(self.tokens.peek(), None | Some(Token::Symbol(","))) {
            let operator = if negated { Operator::DoesNotExist } else { Operator::Exists };
            return Ok(Requirement::new(key, operator, Vec::new()));
        }
        let operator = self.operator()?;
        let values = match operator {
            Operator::In | Operator::NotIn => self.values()?,
            _ => vec![self.exact_value()?],
        };
        let requirement = Requirement::new(key, operator, values);
        refuse_bad_values(&requirement)?;
        Ok(requirement)
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let operator = match self.tokens.peek() {
            Some(Token::Word("in")) => Operator::In,
            Some(Token::Word("notin")) => Operator::NotIn,
            Some(Token::Symbol("=" | "==")) => Operator::Equals,
            Some(Token::Symbol("!=")) => Operator::NotEquals,
            Some(Token::Symbol(">")) => Operator::GreaterThan,
            Some(Token::Symbol("<")) => Operator::LessThan,
            _ => return self.expected("in, notin, =, ==, !=, gt, lt"),
        };
        self.tokens.next();
        Ok(operator)
    }

    fn exact_value(&mut self) -> Result<Str, String> {
        match self.tokens.peek().copied() {
            None | Some(Token::Symbol(",")) => Ok("".into()),
            Some(Token::Word(value)) => {
                self.tokens.next();
                Ok(value.into())
            }
            Some(_) => self.expected("identifier"),
        }
    }

    /// `(x,y)`; between commas and at the ends an empty value may be left out.
    fn values(&mut self) -> Result<Vec<Str>, String> {
        if self.tokens.next_if_eq(&Token::Symbol("(")).is_none() {
            // Upstream forgot the comma here.
            return Err(format!("found '{}' expected: '('", self.found()));
        }
        let mut values = Vec::new();
        let mut value_may_follow = true;
        loop {
            match self.tokens.peek().copied() {
                Some(Token::Word(value)) if value_may_follow => {
                    values.push(value.into());
                    value_may_follow = false;
                }
                Some(Token::Symbol(",")) => {
                    if value_may_follow {
                        values.push("".into());
                    }
                    value_may_follow = true;
                }
                Some(Token::Symbol(")")) => {
                    if value_may_follow {
                        values.push("".into());
                    }
                    self.tokens.next();
                    return Ok(values);
                }
                _ if !value_may_follow => return self.expected("',' or ')'"),
                _ if values.is_empty() => return self.expected("',', ')' or identifier"),
                _ => return self.expected("',', or identifier"),
            }
            self.tokens.next();
        }
    }

    /// Complains of the next token.
    fn expected<T>(&mut self, what: &str) -> Result<T, String> {
        Err(format!("found '{}', expected: {what}", self.found()))
    }

    /// The next token as it stands; empty at the end.
    fn found(&mut self) -> &'a str {
        match self.tokens.peek() {
            Some(Token::Word(text) | Token::Symbol(text)) => text,
            None => "",
        }
    }
}

fn refuse_bad_key(key: &str) -> Result<(), String> {
    match key_errors(key) {
        errors if errors.is_empty() => Ok(()),
        // The key's path is a nil pointer upstream, and is printed as such.
        errors => Err(format!("<nil>: Invalid value: {key:?}: {}", errors.join("; "))),
    }
}

fn refuse_bad_values(requirement: &Requirement) -> Result<(), String> {
    let Requirement { key, operator, values } = requirement;
    let mut errors = Vec::new();
    if matches!(operator, Operator::GreaterThan | Operator::LessThan) && values[0].parse::<i64>().is_err() {
        let why = "for 'Gt', 'Lt' operators, the value must be an integer";
        errors.push(format!("values[0]: Invalid value: {:?}: {why}", values[0]));
    }
    for (index, value) in values.iter().enumerate() {
        let why = value_errors(value);
        if !why.is_empty() {
            errors.push(format!("values[{index}][{key}]: Invalid value: {value:?}: {}", why.join("; ")));
        }
    }
    match errors.len() {
        0 => Ok(()),
        1 => Err(errors.remove(0)),
        _ => Err(format!("[{}]", errors.join(", "))),
    }
}

const NAME_RULE: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
    alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const PREFIX_RULE: &str = "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
    '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const PARTS_RULE: &str = "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end \
    with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. \
    'example.com/MyName')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
    must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
    validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// What is wrong with the key of a label, taint or annotation (`IsQualifiedName`).
pub fn key_errors(key: &str) -> Vec<&'static str> {
    let mut errors = Vec::new();
    let name = match key.split_once('/') {
        None => key,
        Some((_, rest)) if rest.contains('/') => return vec![PARTS_RULE],
        Some((prefix, name)) => {
            if prefix.is_empty() {
                errors.push("prefix part must be non-empty");
            } else if prefix.len() > 253 {
                errors.push("prefix part must be no more than 253 bytes");
            }
            if !prefix.split('.').all(|label| is_framed(label, |b| b.is_ascii_lowercase() || b.is_ascii_digit(), b"-"))
            {
                errors.push(PREFIX_RULE);
            }
            name
        }
    };
    if name.is_empty() {
        errors.push("name part must be non-empty");
    } else if name.len() > 63 {
        errors.push("name part must be no more than 63 bytes");
    }
    if !is_framed(name, |b| b.is_ascii_alphanumeric(), b"-_.") {
        errors.push(NAME_RULE);
    }
    errors
}

/// What is wrong with a label's value (`IsValidLabelValue`).
pub fn value_errors(value: &str) -> Vec<&'static str> {
    let mut errors = Vec::new();
    if value.len() > 63 {
        errors.push("must be no more than 63 bytes");
    }
    if !value.is_empty() && !is_framed(value, |b| b.is_ascii_alphanumeric(), b"-_.") {
        errors.push(VALUE_RULE);
    }
    errors
}

/// Whether the text begins and ends with such a byte and has only those and `inner` in between.
fn is_framed(text: &str, outer: fn(u8) -> bool, inner: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(|b| outer(*b))) && bytes.iter().all(|b| outer(*b) || inner.contains(b))
}

#[cfg(test)]
mod tests {
    use super::super::LabelSelector;

    #[test]
    fn text_comes_back_sorted_by_key() {
        for (typed, read) in [
            ("app=web", "app=web"),
            ("app == web", "app=web"),
            ("tier!=a,app=web", "app=web,tier!=a"),
            ("y,app in (b,a), !x", "app in (a,b),!x,y"),
            ("k>5,k<9", "k>5,k<9"),
            ("a notin (x,,y)", "a notin (,x,y)"),
            ("a in ()", "a in ()"),
            ("a=", "a="),
            ("in in (in,notin)", "in in (in,notin)"),
        ] {
            assert_eq!(
                LabelSelector::parse(typed).map(|selector| selector.to_string()),
                Ok(read.to_string()),
                "{typed}"
            );
        }
    }

    #[test]
    fn the_first_mistake_is_named_as_the_server_names_it() {
        for (typed, error) in [
            ("app in (x", "unable to parse requirement: found '', expected: ',' or ')'"),
            ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
            ("a=b,", "found '', expected: identifier after ','"),
            (",a", "found ',', expected: !, identifier, or 'end of string'"),
            ("a=b c", "found 'c', expected: ',' or 'end of string'"),
            ("!a=b", "found '=', expected: ',' or 'end of string'"),
            ("a in x", "unable to parse requirement: found 'x' expected: '('"),
            ("a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"),
            ("a in (x,", "unable to parse requirement: found '', expected: ',', or identifier"),
            ("a=(", "unable to parse requirement: found '(', expected: identifier"),
            ("!", "unable to parse requirement: found '', expected: identifier"),
        ] {
            assert_eq!(LabelSelector::parse(typed), Err(error.to_string()), "{typed}");
        }
        let error = LabelSelector::parse("a=-b").unwrap_err();
        assert!(
            error.starts_with("unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must")
        );
        let error = LabelSelector::parse("-a=b").unwrap_err();
        assert!(
            error.starts_with("unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of")
        );
        let error = LabelSelector::parse("k>x").unwrap_err();
        assert!(
            error.ends_with("values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer")
        );
    }
}
