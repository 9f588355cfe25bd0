//! Containers of a Pod or a Pod template.
//!
//! The fields are the same in both; a Pod's containers also have a state, and their environment can be looked up in the Pod.

use super::fields::{is_empty, items, number, plain, resource_list, text, time};
use super::writer::Writer;
use api::meta::quantity::Quantity;
use api::{Value, sort};

/// Where the containers are.
pub enum Place<'a> {
    /// In a template: names are indented by one more.
    Template,
    /// In a Pod, with the statuses that belong to these containers.
    Pod {
        /// For the environment's field references.
        pod: &'a Value,
        /// `status.containerStatuses`, or its like for init containers.
        statuses: &'a Value,
    },
}

/// Writes containers under a title.
pub fn describe(w: &mut Writer, title: &str, containers: &Value, place: &Place) {
    let (level, name_indent) = match place {
        Place::Template => (1, " "),
        Place::Pod { .. } => (0, ""),
    };
    let none = if is_empty(containers) { " <none>" } else { "" };
    w.line(level, &format!("{title}:{none}"));
    for container in items(containers) {
        w.line(1, &format!("{name_indent}{}:", text(&container["name"])));
        let status = match place {
            Place::Template => None,
            Place::Pod { statuses, .. } => items(statuses).iter().find(|status| status["name"] == container["name"]),
        };
        describe_one(w, container, status, place);
    }
}

fn describe_one(w: &mut Writer, container: &Value, status: Option<&Value>, place: &Place) {
    if let Some(status) = status {
        w.text_field(2, "Container ID", &status["containerID"]);
    }
    w.text_field(2, "Image", &container["image"]);
    if let Some(status) = status {
        w.text_field(2, "Image ID", &status["imageID"]);
    }
    ports(w, "Port", &container["ports"], "containerPort");
    ports(w, "Host Port", &container["ports"], "hostPort");
    seccomp_profile(w, 2, &container["securityContext"]);
    words(w, "Command", &container["command"]);
    words(w, "Args", &container["args"]);
    if let Some(status) = status {
        container_status(w, status);
    }
    resource_list(w, 2, "Limits", &container["resources"]["limits"]);
    resource_list(w, 2, "Requests", &container["resources"]["requests"]);
    probes(w, container);
    environment_sources(w, &container["envFrom"]);
    environment(w, container, place);
    mounts(w, container);
}

/// `Port:  80/TCP (http)`; the title is plural for several.
fn ports(w: &mut Writer, title: &str, list: &Value, field: &str) {
    let all: Vec<String> = items(list)
        .iter()
        .map(|port| {
            let shown = format!("{}/{}", number(&port[field]), port["protocol"].as_str().unwrap_or("TCP"));
            match text(&port["name"]) {
                "" => shown,
                name => format!("{shown} ({name})"),
            }
        })
        .collect();
    match all.as_slice() {
        [] => w.field(2, title, "<none>"),
        [one] => w.field(2, title, one),
        several => w.field(2, &format!("{title}s"), several.join(", ")),
    }
}

/// The seccomp profile of a Pod's or container's security context, if any.
pub fn seccomp_profile(w: &mut Writer, level: usize, security_context: &Value) {
    let profile = &security_context["seccompProfile"];
    if profile.is_object() {
        w.text_field(level, "SeccompProfile", &profile["type"]);
        if text(&profile["type"]) == "Localhost" {
            w.text_field(level, "LocalhostProfile", &profile["localhostProfile"]);
        }
    }
}

/// A command's words, each on its own line, and so each line of a word.
fn words(w: &mut Writer, title: &str, list: &Value) {
    if is_empty(list) {
        return;
    }
    w.line(2, &format!("{title}:"));
    for line in items(list).iter().flat_map(|word| text(word).split('\n')) {
        w.line(3, line);
    }
}

fn container_status(w: &mut Writer, status: &Value) {
    state(w, "State", &status["state"]);
    if status["lastState"]["terminated"].is_object() {
        state(w, "Last State", &status["lastState"]);
    }
    w.field(2, "Ready", if status["ready"] == true { "True" } else { "False" });
    w.field(2, "Restart Count", number(&status["restartCount"]));
}

fn state(w: &mut Writer, title: &str, state: &Value) {
    if let Value::Object(running) = &state["running"] {
        w.field(2, title, "Running");
        w.field(3, "Started", time(running.get("startedAt").unwrap_or(&Value::Null)));
    } else if state["terminated"].is_object() {
        let terminated = &state["terminated"];
        w.field(2, title, "Terminated");
        w.optional_field(3, "Reason", &terminated["reason"]);
        w.optional_field(3, "Message", &terminated["message"]);
        w.field(3, "Exit Code", number(&terminated["exitCode"]));
        if number(&terminated["signal"]) > 0 {
            w.field(3, "Signal", number(&terminated["signal"]));
        }
        w.field(3, "Started", time(&terminated["startedAt"]));
        w.field(3, "Finished", time(&terminated["finishedAt"]));
    } else {
        // A container without any state is waiting, too.
        w.field(2, title, "Waiting");
        w.optional_field(3, "Reason", &state["waiting"]["reason"]);
    }
}

