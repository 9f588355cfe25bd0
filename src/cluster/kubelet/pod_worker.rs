//! A Pod's life on its node: looked at, given a sandbox, its images pulled, its containers started one after the other,
//! probed, restarted when they end, and stopped when the Pod is deleted.
//!
//! Each wake carries whatever is due one step further, writes what has become of the Pod, and asks for the next wake. One
//! thing at a time is set up (the [`Stage`]); containers that run end, fail probes and come due beside it. `images` pulls,
//! `containers` watches, `stopping` ends, `pod_status` reports.
//!
//! Source: pkg/kubelet/{pod_workers,kuberuntime}. Durations are free choices of the magnitudes real clusters show.

mod containers;
mod pulling;
mod stopping;

use super::plan::{Part, Plan};
use super::probe::NEVER;
use super::run::Run;
use super::static_pods::StaticPod;
use super::{Context, Kubelet, Shared, admit, eviction, key_of, pod_status};
use crate::cause::{Actor, Cause};
use crate::clock::{Instant, Wake};
use crate::controller::queue::Trigger;
use crate::recorder::Say;
use api::meta::Uid;
use api::objects::Object;
use api::objects::event::{EventMessage, ObjectReference};
use api::objects::pod::Pod;
use api::objects::text::Text;
use api::resource::Kind;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

/// How often a Pod whose network isn't ready is tried again: 1 s.
const NETWORK_RETRY: Duration = Duration::from_secs(1);

/// Kept small, as there are thousands of workers.
type Millis = u32;

/// What is being set up.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Not looked at yet.
    New,
    /// Waiting for the node's network.
    Network,
    /// The sandbox is being set up.
    Sandbox,
    /// A container's image is being pulled.
    Pull { container: u16, took: Millis, waited: Millis },
    /// A container is being created and started.
    Start { container: u16 },
    /// Nothing; containers are watched.
    Watch,
    /// All stopped and reported; the object goes next.
    Remove,
    /// Refused, evicted or preempted: nothing more to do.
    Over,
}

/// What a worker remembers.
#[derive(Clone, Debug)]
pub(super) struct PodWorker {
    /// Its number at its kubelet.
    pub id: u32,
    /// The Pod as last seen.
    pub pod: Rc<Pod>,
    /// What its spec means.
    pub plan: Rc<Plan>,
    /// Init containers, then containers.
    pub runs: Box<[Run]>,
    /// Its address.
    pub address: Option<Ipv4Addr>,
    /// The kubelet has taken it.
    pub admitted: bool,
    /// The sandbox is up.
    pub sandboxed: bool,
    /// Its containers are being stopped for good.
    pub stopping: bool,
    /// The object is gone; the containers follow.
    pub gone: bool,
    /// Its status may not be what the API has: it is written at the next look.
    pub unreported: bool,
    /// Where it comes from, if not from the API.
    pub static_pod: Option<Box<StaticPod>>,
    stage: Stage,
    /// When the stage is over.
    until: Instant,
    /// The wake that was asked for.
    due: Instant,
    about: Rc<ObjectReference>,
    /// The change it answers, and the act behind that.
    trigger: (u64, u32),
}

/// What a worker works with: its kubelet, and what all kubelets share.
pub(super) struct Hands<'a> {
    pub kubelet: &'a mut Kubelet,
    pub shared: &'a mut Shared,
    pub slot: u32,
}

impl PodWorker {
    /// A worker for a Pod that has just been bound.
    pub fn new(id: u32, pod: &Rc<Pod>, plan: Rc<Plan>, trigger: Trigger) -> PodWorker {
        PodWorker {
            id,
            about: Rc::new(reference(pod, pod.meta.uid)),
            pod: pod.clone(),
            plan,
            runs: Box::default(),
            address: None,
            admitted: false,
            sandboxed: false,
            stopping: false,
            gone: false,
            unreported: false,
            static_pod: None,
            stage: Stage::New,
            until: Instant::default(),
            due: NEVER,
            trigger: (trigger.0, trigger.1.act),
        }
    }

    /// Takes in the Pod as it is now; says whether that asks for a look.
    pub fn take(&mut self, pod: &Rc<Pod>, trigger: Trigger) -> bool {
        // What a worker writes it has seen before its watch tells it; so this asks what it has done, not what it knew.
        let asks = pod.meta.terminating() || !Rc::ptr_eq(&pod.spec, &self.pod.spec);
        if pod.meta.resource_version >= self.pod.meta.resource_version {
            self.pod = pod.clone();
        }
        if asks {
            self.trigger = (trigger.0, trigger.1.act);
        }
        asks
    }

