//! Does again what was done to a real cluster, at the same moments, and compares.
//!
//! Virtual time is the record's, to the second: `rollout restart` writes it into a template. The record's seconds begin when
//! its nodes were about to be plugged in; its controllers had run for a moment, so that their periodic checks come when ours
//! come. Its kubelets were played by a program with a pace of its own, and ours keep that pace. Where something takes longer here
//! the next command waits for the one before it, as it would for a person.

use super::changes;
use super::compare::{self, Difference};
use super::gaps::Gaps;
use super::mask::Nodes;
use super::snapshot;
use super::transcript::{Act, Answer, Changed, Section, Step};
use super::world::{Printed, World};
use api::objects::Object;
use api::objects::scheduling::{Effect, Taint};
use api::request::{Request, Verb};
use api::resource::Kind;
use api::{Value, json};
use cluster::apiserver::Change;
use cluster::clock::Instant;
use cluster::kubelet::images::{Exit, Image};
use cluster::kubelet::machine::Machine;
use cluster::kubelet::pace::Pace;
use cluster::{Cluster, EPOCH};
use kubectl::Files;
use shell::Session;
use std::collections::BTreeMap;
use std::time::Duration;

/// Between two checks of the node lifecycle controller; the first that finds a node says so in an event.
const NODE_CHECK: f64 = 5.0;
/// From typing a command to its request: what the real kubectl takes to start; on a busy machine longer.
const KUBECTL_START: f64 = 0.09;
/// Of what a command takes that ends with its answer, so much lies before the request.
const BEFORE_REQUEST: f64 = 0.7;
/// What takes longer than this waits for something.
const ANSWERS_WITHIN: f64 = 0.5;
/// A snapshot is noted when it has been taken, which takes so long.
const SNAPSHOT_TAKES: f64 = 0.27;
/// A command may take so much longer here.
const PATIENCE: Duration = Duration::from_secs(120);

/// From an event to its being told in the record, at the least.
const WATCH: Duration = Duration::from_millis(5);
/// The pace of the record's kubelets, as its times show it; they never tried a second time to pull what can't be had.
const PACE: Pace = Pace {
    look: Duration::from_millis(10),
    sandbox: Duration::from_millis(380),
    pull: Duration::from_millis(800),
    pull_check: Duration::from_millis(350),
    start: Duration::from_millis(20),
    next_sync: Duration::from_secs(2),
    pull_back_off: Duration::from_secs(3600),
    removal: Duration::from_millis(50),
};
/// From SIGTERM to the end of one of their processes.
const TERM: Exit = Exit { after: Duration::from_millis(485), code: 0 };

/// Does the sections of a folder, one after the other on the same cluster.
pub fn run(sections: &[Section], nodes: Nodes) -> Vec<Difference> {
    let mut replay = Replay::begin(sections, nodes);
    for story in sections.chunk_by(Section::is_followed_by) {
        replay.story(story);
    }
    replay.differences
}

struct Replay {
    world: World,
    zero: Instant,
    /// Machines still to be plugged in, latest first.
    machines: Vec<(f64, String)>,
    background: BTreeMap<String, (String, Session, Instant)>,
    differences: Vec<Difference>,
    nodes: Nodes,
    gaps: Gaps,
}

impl Replay {
    fn begin(sections: &[Section], nodes: Nodes) -> Replay {
        let zero = origin(sections);
        let head_start = Duration::from_secs_f64(head_start(sections, zero));
        let zero = zero.unwrap_or(EPOCH);
        let mut world = World::of(Cluster::starting_at(zero - head_start, 7));
        for section in sections {
            expect_names(&mut world, section);
        }
        set_images(&mut world, sections);
        world.cluster.set_pace(PACE);
        world.run_for(head_start.as_secs_f64());
        let steps = || sections.iter().flat_map(|section| &section.steps);
        let added_later = |at: f64, name: &str| {
            let by = |act: &Act| matches!(act, Act::Kubelet(verb, other) if verb == "add" && other == name);
            steps().any(|step| by(&step.act) && step.at.is_some_and(|moment| moment <= at))
        };
        let machines = sections.iter().flat_map(|section| section.machines.clone());
        let mut machines: Vec<(f64, String)> = machines.filter(|(at, name)| !added_later(*at, name)).collect();
        machines.reverse();
        Replay {
            zero: world.now(),
            world,
            machines,
            background: BTreeMap::new(),
            differences: Vec::new(),
            nodes,
            gaps: Gaps::of(sections),
        }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.zero + Duration::from_secs_f64(seconds.max(0.0))
    }

    fn seconds(&self) -> f64 {
        self.world.now().since(self.zero).as_secs_f64()
    }

