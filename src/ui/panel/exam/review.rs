//! A task gone through again: the learner's own way and the model answer side by side; each step is a moment of its timeline.

use playground::act::{Act, ExamAct};
use playground::view::exam::{Deed, Review};
use playground::view::{Exam, Timeline};
use yew::prelude::*;

use crate::glossary::Marker;
use crate::panel::lesson::question::QuestionView;
use crate::panel::lesson::{prose, view_check};
use crate::part::shown::Shown;
use crate::text::{clock, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub exam: Shown<Option<Box<Exam>>>,
    pub timeline: Shown<Timeline>,
    pub act: Callback<Act>,
}

/// The panel.
#[component]
pub fn ReviewPanel(props: &Props) -> Html {
    let Some((exam, review)) = props.exam.as_ref().and_then(|exam| Some((exam, exam.review.as_ref()?))) else {
        return Html::default();
    };
    let act = &props.act;
    let (place, last) = (exam.current, exam.tasks.len() as u32 - 1);
    let go = |task: u32| act.reform(move |_: MouseEvent| Act::Exam(ExamAct::Review { task }));
    html! {
        <div class="lesson review scroll" tabindex="0" role="group" aria-label={text("exam.review")}>
            <article>
                <header>
                    <p class="of">{ fill("exam.task.of", &[("task", &(place + 1).to_string()), ("tasks", &exam.tasks.len().to_string())]) }</p>
                    <span class="room" />
                    <button type="button" class="quiet" disabled={place == 0} onclick={go(place.saturating_sub(1))}>{ text("exam.previous") }</button>
                    <button type="button" class="quiet" disabled={place == last} onclick={go(last.min(place + 1))}>{ text("exam.next") }</button>
                    <button type="button" class="soft" onclick={act.reform(|_| Act::Exam(ExamAct::LeaveReview))}>{ text("exam.to-results") }</button>
                </header>
                <h2>{ &exam.tasks[place as usize].title }</h2>
                { prose::view(&exam.task.text, &mut Marker::default()) }
                if let Some(question) = &exam.task.question {
                    <QuestionView key={exam.tasks[place as usize].context.clone()} question={question.clone()} thought_over={false} act={act.clone()} />
                }
                <ul class="checks" aria-label={text("lesson.checks")}>{ for review.checks.iter().map(view_check) }</ul>
                <div class="two-ways">
                    { view_way(review, false, &props.timeline, act) }
                    { view_way(review, true, &props.timeline, act) }
                </div>
            </article>
        </div>
    }
}

/// One of the two: its steps, of which the last one that was done at the moment on the timeline is marked.
fn view_way(review: &Review, model: bool, timeline: &Timeline, act: &Callback<Act>) -> Html {
    let (title, deeds) = if model { (text("exam.model"), &review.answer) } else { (text("exam.own"), &review.own) };
    let on_stage = review.model == model;
    let look = |at_ms: f64| act.reform(move |_: MouseEvent| Act::Exam(ExamAct::LookAt { model, at_ms }));
    let reached = deeds.iter().rposition(|deed| on_stage && deed.at_ms <= timeline.now_ms);
    let row = |(place, deed): (usize, &Deed)| {
        html! {
            <li>
                <button type="button" aria-current={(reached == Some(place)).then_some("step")} onclick={look(deed.at_ms)}>
                    <span class="at">{ clock((deed.at_ms / 1000.0) as u64) }</span>
                    <code>{ &deed.text }</code>
                </button>
            </li>
        }
    };
    html! {
        <section class={classes!("way", on_stage.then_some("on-stage"))} aria-label={title}>
            <h3>
                <button type="button" aria-pressed={if on_stage { "true" } else { "false" }} onclick={look(f64::MAX)}>{ title }</button>
            </h3>
            <ol>
                <li>
                    <button type="button" aria-current={(on_stage && reached.is_none()).then_some("step")} onclick={look(0.0)}>
                        <span class="at">{ clock(0) }</span>{ text("exam.start") }
                    </button>
                </li>
                { for deeds.iter().enumerate().map(row) }
            </ol>
            if deeds.is_empty() {
                <p class="nothing">{ text("exam.nothing") }</p>
            }
        </section>
    }
}
