//! The kinds.

use crate::Value;

/// An object (being laid).
#[derive(Clone, Debug)]
pub struct Object(pub Value);

impl Object {
    /// Being laid.
    pub fn to_value(&self) -> Value {
        self.0.clone()
    }
}
