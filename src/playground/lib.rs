//! The application without a face: acts in, views out. It never knows a browser or Yew.
//!
//! [`act`] says everything a learner can do, [`view`] everything that can be seen of it, both as plain data. The page, a
//! test and a future native host are three equal users of [`Playground`]: send an act, let time pass, look at what moved.

pub mod act;
pub mod view;

use act::Act;
use view::{Completion, Diagnostic, EventTable, Files, Picture, Revisions, Scene, Terminal, Timeline};

/// A cluster, its terminal, its files and its clock.
///
/// An empty stage for now: it accepts every act and shows nothing. The page is built against its methods.
#[derive(Default)]
pub struct Playground {
    revisions: Revisions,
}

impl Playground {
    /// The opening scenario, or what an earlier [`save`](Self::save) holds. A save that can't be read is as none.
    pub fn new(_save: Option<&str>) -> Playground {
        Playground::default()
    }

    /// Does what the learner did. Takes effect before it returns, as far as that needs no virtual time.
    pub fn act(&mut self, _act: Act) {}

    /// Lets `wall_ms` of the wall clock pass; virtual time follows by its speed, and stops short when a frame's budget is spent.
    pub fn advance(&mut self, _wall_ms: f64) {}

    /// Which parts of the view moved: cheap, for every frame.
    pub fn revisions(&self) -> Revisions {
        self.revisions
    }

    /// The scenario on stage.
    pub fn scene(&self) -> Scene {
        Scene::default()
    }

    /// The cluster picture.
    pub fn picture(&self) -> Picture {
        Picture::default()
    }

    /// The editor's files.
    pub fn files(&self) -> Files {
        Files::default()
    }

    /// The terminal.
    pub fn terminal(&self) -> Terminal {
        Terminal::default()
    }

    /// The time bar.
    pub fn timeline(&self) -> Timeline {
        Timeline { speed: 10.0, paused: true, ..Timeline::default() }
    }

    /// The Events.
    pub fn events(&self) -> EventTable {
        EventTable::default()
    }

    /// Everything that must survive a reload, as text for [`Playground::new`].
    pub fn save(&self) -> String {
        String::new()
    }

    /// Remarks on a manifest being written.
    pub fn diagnose(&self, _text: &str) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// What could stand at byte `cursor` of a terminal line.
    pub fn complete(&self, _line: &str, _cursor: usize) -> Completion {
        Completion::default()
    }
}
