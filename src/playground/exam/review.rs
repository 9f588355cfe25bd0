//! An exam's task gone through again: the learner's own way, and the model answer, each on its own timeline.
//!
//! Both are whole playgrounds, one on stage and one beside. The own way is lived through out of its save; the model answer is
//! played on a fresh cluster as fast as it goes, and then stands at its end, ready to be looked at from the beginning.

use super::{Place, Task};
use crate::Playground;
use crate::act::Act;
use crate::stage::{self, Source, Stage};
use crate::view::MarkKind;
use crate::view::exam as view;
use crate::view::lesson::Check;
use course::moves::Move;

/// Frames of a second of virtual time that a model answer may take.
const SECONDS_MAX: u32 = 1800;

/// What is looked at.
pub struct Review {
    pub task: usize,
    /// The model answer is on stage, and not the own way.
    model: bool,
    /// The other of the two.
    other: Box<Playground>,
    own: Vec<view::Deed>,
    answer: Vec<view::Deed>,
}

impl Review {
    pub(super) fn view(&self, task: &Task) -> view::Review {
        let step = &task.lesson.steps[0];
        let outcome = task.outcome.clone().unwrap_or_default();
        let checks = step.checks.iter().enumerate().map(|(place, check)| {
            let met = outcome.conditions.get(place).is_some_and(|condition| condition.met);
            Check {
                label: step.labels.get(place).cloned().unwrap_or_default(),
                code: check.to_string(),
                met,
                now: outcome.now.get(place).filter(|_| !met).cloned().unwrap_or_default(),
            }
        });
        view::Review { model: self.model, own: self.own.clone(), answer: self.answer.clone(), checks: checks.collect() }
    }
}

impl Playground {
    pub(super) fn review(&mut self, task: usize) {
        let Some(mut exam) = self.exam.take() else { return };
        if task < exam.tasks.len() {
            exam.review = None;
            let (mut own, model) = (own_way(&exam.tasks[task]), model_answer(&exam.tasks[task]));
            let deeds = (own.deeds(), model.deeds());
            own.terminal.shell.descriptions = self.terminal.shell.descriptions.take();
            own.revisions = self.revisions();
            *self = own;
            let other = Box::new(model);
            exam.review = Some(Review { task, model: false, other, own: deeds.0, answer: deeds.1 });
        }
        self.exam = Some(exam);
        self.touch_all();
    }

    /// Shows a moment of one of the two ways.
    pub(super) fn look_at(&mut self, model: bool, at_ms: f64) {
        let Some(mut exam) = self.exam.take() else { return };
        let Some(review) = exam.review.as_mut() else { return };
        if review.model != model {
            review.model = model;
            let revisions = self.revisions();
            std::mem::swap(self, &mut *review.other);
            self.revisions = revisions;
            self.touch_all();
        }
        self.exam = Some(exam);
        self.clock.hold(true);
        self.seek(at_ms);
    }

    pub(super) fn leave_review(&mut self) {
        if let Some(exam) = &mut self.exam {
            exam.review = None;
        }
        self.clock.hold(true);
    }

    /// What was done on this playground.
    fn deeds(&self) -> Vec<view::Deed> {
        let marks = self.cluster.marks().filter(|mark| mark.kind == MarkKind::Act);
        marks.map(|mark| view::Deed { at_ms: mark.at_ms, text: mark.text.clone() }).collect()
    }
}

/// What the learner did, as far as its save goes.
fn own_way(task: &Task) -> Playground {
    let lived = match &task.place {
        Place::Written(text) => crate::save::restore(text),
        _ => None,
    };
    let mut own = lived.unwrap_or_else(|| Playground::open(stage_of(task)));
    own.coach = None;
    own.clock.hold(true);
    own
}

/// The model answer, played to its end.
fn model_answer(task: &Task) -> Playground {
    let mut model = Playground::open(stage_of(task));
    model.start_lesson(task.files.clone());
    model.act(Act::ShowSolution);
    for _ in 0..SECONDS_MAX {
        model.advance(100.0);
        if !model.plays() && model.lesson().is_none_or(|lesson| lesson.step.done) {
            break;
        }
    }
    model.coach = None;
    model.clock.hold(true);
    model
}

fn stage_of(task: &Task) -> Stage {
    let source = Source::Lesson(task.files.original.as_str().into());
    Stage::open(&source).unwrap_or_else(|_| Stage::find(stage::OPENING))
}

/// A move of a model answer as one would write it down; nothing for mere time.
pub fn words(what: &Move) -> Option<String> {
    Some(match what {
        Move::Run(line) => line.trim_end().to_string(),
        Move::Write { file, text } => format!("# {file}\n{}", text.trim_end()),
        Move::AddNodes { preset, count } => format!("# + {count} {preset}"),
        Move::RemoveNode(node) => format!("kubectl delete node {node}"),
        Move::StopKubelet(node) => format!("ssh {node} sudo systemctl stop kubelet"),
        Move::StartKubelet(node) => format!("ssh {node} sudo systemctl start kubelet"),
        Move::Answer(_) | Move::Wait(_) | Move::Settle => return None,
    })
}
