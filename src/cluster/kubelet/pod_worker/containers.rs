//! Containers that run: they end, pass and fail their probes, and come due for a restart.

use super::{Context, Hands, PodWorker, Stage};
use crate::clock::Instant;
use crate::kubelet::plan::Part;
use crate::kubelet::probe::{NEVER, Purpose, Verdict};
use crate::kubelet::run::{Ending, Run, RunState, stopping};
use api::objects::text::Text;
use std::net::Ipv4Addr;
use std::time::Duration;

/// How often a back-off is spoken of: at every sync, 10 s apart.
const SPEAK_EVERY: Duration = Duration::from_secs(10);

impl PodWorker {
    /// A container has been created and started; the next one follows. Says whether there is something to report.
    pub(super) fn has_started(&mut self, container: usize, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        let now = ctx.api.now();
        hands.shared.runs += 1;
        self.say(ctx, hands.kubelet, false, "Created".into(), Text::from("Container created"), Some(container));
        self.say(ctx, hands.kubelet, false, "Started".into(), Text::from("Container started"), Some(container));
        let part = &self.plan.parts[container];
        let run = &mut self.runs[container];
        run.start(hands.shared.runs, now, part);
        open_probes(run, part, now);
        if self.stopping {
            (self.stage, self.until) = (Stage::Watch, NEVER);
            return true;
        }
        // A probe may pass at once, which lets the next one start.
        self.look_at_run(container, ctx, hands);
        self.start_next(ctx, hands)
    }

    /// A container whose image was changed is started anew; says whether there is something to report.
    pub(super) fn follow_spec(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        if self.plan.is_for(&self.pod.spec, &hands.shared.images) {
            return false;
        }
        let plan = hands.shared.plan(&self.pod.spec);
        let before = std::mem::replace(&mut self.plan, plan);
        let now = ctx.api.now();
        for index in 0..self.runs.len() {
            let changed = before.parts[index].container.image != self.plan.parts[index].container.image;
            if changed && let RunState::Running { .. } = self.runs[index].state {
                let part = &self.plan.parts[index];
                let text = format!("Container {} definition changed, will be restarted", part.container.name);
                self.say(ctx, hands.kubelet, false, "Killing".into(), text, Some(index));
                let grace = Duration::from_secs(self.pod.spec.termination_grace_period_seconds.max(0) as u64);
                tell_to_stop(&mut self.runs[index], &before.parts[index], grace, now);
            } else if changed && let RunState::NoImage(missing) = &mut self.runs[index].state {
                missing.retry_at = now;
            }
        }
        false
    }

    /// One container: has it ended, what do its probes say, is its wait to be spoken of? Says whether anything changed.
    pub(super) fn look_at_run(&mut self, container: usize, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        let now = ctx.api.now();
        let plan = self.plan.clone();
        let part = &plan.parts[container];
        let run = &mut self.runs[container];
        match &mut run.state {
            RunState::Running { since } => {
                let since = *since;
                if let Some(exit) = part.process.exits.filter(|exit| since + exit.after <= now) {
                    run.end(exit.code, since + exit.after, part.restarts);
                    return true;
                }
                self.probe(container, part, since, ctx, hands)
            }
            RunState::Stopping(ending) if ending.until <= now => {
                let (code, until) = (ending.code, ending.until);
                run.end(code, until, part.restarts);
                true
            }
            RunState::Stopping(_) => false,
            RunState::Ended(over) if over.restart_at.is_some_and(|at| at > now) && !self.stopping => {
                if !over.backing_off && over.speak_at == over.ended.finished {
                    // This sync sees the end; the next one speaks of the wait.
                    over.speak_at = now + hands.shared.pace.next_sync;
                    return false;
                }
                if over.speak_at > now {
                    return false;
                }
                let first = !std::mem::replace(&mut over.backing_off, true);
                over.speak_at = now + SPEAK_EVERY;
                let meta = &self.pod.meta;
                let text = format!(
                    "Back-off restarting failed container {} in pod {}_{}({})",
                    part.container.name, meta.name, meta.namespace, meta.uid
                );
                self.say(ctx, hands.kubelet, true, "BackOff".into(), text, Some(container));
                first
            }
            RunState::NoImage(missing) if missing.speak_at <= now && missing.retry_at > now => {
                let first = !std::mem::replace(&mut missing.backing_off, true);
                missing.speak_at = now + SPEAK_EVERY;
                let text = format!("Back-off pulling image \"{}\"", part.container.image);
                self.say(ctx, hands.kubelet, false, "BackOff".into(), text, Some(container));
                let error = Text::from("Error: ImagePullBackOff");
                self.say(ctx, hands.kubelet, true, "Failed".into(), error, Some(container));
                first
            }
            _ => false,
        }
    }

