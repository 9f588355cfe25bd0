//! The course: every lesson is read in every language, every step is unsolved at its beginning and solved by its solution, and every
//! wrong turn is answered by its own hint.

use course::lesson::Lesson;
use playground::Playground;
use playground::act::{Act, LessonFiles};
use std::path::{Path, PathBuf};

/// Steps of a second of virtual time that a step's solution may take.
const SECONDS_MAX: u32 = 1800;
/// The same for a wrong turn.
const WRONG_SECONDS: u32 = 300;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("static/lessons")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Ids and titles, as the page's list has them.
fn index(language: &str) -> Vec<(String, String)> {
    let text = read(&folder().join(language).join("index.txt"));
    let lines = text.lines().map(|line| line.split_once(" = ").unwrap_or_else(|| panic!("{language}: {line}")));
    lines.map(|(id, title)| (id.to_string(), title.to_string())).collect()
}

fn file(language: &str, id: &str) -> String {
    read(&folder().join(language).join(format!("{id}.md")))
}

fn files(original: &str, translation: Option<&str>) -> LessonFiles {
    let language = if translation.is_some() { "ko" } else { "en" };
    let translation = translation.map(String::from);
    LessonFiles { id: "a".into(), language: language.into(), original: original.into(), translation }
}

/// A playground at the beginning of a lesson's step; the steps before are done by their solutions.
fn at_step(original: &str, translation: Option<&str>, step: usize) -> Playground {
    let mut playground = Playground::new(None);
    playground.act(Act::StartLesson { files: files(original, translation) });
    for _ in 0..step {
        solve(&mut playground);
        playground.act(Act::NextStep);
    }
    playground
}

fn solve(playground: &mut Playground) {
    playground.act(Act::ShowSolution);
    pass_until(playground, SECONDS_MAX, |playground| view(playground).step.done && !playground.plays());
}

/// Lets seconds pass until something is so; says whether it came to be.
fn pass_until(playground: &mut Playground, seconds: u32, so: impl Fn(&Playground) -> bool) -> bool {
    (0..seconds).any(|_| {
        playground.advance(100.0);
        so(playground)
    })
}

fn view(playground: &Playground) -> playground::view::Lesson {
    playground.lesson().expect("a lesson is on")
}

fn unmet(playground: &Playground) -> String {
    let said: Vec<String> = playground.terminal().entries.iter().map(|entry| format!("{entry:?}")).collect();
    let checks = view(playground).step.checks.into_iter().filter(|check| !check.met);
    let checks: Vec<String> = checks.map(|check| format!("{} now: {}", check.code, check.now)).collect();
    format!("{}\n{}", checks.join("\n"), said.join("\n"))
}

#[test]
fn every_lesson_is_in_both_lists_with_its_own_title() {
    for language in ["en", "ko"] {
        let listed = index(language);
        let mut files: Vec<String> = std::fs::read_dir(folder().join(language))
            .expect("a folder")
            .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".md")?.to_string()))
            .collect();
        files.sort();
        assert_eq!(listed.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), files, "{language}");
        for (id, title) in listed {
            let original = file("en", &id);
            let lesson = match language {
                "en" => Lesson::parse(&original),
                _ => Lesson::translated(&original, &file(language, &id)),
            };
            assert_eq!(
                lesson.unwrap_or_else(|fault| panic!("{language}/{id}.md: {fault}")).title,
                title,
                "{language}/{id}"
            );
        }
    }
}

#[test]
fn every_text_of_a_lesson_has_its_counterpart_in_the_other_language() {
    for (id, _) in index("en") {
        let original = file("en", &id);
        assert_eq!(Lesson::translates(&file("ko", &id)).as_deref(), Some(id.as_str()));
        let english = Lesson::parse(&original).expect("it is read");
        let korean = Lesson::translated(&original, &file("ko", &id)).expect("it is read");
        for (english, korean) in english.steps.iter().zip(&korean.steps) {
            let shape = |step: &course::lesson::Step| {
                (step.text.len(), step.hints.len(), step.labels.len(), step.done.is_empty())
            };
            assert_eq!(shape(english), shape(korean), "{id}: {}", english.id);
        }
    }
}

