//! The view as the page has it: each part as it was last fetched.

use playground::Playground;
use playground::view::{
    Comparison, EventTable, Exam, Files, Lesson, Picture, Prediction, Revisions, Scene, Terminal, Timeline,
};

use crate::embed;
use crate::panel::lesson::progress;
use crate::part::shown::Shown;

/// The view, as last fetched.
pub struct Parts {
    pub scene: Shown<Scene>,
    pub picture: Shown<Picture>,
    pub files: Shown<Files>,
    pub terminal: Shown<Terminal>,
    pub timeline: Shown<Timeline>,
    pub events: Shown<EventTable>,
    // What is mostly not there is boxed: the room it would take isn't blank, and what is prepared ships (docs/loading.md).
    pub comparison: Shown<Option<Box<Comparison>>>,
    pub lesson: Shown<Option<Box<Lesson>>>,
    pub prediction: Shown<Prediction>,
    pub exam: Shown<Option<Box<Exam>>>,
}

impl Parts {
    /// Whether a lesson is on: an exam's tasks have a place of their own.
    pub fn teaches(&self) -> bool {
        self.lesson.is_some() && self.exam.is_none()
    }

    /// Fetches all of it.
    pub fn fetch(playground: &Playground) -> Parts {
        Parts {
            scene: Shown::new(playground.scene()),
            picture: Shown::new(playground.picture()),
            files: Shown::new(playground.files()),
            terminal: Shown::new(playground.terminal()),
            timeline: Shown::new(playground.timeline()),
            events: Shown::new(playground.events()),
            comparison: Shown::new(playground.comparison().map(Box::new)),
            lesson: Shown::new(playground.lesson().map(Box::new)),
            prediction: Shown::new(playground.prediction()),
            exam: Shown::new(playground.exam().map(Box::new)),
        }
    }

    /// Fetches what moved; Events are fetched when somebody looks at them.
    pub fn refetch(&mut self, playground: &Playground, seen: Revisions, now: Revisions) {
        if seen.scene != now.scene {
            let scene = playground.scene();
            if *self.scene != scene {
                self.scene = Shown::new(scene);
            }
        }
        if seen.picture != now.picture {
            self.picture = Shown::new(playground.picture());
        }
        if seen.files != now.files {
            self.files = Shown::new(playground.files());
        }
        if seen.terminal != now.terminal {
            self.terminal = Shown::new(playground.terminal());
        }
        if seen.timeline != now.timeline {
            self.timeline = Shown::new(playground.timeline());
        }
        if seen.lesson != now.lesson {
            let done = self.lesson.as_ref().is_some_and(|lesson| lesson.step.done);
            self.lesson = Shown::new(playground.lesson().map(Box::new));
            if let Some(lesson) = self.lesson.as_ref().filter(|lesson| lesson.step.done && !done) {
                embed::tell_passed(&lesson.id, lesson.current + 1, lesson.steps.len() as u32);
            }
            if let Some(lesson) = self.lesson.as_ref().filter(|lesson| lesson.finished) {
                progress::finish(&lesson.id);
            }
        }
        if seen.prediction != now.prediction {
            self.prediction = Shown::new(playground.prediction());
        }
        if seen.exam != now.exam {
            self.exam = Shown::new(playground.exam().map(Box::new));
        }
        if seen.comparison != now.comparison {
            self.comparison = Shown::new(playground.comparison().map(Box::new));
        }
    }
}
