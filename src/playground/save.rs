//! What survives a reload: the learner's files, and a diary of acts from which the cluster is lived through again.
//!
//! The same seed and the same acts at the same steps give the same cluster, so the diary is all that is needed; files are kept
//! as they are, in case a newer version lives the acts differently. Each line of events has a diary; those that were left are
//! lived through only when somebody goes back to them. Format: JSON, version 2; version 1 had one line.

use crate::Playground;
use crate::act::{Act, Moment, Preset, Trouble};
use crate::coach::Coach;
use crate::exam::Exam;
use crate::run::{Branch, Fork, Place};
use crate::stage::{self, Source, Stage};
use crate::view::ObjectRef;
use api::{Value, json};
use cluster::clock::Instant;
use course::scenario::RELEASES;
use std::rc::Rc;

/// The format this writes.
pub const VERSION: u64 = 2;
/// The oldest it reads.
const OLDEST: u64 = 1;
/// Acts kept; a longer story is saved without its cluster.
const ACTS: usize = 5000;

/// Acts, each with the step and the moment at which it was done.
#[derive(Clone)]
pub struct Diary {
    scenario: Source,
    entries: Vec<Noted>,
    complete: bool,
    /// Files were changed that the entries know nothing of.
    files_moved: bool,
}

/// An entry of a diary.
#[derive(Clone)]
pub struct Noted {
    at: Place,
    /// Inputs the cluster had had when it was done.
    played: usize,
    entry: Entry,
}

/// What was done, as it is written down.
#[derive(Clone)]
pub struct Entry(Rc<Value>);

impl Entry {
    /// An act. `None` for one that leaves no trace.
    pub fn of(act: &Act) -> Option<Entry> {
        act_to_value(act).map(Entry::new)
    }

    /// The line of events was another from here on; what the terminal said of it.
    pub fn fork(words: &str) -> Entry {
        Entry::new(json!(["fork", words]))
    }

    /// The terminal came along from another cluster, as it is.
    pub fn desk(value: Value) -> Entry {
        Entry::new(json!(["desk", value]))
    }

    fn new(value: Value) -> Entry {
        Entry(Rc::new(value))
    }
}

impl Diary {
    /// An empty one.
    pub fn new(scenario: Source) -> Diary {
        Diary { scenario, entries: Vec::new(), complete: true, files_moved: false }
    }

    /// Where it begins.
    pub fn scenario(&self) -> &Source {
        &self.scenario
    }

    /// What was done.
    pub fn entries(&self) -> &[Noted] {
        &self.entries
    }

    /// Files were changed elsewhere: the next entry will be preceded by them all.
    pub fn files_moved(&mut self) {
        self.files_moved = true;
    }

    /// Forgets what came after a place.
    pub fn cut(&mut self, place: Place, played: usize) {
        self.entries.retain(|noted| noted.at <= place && noted.played <= played);
        self.files_moved = true;
    }

    fn push(&mut self, at: Place, played: usize, entry: Entry) {
        // Typing a text letter by letter is one act: the last form counts, unless something happened in between.
        if let Some(last) = self.entries.last_mut()
            && entry.0[0] == "edit"
            && last.entry.0[0] == "edit"
            && last.entry.0[1] == entry.0[1]
        {
            *last = Noted { at, played, entry };
        } else if self.entries.len() < ACTS {
            self.entries.push(Noted { at, played, entry });
        } else {
            self.complete = false;
        }
    }

    fn to_value(&self, end: Place) -> Value {
        let entries = self.entries.iter();
        let acts: Vec<Value> =
            entries.map(|noted| json!([noted.at.0, noted.at.1.0.to_string(), &*noted.entry.0])).collect();
        json!({"complete": self.complete, "acts": acts, "steps": end.0, "now": end.1.0.to_string()})
    }

