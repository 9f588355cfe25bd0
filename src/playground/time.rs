//! How virtual time follows the wall clock, and when running commands are looked after.
//!
//! Commands look again after every step that changed something, and at every half second of virtual time: moments that depend
//! on virtual time alone, so that a run can be repeated exactly.

use crate::Playground;
use crate::view::{Mark, MarkKind, Timeline};
use api::objects::Object;
use cluster::Cluster;
use cluster::apiserver::Change;
use cluster::clock::{Instant, Wake};
use std::time::Duration;

/// How often commands look again though nothing changed.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Steps in one frame at the most, so that the page stays responsive; time then falls behind its speed.
const STEPS_PER_FRAME: u32 = 2500;
/// Time that the wall clock may claim at once: a tab that slept doesn't catch up.
const LONGEST_FRAME_MS: f64 = 250.0;
/// Marks kept on the time bar.
const MARKS: usize = 200;

/// The time bar's state.
pub struct Clock {
    /// Held.
    pub paused: bool,
    /// Virtual seconds in one of the wall clock.
    pub speed: f64,
    /// When the scenario began.
    pub began: Instant,
    /// Nanoseconds that are due and not yet run.
    owed: f64,
    next_look: Instant,
    marks: Vec<Mark>,
    last_change: Instant,
}

impl Clock {
    /// At the beginning of a scenario: running, ten times as fast as the wall clock.
    pub fn new(now: Instant) -> Clock {
        Clock {
            paused: false,
            speed: 10.0,
            began: now,
            owed: 0.0,
            next_look: now + LOOK_AGAIN,
            marks: Vec::new(),
            last_change: now,
        }
    }

    /// Milliseconds since the scenario's beginning.
    fn since_began(&self, now: Instant) -> f64 {
        now.since(self.began).as_secs_f64() * 1000.0
    }

    /// Marks an act.
    pub fn mark_act(&mut self, cluster: &Cluster, text: &str) {
        self.mark(cluster.now(), MarkKind::Act, text.lines().next().unwrap_or_default().to_string());
    }

    /// Marks a change for the worse: a Warning.
    pub fn mark_trouble(&mut self, change: &Change) {
        match &change.object {
            Object::Lease(_) => {}
            Object::Event(event) => {
                if event.warning && event.count == 1 {
                    let text = format!("{} {}: {}", event.involved.name, event.reason, event.message());
                    self.mark(change.at, MarkKind::Trouble, text);
                }
            }
            _ => self.last_change = change.at,
        }
    }

    fn mark(&mut self, at: Instant, kind: MarkKind, text: String) {
        let at_ms = self.since_began(at);
        if self.marks.len() == MARKS {
            self.marks.remove(0);
        }
        self.marks.push(Mark { at_ms, kind, text });
    }

    /// What the time bar shows.
    pub fn view(&self, cluster: &Cluster) -> Timeline {
        Timeline {
            now_ms: self.since_began(cluster.now()),
            paused: self.paused,
            speed: self.speed,
            settled: cluster.now().since(self.last_change) > Duration::from_secs(20),
            marks: self.marks.clone(),
        }
    }
}

impl Playground {
    /// Lets `wall_ms` of the wall clock pass; virtual time follows by its speed, and stops short when a frame's budget is spent.
    pub fn advance(&mut self, wall_ms: f64) {
        if self.clock.paused {
            return;
        }
        self.clock.owed += wall_ms.clamp(0.0, LONGEST_FRAME_MS) * self.clock.speed * 1e6;
        let target = Instant(self.cluster.now().0 + self.clock.owed as u64);
        let begun = self.cluster.now();
        let finished = self.run_to(target, STEPS_PER_FRAME);
        let passed = self.cluster.now().since(begun).as_nanos() as f64;
        // What a full frame could not do is let go: time falls behind rather than piling up.
        self.clock.owed = if finished { self.clock.owed - passed } else { 0.0 };
        if passed > 0.0 {
            self.revisions.timeline += 1;
        }
    }

    /// Runs to a moment; says whether it came there within the steps allowed.
    pub(crate) fn run_to(&mut self, target: Instant, mut steps: u32) -> bool {
        loop {
            let next = self.cluster.next_at().unwrap_or(Instant(u64::MAX));
            let look = self.clock.next_look;
            if next.min(look) > target {
                self.cluster.run_until(target);
                return true;
            }
            if steps == 0 {
                return false;
            }
            steps -= 1;
            if look < next {
                self.cluster.run_until(look);
                self.clock.next_look = look + LOOK_AGAIN;
                self.look_after_commands();
            } else {
                self.take_step();
            }
        }
    }

    /// One step, and what follows from it.
    pub(crate) fn take_step(&mut self) -> Option<Wake> {
        let step = self.cluster.step()?;
        if self.cluster.server().version() != step.version_before {
            self.touch_changed(step.version_before);
            self.look_after_commands();
        }
        Some(step.wake)
    }

    fn look_after_commands(&mut self) {
        if self.terminal.running() {
            let version = self.cluster.server().version();
            self.terminal.poll(&mut self.cluster);
            self.after_commands(version);
        }
    }

    /// The next step in which something happens.
    pub(crate) fn step_one(&mut self) {
        self.clock.paused = true;
        self.step_until(|version, playground| playground.cluster.server().version() != version);
    }

    /// Steps until an object changes that is more than a heartbeat or a remark.
    pub(crate) fn jump_to_next_change(&mut self) {
        self.step_until(|version, playground| {
            let changes = playground.cluster.changes_after(version).into_iter().flatten();
            changes.into_iter().any(|change| !matches!(change.object, Object::Lease(_) | Object::Event(_)))
        });
    }

    /// Steps until something is so, or an hour has passed.
    fn step_until(&mut self, done: impl Fn(u64, &Playground) -> bool) {
        let limit = self.cluster.now() + Duration::from_secs(3600);
        while self.cluster.next_at().is_some_and(|at| at <= limit) {
            let version = self.cluster.server().version();
            let look = self.clock.next_look;
            if self.cluster.next_at().is_some_and(|at| look < at) {
                self.cluster.run_until(look);
                self.clock.next_look = look + LOOK_AGAIN;
                self.look_after_commands();
            } else {
                self.take_step();
            }
            if done(version, self) {
                break;
            }
        }
        self.revisions.timeline += 1;
    }

    /// Ready to repeat a run: steps are taken until this many were.
    pub(crate) fn repeat_until(&mut self, steps: u64, now: Instant) {
        while self.cluster.steps() < steps {
            let next = self.cluster.next_at().unwrap_or(Instant(u64::MAX));
            let look = self.clock.next_look;
            if look < next {
                self.cluster.run_until(look);
                self.clock.next_look = look + LOOK_AGAIN;
                self.look_after_commands();
            } else if self.take_step().is_none() {
                break;
            }
        }
        while self.clock.next_look <= now {
            let look = self.clock.next_look;
            self.cluster.run_until(look.max(self.cluster.now()));
            self.clock.next_look = look + LOOK_AGAIN;
            self.look_after_commands();
        }
        if now > self.cluster.now() && self.cluster.next_at().is_none_or(|at| at > now) {
            self.cluster.run_until(now);
        }
    }
}
