//! Where a place in a text stands, though the text may be no YAML yet: for completion and hover while somebody types.
//!
//! Line by line and by indentation alone: each `key:` and `-` gets its path from what stands above and left of it. That is
//! enough for manifests in block style at any moment of being written, and one level of `{…}` and `[…]` in a value.
//! Block texts (`|`, `>`) and comments hold nothing. Left out: anchors, keys over several lines, JSON.

use std::ops::Range;

/// A step on the way to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the value of a key.
    Key(String),
    /// Into an item of a list.
    Item(usize),
}

/// A key that stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The mapping it stands in.
    pub path: Vec<Step>,
    /// Without quotes.
    pub key: String,
    /// Bytes of the key.
    pub at: Range<usize>,
    /// Bytes of what stands behind the colon on the same line, without blanks and comment; empty if nothing does.
    pub value: Range<usize>,
}

/// What stands at a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// A key, being written.
    Key,
    /// The value of the path's last key, or an item of its list.
    Value,
    /// A comment, a text, the indentation of something else.
    Elsewhere,
}

/// A cursor's surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What is written there.
    pub stand: Stand,
    /// Of a key the mapping around it; of a value the value itself.
    pub path: Vec<Step>,
    /// Where the word begins that ends at the cursor.
    pub from: usize,
    /// That word, without a quote it begins with.
    pub typed: String,
    /// How far a key at the cursor is indented.
    pub column: usize,
    /// Nothing but blanks and dashes stands before the word.
    pub fresh: bool,
    /// The document the cursor is in.
    pub document: Range<usize>,
}

/// The keys of the document that holds byte `offset`, and where that document is.
pub fn outline(text: &str, offset: usize) -> (Vec<Entry>, Range<usize>) {
    let document = document_at(text, offset);
    let mut reader = Reader::default();
    for (at, line) in lines(text, &document) {
        reader.line(line, at);
    }
    (reader.entries, document)
}

/// What stands at byte `offset`.
pub fn cursor(text: &str, offset: usize) -> Cursor {
    let offset = if text.is_char_boundary(offset) { offset.min(text.len()) } else { text.len() };
    let document = document_at(text, offset);
    let mut reader = Reader::default();
    if offset < document.start {
        // On the line that parts two documents.
        return reader.elsewhere(offset, document);
    }
    let mut head = ("", offset);
    for (at, line) in lines(text, &document) {
        if at + line.len() >= offset {
            head = (&text[at..offset], at);
            break;
        }
        reader.line(line, at);
    }
    reader.stand(head.0, head.1, document)
}

/// The text between the `---` lines around a place.
fn document_at(text: &str, offset: usize) -> Range<usize> {
    let (mut document, mut at) = (0..text.len(), 0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if line.starts_with("---") && line[3..].trim_start().is_empty() {
            // A cursor on the line itself belongs to neither; the one that follows is as good.
            if at <= offset {
                document.start = end;
            } else {
                document.end = at;
                break;
            }
        }
        at = end;
    }
    document.start = document.start.min(document.end);
    document
}

