//! Going about in the run: to another moment, back, to another line of events; and what follows from it for terminal, clock
//! and files.
//!
//! The cluster travels; files stay as they are, and so does what the terminal has printed. A command that holds the terminal waits
//! until time has come again to where it was, and ends with the line of events that it ran on.

use crate::run::{Run, Still};
use crate::stage::Stage;
use crate::view::{Branch, Timeline};
use crate::{Playground, save};
use cluster::clock::Instant;
use std::rc::Rc;
use std::time::Duration;

/// A moment kept for comparison.
pub struct Pinned {
    /// The cluster then.
    pub still: Rc<Still>,
    /// The line of events it lies on.
    pub line: u32,
}

/// How a line of events came to be the present one.
enum Came {
    /// Something was done in the past.
    ByAct,
    /// An act was undone.
    BackBefore(String),
    /// It was gone to.
    Over,
}

impl Playground {
    pub(crate) fn seek(&mut self, at_ms: f64) {
        let held = self.clock.held_before.unwrap_or(self.clock.paused);
        let moment = self.cluster.began() + Duration::from_nanos((at_ms.max(0.0) * 1e6) as u64);
        self.cluster.seek(moment);
        if self.cluster.in_the_past() {
            self.clock.paused = true;
            self.clock.held_before = Some(held);
        } else {
            self.clock.hold(held);
        }
        self.travelled();
    }

    pub(crate) fn return_to_now(&mut self) {
        self.cluster.return_to_now();
        self.clock.hold(self.clock.held_before.unwrap_or(self.clock.paused));
        self.travelled();
    }

    pub(crate) fn undo(&mut self) {
        let act = self.cluster.undoes().unwrap_or_default().to_string();
        if self.cluster.undo() {
            self.on_another_line(Came::BackBefore(act));
        }
    }

    pub(crate) fn redo(&mut self) {
        if self.cluster.redo() {
            self.on_another_line(Came::Over);
        }
    }

    pub(crate) fn show_branch(&mut self, branch: u32) {
        if self.cluster.show_branch(branch) {
            self.on_another_line(Came::Over);
        }
    }

    pub(crate) fn pin(&mut self) {
        self.pinned = Some(Pinned { still: self.cluster.still(), line: self.cluster.line_id() });
        self.revisions.comparison += 1;
    }

    pub(crate) fn unpin(&mut self) {
        self.pinned = None;
        self.revisions.comparison += 1;
    }

    /// Something was done in the past, if it was: what ran in its future ends.
    pub(crate) fn notice_branch(&mut self) {
        if self.cluster.take_forked() {
            if !self.terminal.may_go_on(&self.cluster) {
                self.terminal.interrupt();
            }
            self.begin_branch(Came::ByAct);
        }
    }

    /// The present line of events is another: what ran on the one that was left ends.
    fn on_another_line(&mut self, came: Came) {
        self.terminal.interrupt_running();
        self.cluster.diary_mut().files_moved();
        self.begin_branch(came);
        self.travelled();
    }

    fn begin_branch(&mut self, came: Came) {
        self.lesson_goes_back();
        let place = self.cluster.place();
        let words = self.branch_words(&came);
        save::note(self, place, save::Entry::fork(&words));
        self.clock.hold(self.clock.held_before.unwrap_or(self.clock.paused));
        self.say(&words);
    }

    fn branch_words(&self, came: &Came) -> String {
        let seconds = self.cluster.now().since(self.cluster.began()).as_secs();
        let clock = format!("{:02}:{:02}", seconds / 60, seconds % 60);
        match came {
            Came::ByAct => format!("done at {clock}: another course of events begins"),
            Came::BackBefore(act) => format!("back at {clock}, before: {act}"),
            Came::Over => match self.cluster.parted() {
                Some((_, Some(act))) => format!("at {clock}, on the course of events with: {act}"),
                _ => format!("at {clock}, on another course of events"),
            },
        }
    }

    /// A word on the course of events, in the terminal: a comment, as a shell has them.
    pub(crate) fn say(&mut self, words: &str) {
        self.terminal.note(&format!("# {words}"));
        self.revisions.terminal += 1;
    }

    /// The cluster is that of another moment: whatever was remembered of it is of no use.
    pub(crate) fn travelled(&mut self) {
        self.clock.travelled_to(self.cluster.now());
        self.looks.get_mut().forget();
        self.story.travelled(&self.cluster);
        self.touch_all();
    }
}

/// What the time bar shows.
pub fn timeline(playground: &Playground) -> Timeline {
    let (run, clock) = (&playground.cluster, &playground.clock);
    let ms = |moment: Instant| run.ms_since_began(moment);
    let branches: Vec<Branch> = run
        .branches()
        .map(|branch| Branch {
            id: branch.id,
            at_ms: branch.fork.map_or(0.0, |fork| ms(fork.at)),
            end_ms: ms(branch.end.1),
            act: branch.first_act.clone(),
        })
        .collect();
    let parted = run.parted().filter(|_| !branches.is_empty());
    Timeline {
        now_ms: ms(run.now()),
        end_ms: ms(run.end()),
        past: run.in_the_past(),
        paused: clock.paused && !clock.pursues(),
        pursuing: clock.pursues(),
        speed: clock.speed,
        settled: playground.settled(),
        marks: run.marks().cloned().collect(),
        undo: run.undoes().map(String::from),
        redo: run.redoes().map(String::from),
        line: parted.map(|(at, act)| Branch {
            id: run.line_id(),
            at_ms: ms(at),
            end_ms: ms(run.end()),
            act: act.map(String::from),
        }),
        branches,
        pinned_ms: playground.pinned.as_ref().map(|pinned| ms(pinned.still.cluster.now())),
    }
}

/// Lives a diary through; the run it leads to.
pub fn relive(diary: &save::Diary, end: crate::run::Place) -> Option<Run> {
    let mut playground = Playground::open(Stage::open(diary.scenario()).ok()?);
    save::live_through(&mut playground, diary.entries(), end)?;
    Some(playground.cluster)
}
