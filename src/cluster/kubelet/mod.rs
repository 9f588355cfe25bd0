//! The kubelets: one per machine; each starts, watches over and ends the Pods bound to its node, and speaks for the node.
//!
//! In reading order: [`machine`] is what a node is made of, [`images`] and [`process`] what containers do, `plan` what a spec
//! means (shared by all its Pods), `node_status` registration and heartbeats, [`admit`] the kubelet's own yes or no,
//! `pod_worker` a Pod's life on the node, `run` one container of it, `probe` its probes, `pod_status` how it is reported,
//! [`eviction`] who must go, [`static_pods`] who came by themselves, `logs` what was printed. This file routes: which kubelet a
//! change concerns, which worker a wake is for.
//!
//! All kubelets of a cluster live in one structure, but none looks at another's; what they share are texts and tables.
//!
//! Source: pkg/kubelet, Kubernetes v1.36. Left out: volumes, the container runtime itself, resource usage that changes.

pub mod admit;
pub mod eviction;
pub mod images;
mod logs;
pub mod machine;
mod node_status;
pub mod pace;
mod plan;
mod pod_status;
mod pod_worker;
mod probe;
pub mod process;
mod run;
pub mod static_pods;
#[cfg(test)]
mod tests;

use crate::apiserver::typed::Api;
use crate::apiserver::{Change, Key};
use crate::cause::Actor;
use crate::clock::{Instant, Wake, WakeQueue};
use crate::controller::queue::Trigger;
use crate::recorder::Recorder;
use crate::table::Table;
use api::objects::Object;
use api::objects::event::{EventSource, ObjectReference};
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::pod_spec::PodSpec;
use api::objects::text::Text;
use api::request::WatchType;
use api::resource::Kind;
use api::{Str, Value, json};
use eviction::Pressure;
use images::{Catalogue, Image};
use machine::{Machine, Shape};
use pace::Pace;
use plan::{Plan, Plans};
use pod_worker::{Hands, PodWorker};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

/// When somebody else has written a Pod's status, the kubelet writes it again by then: 10 s.
///
/// Source: `syncPeriod` of pkg/kubelet/status/status_manager.go.
const RECONCILIATION: Duration = Duration::from_secs(10);
/// A node's range of Pod addresses is a /24: .2 to .254, since .0 is the range, .1 the bridge and .255 everybody.
const POD_ADDRESSES: std::ops::Range<u32> = 2..255;

/// All kubelets.
#[derive(Clone, Debug)]
pub struct Kubelets {
    slots: Vec<Rc<Kubelet>>,
    by_name: Table<Str, u32>,
    shared: Shared,
    addresses: u32,
}

/// What all kubelets share: what images do, and texts and tables that would be the same for each.
#[derive(Clone, Debug)]
struct Shared {
    images: Rc<Catalogue>,
    pace: Pace,
    plans: Plans,
    /// The conditions written last.
    recent: pod_status::Recent,
    /// What the last pull said: image, times, text.
    pulled: Option<(Str, [Duration; 2], Text)>,
    /// Makes the ids of containers.
    runs: u64,
    shapes: Vec<Shape>,
    lease_rest: Rc<Value>,
    lease_namespace: Str,
    no_namespace: Str,
    seed: u64,
}

/// One kubelet.
#[derive(Clone, Debug)]
pub struct Kubelet {
    /// Its machine.
    pub machine: Rc<Machine>,
    /// The process runs.
    pub running: bool,
    /// The machine is gone for good.
    pub removed: bool,
    address: Ipv4Addr,
    /// The same as text.
    address_text: Str,
    /// Its Node's key, and its Lease's.
    key: Key,
    lease_key: Key,
    source: Rc<EventSource>,
    /// What its events about the node name.
    about: Rc<ObjectReference>,
    node: node_status::NodeState,
    /// In the order they came.
    workers: Vec<Rc<PodWorker>>,
    next_worker: u32,
    /// Images on the node's disk.
    pulled: Vec<Str>,
    /// When the one pull at a time that a kubelet does will be over.
    pulling_until: Instant,
    /// The node's range of Pod addresses, and the last number of it that was given out.
    range: Option<u32>,
    last_pod_address: u32,
    /// Mirrors of static Pods that this machine doesn't have, to be taken down.
    stray_mirrors: Vec<Rc<Pod>>,
}

/// What a kubelet has at hand while it handles one wake.
pub struct Context<'a> {
    /// The way to the API server.
    pub api: Api<'a>,
    /// Where to ask for later wakes.
    pub wakes: &'a mut WakeQueue,
    /// Where events go.
    pub recorder: &'a mut Recorder,
}

