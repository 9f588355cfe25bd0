//! Frames: asks the browser to call back before the next paint; and the mark that says when a person can begin.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::Callback;

use super::window;

/// A frame that was asked for. Dropping it takes the request back.
pub struct Frame {
    id: i32,
    _called: Closure<dyn FnMut(f64)>,
}

/// Calls `called` with the time in milliseconds, once, before the next paint.
pub fn request(called: Callback<f64>) -> Option<Frame> {
    let called = Closure::once(move |now: f64| called.emit(now));
    let id = window().request_animation_frame(called.as_ref().unchecked_ref()).ok()?;
    Some(Frame { id, _called: called })
}

impl Drop for Frame {
    fn drop(&mut self) {
        let _ = window().cancel_animation_frame(self.id);
    }
}

/// The wall clock, in milliseconds, for measuring.
pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Marks a moment for whoever measures the page: `interactive`, from which a person can use it, and `complete`, from which all of
/// the program is there.
pub fn mark(moment: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(moment);
    }
}
