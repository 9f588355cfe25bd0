//! Light or dark: the system's wish, or the learner's.

use super::{document, storage, window};

/// Whether the page is dark now.
pub fn is_dark() -> bool {
    match chosen().as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|media| media.matches()),
    }
}

/// Makes the page dark or light, and remembers it.
pub fn choose(dark: bool) {
    let theme = if dark { "dark" } else { "light" };
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
    storage::keep(storage::THEME, theme);
}

/// `static/shell.js` has set it from storage before the first paint.
fn chosen() -> Option<String> {
    document().document_element()?.get_attribute("data-theme")
}
