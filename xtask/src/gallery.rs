//! Makes the pictures of `docs/gallery` anew: the page in all its states, each on a screen it is made for.

use crate::run::program;
use crate::{Outcome, page, setup};

/// Builds the page and takes its pictures; with names, only those.
pub fn gallery(names: &[String]) -> Outcome {
    page::build()?;
    program("node").args(["tests/page/gallery.mjs"]).args(names).env("CHROME", setup::chromium()?).succeed()
}