impl Kubelets {
    /// None yet.
    pub fn new(seed: u64) -> Kubelets {
        let shared = Shared {
            images: Rc::default(),
            pace: Pace::default(),
            plans: Plans::default(),
            recent: pod_status::Recent::default(),
            pulled: None,
            runs: 0,
            shapes: Vec::new(),
            lease_rest: Rc::new(json!({"leaseDurationSeconds": 40})),
            lease_namespace: "kube-node-lease".into(),
            no_namespace: "".into(),
            seed,
        };
        Kubelets { slots: Vec::new(), by_name: Table::new(), shared, addresses: 10 }
    }

    /// Plugs a machine in and starts its kubelet. A machine of the same name is replaced; the Pods that are `bound` to that name
    /// are the new one's to run.
    pub fn add<'a>(
        &mut self,
        machine: Machine,
        bound: impl Iterator<Item = &'a Rc<Pod>>,
        now: Instant,
        wakes: &mut WakeQueue,
    ) {
        let slot = self.slots.len() as u32;
        self.addresses += 1;
        let [high, low] = (self.addresses as u16).to_be_bytes();
        let address = Ipv4Addr::new(192, 168, 10u8.wrapping_add(high), low);
        if let Some(old) = self.by_name.insert(machine.name.clone(), slot) {
            self.unplug(old);
        }
        let mut node = node_status::NodeState::default();
        node.restart(now);
        self.slots.push(Rc::new(Kubelet {
            key: Key::new(&self.shared.no_namespace, &machine.name),
            lease_key: Key::new(&self.shared.lease_namespace, &machine.name),
            source: Rc::new(EventSource { component: "kubelet".into(), host: machine.name.clone() }),
            about: Rc::new(node_status::reference(&self.shared.no_namespace, &machine.name)),
            running: true,
            removed: false,
            address,
            address_text: address.to_string().into(),
            node,
            workers: Vec::new(),
            next_worker: 0,
            pulled: images_of(&machine.static_pods),
            pulling_until: now,
            range: None,
            last_pod_address: POD_ADDRESSES.start - 1,
            stray_mirrors: Vec::new(),
            machine: Rc::new(machine),
        }));
        wakes.push(now, Wake::Node { kubelet: slot });
        for pod in bound {
            self.take_new(slot, pod, Trigger::default(), now, wakes);
        }
    }

    /// Pulls a machine's plug for good: its kubelet and all its containers are gone.
    pub fn remove(&mut self, name: &Str) {
        if let Some(slot) = self.by_name.remove(name) {
            self.unplug(slot);
        }
    }

    fn unplug(&mut self, slot: u32) {
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        kubelet.running = false;
        kubelet.removed = true;
        kubelet.workers.clear();
    }

    /// Stops a kubelet; the containers it started go on.
    pub fn stop(&mut self, name: &Str) {
        if let Some(kubelet) = self.get_mut(name) {
            kubelet.running = false;
        }
    }

    /// Starts a stopped kubelet again.
    pub fn start(&mut self, name: &Str, now: Instant, wakes: &mut WakeQueue) {
        let Some(slot) = self.by_name.get(name).copied() else { return };
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        if kubelet.running {
            return;
        }
        kubelet.running = true;
        kubelet.node.restart(now);
        wakes.push(now, Wake::Node { kubelet: slot });
        for worker in &mut kubelet.workers {
            let worker = Rc::make_mut(worker);
            worker.unreported = true;
            worker.look_again(now + self.shared.pace.look, slot, wakes);
        }
    }

    /// Says how long things take, from now on.
    pub fn set_pace(&mut self, pace: Pace) {
        self.shared.pace = pace;
    }

    /// What an image does.
    pub fn image(&self, name: &str) -> Image {
        self.shared.images.image(name)
    }

    /// Says what an image does, from now on.
    pub fn set_image(&mut self, name: Str, image: Image) {
        Rc::make_mut(&mut self.shared.images).insert(name, image);
    }

    /// A node runs short of something, or no longer does.
    pub fn set_pressure(&mut self, name: &Str, pressure: Pressure, short: bool) {
        if let Some(kubelet) = self.get_mut(name) {
            kubelet.node.short[pressure as usize] = short;
        }
    }

    /// The kubelet in a slot, as wakes name it.
    pub fn at(&self, slot: u32) -> Option<&Kubelet> {
        self.slots.get(slot as usize).map(|kubelet| &**kubelet)
    }

    /// What a machine runs short of.
    pub fn short_of(&self, name: &Str) -> impl Iterator<Item = Pressure> {
        let short = self.get(name).map_or([false; 3], |kubelet| kubelet.node.short);
        Pressure::ALL.into_iter().filter(move |pressure| short[*pressure as usize])
    }

    /// Whether somebody has broken a machine's network.
    pub fn network_is_broken(&self, name: &Str) -> bool {
        self.get(name).is_some_and(|kubelet| kubelet.node.network_is_broken())
    }

    /// A node's network plug-in breaks, or works again.
    pub fn set_network(&mut self, name: &Str, works: bool) {
        if let Some(kubelet) = self.get_mut(name) {
            kubelet.node.set_network(works);
        }
    }

    /// A machine's kubelet, if it is plugged in.
    pub fn get(&self, name: &Str) -> Option<&Kubelet> {
        self.by_name.get(name).map(|slot| &*self.slots[*slot as usize])
    }

    fn get_mut(&mut self, name: &Str) -> Option<&mut Kubelet> {
        let slot = self.by_name.get(name)?;
        Some(Rc::make_mut(&mut self.slots[*slot as usize]))
    }

    /// The names of all machines that are plugged in.
    pub fn names(&self) -> impl Iterator<Item = &Str> {
        self.by_name.keys()
    }

    /// Takes in one change.
    pub fn take(&mut self, change: &Change, now: Instant, wakes: &mut WakeQueue) {
        let pod = match &change.object {
            Object::Pod(pod) => pod,
            Object::Node(node) if change.kind != WatchType::Deleted => return self.take_node(node, now, wakes),
            _ => return,
        };
        if pod.node_name.is_empty() {
            return;
        }
        let Some(slot) = self.by_name.get(&pod.node_name).copied() else { return };
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        let place = kubelet.workers.iter().position(|worker| worker.pod.meta.uid == pod.meta.uid);
        let trigger = (change.version, change.cause);
        match (place, change.kind) {
            (Some(place), WatchType::Deleted) if !kubelet.running && kubelet.workers[place].static_pod.is_none() => {
                kubelet.workers.remove(place);
            }
            (Some(place), WatchType::Deleted) => {
                let worker = Rc::make_mut(&mut kubelet.workers[place]);
                if worker.static_pod.is_some() {
                    worker.lose_mirror();
                    worker.look_again(now + static_pods::REPAINT, slot, wakes);
                } else {
                    worker.gone = true;
                    worker.look_again(now + self.shared.pace.look, slot, wakes);
                }
            }
            (Some(place), _) => {
                let worker = Rc::make_mut(&mut kubelet.workers[place]);
                let corrected = change.cause.actor != Actor::Kubelet && worker.is_contradicted_by(pod);
                let asks = worker.take(pod, trigger);
                if corrected && kubelet.running {
                    worker.wake_at(now + RECONCILIATION, slot, wakes);
                }
                if asks && kubelet.running {
                    worker.wake_at(now + self.shared.pace.look, slot, wakes);
                }
            }
            (None, WatchType::Deleted) => {}
            (None, _) => self.take_new(slot, pod, trigger, now, wakes),
        }
    }

    /// A kubelet sees a Pod for the first time.
    fn take_new(&mut self, slot: u32, pod: &Rc<Pod>, trigger: Trigger, now: Instant, wakes: &mut WakeQueue) {
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        if pod.meta.annotations.contains_key(static_pods::MIRROR) {
            // The picture of a Pod that is known otherwise, or of one that isn't here.
            if !static_pods::is_of(pod, &kubelet.machine) {
                kubelet.stray_mirrors.push(pod.clone());
                wakes.push(now + self.shared.pace.look, Wake::Node { kubelet: slot });
            }
        } else if !pod.terminal() || pod.meta.terminating() {
            // One that has ended and is on its way out: its own kubelet went before it could take it away.
            let plan = self.shared.plan(&pod.spec);
            let mut worker = PodWorker::new(kubelet.next_worker, pod, plan, trigger);
            kubelet.next_worker += 1;
            if kubelet.running {
                worker.look_again(now + self.shared.pace.look, slot, wakes);
            }
            kubelet.workers.reserve_exact(usize::from(kubelet.workers.is_empty()));
            kubelet.workers.push(Rc::new(worker));
        }
    }

    /// A kubelet looks at once when its node is cordoned or uncordoned.
    fn take_node(&mut self, node: &Node, now: Instant, wakes: &mut WakeQueue) {
        let Some(slot) = self.by_name.get(&node.meta.name).copied() else { return };
        let seen = &mut self.slots[slot as usize];
        if seen.node.unschedulable != node.unschedulable {
            Rc::make_mut(seen).node.unschedulable = node.unschedulable;
            wakes.push(now, Wake::Node { kubelet: slot });
        }
    }

    /// Handles a wake for one of a kubelet's Pods.
    pub fn pod_wake(&mut self, slot: u32, worker: u32, ctx: &mut Context<'_>) {
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        let Some(place) = kubelet.workers.iter().position(|each| each.id == worker).filter(|_| kubelet.running) else {
            return;
        };
        let mut worker = kubelet.workers.remove(place);
        let mut hands = Hands { kubelet, shared: &mut self.shared, slot };
        if Rc::make_mut(&mut worker).go_on(ctx, &mut hands) {
            kubelet.workers.insert(place, worker);
        }
    }

    /// Handles a wake for a kubelet's node.
    pub fn node_wake(&mut self, slot: u32, ctx: &mut Context<'_>) {
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        if kubelet.running {
            node_status::go_on(kubelet, slot, &mut self.shared, ctx);
        }
    }
}

