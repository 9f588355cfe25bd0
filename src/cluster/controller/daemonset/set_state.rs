//! What the controller remembers of one DaemonSet: per node its Pods, its verdict and its share of the status.
//!
//! A sync looks only at nodes on which something changed since the last one. That gives the same answer as looking at all of
//! them, which is what upstream does: whatever a node's answer depends on (the node, its Pods, the template, the hash, the
//! passing of `minReadySeconds` or a back-off) marks the node as changed. Before 1.12 it also depended on everybody else's Pods there:
//! a controller that places Pods itself looks at all nodes every time.

use super::before_1_12::Placing;
use super::history::History;
use super::place::present;
use super::rollout::{self, NodePods, Standing};
use super::status::{Counts, Share, share};
use super::template::{is_updated, target_node};
use crate::clock::Instant;
use crate::controller::expectations::Expectations;
use crate::controller::queue::Trigger;
use crate::informer::Informers;
use crate::table::Table;
use api::Str;
use api::meta::{Meta, Uid};
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::pod_spec::PodTemplate;
use api::objects::workload::DaemonSet;
use api::time::Time;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

/// Who looks for room, and where the Pods are that may take it.
pub type Judges<'a> = (Placing, &'a Informers);

/// One node as a DaemonSet sees it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its name.
    pub name: Str,
    /// The set's Pods that belong to the node, those on their way out included.
    pub pods: Vec<Rc<Pod>>,
    /// The node, if it exists, and its place in the order of joining.
    pub node: Option<(u64, Rc<Node>)>,
    /// A Pod should be created where there is none.
    pub should_run: bool,
    /// A Pod that is there may stay.
    pub should_continue_running: bool,
    /// Why none is created for now, where the controller looks for room itself.
    pub no_room: Option<Rc<str>>,
    /// The three above still hold: neither the node nor the template has changed since.
    decided: bool,
    /// What it adds to the status.
    pub share: Share,
    /// One of its Pods has an older template.
    pub has_old: bool,
    /// How it stood in a rollout without surge when it was last counted.
    standing: Standing,
    to_place: bool,
    /// It wants a Pod that no burst has had room for yet.
    put_off: bool,
    to_count: bool,
}

/// What the second half of a sync has to know of the first.
#[derive(Clone, Debug)]
pub struct SecondHalf {
    /// The set's generation then.
    pub generation: i64,
    /// The sync was asked for again meanwhile.
    pub again: Option<Trigger>,
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
    /// The status, from all shares.
    pub counts: Counts,
    /// How many nodes have a Pod of an older template.
    pub old_count: i64,
    /// As a rollout without surge sees it: how many nodes are without an available Pod and on their way to one, and the nodes
    /// whose old Pod may go, at once or within the budget. By place in the order of joining, and number.
    missing: i64,
    broken: BTreeSet<(u64, u32)>,
    waiting: BTreeSet<(u64, u32)>,
    /// Why the last sync failed.
    pub failure: Option<Rc<str>>,
    /// The second half of a sync, if it is still to come.
    pub second_half: Option<SecondHalf>,
    /// One for each node ever seen; `numbers` finds them by name.
    entries: Vec<Entry>,
    numbers: Table<Str, u32>,
    /// Nodes whose placement has to be looked at.
    to_place: Vec<u32>,
    /// Nodes that want a Pod, unchanged since they were looked at, in the order they joined.
    put_off: VecDeque<u32>,
    /// Nodes whose share has to be counted again.
    to_count: Vec<u32>,
    /// The `minReadySeconds` of the last count.
    counted_with: i64,
    /// The history as last found, and what it was found from.
    pub history: Option<(Rc<PodTemplate>, u64, Rc<History>)>,
    made_for: Option<(Rc<PodTemplate>, Option<i64>, Str)>,
    /// A Pod as it will be created, but for its node and its owners.
    model: Pod,
}

impl SetState {
    /// Nothing seen yet.
    pub fn new(uid: Uid) -> SetState {
        SetState { uid, ..SetState::default() }
    }

    /// A node, if it was ever seen.
    pub fn entry(&self, node: &Str) -> Option<&Entry> {
        self.numbers.get(node).map(|number| &self.entries[*number as usize])
    }

    fn number(&mut self, node: &Str) -> u32 {
        if let Some(number) = self.numbers.get(node) {
            return *number;
        }
        let number = self.entries.len() as u32;
        self.entries.push(Entry { name: node.clone(), ..Entry::default() });
        self.numbers.insert(node.clone(), number);
        number
    }

