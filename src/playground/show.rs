//! The cluster becomes a picture: nodes, Pods, workloads, verdicts; and its Events a table.

use crate::act::Trouble;
use crate::run::Run;
use crate::time::Patience;
use crate::view::{
    EventRow, EventTable, Node, ObjectRef, Picture, Pod, PodLook, Readiness, Reason, Usage, Verdict, VerdictKind,
    Workload,
};
use api::human;
use api::meta::Uid;
use api::objects::Object;
use api::objects::condition::{self, Truth};
use api::objects::event::Event;
use api::objects::pod::{ContainerState, Phase};
use api::objects::resources::Resources;
use api::objects::workload::DaemonSet;
use api::objects::{node, pod};
use api::request::WatchType;
use api::resource::Kind;
use api::time::Time;
use api::{Str, sort};
use cluster::Cluster;
use cluster::apiserver::{Change, Key, tables};
use cluster::controller::daemonset::decide;
use cluster::controller::daemonset::template::{HASH_LABEL, target_node};
use cluster::controller::deployment::revision::REVISION;
use cluster::kubelet::eviction::Pressure;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How many events are worth a look.
const EVENTS: usize = 200;

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
    /// How long a picture may take; what it has no time for is shown as it was, and is for the next.
    pub patience: Patience,
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

/// The whole picture.
pub fn picture(run: &Run, selected: Option<&ObjectRef>, asked: Option<&ObjectRef>, looks: &mut Looks) -> Picture {
    let cluster: &Cluster = run;
    let mut out = Picture { selected: selected.cloned(), asked: asked.cloned(), ..Picture::default() };
    let owners = workloads(cluster, looks, &mut out);
    let set = asked.and_then(|object| daemon_set(cluster, object));
    let ground =
        Ground { owners, set: set.as_ref().map(|set| (set.meta.uid, set.meta.generation)), machines: run.machines() };
    if !looks.known {
        looks.read(cluster);
    }
    let mut patience = std::mem::take(&mut looks.patience);
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
            let own = same.map_or_else(|| card(cluster, node), |card| own_words(&card.view));
            let view = Node {
                kubelet_running: cluster.kubelets().get(name).is_some_and(|kubelet| kubelet.running),
                troubles: troubles(cluster, name),
                cpu: usage(used.milli_cpu, node.allocatable.milli_cpu, cores),
                memory: usage(used.memory, node.allocatable.memory, bytes),
                verdict: set.map(|set| verdict(cluster, set, node, &here)),
                pods,
                ..own
            };
            Some((view, Some(node.clone())))
        }
        // The Node object is gone; its Pods are still there.
        _ if !pods.is_empty() => Some((Node { pods, ..gone(name) }, None)),
        _ => None,
    }
}

/// What a card says of its node alone, once more.
fn own_words(card: &Node) -> Node {
    Node {
        roles: card.roles.clone(),
        status: card.status.clone(),
        readiness: card.readiness,
        unschedulable: card.unschedulable,
        labels: card.labels.clone(),
        taints: card.taints.clone(),
        ..gone(&card.name)
    }
}

/// What a card says of its node alone.
fn card(cluster: &Cluster, node: &Rc<node::Node>) -> Node {
    let value = Object::Node(node.clone()).to_value();
    let ready = condition::find(&node.conditions, "Ready").map(|c| c.status);
    let cells = tables::cells(Kind::NODE, &value, cluster.now().time());
    Node {
        name: node.meta.name.to_string(),
        roles: human::node_roles(&value),
        status: cells.get(1).cloned().unwrap_or_default(),
        readiness: match ready {
            Some(Truth::True) => Readiness::Ready,
            Some(Truth::Unknown) => Readiness::Unknown,
            _ => Readiness::NotReady,
        },
        unschedulable: node.unschedulable,
        labels: node.meta.labels.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        taints: node.taints.iter().map(ToString::to_string).collect(),
        ..gone(&node.meta.name)
    }
}