    /// Lets time pass, with whatever runs in the background.
    fn pass(&mut self, seconds: f64) {
        while let Some((at, _)) = self.machines.last()
            && *at <= seconds
        {
            let (at, name) = self.machines.pop().expect("it has just been looked at");
            self.pass_quietly(at);
            self.world.add_machine(machine(&name));
        }
        self.pass_quietly(seconds);
    }

    fn pass_quietly(&mut self, seconds: f64) {
        let until = self.at(seconds);
        if self.world.now() >= until {
            return;
        }
        let mut read = self.world.log.len();
        loop {
            let more = self.world.step_until(until);
            if self.world.log.len() != read || !more {
                read = self.world.log.len();
                self.poll_background();
            }
            if !more {
                return;
            }
        }
    }

    fn poll_background(&mut self) {
        for (_, session, _) in self.background.values_mut() {
            self.world.poll(session);
        }
    }

    fn story(&mut self, sections: &[Section]) {
        let first = sections.iter().flat_map(|section| &section.steps).find_map(|step| step.at).unwrap_or(0.0);
        self.pass(first);
        let theirs: Vec<&Changed> =
            sections.iter().flat_map(|section| &section.changes).filter(|change| !self.gaps.began(change)).collect();
        // A record's first section begins with everything that is there already.
        let log_start = if theirs.iter().any(|change| change.verb == "EXIST") { 0 } else { self.world.log.len() };
        for section in sections {
            for step in &section.steps {
                self.step(section, step);
            }
        }
        let end = self.seconds();
        // To look into a difference: EVERYNODE_CHANGES=daemonset prints our own changes of lines with that word.
        let asked = std::env::var("EVERYNODE_CHANGES").ok();
        let ours: Vec<Changed> = self.world.log[log_start..].iter().filter_map(|change| self.told(change)).collect();
        for change in ours.iter().filter(|_| asked.is_some()) {
            let line =
                format!("{:9.3} {:8} {:18} {} {}", change.at, change.verb, change.kind, change.name, change.text);
            if asked.as_ref().is_some_and(|word| line.contains(word.as_str())) {
                eprintln!("{line}");
            }
        }
        let numbers = [sections.first(), sections.last()].map(|section| section.map_or("", Section::number));
        let folder = sections.first().and_then(|section| section.name.split('/').next()).unwrap_or_default();
        let place = format!("{folder}/{}-{}", numbers[0], numbers[1]);
        for (object, detail) in compare::changes(&theirs, &ours.iter().collect::<Vec<_>>(), end, self.nodes) {
            self.differ(format!("{place} changed {object}"), detail);
        }
    }

    /// A change in the record's words; `None` for kinds it leaves out.
    fn told(&self, change: &Change) -> Option<Changed> {
        let object = self.world.names.object(&change.object);
        let (namespace, name) = (object.namespace(), object.name());
        Some(Changed {
            at: change.at.since(self.zero).as_secs_f64(),
            verb: changes::verb(change.kind).into(),
            kind: changes::word(object.kind())?.into(),
            name: if namespace.is_empty() { name.to_string() } else { format!("{namespace}/{name}") },
            text: changes::text(&object),
        })
    }

    fn differ(&mut self, place: String, detail: String) {
        self.differences.push(Difference { place, detail });
    }

    fn step(&mut self, section: &Section, step: &Step) {
        let place = format!("{}:{}", section.name, step.line);
        let at = step.at.unwrap_or(0.0);
        match &step.act {
            Act::File(name, text) => drop(self.world.file(name, text)),
            Act::Settled => self.pass(at),
            Act::Kubelet(verb, name) => {
                self.pass(at);
                self.kubelet(verb, name);
            }
            Act::Snapshot(file) => {
                let theirs = section.snapshots.join(format!("{}-{file}", section.number()));
                for listed in &snapshot::KINDS {
                    // Events come last and take the longest.
                    let left = if listed.1 == Kind::EVENT { SNAPSHOT_TAKES / 2.0 } else { SNAPSHOT_TAKES };
                    self.pass(at - left);
                    let of_a_gap = |stamp| self.is_of_a_gap(stamp);
                    for (path, detail) in snapshot::compare(&theirs, *listed, &self.world, self.nodes, &of_a_gap) {
                        self.differ(format!("{} snapshot {file} {path}", section.name), detail);
                    }
                }
            }
            Act::Background(tag, command) => {
                self.pass(at + KUBECTL_START);
                let mut session = self.world.start(command);
                self.world.poll(&mut session);
                self.background.insert(tag.clone(), (command.clone(), session, self.world.now()));
            }
            Act::Interrupted(tag, answer) => {
                let Some((_, _, since)) = self.background.get(tag) else { return };
                self.pass(since.since(self.zero).as_secs_f64() + answer.seconds - KUBECTL_START);
                let (command, mut session, _) = self.background.remove(tag).expect("it runs");
                session.interrupt(&mut self.world.shell);
                let ours = Printed { output: session.out, code: answer.code };
                self.judge(place, &command, answer, Some(ours));
            }
            Act::Command(command, answer) => {
                self.pass(at + before_request(answer));
                let ours = self.command(command, answer);
                self.judge(place, command, answer, ours);
            }
        }
    }