impl Shared {
    fn plan(&mut self, spec: &Rc<PodSpec>) -> Rc<Plan> {
        self.plans.plan(spec, &self.images)
    }

    /// `Successfully pulled image …`; nodes of one size pull in one time, so the last text often fits again.
    fn pulled_text(&mut self, image: &Str, size: u64, [took, waited]: [Duration; 2]) -> Text {
        if let Some((name, times, text)) = &self.pulled
            && *times == [took, waited]
            && name == image
        {
            return text.clone();
        }
        let text: Text = format!(
            "Successfully pulled image \"{image}\" in {} ({} including waiting). Image size: {size} bytes.",
            go_duration(took),
            go_duration(waited)
        )
        .into();
        self.pulled = Some((image.clone(), [took, waited], text.clone()));
        text
    }
}

impl Kubelet {
    /// The Pods it has taken that aren't over, static ones among them.
    fn counting(&self) -> impl Iterator<Item = &Pod> + Clone {
        self.workers.iter().filter(|worker| worker.counts()).map(|worker| &*worker.pod)
    }

    /// Its Node; if somebody has deleted that, what it would register.
    fn node_object(&self, ctx: &Context<'_>, shared: &mut Shared) -> Rc<Node> {
        match ctx.api.get(Kind::NODE, &self.key) {
            Some(Object::Node(node)) => node.clone(),
            _ => {
                let seed = shared.seed;
                let shape = self.machine.shape(&mut shared.shapes);
                Rc::new(self.machine.node(shape, self.address, ctx.api.now(), seed))
            }
        }
    }

