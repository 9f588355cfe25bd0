//! An exam as it survives a reload: its clock, and each task with the save of its cluster.

use super::{Clock, Exam, Outcome, Place, Task};
use crate::act::LessonFiles;
use api::{Value, json};
use course::exam::score::Condition;

impl Exam {
    /// As it is saved. The cluster of the present task is the save's own.
    pub fn to_value(&self) -> Value {
        json!({"seed": self.seed, "name": self.name, "minutes": self.minutes, "current": self.current, "over": self.over,
            "clock": self.clock.write(), "tasks": self.tasks.iter().map(task_to_value).collect::<Vec<Value>>()})
    }

    /// As it was saved; `None` if there is none in it, or one that can't be read.
    pub fn from_value(value: &Value) -> Option<Exam> {
        let text = |key: &str| value[key].as_str().map(String::from);
        let mut clock = [0; 6];
        for (place, number) in value["clock"].as_array()?.iter().zip(&mut clock) {
            *number = place.as_u64()?;
        }
        let tasks: Option<Vec<Task>> = value["tasks"].as_array()?.iter().map(task_from_value).collect();
        let tasks = tasks.filter(|tasks| !tasks.is_empty())?;
        let over = value["over"].as_bool();
        let mut exam = Exam {
            seed: text("seed")?,
            name: text("name")?,
            minutes: value["minutes"].as_u64()? as u32,
            clock: Clock::read(clock),
            current: (value["current"].as_u64()? as usize).min(tasks.len() - 1),
            tasks,
            over,
            review: None,
        };
        if over.is_none() {
            exam.tasks[exam.current].place = Place::Here;
        }
        Some(exam)
    }
}

fn task_to_value(task: &Task) -> Value {
    let files = &task.files;
    let save = match &task.place {
        Place::Parked(_, text) | Place::Written(text) => Some(text.as_str()),
        Place::Unopened | Place::Here => None,
    };
    json!({"id": files.id, "language": files.language, "original": files.original, "translation": files.translation,
        "points": task.points, "flagged": task.flagged, "spent": task.spent_ms as u64, "save": save,
        "outcome": task.outcome.as_ref().map(outcome_to_value)})
}

fn task_from_value(value: &Value) -> Option<Task> {
    let text = |key: &str| value[key].as_str().map(String::from);
    let files = LessonFiles {
        id: text("id")?,
        language: text("language")?,
        original: text("original")?,
        translation: text("translation"),
    };
    let mut task = Task::new(files, value["points"].as_u64()? as u32)?;
    task.flagged = value["flagged"] == true;
    task.spent_ms = value["spent"].as_u64()? as f64;
    task.outcome = outcome_from_value(&value["outcome"]);
    if let Some(save) = text("save") {
        task.place = Place::Written(save);
    }
    Some(task)
}

fn outcome_to_value(outcome: &Outcome) -> Value {
    let conditions = outcome.conditions.iter().map(|it| json!([it.check, it.met, it.given]));
    json!({"conditions": conditions.collect::<Vec<Value>>(), "now": outcome.now, "answer": outcome.answer, "did": outcome.did})
}

fn outcome_from_value(value: &Value) -> Option<Outcome> {
    let texts = |key: &str| -> Option<Vec<String>> {
        Some(value[key].as_array()?.iter().filter_map(Value::as_str).map(String::from).collect())
    };
    let condition =
        |it: &Value| Some(Condition { check: it[0].as_str()?.into(), met: it[1].as_bool()?, given: it[2].as_bool()? });
    Some(Outcome {
        conditions: value["conditions"].as_array()?.iter().map(condition).collect::<Option<_>>()?,
        now: texts("now")?,
        answer: value["answer"].as_str().map(String::from),
        did: texts("did")?,
    })
}