    /// Whether an event with that stamp came about in a section that isn't there.
    fn is_of_a_gap(&self, stamp: u64) -> bool {
        let since = Instant(stamp).since(self.zero).as_secs_f64();
        self.gaps.hold(since)
    }

    fn judge(&mut self, place: String, command: &str, theirs: &Answer, ours: Option<Printed>) {
        let detail = match ours {
            Some(ours) => {
                let now = self.seconds();
                compare::answers(command, theirs, &ours, self.nodes, &|age| self.gaps.may_hold(now, age))
            }
            None => Some(format!("  $ {command}\n  it doesn't end\n")),
        };
        if let Some(detail) = detail {
            self.differ(place, detail);
        }
    }

    /// Runs a command, and what is in the background beside it.
    fn command(&mut self, command: &str, theirs: &Answer) -> Option<Printed> {
        let until = self.world.now() + Duration::from_secs_f64(theirs.seconds) + PATIENCE;
        let mut session = self.world.start(command);
        loop {
            match self.world.poll(&mut session) {
                shell::Step::Done(code) => return Some(Printed { output: session.out, code }),
                shell::Step::Edit { text, .. } => {
                    let edited = self.edit(command, &text);
                    self.world.edited(&mut session, &edited);
                    continue;
                }
                shell::Step::Running => {}
            }
            if self.world.now() >= until {
                session.interrupt(&mut self.world.shell);
                return None;
            }
            let soon = self.seconds() + 0.05;
            self.pass(soon);
        }
    }

    /// Runs the command's `EDITOR=…` on a text.
    fn edit(&mut self, command: &str, text: &str) -> String {
        const FILE: &str = "/tmp/edited";
        let editor = command.split_once("EDITOR=").and_then(|(_, rest)| rest.split_once(" kubectl"));
        let editor = editor.map_or("true", |(editor, _)| editor.trim_matches('\''));
        self.world.file(FILE, text).run(&format!("{editor} {FILE}"));
        self.world.shell.files.read(FILE).unwrap_or_default()
    }

    fn kubelet(&mut self, verb: &str, name: &str) {
        self.world.cluster.begin_act();
        match verb {
            "add" => drop(self.world.add_machine(machine(name))),
            "down" => self.world.cluster.stop_kubelet(&name.into()),
            "podfail" => self.fail_pod(name),
            "up" => self.world.cluster.start_kubelet(&name.into()),
            other => panic!("unknown: kubelet {other}"),
        }
    }

    /// The record's program failed a Pod as a kubelet would.
    fn fail_pod(&mut self, name: &str) {
        let now = self.world.now().time().to_string();
        let pods = self.world.cluster.objects(Kind::POD);
        let Some(pod) = pods
            .map(Object::to_value)
            .find(|pod| self.world.names.theirs(pod["metadata"]["name"].as_str().unwrap_or_default()) == name)
        else {
            return;
        };
        let own = pod["metadata"]["name"].as_str().unwrap_or_default();
        let mut request = Request::new(Verb::Update, Kind::POD).in_namespace("default").named(own);
        request.subresource = "status";
        let request = request.with_json(evicted(&pod, &now));
        self.world.cluster.request(&request).expect("a status may be written");
        let event = told_evicted(&pod, self.world.now());
        let request = Request::new(Verb::Create, Kind::EVENT).in_namespace("default").with_json(event);
        self.world.cluster.request(&request).expect("an event may be written");
    }
}

/// What that kubelet said of it.
fn told_evicted(pod: &Value, now: Instant) -> Value {
    let (meta, node, time) = (&pod["metadata"], &pod["spec"]["nodeName"], now.time().to_string());
    json!({
        "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "Evicted", "message": EVICTED, "count": 1,
        "metadata": {"name": format!("{}.{:016x}", meta["name"].as_str().unwrap_or_default(), now.0), "namespace": "default"},
        "involvedObject": {"apiVersion": "v1", "kind": "Pod", "namespace": "default", "name": meta["name"],
            "uid": meta["uid"], "resourceVersion": meta["resourceVersion"]},
        "firstTimestamp": time, "lastTimestamp": time, "source": {"component": "kubelet", "host": node},
        "reportingComponent": "kubelet", "reportingInstance": node})
}

/// Why, in the words of that kubelet.
const EVICTED: &str = "The node was low on resource: memory. ";

