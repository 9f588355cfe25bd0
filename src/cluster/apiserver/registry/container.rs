//! Containers: their defaults, and the checks on name, image, ports, mounts and policies; probes, environment and
//! resources have files of their own.
//!
//! The order of checks within a container is the server's and shows in messages with several lines.
//!
//! Models core `validateContainers`, `validateInitContainers`, `SetDefaults_Container`. Left out: restart
//! rules, and what only Windows knows.

use super::fields::{default, default_nonzero, flag, given, int, items, list, part, text, written};
use super::path::Path;
use super::report::Report;
use super::volumes::Volumes;
use super::{env, names, probe, resources, security};
use api::Value;
use api::sort::gather;
use std::collections::BTreeSet;

const PULL_POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
const MESSAGE_POLICIES: [&str; 2] = ["File", "FallbackToLogsOnError"];
const RESTART_POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];
const MOUNT_PROPAGATIONS: [&str; 3] = ["Bidirectional", "HostToContainer", "None"];

/// Fills in what a container leaves open.
pub fn set_defaults(container: &mut Value) {
    let policy = if pulls_latest(text(container, "image")) { "Always" } else { "IfNotPresent" };
    default(container, "imagePullPolicy", policy);
    default(container, "terminationMessagePath", "/dev/termination-log");
    default(container, "terminationMessagePolicy", "File");
    part(container, "resources");
    for port in items(container, "ports") {
        default(port, "protocol", "TCP");
    }
    env::set_defaults(container);
    probe::set_defaults(container);
}

/// With the host's network a port is the host's port; only Pods are filled in, templates stay as written.
pub fn set_host_ports(container: &mut Value) {
    for port in items(container, "ports") {
        let container_port = int(port, "containerPort");
        if container_port != 0 {
            default_nonzero(port, "hostPort", container_port);
        }
    }
}

/// Whether an image's tag is `latest`, written or understood. What is no image reference has no tag at all.
fn pulls_latest(image: &str) -> bool {
    let (name, digest) = match image.split_once('@') {
        Some((name, _)) => (name, true),
        None => (image, false),
    };
    let last_slash = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name[last_slash..].find(':') {
        Some(colon) => (&name[..last_slash + colon], Some(&name[last_slash + colon + 1..])),
        None => (name, None),
    };
    let repository = path.split_once('/').filter(|(host, _)| host.contains(['.', ':'])).map_or(path, |(_, rest)| rest);
    let is_reference = !repository.is_empty()
        && repository.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-/".contains(&b));
    is_reference && tag.map_or(!digest, |tag| tag == "latest")
}

/// What containers need to know of their Pod.
pub struct Surroundings<'a> {
    /// Volumes that can be mounted.
    pub volumes: &'a Volumes<'a>,
    /// Seconds a container has to stop.
    pub grace_period: i64,
}

/// Checks the regular containers.
pub fn validate_all(report: &mut Report, path: Path, containers: &[Value], pod: &Surroundings) {
    if containers.is_empty() {
        report.required(path, "");
    }
    let mut seen = BTreeSet::new();
    for (i, container) in containers.iter().enumerate() {
        let path = path.index(i);
        validate_common(report, path, container, pod);
        if !seen.insert(text(container, "name")) {
            report.duplicate(path.child("name"), text(container, "name"));
        }
        probe::validate_all(report, path, container, pod.grace_period);
    }
    let mut ports = BTreeSet::new();
    for (i, container) in containers.iter().enumerate() {
        validate_host_ports_free(report, path.index(i), container, &mut ports);
    }
}

