//! Zones: how bad it is in each, and so how fast its nodes get NoExecute taints.
//!
//! When much fails at once the fault is more likely the network's or the controller's own, and evicting everything
//! would make it worse. Nodes wait in their zone's queue; a bucket of one token says when the next may be tainted.
//!
//! Models `handleDisruption`, `ComputeZoneState` and `RateLimitedTimedQueue`, pkg/controller/nodelifecycle, Kubernetes
//! v1.36.

use crate::clock::Instant;
use api::Str;
use api::objects::node::Node;
use std::collections::VecDeque;
use std::time::Duration;

/// Between two nodes of a zone: 10 s.
///
/// Source: kube-controller-manager `--node-eviction-rate` (0.1/s), v1.36 default.
const INTERVAL: Duration = Duration::from_secs(10);
/// The same for a large zone in partial disruption: 100 s.
///
/// Source: `--secondary-node-eviction-rate` (0.01/s).
const INTERVAL_REDUCED: Duration = Duration::from_secs(100);
/// A zone with more nodes than this is large. Source: `--large-cluster-size-threshold`.
const LARGE: usize = 50;
/// The share of nodes not ready that makes a disruption. Source: `--unhealthy-zone-threshold`.
const UNHEALTHY: f32 = 0.55;
/// From a node's arrival in the queue to its taint: 50 ms, half of the 100 ms after which upstream looks again.
const PICKUP: Duration = Duration::from_millis(50);

/// A zone's labels: region and zone.
pub type ZoneKey = (Str, Str);

/// The zone a node is in; without labels it is in the one without a name.
pub fn zone_of(node: &Node) -> ZoneKey {
    let (region, zone) = labels_of(node);
    (region.into(), zone.into())
}

/// The same, as the node has it.
pub fn labels_of(node: &Node) -> (&str, &str) {
    let label = |key: &str| node.meta.label(key).map_or("", |label| &**label);
    (label("topology.kubernetes.io/region"), label("topology.kubernetes.io/zone"))
}

/// How many of a zone's nodes are ready, and how many not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Ready.
    pub ready: usize,
    /// Not.
    pub not_ready: usize,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Single nodes may have failed.
    Normal,
    /// Most have.
    PartialDisruption,
    /// All have.
    FullDisruption,
}

impl Count {
    /// The number of those that are ready, or aren't.
    pub fn of(&mut self, ready: bool) -> &mut usize {
        if ready { &mut self.ready } else { &mut self.not_ready }
    }

    /// How bad it is.
    pub fn state(self) -> State {
        let share = self.not_ready as f32 / (self.ready + self.not_ready).max(1) as f32;
        match self {
            Count { ready: 0, not_ready: 1.. } => State::FullDisruption,
            Count { not_ready: 3.., .. } if share >= UNHEALTHY => State::PartialDisruption,
            _ => State::Normal,
        }
    }

    /// Time between two taints; `None`: no further ones.
    pub fn interval(self) -> Option<Duration> {
        match self.state() {
            State::Normal | State::FullDisruption => Some(INTERVAL),
            State::PartialDisruption => (self.ready + self.not_ready > LARGE).then_some(INTERVAL_REDUCED),
        }
    }
}

/// A zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// As of the last check; `None`: none of its nodes counts.
    pub state: Option<State>,
    interval: Option<Duration>,
    /// From when on the next node may be tainted.
    free_at: Instant,
    /// Nodes that wait, and from when on they are looked at.
    queue: VecDeque<(Str, Instant)>,
}

impl Default for Zone {
    fn default() -> Zone {
        Zone { state: None, interval: Some(INTERVAL), free_at: Instant::default(), queue: VecDeque::new() }
    }
}

impl Zone {
    /// Puts a node into the queue.
    pub fn push(&mut self, node: &Str, now: Instant) {
        self.queue.push_back((node.clone(), now + PICKUP));
    }

    /// Takes a node out of the queue.
    pub fn remove(&mut self, node: &Str) {
        self.queue.retain(|(waiting, _)| waiting != node);
    }

    /// Empties the queue.
    pub fn clear(&mut self) {
        self.queue.clear();
    }

    /// Changes the pace. The token that was waited for is waited for anew.
    pub fn set_interval(&mut self, interval: Option<Duration>, now: Instant) {
        if interval == self.interval {
            return;
        }
        let waits = self.interval.is_none() || self.free_at > now;
        self.interval = interval;
        if let Some(interval) = interval {
            self.free_at = if waits { now + interval } else { now };
        }
    }

    /// The node whose turn it is, if any.
    pub fn release(&mut self, now: Instant) -> Option<Str> {
        let interval = self.interval?;
        if self.next_due()? > now {
            return None;
        }
        self.free_at = now + interval;
        self.queue.pop_front().map(|(node, _)| node)
    }

    /// When the next turn comes.
    pub fn next_due(&self) -> Option<Instant> {
        self.interval?;
        self.queue.front().map(|(_, from)| self.free_at.max(*from))
    }
}
