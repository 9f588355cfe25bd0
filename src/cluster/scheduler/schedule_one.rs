//! One Pod's turn: the decision is carried out. Everything the scheduler writes is written here.
//!
//! Source: pkg/scheduler/schedule_one.go (`handleSchedulingFailure`, `bindingCycle`), framework/preemption/executor.go, v1.36.
//! Binding and preemption happen at once here; upstream does both in the background.

use super::decide::decide;
use super::message::{self, Diagnosis};
use super::preempt::{self, Outcome};
use super::queue::Waiting;
use super::{Context, Scheduler};
use crate::apiserver::Key;
use crate::apiserver::typed;
use crate::cause::{Actor, Cause};
use api::Str;
use api::objects::Object;
use api::objects::condition::{self, Condition, Truth};
use api::objects::pod::Pod;
use api::request::DeleteOptions;
use api::resource::Kind;
use api::status::Status;
use std::rc::Rc;

impl Scheduler {
    /// Tries the Pod whose turn it is; says whether others had to go for it.
    pub(super) fn try_next(&mut self, ctx: &mut Context<'_>) -> bool {
        let Some(waiting) = self.queue.pop(ctx.api.now()) else { return false };
        let mut waiting = Rc::unwrap_or_clone(waiting);
        let (version, cause) = waiting.trigger;
        ctx.api.answering(Cause::answer(Actor::Scheduler, version, cause));
        let pod = waiting.pod.clone();
        if pod.meta.terminating() {
            self.queue.nominate(&mut waiting, &"".into());
            let text = format!("skip schedule deleting pod: {}/{}", pod.meta.namespace, pod.meta.name);
            self.events.failed(ctx, &pod, text);
            return false;
        }
        if pod.pinned_node.is_none() {
            self.cache.keep_order();
        }
        let nominations = self.queue.nominations();
        match decide(&self.cache, nominations, &mut self.rotation, &pod, &waiting.nominated) {
            Ok(slot) => {
                self.bind(ctx, waiting, slot);
                false
            }
            Err(diagnosis) => self.fits_nowhere(ctx, waiting, &diagnosis),
        }
    }

    fn bind(&mut self, ctx: &mut Context<'_>, mut waiting: Waiting, slot: u32) {
        let pod = waiting.pod.clone();
        let node = self.cache.info(slot).name().clone();
        match ctx.api.bind(&key_of(&pod), &pod, &node) {
            Ok(bound) => {
                self.queue.nominate(&mut waiting, &"".into());
                if let Object::Pod(bound) = &bound {
                    self.cache.put_pod(bound);
                }
                self.events.scheduled(ctx, &pod, &node);
            }
            Err(status) => self.went_wrong(ctx, waiting, &status),
        }
    }

    /// The Pod has changed under the scheduler's eyes: it is gone, going or bound already.
    fn went_wrong(&mut self, ctx: &mut Context<'_>, mut waiting: Waiting, status: &Status) {
        let text = format!("binding rejected: running Bind plugin \"DefaultBinder\": {}", status.message);
        self.events.failed(ctx, &waiting.pod, message::cut(&text));
        if typed::is_gone(status) {
            self.queue.nominate(&mut waiting, &"".into());
            return;
        }
        report(ctx, &waiting.pod, "SchedulerError", text, None);
        self.queue.put_back_after_error(waiting, ctx.api.now());
    }

    fn fits_nowhere(&mut self, ctx: &mut Context<'_>, mut waiting: Waiting, diagnosis: &Diagnosis) -> bool {
        let pod = waiting.pod.clone();
        let mut text = diagnosis.text();
        let (mut nominate, mut candidate) = (None, None);
        if diagnosis.nodes > 0 {
            match preempt::preempt(&self.cache, self.queue.nominations(), &pod, &waiting.nominated, diagnosis) {
                Outcome::Victims(best) => {
                    nominate = Some(self.cache.info(best.slot).name().clone());
                    candidate = Some(best);
                }
                Outcome::NotEligible(why) => text = message::with_preemption(text, why),
                Outcome::Helpless(why) => {
                    text = message::with_preemption(text, &why);
                    nominate = Some("".into());
                }
            }
        }
        if let Some(node) = &nominate {
            self.queue.nominate(&mut waiting, node);
        }
        waiting.rejected_by = diagnosis.plugins;
        self.queue.put_in_pool(waiting, ctx.api.now());
        self.events.failed(ctx, &pod, message::cut(&text));
        report(ctx, &pod, "Unschedulable", text, nominate.as_ref());
        if let (Some(best), Some(node)) = (candidate, nominate) {
            self.make_room(ctx, &pod, &node, &best.victims);
            return true;
        }
        false
    }

    /// Deletes the victims; less important Pods that had room made for them on the node lose it.
    fn make_room(&mut self, ctx: &mut Context<'_>, pod: &Pod, node: &Str, victims: &[Rc<Pod>]) {
        for victim in victims.iter().filter(|victim| !victim.meta.terminating()) {
            let now = ctx.api.time();
            let marked = ctx.api.update_pod(&key_of(victim), |victim| {
                let text = "default-scheduler: preempting to accommodate a higher priority pod";
                let mut target = Condition::new("DisruptionTarget", Truth::True, now);
                target.observed_generation = victim.meta.generation;
                condition::set(&mut victim.status.conditions, target.because(preempt::BY_SCHEDULER, text));
                true
            });
            // Gone in the meantime: so much the better.
            if marked.and_then(|_| ctx.api.delete(Kind::POD, &key_of(victim), &DeleteOptions::default())).is_ok() {
                let text = format!("Preempted by pod {} on node {node}", pod.meta.uid);
                self.events.preempted(ctx, victim, text);
            }
        }
        let lower = self.queue.nominations().on(node).filter(|other| other.spec.priority < pod.spec.priority);
        for other in lower.cloned().collect::<Vec<_>>() {
            self.queue.withdraw_nomination(other.meta.uid);
            let _ = ctx.api.update_pod(&key_of(&other), |other| {
                let had = !other.status.nominated_node_name.is_empty();
                other.status.nominated_node_name = "".into();
                had
            });
        }
    }
}

/// Writes condition PodScheduled=False, and the nominated node if it is to change; nothing, if nothing is new.
fn report(ctx: &mut Context<'_>, pod: &Pod, reason: &'static str, text: String, nominate: Option<&Str>) {
    let now = ctx.api.time();
    // A Pod that is gone needs no report.
    let _ = ctx.api.update_pod(&key_of(pod), |pod| {
        let new_place = nominate.is_some_and(|node| pod.status.nominated_node_name != *node);
        if let (true, Some(node)) = (new_place, nominate) {
            pod.status.nominated_node_name = node.clone();
        }
        let old = condition::find(&pod.status.conditions, "PodScheduled");
        let same = old.is_some_and(|c| c.status == Truth::False && c.reason == reason && *c.message == *text);
        if !same {
            let mut scheduled = Condition::new("PodScheduled", Truth::False, now).because(reason, text);
            scheduled.observed_generation = pod.meta.generation;
            condition::set(&mut pod.status.conditions, scheduled);
        }
        new_place || !same
    });
}

fn key_of(pod: &Pod) -> Key {
    Key::new(&pod.meta.namespace, &pod.meta.name)
}