    /// Tries the probes that are due; says whether the container is now something else.
    fn probe(
        &mut self,
        container: usize,
        part: &Part,
        since: Instant,
        ctx: &mut Context<'_>,
        hands: &mut Hands<'_>,
    ) -> bool {
        let now = ctx.api.now();
        let address = self.address.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let mut changed = false;
        for (place, probe) in part.probes.iter().enumerate() {
            let run = &mut self.runs[container];
            let (was_started, was_ready) = (run.started, run.ready);
            let tried = run.more.as_mut().and_then(|more| more.tried.get_mut(place));
            let Some(tried) = tried.filter(|tried| tried.next <= now) else {
                continue;
            };
            let verdict = probe.attempt(tried, &part.process, &part.image, address, since, now);
            let passed = tried.passed;
            match probe.purpose {
                Purpose::Startup => run.started = passed,
                Purpose::Readiness => run.ready = passed && run.started,
                Purpose::Liveness => {}
            }
            if run.started && !was_started {
                open_probes(run, part, now);
            }
            changed |= (run.started, run.ready) != (was_started, was_ready);
            let Verdict::Bad(words, too_often) = verdict else { continue };
            let text = format!("{} probe failed: {words}", probe.purpose.title());
            self.say(ctx, hands.kubelet, true, "Unhealthy".into(), text, Some(container));
            if too_often && probe.purpose != Purpose::Readiness {
                let name = &part.container.name;
                let purpose = probe.purpose.title().to_ascii_lowercase();
                let text = format!("Container {name} failed {purpose} probe, will be restarted");
                self.say(ctx, hands.kubelet, false, "Killing".into(), text, Some(container));
                let own = probe.grace.unwrap_or(self.pod.spec.termination_grace_period_seconds.max(0) as u64);
                tell_to_stop(&mut self.runs[container], part, Duration::from_secs(own), now);
                return true;
            }
        }
        changed
    }

    /// The next moment at which something happens to a container by itself.
    pub(super) fn moment_of(&self, run: &Run, part: &Part, now: Instant) -> Instant {
        let soon = |at: Instant| if at > now { at } else { NEVER };
        match &run.state {
            RunState::Running { since } => {
                let end = part.process.exits.map_or(NEVER, |exit| *since + exit.after);
                run.tried().iter().map(|tried| tried.next).fold(soon(end), Instant::min)
            }
            RunState::Stopping(ending) => ending.until,
            RunState::Ended(over) if !self.stopping => match over.restart_at {
                Some(at) => soon(at).min(soon(over.speak_at)),
                None => NEVER,
            },
            RunState::NoImage(missing) if !self.stopping => soon(missing.retry_at).min(soon(missing.speak_at)),
            _ => NEVER,
        }
    }
}

/// The probes that may begin now: the startup probe first, the others when it has passed.
fn open_probes(run: &mut Run, part: &Part, now: Instant) {
    let Some(since) = run.since() else { return };
    let Some(all) = run.more.as_mut().map(|more| &mut more.tried).filter(|all| !all.is_empty()) else { return };
    let startup = part.probes.iter().position(|probe| probe.purpose == Purpose::Startup);
    let started = startup.is_none_or(|place| all[place].passed);
    run.started = started;
    for (probe, tried) in part.probes.iter().zip(all.iter_mut()) {
        let mine = probe.purpose == Purpose::Startup;
        if tried.next == NEVER && (mine != started) {
            tried.next = probe.first(since, now);
        }
    }
    let readiness = part.probes.iter().position(|probe| probe.purpose == Purpose::Readiness);
    run.ready = started && readiness.is_none_or(|place| all[place].passed);
}

/// A container is told to stop: its hook runs, SIGTERM follows, and SIGKILL when its grace is over.
pub(super) fn tell_to_stop(run: &mut Run, part: &Part, grace: Duration, now: Instant) {
    let RunState::Running { since } = run.state else { return };
    let (takes, code) = stopping(part, grace);
    let mut ending = Ending { since, until: now + takes, code };
    // It may end by itself before that.
    if let Some(exit) = part.process.exits.filter(|exit| since + exit.after < ending.until) {
        (ending.until, ending.code) = (since + exit.after, exit.code);
    }
    // Liveness and startup are not asked any more; readiness is, but a process that stops answers as it did.
    run.state = RunState::Stopping(Box::new(ending));
}
