//! The texts of `kubectl explain`: what Kubernetes itself says of a type or field.
//!
//! They are larger than the rest of the program, so the page fetches them (`static/schema/descriptions.txt`) when they are
//! first asked for. A line is a type and its text; the indented lines after it are its fields. `\n` stands for a line break.
//!
//! The texts are The Kubernetes Authors', Apache License 2.0.

use super::table::Type;
use std::collections::BTreeMap;

/// The texts, once they have come.
#[derive(Debug)]
pub struct Descriptions {
    text: String,
    /// Where each type's lines begin and end.
    types: BTreeMap<String, (usize, usize)>,
}

impl Descriptions {
    /// Reads the file.
    pub fn new(text: String) -> Descriptions {
        let mut types = BTreeMap::new();
        let mut current: Option<(String, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.starts_with([' ', '#']) {
                if let Some((name, from)) = current.take() {
                    types.insert(name, (from, at));
                }
                let name = line.split(' ').next().unwrap_or_default();
                current = Some((name.trim_end().to_string(), at));
            }
            at += line.len();
        }
        types.extend(current.map(|(name, from)| (name, (from, at))));
        Descriptions { text, types }
    }

    /// What is said of a type; empty if nothing is.
    pub fn of_type(&self, ty: Type) -> String {
        self.lines(ty).next().and_then(|line| line.split_once(' ')).map_or_else(String::new, |(_, text)| unescape(text))
    }

    /// What is said of a type's field; empty if nothing is.
    pub fn of_field(&self, ty: Type, field: &str) -> String {
        let mut fields = self.lines(ty).skip(1).filter_map(|line| line[1..].split_once(' '));
        fields.find(|(name, _)| *name == field).map_or_else(String::new, |(_, text)| unescape(text))
    }

    fn lines(&self, ty: Type) -> std::str::Lines<'_> {
        let (from, to) = self.types.get(ty.key()).copied().unwrap_or_default();
        self.text[from..to].lines()
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_type_and_field() {
        let texts = Descriptions::new(
            "# ©\nDaemonSet runs daemons\\nhere\n spec what \\\\ is wanted\nPod one\n kind x\n".into(),
        );
        let ty = |name| Type::named(name).expect("a type");
        assert_eq!(texts.of_type(ty("DaemonSet")), "runs daemons\nhere");
        assert_eq!(texts.of_field(ty("DaemonSet"), "spec"), "what \\ is wanted");
        assert_eq!(texts.of_field(ty("Pod"), "kind"), "x");
        assert_eq!(texts.of_field(ty("Pod"), "spec"), "");
        assert_eq!(texts.of_type(ty("Node")), "");
    }
}
