//! The API for components: objects that are typed, and valid because a controller, the scheduler or a kubelet made them.
//!
//! They skip decoding and field validation, nothing else: names, uids, versions, admission, finalizers and the log of
//! changes are the same as for a learner's request.

use super::{ApiServer, Change, Key, Write, check_uid, deletion};
use crate::cause::Cause;
use crate::clock::Instant;
use api::Str;
use api::objects::Object;
use api::objects::condition::{self, Condition, Truth};
use api::objects::event::Event;
use api::objects::pod::Pod;
use api::request::DeleteOptions;
use api::resource::Kind;
use api::status::{Reason, Status};
use api::time::Time;
use std::rc::Rc;

/// A component's way to the API server while it handles one wake.
pub struct Api<'a> {
    server: &'a mut ApiServer,
    write: Write,
}

impl<'a> Api<'a> {
    /// For one component at one moment.
    pub fn new(server: &'a mut ApiServer, now: Instant, cause: Cause) -> Api<'a> {
        Api { server, write: Write { cause, at: now } }
    }

    /// The same way, for a shorter time.
    pub fn reborrow(&mut self) -> Api<'_> {
        Api { server: self.server, write: self.write }
    }

    /// The moment.
    pub fn now(&self) -> Instant {
        self.write.at
    }

    /// The moment as the API writes it.
    pub fn time(&self) -> Time {
        self.write.at.time()
    }

    /// The version of the last write of anything.
    pub fn version(&self) -> u64 {
        self.server.version()
    }

    /// Says what the next writes answer.
    pub fn answering(&mut self, cause: Cause) {
        self.write.cause = cause;
    }

    /// One object, read from the server itself (not from a cache).
    pub fn get(&self, kind: Kind, key: &Key) -> Option<&Object> {
        self.server.store.get(kind, key)
    }

    /// A Pod, read from the server itself.
    pub fn pod(&self, key: &Key) -> Option<&Rc<Pod>> {
        match self.get(Kind::POD, key) {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        }
    }

    /// The objects of a kind in a namespace.
    pub fn in_namespace<'s>(&'s self, kind: Kind, namespace: &'s Str) -> impl Iterator<Item = &'s Object> {
        self.server.store.sorted(kind, |object| object.is_in(namespace)).into_iter()
    }

