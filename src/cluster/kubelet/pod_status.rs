//! How a Pod's stage is reported: phase, conditions, container statuses.
//!
//! Thousands of Pods say the same at the same moment, so a list of conditions that was just made is shared.
//!
//! Source: pkg/kubelet/{kubelet_pods,status/generate,status/status_manager}.go, Kubernetes v1.36.

use super::plan::{Plan, incomplete_text, unready_text};
use super::pod_worker::PodWorker;
use super::run::{Ended, Run, RunState};
use crate::clock::Instant;
use api::Str;
use api::objects::condition::{Condition, Conditions, Truth};
use api::objects::pod::{ContainerState, ContainerStatus, Phase, Pod, PodStatus, Terminated, Waiting};
use api::objects::text::Text;
use api::time::Time;
use std::rc::Rc;
use std::time::Duration;

/// What `pod`'s status should be, as its worker knows it; `None`: it is so already.
pub(super) fn status(
    worker: &PodWorker,
    pod: &Pod,
    host_ip: &Str,
    recent: &mut Recent,
    now: Instant,
) -> Option<PodStatus> {
    let plan = &*worker.plan;
    let old = &pod.status;
    let phase = if pod.terminal() { old.phase } else { phase_of(&worker.runs, plan, worker.stopping) };
    let mut statuses: Vec<ContainerStatus> = Vec::with_capacity(worker.runs.len() - plan.inits);
    statuses.extend((plan.inits..worker.runs.len()).map(|index| container_status(worker, index)));
    let init_statuses: Vec<ContainerStatus> = (0..plan.inits).map(|index| container_status(worker, index)).collect();
    let wanted = wanted(worker, phase);
    let conditions = recent.follow(&old.conditions, wanted, pod.meta.generation, now);
    let pod_ip = worker.address.or(old.pod_ip);
    let same = old.phase == phase
        && conditions.is_none()
        && old.pod_ip == pod_ip
        && old.start_time.is_some()
        && old.observed_generation == pod.meta.generation
        && old.container_statuses == statuses
        && old.init_container_statuses == init_statuses;
    if same {
        return None;
    }
    Some(PodStatus {
        phase,
        reason: old.reason.clone(),
        message: old.message.clone(),
        conditions: conditions.unwrap_or_else(|| old.conditions.clone()),
        container_statuses: statuses,
        init_container_statuses: init_statuses,
        host_ip: host_ip.clone(),
        pod_ip,
        start_time: old.start_time.or(Some(worker.static_pod.as_ref().map_or(now, |own| own.since).time())),
        nominated_node_name: old.nominated_node_name.clone(),
        observed_generation: pod.meta.generation,
    })
}

/// What a kubelet says, in its order; the last is said by its having the Pod at all.
const KINDS: [&str; 5] = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

/// Per kind whether it is so, the reason and the message.
type Wanted = [(bool, Text, Text); KINDS.len()];

/// The list of conditions that was made last, and what the last question was: mostly the next one is the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    list: Conditions,
    old: Conditions,
    wanted: Wanted,
    generation: i64,
    at: Time,
    answer: Option<Conditions>,
}

impl Recent {
    /// What becomes of the conditions there are; `None`: they are what is wanted already.
    fn follow(&mut self, old: &Conditions, wanted: Wanted, generation: i64, now: Instant) -> Option<Conditions> {
        let at = now.time();
        let same = self.old.shares(old) && self.generation == generation && self.at == at && self.wanted == wanted;
        if !same {
            self.answer = match conditions(old, &wanted, generation, at) {
                Some(new) if new == *self.list => Some(self.list.clone()),
                Some(new) => {
                    self.list = new.into();
                    Some(self.list.clone())
                }
                None => None,
            };
            (self.old, self.wanted, self.generation, self.at) = (old.clone(), wanted, generation, at);
        }
        self.answer.clone()
    }
}

