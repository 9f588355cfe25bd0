//! Predict first: an act that changes the cluster is held back until the learner has said what will come of it on each node.
//!
//! Then it is done, and when all has settled each node's Pod is compared with the one before. Why it came so is the controller's
//! verdict, the same that decided. The act is written down when it is done, as any other: what was foretold is no part of the run.

use crate::Playground;
use crate::act::{Act, Trouble};
use crate::command;
use crate::show;
use crate::view::{Came, Cause, Foretold, ObjectRef, Outcome, Prediction, PredictionStage};
use api::Str;
use api::meta::Uid;
use api::objects::Object;
use api::objects::pod::{Phase, Pod};
use api::resource::Kind;
use cluster::Cluster;
use cluster::apiserver::Key;
use cluster::clock::Instant;
use cluster::controller::daemonset::template::{HASH_LABEL, target_node};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

/// A machine that falls silent is noticed after 50 s (node-monitor-grace-period, v1.36), and the Pods of a node that is gone
/// are collected after 40 to 60 s (podgc's quarantine and period): before that, quiet means nothing.
const LATE: Duration = Duration::from_secs(90);
/// What never comes to rest, such as a container that crashes again and again, is told after so long.
const LONGEST: Duration = Duration::from_secs(600);

/// The mode, and the act that is foretold.
#[derive(Default)]
pub struct Forecast {
    on: bool,
    question: Option<Question>,
}

struct Question {
    line: String,
    subject: ObjectRef,
    /// Nodes that the act brings.
    coming: Vec<Str>,
    guesses: BTreeMap<Str, Outcome>,
    state: State,
}

enum State {
    /// The act waits.
    Asked(Act),
    /// It is done.
    Awaited(Awaited),
    Told(Vec<Foretold>),
}

struct Awaited {
    before: BTreeMap<Str, There>,
    /// The line of events on which it was done, and when.
    line: u32,
    at: Instant,
    /// Not told before this moment.
    not_before: Instant,
}

/// A DaemonSet's Pod on a node, or on its way there.
#[derive(Clone, PartialEq)]
struct There {
    uid: Uid,
    pending: bool,
    terminating: bool,
    hash: Option<Str>,
}

impl Forecast {
    /// Whether acts are held back.
    pub fn on(&self) -> bool {
        self.on
    }

    /// Whether an act waits to be foretold.
    pub fn asks(&self) -> bool {
        self.question.as_ref().is_some_and(|question| matches!(question.state, State::Asked(_)))
    }
}

impl Playground {
    pub(crate) fn predict_first(&mut self, on: bool) {
        self.forecast.on = on;
        if !on && self.forecast.asks() {
            self.forecast.question = None;
        }
        self.revisions.prediction += 1;
    }

    /// Holds an act back if it is to be foretold; gives it back if not.
    pub(crate) fn hold_to_foretell(&mut self, act: Act) -> Option<Act> {
        // An exam asks for what is done, and tells nothing on the way.
        if !self.forecast.on || self.exam.is_some() || self.terminal.busy() {
            return Some(act);
        }
        let Some((line, subject)) = self.line_that_changes(&act).zip(self.subject_of(&act)) else { return Some(act) };
        let coming = match &act {
            Act::AddNodes { preset, count } => self.free_names(*preset, *count),
            _ => Vec::new(),
        };
        let question = Question { line, subject, coming, guesses: BTreeMap::new(), state: State::Asked(act) };
        self.forecast.question = Some(question);
        self.revisions.prediction += 1;
        None
    }

    /// The line of an act that may change what runs on nodes; `None` for any other act.
    fn line_that_changes(&self, act: &Act) -> Option<String> {
        match act {
            Act::Apply { file } if self.terminal.edits(file) => None,
            Act::AddNodes { preset, count } => command::of_joining(&self.free_names(*preset, *count)),
            Act::ShowMoment { moment } => Some(command::of_moment(*moment, self.stage.scenario.daemon.as_ref()?)),
            Act::Run { line } => changes_something(line).then(|| line.clone()),
            act => command::of(act),
        }
    }

    /// The DaemonSet whose Pods an act is about: the one that it applies, else the one that is asked about, else the first.
    fn subject_of(&self, act: &Act) -> Option<ObjectRef> {
        let applied = match act {
            Act::Apply { file } => self.daemon_of(file),
            Act::ShowMoment { .. } => self.daemon_of(self.stage.scenario.daemon.as_ref()?),
            Act::Run { line } => line.split_whitespace().find_map(|word| self.daemon_of(word)),
            _ => None,
        };
        let first = || {
            let set = self.cluster.objects(Kind::DAEMON_SET).next()?.meta_ref()?;
            let (namespace, name) = (set.namespace.to_string(), set.name.to_string());
            Some(ObjectRef { kind: "DaemonSet".into(), namespace, name })
        };
        applied.or_else(|| self.asked.clone()).or_else(first)
    }

