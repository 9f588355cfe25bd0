//! A run: the cluster, everything that was done to it, and every moment of it so far.
//!
//! The cluster is a function of its seed and of what is done to it from outside, and when. [`Run`] is the only way to do
//! something to it, and writes each such input on a `tape`, with the step and the moment. So any moment can be had again: from
//! the nearest of the `stills` (copies of the cluster kept along the way) the tape is played up to it. Whatever is done there
//! begins a new line of events; the line that was left is kept as a `branch`.
//!
//! Reading goes straight to the cluster. Terminal and files are no part of this: they don't travel.

mod branch;
mod stills;
mod tape;
#[cfg(test)]
mod tests;

pub use branch::{Branch, Fork};
pub use stills::Still;

use crate::save::Diary;
use crate::view::{Mark, MarkKind};
use api::Str;
use api::objects::Object;
use api::request::{Request, Response, Verb};
use api::status::Status;
use cluster::Cluster;
use cluster::apiserver::Change;
use cluster::clock::{Instant, Wake};
use cluster::kubelet::eviction::Pressure;
use cluster::kubelet::machine::Machine;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;
use stills::Stills;
use tape::{Input, What};

/// How far a run has come: steps taken, then the moment.
pub type Place = (u64, Instant);

/// A line of events from the beginning of the scenario.
#[derive(Clone)]
pub struct Line {
    id: u32,
    /// Where it left the line it came from, or where the first line left it.
    fork: Option<Fork>,
    tape: Vec<Input>,
    stills: Stills,
    marks: Vec<Marked>,
    /// From which it is lived through again after a reload.
    pub diary: Diary,
    /// Nothing was done on it yet: it only leads back to what was undone.
    passing: bool,
}

/// A mark on the time bar, and to which input it belongs.
#[derive(Clone)]
struct Marked {
    turn: u32,
    /// Inputs on the tape when it was made.
    after: usize,
    mark: Mark,
}

/// What happened last.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    /// The version before it; changes after it are its.
    pub version_before: u64,
    /// The wake that was handled; `None` when the tape was played.
    pub wake: Option<Wake>,
}

/// The run.
pub struct Run {
    cluster: Cluster,
    began: Instant,
    /// When an object last changed that is more than a heartbeat.
    last_change: Instant,
    line: Line,
    /// Inputs of the tape that the cluster has had.
    played: usize,
    /// Where the line ends, while an earlier moment is looked at.
    tip: Option<Rc<Still>>,
    others: Vec<Branch>,
    /// Lines that an undo has left, and the act it undid, the last one last.
    undone: Vec<(u32, String)>,
    lines: u32,
    /// The learner's present act, and how many there were.
    turn: Option<u32>,
    turns: u32,
    /// How often a machine was switched on or off.
    machines: u64,
    /// The act that last switched a machine on or off, by its name.
    switched: BTreeMap<Str, u32>,
    /// A branch has begun that nobody was told of.
    forked: bool,
}

/// Marks kept on the time bar.
const MARKS: usize = 200;

impl Deref for Run {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.cluster
    }
}

impl Run {
    /// A run that begins with this cluster.
    pub fn new(cluster: Cluster, diary: Diary) -> Run {
        let began = cluster.now();
        let first = Still { cluster: cluster.clone(), played: 0, last_change: began };
        Run {
            began,
            last_change: began,
            line: Line {
                id: 0,
                fork: None,
                tape: Vec::new(),
                stills: Stills::new(first),
                marks: Vec::new(),
                diary,
                passing: false,
            },
            played: 0,
            tip: None,
            others: Vec::new(),
            undone: Vec::new(),
            lines: 1,
            turn: None,
            turns: 0,
            machines: 0,
            switched: BTreeMap::new(),
            forked: false,
            cluster,
        }
    }

    /// When the scenario began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Milliseconds from the scenario's beginning to a moment.
    pub fn ms_since_began(&self, moment: Instant) -> f64 {
        moment.since(self.began).as_secs_f64() * 1000.0
    }

    /// How far the run has come where it is looked at.
    pub fn place(&self) -> Place {
        (self.cluster.steps(), self.cluster.now())
    }

