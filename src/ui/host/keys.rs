//! Keys pressed anywhere on the page, and where the focus was.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, KeyboardEvent};
use yew::Callback;

use super::document;

/// What takes letters as text.
const FIELDS: &str = "input, textarea, select, [contenteditable='true']";
/// What does something itself when Space is pressed on it.
const PRESSED: &str = "button, a, summary, [role=slider], [role=separator], [role=grid]";

/// A key.
pub struct Pressed {
    event: KeyboardEvent,
    pub key: String,
    /// With Ctrl, or ⌘ on a Mac.
    pub command: bool,
    pub shift: bool,
    pub alt: bool,
    /// The focus is where one writes.
    pub in_field: bool,
    /// The focus is on what a key presses.
    pub on_control: bool,
}

impl Pressed {
    fn read(event: KeyboardEvent) -> Pressed {
        let focused = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let inside =
            |what: &str| focused.as_ref().is_some_and(|element| element.closest(what).ok().flatten().is_some());
        Pressed {
            key: event.key(),
            command: event.ctrl_key() || event.meta_key(),
            shift: event.shift_key(),
            alt: event.alt_key(),
            in_field: inside(FIELDS),
            on_control: inside(PRESSED),
            event,
        }
    }

    /// The key has done its work: the browser needn't.
    pub fn claim(&self) {
        self.event.prevent_default();
    }
}

/// Holds a callback for every key that nothing on the page has taken.
pub struct Keys {
    called: Closure<dyn FnMut(KeyboardEvent)>,
}

impl Keys {
    /// Calls `pressed` with each.
    pub fn watch(pressed: Callback<Pressed>) -> Keys {
        let called = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            if !event.default_prevented() && !event.is_composing() {
                pressed.emit(Pressed::read(event));
            }
        });
        let _ = document().add_event_listener_with_callback("keydown", called.as_ref().unchecked_ref());
        Keys { called }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = document().remove_event_listener_with_callback("keydown", self.called.as_ref().unchecked_ref());
    }
}

/// Holds a callback for Escape, wherever the focus is and whatever else the key does there.
pub struct Escape {
    called: Closure<dyn FnMut(KeyboardEvent)>,
}

impl Escape {
    /// Calls `pressed` when it is.
    pub fn watch(pressed: Callback<()>) -> Escape {
        let called = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                pressed.emit(());
            }
        });
        let function = called.as_ref().unchecked_ref();
        let _ = document().add_event_listener_with_callback_and_bool("keydown", function, true);
        Escape { called }
    }
}

impl Drop for Escape {
    fn drop(&mut self) {
        let function = self.called.as_ref().unchecked_ref();
        let _ = document().remove_event_listener_with_callback_and_bool("keydown", function, true);
    }
}
