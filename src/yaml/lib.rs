//! Text ⇄ values, keeping places.
//!
//! Read in this order: [`read`] (a file becomes documents, as kubectl's reader splits it), `compose` (libyaml's events
//! become a [`tree`] with a span on every key and value), `json_read` (the same tree out of JSON), `resolve` (the tree
//! becomes a value: YAML 1.1 scalars, merges, aliases), `scalar` (what a plain word means), [`write`] (the YAML that kubectl prints)
//! and [`json`] (the JSON that kubectl prints).
//!
//! One thing from beginning to end: a learner's `port: 0x50` is two scalar events of libyaml, two nodes of the tree with
//! their lines, the number 80 in the value, and `port: 80` when kubectl prints it; an error about `spec.port` finds its way
//! back to the line through [`Document::place`].
//!
//! [`outline`] stands apart: it finds its way through a text that is no YAML yet.
//!
//! Left out: what a field may hold. That is `api::schema`, which works on the value and speaks in paths.

mod compose;
mod float;
pub mod json;
mod json_read;
mod libyaml;
pub mod outline;
pub mod read;
mod resolve;
mod scalar;
pub mod tree;
pub mod write;

pub use read::{Document, Duplicate, SyntaxError, documents, value};
pub use tree::{Place, Pos, Span};
pub use write::to_string;
