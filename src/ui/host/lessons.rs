//! Fetching the course's files: the list of lessons, and each lesson when it is begun.

use wasm_bindgen::prelude::*;
use yew::Callback;

mod js {
    use super::*;

    #[wasm_bindgen(module = "/js/lessons.js")]
    extern "C" {
        #[wasm_bindgen(js_name = fetchAll)]
        pub fn fetch_all(names: Vec<String>, ready: &js_sys::Function);
    }
}

/// Fetches files of the folder of lessons; `None` if one of them can't be had.
pub fn fetch(names: Vec<String>, ready: Callback<Option<Vec<String>>>) {
    let count = names.len();
    let ready = Closure::once_into_js(move |texts: Vec<String>| ready.emit(Some(texts).filter(|it| it.len() == count)));
    js::fetch_all(names, &ready.unchecked_into());
}
