//! The second part of the program, which comes after the first picture.
//!
//! `xtask/split` cuts the module, `js/rest.js` brings the part that was cut off; docs/loading.md tells how. Nothing
//! here is needed for the program to be right: a function of the rest that is called too early is waited for. But the page
//! stands still meanwhile, so what a learner does that needs the rest is better put off until it has come.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use yew::Callback;

#[wasm_bindgen(module = "/js/rest.js")]
extern "C" {
    #[wasm_bindgen(js_name = fetchRest)]
    fn fetch_rest();
    #[wasm_bindgen(js_name = whenRest)]
    fn when_rest(ready: &Function) -> bool;
    #[wasm_bindgen(js_name = demandRest)]
    fn demand_rest();
}

/// The rest on its way.
pub struct Waiting {
    _ready: Closure<dyn FnMut()>,
}

impl Waiting {
    /// Waits even if nobody holds it.
    pub fn forever(self) {
        self._ready.forget();
    }
}

/// Asks for the rest, and calls `ready` when it is there. `None` if it is there already.
pub fn fetch(ready: Callback<()>) -> Option<Waiting> {
    let ready = Closure::once(move || ready.emit(()));
    if when_rest(ready.as_ref().unchecked_ref()) {
        return None;
    }
    fetch_rest();
    Some(Waiting { _ready: ready })
}

/// Brings the rest before it returns. Only the doors of the first part need that, and they call the import itself: this export
/// keeps it in the program.
#[wasm_bindgen(js_name = bringRest)]
pub fn demand() {
    demand_rest();
}
