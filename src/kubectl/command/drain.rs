//! `kubectl drain`: cordons nodes, then evicts their Pods and waits until those are gone.
//!
//! [`sort_out`] decides purely what is to be evicted, warned of or refused; [`Draining`] acts, each time it is polled.
//! DaemonSet Pods are never evicted: their controller ignores that a node is cordoned and would put them back.
//!
//! Models kubectl `pkg/drain/{drain,filters}.go` and `pkg/cmd/drain/drain.go`, Kubernetes v1.36. Where kubectl works in an
//! order of chance (groups of errors, evictions at the same time) we keep one order.

use super::options::{DRY_RUN, DryRun};
use super::{Command, Outcome, cordon};
use crate::args::{Args, Flag, Takes, flag};
use crate::parts::Part;
use crate::resource::{Named, SELECTOR};
use crate::{Env, ExitCode, Running};
use api::meta::Uid;
use api::request::{DeleteOptions, Verb};
use api::resource::Kind;
use api::status::{Reason, Status};
use api::time::Time;
use api::{Value, json, sort};
use std::collections::VecDeque;

/// How long a refused eviction rests before it is tried again, in seconds. Source: kubectl `pkg/drain/drain.go`.
const RETRY_SECONDS: i64 = 5;

const FLAGS: &[Flag] = &[
    flag(
        "chunk-size",
        ' ',
        Takes::Number,
        "500",
        "Return large lists in chunks rather than all at once. Pass 0 to disable.",
    ),
    flag(
        "delete-emptydir-data",
        ' ',
        Takes::Switch,
        "false",
        "Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained).",
    ),
    flag(
        "disable-eviction",
        ' ',
        Takes::Switch,
        "false",
        "Force drain to use delete, even if eviction is supported. This will bypass checking PodDisruptionBudgets, use with caution.",
    ),
    flag("force", ' ', Takes::Switch, "false", "Continue even if there are pods that do not declare a controller."),
    flag(
        "grace-period",
        ' ',
        Takes::Number,
        "-1",
        "Period of time in seconds given to each pod to terminate gracefully. If negative, the default value specified in the pod will be used.",
    ),
    flag("ignore-daemonsets", ' ', Takes::Switch, "false", "Ignore DaemonSet-managed pods."),
    flag("pod-selector", ' ', Takes::Text, "''", "Label selector to filter pods on the node"),
    flag(
        "skip-wait-for-delete-timeout",
        ' ',
        Takes::Number,
        "0",
        "If pod DeletionTimestamp older than N seconds, skip waiting for the pod. Seconds must be greater than 0 to skip.",
    ),
    flag("timeout", ' ', Takes::Duration, "0s", "The length of time to wait before giving up, zero means infinite"),
];

