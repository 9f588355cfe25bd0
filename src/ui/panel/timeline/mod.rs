//! The time bar: hold, step, jump, speed, and where we are.

use playground::act::Act;
use playground::view::{Mark, MarkKind, Timeline};
use yew::prelude::*;

use crate::part::icon::{self, Shape};
use crate::part::shown::Shown;
use crate::part::tool::tool;
use crate::text::{clock, fill, text};

/// The speeds one may choose, in virtual seconds per second.
const SPEEDS: [u32; 3] = [1, 10, 100];
/// The track is never shorter than this, so that the first seconds don't race along it: two minutes, in milliseconds.
const TRACK_MIN_MS: f64 = 120_000.0;

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
    let now = clock((time.now_ms / 1000.0) as u64);
    html! {
        <footer class="time" aria-label={text("time.panel")}>
            <div class="keys">
                { hold }
                { button(text("time.step"), icon::STEP, act, Act::StepOne) }
                { button(text("time.jump"), icon::JUMP, act, Act::JumpToNextChange) }
            </div>
            <div class="segments" role="group" aria-label={text("time.speed")}>
                { for SPEEDS.iter().map(|speed| view_speed(*speed, time.speed, act)) }
            </div>
            <span class="why">{ why_this_speed(time.speed) }</span>
            { view_track(time) }
            // Keeps its room when it doesn't hold, so that the track doesn't jump.
            <span class={classes!("settled", time.settled.then_some("holds"))} title={text("time.settled.why")}>
                { text("time.settled") }
            </span>
            <span class="now" role="img" aria-label={fill("time.now", &[("time", &now)])}>{ now }</span>
        </footer>
    }
}

fn button(name: &'static str, shape: Shape, act: &Callback<Act>, what: Act) -> Html {
    tool("", name, shape, act.reform(move |_| what.clone()))
}

fn view_speed(speed: u32, now: f64, act: &Callback<Act>) -> Html {
    let speed_wanted = f64::from(speed);
    let onclick = act.reform(move |_| Act::SetSpeed { speed: speed_wanted });
    let pressed = if speed_wanted == now { "true" } else { "false" };
    let title = why_this_speed(speed_wanted);
    html! { <button type="button" {title} aria-pressed={pressed} {onclick}>{ ["×", &speed.to_string()].concat() }</button> }
}

/// A learner who sees a minute pass in six seconds should know that it is a minute.
fn why_this_speed(speed: f64) -> &'static str {
    match speed as u32 {
        1 => text("time.speed.1"),
        10 => text("time.speed.10"),
        100 => text("time.speed.100"),
        _ => "",
    }
}

/// A line as long as the run so far, doubling when it is full, with a mark for each act and each trouble.
fn view_track(time: &Timeline) -> Html {
    let length = track_length(time.now_ms);
    let at = |ms: f64| percent(ms / length);
    html! {
        <svg class="track" aria-hidden="true">
            <rect class="rail" y="8" width="100%" height="4" rx="2" />
            <rect class="past" y="8" width={at(time.now_ms)} height="4" rx="2" />
            { for time.marks.iter().map(|mark| view_mark(mark, at(mark.at_ms))) }
            <circle class="here" cx={at(time.now_ms)} cy="10" r="5" />
        </svg>
    }
}

fn view_mark(mark: &Mark, x: String) -> Html {
    let class = match mark.kind {
        MarkKind::Act => "mark",
        MarkKind::Trouble => "mark trouble",
    };
    html! { <rect {class} {x} y="3" width="2.5" height="14" rx="1"><title>{ &mark.text }</title></rect> }
}

fn track_length(now_ms: f64) -> f64 {
    let mut length = TRACK_MIN_MS;
    while length < now_ms {
        length *= 2.0;
    }
    length
}

/// To a tenth of a per cent.
fn percent(share: f64) -> String {
    let tenths = (share * 1000.0) as u32;
    [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string(), "%"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn track_doubles_when_it_is_full() {
        assert_eq!(track_length(0.0), 120_000.0);
        assert_eq!(track_length(120_001.0), 240_000.0);
    }
}
