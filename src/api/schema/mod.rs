//! Every field of every kind: strict decoding, `explain`, completion, patch strategies.
//!
//! [`table`] reads the schema table, a text of one line per Go type that `cargo xtask schema` writes from Kubernetes'
//! generated types; [`decode()`] holds an object against it as the API server's JSON reader would; [`path`] finds a field and
//! the name somebody may have meant; [`description`] reads the texts of `kubectl explain`, which are not part of the program.
//!
//! Left out: what is wrong with a value of the right type. That is validation, in the API server's registry.

mod decode;
mod description;
mod go_time;
mod path;
mod table;

pub use decode::{DecodeError, Unknown, decode, strict_error};
pub use description::Descriptions;
pub use path::{closest, distance, field};
pub use table::{Field, Merge, Shape, Type};
