//! Probes and lifecycle hooks: their defaults and checks.
//!
//! Models core `validateProbe`, `validateHandler`, `SetDefaults_Probe`, `SetDefaults_HTTPGetAction`.

use super::fields::{default, default_nonzero, given, int, is_empty, list, text, written};
use super::names;
use super::path::Path;
use super::report::Report;
use api::Value;

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];
const HOOKS: [&str; 2] = ["postStart", "preStop"];
/// In the order in which a second one is refused.
const HANDLERS: [&str; 5] = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];
const SCHEMES: [&str; 2] = ["HTTP", "HTTPS"];

/// Fills in a container's probes and hooks.
pub fn set_defaults(container: &mut Value) {
    for field in PROBES {
        let Some(probe) = written(container, field) else { continue };
        default_nonzero(probe, "timeoutSeconds", 1);
        default_nonzero(probe, "periodSeconds", 10);
        default_nonzero(probe, "successThreshold", 1);
        default_nonzero(probe, "failureThreshold", 3);
        set_handler_defaults(probe);
    }
    for hook in HOOKS {
        if let Some(handler) = written(container, "lifecycle").and_then(|lifecycle| written(lifecycle, hook)) {
            set_handler_defaults(handler);
        }
    }
}

fn set_handler_defaults(handler: &mut Value) {
    if let Some(get) = written(handler, "httpGet") {
        default(get, "path", "/");
        default(get, "scheme", "HTTP");
    }
    if let Some(grpc) = written(handler, "grpc") {
        default(grpc, "service", "");
    }
}

/// Checks a container's hooks and probes.
pub fn validate_all(report: &mut Report, path: Path, container: &Value, grace_period: i64) {
    let lifecycle_path = path.child("lifecycle");
    for hook in HOOKS {
        let handler = &container["lifecycle"][hook];
        if !handler.is_null() {
            validate_handler(report, lifecycle_path.child(hook), handler, grace_period);
        }
    }
    for field in PROBES {
        let probe = &container[field];
        if !probe.is_null() {
            validate_probe(report, path.child(field), field, probe, grace_period);
        }
    }
}

fn validate_probe(report: &mut Report, path: Path, kind: &str, probe: &Value, grace_period: i64) {
    validate_handler(report, path, probe, grace_period);
    for field in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
        report.non_negative(path.child(field), int(probe, field));
    }
    let grace = &probe["terminationGracePeriodSeconds"];
    let grace_path = path.child("terminationGracePeriodSeconds");
    if grace.as_i64().is_some_and(|seconds| seconds <= 0) {
        report.invalid(grace_path, grace.clone(), "must be greater than 0");
    }
    if kind == "readinessProbe" {
        if !grace.is_null() {
            report.invalid(grace_path, grace.clone(), "must not be set for readinessProbes");
        }
    } else if int(probe, "successThreshold") != 1 {
        report.invalid(path.child("successThreshold"), int(probe, "successThreshold"), "must be 1");
    }
}

/// A handler is one action; a second one is refused without a look inside.
fn validate_handler(report: &mut Report, path: Path, handler: &Value, grace_period: i64) {
    let mut actions = HANDLERS.into_iter().filter(|action| given(handler, action));
    let Some(first) = actions.next() else {
        return report.required(path, "must specify a handler type");
    };
    validate_action(report, path.child(first), first, &handler[first], grace_period);
    for other in actions {
        report.forbidden(path.child(other), "may not specify more than 1 handler type");
    }
}

fn validate_action(report: &mut Report, path: Path, kind: &str, action: &Value, grace_period: i64) {
    match kind {
        "exec" if is_empty(action, "command") => report.required(path.child("command"), ""),
        "exec" => {}
        "sleep" => {
            let seconds = int(action, "seconds");
            if !(0..=grace_period).contains(&seconds) {
                let detail =
                    format!("must be non-negative and less than terminationGracePeriodSeconds ({grace_period})");
                report.invalid(path, seconds, &detail);
            }
        }
        "httpGet" => {
            validate_port(report, path.child("port"), &action["port"]);
            let scheme = text(action, "scheme");
            if !SCHEMES.contains(&scheme) {
                report.unsupported(path.child("scheme"), scheme, &SCHEMES);
            }
            for header in list(action, "httpHeaders") {
                validate_header(report, path.child("httpHeaders"), text(header, "name"));
            }
        }
        _ => validate_port(report, path.child("port"), &action["port"]),
    }
}

/// A port is a number or the name of a container's port.
pub fn validate_port(report: &mut Report, path: Path, port: &Value) {
    if let Value::String(name) = port {
        return report.refuse(path, name, names::port_name(name));
    }
    let number = port.as_i64().unwrap_or_default();
    if let Some(problem) = names::port_number(number) {
        report.invalid(path, number, &problem);
    }
}

fn validate_header(report: &mut Report, path: Path, name: &str) {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        let detail = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";
        report.invalid(path, name, detail);
    }
}
