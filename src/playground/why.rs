//! "Why?": the questions that decide about a Pod and a node, asked again for whoever wants to know.
//!
//! They are the very ones that decided: the DaemonSet controller's [`checks`](decide::checks) and the scheduler's filters. What
//! would change an answer comes along as a command.

mod detail;

use crate::Playground;
use crate::show;
use crate::view::{
    Answer, By, Check, NodeVerdict, ObjectRef, Question, Reason, Tolerance, Verdict, VerdictKind, Way, WayKind, Why,
};
use api::objects::Object;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::scheduling::{self, Effect, NodeSelectorTerm, Operator, Taint};
use api::objects::workload::{DaemonSet, Strategy};
use api::resource::Kind;
use api::{Str, Value, json};
use cluster::Cluster;
use cluster::apiserver::Key;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::controller::daemonset::decide::{self, Tolerated};
use cluster::controller::daemonset::template::{HASH_LABEL, target_node};
use cluster::scheduler::filter::{Plugin, Rejection};
use std::rc::Rc;

/// The answer for what is selected.
pub(crate) fn why(playground: &Playground, node: Option<&str>) -> Option<Why> {
    let mut why = answer(playground, node)?;
    if why.checks.iter().any(|check| check.field.is_some())
        && let Some((file, document)) = written(playground, &why.subject)
    {
        for check in &mut why.checks {
            let line = |field: &String| document.place(field).mark().start.line;
            check.place = check.field.as_ref().map(|field| (file.clone(), line(field)));
        }
    }
    Some(why)
}

/// The file of the editor in which an object is written, and its document there.
fn written(playground: &Playground, object: &ObjectRef) -> Option<(String, yaml::Document)> {
    let is_it = |document: &yaml::Document| {
        let name = document.value["metadata"]["name"].as_str();
        document.value["kind"] == object.kind.as_str() && name == Some(&object.name)
    };
    playground.files().files.into_iter().find_map(|file| {
        let document = yaml::documents(&file.text).into_iter().flatten().find(is_it)?;
        Some((file.name, document))
    })
}

fn answer(playground: &Playground, node: Option<&str>) -> Option<Why> {
    let cluster = playground.cluster();
    match subject(playground)? {
        Subject::Set(set) => {
            let looked_at = node.map(Str::from).or_else(|| selected_place(playground));
            let picture = playground.picture();
            let cards = picture.nodes.iter().filter_map(|card| Some((card.name.clone(), card.verdict.clone()?)));
            let nodes = cards.map(|(node, verdict)| NodeVerdict { node, verdict }).collect();
            let checks = looked_at.as_ref().and_then(|name| Some(of_set(cluster, &set, &*find_node(cluster, name)?)));
            Some(Why {
                subject: reference("DaemonSet", &set.meta),
                nodes,
                node: looked_at.filter(|_| checks.is_some()).map_or_else(String::new, |name| name.to_string()),
                checks: checks.unwrap_or_default(),
            })
        }
        Subject::Pod(pod) => {
            let answers = cluster.scheduler().explain(&pod);
            let looked_at = node.map(Str::from).or_else(|| target_node(&pod));
            let nodes = answers.iter().map(|(name, rejection)| NodeVerdict {
                node: name.to_string(),
                verdict: of_pod_there(&pod, name, rejection.as_ref()),
            });
            let found = looked_at.as_ref().and_then(|name| answers.iter().find(|(other, _)| other == name));
            let checks = found.and_then(|(name, _)| {
                let node = find_node(cluster, name)?;
                Some(of_pod(cluster, &pod, &node))
            });
            Some(Why {
                subject: reference("Pod", &pod.meta),
                nodes: nodes.collect(),
                node: found.map_or_else(String::new, |(name, _)| name.to_string()),
                checks: checks.unwrap_or_default(),
            })
        }
    }
}

