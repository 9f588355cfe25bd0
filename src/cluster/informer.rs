//! What a component knows: its own copy of the API's objects, kept up to date by a watch.
//!
//! The controllers of the controller manager share one set of informers, as upstream's do; the scheduler and the kubelets
//! keep what they need in forms of their own. A [`Reader`] remembers how far a component has read.
//!
//! Pods are kept twice, by controlling owner and by node: those are the two questions controllers ask.

use crate::apiserver::{Change, Key};
use crate::clock::Instant;
use crate::table::Table;
use api::Str;
use api::meta::Uid;
use api::objects::Object;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::workload::{ControllerRevision, DaemonSet, Deployment, ReplicaSet};
use api::request::WatchType;
use std::rc::Rc;
use std::time::Duration;

/// From a write to its delivery at those who watch: 5 ms.
///
/// A free choice; real clusters show this magnitude.
pub const WATCH_LATENCY: Duration = Duration::from_millis(5);

/// How far a component has read the log of changes, and whether it is already due to read on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader {
    /// The version of the last change it has seen.
    pub version: u64,
    /// When its next delivery comes, if one is under way.
    pub due: Option<Instant>,
}

/// The controller manager's informers.
#[derive(Clone, Debug, Default)]
pub struct Informers {
    /// By name, each with its place in the order of creation.
    pub nodes: Table<Str, (u64, Rc<Node>)>,
    /// By key.
    pub daemon_sets: Table<Key, Rc<DaemonSet>>,
    /// By key.
    pub replica_sets: Table<Key, Rc<ReplicaSet>>,
    /// By key.
    pub deployments: Table<Key, Rc<Deployment>>,
    /// By the uid of the controlling owner (zero: none).
    revisions: Table<Uid, Table<Key, Rc<ControllerRevision>>>,
    /// By the uid of the controlling owner (zero: none).
    pods_by_owner: Table<Uid, Table<Key, Rc<Pod>>>,
    /// By the node they are bound to.
    pods_by_node: Table<Str, Vec<Rc<Pod>>>,
    /// Not bound yet.
    unbound: Table<Key, Rc<Pod>>,
    /// How often any revision has changed.
    pub revision_changes: u64,
    nodes_seen: u64,
}

impl Informers {
    /// Takes in one change.
    pub fn take(&mut self, change: &Change) {
        let gone = change.kind == WatchType::Deleted;
        let key = || Key::of(&change.object);
        match &change.object {
            Object::Pod(pod) => self.take_pod(change, pod, gone),
            Object::Node(node) if gone => {
                self.nodes.remove(&node.meta.name);
            }
            Object::Node(node) => {
                let place = match self.nodes.get(&node.meta.name) {
                    Some((place, _)) => *place,
                    None => {
                        self.nodes_seen += 1;
                        self.nodes_seen
                    }
                };
                self.nodes.insert(node.meta.name.clone(), (place, node.clone()));
            }
            Object::DaemonSet(set) => keep(&mut self.daemon_sets, key(), set, gone),
            Object::ReplicaSet(set) => keep(&mut self.replica_sets, key(), set, gone),
            Object::Deployment(deployment) => keep(&mut self.deployments, key(), deployment, gone),
            Object::ControllerRevision(revision) => {
                self.revision_changes += 1;
                if let Some(Object::ControllerRevision(old)) = &change.old {
                    take_out(&mut self.revisions, owner_of(&old.meta), &key());
                }
                if !gone {
                    put_in(&mut self.revisions, owner_of(&revision.meta), key(), revision.clone());
                }
            }
            _ => {}
        }
    }

    fn take_pod(&mut self, change: &Change, pod: &Rc<Pod>, gone: bool) {
        let key = Key::new(&pod.meta.namespace, &pod.meta.name);
        if let Some(Object::Pod(old)) = &change.old {
            if gone || owner_of(&old.meta) != owner_of(&pod.meta) {
                take_out(&mut self.pods_by_owner, owner_of(&old.meta), &key);
            }
            if gone || old.node_name != pod.node_name {
                self.take_off(&old.node_name, &key, old);
            }
        }
        if !gone {
            put_in(&mut self.pods_by_owner, owner_of(&pod.meta), key.clone(), pod.clone());
            self.put_on(key, pod);
        }
    }

