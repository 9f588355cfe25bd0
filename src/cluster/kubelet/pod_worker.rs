//! A Pod's life on its node: looked at, given a sandbox, its images pulled, its containers started one after the other,
//! restarted when they end, and stopped when the Pod is deleted.
//!
//! A worker is a small machine of stages. Each wake carries it one stage further, writes what has become of the Pod, and asks
//! for the next wake. `pod_status` says how a stage is reported.
//!
//! Source: pkg/kubelet/{pod_workers,kuberuntime}. Durations are free choices of the magnitudes real clusters show.

use super::admit::admit;
use super::images::{Catalogue, Image};
use super::{Context, Kubelet, key_of, pod_status};
use crate::cause::{Actor, Cause};
use crate::clock::{Instant, Wake};
use crate::controller::queue::Trigger;
use crate::recorder::Say;
use api::Str;
use api::meta::Uid;
use api::objects::Object;
use api::objects::event::{EventMessage, ObjectReference};
use api::objects::pod::{Phase, Pod};
use api::objects::pod_spec::{Container, RestartPolicy};
use api::objects::text::Text;
use api::request::DeleteOptions;
use api::resource::Kind;
use std::rc::Rc;
use std::time::Duration;

/// To set up a Pod's sandbox and network: 400 ms.
const SANDBOX: Duration = Duration::from_millis(400);
/// What a pull takes besides the transfer: 1 s; for an image that is there already, its check: 300 ms.
const PULL_BASE: Duration = Duration::from_secs(1);
const PULL_CHECK: Duration = Duration::from_millis(300);
/// Bytes a second.
const PULL_SPEED: u64 = 25_000_000;
/// To create and start one container: 200 ms.
const START: Duration = Duration::from_millis(200);
/// From the last start to the report of it.
const REPORT: Duration = Duration::from_millis(100);
/// What a process takes to heed SIGTERM.
const TERM_REACTION: Duration = Duration::from_millis(300);
/// From the last container's end to the removal of the object.
const REMOVAL: Duration = Duration::from_millis(500);
/// The first wait after a failed pull, and after a container's second exit; doubled each time. Source: `MaxContainerBackOff`.
const BACK_OFF_BASE: Duration = Duration::from_secs(10);
/// The longest such wait: 5 min.
const BACK_OFF_MAX: Duration = Duration::from_secs(300);
/// A container that ran so long has its back-off forgotten: 10 min.
const BACK_OFF_RESET: Duration = Duration::from_secs(600);

/// How one container stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    /// What it is doing.
    pub state: RunState,
    /// How the run before ended.
    pub last: Option<Ended>,
    /// How often it was started again.
    pub restarts: i64,
    /// Makes the id of the run in progress; 0: none yet.
    pub id: u64,
    /// The image is on the node.
    pub pulled: bool,
    /// How long the next wait after an exit or a failed pull will be.
    back_off: Option<Duration>,
}

/// What a container is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum RunState {
    /// Not started yet.
    #[default]
    Waiting,
    /// Its image can't be pulled; tried again at that moment.
    PullFailed {
        /// The registry's words.
        error: Str,
        /// When the next try is.
        retry_at: Instant,
        /// The first report says `ErrImagePull`, later ones `ImagePullBackOff`.
        backing_off: bool,
    },
    /// Runs.
    Running {
        /// Since when.
        since: Instant,
    },
    /// Ended, and starts again at that moment (or never).
    Ended {
        /// How.
        ended: Ended,
        /// When it is started again.
        restart_at: Option<Instant>,
        /// The wait it has to sit out, once that is reported.
        back_off: Option<Duration>,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ended {
    pub code: i64,
    pub started: Instant,
    pub finished: Instant,
    pub id: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Not looked at yet.
    New,
    /// The sandbox is being set up.
    Sandbox,
    /// A container's image is being pulled.
    Pull { container: usize, from: Instant, waited_from: Instant },
    /// A container is being created and started.
    Start { container: usize },
    /// Nothing to start; containers are watched.
    Watch,
    /// Containers have been told to stop.
    Stop,
    /// All stopped, reported; the object goes next.
    Remove,
    /// Refused: nothing more to do.
    Refused,
}

/// What a worker remembers.
#[derive(Clone, Debug)]
pub(super) struct PodWorker {
    /// The Pod's uid.
    pub uid: Uid,
    /// The Pod as last seen.
    pub pod: Rc<Pod>,
    /// Init containers, then containers.
    pub runs: Vec<Run>,
    /// The sandbox is up.
    pub sandboxed: bool,
    /// Its address.
    pub address: Option<std::net::Ipv4Addr>,
    trigger: Trigger,
    stage: Stage,
    due: Instant,
    about: Rc<ObjectReference>,
}

/// What a worker works with: its kubelet, and what all kubelets share.
pub(super) struct Hands<'a> {
    pub kubelet: &'a mut Kubelet,
    pub images: &'a Catalogue,
    pub runs: &'a mut u64,
    pub slot: u32,
    pub id: u32,
}

