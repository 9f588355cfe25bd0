//! A cluster and a learner at a shell in front of it, in virtual time.
//!
//! ```text
//! let mut world = World::with_nodes(["worker-1", "worker-2"]);
//! world.file("ds.yaml", LOG_AGENT).kubectl("create -f ds.yaml");
//! world.settle().shows("kubectl get ds", "NAME …");
//! ```
//!
//! A command runs until it ends while virtual time passes. Left out: the page, the timeline, everything of `playground`.

use super::names::Names;
use super::objects;
use api::client::Client;
use api::objects::Object;
use api::objects::node::Node;
use api::request::{Request, Response};
use api::resource::Kind;
use api::schema::Descriptions;
use api::status::Status;
use api::time::Time;
use cluster::clock::Instant;
use cluster::kubelet::machine::Machine;
use cluster::{Cluster, apiserver::Change};
use kubectl::{ExitCode, Files, Output, Stream};
use shell::{Host, Session, Shell, Step};
use std::rc::Rc;
use std::time::Duration;

/// Quiet for so long is settled.
const QUIET: Duration = Duration::from_secs(3);
/// A cluster that hasn't settled by then never will: more than the five minutes of tolerated unreachability and its grace.
const SETTLE_MAX: Duration = Duration::from_secs(20 * 60);
/// No command in a test takes longer.
const COMMAND_MAX: Duration = Duration::from_secs(30 * 60);

/// A cluster with a learner in front of it.
pub struct World {
    /// The cluster.
    pub cluster: Cluster,
    /// The learner's shell.
    pub shell: Shell,
    /// What the learner's Pods are called here and elsewhere; empty unless a record is replayed.
    pub names: Names,
    /// Everything that changed, from the beginning.
    pub log: Vec<Change>,
    seen: u64,
}

/// What a command printed.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// Both streams, in order.
    pub output: Output,
    /// How it ended.
    pub code: ExitCode,
}

impl Printed {
    /// Standard output.
    pub fn out(&self) -> String {
        self.output.text(Stream::Out)
    }

    /// Standard error.
    pub fn err(&self) -> String {
        self.output.text(Stream::Err)
    }

    /// As a terminal shows it.
    pub fn all(&self) -> String {
        self.output.all()
    }
}

impl World {
    /// A cluster without nodes.
    pub fn new(seed: u64) -> World {
        World::of(Cluster::new(seed))
    }

    /// A learner in front of a cluster.
    pub fn of(cluster: Cluster) -> World {
        // What is no longer known of a cluster's past isn't asked for.
        let seen = if cluster.changes_after(0).is_some() { 0 } else { cluster.server().version() };
        let mut world = World { cluster, shell: shell_with_texts(), names: Names::default(), log: Vec::new(), seen };
        world.look();
        world
    }

    /// A settled cluster of plain workers.
    pub fn with_nodes<const N: usize>(names: [&str; N]) -> World {
        let mut world = World::new(1);
        for name in names {
            world.add_node(name);
        }
        world.settle();
        world
    }

    /// Plugs a plain worker in.
    pub fn add_node(&mut self, name: &str) -> &mut World {
        self.add_machine(Machine::worker(name))
    }

    /// Plugs a machine in.
    pub fn add_machine(&mut self, machine: Machine) -> &mut World {
        self.cluster.begin_act();
        self.cluster.add_machine(machine);
        self
    }

    /// Takes a machine away and deletes its Node, as "remove this node" does.
    pub fn remove_node(&mut self, name: &str) -> &mut World {
        self.cluster.begin_act();
        self.cluster.remove_machine(&name.into());
        self.kubectl(&format!("delete node {name}"));
        self
    }

    /// Writes a file.
    pub fn file(&mut self, name: &str, text: &str) -> &mut World {
        self.shell.files.write(name, text).expect("a test writes where it may");
        self
    }

    /// Types a kubectl command and waits until it ends.
    pub fn kubectl(&mut self, words: &str) -> Printed {
        self.run(&format!("kubectl {words}"))
    }

    /// Types a line and waits until it ends.
    pub fn run(&mut self, line: &str) -> Printed {
        self.run_at_most(line, COMMAND_MAX).unwrap_or_else(|| panic!("$ {line}\nis still running after half an hour"))
    }

    /// Types a line and waits until it ends, or for so long.
    pub fn run_at_most(&mut self, line: &str, patience: Duration) -> Option<Printed> {
        let until = self.now() + patience;
        let mut session = self.start(line);
        loop {
            if let Step::Done(code) = self.poll(&mut session) {
                return Some(Printed { output: session.out, code });
            }
            if self.now() >= until || !self.step_until(until) {
                return None;
            }
        }
    }

