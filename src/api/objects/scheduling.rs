//! What decides where a Pod may run: taints, tolerations, node selectors and affinity, and how each is matched.
//!
//! Source: component-helpers `scheduling/corev1`, `api/core/v1/toleration.go`, Kubernetes v1.36. A requirement that is
//! broken (unknown operator, wrong number of values) matches nothing and no error surfaces, as upstream has it.
//! Left out: the operators `Lt` and `Gt` of tolerations (a gate that is off by default).

use crate::meta::Labels;
use crate::{Map, Str, Value};

/// What a taint does to Pods that don't tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// None may be placed.
    NoSchedule,
    /// Placed only if nothing else will do.
    PreferNoSchedule,
    /// None may be placed, none may stay.
    NoExecute,
}

impl Effect {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::NoSchedule => "NoSchedule",
            Effect::PreferNoSchedule => "PreferNoSchedule",
            Effect::NoExecute => "NoExecute",
        }
    }

    /// Reads one; `None` for anything else.
    pub fn parse(text: &str) -> Option<Effect> {
        [Effect::NoSchedule, Effect::PreferNoSchedule, Effect::NoExecute].into_iter().find(|e| e.as_str() == text)
    }
}

/// `spec.taints[]` of a Node; unique by key and effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taint {
    /// `node.kubernetes.io/not-ready`
    pub key: Str,
    /// May be empty.
    pub value: Str,
    /// What it does.
    pub effect: Effect,
    /// Written for taints that the node lifecycle controller adds.
    pub time_added: Option<crate::time::Time>,
}

impl Taint {
    /// A taint as one would type it.
    pub fn new(key: &str, value: &str, effect: Effect) -> Taint {
        Taint { key: key.into(), value: value.into(), effect, time_added: None }
    }

    /// Same key and effect: what makes two taints the same.
    pub fn same(&self, other: &Taint) -> bool {
        self.key == other.key && self.effect == other.effect
    }

    /// Reads one; `None` without a known effect.
    pub fn from_value(value: &Value) -> Option<Taint> {
        Some(Taint {
            key: value["key"].as_str().unwrap_or_default().into(),
            value: value["value"].as_str().unwrap_or_default().into(),
            effect: Effect::parse(value["effect"].as_str()?)?,
            time_added: value["timeAdded"].as_str().and_then(crate::time::Time::parse),
        })
    }

    /// Writes one.
    pub fn to_value(&self) -> Value {
        let mut out = Map::new();
        out.insert("key".into(), Value::from(&*self.key));
        if !self.value.is_empty() {
            out.insert("value".into(), Value::from(&*self.value));
        }
        out.insert("effect".into(), self.effect.as_str().into());
        if let Some(time) = self.time_added {
            out.insert("timeAdded".into(), time.to_string().into());
        }
        Value::Object(out)
    }
}

impl std::fmt::Display for Taint {
    /// `key=value:Effect`, or `key:Effect` without a value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let equals = if self.value.is_empty() { "" } else { "=" };
        write!(f, "{}{equals}{}:{}", self.key, self.value, self.effect.as_str())
    }
}

/// `spec.tolerations[]` of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toleration {
    /// Empty: every key (then `exists`).
    pub key: Str,
    /// `operator: Exists`; otherwise `Equal`.
    pub exists: bool,
    /// The operator was neither `Exists` nor `Equal` nor absent: matches nothing.
    pub broken: bool,
    /// Compared when not `exists`.
    pub value: Str,
    /// `None`: every effect.
    pub effect: Option<Effect>,
    /// How long `NoExecute` is borne; `None`: for ever.
    pub seconds: Option<i64>,
}

impl Toleration {
    /// `operator: Exists` for one key and effect.
    pub fn exists(key: &str, effect: Effect) -> Toleration {
        let (value, seconds) = ("".into(), None);
        Toleration { key: key.into(), exists: true, broken: false, value, effect: Some(effect), seconds }
    }

    /// Whether it tolerates the taint (seconds play no role).
    pub fn tolerates(&self, taint: &Taint) -> bool {
        !self.broken
            && self.effect.is_none_or(|e| e == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && (self.exists || self.value == taint.value)
    }

    /// Reads one.
    pub fn from_value(value: &Value) -> Toleration {
        let text = |key: &str| -> Str { value[key].as_str().unwrap_or_default().into() };
        let operator = value["operator"].as_str().unwrap_or_default();
        Toleration {
            key: text("key"),
            exists: operator == "Exists",
            broken: !matches!(operator, "" | "Equal" | "Exists"),
            value: text("value"),
            effect: value["effect"].as_str().and_then(Effect::parse),
            seconds: value["tolerationSeconds"].as_i64(),
        }
    }

    /// Writes one.
    pub fn to_value(&self) -> Value {
        let mut out = Map::new();
        if !self.key.is_empty() {
            out.insert("key".into(), Value::from(&*self.key));
        }
        if self.exists {
            out.insert("operator".into(), "Exists".into());
        }
        if !self.value.is_empty() {
            out.insert("value".into(), Value::from(&*self.value));
        }
        if let Some(effect) = self.effect {
            out.insert("effect".into(), effect.as_str().into());
        }
        if let Some(seconds) = self.seconds {
            out.insert("tolerationSeconds".into(), seconds.into());
        }
        Value::Object(out)
    }
}

/// The first taint of the given effects that none of the tolerations tolerates.
pub fn untolerated<'a>(taints: &'a [Taint], tolerations: &[Toleration], effects: &[Effect]) -> Option<&'a Taint> {
    taints.iter().find(|taint| effects.contains(&taint.effect) && !tolerations.iter().any(|t| t.tolerates(taint)))
}

