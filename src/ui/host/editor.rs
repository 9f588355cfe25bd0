//! The editor's module: CodeMirror, loaded after the first paint, behind a few calls.
//!
//! `js/loader.js` imports it; `js/editor.mjs` is what it is. It knows no YAML of ours: remarks and answers come from the
//! playground and cross as flat arrays. A document there counts in UTF-16 units, a text here in bytes: [`units`] and
//! [`super::dom::byte_offset`] go between. Until it is there, or if it never comes, the panel's text area does the work.

use js_sys::{Array, Function, Object, Reflect};
use playground::view::{Fix, Place, Suggestions};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::{Callback, NodeRef};

use super::dom::byte_offset;

#[wasm_bindgen(module = "/js/loader.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadEditor)]
    fn load_editor(ready: &Function);
    #[wasm_bindgen(js_name = loadTexts)]
    fn load_texts(ready: &Function);
}

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method)]
    fn create(module: &Module, parent: &HtmlElement, text: &str, label: &str, page: &Object) -> View;

    type View;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(view: &View, text: &str, label: &str);
    #[wasm_bindgen(method, js_name = setRemarks)]
    fn set_remarks(view: &View, remarks: &Array);
    #[wasm_bindgen(method)]
    fn take(view: &View, area: &HtmlTextAreaElement);
    #[wasm_bindgen(method, js_name = textsCame)]
    fn texts_came(view: &View);
    #[wasm_bindgen(method)]
    fn focus(view: &View);
    #[wasm_bindgen(method)]
    fn reveal(view: &View, line: u32);
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

/// The schema's texts on their way.
pub struct LoadingTexts {
    _ready: Closure<dyn FnMut(String)>,
}

/// Loads what Kubernetes says of every field; an empty text if it can't be had.
pub fn load_descriptions(ready: Callback<String>) -> LoadingTexts {
    let ready = Closure::once(move |text: String| ready.emit(text));
    load_texts(ready.as_ref().unchecked_ref());
    LoadingTexts { _ready: ready }
}

/// An answer to a question about a byte of a text.
type Answer<T> = Box<dyn Fn(&str, usize) -> T>;

/// Who is told of what happens in an editor, and who answers its questions.
pub struct Answers {
    /// The learner's own changes.
    pub edited: Callback<String>,
    /// The key that applies.
    pub applied: Callback<()>,
    /// What could stand at a byte of a text.
    pub suggest: Answer<Suggestions>,
    /// What the field at a byte of a text is.
    pub field: Answer<Option<Field>>,
}

/// What is shown of a field.
pub struct Field {
    /// Bytes of the text it speaks of.
    pub from: u32,
    pub to: u32,
    /// Its path, its type and the like, and what it is for.
    pub words: [String; 3],
}

/// What is shown of a remark.
pub struct Remark<'a> {
    pub start: Place,
    pub end: Place,
    pub error: bool,
    pub message: String,
    /// What would mend it, and its name.
    pub fix: Option<(String, &'a Fix)>,
}

/// A living editor. Dropping it takes it off the page.
pub struct Editor {
    view: View,
    _edited: Closure<dyn FnMut(String)>,
    _applied: Closure<dyn FnMut()>,
    _suggest: Closure<dyn FnMut(String, u32) -> Array>,
    _field: Closure<dyn FnMut(String, u32) -> Option<Array>>,
}

impl Editor {
    /// Makes an editor inside `parent`.
    pub fn new(module: &Loaded, parent: &NodeRef, text: &str, label: &str, answers: Answers) -> Option<Editor> {
        let parent = parent.cast::<HtmlElement>()?;
        let Answers { edited, applied, suggest, field } = answers;
        let edited = Closure::new(move |text: String| edited.emit(text));
        let applied = Closure::new(move || applied.emit(()));
        let suggest = Closure::new(move |text: String, at: u32| {
            let found = suggest(&text, byte_offset(&text, at));
            let flat = Array::of1(&units(&text, found.from).into());
            for item in found.items {
                flat.push(&JsValue::from_str(&item.label));
                flat.push(&JsValue::from_str(&item.insert));
                flat.push(&JsValue::from_str(&item.detail));
                flat.push(&item.required.into());
            }
            flat
        });
        let field = Closure::new(move |text: String, at: u32| {
            let field = field(&text, byte_offset(&text, at))?;
            let flat = Array::of2(&units(&text, field.from).into(), &units(&text, field.to).into());
            for words in &field.words {
                flat.push(&JsValue::from_str(words));
            }
            Some(flat)
        });
        let page = Object::new();
        let answer = |name: &str, function: &JsValue| drop(Reflect::set(&page, &name.into(), function));
        answer("edited", edited.as_ref());
        answer("applied", applied.as_ref());
        answer("suggest", suggest.as_ref());
        answer("field", field.as_ref());
        let view = module.0.create(&parent, text, label, &page);
        Some(Editor { view, _edited: edited, _applied: applied, _suggest: suggest, _field: field })
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

    /// Shows what there is to say of the text.
    pub fn set_remarks(&self, text: &str, remarks: &[Remark]) {
        let flat = Array::new();
        for remark in remarks {
            for number in [remark.start.line, remark.start.column, remark.end.line, remark.end.column] {
                flat.push(&number.into());
            }
            flat.push(&remark.error.into());
            flat.push(&JsValue::from_str(&remark.message));
            let fix = Array::new();
            if let Some((name, wanted)) = &remark.fix {
                fix.push(&JsValue::from_str(name));
                for edit in &wanted.edits {
                    fix.push(&units(text, edit.from).into());
                    fix.push(&units(text, edit.to).into());
                    fix.push(&JsValue::from_str(&edit.text));
                }
            }
            flat.push(&fix);
        }
        self.view.set_remarks(&flat);
    }

    /// Whoever looks at a field is shown what has come.
    pub fn texts_came(&self) {
        self.view.texts_came();
    }

    /// Brings a line, counted from 1, into view and marks it.
    pub fn reveal(&self, line: u32) {
        self.view.reveal(line);
    }

    /// Moves the focus into the text.
    pub fn focus(&self) {
        self.view.focus();
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.view.destroy();
    }
}

/// A byte offset as a document counts it.
fn units(text: &str, offset: u32) -> u32 {
    text.get(..offset as usize).unwrap_or(text).encode_utf16().count() as u32
}