/// What a Pod's worker has to say.
fn wanted(worker: &PodWorker, phase: Phase) -> Wanted {
    let plan = &*worker.plan;
    let over = matches!(phase, Phase::Succeeded | Phase::Failed);
    let done = |index: usize| {
        let run = &worker.runs[index];
        if plan.parts[index].step { run.succeeded() } else { run.started }
    };
    let initialized = (0..plan.inits).all(done);
    let initialized = match (initialized, phase) {
        (_, Phase::Succeeded) => (true, Text::Word("PodCompleted"), Text::default()),
        (true, _) => (true, Text::default(), Text::default()),
        (false, _) => {
            let names = (0..plan.inits).filter(|index| !done(*index)).map(|index| &*plan.parts[index].container.name);
            let text = match (0..plan.inits).any(done) {
                true => incomplete_text(names),
                false => plan.none_complete.clone(),
            };
            (false, Text::Word("ContainersNotInitialized"), text)
        }
    };
    let ready = readiness(&worker.runs, plan, phase);
    let yes = |yes: bool| (yes, Text::default(), Text::default());
    [yes(worker.sandboxed && !over), initialized, ready.clone(), ready, yes(true)]
}

/// The conditions in the kubelet's order, after those of others; `None`: they are what is written already.
fn conditions(old: &Conditions, wanted: &Wanted, generation: i64, now: Time) -> Option<Vec<Condition>> {
    let wanted = KINDS.into_iter().zip(wanted);
    let others = old.len().saturating_sub(wanted.len());
    let unchanged = old.len() >= wanted.len()
        && wanted.clone().zip(&old[others..]).all(|((kind, (yes, reason, message)), is)| {
            is.kind == kind
                && is.status == Truth::of(*yes)
                && is.observed_generation == generation
                && is.reason == *reason
                && is.message == *message
        });
    if unchanged {
        return None;
    }
    let mine = |kind: &str| KINDS.contains(&kind);
    let mut list = Vec::with_capacity(wanted.len() + others);
    list.extend(old.iter().filter(|condition| !mine(&condition.kind)).cloned());
    for (kind, (yes, reason, message)) in wanted {
        let mut new = Condition::new(kind, Truth::of(*yes), now).because(reason.clone(), message.clone());
        new.observed_generation = generation;
        if let Some(before) = old.iter().find(|condition| condition.kind == kind)
            && before.status == new.status
        {
            new.last_transition_time = before.last_transition_time;
            new.last_seen_time = before.last_seen_time;
        }
        list.push(new);
    }
    Some(list)
}

/// Conditions Ready and ContainersReady.
fn readiness(runs: &[Run], plan: &Plan, phase: Phase) -> (bool, Text, Text) {
    match phase {
        Phase::Succeeded => return (false, Text::Word("PodCompleted"), Text::default()),
        Phase::Failed => return (false, Text::Word("PodFailed"), Text::default()),
        _ => {}
    }
    let lasting = || runs.iter().zip(&plan.parts).filter(|(_, part)| !part.step);
    if lasting().all(|(run, _)| run.ready) {
        return (true, Text::default(), Text::default());
    }
    let text = match lasting().any(|(run, _)| run.ready) {
        true => unready_text(lasting().filter(|(run, _)| !run.ready).map(|(_, part)| &*part.container.name)),
        false => plan.none_ready.clone(),
    };
    (false, Text::Word("ContainersNotReady"), text)
}

