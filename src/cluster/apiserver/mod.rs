//! The API server: request → admission → defaults → validation → store → watch.
//!
//! In reading order: [`store`] (what there is, and the log of changes; `events` lie apart), `read` (get, list, watch), `write` (a learner's JSON on
//! its way into the store), [`typed`] (the same store for components whose objects are valid by construction), `admission`
//! (what is added or refused before validation), `ownership` (who owns which field, server-side apply), `deletion` (grace
//! periods, finalizers, propagation), [`registry`] (defaults and validation per kind), [`tables`] (columns of `get`).
//!
//! Nobody outside reaches the store: a component reads by watching and writes through [`typed::Api`].

mod admission;
mod deletion;
mod events;
mod eviction;
mod ownership;
mod quota;
mod read;
pub mod registry;
mod service_address;
mod store;
pub mod tables;
pub mod typed;
mod write;

pub use store::{Change, Key, number};

use crate::cause::{Actor, Cause};
use crate::clock::Instant;
use crate::rng::Rng;
use api::meta::Uid;
use api::objects::Object;
use api::objects::condition::Conditions;
use api::request::{Answer, Request, Response, Verb};
use api::resource::Kind;
use api::status::{Reason, Status};
use api::{Str, Value};
use std::rc::Rc;

/// The API server and everything it stores.
#[derive(Clone, Debug)]
pub struct ApiServer {
    store: store::Store,
    rng: Rng,
    admitted: Rc<admission::Admitted>,
    /// Who owns which fields of what learners have written.
    owners: ownership::Owners,
    /// A namespace that was found open, as of that version of namespaces: the next question is mostly about the same.
    open: Option<(Str, u64)>,
    /// The conditions of the Pod that was bound last: those bound in the same second share them.
    bound: Conditions,
}

/// Who writes, why, and when.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    /// Why.
    pub cause: Cause,
    /// When.
    pub at: Instant,
}

impl ApiServer {
    /// An empty one.
    pub fn new(seed: u64) -> ApiServer {
        ApiServer {
            store: store::Store::default(),
            rng: Rng::stream(seed, "apiserver"),
            admitted: Rc::default(),
            owners: ownership::Owners::default(),
            open: None,
            bound: Conditions::default(),
        }
    }

    /// Answers one request.
    pub fn handle(&mut self, request: &Request, write: Write) -> Result<Response, Status> {
        let deprecated = deprecation(request).map(String::from);
        match self.answer(request, write) {
            Ok(mut response) => {
                response.warnings.splice(0..0, deprecated);
                Ok(response)
            }
            Err(mut status) => {
                status.warnings.extend(deprecated);
                Err(status)
            }
        }
    }

    fn answer(&mut self, request: &Request, write: Write) -> Result<Response, Status> {
        let mut rest = None;
        let (answer, warnings) = match request.verb {
            Verb::Get => (self.get(request, write.at.time())?, Vec::new()),
            Verb::List => (self.list(request, write.at.time(), &mut rest)?, Vec::new()),
            Verb::Watch => (self.watch(request, write.at.time())?, Vec::new()),
            Verb::Create => self.create(request, write)?,
            Verb::Update => self.update(request, write)?,
            Verb::Patch => self.patch(request, write)?,
            Verb::Delete => (self.delete_one(request, write)?, Vec::new()),
            Verb::DeleteCollection => (self.delete_many(request, write)?, Vec::new()),
        };
        let managed_fields = if request.managed_fields { self.managed_fields(&answer) } else { Vec::new() };
        Ok(Response { warnings, managed_fields, rest, ..Response::new(answer, self.store.version()) })
    }

    /// `metadata.managedFields` of every object of an answer.
    fn managed_fields(&mut self, answer: &Answer) -> Vec<Value> {
        match answer {
            Answer::Object(object) => vec![self.owners.shown(object)],
            Answer::List(objects) => objects.iter().map(|object| self.owners.shown(object)).collect(),
            Answer::Table(table) => table.rows.iter().map(|row| self.owners.shown(&row.object)).collect(),
            Answer::Events(events, _) => events.iter().map(|event| self.owners.shown(&event.object)).collect(),
            _ => Vec::new(),
        }
    }

    /// The version of the last write.
    pub fn version(&self) -> u64 {
        self.store.version()
    }

    /// The changes after a version; `None` if they are no longer all there.
    pub fn changes_after(&self, version: u64) -> Option<impl Iterator<Item = &Change>> {
        self.store.changes_after(version)
    }

    /// All objects of a kind, in an order that is always the same but says nothing.
    pub fn objects(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.store.all(kind)
    }

