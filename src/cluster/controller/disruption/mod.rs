//! The disruption controller: says of each PodDisruptionBudget how many of its Pods may be evicted now.
//!
//! It only counts; the API server holds evictions back by what stands in the budget's status, and takes one off for each that it
//! lets pass. Left out: `disruptedPods`, since here an evicted Pod is Terminating at once, and the event about a Pod with several
//! budgets.
//!
//! Models pkg/controller/disruption/disruption.go, Kubernetes v1.36.

#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::{Trigger, WorkQueue};
use crate::apiserver::typed::Api;
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::Instant;
use crate::informer::Informers;
use api::meta::Uid;
use api::meta::int_or_percent::IntOrPercent;
use api::meta::selector::LabelSelector;
use api::objects::Object;
use api::objects::event::EventSource;
use api::objects::pod::Pod;
use api::request::WatchType;
use api::resource::Kind;
use api::time::Time;
use api::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

/// The controller.
#[derive(Clone, Debug)]
pub struct DisruptionController {
    queue: WorkQueue<Key>,
    /// What the budgets select.
    budgets: BTreeMap<Key, LabelSelector>,
    source: Rc<EventSource>,
}

impl Default for DisruptionController {
    fn default() -> DisruptionController {
        let source = Rc::new(EventSource { component: "controllermanager".into(), host: "".into() });
        DisruptionController { queue: WorkQueue::default(), budgets: BTreeMap::new(), source }
    }
}

impl Controller for DisruptionController {
    fn take(&mut self, change: &Change, _informers: &Informers, _now: Instant) {
        let trigger = (change.version, change.cause);
        match (&change.object, &change.old) {
            (Object::Other(budget), _) if budget.kind == Kind::POD_DISRUPTION_BUDGET => {
                let key = Key::new(&budget.meta.namespace, &budget.meta.name);
                if change.kind == WatchType::Deleted {
                    self.budgets.remove(&key);
                    return;
                }
                let selector = budget.body.get("spec").map(|spec| LabelSelector::from_value(&spec["selector"]));
                self.budgets.insert(key.clone(), selector.unwrap_or_default());
                self.queue.add(key, trigger);
            }
            (Object::Pod(_), _) if self.budgets.is_empty() => {}
            (Object::Pod(pod), old) => {
                self.take_pod(pod, trigger);
                if let Some(Object::Pod(old)) = old
                    && !Rc::ptr_eq(&old.meta.labels, &pod.meta.labels)
                {
                    self.take_pod(old, trigger);
                }
            }
            _ => {}
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    fn timer(&mut self, _ctx: &mut Context<'_>) {}

    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        let Some((key, trigger)) = self.queue.take() else { return };
        ctx.api.answering(Cause::answer(Actor::DisruptionController, trigger.0, trigger.1));
        self.sync(ctx, &key);
    }
}

impl DisruptionController {
    /// The budgets that are to be counted.
    pub fn queue(&self) -> &WorkQueue<Key> {
        &self.queue
    }

    /// A Pod concerns the budgets that select it.
    fn take_pod(&mut self, pod: &Pod, trigger: Trigger) {
        for (key, selector) in &self.budgets {
            if key.namespace == pod.meta.namespace && selector.matches(&pod.meta.labels) {
                self.queue.add(key.clone(), trigger);
            }
        }
    }

    fn sync(&self, ctx: &mut Context<'_>, key: &Key) {
        let Some(Object::Other(budget)) = ctx.api.get(Kind::POD_DISRUPTION_BUDGET, key).cloned() else { return };
        let Some(selector) = self.budgets.get(key) else { return };
        let spec = budget.body.get("spec").cloned().unwrap_or_default();
        let selected = ctx.api.in_namespace(Kind::POD, &key.namespace).filter_map(|object| match object {
            Object::Pod(pod) if selector.matches(&pod.meta.labels) => Some(pod.clone()),
            _ => None,
        });
        let pods: Vec<Rc<Pod>> = selected.collect();
        let say = |ctx: &mut Context<'_>, warning, reason, text| {
            ctx.say((Kind::POD_DISRUPTION_BUDGET, &budget.meta), &self.source, warning, reason, text);
        };
        if pods.is_empty() {
            say(ctx, false, "NoPods", "No matching pods found".into());
        }
        let need = need(&ctx.api, &spec, &pods);
        match &need {
            Ok(need) if need.unmanaged => say(ctx, true, "UnmanagedPods", unmanaged(&spec["selector"])),
            Ok(_) => {}
            Err(why) => {
                let text = format!("Failed to calculate the number of expected pods: {why}");
                say(ctx, true, "CalculateExpectedPodCountFailed", text);
            }
        }
        let healthy = pods.iter().filter(|pod| !pod.meta.terminating() && pod.ready()).count() as i64;
        let (generation, now) = (budget.meta.generation, ctx.api.time());
        let _ = ctx.api.update(Kind::POD_DISRUPTION_BUDGET, key, |object| {
            let Object::Other(budget) = object else { return false };
            let old = budget.body.get("status").cloned().unwrap_or_default();
            let new = match &need {
                Ok(need) => counted(&old, need, healthy, generation, now),
                Err(why) => not_counted(&old, why, now),
            };
            if new == old {
                return false;
            }
            Rc::make_mut(budget).body.insert("status".into(), new);
            true
        });
    }
}

/// What a budget asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Need {
    /// How many Pods there should be.
    expected: i64,
    /// How many of them have to be healthy.
    healthy: i64,
    /// Some have no controller, whose number could be asked.
    unmanaged: bool,
}