impl PodWorker {
    /// A worker for a Pod that has just been bound.
    pub fn new(pod: &Rc<Pod>, trigger: Trigger) -> PodWorker {
        let about = ObjectReference {
            kind: Kind::POD,
            namespace: pod.meta.namespace.clone(),
            name: pod.meta.name.clone(),
            uid: pod.meta.uid,
            resource_version: pod.meta.resource_version,
            by_name: false,
        };
        PodWorker {
            uid: pod.meta.uid,
            pod: pod.clone(),
            runs: Vec::new(),
            sandboxed: false,
            address: None,
            trigger,
            stage: Stage::New,
            due: Instant::default(),
            about: Rc::new(about),
        }
    }

    /// Takes in the Pod as it is now; says whether that asks for a look.
    pub fn take(&mut self, pod: &Rc<Pod>, trigger: Trigger) -> bool {
        let begins_to_end = pod.meta.terminating() && !self.pod.meta.terminating();
        let shortened = pod.meta.deletion_grace_period_seconds < self.pod.meta.deletion_grace_period_seconds;
        self.pod = pod.clone();
        if begins_to_end || shortened {
            self.trigger = trigger;
        }
        begins_to_end || (shortened && self.pod.meta.terminating())
    }

    /// Goes one stage further; says whether there is anything left to do.
    pub fn go_on(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        ctx.api.answering(Cause::answer(Actor::Kubelet, self.trigger.0, self.trigger.1));
        let now = ctx.api.now();
        let ending = matches!(self.stage, Stage::Stop | Stage::Remove);
        if self.pod.meta.terminating() && !ending {
            self.stop(ctx, hands);
            return true;
        }
        if now < self.due {
            // Woken early, by a change that asks for nothing new; the due wake is still to come.
            if self.stage == Stage::Stop {
                self.shorten(now, hands, ctx);
            }
            return true;
        }
        match self.stage.clone() {
            Stage::New => self.look(ctx, hands),
            Stage::Sandbox => self.sandbox_is_up(ctx, hands),
            Stage::Pull { container, from, waited_from } => {
                self.pull_is_over(container, from, waited_from, ctx, hands);
            }
            Stage::Start { container } => self.has_started(container, ctx, hands),
            Stage::Watch => self.watch(ctx, hands),
            Stage::Stop => self.has_stopped(ctx, hands),
            Stage::Remove => {
                let uid = Some(self.uid);
                let options = DeleteOptions { grace_period_seconds: Some(0), uid, ..<_>::default() };
                // Gone already is as good.
                let _ = ctx.api.delete(Kind::POD, &key_of(&self.pod), &options);
                return false;
            }
            Stage::Refused => {}
        }
        true
    }

    /// The kubelet's first look: refuse it, or begin.
    fn look(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let node = match ctx.api.get(Kind::NODE, &crate::apiserver::Key::new(&"".into(), &self.pod.node_name)) {
            Some(Object::Node(node)) => node.clone(),
            _ => return,
        };
        let others: Vec<Rc<Pod>> = hands.kubelet.pods().cloned().collect();
        if let Err(refusal) = admit(&self.pod, &node, others.iter().map(|pod| &**pod)) {
            let message = format!("Pod was rejected: {}", refusal.message);
            self.stage = Stage::Refused;
            self.say(ctx, hands.kubelet, true, refusal.reason.clone().into(), refusal.message, "");
            self.update(ctx, |pod| {
                pod.status.phase = Phase::Failed;
                pod.status.reason = refusal.reason.into();
                pod.status.message = message.into();
                pod.status.start_time = Some(now_of(pod));
                true
            });
            return;
        }
        self.runs = vec![Run::default(); self.pod.spec.init_containers.len() + self.pod.spec.containers.len()];
        self.report(ctx, hands);
        self.next(Stage::Sandbox, ctx.api.now() + SANDBOX, ctx, hands);
    }

