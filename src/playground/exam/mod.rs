//! An exam: several tasks, each on a cluster of its own, one terminal for all of them, and a clock.
//!
//! The playground stands on one task's cluster; the others are parked. `kubectl config use-context` leads from one to the next:
//! terminal and files come along, everything else stays with its cluster. Nothing runs on a cluster that was left: it is let settle
//! first, and judged as it then is ([`station`]). Partial credit is `course::exam::score`'s; here is who may do what and when.
//!
//! Time is the wall clock's and comes in as a value ([`clock`]). When it is over, each task can be gone through again, the learner's
//! own way and the model answer ([`review`]). What of all this survives a reload is in [`saved`].

mod clock;
mod review;
mod saved;
mod station;
#[cfg(test)]
mod tests;

use crate::Playground;
use crate::act::{Act, ExamAct, ExamPaper, LessonFiles};
use crate::view::exam as view;
use clock::Clock;
use course::exam::report::{self, Report};
use course::exam::score::Condition;
use course::lesson::Lesson;
use course::moves::Move;
use review::Review;
pub use station::open_paper;

/// An exam under way, or one that is over.
pub struct Exam {
    seed: String,
    name: String,
    /// 0: as long as one likes.
    minutes: u32,
    clock: Clock,
    tasks: Vec<Task>,
    current: usize,
    /// It is over; and whether because its time was.
    over: Option<bool>,
    review: Option<Review>,
}

/// A task.
struct Task {
    files: LessonFiles,
    lesson: Lesson,
    points: u32,
    flagged: bool,
    spent_ms: f64,
    place: Place,
    outcome: Option<Outcome>,
}

/// Where a task's cluster is.
enum Place {
    /// Nowhere yet.
    Unopened,
    /// The playground stands on it.
    Here,
    /// Beside, with its save.
    Parked(Box<Playground>, String),
    /// In its save.
    Written(String),
}

/// How a task was found when it was left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub conditions: Vec<Condition>,
    /// What there is in place of each.
    pub now: Vec<String>,
    pub answer: Option<String>,
    pub did: Vec<String>,
}

/// The name of a task's context, and of its cluster.
pub fn context(task: usize) -> String {
    format!("k8s-{}", task + 1)
}

impl Task {
    /// `None` if its file can't be read.
    fn new(files: LessonFiles, points: u32) -> Option<Task> {
        let lesson = crate::coach::read(&files).ok()?;
        let place = Place::Unopened;
        Some(Task { files, lesson, points, flagged: false, spent_ms: 0.0, place, outcome: None })
    }

    /// Machines come with it: no kubectl adds them.
    fn adds_nodes(&self) -> bool {
        self.lesson.steps[0].solution.iter().any(|what| matches!(what, Move::AddNodes { .. }))
    }

    fn opened(&self) -> bool {
        !matches!(self.place, Place::Unopened)
    }

    fn report(&self) -> report::Task {
        let step = &self.lesson.steps[0];
        let outcome = self.outcome.clone().unwrap_or_else(|| Outcome {
            conditions: (step.checks.iter())
                .map(|check| Condition { check: check.to_string(), ..Condition::default() })
                .collect(),
            ..Outcome::default()
        });
        report::Task {
            id: self.files.id.clone(),
            points: self.points,
            spent_s: (self.spent_ms / 1000.0) as u64,
            flagged: self.flagged,
            conditions: outcome.conditions,
            answer: outcome.answer,
            did: outcome.did,
        }
    }
}

impl Exam {
    /// An exam that begins now; `None` if one of its tasks can't be read.
    fn new(paper: ExamPaper) -> Option<Exam> {
        let tasks: Option<Vec<Task>> =
            paper.tasks.into_iter().map(|(files, points)| Task::new(files, points)).collect();
        Some(Exam {
            seed: paper.seed,
            name: paper.name,
            minutes: paper.minutes,
            clock: Clock::new(paper.now_ms),
            tasks: tasks.filter(|tasks| !tasks.is_empty())?,
            current: 0,
            over: None,
            review: None,
        })
    }

    /// What its rules let be done.
    fn permits(&self, act: &Act) -> bool {
        match act {
            Act::Exam(ExamAct::Translate { .. }) => true,
            Act::Exam(ExamAct::Begin { .. }) => false,
            Act::Exam(ExamAct::Leave | ExamAct::Review { .. }) => self.over.is_some(),
            Act::Exam(ExamAct::LookAt { .. } | ExamAct::LeaveReview) => self.review.is_some(),
            Act::Exam(ExamAct::End | ExamAct::GoOn) => self.over.is_none(),
            _ if self.over.is_some() => self.review.is_some() && only_looks(act),
            _ if self.clock.held() => false,
            Act::Exam(_) => true,
            Act::AddNodes { .. } => self.tasks[self.current].adds_nodes(),
            _ => is_work(act),
        }
    }

    /// Seconds left; `None` without a limit.
    fn left_s(&self) -> Option<u64> {
        let limit = u64::from(self.minutes) * 60;
        (limit > 0).then(|| limit.saturating_sub(self.clock.spent_s()))
    }

    /// The results as they are.
    fn report(&self) -> Report {
        Report {
            name: self.name.clone(),
            seed: self.seed.clone(),
            minutes: self.minutes,
            began: clock::written(self.clock.began_ms()),
            ended: clock::written(self.clock.now_ms()),
            time_up: self.over == Some(true),
            spent_s: self.clock.spent_s(),
            pauses: self.clock.holds(),
            paused_s: self.clock.held_s(),
            tasks: self.tasks.iter().map(Task::report).collect(),
        }
    }

