//! `kubectl create configmap` and `secret`: keys and values from the command line and from files.
//!
//! Models kubectl `pkg/cmd/create/create_{configmap,secret,secret_docker,secret_tls}.go`. Left out: whether a TLS key belongs
//! to its certificate, and hashes in names.

use super::{DRY_RUN, FIELD_MANAGER, GENERATOR, OUTPUT, SAVE_CONFIG, VALIDATE, create};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::Command;
use crate::error::Failure;
use api::resource::Kind;
use api::sort::gather;
use api::{Map, Value, json};

const APPEND_HASH: &[Flag] =
    &[flag("append-hash", ' ', Takes::Switch, "false", "Append a hash of the data to its name.")];

const DATA_FLAGS: &[Flag] = &[
    flag(
        "from-env-file",
        ' ',
        Takes::List,
        "[]",
        "Specify the path to a file to read lines of key=val pairs to create from.",
    ),
    flag(
        "from-file",
        ' ',
        Takes::List,
        "[]",
        "Key file can be specified using its file path, in which case file basename will be used as key, or optionally with a key and file path. Specifying a directory will iterate each named file in the directory that is a valid key.",
    ),
    flag("from-literal", ' ', Takes::Repeat, "[]", "Specify a key and literal value to insert (i.e. mykey=somevalue)"),
];

const TYPE_FLAG: &[Flag] = &[flag("type", ' ', Takes::Text, "''", "The type of secret to create")];

const REGISTRY_FLAGS: &[Flag] = &[
    flag("docker-email", ' ', Takes::Text, "''", "Email for Docker registry"),
    flag("docker-password", ' ', Takes::Text, "''", "Password for Docker registry authentication"),
    flag("docker-server", ' ', Takes::Text, "'https://index.docker.io/v1/'", "Server location for Docker registry"),
    flag("docker-username", ' ', Takes::Text, "''", "Username for Docker registry authentication"),
    flag(
        "from-file",
        ' ',
        Takes::List,
        "[]",
        "A file with the registry's credentials, kept under its own name or key.",
    ),
];

const TLS_FLAGS: &[Flag] = &[
    flag("cert", ' ', Takes::Text, "''", "Path to PEM encoded public key certificate."),
    flag("key", ' ', Takes::Text, "''", "Path to private key associated with given certificate."),
];

pub static CONFIG_MAP: Command = Command {
    name: "configmap",
    aliases: &["cm"],
    about: "Create a config map from a local file, directory or literal value",
    text: "Create a config map based on a file, directory, or specified literal value.",
    examples: "  # Create a new config map named my-config with key1=config1 and key2=config2\n  \
               kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2",
    usage: "create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, APPEND_HASH, DATA_FLAGS],
    run: Some(|args, env| create("configmap", Kind::CONFIG_MAP, args, env, config_map)),
    ..GENERATOR
};

pub static SECRET: Command = Command {
    name: "secret",
    about: "Create a secret using a specified subcommand",
    text: "Create a secret with specified type.\n\n A docker-registry type secret is for accessing a container registry.\n\n \
           A generic type secret indicate an Opaque secret type.\n\n A tls type secret holds TLS certificate and its associated key.",
    usage: "create secret (docker-registry | generic | tls) [options]",
    commands: &[
        &Command {
            name: "docker-registry",
            about: "Create a secret for use with a Docker registry",
            text: "Create a new secret for use with Docker registries.",
            usage: "create secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none] [options]",
            flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, APPEND_HASH, REGISTRY_FLAGS],
            run: Some(|args, env| create("secret docker-registry", Kind::SECRET, args, env, registry)),
            ..GENERATOR
        },
        &Command {
            name: "generic",
            about: "Create a secret from a local file, directory, or literal value",
            text: "Create a secret based on a file, directory, or specified literal value.",
            usage: "create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]",
            flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, APPEND_HASH, DATA_FLAGS, TYPE_FLAG],
            run: Some(|args, env| create("secret generic", Kind::SECRET, args, env, secret)),
            ..GENERATOR
        },
        &Command {
            name: "tls",
            about: "Create a TLS secret",
            text: "Create a TLS secret from the given public/private key pair.\n\n The public/private key pair must exist \
                   beforehand. The public key certificate must be .PEM encoded and match the given private key.",
            usage: "create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none] [options]",
            flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, APPEND_HASH, TLS_FLAGS],
            run: Some(|args, env| create("secret tls", Kind::SECRET, args, env, tls)),
            ..GENERATOR
        },
    ],
    ..Command::NONE
};

fn config_map(name: &str, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    let data: Map<String, Value> =
        gather(checked("ConfigMap", name, pairs(args, env)?)?.into_iter().map(|(key, text)| (key, text.into())));
    Ok(if data.is_empty() { json!({}) } else { json!({"data": data}) })
}

fn secret(name: &str, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    let pairs = checked("Secret", name, pairs(args, env)?)?;
    Ok(of_type(args.text_or_empty("type"), pairs))
}

fn of_type(kind: &str, pairs: Vec<(String, String)>) -> Value {
    let data: Map<String, Value> = gather(pairs.into_iter().map(|(key, text)| (key, base64(text.as_bytes()).into())));
    let mut value = if data.is_empty() { json!({}) } else { json!({"data": data}) };
    if !kind.is_empty() {
        value["type"] = kind.into();
    }
    value
}

