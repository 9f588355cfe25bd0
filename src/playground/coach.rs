//! The lesson that is on: how far it has come, what its checks find, and its solution being played.
//!
//! The coach only looks. It judges after every act and every frame, when something has changed; bounds that have to hold
//! throughout are looked at after every step. While the past is looked at, it waits. What it knows is no part of the run:
//! undoing an act takes back no step of the lesson.

use crate::Playground;
use crate::act::{Act, LessonFiles, Preset};
use crate::exam::Outcome;
use crate::stage::{Source, Stage};
use crate::view;
use api::resource::Kind;
use api::{Value, json};
use cluster::Cluster;
use cluster::clock::Instant;
use course::check::{Check, Target};
use course::exam::score::Condition;
use course::judge::{Finding, Memory, World, judge};
use course::lesson::{Lesson, Step};
use course::moves::Move;
use std::collections::VecDeque;
use std::time::Duration;

/// Between two moves of a solution that is shown, so that each can be read: 900 ms of the wall clock.
const BETWEEN_MOVES_MS: f64 = 900.0;

/// What has to be so has to stay so for two seconds of virtual time: what is on its way to something else isn't what was asked for.
const STAYS: Duration = Duration::from_secs(2);

/// A lesson under way.
pub struct Coach {
    lesson: Lesson,
    files: LessonFiles,
    step: usize,
    done: bool,
    hints: usize,
    memory: Memory,
    /// The last entry of the terminal when the step began.
    since: u64,
    findings: Vec<Finding>,
    /// Since when all is so.
    met_since: Option<Instant>,
    wrong: Option<usize>,
    playing: Playing,
    /// What was judged last.
    seen: Option<(u64, u64)>,
    moved: bool,
    /// In an exam nothing is said before the end, and what is so at the end counts: which checks were met at the beginning.
    exam: Option<Vec<bool>>,
}

/// Moves being made.
#[derive(Default)]
struct Playing {
    moves: VecDeque<Move>,
    /// Until the next one.
    rest_ms: f64,
    /// Not before this moment.
    not_before: Instant,
}

/// What a judge sees of a playground.
struct Sight<'a> {
    cluster: &'a Cluster,
    terminal: &'a crate::terminal::Desk,
    since: u64,
}

impl World for Sight<'_> {
    fn object(&self, target: &Target) -> Option<Value> {
        let key = cluster::apiserver::Key::new(&target.namespace.as_str().into(), &target.name.as_str().into());
        self.cluster.server().object(target.kind, &key).map(api::objects::Object::to_value)
    }

    fn objects(&self, kind: Kind, namespace: Option<&str>) -> Vec<Value> {
        let all = self.cluster.objects(kind);
        let wanted = all.filter(|object| namespace.is_none_or(|namespace| *object.meta().namespace == *namespace));
        wanted.map(api::objects::Object::to_value).collect()
    }

    fn jsonpath(&self, template: &str, value: &Value) -> Result<String, String> {
        kubectl::print::jsonpath::Template::parse(template)?.print(value)
    }

    fn said(&self) -> String {
        self.terminal.said_since(self.since)
    }
}

/// Why a lesson can't be begun, if it can't.
pub fn refusal(files: &LessonFiles) -> Option<String> {
    if let Err(fault) = read(files) {
        return Some(fault.to_string());
    }
    match Stage::open(&Source::Lesson(files.original.as_str().into())) {
        Ok(stage) => stage.refusal(),
        Err(fault) => Some(fault.to_string()),
    }
}

pub fn read(files: &LessonFiles) -> Result<Lesson, course::read::Fault> {
    match &files.translation {
        Some(translation) => Lesson::translated(&files.original, translation),
        None => Lesson::parse(&files.original),
    }
}

impl Coach {
    /// At the beginning of a lesson. Its first step is begun when it is first looked after.
    fn new(files: LessonFiles) -> Option<Coach> {
        Some(Coach {
            lesson: read(&files).ok()?,
            files,
            step: 0,
            done: false,
            hints: 0,
            memory: Memory::default(),
            since: 0,
            findings: Vec::new(),
            met_since: None,
            wrong: None,
            playing: Playing::default(),
            seen: None,
            moved: true,
            exam: None,
        })
    }

    /// At the beginning of an exam's task.
    pub fn examined(files: LessonFiles, cluster: &Cluster, terminal: &crate::terminal::Desk) -> Option<Coach> {
        let mut coach = Coach::new(files)?;
        coach.exam = Some(Vec::new());
        coach.begin_step(0, cluster, terminal);
        coach.judge(cluster, terminal);
        coach.exam = Some(coach.findings.iter().map(|finding| finding.met).collect());
        Some(coach)
    }