    /// The next free address of the node's range; an address is free again when its sandbox is gone.
    fn pod_address(&mut self, ctx: &Context<'_>) -> Option<Ipv4Addr> {
        if self.range.is_none() {
            let Some(Object::Node(node)) = ctx.api.get(Kind::NODE, &self.key) else { return None };
            let base: Ipv4Addr = node.pod_cidr().split('/').next()?.parse().ok()?;
            self.range = Some(base.into());
        }
        let range = self.range?;
        for _ in POD_ADDRESSES {
            self.last_pod_address += 1;
            if !POD_ADDRESSES.contains(&self.last_pod_address) {
                self.last_pod_address = POD_ADDRESSES.start;
            }
            let address = Ipv4Addr::from(range + self.last_pod_address);
            let taken = |worker: &Rc<PodWorker>| worker.address == Some(address) && worker.counts();
            if !self.workers.iter().any(taken) {
                return Some(address);
            }
        }
        None
    }

    /// Takes up the manifests in its folder, or goes on with those it has.
    fn run_static_pods(&mut self, slot: u32, shared: &mut Shared, ctx: &mut Context<'_>) {
        let now = ctx.api.now();
        if self.workers.iter().any(|worker| worker.static_pod.is_some()) {
            return;
        }
        for manifest in self.machine.clone().static_pods.iter() {
            let pod = static_pods::read(manifest, &self.machine.name, now, shared.seed);
            let plan = shared.plan(&pod.spec);
            let mut worker = PodWorker::new(self.next_worker, &pod, plan, Default::default()).of_manifest();
            self.next_worker += 1;
            worker.look_again(now + shared.pace.look, slot, ctx.wakes);
            self.workers.push(Rc::new(worker));
        }
    }
}

fn images_of(manifests: &[Value]) -> Vec<Str> {
    let containers = manifests.iter().flat_map(|pod| pod["spec"]["containers"].as_array().into_iter().flatten());
    containers.filter_map(|container| container["image"].as_str()).map(Str::from).collect()
}

fn key_of(pod: &Pod) -> Key {
    Key::new(&pod.meta.namespace, &pod.meta.name)
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
