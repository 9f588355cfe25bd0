//! The text of lessons: a small part of Markdown, read into plain data. Nothing of it can become markup of the page's own.
//!
//! Paragraphs, lists (`- `, `1. `), blocks of code between fences, and within lines `code` and **strong**. Anything else is text as
//! it stands: there are no links, no pictures, no HTML.

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Lines that belong together.
    Paragraph(Line),
    /// One item a line.
    List {
        /// Whether its items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<Line>,
    },
    /// As it is written.
    Code(String),
}

/// Words within a line.
pub type Line = Vec<Words>;

/// Words that look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Plain.
    Plain(String),
    /// What one could type.
    Code(String),
    /// What matters.
    Strong(String),
}

/// Reads a text.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            blocks.push(Block::Code(code.join("\n")));
            continue;
        }
        if let Some((numbered, first)) = item(line) {
            let mut items = vec![first.to_string()];
            while let Some(next) = lines.next_if(|next| !next.trim().is_empty() && !next.starts_with("```")) {
                match (item(next), items.last_mut()) {
                    (Some((_, text)), _) => items.push(text.to_string()),
                    (None, Some(last)) => join(last, next),
                    (None, None) => {}
                }
            }
            blocks.push(Block::List { numbered, items: items.iter().map(|item| words(item)).collect() });
            continue;
        }
        let mut paragraph = line.trim().to_string();
        while let Some(next) =
            lines.next_if(|next| !next.trim().is_empty() && !next.starts_with("```") && item(next).is_none())
        {
            join(&mut paragraph, next);
        }
        blocks.push(Block::Paragraph(words(&paragraph)));
    }
    blocks
}

fn join(text: &mut String, next: &str) {
    text.push(' ');
    text.push_str(next.trim());
}

/// The item that a line begins, and whether it is numbered.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(text) = line.strip_prefix("- ") {
        return Some((false, text.trim()));
    }
    let (number, text) = line.split_once(". ")?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((true, text.trim()))
}

/// Reads the words of a line.
pub fn words(line: &str) -> Line {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '*']) {
        let mark = if rest[at..].starts_with('`') { "`" } else { "**" };
        let inner = rest[at..].strip_prefix(mark).and_then(|inner| inner.split_once(mark));
        match inner {
            Some((inner, after)) if !inner.is_empty() => {
                plain(&mut out, &rest[..at]);
                out.push(if mark == "`" { Words::Code(inner.into()) } else { Words::Strong(inner.into()) });
                rest = after;
            }
            _ => {
                plain(&mut out, &rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    plain(&mut out, rest);
    out
}

fn plain(out: &mut Line, text: &str) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Words::Plain(last)) => last.push_str(text),
        _ => out.push(Words::Plain(text.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_plain_data_and_nothing_of_it_is_markup() {
        let read =
            blocks("One `kubectl get ds`\nline **more**.\n\n- a\n- b\n  c\n\n```yaml\na: 1\n\nb: 2\n```\n<b>*x*</b>");
        assert_eq!(
            read,
            [
                Block::Paragraph(vec![
                    Words::Plain("One ".into()),
                    Words::Code("kubectl get ds".into()),
                    Words::Plain(" line ".into()),
                    Words::Strong("more".into()),
                    Words::Plain(".".into()),
                ]),
                Block::List { numbered: false, items: vec![words("a"), words("b c")] },
                Block::Code("a: 1\n\nb: 2".into()),
                Block::Paragraph(vec![Words::Plain("<b>*x*</b>".into())]),
            ]
        );
        assert_eq!(words("an open ` and ** stay"), [Words::Plain("an open ` and ** stay".into())]);
    }
}
