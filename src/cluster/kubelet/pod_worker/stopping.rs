//! The end of a Pod: containers are told to stop, sidecars after the others, and when all have ended the object goes.

use super::containers::tell_to_stop;
use super::{Context, Hands, PodWorker, Stage};
use crate::clock::Instant;
use crate::kubelet::key_of;
use crate::kubelet::probe::NEVER;
use crate::kubelet::run::{Run, RunState};
use crate::kubelet::{Kubelet, pod_status};
use api::objects::condition::{Condition, Truth};
use api::objects::text::Text;
use api::request::DeleteOptions;
use api::resource::Kind;
use std::rc::Rc;
use std::time::Duration;

impl PodWorker {
    /// The Pod is to go: its containers are told to stop. Told again, what is left of the grace may have become shorter.
    pub(super) fn stop(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        if self.stopping {
            self.shorten(now);
            return;
        }
        self.stopping = true;
        if self.stage == Stage::Over || !self.admitted {
            // Over, or never looked at: there is nothing to stop.
            (self.stage, self.until) = (Stage::Remove, now);
            return;
        }
        (self.stage, self.until) = (Stage::Watch, NEVER);
        self.say_killing(ctx, hands);
        self.tell_all(now, |worker, index| !worker.is_sidecar(index));
    }

    /// Tells some of the containers to stop, within what is left of the grace.
    fn tell_all(&mut self, now: Instant, which: impl Fn(&PodWorker, usize) -> bool) {
        let grace = self.grace();
        for index in 0..self.runs.len() {
            if which(self, index) {
                tell_to_stop(&mut self.runs[index], &self.plan.parts[index], grace, now);
            }
        }
    }

    fn grace(&self) -> Duration {
        Duration::from_secs(self.pod.meta.deletion_grace_period_seconds().unwrap_or(0).max(0) as u64)
    }

    fn is_sidecar(&self, index: usize) -> bool {
        index < self.plan.inits && !self.plan.parts[index].step
    }

    /// A second deletion with a shorter grace period.
    fn shorten(&mut self, now: Instant) {
        let limit = now + self.grace();
        for run in &mut self.runs {
            if let RunState::Stopping(ending) = &mut run.state
                && ending.until > limit
            {
                (ending.until, ending.code) = (limit, 137);
            }
        }
    }

    /// Sidecars are told when the others have ended, the last one first; when all have, the Pod is reported and removed. Says
    /// whether there is something to report.
    pub(super) fn go_on_stopping(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        let now = ctx.api.now();
        if self.stage == Stage::Remove {
            return false;
        }
        if self.runs.iter().any(|run| matches!(run.state, RunState::Stopping(_))) {
            return false;
        }
        if let Some(last) = self.runs.iter().rposition(Run::running) {
            self.tell_all(now, |_, index| index == last);
            return false;
        }
        self.report(ctx, hands);
        (self.stage, self.until) = (Stage::Remove, now + hands.shared.pace.removal);
        false
    }

    /// The object goes, if it is still this one.
    pub fn remove(&mut self, ctx: &mut Context<'_>) {
        let options =
            DeleteOptions { grace_period_seconds: Some(0), uid: Some(self.pod.meta.uid), ..DeleteOptions::default() };
        // Gone already is as good.
        let _ = ctx.api.delete(Kind::POD, &key_of(&self.pod), &options);
    }

    /// Says of each running container that it is being stopped.
    pub(super) fn say_killing(&self, ctx: &mut Context<'_>, hands: &Hands<'_>) {
        self.say_killing_by(ctx, hands.kubelet);
    }

    fn say_killing_by(&self, ctx: &mut Context<'_>, kubelet: &Kubelet) {
        for index in 0..self.runs.len() {
            if matches!(self.runs[index].state, RunState::Running { .. }) {
                let text = format!("Stopping container {}", self.plan.parts[index].container.name);
                self.say(ctx, kubelet, false, "Killing".into(), text, Some(index));
            }
        }
    }

    /// The node can't keep it: its containers are killed at once, and it is Failed for that reason.
    pub fn kill(
        &mut self,
        reason: &'static str,
        message: &Text,
        disruption: &Text,
        ctx: &mut Context<'_>,
        kubelet: &Kubelet,
    ) {
        let now = ctx.api.now();
        self.say(ctx, kubelet, true, reason.into(), message.clone(), None);
        self.say_killing_by(ctx, kubelet);
        for run in &mut self.runs {
            if let Some(since) = run.since() {
                let ending = crate::kubelet::run::Ending { since, until: now, code: 137 };
                run.state = RunState::Stopping(Box::new(ending));
                run.end(137, now, api::objects::pod_spec::RestartPolicy::Never);
            }
        }
        self.stopping = true;
        let mut own = pod_status::Recent::default();
        self.update(ctx, |worker, pod| {
            let pod = Rc::make_mut(pod);
            if let Some(status) = pod_status::status(worker, pod, &kubelet.address_text, &mut own, now) {
                pod.status = status;
            }
            pod_status::fail(pod, &reason.into(), message, now);
            let mut target = Condition::new("DisruptionTarget", Truth::True, now.time());
            target.observed_generation = pod.meta.generation;
            let conditions = &mut pod.status.conditions;
            conditions.retain(|condition| condition.kind != "DisruptionTarget");
            // The kubelet's own five stand last.
            let place = conditions.len().saturating_sub(5);
            conditions.insert(place, target.because("TerminationByKubelet", disruption.clone()));
            true
        });
        self.stopping = false;
        (self.stage, self.until) = (Stage::Over, NEVER);
    }
}
