//! A question of a lesson or an exam: its choices as buttons, or a line to write the answer in where there is nothing to choose from.

use playground::act::Act;
use playground::view::lesson::Question;
use yew::prelude::*;

use super::prose;
use crate::glossary::Marker;
use crate::host::dom;
use crate::text::text;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub question: Question,
    /// Whether a choice may be thought over; what was written always may, until its step is done.
    pub thought_over: bool,
    pub act: Callback<Act>,
}

/// The question.
#[component]
pub fn QuestionView(props: &Props) -> Html {
    html! {
        <div class="question">
            { prose::view(&props.question.text, &mut Marker::default()) }
            if props.question.choices.is_empty() {
                <Written question={props.question.clone()} thought_over={props.thought_over} act={props.act.clone()} />
            } else {
                { view_choices(props) }
            }
        </div>
    }
}

fn view_choices(props: &Props) -> Html {
    let question = &props.question;
    let choice = |(id, words): &(String, Vec<_>)| {
        let chosen = question.chosen.as_ref() == Some(id);
        let right = question.answer.as_ref() == Some(id);
        let locked = question.answer.is_some() || question.chosen.is_some() && !props.thought_over;
        let answer = id.clone();
        html! {
            <button type="button" class={classes!(right.then_some("right"))} aria-pressed={if chosen { "true" } else { "false" }}
                disabled={locked} onclick={props.act.reform(move |_| Act::Answer { choice: answer.clone() })}>
                { prose::words(words) }
                if right {
                    <span class="sr">{ " " }{ text("lesson.right") }</span>
                }
            </button>
        }
    };
    html! { <div class="choices">{ for question.choices.iter().map(choice) }</div> }
}

/// The line. It keeps what is being written; the answer is what was sent last.
#[component]
fn Written(props: &Props) -> Html {
    let chosen = props.question.chosen.clone().unwrap_or_default();
    let written = use_state(|| chosen.clone());
    let oninput = {
        let written = written.clone();
        move |event: InputEvent| written.set(dom::value(&event))
    };
    let line = use_node_ref();
    let onsubmit = {
        let (line, act) = (line.clone(), props.act.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            // What stands there, not what was drawn last: Enter may come before that.
            let choice = dom::text_of(&line).trim().to_owned();
            if !choice.is_empty() {
                act.emit(Act::Answer { choice });
            }
        }
    };
    let over = props.question.answer.is_some();
    let sent = !chosen.is_empty() && chosen == written.trim();
    html! {
        <form class="written" {onsubmit}>
            <input ref={line} value={(*written).clone()} aria-label={text("lesson.answer")} readonly={over} spellcheck="false"
                autocapitalize="off" autocomplete="off" {oninput} />
            if let Some(right) = &props.question.answer {
                <p class="is-right">{ text("lesson.right") }{ ": " }<code>{ right }</code></p>
            } else {
                <button type="submit" class="soft" disabled={sent}>{ text("lesson.answer.send") }</button>
                <span class="sent" role="status">{ if sent { text("lesson.answer.sent") } else { "" } }</span>
            }
        </form>
    }
}
