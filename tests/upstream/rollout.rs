//! Whole rollouts: sync after sync, with every creation and deletion seen at once, until nothing moves.
//!
//! A sequence's steps say how much each sync creates and deletes; its actions, in words, are what happens in between.

use super::vocabulary::{self, World};
use super::{place, same};
use api::meta::int_or_percent::IntOrPercent;
use api::objects::condition::{Condition, Truth};
use api::objects::pod::{Phase, Pod};
use api::objects::workload::Strategy;
use api::{Value, json};
use cluster::controller::daemonset::decide::decide;
use cluster::controller::daemonset::place::Situation;
use std::rc::Rc;

/// Runs one sequence.
pub fn run(case: &Value) -> Result<(), String> {
    let mut rollout = Rollout::begin(case);
    for (index, step) in steps(case).iter().enumerate() {
        if let Some(words) = step["action"].as_str() {
            words.split("; ").for_each(|action| rollout.act(action));
            continue;
        }
        if let Some(at) = step["at"].as_i64() {
            rollout.world.now = vocabulary::moment(at);
        }
        let ours = rollout.sync()?;
        let theirs = |key: &str| step[key].as_u64().expect("a count") as usize;
        same(&format!("step {index}: created, deleted"), ours, (theirs("create"), theirs("delete")))?;
    }
    let ready = |old: bool| {
        let pods = rollout.world.pods.iter();
        pods.filter(|pod| pod.ready() && !(old && rollout.world.is_updated(pod))).count() as u64
    };
    for (key, ours) in [("finalReady", ready(false)), ("finalReadyOld", ready(true))] {
        if let Some(theirs) = case[key].as_u64() {
            same(key, ours, theirs)?;
        }
    }
    Ok(())
}

/// The steps with repetitions written out. `repeat N times: ACTION` holds to the next action, `repeat N times` to `end repeat`.
fn steps(case: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    let mut rest = case["steps"].as_array().expect("steps").iter().peekable();
    while let Some(step) = rest.next() {
        let Some(repeat) = step["action"].as_str().and_then(|words| words.strip_prefix("repeat ")) else {
            out.push(step.clone());
            continue;
        };
        let (count, each) = repeat.split_once(" times").expect("how often");
        let mut body = Vec::new();
        if let Some(action) = each.strip_prefix(": ") {
            body.push(json!({"action": action}));
            body.extend(std::iter::from_fn(|| rest.next_if(|step| step["action"].is_null()).cloned()));
        } else {
            body.extend(rest.by_ref().take_while(|step| step["action"] != "end repeat").cloned());
        }
        for _ in 0..count.parse().expect("a number") {
            out.extend(body.iter().cloned());
        }
    }
    out
}

struct Rollout {
    world: World,
    made: usize,
}