/// What is asked about.
enum Subject {
    Set(Rc<DaemonSet>),
    Pod(Rc<Pod>),
}

fn subject(playground: &Playground) -> Option<Subject> {
    let cluster = playground.cluster();
    if let Some(pod) = playground.selected.as_ref().and_then(|object| find_pod(cluster, object)) {
        // The Pod of a DaemonSet is where it is because of that.
        let owner = pod.meta.controller().filter(|owner| &*owner.kind == "DaemonSet");
        let set = owner.and_then(|owner| {
            let object = ObjectRef {
                kind: "DaemonSet".into(),
                namespace: pod.meta.namespace.to_string(),
                name: owner.name.to_string(),
            };
            show::daemon_set(cluster, &object)
        });
        return Some(set.map_or(Subject::Pod(pod), Subject::Set));
    }
    playground.asked.as_ref().and_then(|object| show::daemon_set(cluster, object)).map(Subject::Set)
}

/// The node that is selected, or that of the Pod that is.
fn selected_place(playground: &Playground) -> Option<Str> {
    let selected = playground.selected.as_ref()?;
    match selected.kind.as_str() {
        "Node" => Some(selected.name.as_str().into()),
        _ => target_node(&*find_pod(playground.cluster(), selected)?),
    }
}

fn find_pod(cluster: &Cluster, object: &ObjectRef) -> Option<Rc<Pod>> {
    let key = Key::new(&object.namespace.as_str().into(), &object.name.as_str().into());
    match cluster.server().object(Kind::POD, &key).filter(|_| object.kind == "Pod")? {
        Object::Pod(pod) => Some(pod.clone()),
        _ => None,
    }
}

fn find_node(cluster: &Cluster, name: &Str) -> Option<Rc<Node>> {
    match cluster.server().object(Kind::NODE, &Key::of_cluster(name))? {
        Object::Node(node) => Some(node.clone()),
        _ => None,
    }
}

fn reference(kind: &str, meta: &api::meta::Meta) -> ObjectRef {
    ObjectRef { kind: kind.into(), namespace: meta.namespace.to_string(), name: meta.name.to_string() }
}

/// A DaemonSet and a node: the controller's questions, then, if a Pod should run, how far it has come.
fn of_set(cluster: &Cluster, set: &DaemonSet, node: &Node) -> Vec<Check> {
    let placing = cluster.controllers().daemon_sets.placing;
    let mut refused = false;
    let mut checks: Vec<Check> = placing
        .checks(&set.spec.template, node)
        .map(|check| {
            let answer = match (refused, check.refusal()) {
                (true, _) => Answer::Unasked,
                (false, None) => Answer::Yes,
                (false, Some(_)) => Answer::No,
            };
            refused |= answer == Answer::No;
            asked_by_controller(set, node, &check, answer)
        })
        .collect();
    if checks.is_empty() {
        checks.push(plain(By::DaemonSetController, Question::Nothing, Answer::Yes));
    }
    let of_set = |pod: &Rc<Pod>| pod.meta.controller().is_some_and(|owner| owner.uid == set.meta.uid);
    let pods = cluster.objects(Kind::POD).filter_map(|object| match object {
        Object::Pod(pod) => Some(pod),
        _ => None,
    });
    let here = pods.filter(|pod| of_set(pod)).find(|pod| target_node(pod).as_ref() == Some(&node.meta.name));
    match here {
        None if !refused => {
            checks.push(plain(By::DaemonSetController, Question::Pod { name: None }, Answer::Waits));
        }
        None => {}
        Some(pod) => {
            let there = Question::Pod { name: Some(pod.meta.name.to_string()) };
            checks.push(plain(By::DaemonSetController, there, Answer::Yes));
            checks.extend(newest(cluster, set, pod));
            checks.extend(on_the_way(cluster, pod, node, Some(set)));
        }
    }
    checks
}

