//! The cluster: everything it is made of, and one step from start to end.
//!
//! A step takes the next wake from the queue, moves the clock to its moment and lets the one component it is for do its work.
//! What that wrote is logged by the API server; whoever watches it is due for a delivery a moment later. Nothing else moves.

use crate::apiserver::typed::Api;
use crate::apiserver::{ApiServer, Change, Write};
use crate::cause::{Actor, Cause};
use crate::clock::{Instant, Wake, WakeQueue};
use crate::controller::daemonset::before_1_12::Placing;
use crate::controller::manager::ControllerManager;
use crate::heap;
use crate::informer::{Reader, WATCH_LATENCY};
use crate::kubelet::machine::Machine;
use crate::kubelet::{self, Kubelets};
use crate::recorder::Recorder;
use crate::scheduler::{self, Scheduler};
use api::objects::Object;
use api::request::{Answer, Request, Response, Verb};
use api::resource::Kind;
use api::status::Status;
use api::{Str, json};
use std::time::Duration;

/// When every cluster's time begins unless told otherwise: 2026-11-24T22:56:00Z.
pub const EPOCH: Instant = Instant(1_795_560_960_000_000_000);

/// Where Pods reach the API server: the first address of `--service-cluster-ip-range`, by default `10.96.0.0/12`.
const API_SERVER_ADDRESS: &str = "10.96.0.1";

/// A whole cluster. A copy shares the structure of what it copies.
#[derive(Clone, Debug)]
pub struct Cluster {
    now: Instant,
    wakes: WakeQueue,
    server: ApiServer,
    recorder: Recorder,
    controllers: ControllerManager,
    scheduler: Scheduler,
    kubelets: Kubelets,
    readers: Readers,
    /// The scheduler's process is there; without it Pods wait, and nobody says why.
    schedules: bool,
    /// The number of the learner's last act.
    act: u32,
    steps: u64,
    /// When Events are next looked through for old ones.
    sweep_at: Instant,
}

/// How long an Event is kept after it was last written: an hour. Source: kube-apiserver `--event-ttl`.
const EVENT_TTL: Duration = Duration::from_secs(3600);
/// How often old ones are swept out: every minute. Upstream they share etcd leases, which are as coarse.
const EVENT_SWEEP: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, Default)]
struct Readers {
    controllers: Reader,
    scheduler: Reader,
    kubelets: Reader,
}

/// What one step did.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// Which wake was handled.
    pub wake: Wake,
    /// The version before it; changes after it are the step's.
    pub version_before: u64,
}

impl Cluster {
    /// A cluster whose DaemonSet controller places its Pods itself, as before 1.12, or no longer does.
    pub fn placing_daemons(mut self, placing: Placing) -> Cluster {
        self.controllers.daemon_sets.placing = placing;
        self
    }

    /// An empty cluster: namespaces and system priority classes, controllers running, no nodes.
    pub fn new(seed: u64) -> Cluster {
        Cluster::starting_at(EPOCH, seed)
    }

    /// The same, with its time beginning at some other moment.
    pub fn starting_at(now: Instant, seed: u64) -> Cluster {
        let mut cluster = Cluster {
            now,
            wakes: WakeQueue::default(),
            server: ApiServer::new(seed),
            recorder: Recorder::new(seed),
            controllers: ControllerManager::default(),
            scheduler: Scheduler::new(seed),
            kubelets: Kubelets::new(seed),
            readers: Readers::default(),
            schedules: true,
            act: 0,
            steps: 0,
            sweep_at: now + EVENT_TTL,
        };
        cluster.bootstrap();
        cluster
    }