    /// Somebody else has written its conditions; says whether that was so.
    pub fn is_contradicted_by(&mut self, pod: &Pod) -> bool {
        let differs = self.admitted && pod.status.conditions != self.pod.status.conditions;
        self.unreported |= differs;
        differs
    }

    /// The kubelet has taken it, and it is not over: it counts on the node.
    pub fn counts(&self) -> bool {
        self.admitted && !self.pod.terminal()
    }

    /// Asks for a wake at that moment, whatever was asked for before.
    pub fn look_again(&mut self, at: Instant, slot: u32, wakes: &mut crate::clock::WakeQueue) {
        self.due = NEVER;
        self.wake_at(at, slot, wakes);
    }

    /// Asks for a wake, unless an earlier one is on its way.
    pub fn wake_at(&mut self, at: Instant, slot: u32, wakes: &mut crate::clock::WakeQueue) {
        if at < self.due {
            self.due = at;
            wakes.push(at, Wake::Pod { kubelet: slot, worker: self.id });
        }
    }

    /// Does what is due; says whether there is anything left to do.
    pub fn go_on(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        let now = ctx.api.now();
        if now < self.due {
            // An earlier wake took this one's place, and asked for another.
            return true;
        }
        self.due = NEVER;
        let to = Cause { act: self.trigger.1, ..Cause::default() };
        ctx.api.answering(Cause::answer(Actor::Kubelet, self.trigger.0, to));
        if self.static_pod.is_some() {
            self.keep_mirrored(ctx, hands);
        } else if self.gone {
            self.say_killing(ctx, hands);
            return false;
        } else if self.pod.meta.terminating() {
            self.stop(ctx, hands);
        }
        if self.stage == Stage::Remove && self.until <= now {
            self.remove(ctx);
            return false;
        }
        self.step(ctx, hands);
        let next = self.next_moment(now);
        if next != NEVER {
            self.wake_at(next, hands.slot, ctx.wakes);
        }
        true
    }

    /// What is being set up goes on, and running containers with it.
    fn step(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        let mut changed = self.follow_spec(ctx, hands);
        changed |= std::mem::take(&mut self.unreported) && self.admitted && self.stage != Stage::Over;
        if self.until <= now {
            match self.stage {
                Stage::New => self.look(ctx, hands),
                Stage::Network => self.set_up(ctx, hands),
                Stage::Sandbox => changed |= self.sandbox_is_up(ctx, hands),
                Stage::Pull { container, took, waited } => {
                    let times = [took, waited].map(|millis| Duration::from_millis(millis.into()));
                    changed |= self.pull_is_over(usize::from(container), times, ctx, hands);
                }
                Stage::Start { container } => changed |= self.has_started(usize::from(container), ctx, hands),
                Stage::Watch | Stage::Remove | Stage::Over => {}
            }
        }
        if self.sandboxed && self.stage != Stage::Over {
            for container in 0..self.runs.len() {
                changed |= self.look_at_run(container, ctx, hands);
            }
        }
        if self.stopping && self.stage != Stage::Over {
            changed |= self.go_on_stopping(ctx, hands);
        } else if self.stage == Stage::Watch && (self.whose_turn(now).is_some()) {
            if changed {
                self.report(ctx, hands);
            }
            changed = self.start_next(ctx, hands);
        }
        if changed {
            self.report(ctx, hands);
        }
    }

    /// The kubelet's first look: refuse it, or begin.
    fn look(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        if self.static_pod.is_none() {
            let node = hands.kubelet.node_object(ctx, hands.shared);
            let mut admitted = admit::admit(&self.pod, &node, hands.kubelet.counting());
            if let Err(refusal) = &admitted
                && eviction::make_room(&self.pod, &node, refusal, ctx, hands)
            {
                admitted = Ok(());
            }
            if let Err(refusal) = admitted {
                let message: Text = format!("Pod was rejected: {}", refusal.message).into();
                let reason: Text = refusal.reason.into();
                (self.stage, self.until) = (Stage::Over, NEVER);
                self.say(ctx, hands.kubelet, true, reason.clone(), refusal.message, None);
                self.update(ctx, |_, pod| {
                    pod_status::fail(Rc::make_mut(pod), &reason, &message, now);
                    true
                });
                return;
            }
        }
        self.admitted = true;
        if let Some(own) = &mut self.static_pod {
            own.since = now;
        }
        let parts = self.plan.parts.len();
        self.runs = (0..parts).map(|_| Run::default()).collect();
        self.report(ctx, hands);
        self.set_up(ctx, hands);
    }

