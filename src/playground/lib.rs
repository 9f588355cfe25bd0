//! The application without a face: acts in, views out. It never knows a browser or Yew.
//!
//! [`act`] says everything a learner can do, [`view`] everything that can be seen of it, both as plain data. The page, a
//! test and a future native host are three equal users of [`Playground`]: send an act, let time pass, look at what moved.
//!
//! Behind it, in reading order: `stage` (a scenario becomes a cluster), `perform` (how each act is carried out), `time` (how
//! virtual time follows the wall clock, and when commands are looked after), `terminal`, `editor` (files), `assist` (help with
//! what is written in them), `show`
//! (the cluster becomes a picture), `why` (every question asked about a Pod and a node), `story` (what happened), `inspect` (one object), `save` (what survives a reload), [`link`] (what is handed on), `run` (the cluster and its
//! past), `travel` (going there), `predict` (what was foretold, and what came), `compare` (two moments side by side).

pub mod act;
mod assist;
mod coach;
mod command;
mod compare;
mod control_loop;
mod crc;
mod editor;
mod exam;
pub mod export;
mod inspect;
pub mod link;
mod perform;
mod predict;
mod run;
mod save;
mod show;
mod stage;
mod story;
mod terminal;
#[cfg(test)]
mod tests;
mod time;
mod travel;
pub mod view;
mod why;

#[cfg(target_arch = "wasm32")]
pub use cluster::heap::SmallBlocks;
pub use time::watch_the_wall;

use act::Act;
use api::request::WatchType;
use api::resource::Kind;
use api::schema::Descriptions;
use cluster::Cluster;
use coach::Coach;
use course::scenario::FileSpec;
use stage::{Source, Stage};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use view::{
    Change, Comparison, Completion, ControlLoop, Diagnostic, EventTable, Files, Hover, Inspection, ObjectRef, Picture,
    Prediction, Revisions, Scene, Story, Suggestions, Terminal, Timeline, Why,
};

/// A cluster, its terminal, its files and its clock.
pub struct Playground {
    stage: Stage,
    cluster: run::Run,
    terminal: terminal::Desk,
    editor: editor::Tabs,
    clock: time::Clock,
    coach: Option<Coach>,
    exam: Option<exam::Exam>,
    forecast: predict::Forecast,
    /// How many of the scenario's own acts have happened.
    acted: usize,
    selected: Option<ObjectRef>,
    /// The DaemonSet selected last, as long as nothing but nodes and Pods was selected since.
    asked: Option<ObjectRef>,
    story: story::Story,
    pinned: Option<travel::Pinned>,
    /// The step that was looked at last.
    last_step: Option<view::Taken>,
    revisions: Revisions,
    looks: RefCell<show::Looks>,
    /// Acts that wait until a command's work is done.
    held: VecDeque<Act>,
    /// What the diary is to hold of the act that isn't at its end.
    to_be_noted: Vec<(run::Place, save::Entry)>,
}

impl Playground {
    /// The opening scenario, or what an earlier [`save`](Self::save) holds. A save that can't be read is as none.
    pub fn new(save: Option<&str>) -> Playground {
        save.and_then(Playground::reopen).unwrap_or_else(|| Playground::begin(Stage::find(stage::OPENING)))
    }

    /// What an earlier [`save`](Self::save) holds; `None` if it can't be read.
    pub fn reopen(save: &str) -> Option<Playground> {
        save::restore(save)
    }

    /// A scenario from its beginning.
    fn open(stage: Stage) -> Playground {
        let cluster = run::Run::new(stage.build(), save::Diary::new(stage.source.clone()));
        let mut playground = Playground {
            terminal: terminal::Desk::default(),
            editor: editor::Tabs::default(),
            clock: time::Clock::new(cluster.now()),
            coach: None,
            exam: None,
            forecast: predict::Forecast::default(),
            acted: 0,
            selected: None,
            asked: None,
            story: story::Story::default(),
            pinned: None,
            last_step: None,
            revisions: Revisions::default(),
            looks: RefCell::default(),
            held: VecDeque::new(),
            to_be_noted: Vec::new(),
            cluster,
            stage,
        };
        for file in playground.stage.scenario.files.clone() {
            match file {
                FileSpec::Example(name) => playground.open_example(&name),
                FileSpec::Own { name, text } => playground.write_file(&name, &text),
            }
        }
        playground.editor.shown = 0;
        playground.touch_all();
        playground
    }

