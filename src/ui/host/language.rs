//! Which language the page speaks: the learner's choice, or the first of the browser's that it knows.

use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{document, embed, storage, window};
use crate::text::{self, Language};

/// Speaks the language that the address names, that was chosen at an earlier visit, or that the browser asks for.
pub fn begin() {
    let named = || Language::find(&embed::asked("language")?);
    let wished = || storage::load(storage::LANGUAGE).and_then(|code| Language::find(&code));
    let asked = || {
        let languages = window().navigator().languages();
        languages.iter().find_map(|code| Language::find(&code.as_string()?))
    };
    speak(named().or_else(wished).or_else(asked).unwrap_or(Language::now()));
}

/// Changes the language, and remembers it.
pub fn choose(language: Language) {
    storage::keep(storage::LANGUAGE, language.code());
    speak(language);
}

/// What stands in the document outside the program's reach is told too: its language, its title, the notice of a crash.
fn speak(language: Language) {
    language.choose();
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language.code());
    }
    let Ok(texts) = document().query_selector_all("[data-text]") else { return };
    for place in (0..texts.length()).filter_map(|index| texts.item(index)) {
        let key = place.dyn_ref::<Element>().and_then(|element| element.get_attribute("data-text"));
        place.set_text_content(key.as_deref().and_then(text::known));
    }
}