fn troubles(cluster: &Cluster, node: &Str) -> Vec<Trouble> {
    let kubelets = cluster.kubelets();
    let mut troubles: Vec<Trouble> = kubelets
        .short_of(node)
        .map(|pressure| match pressure {
            Pressure::Memory => Trouble::Memory,
            Pressure::Disk => Trouble::Disk,
            Pressure::Pid => Trouble::Pid,
        })
        .collect();
    troubles.extend(kubelets.network_is_broken(node).then_some(Trouble::Network));
    troubles
}

fn gone(name: &str) -> Node {
    Node {
        name: name.to_string(),
        roles: String::new(),
        status: String::new(),
        readiness: Readiness::Removed,
        unschedulable: false,
        kubelet_running: false,
        troubles: Vec::new(),
        labels: Vec::new(),
        taints: Vec::new(),
        cpu: Usage::default(),
        memory: Usage::default(),
        pods: Vec::new(),
        verdict: None,
    }
}

fn usage(used: i64, has: i64, text: fn(i64) -> String) -> Usage {
    let percent = if has > 0 { (used * 100 / has).clamp(0, 999) as u32 } else { 0 };
    Usage { percent, text: format!("{} of {}", text(used), text(has)) }
}

fn cores(milli: i64) -> String {
    if milli % 1000 == 0 { (milli / 1000).to_string() } else { format!("{milli}m") }
}

fn bytes(bytes: i64) -> String {
    const MEBI: i64 = 1 << 20;
    match bytes {
        b if b % (1024 * MEBI) == 0 => format!("{}Gi", b / (1024 * MEBI)),
        b => format!("{}Mi", b / MEBI),
    }
}

/// Lists what Pods belong to; gives the way from a Pod's controller to its place in the list.
fn workloads(cluster: &Cluster, looks: &mut Looks, out: &mut Picture) -> BTreeMap<Uid, Owner> {
    let mut found: Vec<(Uid, Workload)> = Vec::new();
    let mut newest: BTreeMap<Uid, Newest> = BTreeMap::new();
    let mut revisions: BTreeMap<Uid, Option<Str>> = BTreeMap::new();
    let mut owners = BTreeMap::new();
    let reference = |kind: &str, meta: &api::meta::Meta| ObjectRef {
        kind: kind.into(),
        namespace: meta.namespace.to_string(),
        name: meta.name.to_string(),
    };
    let entry = |object: ObjectRef, desired: i64, ready: i64| Workload {
        letter: '?',
        object,
        colour: 0,
        desired: desired.max(0) as u32,
        ready: ready.max(0) as u32,
    };
    for object in cluster.objects(Kind::DAEMON_SET) {
        if let Object::DaemonSet(set) = object {
            let counts = (set.status.desired_number_scheduled, set.status.number_ready);
            found.push((set.meta.uid, entry(reference("DaemonSet", &set.meta), counts.0, counts.1)));
            let revisions = cluster.controllers().informers.revisions_of(set.meta.uid);
            let last = revisions.max_by_key(|revision| revision.revision);
            newest.insert(set.meta.uid, Newest::Hash(last.and_then(|revision| revision.hash()).cloned()));
        }
    }
    for object in cluster.objects(Kind::DEPLOYMENT) {
        if let Object::Deployment(deployment) = object {
            let counts = (deployment.spec.replicas, deployment.status.ready_replicas);
            revisions.insert(deployment.meta.uid, deployment.meta.annotations.get(REVISION).cloned());
            found.push((deployment.meta.uid, entry(reference("Deployment", &deployment.meta), counts.0, counts.1)));
        }
    }
    for object in cluster.objects(Kind::REPLICA_SET) {
        let Object::ReplicaSet(set) = object else { continue };
        match set.meta.controller() {
            Some(owner) => {
                if let Some(place) = found.iter().position(|(uid, _)| *uid == owner.uid) {
                    let newest = Newest::All(
                        revisions
                            .get(&owner.uid)
                            .is_none_or(|last| set.meta.annotations.get(REVISION) == last.as_ref()),
                    );
                    owners.insert(set.meta.uid, Owner { workload: place as u32, newest });
                }
            }
            None => {
                let counts = (set.spec.replicas, set.status.ready_replicas);
                found.push((set.meta.uid, entry(reference("ReplicaSet", &set.meta), counts.0, counts.1)));
            }
        }
    }
    // Those of workloads that are gone are free again.
    let before = std::mem::take(&mut looks.given);
    for (uid, _) in &found {
        if let Some(look) = before.get(uid) {
            looks.given.insert(*uid, *look);
        }
    }
    for (place, (uid, workload)) in found.iter_mut().enumerate() {
        let newest = newest.remove(uid).unwrap_or(Newest::All(true));
        owners.insert(*uid, Owner { workload: place as u32, newest });
        let look = looks.given.get(uid).copied().unwrap_or_else(|| (colour(looks, workload), letter(looks, workload)));
        looks.given.insert(*uid, look);
        (workload.colour, workload.letter) = look;
    }
    out.workloads = found.into_iter().map(|(_, workload)| workload).collect();
    owners
}