    fn bootstrap(&mut self) {
        let cause = Cause::clock(Actor::Bootstrap);
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            self.write(
                Kind::NAMESPACE,
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}),
                cause,
            );
        }
        for (name, value, what) in [
            ("system-cluster-critical", 2_000_000_000_i64, "in the cluster"),
            ("system-node-critical", 2_000_001_000, "on the node"),
        ] {
            let description = match what {
                "on the node" => "Used for system critical pods that must not be moved from their current node.",
                _ => {
                    "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
                }
            };
            let class = json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": value,
                "metadata": {"name": name}, "description": description});
            self.write(Kind::PRIORITY_CLASS, class, cause);
        }
        let service = json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "kubernetes", "namespace": "default",
                "labels": {"component": "apiserver", "provider": "kubernetes"}},
            "spec": {"clusterIP": API_SERVER_ADDRESS,
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}]}});
        self.write(Kind::SERVICE, service, cause);
        let mut ctx =
            self.controllers.context(Api::new(&mut self.server, self.now, cause), &mut self.wakes, &mut self.recorder);
        ctx.start();
        self.deliver_soon();
    }

    fn write(&mut self, kind: Kind, value: api::Value, cause: Cause) {
        let mut request = Request::new(Verb::Create, kind).with_json(value.clone());
        request.namespace = value["metadata"]["namespace"].as_str().map(Str::from);
        // What a cluster starts with is valid; a refusal would show at once in every test.
        let _ = self.server.handle(&request, Write { cause, at: self.now });
    }

    /// The moment.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// How many steps were taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The API server, to read from.
    pub fn server(&self) -> &ApiServer {
        &self.server
    }

    /// The scheduler, to ask why.
    pub fn scheduler(&self) -> &Scheduler {
        &self.scheduler
    }

    /// The controllers, for the picture of the loop.
    pub fn controllers(&self) -> &ControllerManager {
        &self.controllers
    }

    /// The kubelets.
    pub fn kubelets(&self) -> &Kubelets {
        &self.kubelets
    }

    /// The number of the learner's last act.
    pub fn act(&self) -> u32 {
        self.act
    }

    /// Counts one more act of the learner; what is asked of the API until the next one was caused by it.
    pub fn begin_act(&mut self) -> u32 {
        self.act += 1;
        self.act
    }

    /// A request of the learner's, or of a command that the learner has running.
    pub fn request(&mut self, request: &Request) -> Result<Response, Status> {
        if request.subresource == "log" {
            return self.log(request);
        }
        let cause = Cause { actor: Actor::Learner, trigger: 0, act: self.act };
        let answer = self.server.handle(request, Write { cause, at: self.now });
        self.deliver_soon();
        answer
    }

    /// A Pod's log: the server finds the Pod, its node's kubelet answers.
    fn log(&mut self, request: &Request) -> Result<Response, Status> {
        let cause = Cause { actor: Actor::Learner, trigger: 0, act: self.act };
        let get = Request { subresource: "", as_table: false, ..request.clone() };
        let mut response = self.server.handle(&get, Write { cause, at: self.now })?;
        if let Answer::Object(Object::Pod(pod)) = &response.answer {
            let log = &request.log;
            response.answer = Answer::Text(self.kubelets.log(pod, &log.container, log.previous, self.now)?);
        }
        Ok(response)
    }

    /// Plugs a machine in: its kubelet starts and registers the node.
    pub fn add_machine(&mut self, machine: Machine) {
        let name = machine.name.clone();
        let bound = self.controllers.informers.pods_on(&name);
        self.kubelets.add(machine, bound, self.now, &mut self.wakes);
    }

    /// Takes a machine away for good. Its Node object stays until somebody deletes it.
    pub fn remove_machine(&mut self, name: &Str) {
        self.kubelets.remove(name);
    }

    /// Stops a node's kubelet.
    pub fn stop_kubelet(&mut self, name: &Str) {
        self.kubelets.stop(name);
    }

    /// Starts a node's kubelet again.
    pub fn start_kubelet(&mut self, name: &Str) {
        self.kubelets.start(name, self.now, &mut self.wakes);
    }

    /// Says what an image does, from now on.
    pub fn set_image(&mut self, name: Str, image: kubelet::images::Image) {
        self.kubelets.set_image(name, image);
    }

    /// Says how long what kubelets do takes, from now on.
    pub fn set_pace(&mut self, pace: kubelet::pace::Pace) {
        self.kubelets.set_pace(pace);
    }

    /// A node runs short of something, or no longer does; its kubelet notices within ten seconds.
    pub fn set_pressure(&mut self, node: &Str, pressure: kubelet::eviction::Pressure, short: bool) {
        self.kubelets.set_pressure(node, pressure, short);
    }

    /// A node's network plug-in breaks, or works again; its kubelet notices within ten seconds.
    pub fn set_network(&mut self, node: &Str, works: bool) {
        self.kubelets.set_network(node, works);
    }

    /// Stops the scheduler.
    pub fn stop_scheduler(&mut self) {
        self.schedules = false;
    }

    /// Starts it again: it begins by trying every Pod that waits.
    pub fn start_scheduler(&mut self) {
        if !std::mem::replace(&mut self.schedules, true) {
            self.with_scheduler(|scheduler, ctx| scheduler.restart(ctx));
        }
    }

    /// How many changes controllers, scheduler and kubelets have yet to read.
    pub fn unread(&self) -> [u64; 3] {
        let version = self.server.version();
        [self.readers.controllers, self.readers.scheduler, self.readers.kubelets].map(|reader| version - reader.version)
    }

    /// When the next step will be.
    pub fn next_at(&self) -> Option<Instant> {
        self.wakes.next_at()
    }

    /// Takes one step.
    pub fn step(&mut self) -> Option<Step> {
        let (at, wake) = self.wakes.pop()?;
        self.now = self.now.max(at);
        self.steps += 1;
        let version_before = self.server.version();
        match wake {
            Wake::DeliverToControllers => self.deliver_to_controllers(),
            Wake::DeliverToScheduler => self.deliver_to_scheduler(),
            Wake::DeliverToKubelets => self.deliver_to_kubelets(),
            Wake::Reconcile(controller) => self.with_controllers(|ctx| ctx.reconcile(controller)),
            Wake::Timer(controller) => self.with_controllers(|ctx| ctx.timer(controller)),
            Wake::Schedule | Wake::SchedulerTimer if !self.schedules => {}
            Wake::Schedule => self.with_scheduler(|scheduler, ctx| scheduler.schedule_one(ctx)),
            Wake::SchedulerTimer => self.with_scheduler(|scheduler, ctx| scheduler.timer(ctx)),
            Wake::Pod { kubelet, worker } => {
                self.with_kubelets(|kubelets, ctx| kubelets.pod_wake(kubelet, worker, ctx))
            }
            Wake::Node { kubelet } => self.with_kubelets(|kubelets, ctx| kubelets.node_wake(kubelet, ctx)),
        }
        if self.now >= self.sweep_at {
            self.sweep_at = self.now + EVENT_SWEEP;
            self.server.expire_events(self.now - EVENT_TTL, self.now);
        }
        if self.server.version() != version_before {
            self.deliver_soon();
        }
        heap::grow_ahead();
        Some(Step { at: self.now, wake, version_before })
    }

    /// Takes every step up to and including a moment, and moves the clock there.
    pub fn run_until(&mut self, moment: Instant) {
        while self.next_at().is_some_and(|at| at <= moment) {
            self.step();
        }
        self.now = self.now.max(moment);
    }

    /// The changes after a version, oldest first; `None` if they are no longer all there.
    pub fn changes_after(&self, version: u64) -> Option<impl Iterator<Item = &Change>> {
        self.server.changes_after(version)
    }

    /// A number that stands for the whole state: equal states have equal hashes, natively and in wasm.
    pub fn state_hash(&self) -> u64 {
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        hash.number(self.now.0);
        hash.number(self.server.version());
        hash.number(self.server.random_state());
        for kind in Kind::all() {
            for object in self.server.objects(kind) {
                hash.bytes(object.to_value().to_string().as_bytes());
            }
        }
        hash.0
    }

    /// All objects of a kind.
    pub fn objects(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.server.objects(kind)
    }

    /// Asks for a delivery at every component that has not read everything.
    fn deliver_soon(&mut self) {
        let due = self.now + WATCH_LATENCY;
        let readers = [
            (&mut self.readers.controllers, Wake::DeliverToControllers),
            (&mut self.readers.scheduler, Wake::DeliverToScheduler),
            (&mut self.readers.kubelets, Wake::DeliverToKubelets),
        ];
        for (reader, wake) in readers {
            if reader.due.is_none() && reader.version < self.server.version() {
                reader.due = Some(due);
                self.wakes.push(due, wake);
            }
        }
    }

    fn deliver_to_controllers(&mut self) {
        let reader = &mut self.readers.controllers;
        let changes = self.server.changes_after(reader.version).expect("the log is kept until all have read it");
        self.controllers.take(changes, self.now, &mut self.wakes);
        *reader = Reader { version: self.server.version(), due: None };
        self.trim();
    }

    fn deliver_to_scheduler(&mut self) {
        let reader = &mut self.readers.scheduler;
        let changes = self.server.changes_after(reader.version).expect("the log is kept until all have read it");
        for change in changes {
            self.scheduler.take(change, self.now);
        }
        *reader = Reader { version: self.server.version(), due: None };
        if self.schedules {
            self.with_scheduler(|scheduler, ctx| scheduler.after_delivery(ctx));
        }
        self.trim();
    }

    fn deliver_to_kubelets(&mut self) {
        let reader = &mut self.readers.kubelets;
        let changes = self.server.changes_after(reader.version).expect("the log is kept until all have read it");
        for change in changes {
            self.kubelets.take(change, self.now, &mut self.wakes);
        }
        *reader = Reader { version: self.server.version(), due: None };
        self.trim();
    }

    fn trim(&mut self) {
        let readers = [self.readers.controllers, self.readers.scheduler, self.readers.kubelets];
        let read = readers.iter().map(|reader| reader.version).min().unwrap_or(0);
        self.server.trim(read);
    }

    fn with_controllers(&mut self, work: impl FnOnce(&mut crate::controller::manager::Working<'_>)) {
        let api = Api::new(&mut self.server, self.now, Cause::default());
        work(&mut self.controllers.context(api, &mut self.wakes, &mut self.recorder));
    }

    fn with_scheduler(&mut self, work: impl FnOnce(&mut Scheduler, &mut scheduler::Context<'_>)) {
        let api = Api::new(&mut self.server, self.now, Cause::clock(Actor::Scheduler));
        let mut ctx = scheduler::Context { api, wakes: &mut self.wakes, recorder: &mut self.recorder };
        work(&mut self.scheduler, &mut ctx);
    }

    fn with_kubelets(&mut self, work: impl FnOnce(&mut Kubelets, &mut kubelet::Context<'_>)) {
        let api = Api::new(&mut self.server, self.now, Cause::clock(Actor::Kubelet));
        let mut ctx = kubelet::Context { api, wakes: &mut self.wakes, recorder: &mut self.recorder };
        work(&mut self.kubelets, &mut ctx);
    }
}

/// FNV-1a, 64 bits.
struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }
}
