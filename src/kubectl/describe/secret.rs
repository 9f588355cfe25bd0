//! `describe secret`: how long the values are, and not what they are.

use super::fields::{self, text};
use super::related::Related;
use super::writer::Writer;
use api::Value;

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    fields::name_and_namespace(w, object);
    fields::labels(w, "Labels", &object["metadata"]["labels"]);
    fields::annotations(w, "Annotations", &object["metadata"]["annotations"]);
    w.line(0, "");
    w.text_field(0, "Type", &object["type"]);
    w.line(0, "\nData\n====");
    for (key, value) in object["data"].as_object().into_iter().flatten() {
        w.field(0, key, format!("{} bytes", decoded_length(text(value))));
    }
}

/// How many bytes a base64 text stands for.
pub fn decoded_length(base64: &str) -> usize {
    base64.bytes().filter(|byte| !matches!(byte, b'=' | b'\n' | b'\r')).count() * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::decoded_length;

    #[test]
    fn padding_is_no_content() {
        for (text, length) in [("", 0), ("YQ==", 1), ("YWI=", 2), ("YWJj", 3)] {
            assert_eq!(decoded_length(text), length, "{text}");
        }
    }
}
