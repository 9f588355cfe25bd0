//! `get endpoints`: where a Service leads.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("ENDPOINTS"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    let mut all = Vec::new();
    for subset in items(&object["subsets"]) {
        for address in items(&subset["addresses"]) {
            let ip = text(&address["ip"]);
            match &subset["ports"] {
                Value::Array(ports) if !ports.is_empty() => {
                    all.extend(ports.iter().map(|port| format!("{ip}:{}", port["port"])));
                }
                _ => all.push(ip.to_string()),
            }
        }
    }
    vec![name(object), human::or_none(first_three(&all)), age(object, now)]
}
