//! `get services`.

use super::*;

pub const COLUMNS: &[Column] = &[
    always("NAME"),
    always("TYPE"),
    always("CLUSTER-IP"),
    always("EXTERNAL-IP"),
    always("PORT(S)"),
    always("AGE"),
    wide("SELECTOR"),
];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let spec = &object["spec"];
    vec![
        name(object),
        text(&spec["type"]).to_string(),
        human::or_none(text(&spec["clusterIP"])),
        external_ip(object),
        ports(&spec["ports"]),
        age(object, now),
        human::labels(&spec["selector"]),
    ]
}

/// A load balancer nobody provides stays `<pending>` for ever, as on any cluster without a cloud.
fn external_ip(object: &Value) -> String {
    let spec = &object["spec"];
    let mut addresses: Vec<&str> = Vec::new();
    match text(&spec["type"]) {
        "ExternalName" => return human::or_none(text(&spec["externalName"])),
        "LoadBalancer" => {
            for ingress in items(&object["status"]["loadBalancer"]["ingress"]) {
                addresses.extend(ingress["ip"].as_str().or(ingress["hostname"].as_str()));
            }
        }
        _ => {}
    }
    addresses.extend(items(&spec["externalIPs"]).filter_map(Value::as_str));
    match addresses.as_slice() {
        [] if text(&spec["type"]) == "LoadBalancer" => "<pending>".to_string(),
        _ => human::or_none(addresses.join(",")),
    }
}

/// `80/TCP`, or `80:30080/TCP` where a node port is open.
fn ports(ports: &Value) -> String {
    let shown: Vec<String> = items(ports)
        .map(|port| {
            let protocol = port["protocol"].as_str().unwrap_or("TCP");
            match port["nodePort"].as_i64() {
                Some(node_port) if node_port > 0 => format!("{}:{node_port}/{protocol}", port["port"]),
                _ => format!("{}/{protocol}", port["port"]),
            }
        })
        .collect();
    human::or_none(shown.join(","))
}
