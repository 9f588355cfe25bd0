//! An Event: the leanest of all, since each Pod's start leaves five.
//!
//! Its name is `OBJECT.STAMP` with the stamp in sixteen hexadecimal digits, so events of one object sort by time.

use super::text::Text;
use crate::meta::{Meta, Uid};
use crate::resource::Kind;
use crate::time::{MicroTime, Time};
use crate::{Map, Str, Value, json};
use std::rc::Rc;

/// How the message of an event begins that stands for several similar ones.
pub const COMBINED: &str = "(combined from similar events): ";

/// What an event is about (`involvedObject`); shared by the events of one component about one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectReference {
    /// Pod, Node, DaemonSet, …
    pub kind: Kind,
    /// Empty for cluster-scoped objects.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
    /// Its uid; kubelets write their node's name where a uid belongs.
    pub uid: Uid,
    /// The version the component saw; 0: not written.
    pub resource_version: u64,
    /// A kubelet speaking of its own node: `uid` prints as the node's name and there is no `apiVersion`.
    pub by_name: bool,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventMessage {
    /// Any text.
    Text(Text),
    /// `Successfully assigned NAMESPACE/NAME to NODE`, kept as its one variable part.
    Assigned(Str),
    /// `Created pod: NAME`, likewise.
    CreatedPod(Str),
}

impl From<String> for EventMessage {
    fn from(text: String) -> EventMessage {
        EventMessage::Text(text.into())
    }
}

impl EventMessage {
    /// The text, when it is said about that object.
    pub fn text(&self, about: &ObjectReference) -> String {
        match self {
            EventMessage::Text(text) => text.to_string(),
            EventMessage::Assigned(node) => {
                format!("Successfully assigned {}/{} to {node}", about.namespace, about.name)
            }
            EventMessage::CreatedPod(name) => format!("Created pod: {name}"),
        }
    }

    /// The text, or the part of it that varies.
    pub fn variable(&self) -> &str {
        match self {
            EventMessage::Text(text) => text,
            EventMessage::Assigned(text) | EventMessage::CreatedPod(text) => text,
        }
    }
}

/// What many events have in common, whatever they are about; shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventWords {
    /// Warning instead of Normal.
    pub warning: bool,
    /// `SuccessfulCreate`
    pub reason: Text,
    /// `spec.containers{nginx}`, or empty.
    pub field_path: Text,
    /// Written through `events.k8s.io` (the scheduler): then `eventTime`, `action` and, if it was seen again, `series` are
    /// set, and not `source`, the count and the two old times.
    pub action: Text,
}

/// Who says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventSource {
    /// `kubelet`, `daemonset-controller`, …
    pub component: Text,
    /// The node, for kubelets.
    pub host: Str,
}

/// An Event.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is about.
    pub involved: Rc<ObjectReference>,
    /// Warning or not, the reason and the rest of what is mostly said of many.
    pub words: Rc<EventWords>,
    /// The second part of its name; 0 when a learner chose the name (then `own` holds it).
    pub stamp: u64,
    /// `metadata.uid`
    pub uid: Uid,
    /// `metadata.resourceVersion`
    pub resource_version: u64,
    /// What happened.
    pub message: EventMessage,
    /// How often.
    pub count: u32,
    /// First seen.
    pub first: Time,
    /// Last seen.
    pub last: Time,
    /// Who says it.
    pub source: Rc<EventSource>,
    /// An event that came from outside: its JSON.
    pub own: Option<Rc<Value>>,
}

impl Event {
    /// `OBJECT.STAMP`
    pub fn name(&self) -> String {
        match &self.own {
            Some(own) => own["metadata"]["name"].as_str().unwrap_or_default().to_string(),
            None => format!("{}.{:016x}", self.involved.name, self.stamp),
        }
    }

    /// The namespace it lives in: the object's, or `default`.
    pub fn namespace(&self) -> Str {
        if self.involved.namespace.is_empty() { "default".into() } else { self.involved.namespace.clone() }
    }

    /// Whether that is its namespace.
    pub fn is_in(&self, namespace: &Str) -> bool {
        if self.involved.namespace.is_empty() {
            **namespace == *"default"
        } else {
            self.involved.namespace == *namespace
        }
    }

    /// The text of its message.
    pub fn message(&self) -> String {
        self.message.text(&self.involved)
    }

    /// `metadata`, made on demand.
    pub fn meta(&self) -> Meta {
        Meta {
            name: self.name().into(),
            namespace: self.namespace(),
            uid: self.uid,
            resource_version: self.resource_version,
            creation_timestamp: self.first,
            ..Meta::default()
        }
    }

