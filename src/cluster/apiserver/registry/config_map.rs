//! ConfigMaps: keys, size, and those that asked never to change.
//!
//! Models core `ValidateConfigMap`, `ValidateConfigMapUpdate`.

use super::fields::{entries, flag, same};
use super::path::Path;
use super::report::Report;
use super::{meta, names};
use api::Value;
use api::resource::Kind;

/// Bytes of all values together, in ConfigMaps and Secrets.
pub const DATA_MAX: usize = 1024 * 1024;
const FIELDS: [&str; 2] = ["data", "binaryData"];

/// Checks a new ConfigMap.
pub fn validate(report: &mut Report, config_map: &Value) {
    meta::validate(report, Kind::CONFIG_MAP, config_map);
    validate_data(report, config_map);
}

/// Checks a ConfigMap that replaces another.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_immutable(report, new, old, &FIELDS);
    validate_data(report, new);
}

fn validate_data(report: &mut Report, config_map: &Value) {
    let mut total = 0;
    for field in FIELDS {
        let path = Path::root(field);
        for (key, value) in entries(config_map, field) {
            report.refuse(path.key(key), key, names::config_key(key));
            if field == "data" && config_map["binaryData"].get(key).is_some() {
                report.invalid(path.key(key), key.as_str(), "duplicate of key present in binaryData");
            }
            total += value.as_str().unwrap_or_default().len();
        }
    }
    if total > DATA_MAX {
        report.too_long(Path::root(""), &format!("may not be more than {DATA_MAX} bytes"));
    }
}

/// What was made immutable stays so, and its data with it.
pub fn validate_immutable(report: &mut Report, new: &Value, old: &Value, fields: &[&str]) {
    const DETAIL: &str = "field is immutable when `immutable` is set";
    if !flag(old, "immutable") {
        return;
    }
    if !flag(new, "immutable") {
        report.forbidden(Path::root("immutable"), DETAIL);
    }
    for field in fields {
        if !same(&new[*field], &old[*field]) {
            report.forbidden(Path::root(field), DETAIL);
        }
    }
}
