//! Volumes of a Pod or a Pod template. They have no effect in the simulation, and are shown all the same.

use super::fields::{items, plain, text};
use super::writer::Writer;
use api::Value;

/// Writes volumes; `indent` is what a template has in front.
pub fn describe(w: &mut Writer, volumes: &Value, indent: &str) {
    if items(volumes).is_empty() {
        return w.line(0, &format!("{indent}Volumes:\t<none>"));
    }
    w.line(0, &format!("{indent}Volumes:"));
    let name_indent = if indent.is_empty() { "" } else { " " };
    for volume in items(volumes) {
        w.line(1, &format!("{name_indent}{}:", text(&volume["name"])));
        source(w, volume);
    }
}

/// Writes where a volume comes from.
pub fn source(w: &mut Writer, volume: &Value) {
    let Some((kind, source)) = volume.as_object().into_iter().flatten().find(|(key, _)| *key != "name") else {
        return w.line(2, "<unknown>");
    };
    let flag = |value: &Value| value.as_bool().unwrap_or(false);
    let mut kind_is = |title: &str| w.field(2, "Type", title);
    match kind.as_str() {
        "hostPath" => {
            kind_is("HostPath (bare host directory volume)");
            w.text_field(2, "Path", &source["path"]);
            w.text_field(2, "HostPathType", &source["type"]);
        }
        "emptyDir" => {
            kind_is("EmptyDir (a temporary directory that shares a pod's lifetime)");
            w.text_field(2, "Medium", &source["medium"]);
            let limit = &source["sizeLimit"];
            w.field(2, "SizeLimit", if limit.is_null() { "<unset>".to_string() } else { plain(limit) });
        }
        "configMap" => {
            kind_is("ConfigMap (a volume populated by a ConfigMap)");
            w.text_field(2, "Name", &source["name"]);
            w.field(2, "Optional", flag(&source["optional"]));
        }
        "secret" => {
            kind_is("Secret (a volume populated by a Secret)");
            w.text_field(2, "SecretName", &source["secretName"]);
            w.field(2, "Optional", flag(&source["optional"]));
        }
        "persistentVolumeClaim" => {
            kind_is("PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)");
            w.text_field(2, "ClaimName", &source["claimName"]);
            w.field(2, "ReadOnly", flag(&source["readOnly"]));
        }
        "nfs" => {
            kind_is("NFS (an NFS mount that lasts the lifetime of a pod)");
            w.text_field(2, "Server", &source["server"]);
            w.text_field(2, "Path", &source["path"]);
            w.field(2, "ReadOnly", flag(&source["readOnly"]));
        }
        "downwardAPI" => {
            kind_is("DownwardAPI (a volume populated by information about the pod)");
            w.line(2, "Items:");
            for item in items(&source["items"]) {
                w.line(3, &format!("{} -> {}", text(&item["fieldRef"]["fieldPath"]), text(&item["path"])));
            }
        }
        "csi" => {
            kind_is("CSI (a Container Storage Interface (CSI) volume source)");
            w.text_field(2, "Driver", &source["driver"]);
            w.text_field(2, "FSType", &source["fsType"]);
            w.field(2, "ReadOnly", flag(&source["readOnly"]));
        }
        "projected" => {
            kind_is("Projected (a volume that contains injected data from multiple sources)");
            items(&source["sources"]).iter().for_each(|source| projected(w, source));
        }
        _ => w.line(2, "<unknown>"),
    }
}

fn projected(w: &mut Writer, source: &Value) {
    let optional = |reference: &Value| reference["optional"].as_bool().unwrap_or(false);
    let (secret, config_map) = (&source["secret"], &source["configMap"]);
    if secret.is_object() {
        w.text_field(2, "SecretName", &secret["name"]);
        w.field(2, "Optional", optional(secret));
    } else if source["downwardAPI"].is_object() {
        w.field(2, "DownwardAPI", "true");
    } else if config_map.is_object() {
        w.text_field(2, "ConfigMapName", &config_map["name"]);
        w.field(2, "Optional", optional(config_map));
    } else if source["serviceAccountToken"].is_object() {
        w.field(2, "TokenExpirationSeconds", plain(&source["serviceAccountToken"]["expirationSeconds"]));
    }
}
