//! The bar over an exam: the tasks, the clock, and the way out.

use playground::act::{Act, ExamAct};
use playground::view::Exam;
use yew::prelude::*;

use crate::host::dom;
use crate::part::icon::{self, icon};
use crate::part::shown::Shown;
use crate::part::tool::tool;
use crate::text::{clock, fill, text};

/// The clock changes colour when so little is left.
const SOON_S: u64 = 300;
const LAST_S: u64 = 60;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub exam: Shown<Option<Box<Exam>>>,
    pub act: Callback<Act>,
}

/// The bar.
#[component]
pub fn ExamBar(props: &Props) -> Html {
    let Some(exam) = props.exam.as_ref() else { return Html::default() };
    let last = exam.tasks.len() as u32 - 1;
    let act = &props.act;
    let go = |task: u32| act.reform(move |_: MouseEvent| Act::Exam(ExamAct::GoTo { task }));
    let flagged = exam.tasks[exam.current as usize].flagged;
    html! {
        <div class="exam-bar" role="region" aria-label={text("exam.bar")}>
            <div class="where">
                { step("exam.previous", "‹", exam.current > 0, go(exam.current.saturating_sub(1))) }
                <Tasks exam={props.exam.clone()} act={act.clone()} />
                { step("exam.next", "›", exam.current < last, go(last.min(exam.current + 1))) }
            </div>
            <button type="button" class="quiet flag" aria-pressed={if flagged { "true" } else { "false" }} disabled={exam.held}
                onclick={act.reform(move |_| Act::Exam(ExamAct::Flag { on: !flagged }))}>
                <span aria-hidden="true">{ if flagged { "⚑" } else { "⚐" } }</span><span>{ text("exam.flag") }</span>
            </button>
            <span class="room" />
            { view_clock(exam) }
            if !exam.held {
                { tool("", text("exam.hold"), icon::PAUSE, act.reform(|_| Act::Exam(ExamAct::Hold))) }
            }
            <End exam={props.exam.clone()} act={act.clone()} />
        </div>
    }
}

fn step(name: &'static str, sign: &'static str, there: bool, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="quiet round" aria-label={text(name)} title={text(name)} disabled={!there} {onclick}>{ sign }</button>
    }
}

fn view_clock(exam: &Exam) -> Html {
    let (class, warning) = match exam.left_s {
        Some(left) if left <= LAST_S => ("last", text("exam.left.1")),
        Some(left) if left <= SOON_S => ("soon", text("exam.left.5")),
        _ => ("", ""),
    };
    let shown = clock(exam.left_s.unwrap_or(exam.spent_s));
    let name = text(if exam.left_s.is_some() { "exam.left" } else { "exam.spent" });
    html! {
        <>
            <span class={classes!("clock", class)} role="timer" aria-label={name} title={name}>{ shown }</span>
            <span class="sr" role="status">{ warning }</span>
        </>
    }
}

/// The list of tasks, behind a button that says which one is on.
#[component]
fn Tasks(props: &Props) -> Html {
    let (button, list) = (use_node_ref(), use_node_ref());
    let Some(exam) = props.exam.as_ref() else { return Html::default() };
    let opening = {
        let (button, list) = (button.clone(), list.clone());
        move |_: MouseEvent| dom::place_menu(&button, &list)
    };
    let row = |(task, place): (&playground::view::exam::TaskName, u32)| {
        let current = place == exam.current;
        let onclick = props.act.reform(move |_| Act::Exam(ExamAct::GoTo { task: place }));
        html! {
            <li>
                <button type="button" popovertarget="exam-tasks" popovertargetaction="hide" aria-current={current.then_some("true")} {onclick}>
                    <span class="number">{ place + 1 }</span>
                    <span class="title">{ &task.title }</span>
                    <span class="state">
                        if task.flagged {
                            <span class="flagged" role="img" aria-label={text("exam.flagged")}>{ "⚑" }</span>
                        }
                        { text(if current { "exam.state.on" } else if task.opened { "exam.state.seen" } else { "exam.state.new" }) }
                    </span>
                    <span class="points">{ task.points }</span>
                </button>
            </li>
        }
    };
    let (number, count) = ((exam.current + 1).to_string(), exam.tasks.len().to_string());
    html! {
        <>
            <button ref={button} type="button" class="chip" popovertarget="exam-tasks" disabled={exam.held} onclick={opening}>
                { fill("exam.task.of", &[("task", &number), ("tasks", &count)]) }{ icon(icon::DOWN) }
            </button>
            <div ref={list} id="exam-tasks" class="menu exam-tasks" popover="auto" role="dialog" aria-label={text("exam.list")}>
                <ol>{ for exam.tasks.iter().zip(0..).map(row) }</ol>
            </div>
        </>
    }
}

/// Handing in, which is asked about once.
#[component]
fn End(props: &Props) -> Html {
    let (button, card) = (use_node_ref(), use_node_ref());
    let Some(exam) = props.exam.as_ref() else { return Html::default() };
    let opening = {
        let (button, card) = (button.clone(), card.clone());
        move |_: MouseEvent| dom::place_menu(&button, &card)
    };
    let count = |which: fn(&playground::view::exam::TaskName) -> bool| {
        exam.tasks.iter().filter(|task| which(task)).count().to_string()
    };
    let (unopened, flagged) = (count(|task| !task.opened), count(|task| task.flagged));
    html! {
        <>
            <button ref={button} type="button" class="soft" popovertarget="exam-end" onclick={opening}>{ text("exam.end") }</button>
            <div ref={card} id="exam-end" class="menu exam-end" popover="auto" role="dialog" aria-label={text("exam.end")}>
                <p>{ fill("exam.end.sure", &[("unopened", &unopened), ("flagged", &flagged)]) }</p>
                <div class="ways">
                    <button type="button" class="main" popovertarget="exam-end" popovertargetaction="hide"
                        onclick={props.act.reform(|_| Act::Exam(ExamAct::End))}>{ text("exam.end.do") }</button>
                    <button type="button" class="quiet" popovertarget="exam-end" popovertargetaction="hide">{ text("exam.end.not") }</button>
                </div>
            </div>
        </>
    }
}
