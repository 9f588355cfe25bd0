//! Handing work on: packing, the address, the clipboard, files. `js/share.js` does it; the answers come by a callback.

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::HtmlInputElement;
use yew::{Callback, NodeRef};

mod js {
    use super::*;

    #[wasm_bindgen(module = "/js/share.js")]
    extern "C" {
        pub fn pack(text: &str, ready: &Function);
        pub fn unpack(packed: &str, ready: &Function);
        pub fn address() -> String;
        pub fn fragment() -> String;
        pub fn language() -> String;
        #[wasm_bindgen(js_name = openTab)]
        pub fn open_tab(address: &str);
        #[wasm_bindgen(js_name = forgetFragment)]
        pub fn forget_fragment();
        #[wasm_bindgen(js_name = watchFragment)]
        pub fn watch_fragment(changed: &Function);
        pub fn copy(input: &HtmlInputElement, text: &str, done: &Function);
        #[wasm_bindgen(js_name = saveFile)]
        pub fn save_file(name: &str, bytes: &Uint8Array);
        #[wasm_bindgen(js_name = openFile)]
        pub fn open_file(ready: &Function);
        #[wasm_bindgen(js_name = openFiles)]
        pub fn open_files(ready: &Function);
        #[wasm_bindgen(js_name = setAside)]
        pub fn set_aside(text: &str) -> bool;
        #[wasm_bindgen(js_name = whenAside)]
        pub fn when_aside() -> Vec<String>;
        #[wasm_bindgen(js_name = readAside)]
        pub fn read_aside(index: usize) -> Option<String>;
        #[wasm_bindgen(js_name = dropAside)]
        pub fn drop_aside(text: &str);
    }
}

pub use js::{address, drop_aside, forget_fragment, fragment, language, open_tab, read_aside, set_aside, when_aside};

/// Compresses a text into letters that an address may hold; `None` where the browser can't.
pub fn pack(text: &str, ready: Callback<Option<String>>) {
    js::pack(text, &once(move |packed| ready.emit(packed)));
}

/// Takes such letters apart again; `None` if they are damaged.
pub fn unpack(packed: &str, ready: Callback<Option<String>>) {
    js::unpack(packed, &once(move |text| ready.emit(text)));
}

/// Tells of every fragment that comes while the page is open.
pub fn watch_fragment(changed: Callback<String>) {
    let changed = Closure::<dyn FnMut(String)>::new(move |fragment| changed.emit(fragment));
    js::watch_fragment(&changed.into_js_value().unchecked_into());
}

/// Copies the text of an input; says whether the browser let it.
pub fn copy(input: &NodeRef, done: Callback<bool>) {
    if let Some(input) = input.cast::<HtmlInputElement>() {
        let done = Closure::once_into_js(move |copied: bool| done.emit(copied));
        js::copy(&input, &input.value(), &done.unchecked_into());
    }
}

/// Gives the learner a file.
pub fn save_file(name: &str, bytes: &[u8]) {
    js::save_file(name, &Uint8Array::from(bytes));
}

/// Lets the learner choose a file; `ready` gets its text.
pub fn open_file(ready: Callback<Option<String>>) {
    js::open_file(&once(move |text| ready.emit(text)));
}

/// Lets somebody choose many files; `ready` gets the name and the text of each.
pub fn open_files(ready: Callback<Vec<(String, String)>>) {
    let ready = Closure::once_into_js(move |texts: Vec<String>| {
        let mut texts = texts.into_iter();
        ready.emit(std::iter::from_fn(|| Some((texts.next()?, texts.next()?))).collect());
    });
    js::open_files(&ready.unchecked_into());
}

fn once(ready: impl FnOnce(Option<String>) + 'static) -> Function {
    Closure::once_into_js(ready).unchecked_into()
}