/// Counts what a budget asks for. Only a plain `minAvailable` needs no look at the Pods' controllers.
fn need(api: &Api<'_>, spec: &Value, pods: &[Rc<Pod>]) -> Result<Need, String> {
    let given = |field: &str| IntOrPercent::from_value(&spec[field]).ok();
    if let Some(most) = given("maxUnavailable") {
        let (expected, unmanaged) = expected(api, pods)?;
        let most = i64::from(most.scaled_ceil(expected as i32));
        return Ok(Need { expected, healthy: (expected - most).max(0), unmanaged });
    }
    match given("minAvailable") {
        None => Ok(Need::default()),
        Some(IntOrPercent::Int(least)) => {
            Ok(Need { expected: pods.len() as i64, healthy: least.into(), unmanaged: false })
        }
        Some(least) => {
            let (expected, unmanaged) = expected(api, pods)?;
            Ok(Need { expected, healthy: least.scaled_ceil(expected as i32).into(), unmanaged })
        }
    }
}

/// How many Pods the controllers of these want together, and whether some have none.
fn expected(api: &Api<'_>, pods: &[Rc<Pod>]) -> Result<(i64, bool), String> {
    let (mut scales, mut unmanaged): (BTreeMap<Uid, i64>, bool) = (BTreeMap::new(), false);
    for pod in pods {
        let Some(owner) = pod.meta.controller() else {
            unmanaged = true;
            continue;
        };
        if let Entry::Vacant(place) = scales.entry(owner.uid) {
            place.insert(scale(api, pod)?);
        }
    }
    // ReplicaSets of one Deployment count once.
    let mut deployments: BTreeMap<Uid, i64> = BTreeMap::new();
    for pod in pods {
        if let Some(owner) = pod.meta.controller()
            && let Some(deployment) = deployment_of(api, pod)
            && let Some(scale) = scales.remove(&owner.uid)
        {
            deployments.insert(deployment, scale);
        }
    }
    Ok((scales.values().chain(deployments.values()).sum(), unmanaged))
}

/// The Deployment above a Pod's ReplicaSet.
fn deployment_of(api: &Api<'_>, pod: &Pod) -> Option<Uid> {
    let owner = pod.meta.controller().filter(|owner| &*owner.kind == "ReplicaSet")?;
    let above = api.get(Kind::REPLICA_SET, &Key::new(&pod.meta.namespace, &owner.name))?.meta_ref()?.controller()?;
    Some(above.uid).filter(|_| &*above.kind == "Deployment")
}

