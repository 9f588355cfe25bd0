//! What can't be read, in kubectl's words and with kubectl's lines.

use crate::refusal;

/// The manifest of the specification's table; mistakes are made in it.
const MANIFEST: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: monitoring-daemon
spec:
  selector:
    matchLabels:
      app: monitoring
  template:
    metadata:
      labels:
        app: monitoring
    spec:
      containers:
      - name: monitoring
        image: nginx
";

fn with(right: &str, wrong: &str) -> String {
    assert!(MANIFEST.contains(right), "{right}");
    let error = refusal(&MANIFEST.replacen(right, wrong, 1));
    error.strip_prefix("error converting YAML to JSON: ").unwrap_or(&error).to_owned()
}

#[test]
fn common_mistakes_are_named_with_their_line() {
    let table = [
        (
            "      app: monitoring\n  template",
            "\tapp: monitoring\n  template",
            "line 8: found character that cannot start any token",
        ),
        ("        image", "       image", "line 15: did not find expected key"),
        ("kind: DaemonSet", "kind DaemonSet", "line 3: could not find expected ':'"),
        ("kind: DaemonSet", "kind:DaemonSet", "line 3: could not find expected ':'"),
        ("name: monitoring-daemon", "name: a: b", "line 4: mapping values are not allowed in this context"),
        ("image: nginx", "image: \"nginx", "line 17: found unexpected end of stream"),
        ("image: nginx", "command: [\"a\", \"b\"", "line 16: did not find expected ',' or ']'"),
        ("containers:", "containers", "line 15: mapping values are not allowed in this context"),
        ("spec:", " spec:", "line 4: did not find expected key"),
        ("- name", "name", "line 16: mapping values are not allowed in this context"),
        ("image: nginx", "image: @nginx", "line 16: found character that cannot start any token"),
        ("image: nginx", "image: *nginx", "unknown anchor 'nginx' referenced"),
        ("image: nginx", "image: \"\\u12\"", "line 16: did not find expected hexdecimal number"),
        ("image: nginx", "image: \"a\" b", "line 15: did not find expected key"),
        ("apiVersion: apps/v1", "apiVersion: a: b", "mapping values are not allowed in this context"),
        ("image: nginx", "image: \u{1}", "control characters are not allowed"),
        ("image: nginx", "image: \0", "control characters are not allowed"),
    ];
    for (right, wrong, error) in table {
        let found = with(right, wrong);
        // A line of the first document line is not named.
        let expected = if wrong == "name" { found.clone() } else { format!("yaml: {error}") };
        assert_eq!(found, expected, "{wrong}");
    }
}

#[test]
fn what_json_cannot_hold_is_refused() {
    let table = [
        ("a: .inf", "json: unsupported value: +Inf"),
        ("a: -.inf", "json: unsupported value: -Inf"),
        ("a: .nan", "json: unsupported value: NaN"),
        ("~: q", "unsupported map key of type: %!s(<nil>), key: <nil>, value: \"q\""),
        ("12345678901234567890: x", "unsupported map key of type: uint64, key: 0xab54a98ceb1f0ad2, value: \"x\""),
        ("[a]: q", "yaml: invalid map key: []interface {}{\"a\"}"),
        (
            "a: {{ .Values.image }}",
            "yaml: invalid map key: map[interface {}]interface {}{\".Values.image\":interface {}(nil)}",
        ),
        ("a: !!int foo", "yaml: cannot decode !!str `foo` as a !!int"),
        ("a: !!bool 1", "yaml: cannot decode !!int `1` as a !!bool"),
        ("a: !!binary '%'", "yaml: !!binary value contains invalid base64 data"),
        ("<<: 5", "yaml: map merge requires map or sequence of maps as the value"),
        ("<<: [5]", "yaml: map merge requires map or sequence of maps as the value"),
        ("a: &x [*x]", "yaml: anchor 'x' value contains itself"),
    ];
    for (text, error) in table {
        assert_eq!(refusal(text), format!("error converting YAML to JSON: {error}"), "{text}");
    }
}

#[test]
fn the_editor_gets_the_line_of_the_file() {
    let text = "a: 1\n---\nb: 1\nc: [\n---\nd: 1\n";
    let error = yaml::documents(text).into_iter().find_map(Result::err).expect("the second document isn't closed");
    assert_eq!((error.line, error.text.as_str()), (Some(2), "yaml: line 2: did not find expected node content"));
    assert_eq!((error.at.line, error.at.column, &text[error.at.offset as usize..]), (5, 1, "---\nd: 1\n"));
}