/// What a command takes until its request reaches the server.
fn before_request(answer: &Answer) -> f64 {
    if answer.seconds < ANSWERS_WITHIN { (answer.seconds * BEFORE_REQUEST).max(KUBECTL_START) } else { KUBECTL_START }
}

/// A Pod's status as a kubelet leaves it that has evicted it for want of memory.
fn evicted(pod: &Value, now: &str) -> Value {
    let mut pod = pod.clone();
    let status = &mut pod["status"];
    status["phase"] = "Failed".into();
    status["reason"] = "Evicted".into();
    status["message"] = EVICTED.into();
    for container in status["containerStatuses"].as_array_mut().into_iter().flatten() {
        let started = container["state"]["running"]["startedAt"].clone();
        container["state"] = json!({"terminated": {"exitCode": 137, "reason": "Error", "startedAt": started,
            "finishedAt": now, "containerID": container["containerID"]}});
        container["ready"] = false.into();
        container["started"] = false.into();
    }
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        let kind = condition["type"].as_str().unwrap_or_default().to_string();
        if ["Ready", "ContainersReady", "PodReadyToStartContainers"].contains(&kind.as_str()) {
            condition["status"] = "False".into();
            condition["lastTransitionTime"] = now.into();
        }
        if kind.ends_with("Ready") {
            condition["reason"] = "PodFailed".into();
        }
    }
    pod
}

/// The moment from which the record counts its seconds. The date in its head is of a moment later; an event has its own moment in
/// its name, and is told as soon as it has been written.
fn origin(sections: &[Section]) -> Option<Instant> {
    let events = sections.iter().flat_map(|section| &section.changes).filter(|change| change.verb == "ADDED");
    let told = events.filter_map(|change| Some(stamp(change)?.saturating_sub((change.at * 1e9) as u64)));
    match told.max() {
        Some(latest) => Some(Instant(latest + WATCH.as_nanos() as u64)),
        None => sections.iter().find_map(|section| section.began).map(|began| Instant(began.0 as u64 * 1000)),
    }
}

/// The moment in the name of an event.
fn stamp(change: &Changed) -> Option<u64> {
    let stamp = change.name.rsplit('.').next().filter(|stamp| change.kind == "event" && stamp.len() == 16)?;
    u64::from_str_radix(stamp, 16).ok()
}

/// How long the record's controllers had run when its seconds began: from the moment at which they first saw a node.
fn head_start(sections: &[Section], zero: Option<Instant>) -> f64 {
    let changes = sections.iter().flat_map(|section| &section.changes);
    let seen = changes.filter(|change| change.text.contains("RegisteredNode")).find_map(stamp);
    match (zero, seen) {
        (Some(zero), Some(seen)) => {
            let after = (seen as f64 - zero.0 as f64) / 1e9;
            NODE_CHECK - after.rem_euclid(NODE_CHECK)
        }
        _ => 0.5,
    }
}

/// Makes the images that the record pulled take about as long here, and be what they were there: servers that run for ever.
fn set_images(world: &mut World, sections: &[Section]) {
    for change in sections.iter().flat_map(|section| &section.changes) {
        let pulled =
            change.text.split_once("Successfully pulled image \"").and_then(|(_, rest)| rest.split('"').next());
        if let Some(name) = pulled {
            world.cluster.set_image(name.into(), Image { size: 0, on_term: Some(TERM), ..Image::default() });
        }
    }
}

/// Tells the world the names of the record's Pods, with the node each daemon Pod is for.
fn expect_names(world: &mut World, section: &Section) {
    let pods = || section.changes.iter().filter(|change| change.kind == "pod");
    for added in pods().filter(|change| change.verb == "ADDED") {
        let node = pods().filter(|change| change.name == added.name).find_map(|change| {
            change.text.split(' ').find_map(|word| word.strip_prefix("node=")).filter(|node| !node.is_empty())
        });
        let of_a_daemon = added.text.contains("owner=DaemonSet/");
        let name = added.name.rsplit('/').next().unwrap_or_default();
        if added.text.contains("owner=-") {
            continue;
        }
        let hash = added.text.split(' ').find_map(|word| word.strip_prefix("hash=")).unwrap_or_default();
        world.names.expect(name, hash, node.filter(|_| of_a_daemon).unwrap_or_default());
    }
}

/// The record's machines: plain ones, and a control plane.
fn machine(name: &str) -> Machine {
    let mut machine = Machine::worker(name);
    if name == "control-plane" {
        for label in
            ["node-role.kubernetes.io/control-plane", "node.kubernetes.io/exclude-from-external-load-balancers"]
        {
            machine.labels.insert(label.into(), "".into());
        }
        machine.taints.push(Taint::new("node-role.kubernetes.io/control-plane", "", Effect::NoSchedule));
    }
    machine
}
