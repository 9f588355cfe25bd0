//! `get endpointslices`.

use super::*;

pub const COLUMNS: &[Column] =
    &[always("NAME"), always("ADDRESSTYPE"), always("PORTS"), always("ENDPOINTS"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    // A port without a number means every port.
    let ports: Vec<String> =
        items(&object["ports"]).map(|port| port["port"].as_i64().map_or("*".to_string(), |p| p.to_string())).collect();
    let addresses: Vec<String> = items(&object["endpoints"])
        .flat_map(|endpoint| items(&endpoint["addresses"]))
        .map(|address| text(address).to_string())
        .collect();
    vec![
        name(object),
        text(&object["addressType"]).to_string(),
        or_unset(first_three(&ports)),
        or_unset(first_three(&addresses)),
        age(object, now),
    ]
}

fn or_unset(text: String) -> String {
    if text.is_empty() { "<unset>".to_string() } else { text }
}
