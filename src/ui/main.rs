//! The Yew page: draws what the playground shows, and sends it what the learner does.
//!
//! In reading order: [`app`] (owns the playground, the frame loop and the layout), [`panel`] (one folder per panel: its
//! state without Yew where it has one, and its view), [`part`] (pieces without knowledge of Kubernetes), [`text`] (all
//! words), [`opening`] (what a newcomer sees), [`work`] (whose work it is: one's own, or one that came by a link), [`host`] (the browser, and the only user of web-sys).
//!
//! One thing from beginning to end: a click on `+ node` emits an `Act`; the app hands it to the playground, asks which
//! parts of the view moved, fetches those and redraws the panels that show them; the next frames let time pass and repeat it.

mod app;
mod ask;
mod embed;
mod glossary;
mod host;
mod keys;
mod layout;
mod opening;
mod panel;
mod part;
mod parts;
mod text;
mod work;

/// Makes the opening ready; the page's build calls it.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn prepare_opening() {
    opening::prepare();
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    host::prepared::begin();
    host::crash::install();
    host::language::begin();
    let begin = |arrival| {
        yew::Renderer::<app::App>::with_root_and_props(host::root(), app::Props { arrival }).render();
    };
    let arrive = move |()| work::arrive(&host::share::fragment(), yew::Callback::from(begin));
    // The first part of the program can show the opening, and nothing else.
    let needs_rest = work::comes_back() || !embed::beginning().is_empty();
    match needs_rest.then(|| host::rest::fetch(yew::Callback::from(arrive))).flatten() {
        Some(waiting) => waiting.forever(),
        None => arrive(()),
    }
}
