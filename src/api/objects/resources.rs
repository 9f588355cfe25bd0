//! Amounts of cpu, memory and the like, added up in the units Kubernetes compares them in.

use crate::meta::quantity::Quantity;
use crate::{Str, Value};
use std::collections::BTreeMap;

/// A sum of resources; absent ones are zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Thousandths of a core.
    pub milli_cpu: i64,
    /// Bytes.
    pub memory: i64,
    /// Bytes.
    pub ephemeral_storage: i64,
    /// A number of Pods; only in what a node has.
    pub pods: i64,
    /// `nvidia.com/gpu` and friends, hugepages too.
    pub extended: BTreeMap<Str, i64>,
}

impl Resources {
    /// Reads a map such as `resources.requests` or `status.allocatable`.
    pub fn from_value(value: &Value) -> Resources {
        let mut out = Resources::default();
        for (name, amount) in value.as_object().into_iter().flatten() {
            let parsed = match amount {
                Value::String(text) => Quantity::parse(text),
                other => Quantity::parse(&other.to_string()),
            };
            let Some(quantity) = parsed else { continue };
            match name.as_str() {
                "cpu" => out.milli_cpu = quantity.milli(),
                "memory" => out.memory = quantity.value(),
                "ephemeral-storage" => out.ephemeral_storage = quantity.value(),
                "pods" => out.pods = quantity.value(),
                _ => {
                    out.extended.insert(name.as_str().into(), quantity.value());
                }
            }
        }
        out
    }

    /// Adds another sum.
    pub fn add(&mut self, other: &Resources) {
        self.combine(other, |a, b| a + b);
    }

    /// Takes another sum away.
    pub fn subtract(&mut self, other: &Resources) {
        self.combine(other, |a, b| a - b);
    }

    /// Raises each amount to at least the other's.
    pub fn raise_to(&mut self, other: &Resources) {
        self.combine(other, i64::max);
    }

    fn combine(&mut self, other: &Resources, with: fn(i64, i64) -> i64) {
        self.milli_cpu = with(self.milli_cpu, other.milli_cpu);
        self.memory = with(self.memory, other.memory);
        self.ephemeral_storage = with(self.ephemeral_storage, other.ephemeral_storage);
        self.pods = with(self.pods, other.pods);
        for (name, amount) in &other.extended {
            let mine = self.extended.entry(name.clone()).or_default();
            *mine = with(*mine, *amount);
        }
    }
}
