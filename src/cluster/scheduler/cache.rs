//! What the scheduler knows: nodes with the Pods on them, and the few other objects its rules read.
//!
//! Fed by watching, and by the scheduler's own decisions: a Pod counts on its node from the moment it is bound, not from the
//! moment the watch says so. Everything is shared copy-on-write, so a copy of the cache costs one reference per node.
//!
//! Source: pkg/scheduler/backend/cache, pkg/scheduler/framework/types.go, Kubernetes v1.36.

use super::affinity::{PodAffinity, Term};
use crate::apiserver::{Change, Key};
use crate::table::{Numbered, Table};
use api::Str;
use api::meta::selector::LabelSelector;
use api::meta::{Labels, Uid};
use api::objects::Object;
use api::objects::generic::Generic;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::pod_spec::{Container, PodSpec};
use api::objects::resources::Resources;
use api::request::WatchType;
use api::resource::Kind;
use std::rc::Rc;

/// What a container without a request counts as in scores: 100m of CPU.
const DEFAULT_MILLI_CPU: i64 = 100;
/// What a container without a request counts as in scores: 200 MiB of memory.
const DEFAULT_MEMORY: i64 = 200 << 20;

/// A node and what runs on it.
#[derive(Clone, Debug, Default)]
pub struct NodeInfo {
    /// The node; one without a name if only Pods are known of it.
    pub node: Rc<Node>,
    /// Its place in the order in which nodes came.
    pub added: u64,
    /// Its Pods, in the order they came; none that has ended.
    pub pods: Vec<Rc<Pod>>,
    /// What they ask for.
    pub requested: Resources,
    /// CPU (thousandths) and memory (bytes) they count for in scores, where a container without a request counts too.
    pub presumed: (i64, i64),
}

impl NodeInfo {
    /// A node without Pods.
    pub fn new(node: Rc<Node>) -> NodeInfo {
        NodeInfo { node, ..NodeInfo::default() }
    }

    /// Its name.
    pub fn name(&self) -> &Str {
        &self.node.meta.name
    }

    /// Whether the node exists (and isn't just named by Pods).
    pub fn exists(&self) -> bool {
        !self.node.meta.name.is_empty()
    }

    /// A node's label.
    pub fn label(&self, key: &str) -> Option<&Str> {
        self.node.meta.labels.get(key)
    }

    /// Adds a Pod, or puts its newer form in place of the older.
    pub fn put(&mut self, pod: &Rc<Pod>) {
        match self.place(pod.meta.uid) {
            Some(place) => {
                let old = std::mem::replace(&mut self.pods[place], pod.clone());
                if !Rc::ptr_eq(&old.spec, &pod.spec) {
                    self.uncount(&old.spec);
                    self.count(&pod.spec);
                }
            }
            None => {
                self.count(&pod.spec);
                // Many nodes have one daemon Pod and nothing else; a list that grows by itself begins with room for four.
                self.pods.reserve_exact(usize::from(self.pods.is_empty()));
                self.pods.push(pod.clone());
            }
        }
    }

    /// Removes a Pod, if it is there.
    pub fn remove(&mut self, uid: Uid) -> Option<Rc<Pod>> {
        let pod = self.pods.remove(self.place(uid)?);
        self.uncount(&pod.spec);
        Some(pod)
    }

    /// The same without one Pod.
    pub fn without(&self, uid: Uid) -> NodeInfo {
        let mut rest = self.clone();
        rest.remove(uid);
        rest
    }

    fn place(&self, uid: Uid) -> Option<usize> {
        self.pods.iter().position(|pod| pod.meta.uid == uid)
    }

    fn count(&mut self, spec: &PodSpec) {
        self.requested.add(&spec.requests);
        let (cpu, memory) = presumed(spec);
        self.presumed = (self.presumed.0 + cpu, self.presumed.1 + memory);
    }