/// Checks the init containers; those that restart always are sidecars and may have probes.
pub fn validate_init(report: &mut Report, path: Path, spec: &Value, pod: &Surroundings) {
    let mut seen: BTreeSet<&str> = gather(list(spec, "containers").iter().map(|c| text(c, "name")));
    for (i, container) in list(spec, "initContainers").iter().enumerate() {
        let path = path.index(i);
        validate_common(report, path, container, pod);
        let name = text(container, "name");
        if !seen.insert(name) && !name.is_empty() {
            report.duplicate(path.child("name"), name);
        }
        validate_host_ports_free(report, path, container, &mut BTreeSet::new());
        if text(container, "restartPolicy") == "Always" {
            probe::validate_all(report, path, container, pod.grace_period);
            continue;
        }
        for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
            if given(container, field) {
                let detail = "may not be set for init containers without restartPolicy=Always";
                report.forbidden(path.child(field), detail);
            }
        }
    }
}

fn validate_common(report: &mut Report, path: Path, container: &Value, pod: &Surroundings) {
    report.required_name(path.child("name"), text(container, "name"), names::label);
    if text(container, "image").is_empty() {
        report.required(path.child("image"), "");
    }
    let policy = text(container, "terminationMessagePolicy");
    report.one_of(path.child("terminationMessagePolicy"), policy, &MESSAGE_POLICIES);
    validate_ports(report, path.child("ports"), list(container, "ports"));
    env::validate(report, path, container);
    validate_mounts(report, path.child("volumeMounts"), container, pod.volumes);
    report.one_of(path.child("imagePullPolicy"), text(container, "imagePullPolicy"), &PULL_POLICIES);
    resources::validate(report, path.child("resources"), &container["resources"]);
    if given(container, "restartPolicy") {
        report.one_of(path.child("restartPolicy"), text(container, "restartPolicy"), &RESTART_POLICIES);
    }
    validate_resize(report, path.child("resizePolicy"), list(container, "resizePolicy"));
    security::validate_container(report, path.child("securityContext"), &container["securityContext"]);
}

fn validate_ports(report: &mut Report, path: Path, ports: &[Value]) {
    let mut seen = BTreeSet::new();
    for (i, port) in ports.iter().enumerate() {
        let path = path.index(i);
        let name = text(port, "name");
        let problems = if name.is_empty() { Vec::new() } else { names::port_name(name) };
        if problems.is_empty() && !name.is_empty() && !seen.insert(name) {
            report.duplicate(path.child("name"), name);
        }
        report.refuse(path.child("name"), name, problems);
        match int(port, "containerPort") {
            0 => report.required(path.child("containerPort"), ""),
            number => validate_port_number(report, path.child("containerPort"), number),
        }
        let host_port = int(port, "hostPort");
        if host_port != 0 {
            validate_port_number(report, path.child("hostPort"), host_port);
        }
        report.one_of(path.child("protocol"), text(port, "protocol"), &PROTOCOLS);
    }
}

fn validate_port_number(report: &mut Report, path: Path, number: i64) {
    if let Some(problem) = names::port_number(number) {
        report.invalid(path, number, &problem);
    }
}

/// One port of the host can be taken once for each protocol and address.
fn validate_host_ports_free(report: &mut Report, path: Path, container: &Value, taken: &mut BTreeSet<String>) {
    let path = path.child("ports");
    for (i, port) in list(container, "ports").iter().enumerate() {
        let number = int(port, "hostPort");
        if number == 0 {
            continue;
        }
        let place = format!("{}/{}/{number}", text(port, "protocol"), text(port, "hostIP"));
        if taken.contains(&place) {
            report.duplicate(path.index(i).child("hostPort"), &place);
        }
        taken.insert(place);
    }
}

/// With the host's network, a host port can only be the container's own. Templates may leave it out, Pods have had it
/// filled in.
pub fn validate_host_network(report: &mut Report, path: Path, spec: &Value) {
    if !flag(spec, "hostNetwork") {
        return;
    }
    for (i, container) in list(spec, "containers").iter().enumerate() {
        let path = path.index(i);
        let path = path.child("ports");
        for (j, port) in list(container, "ports").iter().enumerate() {
            let host_port = int(port, "hostPort");
            if host_port != 0 && host_port != int(port, "containerPort") {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                report.invalid(path.index(j).child("hostPort"), host_port, detail);
            }
        }
    }
}

