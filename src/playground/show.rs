//! The cluster becomes a picture: nodes, Pods, workloads, verdicts; and its Events a table.
//!
//! Here is how a picture is made of what has changed since the last one. What it says is in `card` (nodes), `words` (Pods), `workloads`,
//! `verdict` and `events`.

mod card;
mod events;
#[cfg(test)]
mod tests;
mod verdict;
mod words;
mod workloads;

pub use self::events::{events, events_of};
pub(crate) use self::verdict::{daemon_set, verdict};
pub(crate) use self::words::{look, message, status_word};

use crate::run::Run;
use crate::time::Patience;
use crate::view::{Node, ObjectRef, Picture, Pod, Workload};
use api::meta::Uid;
use api::objects::Object;
use api::objects::resources::Resources;
use api::objects::workload::DaemonSet;
use api::objects::{node, pod};
use api::request::WatchType;
use api::resource::Kind;
use api::{Str, sort};
use cluster::Cluster;
use cluster::apiserver::{Change, Key};
use cluster::controller::daemonset::template::{HASH_LABEL, target_node};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// So many cards are made anew in any case.
const AT_ONCE: u32 = 200;

/// What must stay the same from one picture to the next, and what needn't be worked out again.
///
/// Every change is [noted](Looks::note), so that a picture costs what has changed since the last one, however many nodes there are.
/// What travels in time [forgets](Looks::forget) and looks at everything anew; Pods that are the same in memory keep their words.
#[derive(Default)]
pub struct Looks {
    /// Colours and letters given out, by the workload's uid.
    given: BTreeMap<Uid, (u8, char)>,
    next_colour: u8,
    /// Whether what follows is that of the cluster; if not, all of it is made anew.
    known: bool,
    /// The Pods of each node, those that wait for it among them.
    pods: BTreeMap<Str, Vec<Rc<pod::Pod>>>,
    /// The Pods without a node.
    waiting: Vec<Rc<pod::Pod>>,
    /// STATUS and message of a Pod: dear to work out, and mostly unchanged.
    words: BTreeMap<Uid, Words>,
    /// In the order they joined. The card of a removed node stays where it was while its Pods wait.
    cards: Vec<Card>,
    /// Nodes whose cards are out of date.
    stale: BTreeSet<Str>,
    /// The last picture shows something as it was.
    behind: bool,
    /// What every card rests on: workloads by Pods' owners, their newest templates, the selected DaemonSet, the machines.
    ground: Ground,
}

struct Words {
    pod: Rc<pod::Pod>,
    status: String,
    message: String,
}

/// When a node joined: its place among all that the controllers know, or after them the write that its card is from.
type Joined = (u64, u64);

#[derive(Clone)]
struct Card {
    name: Str,
    joined: Joined,
    view: Rc<Node>,
    /// The object that the view's own words are from; none for a node that is gone.
    of: Option<Rc<node::Node>>,
}

#[derive(Default, PartialEq)]
struct Ground {
    owners: BTreeMap<Uid, Owner>,
    set: Option<(Uid, i64)>,
    /// Machines that were switched on or off, which no object says.
    machines: u64,
}

/// What a Pod's controller says of it.
#[derive(Clone, PartialEq)]
struct Owner {
    /// The place of its workload.
    workload: u32,
    /// The hash of the newest template; a ReplicaSet's own says whether it is that of the newest.
    newest: Newest,
}

#[derive(Clone, PartialEq)]
enum Newest {
    Hash(Option<Str>),
    All(bool),
}

impl Ground {
    /// Whether workloads that were there have the places they had.
    fn numbers_as(&self, before: &Ground) -> bool {
        before.owners.iter().all(|(uid, owner)| self.owners.get(uid).is_some_and(|now| now.workload == owner.workload))
    }
}

impl Looks {
    /// Takes note of a change.
    pub fn note(&mut self, change: &Change) {
        match &change.object {
            Object::Pod(pod) => {
                if let Some(Object::Pod(old)) = &change.old {
                    self.take_off(old);
                }
                self.take_off(pod);
                if change.kind == WatchType::Deleted {
                    self.words.remove(&pod.meta.uid);
                } else {
                    self.put_on(pod);
                }
            }
            Object::Node(node) => {
                self.stale.insert(node.meta.name.clone());
            }
            _ => {}
        }
    }

