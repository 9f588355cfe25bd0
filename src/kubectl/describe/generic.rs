//! Describes any object field by field: what kubectl does with kinds it has no words for, such as ControllerRevisions.
//!
//! Field names become titles (`creationTimestamp` is `Creation Timestamp`), maps and lists become levels.

use super::fields::{self, plain};
use super::related::Related;
use super::writer::Writer;
use api::{Map, Value};

/// What the heading has shown already, and what nobody wants to see.
const SHOWN_ABOVE: [&str; 5] = ["name", "namespace", "labels", "annotations", "managedFields"];

/// Words that are written in capitals.
const ACRONYMS: [&str; 5] = ["API", "URL", "UID", "OSB", "GUID"];

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let meta = &object["metadata"];
    w.text_field(0, "Name", &meta["name"]);
    w.text_field(0, "Namespace", &meta["namespace"]);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    let mut content = object.as_object().cloned().unwrap_or_default();
    if let Some(Value::Object(meta)) = content.get_mut("metadata") {
        meta.retain(|field, _| !SHOWN_ABOVE.contains(&field.as_str()));
    }
    write(w, 0, &content);
}

fn write(w: &mut Writer, level: usize, content: &Map<String, Value>) {
    for (field, value) in content {
        let title = title(field);
        match value {
            Value::Object(map) => {
                w.line(level, &format!("{title}:"));
                write(w, level + 1, map);
            }
            Value::Array(list) => {
                w.line(level, &format!("{title}:"));
                for item in list {
                    match item {
                        Value::Object(map) => write(w, level + 1, map),
                        other => w.line(level + 1, &plain(other)),
                    }
                }
            }
            other => w.field(level, &title, plain(other)),
        }
    }
}

/// `terminationGracePeriodSeconds` as `Termination Grace Period Seconds`; names with odd characters stay as they are.
fn title(field: &str) -> String {
    if field.contains(|c: char| !c.is_alphabetic() && c != '-') {
        return field.to_string();
    }
    let words: Vec<String> = words(field).into_iter().map(|word| capitalised(&word)).collect();
    words.join(" ")
}

fn capitalised(word: &str) -> String {
    let upper = word.to_ascii_uppercase();
    if ACRONYMS.contains(&upper.as_str()) {
        return upper;
    }
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| std::iter::once(first.to_ascii_uppercase()).chain(chars).collect())
}

/// Splits camel case: a word begins at a capital after a small letter, and at the last capital of a run (`podIPs` is `pod`,
/// `I`, `Ps`: the splitter knows no plurals of acronyms).
fn words(field: &str) -> Vec<String> {
    let chars: Vec<char> = field.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let starts = match before {
            None => false,
            Some(before) if c.is_alphabetic() != before.is_alphabetic() => true,
            Some(before) if c.is_uppercase() => {
                !before.is_uppercase() || chars.get(at + 1).is_some_and(|next| next.is_lowercase())
            }
            Some(_) => false,
        };
        if starts {
            words.push(std::mem::take(&mut word));
        }
        word.push(*c);
    }
    words.push(word);
    words
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn field_names_become_titles() {
        for (field, expected) in [
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("dnsPolicy", "Dns Policy"),
            ("terminationGracePeriodSeconds", "Termination Grace Period Seconds"),
            ("$patch", "$patch"),
            ("podIPs", "Pod I Ps"),
            ("containerID", "Container ID"),
        ] {
            assert_eq!(title(field), expected);
        }
    }
}
