//! The opening, made ready when the page is built: the first picture needs nothing but drawing.
//!
//! Building the opening's cluster and looking at it takes most of the program, and comes out the same every time. So the
//! page's build does it: it calls [`prepare`] and ships the memory as it is then (docs/loading.md). A program that wasn't prepared
//! builds the opening when it is asked for.

use std::cell::RefCell;
use std::rc::Rc;

use playground::Playground;
use playground::view::{Diagnostic, Story};

use crate::parts::Parts;

/// The opening, looked at from all sides.
pub struct Opening {
    pub playground: Playground,
    pub parts: Parts,
    pub answers: Rc<Answers>,
}

/// What panels ask at their first drawing, answered in advance.
#[derive(PartialEq)]
pub struct Answers {
    pub story: Story,
    /// On the file in front.
    pub remarks: Vec<Diagnostic>,
}

impl Opening {
    fn build() -> Opening {
        let playground = Playground::new(None);
        let parts = Parts::fetch(&playground);
        let remarks = parts.files.files.get(parts.files.shown as usize).map(|file| playground.diagnose(&file.text));
        let answers = Answers { story: playground.story(None), remarks: remarks.unwrap_or_default() };
        Opening { playground, parts, answers: answers.into() }
    }

    /// The opening.
    pub fn take() -> Opening {
        match (PLAYGROUND.take(), SEEN.take()) {
            (Some(playground), Some((parts, answers))) => Opening { playground, parts, answers },
            _ => Opening::build(),
        }
    }
}

thread_local! {
    /// Nothing of the first part looks into it, which xtask/split knows by its name.
    static PLAYGROUND: RefCell<Option<Playground>> = const { RefCell::new(None) };
    static SEEN: RefCell<Option<(Parts, Rc<Answers>)>> = const { RefCell::new(None) };
}

/// Makes the opening ready; nothing of the browser's is touched.
pub fn prepare() {
    let Opening { playground, parts, answers } = Opening::build();
    PLAYGROUND.set(Some(playground));
    SEEN.set(Some((parts, answers)));
}
