//! The rules as tables: a change to a good manifest, and what the server answers, line by line.
//!
//! Each case goes the way of a real request: strict decoding, defaults, bookkeeping, validation.

mod containers;
mod defaults;
mod kinds;
mod scheduling;
mod updates;
mod workloads;

use super::*;
use api::schema;
use api::status::Status;

/// Texts too long to repeat: what the tables mean by `«SUBDOMAIN»` and the like.
const TEXTS: [(&str, &str); 5] = [
    (
        "«SUBDOMAIN»",
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ),
    (
        "«DNSLABEL»",
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ),
    (
        "«QNAME»",
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ),
    (
        "«LABELVALUE»",
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ),
    ("T.", "spec.template.spec."),
];

/// One row: its number, the object, the lines of the answer.
pub type Row = (&'static str, Value, &'static [&'static str]);

/// Runs a table against one kind.
pub fn check(kind: Kind, rows: &[Row]) {
    for (id, object, expected) in rows {
        let expected: Vec<String> = expected.iter().map(|line| expanded(line)).collect();
        assert_eq!(refusals(kind, object.clone()), expected, "{id}");
    }
}

fn expanded(line: &str) -> String {
    TEXTS.iter().fold(line.to_string(), |line, (short, long)| match *short {
        "T." if !line.starts_with("T.") => line,
        _ => line.replacen(short, long, 1),
    })
}

/// What creating the object is answered, without repeated lines; nothing when it is accepted.
pub fn refusals(kind: Kind, object: Value) -> Vec<String> {
    lines(kind, validate(kind, &created(kind, object)))
}

/// What replacing one object by another is answered.
pub fn update_refusals(kind: Kind, old: Value, new: Value) -> Vec<String> {
    let old = created(kind, old);
    let new = updated(kind, &old, new);
    lines(kind, validate_update(kind, &new, &old))
}

fn lines(kind: Kind, errors: Vec<FieldError>) -> Vec<String> {
    Status::invalid(kind, "", errors).causes.iter().map(ToString::to_string).collect()
}

/// The object as it would be stored.
pub fn created(kind: Kind, mut object: Value) -> Value {
    let unknown = schema::decode(kind, &mut object).expect("the case decodes");
    assert_eq!(unknown, [], "the case has no unknown fields");
    prepare_for_create(kind, &mut object);
    object
}

/// The object as it would replace `old`.
pub fn updated(kind: Kind, old: &Value, mut new: Value) -> Value {
    schema::decode(kind, &mut new).expect("the case decodes");
    prepare_for_update(kind, &mut new, old);
    new
}

/// A merge patch (RFC 7386): null removes, maps merge, the rest replaces.
pub fn merged(mut object: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else { return patch };
    let map = fields::as_map(&mut object);
    for (field, value) in patch {
        let old = map.remove(&field).unwrap_or_default();
        if !value.is_null() {
            map.insert(field, merged(old, value));
        }
    }
    object
}

/// A good DaemonSet, changed.
pub fn daemon_set(patch: Value) -> Value {
    let good = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "monitoring-daemon", "namespace": "default", "labels": {"app": "monitoring"}},
        "spec": {
            "selector": {"matchLabels": {"app": "monitoring"}},
            "template": {
                "metadata": {"labels": {"app": "monitoring"}},
                "spec": {"containers": [{"name": "nginx", "image": "nginx"}]},
            },
        },
    });
    merged(good, patch)
}

/// A good DaemonSet whose `spec` is changed.
pub fn daemon_set_spec(patch: Value) -> Value {
    daemon_set(json!({"spec": patch}))
}

/// A good DaemonSet whose template's `spec` is changed.
pub fn template_spec(patch: Value) -> Value {
    daemon_set_spec(json!({"template": {"spec": patch}}))
}

/// A good DaemonSet whose container is changed.
pub fn container(patch: Value) -> Value {
    template_spec(json!({"containers": [merged(json!({"name": "nginx", "image": "nginx"}), patch)]}))
}

/// A good Deployment, its `spec` changed.
pub fn deployment(patch: Value) -> Value {
    let good = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "nginx", "image": "nginx"}]},
            },
        },
    });
    merged(good, json!({"spec": patch}))
}

/// A good Pod, changed.
pub fn pod(patch: Value) -> Value {
    let good = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"},
        "spec": {"containers": [{"name": "nginx", "image": "nginx"}]},
    });
    merged(good, patch)
}
