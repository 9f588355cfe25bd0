//! What the controller remembers of one DaemonSet: per node its Pods, its verdict and its share of the status.
//!
//! A sync looks only at nodes on which something changed since the last one. That gives the same answer as looking at all of
//! them, which is what upstream does: whatever a node's answer depends on (the node, its Pods, the template, the hash, the
//! passing of `minReadySeconds` or a back-off) marks the node as changed.

use super::decide::decide;
use super::place::present;
use super::status::{Counts, Share, share};
use super::template::{is_updated, target_node};
use crate::apiserver::Map;
use crate::clock::Instant;
use crate::controller::expectations::Expectations;
use crate::controller::queue::Trigger;
use crate::informer::Informers;
use api::Str;
use api::meta::{Labels, Uid};
use api::objects::pod::Pod;
use api::objects::pod_spec::{PodSpec, PodTemplate};
use api::objects::workload::DaemonSet;
use api::time::Time;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

/// One node as a DaemonSet sees it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The set's Pods that belong to the node, those on their way out included.
    pub pods: Vec<Rc<Pod>>,
    /// The node exists.
    pub exists: bool,
    /// A Pod should be created where there is none.
    pub should_run: bool,
    /// A Pod that is there may stay.
    pub should_continue_running: bool,
    /// What it adds to the status.
    pub share: Share,
    /// One of its Pods has an older template.
    pub has_old: bool,
}

/// The state of one DaemonSet.
#[derive(Clone, Debug, Default)]
pub struct SetState {
    /// Which DaemonSet: another uid under the same name starts afresh.
    pub uid: Uid,
    /// What was written and not yet seen.
    pub expectations: Expectations,
    /// Failed Pods: per observed generation and node, the delay and when it began.
    pub backoff: BTreeMap<(i64, Str), (Duration, Instant)>,
    /// By node.
    pub entries: Map<Str, Entry>,
    /// Nodes whose placement has to be looked at.
    pub to_place: BTreeSet<Str>,
    /// Nodes whose share has to be counted again.
    pub to_count: BTreeSet<Str>,
    /// The status, from all shares.
    pub counts: Counts,
    /// How many nodes have a Pod of an older template.
    pub old_count: i64,
    /// The second half of a sync is still to come, for this generation; and the sync was asked for again meanwhile.
    pub second_half: Option<(i64, Option<Trigger>)>,
    made_for: Option<(Rc<PodTemplate>, Option<i64>, Str)>,
    spec: Rc<PodSpec>,
    labels: Labels,
}

impl SetState {
    /// Nothing seen yet.
    pub fn new(uid: Uid) -> SetState {
        SetState { uid, ..SetState::default() }
    }

    /// A Pod came, changed or went: moves it to where it belongs and marks the node.
    pub fn take_pod(&mut self, old: Option<&Pod>, new: Option<&Rc<Pod>>) {
        let was = old.and_then(target_node);
        let is = new.and_then(|pod| target_node(pod));
        if let Some((node, old)) = was.as_ref().zip(old)
            && let Some(entry) = self.entries.get_mut(node)
        {
            match new.filter(|_| was == is) {
                Some(new) => {
                    if let Some(place) = entry.pods.iter_mut().find(|pod| pod.meta.uid == old.meta.uid) {
                        *place = new.clone();
                    }
                }
                None => entry.pods.retain(|pod| pod.meta.uid != old.meta.uid),
            }
            self.mark(node);
        }
        if let Some((node, new)) = is.as_ref().zip(new) {
            let entry = self.entries.entry(node.clone()).or_default();
            if !entry.pods.iter().any(|pod| pod.meta.uid == new.meta.uid) {
                entry.pods.push(new.clone());
            }
            self.mark(node);
        }
    }

    /// Something a node's answer depends on has changed.
    pub fn mark(&mut self, node: &Str) {
        if !self.to_place.contains(node) {
            self.to_place.insert(node.clone());
        }
        if !self.to_count.contains(node) {
            self.to_count.insert(node.clone());
        }
    }

    /// Everything has to be looked at: the template changed, or its hash.
    pub fn mark_all(&mut self, informers: &Informers) {
        let known: Vec<Str> = self.entries.keys().cloned().collect();
        for node in known.iter().chain(informers.nodes.keys()) {
            self.mark(node);
        }
    }

    /// Makes ready for a template, generation and hash: what its Pods are made of.
    pub fn prepare(&mut self, set: &DaemonSet, hash: &Str, informers: &Informers) {
        let generation = set.template_generation();
        let same = self.made_for.as_ref().is_some_and(|(template, made_generation, made_hash)| {
            Rc::ptr_eq(template, &set.spec.template) && *made_generation == generation && made_hash == hash
        });
        if same {
            return;
        }
        self.made_for = Some((set.spec.template.clone(), generation, hash.clone()));
        self.spec = super::template::daemon_spec(&set.spec.template);
        self.labels = super::template::daemon_labels(&set.spec.template, generation, hash);
        self.mark_all(informers);
    }

    /// The spec of a Pod for any node.
    pub fn pod_spec(&self) -> &Rc<PodSpec> {
        &self.spec
    }

    /// The labels of a Pod.
    pub fn pod_labels(&self) -> &Labels {
        &self.labels
    }

    /// Counts the marked nodes again.
    pub fn recount(&mut self, set: &DaemonSet, hash: &str, informers: &Informers, now: Time) {
        let generation = set.template_generation();
        let min_ready_seconds = set.spec.min_ready_seconds;
        let updated = |pod: &Pod| is_updated(pod, hash, generation);
        for name in std::mem::take(&mut self.to_count) {
            let node = informers.node(&name);
            let mut entry = match (self.entries.remove(&name), node) {
                (Some(entry), _) => entry,
                (None, Some(_)) => Entry::default(),
                (None, None) => continue,
            };
            entry.exists = node.is_some();
            (entry.should_run, entry.should_continue_running) = match node {
                Some(node) => {
                    let verdict = decide(&set.spec.template, node);
                    (verdict.should_run(), verdict.should_continue_running())
                }
                None => (false, false),
            };
            let present = present(&entry.pods);
            let new = if entry.exists {
                share(entry.should_run, &present, min_ready_seconds, now, &updated)
            } else {
                Share::default()
            };
            self.counts.replace(entry.share, new);
            entry.share = new;
            let has_old = entry.pods.iter().any(|pod| !updated(pod));
            self.old_count += i64::from(has_old) - i64::from(entry.has_old);
            entry.has_old = has_old;
            if new.ready && !new.available {
                // It becomes available by itself as time passes.
                self.to_count.insert(name.clone());
            }
            if entry.exists || !entry.pods.is_empty() {
                self.entries.insert(name, entry);
            } else {
                self.old_count -= i64::from(entry.has_old);
            }
        }
    }
}
