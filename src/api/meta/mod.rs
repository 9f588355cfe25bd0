//! What every object carries: names, labels, owners, versions; and the small value types of the API.
//!
//! [`selector`] picks objects by label or field, [`quantity`] is Kubernetes' number with a suffix, [`int_or_percent`] the
//! budgets of rollouts.

pub mod int_or_percent;
pub mod quantity;
pub mod selector;

use crate::sort::gather;
use crate::time::Time;
use crate::{Map, Str, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// Labels or annotations; shared, since a thousand Pods of one template carry the same ones.
pub type Labels = Rc<BTreeMap<Str, Str>>;

/// `metadata.uid`: an RFC 4122 version 4 UUID.
///
/// Aligned like a number of 64 bits: at 16 bytes every counted object that has one would be padded, and there are many.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(8))]
pub struct Uid(pub u128);

impl Uid {
    /// Reads the 8-4-4-4-12 form; anything else that a learner may have written becomes a stable stand-in.
    pub fn parse(text: &str) -> Option<Uid> {
        let hex: String = text.chars().filter(|c| *c != '-').collect();
        if hex.len() == 32 { u128::from_str_radix(&hex, 16).ok().map(Uid) } else { None }
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            (n >> 96) as u32,
            (n >> 80) as u16,
            (n >> 64) as u16,
            (n >> 48) as u16,
            n & 0xffff_ffff_ffff
        )
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `metadata.ownerReferences[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerReference {
    /// `apps/v1`
    pub api_version: Str,
    /// `DaemonSet`
    pub kind: Str,
    /// The owner's name.
    pub name: Str,
    /// The owner's uid; this, not the name, decides.
    pub uid: Uid,
    /// The one managing owner.
    pub controller: bool,
    /// Foreground deletion of the owner waits for this object.
    pub block_owner_deletion: bool,
}

/// `metadata`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// Unique within kind and namespace.
    pub name: Str,
    /// Empty when the name was given.
    pub generate_name: Str,
    /// Empty for cluster-scoped kinds.
    pub namespace: Str,
    /// Unique for ever.
    pub uid: Uid,
    /// The cluster's write counter at the last write of this object.
    pub resource_version: u64,
    /// Raised by changes of the spec; 0 where the kind has none.
    pub generation: i64,
    /// When it was stored first.
    pub creation_timestamp: Time,
    /// Only while it is being deleted; most objects are not, and so have no room for it.
    pub deletion: Option<Box<Deletion>>,
    /// `None` and empty print alike.
    pub labels: Labels,
    /// Likewise.
    pub annotations: Labels,
    /// Who owns it.
    pub owner_references: Rc<Vec<OwnerReference>>,
    /// Who must agree before it goes.
    pub finalizers: Rc<Vec<Str>>,
}

/// How far an object's deletion has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deletion {
    /// `deletionTimestamp`: when it began, plus the grace period.
    pub timestamp: Option<Time>,
    /// `deletionGracePeriodSeconds`
    pub grace_period_seconds: Option<i64>,
}

impl Meta {
    /// The owner that manages this object.
    #[inline]
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|o| o.controller)
    }

    /// Whether its deletion has begun.
    #[inline]
    pub fn terminating(&self) -> bool {
        self.deletion_timestamp().is_some()
    }

    /// When its deletion began, plus the grace period.
    #[inline]
    pub fn deletion_timestamp(&self) -> Option<Time> {
        self.deletion.as_ref().and_then(|deletion| deletion.timestamp)
    }

    /// The grace period of its deletion.
    pub fn deletion_grace_period_seconds(&self) -> Option<i64> {
        self.deletion.as_ref().and_then(|deletion| deletion.grace_period_seconds)
    }

    /// Its deletion has begun.
    pub fn delete_at(&mut self, timestamp: Time, grace_period_seconds: i64) {
        let (timestamp, grace_period_seconds) = (Some(timestamp), Some(grace_period_seconds));
        self.deletion = Some(Box::new(Deletion { timestamp, grace_period_seconds }));
    }

    /// A label's value.
    #[inline]
    pub fn label(&self, key: &str) -> Option<&Str> {
        self.labels.get(key)
    }

    /// Reads `metadata`; what isn't there stays empty.
    pub fn from_value(value: &Value) -> Meta {
        let text = |key: &str| -> Str { value[key].as_str().unwrap_or_default().into() };
        let time = |key: &str| value[key].as_str().and_then(Time::parse);
        Meta {
            name: text("name"),
            generate_name: text("generateName"),
            namespace: text("namespace"),
            uid: value["uid"].as_str().and_then(Uid::parse).unwrap_or_default(),
            resource_version: value["resourceVersion"].as_str().and_then(|t| t.parse().ok()).unwrap_or(0),
            generation: value["generation"].as_i64().unwrap_or(0),
            creation_timestamp: time("creationTimestamp").unwrap_or_default(),
            deletion: Some(Deletion {
                timestamp: time("deletionTimestamp"),
                grace_period_seconds: value["deletionGracePeriodSeconds"].as_i64(),
            })
            .filter(|deletion| *deletion != Deletion::default())
            .map(Box::new),
            labels: labels_from(&value["labels"]),
            annotations: labels_from(&value["annotations"]),
            owner_references: Rc::new(
                value["ownerReferences"].as_array().into_iter().flatten().map(owner_from).collect(),
            ),
            finalizers: Rc::new(
                value["finalizers"].as_array().into_iter().flatten().filter_map(Value::as_str).map(Str::from).collect(),
            ),
        }
    }

    /// Writes `metadata`, leaving out what is empty.
    pub fn to_value(&self) -> Value {
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_string(), value);
        };
        for (key, text) in [("name", &self.name), ("generateName", &self.generate_name), ("namespace", &self.namespace)]
        {
            if !text.is_empty() {
                put(key, Value::from(&**text));
            }
        }
        if self.uid != Uid::default() {
            put("uid", self.uid.to_string().into());
        }
        if self.resource_version != 0 {
            put("resourceVersion", self.resource_version.to_string().into());
        }
        if self.generation != 0 {
            put("generation", self.generation.into());
        }
        if self.creation_timestamp != Time::default() {
            put("creationTimestamp", self.creation_timestamp.to_string().into());
        }
        if let Some(time) = self.deletion_timestamp() {
            put("deletionTimestamp", time.to_string().into());
        }
        if let Some(seconds) = self.deletion_grace_period_seconds() {
            put("deletionGracePeriodSeconds", seconds.into());
        }
        for (key, labels) in [("labels", &self.labels), ("annotations", &self.annotations)] {
            if !labels.is_empty() {
                put(key, labels_to(labels));
            }
        }
        if !self.owner_references.is_empty() {
            put("ownerReferences", self.owner_references.iter().map(owner_to).collect::<Vec<_>>().into());
        }
        if !self.finalizers.is_empty() {
            put("finalizers", self.finalizers.iter().map(|f| Value::from(&**f)).collect::<Vec<_>>().into());
        }
        Value::Object(out)
    }
}

/// Reads a map of strings; `null` values become empty strings, as the server's decoder has it.
pub fn labels_from(value: &Value) -> Labels {
    let pairs = value.as_object().into_iter().flatten();
    Rc::new(gather(pairs.map(|(k, v)| (Str::from(k.as_str()), Str::from(v.as_str().unwrap_or_default())))))
}

/// Writes a map of strings.
pub fn labels_to(labels: &BTreeMap<Str, Str>) -> Value {
    Value::Object(gather(labels.iter().map(|(k, v)| (k.to_string(), Value::from(&**v)))))
}

fn owner_from(value: &Value) -> OwnerReference {
    let text = |key: &str| -> Str { value[key].as_str().unwrap_or_default().into() };
    OwnerReference {
        api_version: text("apiVersion"),
        kind: text("kind"),
        name: text("name"),
        uid: value["uid"].as_str().and_then(Uid::parse).unwrap_or_default(),
        controller: value["controller"].as_bool().unwrap_or(false),
        block_owner_deletion: value["blockOwnerDeletion"].as_bool().unwrap_or(false),
    }
}

fn owner_to(owner: &OwnerReference) -> Value {
    let mut out = Map::new();
    out.insert("apiVersion".into(), Value::from(&*owner.api_version));
    out.insert("kind".into(), Value::from(&*owner.kind));
    out.insert("name".into(), Value::from(&*owner.name));
    out.insert("uid".into(), owner.uid.to_string().into());
    if owner.controller {
        out.insert("controller".into(), true.into());
    }
    if owner.block_owner_deletion {
        out.insert("blockOwnerDeletion".into(), true.into());
    }
    Value::Object(out)
}