    fn uncount(&mut self, spec: &PodSpec) {
        self.requested.subtract(&spec.requests);
        let (cpu, memory) = presumed(spec);
        self.presumed = (self.presumed.0 - cpu, self.presumed.1 - memory);
    }
}

/// What a Pod counts for in scores: CPU and memory, per container its request or else a default.
///
/// Source: pkg/scheduler/util/pod_resources.go.
pub fn presumed(spec: &PodSpec) -> (i64, i64) {
    let mut sidecars = (0, 0);
    let mut step = (0, 0);
    for container in &spec.init_containers {
        let (cpu, memory) = presumed_of(container);
        let with = (sidecars.0 + cpu, sidecars.1 + memory);
        step = (step.0.max(with.0), step.1.max(with.1));
        if container.sidecar {
            sidecars = with;
        }
    }
    let running = spec.containers.iter().map(presumed_of).fold(sidecars, |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let overhead = if spec.raw["overhead"].is_null() {
        Resources::default()
    } else {
        Resources::from_value(&spec.raw["overhead"])
    };
    (running.0.max(step.0) + overhead.milli_cpu, running.1.max(step.1) + overhead.memory)
}

fn presumed_of(container: &Container) -> (i64, i64) {
    let asked = |name: &str, amount: i64, default: i64| {
        // An explicit zero is a request; only silence counts as the default.
        let silent = || {
            let resources = &container.raw["resources"];
            resources["requests"][name].is_null() && resources["limits"][name].is_null()
        };
        if amount == 0 && silent() { default } else { amount }
    };
    (
        asked("cpu", container.requests.milli_cpu, DEFAULT_MILLI_CPU),
        asked("memory", container.requests.memory, DEFAULT_MEMORY),
    )
}

/// A bound Pod that has Pod affinity or anti-affinity, and its terms.
#[derive(Clone, Debug)]
pub struct Affine {
    /// The Pod.
    pub pod: Rc<Pod>,
    /// Its terms.
    pub terms: PodAffinity,
}

/// Everything the scheduler knows.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    /// Nodes; places of nodes that are gone are used again.
    slots: Vec<Rc<NodeInfo>>,
    index: Table<Str, u32>,
    free: Vec<u32>,
    added: u64,
    existing: usize,
    /// The order of evaluation, as long as no node comes or goes or moves to another zone.
    order: Option<Rc<Vec<u32>>>,
    /// The bound Pods that have Pod affinity or anti-affinity.
    affine: Table<Uid, Rc<Affine>>,
    namespaces: Table<Str, Labels>,
    /// Services' selectors.
    services: Table<Key, Labels>,
    /// Selectors of ReplicaSets, StatefulSets and ReplicationControllers.
    owners: Table<Uid, LabelSelector>,
    budgets: Table<Key, Rc<Generic>>,
}