    fn from_value(scenario: Source, value: &Value) -> Option<(Diary, Place)> {
        let mut diary = Diary::new(scenario);
        diary.complete = value["complete"] == true;
        for entry in value["acts"].as_array().into_iter().flatten() {
            let at = (entry[0].as_u64()?, moment(&entry[1])?);
            diary.entries.push(Noted { at, played: 0, entry: Entry::new(entry[2].clone()) });
        }
        Some((diary, (value["steps"].as_u64()?, moment(&value["now"])?)))
    }
}

fn moment(value: &Value) -> Option<Instant> {
    value.as_str()?.parse().ok().map(Instant)
}

/// Notes what was just done, begun at a place. What changes nothing in the past isn't part of any line of events.
pub fn note(playground: &mut Playground, at: Place, entry: Entry) {
    let past = playground.cluster.in_the_past();
    let played = playground.cluster.played();
    let missing = !past && playground.cluster.diary().files_moved;
    let files = missing.then(|| Entry::new(json!(["files", files(playground)])));
    let diary = playground.cluster.diary_mut();
    if past {
        diary.files_moved |= matches!(entry.0[0].as_str(), Some("edit" | "new" | "close" | "example"));
        return;
    }
    if let Some(files) = files {
        diary.files_moved = false;
        diary.push(at, played, files);
    }
    diary.push(at, played, entry);
}

fn files(playground: &Playground) -> Value {
    let files = playground.files().files.into_iter();
    Value::Array(files.map(|file| json!([file.name, file.text])).collect())
}

fn write_files(playground: &mut Playground, files: &Value) {
    for file in files.as_array().into_iter().flatten() {
        if let (Some(name), Some(text)) = (file[0].as_str(), file[1].as_str()) {
            playground.write_file(name, text);
        }
    }
}

/// Writes everything that must survive.
pub fn write(playground: &Playground) -> String {
    let run = &playground.cluster;
    let mut saved = run.diary().to_value(run.end_place());
    let branches: Vec<Value> = run.branches().map(branch_to_value).collect();
    let rest = json!({"everynode": VERSION, "scenario": source_to_value(&run.diary().scenario), "branches": branches,
        "fork": run.fork_of_line().map(fork_to_value),
        "look": run.in_the_past().then(|| run.now().0.to_string()),
        "files": files(playground), "paused": playground.clock.held_before.unwrap_or(playground.clock.paused),
        "speed": playground.clock.speed, "shown": playground.editor.shown, "predict": playground.forecast.on(),
        "lesson": playground.coach.as_ref().map(Coach::to_value),
        "exam": playground.exam.as_ref().map(Exam::to_value),
        "history": playground.terminal.shell.history});
    if let (Value::Object(saved), Value::Object(rest)) = (&mut saved, rest) {
        saved.extend(rest);
    }
    saved.to_string()
}

/// Lives a save through again; `None` if it can't be read.
pub fn restore(text: &str) -> Option<Playground> {
    let saved: Value = yaml::value(text).ok()?;
    if !saved["everynode"].as_u64().is_some_and(|version| (OLDEST..=VERSION).contains(&version)) {
        return None;
    }
    let stage = Stage::open(&source_from_value(&saved["scenario"])?).ok()?;
    if stage.refusal().is_some() {
        return None;
    }
    let mut playground = Playground::open(stage);
    let scenario = playground.cluster.diary().scenario.clone();
    if saved["complete"] == true {
        let (diary, end) = Diary::from_value(scenario.clone(), &saved)?;
        live_through(&mut playground, diary.entries(), end)?;
        playground.cluster.set_fork_of_line(fork_from_value(&saved["fork"]));
        for branch in saved["branches"].as_array().into_iter().flatten() {
            let (diary, end) = Diary::from_value(scenario.clone(), branch)?;
            let act = branch["act"].as_str().map(String::from);
            playground.cluster.add_written(act, fork_from_value(&branch["fork"]), diary, end);
        }
    }
    write_files(&mut playground, &saved["files"]);
    playground.clock.paused = saved["paused"] == true;
    playground.clock.speed = saved["speed"].as_f64().unwrap_or(10.0);
    playground.editor.shown = saved["shown"].as_u64().unwrap_or(0) as usize;
    let history = saved["history"].as_array().into_iter().flatten().filter_map(Value::as_str);
    playground.terminal.shell.history = history.map(String::from).collect();
    playground.coach = Coach::from_value(&saved["lesson"]);
    playground.exam = Exam::from_value(&saved["exam"]);
    playground.predict_first(saved["predict"] == true);
    playground.skip_acts();
    if let Some(look) = moment(&saved["look"]) {
        playground.seek(playground.cluster.ms_since_began(look));
    }
    playground.touch_all();
    Some(playground)
}

