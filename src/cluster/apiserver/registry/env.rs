//! Environment variables and references to fields: defaults and checks. Volumes of the downward API use the same
//! references.
//!
//! Models core `ValidateEnv`, `ValidateEnvFrom`, `validateObjectFieldSelector`. Left out: divisors, `fileKeyRef`.

use super::fields::{default, given, items, list, text, written};
use super::names;
use super::path::Path;
use super::report::Report;
use api::Value;

/// Fields that `fieldRef` knows at all, in one place or another.
#[rustfmt::skip]
const KNOWN_FIELDS: [&str; 14] = [
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
    "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "status.phase", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
];

/// Fields that a variable can hold.
#[rustfmt::skip]
const ENV_FIELDS: [&str; 9] = [
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
];

/// Fields that a file can hold.
pub const VOLUME_FIELDS: [&str; 5] =
    ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// Amounts that a variable or file can hold, besides those of huge pages.
#[rustfmt::skip]
const RESOURCES: [&str; 6] = [
    "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
    "requests.memory",
];

const SOURCES: [&str; 5] = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

/// Fills in a container's variables.
pub fn set_defaults(container: &mut Value) {
    for variable in items(container, "env") {
        if let Some(source) = written(variable, "valueFrom") {
            set_reference_defaults(source);
        }
    }
}

/// Fills in a `fieldRef` or `resourceFieldRef`.
pub fn set_reference_defaults(source: &mut Value) {
    if let Some(reference) = written(source, "fieldRef") {
        default(reference, "apiVersion", "v1");
    }
    if let Some(reference) = written(source, "resourceFieldRef") {
        // Not optional in the server's struct, so it is always printed.
        default(reference, "divisor", "0");
    }
}

/// Checks a container's `env` and `envFrom`.
pub fn validate(report: &mut Report, path: Path, container: &Value) {
    let env_path = path.child("env");
    for (i, variable) in list(container, "env").iter().enumerate() {
        let path = env_path.index(i);
        report.required_name(path.child("name"), text(variable, "name"), names::env_name);
        if given(variable, "valueFrom") {
            validate_source(report, path.child("valueFrom"), variable);
        }
    }
    let from_path = path.child("envFrom");
    for (i, source) in list(container, "envFrom").iter().enumerate() {
        validate_env_from(report, from_path, i, source);
    }
}

fn validate_source(report: &mut Report, path: Path, variable: &Value) {
    let source = &variable["valueFrom"];
    for field in ["fieldRef", "resourceFieldRef"] {
        if given(source, field) {
            validate_reference(report, path.child(field), field, &source[field], &ENV_FIELDS);
        }
    }
    for field in ["configMapKeyRef", "secretKeyRef"] {
        if given(source, field) {
            validate_key_reference(report, path.child(field), &source[field]);
        }
    }
    let sources = SOURCES.iter().filter(|field| given(source, field)).count();
    if sources == 0 {
        let detail =
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
        report.invalid(path, "", detail);
    }
    if !text(variable, "value").is_empty() {
        if sources != 0 {
            report.invalid(path, "", "may not be specified when `value` is not empty");
        }
    } else if sources > 1 {
        report.invalid(path, "", "may not have more than one field specified at a time");
    }
}

/// Checks a `fieldRef` or `resourceFieldRef` against the fields that its place can hold.
pub fn validate_reference(report: &mut Report, path: Path, kind: &str, reference: &Value, fields: &[&str]) {
    let version = text(reference, "apiVersion");
    if kind == "fieldRef" && !matches!(version, "" | "v1") && !text(reference, "fieldPath").is_empty() {
        let detail = format!("error converting fieldPath: unsupported pod version: {version}");
        return report.invalid(path.child("fieldPath"), text(reference, "fieldPath"), &detail);
    }
    if kind == "fieldRef" {
        return validate_field(report, path, text(reference, "fieldPath"), fields);
    }
    let resource = text(reference, "resource");
    let huge = resource.starts_with("limits.hugepages-") || resource.starts_with("requests.hugepages-");
    if !huge {
        report.one_of(path.child("resource"), resource, &RESOURCES);
    }
    let divisor = text(reference, "divisor");
    let (known, detail): (&[&str], &str) = match resource.rsplit('.').next() {
        Some("cpu") => (&["1m", "1"], "only divisor's values 1m and 1 are supported with the cpu resource"),
        Some("memory") => (
            &["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"],
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource",
        ),
        _ => return,
    };
    if !matches!(divisor, "" | "0") && !known.contains(&divisor) {
        report.invalid(path.child("divisor"), divisor, detail);
    }
}

fn validate_field(report: &mut Report, path: Path, field: &str, fields: &[&str]) {
    let subscripted = field.strip_suffix("']").and_then(|rest| rest.split_once("['"));
    match subscripted {
        _ if field.is_empty() => report.required(path.child("fieldPath"), ""),
        Some(("metadata.annotations", key)) => {
            report.refuse(path, key, names::qualified_name(&key.to_ascii_lowercase()))
        }
        Some(("metadata.labels", key)) => report.refuse(path, key, names::qualified_name(key)),
        _ if !KNOWN_FIELDS.contains(&field) => {
            let detail = format!("error converting fieldPath: field label not supported: {field}");
            report.invalid(path.child("fieldPath"), field, &detail);
        }
        _ if !fields.contains(&field) => report.unsupported(path.child("fieldPath"), field, fields),
        _ => {}
    }
}

fn validate_key_reference(report: &mut Report, path: Path, reference: &Value) {
    let name = text(reference, "name");
    report.refuse(path.child("name"), name, names::subdomain(name));
    report.required_name(path.child("key"), text(reference, "key"), names::config_key);
}

/// The server names the list, not the item, when a source is missing or there are two.
fn validate_env_from(report: &mut Report, list_path: Path, index: usize, source: &Value) {
    let path = list_path.index(index);
    report.optional_name(path.child("prefix"), text(source, "prefix"), names::env_name);
    let mut sources = 0;
    for field in ["configMapRef", "secretRef"] {
        if given(source, field) {
            sources += 1;
            report.required_name(path.child(field).child("name"), text(&source[field], "name"), names::subdomain);
        }
    }
    match sources {
        0 => report.invalid(list_path, "", "must specify one of: `configMapRef` or `secretRef`"),
        1 => {}
        _ => report.invalid(list_path, "", "may not have more than one field specified at a time"),
    }
}
