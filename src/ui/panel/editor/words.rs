//! What the editor's helpers found, as sentences.

use playground::view::{FixKind, Hover, Remark};

use crate::text::{fill, text};

/// A remark.
pub fn remark(remark: &Remark) -> String {
    match remark {
        Remark::Said(said) => said.clone(),
        Remark::Similar { said, name } => fill("remark.similar", &[("said", said), ("name", name)]),
        Remark::Belongs { said, path } => fill("remark.belongs", &[("said", said), ("path", path)]),
        Remark::OldVersion { said, version } => fill("remark.version", &[("said", said), ("version", version)]),
        Remark::Twice { key } => fill("remark.twice", &[("key", key)]),
        Remark::WrongType { path, wanted, found } => {
            fill("remark.type", &[("path", path), ("wanted", wanted), ("found", found)])
        }
        Remark::NotRun { kind } => fill("remark.not-run", &[("kind", kind)]),
        Remark::NoReplicas => text("remark.replicas").to_owned(),
        Remark::SurgeNeedsPort { port } => fill("remark.surge", &[("port", port)]),
        Remark::NoNodeHas { label, others } if others.is_empty() => fill("remark.node", &[("label", label)]),
        Remark::NoNodeHas { label, others } => fill("remark.node.others", &[("label", label), ("others", others)]),
        Remark::NothingToTolerate { key } => fill("remark.tolerates", &[("key", key)]),
        Remark::TaintOnEveryNode { taint } => fill("remark.taint", &[("taint", taint)]),
        Remark::OneNodeOnly { node } => fill("remark.one-node", &[("node", node)]),
        Remark::SameSelector { kind, name } => fill("remark.selector", &[("kind", kind), ("name", name)]),
        Remark::NoNamespace { name } => fill("remark.namespace", &[("name", name)]),
    }
}

/// What a fix does.
pub fn fix(kind: &FixKind) -> String {
    match kind {
        FixKind::Write(new) => fill("fix.write", &[("text", new)]),
        FixKind::Remove(key) => fill("fix.remove", &[("key", key)]),
        FixKind::Add(key) => fill("fix.add", &[("key", key)]),
        FixKind::Indent => text("fix.indent").to_owned(),
    }
}

/// A field: its path, the facts of it, and what Kubernetes says of it.
pub fn field(field: &Hover) -> [String; 3] {
    let mut facts = vec![field.type_name.clone()];
    if field.required {
        facts.push(text("field.required").to_owned());
    }
    if let Some(default) = &field.default {
        facts.push(fill("field.default", &[("value", default)]));
    }
    if !field.values.is_empty() {
        facts.push(field.values.join(" | "));
    }
    let about = field.about.clone().unwrap_or_else(|| text("field.coming").to_owned());
    [field.path.clone(), facts.join(" · "), about]
}