    /// A scenario from its beginning, with its DaemonSet on the way.
    fn begin(stage: Stage) -> Playground {
        let mut playground = Playground::open(stage);
        if let Some(file) = playground.stage.scenario.daemon.clone() {
            playground.act(Act::Apply { file });
        }
        playground
    }

    /// Does what the learner did. Takes effect before it returns, as far as that needs no virtual time; but what is to be
    /// foretold first waits for that. Where there is a clock on the wall ([`watch_the_wall`]), a command that has much to do does some
    /// of it now and the rest in the frames that follow, without any virtual time passing meanwhile; what the learner does until then
    /// waits for it.
    pub fn act(&mut self, act: Act) {
        if self.works() {
            self.held.push_back(act);
            return;
        }
        self.with_patience(|playground| playground.act_now(act));
    }

    /// Whether a command has more to do: it does so in [`advance`](Self::advance), even while time is held.
    pub fn works(&self) -> bool {
        self.terminal.works() && self.terminal.may_go_on(&self.cluster)
    }

    fn act_now(&mut self, act: Act) {
        if self.permits(&act) {
            if let Some(act) = self.hold_to_foretell(act) {
                self.do_act(act);
            }
            self.look_after_forecast();
            if !self.works() {
                self.follow_context();
            }
        }
    }

    /// Does it, foretold or not, and whatever the rules of an exam are.
    pub(crate) fn do_act(&mut self, act: Act) {
        self.finish_work();
        let entry = save::Entry::of(&act).map(|entry| (self.cluster.place(), entry));
        self.cluster.begin_turn();
        self.perform(act);
        self.to_be_noted.extend(entry);
        if !self.works() {
            self.conclude();
        }
    }

    /// An act has come to its end.
    fn conclude(&mut self) {
        self.cluster.end_turn();
        self.notice_branch();
        for (place, entry) in std::mem::take(&mut self.to_be_noted) {
            save::note(self, place, entry);
        }
        self.look_after_lesson();
    }

    /// Which parts of the view moved: cheap, for every frame.
    pub fn revisions(&self) -> Revisions {
        Revisions { picture: self.revisions.picture + self.cluster.machines(), ..self.revisions }
    }

    /// The scenario on stage.
    pub fn scene(&self) -> Scene {
        self.stage.scene(&self.cluster)
    }

    /// Whether the picture that was made last shows some nodes as they were: another is due then, even while time is held.
    pub fn lags(&self) -> bool {
        self.looks.borrow().behind()
    }

    /// The cluster picture. Where there is a clock on the wall, and more nodes have changed than it allows for, some of them are as they
    /// were: until it [`lags`](Self::lags) no longer.
    pub fn picture(&self) -> Picture {
        let (selected, asked) = (self.selected.as_ref(), self.asked.as_ref());
        show::picture(&self.cluster, selected, asked, &mut self.looks.borrow_mut(), time::Patience::of_work())
    }

    /// Why what is selected is on each node, isn't, or waits; with every question that was asked about `node`. `None` when
    /// nothing is selected that runs on nodes.
    pub fn why(&self, node: Option<&str>) -> Option<Why> {
        why::why(self, node)
    }

    /// What happened: all of it, or what has to do with one object.
    pub fn story(&self, about: Option<&ObjectRef>) -> Story {
        self.story.told(&self.cluster, about)
    }

    /// Everything there is to know of the selected object.
    pub fn inspection(&self) -> Inspection {
        inspect::inspection(self)
    }

    /// The control loop: who waits for what, and what the last step was.
    pub fn control_loop(&self) -> ControlLoop {
        control_loop::control_loop(self)
    }

    /// The editor's files.
    pub fn files(&self) -> Files {
        self.editor.view(&self.terminal.shell.files, self.terminal.awaited())
    }

    /// The terminal.
    pub fn terminal(&self) -> Terminal {
        self.terminal.view()
    }

    /// The time bar.
    pub fn timeline(&self) -> Timeline {
        travel::timeline(self)
    }

    /// What differs between the moment that was kept and the one that is looked at.
    pub fn comparison(&self) -> Option<Comparison> {
        self.pinned.as_ref().map(|pinned| compare::compare(pinned, &self.cluster))
    }

    /// The lesson, if one is on.
    pub fn lesson(&self) -> Option<view::Lesson> {
        self.coach.as_ref().map(Coach::view)
    }