fn probes(w: &mut Writer, container: &Value) {
    for (title, field) in [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")]
    {
        if container[field].is_object() {
            w.field(2, title, probe_text(&container[field]));
        }
    }
}

fn probe_text(probe: &Value) -> String {
    let seconds = |field: &str| number(&probe[field]);
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        seconds("initialDelaySeconds"),
        seconds("timeoutSeconds"),
        seconds("periodSeconds"),
        seconds("successThreshold"),
        seconds("failureThreshold")
    );
    let (exec, http, tcp, grpc) = (&probe["exec"], &probe["httpGet"], &probe["tcpSocket"], &probe["grpc"]);
    if exec.is_object() {
        let command: Vec<&str> = items(&exec["command"]).iter().map(text).collect();
        format!("exec [{}] {attributes}", command.join(" "))
    } else if http.is_object() {
        format!("http-get {} {attributes}", url(http))
    } else if tcp.is_object() {
        format!("tcp-socket {}:{} {attributes}", text(&tcp["host"]), plain(&tcp["port"]))
    } else if grpc.is_object() {
        format!("grpc <pod>:{} {} {attributes}", plain(&grpc["port"]), text(&grpc["service"]))
    } else {
        format!("unknown {attributes}")
    }
}

fn url(http: &Value) -> String {
    let scheme = http["scheme"].as_str().unwrap_or("HTTP").to_ascii_lowercase();
    let path = text(&http["path"]);
    let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{}:{}{slash}{path}", text(&http["host"]), plain(&http["port"]))
}

fn environment_sources(w: &mut Writer, sources: &Value) {
    if is_empty(sources) {
        return;
    }
    w.line(2, "Environment Variables from:");
    for source in items(sources) {
        let (kind, reference) = match &source["configMapRef"] {
            Value::Null => ("Secret", &source["secretRef"]),
            reference => ("ConfigMap", reference),
        };
        let prefix = match text(&source["prefix"]) {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        w.line(3, &format!("{}\t{kind}{prefix}\tOptional: {}", text(&reference["name"]), optional(reference)));
    }
}

fn optional(reference: &Value) -> bool {
    reference["optional"].as_bool().unwrap_or(false)
}

fn environment(w: &mut Writer, container: &Value, place: &Place) {
    if is_empty(&container["env"]) {
        return w.line(2, "Environment:\t<none>");
    }
    w.line(2, "Environment:");
    for variable in items(&container["env"]) {
        let name = text(&variable["name"]);
        let from = &variable["valueFrom"];
        if from.is_null() {
            let value = text(&variable["value"]).replace('\n', "\n      \t");
            w.field(3, name, value);
        } else if let Some(value) = value_from(from, container, place) {
            w.field(3, name, value);
        }
    }
}

fn value_from(from: &Value, container: &Value, place: &Place) -> Option<String> {
    let (field, resource) = (&from["fieldRef"], &from["resourceFieldRef"]);
    if field.is_object() {
        let path = text(&field["fieldPath"]);
        let value = match place {
            Place::Template => String::new(),
            Place::Pod { pod, .. } => pod_field(pod, path),
        };
        return Some(format!("{value} ({}:{path})", field["apiVersion"].as_str().unwrap_or("v1")));
    }
    if resource.is_object() {
        let path = text(&resource["resource"]);
        return Some(format!("{} ({path})", container_resource(container, path, text(&resource["divisor"]))));
    }
    for (source, title) in [("secretKeyRef", "in secret"), ("configMapKeyRef", "of config map")] {
        let reference = &from[source];
        if reference.is_object() {
            return Some(format!(
                "<set to the key '{}' {title} '{}'>\tOptional: {}",
                text(&reference["key"]),
                text(&reference["name"]),
                optional(reference)
            ));
        }
    }
    None
}

/// What kubectl can look up by itself: metadata. `spec.nodeName` and `status.podIP` stay empty.
fn pod_field(pod: &Value, path: &str) -> String {
    let meta = &pod["metadata"];
    if let Some((map, rest)) = path.split_once("['") {
        let map = map.strip_prefix("metadata.").unwrap_or_default();
        return text(&meta[map][rest.trim_end_matches("']")]).to_string();
    }
    match path.strip_prefix("metadata.") {
        Some(field @ ("name" | "namespace" | "uid")) => text(&meta[field]).to_string(),
        _ => String::new(),
    }
}

/// `limits.cpu` and its like, in units of the divisor, rounded up.
fn container_resource(container: &Value, path: &str, divisor: &str) -> String {
    let (list, name) = path.split_once('.').unwrap_or((path, ""));
    let amount = Quantity::from_value(&container["resources"][list][name]).unwrap_or_default();
    if amount.is_zero() && list == "limits" {
        // Without a limit a container may use whatever its node has.
        return "node allocatable".to_string();
    }
    let divisor = Quantity::parse(divisor).map(Quantity::milli).filter(|milli| *milli > 0).unwrap_or(1000);
    let milli = i128::from(amount.value()) * 1000;
    let milli = if name == "cpu" { i128::from(amount.milli()) } else { milli };
    ((milli + i128::from(divisor) - 1) / i128::from(divisor)).to_string()
}

fn mounts(w: &mut Writer, container: &Value) {
    let mut all: Vec<&Value> = items(&container["volumeMounts"]).iter().collect();
    if all.is_empty() {
        return w.line(2, "Mounts:\t<none>");
    }
    sort::by_key(&mut all, |mount| text(&mount["mountPath"]));
    w.line(2, "Mounts:");
    for mount in all {
        let mode = if mount["readOnly"] == true { "ro" } else { "rw" };
        let path = match text(&mount["subPath"]) {
            "" => String::new(),
            path => format!(",path={path:?}"),
        };
        w.line(3, &format!("{} from {} ({mode}{path})", text(&mount["mountPath"]), text(&mount["name"])));
    }
}
