//! The vocabulary of the cases: how their nodes, templates and Pods become ours.
//!
//! `daemon_cases.json` explains each word under `about`.

use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::pod_spec::PodTemplate;
use api::objects::workload::{DaemonSet, Strategy};
use api::time::Time;
use api::{Str, Value, json};
use cluster::controller::claim::{Claim, claim};
use cluster::controller::daemonset::decide::decide;
use cluster::controller::daemonset::{rollout, template};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The revision hash that the Pods of the current template carry.
const HASH: &str = "new";
/// The uids of the DaemonSet in question and of some other.
const SELF: &str = "00000000-0000-4000-8000-000000000001";
const OTHER: &str = "00000000-0000-4000-8000-000000000002";

/// Where the cases' seconds begin; a time of 0 would be one that isn't set.
const ZERO: i64 = 1_000_000;

/// A moment of a case.
pub fn moment(seconds: i64) -> Time {
    Time(ZERO + seconds)
}

/// All cases, by section.
pub fn cases() -> Value {
    serde_json::from_str(include_str!("daemon_cases.json")).expect("the cases are JSON")
}

/// The specification's rows: those that are cases of the same kind, by section; where a case says the same as a row; the list of all.
pub fn rows() -> Value {
    serde_json::from_str(include_str!("rows.json")).expect("the rows are JSON")
}

/// The cases of a section, and the rows of that kind.
pub fn section(name: &str) -> Vec<Value> {
    [cases(), rows()].iter().flat_map(|all| all[name].as_array().cloned().unwrap_or_default()).collect()
}

/// One case and what it expects.
pub struct Case<'a> {
    /// The whole of it.
    pub case: &'a Value,
    /// Its `expect`.
    pub expect: &'a Value,
}

impl Case<'_> {
    /// Reads one.
    pub fn new(case: &Value) -> Case<'_> {
        Case { case, expect: &case["expect"] }
    }

    /// A list of names that it expects.
    pub fn names(&self, key: &str) -> BTreeSet<String> {
        self.expect[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
    }

    /// Whether a node's failed Pods have to wait.
    pub fn backs_off(&self, node: &str) -> bool {
        self.case["nodesInFailedPodBackoff"].as_array().into_iter().flatten().any(|name| name == node)
    }

    /// `mustDelete` all of, and `mayDeleteCount` any of `mayDelete`; the same with `Create`.
    pub fn judge(&self, what: &str, ours: BTreeSet<String>) -> Result<(), String> {
        let (must, may) = (self.names(&format!("must{what}")), self.names(&format!("may{what}")));
        let count = self.expect[format!("may{what}Count")].as_u64().unwrap_or(0) as usize;
        let free: BTreeSet<String> = ours.difference(&must).cloned().collect();
        if must.is_subset(&ours) && free.is_subset(&may) && free.len() == count {
            return Ok(());
        }
        Err(format!("{what}: ours {ours:?}, theirs {must:?} and {count} of {may:?}"))
    }
}

/// A DaemonSet, its nodes and its Pods.
pub struct World {
    /// `spec.template`
    pub template: PodTemplate,
    /// `spec.updateStrategy`
    pub strategy: Strategy,
    /// `spec.minReadySeconds`
    pub min_ready_seconds: i64,
    /// The moment.
    pub now: Time,
    /// In order.
    pub nodes: Vec<Node>,
    /// Those that are the DaemonSet's.
    pub pods: Vec<Rc<Pod>>,
}

/// A node's name, itself if it exists, its Pods.
type OnNode<'a> = (Str, Option<&'a Node>, Vec<Rc<Pod>>);

impl World {
    /// What a case describes; Pods that aren't and don't become the DaemonSet's are left out.
    pub fn of(case: &Case<'_>) -> World {
        let case = case.case;
        let set = daemon_set(&case["daemonset"]);
        let pods = case["pods"].as_array().into_iter().flatten().map(pod_of);
        let claimed = pods.filter(|pod| {
            let verdict = claim(set.meta.uid, &set.spec.selector, &pod.meta);
            matches!(verdict, Claim::Mine | Claim::Adopt)
        });
        World {
            template: (*set.spec.template).clone(),
            strategy: set.spec.strategy.clone(),
            min_ready_seconds: set.spec.min_ready_seconds,
            now: moment(case["now"].as_i64().unwrap_or(0)),
            nodes: case["nodes"].as_array().into_iter().flatten().map(node).collect(),
            pods: claimed.map(Rc::new).collect(),
        }
    }