    /// The cluster is another.
    pub fn forget(&mut self) {
        self.known = false;
    }

    /// Whether the last picture shows something as it was.
    pub fn behind(&self) -> bool {
        self.behind
    }

    fn take_off(&mut self, pod: &pod::Pod) {
        let other = |known: &Rc<pod::Pod>| known.meta.uid != pod.meta.uid;
        if pod.node_name.is_empty() {
            self.waiting.retain(other);
        }
        if let Some(node) = target_node(pod) {
            if let Some(here) = self.pods.get_mut(&node) {
                here.retain(other);
                if here.is_empty() {
                    self.pods.remove(&node);
                }
            }
            self.stale.insert(node);
        }
    }

    fn put_on(&mut self, pod: &Rc<pod::Pod>) {
        if pod.node_name.is_empty() {
            self.waiting.push(pod.clone());
        }
        if let Some(node) = target_node(pod) {
            self.pods.entry(node.clone()).or_default().push(pod.clone());
            self.stale.insert(node);
        }
    }

    /// Looks at everything.
    fn read(&mut self, cluster: &Cluster) {
        self.known = true;
        self.pods.clear();
        self.waiting.clear();
        let words = std::mem::take(&mut self.words);
        for object in cluster.objects(Kind::POD) {
            let Object::Pod(pod) = object else { continue };
            self.put_on(pod);
            if let Some(known) = words.get(&pod.meta.uid).filter(|known| Rc::ptr_eq(&known.pod, pod)) {
                let Words { pod, status, message } = known;
                let known = Words { pod: pod.clone(), status: status.clone(), message: message.clone() };
                self.words.insert(pod.meta.uid, known);
            }
        }
        let there = cluster.objects(Kind::NODE).filter_map(|object| object.meta_ref().map(|meta| meta.name.clone()));
        self.stale = there.chain(self.pods.keys().cloned()).collect();
        self.stale.extend(self.cards.iter().map(|card| card.name.clone()));
    }
}

/// The whole picture. What there is no patience for is shown as it was, and is for the next one.
pub fn picture(
    run: &Run,
    selected: Option<&ObjectRef>,
    asked: Option<&ObjectRef>,
    looks: &mut Looks,
    mut patience: Patience,
) -> Picture {
    let cluster: &Cluster = run;
    let mut out = Picture { selected: selected.cloned(), asked: asked.cloned(), ..Picture::default() };
    let owners = workloads::workloads(cluster, looks, &mut out);
    let set = asked.and_then(|object| daemon_set(cluster, object));
    let ground =
        Ground { owners, set: set.as_ref().map(|set| (set.meta.uid, set.meta.generation)), machines: run.machines() };
    if !looks.known {
        looks.read(cluster);
    }
    if ground != looks.ground {
        if !ground.numbers_as(&looks.ground) {
            // A card that is shown as it was would name other workloads.
            patience = Patience::default();
        }
        looks.ground = ground;
        looks.stale.extend(looks.cards.iter().map(|card| card.name.clone()));
    }
    let mut fresh = std::mem::take(&mut looks.stale);
    let mut cards: Vec<Card> = Vec::with_capacity(looks.cards.len());
    let mut made = 0;
    let mut may_make = || {
        made += 1;
        made <= AT_ONCE || !patience.is_over()
    };
    for card in std::mem::take(&mut looks.cards) {
        if !fresh.remove(&card.name) {
            cards.push(card);
        } else if !may_make() {
            looks.stale.insert(card.name.clone());
            cards.push(card);
        } else if let Some((view, of)) =
            look_at(cluster, &card.name, Some(&card), set.as_deref(), &out.workloads, looks)
        {
            cards.push(Card { view: Rc::new(view), of, ..card });
        }
    }
    let known = &cluster.controllers().informers.nodes;
    let place = |name: &Str| known.get(name).map(|(place, _)| (*place, 0));
    let mut others = false;
    // A node is seen before the controllers have heard of it: its place is asked for until they have.
    for card in cards.iter_mut().filter(|card| card.joined.0 == u64::MAX) {
        if let Some(joined) = place(&card.name) {
            card.joined = joined;
            others = true;
        }
    }
    for name in fresh {
        if !may_make() {
            looks.stale.insert(name);
        } else if let Some((view, of)) = look_at(cluster, &name, None, set.as_deref(), &out.workloads, looks) {
            let written = of.as_ref().map_or(u64::MAX, |node| node.meta.resource_version);
            let joined = place(&name).unwrap_or((u64::MAX, written));
            cards.push(Card { joined, view: Rc::new(view), of, name });
            others = true;
        }
    }
    if others {
        sort::by_key(&mut cards, |card| card.joined);
    }
    looks.behind = !looks.stale.is_empty();
    out.nodes = cards.iter().map(|card| card.view.clone()).collect();
    looks.cards = cards;
    out.waiting = waiting(cluster, looks);
    out
}