    /// All objects of a kind.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.server.objects(kind)
    }

    /// The events about an object of that name, oldest first.
    pub fn events_about<'s>(&'s self, namespace: &Str, name: &'s Str) -> impl Iterator<Item = &'s Object> {
        let about = |object: &Object| match object {
            Object::Event(event) => event.involved.name == *name && event.stamp != 0 && event.is_in(namespace),
            _ => false,
        };
        self.server.store.sorted(Kind::EVENT, about).into_iter()
    }

    /// The changes after a version.
    pub fn changes_after(&self, version: u64) -> impl Iterator<Item = &Change> {
        let changes = self.server.changes_after(version);
        changes.expect("the log is trimmed only as far as every component has read")
    }

    /// Stores a new object.
    pub fn create(&mut self, mut object: Object) -> Result<Object, Status> {
        let kind = object.kind();
        let (name, namespace) = (object.name(), object.namespace());
        self.server.check_namespace(kind, &namespace, &name)?;
        if let Object::Pod(pod) = &mut object {
            self.server.admit_pod(Rc::make_mut(pod))?;
        }
        if let Object::Node(node) = &mut object {
            super::admission::taint_new_node(Rc::make_mut(node));
        }
        self.server.christen(&mut object, self.write.at);
        if let Object::Pod(pod) = &object {
            self.server.check_quotas(pod)?;
        }
        let key = Key::of(&object);
        if self.server.store.get(kind, &key).is_some() {
            return Err(Status::already_exists(kind, &key.name));
        }
        if let Some(meta) = object.meta_mut() {
            meta.generation = i64::from(matches!(kind, Kind::POD | Kind::REPLICA_SET));
        }
        Ok(self.server.store.put(object, self.write.cause, self.write.at))
    }

    /// Stores a new event. Its name is new by its stamp, and its uid is its maker's.
    pub fn record(&mut self, event: Event) -> Result<(), Status> {
        self.server.check_namespace(Kind::EVENT, &event.namespace(), "")?;
        self.server.store.add_event(event, self.write.cause, self.write.at);
        Ok(())
    }

    /// Changes an object as it is now: `change` edits a copy and says whether it did anything.
    pub fn update(
        &mut self,
        kind: Kind,
        key: &Key,
        change: impl FnOnce(&mut Object) -> bool,
    ) -> Result<Object, Status> {
        let mut over = false;
        let at = self.write.at;
        let changed = self.server.store.change(kind, key, self.write.cause, self.write.at, |object| {
            let before = object.clone();
            if !change(object) {
                return false;
            }
            if spec_differs(&before, object)
                && let Some(meta) = object.meta_mut()
            {
                meta.generation += 1;
            }
            match object {
                Object::DaemonSet(set) => Rc::make_mut(set).written = at.time(),
                Object::ReplicaSet(set) => Rc::make_mut(set).written = at.time(),
                _ => {}
            }
            over = deletion::is_over(object);
            !over
        });
        let (object, _) = changed.ok_or_else(|| Status::not_found(kind, &key.name))?;
        if over {
            self.server.store.remove(kind, key, self.write.cause, self.write.at);
        }
        Ok(object)
    }

    /// Changes a Pod as it is now.
    pub fn update_pod(&mut self, key: &Key, change: impl FnOnce(&mut Pod) -> bool) -> Result<Object, Status> {
        self.update(Kind::POD, key, |object| match object {
            Object::Pod(pod) => change(Rc::make_mut(pod)),
            _ => false,
        })
    }

    /// Deletes an object, or begins its deletion.
    pub fn delete(&mut self, kind: Kind, key: &Key, options: &DeleteOptions) -> Result<(), Status> {
        self.server.delete(kind, key, options, false, self.write).map(|_| ())
    }

    /// Binds a Pod to a node: `spec.nodeName`, and condition PodScheduled=True.
    pub fn bind(&mut self, key: &Key, pod: &Pod, node: &Str) -> Result<Object, Status> {
        let found = self.pod(key).ok_or_else(|| Status::not_found(Kind::POD, &key.name))?;
        check_uid(Kind::POD, &key.name, Some(pod.meta.uid), found.meta.uid)?;
        if found.meta.terminating() {
            let why = "pod is being deleted, cannot be assigned to a host";
            return Err(Status::conflict(Kind::POD, &key.name, why));
        }
        if !found.node_name.is_empty() {
            let why = format!("pod {} is already assigned to node \"{}\"", key.name, found.node_name);
            return Err(Status::conflict(Kind::POD, &key.name, &why));
        }
        let now = self.time();
        let mut made = std::mem::take(&mut self.server.bound);
        let bound = self.update_pod(key, |pod| {
            pod.node_name = node.clone();
            if !pod.status.nominated_node_name.is_empty() {
                pod.status.nominated_node_name = "".into();
            }
            let mut scheduled = Condition::new("PodScheduled", Truth::True, now);
            scheduled.observed_generation = pod.meta.generation;
            if !pod.status.conditions.is_empty() {
                condition::set(&mut pod.status.conditions, scheduled);
                return true;
            }
            if made.first() != Some(&scheduled) {
                made = vec![scheduled].into();
            }
            pod.status.conditions = made.clone();
            true
        });
        self.server.bound = made;
        bound
    }

    /// Removes finalizers of garbage collection.
    pub fn remove_finalizer(&mut self, kind: Kind, key: &Key, finalizer: &str) -> Result<Object, Status> {
        self.update(kind, key, |object| {
            let Some(meta) = object.meta_mut() else { return false };
            let before = meta.finalizers.len();
            Rc::make_mut(&mut meta.finalizers).retain(|f| &**f != finalizer);
            meta.finalizers.len() != before
        })
    }
}

/// Names the finalizers garbage collection works with.
pub use deletion::{FOREGROUND, ORPHAN};

/// Whether a status says that the object was not there, which deleters take as done.
pub fn is_gone(status: &Status) -> bool {
    status.reason == Reason::NotFound
}

/// Whether an update replaced the spec (specs are shared: an untouched one is the very same).
fn spec_differs(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::DaemonSet(a), Object::DaemonSet(b)) => !Rc::ptr_eq(&a.spec, &b.spec),
        (Object::ReplicaSet(a), Object::ReplicaSet(b)) => !Rc::ptr_eq(&a.spec, &b.spec),
        (Object::Deployment(a), Object::Deployment(b)) => !Rc::ptr_eq(&a.spec, &b.spec),
        _ => false,
    }
}