    /// How the task of an exam stands, without its deeds.
    pub fn outcome(&mut self, cluster: &Cluster, terminal: &crate::terminal::Desk) -> Outcome {
        self.moved = true;
        self.judge(cluster, terminal);
        let given = self.exam.as_deref().unwrap_or_default();
        let conditions = self.current().checks.iter().zip(&self.findings).enumerate();
        Outcome {
            conditions: conditions
                .map(|(place, (check, finding))| Condition {
                    check: check.to_string(),
                    met: finding.met,
                    given: given.get(place) == Some(&true),
                })
                .collect(),
            now: self.findings.iter().map(|finding| finding.now.clone()).collect(),
            answer: self.answered(),
            did: Vec::new(),
        }
    }

    /// The answer to the step's question, so far.
    pub fn answered(&self) -> Option<String> {
        self.memory.answer.clone()
    }

    fn current(&self) -> &Step {
        &self.lesson.steps[self.step]
    }

    /// Texts in another language.
    pub fn translate(&mut self, language: String, translation: Option<String>) {
        let files = LessonFiles { language, translation, ..self.files.clone() };
        if let Ok(lesson) = read(&files) {
            (self.lesson, self.files) = (lesson, files);
        }
    }

    /// The learner's answer; the first choice counts until the step is begun anew. What is written may be written again, and in an
    /// exam everything may be thought over.
    pub fn answer(&mut self, choice: &str) {
        let written = self.current().question.as_ref().is_some_and(|question| question.choices.is_empty());
        if self.memory.answer.is_none() || self.exam.is_some() || written && !self.done {
            self.memory.answer = Some(choice.into());
        }
    }

    /// One hint more.
    pub fn show_hint(&mut self) {
        self.hints = (self.hints + 1).min(self.current().hints.len());
    }

    /// Begins to play the step's solution.
    pub fn show_solution(&mut self) {
        let moves = self.current().solution.clone();
        self.play(moves);
    }

    fn play(&mut self, moves: Vec<Move>) {
        self.playing.moves = moves.into();
        self.playing.rest_ms = 0.0;
    }

    fn begin_step(&mut self, step: usize, cluster: &Cluster, terminal: &crate::terminal::Desk) {
        self.step = step;
        self.done = false;
        self.hints = 0;
        self.wrong = None;
        self.met_since = None;
        self.seen = None;
        self.playing = Playing::default();
        // An exam's terminal tells what was said by which cluster.
        self.since = if self.exam.is_some() { 0 } else { terminal.numbered() };
        let sight = Sight { cluster, terminal, since: self.since };
        let step = &self.lesson.steps[step];
        let wrong = step.wrong.iter().flat_map(|wrong| &wrong.when);
        let checks: Vec<Check> = step.checks.iter().chain(wrong).cloned().collect();
        self.memory = Memory::begin(&checks, &sight);
    }

    /// Judges, if something may have changed since it was last done.
    fn look(&mut self, cluster: &Cluster, terminal: &crate::terminal::Desk) {
        self.judge(cluster, terminal);
        let stayed = self.met_since.is_some_and(|since| cluster.now().since(since) >= STAYS);
        if stayed && !self.done && self.exam.is_none() {
            (self.done, self.wrong) = (true, None);
            self.moved = true;
        }
    }

    fn judge(&mut self, cluster: &Cluster, terminal: &crate::terminal::Desk) {
        let seen = (cluster.server().version(), terminal.said());
        if self.seen == Some(seen) && !self.moved {
            return;
        }
        self.seen = Some(seen);
        let sight = Sight { cluster, terminal, since: self.since };
        let checks = &self.lesson.steps[self.step].checks;
        self.memory.listen(checks, &sight);
        let step = self.current();
        let met = |checks: &[Check]| checks.iter().all(|check| judge(check, &sight, &self.memory).met);
        let findings: Vec<Finding> = step.checks.iter().map(|check| judge(check, &sight, &self.memory)).collect();
        let answered = step.question.is_none() || self.memory.answer.is_some();
        let all = answered && findings.iter().all(|finding| finding.met);
        let wrong = step.wrong.iter().position(|wrong| !all && !self.done && met(&wrong.when));
        if (&findings, wrong) != (&self.findings, self.wrong) {
            (self.findings, self.wrong) = (findings, wrong);
            self.moved = true;
        }
        self.met_since = all.then(|| self.met_since.unwrap_or(cluster.now()));
    }