    /// Types a line; it goes on with each [`World::poll`].
    pub fn start(&mut self, line: &str) -> Session {
        self.cluster.begin_act();
        self.shell.start(line)
    }

    /// Lets a line go on as far as it goes.
    pub fn poll(&mut self, session: &mut Session) -> Step {
        let mut client = Learner { cluster: &mut self.cluster, names: &self.names };
        let step = session.poll(&mut self.shell, &mut client);
        self.look();
        step
    }

    /// Saves what a line wanted edited.
    pub fn edited(&mut self, session: &mut Session, text: &str) {
        let mut client = Learner { cluster: &mut self.cluster, names: &self.names };
        session.edited(text, &mut self.shell, &mut client);
        self.look();
    }

    /// The moment.
    pub fn now(&self) -> Instant {
        self.cluster.now()
    }

    /// Lets virtual time pass.
    pub fn run_for(&mut self, seconds: f64) -> &mut World {
        let until = self.now() + Duration::from_secs_f64(seconds);
        while self.step_until(until) {}
        self
    }

    /// Takes one step, or none and moves the clock to `until`; whether `until` is still to come.
    pub fn step_until(&mut self, until: Instant) -> bool {
        // Commands look at the clock too (`--timeout`), so they are never kept waiting for long.
        let soon = until.min(self.now() + Duration::from_millis(100));
        match self.cluster.next_at() {
            Some(at) if at <= soon => drop(self.cluster.step()),
            _ => self.cluster.run_until(soon),
        }
        self.look();
        self.now() < until || self.cluster.next_at().is_some_and(|at| at <= until)
    }

    /// Lets time pass until nothing but heartbeats has changed for three seconds.
    pub fn settle(&mut self) -> &mut World {
        let limit = self.now() + SETTLE_MAX;
        let mut quiet_since = self.now();
        let mut read = self.log.len();
        while self.now().since(quiet_since) < QUIET {
            assert!(self.now() < limit, "the cluster doesn't settle; it changes {:?}", self.log.last());
            self.step_until(limit);
            if self.log[read..].iter().any(|change| !is_heartbeat(change)) {
                quiet_since = self.now();
            }
            read = self.log.len();
        }
        self
    }

    /// Types a line and compares what it prints.
    #[track_caller]
    pub fn shows(&mut self, line: &str, expected: &str) -> &mut World {
        let printed = self.run(line).all();
        assert!(printed == expected, "$ {line}\nexpected:\n{expected}\ngot:\n{printed}");
        self
    }

    /// Takes in what changed since the last look.
    fn look(&mut self) {
        let changes = self.cluster.changes_after(self.seen).expect("the log is kept for longer than a step");
        let new: Vec<Change> = changes.cloned().collect();
        for change in &new {
            objects::keep(|| change.object.to_value());
            self.names.take(change);
        }
        self.seen = new.last().map_or(self.seen, |change| change.version);
        self.log.extend(new);
    }
}

/// A shell for which the texts of `explain` have been fetched.
fn shell_with_texts() -> Shell {
    let texts = include_str!("../../static/schema/descriptions.txt");
    Shell { descriptions: Some(Rc::new(Descriptions::new(texts.into()))), ..Shell::default() }
}

/// A lease renewed, or a node status that says what it said before.
pub fn is_heartbeat(change: &Change) -> bool {
    match (&change.object, &change.old) {
        (Object::Node(new), Some(Object::Node(old))) => {
            let still = |node: &Node| {
                let mut node = node.clone();
                node.meta.resource_version = 0;
                node.conditions.iter_mut().for_each(|condition| condition.last_seen_time = Time::default());
                node.to_value()
            };
            still(new) == still(old)
        }
        (object, _) => object.kind() == Kind::LEASE,
    }
}

/// The learner as the API server's client.
struct Learner<'a> {
    cluster: &'a mut Cluster,
    names: &'a Names,
}

impl Client for Learner<'_> {
    fn request(&mut self, request: Request) -> Result<Response, Status> {
        let request = self.names.ask(request);
        let answer = self.cluster.request(&request);
        if let Ok(response) = &answer
            && !response.managed_fields.is_empty()
        {
            response.clone().values().into_iter().for_each(|value| objects::keep(|| value));
        }
        self.names.answer(answer)
    }

    fn now(&self) -> Time {
        self.cluster.now().time()
    }
}

impl Host for Learner<'_> {
    fn kubelet(&self, machine: &str) -> Option<bool> {
        self.cluster.kubelets().get(&machine.into()).filter(|kubelet| !kubelet.removed).map(|kubelet| kubelet.running)
    }

    fn set_kubelet(&mut self, machine: &str, running: bool) {
        match running {
            true => self.cluster.start_kubelet(&machine.into()),
            false => self.cluster.stop_kubelet(&machine.into()),
        }
    }
}
