//! The wall clock, for an exam: what time it is, and a call once a second.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::Callback;

use super::window;

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A call once a second, or as often as a browser calls a page out of sight. Dropping it ends it.
pub struct Ticking(i32);

impl Ticking {
    /// Begins.
    pub fn every_second(called: Callback<()>) -> Option<Ticking> {
        // The browser's to keep: it may be ended from within its own call.
        let called = Closure::<dyn FnMut()>::new(move || called.emit(())).into_js_value();
        let id = window().set_interval_with_callback_and_timeout_and_arguments_0(called.unchecked_ref(), 1000).ok()?;
        Some(Ticking(id))
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        window().clear_interval_with_handle(self.0);
    }
}
