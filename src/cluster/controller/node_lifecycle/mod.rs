//! The node lifecycle controller: what becomes of a node whose kubelet is silent, and the taints that follow its
//! conditions.
//!
//! [`health`] says how long ago a node was heard from, [`taints`] which taints its conditions call for, [`zone`] how
//! fast NoExecute taints may be added, [`address`] what new nodes are given; `write` has the writes. This file is the
//! loop around them: what a change or a check puts into the queue.
//!
//! A check, every five seconds, changes nothing itself. It looks at the nodes that may have changed, judges the zones, and queues what is to
//! be done, so that each write is a step of its own: a node's conditions become Unknown; the NoSchedule taint answers
//! that change; its Pods are marked not ready a moment later; the NoExecute taint comes when the zone's queue lets it.
//!
//! Models pkg/controller/nodelifecycle (with pkg/controller/nodeipam and ttl), Kubernetes v1.36. Left out: keeping the
//! `beta` twins of the os and arch labels in step.

pub mod address;
pub mod health;
pub mod taints;
mod write;
pub mod zone;

#[cfg(test)]
mod tests;

use super::Context;
use super::manager::Controller;
use super::queue::Trigger;
use crate::apiserver::{Change, Key};
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant};
use crate::informer::Informers;
use crate::table::Table;
use address::{Ranges, TTL_ANNOTATION, TimeToLive};
use api::Str;
use api::meta::Uid;
use api::objects::Object;
use api::objects::condition::Truth;
use api::objects::event::EventSource;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::scheduling::Effect;
use api::request::WatchType;
use api::time::MicroTime;
use health::{Health, Share};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;
use zone::{Count, State, Zone, ZoneKey, zone_of};

/// Between two checks: 5 s.
///
/// Source: kube-controller-manager `--node-monitor-period`.
pub const MONITOR_PERIOD: Duration = Duration::from_secs(5);
/// From a node's status to the marking of its Pods: 20 ms, so that the NoSchedule taint comes first, as it mostly does.
const BEFORE_MARKING: Duration = Duration::from_millis(20);
/// A moment that doesn't come.
const NEVER: Instant = Instant(u64::MAX);
/// Nodes with this label count in no zone.
const EXCLUDE_DISRUPTION: &str = "node.kubernetes.io/exclude-disruption";

/// One thing to be done.
#[derive(Clone, Debug, PartialEq)]
enum Work {
    /// Give a node its range of Pod addresses.
    Address(Str),
    /// Write a node's time to live.
    TimeToLive(Str),
    /// Bring a node's NoSchedule taints into line.
    NoSchedule(Str),
    /// Say that a node was seen for the first time.
    Register(Str),
    /// Say that a node is gone.
    Remove(Str, Uid),
    /// Make a node's conditions Unknown.
    Silence(Str),
    /// Give a node the NoExecute taint it should have.
    NoExecute(Str),
    /// Take a node's NoExecute taints away.
    Lift(Str),
}

/// The controller.
#[derive(Clone, Debug)]
pub struct NodeLifecycle {
    queue: VecDeque<(Work, Trigger)>,
    /// Pods to be marked not ready; they wait for the moment beside them.
    marks: VecDeque<(Key, Instant, Trigger)>,
    marks_ready: VecDeque<(Key, Trigger)>,
    /// Nodes that have come and gone since the last check.
    arrivals: BTreeMap<Str, Trigger>,
    departures: BTreeMap<Str, (Uid, Trigger)>,
    known: Table<Str, Health>,
    /// Nodes that the next check looks at: changed since the last one, or not well then.
    touched: Vec<Str>,
    /// Until then none of the others can have been silent for too long.
    quiet_until: Instant,
    /// The zones nodes have been in, with how many count there.
    counts: Vec<(ZoneKey, Count)>,
    /// Renewals of nodes that no check has seen yet.
    leases: Table<Str, MicroTime>,
    zones: BTreeMap<ZoneKey, Zone>,
    ranges: Ranges,
    time_to_live: TimeToLive,
    next_check: Instant,
    asked: Option<Instant>,
    source: Rc<EventSource>,
}

