//! The results: a score, what each task came to and why, the file to hand in, and the same on paper.

use playground::act::{Act, ExamAct};
use playground::view::Exam;
use playground::view::exam::{PASS, Report, TaskName, TaskReport};
use yew::prelude::*;

use super::points;
use crate::host::{dom, share};
use crate::part::shown::Shown;
use crate::text::{clock, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub exam: Shown<Option<Box<Exam>>>,
    pub act: Callback<Act>,
}

/// The page.
#[component]
pub fn ResultPage(props: &Props) -> Html {
    let Some((exam, report)) = props.exam.as_ref().and_then(|exam| Some((exam, exam.report.as_ref()?))) else {
        return Html::default();
    };
    let file = report.write();
    let name = file_name(&report.name);
    html! {
        <article class="result">
            <header>
                <h2>{ text("exam.result") }</h2>
                <button type="button" class="quiet" onclick={props.act.reform(|_| Act::Exam(ExamAct::Leave))}>{ text("exam.leave") }</button>
            </header>
            { view_score(report) }
            <div class="ways">
                <button type="button" class="main" onclick={move |_| share::save_file(&name, file.as_bytes())}>{ text("exam.save") }</button>
                <button type="button" class="soft" onclick={|_| dom::print()}>{ text("exam.print") }</button>
            </div>
            <ol class="tasks">
                { for exam.tasks.iter().zip(&report.tasks).zip(0..).map(|((name, task), place)| view_task(name, task, place, &props.act)) }
            </ol>
            <p class="counted">{ text("exam.counted") }</p>
        </article>
    }
}

/// The score, and what there is to say of the exam as a whole.
pub fn view_score(report: &Report) -> Html {
    let (score, pass) = (report.score().to_string(), PASS.to_string());
    let passed = report.passed();
    let minutes = report.minutes.to_string();
    let spent = clock(report.spent_s);
    let time = match (report.time_up, report.minutes) {
        (true, _) => fill("exam.result.time-up", &[("minutes", &minutes)]),
        (false, 0) => fill("exam.result.spent", &[("spent", &spent)]),
        (false, _) => fill("exam.result.spent-of", &[("spent", &spent), ("minutes", &minutes)]),
    };
    let pauses = (report.pauses > 0).then(|| {
        fill("exam.result.pauses", &[("count", &report.pauses.to_string()), ("time", &clock(report.paused_s))])
    });
    html! {
        <div class={classes!("score", if passed { "passed" } else { "missed" })}>
            <p class="number">{ &score }<small>{ "%" }</small></p>
            <div>
                <p class="verdict">{ fill(if passed { "exam.passed" } else { "exam.missed" }, &[("pass", &pass)]) }</p>
                if !report.name.is_empty() {
                    <p class="who">{ &report.name }</p>
                }
                <p>{ fill("exam.result.points", &[("earned", &points(report.earned())), ("points", &report.points().to_string())]) }{ " · " }{ time }</p>
                <p>{ fill("exam.result.seed", &[("seed", &report.seed)]) }{ " · " }{ date(&report.ended) }</p>
                if let Some(pauses) = pauses {
                    <p>{ pauses }</p>
                }
            </div>
        </div>
    }
}

/// `2026-11-29T09:40:00Z` as a person reads it.
pub fn date(moment: &str) -> String {
    moment.replace('T', " ").trim_end_matches('Z').to_owned() + " UTC"
}

fn view_task(name: &TaskName, task: &TaskReport, place: u32, act: &Callback<Act>) -> Html {
    let score = task.score();
    let summary = fill("exam.earned", &[("earned", &points(task.earned())), ("points", &task.points.to_string())]);
    html! {
        <li class={classes!(if score == 100 { "full" } else if score == 0 { "none" } else { "part" })}>
            <details open={score < 100}>
                <summary>
                    <span class="title">{ &name.title }</span>
                    if task.flagged {
                        <span class="flagged" role="img" aria-label={text("exam.flagged")}>{ "⚑" }</span>
                    }
                    <span class="spent">{ if name.opened { clock(task.spent_s) } else { text("exam.state.new").to_owned() } }</span>
                    <span class="earned">{ summary }</span>
                    <svg class="gauge" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width={score.to_string()} height="6" /></svg>
                </summary>
                { view_conditions(task) }
                if !name.solution.is_empty() {
                    <div class="model">
                        <h3>{ text("exam.model") }</h3>
                        <pre tabindex="0">{ name.solution.join("\n") }</pre>
                    </div>
                }
                <button type="button" class="soft" onclick={act.reform(move |_| Act::Exam(ExamAct::Review { task: place }))}>
                    { text("exam.review") }
                </button>
            </details>
        </li>
    }
}

/// What had to be so, and was it.
pub fn view_conditions(task: &TaskReport) -> Html {
    let condition = |it: &playground::view::exam::Condition| {
        html! {
            <li class={classes!(it.met.then_some("met"))}>
                <span class="sr">{ text(if it.met { "lesson.met" } else { "exam.unmet" }) }{ " " }</span>
                if it.check == "?" {
                    <span class="condition">{ text("exam.answered") }
                        if let Some(answer) = &task.answer {
                            { ": " }<code>{ answer }</code>
                        }
                    </span>
                } else {
                    <span class="condition"><code>{ &it.check }</code></span>
                }
                if it.given {
                    <span class="now">{ text("exam.given") }</span>
                }
            </li>
        }
    };
    html! { <ul class="checks">{ for task.conditions.iter().map(condition) }</ul> }
}

/// A file's name from a person's: letters and digits of any script, and dashes.
fn file_name(person: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let person: String = person.chars().map(plain).collect();
    match person.trim_matches('-') {
        "" => "exam-result.yaml".to_owned(),
        person => ["exam-result-", person, ".yaml"].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_after_its_person() {
        assert_eq!(file_name("Kim Minji"), "exam-result-Kim-Minji.yaml");
        assert_eq!(file_name("../김민지"), "exam-result-김민지.yaml");
        assert_eq!(file_name(" "), "exam-result.yaml");
    }
}
