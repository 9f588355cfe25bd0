//! The playground in the page's hands.
//!
//! One owner acts on it (the app); panels get an [`Ask`] for questions that want an answer at once: what is wrong with
//! this text, what could stand here.

use std::cell::RefCell;
use std::rc::Rc;

use playground::Playground;
use playground::view::{Completion, Diagnostic};

/// A handle for questions; always the same one, so it never causes a redraw.
#[derive(Clone)]
pub struct Ask(Rc<RefCell<Playground>>);

impl Ask {
    /// A handle on the app's playground.
    pub fn new(playground: &Rc<RefCell<Playground>>) -> Ask {
        Ask(Rc::clone(playground))
    }

    /// Remarks on a manifest being written.
    pub fn diagnose(&self, text: &str) -> Vec<Diagnostic> {
        self.0.borrow().diagnose(text)
    }

    /// What could stand at byte `cursor` of a terminal line.
    pub fn complete(&self, line: &str, cursor: usize) -> Completion {
        self.0.borrow().complete(line, cursor)
    }
}

impl PartialEq for Ask {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
