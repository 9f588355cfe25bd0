//! The cluster becomes a picture: nodes, Pods, workloads, verdicts; and its Events a table.

use crate::view::{
    EventRow, EventTable, Node, ObjectRef, Picture, Pod, PodLook, Readiness, Usage, Verdict, VerdictKind, Workload,
};
use api::human;
use api::meta::Uid;
use api::objects::Object;
use api::objects::condition::{self, Truth};
use api::objects::pod::{ContainerState, Phase};
use api::objects::resources::Resources;
use api::objects::workload::DaemonSet;
use api::objects::{node, pod};
use api::resource::Kind;
use api::time::Time;
use api::{Str, sort};
use cluster::Cluster;
use cluster::apiserver::{Key, tables};
use cluster::controller::daemonset::decide::{self, Reason};
use cluster::controller::daemonset::template::target_node;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many events are worth a look.
const EVENTS: usize = 200;

/// What must stay the same from one picture to the next.
#[derive(Default)]
pub struct Looks {
    /// Colours and letters given out, by the workload's uid.
    given: BTreeMap<Uid, (u8, char)>,
    next_colour: u8,
    /// When each node of the last picture joined: the card of a removed one stays where it was while its Pods wait.
    joined: BTreeMap<Str, usize>,
    /// STATUS and message of a Pod at a version: dear to work out, and mostly unchanged.
    pods: BTreeMap<Uid, (u64, String, String)>,
}

/// The whole picture.
pub fn picture(cluster: &Cluster, selected: Option<&ObjectRef>, looks: &mut Looks) -> Picture {
    let mut out = Picture { selected: selected.cloned(), ..Picture::default() };
    let owners = workloads(cluster, looks, &mut out);
    let set = selected.filter(|object| object.kind == "DaemonSet").and_then(|object| daemon_set(cluster, object));
    let mut nodes: Vec<&Rc<node::Node>> = cluster
        .objects(Kind::NODE)
        .filter_map(|object| match object {
            Object::Node(node) => Some(node),
            _ => None,
        })
        .collect();
    sort::by_key(&mut nodes, |node| joined(cluster, looks, &node.meta.name));
    let mut index: BTreeMap<Str, usize> = BTreeMap::new();
    let mut used: Vec<Resources> = Vec::new();
    for node in &nodes {
        index.insert(node.meta.name.clone(), out.nodes.len());
        out.nodes.push(card(cluster, node));
        used.push(Resources::default());
    }
    let mut seen = BTreeMap::new();
    for object in cluster.objects(Kind::POD) {
        let Object::Pod(pod) = object else { continue };
        let disc = disc(cluster, pod, &owners, looks, &mut seen);
        if pod.node_name.is_empty() {
            out.waiting.push(disc);
            continue;
        }
        let place = *index.entry(pod.node_name.clone()).or_insert_with(|| {
            // The Node object is gone; its Pods are still there.
            out.nodes.push(gone(&pod.node_name));
            used.push(Resources::default());
            out.nodes.len() - 1
        });
        if !pod.terminal() {
            used[place].add(&pod.spec.requests);
        }
        out.nodes[place].pods.push(disc);
    }
    looks.pods = seen;
    for node in &nodes {
        let place = index[&node.meta.name];
        out.nodes[place].cpu = usage(used[place].milli_cpu, node.allocatable.milli_cpu, cores);
        out.nodes[place].memory = usage(used[place].memory, node.allocatable.memory, bytes);
        if let Some(set) = &set {
            out.nodes[place].verdict = Some(verdict(cluster, set, node));
        }
    }
    for node in &mut out.nodes {
        sort::by_key(&mut node.pods, |pod| {
            pod.workload.is_none_or(|w| out.workloads[w as usize].object.kind == "DaemonSet")
        });
    }
    let mut order = BTreeMap::new();
    for name in index.into_keys() {
        order.insert(name.clone(), joined(cluster, looks, &name));
    }
    if out.nodes.len() > nodes.len() {
        sort::by_key(&mut out.nodes, |node| order.get(node.name.as_str()).copied());
    }
    looks.joined = order;
    out
}

/// A node's place in the order of joining; one that comes back before its card has gone takes its old place.
fn joined(cluster: &Cluster, looks: &Looks, name: &Str) -> usize {
    let known = || cluster.controllers().informers.nodes.get(name).map_or(usize::MAX, |(place, _)| *place as usize);
    looks.joined.get(name).copied().unwrap_or_else(known)
}

fn card(cluster: &Cluster, node: &node::Node) -> Node {
    let value = Object::Node(Rc::new(node.clone())).to_value();
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
        kubelet_running: cluster.kubelets().get(&node.meta.name).is_some_and(|kubelet| kubelet.running),
        labels: node.meta.labels.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        taints: node.taints.iter().map(ToString::to_string).collect(),
        cpu: Usage::default(),
        memory: Usage::default(),
        pods: Vec::new(),
        verdict: None,
    }
}

