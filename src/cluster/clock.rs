//! Virtual time, and the queue of moments at which somebody asked to be woken.
//!
//! Nothing in the cluster reads a real clock. Time moves only by taking the next [`Wake`] from the queue; wakes of one moment
//! come in the order they were asked for, so a run is the same every time.

use api::time::{MicroTime, Time};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::{Add, Sub};
use std::time::Duration;

/// A moment in virtual time, in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub u64);

impl Instant {
    /// As the API writes it: whole seconds, cut off.
    pub fn time(self) -> Time {
        Time((self.0 / 1_000_000_000) as i64)
    }

    /// As leases write it: microseconds.
    pub fn micro_time(self) -> MicroTime {
        MicroTime((self.0 / 1000) as i64)
    }

    /// The time since an earlier moment; zero if it isn't earlier.
    pub fn since(self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl From<Time> for Instant {
    fn from(time: Time) -> Instant {
        Instant(time.0.max(0) as u64 * 1_000_000_000)
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;
    fn add(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_add(duration.as_nanos() as u64))
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;
    fn sub(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_sub(duration.as_nanos() as u64))
    }
}

/// Who is to be woken, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wake {
    /// The controller manager reads what its watches have brought.
    DeliverToControllers,
    /// The scheduler reads what its watches have brought.
    DeliverToScheduler,
    /// The kubelets read what their watches have brought.
    DeliverToKubelets,
    /// A controller takes one key from its work queue.
    Reconcile(ControllerId),
    /// A controller has asked for this moment: a delayed key is due, or its period is over.
    Timer(ControllerId),
    /// The scheduler tries one Pod.
    Schedule,
    /// The scheduler moves Pods out of back-off, or flushes old ones.
    SchedulerTimer,
    /// A kubelet goes on with one of its Pods.
    Pod {
        /// The kubelet's slot.
        kubelet: u32,
        /// The worker's number there.
        worker: u32,
    },
    /// A kubelet renews its lease, posts its status or starts up.
    Node {
        /// The kubelet's slot.
        kubelet: u32,
    },
}

/// The controllers of the controller manager, in the order they are listed everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ControllerId {
    /// daemonset-controller
    DaemonSet,
    /// replicaset-controller
    ReplicaSet,
    /// deployment-controller
    Deployment,
    /// node-controller: addresses, taints by condition, health
    NodeLifecycle,
    /// taint-eviction-controller
    TaintEviction,
    /// garbage-collector-controller
    GarbageCollector,
    /// pod-garbage-collector
    PodGc,
    /// service accounts and root certificates for namespaces; namespace clean-up
    Namespace,
}

impl ControllerId {
    /// How many there are.
    pub const COUNT: usize = 8;

    /// All of them, in order.
    pub const ALL: [ControllerId; ControllerId::COUNT] = [
        ControllerId::DaemonSet,
        ControllerId::ReplicaSet,
        ControllerId::Deployment,
        ControllerId::NodeLifecycle,
        ControllerId::TaintEviction,
        ControllerId::GarbageCollector,
        ControllerId::PodGc,
        ControllerId::Namespace,
    ];
}

/// The queue of wakes, ordered by moment, then by when they were asked for.
#[derive(Clone, Debug, Default)]
pub struct WakeQueue {
    heap: BinaryHeap<Reverse<(Instant, u64, Wake)>>,
    asked: u64,
}

impl WakeQueue {
    /// Asks to be woken at a moment.
    pub fn push(&mut self, at: Instant, wake: Wake) {
        self.asked += 1;
        self.heap.push(Reverse((at, self.asked, wake)));
    }

    /// The moment of the next wake.
    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _, _))| *at)
    }

    /// Takes the next wake.
    pub fn pop(&mut self) -> Option<(Instant, Wake)> {
        let taken = self.heap.pop().map(|Reverse((at, _, wake))| (at, wake));
        // What a busy moment needed isn't kept for ever.
        if self.heap.len() < self.heap.capacity() / 2 {
            self.heap.shrink_to(self.heap.len() / 4 * 5 + 64);
        }
        taken
    }

    /// How many are waiting.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wakes_of_one_moment_come_in_the_order_they_were_asked_for() {
        let mut queue = WakeQueue::default();
        queue.push(Instant(2), Wake::Schedule);
        queue.push(Instant(1), Wake::SchedulerTimer);
        queue.push(Instant(1), Wake::Schedule);
        let order: Vec<Wake> = std::iter::from_fn(|| queue.pop()).map(|(_, wake)| wake).collect();
        assert_eq!(order, [Wake::SchedulerTimer, Wake::Schedule, Wake::Schedule]);
    }
}