/// A Pod and a node.
fn of_pod(cluster: &Cluster, pod: &Rc<Pod>, node: &Node) -> Vec<Check> {
    if pod.node_name.is_empty() || pod.node_name == node.meta.name {
        on_the_way(cluster, pod, node, None)
    } else {
        filters(cluster, pod, node, None)
    }
}

/// What comes of a Pod on a node where it may not be.
fn of_pod_there(pod: &Pod, node: &Str, rejection: Option<&Rejection>) -> Verdict {
    let said = |rejection: &Rejection| Reason::Said(words(rejection).join(", "));
    let (kind, reason) = match rejection {
        _ if pod.node_name == *node && pod.ready() => (VerdictKind::Runs, None),
        _ if pod.node_name == *node => (VerdictKind::Pending, Some(Reason::Starting)),
        Some(rejection) => (VerdictKind::Absent, Some(said(rejection))),
        None if pod.node_name.is_empty() => (VerdictKind::Pending, Some(Reason::Scheduler)),
        None => (VerdictKind::Possible, None),
    };
    Verdict { kind, reason }
}

/// From the scheduler to readiness.
fn on_the_way(cluster: &Cluster, pod: &Rc<Pod>, node: &Node, set: Option<&DaemonSet>) -> Vec<Check> {
    if pod.node_name.is_empty() {
        let mut checks = filters(cluster, pod, node, set);
        checks.push(plain(By::Scheduler, Question::Bound, Answer::Waits));
        return checks;
    }
    let started = matches!(show::look(pod), crate::view::PodLook::Running | crate::view::PodLook::Ready);
    let failing = show::look(pod) == crate::view::PodLook::Failing;
    let status = Question::Started { status: show::status_word(cluster, pod), said: show::message(pod) };
    let answer = match (started, failing) {
        (true, _) => Answer::Yes,
        (_, true) => Answer::No,
        _ => Answer::Waits,
    };
    let binder = match cluster.controllers().daemon_sets.placing {
        Placing::ByController if set.is_some() => By::DaemonSetController,
        _ => By::Scheduler,
    };
    let mut checks = vec![plain(binder, Question::Bound, Answer::Yes), plain(By::Kubelet, status, answer)];
    if answer == Answer::Yes {
        checks.push(plain(By::Kubelet, Question::Ready, if pod.ready() { Answer::Yes } else { Answer::Waits }));
    } else if cluster.kubelets().get(&node.meta.name).is_some_and(|kubelet| !kubelet.running) {
        checks[1].ways.push(start_kubelet(node));
    }
    checks
}

/// Whether the Pod has the template of today; nothing if it has.
fn newest(cluster: &Cluster, set: &DaemonSet, pod: &Pod) -> Option<Check> {
    let revisions = cluster.controllers().informers.revisions_of(set.meta.uid);
    let newest = revisions.max_by_key(|revision| revision.revision)?;
    if pod.meta.label(HASH_LABEL) == newest.hash() {
        return None;
    }
    let on_delete = set.spec.strategy == Strategy::OnDelete;
    let question = Question::Newest { pod: pod.meta.name.to_string(), on_delete };
    let mut check = plain(By::DaemonSetController, question, Answer::Waits);
    check.field = Some("spec.updateStrategy".into());
    if on_delete {
        let line = format!("kubectl delete pod {}{}", pod.meta.name, in_namespace(&pod.meta.namespace));
        check.ways.push(Way { what: WayKind::DeletePod(pod.meta.name.to_string()), line });
    }
    Some(check)
}

/// The scheduler's filters in their order. The first no decides; what others would say stands in the way just as well.
fn filters(cluster: &Cluster, pod: &Pod, node: &Node, set: Option<&DaemonSet>) -> Vec<Check> {
    let answers = cluster.scheduler().examine(pod, &node.meta.name).into_iter();
    let filter = |(plugin, rejection): (Plugin, Option<Rejection>)| {
        let answer = if rejection.is_some() { Answer::No } else { Answer::Yes };
        let said = rejection.as_ref().map(words).unwrap_or_default();
        let mut check = plain(By::Scheduler, Question::Filter { plugin: plugin.name(), said }, answer);
        check.details = detail::of_filter(plugin, cluster, pod, node);
        if answer == Answer::No {
            check.ways = ways_past(plugin, pod, node, set);
        }
        check
    };
    answers.map(filter).collect()
}