    /// Reads a whole Event.
    pub fn from_value(value: &Value) -> Event {
        let about = &value["involvedObject"];
        let text = |value: &Value| -> Str { value.as_str().unwrap_or_default().into() };
        let time = |key: &str| value[key].as_str().and_then(Time::parse);
        let meta = Meta::from_value(&value["metadata"]);
        let first = time("firstTimestamp").or(time("eventTime")).unwrap_or(meta.creation_timestamp);
        let kind = Kind::of_word(about["kind"].as_str().unwrap_or_default()).unwrap_or(Kind::POD);
        Event {
            involved: Rc::new(ObjectReference {
                kind,
                namespace: text(&about["namespace"]),
                name: text(&about["name"]),
                uid: about["uid"].as_str().and_then(Uid::parse).unwrap_or_default(),
                resource_version: 0,
                by_name: false,
            }),
            words: Rc::new(EventWords {
                warning: value["type"] == "Warning",
                reason: Text::from_value(&value["reason"]),
                field_path: Text::from_value(&about["fieldPath"]),
                action: Text::from_value(&value["action"]),
            }),
            stamp: 0,
            uid: meta.uid,
            resource_version: meta.resource_version,
            message: EventMessage::Text(Text::from_value(&value["message"])),
            count: value["count"].as_u64().unwrap_or(1) as u32,
            first,
            last: time("lastTimestamp").unwrap_or(first),
            source: Rc::new(EventSource {
                component: Text::from_value(&value["source"]["component"]),
                host: text(&value["source"]["host"]),
            }),
            own: Some(Rc::new(value.clone())),
        }
    }

    /// Writes it, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        if let Some(own) = &self.own {
            let mut out = (**own).clone();
            out["metadata"] = merged_meta(&out["metadata"], self);
            return out;
        }
        let mut out = self.outline();
        out["metadata"] = self.meta().to_value();
        out
    }

    /// As much of one that a component wrote as its row in a table needs: of its metadata the name. Of one that a learner wrote all of it.
    pub fn outline(&self) -> Value {
        if self.own.is_some() {
            return self.to_value();
        }
        let mut about = Map::new();
        let object = &self.involved;
        about.insert("kind".into(), object.kind.name().into());
        about.insert("name".into(), Value::from(&*object.name));
        if !object.namespace.is_empty() {
            about.insert("namespace".into(), Value::from(&*object.namespace));
        }
        if object.by_name {
            about.insert("uid".into(), Value::from(&*object.name));
        } else {
            about.insert("apiVersion".into(), object.kind.api_version().into());
            // The taint eviction controller leaves it out.
            if object.uid != Uid::default() {
                about.insert("uid".into(), object.uid.to_string().into());
            }
        }
        if object.resource_version != 0 {
            about.insert("resourceVersion".into(), object.resource_version.to_string().into());
        }
        if !self.words.field_path.is_empty() {
            about.insert("fieldPath".into(), Value::from(&*self.words.field_path));
        }
        let mut out = json!({"metadata": {"name": self.name()}, "involvedObject": about, "reason": &*self.words.reason,
            "message": self.message(), "type": if self.words.warning { "Warning" } else { "Normal" },
            "reportingComponent": self.reporter()});
        if self.words.action.is_empty() {
            self.add_old_fields(&mut out)
        } else {
            self.add_new_fields(&mut out)
        }
        out
    }

    /// Who reports it: for what was folded from similar events nobody, since client-go makes these anew without it.
    ///
    /// Source: client-go `tools/record/events_cache.go` (`EventAggregate`).
    fn reporter(&self) -> &str {
        match &self.message {
            EventMessage::Text(text) if text.starts_with(COMBINED) => "",
            _ => &self.source.component,
        }
    }

    fn add_old_fields(&self, out: &mut Value) {
        let mut source = Map::new();
        source.insert("component".into(), Value::from(&*self.source.component));
        if !self.source.host.is_empty() {
            source.insert("host".into(), Value::from(&*self.source.host));
        }
        out["count"] = self.count.into();
        out["firstTimestamp"] = self.first.to_string().into();
        out["lastTimestamp"] = self.last.to_string().into();
        out["eventTime"] = Value::Null;
        out["source"] = Value::Object(source);
        out["reportingInstance"] = Value::from(&*self.source.host);
    }

    /// As the core API shows an event that was written through `events.k8s.io`.
    fn add_new_fields(&self, out: &mut Value) {
        out["action"] = Value::from(&*self.words.action);
        // The stamp is the moment in nanoseconds.
        out["eventTime"] = MicroTime((self.stamp / 1000) as i64).to_string().into();
        out["firstTimestamp"] = Value::Null;
        out["lastTimestamp"] = Value::Null;
        out["source"] = json!({});
        out["reportingInstance"] = format!("{}-{}", self.source.component, self.source.host).into();
        if self.count > 1 {
            let last = MicroTime(self.last.0 * 1_000_000).to_string();
            out["series"] = json!({"count": self.count, "lastObservedTime": last});
        }
    }
}

fn merged_meta(own: &Value, event: &Event) -> Value {
    let mut meta = own.as_object().cloned().unwrap_or_default();
    for (key, value) in event.meta().to_value().as_object().into_iter().flatten() {
        if key != "creationTimestamp" || !meta.contains_key(key) {
            meta.insert(key.clone(), value.clone());
        }
    }
    Value::Object(meta)
}