    /// How many objects of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.store.count(kind)
    }

    /// One object.
    pub fn object(&self, kind: Kind, key: &Key) -> Option<&Object> {
        self.store.get(kind, key)
    }

    /// Forgets the Events last seen before a moment, the oldest first.
    pub fn expire_events(&mut self, before: Instant, at: Instant) {
        let seen_last = |object: &Object| match object {
            Object::Event(event) if event.last < before.time() => Some(event.resource_version),
            _ => None,
        };
        let old = self.store.all(Kind::EVENT).filter_map(|object| Some((seen_last(object)?, Key::of(object))));
        let mut old: Vec<_> = old.collect();
        api::sort::by_key(&mut old, |(version, _)| *version);
        for (_, key) in old {
            self.store.remove(Kind::EVENT, &key, Cause::clock(Actor::Bootstrap), at);
        }
    }

    /// Forgets changes that all watches up to `read` have seen (some are always kept).
    pub fn trim(&mut self, read: u64) {
        self.store.trim(read);
    }

    /// The state of its random numbers, for the hash of the cluster's state.
    pub fn random_state(&self) -> u64 {
        self.rng.state()
    }

    fn key_of(request: &Request) -> Key {
        let namespace = match &request.namespace {
            Some(namespace) if request.kind.namespaced() => namespace.clone(),
            _ => "".into(),
        };
        if request.kind == Kind::EVENT
            && let Some((name, stamp)) = request.name.rsplit_once('.')
            && stamp.len() == 16
            && let Ok(stamp) = u64::from_str_radix(stamp, 16)
        {
            return Key::stamped(&namespace, &name.into(), stamp);
        }
        Key::new(&namespace, &request.name)
    }

    fn find(&self, request: &Request) -> Result<&Object, Status> {
        let key = ApiServer::key_of(request);
        self.store.get(request.kind, &key).ok_or_else(|| Status::not_found(request.kind, &request.name))
    }

    /// A namespace that new objects may go into.
    fn check_namespace(&mut self, kind: Kind, namespace: &Str, name: &str) -> Result<(), Status> {
        if !kind.namespaced() {
            return Ok(());
        }
        let written = self.store.written(Kind::NAMESPACE);
        if self.open.as_ref().is_some_and(|(known, version)| *version == written && known == namespace) {
            return Ok(());
        }
        match self.store.get(Kind::NAMESPACE, &Key::of_cluster(namespace)) {
            None => Err(Status::not_found(Kind::NAMESPACE, namespace)),
            Some(found) if found.meta_ref().is_some_and(|meta| meta.terminating()) => {
                let why =
                    format!("unable to create new content in namespace {namespace} because it is being terminated");
                Err(Status::forbidden(kind, name, &why))
            }
            Some(_) => {
                self.open = Some((namespace.clone(), written));
                Ok(())
            }
        }
    }

    /// Gives a new object its name (from `generateName`), uid and time of creation.
    fn christen(&mut self, object: &mut Object, at: Instant) {
        let Some(mut meta) = object.meta_ref().map(|meta| (meta.name.is_empty(), meta.uid)) else { return };
        if meta.0 {
            let base = object.meta_ref().map(|m| m.generate_name.clone()).unwrap_or_default();
            let name = self.rng.name(&base);
            if let Some(meta) = object.meta_mut() {
                meta.name = name;
            }
        }
        meta.1 = self.rng.uid();
        if let Some(target) = object.meta_mut() {
            target.uid = meta.1;
            target.creation_timestamp = at.time();
            target.deletion = None;
        }
    }

    /// Puts an object under its key; one whose deletion has begun and that nothing holds any more goes instead.
    fn commit(&mut self, object: Object, write: Write) -> Object {
        if deletion::is_over(&object) {
            let key = Key::of(&object);
            return self.store.remove(object.kind(), &key, write.cause, write.at).unwrap_or(object);
        }
        self.store.put(object, write.cause, write.at)
    }
}

fn bad_request(text: impl Into<String>) -> Status {
    Status::new(Reason::BadRequest, text)
}

fn unknown_path() -> Status {
    Status::new(Reason::UnknownPath, "the server could not find the requested resource")
}

/// Compares uids where a precondition asks for it.
fn check_uid(kind: Kind, name: &str, wanted: Option<Uid>, found: Uid) -> Result<(), Status> {
    match wanted {
        Some(wanted) if wanted != found => {
            let why = format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}");
            Err(Status::conflict(kind, name, &why))
        }
        _ => Ok(()),
    }
}

/// An answer with one object, as a row if the request asks for a table.
/// What is said of a kind whose time is over. A watch is one request, however often it is asked again here, and follows a list.
///
/// Source: kubernetes `pkg/apis/core/v1`, the life of Endpoints; apiserver `pkg/endpoints/deprecation`.
fn deprecation(request: &Request) -> Option<&'static str> {
    let warns = request.kind == Kind::ENDPOINTS && request.verb != Verb::Watch;
    warns.then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}

fn answer_one(request: &Request, object: Object, now: api::time::Time) -> Answer {
    if request.as_table { Answer::Table(read::table(request.kind, [&object], now)) } else { Answer::Object(object) }
}