fn lines<'t>(text: &'t str, document: &Range<usize>) -> impl Iterator<Item = (usize, &'t str)> {
    let mut at = document.start;
    text[document.clone()].split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

#[derive(Default)]
struct Reader {
    entries: Vec<Entry>,
    /// The keys and dashes that a line further right belongs to, with their columns.
    open: Vec<(usize, Step)>,
    /// Lines further right than this are a text.
    text: Option<usize>,
}

impl Reader {
    fn path(&self) -> Vec<Step> {
        self.open.iter().map(|(_, step)| step.clone()).collect()
    }

    /// Whether a line is part of a block text.
    fn in_text(&mut self, line: &str) -> bool {
        let Some(column) = self.text else { return false };
        let inside = line.trim().is_empty() || indent(line) > column;
        if !inside {
            self.text = None;
        }
        inside
    }

    fn line(&mut self, line: &str, at: usize) {
        if self.in_text(line) {
            return;
        }
        let column = self.dashes(line);
        let rest = &line[column..];
        if rest.trim().is_empty() || rest.starts_with('#') {
            return;
        }
        let Some((key, length, value)) = key_of(rest) else {
            self.begin_text(rest, indent(line));
            return;
        };
        self.close(column);
        let behind = without_comment(&rest[value..]);
        let from = at + column + value + (behind.len() - behind.trim_start().len());
        self.entries.push(Entry {
            path: self.path(),
            key: key.to_string(),
            at: at + column..at + column + length,
            value: from..from + behind.trim().len(),
        });
        self.open.push((column, Step::Key(key.to_string())));
        self.begin_text(behind, column);
    }

    /// Takes the dashes a line begins with; returns the column of what follows them.
    fn dashes(&mut self, line: &str) -> usize {
        let mut column = indent(line);
        while line[column..].starts_with('-') && line[column + 1..].chars().next().is_none_or(|c| c == ' ') {
            self.dash(column);
            column += 1;
            column += indent(&line[column..]);
        }
        column
    }

    fn dash(&mut self, column: usize) {
        let mut index = 0;
        while let Some((place, step)) = self.open.last() {
            match step {
                Step::Item(last) if *place == column => index = last + 1,
                _ if *place > column => {}
                _ => break,
            }
            self.open.pop();
        }
        self.open.push((column, Step::Item(index)));
    }

    /// Nothing at this column or right of it goes on.
    fn close(&mut self, column: usize) {
        while self.open.last().is_some_and(|(place, _)| *place >= column) {
            self.open.pop();
        }
    }

    fn begin_text(&mut self, value: &str, column: usize) {
        let value = value.trim();
        let begins = value.starts_with(['|', '>']) && value[1..].chars().all(|c| matches!(c, '+' | '-' | '0'..='9'));
        self.text = begins.then_some(column);
    }

    fn elsewhere(&self, from: usize, document: Range<usize>) -> Cursor {
        let (stand, path) = (Stand::Elsewhere, self.path());
        Cursor { stand, path, from, typed: String::new(), column: 0, fresh: false, document }
    }

    fn stand(mut self, head: &str, at: usize, document: Range<usize>) -> Cursor {
        if self.in_text(head) && !(head.trim().is_empty() && self.text.is_none())
            || without_comment(head).len() != head.len()
        {
            return self.elsewhere(at + head.len(), document);
        }
        let column = self.dashes(head);
        let rest = &head[column..];
        self.close(column);
        let (stand, typed) = match key_of(rest) {
            None => (Stand::Key, rest),
            Some((key, _, value)) => {
                self.open.push((column, Step::Key(key.to_string())));
                self.flow(&rest[value..])
            }
        };
        let word = typed.trim_start().trim_start_matches(['"', '\'']);
        Cursor {
            stand,
            path: self.path(),
            from: at + head.len() - word.len(),
            typed: word.to_string(),
            column,
            fresh: stand == Stand::Key && word.len() == rest.trim_start().len(),
            document,
        }
    }

    /// Follows a value on its line into one level of `{…}` or `[…]`.
    fn flow<'v>(&mut self, value: &'v str) -> (Stand, &'v str) {
        let inner = value.trim_start();
        let last = |text: &'v str| text.rsplit(',').next().unwrap_or(text);
        if let Some(items) = inner.strip_prefix('[') {
            self.open.push((usize::MAX, Step::Item(items.matches(',').count())));
            return (Stand::Value, last(items));
        }
        let Some(fields) = inner.strip_prefix('{') else { return (Stand::Value, value) };
        match last(fields).split_once(':') {
            None => (Stand::Key, last(fields)),
            Some((key, value)) => {
                self.open.push((usize::MAX, Step::Key(key.trim().to_string())));
                (Stand::Value, value)
            }
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The key a text begins with, how long it is as written, and where its value begins.
fn key_of(text: &str) -> Option<(&str, usize, usize)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = text[1..].find(quote)? + 1;
        let after = &text[end + 1..];
        let colon = after.find(':').filter(|at| after[..*at].trim().is_empty())?;
        return Some((&text[1..end], end + 1, end + 1 + colon + 1));
    }
    let ends = |at: &usize| text[at + 1..].chars().next().is_none_or(|c| c == ' ');
    let colon = text.match_indices(':').map(|(at, _)| at).find(ends)?;
    let key = text[..colon].trim_end();
    let plain = !key.is_empty() && !key.starts_with(['{', '[', '#', '|', '>', '&', '*']);
    plain.then_some((key, key.len(), colon + 1))
}

/// The text up to a comment.
fn without_comment(text: &str) -> &str {
    let begins = |at: &usize| *at == 0 || text[..*at].ends_with(' ');
    let quoted = text.trim_start().starts_with(['"', '\'']);
    let comment = text.match_indices('#').map(|(at, _)| at).find(begins).filter(|_| !quoted);
    comment.map_or(text, |at| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &[Step]) -> String {
        let mut out = String::new();
        for step in path {
            match step {
                Step::Key(key) if out.is_empty() => out.push_str(key),
                Step::Key(key) => out.push_str(&format!(".{key}")),
                Step::Item(index) => out.push_str(&format!("[{index}]")),
            }
        }
        out
    }

    #[test]
    fn a_cursor_knows_where_it_stands() {
        let cases = [
            ("|", "key  ''"),
            ("sp|", "key  'sp'"),
            ("spec:\n  |", "key spec ''"),
            ("spec:\n  sel|\nstatus:", "key spec 'sel'"),
            ("spec:\n  containers:\n  - |", "key spec.containers[0] ''"),
            ("spec:\n  containers:\n  - name: a\n    ima|", "key spec.containers[0] 'ima'"),
            ("spec:\n  containers:\n  - name: a\n  - |", "key spec.containers[1] ''"),
            ("spec:\n  containers:\n  - name: a\n  vol|", "key spec 'vol'"),
            (
                "spec:\n  containers:\n    - name: a\n      ports:\n        - x: 1\n    - na|",
                "key spec.containers[1] 'na'",
            ),
            ("spec:\n  type: On|", "value spec.type 'On'"),
            ("spec:\n  type: \"On|", "value spec.type 'On'"),
            ("spec:\n  type:|", "value spec.type ''"),
            ("a:\n- b|", "key a[0] 'b'"),
            ("a: [x, y|", "value a[1] 'y'"),
            ("a: {x: 1, y|", "key a 'y'"),
            ("a: {x: O|", "value a.x 'O'"),
            ("a: 1 # no|", "elsewhere"),
            ("a: |\n  text: |", "key  ''"),
            ("run: >-\n  te|", "elsewhere"),
            ("a:\n  - run: >-\n      text\n    ne|", "key a[0] 'ne'"),
            ("a: 1\n--|-\nb: 2", "elsewhere"),
            ("run: >-\n  text\nne|", "key  'ne'"),
            ("kind: A\n---\nki|", "key  'ki'"),
            ("'a b':\n  c|", "key a b 'c'"),
            ("image: nginx:1|", "value image 'nginx:1'"),
        ];
        for (text, expected) in cases {
            let offset = text.rfind('|').expect("the cursor is marked");
            let text = [&text[..offset], &text[offset + 1..]].concat();
            let cursor = cursor(&text, offset);
            let told = match cursor.stand {
                Stand::Elsewhere => "elsewhere".to_string(),
                Stand::Key => format!("key {} '{}'", shown(&cursor.path), cursor.typed),
                Stand::Value => format!("value {} '{}'", shown(&cursor.path), cursor.typed),
            };
            // A block text's own sign isn't the cursor's mark.
            if !text.starts_with("a: |") {
                assert_eq!(told, expected, "{text}");
            }
        }
    }

    #[test]
    fn an_outline_names_every_key_and_its_value() {
        let text = "# c\nkind: Pod # what\nspec:\n  command:\n  - |\n    not: a key\n  list:\n  - a: 1\n    b:\n  - a: '#2'\n---\nkind: X\n";
        let (entries, document) = outline(text, 10);
        assert_eq!(
            &text[document],
            "# c\nkind: Pod # what\nspec:\n  command:\n  - |\n    not: a key\n  list:\n  - a: 1\n    b:\n  - a: '#2'\n"
        );
        let told: Vec<String> = entries
            .iter()
            .map(|it| format!("{}/{}={}", shown(&it.path), &text[it.at.clone()], &text[it.value.clone()]))
            .collect();
        assert_eq!(
            told,
            [
                "/kind=Pod",
                "/spec=",
                "spec/command=",
                "spec/list=",
                "spec.list[0]/a=1",
                "spec.list[0]/b=",
                "spec.list[1]/a='#2'"
            ]
        );
    }

    #[test]
    fn nothing_typed_is_out_of_bounds() {
        for text in [
            "",
            "\n",
            "-",
            "- - -",
            "a:\n\t-",
            "한: 국",
            "---",
            "--- \n---\n",
            "\"",
            "'a':",
            "#",
            "[",
            "{,:",
            ": :",
            "-:",
        ] {
            for offset in 0..=text.len() + 2 {
                cursor(text, offset);
                outline(text, offset);
            }
        }
    }
}