impl Default for NodeLifecycle {
    fn default() -> NodeLifecycle {
        NodeLifecycle {
            queue: VecDeque::new(),
            marks: VecDeque::new(),
            marks_ready: VecDeque::new(),
            arrivals: BTreeMap::new(),
            departures: BTreeMap::new(),
            known: Table::new(),
            touched: Vec::new(),
            quiet_until: Instant::default(),
            counts: Vec::new(),
            leases: Table::new(),
            zones: BTreeMap::new(),
            ranges: Ranges::default(),
            time_to_live: TimeToLive::default(),
            next_check: Instant::default(),
            asked: None,
            source: Rc::new(EventSource { component: "node-controller".into(), host: "".into() }),
        }
    }
}

impl Controller for NodeLifecycle {
    fn take(&mut self, change: &Change, informers: &Informers, _now: Instant) {
        let trigger = (change.version, change.cause);
        let gone = change.kind == WatchType::Deleted;
        if let Object::Node(node) = &change.object {
            self.touched.push(node.meta.name.clone());
        }
        match &change.object {
            Object::Node(node) if gone => self.take_departure(node, trigger, informers),
            Object::Node(node) => self.take_node(node, change.old.is_none(), trigger, informers),
            Object::Pod(pod) if !gone => self.take_pod(pod, change.old.as_ref(), trigger),
            Object::Lease(lease) if &*lease.meta.namespace == "kube-node-lease" => {
                self.take_lease(&lease.meta.name, lease.renew_time.filter(|_| !gone));
            }
            _ => {}
        }
    }

    fn has_work(&self) -> bool {
        !self.queue.is_empty() || !self.marks_ready.is_empty()
    }

    fn start(&mut self, ctx: &mut Context<'_>) {
        self.next_check = ctx.now() + MONITOR_PERIOD;
        ctx.wake_at(self.next_check, ControllerId::NodeLifecycle);
    }

    fn timer(&mut self, ctx: &mut Context<'_>) {
        let now = ctx.now();
        if self.next_check <= now {
            self.check(ctx.informers, now);
            self.next_check = now + MONITOR_PERIOD;
            ctx.wake_at(self.next_check, ControllerId::NodeLifecycle);
        }
        for zone in self.zones.values_mut() {
            while let Some(name) = zone.release(now) {
                if let Some(health) = self.known.get_mut(&name) {
                    health.queued = false;
                }
                self.queue.push_back((Work::NoExecute(name), clock()));
            }
        }
        while let Some((key, _, trigger)) = self.marks.pop_front_if(|(_, from, _)| *from <= now) {
            self.marks_ready.push_back((key, trigger));
        }
        self.ask(ctx);
    }

    /// Does one thing; what turns out to be done already takes no step.
    fn reconcile(&mut self, ctx: &mut Context<'_>) {
        let mut done = false;
        while !done {
            if let Some((work, trigger)) = self.queue.pop_front() {
                ctx.api.answering(Cause::answer(Actor::NodeController, trigger.0, trigger.1));
                done = self.work(ctx, work);
            } else if let Some((key, trigger)) = self.marks_ready.pop_front() {
                ctx.api.answering(Cause::answer(Actor::NodeController, trigger.0, trigger.1));
                done = self.mark_not_ready(ctx, &key);
            } else {
                break;
            }
        }
        self.ask(ctx);
    }
}

/// What answers no change but the time that has passed.
fn clock() -> Trigger {
    (0, Cause::clock(Actor::NodeController))
}

/// What answers the last change of a node, noticed by the clock.
fn last_change(node: &Node) -> Trigger {
    (node.meta.resource_version, Cause::clock(Actor::NodeController))
}

// What a change puts into the queue.
impl NodeLifecycle {
    fn take_node(&mut self, node: &Node, new: bool, trigger: Trigger, informers: &Informers) {
        let name = &node.meta.name;
        if new {
            // A node that comes back before the check has noticed its absence was never away.
            if self.departures.remove(name).is_none() {
                self.arrivals.insert(name.clone(), trigger);
            }
            self.time_to_live.resize(informers.nodes.len());
            match node.pod_cidr() {
                "" => self.queue.push_back((Work::Address(name.clone()), trigger)),
                range => self.ranges.take(range),
            }
        }
        let seconds = node.meta.annotations.get(TTL_ANNOTATION);
        if seconds.and_then(|text| text.parse().ok()) != Some(self.time_to_live.seconds()) {
            self.queue.push_back((Work::TimeToLive(name.clone()), trigger));
        }
        if !taints::no_schedule_difference(node).is_empty() {
            self.queue.push_back((Work::NoSchedule(name.clone()), trigger));
        }
    }