/// An operator of a node selector requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// One of the values.
    In,
    /// None of the values, or absent.
    NotIn,
    /// Present.
    Exists,
    /// Absent.
    DoesNotExist,
    /// An integer above the one value.
    Gt,
    /// An integer below the one value.
    Lt,
    /// Unknown: matches nothing.
    Broken,
}

impl Operator {
    /// As written; a broken one has no name.
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::In => "In",
            Operator::NotIn => "NotIn",
            Operator::Exists => "Exists",
            Operator::DoesNotExist => "DoesNotExist",
            Operator::Gt => "Gt",
            Operator::Lt => "Lt",
            Operator::Broken => "?",
        }
    }
}

/// One requirement on a label (or on the field `metadata.name`).
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// The label's key.
    pub key: Str,
    /// How it is compared.
    pub operator: Operator,
    /// What with.
    pub values: Vec<Str>,
}

impl Requirement {
    fn from_value(value: &Value) -> Requirement {
        let operator = match value["operator"].as_str().unwrap_or_default() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            "Gt" => Operator::Gt,
            "Lt" => Operator::Lt,
            _ => Operator::Broken,
        };
        let values = value["values"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let key = value["key"].as_str().unwrap_or_default().into();
        Requirement { key, operator, values: values.map(Str::from).collect() }
    }

    /// Whether a label's value (`None`: absent) satisfies it.
    fn matches(&self, found: Option<&Str>) -> bool {
        let listed = || found.is_some_and(|value| self.values.contains(value));
        let compare = |accept: fn(&i64, &i64) -> bool| match (found.map(|v| v.parse()), self.values.as_slice()) {
            (Some(Ok(have)), [limit]) => limit.parse().is_ok_and(|limit| accept(&have, &limit)),
            _ => false,
        };
        match self.operator {
            Operator::In => !self.values.is_empty() && listed(),
            Operator::NotIn => !self.values.is_empty() && self.values.iter().all(|v| is_label_value(v)) && !listed(),
            Operator::Exists => self.values.is_empty() && found.is_some(),
            Operator::DoesNotExist => self.values.is_empty() && found.is_none(),
            Operator::Gt => compare(i64::gt),
            Operator::Lt => compare(i64::lt),
            Operator::Broken => false,
        }
    }
}

/// At most 63 characters, alphanumeric at both ends; a requirement with another value is broken as a whole.
fn is_label_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let ends = |b: Option<&u8>| b.is_none_or(u8::is_ascii_alphanumeric);
    bytes.len() <= 63 && bytes.iter().all(inner) && ends(bytes.first()) && ends(bytes.last())
}

/// One term: all of its requirements must hold; an empty one matches nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeSelectorTerm {
    /// On labels.
    pub expressions: Vec<Requirement>,
    /// On `metadata.name`.
    pub fields: Vec<Requirement>,
}

impl NodeSelectorTerm {
    /// Reads one.
    pub fn from_value(value: &Value) -> NodeSelectorTerm {
        let list = |key: &str| value[key].as_array().into_iter().flatten().map(Requirement::from_value).collect();
        NodeSelectorTerm { expressions: list("matchExpressions"), fields: list("matchFields") }
    }

    /// Whether a node of that name with those labels satisfies it.
    pub fn matches(&self, name: &Str, labels: &Labels) -> bool {
        if self.expressions.is_empty() && self.fields.is_empty() {
            return false;
        }
        let field = |r: &Requirement| {
            let usable = matches!(r.operator, Operator::In | Operator::NotIn) && r.values.len() == 1;
            usable && &*r.key == "metadata.name" && r.matches(Some(name))
        };
        self.expressions.iter().all(|r| r.matches(labels.get(&r.key))) && self.fields.iter().all(field)
    }

    /// The one node its `metadata.name In [x]` names, if it has such a field requirement.
    pub fn named_node(&self) -> Option<&Requirement> {
        self.fields.iter().find(|r| &*r.key == "metadata.name" && r.operator == Operator::In)
    }
}

/// `affinity.nodeAffinity`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeAffinity {
    /// `None`: no constraint; `Some([])`: nothing matches. Terms are alternatives.
    pub required: Option<Vec<NodeSelectorTerm>>,
    /// Weight and term.
    pub preferred: Vec<(i64, NodeSelectorTerm)>,
}

impl NodeAffinity {
    /// Reads `spec.affinity.nodeAffinity`.
    pub fn from_value(value: &Value) -> NodeAffinity {
        let required = &value["requiredDuringSchedulingIgnoredDuringExecution"];
        let preferred = value["preferredDuringSchedulingIgnoredDuringExecution"].as_array();
        NodeAffinity {
            required: required.is_object().then(|| {
                let terms = required["nodeSelectorTerms"].as_array().into_iter().flatten();
                terms.map(NodeSelectorTerm::from_value).collect()
            }),
            preferred: preferred
                .into_iter()
                .flatten()
                .map(|p| (p["weight"].as_i64().unwrap_or(0), NodeSelectorTerm::from_value(&p["preference"])))
                .collect(),
        }
    }

    /// Whether the required part lets the Pod onto the node.
    pub fn admits(&self, name: &Str, labels: &Labels) -> bool {
        self.required.as_ref().is_none_or(|terms| terms.iter().any(|term| term.matches(name, labels)))
    }
}