    fn sandbox_is_up(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        self.sandboxed = true;
        self.address = if self.pod.spec.host_network {
            Some(hands.kubelet.address)
        } else {
            let range = match ctx.api.get(Kind::NODE, &crate::apiserver::Key::new(&"".into(), &self.pod.node_name)) {
                Some(Object::Node(node)) => node.pod_cidr().to_string(),
                _ => String::new(),
            };
            hands.kubelet.pod_address(&range)
        };
        self.start_next(ctx, hands);
    }

    /// Starts the first container whose turn it is, or goes over to watching.
    fn start_next(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        match self.whose_turn(ctx.api.now()) {
            Some(container) => self.begin_pull(container, ctx, hands),
            None => {
                self.stage = Stage::Watch;
                self.due = ctx.api.now() + REPORT;
                self.wake(ctx, hands);
            }
        }
    }

    /// The next container to start now: init containers one after the other, then all the rest.
    fn whose_turn(&self, now: Instant) -> Option<usize> {
        let inits = self.pod.spec.init_containers.len();
        for (index, run) in self.runs.iter().enumerate() {
            let startable = match &run.state {
                RunState::Waiting => true,
                RunState::PullFailed { retry_at, .. } => *retry_at <= now,
                RunState::Ended { restart_at, .. } => restart_at.is_some_and(|at| at <= now),
                RunState::Running { .. } => false,
            };
            if startable {
                return Some(index);
            }
            let done = index >= inits || self.container(index).sidecar && run.running() || run.succeeded();
            if !done {
                return None;
            }
        }
        None
    }

    fn begin_pull(&mut self, container: usize, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        let spec = self.container(container).clone();
        let here = hands.kubelet.pulled.contains(&spec.image);
        match (&*spec.image_pull_policy, here) {
            ("Always", _) | ("IfNotPresent", false) => {
                let field = container_path(&self.pod, container);
                self.say(ctx, hands.kubelet, false, "Pulling".into(), format!("Pulling image \"{}\"", spec.image), &field);
                let image = hands.images.image(&spec.image);
                let takes = if here {
                    PULL_CHECK
                } else {
                    PULL_BASE + Duration::from_millis(image.size * 1000 / PULL_SPEED)
                };
                // One pull at a time: this one begins when those before it are over.
                let from = now.max(hands.kubelet.pulling_until);
                let until = if image.exists { from + takes } else { from + PULL_CHECK };
                hands.kubelet.pulling_until = until;
                self.next(Stage::Pull { container, from, waited_from: now }, until, ctx, hands);
            }
            ("Never", false) => {
                let error = format!("Container image \"{}\" is not present with pull policy of Never", spec.image);
                self.pull_failed(container, "ErrImageNeverPull", &error, ctx, hands);
            }
            _ => {
                let text = format!(
                    "Container image \"{}\" already present on machine and can be accessed by the pod",
                    spec.image
                );
                self.say(ctx, hands.kubelet, false, "Pulled".into(), text, &container_path(&self.pod, container));
                self.runs[container].pulled = true;
                self.next(Stage::Start { container }, now + START, ctx, hands);
            }
        }
    }

