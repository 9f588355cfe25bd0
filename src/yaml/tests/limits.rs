//! Nothing that is pasted may panic, hang, or grow without bound.

use std::time::{Duration, Instant};

use crate::{read, refusal};

#[test]
fn a_billion_laughs_are_refused() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='i').zip('a'..) {
        let aliases = [format!("*{before}"); 1].join("");
        text.push_str(&format!("{name}: &{name} [{}]\n", vec![aliases; 9].join(", ")));
    }
    assert_eq!(refusal(&text), "error converting YAML to JSON: yaml: document contains excessive aliasing");
}

#[test]
fn depth_is_limited_for_text_and_for_aliases() {
    for (before, open, close) in [("", "[", "]"), ("x: ", "{a: ", "}"), ("", "- ", "")] {
        let text = format!("{before}{}1{}\n", open.repeat(255), close.repeat(255));
        read(&text);
        for depth in [300, 100_000] {
            assert!(
                refusal(&format!("{before}{}", open.repeat(depth))).ends_with("exceeded max depth of 256"),
                "{open}"
            );
        }
    }
    assert!(refusal(&"{\"a\":".repeat(100_000)).ends_with("exceeded max depth"));
    let chain: String = (1..400).map(|n| format!("k{n}: &a{n} [*a{}]\n", n - 1)).collect();
    assert!(refusal(&format!("k: &a0 []\n{chain}")).ends_with("exceeded max depth of 256"));
}

#[test]
fn five_megabytes_are_read_in_linear_time() {
    let item = "- name: worker-1\n  labels: {a: b, c: \"d\"}\n  text: |\n    some words, 몇 마디\n  port: 0x50\n";
    let measure = |bytes: usize| {
        let text = item.repeat(bytes / item.len());
        let start = Instant::now();
        assert_eq!(read(&text).as_array().map(Vec::len), Some(bytes / item.len()));
        start.elapsed()
    };
    let small = measure(500_000);
    let large = measure(5_000_000);
    assert!(large < small * 40 + Duration::from_secs(1), "{small:?} for a tenth, {large:?} for the whole");
}

#[test]
fn torn_texts_never_panic() {
    let whole = "# c\n--- # d\na: &x {b: [1, 'two', \"th\\u00e9\\n\"], ? c : d}\n<<: *x\ne: |+2\n   f\n\ng: !!int 0x1f\n한국: >-\n  어\n%TAG ! x\n";
    let json = "{\"a\": [1.5e-3, true, \"\\ud83d\\ude42é\"], \"b\": {}} {\"c\": null}";
    let bits = [
        "\t", "\0", "]", "}", "\"", "'", "&", "*", "!", "|", ">", "%", "@", ":", "- ", "? ", "\u{feff}", "\u{2028}",
        "🙂", "\r",
    ];
    for text in [whole, json] {
        for (at, _) in text.char_indices() {
            let _ = yaml::documents(&text[..at]);
            let _ = yaml::documents(&text[at..]);
            for bit in bits {
                for document in yaml::documents(&format!("{}{bit}{}", &text[..at], &text[at..])).into_iter().flatten() {
                    let printed = yaml::to_string(&document.value);
                    // What can't be printed to be read again is only what YAML has no characters for.
                    assert!(printed.contains(['\u{feff}', '\u{7f}']) || read(&printed) == document.value, "{printed}");
                    document.place("a.b[1].c");
                }
            }
        }
    }
}