/// Does everything in a diary at its step, and lets time pass until the end; `None` if an entry can't be read.
pub fn live_through(playground: &mut Playground, entries: &[Noted], end: Place) -> Option<()> {
    for noted in entries {
        playground.repeat_until(noted.at.0, noted.at.1);
        let entry = &noted.entry.0;
        match entry[0].as_str()? {
            "fork" => {
                playground.terminal.interrupt_running();
                playground.say(entry[1].as_str().unwrap_or_default());
                note(playground, noted.at, noted.entry.clone());
            }
            "files" => {
                write_files(playground, &entry[1]);
                note(playground, noted.at, noted.entry.clone());
            }
            "desk" => {
                playground.desk_from_value(&entry[1]);
                note(playground, noted.at, noted.entry.clone());
            }
            _ => playground.act(act_from_value(entry)?),
        }
    }
    playground.repeat_until(end.0, end.1);
    Some(())
}

fn source_to_value(source: &Source) -> Value {
    match source {
        Source::Shipped(id) => Value::from(*id),
        Source::File(text) => json!({"file": &**text}),
        Source::Lesson(text) => json!({"lesson": &**text}),
        Source::As(release, other) => json!({"release": release, "of": source_to_value(other)}),
    }
}

fn source_from_value(value: &Value) -> Option<Source> {
    if let Some(text) = value["file"].as_str() {
        return Some(Source::File(text.into()));
    }
    if let Some(text) = value["lesson"].as_str() {
        return Some(Source::Lesson(text.into()));
    }
    if let Some(release) = RELEASES.into_iter().find(|release| value["release"] == *release) {
        return Some(Source::As(release, Rc::new(source_from_value(&value["of"])?)));
    }
    Some(Stage::find(value.as_str().unwrap_or(stage::OPENING)).source)
}

fn branch_to_value(branch: &Branch) -> Value {
    let mut value = branch.diary().to_value(branch.end);
    value["act"] = branch.first_act.as_deref().into();
    value["fork"] = branch.fork.map(fork_to_value).into();
    value
}

fn fork_to_value(fork: Fork) -> Value {
    json!([fork.played, fork.at.0.to_string()])
}

fn fork_from_value(value: &Value) -> Option<Fork> {
    Some(Fork { played: value[0].as_u64()? as usize, at: moment(&value[1])? })
}

