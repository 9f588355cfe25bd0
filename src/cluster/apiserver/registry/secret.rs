//! Secrets: plain strings become data, types have keys they need.
//!
//! Models core `SetDefaults_Secret`, `ValidateSecret`, and the v1 conversion of `stringData`.

use super::fields::{default, entries, part, remove, text};
use super::path::Path;
use super::report::Report;
use super::{config_map, meta, names};
use api::Value;
use api::resource::Kind;

/// Keys that a type can't do without.
const REQUIRED_KEYS: [(&str, &[&str]); 4] = [
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
];
const SERVICE_ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";

/// Moves `stringData` into `data`, where it wins over what was there.
pub fn set_defaults(secret: &mut Value) {
    let plain: Vec<(String, Value)> =
        entries(secret, "stringData").map(|(key, value)| (key.clone(), encoded(value).into())).collect();
    remove(secret, "stringData");
    if !plain.is_empty() {
        super::fields::as_map(part(secret, "data")).extend(plain);
    }
    default(secret, "type", "Opaque");
}

fn encoded(value: &Value) -> String {
    base64(value.as_str().unwrap_or_default().as_bytes())
}

/// RFC 4648 with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0u32, |group, i| group << 8 | *chunk.get(i).unwrap_or(&0) as u32);
        for i in 0..4 {
            let sextet = (group >> (18 - 6 * i)) & 63;
            out.push(if i <= chunk.len() { ALPHABET[sextet as usize] as char } else { '=' });
        }
    }
    out
}

/// Checks a new Secret.
pub fn validate(report: &mut Report, secret: &Value) {
    meta::validate(report, Kind::SECRET, secret);
    validate_data(report, secret);
}

/// Checks a Secret that replaces another: its type is for ever.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    report.unchanged(Path::root("type"), &new["type"], &old["type"]);
    config_map::validate_immutable(report, new, old, &["data"]);
    validate_data(report, new);
}

fn validate_data(report: &mut Report, secret: &Value) {
    let path = Path::root("data");
    let mut total = 0;
    for (key, value) in entries(secret, "data") {
        report.refuse(path.key(key), key, names::config_key(key));
        let text = value.as_str().unwrap_or_default();
        total += text.trim_end_matches('=').len() * 3 / 4;
    }
    if total > config_map::DATA_MAX {
        report.too_long(path, &format!("may not be more than {} bytes", config_map::DATA_MAX));
    }
    let kind = text(secret, "type");
    for (_, keys) in REQUIRED_KEYS.iter().filter(|(typed, _)| *typed == kind) {
        for key in keys.iter().filter(|key| secret["data"].get(**key).is_none()) {
            report.required(path.key(key), "");
        }
    }
    if kind == "kubernetes.io/service-account-token" && !meta::annotated(&secret["metadata"], SERVICE_ACCOUNT_NAME) {
        let path = Path::root("metadata");
        report.required(path.child("annotations").key(SERVICE_ACCOUNT_NAME), "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    #[test]
    fn plain_strings_become_data_and_win() {
        let mut secret = json!({"data": {"a": "b2xk", "b": "Yg=="}, "stringData": {"a": "new", "c": "", "d": "1234"}});
        set_defaults(&mut secret);
        let data = json!({"a": "bmV3", "b": "Yg==", "c": "", "d": "MTIzNA=="});
        assert_eq!(secret, json!({"type": "Opaque", "data": data}));
    }
}
