//! How objects go: at once, after a grace period, or when the last finalizer is gone.
//!
//! Source: apiserver `pkg/registry/generic/registry/store.go` (BeforeDelete, deletion finalizers),
//! `pkg/registry/core/pod/strategy.go` (CheckGracefulDelete), `pkg/registry/scheduling/priorityclass/storage` (Delete).

use super::registry::priority_class;
use super::{ApiServer, Key, Write, check_uid};
use api::Str;
use api::objects::Object;
use api::request::{Answer, DeleteOptions, Propagation, Request};
use api::resource::Kind;
use api::status::Status;
use api::time::Time;
use std::rc::Rc;

/// The finalizer of a foreground deletion.
pub const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer of an orphaning deletion.
pub const ORPHAN: &str = "orphan";

/// Whether an object's deletion has begun and nothing holds it any more.
pub(super) fn is_over(object: &Object) -> bool {
    object.meta_ref().is_some_and(|meta| {
        meta.terminating()
            && meta.finalizers.is_empty()
            && meta.deletion_grace_period_seconds().unwrap_or(0) == 0
            && !held_by_spec(object)
    })
}

/// A Namespace's `spec.finalizers` hold it too.
fn held_by_spec(object: &Object) -> bool {
    match object {
        Object::Other(generic) if generic.kind == Kind::NAMESPACE => {
            generic.body.get("spec").is_some_and(|spec| spec["finalizers"].as_array().is_some_and(|f| !f.is_empty()))
        }
        _ => false,
    }
}

impl ApiServer {
    pub(super) fn delete_one(&mut self, request: &Request, write: Write) -> Result<Answer, Status> {
        self.find(request)?;
        let key = ApiServer::key_of(request);
        if request.kind == Kind::PRIORITY_CLASS && priority_class::is_system(&key.name) {
            let why = "this is a system priority class and cannot be deleted";
            return Err(Status::forbidden(request.kind, &key.name, why));
        }
        match self.delete(request.kind, &key, &request.delete, request.dry_run, write)? {
            Some(object) => Ok(super::answer_one(request, object, write.at.time())),
            None => Ok(Answer::Success),
        }
    }

    pub(super) fn delete_many(&mut self, request: &Request, write: Write) -> Result<Answer, Status> {
        let keys: Vec<Key> = self.select(request)?.into_iter().map(Key::of).collect();
        for key in &keys {
            self.delete(request.kind, key, &request.delete, request.dry_run, write)?;
        }
        Ok(Answer::Success)
    }

    /// Deletes an object, or marks it for deletion and returns it as it now is.
    pub(super) fn delete(
        &mut self,
        kind: Kind,
        key: &Key,
        options: &DeleteOptions,
        dry_run: bool,
        write: Write,
    ) -> Result<Option<Object>, Status> {
        let found = self.store.get(kind, key).ok_or_else(|| Status::not_found(kind, &key.name))?;
        check_uid(kind, &key.name, options.uid, found.meta().uid)?;
        if kind == Kind::NAMESPACE && matches!(&*key.name, "default" | "kube-system" | "kube-public") {
            return Err(Status::forbidden(kind, &key.name, "this namespace may not be deleted"));
        }
        let mut object = found.clone();
        let grace = grace_period(&object, options);
        let finalizers = deletion_finalizers(&object, options.propagation);
        let changed = mark(&mut object, grace, finalizers, write.at.time());
        // An event has nothing that could hold it.
        if kind == Kind::EVENT || is_over(&object) {
            if !dry_run {
                // A Pod's deletion is graceful even with a grace period of 0: it is marked first, then removed.
                if kind == Kind::POD && changed {
                    self.store.put(object.clone(), write.cause, write.at);
                }
                self.store.remove(kind, key, write.cause, write.at);
            }
            return Ok(if kind == Kind::POD { Some(object) } else { None });
        }
        if !changed || dry_run {
            return Ok(Some(object));
        }
        Ok(Some(self.store.put(object, write.cause, write.at)))
    }
}

/// Seconds until the object may go: only Pods have any, and only while they may still run.
fn grace_period(object: &Object, options: &DeleteOptions) -> i64 {
    let Object::Pod(pod) = object else { return 0 };
    if pod.node_name.is_empty() || pod.terminal() {
        return 0;
    }
    let own = pod.spec.termination_grace_period_seconds;
    let asked = options.grace_period_seconds.unwrap_or(own);
    if asked < 0 { 1 } else { asked }
}

/// The finalizers after the propagation policy has had its say.
fn deletion_finalizers(object: &Object, propagation: Option<Propagation>) -> Rc<Vec<Str>> {
    let Some(meta) = object.meta_ref() else { return Rc::default() };
    let Some(policy) = propagation else { return meta.finalizers.clone() };
    let mut kept: Vec<Str> =
        meta.finalizers.iter().filter(|f| !matches!(&***f, ORPHAN | FOREGROUND)).cloned().collect();
    match policy {
        Propagation::Background => {}
        Propagation::Foreground => kept.push(FOREGROUND.into()),
        Propagation::Orphan => kept.push(ORPHAN.into()),
    }
    if kept == *meta.finalizers { meta.finalizers.clone() } else { Rc::new(kept) }
}

/// Begins a deletion, or shortens one that has begun; says whether anything changed.
fn mark(object: &mut Object, grace: i64, finalizers: Rc<Vec<Str>>, now: Time) -> bool {
    let is_namespace = object.kind() == Kind::NAMESPACE;
    let Some(meta) = object.meta_mut() else { return true };
    let mut changed = *meta.finalizers != *finalizers;
    meta.finalizers = finalizers;
    let shorter = meta.deletion_grace_period_seconds().is_none_or(|old| grace < old);
    let before = meta.deletion_timestamp();
    if before.is_none() || shorter {
        let at = Time(now.0 + grace);
        meta.delete_at(before.map_or(at, |old| old.min(at)), grace);
        if before.is_none() && meta.generation > 0 {
            meta.generation += 1;
        }
        changed = true;
    }
    if is_namespace && let Object::Other(namespace) = object {
        let body = &mut Rc::make_mut(namespace).body;
        body.insert("status".into(), api::json!({"phase": "Terminating"}));
    }
    changed
}
