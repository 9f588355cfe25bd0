//! What an answer is made of, part by part: the expressions of affinity, and the amounts of resources.

use crate::view::{Detail, Expression};
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::resources::Resources;
use api::objects::scheduling::{NodeSelectorTerm, Requirement};
use cluster::Cluster;
use cluster::scheduler::Figures;
use cluster::scheduler::filter::Plugin;

/// What a filter's answer rests on; nothing where the answer itself says it all.
pub fn of_filter(plugin: Plugin, cluster: &Cluster, pod: &Pod, node: &Node) -> Vec<Detail> {
    let figures = || cluster.scheduler().figures(pod, &node.meta.name);
    match plugin {
        Plugin::NodeAffinity => {
            // The term by which a daemon Pod names its node is the controller's way, and nobody's question.
            let terms = pod.spec.node_affinity.required.as_deref().filter(|_| pod.pinned_node.is_none());
            let labels = pod.spec.node_selector.iter().map(|(key, value)| {
                let found = node.meta.labels.get(key);
                let label = format!("{key}={value}");
                Detail::Label { label, found: found.map(|it| it.to_string()), holds: found == Some(value) }
            });
            labels.chain(terms.into_iter().flatten().map(|term| of_term(term, node))).collect()
        }
        Plugin::NodeResourcesFit => figures().map(|figures| amounts(pod, &figures)).unwrap_or_default(),
        Plugin::InterPodAffinity => figures().map(between_pods).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A term of node affinity, expression by expression.
pub fn of_term(term: &NodeSelectorTerm, node: &Node) -> Detail {
    let matches = |expressions: Vec<Requirement>, fields: Vec<Requirement>| {
        NodeSelectorTerm { expressions, fields }.matches(&node.meta.name, &node.meta.labels)
    };
    let of_labels = term.expressions.iter().map(|it| (it, matches(vec![it.clone()], Vec::new())));
    let of_fields = term.fields.iter().map(|it| (it, matches(Vec::new(), vec![it.clone()])));
    let expressions = of_labels.chain(of_fields).map(|(it, holds)| Expression { text: line(it), holds });
    Detail::Term { expressions: expressions.collect() }
}

/// `disktype In [ssd nvme]`, `zone Exists`
fn line(requirement: &Requirement) -> String {
    let values: Vec<&str> = requirement.values.iter().map(|value| &**value).collect();
    let values = if values.is_empty() { String::new() } else { format!(" [{}]", values.join(" ")) };
    format!("{} {}{values}", requirement.key, requirement.operator.as_str())
}

/// What is asked of each resource, beside what is free: a Pod always asks for its own place.
fn amounts(pod: &Pod, figures: &Figures) -> Vec<Detail> {
    let (asked, has, taken) = (&pod.spec.requests, &figures.has, &figures.taken);
    let amount = |name: &str, asked: i64, has: i64, taken: i64, text: fn(i64) -> String| {
        let free = has - taken;
        let (name, holds) = (name.to_string(), asked <= free);
        Detail::Resource { name, asked: text(asked), free: text(free), has: text(has), holds }
    };
    let storage = (asked.ephemeral_storage, has.ephemeral_storage, taken.ephemeral_storage);
    let mut all = Vec::new();
    if asked.milli_cpu > 0 {
        all.push(amount("cpu", asked.milli_cpu, has.milli_cpu, taken.milli_cpu, cores));
    }
    if asked.memory > 0 {
        all.push(amount("memory", asked.memory, has.memory, taken.memory, bytes));
    }
    if storage.0 > 0 {
        all.push(amount("ephemeral-storage", storage.0, storage.1, storage.2, bytes));
    }
    for (name, wanted) in &asked.extended {
        let of = |resources: &Resources| resources.extended.get(name).copied().unwrap_or(0);
        all.push(amount(name, *wanted, of(has), of(taken), |count| count.to_string()));
    }
    if taken.pods + 1 > has.pods {
        all.push(amount("pods", 1, has.pods, taken.pods, |count| count.to_string()));
    }
    all
}

fn between_pods(figures: Figures) -> Vec<Detail> {
    let terms = figures.terms.into_iter().map(|term| {
        let known = term.domain.is_some();
        let place = match term.domain {
            Some(value) => format!("{}={value}", term.topology_key),
            None => term.topology_key.to_string(),
        };
        match term.selector {
            Some(selector) => Detail::Pods { selector, place, known, apart: term.anti, holds: term.holds },
            None => Detail::KeptOut { place },
        }
    });
    terms.collect()
}

fn cores(milli: i64) -> String {
    if milli % 1000 == 0 { (milli / 1000).to_string() } else { format!("{milli}m") }
}

fn bytes(bytes: i64) -> String {
    const MEBI: i64 = 1 << 20;
    match bytes {
        0 => "0".into(),
        b if b % (1024 * MEBI) == 0 => format!("{}Gi", b / (1024 * MEBI)),
        b => format!("{}Mi", b / MEBI),
    }
}
