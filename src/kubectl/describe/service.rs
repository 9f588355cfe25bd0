//! `describe service`.

use super::fields::{self, is_empty, items, number, plain, text};
use super::related::Related;
use super::writer::Writer;
use api::resource::Kind;
use api::{Value, human};

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (meta, spec) = (&object["metadata"], &object["spec"]);
    fields::name_and_namespace(w, object);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.field(0, "Selector", human::labels(&spec["selector"]));
    w.text_field(0, "Type", &spec["type"]);
    w.optional_field(0, "IP Family Policy", &spec["ipFamilyPolicy"]);
    if !is_empty(&spec["ipFamilies"]) {
        w.field(0, "IP Families", joined(&spec["ipFamilies"]));
    }
    w.text_field(0, "IP", &spec["clusterIP"]);
    w.field(0, "IPs", human::or_none(joined(&spec["clusterIPs"])));
    if !is_empty(&spec["externalIPs"]) {
        w.field(0, "External IPs", joined(&spec["externalIPs"]));
    }
    w.optional_field(0, "External Name", &spec["externalName"]);
    ports(w, object, related);
    w.text_field(0, "Session Affinity", &spec["sessionAffinity"]);
    w.optional_field(0, "External Traffic Policy", &spec["externalTrafficPolicy"]);
    w.optional_field(0, "Internal Traffic Policy", &spec["internalTrafficPolicy"]);
}

fn ports(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let meta = &object["metadata"];
    let selector = format!("kubernetes.io/service-name={}", text(&meta["name"]));
    let slices = related.list(Kind::ENDPOINT_SLICE, meta["namespace"].as_str(), &selector, "");
    for port in items(&object["spec"]["ports"]) {
        let name = port["name"].as_str().unwrap_or("<unset>");
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        w.field(0, "Port", format!("{name}\t{}/{protocol}", number(&port["port"])));
        w.field(0, "TargetPort", format!("{}/{protocol}", plain(&port["targetPort"])));
        if number(&port["nodePort"]) != 0 {
            w.field(0, "NodePort", format!("{name}\t{}/{protocol}", number(&port["nodePort"])));
        }
        w.field(0, "Endpoints", endpoints(&slices, text(&port["name"])));
    }
}

/// The first three addresses behind a port, then how many more there are.
fn endpoints(slices: &[Value], port_name: &str) -> String {
    let mut all = Vec::new();
    for slice in slices {
        for port in items(&slice["ports"]).iter().filter(|port| text(&port["name"]) == port_name) {
            for endpoint in items(&slice["endpoints"]) {
                // Readiness that nobody stated counts as ready.
                if endpoint["conditions"]["ready"] != false {
                    all.extend(
                        items(&endpoint["addresses"]).iter().map(|ip| format!("{}:{}", text(ip), plain(&port["port"]))),
                    );
                }
            }
        }
    }
    match all.len() {
        0..=3 => all.join(","),
        n => format!("{} + {} more...", all[..3].join(","), n - 3),
    }
}

fn joined(list: &Value) -> String {
    items(list).iter().map(text).collect::<Vec<_>>().join(",")
}
