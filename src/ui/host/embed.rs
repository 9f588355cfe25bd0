//! The page inside somebody else's: what its address asks for, and messages out and in (`js/frame.js`).

use js_sys::Function;
use wasm_bindgen::prelude::*;
use yew::Callback;

mod js {
    use super::*;

    #[wasm_bindgen(module = "/js/frame.js")]
    extern "C" {
        pub fn asked(name: &str) -> Option<String>;
        pub fn tell(event: &str, detail: &str);
        #[wasm_bindgen(js_name = tellPassed)]
        pub fn tell_passed(lesson: &str, step: u32, steps: u32);
        pub fn manifest() -> Option<String>;
        pub fn listen(heard: &Function);
    }
}

pub use js::{asked, manifest, tell, tell_passed};

/// Whether the page is a part of another.
pub fn embedded() -> bool {
    asked("embed").is_some()
}

/// Tells of everything the page around wants: what, and a value. The page around is told that we are ready.
pub fn listen(heard: Callback<(String, String)>) {
    let heard = Closure::<dyn FnMut(String, String)>::new(move |what, value| heard.emit((what, value)));
    js::listen(&heard.into_js_value().unchecked_into());
}