/// What a change of a resource does to a running container. The server's path has no index here.
fn validate_resize(report: &mut Report, path: Path, policies: &[Value]) {
    let mut seen = BTreeSet::new();
    for policy in policies {
        let resource = text(policy, "resourceName");
        if !seen.insert(resource) {
            report.duplicate(path, resource);
        }
        report.one_of(path, resource, &["cpu", "memory"]);
        report.one_of(path, text(policy, "restartPolicy"), &["NotRequired", "RestartContainer"]);
    }
}

fn validate_mounts(report: &mut Report, path: Path, container: &Value, volumes: &Volumes) {
    let mut seen = BTreeSet::new();
    for (i, mount) in list(container, "volumeMounts").iter().enumerate() {
        let list_path = &path;
        let path = path.index(i);
        let (name, mount_path) = (text(mount, "name"), text(mount, "mountPath"));
        if name.is_empty() {
            report.required(path.child("name"), "");
        }
        if !volumes.contains_key(name) {
            report.not_found(path.child("name"), name);
        }
        if mount_path.is_empty() {
            report.required(path.child("mountPath"), "");
        }
        if !seen.insert(mount_path) {
            report.invalid(path.child("mountPath"), mount_path, "must be unique");
        }
        // The server leaves the index out of these two paths.
        super::volumes::validate_relative(report, list_path.child("subPath"), text(mount, "subPath"));
        let (sub_path, expression) = (text(mount, "subPath"), text(mount, "subPathExpr"));
        if !sub_path.is_empty() && !expression.is_empty() {
            report.invalid(path.child("subPathExpr"), expression, "subPathExpr and subPath are mutually exclusive");
        }
        super::volumes::validate_relative(report, list_path.child("subPathExpr"), expression);
        if given(mount, "recursiveReadOnly") && !flag(mount, "readOnly") {
            report.forbidden(path.child("recursiveReadOnly"), "may only be specified when readOnly is true");
        }
        if given(mount, "mountPropagation") {
            let propagation = text(mount, "mountPropagation");
            validate_propagation(report, list_path.child("mountPropagation"), propagation, container);
        }
    }
}

fn validate_propagation(report: &mut Report, path: Path, propagation: &str, container: &Value) {
    if !MOUNT_PROPAGATIONS.contains(&propagation) {
        report.unsupported(path, propagation, &MOUNT_PROPAGATIONS);
    }
    if propagation == "Bidirectional" && !flag(&container["securityContext"], "privileged") {
        report.forbidden(path, "Bidirectional mount propagation is available only to privileged containers");
    }
}

/// What only Pods are refused; templates with it are stored, and their Pods fail.
pub fn validate_only_for_pod(report: &mut Report, path: Path, containers: &[Value]) {
    for (i, container) in containers.iter().enumerate() {
        let image = text(container, "image");
        if image.trim() != image {
            report.invalid(path.index(i).child("image"), image, "must not have leading or trailing whitespace");
        }
    }
}

/// Copies limits to requests that weren't written; Pods only.
pub fn set_requests(container: &mut Value) {
    if let Some(resources) = written(container, "resources") {
        resources::set_requests(resources);
    }
}

#[cfg(test)]
mod tests {
    use super::pulls_latest;

    #[test]
    fn only_the_latest_tag_is_pulled_always() {
        for image in ["nginx", "nginx:latest", "registry.example:5000/a/nginx", "nginx:latest@sha256:00"] {
            assert!(pulls_latest(image), "{image}");
        }
        for image in ["nginx:1.27", "nginx@sha256:00", "registry.example:5000/a/nginx:2", " nginx", "Nginx", ""] {
            assert!(!pulls_latest(image), "{image}");
        }
    }
}