    /// What the page shows.
    pub fn view(&self) -> view::Lesson {
        let step = self.current();
        let question = step.question.as_ref().map(|question| view::lesson::Question {
            text: question.text.clone(),
            choices: question.choices.clone(),
            chosen: self.memory.answer.clone(),
            answer: self.done.then(|| question.answer.clone()),
        });
        let checks = step.checks.iter().enumerate().map(|(place, check)| {
            let finding = self.findings.get(place);
            view::lesson::Check {
                label: step.labels.get(place).cloned().unwrap_or_default(),
                code: check.to_string(),
                met: self.done || finding.is_some_and(|finding| finding.met),
                now: finding.filter(|finding| !finding.met).map(|finding| finding.now.clone()).unwrap_or_default(),
            }
        });
        view::Lesson {
            id: self.files.id.clone(),
            language: self.files.language.clone(),
            title: self.lesson.title.clone(),
            intro: if self.step == 0 { self.lesson.intro.clone() } else { Vec::new() },
            steps: self.lesson.steps.iter().map(|step| step.title.clone()).collect(),
            current: self.step as u32,
            finished: self.done && self.step + 1 == self.lesson.steps.len(),
            step: view::lesson::Step {
                text: step.text.clone(),
                question,
                checks: checks.collect(),
                hints: step.hints[..self.hints].to_vec(),
                hints_left: (step.hints.len() - self.hints) as u32,
                wrong: self.wrong.map(|wrong| step.wrong[wrong].text.clone()),
                done: self.done,
                said: if self.done { step.done.clone() } else { Vec::new() },
                playing: !self.playing.moves.is_empty(),
            },
        }
    }

    /// As it is saved.
    pub fn to_value(&self) -> Value {
        let uids = self.memory.uids.iter().map(|(check, uids)| json!([check, uids]));
        let broken = self.memory.broken.iter().map(|(check, at)| json!([check, at.to_string()]));
        let files = &self.files;
        json!({"id": files.id, "language": files.language, "original": files.original,
            "translation": files.translation, "step": self.step,
            "done": self.done, "exam": self.exam, "heard": self.memory.heard, "hints": self.hints, "since": self.since, "answer": self.memory.answer,
            "uids": uids.collect::<Vec<_>>(), "broken": broken.collect::<Vec<_>>()})
    }

    /// As it was saved; `None` if there is no lesson in it, or none that can be read.
    pub fn from_value(value: &Value) -> Option<Coach> {
        let text = |key: &str| value[key].as_str().map(String::from);
        let files = LessonFiles {
            id: text("id")?,
            language: text("language")?,
            original: text("original")?,
            translation: text("translation"),
        };
        let mut coach = Coach::new(files)?;
        let number = |key: &str| value[key].as_u64();
        coach.step = (number("step")? as usize).min(coach.lesson.steps.len() - 1);
        coach.done = value["done"] == true;
        coach.hints = (number("hints")? as usize).min(coach.current().hints.len());
        coach.since = number("since")?;
        coach.memory.answer = text("answer");
        coach.exam = value["exam"].as_array().map(|met| met.iter().map(|met| *met == true).collect());
        let heard = value["heard"].as_array().into_iter().flatten().filter_map(Value::as_str);
        coach.memory.heard = api::sort::gather(heard.map(String::from));
        for pair in value["uids"].as_array()? {
            let uids = pair[1].as_array()?.iter().filter_map(Value::as_str).map(String::from);
            coach.memory.uids.insert(pair[0].as_str()?.into(), api::sort::gather(uids));
        }
        for pair in value["broken"].as_array()? {
            coach.memory.broken.insert(pair[0].as_str()?.into(), pair[1].as_str()?.parse().ok()?);
        }
        Some(coach)
    }
}

impl Playground {
    pub(crate) fn start_lesson(&mut self, files: LessonFiles) {
        let stage = Stage::open(&Source::Lesson(files.original.as_str().into()));
        let coach = Coach::new(files);
        // One that can't be read is refused before it comes here.
        let (Some(mut coach), Ok(stage)) = (coach, stage) else { return };
        let (revisions, descriptions) = (self.revisions, self.terminal.shell.descriptions.take());
        *self = Playground::open(stage);
        self.terminal.shell.descriptions = descriptions;
        self.editor.shown = 0;
        coach.begin_step(0, &self.cluster, &self.terminal);
        self.coach = Some(coach);
        self.revisions = revisions;
        self.touch_all();
    }

