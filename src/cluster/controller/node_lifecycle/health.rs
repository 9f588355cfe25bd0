//! How a node is, as far as the controller has heard.
//!
//! Pure. "Heard from" means a newer Lease or a changed heartbeat of condition Ready, and counts from the check that
//! noticed it: the controller trusts its own clock only.
//!
//! Models `tryUpdateNodeHealth` of pkg/controller/nodelifecycle/node_lifecycle_controller.go, Kubernetes v1.36.

use crate::clock::Instant;
use api::objects::condition::{self, Condition, Truth};
use api::objects::node::Node;
use api::time::{MicroTime, Time};
use std::time::Duration;

/// How long a silent node keeps its conditions: 50 s.
///
/// Source: kube-controller-manager `--node-monitor-grace-period`, v1.36 default.
pub const MONITOR_GRACE_PERIOD: Duration = Duration::from_secs(50);
/// The same for a node that has never posted condition Ready: 60 s.
///
/// Source: kube-controller-manager `--node-startup-grace-period`.
pub const STARTUP_GRACE_PERIOD: Duration = Duration::from_secs(60);

/// The conditions that nobody vouches for once the kubelet is silent.
pub const WATCHED: [&str; 4] = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/// What is remembered of a node from one check to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Health {
    /// The heartbeat of its condition Ready; `None`: it had no such condition.
    pub heartbeat: Option<Time>,
    /// What Ready was, or was about to be made, at the last check.
    pub ready: Option<Truth>,
    /// The renewal of its Lease that was seen last.
    pub lease: MicroTime,
    /// When it was heard from.
    pub heard: Instant,
    /// It waits in its zone's queue for a NoExecute taint.
    pub queued: bool,
    /// How it counts; `None`: not at all.
    pub share: Option<Share>,
}

/// The number of a zone, and whether the node is ready there.
pub type Share = (u32, bool);

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// Condition Ready, as it is or, for a silent node, as it will be.
    pub ready: Option<Truth>,
    /// Its conditions are to be made Unknown.
    pub silent: bool,
}

impl Health {
    /// A node seen for the first time. One that never posted a status counts from its creation.
    pub fn new(node: &Node, now: Instant) -> Health {
        let heartbeat = heartbeat(node);
        let heard = if heartbeat.is_some() { now } else { node.meta.creation_timestamp.into() };
        Health { heartbeat, heard, ..Health::default() }
    }

    /// When it has been silent for too long, unless it is heard from.
    pub fn overdue_at(&self) -> Instant {
        let grace = if self.heartbeat.is_some() { MONITOR_GRACE_PERIOD } else { STARTUP_GRACE_PERIOD };
        self.heard + grace
    }

    /// Takes note of a renewal of the node's Lease, which the check at that moment will have noticed.
    pub fn renew(&mut self, renewed: MicroTime, check: Instant) {
        if renewed > self.lease {
            (self.lease, self.heard) = (renewed, check);
        }
    }

    /// Looks at the node as it is now.
    pub fn look(&mut self, node: &Node, now: Instant) -> Finding {
        let found = heartbeat(node);
        if found != self.heartbeat {
            self.heartbeat = found;
            self.heard = now;
        }
        let mut ready = condition::find(&node.conditions, "Ready").map(|ready| ready.status);
        // Upstream asks for more than the grace; its checks come a little later each time, so that equality is too
        // late.
        let overdue = now >= self.overdue_at();
        if overdue {
            ready = Some(Truth::Unknown);
            // What the controller writes itself isn't a sign of life.
            self.heartbeat = found.or(Some(node.meta.creation_timestamp));
        }
        self.ready = ready;
        Finding { ready, silent: overdue && WATCHED.iter().any(|kind| !is_unknown(node, kind)) }
    }
}

/// When condition Ready was posted last.
pub fn heartbeat(node: &Node) -> Option<Time> {
    condition::find(&node.conditions, "Ready").map(|ready| ready.last_seen_time)
}

fn is_unknown(node: &Node, kind: &str) -> bool {
    condition::find(&node.conditions, kind).is_some_and(|found| found.status == Truth::Unknown)
}

/// Makes a silent node's conditions Unknown.
pub fn silence(node: &mut Node, now: Time) {
    for kind in WATCHED {
        match node.conditions.iter_mut().find(|found| found.kind == kind) {
            Some(found) if found.status != Truth::Unknown => {
                found.status = Truth::Unknown;
                found.reason = "NodeStatusUnknown".into();
                found.message = "Kubelet stopped posting node status.".into();
                found.last_transition_time = now;
            }
            Some(_) => {}
            None => node.conditions.push(Condition {
                last_seen_time: node.meta.creation_timestamp,
                ..Condition::new(kind, Truth::Unknown, now)
                    .because("NodeStatusNeverUpdated", "Kubelet never posted node status.")
            }),
        }
    }
}