    fn pull_is_over(
        &mut self,
        container: usize,
        from: Instant,
        waited_from: Instant,
        ctx: &mut Context<'_>,
        hands: &mut Hands<'_>,
    ) {
        let now = ctx.api.now();
        let name = self.container(container).image.clone();
        let image = hands.images.image(&name);
        if !image.exists {
            let full = api::objects::pod::full_image_name(&name);
            let error = format!(
                "failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": {full}: not found"
            );
            self.pull_failed(container, "ErrImagePull", &error, ctx, hands);
            return;
        }
        if !hands.kubelet.pulled.contains(&name) {
            Rc::make_mut(&mut hands.kubelet.pulled).push(name.clone());
        }
        let text = format!(
            "Successfully pulled image \"{name}\" in {} ({} including waiting). Image size: {} bytes.",
            go_duration(now.since(from)),
            go_duration(now.since(waited_from)),
            image.size
        );
        self.say(ctx, hands.kubelet, false, "Pulled".into(), text, &container_path(&self.pod, container));
        self.runs[container].pulled = true;
        self.runs[container].back_off = None;
        self.next(Stage::Start { container }, now + START, ctx, hands);
    }

    fn pull_failed(
        &mut self,
        container: usize,
        reason: &'static str,
        error: &str,
        ctx: &mut Context<'_>,
        hands: &mut Hands<'_>,
    ) {
        let now = ctx.api.now();
        let field = container_path(&self.pod, container);
        if reason == "ErrImagePull" {
            let image = &self.container(container).image;
            let text = format!("Failed to pull image \"{image}\": {error}");
            self.say(ctx, hands.kubelet, true, "Failed".into(), text, &field);
        }
        self.say(ctx, hands.kubelet, true, "Failed".into(), format!("Error: {reason}"), &field);
        let run = &mut self.runs[container];
        let wait = next_back_off(&mut run.back_off);
        run.state = RunState::PullFailed { error: error.into(), retry_at: now + wait, backing_off: false };
        self.report(ctx, hands);
        self.next(Stage::Watch, now + Duration::from_secs(1), ctx, hands);
    }

    fn has_started(&mut self, container: usize, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        *hands.runs += 1;
        let field = container_path(&self.pod, container);
        self.say(ctx, hands.kubelet, false, "Created".into(), Text::from("Container created"), &field);
        self.say(ctx, hands.kubelet, false, "Started".into(), Text::from("Container started"), &field);
        let run = &mut self.runs[container];
        if let RunState::Ended { ended, .. } = &run.state {
            run.last = Some(ended.clone());
            run.restarts += 1;
        }
        run.id = *hands.runs;
        run.state = RunState::Running { since: now };
        self.start_next(ctx, hands);
    }

    /// Containers end, come due for a restart, or pass their probes; the Pod is reported as it is.
    fn watch(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        for container in 0..self.runs.len() {
            self.look_at_run(container, now, ctx, hands);
        }
        self.report(ctx, hands);
        if self.whose_turn(now).is_some() {
            self.start_next(ctx, hands);
            return;
        }
        if let Some(next) = self.next_moment(now, hands) {
            self.next(Stage::Watch, next, ctx, hands);
        } else {
            self.due = Instant::default();
        }
    }

    /// One container: has it ended, and is its wait to be spoken of?
    fn look_at_run(&mut self, container: usize, now: Instant, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let spec = self.container(container).clone();
        let image = hands.images.image(&spec.image);
        let exit = self.exit_of(container, &image);
        let field = container_path(&self.pod, container);
        let (uid, pod_name) = (self.uid, format!("{}_{}", self.pod.meta.name, self.pod.meta.namespace));
        let restarts = self.restarts(container);
        let run = &mut self.runs[container];
        match &mut run.state {
            RunState::Running { since } => {
                let Some((at, code)) = exit.map(|exit| (*since + exit.0, exit.1)).filter(|(at, _)| *at <= now) else {
                    return;
                };
                if at.since(*since) > BACK_OFF_RESET {
                    run.back_off = None;
                }
                let ended = Ended { code, started: *since, finished: at, id: run.id };
                let again = match restarts {
                    RestartPolicy::Always => true,
                    RestartPolicy::OnFailure => code != 0,
                    RestartPolicy::Never => false,
                };
                // The first exit is followed by a restart at once, the next ones by growing waits.
                let wait = match (run.back_off, run.restarts) {
                    (None, _) => {
                        run.back_off = Some(Duration::ZERO);
                        Duration::ZERO
                    }
                    (Some(_), _) => next_back_off(&mut run.back_off),
                };
                let restart_at = again.then(|| at + wait);
                run.state = RunState::Ended { ended, restart_at, back_off: None };
            }
            RunState::Ended { restart_at: Some(at), back_off, ended } if *at > now && back_off.is_none() => {
                *back_off = Some(at.since(ended.finished));
                let text = format!("Back-off restarting failed container {} in pod {pod_name}({uid})", spec.name);
                self.say(ctx, hands.kubelet, true, "BackOff".into(), text, &field);
            }
            RunState::PullFailed { retry_at, backing_off, .. } if *retry_at > now && !*backing_off => {
                *backing_off = true;
                let text = format!("Back-off pulling image \"{}\"", spec.image);
                self.say(ctx, hands.kubelet, false, "BackOff".into(), text, &field);
                self.say(ctx, hands.kubelet, true, "Failed".into(), Text::from("Error: ImagePullBackOff"), &field);
            }
            _ => {}
        }
    }