/// The phase, from how the containers stand.
pub(super) fn phase_of(runs: &[Run], plan: &Plan, ending: bool) -> Phase {
    for (run, part) in runs[..plan.inits].iter().zip(&plan.parts) {
        let done = if part.step { run.succeeded() } else { run.started };
        if done || ending {
            continue;
        }
        let failed = part.step && run.over().is_some();
        if failed || part.step || run.last().is_none() && !matches!(run.state, RunState::Ended(_)) {
            return if failed { Phase::Failed } else { Phase::Pending };
        }
    }
    let runs = &runs[plan.inits..];
    let never_ran = |run: &Run| run.last().is_none() && matches!(run.state, RunState::Waiting | RunState::NoImage(_));
    if runs.iter().any(never_ran) {
        return match ending && !runs.iter().any(Run::running) {
            true => Phase::Failed,
            false => Phase::Pending,
        };
    }
    let ended = |run: &Run| match &run.state {
        RunState::Ended(over) if ending || over.restart_at.is_none() => Some(over.ended.code),
        // A container without an image that ran before.
        RunState::NoImage(_) if ending => run.last().map(|ended| ended.code),
        _ => None,
    };
    let codes: Option<Vec<i64>> = match runs.iter().all(|run| ended(run).is_some()) {
        true => Some(runs.iter().filter_map(ended).collect()),
        false => None,
    };
    match codes {
        None => Phase::Running,
        Some(codes) if codes.iter().all(|code| *code == 0) => Phase::Succeeded,
        Some(_) => Phase::Failed,
    }
}

fn container_status(worker: &PodWorker, index: usize) -> ContainerStatus {
    let part = &worker.plan.parts[index];
    let (container, run) = (&part.container, &worker.runs[index]);
    let waiting = |reason: &'static str, message: Text| {
        ContainerState::Waiting(Rc::new(Waiting { reason: reason.into(), message }))
    };
    let mut last = run.last();
    let state = match &run.state {
        RunState::Waiting => ContainerState::Waiting(worker.plan.not_started.clone()),
        RunState::NoImage(missing) if missing.backing_off => {
            let text = format!("Back-off pulling image \"{}\": {}: {}", container.image, missing.reason, missing.error);
            waiting("ImagePullBackOff", text.into())
        }
        RunState::NoImage(missing) => waiting(missing.reason, missing.error.clone()),
        RunState::Running { since } => ContainerState::Running { started_at: since.time() },
        RunState::Stopping(ending) => ContainerState::Running { started_at: ending.since.time() },
        RunState::Ended(over) if over.backing_off && !worker.stopping => {
            last = Some(&over.ended);
            let wait = over.restart_at.map(|at| at.since(over.ended.finished)).unwrap_or_default();
            let (pod, name) = (&worker.pod.meta, &container.name);
            let text = format!(
                "back-off {} restarting failed container={name} pod={}_{}({})",
                wait_text(wait),
                pod.name,
                pod.namespace,
                pod.uid
            );
            waiting("CrashLoopBackOff", text.into())
        }
        RunState::Ended(over) => terminated(&over.ended),
    };
    ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone(),
        state,
        last_state: last.map(terminated).unwrap_or_default(),
        ready: if part.step { run.succeeded() } else { run.ready },
        started: Some(run.started),
        restart_count: i64::from(run.restarts),
        container_id: run.id,
        pulled: run.pulled && run.id != 0,
    }
}

fn terminated(ended: &Ended) -> ContainerState {
    ContainerState::Terminated(Box::new(Terminated {
        exit_code: ended.code,
        reason: match (ended.code, ended.told) {
            (0, _) => "Completed".into(),
            // Nobody told it to go, so it was the kernel: too much memory.
            (137, false) => "OOMKilled".into(),
            _ => "Error".into(),
        },
        message: Text::default(),
        started_at: ended.started.time(),
        finished_at: ended.finished.time(),
        container_id: ended.id,
    }))
}

/// `10s`, `1m20s`, `5m0s`, as Go prints durations.
fn wait_text(wait: Duration) -> String {
    let seconds = wait.as_secs();
    if seconds < 60 { format!("{seconds}s") } else { format!("{}m{}s", seconds / 60, seconds % 60) }
}

/// A Pod that is over by the kubelet's own word: refused, evicted, or in the way of a critical one.
pub(super) fn fail(pod: &mut Pod, reason: &Text, message: &Text, now: Instant) {
    let status = &mut pod.status;
    status.phase = Phase::Failed;
    status.reason = reason.clone();
    status.message = message.clone();
    status.start_time = status.start_time.or(Some(now.time()));
    status.observed_generation = pod.meta.generation;
}