/// The Pods without a node, the oldest first.
fn waiting(cluster: &Cluster, looks: &mut Looks) -> Vec<Pod> {
    let mut pods = looks.waiting.clone();
    sort::by(&mut pods, |a, b| older(a, b));
    pods.iter().map(|pod| disc(cluster, pod, looks)).collect()
}

fn older(a: &pod::Pod, b: &pod::Pod) -> Ordering {
    (a.meta.creation_timestamp, &a.meta.name).cmp(&(b.meta.creation_timestamp, &b.meta.name))
}

/// A node's card as it is now; `None` when there is neither the node nor a Pod on it.
fn look_at(
    cluster: &Cluster,
    name: &Str,
    before: Option<&Card>,
    set: Option<&DaemonSet>,
    workloads: &[Workload],
    looks: &mut Looks,
) -> Option<(Node, Option<Rc<node::Node>>)> {
    let mut here = looks.pods.get(name).cloned().unwrap_or_default();
    // The daemon Pods stand last.
    let daemon = |pod: &pod::Pod| {
        let owner = pod.meta.controller().and_then(|owner| looks.ground.owners.get(&owner.uid));
        owner.is_none_or(|owner| workloads[owner.workload as usize].object.kind == "DaemonSet")
    };
    sort::by(&mut here, |a, b| daemon(a).cmp(&daemon(b)).then_with(|| older(a, b)));
    let mut used = Resources::default();
    let mut pods = Vec::new();
    for pod in here.iter().filter(|pod| !pod.node_name.is_empty()) {
        if !pod.terminal() {
            used.add(&pod.spec.requests);
        }
        pods.push(disc(cluster, pod, looks));
    }
    match cluster.server().object(Kind::NODE, &Key::of_cluster(name)) {
        Some(Object::Node(node)) => {
            let same = before.filter(|card| card.of.as_ref().is_some_and(|of| Rc::ptr_eq(of, node)));
            let own = same.map_or_else(|| card::of(cluster, node), |known| card::own_words(&known.view));
            let view = Node {
                kubelet_running: cluster.kubelets().get(name).is_some_and(|kubelet| kubelet.running),
                troubles: card::troubles(cluster, name),
                cpu: card::usage(used.milli_cpu, node.allocatable.milli_cpu, card::cores),
                memory: card::usage(used.memory, node.allocatable.memory, card::bytes),
                verdict: set.map(|set| verdict(cluster, set, node, &here)),
                pods,
                ..own
            };
            Some((view, Some(node.clone())))
        }
        // The Node object is gone; its Pods are still there.
        _ if !pods.is_empty() => Some((Node { pods, ..card::gone(name) }, None)),
        _ => None,
    }
}

fn disc(cluster: &Cluster, pod: &Rc<pod::Pod>, looks: &mut Looks) -> Pod {
    let words = match looks.words.get(&pod.meta.uid) {
        Some(known) if Rc::ptr_eq(&known.pod, pod) => known,
        _ => {
            let new = Words { pod: pod.clone(), status: status_word(cluster, pod), message: message(pod) };
            looks.words.insert(pod.meta.uid, new);
            &looks.words[&pod.meta.uid]
        }
    };
    let owner = pod.meta.controller().and_then(|owner| looks.ground.owners.get(&owner.uid));
    Pod {
        namespace: pod.meta.namespace.to_string(),
        name: pod.meta.name.to_string(),
        workload: owner.map(|owner| owner.workload),
        look: look(pod),
        old: owner.is_some_and(|owner| match &owner.newest {
            Newest::Hash(hash) => hash.is_some() && pod.meta.label(HASH_LABEL) != hash.as_ref(),
            Newest::All(newest) => !newest,
        }),
        status: words.status.clone(),
        message: words.message.clone(),
    }
}