    pub(crate) fn guess(&mut self, node: Option<&str>, outcome: Option<Outcome>) {
        let open = self.prediction().nodes;
        let Some(question) = self.forecast.question.as_mut().filter(|it| matches!(it.state, State::Asked(_))) else {
            return;
        };
        for foretold in open {
            let meant = match node {
                Some(node) => foretold.node == node,
                None => foretold.guess.is_none(),
            };
            match outcome {
                Some(outcome) if meant && foretold.options.contains(&outcome) => {
                    question.guesses.insert(foretold.node.as_str().into(), outcome);
                }
                None if meant => {
                    question.guesses.remove(&Str::from(foretold.node.as_str()));
                }
                _ => {}
            }
        }
        self.revisions.prediction += 1;
    }

    pub(crate) fn carry_out(&mut self) {
        if !self.forecast.asks() {
            return;
        }
        let Some(Question { state: State::Asked(act), subject, .. }) = &self.forecast.question else { return };
        let (act, before) = (act.clone(), pods_by_node(&self.cluster, subject));
        let late = match &act {
            Act::StopKubelet { .. } | Act::SetTrouble { trouble: Trouble::Network, .. } | Act::RemoveNode { .. } => {
                true
            }
            Act::Run { line } => line.contains("systemctl") || line.contains("delete no"),
            _ => false,
        };
        self.do_act(act);
        // What is to be seen must be let happen.
        self.clock.hold(false);
        let (line, at) = (self.cluster.line_id(), self.cluster.now());
        let not_before = if late { at + LATE } else { at };
        if let Some(question) = &mut self.forecast.question {
            question.state = State::Awaited(Awaited { before, line, at, not_before });
        }
        self.revisions.prediction += 1;
    }

    pub(crate) fn drop_prediction(&mut self) {
        if let Some(Question { state: State::Asked(Act::Run { line }), .. }) = self.forecast.question.take() {
            // What somebody typed is not lost.
            self.terminal.shell.history.push(line);
            self.revisions.terminal += 1;
        }
        self.revisions.prediction += 1;
    }

    /// Tells what came, once all has settled. On another line of events there is nothing to tell.
    pub(crate) fn look_after_forecast(&mut self) {
        let Some(question) = &self.forecast.question else { return };
        let State::Awaited(awaited) = &question.state else { return };
        let now = self.cluster.now();
        if awaited.line != self.cluster.line_id() || now < awaited.at {
            self.forecast.question = None;
            self.revisions.prediction += 1;
            return;
        }
        let rests = self.settled() && now >= awaited.not_before;
        if rests && !self.cluster.in_the_past() || now.since(awaited.at) > LONGEST {
            let told = tell(&self.cluster, question, awaited);
            if let Some(question) = &mut self.forecast.question {
                question.state = State::Told(told);
            }
            self.revisions.prediction += 1;
        }
    }
}

/// Whether a line, as typed, may change what runs on nodes. Only what kubectl and a node's own `systemctl` do.
fn changes_something(line: &str) -> bool {
    const CHANGES: [&str; 16] = [
        "apply", "create", "delete", "label", "taint", "cordon", "uncordon", "drain", "scale", "set", "patch",
        "replace", "rollout", "run", "annotate", "evict",
    ];
    const LOOKS: [&str; 5] = ["--help", "-h", "status", "history", "--dry-run"];
    line.split(['|', ';', '&', '\n']).any(|command| {
        let mut words = command.split_whitespace();
        match words.next() {
            Some("kubectl" | "k") => {
                let verb = words.clone().find(|word| !word.starts_with('-'));
                verb.is_some_and(|verb| CHANGES.contains(&verb))
                    && !words.any(|word| LOOKS.contains(&word) || word.starts_with("--dry-run"))
            }
            Some("ssh") => words.any(|word| word == "systemctl"),
            _ => false,
        }
    })
}

/// What the page shows of it.
pub fn prediction(playground: &Playground) -> Prediction {
    let forecast = &playground.forecast;
    let Some(question) = &forecast.question else { return Prediction { on: forecast.on, ..Prediction::default() } };
    let (stage, nodes) = match &question.state {
        State::Asked(_) => (PredictionStage::Asked, open(&playground.cluster, question, None)),
        State::Awaited(awaited) => {
            (PredictionStage::Awaited, open(&playground.cluster, question, Some(&awaited.before)))
        }
        State::Told(told) => (PredictionStage::Told, told.clone()),
    };
    Prediction { on: forecast.on, stage, line: question.line.clone(), subject: Some(question.subject.clone()), nodes }
}

