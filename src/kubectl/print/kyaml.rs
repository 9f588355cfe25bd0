//! `-o kyaml`: YAML that can't be misread, with braces around everything and quotes around every text.
//!
//! Keys stand bare where they can only be names. A list of maps or lists has its brackets on the lines of its items; every
//! other item has a line of its own. A text of several lines is folded with `\` at each end.
//!
//! Models sigs.k8s.io/yaml `kyaml`, as kubectl v1.36 uses it.

use api::Value;

/// One document, with its mark in front.
pub fn document(value: &Value) -> String {
    let mut out = String::from("---\n");
    node(value, 0, &mut out);
    out.push('\n');
    out
}

fn node(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(fields) if fields.is_empty() => out.push_str("{}"),
        Value::Object(fields) => {
            out.push_str("{\n");
            for (key, value) in fields {
                indent(depth + 1, out);
                name(key, depth + 1, out);
                out.push_str(": ");
                node(value, depth + 1, out);
                out.push_str(",\n");
            }
            indent(depth, out);
            out.push('}');
        }
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) if items.iter().all(|item| item.is_object() || item.is_array()) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                node(item, depth, out);
            }
            out.push(']');
        }
        Value::Array(items) => {
            out.push_str("[\n");
            for item in items {
                indent(depth + 1, out);
                node(item, depth + 1, out);
                out.push_str(",\n");
            }
            indent(depth, out);
            out.push(']');
        }
        Value::String(string) => text(string, depth + 1, true, out),
        other => out.push_str(&other.to_string()),
    }
}

fn name(key: &str, depth: usize, out: &mut String) {
    if is_plain(key) { out.push_str(key) } else { text(key, depth, false, out) }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// In double quotes; of several lines on as many, if it may.
fn text(string: &str, depth: usize, may_fold: bool, out: &mut String) {
    let folded = may_fold && string.contains('\n');
    out.push('"');
    let mut begins = folded;
    if folded {
        out.push_str("\\\n");
    }
    for letter in string.chars() {
        if begins {
            // Spaces at a line's beginning would be lost in folding; the others keep in step with them.
            indent(depth, out);
            out.push(if letter.is_whitespace() && letter != '\n' { '\\' } else { ' ' });
        }
        begins = folded && letter == '\n';
        escaped(letter, out);
        if begins {
            out.push_str("\\\n");
        }
    }
    if folded {
        out.push_str(if begins { "" } else { "\\\n" });
        indent(depth, out);
    }
    out.push('"');
}

fn escaped(letter: char, out: &mut String) {
    match letter {
        '"' | '\\' => out.extend(['\\', letter]),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0' => out.push_str("\\0"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{b}' => out.push_str("\\v"),
        '\u{c}' => out.push_str("\\f"),
        '\u{1b}' => out.push_str("\\e"),
        '\u{85}' => out.push_str("\\N"),
        '\u{a0}' => out.push_str("\\_"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        letter if letter.is_control() => out.push_str(&format!("\\x{:02x}", letter as u32)),
        letter => out.push(letter),
    }
}

/// Whether a key can only be read as the text it is.
fn is_plain(key: &str) -> bool {
    let last = key.chars().count().saturating_sub(1);
    let allowed = |(at, letter): (usize, char)| {
        letter.is_alphanumeric() || letter == '_' || (at > 0 && at < last && "-./".contains(letter))
    };
    !key.is_empty() && key.chars().enumerate().all(allowed) && !reads_as_something_else(key)
}

fn reads_as_something_else(key: &str) -> bool {
    let words = ["null", "true", "t", "y", "yes", "on", "false", "f", "n", "no", "off"];
    let lower = key.to_ascii_lowercase();
    let bare: String = lower.chars().filter(|letter| *letter != '_').collect();
    let based = ["0x", "0o", "0b"].iter().find_map(|base| bare.strip_prefix(base));
    let digits = based.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|letter| letter.is_ascii_hexdigit()));
    let date = key.len() >= 8 && key.as_bytes()[4] == b'-' && key[..4].chars().all(|letter| letter.is_ascii_digit());
    words.contains(&lower.as_str()) || digits || date || api::float::parse(&bare).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    #[test]
    fn maps_have_braces_and_lists_of_maps_share_lines_with_theirs() {
        let value = json!({"kind": "Pod", "metadata": {"labels": {"n": "1", "a.b/c": "x"}, "name": "p"}, "none": {},
            "spec": {"args": ["a", 1, true, null], "ports": [{"port": 80}, {"port": 81}], "empty": []}});
        let text = "---\n{\n  kind: \"Pod\",\n  metadata: {\n    labels: {\n      a.b/c: \"x\",\n      \"n\": \"1\",\n    },\n    \
                    name: \"p\",\n  },\n  none: {},\n  spec: {\n    args: [\n      \"a\",\n      1,\n      true,\n      null,\n    ],\n    \
                    empty: [],\n    ports: [{\n      port: 80,\n    }, {\n      port: 81,\n    }],\n  },\n}\n";
        assert_eq!(document(&value), text);
    }

    #[test]
    fn texts_of_several_lines_are_folded() {
        let value = json!({"a": "one\n  two\n", "b": "\"x\"\ty"});
        let text = "---\n{\n  a: \"\\\n     one\\n\\\n    \\  two\\n\\\n    \",\n  b: \"\\\"x\\\"\\ty\",\n}\n";
        assert_eq!(document(&value), text);
    }

    #[test]
    fn keys_that_mean_something_else_are_quoted() {
        for key in ["", "yes", "1.5", "1_000", "0x1F", "2026-01-01", "-a", "a-", "a b", "N"] {
            assert!(!is_plain(key), "{key}");
        }
        for key in ["a", "a-b", "kubectl.kubernetes.io/last-applied-configuration", "_x", "node01"] {
            assert!(is_plain(key), "{key}");
        }
    }
}