/// How many Pods the controller of one wants.
fn scale(api: &Api<'_>, pod: &Pod) -> Result<i64, String> {
    let nothing = || format!("found no controllers for pod {:?}", pod.meta.name);
    let owner = pod.meta.controller().ok_or_else(nothing)?;
    let kind = Kind::of_manifest(&owner.api_version, &owner.kind).ok_or_else(nothing)?;
    if !matches!(kind, Kind::REPLICA_SET | Kind::DEPLOYMENT | Kind::STATEFUL_SET) {
        return Err(format!("{} does not implement the scale subresource", kind.resource()));
    }
    let find = |kind: Kind, name| api.get(kind, &Key::new(&pod.meta.namespace, name));
    let replicas = match find(kind, &owner.name).filter(|object| object.meta().uid == owner.uid) {
        Some(Object::ReplicaSet(set)) => match set.meta.controller().filter(|above| &*above.kind == "Deployment") {
            Some(above) => match find(Kind::DEPLOYMENT, &above.name) {
                Some(Object::Deployment(deployment)) => Some(deployment.spec.replicas),
                _ => None,
            },
            None => Some(set.spec.replicas),
        },
        Some(Object::Deployment(deployment)) => Some(deployment.spec.replicas),
        Some(Object::Other(set)) => Some(set.body.get("spec").and_then(|spec| spec["replicas"].as_i64()).unwrap_or(1)),
        _ => None,
    };
    replicas.ok_or_else(nothing)
}

/// The status after a count.
fn counted(old: &Value, need: &Need, healthy: i64, generation: i64, now: Time) -> Value {
    let spare = if need.expected > 0 { (healthy - need.healthy).max(0) } else { 0 };
    let reason = if spare > 0 { "SufficientPods" } else { "InsufficientPods" };
    json!({
        "conditions": [condition(old, spare > 0, reason, "", generation, now)],
        "currentHealthy": healthy,
        "desiredHealthy": need.healthy,
        "disruptionsAllowed": spare,
        "expectedPods": need.expected,
        "observedGeneration": generation,
    })
}

/// The status when nothing could be counted: nobody may go.
fn not_counted(old: &Value, why: &str, now: Time) -> Value {
    let mut status = old.clone();
    let generation = old["observedGeneration"].as_i64().unwrap_or(0);
    status["disruptionsAllowed"] = 0.into();
    status["conditions"] = json!([condition(old, false, "SyncFailed", why, generation, now)]);
    status
}

fn condition(old: &Value, holds: bool, reason: &str, message: &str, generation: i64, now: Time) -> Value {
    let (status, before) = (if holds { "True" } else { "False" }, &old["conditions"][0]);
    let since = if before["status"] == status { before["lastTransitionTime"].clone() } else { now.to_string().into() };
    let mut condition = json!({
        "lastTransitionTime": since, "message": message, "reason": reason, "status": status, "type": "DisruptionAllowed",
    });
    if generation > 0 {
        condition["observedGeneration"] = generation.into();
    }
    condition
}

/// What is said of Pods without a controller; the selector stands there as Go prints it.
fn unmanaged(selector: &Value) -> String {
    let labels = selector["matchLabels"].as_object().into_iter().flatten();
    let labels: String = labels.map(|(key, value)| format!("{key}: {},", value.as_str().unwrap_or_default())).collect();
    let expressions = selector["matchExpressions"].as_array().into_iter().flatten();
    let expressions: String = expressions
        .map(|each| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
            let values: Vec<String> = each["values"].as_array().into_iter().flatten().map(text).collect();
            let (key, operator) = (text(&each["key"]), text(&each["operator"]));
            format!("LabelSelectorRequirement{{Key:{key},Operator:{operator},Values:[{}],}},", values.join(" "))
        })
        .collect();
    format!(
        "Pods selected by this PodDisruptionBudget (selector: &LabelSelector{{MatchLabels:map[string]string{{{labels}}},\
         MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}) were found to be unmanaged. As a result, the status \
         of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please \
         set \".spec.minAvailable\" field of the PDB to an integer value."
    )
}
