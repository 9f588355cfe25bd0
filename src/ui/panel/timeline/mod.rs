//! The time bar: hold, step, jump, undo, speed, where we are in the run, and the lines of events one may go to.

mod help;
mod track;

use playground::act::Act;
use playground::view::{Branch, Timeline};
use yew::prelude::*;

pub use self::help::BUTTON as HELP_BUTTON;
use self::help::KeysHelp;
use self::track::{Track, seconds};
use crate::keys::SPEEDS;
use crate::part::icon::{self, Shape, icon};
use crate::part::menu::{Item, Menu};
use crate::part::shown::Shown;
use crate::part::tool::tool;
use crate::text::{clock, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub timeline: Shown<Timeline>,
    pub act: Callback<Act>,
}

/// The bar.
#[component]
pub fn TimeBar(props: &Props) -> Html {
    let time = &*props.timeline;
    let act = &props.act;
    let hold = if time.paused {
        button(text("time.resume"), icon::PLAY, act, Act::Resume)
    } else {
        button(text("time.pause"), icon::PAUSE, act, Act::Pause)
    };
    let now = clock(seconds(time.now_ms));
    html! {
        <footer class="time" aria-label={text("time.panel")}>
            { view_past(time, &now, act) }
            <div class="keys">
                { hold }
                { button(text("time.step"), icon::STEP, act, Act::StepOne) }
                { button(text("time.jump"), icon::JUMP, act, Act::JumpToNextChange) }
                { button(text("time.settle"), icon::SETTLE, act, Act::RunUntilSettled) }
            </div>
            <div class="keys">
                { view_undo("time.undo", "time.undo.none", icon::UNDO, &time.undo, act, Act::Undo) }
                { view_undo("time.redo", "time.redo.none", icon::REDO, &time.redo, act, Act::Redo) }
            </div>
            <div class="segments speeds" role="group" aria-label={text("time.speed")}>
                { for SPEEDS.iter().map(|(speed, name)| view_speed(*speed, name, time.speed, act)) }
            </div>
            { view_speed_menu(time.speed, act) }
            <Track timeline={props.timeline.clone()} act={act.clone()} />
            // Keeps its room when it doesn't hold, so that the track doesn't jump.
            <span class={classes!("settled", time.settled.then_some("holds"))} title={text("time.settled.why")}>
                { text("time.settled") }
            </span>
            <span class="now" role="img" aria-label={fill("time.now", &[("time", &now)])}>{ now.clone() }</span>
            { view_branches(time, act) }
            <KeysHelp />
        </footer>
    }
}

fn button(name: &'static str, shape: Shape, act: &Callback<Act>, what: Act) -> Html {
    tool("", name, shape, act.reform(move |_| what.clone()))
}

/// Says that an earlier moment is looked at, and leads back. It lies over the page, which therefore doesn't move.
fn view_past(time: &Timeline, now: &str, act: &Callback<Act>) -> Html {
    let end = clock(seconds(time.end_ms));
    html! {
        <div class="looking" role="status">
            if time.past {
                <p>
                    <b>{ fill("time.past", &[("time", now)]) }</b>
                    <span>{ text("time.past.what") }</span>
                    <button type="button" class="main" onclick={act.reform(|_| Act::ReturnToNow)}>
                        { fill("time.past.return", &[("time", &end)]) }
                    </button>
                </p>
            }
        </div>
    }
}

fn view_undo(
    key: &'static str,
    none: &'static str,
    shape: Shape,
    what: &Option<String>,
    act: &Callback<Act>,
    does: Act,
) -> Html {
    let name = what.as_ref().map_or_else(|| text(none).to_owned(), |what| fill(key, &[("act", what)]));
    let onclick = act.reform(move |_| does.clone());
    html! {
        <button type="button" class="quiet round" aria-label={name.clone()} title={name} disabled={what.is_none()} {onclick}>
            { icon(shape) }
        </button>
    }
}

fn view_speed(speed: f64, name: &'static str, now: f64, act: &Callback<Act>) -> Html {
    let onclick = act.reform(move |_| Act::SetSpeed { speed });
    let pressed = if speed == now { "true" } else { "false" };
    html! { <button type="button" title={why_this_speed(speed)} aria-pressed={pressed} {onclick}>{ name }</button> }
}

/// The same as a menu, where there is no room for a row.
fn view_speed_menu(now: f64, act: &Callback<Act>) -> Html {
    let items = SPEEDS.iter().map(|(speed, name)| {
        let speed = *speed;
        let text = [*name, " · ", why_this_speed(speed)].concat();
        Item { current: speed == now, ..Item::new(text, act.reform(move |()| Act::SetSpeed { speed })) }
    });
    let name = SPEEDS.iter().find(|(speed, _)| *speed == now).map_or(&"×", |(_, name)| name);
    html! {
        <Menu id="menu-speed" class="quiet speed-menu" label={text("time.speed")} shows={*name} items={items.collect::<Vec<Item>>()}>{ name }</Menu>
    }
}

/// A learner who sees a minute pass in six seconds should know that it is a minute.
fn why_this_speed(speed: f64) -> &'static str {
    match (speed * 10.0) as u32 {
        1 => text("time.speed.0.1"),
        10 => text("time.speed.1"),
        100 => text("time.speed.10"),
        1_000 => text("time.speed.100"),
        _ => text("time.speed.1000"),
    }
}

/// The lines of events, once there are several, and the moment to compare with.
fn view_branches(time: &Timeline, act: &Callback<Act>) -> Html {
    if time.branches.is_empty() {
        return Html::default();
    }
    // As they began, whichever is the present one.
    let mut lines: Vec<(&Branch, bool)> = Vec::new();
    for line in time.branches.iter().map(|line| (line, false)).chain(time.line.iter().map(|line| (line, true))) {
        let place = lines.iter().position(|(other, _)| other.id > line.0.id).unwrap_or(lines.len());
        lines.insert(place, line);
    }
    let count = lines.len().to_string();
    let items = lines.into_iter().map(|(line, current)| {
        let branch = line.id;
        let chosen =
            if current { act.reform(|()| Act::ReturnToNow) } else { act.reform(move |()| Act::ShowBranch { branch }) };
        Item { current, ..Item::new(branch_name(line), chosen) }
    });
    html! {
        <Menu id="menu-branches" class="quiet branches" label={fill("time.branches", &[("count", &count)])} items={items.collect::<Vec<Item>>()}>
            { icon(icon::BRANCH) }{ count.clone() }
        </Menu>
    }
}

/// `00:30 kubectl cordon node-3 (until 00:50)`
fn branch_name(line: &Branch) -> String {
    let (at, end) = (clock(seconds(line.at_ms)), clock(seconds(line.end_ms)));
    let act = line.act.as_deref().unwrap_or(text("time.branch.plain"));
    fill("time.branch", &[("at", &at), ("end", &end), ("act", act)])
}
