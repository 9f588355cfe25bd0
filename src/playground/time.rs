//! How virtual time follows the wall clock, and when running commands are looked after.
//!
//! Commands look again after every step that changed something, and at every half second of virtual time: moments that depend
//! on virtual time alone, so that a run can be repeated exactly.

use crate::Playground;
use api::objects::Object;
use cluster::clock::{Instant, Wake};
use std::cell::Cell;
use std::time::Duration;

/// How often commands look again though nothing changed.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Steps in one frame at the most, where no clock on a wall says how long they take; time then falls behind its speed.
const STEPS_PER_FRAME: u32 = 2500;
/// Steps that an act may take before it returns, likewise. What is left of a longer search is for the frames that follow.
const STEPS_PER_ACT: u32 = 20_000;
/// How much of a frame's sixteen milliseconds steps may have, where there is such a clock.
const STEPS_MS: f64 = 6.0;
/// How much of a frame, or of an act's answer, a command's work or a picture may have, likewise.
const WORK_MS: f64 = 10.0;
/// So many steps are taken between two looks at it.
const STEPS_BETWEEN_LOOKS: u32 = 4;
/// Time that the wall clock may claim at once: a tab that slept doesn't catch up.
const LONGEST_FRAME_MS: f64 = 250.0;
/// A search ends after this much virtual time, whether it found something or not.
const LONGEST_SEARCH: Duration = Duration::from_secs(3600);
/// When so long nothing but heartbeats happened, nothing else will: longer than any retry but a back-off.
const SETTLED: Duration = Duration::from_secs(20);

/// How time passes.
pub struct Clock {
    /// Held.
    pub paused: bool,
    /// Virtual seconds in one of the wall clock.
    pub speed: f64,
    /// When the scenario began.
    pub began: Instant,
    /// Whether it was held before the past was looked at.
    pub held_before: Option<bool>,
    /// What is searched for, and when the search ends.
    goal: Option<(Goal, Instant)>,
    /// Nanoseconds that are due and not yet run.
    owed: f64,
    next_look: Instant,
}

/// What time is to run to.
#[derive(Clone, Copy, PartialEq)]
pub enum Goal {
    /// Some object changes.
    NextChange,
    /// Nothing but heartbeats happens.
    Settled,
}

thread_local! {
    static WALL: Cell<Option<fn() -> f64>> = const { Cell::new(None) };
}

/// Gives a clock on the wall, in milliseconds since whenever: frames and acts end by it then, and what they had no time for is for
/// the frames that follow. Without one they end after so and so many steps.
pub fn watch_the_wall(wall: fn() -> f64) {
    WALL.set(Some(wall));
}

/// The steps that may be taken at once.
pub(crate) struct Allowance {
    steps: u32,
    patience: Patience,
}

impl Allowance {
    /// So many.
    pub(crate) fn of(steps: u32) -> Allowance {
        Allowance { steps, patience: Patience::default() }
    }

    /// As long as the clock on the wall allows, or so many if there is none.
    fn by_the_wall(steps: u32) -> Allowance {
        match WALL.get() {
            Some(_) => Allowance { steps: u32::MAX, patience: Patience::of(STEPS_MS) },
            None => Allowance::of(steps),
        }
    }

    fn is_by_the_wall(&self) -> bool {
        self.patience.until.is_some()
    }

    /// Whether one more may be taken.
    fn has_one_more(&mut self) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        !self.steps.is_multiple_of(STEPS_BETWEEN_LOOKS) || !self.patience.is_over()
    }
}

/// How long something may go on before the rest is left for the next frame.
#[derive(Default)]
pub struct Patience {
    /// The clock on the wall, and where it ends.
    until: Option<(fn() -> f64, f64)>,
}

impl Patience {
    /// From now on, where there is a clock on the wall; without one to the end.
    fn of(ms: f64) -> Patience {
        Patience { until: WALL.get().map(|wall| (wall, wall() + ms)) }
    }

    /// As long as a command's work or a picture may take at once.
    pub(crate) fn of_work() -> Patience {
        Patience::of(WORK_MS)
    }