/// `kubectl drain`
pub static DRAIN: Command = Command {
    name: "drain",
    about: "Drain node in preparation for maintenance",
    text: "Drain node in preparation for maintenance.\n\n The given node will be marked unschedulable to prevent new pods from \
           arriving. 'drain' evicts the pods if the API\nserver supports eviction. Otherwise, it will use normal DELETE to delete \
           the pods. The 'drain' evicts or deletes all pods\nexcept mirror pods (which cannot be deleted through the API server). \
           If there are daemon set-managed pods, drain will\nnot proceed without --ignore-daemonsets, and regardless it will not \
           delete any daemon set-managed pods, because those\npods would be immediately replaced by the daemon set controller, \
           which ignores unschedulable markings.",
    examples: "  # Drain node \"foo\", even if there are pods not managed by a replication controller, replica set, job, daemon set, \
               or stateful set on it\n  kubectl drain foo --force\n  \n  \
               # As above, but abort if there are pods not managed by a replication controller, replica set, job, daemon set, \
               or stateful set, and use a grace period of 15 minutes\n  kubectl drain foo --grace-period=900",
    usage: "drain NODE [options]",
    flags: &[SELECTOR, DRY_RUN, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let nodes = cordon::nodes("drain", args, env)?;
    let timeout = args.seconds("timeout").filter(|seconds| *seconds > 0);
    let deadline = timeout.map(|seconds| Time(env.now().0 + seconds));
    let own = args.clone();
    cordon::set_all(nodes, true, dry_run, env, move |nodes| {
        Part::Wait(Box::new(Draining {
            how: How::of(&own, dry_run),
            deadline,
            timeout: own.text("timeout").unwrap_or_default().to_string(),
            nodes: nodes.into(),
            current: None,
            failed: Vec::new(),
        }))
    })
}

/// What the flags ask for.
struct How {
    ignore_daemon_sets: bool,
    delete_empty_dir_data: bool,
    force: bool,
    disable_eviction: bool,
    grace_period: Option<i64>,
    skip_terminating_after: i64,
    pod_selector: String,
    dry_run: DryRun,
}

impl How {
    fn of(args: &Args, dry_run: DryRun) -> How {
        How {
            ignore_daemon_sets: args.on("ignore-daemonsets"),
            delete_empty_dir_data: args.on("delete-emptydir-data"),
            force: args.on("force"),
            disable_eviction: args.on("disable-eviction"),
            grace_period: args.number("grace-period").filter(|seconds| *seconds >= 0),
            skip_terminating_after: args.number("skip-wait-for-delete-timeout").unwrap_or(0),
            pod_selector: args.text_or_empty("pod-selector").to_string(),
            dry_run,
        }
    }
}

// ---- what is to happen to each Pod -------------------------------------------------------------------------------------

const NO_CONTROLLER: &str = "cannot delete Pods that declare no controller (use --force to override)";
const LOCAL_STORAGE: &str = "cannot delete Pods with local storage (use --delete-emptydir-data to override)";
const DAEMON_SET: &str = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
const DELETING_BARE: &str = "deleting Pods that declare no controller";
const IGNORING: &str = "ignoring DaemonSet-managed Pods";

/// What one filter says of a Pod.
enum Verdict {
    /// Nothing against it.
    Evict,
    /// Evict it, and say so.
    EvictWithWarning(String),
    /// Leave it, without a word or with one.
    Leave(Option<String>),
    /// The node can't be drained.
    Refuse(String),
}

/// A node's Pods, sorted out.
#[derive(Default)]
struct Sorted {
    evict: Vec<Pod>,
    warnings: Vec<(String, Vec<String>)>,
    errors: Vec<(String, Vec<String>)>,
}

fn sort_out(pods: &[Value], how: &How, env: &mut Env) -> Sorted {
    let mut sorted = Sorted::default();
    for pod in pods {
        let title = format!("{}/{}", text(&pod["metadata"]["namespace"]), text(&pod["metadata"]["name"]));
        match judge(pod, how, env) {
            Verdict::Evict => sorted.evict.push(Pod::of(pod)),
            Verdict::EvictWithWarning(reason) => {
                sorted.evict.push(Pod::of(pod));
                add(&mut sorted.warnings, reason, title);
            }
            Verdict::Leave(None) => {}
            Verdict::Leave(Some(reason)) => add(&mut sorted.warnings, reason, title),
            Verdict::Refuse(reason) => add(&mut sorted.errors, reason, title),
        }
    }
    sorted
}

/// Groups are told in the order of their words: upstream leaves it to chance.
fn add(groups: &mut Vec<(String, Vec<String>)>, reason: String, title: String) {
    match groups.iter_mut().find(|(known, _)| *known == reason) {
        Some((_, titles)) => titles.push(title),
        None => groups.push((reason, vec![title])),
    }
    sort::ascending(groups);
}

fn texts(groups: &[(String, Vec<String>)]) -> Vec<String> {
    groups.iter().map(|(reason, titles)| format!("{reason}: {}", titles.join(", "))).collect()
}

/// The filters in order: the first that doesn't want the Pod evicted decides, and of the warnings only the last counts.
fn judge(pod: &Value, how: &How, env: &mut Env) -> Verdict {
    let deleted = pod["metadata"]["deletionTimestamp"].as_str().and_then(Time::parse);
    if how.skip_terminating_after > 0 && deleted.is_some_and(|time| env.now().0 - time.0 > how.skip_terminating_after) {
        return Verdict::Leave(None);
    }
    let finished = matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    let controller =
        (pod["metadata"]["ownerReferences"].as_array().into_iter().flatten()).find(|owner| owner["controller"] == true);
    if let Some(owner) = controller
        && owner["kind"] == "DaemonSet"
        && !finished
    {
        let found = env.get(Kind::DAEMON_SET, text(&pod["metadata"]["namespace"]), text(&owner["name"]));
        return match found {
            Err(status) if status.reason == Reason::NotFound && how.force => Verdict::EvictWithWarning(status.message),
            Err(status) => Verdict::Refuse(status.message),
            Ok(_) if how.ignore_daemon_sets => Verdict::Leave(Some(IGNORING.into())),
            Ok(_) => Verdict::Refuse(DAEMON_SET.into()),
        };
    }
    if !pod["metadata"]["annotations"]["kubernetes.io/config.mirror"].is_null() {
        return Verdict::Leave(None);
    }
    let volumes = pod["spec"]["volumes"].as_array().map_or(&[][..], Vec::as_slice);
    let local = !finished && volumes.iter().any(|volume| !volume["emptyDir"].is_null());
    if local && !how.delete_empty_dir_data {
        return Verdict::Refuse(LOCAL_STORAGE.into());
    }
    match (controller, how.force) {
        (None, false) if !finished => Verdict::Refuse(NO_CONTROLLER.into()),
        (None, true) if !finished => Verdict::EvictWithWarning(DELETING_BARE.into()),
        _ => Verdict::Evict,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

// ---- acting ------------------------------------------------------------------------------------------------------------

/// A Pod on its way off the node.
struct Pod {
    id: Named,
    uid: Option<Uid>,
    state: State,
}

enum State {
    /// To be asked at this time.
    Ask(Time),
    /// Asked; it goes.
    Going,
    /// Gone.
    Gone,
    /// It won't go.
    Failed(String),
}

impl Pod {
    fn of(value: &Value) -> Pod {
        let (namespace, name) = (text(&value["metadata"]["namespace"]), text(&value["metadata"]["name"]));
        let id = Named { kind: Kind::POD, namespace: namespace.into(), name: name.into() };
        Pod { id, uid: Uid::parse(text(&value["metadata"]["uid"])), state: State::Ask(Time(0)) }
    }
}

/// How many nodes are seen to in one part.
const AT_ONCE: usize = 8;

/// A drain under way.
struct Draining {
    how: How,
    deadline: Option<Time>,
    /// As typed, for messages.
    timeout: String,
    nodes: VecDeque<String>,
    current: Option<(String, Vec<Pod>)>,
    failed: Vec<(String, Vec<String>)>,
}

impl Running for Draining {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        for _ in 0..AT_ONCE {
            if self.current.is_none() {
                let Some(node) = self.nodes.pop_front() else { return Some(self.end(env)) };
                self.begin(node, env);
            }
            if !self.proceed(env) {
                break;
            }
        }
        None
    }

    fn busy(&self) -> bool {
        self.current.is_none()
    }
}

impl Draining {
    /// Looks at a node's Pods; if one of them must stay, nothing happens to any of them.
    fn begin(&mut self, node: String, env: &mut Env) {
        let fields = format!("spec.nodeName={node}");
        let pods = match env.list(Kind::POD, "", &self.how.pod_selector, &fields) {
            Ok(pods) => pods.iter().map(|pod| pod.to_value()).collect::<Vec<_>>(),
            Err(status) => return self.give_up(node, vec![status.message], env),
        };
        let sorted = sort_out(&pods, &self.how, env);
        if !sorted.errors.is_empty() {
            return self.give_up(node, texts(&sorted.errors), env);
        }
        let warnings = texts(&sorted.warnings);
        if !warnings.is_empty() {
            env.complain(&format!("Warning: {}", warnings.join("; ")));
        }
        self.current = Some((node, sorted.evict));
    }

    /// Asks and looks at every Pod once; `true` when the node is done with.
    fn proceed(&mut self, env: &mut Env) -> bool {
        let Some((node, mut pods)) = self.current.take() else { return true };
        for pod in &mut pods {
            self.ask(pod, env);
        }
        for pod in &mut pods {
            self.look(pod, env);
        }
        if pods.iter().any(|pod| matches!(pod.state, State::Ask(_) | State::Going)) {
            self.current = Some((node, pods));
            return false;
        }
        let errors: Vec<String> = (pods.iter())
            .filter_map(|pod| match &pod.state {
                State::Failed(error) => Some(error.clone()),
                _ => None,
            })
            .collect();
        if errors.is_empty() {
            env.say(&format!("node/{node} drained{}", self.how.dry_run.suffix()));
        } else {
            env.complain(&format!(
                "There are pending pods in node {node:?} when an error occurred: {}",
                aggregate(&errors)
            ));
            for pod in pods.iter().filter(|pod| matches!(pod.state, State::Failed(_))) {
                env.complain(&pod.id.title());
            }
            self.give_up(node, errors, env);
        }
        true
    }

    fn ask(&self, pod: &mut Pod, env: &mut Env) {
        let State::Ask(time) = pod.state else { return };
        let now = env.now();
        if now < time {
            return;
        }
        let Named { namespace, name, .. } = &pod.id;
        if !self.how.disable_eviction {
            let suffix = self.how.dry_run.suffix();
            env.say(&format!("evicting pod {namespace}/{name}{suffix}"));
        }
        let what = format!("error when evicting pods/{name:?} -n {namespace:?}");
        if self.late(now) {
            pod.state = State::Failed(format!("{what}: global timeout reached: {}", self.timeout));
            return;
        }
        pod.state = match self.evict(&pod.id, env) {
            Ok(()) => State::Going,
            Err(status) if status.reason == Reason::NotFound => State::Gone,
            Err(status) if status.reason == Reason::TooManyRequests => {
                env.complain(&format!("{what} (will retry after {RETRY_SECONDS}s): {}", status.message));
                State::Ask(Time(now.0 + RETRY_SECONDS))
            }
            Err(status) => State::Failed(format!("{what}: {}", status.message)),
        };
    }

    fn evict(&self, id: &Named, env: &mut Env) -> Result<(), Status> {
        if self.how.dry_run == DryRun::Client {
            return Ok(());
        }
        let options = DeleteOptions { grace_period_seconds: self.how.grace_period, propagation: None, uid: None };
        let mut request = if self.how.disable_eviction {
            id.request(Verb::Delete)
        } else {
            let mut body = json!({
                "apiVersion": "policy/v1",
                "kind": "Eviction",
                "metadata": {"name": id.name, "namespace": id.namespace},
            });
            if let Some(seconds) = self.how.grace_period {
                body["deleteOptions"] = json!({"gracePeriodSeconds": seconds});
            }
            let mut request = id.request(Verb::Create).with_json(body);
            request.subresource = "eviction";
            request
        };
        request.delete = options;
        request.dry_run = self.how.dry_run == DryRun::Server;
        env.ask(request).map(drop)
    }

    fn look(&self, pod: &mut Pod, env: &mut Env) {
        if !matches!(pod.state, State::Going) {
            return;
        }
        if self.how.dry_run != DryRun::None {
            pod.state = State::Gone;
            return;
        }
        let there = match env.client.request(pod.id.request(Verb::Get)) {
            Ok(response) => response.object().is_some_and(|object| pod.uid.is_none_or(|uid| object.meta().uid == uid)),
            Err(_) => false,
        };
        let Named { namespace, name, .. } = &pod.id;
        if !there {
            env.say(&format!("pod/{name} {}", if self.how.disable_eviction { "deleted" } else { "evicted" }));
            pod.state = State::Gone;
        } else if self.late(env.now()) {
            pod.state = State::Failed(format!(
                "error when waiting for pod {name:?} in namespace {namespace:?} to terminate: global timeout reached: {}",
                self.timeout
            ));
        }
    }

    fn late(&self, now: Time) -> bool {
        self.deadline.is_some_and(|deadline| now >= deadline)
    }

    fn give_up(&mut self, node: String, errors: Vec<String>, env: &mut Env) {
        env.complain(&format!(
            "error: unable to drain node {node:?} due to error: {}, continuing command...",
            aggregate(&errors)
        ));
        self.failed.push((node, errors));
    }

    fn end(&self, env: &mut Env) -> ExitCode {
        if self.failed.is_empty() {
            return 0;
        }
        env.complain("There are pending nodes to be drained:");
        for (node, _) in &self.failed {
            env.complain(&format!(" {node}"));
        }
        for error in self.failed.iter().flat_map(|(_, errors)| errors) {
            env.complain(error);
        }
        1
    }
}

/// Several errors in one, as Go joins them.
fn aggregate(errors: &[String]) -> String {
    match errors {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}