    /// When and how a container's process ends by itself. Init containers do their work in a second unless told otherwise.
    fn exit_of(&self, container: usize, image: &Image) -> Option<(Duration, i64)> {
        let init = container < self.pod.spec.init_containers.len() && !self.container(container).sidecar;
        match image.exits {
            Some(exit) => Some((exit.after, exit.code)),
            None if init => Some((Duration::from_secs(1), 0)),
            None => None,
        }
    }

    fn restarts(&self, container: usize) -> RestartPolicy {
        if self.container(container).sidecar {
            return RestartPolicy::Always;
        }
        let init = container < self.pod.spec.init_containers.len();
        match self.pod.spec.restart_policy {
            RestartPolicy::Always if init => RestartPolicy::OnFailure,
            policy => policy,
        }
    }

    /// The next moment at which something happens by itself.
    fn next_moment(&self, now: Instant, hands: &Hands<'_>) -> Option<Instant> {
        let moments = self.runs.iter().enumerate().flat_map(|(index, run)| {
            let image = hands.images.image(&self.container(index).image);
            match &run.state {
                RunState::Running { since } => {
                    let end = self.exit_of(index, &image).map(|(after, _)| *since + after);
                    [end, pod_status::ready_at(self.container(index), &image, *since)]
                }
                RunState::Ended { restart_at: Some(at), back_off, .. } => {
                    [Some(*at), back_off.is_none().then(|| now + Duration::from_secs(1))]
                }
                RunState::PullFailed { retry_at, backing_off, .. } => {
                    [Some(*retry_at), (!backing_off).then(|| now + Duration::from_secs(1))]
                }
                _ => [None, None],
            }
        });
        moments.flatten().filter(|at| *at > now).min()
    }

    /// The Pod is to go: its containers are told to stop.
    fn stop(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        let running: Vec<usize> = (0..self.runs.len()).filter(|index| self.runs[*index].running()).collect();
        for container in &running {
            let spec = self.container(*container);
            let text = format!("Stopping container {}", spec.name);
            let field = container_path(&self.pod, *container);
            self.say(ctx, hands.kubelet, false, "Killing".into(), text, &field);
        }
        let reaction = match running.is_empty() {
            true => Duration::ZERO,
            false => self.reaction(hands),
        };
        self.next(Stage::Stop, now + reaction, ctx, hands);
    }

    /// What the slowest container takes to end: its reaction to SIGTERM, or the whole grace period.
    fn reaction(&self, hands: &Hands<'_>) -> Duration {
        let grace = Duration::from_secs(self.pod.meta.deletion_grace_period_seconds.unwrap_or(0).max(0) as u64);
        let heeds = (0..self.runs.len()).all(|index| hands.images.image(&self.container(index).image).heeds_term);
        if heeds { TERM_REACTION.min(grace) } else { grace }
    }

    /// A second deletion with a shorter grace period.
    fn shorten(&mut self, now: Instant, hands: &Hands<'_>, ctx: &mut Context<'_>) {
        let sooner = now + self.reaction(hands);
        if sooner < self.due {
            self.due = sooner;
            ctx.wakes.push(sooner, Wake::Pod { kubelet: hands.slot, worker: hands.id });
        }
    }

