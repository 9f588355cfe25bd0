//! How a Pod's stage is reported: phase, conditions, container statuses.
//!
//! Source: pkg/kubelet/{kubelet_pods,status/generate}.go, Kubernetes v1.36.

use super::images::{Catalogue, Image};
use super::pod_worker::{Ended, PodWorker, Run, RunState};
use crate::clock::Instant;
use api::objects::condition::{self, Condition, Truth};
use api::objects::pod::{ContainerState, ContainerStatus, Phase, Pod, Terminated};
use api::objects::pod_spec::Container;
use api::objects::text::Text;
use api::{Str, Value};
use std::net::Ipv4Addr;
use std::time::Duration;

/// Writes what the worker knows into a Pod's status; says whether anything differs.
pub(super) fn write(pod: &mut Pod, worker: &PodWorker, address: Ipv4Addr, images: &Catalogue, now: Instant) -> bool {
    let before = pod.status.clone();
    let inits = pod.spec.init_containers.len();
    let status = &mut pod.status;
    let ready = |index: usize| {
        let run = &worker.runs[index];
        match run.state {
            RunState::Running { since } => {
                let container = worker.container(index);
                let image = images.image(&container.image);
                !has_readiness_probe(container) || ready_at(container, &image, since).is_some_and(|at| at <= now)
            }
            _ => false,
        }
    };
    let statuses: Vec<ContainerStatus> =
        (0..worker.runs.len()).map(|index| container_status(worker, index, ready(index))).collect();
    let initialized = (0..inits).all(|i| worker.runs[i].succeeded() || worker.container(i).sidecar && worker.runs[i].running());
    if !matches!(status.phase, Phase::Succeeded | Phase::Failed) {
        status.phase = phase_of(worker, inits);
    }
    let phase = status.phase;
    let over = matches!(phase, Phase::Succeeded | Phase::Failed);
    status.start_time = status.start_time.or(Some(now.time()));
    if status.host_ip.is_empty() {
        status.host_ip = Str::from(address.to_string());
    }
    status.pod_ip = worker.address.or(status.pod_ip);
    status.observed_generation = pod.meta.generation;
    let unready: Vec<&str> = (inits..worker.runs.len())
        .filter(|index| !statuses[*index].ready)
        .map(|index| &*worker.container(index).name)
        .collect();
    let incomplete: Vec<&str> = (0..inits)
        .filter(|index| !worker.runs[*index].succeeded())
        .map(|index| &*worker.container(index).name)
        .collect();
    let sidecars_ready = (0..inits).all(|i| !worker.container(i).sidecar || statuses[i].ready);
    let mut new = Conditions { list: &mut status.conditions, now, generation: pod.meta.generation };
    new.set("PodReadyToStartContainers", worker.sandboxed && !over, "", String::new());
    if initialized {
        new.set("Initialized", true, if over { "PodCompleted" } else { "" }, String::new());
    } else {
        let text = format!("containers with incomplete status: [{}]", incomplete.join(" "));
        new.set("Initialized", false, "ContainersNotInitialized", text);
    }
    let all_ready = unready.is_empty() && initialized && sidecars_ready;
    for kind in ["Ready", "ContainersReady"] {
        match status_of(over, phase) {
            Some(reason) => new.set(kind, false, reason, String::new()),
            None if all_ready => new.set(kind, true, "", String::new()),
            None => {
                let text = format!("containers with unready status: [{}]", unready.join(" "));
                new.set(kind, false, "ContainersNotReady", text);
            }
        }
    }
    new.scheduled();
    let (init_statuses, main_statuses) = statuses.split_at(inits);
    pod.status.init_container_statuses = init_statuses.to_vec();
    pod.status.container_statuses = main_statuses.to_vec();
    pod.status != before
}

/// Why a Pod that is over is not ready.
fn status_of(over: bool, phase: Phase) -> Option<&'static str> {
    over.then_some(if phase == Phase::Succeeded { "PodCompleted" } else { "PodFailed" })
}

/// The kubelet's conditions, in its order, after those of others.
struct Conditions<'a> {
    list: &'a mut Vec<Condition>,
    now: Instant,
    generation: i64,
}

impl Conditions<'_> {
    fn set(&mut self, kind: &'static str, yes: bool, reason: &'static str, message: String) {
        let mut new = Condition::new(kind, Truth::of(yes), self.now.time());
        new.reason = reason.into();
        new.message = if message.is_empty() { Text::default() } else { message.into() };
        new.observed_generation = self.generation;
        condition::set(self.list, new);
    }

    /// PodScheduled is written last.
    fn scheduled(&mut self) {
        let place = self.list.iter().position(|c| c.kind == "PodScheduled");
        let mut condition = match place {
            Some(place) => self.list.remove(place),
            None => Condition::new("PodScheduled", Truth::True, self.now.time()),
        };
        condition.observed_generation = self.generation;
        self.list.push(condition);
    }
}

