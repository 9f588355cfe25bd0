//! Field selectors: `spec.nodeName=node-1,status.phase!=Running`.
//!
//! Only `=`, `==` and `!=`; in a value, `\` escapes `,`, `=` and itself. Which fields a kind knows, and what they are, is
//! the server's business: [`FieldSelector::matches`] asks for them.
//!
//! Models apimachinery `pkg/fields/selector.go`.

use crate::{Str, sort};
use std::fmt::{self, Display, Write};

/// A conjunction of terms on fields; the default matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector {
    /// Sorted as text.
    pub terms: Vec<FieldTerm>,
}

/// One field, and what it must or must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldTerm {
    /// `spec.nodeName`
    pub field: Str,
    /// `!=`
    pub negated: bool,
    /// Unescaped.
    pub value: Str,
}

impl FieldSelector {
    /// Reads the text form; an error is the server's.
    pub fn parse(text: &str) -> Result<FieldSelector, String> {
        let mut parts = split_terms(text);
        sort::ascending(&mut parts);
        let terms = parts.into_iter().filter(|part| !part.is_empty()).map(|part| read_term(text, part));
        Ok(FieldSelector { terms: terms.collect::<Result<_, _>>()? })
    }

    /// Whether an object with these fields is selected.
    pub fn matches<'a>(&self, mut value_of: impl FnMut(&str) -> &'a str) -> bool {
        self.terms.iter().all(|term| (value_of(&term.field) == &*term.value) != term.negated)
    }
}

impl Display for FieldSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, FieldTerm { field, negated, value }) in self.terms.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{field}{}", if *negated { "!=" } else { "=" })?;
            for c in value.chars() {
                if matches!(c, '\\' | ',' | '=') {
                    f.write_char('\\')?;
                }
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Splits at commas that aren't escaped.
fn split_terms(text: &str) -> Vec<&str> {
    let mut escaped = false;
    text.split(|c| {
        let splits = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        splits
    })
    .collect()
}

fn read_term(whole: &str, part: &str) -> Result<FieldTerm, String> {
    let misread = || format!("invalid selector: '{whole}'; can't understand '{part}'");
    let equals = part.find('=').ok_or_else(misread)?;
    let (field, negated) = match part[..equals].strip_suffix('!') {
        Some(field) => (field, true),
        None => (&part[..equals], false),
    };
    let value = &part[equals + 1..];
    let value = if negated { value } else { value.strip_prefix('=').unwrap_or(value) };
    Ok(FieldTerm { field: field.into(), negated, value: unescape(value)?.into() })
}

fn unescape(value: &str) -> Result<String, String> {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('\\' | ',' | '=')) => out.push(c),
                Some(c) => return Err(format!("invalid field selector: invalid escape sequence: \\{c}")),
                None => return Err("invalid field selector: invalid escape sequence: \\".into()),
            },
            // The rune is printed as its number upstream.
            ',' | '=' => return Err(format!("invalid field selector: unescaped character in value: {}", c as u32)),
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_must_hold() {
        let selector = FieldSelector::parse("spec.nodeName=n1,metadata.name!=y").unwrap();
        let says = |node, name| selector.matches(|field| if field == "spec.nodeName" { node } else { name });
        assert!(says("n1", "x"));
        assert!(!says("n1", "y"));
        assert!(!says("", "x"));
        assert_eq!(selector.to_string(), "metadata.name!=y,spec.nodeName=n1");
    }

    #[test]
    fn terms_are_read_and_refused_as_the_server_does() {
        let read = |text| FieldSelector::parse(text).map(|selector| selector.to_string());
        assert_eq!(read(""), Ok("".into()));
        assert_eq!(read("spec.nodeName="), Ok("spec.nodeName=".into()));
        assert_eq!(read("a==b"), Ok("a=b".into()));
        assert_eq!(read(r"a=b\,c,"), Ok(r"a=b\,c".into()));
        assert_eq!(
            read("spec.nodeName"),
            Err("invalid selector: 'spec.nodeName'; can't understand 'spec.nodeName'".into())
        );
        assert_eq!(read("a=b=c"), Err("invalid field selector: unescaped character in value: 61".into()));
    }
}
