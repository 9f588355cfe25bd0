//! NodeResourcesFit: what the Pods on a node ask for must not exceed what it has.
//!
//! Only requests count, never what is really used.

use super::{NodeInfo, Plugin, Rejection, Verdict};
use api::objects::pod::Pod;
use api::objects::resources::Resources;
use api::objects::text::Text;

/// Runs it; the only plug-in that gives all of its reasons.
pub fn filter(pod: &Pod, info: &NodeInfo) -> Verdict {
    let (asked, has, taken) = (&pod.spec.requests, &*info.node.allocatable, &info.requested);
    let mut short = Shortage::default();
    if info.pods.len() as i64 + 1 > has.pods {
        short.reasons.push("Too many pods".into());
    }
    short.weigh("Insufficient cpu", asked.milli_cpu, has.milli_cpu, taken.milli_cpu);
    short.weigh("Insufficient memory", asked.memory, has.memory, taken.memory);
    let storage = (asked.ephemeral_storage, has.ephemeral_storage, taken.ephemeral_storage);
    short.weigh("Insufficient ephemeral-storage", storage.0, storage.1, storage.2);
    for (name, amount) in &asked.extended {
        let of = |resources: &Resources| resources.extended.get(name).copied().unwrap_or(0);
        if short.is_short(*amount, of(has), of(taken)) {
            short.reasons.push(format!("Insufficient {name}").into());
        }
    }
    if short.reasons.is_empty() {
        return Ok(());
    }
    Err(Rejection { plugin: Plugin::NodeResourcesFit, reasons: short.reasons, hopeless: short.hopeless })
}

/// Whether a node, if it were empty, could take the Pod.
pub fn could_ever_fit(asked: &Resources, has: &Resources) -> bool {
    let extended = asked.extended.iter().all(|(name, amount)| has.extended.get(name).copied().unwrap_or(0) >= *amount);
    asked.milli_cpu <= has.milli_cpu
        && asked.memory <= has.memory
        && asked.ephemeral_storage <= has.ephemeral_storage
        && extended
}

#[derive(Default)]
struct Shortage {
    reasons: Vec<Text>,
    hopeless: bool,
}

impl Shortage {
    fn weigh(&mut self, reason: &'static str, asked: i64, has: i64, taken: i64) {
        if self.is_short(asked, has, taken) {
            self.reasons.push(reason.into());
        }
    }

    fn is_short(&mut self, asked: i64, has: i64, taken: i64) -> bool {
        let short = asked > 0 && asked > has - taken;
        self.hopeless |= short && asked > has;
        short
    }
}
