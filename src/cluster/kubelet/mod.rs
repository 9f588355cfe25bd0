//! The kubelets: one per machine; each starts, watches over and ends the Pods bound to its node, and speaks for the node.
//!
//! [`machine`] is what a node is made of, [`images`] what containers do, `node_status` registration and heartbeats, [`admit`]
//! the kubelet's own yes or no, `pod_worker` a Pod's life on the node, `pod_status` how it is reported. This file routes: which
//! kubelet a change concerns, which worker a wake is for.
//!
//! All kubelets of a cluster live in one structure, but none looks at another's.
//!
//! Source: pkg/kubelet, Kubernetes v1.36. Left out: volumes, the container runtime itself, node-pressure eviction.

pub mod admit;
pub mod images;
pub mod machine;
mod node_status;
mod pod_status;
mod pod_worker;

use crate::apiserver::typed::Api;
use crate::apiserver::{Change, Key, Map};
use crate::clock::{Instant, Wake, WakeQueue};
use crate::recorder::Recorder;
use api::Str;
use api::objects::Object;
use api::objects::event::EventSource;
use api::objects::pod::Pod;
use api::request::WatchType;
use images::Catalogue;
use machine::Machine;
use pod_worker::PodWorker;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

/// From the delivery of a bound Pod to the kubelet's first look at it: 95 ms (with the watch's 5, 100 ms).
///
/// A free choice; real clusters show this magnitude.
const FIRST_LOOK: Duration = Duration::from_millis(95);

/// All kubelets.
#[derive(Clone, Debug)]
pub struct Kubelets {
    slots: Vec<Rc<Kubelet>>,
    by_name: Map<Str, u32>,
    /// What images do.
    pub images: Rc<Catalogue>,
    seed: u64,
    /// Makes the ids of containers.
    runs: u64,
    addresses: u32,
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
    source: Rc<EventSource>,
    node: node_status::NodeState,
    workers: BTreeMap<u32, PodWorker>,
    next_worker: u32,
    /// Images on the node's disk.
    pulled: Rc<Vec<Str>>,
    /// When the one pull at a time that a kubelet does will be over.
    pulling_until: Instant,
    /// The last number of its Pod addresses that was given out.
    last_pod_address: u32,
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
        Kubelets {
            slots: Vec::new(),
            by_name: Map::new(),
            images: Rc::default(),
            seed,
            runs: 0,
            addresses: 10,
        }
    }

    /// Plugs a machine in and starts its kubelet. A machine of the same name is replaced.
    pub fn add(&mut self, machine: Machine, now: Instant, wakes: &mut WakeQueue) {
        let slot = self.slots.len() as u32;
        self.addresses += 1;
        let [high, low] = (self.addresses as u16).to_be_bytes();
        let address = Ipv4Addr::new(192, 168, 10u8.wrapping_add(high), low);
        if let Some(old) = self.by_name.insert(machine.name.clone(), slot) {
            self.unplug(old);
        }
        self.slots.push(Rc::new(Kubelet {
            source: Rc::new(EventSource { component: "kubelet".into(), host: machine.name.clone() }),
            machine: Rc::new(machine),
            running: true,
            removed: false,
            address,
            node: node_status::NodeState::default(),
            workers: BTreeMap::new(),
            next_worker: 0,
            pulled: Rc::default(),
            pulling_until: now,
            last_pod_address: 1,
        }));
        wakes.push(now, Wake::Node { kubelet: slot });
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
        if let Some(slot) = self.by_name.get(name) {
            Rc::make_mut(&mut self.slots[*slot as usize]).running = false;
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
        kubelet.node = node_status::NodeState::default();
        wakes.push(now, Wake::Node { kubelet: slot });
        for worker in kubelet.workers.keys() {
            wakes.push(now + FIRST_LOOK, Wake::Pod { kubelet: slot, worker: *worker });
        }
    }

    /// A machine's kubelet, if it is plugged in.
    pub fn get(&self, name: &Str) -> Option<&Kubelet> {
        self.by_name.get(name).map(|slot| &*self.slots[*slot as usize])
    }

    /// The names of all machines that are plugged in.
    pub fn names(&self) -> impl Iterator<Item = &Str> {
        self.by_name.keys()
    }

    /// Takes in one change.
    pub fn take(&mut self, change: &Change, now: Instant, wakes: &mut WakeQueue) {
        let Object::Pod(pod) = &change.object else { return };
        if pod.node_name.is_empty() {
            return;
        }
        let Some(slot) = self.by_name.get(&pod.node_name).copied() else { return };
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        let worker = kubelet.workers.iter().find(|(_, worker)| worker.uid == pod.meta.uid).map(|(id, _)| *id);
        let look = |worker: u32, wakes: &mut WakeQueue| {
            wakes.push(now + FIRST_LOOK, Wake::Pod { kubelet: slot, worker });
        };
        match (worker, change.kind) {
            (Some(id), WatchType::Deleted) => {
                kubelet.workers.remove(&id);
            }
            (None, WatchType::Deleted) => {}
            (Some(id), _) => {
                if let Some(worker) = kubelet.workers.get_mut(&id)
                    && worker.take(pod, (change.version, change.cause))
                    && kubelet.running
                {
                    look(id, wakes);
                }
            }
            (None, _) if pod.terminal() && !pod.meta.terminating() => {}
            (None, _) => {
                let id = kubelet.next_worker;
                kubelet.next_worker += 1;
                kubelet.workers.insert(id, PodWorker::new(pod, (change.version, change.cause)));
                if kubelet.running {
                    look(id, wakes);
                }
            }
        }
    }

    /// Handles a wake for one of a kubelet's Pods.
    pub fn pod_wake(&mut self, slot: u32, worker: u32, ctx: &mut Context<'_>) {
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        if !kubelet.running {
            return;
        }
        let Some(mut state) = kubelet.workers.remove(&worker) else { return };
        let images = self.images.clone();
        let mut hands = pod_worker::Hands { kubelet, images: &images, runs: &mut self.runs, slot, id: worker };
        if state.go_on(ctx, &mut hands) {
            kubelet.workers.insert(worker, state);
        }
    }

    /// Handles a wake for a kubelet's node.
    pub fn node_wake(&mut self, slot: u32, ctx: &mut Context<'_>) {
        let kubelet = Rc::make_mut(&mut self.slots[slot as usize]);
        if kubelet.running {
            node_status::go_on(kubelet, slot, self.seed, ctx);
        }
    }
}

impl Kubelet {
    /// The Pods it works on.
    fn pods(&self) -> impl Iterator<Item = &Rc<Pod>> {
        self.workers.values().map(|worker| &worker.pod)
    }

    /// The next free address of the node's range.
    fn pod_address(&mut self, range: &str) -> Option<Ipv4Addr> {
        let base: Ipv4Addr = range.split('/').next()?.parse().ok()?;
        self.last_pod_address += 1;
        Some(Ipv4Addr::from(u32::from(base) + self.last_pod_address))
    }
}

fn key_of(pod: &Pod) -> Key {
    Key::new(&pod.meta.namespace, &pod.meta.name)
}