/// The phase, from how the containers stand (spec: controllers 6.5).
fn phase_of(worker: &PodWorker, inits: usize) -> Phase {
    let (init_runs, runs) = worker.runs.split_at(inits);
    let failed_for_good = |run: &Run| {
        matches!(&run.state, RunState::Ended { ended, restart_at: None, .. } if ended.code != 0)
    };
    let mut ordinary = init_runs.iter().enumerate().filter(|(i, _)| !worker.container(*i).sidecar).map(|(_, run)| run);
    if let Some(run) = ordinary.find(|run| !run.succeeded()) {
        return if failed_for_good(run) { Phase::Failed } else { Phase::Pending };
    }
    let ending = worker.pod.meta.terminating();
    let never_started = |run: &Run| {
        run.last.is_none() && matches!(run.state, RunState::Waiting | RunState::PullFailed { .. })
    };
    if runs.iter().any(never_started) {
        return if ending && runs.iter().all(|run| !run.running()) { Phase::Failed } else { Phase::Pending };
    }
    let over = |run: &Run| match &run.state {
        RunState::Ended { restart_at, .. } => restart_at.is_none() || ending,
        _ => false,
    };
    if !runs.iter().all(over) {
        return Phase::Running;
    }
    let well = runs.iter().all(|run| matches!(&run.state, RunState::Ended { ended, .. } if ended.code == 0));
    if well { Phase::Succeeded } else { Phase::Failed }
}

fn container_status(worker: &PodWorker, index: usize, ready: bool) -> ContainerStatus {
    let container = worker.container(index);
    let run = &worker.runs[index];
    let waiting = |reason: &'static str, message: String| ContainerState::Waiting {
        reason: reason.into(),
        message: if message.is_empty() { Text::default() } else { message.into() },
    };
    let has_inits = !worker.pod.spec.init_containers.is_empty();
    let (state, last) = match &run.state {
        RunState::Waiting if has_inits => (waiting("PodInitializing", String::new()), run.last.as_ref()),
        RunState::Waiting => (waiting("ContainerCreating", String::new()), run.last.as_ref()),
        RunState::PullFailed { error, backing_off, .. } => {
            let state = if error.contains("pull policy of Never") {
                waiting("ErrImageNeverPull", error.to_string())
            } else if *backing_off {
                let text = format!("Back-off pulling image \"{}\": ErrImagePull: {error}", container.image);
                waiting("ImagePullBackOff", text)
            } else {
                waiting("ErrImagePull", error.to_string())
            };
            (state, run.last.as_ref())
        }
        RunState::Running { since } => (ContainerState::Running { started_at: since.time() }, run.last.as_ref()),
        RunState::Ended { ended, back_off: Some(wait), .. } => {
            let text = format!(
                "back-off {} restarting failed container={} pod={}_{}({})",
                back_off_text(*wait),
                container.name,
                worker.pod.meta.name,
                worker.pod.meta.namespace,
                worker.uid
            );
            (waiting("CrashLoopBackOff", text), Some(ended))
        }
        RunState::Ended { ended, .. } => (terminated(ended), run.last.as_ref()),
    };
    let running = run.running();
    ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone(),
        state,
        last_state: last.map(terminated).unwrap_or_default(),
        ready: if container.sidecar || index >= worker.pod.spec.init_containers.len() { ready } else { run.succeeded() },
        started: Some(running),
        restart_count: run.restarts,
        container_id: run.id,
        pulled: run.pulled && run.id != 0,
    }
}

fn terminated(ended: &Ended) -> ContainerState {
    ContainerState::Terminated(Box::new(Terminated {
        exit_code: ended.code,
        reason: if ended.code == 0 { "Completed" } else { "Error" }.into(),
        message: Text::default(),
        started_at: ended.started.time(),
        finished_at: ended.finished.time(),
        container_id: ended.id,
    }))
}

/// `10s`, `1m20s`, `5m0s`, as Go prints durations.
fn back_off_text(wait: Duration) -> String {
    let seconds = wait.as_secs();
    if seconds < 60 { format!("{seconds}s") } else { format!("{}m{}s", seconds / 60, seconds % 60) }
}

fn has_readiness_probe(container: &Container) -> bool {
    container.raw["readinessProbe"].is_object()
}

/// When a running container passes its readiness probe: at once if it may be tried at the start, else at the first tick.
pub(super) fn ready_at(container: &Container, image: &Image, since: Instant) -> Option<Instant> {
    if !has_readiness_probe(container) || !image.ever_ready {
        return None;
    }
    let number = |key: &str, default: u64| container.raw["readinessProbe"].get(key).and_then(Value::as_u64).unwrap_or(default);
    let delay = Duration::from_secs(number("initialDelaySeconds", 0));
    if delay.is_zero() && image.ready_after.is_zero() {
        return Some(since);
    }
    let period = Duration::from_secs(number("periodSeconds", 10).max(1));
    let earliest = delay.max(image.ready_after);
    let ticks = earliest.as_nanos().div_ceil(period.as_nanos()).max(1) as u32;
    Some(since + period * ticks)
}
