//! From task to task: a cluster is left, judged and parked, another takes its place; the terminal stays.

use super::{Exam, Outcome, Place, context};
use crate::Playground;
use crate::act::{Act, ExamPaper};
use crate::coach::Coach;
use crate::save::{self, Entry};
use crate::stage::{self, Source, Stage};
use crate::time::{Allowance, Goal};
use crate::view::{MarkKind, Origin};
use api::{Value, json};
use kubectl::{Config, Context};
use std::time::Duration;

/// What happens though nothing else does: Pods of a node that is gone are collected after 40 to 60 s, and a look once in 20 s
/// finds them. Source: `gcCheckPeriod`, `quarantineTime` of the Pod garbage collector.
const SLOWEST: Duration = Duration::from_secs(120);
/// Steps that may take: a busy cluster that never comes to rest holds nobody up.
const STEPS_MAX: u32 = 20_000;

/// Why an exam can't be begun, if it can't: the first of its tasks that can't be read or built.
pub fn open_paper(paper: &ExamPaper) -> Option<String> {
    paper.tasks.iter().find_map(|(files, _)| Some(format!("{}: {}", files.id, crate::coach::refusal(files)?)))
}

impl Playground {
    pub(super) fn begin_exam(&mut self, paper: ExamPaper) {
        // One that can't be read is refused before it comes here.
        let Some(exam) = Exam::new(paper) else { return };
        let descriptions = self.terminal.shell.descriptions.take();
        let revisions = self.revisions();
        *self = Playground::open(Stage::find(stage::OPENING));
        self.terminal.shell.descriptions = descriptions;
        for (name, _) in self.editor.all_files(&self.terminal.shell.files) {
            self.close_file(&name);
        }
        self.terminal.shell.config = config(exam.tasks.len());
        self.revisions = revisions;
        self.enter(exam, 0);
    }

    /// Says `kubectl config use-context`, as a candidate does.
    pub(super) fn use_context(&mut self, task: usize) {
        let there = self.exam.as_ref().is_some_and(|exam| task < exam.tasks.len() && task != exam.current);
        if !there {
            return;
        }
        if self.terminal.running() {
            self.do_act(Act::Interrupt);
        }
        let name = context(task);
        let shell = &mut self.terminal.shell;
        if !shell.config.contexts.iter().any(|context| context.name == name) {
            // Somebody has deleted it.
            shell.config.contexts.push(context_of(&name));
        }
        self.run(&format!("kubectl config use-context {name}"), Origin::Page);
    }

    /// kubectl may speak to another cluster since the last line: then that task is on.
    pub(crate) fn follow_context(&mut self) {
        let Some(exam) = &self.exam else { return };
        let cluster = self.terminal.shell.config.cluster();
        let to = (0..exam.tasks.len()).find(|task| context(*task) == cluster);
        let Some(to) = to.filter(|to| *to != exam.current && exam.over.is_none()) else { return };
        let Some(mut exam) = self.exam.take() else { return };
        self.park(&mut exam);
        self.enter(exam, to);
    }

    /// Lets what is under way come to its end.
    fn come_to_an_end(&mut self) {
        self.clock.hold(false);
        if self.run_to(self.cluster.now() + SLOWEST, Allowance::of(STEPS_MAX)) {
            self.pursue(Goal::Settled);
        }
        self.clock.hold(false);
        self.look_after_lesson();
    }

    /// Leaves the present task: what is under way comes to its end, and what is so then counts.
    pub(super) fn park(&mut self, exam: &mut Exam) {
        if self.terminal.running() {
            self.do_act(Act::Interrupt);
        }
        self.come_to_an_end();
        let did = self.cluster.marks().filter(|mark| mark.kind == MarkKind::Act).map(|mark| mark.text.clone());
        let did = did.collect();
        let judged = self.coach.as_mut().map(|coach| coach.outcome(&self.cluster, &self.terminal));
        let text = save::write(self);
        let task = &mut exam.tasks[exam.current];
        task.outcome = judged.map(|judged| Outcome { did, ..judged });
        task.place = Place::Written(text);
    }

    /// Brings a task's cluster on stage; the one that was there is kept beside, if it is a task's.
    fn enter(&mut self, mut exam: Exam, to: usize) {
        let mut next = match std::mem::replace(&mut exam.tasks[to].place, Place::Here) {
            Place::Parked(playground, _) => *playground,
            Place::Written(text) => match save::restore(&text) {
                Some(playground) => playground,
                None => self.open_task(&exam, to),
            },
            Place::Unopened | Place::Here => self.open_task(&exam, to),
        };
        std::mem::swap(&mut self.terminal, &mut next.terminal);
        std::mem::swap(&mut self.editor, &mut next.editor);
        next.revisions = self.revisions();
        let left = std::mem::replace(self, next);
        let from = &mut exam.tasks[exam.current].place;
        if let Place::Written(text) = from {
            *from = Place::Parked(Box::new(left), std::mem::take(text));
        }
        exam.current = to;
        let name = context(to);
        self.terminal.shell.config.current = name.clone();
        self.terminal.now_on(&name, &self.cluster);
        let place = self.cluster.place();
        save::note(self, place, Entry::desk(self.desk_to_value()));
        self.exam = Some(exam);
        self.touch_all();
    }

