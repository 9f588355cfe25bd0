//! How each act is carried out. What stands for a command is carried out by running that command, where it can be read.

use crate::act::{Act, Moment, Preset, Trouble};
use crate::coach::Coach;
use crate::command;
use crate::stage::{Source, Stage};
use crate::time::Goal;
use crate::view::{ObjectRef, Origin};
use crate::{Playground, stage};
use cluster::kubelet::eviction::Pressure;

impl Playground {
    pub(crate) fn perform(&mut self, act: Act) {
        let line = command::of(&act).unwrap_or_default();
        match act {
            Act::EditFile { name, text } => self.edit_file(&name, &text),
            Act::NewFile => self.new_file(),
            Act::ShowFile { name } => {
                self.editor.show(&name);
                self.revisions.files += 1;
            }
            Act::CloseFile { name } if self.terminal.edits(&name) => {
                // Leaving an editor without saving.
                let text = self.terminal.shown_first().unwrap_or_default().to_string();
                self.finish_edit(&name, &text);
            }
            Act::CloseFile { name } => self.close_file(&name),
            Act::LoadExample { id } => {
                self.open_example(&id);
                self.revisions.files += 1;
            }
            Act::Apply { file } if self.terminal.edits(&file) => {
                let text = kubectl::Files::read(&self.terminal.shell.files, &file).unwrap_or_default();
                self.finish_edit(&file, &text);
            }
            Act::Apply { file } => {
                self.editor.applied(&file, &self.terminal.shell.files);
                self.revisions.files += 1;
                self.select_daemon_of(&file);
                self.run(&line, Origin::Page);
            }
            Act::Run { line } => self.run(&line, Origin::Learner),
            Act::Interrupt => self.interrupt(),
            Act::ClearTerminal => {
                self.terminal.clear();
                self.revisions.terminal += 1;
            }
            Act::AddNodes { preset, count } => self.add_nodes(preset, count),
            Act::RemoveNode { node } => {
                self.cluster.begin_act();
                self.cluster.remove_machine(&node.as_str().into());
                self.run(&line, Origin::Page);
            }
            Act::Cordon { .. } | Act::Uncordon { .. } | Act::Drain { .. } => self.run(&line, Origin::Page),
            Act::StopKubelet { .. } | Act::StartKubelet { .. } => self.run(&line, Origin::Page),
            Act::Label { .. } | Act::Taint { .. } => self.run(&line, Origin::Page),
            Act::SetTrouble { node, trouble, on } => self.set_trouble(&node, trouble, on, &line),
            Act::Pause => self.clock.hold(true),
            Act::Resume => self.clock.hold(false),
            Act::StepLoop => self.step_loop(),
            Act::StepOne => self.step_one(),
            Act::JumpToNextChange => self.pursue(Goal::NextChange),
            Act::RunUntilSettled => self.pursue(Goal::Settled),
            Act::Seek { at_ms } => self.seek(at_ms),
            Act::ReturnToNow => self.return_to_now(),
            Act::Undo => self.undo(),
            Act::Redo => self.redo(),
            Act::ShowBranch { branch } => self.show_branch(branch),
            Act::PinMoment => self.pin(),
            Act::UnpinMoment => self.unpin(),
            Act::SetSpeed { speed } => self.clock.speed = speed.clamp(0.01, 10_000.0),
            Act::LoadScenario { id } => self.restart(Stage::find(&id)),
            Act::ShowRelease { release } => {
                if let Ok(stage) = self.stage.as_release(&release) {
                    self.restart(stage);
                }
            }
            Act::OpenScenario { text } => {
                // One that can't be read is refused before it comes here.
                if let Ok(stage) = Stage::open(&Source::File(text.into())) {
                    self.restart(stage);
                }
            }
            Act::StartLesson { files } => self.start_lesson(files),
            Act::TranslateLesson { language, translation } => {
                self.coach(|coach| coach.translate(language, translation))
            }
            Act::LeaveLesson => {
                self.coach = None;
                self.revisions.lesson += 1;
            }
            Act::Answer { choice } => self.coach(|coach| coach.answer(&choice)),
            Act::ShowHint => self.coach(Coach::show_hint),
            Act::ShowSolution => {
                // What only watches would never make room for the solution's own lines.
                if self.terminal.running() {
                    self.do_act(Act::Interrupt);
                }
                self.clock.hold(false);
                self.coach(Coach::show_solution);
            }
            Act::NextStep => self.next_step(),
            Act::ShowMoment { moment } => self.show_moment(moment),
            Act::Reset => self.start_over(),
            Act::Exam(what) => self.perform_exam(what),
            Act::Select { object } => self.select(object),
            Act::PredictFirst { on } => self.predict_first(on),
            Act::Guess { node, outcome } => self.guess(node.as_deref(), outcome),
            Act::CarryOut => self.carry_out(),
            Act::DropPrediction => self.drop_prediction(),
        }
        self.revisions.timeline += 1;
    }

