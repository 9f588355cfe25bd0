//! The bank of exam tasks: every task of the course is in it and can be done in an exam, with one terminal for all of them.

use course::exam::bank;
use course::lesson::Lesson;
use playground::Playground;
use playground::act::{Act, ExamAct, ExamPaper, LessonFiles};
use std::path::Path;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/lessons").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn tasks_of_the_course() -> Vec<String> {
    let index = read("en/index.txt");
    let ids = index.lines().filter_map(|line| line.split_once(" = ")).map(|(id, _)| id.to_string());
    ids.filter(|id| id.starts_with("task-")).collect()
}

fn whole_bank() -> Vec<bank::Entry> {
    bank::read(&read("bank.txt")).unwrap_or_else(|fault| panic!("bank.txt: {fault}"))
}

fn paper(entries: &[bank::Entry]) -> ExamPaper {
    let files = |id: &str| LessonFiles {
        id: id.into(),
        language: "en".into(),
        original: read(&format!("en/{id}.md")),
        translation: None,
    };
    ExamPaper {
        seed: "all".into(),
        tasks: entries.iter().map(|entry| (files(&entry.id), entry.points)).collect(),
        ..ExamPaper::default()
    }
}

fn begin(entries: &[bank::Entry]) -> Playground {
    let mut playground = Playground::new(None);
    playground.act(Act::Exam(ExamAct::Begin { paper: paper(entries) }));
    playground
}

fn go_to(playground: &mut Playground, task: usize) {
    playground.act(Act::Exam(ExamAct::GoTo { task: task as u32 }));
}

fn end(playground: &mut Playground) -> playground::view::exam::Report {
    playground.act(Act::Exam(ExamAct::End));
    playground.exam().and_then(|exam| exam.report).expect("the exam is over")
}

#[test]
fn every_task_of_the_course_is_in_the_bank_and_has_one_step() {
    let bank = whole_bank();
    assert_eq!(bank.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>(), tasks_of_the_course());
    let mut files = Vec::new();
    for entry in &bank {
        let lesson = Lesson::parse(&read(&format!("en/{}.md", entry.id))).expect("it is read");
        assert_eq!(lesson.steps.len(), 1, "{}", entry.id);
        assert!(!lesson.steps[0].checks.is_empty(), "{}: nothing to judge by", entry.id);
        if let course::lesson::Setting::Own(scenario) = lesson.setting {
            files.extend(scenario.files.into_iter().filter_map(|file| match file {
                course::scenario::FileSpec::Own { name, .. } => Some(name),
                course::scenario::FileSpec::Example(_) => None,
            }));
        }
    }
    // One terminal, one folder: tasks that bring a file of the same name would take it from each other.
    let mut once = files.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), files.len(), "{files:?}");
}

#[test]
fn an_exam_of_all_tasks_is_worth_nothing_untouched_and_everything_when_each_is_solved() {
    let bank = whole_bank();
    let mut playground = begin(&bank);
    for task in 0..bank.len() {
        go_to(&mut playground, task);
    }
    let report = end(&mut playground);
    for task in &report.tasks {
        assert_eq!(task.score(), 0, "{} is worth something untouched: {:?}", task.id, task.conditions);
    }

    let mut playground = begin(&bank);
    for (task, entry) in bank.iter().enumerate() {
        go_to(&mut playground, task);
        let lesson = Lesson::parse(&read(&format!("en/{}.md", entry.id))).expect("it is read");
        // What happens by itself, as in a rollout that gets stuck, happens first.
        (0..30).for_each(|_| playground.advance(100.0));
        playground.play(lesson.steps[0].solution.clone());
        for _ in 0..1800 {
            playground.advance(100.0);
            if !playground.plays() {
                break;
            }
        }
    }
    let report = end(&mut playground);
    for task in &report.tasks {
        assert_eq!(task.score(), 100, "{} is not solved by its solution: {:?}", task.id, task.conditions);
    }
    assert_eq!(report.score(), 100);
}

#[test]
fn what_the_document_of_results_shows_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats/exam-result.md");
    let document = std::fs::read_to_string(path).expect("it is there");
    let (_, rest) = document.split_once("```yaml\n").expect("a block");
    let (text, _) = rest.split_once("```").expect("it ends");
    let report = playground::view::exam::Report::parse(text).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(report.write(), text);
}
