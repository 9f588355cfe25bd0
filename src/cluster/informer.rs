//! What a component knows: its own copy of the API's objects, kept up to date by a watch.
//!
//! The controllers of the controller manager share one set of informers, as upstream's do; the scheduler and the kubelets
//! keep what they need in forms of their own. A [`Reader`] remembers how far a component has read.
//!
//! Pods are kept twice, by controlling owner and by node: those are the two questions controllers ask.

use crate::apiserver::{Change, Key, Map, number};
use crate::clock::Instant;
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
    pub nodes: Map<Str, (u64, Rc<Node>)>,
    /// By key.
    pub daemon_sets: Map<Key, Rc<DaemonSet>>,
    /// By key.
    pub replica_sets: Map<Key, Rc<ReplicaSet>>,
    /// By key.
    pub deployments: Map<Key, Rc<Deployment>>,
    /// By the uid of the controlling owner (zero: none), then key.
    pub revisions: Map<(Uid, Key), Rc<ControllerRevision>>,
    /// By the uid of the controlling owner (zero: none), then key.
    pub pods_by_owner: Map<(Uid, Key), Rc<Pod>>,
    /// By the number of the name of the node they are bound to, then key.
    pods_by_node: Map<(u64, Key), Rc<Pod>>,
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
                    self.revisions.remove(&(owner_of(&old.meta), key()));
                }
                if !gone {
                    self.revisions.insert((owner_of(&revision.meta), key()), revision.clone());
                }
            }
            _ => {}
        }
    }

    fn take_pod(&mut self, change: &Change, pod: &Rc<Pod>, gone: bool) {
        let key = Key::new(&pod.meta.namespace, &pod.meta.name);
        if let Some(Object::Pod(old)) = &change.old {
            let (was, is) = (owner_of(&old.meta), owner_of(&pod.meta));
            if gone || was != is {
                self.pods_by_owner.remove(&(was, key.clone()));
            }
            if gone || old.node_name != pod.node_name {
                self.pods_by_node.remove(&(number(&old.node_name, 0), key.clone()));
            }
        }
        if !gone {
            self.pods_by_owner.insert((owner_of(&pod.meta), key.clone()), pod.clone());
            self.pods_by_node.insert((number(&pod.node_name, 0), key), pod.clone());
        }
    }

    /// A node by name.
    pub fn node(&self, name: &Str) -> Option<&Rc<Node>> {
        self.nodes.get(name).map(|(_, node)| node)
    }

    /// The Pods that an object controls (zero: nobody), in order of key.
    pub fn pods_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<Pod>> {
        let from = (owner, first_key());
        self.pods_by_owner.range(from..).take_while(move |((uid, _), _)| *uid == owner).map(|(_, pod)| pod)
    }

    /// The Pods bound to a node, in order of key.
    pub fn pods_on<'a>(&'a self, node: &'a Str) -> impl Iterator<Item = &'a Rc<Pod>> {
        let of_node = number(node, 0);
        let from = (of_node, first_key());
        let here = self.pods_by_node.range(from..).take_while(move |((name, _), _)| *name == of_node);
        here.map(|(_, pod)| pod).filter(move |pod| pod.node_name == *node)
    }

    /// The names of all nodes that Pods are bound to, there or not.
    pub fn nodes_with_pods(&self) -> Vec<Str> {
        let mut names = Vec::new();
        let mut from = 0;
        while let Some(((of_node, _), pod)) = self.pods_by_node.range((from, first_key())..).next() {
            if !pod.node_name.is_empty() {
                names.push(pod.node_name.clone());
            }
            let Some(next) = of_node.checked_add(1) else { break };
            from = next;
        }
        names.sort();
        names
    }

    /// The revisions that an object controls (zero: nobody), in order of key.
    pub fn revisions_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<ControllerRevision>> {
        let from = (owner, first_key());
        self.revisions.range(from..).take_while(move |((uid, _), _)| *uid == owner).map(|(_, revision)| revision)
    }
}

/// The uid of the controlling owner, or zero.
pub fn owner_of(meta: &api::meta::Meta) -> Uid {
    meta.controller().map(|owner| owner.uid).unwrap_or_default()
}

fn first_key() -> Key {
    Key::first()
}

fn keep<T>(map: &mut Map<Key, Rc<T>>, key: Key, object: &Rc<T>, gone: bool) {
    if gone {
        map.remove(&key);
    } else {
        map.insert(key, object.clone());
    }
}