    fn take_departure(&mut self, node: &Node, trigger: Trigger, informers: &Informers) {
        let name = &node.meta.name;
        if self.arrivals.remove(name).is_none() {
            self.departures.insert(name.clone(), (node.meta.uid, trigger));
        }
        self.ranges.give_back(node.pod_cidr());
        self.time_to_live.resize(informers.nodes.len());
    }

    /// A sign of life, noted without a look at the node: a node that was well at the last check needs none, the others get one anyway.
    fn take_lease(&mut self, name: &Str, renewed: Option<MicroTime>) {
        match (renewed, self.known.get_mut(name)) {
            (Some(renewed), Some(health)) => health.renew(renewed, self.next_check),
            (Some(renewed), None) => drop(self.leases.insert(name.clone(), renewed)),
            (None, _) => drop(self.leases.remove(name)),
        }
    }

    /// A Pod that was bound to a node which isn't ready.
    fn take_pod(&mut self, pod: &Pod, old: Option<&Object>, trigger: Trigger) {
        let bound_before = matches!(old, Some(Object::Pod(old)) if old.node_name == pod.node_name);
        if bound_before || !pod.ready() {
            return;
        }
        let known = self.known.get(&pod.node_name).and_then(|health| health.ready);
        if known.is_some_and(|ready| ready != Truth::True) {
            self.marks_ready.push_back((Key::new(&pod.meta.namespace, &pod.meta.name), trigger));
        }
    }

    /// Asks to be woken for what is due next.
    fn ask(&mut self, ctx: &mut Context<'_>) {
        let zones = self.zones.values().filter_map(Zone::next_due);
        let Some(due) = zones.chain(self.marks.front().map(|(_, from, _)| *from)).min() else { return };
        let now = ctx.now();
        if self.asked.is_none_or(|asked| asked <= now || due < asked) {
            self.asked = Some(due);
            ctx.wake_at(due, ControllerId::NodeLifecycle);
        }
    }
}

// The check.
impl NodeLifecycle {
    fn check(&mut self, informers: &Informers, now: Instant) {
        for (name, trigger) in std::mem::take(&mut self.arrivals) {
            self.queue.push_back((Work::Register(name), trigger));
        }
        for (name, (uid, trigger)) in std::mem::take(&mut self.departures) {
            if let Some(health) = self.known.remove(&name) {
                self.count(health.share, None);
                if health.queued {
                    self.zones.values_mut().for_each(|zone| zone.remove(&name));
                }
            }
            self.queue.push_back((Work::Remove(name, uid), trigger));
        }
        let mut down: Vec<(&Rc<Node>, Truth)> = Vec::new();
        for (name, node) in self.worth_a_look(informers, now) {
            let before = self.known.get(name).copied();
            let mut health = before.unwrap_or_else(|| Health::new(node, now));
            if before.is_none()
                && let Some(renewed) = self.leases.remove(name)
            {
                health.renew(renewed, now);
            }
            let finding = health.look(node, now);
            let counts = !node.meta.labels.contains_key(EXCLUDE_DISRUPTION);
            let share = counts.then(|| (self.zone_number(node), finding.ready == Some(Truth::True)));
            self.count(std::mem::replace(&mut health.share, share), share);
            if before != Some(health) {
                self.known.insert(name.clone(), health);
            }
            if finding.ready == Some(Truth::True) && !taints::has_no_execute(node) {
                self.quiet_until = self.quiet_until.min(health.overdue_at());
            } else {
                self.touched.push(name.clone());
            }
            if finding.silent {
                self.queue.push_back((Work::Silence(name.clone()), clock()));
            }
            match finding.ready {
                Some(Truth::True) => self.reachable(node),
                Some(ready) => down.push((node, ready)),
                None => {}
            }
        }
        // In the order the nodes came; upstream has no order here.
        for (node, ready) in down {
            self.unreachable(node, ready, now);
        }
        let counts = self.counts.iter().filter(|(_, count)| count.ready + count.not_ready > 0).cloned().collect();
        self.handle_disruption(&counts, informers, now);
    }