#[test]
fn every_step_is_unsolved_at_its_beginning_and_solved_by_its_solution() {
    for (id, _) in index("en") {
        let original = file("en", &id);
        assert_eq!(Playground::refuses_lesson(&files(&original, None)), None, "{id}");
        let lesson = Lesson::parse(&original).expect("it is read");
        let mut playground = at_step(&original, None, 0);
        for step in &lesson.steps {
            pass_until(&mut playground, 30, |_| false);
            assert!(!view(&playground).step.done, "{id}: {} is done before anything is done", step.id);
            playground.act(Act::ShowSolution);
            let done = |playground: &Playground| view(playground).step.done && !playground.plays();
            let solved = pass_until(&mut playground, SECONDS_MAX, done);
            assert!(solved, "{id}: {} is not done by its solution: {}", step.id, unmet(&playground));
            assert_eq!(view(&playground).step.wrong, None, "{id}: {}", step.id);
            playground.act(Act::NextStep);
        }
        assert!(view(&playground).finished, "{id}");
        // The other language is the same world with other words.
        playground.act(Act::TranslateLesson { language: "ko".into(), translation: Some(file("ko", &id)) });
        let (korean, finished) = (view(&playground), Lesson::translated(&original, &file("ko", &id)));
        assert!(korean.finished && korean.language == "ko");
        assert_eq!(Some(korean.step.said), finished.expect("it is read").steps.pop().map(|step| step.done), "{id}");
    }
}

#[test]
fn every_wrong_turn_is_answered_by_its_own_hint() {
    for (id, _) in index("en") {
        let original = file("en", &id);
        let korean = file("ko", &id);
        let translated = Lesson::translated(&original, &korean).expect("it is read");
        for (place, step) in Lesson::parse(&original).expect("it is read").steps.iter().enumerate() {
            for (wrong, in_korean) in step.wrong.iter().zip(&translated.steps[place].wrong) {
                let mut playground = at_step(&original, None, place);
                playground.play(wrong.tries.clone());
                let hinted = |playground: &Playground| {
                    !playground.plays() && view(playground).step.wrong.as_ref() == Some(&wrong.text)
                };
                let found = pass_until(&mut playground, WRONG_SECONDS, hinted);
                assert!(found, "{id}: {}: wrong turn {}: {}", step.id, wrong.id, unmet(&playground));
                assert!(!view(&playground).step.done, "{id}: {}: wrong turn {} solves it", step.id, wrong.id);
                playground.act(Act::TranslateLesson { language: "ko".into(), translation: Some(korean.clone()) });
                assert_eq!(view(&playground).step.wrong.as_ref(), Some(&in_korean.text), "{id}: {}", step.id);
            }
        }
    }
}

#[test]
fn a_lesson_under_way_survives_a_reload() {
    let (original, korean) = (file("en", "02-its-yaml"), file("ko", "02-its-yaml"));
    let mut playground = at_step(&original, Some(&korean), 1);
    pass_until(&mut playground, 5, |_| false);
    playground.act(Act::ShowHint);
    let mut again = Playground::new(Some(&playground.save()));
    again.advance(0.0);
    assert_eq!(again.lesson(), playground.lesson());
    assert_eq!(again.cluster().state_hash(), playground.cluster().state_hash());
    solve(&mut again);
    again.act(Act::NextStep);
    solve(&mut again);
    assert!(view(&again).finished);
}

#[test]
fn a_solution_is_shown_while_a_command_watches() {
    let original = file("en", "16-orphan-and-adopt");
    let mut playground = at_step(&original, None, 0);
    playground.act(Act::Run { line: "kubectl get ds -w".into() });
    pass_until(&mut playground, 5, |_| false);
    solve(&mut playground);
    assert!(view(&playground).step.done, "{}", unmet(&playground));
}

/// The block of code that begins with a text, in a document.
fn block<'a>(document: &'a str, begins: &str) -> &'a str {
    let blocks = document.split("\n```").filter_map(|block| block.split_once('\n'));
    blocks.map(|(_, text)| text).find(|text| text.starts_with(begins)).unwrap_or_else(|| panic!("no block {begins:?}"))
}

fn formats(name: &str) -> String {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats").join(name))
}

