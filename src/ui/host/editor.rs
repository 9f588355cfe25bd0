//! The editor's module: CodeMirror, loaded after the first paint, behind four calls.
//!
//! `js/loader.js` imports it; `js/editor.mjs` is what it is. It knows no YAML of ours: remarks come from the playground and
//! cross as one flat array. Until it is there, or if it never comes, the panel's text area does the work.

use js_sys::{Array, Function};
use playground::view::{Diagnostic, Severity};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::{Callback, NodeRef};

#[wasm_bindgen(module = "/js/loader.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadEditor)]
    fn load_editor(ready: &Function);
}

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method)]
    fn create(
        module: &Module,
        parent: &HtmlElement,
        text: &str,
        label: &str,
        edited: &Function,
        applied: &Function,
    ) -> View;

    type View;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(view: &View, text: &str, label: &str);
    #[wasm_bindgen(method, js_name = setRemarks)]
    fn set_remarks(view: &View, remarks: &Array);
    #[wasm_bindgen(method)]
    fn take(view: &View, area: &HtmlTextAreaElement);
    #[wasm_bindgen(method)]
    fn destroy(view: &View);
}

/// The module on its way.
pub struct Loading {
    _ready: Closure<dyn FnMut(Module)>,
}

/// The module, ready to make an editor.
pub struct Loaded(Module);

/// Loads the module.
pub fn load(ready: Callback<Loaded>) -> Loading {
    let ready = Closure::once(move |module: Module| ready.emit(Loaded(module)));
    load_editor(ready.as_ref().unchecked_ref());
    Loading { _ready: ready }
}

/// A living editor. Dropping it takes it off the page.
pub struct Editor {
    view: View,
    _edited: Closure<dyn FnMut(String)>,
    _applied: Closure<dyn FnMut()>,
}

impl Editor {
    /// Makes an editor inside `parent`. `edited` is told of the learner's own changes only.
    pub fn new(
        module: &Loaded,
        parent: &NodeRef,
        text: &str,
        label: &str,
        edited: Callback<String>,
        applied: Callback<()>,
    ) -> Option<Editor> {
        let parent = parent.cast::<HtmlElement>()?;
        let edited = Closure::new(move |text: String| edited.emit(text));
        let applied = Closure::new(move || applied.emit(()));
        let view =
            module.0.create(&parent, text, label, edited.as_ref().unchecked_ref(), applied.as_ref().unchecked_ref());
        Some(Editor { view, _edited: edited, _applied: applied })
    }

    /// Takes over cursor, scroll and focus of the text area it replaces.
    pub fn take_over(&self, area: &NodeRef) {
        if let Some(area) = area.cast::<HtmlTextAreaElement>() {
            self.view.take(&area);
        }
    }

    /// Shows another text; the same text again changes nothing.
    pub fn set_text(&self, text: &str, label: &str) {
        self.view.set_text(text, label);
    }

    /// Shows what the playground has to say of the text.
    pub fn set_remarks(&self, remarks: &[Diagnostic]) {
        let flat = Array::new();
        for remark in remarks {
            for number in [remark.start.line, remark.start.column, remark.end.line, remark.end.column] {
                flat.push(&number.into());
            }
            flat.push(&(remark.severity == Severity::Error).into());
            flat.push(&JsValue::from_str(&remark.message));
        }
        self.view.set_remarks(&flat);
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.view.destroy();
    }
}