    /// Why a scenario file can't be opened, if it can't.
    pub fn refuses_scenario(text: &str) -> Option<String> {
        match Stage::open(&Source::File(text.into())) {
            Ok(stage) => stage.refusal(),
            Err(fault) => Some(fault.to_string()),
        }
    }

    /// Why an exam can't be begun, if it can't.
    pub fn refuses_exam(paper: &act::ExamPaper) -> Option<String> {
        exam::open_paper(paper)
    }

    /// Why a lesson can't be begun, if it can't.
    pub fn refuses_lesson(files: &act::LessonFiles) -> Option<String> {
        coach::refusal(files)
    }

    /// What is foretold of an act, and what came of it.
    pub fn prediction(&self) -> Prediction {
        predict::prediction(self)
    }

    /// The Events.
    pub fn events(&self) -> EventTable {
        show::events(&self.cluster, self.clock.began.time())
    }

    /// Everything that must survive a reload, as text for [`Playground::new`].
    pub fn save(&self) -> String {
        save::write(self)
    }

    /// Remarks on a manifest being written.
    pub fn diagnose(&self, text: &str) -> Vec<Diagnostic> {
        assist::diagnose(text, self.terminal.shell.config.namespace(), &self.cluster)
    }

    /// What could stand at byte `offset` of a manifest.
    pub fn suggest(&self, text: &str, offset: usize) -> Suggestions {
        assist::suggest(text, offset, &self.cluster)
    }

    /// What the field at byte `offset` of a manifest is.
    pub fn hover(&self, text: &str, offset: usize) -> Option<Hover> {
        assist::hover(text, offset, self.terminal.shell.descriptions.as_deref())
    }

    /// What applying a manifest would change.
    pub fn changes(&self, text: &str) -> Vec<Change> {
        assist::difference::of_file(text, self.terminal.shell.config.namespace(), &self.cluster)
    }

    /// Whether Kubernetes' own texts of every field have come.
    pub fn has_descriptions(&self) -> bool {
        self.terminal.shell.descriptions.is_some()
    }

    /// They have come: `static/schema/descriptions.txt`.
    pub fn set_descriptions(&mut self, text: String) {
        self.terminal.shell.descriptions = Some(Rc::new(Descriptions::new(text)));
    }

    /// What could stand at byte `cursor` of a terminal line.
    pub fn complete(&self, line: &str, cursor: usize) -> Completion {
        terminal::complete(line, cursor, &self.terminal.shell, &self.cluster)
    }

    /// The cluster, for tests that look behind the page.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Everything may have moved.
    fn touch_all(&mut self) {
        let all = &mut self.revisions;
        for part in [
            &mut all.scene,
            &mut all.picture,
            &mut all.files,
            &mut all.terminal,
            &mut all.timeline,
            &mut all.events,
            &mut all.comparison,
            &mut all.story,
            &mut all.lesson,
            &mut all.exam,
            &mut all.prediction,
        ] {
            *part += 1;
        }
    }

    /// What changed after a version: which parts of the view that moves.
    fn touch_changed(&mut self, version: u64) {
        let (mut picture, mut events, mut scene) = (false, false, false);
        let mut not_run = None;
        match self.cluster.changes_after(version) {
            Some(changes) => {
                let looks = self.looks.get_mut();
                for change in changes {
                    looks.note(change);
                    if change.kind == WatchType::Added && assist::is_not_run(change.object.kind()) {
                        not_run = Some(change.object.kind());
                    }
                    match change.object.kind() {
                        Kind::POD | Kind::NODE | Kind::REPLICA_SET | Kind::DEPLOYMENT => picture = true,
                        Kind::DAEMON_SET => (picture, scene) = (true, true),
                        Kind::EVENT => events = true,
                        _ => {}
                    }
                }
            }
            None => {
                self.looks.get_mut().forget();
                (picture, events, scene) = (true, true, true);
            }
        }
        self.story.note(&self.cluster, version);
        // Said once, when it is done; not again when that moment is looked at.
        if let Some(kind) = not_run.filter(|_| !self.cluster.in_the_past()) {
            self.say(&format!("everynode keeps {} and shows them; nothing runs them yet", kind.plural()));
        }
        self.cluster.mark_trouble(version);
        self.revisions.picture += u64::from(picture);
        self.revisions.comparison += u64::from(picture && self.pinned.is_some());
        self.revisions.prediction += u64::from(picture && self.forecast.asks());
        self.revisions.events += u64::from(events);
        self.revisions.scene += u64::from(scene);
        self.revisions.story += u64::from(picture || events);
    }
}
