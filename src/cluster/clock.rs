//! Virtual time, and the queue of moments at which somebody asked to be woken.
//!
//! Nothing in the cluster reads a real clock. Time moves only by taking the next [`Wake`] from the queue; wakes of one moment
//! come in the order they were asked for, so a run is the same every time.

use api::time::{MicroTime, Time};
use std::collections::{BTreeMap, VecDeque};
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
    /// disruption-controller
    Disruption,
}

impl ControllerId {
    /// How many there are.
    pub const COUNT: usize = 9;

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
        ControllerId::Disruption,
    ];
}

/// The queue of wakes, ordered by moment, then by when they were asked for.
///
/// A moment is often one for thousands: kubelets beat together, and Pods that were created together start so.
#[derive(Clone, Debug, Default)]
pub struct WakeQueue {
    moments: BTreeMap<Instant, VecDeque<Wake>>,
}

impl WakeQueue {
    /// Asks to be woken at a moment.
    pub fn push(&mut self, at: Instant, wake: Wake) {
        self.moments.entry(at).or_default().push_back(wake);
    }

    /// The moment of the next wake.
    pub fn next_at(&self) -> Option<Instant> {
        self.moments.first_key_value().map(|(at, _)| *at)
    }

    /// Takes the next wake.
    pub fn pop(&mut self) -> Option<(Instant, Wake)> {
        let mut moment = self.moments.first_entry()?;
        let (at, wake) = (*moment.key(), moment.get_mut().pop_front()?);
        if moment.get().is_empty() {
            moment.remove();
        }
        Some((at, wake))
    }

    /// How many are waiting.
    pub fn len(&self) -> usize {
        self.moments.values().map(VecDeque::len).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.moments.is_empty()
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
        assert_eq!((queue.len(), queue.next_at()), (3, Some(Instant(1))));
        let order: Vec<Wake> = std::iter::from_fn(|| queue.pop()).map(|(_, wake)| wake).collect();
        assert_eq!(order, [Wake::SchedulerTimer, Wake::Schedule, Wake::Schedule]);
        assert!(queue.is_empty());
    }
}