fn registry(name: &str, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    refuse_hash(args)?;
    let (user, password) = (args.text_or_empty("docker-username"), args.text_or_empty("docker-password"));
    let server = args.text("docker-server").unwrap_or("https://index.docker.io/v1/");
    let kind = "kubernetes.io/dockerconfigjson";
    if args.has("from-file") {
        let files = checked("Secret", name, from_files(args, env)?)?;
        return Ok(of_type(kind, files));
    }
    if user.is_empty() || password.is_empty() || server.is_empty() {
        return Err(Failure::error(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
        ));
    }
    let email = match args.text_or_empty("docker-email") {
        "" => String::new(),
        email => format!(",\"email\":{}", json!(email)),
    };
    let auth = base64(format!("{user}:{password}").as_bytes());
    let (server, user, password) = (json!(server), json!(user), json!(password));
    let text = format!(
        "{{\"auths\":{{{server}:{{\"username\":{user},\"password\":{password}{email},\"auth\":\"{auth}\"}}}}}}"
    );
    Ok(of_type(kind, vec![(".dockerconfigjson".into(), text)]))
}

fn tls(_: &str, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    refuse_hash(args)?;
    let (cert, key) = (args.text_or_empty("cert"), args.text_or_empty("key"));
    if cert.is_empty() || key.is_empty() {
        return Err(Failure::error("key and cert must be specified"));
    }
    let read = |path: &str| {
        let missing = || Failure::error(format!("Cannot read file {path}, open {path}: no such file or directory"));
        env.files.read(path).ok_or_else(missing)
    };
    let (cert, key) = (read(cert)?, read(key)?);
    for (text, label, what) in [(&cert, "CERTIFICATE", "certificate"), (&key, "PRIVATE KEY", "key")] {
        if !text.contains("-----BEGIN ") {
            return Err(Failure::error(format!("tls: failed to find any PEM data in {what} input")));
        }
        if !text.contains(&format!("{label}-----")) {
            let text = match what {
                "key" => "tls: found a certificate rather than a key in the PEM for the private key",
                _ => {
                    "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs \
                      may have been switched"
                }
            };
            return Err(Failure::error(text));
        }
    }
    Ok(of_type("kubernetes.io/tls", vec![("tls.crt".into(), cert), ("tls.key".into(), key)]))
}

/// Keys with their texts; a key must be one, and there once.
fn checked(word: &str, name: &str, pairs: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
    for (index, (key, _)) in pairs.iter().enumerate() {
        let letters = key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !letters || key.is_empty() || key == "." || key == ".." {
            let separator = if word == "Secret" {
                "is not valid key name for a Secret"
            } else {
                "is not a valid key name for a ConfigMap:"
            };
            return Err(Failure::error(format!("{key:?} {separator} {CONFIG_KEY}")));
        }
        if pairs[..index].iter().any(|(other, _)| other == key) {
            return Err(Failure::error(match word {
                "Secret" => format!("cannot add key {key}, another key by that name already exists"),
                _ => format!(
                    "cannot add key {key:?}, another key by that name already exists in Data for ConfigMap {name:?}"
                ),
            }));
        }
    }
    Ok(pairs)
}

const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
    'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

fn refuse_hash(args: &Args) -> Result<(), Failure> {
    if args.on("append-hash") {
        return Err(Failure::error("everynode doesn't simulate --append-hash; give the name as it is to be"));
    }
    Ok(())
}

/// `--from-literal`, `--from-file` and `--from-env-file`, as keys and values.
fn pairs(args: &Args, env: &Env) -> Result<Vec<(String, String)>, Failure> {
    refuse_hash(args)?;
    if args.has("from-env-file") && (args.has("from-file") || args.has("from-literal")) {
        return Err(Failure::error("from-env-file cannot be combined with from-file or from-literal"));
    }
    let mut out = Vec::new();
    for literal in args.list("from-literal") {
        let pair = literal.split_once('=').filter(|(key, _)| !key.is_empty());
        let (key, value) =
            pair.ok_or_else(|| Failure::error(format!("invalid literal source {literal}, expected key=value")))?;
        out.push((key.to_string(), value.trim_matches(['"', '\'']).to_string()));
    }
    out.extend(from_files(args, env)?);
    for path in args.list("from-env-file") {
        let text = env.files.read(path).ok_or_else(|| missing(path))?;
        for line in text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            out.push((key.to_string(), value.to_string()));
        }
    }
    Ok(out)
}

fn from_files(args: &Args, env: &Env) -> Result<Vec<(String, String)>, Failure> {
    let mut out = Vec::new();
    for source in args.list("from-file") {
        let (key, path) = match source.split_once('=') {
            None => (None, source.as_str()),
            Some(("", path)) => return Err(Failure::error(format!("key name for file path {path} missing"))),
            Some((key, "")) => return Err(Failure::error(format!("file path for key name {key} missing"))),
            Some((_, path)) if path.contains('=') => {
                return Err(Failure::error("key names or file paths cannot contain '='"));
            }
            Some((key, path)) => (Some(key), path),
        };
        match (env.files.read(path), env.files.list(path)) {
            (Some(text), _) => out.push((key.unwrap_or(base_name(path)).to_string(), text)),
            (None, Some(_)) if key.is_some() => {
                return Err(Failure::error("cannot give a key name for a directory path"));
            }
            (None, Some(names)) => {
                let within = path.trim_end_matches('/');
                let files =
                    names.into_iter().filter_map(|name| Some((env.files.read(&format!("{within}/{name}"))?, name)));
                out.extend(files.map(|(text, name)| (name, text)));
            }
            (None, None) => return Err(missing(path)),
        }
    }
    Ok(out)
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn missing(path: &str) -> Failure {
    Failure::error(format!("error reading {path}: no such file or directory"))
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { letter as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        for (text, encoded) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("hello", "aGVsbG8=")] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