impl Cache {
    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.existing
    }

    /// The place of a node that exists.
    pub fn find(&self, name: &Str) -> Option<u32> {
        self.index.get(name).copied().filter(|slot| self.info(*slot).exists())
    }

    /// The node at a place.
    pub fn info(&self, slot: u32) -> &NodeInfo {
        &self.slots[slot as usize]
    }

    /// The cache as it is.
    pub fn view(&self) -> View<'_> {
        View { cache: self, changed: None }
    }

    /// The cache as if one node were like this.
    pub fn view_with<'a>(&'a self, slot: u32, info: &'a NodeInfo) -> View<'a> {
        View { cache: self, changed: Some((slot, info)) }
    }

    /// The order of evaluation: zones in order of appearance, round robin, within a zone in the order nodes came.
    ///
    /// Source: pkg/scheduler/backend/cache/node_tree.go.
    pub fn order(&self) -> Rc<Vec<u32>> {
        self.order.clone().unwrap_or_else(|| Rc::new(self.round_robin()))
    }

    /// Works the order out once, for later.
    pub fn keep_order(&mut self) {
        if self.order.is_none() {
            self.order = Some(Rc::new(self.round_robin()));
        }
    }

    fn round_robin(&self) -> Vec<u32> {
        let mut slots: Vec<u32> = (0..self.slots.len() as u32).filter(|slot| self.info(*slot).exists()).collect();
        api::sort::by_key(&mut slots, |slot| self.info(*slot).added);
        let mut zones: Vec<(_, Vec<u32>)> = Vec::new();
        for slot in slots {
            let zone = zone(&self.info(slot).node);
            match zones.iter_mut().find(|(other, _)| *other == zone) {
                Some((_, nodes)) => nodes.push(slot),
                None => zones.push((zone, vec![slot])),
            }
        }
        let longest = zones.iter().map(|(_, nodes)| nodes.len()).max().unwrap_or(0);
        (0..longest).flat_map(|turn| zones.iter().filter_map(move |(_, nodes)| nodes.get(turn).copied())).collect()
    }

    /// The budgets of a namespace.
    pub fn budgets(&self, namespace: &Str) -> impl Iterator<Item = &Generic> {
        let matching = self.budgets.iter().filter(move |(key, _)| key.namespace == *namespace);
        matching.map(|(_, budget)| &**budget)
    }

    /// Takes in a Pod that is bound (or has just been).
    pub fn put_pod(&mut self, pod: &Rc<Pod>) {
        let slot = self.slot(&pod.node_name);
        Rc::make_mut(&mut self.slots[slot as usize]).put(pod);
        if pod.spec.has_pod_affinity {
            let terms = PodAffinity::of(pod);
            self.affine.insert(pod.meta.uid, Rc::new(Affine { pod: pod.clone(), terms }));
        }
    }

    /// Forgets a Pod that has ended or is gone.
    pub fn remove_pod(&mut self, pod: &Pod) {
        let Some(slot) = self.index.get(&pod.node_name).copied() else { return };
        Rc::make_mut(&mut self.slots[slot as usize]).remove(pod.meta.uid);
        if pod.spec.has_pod_affinity {
            self.affine.remove(&pod.meta.uid);
        }
        self.release(slot, &pod.node_name);
    }

    /// Takes in a node.
    pub fn put_node(&mut self, node: &Rc<Node>) {
        let slot = self.slot(&node.meta.name);
        let info = Rc::make_mut(&mut self.slots[slot as usize]);
        let new = !info.exists();
        if new {
            self.added += 1;
            self.existing += 1;
            info.added = self.added;
        }
        if new || zone(&info.node) != zone(node) {
            self.order = None;
        }
        info.node = node.clone();
    }

    /// Forgets a node; its Pods stay known until they are gone too.
    pub fn remove_node(&mut self, name: &Str) {
        let Some(slot) = self.find(name) else { return };
        Rc::make_mut(&mut self.slots[slot as usize]).node = Rc::default();
        self.existing -= 1;
        self.order = None;
        self.release(slot, name);
    }

    /// Takes in a change of the other objects its rules read.
    pub fn take_other(&mut self, change: &Change) {
        let gone = change.kind == WatchType::Deleted;
        match &change.object {
            Object::ReplicaSet(set) => keep(&mut self.owners, set.meta.uid, set.spec.selector.clone(), gone),
            Object::Other(other) => self.take_generic(other, gone),
            _ => {}
        }
    }

    fn take_generic(&mut self, other: &Rc<Generic>, gone: bool) {
        let key = || Key::new(&other.meta.namespace, &other.meta.name);
        let selector = || other.body.get("spec").map(|spec| spec["selector"].clone()).unwrap_or_default();
        match other.kind {
            Kind::NAMESPACE => keep(&mut self.namespaces, other.meta.name.clone(), other.meta.labels.clone(), gone),
            Kind::SERVICE => keep(&mut self.services, key(), api::meta::labels_from(&selector()), gone),
            Kind::POD_DISRUPTION_BUDGET => keep(&mut self.budgets, key(), other.clone(), gone),
            Kind::STATEFUL_SET => {
                keep(&mut self.owners, other.meta.uid, LabelSelector::from_value(&selector()), gone);
            }
            Kind::REPLICATION_CONTROLLER => {
                let selector = LabelSelector::from_labels(&api::meta::labels_from(&selector()));
                keep(&mut self.owners, other.meta.uid, selector, gone);
            }
            _ => {}
        }
    }

    /// The place of a name; a new one if it has none.
    fn slot(&mut self, name: &Str) -> u32 {
        if let Some(slot) = self.index.get(name) {
            return *slot;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Rc::default());
            self.slots.len() as u32 - 1
        });
        self.index.insert(name.clone(), slot);
        slot
    }

    /// Gives a place back when neither node nor Pods are left.
    fn release(&mut self, slot: u32, name: &Str) {
        let info = self.info(slot);
        if !info.exists() && info.pods.is_empty() {
            self.slots[slot as usize] = Rc::default();
            self.index.remove(name);
            self.free.push(slot);
        }
    }
}