/// The first DaemonSet has the ink of the page; all else a colour of its own, for as long as there are enough.
fn colour(looks: &mut Looks, workload: &Workload) -> u8 {
    let ink_free = !looks.given.values().any(|(colour, _)| *colour == 0);
    if workload.object.kind == "DaemonSet" && ink_free {
        return 0;
    }
    looks.next_colour = looks.next_colour % 8 + 1;
    looks.next_colour
}

/// The first letter of its name that no other workload has: colour alone would not tell them apart for everybody.
fn letter(looks: &Looks, workload: &Workload) -> char {
    let free = |letter: &char| letter.is_alphanumeric() && !looks.given.values().any(|(_, taken)| taken == letter);
    let name = &workload.object.name;
    name.chars().find(free).or(name.chars().next()).unwrap_or('?')
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

/// As the STATUS column has it. What most Pods do is known without making their table's row.
pub(crate) fn status_word(cluster: &Cluster, pod: &Rc<pod::Pod>) -> String {
    plain_word(pod).map_or_else(|| word_of_table(cluster, pod), String::from)
}

/// The word for a Pod whose containers all do the same, without trouble or init containers; `None` for any other.
fn plain_word(pod: &pod::Pod) -> Option<&'static str> {
    let status = &pod.status;
    let all = |is: fn(&pod::ContainerStatus) -> bool| {
        !status.container_statuses.is_empty() && status.container_statuses.iter().all(is)
    };
    if !status.init_container_statuses.is_empty() || !status.reason.is_empty() {
        return None;
    }
    match status.phase {
        Phase::Running | Phase::Pending if pod.meta.terminating() => Some("Terminating"),
        Phase::Running if all(|c| matches!(c.state, ContainerState::Running { .. })) => Some("Running"),
        Phase::Pending if status.container_statuses.is_empty() && pod.spec.scheduling_gates.is_empty() => {
            Some("Pending")
        }
        Phase::Pending
            if all(|c| matches!(&c.state, ContainerState::Waiting(why) if &*why.reason == "ContainerCreating")) =>
        {
            Some("ContainerCreating")
        }
        Phase::Succeeded
            if all(
                |c| matches!(&c.state, ContainerState::Terminated(end) if end.exit_code == 0 && &*end.reason == "Completed"),
            ) =>
        {
            Some("Completed")
        }
        _ => None,
    }
}

fn word_of_table(cluster: &Cluster, pod: &Rc<pod::Pod>) -> String {
    tables::cells_of(&Object::Pod(pod.clone()), cluster.now().time()).into_iter().nth(2).unwrap_or_default()
}

pub(crate) fn look(pod: &pod::Pod) -> PodLook {
    let status = &pod.status;
    let all = || status.init_container_statuses.iter().chain(&status.container_statuses);
    let in_trouble = all().any(|container| match &container.state {
        ContainerState::Waiting(why) => !matches!(&*why.reason, "ContainerCreating" | "PodInitializing"),
        ContainerState::Terminated(ended) => ended.exit_code != 0,
        _ => false,
    });
    match status.phase {
        _ if pod.meta.terminating() => PodLook::Terminating,
        Phase::Failed | Phase::Unknown => PodLook::Failing,
        Phase::Succeeded => PodLook::Completed,
        _ if in_trouble => PodLook::Failing,
        Phase::Pending if status.start_time.is_some() => PodLook::Starting,
        Phase::Pending => PodLook::Pending,
        Phase::Running if pod.ready() => PodLook::Ready,
        Phase::Running => PodLook::Running,
    }
}

