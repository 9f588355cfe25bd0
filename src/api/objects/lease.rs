//! A Lease: a kubelet's heartbeat, renewed every ten seconds.

use crate::meta::Meta;
use crate::time::MicroTime;
use crate::{Map, Str, Value};
use std::rc::Rc;

/// A Lease.
#[derive(Clone, Debug, Default)]
pub struct Lease {
    /// `metadata`
    pub meta: Meta,
    /// Who holds it: for node leases the node.
    pub holder_identity: Str,
    /// When it was renewed last.
    pub renew_time: Option<MicroTime>,
    /// The other fields of `spec`.
    pub rest: Rc<Value>,
}

impl Lease {
    /// Reads a whole Lease.
    pub fn from_value(value: &Value) -> Lease {
        let mut spec = value["spec"].as_object().cloned().unwrap_or_default();
        let holder = spec.remove("holderIdentity").unwrap_or_default();
        let renewed = spec.remove("renewTime").unwrap_or_default();
        Lease {
            meta: Meta::from_value(&value["metadata"]),
            holder_identity: holder.as_str().unwrap_or_default().into(),
            renew_time: renewed.as_str().and_then(MicroTime::parse),
            rest: Rc::new(Value::Object(spec)),
        }
    }

    /// Writes it, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let mut spec = self.rest.as_object().cloned().unwrap_or_default();
        if !self.holder_identity.is_empty() {
            spec.insert("holderIdentity".into(), Value::from(&*self.holder_identity));
        }
        if let Some(time) = self.renew_time {
            spec.insert("renewTime".into(), time.to_string().into());
        }
        let mut out = Map::new();
        out.insert("metadata".into(), self.meta.to_value());
        out.insert("spec".into(), Value::Object(spec));
        Value::Object(out)
    }
}
