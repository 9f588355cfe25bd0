//! What would mend a text, where there is one right answer: edits of a few bytes, for the learner to accept.

use super::{Sheet, written};
use crate::view::{Fix, FixKind, TextEdit};
use api::Value;
use api::schema::{self, Shape, Type};
use api::status::FieldError;
use yaml::outline::{Entry, Step};
use yaml::{Document, Span};

fn edit(from: usize, to: usize, text: &str) -> TextEdit {
    TextEdit { from: from as u32, to: to as u32, text: text.into() }
}

/// Writes `new` in place of what stands at `span`, on one line.
pub fn write(text: &str, span: Span, new: &str) -> Option<Fix> {
    let (from, to) = (span.start.offset as usize, span.end.offset as usize);
    let old = text.get(from..to).filter(|old| !old.is_empty() && !old.contains('\n'))?;
    (old != new).then(|| Fix { what: FixKind::Write(new.into()), edits: vec![edit(from, to, new)] })
}

/// Puts lines in front of what stands at `place`.
pub fn insert(place: usize, what: &str, lines: &str) -> Fix {
    Fix { what: FixKind::Add(what.into()), edits: vec![edit(place, place, lines)] }
}

/// Takes a key with its value out, if both stand on one line of their own.
pub fn remove(text: &str, place: usize) -> Option<Fix> {
    let sheet = Sheet::at(text, place);
    let entry = sheet.entries.iter().find(|entry| entry.at.start == place)?;
    let start = text[..place].rfind('\n').map_or(0, |at| at + 1);
    let end = text[place..].find('\n').map_or(text.len(), |at| place + at + 1);
    let whole = text[start..place].trim().is_empty() && !entry.value.is_empty();
    // A value that goes on in the next lines would lose its beginning.
    let opens = text[entry.value.clone()].starts_with(['|', '>', '{', '[', '"', '\'', '&'])
        && !text[entry.value.clone()].ends_with(['}', ']', '"', '\'']);
    (whole && !opens).then(|| Fix { what: FixKind::Remove(entry.key.clone()), edits: vec![edit(start, end, "")] })
}

/// Two spaces for each tab that a line is indented with.
pub fn indent(text: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let blanks = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        if blanks.contains('\t') {
            edits.push(edit(at, at + blanks.len(), &blanks.replace('\t', "  ")));
        }
        at += line.len();
    }
    (!edits.is_empty()).then_some(Fix { what: FixKind::Indent, edits })
}

/// The same value as the type that is wanted, if it can only be that.
pub fn retype(text: &str, span: Span, wanted: Type, found: &Value) -> Option<Fix> {
    match (wanted.shape(), found) {
        (Shape::String, Value::Number(_) | Value::Bool(_)) => {
            let old = text.get(span.start.offset as usize..span.end.offset as usize)?;
            write(text, span, &format!("\"{old}\""))
        }
        (Shape::Int32 | Shape::Int64, Value::String(digits)) => {
            digits.trim().parse::<i64>().ok().and_then(|number| write(text, span, &number.to_string()))
        }
        (Shape::Bool, Value::String(word)) => {
            let word = word.trim().to_ascii_lowercase();
            let truth = match word.as_str() {
                "true" | "yes" | "on" => "true",
                "false" | "no" | "off" => "false",
                _ => return None,
            };
            write(text, span, truth)
        }
        _ => None,
    }
}

/// What mends a refusal by validation.
pub fn of_refusal(text: &str, document: &Document, value: &Value, error: &FieldError) -> Option<Fix> {
    let place = document.place(&error.field);
    if let Some((_, listed)) = error.message.split_once("supported values: ") {
        let values: Vec<&str> = listed.split('"').skip(1).step_by(2).collect();
        let written = text.get(place.value.start.offset as usize..place.value.end.offset as usize)?;
        let meant = match values.as_slice() {
            [only] => Some(*only),
            values => schema::closest(super::plain(written), &mut values.iter().copied()),
        };
        return meant.filter(|_| place.exact).and_then(|meant| write(text, place.value, meant));
    }
    if error.message.contains("`selector` does not match template `labels`") {
        let selects = document.place("spec.selector").exact;
        return if selects { label_template(text, document, value) } else { add_selector(document, value) };
    }
    if error.field == "spec.selector" && error.message.starts_with("Required value") {
        return add_selector(document, value);
    }
    if error.field.ends_with(".operator") && error.message.contains("value must be empty") {
        let sibling = error.field.strip_suffix("operator").map(|item| format!("{item}value"))?;
        return remove(text, document.place(&sibling).key?.start.offset as usize);
    }
    None
}

/// Gives the template the labels its selector asks for.
fn label_template(text: &str, document: &Document, value: &Value) -> Option<Fix> {
    let wanted = value["spec"]["selector"]["matchLabels"].as_object()?;
    let labels = document.place("spec.template.metadata.labels");
    let place = labels.key.filter(|_| labels.exact)?.start.offset as usize;
    let sheet = Sheet::at(text, place);
    let path: Vec<Step> = ["spec", "template", "metadata", "labels"].map(|key| Step::Key(key.into())).into();
    let there: Vec<(&Entry, &str)> = sheet.below(&path).collect();
    // Without a line of its own to go by (`labels: {…}`) nothing is certain.
    let first = there.first().filter(|(entry, _)| written(&entry.path) == "spec.template.metadata.labels")?.0;
    let start = text[..first.at.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = text.get(start..first.at.start).filter(|blanks| blanks.trim().is_empty())?;
    let (mut lines, mut edits) = (String::new(), Vec::new());
    for (key, value) in wanted {
        let value = scalar(value.as_str()?);
        match there.iter().find(|(entry, _)| entry.key == *key) {
            Some((_, old)) if super::plain(&value) == *old => {}
            Some((entry, _)) => edits.push(edit(entry.value.start, entry.value.end, &value)),
            None => lines.push_str(&format!("{indent}{key}: {value}\n")),
        }
    }
    if !lines.is_empty() {
        edits.insert(0, edit(start, start, &lines));
    }
    (!edits.is_empty()).then(|| Fix { what: FixKind::Write(joined(wanted)), edits })
}

/// Selects what the template is labelled with.
fn add_selector(document: &Document, value: &Value) -> Option<Fix> {
    let labels = value["spec"]["template"]["metadata"]["labels"].as_object().filter(|labels| !labels.is_empty())?;
    let template = document.place("spec.template").key?;
    let indent = " ".repeat(template.start.column as usize - 1);
    let mut lines = format!("selector:\n{indent}  matchLabels:\n");
    for (key, value) in labels {
        lines.push_str(&format!("{indent}    {key}: {}\n", scalar(value.as_str()?)));
    }
    lines.push_str(&indent);
    Some(insert(template.start.offset as usize, "selector", &lines))
}

/// A text as YAML: in quotes where it would be something else.
fn scalar(text: &str) -> String {
    yaml::to_string(&Value::from(text)).trim_end().to_string()
}

fn joined(labels: &api::Map<String, Value>) -> String {
    let pairs = labels.iter().map(|(key, value)| format!("{key}: {}", value.as_str().unwrap_or_default()));
    pairs.collect::<Vec<_>>().join(", ")
}
