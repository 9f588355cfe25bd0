//! Whether a check is met, and what is so instead.
//!
//! Everything that is looked at comes through a [`World`]; what has to be remembered from the beginning of a step is in
//! [`Memory`]. The answer tells what there is in place of what is wanted, in words of the tools, which need no translation.

use crate::check::{Check, Comparison, Nodes, Operator, Pods, Target};
use api::meta::selector::LabelSelector;
use api::resource::Kind;
use api::{Str, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What a judge sees.
pub trait World {
    /// An object as the API server returns it.
    fn object(&self, target: &Target) -> Option<Value>;
    /// All objects of a kind.
    fn objects(&self, kind: Kind, namespace: Option<&str>) -> Vec<Value>;
    /// What `kubectl get -o jsonpath` prints.
    fn jsonpath(&self, template: &str, value: &Value) -> Result<String, String>;
    /// What the terminal has said since the step began.
    fn said(&self) -> String;
}

/// What has to be remembered of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// The uids at its beginning, by check.
    pub uids: BTreeMap<String, BTreeSet<String>>,
    /// The bounds that were broken, by check, and when.
    pub broken: BTreeMap<String, u64>,
    /// The learner's answer.
    pub answer: Option<String>,
    /// What the terminal has said of what it had to say: a screen that was cleared takes nothing of it back.
    pub heard: BTreeSet<String>,
}

/// What there is to say of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// It is so.
    pub met: bool,
    /// What there is in place of what is wanted; empty when there is nothing to say.
    pub now: String,
}

impl Memory {
    /// At the beginning of a step with these checks.
    pub fn begin(checks: &[Check], world: &dyn World) -> Memory {
        let mut memory = Memory::default();
        checks.iter().for_each(|check| memory.note(check, world));
        memory
    }

    fn note(&mut self, check: &Check, world: &dyn World) {
        match check {
            Check::Unchanged { object } => {
                let uids = world.object(object).iter().map(uid).collect();
                self.uids.insert(check.to_string(), uids);
            }
            Check::UnchangedPods { pods } => {
                let uids = api::sort::gather(select(pods, world).iter().map(uid));
                self.uids.insert(check.to_string(), uids);
            }
            Check::Any(checks) | Check::All(checks) => checks.iter().for_each(|check| self.note(check, world)),
            Check::Not(check) | Check::Always(check) => self.note(check, world),
            _ => {}
        }
    }

    /// Listens for what the terminal has to say.
    pub fn listen(&mut self, checks: &[Check], world: &dyn World) {
        for check in checks {
            match check {
                Check::Said(words) if !self.heard.contains(words) && world.said().contains(words.as_str()) => {
                    self.heard.insert(words.clone());
                }
                Check::Any(checks) | Check::All(checks) => self.listen(checks, world),
                Check::Not(check) => self.listen(std::slice::from_ref(check), world),
                _ => {}
            }
        }
    }

    /// Looks at the bounds among checks; one that isn't kept at this moment is broken from now on.
    pub fn watch(&mut self, checks: &[Check], world: &dyn World, now: u64) {
        for check in checks {
            let Some(bound) = check.bound() else { continue };
            let key = check.to_string();
            if !self.broken.contains_key(&key) && !judge(bound, world, self).met {
                self.broken.insert(key, now);
            }
        }
    }
}

/// Whether a check is met.
pub fn judge(check: &Check, world: &dyn World, memory: &Memory) -> Finding {
    match check {
        Check::Field { object, jsonpath, has } => match world.object(object) {
            None => Finding { met: false, now: format!("no {object}") },
            Some(value) => match world.jsonpath(jsonpath, &value) {
                Ok(text) => compare(has, text),
                Err(error) => Finding { met: false, now: error },
            },
        },
        Check::Exists { object, exists } => {
            let there = world.object(object).is_some();
            let now = if there { object.to_string() } else { format!("no {object}") };
            Finding { met: there == *exists, now }
        }
        Check::Pods { pods, on: None, has } => compare(has, select(pods, world).len().to_string()),
        Check::Pods { pods, on: Some(nodes), has } => on_each_node(pods, nodes, has, world),
        Check::Event { reason, about, says } => {
            let seen = world.objects(Kind::EVENT, None).iter().any(|event| {
                event["reason"] == reason.as_str()
                    && text(&event["message"]).contains(says.as_str())
                    && about.as_ref().is_none_or(|(kind, name)| {
                        let object = &event["involvedObject"];
                        object["kind"] == kind.name() && text(&object["name"]).starts_with(name.as_str())
                    })
            });
            Finding { met: seen, now: String::new() }
        }
        Check::Unchanged { object } => {
            let now: BTreeSet<String> = world.object(object).iter().map(uid).collect();
            kept(check, &now, memory)
        }
        Check::UnchangedPods { pods } => {
            let now: BTreeSet<String> = api::sort::gather(select(pods, world).iter().map(uid));
            kept(check, &now, memory)
        }
        Check::Answered(right) => {
            let met = memory.answer.as_deref().is_some_and(|answer| same_answer(answer, right));
            Finding { met, now: memory.answer.clone().unwrap_or_default() }
        }
        Check::Said(words) => {
            let met = memory.heard.contains(words) || world.said().contains(words.as_str());
            Finding { met, now: String::new() }
        }
        Check::Always(bound) => match memory.broken.get(&check.to_string()) {
            Some(_) => Finding { met: false, now: judge(bound, world, memory).now },
            None => judge(bound, world, memory),
        },
        Check::Any(checks) => {
            let findings: Vec<Finding> = checks.iter().map(|check| judge(check, world, memory)).collect();
            let met = findings.iter().any(|finding| finding.met);
            Finding { met, now: findings.into_iter().map(|it| it.now).find(|now| !now.is_empty()).unwrap_or_default() }
        }
        Check::All(checks) => {
            let findings = checks.iter().map(|check| judge(check, world, memory));
            findings.into_iter().find(|finding| !finding.met).unwrap_or(Finding { met: true, now: String::new() })
        }
        Check::Not(check) => {
            let finding = judge(check, world, memory);
            Finding { met: !finding.met, now: finding.now }
        }
    }
}