    /// When an object last changed that is more than a heartbeat or a remark.
    pub fn last_change(&self) -> Instant {
        self.last_change
    }

    /// Whether an earlier moment is looked at than the line has come to.
    pub fn in_the_past(&self) -> bool {
        self.tip.is_some()
    }

    /// Grows with everything that may have switched a machine on or off.
    pub fn machines(&self) -> u64 {
        self.machines
    }

    /// The moment that the line has come to.
    pub fn end(&self) -> Instant {
        self.end_place().1
    }

    /// How far the line has come.
    pub fn end_place(&self) -> Place {
        self.tip.as_ref().map_or(self.place(), |tip| tip.place())
    }

    /// The moment of the next step, or of the next input on the tape.
    pub fn next_at(&self) -> Option<Instant> {
        self.due().map(|input| input.at.1).or_else(|| self.cluster.next_at())
    }

    /// The act that last switched a machine on or off: what its kubelet and the node controller do of themselves follows from it.
    pub fn switched_by(&self, machine: &Str) -> u32 {
        self.switched.get(machine).copied().unwrap_or(0)
    }

    /// The input that comes before the next step.
    fn due(&self) -> Option<&Input> {
        self.line.tape.get(self.played).filter(|input| input.at.0 == self.cluster.steps())
    }

    /// Takes the next step, or plays the next input.
    pub fn step(&mut self) -> Option<Moved> {
        let version_before = self.cluster.server().version();
        let wake = if let Some(input) = self.due().cloned() {
            self.move_clock(input.at.1);
            input.play(&mut self.cluster);
            self.played += 1;
            self.machines += 1;
            None
        } else {
            // A frame may have ended in the midst of a moment: what is left of it is new.
            self.arrive();
            Some(self.cluster.step()?.wake)
        };
        self.notice_change(version_before);
        if self.tip.is_none() {
            self.line.stills.keep(&self.cluster, self.played, self.last_change);
        }
        self.arrive();
        Some(Moved { version_before, wake })
    }

    /// Moves the clock to a moment before which nothing is due.
    pub fn run_until(&mut self, moment: Instant) {
        let moment = self.tip.as_ref().map_or(moment, |tip| moment.min(tip.cluster.now()));
        self.move_clock(moment);
        self.arrive();
    }

    fn move_clock(&mut self, moment: Instant) {
        if moment > self.cluster.now() {
            self.cluster.run_until(moment);
        }
    }

    /// The past that was looked at has come to where the line ends: it is the present again.
    fn arrive(&mut self) {
        let here = self.place();
        if self.tip.as_ref().is_some_and(|tip| here >= tip.place() && self.played == self.line.tape.len()) {
            self.tip = None;
        }
    }

    fn notice_change(&mut self, version_before: u64) {
        if self.cluster.server().version() == version_before {
            return;
        }
        let weighs = |change: &Change| !matches!(change.object, Object::Lease(_) | Object::Event(_));
        if self.cluster.changes_after(version_before).into_iter().flatten().any(weighs) {
            self.last_change = self.cluster.now();
        }
    }

    // What is done to the cluster from outside. Each has the name it has there.

    /// See [`Cluster::begin_act`].
    pub fn begin_act(&mut self) -> u32 {
        self.cluster.begin_act()
    }

    /// See [`Cluster::request`].
    pub fn request(&mut self, request: &Request) -> Result<Response, Status> {
        if matches!(request.verb, Verb::Get | Verb::List | Verb::Watch) {
            return self.cluster.request(request);
        }
        let state = |cluster: &Cluster| (cluster.server().version(), cluster.server().random_state());
        let before = state(&self.cluster);
        let answer = self.cluster.request(request);
        if state(&self.cluster) != before {
            self.record(What::Request(request.clone()));
            self.notice_change(before.0);
        }
        answer
    }

    /// See [`Cluster::add_machine`].
    pub fn add_machine(&mut self, machine: Machine) {
        self.put(What::AddMachine(machine));
    }

