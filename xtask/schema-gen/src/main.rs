//! Writes `src/api/schema/table.txt` and the texts of `kubectl explain`, `static/schema/descriptions.txt`.
//!
//! The OpenAPI document as the crate k8s-openapi carries it says which fields there are; [`go`] adds what only the Go
//! sources say. The table's format is told where it is read: `src/api/schema/table.rs`. Left out: API groups the cluster
//! doesn't serve.
//!
//! The texts are Kubernetes' own (Apache License 2.0, The Kubernetes Authors).

mod go;
mod roots;

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/api/schema/table.txt");
/// What the values of named types mean: a comment beside each constant in Kubernetes' source, which the generated types lack.
const VALUES: &str = include_str!("../values.txt");
const DESCRIPTIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static/schema/descriptions.txt");

fn main() {
    let definitions = roots::definitions();
    let names = names(&definitions);
    let facts = go::Facts::read();

    let mut lines = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for (id, name) in &names {
        let schema = &definitions[id];
        lines.insert(name.clone(), line(name, schema, &names, &facts));
        texts.insert(name.clone(), describe(schema));
    }
    lines.extend(facts.types.iter().map(|(name, line)| (name.clone(), line.clone())));
    write(TABLE, &join(&lines));
    write(DESCRIPTIONS, &(descriptions(&texts) + VALUES));
    facts.complain();
}

fn write(file: &str, text: &str) {
    std::fs::create_dir_all(Path::new(file).parent().expect("a file lies in a folder"))
        .and_then(|()| std::fs::write(file, text))
        .unwrap_or_else(|error| panic!("{file}: {error}"));
}

/// The short name of every definition: Go's name with its package, `v1.` left out; where two groups share one, the later
/// carries `@group`.
fn names(definitions: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    // A core type or one of the shared machinery keeps the plain name, then the groups by alphabet.
    let mut ids: Vec<&String> = definitions.keys().filter(|id| code_of(id).is_none()).collect();
    ids.sort_by_key(|id| (!id.contains(".core."), !id.contains(".meta."), *id));
    for id in ids {
        let parts: Vec<&str> = id.split('.').collect();
        let [.., group, package, name] = parts[..] else { panic!("{id} has no package") };
        let mut short = if package == "v1" { name.to_string() } else { format!("{package}.{name}") };
        if !taken.insert(short.clone()) {
            short = format!("{short}@{group}");
        }
        names.insert(id.clone(), short);
    }
    names
}

/// The one-letter code of a type with a reader of its own.
fn code_of(id: &str) -> Option<&'static str> {
    Some(match id.rsplit('.').next()? {
        "Quantity" => "q",
        "IntOrString" => "x",
        "Time" if id.contains(".meta.") => "t",
        "MicroTime" => "u",
        _ => return None,
    })
}

fn line(name: &str, schema: &Value, names: &BTreeMap<String, String>, facts: &go::Facts) -> String {
    let Some(properties) = schema["properties"].as_object() else {
        return format!("{name}=*");
    };
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = properties.iter().map(|(field, schema)| {
        let at = format!("{name}.{field}");
        let mut out = field.clone();
        if required.contains(&field.as_str()) && !facts.is_optional(&at) {
            out.push('!');
        } else if facts.keeps_zero(&at, field) {
            out.push('?');
        }
        out.push(':');
        out += &type_of(schema, names, facts.is.get(&at).map(String::as_str));
        out += &facts.strategy(&at);
        facts.seen(&at);
        out
    });
    format!("{name} {}", fields.collect::<Vec<_>>().join(","))
}

fn type_of(schema: &Value, names: &BTreeMap<String, String>, named: Option<&str>) -> String {
    if let Some(id) = schema["$ref"].as_str() {
        let id = id.trim_start_matches("#/$defs/");
        return code_of(id).map_or_else(|| names[id].clone(), str::to_string);
    }
    if let Some(named) = named
        && (schema["type"] == "string" || go::names_a_map(named))
    {
        return named.to_string();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("byte")) => "y".into(),
        (Some("string"), _) => "s".into(),
        (Some("integer"), Some("int64")) => "I".into(),
        (Some("integer"), _) => "i".into(),
        (Some("number"), _) => "f".into(),
        (Some("boolean"), _) => "b".into(),
        (Some("array"), _) => format!("[]{}", type_of(&schema["items"], names, named)),
        (Some("object"), _) if schema["additionalProperties"].is_object() => match named {
            // Of the named types only one is a list inside a map.
            Some("ExtraValue") => "{}ExtraValue".into(),
            named => format!("{{}}{}", type_of(&schema["additionalProperties"], names, named)),
        },
        _ => "*".into(),
    }
}

fn describe(schema: &Value) -> BTreeMap<String, String> {
    let text = |schema: &Value| schema["description"].as_str().unwrap_or_default().to_string();
    let fields = schema["properties"].as_object().into_iter().flatten();
    std::iter::once((String::new(), text(schema))).chain(fields.map(|(name, s)| (name.clone(), text(s)))).collect()
}

/// One line per type, then one, indented, per field; a line break inside a text is written `\n`.
fn descriptions(texts: &BTreeMap<String, BTreeMap<String, String>>) -> String {
    let mut out =
        String::from("# Texts of the Kubernetes API, v1.36. Copyright The Kubernetes Authors, Apache License 2.0.\n");
    for (name, fields) in texts {
        for (field, text) in fields {
            let text = text.replace('\\', "\\\\").replace('\n', "\\n");
            match field.as_str() {
                "" => out += &format!("{name} {text}\n"),
                _ => out += &format!(" {field} {text}\n"),
            }
        }
    }
    out
}

fn join(lines: &BTreeMap<String, String>) -> String {
    let mut out = lines.values().cloned().collect::<Vec<_>>().join("\n");
    out.push('\n');
    out
}
