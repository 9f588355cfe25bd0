//! Help with a manifest being written: what could stand here, what this field is, what is wrong, what applying would change.
//!
//! Read in this order: [`Sheet`] (a document and what is known of it though it may be no YAML yet), `complete` (what could
//! stand at the cursor), `hover` (what a field is), `survey` (types and unknown fields, with their places), `remarks`
//! (everything there is to say of a text), `fixes` (what would mend it), `traps` (what is accepted and probably not meant),
//! `difference` (what applying would change).
//!
//! The schema table, the server's own validation and the live cluster are asked; nothing here knows a field by heart that
//! the table knows. Nothing is changed: a question that needs the server is put to a copy of the cluster.

mod complete;
pub mod difference;
mod fixes;
mod hover;
mod remarks;
mod survey;
mod traps;

pub use complete::suggest;
pub use hover::hover;
pub use remarks::diagnose;
pub use traps::is_not_run;

use api::resource::Kind;
use api::schema::Type;
use std::ops::Range;
use yaml::outline::{Entry, Step, outline};

/// A document of a text, as far as it can be made out.
pub struct Sheet<'t> {
    text: &'t str,
    entries: Vec<Entry>,
    document: Range<usize>,
    /// What its `apiVersion` and `kind` name.
    kind: Option<Kind>,
}

impl<'t> Sheet<'t> {
    /// The document that holds a byte of a text.
    pub fn at(text: &'t str, offset: usize) -> Sheet<'t> {
        let (entries, document) = outline(text, offset);
        let mut sheet = Sheet { text, entries, document, kind: None };
        let (version, kind) = (sheet.top("apiVersion"), sheet.top("kind"));
        sheet.kind = Kind::of_manifest(version, kind)
            .or_else(|| Kind::all().find(|known| known.name() == kind).filter(|_| version.is_empty()));
        sheet
    }

    /// The value of a key of the document's own.
    fn top(&self, key: &str) -> &'t str {
        let found = self.entries.iter().find(|entry| entry.path.is_empty() && entry.key == key);
        found.map_or("", |entry| plain(&self.text[entry.value.clone()]))
    }

    /// The keys directly below a path, each with its value on the same line.
    fn below<'s>(&'s self, path: &'s [Step]) -> impl Iterator<Item = (&'s Entry, &'t str)> + 's {
        let here = self.entries.iter().filter(move |entry| entry.path == path);
        here.map(|entry| (entry, plain(&self.text[entry.value.clone()])))
    }

    /// The type of what stands at a path.
    fn type_at(&self, path: &[Step]) -> Option<Type> {
        type_at(Type::of(self.kind?)?, path)
    }
}

/// The type at the end of a path that begins at `ty`.
fn type_at(mut ty: Type, path: &[Step]) -> Option<Type> {
    for step in path {
        ty = match step {
            Step::Key(key) => ty.field(key).map(|field| field.ty).or_else(|| ty.item())?,
            Step::Item(_) => ty.item()?,
        };
    }
    Some(ty)
}

/// A path as Kubernetes writes it: `spec.containers[0].image`.
fn written(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                out.push_str(if out.is_empty() { "" } else { "." });
                out.push_str(key);
            }
            Step::Item(index) => {
                out.push('[');
                out.push_str(&index.to_string());
                out.push(']');
            }
        }
    }
    out
}

/// Whether a path's last keys are these.
fn ends_with(path: &[Step], keys: &[&str]) -> bool {
    let names = path.iter().rev().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Item(_) => None,
    });
    path.iter().filter(|step| matches!(step, Step::Key(_))).count() >= keys.len()
        && names.zip(keys.iter().rev()).all(|(name, key)| name == *key)
}

/// A scalar without its quotes.
fn plain(text: &str) -> &str {
    let quoted = |quote| text.strip_prefix(quote).and_then(|text: &str| text.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests;