    /// See [`Cluster::remove_machine`].
    pub fn remove_machine(&mut self, name: &Str) {
        self.put(What::RemoveMachine(name.clone()));
    }

    /// See [`Cluster::stop_kubelet`].
    pub fn stop_kubelet(&mut self, name: &Str) {
        self.put(What::StopKubelet(name.clone()));
    }

    /// See [`Cluster::start_kubelet`].
    pub fn start_kubelet(&mut self, name: &Str) {
        self.put(What::StartKubelet(name.clone()));
    }

    /// See [`Cluster::set_pressure`].
    pub fn set_pressure(&mut self, name: &Str, pressure: Pressure, short: bool) {
        self.put(What::SetPressure(name.clone(), pressure, short));
    }

    /// See [`Cluster::set_network`].
    pub fn set_network(&mut self, name: &Str, works: bool) {
        self.put(What::SetNetwork(name.clone(), works));
    }

    fn put(&mut self, what: What) {
        what.play(&mut self.cluster);
        self.machines += 1;
        if let Some(machine) = what.machine() {
            self.switched.insert(machine.clone(), self.cluster.act());
        }
        self.last_change = self.cluster.now();
        self.record(what);
    }

    /// Writes on the tape what was just done. In the past, that begins a branch.
    fn record(&mut self, what: What) {
        self.fork();
        self.line.passing = false;
        self.forget_undone();
        let turn = self.turn.unwrap_or(0);
        self.line.tape.push(Input { at: self.place(), act: self.cluster.act(), turn, what: Rc::new(what) });
        self.played = self.line.tape.len();
        self.line.stills.keep(&self.cluster, self.played, self.last_change);
    }

    // The learner's acts.

    /// What is done until [`end_turn`](Self::end_turn) is one act, to be undone as one.
    pub fn begin_turn(&mut self) {
        self.turns += 1;
        self.turn = Some(self.turns);
    }

    /// See [`begin_turn`](Self::begin_turn).
    pub fn end_turn(&mut self) {
        self.turn = None;
    }

    /// Marks an act on the time bar, by the line it stands for.
    pub fn mark_act(&mut self, line: &str) {
        self.mark(self.cluster.now(), MarkKind::Act, line.lines().next().unwrap_or_default().to_string());
    }

    /// Marks a change for the worse: a Warning. The past has its marks already.
    pub fn mark_trouble(&mut self, version_before: u64) {
        if self.tip.is_some() {
            return;
        }
        let found = self.cluster.changes_after(version_before).into_iter().flatten();
        let new: Vec<(Instant, String)> = found
            .filter_map(|change| match &change.object {
                Object::Event(event) if event.words.warning && event.count == 1 => {
                    Some((change.at, format!("{} {}: {}", event.involved.name, event.words.reason, event.message())))
                }
                _ => None,
            })
            .collect();
        for (at, text) in new {
            self.mark(at, MarkKind::Trouble, text);
        }
    }

    fn mark(&mut self, at: Instant, kind: MarkKind, text: String) {
        let at_ms = self.ms_since_began(at);
        let marks = &mut self.line.marks;
        if marks.len() == MARKS {
            // Trouble goes first: it comes by the dozen.
            let trouble = marks.iter().position(|marked| marked.mark.kind == MarkKind::Trouble);
            marks.remove(trouble.unwrap_or(0));
        }
        let marked = Marked { turn: self.turn.unwrap_or(0), after: self.played, mark: Mark { at_ms, kind, text } };
        let place = marks.partition_point(|other| other.mark.at_ms <= at_ms);
        marks.insert(place, marked);
    }

    /// The marks of this line.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.line.marks.iter().map(|marked| &marked.mark)
    }

    /// The diary of this line.
    pub fn diary(&self) -> &Diary {
        &self.line.diary
    }

    /// The same, to write in.
    pub fn diary_mut(&mut self) -> &mut Diary {
        &mut self.line.diary
    }

    /// How many copies are kept along the present line.
    #[cfg(test)]
    fn stills(&self) -> usize {
        self.line.stills.count()
    }

    /// How many inputs the cluster has had.
    pub fn played(&self) -> usize {
        self.played
    }
}
