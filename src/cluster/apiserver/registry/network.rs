//! Ingresses and NetworkPolicies: that every rule leads somewhere.
//!
//! Models networking `validation.go`, Kubernetes v1.36. Left out: resource backends, end ports.

use super::fields::{given, int, list, text};
use super::path::Path;
use super::report::Report;
use super::{meta, names, selector};
use api::Value;
use api::resource::Kind;

/// Checks an Ingress.
pub fn validate_ingress(report: &mut Report, ingress: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::INGRESS, ingress),
        Some(old) => meta::validate_update(report, ingress, old),
    }
    let (spec, path) = (&ingress["spec"], Path::root("spec"));
    for (i, tls) in list(spec, "tls").iter().enumerate() {
        let path = path.child("tls");
        let path = path.index(i);
        for (i, host) in list(tls, "hosts").iter().enumerate() {
            validate_host(report, path.child("hosts").index(i), host.as_str().unwrap_or_default());
        }
        report.optional_name(path.child("secretName"), text(tls, "secretName"), names::subdomain);
    }
    if list(spec, "rules").is_empty() && !given(spec, "defaultBackend") {
        let detail = "either `defaultBackend` or `rules` must be specified";
        report.invalid(path, spec["rules"].clone(), detail);
    }
    if given(spec, "defaultBackend") {
        validate_backend(report, path.child("defaultBackend"), &spec["defaultBackend"]);
    }
    for (i, rule) in list(spec, "rules").iter().enumerate() {
        let path = path.child("rules");
        let path = path.index(i);
        if !text(rule, "host").is_empty() {
            validate_host(report, path.child("host"), text(rule, "host"));
        }
        if given(rule, "http") {
            validate_paths(report, path.child("http"), &rule["http"]);
        }
    }
    report.optional_name(path.child("ingressClassName"), text(spec, "ingressClassName"), names::subdomain);
}

fn validate_host(report: &mut Report, path: Path, host: &str) {
    let parts: Vec<&str> = host.split('.').collect();
    if parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok()) {
        return report.invalid(path, host, "must be a DNS name, not an IP address");
    }
    let name = host.strip_prefix("*.").unwrap_or(host);
    for problem in names::subdomain(name) {
        report.invalid(path, host, &problem);
    }
}

fn validate_paths(report: &mut Report, path: Path, http: &Value) {
    let path = path.child("paths");
    if list(http, "paths").is_empty() {
        report.required(path, "");
    }
    for (i, one) in list(http, "paths").iter().enumerate() {
        let path = path.index(i);
        match text(one, "pathType") {
            "" => report.required(path.child("pathType"), "pathType must be specified"),
            "Exact" | "Prefix" if !text(one, "path").starts_with('/') => {
                report.invalid(path.child("path"), text(one, "path"), "must be an absolute path");
            }
            "Exact" | "Prefix" => {
                for bad in ["//", "/./", "/../", "%2f", "%2F"] {
                    if text(one, "path").contains(bad) {
                        report.invalid(path.child("path"), text(one, "path"), &format!("must not contain '{bad}'"));
                    }
                }
            }
            "ImplementationSpecific" => {}
            other => report.unsupported(path.child("pathType"), other, &["Exact", "ImplementationSpecific", "Prefix"]),
        }
        validate_backend(report, path.child("backend"), &one["backend"]);
    }
}

fn validate_backend(report: &mut Report, path: Path, backend: &Value) {
    let service = &backend["service"];
    match (given(backend, "resource"), given(backend, "service")) {
        (true, true) => return report.invalid(path, "", "cannot set both resource and service backends"),
        (true, false) => return,
        (false, false) => return report.invalid(path, "", "resource or service backend is required"),
        (false, true) => {}
    }
    let place = path.child("service");
    report.required_name(place.child("name"), text(service, "name"), names::label_1035);
    let (number, name) = (int(&service["port"], "number"), text(&service["port"], "name"));
    let port = place.child("port");
    match (number, name) {
        (0, "") => report.required(path, "port name or number is required"),
        (0, name) => report.refuse(port.child("name"), name, names::port_name(name)),
        (number, "") => {
            if let Some(problem) = names::port_number(number) {
                report.invalid(port.child("number"), number, &problem);
            }
        }
        _ => report.invalid(path, "", "cannot set both port name & port number"),
    }
}

/// Checks a NetworkPolicy.
pub fn validate_policy(report: &mut Report, policy: &Value, old: Option<&Value>) {
    match old {
        None => meta::validate(report, Kind::NETWORK_POLICY, policy),
        Some(old) => meta::validate_update(report, policy, old),
    }
    let (spec, path) = (&policy["spec"], Path::root("spec"));
    selector::validate(report, path.child("podSelector"), &spec["podSelector"]);
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for (i, rule) in list(spec, direction).iter().enumerate() {
            let path = path.child(direction);
            let path = path.index(i);
            for (i, port) in list(rule, "ports").iter().enumerate() {
                validate_port(report, path.child("ports").index(i), port);
            }
            for (i, peer) in list(rule, peers).iter().enumerate() {
                validate_peer(report, path.child(peers).index(i), peer);
            }
        }
    }
    if list(spec, "policyTypes").len() > 2 {
        let detail = "may not specify more than two policyTypes";
        return report.invalid(path.child("policyTypes"), spec["policyTypes"].clone(), detail);
    }
    for (i, kind) in list(spec, "policyTypes").iter().enumerate() {
        let kind = kind.as_str().unwrap_or_default();
        if !["Ingress", "Egress"].contains(&kind) {
            report.unsupported(path.child("policyTypes").index(i), kind, &["Egress", "Ingress"]);
        }
    }
}

fn validate_port(report: &mut Report, path: Path, port: &Value) {
    let protocol = text(port, "protocol");
    if !["", "TCP", "UDP", "SCTP"].contains(&protocol) {
        report.unsupported(path.child("protocol"), protocol, &["SCTP", "TCP", "UDP"]);
    }
    match (port["port"].as_i64(), port["port"].as_str()) {
        (Some(number), _) => {
            if let Some(problem) = names::port_number(number) {
                report.invalid(path.child("port"), number, &problem);
            }
        }
        (_, Some(name)) => report.refuse(path.child("port"), name, names::port_name(name)),
        _ => {}
    }
}

fn validate_peer(report: &mut Report, path: Path, peer: &Value) {
    let fields = ["podSelector", "namespaceSelector", "ipBlock"].map(|field| given(peer, field));
    for field in ["podSelector", "namespaceSelector"] {
        selector::validate(report, path.child(field), &peer[field]);
    }
    match fields {
        [false, false, false] => report.required(path, "must specify a peer"),
        [pods, namespaces, true] if pods || namespaces => {
            report.forbidden(path, "may not specify both ipBlock and another peer");
        }
        _ => {}
    }
    let cidr = text(&peer["ipBlock"], "cidr");
    if fields[2] && cidr.is_empty() {
        report.required(path.child("ipBlock").child("cidr"), "");
    } else if fields[2] && !is_cidr(cidr) {
        let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
        report.invalid(path.child("ipBlock").child("cidr"), cidr, detail);
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = if address.contains(':') { 128 } else { 32 };
    address.parse::<std::net::IpAddr>().is_ok() && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}