    /// Whether it is at its end.
    pub fn is_over(&self) -> bool {
        self.until.is_some_and(|(wall, end)| wall() >= end)
    }
}

impl Clock {
    /// At the beginning of a scenario: running, ten times as fast as the wall clock.
    pub fn new(now: Instant) -> Clock {
        Clock {
            paused: false,
            speed: 10.0,
            began: now,
            held_before: None,
            goal: None,
            owed: 0.0,
            next_look: now + LOOK_AGAIN,
        }
    }

    /// Holds time, or lets it run; a search is over.
    pub fn hold(&mut self, paused: bool) {
        self.paused = paused;
        self.held_before = None;
        self.goal = None;
    }

    /// Whether something is searched for.
    pub fn pursues(&self) -> bool {
        self.goal.is_some()
    }

    /// Time is another: commands look again at the moments they would have, had it run there.
    pub fn travelled_to(&mut self, now: Instant) {
        self.owed = 0.0;
        self.goal = None;
        let looks = now.since(self.began).as_nanos() / LOOK_AGAIN.as_nanos() + 1;
        self.next_look = self.began + LOOK_AGAIN * looks as u32;
    }
}

impl Playground {
    /// Lets `wall_ms` of the wall clock pass; virtual time follows by its speed, and stops short when a frame's budget is spent.
    pub fn advance(&mut self, wall_ms: f64) {
        if self.exam_holds() {
            return;
        }
        self.revisions.picture += u64::from(self.lags());
        self.with_patience(|playground| {
            if playground.work_on() {
                return;
            }
            playground.advance_time(wall_ms);
            playground.play_on(wall_ms);
            playground.look_after_lesson();
            playground.follow_context();
            playground.look_after_forecast();
        });
    }

    /// What commands do until the end of this is done a part at a time, if there is a clock on the wall. Whether there is a part left
    /// says [`works`](Self::works).
    pub(crate) fn with_patience<T>(&mut self, work: impl FnOnce(&mut Playground) -> T) -> T {
        self.terminal.patience = Patience::of_work();
        let done = work(self);
        self.terminal.patience = Patience::default();
        done
    }

    /// Goes on with a command's work, and then with what was held back until it is done. Whether there was any: then no time passes.
    fn work_on(&mut self) -> bool {
        if !self.works() {
            return false;
        }
        self.work_part();
        while !self.works()
            && let Some(act) = self.held.pop_front()
        {
            self.act_now(act);
        }
        true
    }

    /// Does a part of a command's work. When it is done, the act it was part of has come to its end.
    fn work_part(&mut self) {
        let version = self.cluster.server().version();
        self.terminal.work_on(&mut self.cluster);
        self.after_commands(version);
        if !self.works() {
            self.conclude();
        }
    }

    /// Does at once all that is left to do: a command's work, and what was held back until it is done. For when the page is left.
    pub fn finish(&mut self) {
        self.finish_work();
        while let Some(act) = self.held.pop_front() {
            self.act_now(act);
        }
    }

    /// Does all that is left of a command's work.
    pub(crate) fn finish_work(&mut self) {
        let patience = std::mem::take(&mut self.terminal.patience);
        while self.works() {
            self.work_part();
        }
        self.terminal.patience = patience;
    }

    fn advance_time(&mut self, wall_ms: f64) {
        if self.clock.pursues() {
            self.search(STEPS_PER_FRAME);
            return;
        }
        if self.clock.paused {
            return;
        }
        self.clock.owed += wall_ms.clamp(0.0, LONGEST_FRAME_MS) * self.clock.speed * 1e6;
        let target = Instant(self.cluster.now().0 + self.clock.owed as u64);
        let begun = self.cluster.now();
        let finished = self.run_to(target, Allowance::by_the_wall(STEPS_PER_FRAME));
        let passed = self.cluster.now().since(begun).as_nanos() as f64;
        // What a full frame could not do is let go: time falls behind rather than piling up.
        self.clock.owed = if finished { self.clock.owed - passed } else { 0.0 };
        if passed > 0.0 {
            self.revisions.timeline += 1;
        }
    }