    /// A Pod came, changed or went: moves it to where it belongs and marks the node.
    pub fn take_pod(&mut self, old: Option<&Pod>, new: Option<&Rc<Pod>>) {
        let was = old.and_then(target_node);
        let is = new.and_then(|pod| target_node(pod));
        if let Some((node, old)) = was.as_ref().zip(old).filter(|_| was != is) {
            let number = self.number(node);
            self.entries[number as usize].pods.retain(|pod| pod.meta.uid != old.meta.uid);
            self.mark_number(number);
        }
        if let Some((node, new)) = is.as_ref().zip(new) {
            let number = self.number(node);
            let pods = &mut self.entries[number as usize].pods;
            match pods.iter_mut().find(|pod| pod.meta.uid == new.meta.uid) {
                Some(place) => *place = new.clone(),
                None => {
                    // Mostly the only one; a list that grows by itself begins with room for four.
                    pods.reserve_exact(usize::from(pods.is_empty()));
                    pods.push(new.clone());
                }
            }
            // The node's only Pod goes on running: that changes the counts, and nothing about who should be here.
            let goes_on = |pod: &Pod| !pod.terminal() && !pod.meta.terminating();
            let alone = pods.len() == 1;
            let unmoved =
                was == is && old.is_some_and(|old| goes_on(old) && Rc::ptr_eq(&old.meta.labels, &new.meta.labels));
            if alone && unmoved && goes_on(new) {
                self.mark_count(number);
            } else {
                self.mark_number(number);
            }
        }
    }

    /// A node came, changed or went.
    pub fn take_node(&mut self, name: &Str, node: Option<(u64, Rc<Node>)>) {
        let number = self.number(name);
        // It may stand at another place from now on.
        self.stand(number, Standing::Done);
        let entry = &mut self.entries[number as usize];
        entry.node = node;
        entry.decided = false;
        self.mark_number(number);
    }

    /// What was to be done on a node was not done.
    pub fn mark(&mut self, node: &Str) {
        let number = self.number(node);
        self.mark_number(number);
    }

    fn mark_number(&mut self, number: u32) {
        self.mark_placement(number);
        self.mark_count(number);
    }

    fn mark_count(&mut self, number: u32) {
        if !std::mem::replace(&mut self.entries[number as usize].to_count, true) {
            self.to_count.push(number);
        }
    }

    /// The node's placement has to be looked at again, though nothing about it changed.
    pub fn mark_placement(&mut self, number: u32) {
        let entry = &mut self.entries[number as usize];
        entry.put_off = false;
        if !std::mem::replace(&mut entry.to_place, true) {
            self.to_place.push(number);
        }
    }

    /// The node that was put off first, with its place in the order of joining.
    pub fn first_put_off(&mut self) -> Option<(u64, u32)> {
        while let Some(number) = self.put_off.front().copied() {
            let entry = &self.entries[number as usize];
            if entry.put_off {
                return Some((entry.order(), number));
            }
            // It was marked since.
            self.put_off.pop_front();
        }
        None
    }

    /// Its turn has come.
    pub fn take_put_off(&mut self) {
        if let Some(number) = self.put_off.pop_front() {
            self.entries[number as usize].put_off = false;
        }
    }

    /// Nodes that want a Pod are put off, before those that are so already.
    pub fn put_off(&mut self, numbers: Vec<u32>) {
        for number in numbers.into_iter().rev() {
            self.entries[number as usize].put_off = true;
            self.put_off.push_front(number);
        }
    }

    /// The nodes whose placement has to be looked at, by number.
    pub fn marked(&self) -> impl Iterator<Item = u32> {
        self.to_place.iter().copied()
    }

    /// They have been looked at.
    pub fn clear_marked(&mut self) {
        for number in std::mem::take(&mut self.to_place) {
            self.entries[number as usize].to_place = false;
        }
    }

    /// A node by number.
    pub fn numbered(&self, number: u32) -> &Entry {
        &self.entries[number as usize]
    }

    /// All nodes there are, for a set that has just been seen first.
    pub fn take_nodes(&mut self, informers: &Informers) {
        self.entries.reserve_exact(informers.nodes.len());
        for (name, node) in informers.nodes.iter() {
            self.take_node(name, Some(node.clone()));
        }
    }

    /// Makes ready for a template, generation and hash: what its Pods are made of.
    pub fn prepare(&mut self, set: &DaemonSet, hash: &Str, placing: Placing) {
        let generation = set.template_generation();
        let same = self.made_for.as_ref().is_some_and(|(template, made_generation, made_hash)| {
            Rc::ptr_eq(template, &set.spec.template) && *made_generation == generation && made_hash == hash
        });
        if same && placing == Placing::ByScheduler {
            return;
        }
        self.made_for = Some((set.spec.template.clone(), generation, hash.clone()));
        let template = &set.spec.template;
        self.model = Pod {
            meta: Meta {
                generate_name: format!("{}-", set.meta.name).into(),
                namespace: set.meta.namespace.clone(),
                labels: super::template::daemon_labels(template, generation, hash),
                annotations: template.annotations.clone(),
                finalizers: template.finalizers.clone(),
                ..Meta::default()
            },
            spec: super::template::daemon_spec(template, placing),
            ..Pod::default()
        };
        for number in 0..self.entries.len() as u32 {
            self.entries[number as usize].decided = false;
            self.mark_number(number);
        }
    }

    /// What Pods are made from: a copy shares all that they have in common.
    pub fn model(&self) -> &Pod {
        &self.model
    }