/// Why a Pod isn't further, in the words of whoever says so.
pub(crate) fn message(pod: &pod::Pod) -> String {
    let status = &pod.status;
    let mut waiting =
        status.init_container_statuses.iter().chain(&status.container_statuses).filter_map(|c| match &c.state {
            ContainerState::Waiting(why) if !why.message.is_empty() => Some(why.message.to_string()),
            _ => None,
        });
    let unscheduled = || {
        condition::find(&status.conditions, "PodScheduled")
            .filter(|c| c.status == Truth::False)
            .map(|c| c.message.to_string())
    };
    if !status.message.is_empty() {
        return status.message.to_string();
    }
    unscheduled().or_else(|| waiting.next()).unwrap_or_default()
}

pub(crate) fn daemon_set(cluster: &Cluster, object: &ObjectRef) -> Option<Rc<DaemonSet>> {
    let key = Key::new(&object.namespace.as_str().into(), &object.name.as_str().into());
    match cluster.server().object(Kind::DAEMON_SET, &key)? {
        Object::DaemonSet(set) => Some(set.clone()),
        _ => None,
    }
}

/// What a DaemonSet wants of a node, and how far it has come there.
pub(crate) fn verdict(cluster: &Cluster, set: &DaemonSet, node: &node::Node, pods: &[Rc<pod::Pod>]) -> Verdict {
    let judgement = cluster.controllers().daemon_sets.placing.judge(set, node, pods.iter());
    let decided = judgement.verdict;
    let here = pods.iter().find(|pod| pod.meta.controller().is_some_and(|owner| owner.uid == set.meta.uid));
    let (kind, reason) = match (&decided, here) {
        (decide::Verdict::Run, Some(pod)) if pod.meta.terminating() => {
            (VerdictKind::Pending, Some(Reason::Stopping(pod.meta.name.to_string())))
        }
        (decide::Verdict::Run, Some(pod)) if pod.ready() => (VerdictKind::Runs, None),
        (decide::Verdict::Run, Some(pod)) => (VerdictKind::Pending, Some(progress(pod))),
        (decide::Verdict::Run, None) => {
            (VerdictKind::Pending, Some(judgement.no_room.map_or(Reason::Expected, Reason::Said)))
        }
        (decide::Verdict::KeepOnly(reason), Some(_)) => (VerdictKind::Kept, Some(reason_of(reason))),
        (decide::Verdict::Absent(reason), Some(_)) => (VerdictKind::Misscheduled, Some(reason_of(reason))),
        (decide::Verdict::KeepOnly(reason) | decide::Verdict::Absent(reason), None) => {
            (VerdictKind::Absent, Some(reason_of(reason)))
        }
    };
    Verdict { kind, reason }
}

fn progress(pod: &pod::Pod) -> Reason {
    let said = message(pod);
    match pod.status.phase {
        _ if !said.is_empty() => Reason::Said(said),
        Phase::Pending if pod.node_name.is_empty() => Reason::Scheduler,
        Phase::Pending => Reason::Starting,
        Phase::Running => Reason::NotReady,
        other => Reason::Said(other.as_str().into()),
    }
}

pub(crate) fn reason_of(reason: &decide::Reason) -> Reason {
    match reason {
        decide::Reason::NodeName(name) => Reason::NodeName(name.to_string()),
        decide::Reason::NodeSelector { key, value } => Reason::Label(format!("{key}={value}")),
        decide::Reason::NodeAffinity => Reason::Affinity,
        decide::Reason::Taint(taint) => Reason::Taint(taint.to_string()),
        decide::Reason::HostPort => Reason::Port,
    }
}

/// The Events, newest first.
///
/// Each with its moment on the time bar: an age, as kubectl prints it, would be wrong a second later.
pub fn events(cluster: &Cluster, began: Time) -> EventTable {
    events_of(cluster, began, None)
}

