//! The playground in the page's hands.
//!
//! One owner acts on it (the app); panels get an [`Ask`] for questions that want an answer at once: what is wrong with
//! this text, what could stand here.

use std::cell::RefCell;
use std::rc::Rc;

use playground::Playground;
use playground::export::{self, File};
use playground::link::{self, Looks};
use playground::view::{
    Change, Completion, ControlLoop, Diagnostic, Hover, Inspection, ObjectRef, Story, Suggestions, Why,
};

use crate::opening::Answers;

/// A handle for questions; the same one from the moment that the whole program is there, so it never causes a redraw.
#[derive(Clone)]
pub struct Ask(Rc<RefCell<Playground>>, Option<Rc<Answers>>);

impl Ask {
    /// A handle on the app's playground. With `answers`, what the first drawing asks is answered by them.
    pub fn new(playground: &Rc<RefCell<Playground>>, answers: Option<&Rc<Answers>>) -> Ask {
        Ask(Rc::clone(playground), answers.cloned())
    }

    /// Remarks on a manifest being written.
    pub fn diagnose(&self, text: &str) -> Vec<Diagnostic> {
        match &self.1 {
            Some(answers) => answers.remarks.clone(),
            None => self.0.borrow().diagnose(text),
        }
    }

    /// What could stand at byte `offset` of a manifest.
    pub fn suggest(&self, text: &str, offset: usize) -> Suggestions {
        self.0.borrow().suggest(text, offset)
    }

    /// What the field at byte `offset` of a manifest is.
    pub fn hover(&self, text: &str, offset: usize) -> Option<Hover> {
        self.0.borrow().hover(text, offset)
    }

    /// The control loop as it stands.
    pub fn control_loop(&self) -> ControlLoop {
        self.0.borrow().control_loop()
    }

    /// Why what is selected is on nodes or isn't, and every question about `node`.
    pub fn why(&self, node: Option<&str>) -> Option<Why> {
        self.0.borrow().why(node)
    }

    /// What happened: all of it, or what has to do with one object.
    pub fn story(&self, about: Option<&ObjectRef>) -> Story {
        match &self.1 {
            Some(answers) => answers.story.clone(),
            None => self.0.borrow().story(about),
        }
    }

    /// Everything there is to know of the selected object.
    pub fn inspection(&self) -> Inspection {
        self.0.borrow().inspection()
    }

    /// What applying a manifest would change.
    pub fn changes(&self, text: &str) -> Vec<Change> {
        self.0.borrow().changes(text)
    }

    /// Kubernetes' own texts of every field have come.
    pub fn set_descriptions(&self, text: String) {
        self.0.borrow_mut().set_descriptions(text);
    }

    /// What could stand at byte `cursor` of a terminal line.
    pub fn complete(&self, line: &str, cursor: usize) -> Completion {
        self.0.borrow().complete(line, cursor)
    }

    /// Everything that a link or a file hands on.
    pub fn handed_on(&self, looks: &Looks) -> String {
        link::write(&self.0.borrow(), looks)
    }

    /// The cluster as a folder for a real control plane.
    pub fn exported(&self) -> Vec<File> {
        export::folder(self.0.borrow().cluster())
    }

    /// The release of Kubernetes that is simulated: `1.36`.
    pub fn release(&self) -> String {
        self.0.borrow().scene().releases.first().copied().unwrap_or_default().into()
    }
}

impl PartialEq for Ask {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) && self.1.is_some() == other.1.is_some()
    }
}
