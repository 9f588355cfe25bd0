//! The page and the wall clock: frames in which time passes, what has moved since the last one, and when the work is saved.

use yew::prelude::*;

use super::{App, Msg};
use crate::embed;
use crate::host::frame::Frame;
use crate::host::keys::Keys;
use crate::host::storage::Leaving;
use crate::host::{frame, storage};
use crate::panel::dock::DockTab;
use crate::part::shown::Shown;

/// A frame after a longer gap (a hidden tab, a laptop's lid) lets only this much of the wall clock pass.
const GAP_MAX_MS: f64 = 100.0;
/// Story and inspector are read, not watched: while time runs they are told anew this often.
const TELL_EVERY_MS: f64 = 250.0;
/// How long after time has passed the work is saved, when nothing else has happened.
const SAVE_AFTER_TIME_MS: f64 = 5_000.0;

/// The wall clock's side of things.
pub struct Clock {
    pub(super) frame: Option<Frame>,
    /// When the last frame was, if it was part of the same run of frames.
    pub(super) last_ms: Option<f64>,
    /// How much longer until the work is saved; `None` when there is nothing new.
    pub(super) save_in_ms: Option<f64>,
    pub(super) _leaving: Option<Leaving>,
    pub(super) _keys: Option<Keys>,
}

impl Clock {
    pub(super) fn save_within(&mut self, ms: f64) {
        self.save_in_ms = Some(self.save_in_ms.map_or(ms, |left| left.min(ms)));
    }
}

impl App {
    /// Lets time pass. Returns whether something is to be redrawn.
    pub(super) fn frame(&mut self, ctx: &Context<Self>, now_ms: f64) -> bool {
        let passed_ms = self.clock.last_ms.map_or(0.0, |last| (now_ms - last).clamp(0.0, GAP_MAX_MS));
        self.clock.last_ms = Some(now_ms);
        self.clock.frame = None;
        self.playground.borrow_mut().advance(passed_ms);
        if self.playground.borrow().works() {
            // What a command does is looked at once it has done it.
            self.ask_for_frame(ctx);
            return false;
        }
        let moved = self.fetch_what_moved();
        if now_ms - self.told.1 > TELL_EVERY_MS || self.parts.timeline.paused {
            self.told = (self.revisions.story, now_ms);
            self.fetch_events();
        }
        if moved {
            self.clock.save_within(SAVE_AFTER_TIME_MS);
        }
        self.save_when_due(passed_ms);
        if !self.parts.timeline.paused || self.clock.save_in_ms.is_some() || self.playground.borrow().lags() {
            self.ask_for_frame(ctx);
        } else {
            self.clock.last_ms = None;
        }
        moved
    }

    pub(super) fn ask_for_frame(&mut self, ctx: &Context<Self>) {
        if self.clock.frame.is_none() {
            self.clock.frame = frame::request(ctx.link().callback(Msg::Frame));
        }
    }

    pub(super) fn save_when_due(&mut self, passed_ms: f64) {
        let Some(left) = self.clock.save_in_ms else { return };
        self.clock.save_in_ms = Some(left - passed_ms).filter(|left| *left > 0.0);
        if self.clock.save_in_ms.is_none() {
            self.save();
        }
    }

    pub(super) fn save(&mut self) {
        self.clock.save_in_ms = None;
        storage::keep_work(&self.playground.borrow().save());
    }

    pub(super) fn fetch_what_moved(&mut self) -> bool {
        let playground = self.playground.borrow();
        let now = playground.revisions();
        let seen = std::mem::replace(&mut self.revisions, now);
        let (settled, taught) = (self.parts.timeline.settled, self.parts.teaches());
        self.parts.refetch(&playground, seen, now);
        if taught != self.parts.teaches() {
            self.layout = self.layout.for_lesson(!taught);
            self.layout.show();
        }
        if !settled && self.parts.timeline.settled {
            embed::tell("settled", "");
        }
        seen != now
    }

    /// Events are a table of their own that nobody reads while another panel is in front.
    pub(super) fn fetch_events(&mut self) {
        if self.dock == DockTab::Events && self.events != self.revisions.events {
            self.events = self.revisions.events;
            self.parts.events = Shown::new(self.playground.borrow().events());
        }
    }
}