    fn has_stopped(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        for index in 0..self.runs.len() {
            let heeds = hands.images.image(&self.container(index).image).heeds_term;
            let run = &mut self.runs[index];
            if let RunState::Running { since } = run.state {
                let ended = Ended { code: if heeds { 0 } else { 137 }, started: since, finished: now, id: run.id };
                run.state = RunState::Ended { ended, restart_at: None, back_off: None };
            }
        }
        self.report(ctx, hands);
        self.next(Stage::Remove, now + REMOVAL, ctx, hands);
    }

    fn next(&mut self, stage: Stage, at: Instant, ctx: &mut Context<'_>, hands: &Hands<'_>) {
        self.stage = stage;
        self.due = at;
        self.wake(ctx, hands);
    }

    fn wake(&self, ctx: &mut Context<'_>, hands: &Hands<'_>) {
        ctx.wakes.push(self.due, Wake::Pod { kubelet: hands.slot, worker: hands.id });
    }

    /// Writes the Pod's status, if it differs from what was written.
    fn report(&mut self, ctx: &mut Context<'_>, hands: &Hands<'_>) {
        let now = ctx.api.now();
        let worker = &*self;
        let (address, images) = (hands.kubelet.address, hands.images);
        let written = ctx.api.update_pod(&key_of(&self.pod), |pod| {
            pod.meta.uid == worker.uid && pod_status::write(pod, worker, address, images, now)
        });
        if let Ok(Object::Pod(pod)) = written
            && pod.meta.uid == self.uid
        {
            self.pod = pod;
        }
    }

    fn update(&mut self, ctx: &mut Context<'_>, change: impl FnOnce(&mut Pod) -> bool) {
        if let Ok(Object::Pod(pod)) = ctx.api.update_pod(&key_of(&self.pod), change) {
            self.pod = pod;
        }
    }

    /// A container by its place among init containers and containers.
    pub fn container(&self, index: usize) -> &Container {
        let inits = &self.pod.spec.init_containers;
        inits.get(index).unwrap_or_else(|| &self.pod.spec.containers[index - inits.len()])
    }

    fn say(
        &self,
        ctx: &mut Context<'_>,
        kubelet: &Kubelet,
        warning: bool,
        reason: Text,
        message: impl Into<Text>,
        field: &str,
    ) {
        let say = Say {
            about: self.about.clone(),
            field_path: if field.is_empty() { Text::default() } else { Text::from(field.to_string()) },
            source: kubelet.source.clone(),
            warning,
            reason,
            message: EventMessage::Text(message.into()),
        };
        ctx.recorder.say(&mut ctx.api, say);
    }
}

impl Run {
    /// Its process runs.
    pub fn running(&self) -> bool {
        matches!(self.state, RunState::Running { .. })
    }

    /// It ended well, for good.
    pub fn succeeded(&self) -> bool {
        matches!(&self.state, RunState::Ended { ended, restart_at: None, .. } if ended.code == 0)
    }
}

fn now_of(pod: &Pod) -> api::time::Time {
    pod.status.start_time.unwrap_or(pod.meta.creation_timestamp)
}

/// `spec.containers{nginx}`
fn container_path(pod: &Pod, index: usize) -> String {
    let inits = &pod.spec.init_containers;
    match inits.get(index) {
        Some(container) => format!("spec.initContainers{{{}}}", container.name),
        None => format!("spec.containers{{{}}}", pod.spec.containers[index - inits.len()].name),
    }
}

fn next_back_off(back_off: &mut Option<Duration>) -> Duration {
    let wait = match back_off {
        None | Some(Duration::ZERO) => BACK_OFF_BASE,
        Some(wait) => (*wait * 2).min(BACK_OFF_MAX),
    };
    *back_off = Some(wait);
    wait
}

/// A duration as Go prints it, to the millisecond: `800ms`, `3.391s`, `1m2s`.
fn go_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis < 1000 {
        return format!("{millis}ms");
    }
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    let mut seconds = format!("{}.{:03}", rest / 1000, rest % 1000);
    while seconds.ends_with('0') {
        seconds.pop();
    }
    let seconds = seconds.trim_end_matches('.');
    if minutes == 0 { format!("{seconds}s") } else { format!("{minutes}m{seconds}s") }
}
