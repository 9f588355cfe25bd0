//! The track: a slider over the whole run, with a mark for each act and each trouble.

use playground::act::Act;
use playground::view::{Mark, MarkKind, Timeline};
use yew::prelude::*;

use crate::host::dom;
use crate::host::frame::{self, Frame};
use crate::part::shown::Shown;
use crate::text::{clock, fill, text};

/// The track is never shorter than this, so that the first seconds don't race along it: two minutes, in milliseconds.
const TRACK_MIN_MS: f64 = 120_000.0;
/// How far the arrow keys go, and Page Up and Page Down.
const KEY_MS: f64 = 1_000.0;
const PAGE_MS: f64 = 10_000.0;
/// A pointer this near to a mark means the mark, in thousandths of the track.
const SNAP: f64 = 6.0;
/// The element that stands for the whole run.
const TRACK: &str = ".track";

#[derive(Properties, PartialEq)]
pub struct Props {
    pub timeline: Shown<Timeline>,
    pub act: Callback<Act>,
}

/// The slider.
#[component]
pub fn Track(props: &Props) -> Html {
    let time = &props.timeline;
    let dragged = use_mut_ref(|| false);
    // A pointer moves more often than the page is painted, and each seek is work.
    let wanted = use_mut_ref(|| None::<f64>);
    let frame = use_mut_ref(|| None::<Frame>);
    let seek = {
        let (act, time) = (props.act.clone(), time.clone());
        move |event: &PointerEvent, snaps: bool| {
            let Some(share) = dom::pointer_along(event, TRACK) else { return };
            let asked = wanted.borrow_mut().replace(moment_at(&time, share, snaps)).is_some();
            if asked {
                return;
            }
            let (act, wanted) = (act.clone(), wanted.clone());
            *frame.borrow_mut() = frame::request(Callback::from(move |_| {
                let at_ms = wanted.borrow_mut().take();
                if let Some(at_ms) = at_ms {
                    act.emit(Act::Seek { at_ms });
                }
            }));
        }
    };
    let onpointerdown = {
        let (dragged, seek) = (dragged.clone(), seek.clone());
        move |event: PointerEvent| {
            dom::capture_pointer_with(&event, TRACK);
            *dragged.borrow_mut() = true;
            seek(&event, true);
        }
    };
    let onpointermove = {
        let dragged = dragged.clone();
        move |event: PointerEvent| {
            if *dragged.borrow() {
                seek(&event, false);
            }
        }
    };
    let onpointerup = {
        let dragged = dragged.clone();
        move |_: PointerEvent| *dragged.borrow_mut() = false
    };
    let onpointercancel = move |_: PointerEvent| *dragged.borrow_mut() = false;
    let onkeydown = {
        let (act, time) = (props.act.clone(), time.clone());
        move |event: KeyboardEvent| {
            if let Some(what) = key_act(&event.key(), &time) {
                event.prevent_default();
                act.emit(what);
            }
        }
    };
    let (now, end) = (clock(seconds(time.now_ms)), clock(seconds(time.end_ms)));
    let length = track_length(time.end_ms);
    let at = |ms: f64| percent(ms / length);
    html! {
        <div class="track" role="slider" tabindex="0" aria-label={text("time.track")} aria-valuemin="0"
            aria-valuemax={seconds(time.end_ms).to_string()} aria-valuenow={seconds(time.now_ms).to_string()}
            aria-valuetext={fill("time.track.at", &[("now", &now), ("end", &end)])}
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onkeydown}>
            <svg aria-hidden="true" focusable="false">
                <rect class="rail" y="12" width="100%" height="4" rx="2" />
                <rect class="ahead" y="12" width={at(time.end_ms)} height="4" rx="2" />
                <rect class="past" y="12" width={at(time.now_ms)} height="4" rx="2" />
                { for time.marks.iter().map(|mark| view_mark(mark, at(mark.at_ms))) }
                if let Some(pinned) = time.pinned_ms {
                    <circle class="pinned" cx={at(pinned)} cy="14" r="4" />
                }
                <circle class="here" cx={at(time.now_ms)} cy="14" r="7" />
            </svg>
        </div>
    }
}

fn view_mark(mark: &Mark, x: String) -> Html {
    let class = match mark.kind {
        MarkKind::Act => "mark",
        MarkKind::Trouble => "mark trouble",
    };
    html! { <rect {class} {x} y="7" width="2.5" height="14" rx="1"><title>{ &mark.text }</title></rect> }
}

/// The moment under the pointer; a mark's when it is near enough.
fn moment_at(time: &Timeline, share: f64, snaps: bool) -> f64 {
    let length = track_length(time.end_ms);
    let at_ms = (share * length).clamp(0.0, time.end_ms);
    let near = |mark: &&Mark| (mark.at_ms - at_ms).abs() * 1000.0 / length < SNAP;
    let mark = time.marks.iter().filter(|_| snaps).find(near);
    mark.map_or(at_ms, |mark| mark.at_ms)
}

fn key_act(key: &str, time: &Timeline) -> Option<Act> {
    let by = |ms: f64| Some(Act::Seek { at_ms: (time.now_ms + ms).clamp(0.0, time.end_ms) });
    match key {
        "ArrowLeft" | "ArrowDown" => by(-KEY_MS),
        "ArrowRight" | "ArrowUp" => by(KEY_MS),
        "PageDown" => by(-PAGE_MS),
        "PageUp" => by(PAGE_MS),
        "Home" => Some(Act::Seek { at_ms: 0.0 }),
        "End" => Some(Act::ReturnToNow),
        _ => None,
    }
}

/// As long as the run so far, doubling when it is full.
fn track_length(end_ms: f64) -> f64 {
    let mut length = TRACK_MIN_MS;
    while length < end_ms {
        length *= 2.0;
    }
    length
}

pub fn seconds(ms: f64) -> u64 {
    (ms / 1000.0) as u64
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

    #[test]
    fn pointer_goes_no_further_than_the_run_and_catches_a_mark_nearby() {
        let mark = Mark { at_ms: 30_000.0, kind: MarkKind::Act, text: String::new() };
        let time = Timeline { end_ms: 60_000.0, marks: vec![mark], ..Timeline::default() };
        assert_eq!(moment_at(&time, 0.9, true), 60_000.0);
        assert_eq!((moment_at(&time, 0.252, true), moment_at(&time, 0.252, false)), (30_000.0, 30_240.0));
    }

    #[test]
    fn keys_stay_within_the_run() {
        let time = Timeline { now_ms: 500.0, end_ms: 60_000.0, ..Timeline::default() };
        assert_eq!(key_act("ArrowLeft", &time), Some(Act::Seek { at_ms: 0.0 }));
        assert_eq!(key_act("PageUp", &time), Some(Act::Seek { at_ms: 10_500.0 }));
        assert_eq!(key_act("x", &time), None);
    }
}
