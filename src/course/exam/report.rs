//! What is left of an exam: a file of YAML that says what was asked, what was so in the end, and what was done.
//! `docs/formats/exam-result.md` describes it field by field.
//!
//! Read strictly, and doubted: a score that doesn't follow from the conditions is a fault. That finds mistakes, not deceit: whoever
//! writes such a file by hand can make its parts agree.

use super::score::{self, Condition};
use crate::read::{self, Entries, Fault, Field};
use api::{Value, json};

/// The format this reads and writes.
const FORMAT: &str = "exam-result/v1";
/// Per cent of the points that pass an exam. Source: the Linux Foundation's page of the CKA.
pub const PASS: u32 = 66;

/// The results of an exam.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// As the learner wrote it; may be empty.
    pub name: String,
    /// What the exam was drawn by.
    pub seed: String,
    /// What it was given; 0: as long as one likes.
    pub minutes: u32,
    /// When it began and ended: `2026-11-29T09:40:00Z`.
    pub began: String,
    /// See `began`.
    pub ended: String,
    /// It ended because its time was over.
    pub time_up: bool,
    /// How long it took, pauses left out.
    pub spent_s: u64,
    /// How often it was held, …
    pub pauses: u32,
    /// … and how long in all.
    pub paused_s: u64,
    /// In the order they stood.
    pub tasks: Vec<Task>,
}

/// A task of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// Which one of the bank.
    pub id: String,
    /// What it counts.
    pub points: u32,
    /// How long it was worked on.
    pub spent_s: u64,
    /// The learner had marked it.
    pub flagged: bool,
    /// What had to be so.
    pub conditions: Vec<Condition>,
    /// The answer to its question.
    pub answer: Option<String>,
    /// What was entered and done, line by line.
    pub did: Vec<String>,
}

impl Task {
    /// Hundredths of points.
    pub fn earned(&self) -> u32 {
        score::earned(self.points, &self.conditions)
    }

    /// Per cent of its points.
    pub fn score(&self) -> u32 {
        score::per_cent(self.earned(), self.points)
    }
}

impl Report {
    /// Hundredths of points.
    pub fn earned(&self) -> u32 {
        self.tasks.iter().map(Task::earned).sum()
    }

    /// The points there were to earn.
    pub fn points(&self) -> u32 {
        self.tasks.iter().map(|task| task.points).sum()
    }

    /// Per cent of the points.
    pub fn score(&self) -> u32 {
        score::per_cent(self.earned(), self.points())
    }

    /// Whether that is enough.
    pub fn passed(&self) -> bool {
        self.score() >= PASS
    }

    /// As a file.
    pub fn write(&self) -> String {
        let tasks: Vec<Value> = self.tasks.iter().map(task_to_value).collect();
        yaml::to_string(&json!({
            "everynode": FORMAT,
            "name": self.name,
            "exam": {"seed": self.seed, "minutes": self.minutes},
            "began": self.began,
            "ended": self.ended,
            "timeUp": self.time_up,
            "spentSeconds": self.spent_s,
            "pauses": {"count": self.pauses, "seconds": self.paused_s},
            "score": self.score(),
            "tasks": tasks,
        }))
    }

    /// Reads a file.
    pub fn parse(text: &str) -> Result<Report, Fault> {
        let document = read::document(text)?;
        let map = Field::root(&document).map(&[
            "everynode",
            "name",
            "exam",
            "began",
            "ended",
            "timeUp",
            "spentSeconds",
            "pauses",
            "score",
            "tasks",
        ])?;
        let format = map.need("everynode")?;
        if format.text()? != FORMAT {
            return Err(format.fault(format!("this reads {FORMAT}, not {}", format.value())));
        }
        let exam = map.need("exam")?.map(&["seed", "minutes"])?;
        let pauses = map.need("pauses")?.map(&["count", "seconds"])?;
        let report = Report {
            name: map.need("name")?.text()?,
            seed: exam.need("seed")?.text()?,
            minutes: small(&exam, "minutes")?,
            began: map.need("began")?.text()?,
            ended: map.need("ended")?.text()?,
            time_up: map.need("timeUp")?.flag()?,
            spent_s: map.need("spentSeconds")?.number()?,
            pauses: small(&pauses, "count")?,
            paused_s: pauses.need("seconds")?.number()?,
            tasks: map.need("tasks")?.list()?.iter().map(task).collect::<Result<_, _>>()?,
        };
        let score = map.need("score")?;
        match score.number()? == u64::from(report.score()) {
            true => Ok(report),
            false => Err(score.fault(format!("the conditions make {}, not {}", report.score(), score.value()))),
        }
    }
}