    /// A sandbox is begun, if the node's network is ready for it.
    fn set_up(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        if self.pod.spec.host_network || hands.kubelet.node.network_is_ready() {
            (self.stage, self.until) = (Stage::Sandbox, now + hands.shared.pace.sandbox);
            return;
        }
        let text = format!("network is not ready: {}", super::machine::NETWORK_NOT_READY);
        self.say(ctx, hands.kubelet, true, "NetworkNotReady".into(), text, None);
        (self.stage, self.until) = (Stage::Network, now + NETWORK_RETRY);
    }

    fn sandbox_is_up(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        self.sandboxed = true;
        self.address = match self.pod.spec.host_network {
            true => Some(hands.kubelet.address),
            false => hands.kubelet.pod_address(ctx),
        };
        self.start_next(ctx, hands)
    }

    /// Starts the first container whose turn it is, or goes over to watching; says whether there is something to report.
    fn start_next(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        match self.whose_turn(ctx.api.now()) {
            Some(container) => self.begin_pull(container, ctx, hands),
            None => {
                (self.stage, self.until) = (Stage::Watch, NEVER);
                true
            }
        }
    }

    /// The next container to start now: init containers one after the other, then all the rest.
    fn whose_turn(&self, now: Instant) -> Option<usize> {
        for (index, run) in self.runs.iter().enumerate() {
            if run.startable(now) {
                return Some(index);
            }
            let done = match index < self.plan.inits {
                true if self.plan.parts[index].step => run.succeeded(),
                // A sidecar lets the others pass once it has started; later it may fall behind.
                true => run.started || run.restarts > 0 || run.id != 0 && !run.running(),
                false => true,
            };
            if !done {
                return None;
            }
        }
        None
    }

    /// The next moment at which something happens by itself.
    fn next_moment(&self, now: Instant) -> Instant {
        let mut next = self.until;
        if self.sandboxed && !matches!(self.stage, Stage::Over | Stage::Remove) {
            for (index, run) in self.runs.iter().enumerate() {
                next = next.min(self.moment_of(run, &self.plan.parts[index], now));
            }
        }
        next
    }

    /// Writes the Pod's status, if it differs from what is written.
    pub fn report(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        let now = ctx.api.now();
        let (host_ip, recent) = (&hands.kubelet.address_text, &mut hands.shared.recent);
        self.update(ctx, |worker, pod| match pod_status::status(worker, pod, host_ip, recent, now) {
            Some(status) => {
                *pod = Rc::new(pod.with_status(status));
                true
            }
            None => false,
        });
    }

    /// Changes the Pod as it is on the server by now, where others may have written since.
    fn update(&mut self, ctx: &mut Context<'_>, change: impl FnOnce(&PodWorker, &mut Rc<Pod>) -> bool) {
        let worker = &*self;
        let uid = worker.pod.meta.uid;
        let written = ctx.api.update(Kind::POD, &key_of(&worker.pod), |object| match object {
            Object::Pod(pod) => pod.meta.uid == uid && change(worker, pod),
            _ => false,
        });
        if let Ok(Object::Pod(pod)) = written
            && pod.meta.uid == uid
        {
            self.pod = pod;
        }
    }

    fn part(&self, container: usize) -> &Part {
        &self.plan.parts[container]
    }

    /// What its events are about from now on.
    pub fn refer(&mut self, about: ObjectReference) {
        self.about = Rc::new(about);
    }

    /// Says something of the Pod, or of one of its containers.
    pub fn say(
        &self,
        ctx: &mut Context<'_>,
        kubelet: &Kubelet,
        warning: bool,
        reason: Text,
        message: impl Into<Text>,
        container: Option<usize>,
    ) {
        let say = Say {
            about: self.about.clone(),
            field_path: container.map(|index| self.part(index).field_path.clone()).unwrap_or_default(),
            source: kubelet.source.clone(),
            warning,
            reason,
            message: EventMessage::Text(message.into()),
        };
        ctx.recorder.say(&mut ctx.api, say);
    }
}

/// What events about a Pod name; a static Pod goes by an identity of its own.
pub(super) fn reference(pod: &Pod, uid: Uid) -> ObjectReference {
    ObjectReference {
        kind: Kind::POD,
        namespace: pod.meta.namespace.clone(),
        name: pod.meta.name.clone(),
        uid,
        resource_version: pod.meta.resource_version,
        by_name: false,
    }
}
