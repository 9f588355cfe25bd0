//! YAML 1.1 as kubectl reads it: what a word, a number, a tag or a key means in JSON.

use api::{Value, json};

use crate::read;

#[test]
fn plain_scalars_mean_what_yaml_1_1_says() {
    let table = [
        (json!(true), "y Y yes Yes YES true True TRUE on On ON"),
        (json!(false), "n N no No NO false False FALSE off Off OFF"),
        (json!(null), "~ null Null NULL"),
        (json!(493), "0755 0o755 0b111101101 0x1ed 0X1ED +493 4_93 493.0 4.93e2"),
        (json!(-3), "-3 -0b11 -03 -0x3"),
        (json!(8), "08 010 8. 8.0 8e0"),
        (json!(1000), "1_000 1e3 1E3 1e+3 1__000"),
        (json!(0), "0 -0 +0 00 -0.0 0x0"),
        (json!(0.5), ".5 0.5 +.5 5e-1"),
        (json!(9223372036854775807_i64), "9223372036854775807"),
        (json!(9223372036854775808_f64), "9223372036854775808 +9223372036854775808"),
        (json!(1.2345678901234568e22), "12345678901234567890123"),
        (json!(1e21), "1e21"),
        (json!(295547153711581000_i64), "295547153711581000.1 2.95547153711581e17"),
    ];
    for (meaning, words) in table {
        for word in words.split(' ') {
            assert_eq!(read(&format!("a: {word}\n"))["a"], meaning, "{word}");
        }
    }
}

#[test]
fn what_only_looks_like_a_number_is_text() {
    let words = "yEs nULL oN 2026-01-01 2026-01-01T10:00:00Z 1:30 1.2.3 10.0.0.1 100m 64Mi 1e400 0xg 0b2 0o9 . + -- _1 1e .5_0 \
                 Infinity nan -0xFFFFFFFFFFFFFFFF 0xFFFFFFFFFFFFFFFFF <";
    for word in words.split_whitespace() {
        assert_eq!(read(&format!("a: {word}\n"))["a"], Value::from(word));
    }
}

#[test]
fn nothing_is_null_and_quotes_make_text() {
    assert_eq!(
        read("a:\nb: ''\nc: \"yes\"\nd: '0755'\ne: |\n  1\n"),
        json!({"a": null, "b": "", "c": "yes", "d": "0755", "e": "1\n"})
    );
}

#[test]
fn tags_decide() {
    let text = "a: !!str 5\nb: !!int \"5\"\nc: !!float 1\nd: !!binary aGVsbG8=\ne: !mine x\nf: ! 12\ng: !!bool 'yes'\nh: !!timestamp 2020-01-01\n";
    let meaning = json!({"a": "5", "b": 5, "c": 1, "d": "hello", "e": "x", "f": "12", "g": true, "h": "2020-01-01"});
    assert_eq!(read(text), meaning);
}

#[test]
fn keys_become_text() {
    let text = "yes: a\n1: b\n0x10: c\n1.5: d\n1e20: e\n123456789.5: f\n.inf: g\n2026-01-01: h\n\"n\": i\n";
    let meaning = json!({
        "true": "a", "1": "b", "16": "c", "1.5": "d", "1e+20": "e", "1.2345679e+08": "f", ".inf": "g", "2026-01-01": "h", "n": "i",
    });
    assert_eq!(read(text), meaning);
}

#[test]
fn of_a_duplicate_key_the_last_wins() {
    assert_eq!(read("image: nginx\nimage: httpd\n"), json!({"image": "httpd"}));
    assert_eq!(read("yes: 1\n'true': 2\n"), json!({"true": 2}));
}

#[test]
fn a_merge_brings_keys_and_overrides_only_what_stands_before_it() {
    let text =
        "base: &base {k: 1, l: 2}\nc:\n  k: 0\n  <<: *base\n  l: 3\nd: {<<: [*base, {k: 5, m: 6}]}\ne: {\"<<\": 1}\n";
    let value = read(text);
    assert_eq!(value["c"], json!({"k": 1, "l": 3}));
    assert_eq!(value["d"], json!({"k": 1, "l": 2, "m": 6}));
    assert_eq!(value["e"], json!({"<<": 1}));
}

#[test]
fn an_alias_repeats_its_anchor() {
    assert_eq!(
        read("a: &x {k: [1]}\nb: *x\n&y c: d\ne: *y\n"),
        json!({"a": {"k": [1]}, "b": {"k": [1]}, "c": "d", "e": "c"})
    );
}

#[test]
fn flow_and_block_styles_mean_the_same() {
    assert_eq!(read("{a: [1, {b: c}], d: }"), read("a:\n- 1\n- b: c\nd:\n"));
}