/// Whether all that was there at the beginning is still there.
fn kept(check: &Check, now: &BTreeSet<String>, memory: &Memory) -> Finding {
    let before = memory.uids.get(&check.to_string());
    let lost = before.map_or(0, |before| before.iter().filter(|uid| !now.contains(*uid)).count());
    let met = lost == 0 && before.is_some_and(|before| !before.is_empty());
    Finding { met, now: if lost > 0 { format!("-{lost}") } else { String::new() } }
}

fn on_each_node(pods: &Pods, nodes: &Nodes, has: &Comparison, world: &dyn World) -> Finding {
    let names: Vec<String> = match nodes {
        Nodes::Named(names) => names.clone(),
        Nodes::Labelled(selector) => {
            let all = world.objects(Kind::NODE, None);
            all.iter()
                .filter(|node| matches(selector, node))
                .map(|node| text(&node["metadata"]["name"]).into())
                .collect()
        }
    };
    let there = select(pods, world);
    let count = |node: &str| there.iter().filter(|pod| pod["spec"]["nodeName"] == node).count();
    let amiss: Vec<String> = names
        .iter()
        .map(|node| (node, count(node)))
        .filter(|(_, count)| !compare(has, count.to_string()).met)
        .map(|(node, count)| format!("{node}: {count}"))
        .collect();
    Finding { met: amiss.is_empty() && !names.is_empty(), now: amiss.join(", ") }
}

/// The Pods meant, without those that are going.
fn select(pods: &Pods, world: &dyn World) -> Vec<Value> {
    let mut found = world.objects(Kind::POD, pods.namespace.as_deref());
    found.retain(|pod| {
        matches(&pods.selector, pod)
            && pod["metadata"].get("deletionTimestamp").is_none()
            && (!pods.ready || is_ready(pod))
    });
    found
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|it| it["type"] == "Ready" && it["status"] == "True")
}

fn matches(selector: &str, object: &Value) -> bool {
    let labels = object["metadata"]["labels"].as_object();
    let labels: BTreeMap<Str, Str> =
        api::sort::gather(labels.into_iter().flatten().map(|(key, value)| (key.as_str().into(), text(value).into())));
    // It was read when the check was.
    selector.is_empty() || LabelSelector::parse(selector).is_ok_and(|selector| selector.matches(&labels))
}

fn compare(has: &Comparison, now: String) -> Finding {
    let numbers = || -> Option<(f64, f64)> {
        let there = if now.is_empty() { "0" } else { now.trim_end_matches('%') };
        Some((api::float::parse(there)?, api::float::parse(&has.value)?))
    };
    let met = match has.operator {
        Operator::Is => now == has.value || now.is_empty() && has.value == "0",
        Operator::IsNot => now != has.value,
        Operator::AtLeast => numbers().is_some_and(|(there, wanted)| there >= wanted),
        Operator::AtMost => numbers().is_some_and(|(there, wanted)| there <= wanted),
        Operator::Contains => now.contains(&has.value),
    };
    Finding { met, now }
}

/// Answers are words in any order, in any letter case, whatever stands between them.
pub fn same_answer(answer: &str, right: &str) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
        api::sort::gather(words.map(|word| word.to_ascii_lowercase()))
    };
    words(answer) == words(right)
}

fn uid(object: &Value) -> String {
    text(&object["metadata"]["uid"]).to_string()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
