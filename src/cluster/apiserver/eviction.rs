//! Evictions: deletions of Pods that a PodDisruptionBudget may hold back.
//!
//! Whoever evicts is answered by the status of the Pod's budget, which the disruption controller writes; an eviction that passes is
//! taken off it at once, so that two can't pass on one count.
//!
//! Source: `pkg/registry/core/pod/storage/eviction.go`, Kubernetes v1.36.

use super::typed::Api;
use super::write::{Written, body_of};
use super::{ApiServer, Key, Write, unknown_path};
use api::meta::selector::LabelSelector;
use api::objects::Object;
use api::objects::condition::{self, Condition, Truth};
use api::objects::generic::Generic;
use api::objects::pod::{Phase, Pod};
use api::request::{Answer, Request};
use api::resource::Kind;
use api::status::{FieldError, Reason, Status};
use api::time::Time;
use std::rc::Rc;

impl ApiServer {
    /// The eviction subresource: a deletion that budgets may refuse.
    pub(super) fn evict(&mut self, request: &Request, write: Write) -> Written {
        let Object::Pod(pod) = self.find(request)?.clone() else { return Err(unknown_path()) };
        let may_just_go = pod.terminal() || pod.meta.terminating() || pod.status.phase == Phase::Pending;
        if !may_just_go && let Some(budget) = self.asked_budget(&pod)? {
            self.take_from_budget(&budget, request.dry_run, write)?;
        }
        let key = ApiServer::key_of(request);
        if !request.dry_run {
            Api::new(self, write.at, write.cause).update_pod(&key, mark_as_evicted(write.at.time()))?;
        }
        let mut options = request.delete.clone();
        let body = body_of(request).unwrap_or_default();
        if let Some(seconds) = body["deleteOptions"]["gracePeriodSeconds"].as_i64() {
            options.grace_period_seconds = Some(seconds);
        }
        self.delete(Kind::POD, &key, &options, request.dry_run, write)?;
        Ok((Answer::Success, Vec::new()))
    }

    /// The budget that has a say in a Pod's eviction: at most one may select it, and some let Pods that aren't ready go.
    fn asked_budget(&self, pod: &Pod) -> Result<Option<Rc<Generic>>, Status> {
        let here = |object: &Object| object.is_in(&pod.meta.namespace);
        let budgets = self.store.sorted(Kind::POD_DISRUPTION_BUDGET, here).into_iter();
        let mut matching = budgets.filter_map(|object| match object {
            Object::Other(budget) => {
                let selector = LabelSelector::from_value(&budget.body.get("spec")?["selector"]);
                selector.matches(&pod.meta.labels).then_some(budget)
            }
            _ => None,
        });
        let Some(budget) = matching.next() else { return Ok(None) };
        if matching.next().is_some() {
            let text =
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
            return Err(Status::new(Reason::InternalError, text));
        }
        let policy = budget.body.get("spec").map(|spec| spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow");
        let (healthy, desired) = (budget_count(budget, "currentHealthy"), budget_count(budget, "desiredHealthy"));
        let spared = policy == Some(true) || (healthy >= desired && desired > 0);
        Ok(Some(budget.clone()).filter(|_| pod.ready() || !spared))
    }

    /// Takes an eviction off what a budget allows, or says that it allows none.
    fn take_from_budget(&mut self, budget: &Generic, dry_run: bool, write: Write) -> Result<(), Status> {
        let (name, count) = (&budget.meta.name, |key| budget_count(budget, key));
        let (left, healthy, desired) = (count("disruptionsAllowed"), count("currentHealthy"), count("desiredHealthy"));
        let mut conditions = budget.body.get("status").and_then(|s| s["conditions"].as_array()).into_iter().flatten();
        let failed = conditions.find(|condition| condition["reason"] == "SyncFailed");
        let cause = if count("observedGeneration") < budget.meta.generation {
            format!("The disruption budget {name} is still being processed by the server.")
        } else if left > 0 {
            if !dry_run {
                let key = Key::new(&budget.meta.namespace, name);
                Api::new(self, write.at, write.cause)
                    .update(Kind::POD_DISRUPTION_BUDGET, &key, |object| one_less(object, left - 1, write.at.time()))?;
            }
            return Ok(());
        } else if let Some(condition) = failed {
            let why = condition["message"].as_str().unwrap_or_default();
            format!("The disruption budget {name} does not allow evicting pods currently because it failed sync: {why}")
        } else if healthy <= desired {
            format!("The disruption budget {name} needs {desired} healthy pods and has {healthy} currently")
        } else {
            format!("The disruption budget {name} does not allow evicting pods currently")
        };
        let text = "Cannot evict pod as it would violate the pod's disruption budget.";
        let mut refusal = Status::new(Reason::TooManyRequests, text);
        refusal.causes.push(FieldError { field: String::new(), message: cause, reason: "DisruptionBudget" });
        Err(refusal)
    }
}

fn budget_count(budget: &Generic, key: &str) -> i64 {
    budget.body.get("status").and_then(|status| status[key].as_i64()).unwrap_or(0)
}

/// A budget that has let a Pod go.
fn one_less(budget: &mut Object, left: i64, now: Time) -> bool {
    let Object::Other(budget) = budget else { return false };
    let Some(status) = Rc::make_mut(budget).body.get_mut("status") else { return false };
    status["disruptionsAllowed"] = left.into();
    if left == 0 && status["conditions"][0].is_object() {
        let condition = &mut status["conditions"][0];
        condition["status"] = "False".into();
        condition["reason"] = "InsufficientPods".into();
        condition["lastTransitionTime"] = now.to_string().into();
    }
    true
}

/// Says on a Pod why it goes. Source: pkg/registry/core/pod/storage/eviction.go.
fn mark_as_evicted(now: Time) -> impl FnOnce(&mut Pod) -> bool {
    move |pod| {
        let mut target = Condition::new("DisruptionTarget", Truth::True, now)
            .because("EvictionByEvictionAPI", "Eviction API: evicting");
        target.observed_generation = pod.meta.generation;
        condition::set(&mut pod.status.conditions, target);
        true
    }
}
