//! When the page panics: say so plainly, keep the learner's work.
//!
//! After a panic the module is dead, so what follows is the shell's own business: `index.html` holds the plain page and
//! `static/shell.js` its buttons. Here the hook fills in what happened and hands over.

use std::panic::PanicHookInfo;

use super::document;

/// Makes every panic end on the plain page.
pub fn install() {
    // Yew sets a hook of its own at its start, unless it is told of another.
    yew::set_custom_panic_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        show(info);
    }));
}

/// Whether the plain page is up.
pub fn happened() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-crashed"))
}

fn show(info: &PanicHookInfo) {
    let document = document();
    if let Some(what) = document.get_element_by_id("crash-what") {
        what.set_text_content(Some(&info.to_string()));
    }
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-crashed", "");
    }
}
