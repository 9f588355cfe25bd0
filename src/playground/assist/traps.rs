//! What the API server accepts and is probably not what was meant: the learner's usual traps.
//!
//! Each looks at the defaulted object and, where it matters, at the nodes as they are now.

use super::fixes;
use super::remarks::Remarks;
use crate::view::Remark;
use api::Value;
use api::objects::Object;
use api::objects::node::Node;
use api::objects::scheduling::Effect;
use api::objects::workload::DaemonSet;
use api::resource::Kind;
use api::schema;
use cluster::controller::daemonset::decide::{self, Reason, Verdict};
use std::rc::Rc;
use yaml::Document;

/// Finds them all.
pub fn find(remarks: &mut Remarks, kind: Kind, value: &Value, document: &Document) {
    namespace(remarks, kind, value, document);
    if is_not_run(kind) {
        remarks.warn(document.place("kind").value, Remark::NotRun { kind: kind.name().into() }, None);
    }
    let spec = match kind {
        Kind::POD => "spec",
        _ if value["spec"]["template"]["spec"].is_object() => "spec.template.spec",
        _ => return,
    };
    let pointer = format!("/{}", spec.replace('.', "/"));
    let Some(pod) = value.pointer(&pointer) else { return };
    let nodes = nodes(remarks);
    node_selector(remarks, pod, spec, &nodes, document);
    tolerations(remarks, pod, spec, &nodes, document);
    same_selector(remarks, kind, value, document);
    if kind == Kind::DAEMON_SET {
        let mark = document.place(&format!("{spec}.nodeName"));
        if let Some(node) = pod["nodeName"].as_str().filter(|name| !name.is_empty()) {
            remarks.warn(mark.mark(), Remark::OneNodeOnly { node: node.into() }, None);
        }
        surge(remarks, value, pod, document);
        taints(remarks, value, &nodes, document);
    }
}

/// Whether nobody acts on objects of a kind, though learners expect Pods of them.
pub fn is_not_run(kind: Kind) -> bool {
    matches!(kind, Kind::JOB | Kind::CRON_JOB | Kind::STATEFUL_SET)
}

fn nodes(remarks: &Remarks) -> Vec<Rc<Node>> {
    let objects = remarks.cluster.objects(Kind::NODE).cloned();
    objects.filter_map(|object| if let Object::Node(node) = object { Some(node) } else { None }).collect()
}

/// A namespace that isn't there, and that no document before makes.
fn namespace(remarks: &mut Remarks, kind: Kind, value: &Value, document: &Document) {
    let name = value["metadata"]["namespace"].as_str().unwrap_or_default();
    let place = document.place("metadata.namespace");
    if !kind.namespaced() || !place.exact {
        return;
    }
    let there = remarks.cluster.objects(Kind::NAMESPACE).any(|object| *object.name() == *name);
    let made = yaml::documents(remarks.text)
        .into_iter()
        .flatten()
        .any(|document| document.value["kind"] == "Namespace" && document.value["metadata"]["name"] == name);
    if !there && !made {
        remarks.warn(place.value, Remark::NoNamespace { name: name.into() }, None);
    }
}

/// A label that no node has.
fn node_selector(remarks: &mut Remarks, pod: &Value, spec: &str, nodes: &[Rc<Node>], document: &Document) {
    let Some(wanted) = pod["nodeSelector"].as_object().filter(|_| !nodes.is_empty()) else { return };
    for (key, value) in wanted {
        let value = value.as_str().unwrap_or_default();
        let mut others: Vec<String> =
            nodes.iter().filter_map(|node| node.meta.labels.get(key.as_str())).map(ToString::to_string).collect();
        if others.iter().any(|other| other == value) {
            continue;
        }
        api::sort::ascending(&mut others);
        others.dedup();
        let place = document.place(&format!("{spec}.nodeSelector.{key}"));
        let meant = schema::closest(value, &mut others.iter().map(String::as_str)).map(String::from);
        let fix = meant.and_then(|meant| fixes::write(remarks.text, place.value, &meant));
        let remark = Remark::NoNodeHas { label: format!("{key}={value}"), others: others.join(", ") };
        remarks.warn(place.mark(), remark, fix);
    }
}