fn gone(name: &Str) -> Node {
    Node {
        name: name.to_string(),
        roles: String::new(),
        status: String::new(),
        readiness: Readiness::Removed,
        unschedulable: false,
        kubelet_running: false,
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
fn workloads(cluster: &Cluster, looks: &mut Looks, out: &mut Picture) -> BTreeMap<Uid, u32> {
    let mut found: Vec<(Uid, Workload)> = Vec::new();
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
        }
    }
    for object in cluster.objects(Kind::DEPLOYMENT) {
        if let Object::Deployment(deployment) = object {
            let counts = (deployment.spec.replicas, deployment.status.ready_replicas);
            found.push((deployment.meta.uid, entry(reference("Deployment", &deployment.meta), counts.0, counts.1)));
        }
    }
    for object in cluster.objects(Kind::REPLICA_SET) {
        let Object::ReplicaSet(set) = object else { continue };
        match set.meta.controller() {
            Some(owner) => {
                if let Some(place) = found.iter().position(|(uid, _)| *uid == owner.uid) {
                    owners.insert(set.meta.uid, place as u32);
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
        owners.insert(*uid, place as u32);
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

fn disc(
    cluster: &Cluster,
    pod: &Rc<pod::Pod>,
    owners: &BTreeMap<Uid, u32>,
    looks: &Looks,
    seen: &mut BTreeMap<Uid, (u64, String, String)>,
) -> Pod {
    let version = pod.meta.resource_version;
    let (status, message) = match looks.pods.get(&pod.meta.uid) {
        Some((known, status, message)) if *known == version => (status.clone(), message.clone()),
        _ => (status_word(cluster, pod), message(pod)),
    };
    seen.insert(pod.meta.uid, (version, status.clone(), message.clone()));
    let owner = pod.meta.controller().map(|owner| owner.uid);
    Pod {
        namespace: pod.meta.namespace.to_string(),
        name: pod.meta.name.to_string(),
        workload: owner.and_then(|uid| owners.get(&uid)).copied(),
        look: look(pod),
        status,
        message,
    }
}

/// As the STATUS column has it.
fn status_word(cluster: &Cluster, pod: &Rc<pod::Pod>) -> String {
    let value = Object::Pod(pod.clone()).to_value();
    tables::cells(Kind::POD, &value, cluster.now().time()).into_iter().nth(2).unwrap_or_default()
}

fn look(pod: &pod::Pod) -> PodLook {
    let status = &pod.status;
    let all = || status.init_container_statuses.iter().chain(&status.container_statuses);
    let in_trouble = all().any(|container| match &container.state {
        ContainerState::Waiting { reason, .. } => !matches!(&**reason, "ContainerCreating" | "PodInitializing"),
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
fn message(pod: &pod::Pod) -> String {
    let status = &pod.status;
    let mut waiting =
        status.init_container_statuses.iter().chain(&status.container_statuses).filter_map(|c| match &c.state {
            ContainerState::Waiting { message, .. } if !message.is_empty() => Some(message.to_string()),
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

fn daemon_set(cluster: &Cluster, object: &ObjectRef) -> Option<Rc<DaemonSet>> {
    let key = Key::new(&object.namespace.as_str().into(), &object.name.as_str().into());
    match cluster.server().object(Kind::DAEMON_SET, &key)? {
        Object::DaemonSet(set) => Some(set.clone()),
        _ => None,
    }
}

/// What the selected DaemonSet wants of a node, and how far it has come there.
fn verdict(cluster: &Cluster, set: &DaemonSet, node: &node::Node) -> Verdict {
    let decided = decide::decide(&set.spec.template, node);
    let informers = &cluster.controllers().informers;
    let mut mine = informers.pods_of(set.meta.uid).filter(|pod| target_node(pod).as_ref() == Some(&node.meta.name));
    let here = mine.next();
    let (kind, reason) = match (&decided, here) {
        (decide::Verdict::Run, Some(pod)) if pod.meta.terminating() => {
            (VerdictKind::Pending, format!("{} is stopping; its replacement waits", pod.meta.name))
        }
        (decide::Verdict::Run, Some(pod)) if pod.ready() => (VerdictKind::Runs, String::new()),
        (decide::Verdict::Run, Some(pod)) => (VerdictKind::Pending, progress(pod)),
        (decide::Verdict::Run, None) => (VerdictKind::Pending, "a Pod should come".to_string()),
        (decide::Verdict::KeepOnly(reason), Some(_)) => (VerdictKind::Kept, words(reason)),
        (decide::Verdict::Absent(reason), Some(_)) => (VerdictKind::Misscheduled, words(reason)),
        (decide::Verdict::KeepOnly(reason) | decide::Verdict::Absent(reason), None) => {
            (VerdictKind::Absent, words(reason))
        }
    };
    Verdict { kind, reason }
}

fn progress(pod: &pod::Pod) -> String {
    let said = message(pod);
    if !said.is_empty() {
        return said;
    }
    match pod.status.phase {
        Phase::Pending if pod.node_name.is_empty() => "waiting for the scheduler".into(),
        Phase::Pending => "starting".into(),
        Phase::Running => "running, not ready yet".into(),
        other => other.as_str().into(),
    }
}

fn words(reason: &Reason) -> String {
    match reason {
        Reason::NodeName(name) => format!("the template names {name}"),
        Reason::NodeSelector { key, value } => format!("label {key}={value} is missing"),
        Reason::NodeAffinity => "node affinity doesn't match".into(),
        Reason::Taint(taint) => format!("taint {taint} isn't tolerated"),
    }
}

/// The Events, newest first.
///
/// Each with its moment on the time bar: an age, as kubectl prints it, would be wrong a second later.
pub fn events(cluster: &Cluster, began: Time) -> EventTable {
    let mut all: Vec<&Rc<api::objects::event::Event>> = cluster
        .objects(Kind::EVENT)
        .filter_map(|object| match object {
            Object::Event(event) => Some(event),
            _ => None,
        })
        .collect();
    sort::by(&mut all, |a, b| (b.last, b.resource_version).cmp(&(a.last, a.resource_version)));
    all.truncate(EVENTS);
    let rows = all.into_iter().map(|event| EventRow {
        key: format!("{}/{}", event.uid, event.count),
        seen_s: event.last.0 - began.0,
        event_type: if event.warning { "Warning" } else { "Normal" }.into(),
        reason: event.reason.to_string(),
        object: format!("{}/{}", event.involved.kind.name().to_ascii_lowercase(), event.involved.name),
        message: event.message(),
    });
    EventTable { rows: rows.collect() }
}
