//! Volumes: their defaults and checks. everynode keeps and shows volumes; only their declarations have to make sense.
//!
//! Models core `ValidateVolumes`, `SetDefaults_Volume` and its neighbours. Left out: the insides of sources that only a
//! cloud or a storage vendor knows, claims of ephemeral volumes.

use super::fields::{default, given, int, items, list, set, text, written};
use super::path::Path;
use super::report::Report;
use super::{env, names, resources};
use api::{Map, Value};
use std::collections::BTreeMap;

/// Sound volumes by name; only these can be mounted.
pub type Volumes<'a> = BTreeMap<&'a str, &'a Value>;

/// In the order in which a second source is refused.
#[rustfmt::skip]
const SOURCES: [&str; 30] = [
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
    "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc",
    "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk",
    "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
];

const HOST_PATH_TYPES: [&str; 8] =
    ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

/// 0644: what files from ConfigMaps and the like are created with.
const FILE_MODE: i64 = 0o644;
/// Seconds that a projected token is valid.
const TOKEN_EXPIRATION: i64 = 3600;

/// Fills in one volume.
pub fn set_defaults(volume: &mut Value) {
    if !SOURCES.iter().any(|source| given(volume, source)) {
        set(volume, "emptyDir", Map::new());
    }
    if let Some(host_path) = written(volume, "hostPath") {
        default(host_path, "type", "");
    }
    for source in ["configMap", "secret", "downwardAPI", "projected"] {
        if let Some(files) = written(volume, source) {
            default(files, "defaultMode", FILE_MODE);
        }
    }
    for source in ["downwardAPI", "projected"] {
        if let Some(files) = written(volume, source) {
            set_file_defaults(files);
        }
    }
}

fn set_file_defaults(files: &mut Value) {
    items(files, "items").for_each(env::set_reference_defaults);
    for source in items(files, "sources") {
        if let Some(token) = written(source, "serviceAccountToken") {
            default(token, "expirationSeconds", TOKEN_EXPIRATION);
        }
        if let Some(downward) = written(source, "downwardAPI") {
            items(downward, "items").for_each(env::set_reference_defaults);
        }
    }
}

/// Checks the volumes and returns those that can be mounted.
pub fn validate_all<'a>(report: &mut Report, path: Path, volumes: &'a [Value]) -> Volumes<'a> {
    let mut sound = Volumes::new();
    for (i, volume) in volumes.iter().enumerate() {
        let path = path.index(i);
        let name = text(volume, "name");
        let before = report.0.len();
        validate_sources(report, path, volume);
        report.required_name(path.child("name"), name, names::label);
        if sound.contains_key(name) {
            report.duplicate(path.child("name"), name);
        }
        if report.0.len() == before {
            sound.insert(name, volume);
        }
    }
    sound
}

fn validate_sources(report: &mut Report, path: Path, volume: &Value) {
    let mut sources = SOURCES.into_iter().filter(|source| given(volume, source));
    let Some(first) = sources.next() else {
        return report.required(path, "must specify a volume type");
    };
    validate_source(report, path.child(first), first, &volume[first]);
    for other in sources {
        report.forbidden(path.child(other), "may not specify more than 1 volume type");
    }
}

fn validate_source(report: &mut Report, path: Path, kind: &str, source: &Value) {
    match kind {
        "emptyDir" if resources::amount(&source["sizeLimit"]) < Default::default() => {
            report.forbidden(path.child("sizeLimit"), "SizeLimit field must be a valid resource quantity")
        }
        "hostPath" => validate_host_path(report, path, source),
        "secret" => validate_files(report, path, source, "secretName"),
        "configMap" => validate_files(report, path, source, "name"),
        "persistentVolumeClaim" => require(report, path, source, &["claimName"]),
        "nfs" => {
            require(report, path, source, &["server", "path"]);
            let directory = text(source, "path");
            if !directory.is_empty() && !directory.starts_with('/') {
                report.invalid(path.child("path"), directory, "must be an absolute path");
            }
        }
        "csi" => require(report, path, source, &["driver"]),
        "downwardAPI" => {
            validate_mode(report, path, source, "defaultMode");
            validate_downward(report, path, source);
        }
        "projected" => {
            validate_mode(report, path, source, "defaultMode");
            let path = path.child("sources");
            for (i, part) in list(source, "sources").iter().enumerate() {
                let path = path.index(i);
                let kinds = [
                    "secret",
                    "configMap",
                    "downwardAPI",
                    "serviceAccountToken",
                    "clusterTrustBundle",
                    "podCertificate",
                ];
                for kind in kinds.iter().filter(|kind| given(part, kind)).skip(1) {
                    report.forbidden(path.child(kind), "may not specify more than 1 volume type");
                }
                validate_projection(report, path, part);
            }
        }
        "gitRepo" if text(source, "repository").is_empty() => report.required(path.child("repository"), ""),
        "awsElasticBlockStore" if text(source, "volumeID").is_empty() => report.required(path.child("volumeID"), ""),
        "ephemeral" if !given(source, "volumeClaimTemplate") => report.required(path.child("volumeClaimTemplate"), ""),
        _ => {}
    }
}

