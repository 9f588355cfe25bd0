//! How a file is cut into documents, YAML and JSON.

use api::json;
use yaml::documents;

/// The values of the documents in turn; an error is shown as its text.
fn shown(text: &str) -> Vec<api::Value> {
    documents(text)
        .into_iter()
        .map(|document| document.map_or_else(|error| error.to_string().into(), |document| document.value))
        .collect()
}

#[test]
fn separators_cut_and_empty_documents_are_skipped() {
    assert_eq!(
        shown("---\n---\n# nothing\n---\na: 1\n--- # next\nb: 2\n---\nnull\n---   \n"),
        [json!({"a": 1}), json!({"b": 2})]
    );
    for empty in ["", " \n", "# hi\n---\n", "---", "~\n"] {
        assert!(shown(empty).is_empty(), "{empty:?}");
    }
}

#[test]
fn documents_before_and_after_a_bad_one_come_out() {
    let bad = "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'";
    assert_eq!(shown("a: 1\n---\ny: [1\n---\nb: 2\n"), [json!({"a": 1}), json!(bad), json!({"b": 2})]);
}

#[test]
fn a_bad_separator_loses_the_document_before_it() {
    assert_eq!(shown("a: 1\n---x\nb: 2\n"), [json!("invalid Yaml document separator: x")]);
}

#[test]
fn what_follows_the_end_of_a_document_is_never_looked_at() {
    assert_eq!(shown("a: 1\n...\n%%%: [\n"), [json!({"a": 1})]);
}

#[test]
fn the_last_line_counts_as_ended() {
    assert_eq!(shown("a: |\n  x"), [json!({"a": "x\n"})]);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_do_no_harm() {
    assert_eq!(
        shown("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n---\r\nc: 2\r\n"),
        [json!({"a": 1, "b": "x\ny\n"}), json!({"c": 2})]
    );
}

#[test]
fn json_comes_one_object_after_another() {
    assert_eq!(
        shown(" {\"a\": [1, true, null, \"x\\u00e9\\ud83d\\ude42\\/\"]} {\"b\": 1.0}\n"),
        [json!({"a": [1, true, null, "xé🙂/"]}), json!({"b": 1})]
    );
}

#[test]
fn a_text_that_only_begins_like_json_is_yaml() {
    assert_eq!(shown("{a: 1,}\n---\nb: 2\n"), [json!({"a": 1}), json!({"b": 2})]);
    assert_eq!(shown("{\"a\": 1}\n---\nb: 2\n"), [json!({"a": 1}), json!({"b": 2})]);
}

#[test]
fn broken_json_is_refused_in_the_words_of_json() {
    let table = [
        ("{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\n", "unexpected EOF"),
        ("{\"apiVersion\":\"v1\" \"x\"} @\n", "json: offset 20: invalid character '\"' after object key:value pair"),
        ("{\"a\":1,} @\n", "json: offset 8: invalid character '}' looking for beginning of object key string"),
        ("{\"a\":[1 2]]}\n", "json: offset 9: invalid character '2' after array element"),
        ("{\"a\":tru} @\n", "json: offset 9: invalid character '}' in literal true (expecting 'e')"),
        ("{\"a\":01} @\n", "json: offset 7: invalid character '1' after object key:value pair"),
        ("{\"a\":1.} @\n", "json: offset 8: invalid character '}' after decimal point in numeric literal"),
        ("{\"a\":1e} @\n", "json: offset 8: invalid character '}' in exponent of numeric literal"),
        ("{\"a\":\"\n\"} @\n", "json: offset 7: invalid character '\\n' in string literal"),
        ("{\"a\":\"\\x\"}\n", "json: offset 8: invalid character 'x' in string escape code"),
        ("{\"a\":\"\\u12g\"}\n", "json: offset 11: invalid character 'g' in \\u hexadecimal character escape"),
        ("{\"a\" 1} @\n", "json: offset 6: invalid character '1' after object key"),
        ("{\"a\":-} @\n", "json: offset 7: invalid character '}' in numeric literal"),
        ("{\"é\":é} @\n", "json: offset 7: invalid character 'Ã' looking for beginning of value"),
        ("{\"a\":'b'} @\n", "json: offset 6: invalid character '\\'' looking for beginning of value"),
    ];
    for (text, error) in table {
        assert_eq!(shown(text), [json!(error)], "{text}");
    }
    // The first object still comes out; after two, JSON is certain and its error is bare.
    assert_eq!(
        shown("{\"a\":1}}\n"),
        [json!({"a": 1}), json!("json: offset 8: invalid character '}' looking for beginning of value")]
    );
    assert_eq!(shown("{}{}}").last(), Some(&json!("invalid character '}' looking for beginning of value")));
}