#[test]
fn what_the_documents_of_the_formats_show_is_read() {
    let document = formats("scenario.md");
    assert_eq!(Playground::refuses_scenario(block(&document, "everynode: scenario/v1")), None);
    let document = formats("lesson.md");
    let lesson = block(&document, "---");
    let mut playground = at_step(&format!("{lesson}\n"), None, 0);
    solve(&mut playground);
    assert!(view(&playground).finished, "{}", unmet(&playground));
    let checks = block(&document, "- {object: daemonset/agent").replace('\n', "\n  ");
    let front =
        "---\neverynode: lesson/v1\ntitle: A\nscenario: four-nodes\nsteps:\n- id: a\n  solution: []\n  checks:\n  ";
    let lesson = Lesson::parse(&format!("{front}{checks}\n---\n## A\n")).expect("the checks are read");
    assert_eq!(lesson.steps[0].checks.len(), 9);
}

#[test]
fn the_schemas_know_the_fields_that_are_read() {
    let scenario = "everynode: scenario/v1\ntitle: A\n";
    let lesson = |step: &str| {
        format!("---\neverynode: lesson/v1\ntitle: A\nscenario: four-nodes\nsteps:\n- {step}\n---\n## A\n")
    };
    let of_scenario = |text: &str| course::scenario::Scenario::parse(text).expect_err("an unknown field").text;
    let of_lesson = |text: &str| Lesson::parse(text).expect_err("an unknown field").text;
    let cases = [
        ("scenario", "", of_scenario(&format!("{scenario}zzz: 1\n"))),
        ("scenario", "node", of_scenario(&format!("{scenario}nodes:\n- {{zzz: 1}}\n"))),
        ("scenario", "image", of_scenario(&format!("{scenario}images: {{a: {{zzz: 1}}}}\n"))),
        ("scenario", "act", of_scenario(&format!("{scenario}acts: [{{zzz: 1}}]\n"))),
        ("lesson", "", of_lesson(&lesson("{}").replace("title: A", "zzz: 1"))),
        ("lesson", "step", of_lesson(&lesson("{zzz: 1}"))),
        ("lesson", "check", of_lesson(&lesson("{id: a, solution: [], checks: [{zzz: 1}]}"))),
        ("lesson", "question", of_lesson(&lesson("{id: a, solution: [], question: {zzz: 1}}"))),
        ("lesson", "wrong", of_lesson(&lesson("{id: a, solution: [], checks: [{said: a}], wrong: [{zzz: 1}]}"))),
    ];
    for (file, part, refusal) in cases {
        let schema: serde_json::Value =
            serde_json::from_str(&formats(&format!("{file}.schema.json"))).expect("the schema is JSON");
        let part = if part.is_empty() { &schema } else { &schema["$defs"][part] };
        let in_schema: std::collections::BTreeSet<&str> =
            part["properties"].as_object().expect("properties").keys().map(String::as_str).collect();
        let (_, known) = refusal.split_once("known are ").unwrap_or_else(|| panic!("{refusal}"));
        assert_eq!(known.split(", ").collect::<std::collections::BTreeSet<_>>(), in_schema, "{file}: {refusal}");
    }
}

#[test]
fn a_bound_once_broken_stays_so_until_time_goes_back_before_it() {
    let original = file("en", "task-26-two-at-a-time");
    let mut playground = at_step(&original, None, 0);
    let strategy = |number: u32| {
        let patch =
            format!("{{\"spec\":{{\"updateStrategy\":{{\"rollingUpdate\":{{\"maxUnavailable\":{number}}}}}}}}}");
        format!("kubectl patch ds agent -p '{patch}'")
    };
    for line in [strategy(4), "kubectl set image ds/agent agent=nginx:1.29".into(), strategy(2)] {
        playground.act(Act::Run { line });
        pass_until(&mut playground, 60, |_| false);
    }
    let unmet: Vec<String> =
        view(&playground).step.checks.into_iter().filter(|check| !check.met).map(|check| check.code).collect();
    assert_eq!(unmet, ["always daemonset/agent {.status.numberUnavailable} ≤ 2"]);
    for _ in 0..3 {
        playground.act(Act::Undo);
    }
    solve(&mut playground);
    assert!(view(&playground).finished);
}
