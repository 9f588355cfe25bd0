//! One container of a Pod: what it is doing, how its last run ended, what its probes have seen.
//!
//! Kept small: a container that simply runs is a few dozen bytes; whatever happens seldom is boxed.

use super::plan::Part;
use super::probe::Tried;
use crate::clock::Instant;
use api::objects::pod_spec::RestartPolicy;
use api::objects::text::Text;
use std::time::Duration;

/// The first wait after a failed pull, and after a container's second exit; doubled each time. Source: `backOffPeriod`.
const BACK_OFF_BASE: Duration = Duration::from_secs(10);
/// The longest such wait: 5 min. Source: `MaxContainerBackOff`.
const BACK_OFF_MAX: Duration = Duration::from_secs(300);
/// A container that ran so long has its back-off forgotten: 10 min, twice the longest wait.
const BACK_OFF_RESET: Duration = Duration::from_secs(600);
/// What a process gets after its `preStop` hook has used up the grace period: 2 s. Source: `minimumGracePeriodInSeconds`.
const LAST_GRACE: Duration = Duration::from_secs(2);

/// How one container stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    /// What it is doing.
    pub state: RunState,
    /// Makes the id of the run in progress, or of the last; 0: never started.
    pub id: u64,
    /// How often it was started again.
    pub restarts: u32,
    /// The image is on the node.
    pub pulled: bool,
    /// Its startup probe has passed, or it has none.
    pub started: bool,
    /// Its readiness probe passes, or it has none.
    pub ready: bool,
    /// What only some containers have.
    pub more: Option<Box<More>>,
}

/// What is left of earlier runs, and what probes have seen of this one.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    /// How the run before ended.
    pub last: Option<Ended>,
    /// The last wait before a restart; zero: there was none yet.
    back_off: Option<Duration>,
    /// One for each probe.
    pub tried: Vec<Tried>,
}

/// What a container is doing.
#[derive(Clone, Debug, Default)]
pub(super) enum RunState {
    /// Not started yet.
    #[default]
    Waiting,
    /// It can't be started: its image isn't there.
    NoImage(Box<NoImage>),
    /// Runs.
    Running {
        /// Since when.
        since: Instant,
    },
    /// Was told to stop.
    Stopping(Box<Ending>),
    /// Ended, and starts again, or doesn't.
    Ended(Box<Over>),
}

/// An image that isn't there.
#[derive(Clone, Debug)]
pub(super) struct NoImage {
    /// `ErrImagePull`, `ErrImageNeverPull`, `InvalidImageName`
    pub reason: &'static str,
    /// The runtime's words.
    pub error: Text,
    /// When the next try is.
    pub retry_at: Instant,
    /// The wait before it.
    pub wait: Duration,
    /// The first report says `ErrImagePull`, later ones `ImagePullBackOff`.
    pub backing_off: bool,
    /// When it is spoken of next.
    pub speak_at: Instant,
}

/// A process that was told to stop.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    /// Since when it has run.
    pub since: Instant,
    /// When it ends.
    pub until: Instant,
    /// How.
    pub code: i64,
}

/// A process that ended.
#[derive(Clone, Debug)]
pub(super) struct Over {
    /// How.
    pub ended: Ended,
    /// When it is started again.
    pub restart_at: Option<Instant>,
    /// It waits in `CrashLoopBackOff`, and that has been said.
    pub backing_off: bool,
    /// When that is said next.
    pub speak_at: Instant,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ended {
    pub code: i64,
    pub started: Instant,
    pub finished: Instant,
    pub id: u64,
    /// It was told to, and did not end by itself.
    pub told: bool,
}

impl Run {
    /// Its process runs.
    pub fn running(&self) -> bool {
        matches!(self.state, RunState::Running { .. } | RunState::Stopping(_))
    }

    /// Since when it has run.
    pub fn since(&self) -> Option<Instant> {
        match &self.state {
            RunState::Running { since } => Some(*since),
            RunState::Stopping(ending) => Some(ending.since),
            _ => None,
        }
    }

