//! `describe ingress` and `describe networkpolicy`. Neither has an effect here.

use super::fields::{self, items, plain, text};
use super::related::Related;
use super::writer::Writer;
use api::resource::Kind;
use api::time::Time;
use api::{Value, human};

pub fn describe_ingress(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (meta, spec) = (&object["metadata"], &object["spec"]);
    w.text_field(0, "Name", &meta["name"]);
    fields::labels(w, "Labels", &meta["labels"]);
    w.text_field(0, "Namespace", &meta["namespace"]);
    let addresses: Vec<&str> = items(&object["status"]["loadBalancer"]["ingress"])
        .iter()
        .map(|one| text(if one["ip"].is_null() { &one["hostname"] } else { &one["ip"] }))
        .collect();
    w.field(0, "Address", addresses.join(","));
    w.field(0, "Ingress Class", human::or_none(text(&spec["ingressClassName"])));
    let fallback = &spec["defaultBackend"];
    let shown = if fallback.is_null() { "<default>".to_string() } else { backend(meta, fallback, related) };
    w.field(0, "Default backend", shown);
    if !items(&spec["tls"]).is_empty() {
        w.line(0, "TLS:");
    }
    for tls in items(&spec["tls"]) {
        let hosts = items(&tls["hosts"]).iter().map(text).collect::<Vec<_>>().join(",");
        match text(&tls["secretName"]) {
            "" => w.line(1, &format!("SNI routes {hosts}")),
            secret => w.line(1, &format!("{secret} terminates {hosts}")),
        }
    }
    w.line(0, "Rules:");
    w.line(1, "Host\tPath\tBackends");
    w.line(1, "----\t----\t--------");
    for rule in items(&spec["rules"]) {
        let host = text(&rule["host"]);
        w.line(1, &format!("{}\t", if host.is_empty() { "*" } else { host }));
        for path in items(&rule["http"]["paths"]) {
            w.line(2, &format!("\t{} \t{}", text(&path["path"]), backend(meta, &path["backend"], related)));
        }
    }
    if items(&spec["rules"]).is_empty() {
        let shown = if fallback.is_null() { "<default>".to_string() } else { backend(meta, fallback, related) };
        w.line(1, &format!("*\t*\t{shown}"));
    }
    fields::annotations(w, "Annotations", &meta["annotations"]);
}

/// `web:80 (10.244.1.2:80)`, or why nobody answers there.
fn backend(meta: &Value, backend: &Value, related: &mut dyn Related) -> String {
    let (service, port) = (&backend["service"], &backend["service"]["port"]);
    let (name, namespace) = (text(&service["name"]), meta["namespace"].as_str());
    let number = if port["number"].is_null() { text(&port["name"]).to_string() } else { plain(&port["number"]) };
    let title = format!("{name}:{number}");
    if related.get(Kind::SERVICE, namespace, name).is_none() {
        return format!("{title} (<error: services {name:?} not found>)");
    }
    let slices = related.list(Kind::ENDPOINT_SLICE, namespace, &format!("kubernetes.io/service-name={name}"), "");
    let mut addresses = Vec::new();
    for slice in &slices {
        let port = items(&slice["ports"]).first().map(|port| plain(&port["port"])).unwrap_or_default();
        let of_slice = items(&slice["endpoints"]).iter().flat_map(|one| items(&one["addresses"]));
        addresses.extend(of_slice.map(|address| format!("{}:{port}", text(address))));
    }
    format!("{title} ({})", addresses.join(","))
}

pub fn describe_policy(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let (meta, spec) = (&object["metadata"], &object["spec"]);
    w.text_field(0, "Name", &meta["name"]);
    w.text_field(0, "Namespace", &meta["namespace"]);
    let created = Time::parse(text(&meta["creationTimestamp"])).map(|time| time.to_string()).unwrap_or_default();
    w.field(0, "Created on", format!("{} +0000 UTC", created.replace('T', " ").trim_end_matches('Z')));
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.line(0, "Spec:");
    let pods = human::selector(&spec["podSelector"]);
    let all = if pods == "<none>" { " (Allowing the specific traffic to all pods in this namespace)" } else { "" };
    w.line(1, &format!("PodSelector:     {pods}{all}"));
    let types: Vec<&str> = items(&spec["policyTypes"]).iter().map(text).collect();
    for (kind, lower, from) in [("Ingress", "ingress", "From"), ("Egress", "egress", "To")] {
        if !types.contains(&kind) {
            w.line(1, &format!("Not affecting {lower} traffic"));
            continue;
        }
        w.line(1, &format!("Allowing {lower} traffic:"));
        rules(w, &spec[lower], lower, from);
    }
    w.line(1, &format!("Policy Types: {}", types.join(", ")));
}

fn rules(w: &mut Writer, rules: &Value, lower: &str, from: &str) {
    if items(rules).is_empty() {
        return w.line(2, &format!("<none> (Selected pods are isolated for {lower} connectivity)"));
    }
    for (index, rule) in items(rules).iter().enumerate() {
        if index > 0 {
            w.line(2, "----------");
        }
        if items(&rule["ports"]).is_empty() {
            w.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in items(&rule["ports"]) {
            let protocol = port["protocol"].as_str().unwrap_or("TCP");
            w.line(2, &format!("To Port: {}/{protocol}", plain(&port["port"])));
        }
        let peers = items(&rule[if from == "From" { "from" } else { "to" }]);
        if peers.is_empty() {
            w.line(
                2,
                &format!(
                    "{from}: <any> (traffic not restricted by {})",
                    if from == "From" { "source" } else { "destination" }
                ),
            );
        }
        for peer in peers {
            w.line(2, &format!("{from}:"));
            if peer["ipBlock"].is_object() {
                w.line(3, "IPBlock:");
                w.line(4, &format!("CIDR: {}", text(&peer["ipBlock"]["cidr"])));
                let except: Vec<&str> = items(&peer["ipBlock"]["except"]).iter().map(text).collect();
                w.line(4, &format!("Except: {}", except.join(", ")));
                continue;
            }
            if peer["namespaceSelector"].is_object() {
                w.line(3, &format!("NamespaceSelector: {}", human::selector(&peer["namespaceSelector"])));
            }
            if peer["podSelector"].is_object() {
                w.line(3, &format!("PodSelector: {}", human::selector(&peer["podSelector"])));
            }
        }
    }
}
