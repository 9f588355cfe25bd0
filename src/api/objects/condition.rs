//! Conditions of Pods, Nodes and Deployments: one record, and which of its times a kind writes.

use super::text::Text;
use crate::time::Time;
use crate::{Map, Value};
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// `True`, `False` or `Unknown`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Truth {
    /// `"True"`
    True,
    /// `"False"`
    False,
    /// `"Unknown"`
    #[default]
    Unknown,
}

impl Truth {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Truth::True => "True",
            Truth::False => "False",
            Truth::Unknown => "Unknown",
        }
    }

    /// `True` or `False`.
    #[inline]
    pub fn of(yes: bool) -> Truth {
        if yes { Truth::True } else { Truth::False }
    }
}

/// One entry of `status.conditions`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// `type`
    pub kind: Text,
    /// `status`
    pub status: Truth,
    /// Empty: not written.
    pub reason: Text,
    /// Empty: not written.
    pub message: Text,
    /// When `status` changed last.
    pub last_transition_time: Time,
    /// `lastHeartbeatTime` of a Node, `lastUpdateTime` of a Deployment; unused by Pods.
    pub last_seen_time: Time,
    /// Pods only; 0: not written.
    pub observed_generation: i64,
}

/// A list of conditions that copies share until one of them changes: thousands of Pods say the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditions(Rc<Vec<Condition>>);

impl Conditions {
    /// Whether two share the very same list.
    pub fn shares(&self, other: &Conditions) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl From<Vec<Condition>> for Conditions {
    fn from(list: Vec<Condition>) -> Conditions {
        Conditions(Rc::new(list))
    }
}

impl FromIterator<Condition> for Conditions {
    fn from_iter<I: IntoIterator<Item = Condition>>(list: I) -> Conditions {
        Conditions(Rc::new(list.into_iter().collect()))
    }
}

impl Deref for Conditions {
    type Target = Vec<Condition>;
    #[inline]
    fn deref(&self) -> &Vec<Condition> {
        &self.0
    }
}

impl DerefMut for Conditions {
    fn deref_mut(&mut self) -> &mut Vec<Condition> {
        Rc::make_mut(&mut self.0)
    }
}

/// Which fields besides the common ones a kind's conditions carry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ConditionForm {
    /// `lastProbeTime: null`, `observedGeneration`
    Pod,
    /// `lastHeartbeatTime`
    Node,
    /// `lastUpdateTime`
    Deployment,
    /// Nothing more.
    Plain,
}

impl Condition {
    /// A condition that turned `status` at `now`.
    pub fn new(kind: impl Into<Text>, status: Truth, now: Time) -> Condition {
        Condition { kind: kind.into(), status, last_transition_time: now, last_seen_time: now, ..Condition::default() }
    }

    /// Adds the reason and the message.
    pub fn because(mut self, reason: impl Into<Text>, message: impl Into<Text>) -> Condition {
        self.reason = reason.into();
        self.message = message.into();
        self
    }

    /// Reads one entry.
    pub fn from_value(value: &Value) -> Condition {
        let time = |key: &str| value[key].as_str().and_then(Time::parse);
        Condition {
            kind: Text::from_value(&value["type"]),
            status: match value["status"].as_str() {
                Some("True") => Truth::True,
                Some("False") => Truth::False,
                _ => Truth::Unknown,
            },
            reason: Text::from_value(&value["reason"]),
            message: Text::from_value(&value["message"]),
            last_transition_time: time("lastTransitionTime").unwrap_or_default(),
            last_seen_time: time("lastHeartbeatTime").or(time("lastUpdateTime")).unwrap_or_default(),
            observed_generation: value["observedGeneration"].as_i64().unwrap_or(0),
        }
    }

    /// Writes one entry.
    pub fn to_value(&self, form: ConditionForm) -> Value {
        let mut out = Map::new();
        let time = |time: Time| if time == Time::default() { Value::Null } else { time.to_string().into() };
        out.insert("type".into(), Value::from(&*self.kind));
        out.insert("status".into(), self.status.as_str().into());
        out.insert("lastTransitionTime".into(), time(self.last_transition_time));
        for (key, text) in [("reason", &self.reason), ("message", &self.message)] {
            if !text.is_empty() {
                out.insert(key.into(), Value::from(&**text));
            }
        }
        match form {
            ConditionForm::Pod => {
                out.insert("lastProbeTime".into(), Value::Null);
                if self.observed_generation != 0 {
                    out.insert("observedGeneration".into(), self.observed_generation.into());
                }
            }
            ConditionForm::Node => {
                out.insert("lastHeartbeatTime".into(), time(self.last_seen_time));
            }
            ConditionForm::Deployment => {
                out.insert("lastUpdateTime".into(), time(self.last_seen_time));
            }
            ConditionForm::Plain => {}
        }
        Value::Object(out)
    }
}

/// The condition of a type.
#[inline]
pub fn find<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|c| &*c.kind == kind)
}

/// Whether the condition of a type is `True`.
#[inline]
pub fn is_true(conditions: &[Condition], kind: &str) -> bool {
    find(conditions, kind).is_some_and(|c| c.status == Truth::True)
}

/// Sets a condition: replaces the one of its type, keeping the transition time while the status stays; or appends it.
pub fn set(conditions: &mut Vec<Condition>, mut new: Condition) {
    match conditions.iter_mut().find(|c| c.kind == new.kind) {
        Some(old) => {
            if old.status == new.status {
                new.last_transition_time = old.last_transition_time;
            }
            *old = new;
        }
        None => conditions.push(new),
    }
}

/// Reads a list.
pub fn list_from(value: &Value) -> Vec<Condition> {
    value.as_array().into_iter().flatten().map(Condition::from_value).collect()
}

/// Writes a list.
pub fn list_to(conditions: &[Condition], form: ConditionForm) -> Value {
    conditions.iter().map(|c| c.to_value(form)).collect::<Vec<_>>().into()
}
