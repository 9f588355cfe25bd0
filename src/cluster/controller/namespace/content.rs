//! Clearing a namespace that is being deleted: its Pods, then everything else, then the finalizer.
//!
//! What is left, and why, is written into the namespace's conditions.
//!
//! Models pkg/controller/namespace/deletion/{namespaced_resources_deleter,status_condition_utils}.go, Kubernetes v1.36.

use crate::apiserver::Key;
use crate::controller::Context;
use api::objects::Object;
use api::objects::condition::{self, Condition, ConditionForm, Truth};
use api::request::{DeleteOptions, Propagation};
use api::resource::Kind;
use api::{Str, Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How long objects with finalizers are thought to need: 15 s. Source: `finalizerEstimateSeconds`.
const FINALIZER_ESTIMATE: i64 = 15;

/// What came of it.
pub(super) struct Cleared {
    /// Something was written.
    pub(super) acted: bool,
    /// Something is left: look again after so long.
    pub(super) again_after: Option<Duration>,
}

/// Does as much as can be done now.
pub(super) fn clear(ctx: &mut Context<'_>, name: &Str) -> Cleared {
    let key = Key::new(&"".into(), name);
    if !ctx.api.get(Kind::NAMESPACE, &key).is_some_and(|found| found.meta().terminating()) {
        return Cleared { acted: false, again_after: None };
    }
    let mut left = Left::default();
    let mut acted = delete_all(ctx, Kind::POD, name, &mut left);
    if left.counts.is_empty() {
        for kind in Kind::all().filter(|kind| kind.namespaced() && *kind != Kind::POD) {
            acted |= delete_all(ctx, kind, name, &mut left);
        }
    }
    acted |= write_conditions(ctx, &key, &left);
    if !left.counts.is_empty() {
        let estimate = if left.seconds > 0 { left.seconds } else { FINALIZER_ESTIMATE };
        return Cleared { acted, again_after: Some(Duration::from_secs(estimate as u64 / 2 + 1)) };
    }
    // Without its finalizer it goes at once.
    let finalized = ctx.api.update(Kind::NAMESPACE, &key, |object| {
        let Object::Other(namespace) = object else { return false };
        Rc::make_mut(namespace).body.insert("spec".into(), json!({}));
        true
    });
    Cleared { acted: acted || finalized.is_ok(), again_after: None }
}

/// What is left after all deletions.
#[derive(Default)]
struct Left {
    /// Resource (with its group) and how many.
    counts: Vec<(String, usize)>,
    /// Finalizer and how many objects have it.
    finalizers: BTreeMap<Str, usize>,
    /// The longest grace period of what is left.
    seconds: i64,
}

/// Deletes what there is of a kind, and notes what stays.
fn delete_all(ctx: &mut Context<'_>, kind: Kind, namespace: &Str, left: &mut Left) -> bool {
    let keys: Vec<Key> = ctx.api.in_namespace(kind, namespace).map(Key::of).collect();
    let options = DeleteOptions { propagation: Some(Propagation::Background), ..DeleteOptions::default() };
    for key in &keys {
        // What is gone already needs no deleting.
        let _ = ctx.api.delete(kind, key, &options);
    }
    let mut count = 0;
    for object in ctx.api.in_namespace(kind, namespace) {
        count += 1;
        for finalizer in object.meta_ref().into_iter().flat_map(|meta| meta.finalizers.iter()) {
            *left.finalizers.entry(finalizer.clone()).or_default() += 1;
        }
        if let Object::Pod(pod) = object
            && !pod.terminal()
        {
            left.seconds = left.seconds.max(pod.spec.termination_grace_period_seconds);
        }
    }
    if count > 0 {
        left.counts.push((format!("{}.{}", kind.plural(), kind.group()), count));
    }
    !keys.is_empty()
}

fn write_conditions(ctx: &mut Context<'_>, key: &Key, left: &Left) -> bool {
    let now = ctx.api.time();
    let parts = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
    let resources = parts(&mut left.counts.iter().map(|(what, n)| format!("{what} has {n} resource instances")));
    let finalizers = parts(&mut left.finalizers.iter().map(|(what, n)| format!("{what} in {n} resource instances")));
    let fine = |kind: &'static str, reason: &'static str, message: &'static str| {
        Condition::new(kind, Truth::False, now).because(reason, message)
    };
    let remaining = match left.counts.is_empty() {
        true => fine("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"),
        false => Condition::new("NamespaceContentRemaining", Truth::True, now)
            .because("SomeResourcesRemain", format!("Some resources are remaining: {resources}")),
    };
    let held = match left.finalizers.is_empty() {
        true => {
            let message = "All content-preserving finalizers finished";
            fine("NamespaceFinalizersRemaining", "ContentHasNoFinalizers", message)
        }
        false => Condition::new("NamespaceFinalizersRemaining", Truth::True, now).because(
            "SomeFinalizersRemain",
            format!("Some content in the namespace has finalizers remaining: {finalizers}"),
        ),
    };
    let wanted = [
        fine("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
        fine(
            "NamespaceDeletionGroupVersionParsingFailure",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        fine(
            "NamespaceDeletionContentFailure",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        remaining,
        held,
    ];
    let mut changed = false;
    let _ = ctx.api.update(Kind::NAMESPACE, key, |object| {
        let Object::Other(namespace) = object else { return false };
        let body = &mut Rc::make_mut(namespace).body;
        let status = body.entry("status").or_insert_with(|| json!({}));
        let before: Value = status["conditions"].clone();
        let mut conditions = condition::list_from(&before);
        for condition in wanted {
            condition::set(&mut conditions, condition);
        }
        let after = condition::list_to(&conditions, ConditionForm::Plain);
        changed = after != before;
        status["conditions"] = after;
        changed
    });
    changed
}