/// An act as JSON: its name and what it carries. `None` for acts that leave no trace.
fn act_to_value(act: &Act) -> Option<Value> {
    Some(match act {
        Act::EditFile { name, text } => json!(["edit", name, text]),
        Act::NewFile => json!(["new"]),
        Act::ShowFile { .. } | Act::Pause | Act::Resume | Act::SetSpeed { .. } => return None,
        // Time is repeated by its steps, whoever asked for them.
        Act::StepLoop | Act::StepOne | Act::JumpToNextChange | Act::RunUntilSettled => return None,
        // Where one looks is saved as it is, and a line of events as its own diary.
        Act::Seek { .. } | Act::ReturnToNow | Act::Undo | Act::Redo | Act::ShowBranch { .. } => return None,
        Act::PinMoment | Act::UnpinMoment => return None,
        // The act that was foretold is written down when it is done.
        Act::PredictFirst { .. } | Act::Guess { .. } | Act::CarryOut | Act::DropPrediction => return None,
        // Both begin a new diary.
        Act::LoadScenario { .. }
        | Act::ShowRelease { .. }
        | Act::OpenScenario { .. }
        | Act::Reset
        | Act::StartLesson { .. } => return None,
        // How far a lesson has come is saved as it is.
        Act::TranslateLesson { .. } | Act::LeaveLesson | Act::Answer { .. } => return None,
        Act::ShowHint | Act::ShowSolution | Act::NextStep | Act::Exam(_) => return None,
        Act::CloseFile { name } => json!(["close", name]),
        Act::LoadExample { id } => json!(["example", id]),
        Act::Apply { file } => json!(["apply", file]),
        Act::Run { line } => json!(["run", line]),
        Act::Interrupt => json!(["interrupt"]),
        Act::ClearTerminal => json!(["clear"]),
        Act::AddNodes { preset, count } => json!(["add", preset.id(), count]),
        Act::RemoveNode { node } => json!(["remove", node]),
        Act::Cordon { node } => json!(["cordon", node]),
        Act::Uncordon { node } => json!(["uncordon", node]),
        Act::Drain { node } => json!(["drain", node]),
        Act::StopKubelet { node } => json!(["stop", node]),
        Act::StartKubelet { node } => json!(["start", node]),
        Act::Label { node, labels } => json!(["label", node, labels]),
        Act::Taint { node, taints } => json!(["taint", node, taints]),
        Act::SetTrouble { node, trouble, on } => json!(["trouble", node, trouble.id(), on]),
        Act::ShowMoment { moment: Moment::Before } => json!(["before"]),
        Act::ShowMoment { moment: Moment::After } => json!(["after"]),
        Act::Select { object: None } => json!(["select"]),
        Act::Select { object: Some(object) } => json!(["select", object.kind, object.namespace, object.name]),
    })
}

fn act_from_value(value: &Value) -> Option<Act> {
    let text = |index: usize| value[index].as_str().map(String::from);
    Some(match value[0].as_str()? {
        "edit" => Act::EditFile { name: text(1)?, text: text(2)? },
        "new" => Act::NewFile,
        "close" => Act::CloseFile { name: text(1)? },
        "example" => Act::LoadExample { id: text(1)? },
        "apply" => Act::Apply { file: text(1)? },
        "run" => Act::Run { line: text(1)? },
        "interrupt" => Act::Interrupt,
        "clear" => Act::ClearTerminal,
        "add" => {
            let preset = Preset::ALL.into_iter().find(|preset| value[1] == preset.id())?;
            Act::AddNodes { preset, count: value[2].as_u64()? as u32 }
        }
        "remove" => Act::RemoveNode { node: text(1)? },
        "cordon" => Act::Cordon { node: text(1)? },
        "uncordon" => Act::Uncordon { node: text(1)? },
        "drain" => Act::Drain { node: text(1)? },
        "stop" => Act::StopKubelet { node: text(1)? },
        "start" => Act::StartKubelet { node: text(1)? },
        "label" => Act::Label { node: text(1)?, labels: text(2)? },
        "taint" => Act::Taint { node: text(1)?, taints: text(2)? },
        "trouble" => {
            let trouble = Trouble::ALL.into_iter().find(|trouble| value[2] == trouble.id())?;
            Act::SetTrouble { node: text(1)?, trouble, on: value[3].as_bool()? }
        }
        "before" => Act::ShowMoment { moment: Moment::Before },
        "after" => Act::ShowMoment { moment: Moment::After },
        "select" => Act::Select {
            object: match (text(1), text(2), text(3)) {
                (Some(kind), Some(namespace), Some(name)) => Some(ObjectRef { kind, namespace, name }),
                _ => None,
            },
        },
        _ => return None,
    })
}
