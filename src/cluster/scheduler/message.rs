//! The words of `FailedScheduling` and of the condition `PodScheduled`.
//!
//! Source: pkg/scheduler/framework/types.go (`FitError`), schedule_one.go, framework/preemption/preemption.go, v1.36.

use super::filter::{Plugins, Rejection};
use api::objects::text::Text;
use api::sort;
use std::collections::BTreeMap;

/// What is said when there is no node at all.
pub const NO_NODES: &str = "no nodes available to schedule pods";
/// Of a node that preemption couldn't help, or that it doesn't look at.
pub const NOT_HELPFUL: &str = "Preemption is not helpful for scheduling";
/// Of a node that holds no Pod of lower priority.
pub const NO_VICTIMS: &str = "No preemption victims found for incoming pod";

/// Events' messages are cut to this many bytes.
const EVENT_LENGTH: usize = 1024;

/// Why a Pod fits nowhere, node by node.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// How many nodes there are.
    pub nodes: usize,
    /// The Pod as a whole was turned down, and why.
    pub as_a_whole: Option<&'static str>,
    /// The nodes that were looked at, by their places in the cache.
    pub rejections: Vec<(u32, Rejection)>,
    /// Who had turned it down when the nodes to look at were chosen; said of the other nodes.
    pub narrowed_by: Plugins,
    /// Who turned it down in the end.
    pub plugins: Plugins,
}

impl Diagnosis {
    /// The message without what preemption says.
    pub fn text(&self) -> String {
        if self.nodes == 0 {
            return NO_NODES.into();
        }
        if let Some(reason) = self.as_a_whole {
            return format!("0/{} nodes are available: {reason}.", self.nodes);
        }
        let mut counts = Counts::default();
        for (_, rejection) in &self.rejections {
            rejection.reasons.iter().for_each(|reason| counts.add(reason.clone(), 1));
        }
        let rest = self.nodes - self.rejections.len();
        if rest > 0 {
            counts.add(not_considered(self.narrowed_by).into(), rest);
        }
        counts.text(self.nodes)
    }
}

/// What is said of nodes that a plug-in cut away before the filters ran.
pub fn not_considered(plugins: Plugins) -> String {
    let mut names: Vec<&str> = plugins.iter().map(|plugin| plugin.name()).collect();
    sort::ascending(&mut names);
    format!("node(s) didn't satisfy plugin(s) [{}]", names.join(" "))
}

/// How many nodes there are for each reason.
#[derive(Default)]
pub struct Counts(BTreeMap<String, usize>);

impl Counts {
    /// Counts nodes.
    pub fn add(&mut self, reason: Text, nodes: usize) {
        match self.0.get_mut(&*reason) {
            Some(count) => *count += nodes,
            None => {
                self.0.insert(reason.to_string(), nodes);
            }
        }
    }

    /// `0/3 nodes are available: 1 Insufficient cpu, 2 …`: sorted as strings, so that 10 comes before 2.
    pub fn text(&self, nodes: usize) -> String {
        let mut parts: Vec<String> = self.0.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        sort::ascending(&mut parts);
        let mut out = format!("0/{nodes} nodes are available:");
        if !parts.is_empty() {
            out.push(' ');
            out.push_str(&parts.join(", "));
            out.push('.');
        }
        out
    }
}

/// Puts what the plug-ins after filtering say behind the message.
pub fn with_preemption(mut text: String, preemption: &str) -> String {
    text.push_str(" no new claims to deallocate, preemption: ");
    text.push_str(preemption);
    text
}

/// As an event carries it.
pub fn cut(text: &str) -> String {
    if text.len() <= EVENT_LENGTH {
        return text.to_string();
    }
    const SUFFIX: &str = " ...";
    let mut end = EVENT_LENGTH - SUFFIX.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{SUFFIX}", &text[..end])
}
