//! What survives a reload: the learner's files, and a diary of acts from which the cluster is lived through again.
//!
//! The same seed and the same acts at the same steps give the same cluster, so the diary is all that is needed; files are kept
//! as they are, in case a newer version lives the acts differently. Format: JSON, version 1.

use crate::act::{Act, Moment, Preset};
use crate::view::ObjectRef;
use crate::{Playground, stage};
use api::{Value, json};
use cluster::Cluster;
use cluster::clock::Instant;

/// The format this writes, and the only one it reads.
const VERSION: u64 = 1;
/// Acts kept; a longer story is saved without its cluster.
const ACTS: usize = 5000;

/// Acts, each with the step and the moment at which it was done.
pub struct Diary {
    scenario: &'static str,
    acts: Vec<(u64, Instant, Value)>,
    complete: bool,
}

impl Diary {
    /// An empty one.
    pub fn new(scenario: &'static str) -> Diary {
        Diary { scenario, acts: Vec::new(), complete: true }
    }

    /// Notes an act that is about to be done.
    pub fn note(&mut self, cluster: &Cluster, act: &Act) {
        let Some(value) = act_to_value(act) else { return };
        // Typing a text letter by letter is one act: the last form counts, unless something happened in between.
        if let (Some((steps, _, last)), Act::EditFile { name, .. }) = (self.acts.last_mut(), act)
            && last[0] == "edit"
            && last[1] == name.as_str()
        {
            *steps = cluster.steps();
            *last = value;
            return;
        }
        if self.acts.len() < ACTS {
            self.acts.push((cluster.steps(), cluster.now(), value));
        } else {
            self.complete = false;
        }
    }
}

/// Writes everything that must survive.
pub fn write(playground: &Playground) -> String {
    let diary = &playground.diary;
    let acts: Vec<Value> = diary.acts.iter().map(|(steps, now, act)| json!([steps, now.0.to_string(), act])).collect();
    let files: Vec<Value> = playground.files().files.into_iter().map(|file| json!([file.name, file.text])).collect();
    let saved = json!({"everynode": VERSION, "scenario": diary.scenario, "complete": diary.complete,
        "acts": acts, "files": files, "steps": playground.cluster.steps(),
        "now": playground.cluster.now().0.to_string(), "paused": playground.clock.paused,
        "speed": playground.clock.speed, "shown": playground.editor.shown,
        "history": playground.terminal.shell.history});
    saved.to_string()
}

/// Lives a save through again; `None` if it can't be read.
pub fn restore(text: &str) -> Option<Playground> {
    let saved: Value = yaml::value(text).ok()?;
    if saved["everynode"].as_u64() != Some(VERSION) {
        return None;
    }
    let mut playground = Playground::open(saved["scenario"].as_str().unwrap_or(stage::OPENING));
    let moment = |value: &Value| value.as_str().and_then(|text| text.parse().ok()).map(Instant);
    if saved["complete"] == true {
        for entry in saved["acts"].as_array().into_iter().flatten() {
            let (steps, now, act) = (entry[0].as_u64()?, moment(&entry[1])?, act_from_value(&entry[2])?);
            playground.repeat_until(steps, now);
            playground.act(act);
        }
        if let (Some(steps), Some(now)) = (saved["steps"].as_u64(), moment(&saved["now"])) {
            playground.repeat_until(steps, now);
        }
    }
    for file in saved["files"].as_array().into_iter().flatten() {
        if let (Some(name), Some(text)) = (file[0].as_str(), file[1].as_str()) {
            playground.write_file(name, text);
        }
    }
    playground.clock.paused = saved["paused"] == true;
    playground.clock.speed = saved["speed"].as_f64().unwrap_or(10.0);
    playground.editor.shown = saved["shown"].as_u64().unwrap_or(0) as usize;
    let history = saved["history"].as_array().into_iter().flatten().filter_map(Value::as_str);
    playground.terminal.shell.history = history.map(String::from).collect();
    playground.touch_all();
    Some(playground)
}

/// An act as JSON: its name and what it carries. `None` for acts that leave no trace.
fn act_to_value(act: &Act) -> Option<Value> {
    Some(match act {
        Act::EditFile { name, text } => json!(["edit", name, text]),
        Act::NewFile => json!(["new"]),
        Act::ShowFile { .. } | Act::Pause | Act::Resume | Act::SetSpeed { .. } => return None,
        // Time is repeated by its steps, whoever asked for them.
        Act::StepOne | Act::JumpToNextChange => return None,
        // Both begin a new diary.
        Act::LoadScenario { .. } | Act::Reset => return None,
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
