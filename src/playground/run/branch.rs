//! Going to another moment, leaving a line of events for another, and coming back.

use super::{Line, Place, Run, Still};
use crate::save::Diary;
use crate::view::MarkKind;
use cluster::clock::Instant;
use std::rc::Rc;

/// Lines kept beside the present one.
const BRANCHES: usize = 12;

/// Where two lines part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fork {
    /// Inputs they have in common.
    pub played: usize,
    /// When.
    pub at: Instant,
}

/// A line that was left.
pub struct Branch {
    /// The number by which it is chosen.
    pub id: u32,
    /// Its name: its first act since it parted; `None` when it had none.
    pub first_act: Option<String>,
    /// Where it parted.
    pub fork: Option<Fork>,
    /// How far it had come.
    pub end: Place,
    kept: Kept,
}

/// What there is of a line that was left.
enum Kept {
    /// All of it, and the cluster at its end.
    Lived(Box<Line>, Rc<Still>),
    /// Its diary, since a reload.
    Written(Diary),
}

/// A moment to go to.
#[derive(Clone, Copy)]
enum Target {
    /// The end of a moment of virtual time.
    Moment(Instant),
    /// Just before an input.
    Before(usize),
}

impl Line {
    /// The first act after it parted from the line it shares its beginning with; `None` when it had none.
    fn first_act(&self) -> Option<&str> {
        let fork = self.fork.map_or(0, |fork| fork.played);
        self.tape.get(fork..)?.iter().find_map(|input| self.text_of(input.turn))
    }

    fn text_of(&self, turn: u32) -> Option<&str> {
        let of_turn = |marked: &&super::Marked| marked.turn == turn && marked.mark.kind == MarkKind::Act;
        self.marks.iter().find(of_turn).filter(|_| turn > 0).map(|marked| marked.mark.text.as_str())
    }

    /// The last act that begins before an input: the place of its first one.
    fn last_act(&self, before: usize) -> Option<usize> {
        let turns = self.tape[..before].iter().map(|input| input.turn).enumerate().rev();
        // What a command did later belongs to no act.
        let mut of_acts = turns.filter(|(_, turn)| *turn > 0).peekable();
        let turn = of_acts.peek()?.1;
        of_acts.take_while(|(_, its)| *its == turn).last().map(|(at, _)| at)
    }
}

impl Branch {
    fn left(line: Line, tip: Rc<Still>) -> Branch {
        Branch {
            id: line.id,
            first_act: line.first_act().map(String::from),
            fork: line.fork,
            end: tip.place(),
            kept: Kept::Lived(Box::new(line), tip),
        }
    }

    /// Its diary.
    pub fn diary(&self) -> &Diary {
        match &self.kept {
            Kept::Lived(line, _) => &line.diary,
            Kept::Written(diary) => diary,
        }
    }

    /// Nothing was done on it: it only leads back to what was undone.
    fn passing(&self) -> bool {
        matches!(&self.kept, Kept::Lived(line, _) if line.passing)
    }
}

impl Run {
    /// Shows the end of a moment. Moments that haven't come yet are the present.
    pub fn seek(&mut self, moment: Instant) {
        if moment >= self.end() {
            self.return_to_now();
        } else {
            self.leave_now();
            self.travel(Target::Moment(moment.max(self.began)));
        }
    }

    /// Shows where the line has come to.
    pub fn return_to_now(&mut self) {
        if let Some(tip) = self.tip.take() {
            self.show(&tip);
        }
    }

    /// Keeps the line's end, to come back to.
    fn leave_now(&mut self) {
        if self.tip.is_none() {
            self.tip = Some(self.still());
        }
    }

    /// The present moment, kept.
    pub fn still(&self) -> Rc<Still> {
        Rc::new(Still { cluster: self.cluster.clone(), played: self.played, last_change: self.last_change })
    }

    fn show(&mut self, still: &Still) {
        self.cluster = still.cluster.clone();
        self.played = still.played;
        self.last_change = still.last_change;
    }

    /// From the nearest still, or from here if that is nearer, the tape is played.
    fn travel(&mut self, target: Target) {
        let not_after = |still: &Still| match target {
            Target::Moment(moment) => still.cluster.now() <= moment,
            Target::Before(input) => still.played <= input,
        };
        let still = self.line.stills.before(not_after).clone();
        let here = self.place();
        let ahead = match target {
            Target::Moment(moment) => here.1 <= moment,
            Target::Before(input) => self.played <= input,
        };
        if !ahead || still.place() > here {
            self.show(&still);
        }
        match target {
            Target::Moment(moment) => {
                while self.next_at().is_some_and(|at| at <= moment) {
                    self.step();
                }
                self.run_until(moment);
            }
            Target::Before(input) => {
                while self.played < input && self.step().is_some() {}
                let place = self.line.tape[input].at;
                while self.cluster.steps() < place.0 && self.step().is_some() {}
                self.move_clock(place.1);
            }
        }
    }

