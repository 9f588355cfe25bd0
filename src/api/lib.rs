//! The language everybody speaks: objects, requests, answers.
//!
//! Read in this order: [`meta`] (what every object carries), [`objects`] (the kinds the simulation understands, lean and
//! cheap to copy), [`resource`] (the table of all kinds), [`request`] and [`status`] (a question to the API server and its
//! refusal), [`table`] (columns as the server sends them), [`human`] (ages and labels for people), [`client`] (the only way
//! in), [`schema`] (every field of every kind: strict decoding, `explain`, completion).
//!
//! One thing from beginning to end: a learner's YAML becomes a [`serde_json::Value`]; `schema` refuses what doesn't belong;
//! [`objects::Object::from_value`] keeps what the simulation reads as typed fields and everything else as it came; on the
//! way out `to_value` puts both together again, so nothing that was written is lost.
//!
//! Left out: time, storage, YAML text.

pub mod client;
pub mod fields;
pub mod float;
pub mod go_syntax;
pub mod human;
pub mod meta;
pub mod objects;
pub mod patch;
pub mod request;
pub mod resource;
pub mod schema;
pub mod sort;
pub mod status;
pub mod table;
pub mod template_hash;
pub mod time;

/// The dynamic value all decoding goes through; maps are sorted by key.
pub use serde_json::{Map, Value, json};

/// Shared, immutable text: names, labels, messages.
pub type Str = std::rc::Rc<str>;
