//! What containers have printed, for `kubectl logs`.
//!
//! Nothing is kept: a process does the same every time, so its lines follow from when it started.

use super::Kubelets;
use super::pod_worker::PodWorker;
use super::process::{DATE, HOSTNAME, Process};
use super::run::{Run, RunState};
use crate::clock::Instant;
use api::meta::Uid;
use api::objects::pod::Pod;
use api::status::{Reason, Status};
use std::time::Duration;

/// Of an endless loop the last rounds are kept, as of a log file that is rotated: 1000.
const ROUNDS: u128 = 1000;

impl Kubelets {
    /// What a container of a Pod has printed by now, or its run before; `None`: there is no such run.
    pub fn logs(&self, uid: Uid, container: &str, previous: bool, now: Instant) -> Option<String> {
        let kubelets = self.by_name.values().map(|slot| &self.slots[*slot as usize]);
        let worker = kubelets.flat_map(|kubelet| &kubelet.workers).find(|worker| worker.pod.meta.uid == uid)?;
        let index = worker.plan.parts.iter().position(|part| &*part.container.name == container)?;
        let (since, until) = span(worker.runs.get(index)?, previous, now)?;
        Some(printed(worker, &worker.plan.parts[index].process, since, until))
    }

    /// The answer to a request for a Pod's log, as its kubelet gives it.
    pub fn log(&self, pod: &Pod, container: &str, previous: bool, now: Instant) -> Result<String, Status> {
        let name = &pod.meta.name;
        if pod.node_name.is_empty() {
            return Err(Status::new(Reason::BadRequest, format!("pod {name} does not have a host assigned")));
        }
        let slot = self.by_name.get(&pod.node_name).map(|slot| &self.slots[*slot as usize]);
        if let Some(kubelet) = slot.filter(|kubelet| !kubelet.running) {
            let (address, namespace) = (&kubelet.address, &pod.meta.namespace);
            let what = format!("https://{address}:10250/containerLogs/{namespace}/{name}/{container}");
            let text = format!("Get \"{what}\": dial tcp {address}:10250: connect: connection refused");
            return Err(Status::new(Reason::Unknown, text));
        }
        if let Some(text) = self.logs(pod.meta.uid, container, previous, now) {
            return Ok(text);
        }
        let refuse = |text: String| Err(Status::new(Reason::BadRequest, text));
        if previous {
            return refuse(format!("previous terminated container \"{container}\" in pod \"{name}\" not found"));
        }
        let statuses = pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses);
        let status = statuses.into_iter().find(|status| &*status.name == container);
        match status.map(|status| &status.state) {
            Some(api::objects::pod::ContainerState::Waiting(waiting)) => {
                let why = match &*waiting.reason {
                    "ErrImagePull" | "ImagePullBackOff" => "trying and failing to pull image",
                    other => other,
                };
                refuse(format!("container \"{container}\" in pod \"{name}\" is waiting to start: {why}"))
            }
            // Another kubelet's, or gone with its machine.
            _ => refuse(format!("container \"{container}\" in pod \"{name}\" is not available")),
        }
    }
}

/// From when to when a run printed.
fn span(run: &Run, previous: bool, now: Instant) -> Option<(Instant, Instant)> {
    let last = run.last().map(|ended| (ended.started, ended.finished));
    match &run.state {
        RunState::Ended(over) if !previous || over.backing_off => Some((over.ended.started, over.ended.finished)),
        _ if previous => last,
        RunState::Running { since } => Some((*since, now)),
        RunState::Stopping(ending) => Some((ending.since, now)),
        _ => last,
    }
}

fn printed(worker: &PodWorker, process: &Process, since: Instant, until: Instant) -> String {
    let mut out = String::new();
    let mut print = |at: Instant, line: &str| {
        if at > until {
            return;
        }
        let line = line.replace(HOSTNAME, &worker.pod.meta.name);
        out.push_str(&if line.contains(DATE) { line.replace(DATE, &date(at)) } else { line });
        out.push('\n');
    };
    for (at, line) in &process.printed {
        print(since + *at, line);
    }
    if let Some(again) = &process.again {
        let rounds = until.since(since + again.from).as_nanos() / again.round.as_nanos().max(1);
        for round in rounds.saturating_sub(ROUNDS)..=rounds {
            let from = since + again.from + Duration::from_nanos((round * again.round.as_nanos()) as u64);
            for (at, line) in &again.lines {
                print(from + *at, line);
            }
        }
    }
    out
}

/// As `date` prints it: `Tue Nov 24 22:56:00 UTC 2026`.
fn date(at: Instant) -> String {
    let text = at.time().rfc1123z();
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [weekday, day, month, year, clock, _] => format!("{weekday} {month} {day:>2} {clock} UTC {year}"),
        _ => text,
    }
}