/// Those about one object, or about any.
pub fn events_of(cluster: &Cluster, began: Time, about: Option<&ObjectRef>) -> EventTable {
    let is_about = |event: &&Rc<Event>| {
        let of = &event.involved;
        let same = |object: &ObjectRef| {
            *object.name == *of.name && *object.namespace == *of.namespace && object.kind == of.kind.name()
        };
        about.is_none_or(same)
    };
    let mut all: Vec<&Rc<Event>> = cluster
        .objects(Kind::EVENT)
        .filter_map(|object| match object {
            Object::Event(event) => Some(event),
            _ => None,
        })
        .filter(is_about)
        .collect();
    let newest_first = |a: &&Rc<Event>, b: &&Rc<Event>| (b.last, b.resource_version).cmp(&(a.last, a.resource_version));
    // There may be thousands, of which only the newest are put in order.
    if all.len() > EVENTS {
        all.select_nth_unstable_by(EVENTS, newest_first);
        all.truncate(EVENTS);
    }
    sort::by(&mut all, newest_first);
    let rows = all.into_iter().map(|event| EventRow {
        key: format!("{}/{}", event.uid, event.count),
        seen_s: event.last.0 - began.0,
        event_type: if event.words.warning { "Warning" } else { "Normal" }.into(),
        reason: event.words.reason.to_string(),
        object: format!("{}/{}", event.involved.kind.name().to_ascii_lowercase(), event.involved.name),
        message: event.message(),
    });
    EventTable { rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Playground;
    use crate::act::{Act, Preset};

    /// The cards by name, made from nothing.
    fn anew(playground: &Playground) -> BTreeMap<String, Node> {
        let mut looks = Looks { given: playground.looks.borrow().given.clone(), ..Looks::default() };
        let picture = picture(&playground.cluster, playground.selected.as_ref(), playground.asked.as_ref(), &mut looks);
        picture.nodes.iter().map(|node| (node.name.clone(), Node::clone(node))).collect()
    }

    #[test]
    fn what_is_made_anew_only_where_something_changed_is_the_same_as_made_from_nothing() {
        let mut playground = Playground::new(None);
        for round in 0..120 {
            match round {
                5 => playground.act(Act::AddNodes { preset: Preset::Gpu, count: 2 }),
                20 => playground.act(Act::StopKubelet { node: "node-1".into() }),
                30 => playground.act(Act::Run { line: "kubectl set image ds/monitoring-daemon *=nope".into() }),
                60 => playground.act(Act::RemoveNode { node: "node-3".into() }),
                80 => playground.act(Act::Seek { at_ms: 9_000.0 }),
                90 => playground.act(Act::ReturnToNow),
                100 => playground.act(Act::Undo),
                _ => {}
            }
            playground.advance(100.0);
            let cards = playground.picture().nodes;
            let made: BTreeMap<String, Node> =
                cards.iter().map(|node| (node.name.clone(), Node::clone(node))).collect();
            assert_eq!(made, anew(&playground), "round {round}");
            for object in playground.cluster().objects(Kind::POD) {
                let Object::Pod(pod) = object else { continue };
                assert_eq!(status_word(playground.cluster(), pod), word_of_table(playground.cluster(), pod));
            }
            let again = playground.picture().nodes;
            assert!(cards.iter().zip(&again).all(|(a, b)| Rc::ptr_eq(a, b)), "nothing changed in between");
        }
    }

    #[test]
    fn pods_of_an_earlier_template_are_told_apart_while_a_rollout_goes_on() {
        let mut playground = Playground::new(None);
        playground.act(Act::RunUntilSettled);
        let old = |playground: &Playground| {
            let nodes = playground.picture().nodes;
            nodes.iter().flat_map(|node| &node.pods).filter(|pod| pod.old).count()
        };
        assert_eq!(old(&playground), 0);
        playground.act(Act::Run { line: "kubectl set image ds/monitoring-daemon *=nginx:1.27".into() });
        playground.act(Act::Run { line: "kubectl set image deploy/web *=nginx:1.27".into() });
        let seen: Vec<usize> = (0..40)
            .map(|_| {
                playground.act(Act::JumpToNextChange);
                old(&playground)
            })
            .collect();
        assert!(seen.iter().any(|count| *count >= 4), "{seen:?}");
        playground.act(Act::RunUntilSettled);
        assert_eq!(old(&playground), 0);
    }
}