fn task_to_value(task: &Task) -> Value {
    let conditions: Vec<Value> =
        (task.conditions.iter()).map(|it| json!({"check": it.check, "met": it.met, "given": it.given})).collect();
    let mut value = json!({"id": task.id, "points": task.points, "spentSeconds": task.spent_s, "flagged": task.flagged,
        "conditions": conditions, "did": task.did});
    if let Some(answer) = &task.answer {
        value["answer"] = answer.as_str().into();
    }
    value
}

fn task(field: &Field<'_>) -> Result<Task, Fault> {
    let map = field.map(&["id", "points", "spentSeconds", "flagged", "conditions", "answer", "did"])?;
    Ok(Task {
        id: map.need("id")?.text()?,
        points: small(&map, "points")?,
        spent_s: map.need("spentSeconds")?.number()?,
        flagged: map.need("flagged")?.flag()?,
        conditions: map.need("conditions")?.list()?.iter().map(condition).collect::<Result<_, _>>()?,
        answer: map.get("answer").map(|answer| answer.text()).transpose()?,
        did: map.need("did")?.list()?.iter().map(Field::text).collect::<Result<_, _>>()?,
    })
}

fn condition(field: &Field<'_>) -> Result<Condition, Fault> {
    let map = field.map(&["check", "met", "given"])?;
    Ok(Condition {
        check: map.need("check")?.text()?,
        met: map.need("met")?.flag()?,
        given: map.need("given")?.flag()?,
    })
}

/// A number of which nothing is lost when they are multiplied.
fn small(map: &Entries<'_>, key: &str) -> Result<u32, Fault> {
    let field = map.need(key)?;
    let number = field.number()?;
    u32::try_from(number).ok().filter(|small| *small <= 10_000).ok_or_else(|| field.fault("is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let condition = |check: &str, met| Condition { check: check.into(), met, given: false };
        let task = |id: &str, met: bool| Task {
            id: id.into(),
            points: 4,
            spent_s: 90,
            flagged: !met,
            conditions: vec![condition("daemonset/a {.status.numberReady} = 3", true), condition("? = \"4\"", met)],
            answer: met.then(|| "yes".to_string()),
            did: vec!["kubectl get ds".into(), "# on node-5: kubeadm join".into()],
        };
        Report {
            name: "민지 Kim: \"the first\"".into(),
            seed: "1".into(),
            minutes: 8,
            began: "2026-11-29T09:40:00Z".into(),
            ended: "2026-11-29T09:46:00Z".into(),
            time_up: false,
            spent_s: 360,
            pauses: 1,
            paused_s: 20,
            tasks: vec![task("task-01-count", true), task("task-02-where", false)],
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let report = report();
        assert_eq!((report.earned(), report.score(), report.passed()), (600, 75, true));
        assert_eq!(Report::parse(&report.write()), Ok(report));
    }

    #[test]
    fn a_file_whose_parts_do_not_agree_is_refused_at_its_line() {
        let text = report().write();
        let refusal = |from: &str, to: &str| Report::parse(&text.replacen(from, to, 1)).unwrap_err().text;
        assert_eq!(refusal("score: 75", "score: 95"), "score: the conditions make 75, not 95");
        assert_eq!(refusal("met: false", "met: true"), "score: the conditions make 100, not 75");
        assert!(refusal("exam-result/v1", "exam-result/v2").contains("this reads exam-result/v1"));
        assert!(refusal("timeUp", "timeup").contains("unknown field"));
        assert!(refusal("points: 4", "points: 4000000000").contains("too large"));
        assert!(Report::parse("").is_err() && Report::parse("a: [").is_err());
    }
}
