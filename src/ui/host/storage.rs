//! What survives a reload: texts under a name in local storage.
//!
//! Storage may be absent (a sandboxed frame), forbidden or full. None of that is an error: the page works without, and
//! the last save also lies in the document, where `static/shell.js` finds it to offer it as a file.

use std::sync::atomic::{AtomicBool, Ordering};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Storage;
use yew::Callback;

use super::{crash, document, embed, window};

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

static HELD: AtomicBool = AtomicBool::new(false);

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
    if !HELD.load(Ordering::Relaxed) {
        keep(WORK, text);
    }
    if let Some(element) = document().get_element_by_id("work") {
        element.set_text_content(Some(text));
    }
}

/// From now on the work in storage is left as it is, or is kept up again: what came by a link must not replace the learner's own
/// where that couldn't be set aside.
pub fn hold_work(hold: bool) {
    HELD.store(hold, Ordering::Relaxed);
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

/// A part of somebody else's page keeps nothing: the learner's own work may lie under the same origin.
fn storage() -> Option<Storage> {
    if embed::embedded() {
        return None;
    }
    window().local_storage().ok()?
}