/// A toleration of a taint that no node has. Taints that Kubernetes itself sets come and go, so those aren't counted.
fn tolerations(remarks: &mut Remarks, pod: &Value, spec: &str, nodes: &[Rc<Node>], document: &Document) {
    for (index, toleration) in pod["tolerations"].as_array().into_iter().flatten().enumerate() {
        let key = toleration["key"].as_str().unwrap_or_default();
        let path = format!("{spec}.tolerations[{index}].key");
        let place = document.place(&path);
        let known = key.contains("kubernetes.io/")
            || nodes.iter().any(|node| node.taints.iter().any(|taint| *taint.key == *key));
        if !key.is_empty() && !known && place.exact {
            let keys: Vec<String> = nodes
                .iter()
                .flat_map(|node| node.taints.iter().map(|taint| taint.key.to_string()).collect::<Vec<_>>())
                .collect();
            let meant = schema::closest(key, &mut keys.iter().map(String::as_str)).map(String::from);
            let fix = meant.and_then(|meant| fixes::write(remarks.text, place.value, &meant));
            remarks.warn(place.value, Remark::NothingToTolerate { key: key.into() }, fix);
        }
    }
}

/// A rollout that starts the new Pod before the old one has gone, on a port only one of them can have.
fn surge(remarks: &mut Remarks, value: &Value, pod: &Value, document: &Document) {
    let surge = &value["spec"]["updateStrategy"]["rollingUpdate"]["maxSurge"];
    if surge.is_null() || *surge == 0 || *surge == "0%" || *surge == "0" {
        return;
    }
    let containers = pod["containers"].as_array().cloned().unwrap_or_default();
    let ports = containers.iter().flat_map(|container| container["ports"].as_array().cloned().unwrap_or_default());
    let taken = ports.filter_map(|port| port["hostPort"].as_i64()).find(|port| *port > 0);
    if let Some(port) = taken {
        let mark = document.place("spec.updateStrategy.rollingUpdate.maxSurge").mark();
        remarks.warn(mark, Remark::SurgeNeedsPort { port: port.to_string() }, None);
    }
}

/// A DaemonSet that no node lets in, for want of a toleration.
fn taints(remarks: &mut Remarks, value: &Value, nodes: &[Rc<Node>], document: &Document) {
    let set = DaemonSet::from_value(value);
    let mut first = None;
    for node in nodes {
        match decide::decide(&set.spec.template, node) {
            Verdict::KeepOnly(Reason::Taint(taint)) | Verdict::Absent(Reason::Taint(taint))
                if taint.effect != Effect::PreferNoSchedule =>
            {
                first.get_or_insert(taint);
            }
            _ => return,
        }
    }
    if let Some(taint) = first {
        let mark = document.place("spec.template.spec").mark();
        remarks.warn(mark, Remark::TaintOnEveryNode { taint: taint.to_string() }, None);
    }
}

/// Another workload of the kind whose selector is the same: each takes the other's Pods for strangers, and people can't tell
/// them apart.
fn same_selector(remarks: &mut Remarks, kind: Kind, value: &Value, document: &Document) {
    let selector = &value["spec"]["selector"];
    if !matches!(kind, Kind::DAEMON_SET | Kind::DEPLOYMENT) || !selector.is_object() {
        return;
    }
    let meta = &value["metadata"];
    for other in [Kind::DAEMON_SET, Kind::DEPLOYMENT] {
        let twin = remarks.cluster.objects(other).find(|object| {
            let itself = other == kind && meta["name"] == *object.name();
            !itself && meta["namespace"] == *object.namespace() && object.to_value()["spec"]["selector"] == *selector
        });
        if let Some(twin) = twin {
            let remark = Remark::SameSelector { kind: other.name().into(), name: twin.name().to_string() };
            remarks.warn(document.place("spec.selector").mark(), remark, None);
            return;
        }
    }
}