fn keep<K: Numbered, V: Clone>(map: &mut Table<K, V>, key: K, value: V, gone: bool) {
    if gone {
        map.remove(&key);
    } else {
        map.insert(key, value);
    }
}

/// Region and zone.
fn zone(node: &Node) -> (Option<&Str>, Option<&Str>) {
    let label = |key: &str| node.meta.labels.get(key);
    (label("topology.kubernetes.io/region"), label("topology.kubernetes.io/zone"))
}

/// The cache, or the cache with one node as it might be.
#[derive(Clone, Copy)]
pub struct View<'a> {
    cache: &'a Cache,
    changed: Option<(u32, &'a NodeInfo)>,
}

impl<'a> View<'a> {
    /// The node at a place.
    pub fn info(self, slot: u32) -> &'a NodeInfo {
        match self.changed {
            Some((changed, info)) if changed == slot => info,
            _ => self.cache.info(slot),
        }
    }

    /// All nodes that exist.
    pub fn nodes(self) -> impl Iterator<Item = &'a NodeInfo> {
        (0..self.cache.slots.len() as u32).map(move |slot| self.info(slot)).filter(|info| info.exists())
    }

    /// How many nodes there are.
    pub fn node_count(self) -> usize {
        self.cache.existing
    }

    /// The node of that name, if it exists.
    pub fn named(self, name: &Str) -> Option<&'a NodeInfo> {
        self.cache.find(name).map(|slot| self.info(slot))
    }

    /// The Pods with Pod affinity or anti-affinity, each with its node.
    pub fn affine(self) -> impl Iterator<Item = (&'a Affine, &'a NodeInfo)> {
        self.cache.affine.iter().filter_map(move |(uid, affine)| {
            let info = self.info(self.cache.find(&affine.pod.node_name)?);
            let there = match self.changed {
                Some((_, changed)) if std::ptr::eq(changed, info) => info.pods.iter().any(|p| p.meta.uid == *uid),
                _ => true,
            };
            there.then_some((&**affine, info))
        })
    }

    /// Whether a term of a Pod's affinity speaks of another Pod.
    pub fn term_matches(self, term: &Term, pod: &Pod) -> bool {
        term.matches(pod, |namespace| self.cache.namespaces.get(namespace))
    }

    /// The selectors that say which Pods belong together with this one: its Services' and its controller's.
    ///
    /// Source: pkg/scheduler/framework/plugins/helper/spread.go.
    pub fn group_selectors(self, pod: &Pod) -> Vec<LabelSelector> {
        let services = self.cache.services.iter().filter(|(key, selector)| {
            let matches = selector.iter().all(|(k, v)| pod.meta.labels.get(k) == Some(v));
            key.namespace == pod.meta.namespace && !selector.is_empty() && matches
        });
        let mut all: Vec<LabelSelector> = services.map(|(_, s)| LabelSelector::from_labels(s)).collect();
        let owner = pod.meta.controller().and_then(|owner| self.cache.owners.get(&owner.uid));
        all.extend(owner.cloned());
        all
    }
}