    /// The scenario from its beginning; the lesson too, if one is on.
    pub(crate) fn start_over(&mut self) {
        if let Some(coach) = &self.coach {
            let files = coach.files.clone();
            return self.start_lesson(files);
        }
        if let Ok(stage) = Stage::open(&self.stage.source) {
            self.restart(stage);
        }
    }

    /// Does something with the coach, if there is one.
    pub(crate) fn coach(&mut self, what: impl FnOnce(&mut Coach)) {
        if let Some(coach) = &mut self.coach {
            what(coach);
            coach.moved = true;
        }
    }

    pub(crate) fn next_step(&mut self) {
        let Some(coach) = &mut self.coach else { return };
        if coach.done && coach.step + 1 < coach.lesson.steps.len() {
            coach.begin_step(coach.step + 1, &self.cluster, &self.terminal);
            coach.moved = true;
        }
    }

    /// Makes these moves one after the other, as somebody at the page would.
    pub fn play(&mut self, moves: Vec<Move>) {
        self.coach(|coach| coach.play(moves));
    }

    /// Whether moves are still to be made.
    pub fn plays(&self) -> bool {
        self.coach.as_ref().is_some_and(|coach| !coach.playing.moves.is_empty())
    }

    /// Judges anew what may have changed.
    pub(crate) fn look_after_lesson(&mut self) {
        if self.cluster.in_the_past() {
            return;
        }
        if let Some(coach) = &mut self.coach {
            coach.look(&self.cluster, &self.terminal);
            self.revisions.lesson += u64::from(std::mem::take(&mut coach.moved));
        }
    }

    /// Looks at what has to hold throughout; after every step that changed something.
    pub(crate) fn watch_bounds(&mut self) {
        if self.cluster.in_the_past() {
            return;
        }
        let Some(coach) = &mut self.coach else { return };
        let step = &coach.lesson.steps[coach.step];
        if !coach.done && step.checks.iter().any(|check| check.bound().is_some()) {
            let sight = Sight { cluster: &self.cluster, terminal: &self.terminal, since: coach.since };
            coach.memory.watch(&step.checks, &sight, self.cluster.now().0);
        }
    }

    /// What happens by itself: the scenario's acts, and the moves of a solution that is shown.
    pub(crate) fn play_on(&mut self, wall_ms: f64) {
        if self.clock.paused || self.cluster.in_the_past() {
            return;
        }
        while let Some(timed) = self.stage.scenario.acts.get(self.acted) {
            if self.cluster.now().since(self.cluster.began()) < timed.at {
                break;
            }
            let what = timed.what.clone();
            self.acted += 1;
            self.make(what);
        }
        let (running, settled, now) = (self.terminal.running(), self.settled(), self.cluster.now());
        let Some(coach) = &mut self.coach else { return };
        let playing = &mut coach.playing;
        playing.rest_ms -= wall_ms;
        let waits = playing.rest_ms > 0.0
            || running
            || now < playing.not_before
            || playing.moves.front() == Some(&Move::Settle) && !settled;
        if waits {
            return;
        }
        if let Some(next) = playing.moves.pop_front() {
            playing.rest_ms = BETWEEN_MOVES_MS;
            if let Move::Wait(time) = next {
                playing.not_before = now + time;
            }
            coach.moved = true;
            self.make(next);
        }
    }

    /// The acts whose moments had come when the work was saved have happened.
    pub(crate) fn skip_acts(&mut self) {
        let passed = self.cluster.now().since(self.cluster.began());
        self.acted = self.stage.scenario.acts.iter().filter(|timed| timed.at <= passed).count();
    }

    /// What was to come has not been on this line of events.
    pub(crate) fn lesson_goes_back(&mut self) {
        let now = self.cluster.now().0;
        self.coach(|coach| coach.memory.broken.retain(|_, at| *at <= now));
        self.skip_acts();
    }

    /// Makes a move.
    fn make(&mut self, what: Move) {
        let act = match what {
            Move::Run(line) => Act::Run { line: line.trim_end().into() },
            Move::Write { file, text } => Act::EditFile { name: file, text },
            Move::AddNodes { preset, count } => {
                let preset = Preset::ALL.into_iter().find(|known| known.id() == preset).unwrap_or(Preset::Worker);
                Act::AddNodes { preset, count }
            }
            Move::RemoveNode(node) => Act::RemoveNode { node },
            Move::StopKubelet(node) => Act::StopKubelet { node },
            Move::StartKubelet(node) => Act::StartKubelet { node },
            Move::Answer(choice) => Act::Answer { choice },
            Move::Wait(_) | Move::Settle => return,
        };
        // What is shown is not foretold.
        self.do_act(act);
    }
}