fn words(rejection: &Rejection) -> Vec<String> {
    rejection.reasons.iter().map(|reason| reason.to_string()).collect()
}

/// What would get a Pod past a filter.
fn ways_past(plugin: Plugin, pod: &Pod, node: &Node, set: Option<&DaemonSet>) -> Vec<Way> {
    match plugin {
        Plugin::NodeUnschedulable => {
            vec![Way { what: WayKind::Uncordon, line: format!("kubectl uncordon {}", node.meta.name) }]
        }
        Plugin::TaintToleration => {
            let effects = [Effect::NoSchedule, Effect::NoExecute];
            let taint = scheduling::untolerated(&node.taints, &pod.spec.tolerations, &effects);
            taint.map(|taint| ways_past_taint(set, node, taint)).unwrap_or_default()
        }
        Plugin::NodeAffinity => {
            let missing = pod.spec.node_selector.iter().find(|(key, value)| node.meta.labels.get(*key) != Some(*value));
            missing.map(|(key, value)| label_node(node, &[(key, value)])).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn asked_by_controller(set: &DaemonSet, node: &Node, check: &decide::Check<'_>, answer: Answer) -> Check {
    const SPEC: &str = "spec.template.spec";
    let no = answer == Answer::No;
    let mut details = Vec::new();
    let (question, field, ways) = match *check {
        decide::Check::NodeName { wanted, .. } => (
            Question::NodeName { wanted: wanted.to_string() },
            format!("{SPEC}.nodeName"),
            vec![drop_field(set, "nodeName", "nodeName")],
        ),
        decide::Check::NodeSelector { key, value, found } => {
            let path = format!("nodeSelector/{}", key.replace('~', "~0").replace('/', "~1"));
            (
                Question::Label { label: format!("{key}={value}"), found: found.map(|value| value.to_string()) },
                format!("{SPEC}.nodeSelector.{key}"),
                vec![label_node(node, &[(key, value)]), drop_field(set, &path, key)],
            )
        }
        decide::Check::NodeAffinity { terms, .. } => {
            let required = "requiredDuringSchedulingIgnoredDuringExecution";
            let mut ways: Vec<Way> = terms.iter().find_map(|term| labels_for(term, node)).into_iter().collect();
            ways.push(drop_field(set, &format!("affinity/nodeAffinity/{required}"), "nodeAffinity"));
            details = terms.iter().map(|term| detail::of_term(term, node)).collect();
            (Question::Affinity, format!("{SPEC}.affinity.nodeAffinity.{required}"), ways)
        }
        decide::Check::Taint { taint, tolerated } => {
            let (tolerance, field) = match tolerated {
                None => (Tolerance::Nobody, format!("{SPEC}.tolerations")),
                Some(Tolerated::ByTemplate(place)) => (Tolerance::Template, format!("{SPEC}.tolerations[{place}]")),
                Some(Tolerated::ByController) => (Tolerance::Controller, String::new()),
            };
            let question = Question::Taint { taint: taint.to_string(), tolerated: tolerance };
            (question, field, ways_past_taint(Some(set), node, taint))
        }
    };
    Check {
        by: By::DaemonSetController,
        question,
        answer,
        details,
        place: None,
        field: Some(field).filter(|field| !field.is_empty()),
        ways: if no { ways } else { Vec::new() },
    }
}

fn plain(by: By, question: Question, answer: Answer) -> Check {
    Check { by, question, answer, details: Vec::new(), field: None, place: None, ways: Vec::new() }
}

/// Labels that would make a node satisfy a term; `None` where labels can't.
fn labels_for(term: &NodeSelectorTerm, node: &Node) -> Option<Way> {
    let mut wanted: Vec<(&Str, &Str)> = Vec::new();
    let (name, labels) = (&node.meta.name, &node.meta.labels);
    for requirement in &term.expressions {
        let alone = NodeSelectorTerm { expressions: vec![requirement.clone()], fields: Vec::new() };
        if !alone.matches(name, labels) {
            match (requirement.operator, requirement.values.first()) {
                (Operator::In, Some(value)) => wanted.push((&requirement.key, value)),
                _ => return None,
            }
        }
    }
    let fields = NodeSelectorTerm { expressions: Vec::new(), fields: term.fields.clone() };
    (!wanted.is_empty() && (term.fields.is_empty() || fields.matches(name, labels))).then(|| label_node(node, &wanted))
}

fn label_node(node: &Node, wanted: &[(&Str, &Str)]) -> Way {
    let labels: Vec<String> = wanted.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let labels = labels.join(" ");
    let has_one = wanted.iter().any(|(key, _)| node.meta.labels.contains_key(*key));
    let overwrite = if has_one { " --overwrite" } else { "" };
    let line = format!("kubectl label node {} {labels}{overwrite}", node.meta.name);
    Way { what: WayKind::LabelNode(labels), line }
}

/// Off with the taint, or on with a toleration; a taint that stands for a condition goes only with it.
fn ways_past_taint(set: Option<&DaemonSet>, node: &Node, taint: &Taint) -> Vec<Way> {
    let mut ways = Vec::new();
    match &*taint.key {
        "node.kubernetes.io/unschedulable" => {
            ways.push(Way { what: WayKind::Uncordon, line: format!("kubectl uncordon {}", node.meta.name) });
        }
        "node.kubernetes.io/unreachable" => ways.push(start_kubelet(node)),
        key if key.starts_with("node.kubernetes.io/") => {}
        _ => ways.push(Way {
            what: WayKind::RemoveTaint(taint.to_string()),
            line: format!("kubectl taint node {} {taint}-", node.meta.name),
        }),
    }
    ways.extend(set.map(|set| tolerate(set, taint)));
    ways
}

fn start_kubelet(node: &Node) -> Way {
    Way { what: WayKind::StartKubelet, line: format!("ssh {} sudo systemctl start kubelet", node.meta.name) }
}

fn tolerate(set: &DaemonSet, taint: &Taint) -> Way {
    let mut toleration = json!({"key": &*taint.key, "operator": "Exists", "effect": taint.effect.as_str()});
    if !taint.value.is_empty() {
        toleration["operator"] = "Equal".into();
        toleration["value"] = Value::from(&*taint.value);
    }
    let (path, value) = if set.spec.template.spec.tolerations.is_empty() {
        ("tolerations", json!([toleration]))
    } else {
        ("tolerations/-", toleration)
    };
    let line = patch(set, &json!([{"op": "add", "path": format!("/spec/template/spec/{path}"), "value": value}]));
    Way { what: WayKind::Tolerate(taint.to_string()), line }
}

fn drop_field(set: &DaemonSet, path: &str, what: &str) -> Way {
    let line = patch(set, &json!([{"op": "remove", "path": format!("/spec/template/spec/{path}")}]));
    Way { what: WayKind::DropField(what.into()), line }
}

fn patch(set: &DaemonSet, patch: &Value) -> String {
    format!("kubectl patch daemonset {}{} --type=json -p '{patch}'", set.meta.name, in_namespace(&set.meta.namespace))
}

/// The flag for a namespace that kubectl doesn't assume by itself.
fn in_namespace(namespace: &str) -> String {
    if namespace == "default" { String::new() } else { format!(" -n {namespace}") }
}

#[cfg(test)]
mod tests;