    /// Another scenario, or the same from its beginning. Files that the learner wrote stay.
    pub(crate) fn restart(&mut self, stage: Stage) {
        let kept: Vec<(String, String)> = self.editor.own_files(&self.terminal.shell.files);
        let revisions = self.revisions();
        let history = std::mem::take(&mut self.terminal.shell.history);
        let (speed, predicts) = (self.clock.speed, self.forecast.on());
        *self = Playground::begin(stage);
        self.clock.speed = speed;
        self.predict_first(predicts);
        self.terminal.shell.history = history;
        for (name, text) in kept {
            self.write_file(&name, &text);
        }
        self.editor.shown = 0;
        self.revisions = revisions;
        self.touch_all();
    }

    /// Before: without the scenario's DaemonSet; after: with it.
    fn show_moment(&mut self, moment: Moment) {
        let Some(file) = self.stage.scenario.daemon.clone() else { return };
        if kubectl::Files::read(&self.terminal.shell.files, &file).is_none() {
            self.open_example(&file);
        }
        self.run(&command::of_moment(moment, &file), Origin::Page);
    }

    fn add_nodes(&mut self, preset: Preset, count: u32) {
        self.cluster.begin_act();
        let added = self.free_names(preset, count);
        for name in &added {
            self.cluster.add_machine(stage::machine(preset, name.clone()));
            if !stage::has_network(preset) {
                self.cluster.set_network(name, false);
            }
        }
        if let Some(line) = command::of_joining(&added) {
            self.note(&line);
        }
    }

    /// Selects the first DaemonSet of a file, so that its verdicts show.
    fn select_daemon_of(&mut self, file: &str) {
        if let Some(set) = self.daemon_of(file) {
            self.select(Some(set));
        }
    }

    /// The first DaemonSet of a file.
    pub(crate) fn daemon_of(&self, file: &str) -> Option<ObjectRef> {
        let text = kubectl::Files::read(&self.terminal.shell.files, file)?;
        let documents = yaml::documents(&text).into_iter().flatten();
        let set = documents.map(|document| document.value).find(|value| value["kind"] == "DaemonSet")?;
        let meta = &set["metadata"];
        Some(ObjectRef {
            kind: "DaemonSet".into(),
            namespace: meta["namespace"].as_str().unwrap_or(self.terminal.shell.config.namespace()).into(),
            name: meta["name"].as_str().unwrap_or_default().into(),
        })
    }

    /// Selects an object. Who looks at a node or a Pod still wants to know what the DaemonSet makes of it.
    fn select(&mut self, object: Option<ObjectRef>) {
        match object.as_ref().map(|object| object.kind.as_str()) {
            Some("DaemonSet") => self.asked = object.clone(),
            Some("Node" | "Pod") => {}
            _ => self.asked = None,
        }
        self.selected = object;
        self.revisions.picture += 1;
        self.revisions.story += 1;
    }

    /// Runs a line in the terminal.
    pub(crate) fn run(&mut self, line: &str, origin: Origin) {
        let act = self.cluster.begin_act();
        self.cluster.mark_act(line);
        self.story.head(act, line);
        let version = self.cluster.server().version();
        self.terminal.start(line, origin, &mut self.cluster);
        self.after_commands(version);
    }

    fn set_trouble(&mut self, node: &str, trouble: Trouble, on: bool, line: &str) {
        self.cluster.begin_act();
        let name = node.into();
        match trouble {
            Trouble::Disk => self.cluster.set_pressure(&name, Pressure::Disk, on),
            Trouble::Memory => self.cluster.set_pressure(&name, Pressure::Memory, on),
            Trouble::Pid => self.cluster.set_pressure(&name, Pressure::Pid, on),
            Trouble::Network => self.cluster.set_network(&name, !on),
        }
        self.note(line);
    }

    /// A line that stands for something no command of this terminal does.
    fn note(&mut self, line: &str) {
        self.cluster.mark_act(line);
        self.story.head(self.cluster.act(), line);
        self.terminal.note(line);
        self.revisions.terminal += 1;
        self.revisions.picture += 1;
    }

    /// A command waits for a text: leaving the editor gives it. What was only a copy of it closes.
    fn finish_edit(&mut self, file: &str, text: &str) {
        self.cluster.begin_act();
        let version = self.cluster.server().version();
        let stays = self.terminal.edits_own_file();
        self.terminal.edited(text, &mut self.cluster);
        if !self.terminal.edits(file) && !stays {
            self.close_file(file);
        }
        self.revisions.files += 1;
        self.after_commands(version);
    }

    fn interrupt(&mut self) {
        let copy = self.terminal.awaited().filter(|_| !self.terminal.edits_own_file()).map(String::from);
        self.terminal.interrupt();
        if let Some(copy) = copy {
            self.close_file(&copy);
        }
        self.revisions.terminal += 1;
        self.revisions.files += 1;
    }

    /// A command may have changed the cluster and the files.
    pub(crate) fn after_commands(&mut self, version: u64) {
        if self.cluster.server().version() != version {
            self.touch_changed(version);
        }
        if self.terminal.take_moved() {
            self.revisions.terminal += 1;
            // A kubelet that is stopped on its node shows there at once, and changes no object.
            self.revisions.picture += 1;
        }
        if let Some((name, text)) = self.terminal.take_new_edit() {
            self.write_file(&name, &text);
            self.editor.show(&name);
        }
        if self.editor.follow(&mut self.terminal) {
            self.revisions.files += 1;
        }
    }
}
