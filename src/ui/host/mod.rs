//! The browser's side: frames, storage, the look of the document, focus, the editor's module.
//!
//! The only folder that uses web-sys. Every function is small and does one thing to the browser; what to do and when is
//! decided by the panels. All of it is refused politely where a browser refuses (no storage, no focus): the page goes on.

pub mod canvas;
pub mod crash;
pub mod dom;
pub mod editor;
pub mod embed;
pub mod frame;
pub mod keys;
pub mod language;
pub mod lessons;
#[cfg(target_arch = "wasm32")]
pub mod prepared;
pub mod rest;
pub mod share;
pub mod storage;
pub mod theme;
pub mod wall;

use web_sys::{Document, Element, Window};

/// Where the page is drawn. The rest of the document is the shell's.
pub fn root() -> Element {
    document().get_element_by_id("app").expect("index.html holds the app's place")
}

fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

fn document() -> Document {
    window().document().expect("a window has a document")
}
