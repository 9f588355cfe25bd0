//! Services: defaults, the address they get, checks.
//!
//! everynode stores Services and gives them addresses; no packet is sent.
//!
//! Models core `SetDefaults_Service`, `ValidateServiceCreate`. Left out: dual stack, load balancers' sources.

use super::fields::{default, given, int, items, keep, list, part, set, text};
use super::path::Path;
use super::report::{Report, quoted};
use super::{meta, names, pod_spec, probe};
use api::resource::Kind;
use api::{Value, json};
use std::collections::BTreeSet;

const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
const AFFINITIES: [&str; 2] = ["ClientIP", "None"];
/// The address of a Service that has none.
const HEADLESS: &str = "None";
/// Seconds that a client stays with its Pod.
const CLIENT_IP_TIMEOUT: i64 = 10_800;

/// Fills in what a manifest leaves open.
pub fn set_defaults(service: &mut Value) {
    let spec = part(service, "spec");
    default(spec, "sessionAffinity", "None");
    if text(spec, "sessionAffinity") == "ClientIP" {
        default(part(part(spec, "sessionAffinityConfig"), "clientIP"), "timeoutSeconds", CLIENT_IP_TIMEOUT);
    }
    default(spec, "type", "ClusterIP");
    for port in items(spec, "ports") {
        default(port, "protocol", "TCP");
        let number = port["port"].clone();
        if !given(port, "targetPort") || port["targetPort"] == 0 || port["targetPort"] == "" {
            set(port, "targetPort", number);
        }
    }
    let kind = text(spec, "type").to_string();
    if kind == "NodePort" || kind == "LoadBalancer" {
        default(spec, "externalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        default(spec, "allocateLoadBalancerNodePorts", true);
    }
    if kind != "ExternalName" {
        default(spec, "internalTrafficPolicy", "Cluster");
        default(spec, "ipFamilies", json!(["IPv4"]));
        default(spec, "ipFamilyPolicy", "SingleStack");
    }
}

/// Whether the server has to find an address for it.
pub fn needs_address(service: &Value) -> bool {
    text(&service["spec"], "type") != "ExternalName" && text(&service["spec"], "clusterIP").is_empty()
}

/// Gives it an address, or repeats the one it has in the list of addresses.
pub fn set_address(service: &mut Value, address: &str) {
    let spec = part(service, "spec");
    default(spec, "clusterIP", address);
    set(spec, "clusterIPs", json!([spec["clusterIP"]]));
}

/// Which of its ports are to be open on every node and have no number for that yet.
pub fn ports_without_node_port(service: &Value) -> Vec<usize> {
    let spec = &service["spec"];
    let wanted = match text(spec, "type") {
        "NodePort" => true,
        "LoadBalancer" => spec["allocateLoadBalancerNodePorts"] != false,
        _ => false,
    };
    let ports = list(spec, "ports").iter().enumerate();
    ports.filter(|(_, port)| wanted && int(port, "nodePort") == 0).map(|(place, _)| place).collect()
}

/// An update that doesn't name the address keeps it, and a port its number on the nodes.
pub fn prepare_for_update(new: &mut Value, old: &Value) {
    let spec = part(new, "spec");
    if matches!(text(spec, "type"), "NodePort" | "LoadBalancer") {
        for port in items(spec, "ports") {
            let protocol = if given(port, "protocol") { text(port, "protocol") } else { "TCP" };
            let same = |was: &&Value| was["port"] == port["port"] && text(was, "protocol") == protocol;
            let was = list(&old["spec"], "ports").iter().find(same);
            if let Some(was) = was.filter(|_| int(port, "nodePort") == 0) {
                keep(port, was, "nodePort");
            }
        }
    }
    if text(spec, "clusterIP").is_empty() && text(spec, "type") != "ExternalName" {
        keep(spec, &old["spec"], "clusterIP");
        keep(spec, &old["spec"], "clusterIPs");
    }
}

/// The status of a Service that was just stored.
pub fn initial_status() -> Value {
    json!({"loadBalancer": {}})
}

/// Checks a new Service.
pub fn validate(report: &mut Report, service: &Value) {
    meta::validate(report, Kind::SERVICE, service);
    validate_spec(report, &service["spec"]);
}

/// Checks a Service that replaces another: its address is for ever.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    let path = Path::root("spec");
    let (new, old) = (&new["spec"], &old["spec"]);
    let addressed = text(old, "type") != "ExternalName" && !text(old, "clusterIP").is_empty();
    if addressed && text(new, "type") != "ExternalName" {
        report.unchanged(path.child("clusterIP"), &new["clusterIP"], &old["clusterIP"]);
    }
    validate_spec(report, new);
}

fn validate_spec(report: &mut Report, spec: &Value) {
    let path = Path::root("spec");
    let kind = text(spec, "type");
    let address = text(spec, "clusterIP");
    let ports = list(spec, "ports");
    if ports.is_empty() && kind != "ExternalName" && address != HEADLESS {
        report.required(path.child("ports"), "");
    }
    if kind == "ExternalName" {
        let name = text(spec, "externalName").trim_end_matches('.');
        report.required_name(path.child("externalName"), name, names::subdomain);
    }
    validate_ports(report, path.child("ports"), ports);
    meta::validate_labels(report, path.child("selector"), &spec["selector"]);
    report.one_of(path.child("sessionAffinity"), text(spec, "sessionAffinity"), &AFFINITIES);
    report.one_of(path.child("type"), kind, &TYPES);
    if !address.is_empty() && address != HEADLESS {
        let path = path.child("clusterIPs");
        pod_spec::validate_ip(report, path.index(0), address);
    }
    validate_ports_differ(report, path.child("ports"), ports);
}

fn validate_ports(report: &mut Report, path: Path, ports: &[Value]) {
    let mut seen = BTreeSet::new();
    for (i, port) in ports.iter().enumerate() {
        let path = path.index(i);
        let name = text(port, "name");
        if name.is_empty() && ports.len() > 1 {
            report.required(path.child("name"), "");
        } else if !name.is_empty() {
            report.refuse(path.child("name"), name, names::label(name));
            if !seen.insert(name) {
                report.duplicate(path.child("name"), name);
            }
        }
        let number = int(port, "port");
        if let Some(problem) = names::port_number(number) {
            report.invalid(path.child("port"), number, &problem);
        }
        report.one_of(path.child("protocol"), text(port, "protocol"), &PROTOCOLS);
        probe::validate_port(report, path.child("targetPort"), &port["targetPort"]);
    }
}

/// One port can be served once for each protocol.
fn validate_ports_differ(report: &mut Report, path: Path, ports: &[Value]) {
    let mut seen = BTreeSet::new();
    for (i, port) in ports.iter().enumerate() {
        let (protocol, number) = (text(port, "protocol"), int(port, "port"));
        if !seen.insert((protocol, number)) {
            let shown = format!(
                "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{number},\"TargetPort\":0,\"NodePort\":0}}",
                quoted(protocol)
            );
            report.duplicate_struct(path.index(i), shown, "");
        }
    }
}