    /// Counts the marked nodes again.
    pub fn recount(&mut self, set: &DaemonSet, hash: &str, now: Time, judges: Judges<'_>) {
        let generation = set.template_generation();
        let min_ready_seconds = set.spec.min_ready_seconds;
        // Mostly a Pod's labels are the very ones that were made for this hash.
        let made = (!hash.is_empty()).then(|| self.model.meta.labels.clone());
        let is_made = |pod: &Pod| made.as_ref().is_some_and(|labels| Rc::ptr_eq(labels, &pod.meta.labels));
        let updated = |pod: &Pod| is_made(pod) || is_updated(pod, hash, generation);
        if std::mem::replace(&mut self.counted_with, min_ready_seconds) != min_ready_seconds {
            (0..self.entries.len() as u32).for_each(|number| self.mark_count(number));
        }
        let mut still = Vec::new();
        for number in std::mem::take(&mut self.to_count) {
            let entry = &mut self.entries[number as usize];
            entry.to_count = false;
            entry.decide(set, judges);
            let new = if entry.node.is_some() {
                share(entry.should_run, &present(&entry.pods), min_ready_seconds, now, &updated)
            } else {
                Share::default()
            };
            self.counts.replace(entry.share, new);
            entry.share = new;
            let has_old = entry.pods.iter().any(|pod| !updated(pod));
            self.old_count += i64::from(has_old) - i64::from(entry.has_old);
            entry.has_old = has_old;
            let standing = match entry.takes_part() {
                true => rollout::standing(&entry.pods, min_ready_seconds, now, &updated).0,
                false => Standing::Done,
            };
            // Some Pods become available by themselves as time passes.
            let ripens = |pod: &Rc<Pod>| pod.ready() && !pod.available(min_ready_seconds, now);
            if min_ready_seconds > 0 && entry.pods.iter().any(ripens) {
                entry.to_count = true;
                still.push(number);
            }
            self.stand(number, standing);
        }
        self.to_count = still;
    }

    /// A node stands so in a rollout without surge.
    fn stand(&mut self, number: u32, standing: Standing) {
        let entry = &mut self.entries[number as usize];
        let (place, before) = ((entry.order(), number), std::mem::replace(&mut entry.standing, standing));
        if before == standing {
            return;
        }
        match before {
            Standing::Done => {}
            Standing::Missing => self.missing -= 1,
            Standing::Waiting => {
                self.waiting.remove(&place);
            }
            Standing::Broken => {
                self.broken.remove(&place);
            }
        }
        match standing {
            Standing::Done => {}
            Standing::Missing => self.missing += 1,
            Standing::Waiting => {
                self.waiting.insert(place);
            }
            Standing::Broken => {
                self.broken.insert(place);
            }
        }
    }

    /// What a rollout without surge has to look at: the nodes on which an old Pod may go now, in the order they joined, and what the
    /// others, which can change nothing, leave of the budget. As last counted.
    pub fn may_go(&self, max_unavailable: i64) -> (Vec<NodePods<'_>>, i64) {
        let budget = max_unavailable - self.missing;
        let within = (budget - self.broken.len() as i64).max(0) as usize;
        let places = self.broken.iter().chain(self.waiting.iter().take(within)).copied();
        (self.in_order(places.collect()), budget)
    }

    /// All nodes that take part in a rollout, in the order they joined.
    pub fn taking_part(&self) -> Vec<NodePods<'_>> {
        let numbered = self.entries.iter().zip(0..);
        let places = numbered.filter(|(entry, _)| entry.takes_part()).map(|(entry, number)| (entry.order(), number));
        self.in_order(places.collect())
    }

    fn in_order(&self, mut places: Vec<(u64, u32)>) -> Vec<NodePods<'_>> {
        api::sort::ascending(&mut places);
        places.into_iter().map(|(_, number)| self.numbered(number).node_pods()).collect()
    }

    /// A node by number, with its verdict as it now is.
    pub fn decided(&mut self, number: u32, set: &DaemonSet, judges: Judges<'_>) -> &Entry {
        let entry = &mut self.entries[number as usize];
        entry.decide(set, judges);
        entry
    }
}

impl Entry {
    /// The node's place in the order of joining; 0: it is gone.
    pub fn order(&self) -> u64 {
        self.node.as_ref().map_or(0, |(order, _)| *order)
    }

    /// Whether a rollout has to do with it.
    fn takes_part(&self) -> bool {
        self.should_run || !self.pods.is_empty()
    }

    fn node_pods(&self) -> NodePods<'_> {
        NodePods { name: &self.name, exists: self.node.is_some(), should_run: self.should_run, pods: &self.pods }
    }

    fn decide(&mut self, set: &DaemonSet, (placing, informers): Judges<'_>) {
        if self.decided {
            return;
        }
        self.decided = true;
        (self.should_run, self.should_continue_running, self.no_room) = match &self.node {
            Some((_, node)) => {
                let judgement = placing.judge(set, node, informers.pods_on(&self.name));
                let verdict = judgement.verdict;
                (verdict.should_run(), verdict.should_continue_running(), judgement.no_room.map(Rc::from))
            }
            None => (false, false, None),
        };
    }
}
