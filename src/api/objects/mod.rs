//! The kinds the simulation understands, lean and cheap to copy; and [`Object`], any of them.
//!
//! A copy of an [`Object`] is a counted reference. A change copies the object once (`Rc::make_mut`), never its spec: that is
//! shared. `from_value` and `to_value` are inverse for every defaulted object.

pub mod condition;
pub mod event;
pub mod generic;
pub mod lease;
pub mod node;
pub mod pod;
pub mod pod_spec;
pub mod resources;
pub mod scheduling;
pub mod text;
pub mod workload;

use crate::meta::Meta;
use crate::resource::Kind;
use crate::{Str, Value};
use event::Event;
use generic::Generic;
use lease::Lease;
use node::Node;
use pod::Pod;
use std::rc::Rc;
use workload::{ControllerRevision, DaemonSet, Deployment, ReplicaSet};

/// Any object of the API.
#[derive(Clone, Debug)]
pub enum Object {
    /// A Pod.
    Pod(Rc<Pod>),
    /// A Node.
    Node(Rc<Node>),
    /// A DaemonSet.
    DaemonSet(Rc<DaemonSet>),
    /// A ReplicaSet.
    ReplicaSet(Rc<ReplicaSet>),
    /// A Deployment.
    Deployment(Rc<Deployment>),
    /// A ControllerRevision.
    ControllerRevision(Rc<ControllerRevision>),
    /// An Event.
    Event(Rc<Event>),
    /// A Lease.
    Lease(Rc<Lease>),
    /// Anything else.
    Other(Rc<Generic>),
}

macro_rules! each {
    ($object:expr, $inner:ident => $body:expr, $event:ident => $for_event:expr) => {
        match $object {
            Object::Pod($inner) => $body,
            Object::Node($inner) => $body,
            Object::DaemonSet($inner) => $body,
            Object::ReplicaSet($inner) => $body,
            Object::Deployment($inner) => $body,
            Object::ControllerRevision($inner) => $body,
            Object::Lease($inner) => $body,
            Object::Other($inner) => $body,
            Object::Event($event) => $for_event,
        }
    };
}

impl Object {
    /// Its kind.
    #[inline]
    pub fn kind(&self) -> Kind {
        match self {
            Object::Pod(_) => Kind::POD,
            Object::Node(_) => Kind::NODE,
            Object::DaemonSet(_) => Kind::DAEMON_SET,
            Object::ReplicaSet(_) => Kind::REPLICA_SET,
            Object::Deployment(_) => Kind::DEPLOYMENT,
            Object::ControllerRevision(_) => Kind::CONTROLLER_REVISION,
            Object::Event(_) => Kind::EVENT,
            Object::Lease(_) => Kind::LEASE,
            Object::Other(generic) => generic.kind,
        }
    }

    /// A copy of its metadata (counted references, no deep copy).
    pub fn meta(&self) -> Meta {
        each!(self, inner => inner.meta.clone(), event => event.meta())
    }

    /// Its metadata; `None` for events, which make theirs on demand.
    #[inline]
    pub fn meta_ref(&self) -> Option<&Meta> {
        each!(self, inner => Some(&inner.meta), _event => None)
    }

    /// Its metadata, to change; `None` for events.
    #[inline]
    pub fn meta_mut(&mut self) -> Option<&mut Meta> {
        each!(self, inner => Some(&mut Rc::make_mut(inner).meta), _event => None)
    }

    /// Its name.
    pub fn name(&self) -> Str {
        each!(self, inner => inner.meta.name.clone(), event => event.name().into())
    }

    /// Its namespace, empty for cluster-scoped kinds.
    #[inline]
    pub fn namespace(&self) -> Str {
        each!(self, inner => inner.meta.namespace.clone(), event => event.namespace())
    }

    /// Whether that is its namespace.
    pub fn is_in(&self, namespace: &Str) -> bool {
        each!(self, inner => inner.meta.namespace == *namespace, event => event.is_in(namespace))
    }

    /// The version of its last write.
    pub fn resource_version(&self) -> u64 {
        each!(self, inner => inner.meta.resource_version, event => event.resource_version)
    }

    /// Reads an object of a kind from (defaulted) JSON.
    pub fn from_value(kind: Kind, value: &Value) -> Object {
        match kind {
            Kind::POD => Object::Pod(Rc::new(Pod::from_value(value))),
            Kind::NODE => Object::Node(Rc::new(Node::from_value(value))),
            Kind::DAEMON_SET => Object::DaemonSet(Rc::new(DaemonSet::from_value(value))),
            Kind::REPLICA_SET => Object::ReplicaSet(Rc::new(ReplicaSet::from_value(value))),
            Kind::DEPLOYMENT => Object::Deployment(Rc::new(Deployment::from_value(value))),
            Kind::CONTROLLER_REVISION => Object::ControllerRevision(Rc::new(ControllerRevision::from_value(value))),
            Kind::EVENT => Object::Event(Rc::new(Event::from_value(value))),
            Kind::LEASE => Object::Lease(Rc::new(Lease::from_value(value))),
            kind => Object::Other(Rc::new(Generic::from_value(kind, value))),
        }
    }

    /// Writes it as JSON, with `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let mut out = each!(self, inner => inner.to_value(), event => event.to_value());
        if let Some(map) = out.as_object_mut() {
            map.insert("apiVersion".into(), self.kind().api_version().into());
            map.insert("kind".into(), self.kind().name().into());
        }
        out
    }
}