    /// The nodes about which a check can find anything new, in the order they joined: mostly few, now and then all.
    fn worth_a_look<'i>(&mut self, informers: &'i Informers, now: Instant) -> Vec<(&'i Str, &'i Rc<Node>)> {
        let touched = std::mem::take(&mut self.touched);
        if now >= self.quiet_until {
            self.quiet_until = NEVER;
            return informers.nodes_in_order();
        }
        let entry = |name: &Str| informers.nodes.get(name).map(|(place, node)| (*place, &node.meta.name, node));
        let mut nodes: Vec<(u64, &Str, &Rc<Node>)> = touched.iter().filter_map(entry).collect();
        api::sort::by_key(&mut nodes, |(place, ..)| *place);
        nodes.dedup_by_key(|(place, ..)| *place);
        nodes.into_iter().map(|(_, name, node)| (name, node)).collect()
    }

    /// The number of a node's zone in `counts`.
    fn zone_number(&mut self, node: &Node) -> u32 {
        let is = |key: &ZoneKey| zone::labels_of(node) == (&*key.0, &*key.1);
        let number = self.counts.iter().position(|(key, _)| is(key)).unwrap_or_else(|| {
            self.counts.push((zone_of(node), Count::default()));
            self.counts.len() - 1
        });
        number as u32
    }

    /// A node counts differently from now on.
    fn count(&mut self, before: Option<Share>, now: Option<Share>) {
        if let Some((zone, ready)) = before {
            *self.counts[zone as usize].1.of(ready) -= 1;
        }
        if let Some((zone, ready)) = now {
            *self.counts[zone as usize].1.of(ready) += 1;
        }
    }

    /// A ready node loses its NoExecute taints and its place in the queue.
    fn reachable(&mut self, node: &Node) {
        let name = &node.meta.name;
        if taints::has_no_execute(node) {
            self.queue.push_back((Work::Lift(name.clone()), last_change(node)));
        }
        if let Some(health) = self.known.get(name).filter(|health| health.queued) {
            self.known.insert(name.clone(), Health { queued: false, ..*health });
            self.zones.values_mut().for_each(|zone| zone.remove(name));
        }
    }

    /// A node that isn't ready swaps its NoExecute taint at once, but waits in the queue for a first one.
    fn unreachable(&mut self, node: &Node, ready: Truth, now: Instant) {
        let (name, Some((wanted, excluded))) = (&node.meta.name, taints::no_execute_keys(ready)) else { return };
        let health = self.known.get(name).copied().unwrap_or_default();
        if taints::has(node, excluded, Effect::NoExecute) {
            self.queue.push_back((Work::NoExecute(name.clone()), last_change(node)));
        } else if !taints::has(node, wanted, Effect::NoExecute) && !health.queued {
            self.known.insert(name.clone(), Health { queued: true, ..health });
            self.zones.entry(zone_of(node)).or_default().push(name, now);
        }
    }

    /// Sets the pace of every zone.
    fn handle_disruption(&mut self, counts: &BTreeMap<ZoneKey, Count>, informers: &Informers, now: Instant) {
        for (key, zone) in &mut self.zones {
            if !counts.contains_key(key) {
                zone.state = None;
            }
        }
        for key in counts.keys() {
            self.zones.entry(key.clone()).or_default().state.get_or_insert(State::Normal);
        }
        let is_down = counts.values().all(|count| count.state() == State::FullDisruption);
        let was_down = self.zones.values().all(|zone| zone.state.is_none_or(|state| state == State::FullDisruption));
        if is_down && was_down {
            return;
        }
        if is_down {
            self.stop_evicting(informers, now);
        }
        if was_down {
            // It may have been the controller that was cut off: everybody gets a new chance.
            let known: Vec<Str> = self.known.keys().cloned().collect();
            for name in known {
                if let Some(health) = self.known.get_mut(&name) {
                    health.heard = now;
                }
            }
        }
        for (key, count) in counts {
            let Some(zone) = self.zones.get_mut(key) else { continue };
            if !is_down && (was_down || zone.state != Some(count.state())) {
                zone.set_interval(count.interval(), now);
            }
            zone.state = Some(count.state());
        }
    }

    /// Nothing is ready anywhere: every NoExecute taint goes, and no more come.
    fn stop_evicting(&mut self, informers: &Informers, now: Instant) {
        self.queue.retain(|(work, _)| !matches!(work, Work::NoExecute(_)));
        for (name, node) in informers.nodes_in_order() {
            if taints::has_no_execute(node) {
                self.queue.push_back((Work::Lift(name.clone()), clock()));
            }
            if let Some(health) = self.known.get(name).filter(|health| health.queued) {
                self.known.insert(name.clone(), Health { queued: false, ..*health });
            }
        }
        for zone in self.zones.values_mut() {
            zone.clear();
            zone.set_interval(None, now);
        }
    }
}