    /// A task's cluster from its beginning. Its files go into the learner's folder; what lies there under the same name steps aside.
    fn open_task(&mut self, exam: &Exam, task: usize) -> Playground {
        let files = &exam.tasks[task].files;
        let stage = Stage::open(&Source::Lesson(files.original.as_str().into()));
        let mut next = Playground::open(stage.unwrap_or_else(|_| Stage::find(stage::OPENING)));
        next.coach = Coach::examined(files.clone(), &next.cluster, &next.terminal);
        for (name, text) in next.editor.all_files(&next.terminal.shell.files) {
            let there = kubectl::Files::read(&self.terminal.shell.files, &name);
            if let Some(there) = there.filter(|there| *there != text) {
                self.write_file(&format!("mine-{name}"), &there);
            }
            self.write_file(&name, &text);
            self.editor.show(&name);
        }
        next
    }

    /// Ends the exam: every task is judged, and its save is all that is kept.
    pub(super) fn end_exam(&mut self, time_up: bool) {
        let Some(mut exam) = self.exam.take() else { return };
        self.park(&mut exam);
        for task in &mut exam.tasks {
            if let Place::Parked(_, text) = &mut task.place {
                task.place = Place::Written(std::mem::take(text));
            }
        }
        exam.over = Some(time_up);
        self.clock.hold(true);
        self.coach = None;
        self.exam = Some(exam);
    }

    /// Back to a cluster to play with.
    pub(super) fn leave_exam(&mut self) {
        self.exam = None;
        self.coach = None;
        for (name, _) in self.editor.all_files(&self.terminal.shell.files) {
            self.close_file(&name);
        }
        self.restart(Stage::find(stage::OPENING));
    }

    /// What the terminal brings along to another cluster, as its diary notes it.
    fn desk_to_value(&self) -> Value {
        let shell = &self.terminal.shell;
        let pairs = |map: &std::collections::BTreeMap<String, String>| -> Vec<Value> {
            map.iter().map(|(name, text)| json!([name, text])).collect()
        };
        let contexts = (shell.config.contexts.iter()).map(|it| json!([it.name, it.cluster, it.user, it.namespace]));
        json!({"cluster": self.terminal.cluster, "variables": pairs(&shell.variables), "aliases": pairs(&shell.aliases),
            "contexts": contexts.collect::<Vec<Value>>(), "clusters": shell.config.clusters,
            "folders": shell.files.directories().collect::<Vec<_>>(), "working": shell.files.working(),
            "files": shell.files.files().map(|(path, text)| json!([path, text])).collect::<Vec<Value>>()})
    }

    /// Sets the terminal up as it was when it came to this cluster.
    pub(crate) fn desk_from_value(&mut self, value: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let list = |key: &str| value[key].as_array().into_iter().flatten();
        let cluster = text(&value["cluster"]);
        let shell = &mut self.terminal.shell;
        shell.variables = api::sort::gather(list("variables").map(|pair| (text(&pair[0]), text(&pair[1]))));
        shell.aliases = api::sort::gather(list("aliases").map(|pair| (text(&pair[0]), text(&pair[1]))));
        shell.config.clusters = list("clusters").map(text).collect();
        shell.config.current.clone_from(&cluster);
        shell.config.contexts = list("contexts")
            .map(|it| Context {
                name: text(&it[0]),
                cluster: text(&it[1]),
                user: text(&it[2]),
                namespace: text(&it[3]),
            })
            .collect();
        for folder in list("folders").map(text) {
            let _ = shell.files.make_directory(&folder, true);
        }
        for file in list("files") {
            let _ = kubectl::Files::write(&mut shell.files, &text(&file[0]), &text(&file[1]));
        }
        let _ = shell.files.change_directory(&text(&value["working"]));
        self.terminal.now_on(&cluster, &self.cluster);
        self.editor.follow(&mut self.terminal);
    }
}

fn context_of(name: &str) -> Context {
    let user = "kubernetes-admin".to_string();
    Context { name: name.into(), cluster: name.into(), user, namespace: String::new() }
}

/// A context and a cluster for every task.
fn config(tasks: usize) -> Config {
    let names: Vec<String> = (0..tasks).map(context).collect();
    Config {
        contexts: names.iter().map(|name| context_of(name)).collect(),
        current: names[0].clone(),
        clusters: names,
        ..Config::default()
    }
}