    /// Every node that exists or has Pods.
    pub fn by_node(&self) -> Vec<OnNode<'_>> {
        let mut pods: BTreeMap<Str, Vec<Rc<Pod>>> = BTreeMap::new();
        for pod in &self.pods {
            if let Some(node) = template::target_node(pod) {
                pods.entry(node).or_default().push(pod.clone());
            }
        }
        let mut out: Vec<_> = (self.nodes.iter())
            .map(|node| (node.meta.name.clone(), Some(node), pods.remove(&node.meta.name).unwrap_or_default()))
            .collect();
        out.extend(pods.into_iter().map(|(name, pods)| (name, None, pods)));
        out
    }

    /// How many nodes should run a Pod.
    pub fn desired(&self) -> i64 {
        self.nodes.iter().filter(|node| decide(&self.template, node).should_run()).count() as i64
    }

    /// Whether a Pod has the current template.
    pub fn is_updated(&self, pod: &Pod) -> bool {
        template::is_updated(pod, HASH, None)
    }

    /// Whether two Pods may be on a node for a while.
    pub fn allows_surge(&self) -> bool {
        rollout::allows_surge(&self.strategy)
    }

    /// The rolling-update step.
    pub fn roll(&self) -> Result<rollout::Plan, String> {
        let (max_unavailable, max_surge) = rollout::budgets(&self.strategy, self.desired());
        let by_node = self.by_node();
        let nodes: Vec<_> = (by_node.iter())
            .map(|(name, node, pods)| rollout::NodePods {
                name,
                exists: node.is_some(),
                should_run: node.is_some_and(|node| decide(&self.template, node).should_run()),
                pods,
            })
            // A node that should have nothing and has nothing takes no part.
            .filter(|node| node.should_run || !node.pods.is_empty())
            .collect();
        let updated = |pod: &Pod| self.is_updated(pod);
        if self.allows_surge() {
            rollout::with_surge(&nodes, max_surge, self.desired(), self.min_ready_seconds, self.now, &updated)
        } else {
            Ok(rollout::without_surge(&nodes, max_unavailable, self.min_ready_seconds, self.now, &updated))
        }
    }
}

/// A Node.
pub fn node(words: &Value) -> Node {
    Node::from_value(&json!({
        "metadata": {"name": words["name"], "labels": words["labels"]},
        "spec": {"taints": words["taints"], "unschedulable": words["unschedulable"]},
        "status": {"conditions": words["conditions"]}}))
}

/// A Pod template.
pub fn template(words: &Value) -> PodTemplate {
    PodTemplate::from_value(&json!({"metadata": {"labels": {"app": "daemon"}}, "spec": pod_spec(words)}))
}

/// The spec of a Pod or a template.
pub fn pod_spec(words: &Value) -> Value {
    let mut spec = json!({"containers": [{"name": "app", "image": "foo/bar",
        "resources": {"requests": words["requests"]},
        "ports": words["hostPorts"].as_array().into_iter().flatten()
            .map(|port| json!({"containerPort": port, "hostPort": port})).collect::<Vec<_>>()}]});
    for key in ["nodeName", "nodeSelector", "tolerations", "hostNetwork"] {
        if let Some(value) = words.get(key) {
            spec[key] = value.clone();
        }
    }
    let affinity = |spec: &mut Value, key: &str, value: Value| spec["affinity"]["nodeAffinity"][key] = value;
    if let Some(terms) = words.get("requiredNodeAffinityTerms") {
        let value = json!({"nodeSelectorTerms": terms});
        affinity(&mut spec, "requiredDuringSchedulingIgnoredDuringExecution", value);
    }
    if let Some(terms) = words.get("preferredNodeAffinityTerms") {
        affinity(&mut spec, "preferredDuringSchedulingIgnoredDuringExecution", terms.clone());
    }
    spec
}

/// A DaemonSet.
pub fn daemon_set(words: &Value) -> DaemonSet {
    let strategy = &words["strategy"];
    let budget = |key: &str| strategy.get(key).cloned().unwrap_or(0.into());
    DaemonSet::from_value(&json!({
        "metadata": {"name": "daemon", "namespace": "default", "uid": SELF},
        "spec": {
            "selector": {"matchLabels": {"app": "daemon"}},
            "minReadySeconds": words["minReadySeconds"],
            "template": {"metadata": {"labels": {"app": "daemon"}}, "spec": pod_spec(&words["template"])},
            "updateStrategy": {"type": strategy["type"],
                "rollingUpdate": {"maxUnavailable": budget("maxUnavailable"), "maxSurge": budget("maxSurge")}}}}))
}

/// A Pod.
pub fn pod_of(words: &Value) -> Pod {
    let time = |key: &str| words.get(key).and_then(Value::as_i64).map(|seconds| moment(seconds).to_string());
    let owner = match words["owner"].as_str().unwrap_or("self") {
        "none" => json!([]),
        who => json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "daemon", "controller": true,
            "uid": if who == "self" { SELF } else { OTHER }}]),
    };
    let hash = if words["rev"] == "old" { "old" } else { HASH };
    let app = if words["matches"] == false { "other" } else { "daemon" };
    let ready = if words["ready"] == true { "True" } else { "False" };
    let mut spec = json!({});
    if let Some(node) = words.get("targetNode") {
        let terms = json!([{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}]);
        spec = pod_spec(&json!({"requiredNodeAffinityTerms": terms}));
    }
    if let Some(node) = words.get("node") {
        spec["nodeName"] = node.clone();
    }
    Pod::from_value(&json!({
        "metadata": {"name": words["name"], "namespace": "default", "ownerReferences": owner,
            "labels": {"app": app, "controller-revision-hash": hash},
            "creationTimestamp": time("created").unwrap_or(moment(0).to_string()),
            "deletionTimestamp": (words["deleting"] == true).then(|| moment(0).to_string())},
        "spec": spec,
        "status": {"phase": words["phase"].as_str().unwrap_or("Running"),
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": time("readySince")}]}}))
}