    /// It ended, and stays so.
    pub fn over(&self) -> Option<&Ended> {
        match &self.state {
            RunState::Ended(over) if over.restart_at.is_none() => Some(&over.ended),
            _ => None,
        }
    }

    /// It ended well, for good.
    pub fn succeeded(&self) -> bool {
        self.over().is_some_and(|ended| ended.code == 0)
    }

    /// How the run before the present state ended.
    pub fn last(&self) -> Option<&Ended> {
        self.more.as_ref().and_then(|more| more.last.as_ref())
    }

    /// What probes have seen of it.
    pub fn tried(&self) -> &[Tried] {
        self.more.as_ref().map(|more| &*more.tried).unwrap_or_default()
    }

    /// Whether it may be started now.
    pub fn startable(&self, now: Instant) -> bool {
        match &self.state {
            RunState::Waiting => true,
            RunState::NoImage(missing) => missing.retry_at <= now,
            RunState::Ended(over) => over.restart_at.is_some_and(|at| at <= now),
            RunState::Running { .. } | RunState::Stopping(_) => false,
        }
    }

    /// Its process has started, as run `id`.
    pub fn start(&mut self, id: u64, now: Instant, part: &Part) {
        if let RunState::Ended(over) = &self.state {
            self.more.get_or_insert_default().last = Some(over.ended.clone());
        }
        if self.id != 0 {
            self.restarts += 1;
        }
        self.id = id;
        self.state = RunState::Running { since: now };
        self.started = true;
        self.ready = true;
        if !part.probes.is_empty() {
            self.more.get_or_insert_default().tried = part.probes.iter().map(Tried::new).collect();
        }
    }

    /// Its process has ended; whether and when it starts again follows from the policy and how often it did so.
    pub fn end(&mut self, code: i64, at: Instant, policy: RestartPolicy) {
        let Some(since) = self.since() else { return };
        let told = matches!(self.state, RunState::Stopping(_));
        let ended = Ended { code, started: since, finished: at, id: self.id, told };
        let again = match policy {
            RestartPolicy::Always => true,
            RestartPolicy::OnFailure => code != 0,
            RestartPolicy::Never => false,
        };
        let restart_at = again.then(|| {
            let more = self.more.get_or_insert_default();
            let forgotten = at.since(since) > BACK_OFF_RESET;
            // The first exit is followed by a restart at once, the next ones by growing waits.
            let wait = match more.back_off.filter(|_| !forgotten) {
                None => Duration::ZERO,
                Some(wait) => next_wait(wait),
            };
            more.back_off = Some(wait);
            at + wait
        });
        self.state = RunState::Ended(Box::new(Over { ended, restart_at, backing_off: false, speak_at: at }));
        (self.started, self.ready) = (false, false);
        if let Some(more) = &mut self.more {
            more.tried.clear();
        }
    }

    /// Its image isn't there; how it ended before is kept.
    pub fn lack_image(&mut self, missing: NoImage) {
        if let RunState::Ended(over) = &self.state {
            self.more.get_or_insert_default().last = Some(over.ended.clone());
        }
        self.state = RunState::NoImage(Box::new(missing));
    }

    /// The wait after one more failed pull.
    pub fn next_pull_wait(&self, first: Duration) -> Duration {
        match &self.state {
            RunState::NoImage(missing) => next_wait(missing.wait),
            _ => first,
        }
    }
}

fn next_wait(wait: Duration) -> Duration {
    if wait.is_zero() { BACK_OFF_BASE } else { (wait * 2).min(BACK_OFF_MAX) }
}

/// How long after being told to stop a container's process ends, and with which code: its hook first, then SIGTERM, and
/// SIGKILL (137) when the grace period is over.
pub(super) fn stopping(part: &Part, grace: Duration) -> (Duration, i64) {
    const KILLED: i64 = 137;
    if grace.is_zero() {
        return (grace, KILLED);
    }
    let hook = part.pre_stop.min(grace);
    let left = (grace - hook).max(LAST_GRACE);
    match part.process.on_term {
        Some(exit) if exit.after <= left => (hook + exit.after, exit.code),
        _ => (hook + left, KILLED),
    }
}