impl Rollout {
    fn begin(case: &Value) -> Rollout {
        let count = case["nodes"].as_u64().expect("how many nodes");
        let start = case["start"].as_str().expect("how it starts").to_lowercase();
        let tainted = |name: &str| case["taintedNodes"].as_array().into_iter().flatten().any(|node| node == name);
        let taints = json!([{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]);
        let nodes: Vec<Value> = (0..count)
            .map(|i| {
                let name = format!("node-{i}");
                let taints = if tainted(&name) { taints.clone() } else { json!([]) };
                json!({"name": name, "taints": taints})
            })
            .collect();
        let pods: Vec<Value> = (nodes.iter())
            .map(|node| {
                let name = format!("first-{}", node["name"].as_str().unwrap_or_default());
                json!({"name": name, "node": node["name"], "ready": !start.contains("not ready"),
                    "rev": if start.contains("old") { "old" } else { "new" }})
            })
            .collect();
        let case = json!({"daemonset": case["daemonset"], "nodes": nodes, "pods": pods});
        Rollout { world: World::of(&vocabulary::Case::new(&case)), made: 0 }
    }

    /// Placement, then the rolling update; how many were created and deleted.
    fn sync(&mut self) -> Result<(usize, usize), String> {
        let (mut create, mut delete) = (Vec::new(), Vec::new());
        for (name, node, pods) in self.world.by_node() {
            let Some(node) = node else { continue };
            let verdict = decide(&self.world.template, node);
            let situation = Situation {
                should_run: verdict.should_run(),
                should_continue_running: verdict.should_continue_running(),
                surge: self.world.allows_surge(),
                min_ready_seconds: self.world.min_ready_seconds,
                now: self.world.now,
                is_updated: &|pod| self.world.is_updated(pod),
                in_backoff: &mut || false,
            };
            let plan = place::plan(&place::present(&pods), situation);
            create.extend(plan.create.then_some(name));
            delete.extend(plan.delete);
        }
        let placed = self.apply(create, &delete);
        let plan = self.world.roll()?;
        let rolled = self.apply(plan.create, &plan.delete);
        Ok((placed.0 + rolled.0, placed.1 + rolled.1))
    }

    fn apply(&mut self, create: Vec<api::Str>, delete: &[Rc<Pod>]) -> (usize, usize) {
        self.world.pods.retain(|pod| !delete.iter().any(|gone| gone.meta.name == pod.meta.name));
        for node in &create {
            self.made += 1;
            let name = format!("made-{}", self.made);
            let words = json!({"name": name, "node": &**node, "created": self.made, "phase": "Pending"});
            self.world.pods.push(Rc::new(vocabulary::pod_of(&words)));
        }
        (create.len(), delete.len())
    }

    /// What happens between two syncs.
    fn act(&mut self, action: &str) {
        let number = |word: usize| action.split(' ').nth(word).and_then(|word| word.parse::<usize>().ok());
        match action {
            "mark all ready" => self.mark_new_ready(usize::MAX),
            "change template again" | "change template" => self.change_template(),
            "minReadySeconds=15" => self.world.min_ready_seconds = 15,
            // Nine is the largest of those that must leave the healthy ones alone.
            "new template, maxUnavailable any of 0..9" => {
                self.change_template();
                self.allow_unavailable(9);
            }
            "new template, maxUnavailable 11" => {
                self.change_template();
                self.allow_unavailable(11);
            }
            "mark the old pod of one node without a new pod unready" => self.mark_a_lonely_old_pod_unready(),
            _ if action.starts_with("mark ") => {
                self.mark_new_ready(number(1).unwrap_or_else(|| panic!("unknown action: {action}")));
            }
            _ => panic!("unknown action: {action}"),
        }
    }

    fn mark_new_ready(&mut self, count: usize) {
        let now = self.world.now;
        let waiting = self.world.pods.iter_mut().filter(|pod| !pod.ready());
        for pod in waiting.take(count) {
            let status = &mut Rc::make_mut(pod).status;
            status.phase = Phase::Running;
            status.conditions = vec![Condition::new("Ready", Truth::True, now)].into();
        }
    }

    fn mark_a_lonely_old_pod_unready(&mut self) {
        let alone =
            |pod: &Rc<Pod>| self.world.pods.iter().filter(|other| other.node_name == pod.node_name).count() == 1;
        let index = self.world.pods.iter().position(alone).expect("a node with only its old Pod");
        let now = self.world.now;
        Rc::make_mut(&mut self.world.pods[index]).status.conditions =
            vec![Condition::new("Ready", Truth::False, now)].into();
    }

    /// All that were current are now old.
    fn change_template(&mut self) {
        for pod in &mut self.world.pods {
            let labels = &mut Rc::make_mut(pod).meta.labels;
            Rc::make_mut(labels).insert("controller-revision-hash".into(), "old".into());
        }
    }

    fn allow_unavailable(&mut self, max_unavailable: i32) {
        let max_unavailable = IntOrPercent::Int(max_unavailable);
        self.world.strategy = Strategy::RollingUpdate { max_unavailable, max_surge: IntOrPercent::Int(0) };
    }
}