    /// Something was done in the past: the line goes on from here, and what it was is kept as a branch.
    pub(super) fn fork(&mut self) {
        let Some(tip) = self.tip.take() else { return };
        self.part(tip, self.played);
        self.forked = true;
    }

    /// Leaves the present line after so many of its inputs, for a new one.
    fn part(&mut self, tip: Rc<Still>, played: usize) {
        let fork = Fork { played, at: self.cluster.now() };
        let mut left = self.line.clone();
        left.fork.get_or_insert(fork);
        let place = self.place();
        let now_ms = self.ms_since_began(place.1);
        let line = &mut self.line;
        line.id = self.lines;
        self.lines += 1;
        line.fork = Some(fork);
        let gone = line.tape.split_off(played);
        line.stills.cut(place, played);
        line.marks.retain(|marked| {
            let of_what_is_gone = marked.turn > 0 && gone.iter().any(|input| input.turn == marked.turn);
            marked.after <= played && marked.mark.at_ms <= now_ms && !of_what_is_gone
        });
        line.diary.cut(place, played);
        line.passing = true;
        self.keep(Branch::left(left, tip));
    }

    fn keep(&mut self, branch: Branch) {
        self.others.push(branch);
        if self.others.len() > BRANCHES {
            self.others.remove(0);
        }
    }

    /// Goes back to just before the last act, on a line without it. Says whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(input) = self.line.last_act(self.played) else { return false };
        let act = self.undoes().unwrap_or_default().to_string();
        let tip = self.tip.clone().unwrap_or_else(|| self.still());
        let left = self.line.id;
        self.tip = Some(tip.clone());
        self.travel(Target::Before(input));
        self.tip = None;
        self.part(tip, input);
        self.undone.push((left, act));
        true
    }

    /// Returns to what was undone last. Says whether there was something.
    pub fn redo(&mut self) -> bool {
        let Some((id, _)) = self.undone.pop() else { return false };
        self.switch(id)
    }

    /// What an undo would undo.
    pub fn undoes(&self) -> Option<&str> {
        let input = self.line.last_act(self.played)?;
        Some(self.line.text_of(self.line.tape[input].turn).unwrap_or_default())
    }

    /// What a redo would do again.
    pub fn redoes(&self) -> Option<&str> {
        let (id, act) = self.undone.last()?;
        self.others.iter().any(|branch| branch.id == *id).then_some(act.as_str())
    }

    /// A new act leaves what was undone among the branches.
    pub(super) fn forget_undone(&mut self) {
        self.undone.clear();
        self.others.retain(|branch| !branch.passing());
    }

    /// Goes to the end of a line that was left. The present line is kept in its place.
    pub fn show_branch(&mut self, id: u32) -> bool {
        let found = self.switch(id);
        self.forget_undone();
        found
    }

    fn switch(&mut self, id: u32) -> bool {
        let Some(index) = self.others.iter().position(|branch| branch.id == id) else { return false };
        let tip = self.tip.take().unwrap_or_else(|| self.still());
        let Branch { fork, end, kept, .. } = self.others.remove(index);
        let (line, end) = match kept {
            Kept::Lived(line, end) => (*line, end),
            Kept::Written(diary) => {
                let Some(run) = crate::travel::relive(&diary, end) else { return false };
                self.turns = self.turns.max(run.turns);
                let end = run.still();
                (Line { id, fork, ..run.line }, end)
            }
        };
        let left = std::mem::replace(&mut self.line, line);
        if !left.passing {
            self.keep(Branch::left(left, tip));
        }
        self.show(&end);
        true
    }

    /// A line that was left before a reload.
    pub fn add_written(&mut self, first_act: Option<String>, fork: Option<Fork>, diary: Diary, end: Place) {
        let id = self.lines;
        self.lines += 1;
        self.keep(Branch { id, first_act, fork, end, kept: Kept::Written(diary) });
    }

    /// Where the present line parted from another.
    pub fn fork_of_line(&self) -> Option<Fork> {
        self.line.fork
    }

    /// The same, said again after a reload.
    pub fn set_fork_of_line(&mut self, fork: Option<Fork>) {
        self.line.fork = fork;
    }

    /// The present line's number.
    pub fn line_id(&self) -> u32 {
        self.line.id
    }

    /// The lines beside the present one that are worth a name.
    pub fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.others.iter().filter(|branch| !branch.passing())
    }

    /// Where the present line parted from another, and its first act since.
    pub fn parted(&self) -> Option<(Instant, Option<&str>)> {
        self.line.fork.map(|fork| (fork.at, self.line.first_act()))
    }

    /// Whether a branch has begun since this was asked last.
    pub fn take_forked(&mut self) -> bool {
        std::mem::take(&mut self.forked)
    }
}