/// The nodes with what was said of them so far. What can be said depends on what is there, or was.
fn open(cluster: &Cluster, question: &Question, before: Option<&BTreeMap<Str, There>>) -> Vec<Foretold> {
    let now;
    let pods = match before {
        Some(before) => before,
        None => {
            now = pods_by_node(cluster, &question.subject);
            &now
        }
    };
    let names = cluster.objects(Kind::NODE).filter_map(|node| Some(node.meta_ref()?.name.clone()));
    let here: BTreeSet<Str> = names.chain(pods.keys().cloned()).collect();
    let coming = question.coming.iter().filter(|name| !here.contains(*name));
    let named = here.iter().map(|name| (name, false)).chain(coming.map(|name| (name, true)));
    let foretold = named.map(|(name, coming)| {
        let options = options(pods.get(name));
        let guess = question.guesses.get(name).copied().filter(|guess| options.contains(guess));
        Foretold { node: name.to_string(), coming, options, guess, came: None }
    });
    foretold.collect()
}

/// What may come where this is.
fn options(before: Option<&There>) -> &'static [Outcome] {
    use Outcome::*;
    match before {
        None => &[Appears, Pending, Nothing],
        Some(there) if there.pending => &[Appears, Pending, Goes],
        Some(_) => &[Stays, Replaced, Pending, Goes],
    }
}

fn outcome(before: Option<&There>, after: Option<&There>) -> Outcome {
    match (before, after) {
        (None, None) => Outcome::Nothing,
        (Some(_), None) => Outcome::Goes,
        (_, Some(after)) if after.pending => Outcome::Pending,
        (None, Some(_)) => Outcome::Appears,
        (Some(before), Some(_)) if before.pending => Outcome::Appears,
        (Some(before), Some(after)) if before.uid == after.uid => Outcome::Stays,
        (Some(_), Some(_)) => Outcome::Replaced,
    }
}

/// What came on every node.
fn tell(cluster: &Cluster, question: &Question, awaited: &Awaited) -> Vec<Foretold> {
    let after = pods_by_node(cluster, &question.subject);
    let set = show::daemon_set(cluster, &question.subject).filter(|set| !set.meta.terminating());
    let mut pods: BTreeMap<Str, Vec<Rc<Pod>>> = BTreeMap::new();
    for object in cluster.objects(Kind::POD) {
        if let Object::Pod(pod) = object
            && let Some(node) = target_node(pod)
        {
            pods.entry(node).or_default().push(pod.clone());
        }
    }
    let mut nodes = open(cluster, question, Some(&awaited.before));
    for foretold in &mut nodes {
        let name = Str::from(foretold.node.as_str());
        let (was, is) = (awaited.before.get(&name), after.get(&name));
        let outcome = outcome(was, is);
        let node = match cluster.server().object(Kind::NODE, &Key::of_cluster(&name)) {
            Some(Object::Node(node)) => Some(node),
            _ => None,
        };
        let cause = match (&set, node) {
            (None, _) => Cause::SetGone,
            (_, None) => Cause::NodeGone,
            (Some(_), _) if outcome == Outcome::Replaced => {
                let newer = was.map(|was| &was.hash) != is.map(|is| &is.hash);
                if newer { Cause::Template } else { Cause::Recreated }
            }
            (Some(set), Some(node)) => {
                let here = pods.get(&name).map_or(&[][..], Vec::as_slice);
                Cause::Verdict(show::verdict(cluster, set, node, here))
            }
        };
        foretold.came = Some(Came { outcome, cause });
    }
    nodes
}

/// The Pods of a DaemonSet by the nodes they are on or on the way to; of two, the one that isn't about to go.
fn pods_by_node(cluster: &Cluster, set: &ObjectRef) -> BTreeMap<Str, There> {
    let mut pods: BTreeMap<Str, There> = BTreeMap::new();
    for object in cluster.objects(Kind::POD) {
        let Object::Pod(pod) = object else { continue };
        let of_set = |owner: &api::meta::OwnerReference| &*owner.kind == "DaemonSet" && *owner.name == *set.name;
        if *pod.meta.namespace != *set.namespace || !pod.meta.controller().is_some_and(of_set) {
            continue;
        }
        let Some(node) = target_node(pod) else { continue };
        let there = There {
            uid: pod.meta.uid,
            pending: pod.status.phase == Phase::Pending,
            terminating: pod.meta.terminating(),
            hash: pod.meta.label(HASH_LABEL).cloned(),
        };
        if pods.get(&node).is_none_or(|known| known.terminating) {
            pods.insert(node, there);
        }
    }
    pods
}

#[cfg(test)]
mod tests;
