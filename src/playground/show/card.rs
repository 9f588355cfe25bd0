//! What a card says of a node.

use crate::act::Trouble;
use crate::view::{Node, Readiness, Usage};
use api::objects::condition::{self, Truth};
use api::objects::{Object, node};
use api::resource::Kind;
use api::{Str, human};
use cluster::Cluster;
use cluster::apiserver::tables;
use cluster::kubelet::eviction::Pressure;
use std::rc::Rc;

/// What a card says of its node alone, once more.
pub(super) fn own_words(card: &Node) -> Node {
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
pub(super) fn of(cluster: &Cluster, node: &Rc<node::Node>) -> Node {
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

pub(super) fn troubles(cluster: &Cluster, node: &Str) -> Vec<Trouble> {
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

pub(super) fn gone(name: &str) -> Node {
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

pub(super) fn usage(used: i64, has: i64, text: fn(i64) -> String) -> Usage {
    let percent = if has > 0 { (used * 100 / has).clamp(0, 999) as u32 } else { 0 };
    Usage { percent, text: format!("{} of {}", text(used), text(has)) }
}

pub(super) fn cores(milli: i64) -> String {
    if milli % 1000 == 0 { (milli / 1000).to_string() } else { format!("{milli}m") }
}

pub(super) fn bytes(bytes: i64) -> String {
    const MEBI: i64 = 1 << 20;
    match bytes {
        b if b % (1024 * MEBI) == 0 => format!("{}Gi", b / (1024 * MEBI)),
        b => format!("{}Mi", b / MEBI),
    }
}
