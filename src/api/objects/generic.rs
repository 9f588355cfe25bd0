//! An object of a kind that no controller here reads field by field: its metadata, and the rest as it came.

use crate::meta::Meta;
use crate::resource::Kind;
use crate::{Map, Value};

/// Any object.
#[derive(Clone, Debug)]
pub struct Generic {
    /// Which kind.
    pub kind: Kind,
    /// `metadata`
    pub meta: Meta,
    /// Everything but `apiVersion`, `kind` and `metadata`.
    pub body: Map<String, Value>,
}

impl Generic {
    /// Reads one.
    pub fn from_value(kind: Kind, value: &Value) -> Generic {
        let mut body = value.as_object().cloned().unwrap_or_default();
        for key in ["apiVersion", "kind", "metadata"] {
            body.remove(key);
        }
        Generic { kind, meta: Meta::from_value(&value["metadata"]), body }
    }

    /// Writes it, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let mut out = self.body.clone();
        out.insert("metadata".into(), self.meta.to_value());
        Value::Object(out)
    }
}
