//! Lessons: the list of them, or the one that is on, step by step.
//!
//! What is so in the cluster is the playground's to say; here it is only shown. A lesson that was begun in another language gets
//! its texts in the page's own when the panel comes up.

pub mod list;
pub mod progress;
pub mod prose;
pub mod question;

use playground::act::{Act, LessonFiles};
use playground::view::Lesson;
use playground::view::lesson::{Check, Step};
use yew::prelude::*;

use crate::glossary::Marker;
use crate::host::lessons;
use crate::panel::exam::Sheet;
use crate::part::shown::Shown;
use crate::text::{Language, fill, text};
use list::List;
use question::QuestionView;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub lesson: Shown<Option<Box<Lesson>>>,
    pub act: Callback<Act>,
    pub begin: Callback<LessonFiles>,
    pub sheet: Callback<Sheet>,
}

/// The panel.
#[component]
pub fn LessonPanel(props: &Props) -> Html {
    let language = props.lesson.as_ref().map(|lesson| (lesson.id.clone(), lesson.language.clone()));
    {
        let act = props.act.clone();
        use_effect_with(language, move |language| {
            if let Some((id, language)) = language
                && language != Language::now().code()
            {
                translate(id, act);
            }
        });
    }
    html! {
        <div class="lesson scroll" tabindex="0" role="group" aria-label={text("dock.lesson")}>
            {
                match props.lesson.as_ref() {
                    None => html! { <List begin={&props.begin} sheet={&props.sheet} /> },
                    Some(lesson) => view_lesson(lesson, &props.act),
                }
            }
        </div>
    }
}

/// The texts of the lesson that is on, in the page's language.
fn translate(id: &str, act: Callback<Act>) {
    let language = Language::now().code();
    let come = Callback::from(move |texts: Option<Vec<String>>| {
        if let Some(texts) = texts {
            let translation = texts.into_iter().nth(1);
            act.emit(Act::TranslateLesson { language: language.into(), translation });
        }
    });
    lessons::fetch(list::names(id, language), come);
}

fn view_lesson(lesson: &Lesson, act: &Callback<Act>) -> Html {
    let step = &lesson.step;
    let mut marker = Marker::default();
    let marker = &mut marker;
    let (number, count) = ((lesson.current + 1).to_string(), lesson.steps.len().to_string());
    let title = lesson.steps.get(lesson.current as usize).cloned().unwrap_or_default();
    html! {
        <article>
            <header>
                <p class="of">{ &lesson.title }</p>
                { view_dots(lesson) }
                <span class="sr">{ fill("lesson.step", &[("step", &number), ("steps", &count)]) }</span>
                <span class="room" />
                <button type="button" class="quiet" onclick={act.reform(|_| Act::LeaveLesson)}>{ text("lesson.leave") }</button>
            </header>
            if !lesson.intro.is_empty() {
                <div class="intro">{ prose::view(&lesson.intro, marker) }</div>
            }
            <h2>{ title }</h2>
            { prose::view(&step.text, marker) }
            if let Some(question) = &step.question {
                <QuestionView question={question.clone()} thought_over={false} act={act.clone()} />
            }
            if !step.checks.is_empty() {
                <ul class="checks" aria-label={text("lesson.checks")}>{ for step.checks.iter().map(view_check) }</ul>
            }
            <div role="status">
                if let Some(wrong) = &step.wrong {
                    <div class="aside wrong">{ prose::view(wrong, marker) }</div>
                }
                { for step.hints.iter().map(|hint| html! { <div class="aside">{ prose::view(hint, marker) }</div> }) }
                if step.done {
                    <div class="aside done">{ prose::view(&step.said, marker) }</div>
                }
            </div>
            { view_ways_on(lesson, step, act) }
        </article>
    }
}

fn view_dots(lesson: &Lesson) -> Html {
    let dots = (0..lesson.steps.len() as u32).map(|place| {
        let done = place < lesson.current || place == lesson.current && lesson.step.done;
        html! { <i class={classes!(done.then_some("done"), (place == lesson.current).then_some("here"))} /> }
    });
    html! { <span class="dots" aria-hidden="true">{ for dots }</span> }
}

/// A condition, and what there is in place of it.
pub fn view_check(check: &Check) -> Html {
    html! {
        <li class={classes!(check.met.then_some("met"))}>
            <span class="sr">{ text(if check.met { "lesson.met" } else { "lesson.unmet" }) }</span>
            <span class="condition" title={check.code.clone()}>
                if check.label.is_empty() {
                    <code>{ &check.code }</code>
                } else {
                    { prose::words(&check.label) }
                }
            </span>
            if !check.now.is_empty() {
                <span class="now">{ fill("lesson.now", &[("now", &check.now)]) }</span>
            }
        </li>
    }
}

fn view_ways_on(lesson: &Lesson, step: &Step, act: &Callback<Act>) -> Html {
    let hint = text(if step.hints.is_empty() { "lesson.hint" } else { "lesson.hint.more" });
    html! {
        <footer>
            if lesson.finished {
                <button type="button" class="main" onclick={act.reform(|_| Act::LeaveLesson)}>{ text("lesson.end") }</button>
            } else if step.done {
                <button type="button" class="main" onclick={act.reform(|_| Act::NextStep)}>{ text("lesson.next") }</button>
            } else {
                if step.hints_left > 0 {
                    <button type="button" class="soft" onclick={act.reform(|_| Act::ShowHint)}>{ hint }</button>
                }
                <button type="button" class="quiet" disabled={step.playing} onclick={act.reform(|_| Act::ShowSolution)}>
                    { text(if step.playing { "lesson.playing" } else { "lesson.solution" }) }
                </button>
            }
            <span class="room" />
            <button type="button" class="quiet" onclick={act.reform(|_| Act::Reset)}>{ text("lesson.again") }</button>
        </footer>
    }
}
