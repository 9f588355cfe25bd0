//! What `-o` asks for: tables, YAML, JSON, names, JSONPath, columns of one's own, templates.
//!
//! Everything here turns objects (as JSON) into text and knows neither verbs nor the API server. [`columns`] aligns;
//! [`table`] is what `get` shows by default.

pub mod columns;
pub mod table;
