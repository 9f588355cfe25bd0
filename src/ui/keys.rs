//! Keys that work anywhere on the page: which act each one is.
//!
//! Undo and redo need Ctrl or ⌘; all others are single characters, which somebody who speaks to the computer, or whose hand
//! slips, must be able to switch off.

use playground::act::Act;
use playground::view::Timeline;

use crate::host::storage;

/// The speeds one may choose, in virtual seconds per second, as they are written.
pub const SPEEDS: [(f64, &str); 5] = [(0.1, "×0.1"), (1.0, "×1"), (10.0, "×10"), (100.0, "×100"), (1000.0, "×1000")];

/// A key as it was pressed, where nobody was writing.
pub struct Key<'a> {
    pub key: &'a str,
    pub command: bool,
    pub shift: bool,
    /// The focus is on something that Space presses.
    pub on_control: bool,
}

/// What a key does.
#[derive(Debug, PartialEq)]
pub enum Does {
    Act(Act),
    ShowHelp,
}

/// What this key does now, if anything.
pub fn does(key: &Key<'_>, single: bool, time: &Timeline) -> Option<Does> {
    if key.command {
        let redo = (key.key.eq_ignore_ascii_case("z") && key.shift) || key.key.eq_ignore_ascii_case("y");
        return match key.key {
            _ if redo => time.redo.is_some().then_some(Does::Act(Act::Redo)),
            "z" | "Z" => time.undo.is_some().then_some(Does::Act(Act::Undo)),
            _ => None,
        };
    }
    if !single {
        return None;
    }
    Some(Does::Act(match key.key {
        " " if key.on_control => return None,
        " " if time.paused => Act::Resume,
        " " => Act::Pause,
        "." => Act::StepOne,
        "n" => Act::JumpToNextChange,
        "s" => Act::RunUntilSettled,
        "[" => Act::Seek { at_ms: mark_before(time)? },
        "]" => mark_after(time).map_or(Act::ReturnToNow, |at_ms| Act::Seek { at_ms }),
        "0" if time.past => Act::ReturnToNow,
        "-" | "+" | "=" => Act::SetSpeed { speed: next_speed(time.speed, key.key != "-")? },
        "?" => return Some(Does::ShowHelp),
        _ => return None,
    }))
}

/// The moment of the last mark before what is looked at.
fn mark_before(time: &Timeline) -> Option<f64> {
    time.marks.iter().rev().map(|mark| mark.at_ms).find(|at| *at < time.now_ms - 1.0)
}

/// The moment of the next mark.
fn mark_after(time: &Timeline) -> Option<f64> {
    time.marks.iter().map(|mark| mark.at_ms).find(|at| *at > time.now_ms + 1.0)
}

fn next_speed(now: f64, faster: bool) -> Option<f64> {
    let speeds = SPEEDS.iter().map(|(speed, _)| *speed);
    if faster { speeds.into_iter().find(|speed| *speed > now) } else { speeds.rev().find(|speed| *speed < now) }
}

/// Whether single characters do something.
pub fn single_keys() -> bool {
    storage::load(storage::SINGLE_KEYS).as_deref() != Some("off")
}

/// Lets them, or not.
pub fn set_single_keys(on: bool) {
    storage::keep(storage::SINGLE_KEYS, if on { "on" } else { "off" });
}

#[cfg(test)]
mod tests {
    use playground::view::{Mark, MarkKind};

    use super::*;

    fn pressed(key: &str, time: &Timeline) -> Option<Does> {
        does(&Key { key, command: false, shift: false, on_control: false }, true, time)
    }

    #[test]
    fn space_holds_and_lets_go_but_leaves_a_button_its_space() {
        let time = Timeline { paused: true, ..Timeline::default() };
        assert_eq!(pressed(" ", &time), Some(Does::Act(Act::Resume)));
        assert_eq!(pressed(" ", &Timeline::default()), Some(Does::Act(Act::Pause)));
        let on_button = Key { key: " ", command: false, shift: false, on_control: true };
        assert_eq!(does(&on_button, true, &time), None);
    }

    #[test]
    fn single_keys_can_be_switched_off_and_undo_stays() {
        let time = Timeline { undo: Some("x".into()), ..Timeline::default() };
        let key = |key, command, shift| does(&Key { key, command, shift, on_control: false }, false, &time);
        assert_eq!(key(".", false, false), None);
        assert_eq!(key("z", true, false), Some(Does::Act(Act::Undo)));
        assert_eq!(key("Z", true, true), None, "nothing was undone");
    }

    #[test]
    fn brackets_go_from_mark_to_mark_and_signs_from_speed_to_speed() {
        let mark = |at_ms| Mark { at_ms, kind: MarkKind::Act, text: String::new() };
        let time = Timeline { now_ms: 50.0, speed: 10.0, marks: vec![mark(10.0), mark(80.0)], ..Timeline::default() };
        assert_eq!(pressed("[", &time), Some(Does::Act(Act::Seek { at_ms: 10.0 })));
        assert_eq!(pressed("]", &time), Some(Does::Act(Act::Seek { at_ms: 80.0 })));
        assert_eq!(pressed("+", &time), Some(Does::Act(Act::SetSpeed { speed: 100.0 })));
        assert_eq!(pressed("-", &time), Some(Does::Act(Act::SetSpeed { speed: 1.0 })));
    }
}