    /// Runs to a moment; says whether it came there within the steps allowed.
    pub(crate) fn run_to(&mut self, target: Instant, mut allowance: Allowance) -> bool {
        loop {
            let next = self.cluster.next_at().unwrap_or(Instant(u64::MAX));
            if next.min(self.clock.next_look) > target {
                self.cluster.run_until(target);
                return true;
            }
            if !allowance.has_one_more() || allowance.is_by_the_wall() && self.works() {
                return false;
            }
            self.take_step_or_look();
        }
    }

    /// Whatever comes first: the next step, or the moment at which commands look again. `None` when nothing ever comes.
    fn take_step_or_look(&mut self) -> Option<()> {
        self.finish_work();
        let look = self.clock.next_look;
        if self.cluster.next_at().is_none_or(|next| look < next) {
            self.cluster.run_until(look);
            self.clock.next_look = look + LOOK_AGAIN;
            self.look_after_commands();
            self.cluster.next_at().map(|_| ())
        } else {
            self.take_step().map(|_| ())
        }
    }

    /// One step, and what follows from it.
    pub(crate) fn take_step(&mut self) -> Option<Option<Wake>> {
        self.finish_work();
        let past = self.cluster.in_the_past();
        let moved = self.cluster.step()?;
        if past && !self.cluster.in_the_past() {
            self.clock.held_before = None;
        }
        if self.cluster.server().version() != moved.version_before {
            self.touch_changed(moved.version_before);
            self.watch_bounds();
            self.look_after_commands();
        }
        Some(moved.wake)
    }

    fn look_after_commands(&mut self) {
        if self.terminal.running() {
            let version = self.cluster.server().version();
            self.terminal.poll(&mut self.cluster);
            self.after_commands(version);
            self.notice_branch();
        }
    }

    /// The next step in which something happens.
    pub(crate) fn step_one(&mut self) {
        self.clock.hold(true);
        let limit = self.cluster.now() + LONGEST_SEARCH;
        while self.cluster.next_at().is_some_and(|at| at <= limit) {
            let version = self.cluster.server().version();
            if self.take_step_or_look().is_none() || self.cluster.server().version() != version {
                break;
            }
        }
        self.revisions.timeline += 1;
    }

    /// Runs until something is so, some of the way at once.
    pub(crate) fn pursue(&mut self, goal: Goal) {
        self.clock.goal = Some((goal, self.cluster.now() + LONGEST_SEARCH));
        self.search(STEPS_PER_ACT);
    }

    /// Goes on with a search.
    fn search(&mut self, steps: u32) {
        let mut allowance = Allowance::by_the_wall(steps);
        while let Some((goal, limit)) = self.clock.goal {
            if goal == Goal::Settled && self.settled() {
                self.clock.hold(true);
                break;
            }
            if self.cluster.next_at().is_none_or(|at| at > limit) {
                self.clock.goal = None;
                break;
            }
            if !allowance.has_one_more() || self.works() {
                break;
            }
            let version = self.cluster.server().version();
            self.take_step_or_look();
            if goal == Goal::NextChange && self.changed_since(version) {
                self.clock.goal = None;
            }
        }
        self.revisions.timeline += 1;
    }

    /// Whether an object changed that is more than a heartbeat or a remark.
    fn changed_since(&self, version: u64) -> bool {
        let mut changes = self.cluster.changes_after(version).into_iter().flatten();
        changes.any(|change| !matches!(change.object, Object::Lease(_) | Object::Event(_)))
    }

    /// Whether nothing but heartbeats has happened for a while.
    pub(crate) fn settled(&self) -> bool {
        self.cluster.now().since(self.cluster.last_change()) > SETTLED
    }

    /// Ready to repeat a run: steps are taken until this many were.
    pub(crate) fn repeat_until(&mut self, steps: u64, now: Instant) {
        while self.cluster.steps() < steps && self.take_step_or_look().is_some() {}
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
