//! The spec of a Pod, alone or in a template: defaults and the order of its checks.
//!
//! Models core `ValidatePodSpec`, `SetDefaults_PodSpec`. Left out: resource claims and resources of the Pod as a whole,
//! Windows.

use super::container::Surroundings;
use super::fields::{default, flag, given, int, items, list, part, set, text};
use super::path::Path;
use super::report::Report;
use super::{container, meta, names, scheduling, security, volumes};
use api::Value;

/// Always first: it is the default, and the only one that workloads which run for ever allow.
pub const RESTART_POLICIES: [&str; 3] = ["Always", "OnFailure", "Never"];
const DNS_POLICIES: [&str; 4] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const PREEMPTION_POLICIES: [&str; 2] = ["PreemptLowerPriority", "Never"];
const CONTAINER_LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// Seconds a Pod has to stop unless it says otherwise.
const GRACE_PERIOD: i64 = 30;
/// The resolver's own limits.
const NAMESERVERS_MAX: usize = 3;

/// Fills in what Pods and templates share.
pub fn set_defaults(spec: &mut Value) {
    default(spec, "dnsPolicy", "ClusterFirst");
    default(spec, "restartPolicy", RESTART_POLICIES[0]);
    default(spec, "schedulerName", "default-scheduler");
    default(spec, "terminationGracePeriodSeconds", GRACE_PERIOD);
    part(spec, "securityContext");
    set_service_account(spec);
    items(spec, "volumes").for_each(volumes::set_defaults);
    for field in CONTAINER_LISTS {
        items(spec, field).for_each(container::set_defaults);
    }
}

/// `serviceAccount` is the older name of `serviceAccountName`; the server always shows both.
fn set_service_account(spec: &mut Value) {
    let name = ["serviceAccountName", "serviceAccount"].into_iter().find(|field| !text(spec, field).is_empty());
    if let Some(name) = name.map(|field| spec[field].clone()) {
        set(spec, "serviceAccountName", name.clone());
        set(spec, "serviceAccount", name);
    }
}

/// Fills in what only Pods get; a template keeps what was written.
pub fn set_pod_defaults(spec: &mut Value) {
    default(spec, "enableServiceLinks", true);
    let host_network = flag(spec, "hostNetwork");
    for field in ["initContainers", "containers"] {
        for container in items(spec, field) {
            container::set_requests(container);
            if host_network {
                container::set_host_ports(container);
            }
        }
    }
}

/// Checks a spec, in the server's order.
pub fn validate(report: &mut Report, path: Path, spec: &Value) {
    let sound = volumes::validate_all(report, path.child("volumes"), list(spec, "volumes"));
    let pod = Surroundings { volumes: &sound, grace_period: int(spec, "terminationGracePeriodSeconds") };
    container::validate_all(report, path.child("containers"), list(spec, "containers"), &pod);
    container::validate_init(report, path.child("initContainers"), spec, &pod);
    container::validate_host_network(report, path.child("containers"), spec);
    report.one_of(path.child("restartPolicy"), text(spec, "restartPolicy"), &RESTART_POLICIES);
    report.one_of(path.child("dnsPolicy"), text(spec, "dnsPolicy"), &DNS_POLICIES);
    meta::validate_labels(report, path.child("nodeSelector"), &spec["nodeSelector"]);
    security::validate_pod(report, path, spec);
    scheduling::validate_affinity(report, path.child("affinity"), &spec["affinity"]);
    validate_dns_config(report, path.child("dnsConfig"), spec);
    validate_gates(report, path, spec);
    let constraints = list(spec, "topologySpreadConstraints");
    scheduling::validate_spread(report, path.child("topologySpreadConstraints"), constraints);
    validate_names(report, path, spec);
}

/// The single fields at the end of the order.
fn validate_names(report: &mut Report, path: Path, spec: &Value) {
    for field in ["serviceAccountName", "nodeName"] {
        report.optional_name(path.child(field), text(spec, field), names::subdomain);
    }
    if let Some(seconds) = spec["activeDeadlineSeconds"].as_i64()
        && let Some(problem) = names::in_range(seconds, 1, i32::MAX as i64)
    {
        report.invalid(path.child("activeDeadlineSeconds"), seconds, &problem);
    }
    for field in ["hostname", "subdomain"] {
        report.optional_name(path.child(field), text(spec, field), names::label);
    }
    scheduling::validate_tolerations(report, path.child("tolerations"), list(spec, "tolerations"));
    validate_host_aliases(report, path.child("hostAliases"), list(spec, "hostAliases"));
    for field in ["priorityClassName", "runtimeClassName"] {
        report.optional_name(path.child(field), text(spec, field), names::subdomain);
    }
    match text(&spec["os"], "name") {
        "" if given(spec, "os") => report.required(path.child("os").child("name"), "cannot be empty"),
        "" | "linux" | "windows" => {}
        other => report.unsupported(path.child("os"), other, &["linux", "windows"]),
    }
    if given(spec, "preemptionPolicy") {
        report.one_of(path.child("preemptionPolicy"), text(spec, "preemptionPolicy"), &PREEMPTION_POLICIES);
    }
}

fn validate_dns_config(report: &mut Report, path: Path, spec: &Value) {
    let config = &spec["dnsConfig"];
    let nameservers = list(config, "nameservers");
    let path_of_nameservers = path.child("nameservers");
    if text(spec, "dnsPolicy") == "None" {
        if config.is_null() {
            return report.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        if nameservers.is_empty() {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            return report.required(path_of_nameservers, detail);
        }
    }
    if nameservers.len() > NAMESERVERS_MAX {
        let detail = format!("must not have more than {NAMESERVERS_MAX} nameservers");
        report.invalid(path_of_nameservers, nameservers.to_vec(), &detail);
    }
    for (i, address) in nameservers.iter().enumerate() {
        validate_ip(report, path_of_nameservers.index(i), address.as_str().unwrap_or_default());
    }
    for (i, option) in list(config, "options").iter().enumerate() {
        if text(option, "name").is_empty() {
            report.required(path.child("options").index(i), "must not be empty");
        }
    }
}

fn validate_gates(report: &mut Report, path: Path, spec: &Value) {
    let readiness_path = path.child("readinessGates");
    for (i, gate) in list(spec, "readinessGates").iter().enumerate() {
        let condition = text(gate, "conditionType");
        report.refuse(readiness_path.index(i).child("conditionType"), condition, names::qualified_name(condition));
    }
    let scheduling_path = path.child("schedulingGates");
    let gates = list(spec, "schedulingGates");
    for (i, gate) in gates.iter().enumerate() {
        let name = text(gate, "name");
        report.refuse(scheduling_path.index(i), name, names::qualified_name(name));
        if gates[..i].iter().any(|other| text(other, "name") == name) {
            report.duplicate(scheduling_path.index(i), name);
        }
    }
}

fn validate_host_aliases(report: &mut Report, path: Path, aliases: &[Value]) {
    for (i, alias) in aliases.iter().enumerate() {
        let path = path.index(i);
        validate_ip(report, path.child("ip"), text(alias, "ip"));
        let path = path.child("hostnames");
        for (j, name) in list(alias, "hostnames").iter().filter_map(Value::as_str).enumerate() {
            report.refuse(path.index(j), name, names::subdomain(name));
        }
    }
}

/// Checks an address.
pub fn validate_ip(report: &mut Report, path: Path, address: &str) {
    if address.parse::<core::net::IpAddr>().is_err() {
        report.invalid(path, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }
}