fn validate_host_path(report: &mut Report, path: Path, source: &Value) {
    let directory = text(source, "path");
    if directory.is_empty() {
        return report.required(path.child("path"), "");
    }
    validate_no_backsteps(report, path.child("path"), directory);
    let kind = text(source, "type");
    if !HOST_PATH_TYPES.contains(&kind) {
        report.unsupported(path.child("type"), kind, &HOST_PATH_TYPES);
    }
}

/// A ConfigMap's or Secret's keys as files.
fn validate_files(report: &mut Report, path: Path, source: &Value, name: &'static str) {
    require(report, path, source, &[name]);
    validate_mode(report, path, source, "defaultMode");
    validate_keys(report, path, source);
}

fn validate_keys(report: &mut Report, path: Path, source: &Value) {
    let path = path.child("items");
    for (i, item) in list(source, "items").iter().enumerate() {
        let path = path.index(i);
        require(report, path, item, &["key", "path"]);
        validate_relative(report, path.child("path"), text(item, "path"));
        validate_mode(report, path, item, "mode");
    }
}

fn validate_projection(report: &mut Report, path: Path, part: &Value) {
    for field in ["secret", "configMap"] {
        if given(part, field) {
            require(report, path.child(field), &part[field], &["name"]);
            validate_keys(report, path.child(field), &part[field]);
        }
    }
    if given(part, "downwardAPI") {
        validate_downward(report, path.child("downwardAPI"), &part["downwardAPI"]);
    }
    if given(part, "serviceAccountToken") {
        let token = &part["serviceAccountToken"];
        let path = path.child("serviceAccountToken");
        if int(token, "expirationSeconds") < 10 * 60 {
            let detail = "may not specify a duration less than 10 minutes";
            report.invalid(path.child("expirationSeconds"), int(token, "expirationSeconds"), detail);
        }
        require(report, path, token, &["path"]);
    }
}

fn validate_downward(report: &mut Report, path: Path, source: &Value) {
    for item in list(source, "items") {
        // The server leaves the item and its index out of these paths.
        require(report, path, item, &["path"]);
        validate_relative(report, path.child("path"), text(item, "path"));
        let references: Vec<&str> =
            ["fieldRef", "resourceFieldRef"].into_iter().filter(|field| given(item, field)).collect();
        match references[..] {
            [field] => env::validate_reference(report, path.child(field), field, &item[field], &env::VOLUME_FIELDS),
            [] => report.required(path, "one of fieldRef and resourceFieldRef is required"),
            _ => report.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"),
        }
        validate_mode(report, path, item, "mode");
    }
}

fn validate_mode(report: &mut Report, path: Path, source: &Value, field: &str) {
    if let Some(mode) = source[field].as_i64()
        && !(0..=0o777).contains(&mode)
    {
        report.invalid(path.child(field), mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}

fn require(report: &mut Report, path: Path, source: &Value, fields: &[&str]) {
    for field in fields {
        if text(source, field).is_empty() {
            report.required(path.child(field), "");
        }
    }
}

/// Checks a path below some directory; an empty one is fine.
pub fn validate_relative(report: &mut Report, path: Path, directory: &str) {
    if directory.starts_with('/') {
        report.invalid(path, directory, "must be a relative path");
    }
    validate_no_backsteps(report, path, directory);
}

fn validate_no_backsteps(report: &mut Report, path: Path, directory: &str) {
    if directory.split('/').any(|part| part == "..") {
        report.invalid(path, directory, "must not contain '..'");
    }
}
