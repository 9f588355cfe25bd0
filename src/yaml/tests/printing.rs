//! The YAML and JSON that kubectl prints.

use api::{Value, json};
use yaml::to_string;

/// How `text` is printed as a value and as a key.
fn printed(text: &str) -> String {
    to_string(&json!({ "k": text })).strip_prefix("k: ").expect("a key").trim_end().to_owned()
}

#[test]
fn what_reads_as_something_else_is_in_double_quotes() {
    let texts = "1 1.5 1e3 0755 0x1F 1_000 .5 08 true TRUE null ~ yes no No on off y n 2026-01-01 2026-01-01T10:00:00Z 1:30 -1:30 1:30:45.5 .inf -0b11";
    for text in texts.split(' ') {
        assert_eq!(printed(text), format!("\"{text}\""));
        assert_eq!(to_string(&json!({ text: 1 })), format!("\"{text}\": 1\n"));
    }
    assert_eq!(printed(""), "\"\"");
    assert_eq!(printed("tab\there"), "\"tab\\there\"");
    assert_eq!(printed("🙂\u{1}"), "\"\\U0001F642\\x01\"");
}

#[test]
fn what_has_syntax_in_it_is_in_single_quotes() {
    let texts = [
        "a: b", "# x", "@x", "*x", "&x", "!x", "%x", "{a}", "[a]", "a #b", "|", ">", "?", " lead", "trail ", "a:",
        "- a", "-", "--- a", "`a",
    ];
    for text in texts {
        assert_eq!(printed(text), format!("'{text}'"));
    }
    assert_eq!(printed("it's: x"), "'it''s: x'");
}

#[test]
fn everything_else_is_plain() {
    let texts = [
        "a:b",
        "-x",
        "=",
        "it's",
        "say \"hi\"",
        "a,b",
        "é",
        "한국어",
        "a#b",
        "?x",
        "yEs",
        "1.2.3",
        "10.0.0.1",
        "100m",
        "1:60",
        "2026-13-01",
        "<<",
        "$(A)",
        "http://x:80/",
        "key=value:NoSchedule",
        "a\\b",
        "1e400",
    ];
    for text in texts {
        assert_eq!(printed(text), text);
    }
}

#[test]
fn texts_of_several_lines_are_blocks() {
    let value = json!({"a": "x\ny\n", "b": "x\n\ny", "c": "x\n\n", "d": "  x\ny", "e": "\n", "f": "x \ny", "g": "\tx\ny", "h": "z\n"});
    let text = "a: |\n  x\n  y\nb: |-\n  x\n\n  y\nc: |+\n  x\n\nd: |2-\n    x\n  y\ne: |2+\n\nf: \"x \\ny\"\ng: \"\\tx\\ny\"\nh: |\n  z\n";
    assert_eq!(to_string(&value), text);
}

#[test]
fn long_lines_are_folded_at_the_first_blank_after_column_80() {
    let words = "word ".repeat(20);
    let plain = format!("k: {}word\n  word word word\n", "word ".repeat(15));
    assert_eq!(to_string(&json!({"k": words.trim_end().strip_suffix(" word").unwrap()})), plain);
    let quoted = format!("k: '{}: word\n  word word '\n", "word ".repeat(15));
    assert_eq!(to_string(&json!({"k": format!("{}: word word word ", "word ".repeat(15))})), quoted);
    let unbroken = "x".repeat(200);
    assert_eq!(printed(&unbroken), unbroken);
}

#[test]
fn items_stand_right_under_their_key() {
    let value = json!({"a": [{"a": 1, "n1": [2]}, [3, [4]], []], "b": {}, "c": {"d": null}});
    assert_eq!(to_string(&value), "a:\n- a: 1\n  n1:\n  - 2\n- - 3\n  - - 4\n- []\nb: {}\nc:\n  d: null\n");
    assert_eq!(to_string(&json!([])), "[]\n");
    assert_eq!(to_string(&json!("x")), "x\n");
}

#[test]
fn keys_are_ordered_as_people_count() {
    let value = json!({"a10": 1, "a2": 2, "aB": 3, "ab": 4, "a_b": 5, "a-b": 6, "10": 7, "9": 8});
    let keys: Vec<String> =
        to_string(&value).lines().map(|line| line.split(':').next().unwrap().replace('"', "")).collect();
    assert_eq!(keys, ["9", "10", "a-b", "a_b", "a2", "a10", "aB", "ab"]);
}

#[test]
fn a_circle_in_that_order_harms_nobody() {
    let map: api::Map<String, Value> =
        (0..500).map(|n| (format!("a{}{}", n % 23, ["", "b", "0"][n % 3]), Value::Null)).collect();
    let count = map.len();
    assert_eq!(to_string(&Value::Object(map)).lines().count(), count);
}

#[test]
fn very_long_keys_stand_alone() {
    let (short, long) = ("k".repeat(128), "l".repeat(129));
    let text = format!("{short}: 1\n? {long}\n: - a\n  - b\n");
    assert_eq!(to_string(&json!({short: 1, long: ["a", "b"]})), text);
}

#[test]
fn numbers_are_printed_as_go_does() {
    let value = json!([1, -5, 1.5, 1e21, 1e20, 1e19, 1e-7, 123456789.125, 1.0, 0.00001, 123456.75, u64::MAX]);
    let text = "- 1\n- -5\n- 1.5\n- 1e+21\n- 1e+20\n- 10000000000000000000\n- 1e-07\n- 1.23456789125e+08\n- 1\n- 1e-05\n- 123456.75\n- 18446744073709551615\n";
    assert_eq!(to_string(&value), text);
    assert_eq!(
        yaml::json::compact(&json!([1e21, 1e20, 1e-7, 0.000001, 1.0, 1.5])),
        "[1e+21,100000000000000000000,1e-7,0.000001,1,1.5]"
    );
}

#[test]
fn json_is_safe_for_html_as_in_go() {
    let value = json!({"b": ["<a>&", "\"\\\n\t\u{1}\u{2028}é"], "a": {}, "c": []});
    let line = "{\"a\":{},\"b\":[\"\\u003ca\\u003e\\u0026\",\"\\\"\\\\\\n\\t\\u0001\\u2028é\"],\"c\":[]}";
    assert_eq!(yaml::json::compact(&value), line);
    assert_eq!(
        yaml::json::pretty(&json!({"a": [1, {"b": null}], "c": {}})),
        "{\n    \"a\": [\n        1,\n        {\n            \"b\": null\n        }\n    ],\n    \"c\": {}\n}\n"
    );
}
