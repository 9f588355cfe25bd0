//! What survives a reload: texts under a name in local storage.
//!
//! Storage may be absent (a sandboxed frame), forbidden or full. None of that is an error: the page works without, and
//! the last save also lies in the document, where `static/shell.js` finds it to offer it as a file.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Storage;
use yew::Callback;

use super::{crash, document, window};

/// The playground's own save.
pub const WORK: &str = "everynode.work";
/// Where the panels' edges were dragged to.
pub const LAYOUT: &str = "everynode.layout";
/// The chosen language's code.
pub const LANGUAGE: &str = "everynode.language";
/// Whether single characters are keys: `off` if not.
pub const SINGLE_KEYS: &str = "everynode.single-keys";
/// The chosen theme.
pub const THEME: &str = "everynode.theme";

/// What was kept under `name`.
pub fn load(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps `text` under `name`, if the browser lets it.
pub fn keep(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, text);
    }
}

/// Keeps the playground's save, in storage and in the document.
///
/// Not after a crash: what crashed once would be kept over the last good save, and crash again at the next start.
pub fn keep_work(text: &str) {
    if crash::happened() {
        return;
    }
    keep(WORK, text);
    if let Some(element) = document().get_element_by_id("work") {
        element.set_text_content(Some(text));
    }
}

/// Holds a callback for when the page is left, hidden on a phone included: the last chance to save.
pub struct Leaving {
    _left: Closure<dyn FnMut()>,
}

impl Leaving {
    /// Calls `left` whenever the page is left.
    pub fn watch(left: Callback<()>) -> Leaving {
        let closure = Closure::<dyn FnMut()>::new(move || left.emit(()));
        window().set_onpagehide(Some(closure.as_ref().unchecked_ref()));
        Leaving { _left: closure }
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        window().set_onpagehide(None);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}
