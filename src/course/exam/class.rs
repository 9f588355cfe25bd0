//! Many results side by side: who has what, and which tasks were hard.
//!
//! Results of other exams make groups of their own: averages over different tasks would say nothing.

use super::report::Report;
use super::score;
use api::sort;

/// Those who had the same exam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// What the exam was drawn by.
    pub seed: String,
    /// The tasks, in their order.
    pub tasks: Vec<Column>,
    /// By score, the best first; equals by name.
    pub reports: Vec<Report>,
}

/// A task, over all who had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Which one.
    pub id: String,
    /// What it counts.
    pub points: u32,
    /// Per cent of its points, on the average.
    pub mean: u32,
    /// The condition that was missed most often, and by how many; `None` when all were met by all.
    pub missed: Option<(String, u32)>,
}

impl Class {
    /// The groups among these results, the largest first. The same file twice counts once.
    pub fn all(reports: &[Report]) -> Vec<Class> {
        let mut classes: Vec<Class> = Vec::new();
        for report in reports {
            match classes.iter_mut().find(|class| same_exam(&class.reports[0], report)) {
                Some(class) if class.reports.contains(report) => {}
                Some(class) => class.reports.push(report.clone()),
                None => {
                    classes.push(Class { seed: report.seed.clone(), tasks: Vec::new(), reports: vec![report.clone()] });
                }
            }
        }
        for class in &mut classes {
            sort::by(&mut class.reports, |a, b| b.earned().cmp(&a.earned()).then_with(|| a.name.cmp(&b.name)));
            class.tasks = (0..class.reports[0].tasks.len()).map(|place| column(&class.reports, place)).collect();
        }
        sort::by(&mut classes, |a, b| b.reports.len().cmp(&a.reports.len()));
        classes
    }

    /// Per cent of the points, on the average.
    pub fn mean(&self) -> u32 {
        let sum: u32 = self.reports.iter().map(Report::score).sum();
        sum.checked_div(self.reports.len() as u32).unwrap_or(0)
    }

    /// How many passed.
    pub fn passed(&self) -> usize {
        self.reports.iter().filter(|report| report.passed()).count()
    }

    /// As a table for a spreadsheet: comma-separated values.
    pub fn to_csv(&self) -> String {
        let mut out = String::from("name,score,passed,minutes,pauses");
        for task in &self.tasks {
            out.push(',');
            out.push_str(&cell(&task.id));
        }
        for report in &self.reports {
            out.push('\n');
            out.push_str(&cell(&report.name));
            let numbers = [report.score(), u32::from(report.passed()), (report.spent_s / 60) as u32, report.pauses];
            for number in numbers.into_iter().chain(report.tasks.iter().map(super::report::Task::score)) {
                out.push(',');
                out.push_str(&number.to_string());
            }
        }
        out.push('\n');
        out
    }
}

fn same_exam(a: &Report, b: &Report) -> bool {
    let same = |a: &super::report::Task, b: &super::report::Task| (&a.id, a.points) == (&b.id, b.points);
    a.tasks.len() == b.tasks.len() && a.tasks.iter().zip(&b.tasks).all(|(a, b)| same(a, b))
}

fn column(reports: &[Report], place: usize) -> Column {
    let first = &reports[0].tasks[place];
    let tasks = || reports.iter().map(|report| &report.tasks[place]);
    let earned: u32 = tasks().map(super::report::Task::earned).sum();
    let mut missed: Vec<(String, u32)> = Vec::new();
    for condition in tasks().flat_map(|task| &task.conditions).filter(|condition| !condition.met) {
        match missed.iter_mut().find(|(check, _)| *check == condition.check) {
            Some((_, count)) => *count += 1,
            None => missed.push((condition.check.clone(), 1)),
        }
    }
    // Of equals the first, in the order of the conditions.
    let most = missed.iter().map(|(_, count)| *count).max();
    Column {
        id: first.id.clone(),
        points: first.points,
        mean: score::per_cent(earned, first.points * reports.len() as u32),
        missed: missed.into_iter().find(|(_, count)| Some(*count) == most),
    }
}

/// A cell of comma-separated values. What a spreadsheet would take for a formula is none.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_string() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::report::Task;
    use super::super::score::Condition;
    use super::*;

    fn report(name: &str, tasks: &[(&str, &str)]) -> Report {
        let task = |(id, met): &(&str, &str)| Task {
            id: (*id).into(),
            points: 5,
            conditions: (met.chars().zip(1..))
                .map(|(sign, number)| Condition { check: format!("{id} {number}"), met: sign == '+', given: false })
                .collect(),
            ..Task::default()
        };
        Report { name: name.into(), seed: "s".into(), tasks: tasks.iter().map(task).collect(), ..Report::default() }
    }

    #[test]
    fn who_had_the_same_exam_is_one_class_and_every_file_counts_once() {
        let files = [
            report("Jo", &[("a", "+-"), ("b", "--")]),
            report("Other", &[("c", "+")]),
            report("Kim", &[("a", "++"), ("b", "+-")]),
            report("Kim", &[("a", "++"), ("b", "+-")]),
            report("=SUM(A1)", &[("a", "+-"), ("b", "+-")]),
        ];
        let classes = Class::all(&files);
        assert_eq!(classes.len(), 2);
        let class = &classes[0];
        assert_eq!(class.reports.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["Kim", "=SUM(A1)", "Jo"]);
        assert_eq!((class.mean(), class.passed()), (50, 1));
        assert_eq!((class.tasks[0].mean, class.tasks[1].mean), (66, 33));
        assert_eq!(class.tasks[1].missed, Some(("b 2".into(), 3)));
        assert_eq!(classes[1].tasks[0].missed, None);
        assert_eq!(
            class.to_csv(),
            "name,score,passed,minutes,pauses,a,b\nKim,75,1,0,0,100,50\n'=SUM(A1),50,0,0,0,50,50\nJo,25,0,0,0,50,0\n"
        );
    }
}