    fn translate(&mut self, language: &str, translations: Vec<Option<String>>) {
        for (task, translation) in self.tasks.iter_mut().zip(translations) {
            let files = LessonFiles { language: language.into(), translation, ..task.files.clone() };
            if let Ok(lesson) = crate::coach::read(&files) {
                (task.lesson, task.files) = (lesson, files);
            }
        }
    }
}

/// What a candidate has: a terminal, an editor, the answers.
fn is_work(act: &Act) -> bool {
    matches!(
        act,
        Act::EditFile { .. }
            | Act::NewFile
            | Act::ShowFile { .. }
            | Act::CloseFile { .. }
            | Act::Apply { .. }
            | Act::Run { .. }
            | Act::Interrupt
            | Act::ClearTerminal
            | Act::Answer { .. }
    )
}

/// What changes nothing of what was done.
fn only_looks(act: &Act) -> bool {
    matches!(
        act,
        Act::ShowFile { .. }
            | Act::Pause
            | Act::Resume
            | Act::StepLoop
            | Act::StepOne
            | Act::JumpToNextChange
            | Act::RunUntilSettled
            | Act::Seek { .. }
            | Act::ReturnToNow
            | Act::PinMoment
            | Act::UnpinMoment
            | Act::SetSpeed { .. }
            | Act::Select { .. }
    )
}

impl Playground {
    /// Whether an exam's rules, if there are any, let this be done.
    pub(crate) fn permits(&self, act: &Act) -> bool {
        match (&self.exam, act) {
            (Some(exam), act) => exam.permits(act),
            (None, Act::Exam(what)) => matches!(what, ExamAct::Begin { .. }),
            (None, _) => true,
        }
    }

    /// Whether time stands still for an exam's sake: it is held, or over and nothing of it is looked at.
    pub(crate) fn exam_holds(&self) -> bool {
        self.exam.as_ref().is_some_and(|exam| exam.clock.held() || exam.over.is_some() && exam.review.is_none())
    }

    pub(crate) fn perform_exam(&mut self, what: ExamAct) {
        if let ExamAct::Begin { paper } = what {
            return self.begin_exam(paper);
        }
        let Some(exam) = &mut self.exam else { return };
        match what {
            ExamAct::Begin { .. } => {}
            ExamAct::GoTo { task } => self.use_context(task as usize),
            ExamAct::Flag { on } => {
                let current = exam.current;
                exam.tasks[current].flagged = on;
            }
            ExamAct::Hold => exam.clock.hold(true),
            ExamAct::GoOn => exam.clock.hold(false),
            ExamAct::End => self.end_exam(false),
            ExamAct::Review { task } => self.review(task as usize),
            ExamAct::LookAt { model, at_ms } => self.look_at(model, at_ms),
            ExamAct::LeaveReview => self.leave_review(),
            ExamAct::Leave => self.leave_exam(),
            ExamAct::Translate { language, translations } => exam.translate(&language, translations),
        }
        self.revisions.exam += 1;
    }

    /// The wall clock says this many milliseconds since 1970. Once the exam's time is over, so is the exam.
    pub fn tick(&mut self, now_ms: f64) {
        let Some(exam) = &mut self.exam else { return };
        if exam.over.is_some() {
            return;
        }
        let (before, held) = (exam.clock.spent_s(), exam.clock.held_s());
        let passed_ms = exam.clock.tick(now_ms);
        exam.tasks[exam.current].spent_ms += passed_ms;
        if exam.left_s() == Some(0) {
            self.end_exam(true);
        } else if (before, held) == (exam.clock.spent_s(), exam.clock.held_s()) {
            return;
        }
        self.revisions.exam += 1;
    }

    /// What the page shows of the exam, if there is one.
    pub fn exam(&self) -> Option<view::Exam> {
        let exam = self.exam.as_ref()?;
        let shown = exam.review.as_ref().map_or(exam.current, |review| review.task);
        let task = &exam.tasks[shown];
        let step = &task.lesson.steps[0];
        let answer = match &exam.over {
            None => self.coach.as_ref().and_then(|coach| coach.answered()),
            Some(_) => task.outcome.as_ref().and_then(|outcome| outcome.answer.clone()),
        };
        Some(view::Exam {
            seed: exam.seed.clone(),
            minutes: exam.minutes,
            language: task.files.language.clone(),
            spent_s: exam.clock.spent_s(),
            left_s: exam.left_s(),
            held: exam.clock.held(),
            current: shown as u32,
            tasks: (exam.tasks.iter().enumerate())
                .map(|(place, task)| view::TaskName {
                    id: task.files.id.clone(),
                    title: task.lesson.title.clone(),
                    context: context(place),
                    points: task.points,
                    flagged: task.flagged,
                    opened: task.opened(),
                    solution: task.lesson.steps[0].solution.iter().filter_map(review::words).collect(),
                })
                .collect(),
            task: view::Task {
                text: step.text.clone(),
                question: step.question.as_ref().map(|question| crate::view::lesson::Question {
                    text: question.text.clone(),
                    choices: question.choices.clone(),
                    chosen: answer,
                    answer: exam.over.map(|_| question.answer.clone()),
                }),
                adds_nodes: task.adds_nodes(),
            },
            report: exam.over.map(|_| exam.report()),
            review: exam.review.as_ref().map(|review| review.view(task)),
        })
    }
}
