//! What comes with a namespace, and how one goes.
//!
//! Three small controllers of upstream in one: a new namespace gets its ServiceAccount `default` and its ConfigMap
//! `kube-root-ca.crt` (and gets them again when they are lost); a namespace that is being deleted loses its contents,
//! Pods first, and then its finalizer. Each change of a Terminating namespace is looked at five seconds later only.
//!
//! Models pkg/controller/serviceaccount, pkg/controller/certificates/rootcacertpublisher and pkg/controller/namespace
//! (with OrderedNamespaceDeletion), Kubernetes v1.36.

mod content;

#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::{Trigger, WorkQueue};
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant};
use crate::informer::Informers;
use api::objects::Object;
use api::objects::generic::Generic;
use api::request::WatchType;
use api::resource::Kind;
use api::{Str, Value, json};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// From a change of a Terminating namespace to the look at it: 5 s. Source: `namespaceDeletionGracePeriod`.
const DELETION_GRACE_PERIOD: Duration = Duration::from_secs(5);

const ACCOUNT: &str = "default";
const ROOT_CA: &str = "kube-root-ca.crt";

/// No certificate: nothing here is encrypted, and the file says so to whoever decodes it.
const CA_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\n\
    ZXZlcnlub2RlIGVuY3J5cHRzIG5vdGhpbmcsIHNvIHRoaXMgaXMgbm90IGEgY2Vy\n\
    dGlmaWNhdGUu\n\
    -----END CERTIFICATE-----\n";
const CA_DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal \
    endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions \
    of Kubernetes clusters.";

/// One thing to be done.
#[derive(Clone, Debug)]
enum Work {
    /// See to the ServiceAccount `default`.
    Account(Str),
    /// See to the ConfigMap with the root certificates.
    RootCa(Str),
    /// Look at a Terminating namespace later.
    Later(Str),
}

/// The controller.
#[derive(Clone, Debug, Default)]
pub struct NamespaceController {
    queue: VecDeque<(Work, Trigger)>,
    terminating: WorkQueue<Str>,
}

impl Controller for NamespaceController {
    fn take(&mut self, change: &Change, _informers: &Informers, _now: Instant) {
        let Object::Other(object) = &change.object else { return };
        let trigger = (change.version, change.cause);
        let gone = change.kind == WatchType::Deleted;
        let (name, namespace) = (&object.meta.name, &object.meta.namespace);
        match object.kind {
            Kind::NAMESPACE if gone => {}
            Kind::NAMESPACE if object.meta.terminating() => self.queue.push_back((Work::Later(name.clone()), trigger)),
            Kind::NAMESPACE if change.kind == WatchType::Added => {
                self.queue.push_back((Work::Account(name.clone()), trigger));
                self.queue.push_back((Work::RootCa(name.clone()), trigger));
            }
            Kind::SERVICE_ACCOUNT if gone && &**name == ACCOUNT => {
                self.queue.push_back((Work::Account(namespace.clone()), trigger));
            }
            Kind::CONFIG_MAP if &**name == ROOT_CA && (gone || object.body.get("data") != Some(&root_ca_data())) => {
                self.queue.push_back((Work::RootCa(namespace.clone()), trigger));
            }
            _ => {}
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty() || !self.terminating.is_empty()
    }

    fn timer(&mut self, ctx: &mut Context<'_>) {
        self.terminating.release(ctx.now());
    }

    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        let mut done = false;
        while !done {
            if let Some((work, trigger)) = self.queue.pop_front() {
                ctx.api.answering(Cause::answer(Actor::NamespaceController, trigger.0, trigger.1));
                done = match work {
                    Work::Account(namespace) => give_account(ctx, &namespace),
                    Work::RootCa(namespace) => give_root_ca(ctx, &namespace),
                    Work::Later(namespace) => {
                        self.look_after(ctx, namespace, DELETION_GRACE_PERIOD, trigger);
                        false
                    }
                };
            } else if let Some((namespace, trigger)) = self.terminating.take() {
                ctx.api.answering(Cause::answer(Actor::NamespaceController, trigger.0, trigger.1));
                let cleared = content::clear(ctx, &namespace);
                if let Some(delay) = cleared.again_after {
                    self.look_after(ctx, namespace, delay, trigger);
                }
                done = cleared.acted;
            } else {
                break;
            }
        }
    }
}

impl NamespaceController {
    fn look_after(&mut self, ctx: &mut Context<'_>, namespace: Str, delay: Duration, trigger: Trigger) {
        let at = ctx.now() + delay;
        self.terminating.add_at(namespace, at, trigger);
        ctx.wake_at(at, ControllerId::Namespace);
    }
}

/// Creates the ServiceAccount `default`, if the namespace lacks it and isn't going.
fn give_account(ctx: &mut Context<'_>, namespace: &Str) -> bool {
    if ctx.api.get(Kind::SERVICE_ACCOUNT, &Key::new(namespace, &ACCOUNT.into())).is_some() {
        return false;
    }
    create(ctx, Kind::SERVICE_ACCOUNT, &json!({"metadata": {"name": ACCOUNT, "namespace": &**namespace}}))
}

/// Creates the ConfigMap of root certificates, or puts it right.
fn give_root_ca(ctx: &mut Context<'_>, namespace: &Str) -> bool {
    let key = Key::new(namespace, &ROOT_CA.into());
    if ctx.api.get(Kind::CONFIG_MAP, &key).is_none() {
        let annotations = json!({"kubernetes.io/description": CA_DESCRIPTION});
        let meta = json!({"name": ROOT_CA, "namespace": &**namespace, "annotations": annotations});
        return create(ctx, Kind::CONFIG_MAP, &json!({"metadata": meta, "data": root_ca_data()}));
    }
    let mut changed = false;
    let _ = ctx.api.update(Kind::CONFIG_MAP, &key, |object| {
        if let Object::Other(map) = object {
            let before = Rc::make_mut(map).body.insert("data".into(), root_ca_data());
            changed = before != Some(root_ca_data());
        }
        changed
    });
    changed
}

/// A namespace on its way out refuses new objects; then there is nothing to be done.
fn create(ctx: &mut Context<'_>, kind: Kind, value: &Value) -> bool {
    ctx.api.create(Object::Other(Rc::new(Generic::from_value(kind, value)))).is_ok()
}

fn root_ca_data() -> Value {
    json!({"ca.crt": CA_CERTIFICATE})
}