    /// A Pod is where it is.
    fn put_on(&mut self, key: Key, pod: &Rc<Pod>) {
        if pod.node_name.is_empty() {
            self.unbound.insert(key, pod.clone());
            return;
        }
        let Some(here) = self.pods_by_node.get_mut(&pod.node_name) else {
            self.pods_by_node.insert(pod.node_name.clone(), vec![pod.clone()]);
            return;
        };
        match here.iter_mut().find(|known| known.meta.uid == pod.meta.uid) {
            Some(place) => *place = pod.clone(),
            None => here.push(pod.clone()),
        }
    }

    /// A Pod is no longer where it was.
    fn take_off(&mut self, node: &Str, key: &Key, pod: &Pod) {
        if node.is_empty() {
            self.unbound.remove(key);
        } else if let Some(here) = self.pods_by_node.get_mut(node) {
            here.retain(|known| known.meta.uid != pod.meta.uid);
            if here.is_empty() {
                self.pods_by_node.remove(node);
            }
        }
    }

    /// A node by name.
    pub fn node(&self, name: &Str) -> Option<&Rc<Node>> {
        self.nodes.get(name).map(|(_, node)| node)
    }

    /// All nodes in the order they joined.
    pub fn nodes_in_order(&self) -> Vec<(&Str, &Rc<Node>)> {
        let mut nodes: Vec<(u64, &Str, &Rc<Node>)> =
            self.nodes.iter().map(|(name, (place, node))| (*place, name, node)).collect();
        api::sort::by_key(&mut nodes, |(place, ..)| *place);
        nodes.into_iter().map(|(_, name, node)| (name, node)).collect()
    }

    /// The Pods that an object controls (zero: nobody).
    pub fn pods_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<Pod>> {
        self.pods_by_owner.get(&owner).into_iter().flat_map(Table::values)
    }

    /// The Pods bound to a node, in the order they came; with an empty name those that are not bound.
    pub fn pods_on(&self, node: &Str) -> impl Iterator<Item = &Rc<Pod>> {
        let unbound = node.is_empty().then(|| self.unbound.values());
        let here = self.pods_by_node.get(node).into_iter().flatten();
        here.chain(unbound.into_iter().flatten())
    }

    /// The names of all nodes that Pods are bound to, there or not, sorted.
    pub fn nodes_with_pods(&self) -> Vec<Str> {
        let mut names: Vec<Str> = self.pods_by_node.keys().cloned().collect();
        api::sort::ascending(&mut names);
        names
    }

    /// The revisions that an object controls (zero: nobody).
    pub fn revisions_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<ControllerRevision>> {
        self.revisions.get(&owner).into_iter().flat_map(Table::values)
    }
}

/// The uid of the controlling owner, or zero.
pub fn owner_of(meta: &api::meta::Meta) -> Uid {
    meta.controller().map(|owner| owner.uid).unwrap_or_default()
}

fn keep<T>(table: &mut Table<Key, Rc<T>>, key: Key, object: &Rc<T>, gone: bool) {
    if gone {
        table.remove(&key);
    } else {
        table.insert(key, object.clone());
    }
}

/// Puts an object among those of an owner.
fn put_in<T>(table: &mut Table<Uid, Table<Key, Rc<T>>>, owner: Uid, key: Key, object: Rc<T>) {
    if let Some(group) = table.get_mut(&owner) {
        group.insert(key, object);
        return;
    }
    let mut group = Table::new();
    group.insert(key, object);
    table.insert(owner, group);
}

/// Takes an object from among those of an owner.
fn take_out<T>(table: &mut Table<Uid, Table<Key, Rc<T>>>, owner: Uid, key: &Key) {
    let Some(group) = table.get_mut(&owner) else { return };
    group.remove(key);
    if group.is_empty() {
        table.remove(&owner);
    }
}
