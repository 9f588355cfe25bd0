//! What one node adds to a DaemonSet's status.
//!
//! The status is the sum over the nodes that exist. Only nodes on which something changed are counted again.
//!
//! Models `updateDaemonSetStatus` of `pkg/controller/daemon/daemon_controller.go`, Kubernetes v1.36.

use super::place::sort_by_seniority;
use api::objects::pod::Pod;
use api::objects::workload::DaemonSetStatus;
use api::time::Time;
use std::rc::Rc;

/// One node's part in the counts; each field is 0 or 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The node should run a Pod.
    pub desired: bool,
    /// It should and has one.
    pub current: bool,
    /// It should not and has one.
    pub misscheduled: bool,
    /// Its first Pod is Ready.
    pub ready: bool,
    /// Its first Pod is available.
    pub available: bool,
    /// Its first Pod has the current template.
    pub updated: bool,
}

/// What a node adds. `pods` leaves out those that are both terminal and Terminating.
pub fn share(
    should_run: bool,
    pods: &[Rc<Pod>],
    min_ready_seconds: i64,
    now: Time,
    is_updated: &dyn Fn(&Pod) -> bool,
) -> Share {
    let Some(first) = first(pods) else { return Share { desired: should_run, ..Share::default() } };
    if !should_run {
        return Share { misscheduled: true, ..Share::default() };
    }
    let ready = first.ready();
    Share {
        desired: true,
        current: true,
        misscheduled: false,
        ready,
        available: ready && first.available(min_ready_seconds, now),
        updated: is_updated(&first),
    }
}

/// The Pod that speaks for a node: bound before unbound, then the oldest, then by name.
fn first(pods: &[Rc<Pod>]) -> Option<Rc<Pod>> {
    match pods {
        [] => None,
        [only] => Some(only.clone()),
        several => {
            let mut sorted = several.to_vec();
            sort_by_seniority(&mut sorted);
            sorted.into_iter().next()
        }
    }
}

/// The sum of all shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    desired: i64,
    current: i64,
    misscheduled: i64,
    ready: i64,
    available: i64,
    updated: i64,
}

impl Counts {
    /// Takes one node's old share out and puts its new one in.
    pub fn replace(&mut self, old: Share, new: Share) {
        let change = |new: bool, old: bool| i64::from(new) - i64::from(old);
        self.desired += change(new.desired, old.desired);
        self.current += change(new.current, old.current);
        self.misscheduled += change(new.misscheduled, old.misscheduled);
        self.ready += change(new.ready, old.ready);
        self.available += change(new.available, old.available);
        self.updated += change(new.updated, old.updated);
    }

    /// How many nodes should run a Pod.
    pub fn desired(&self) -> i64 {
        self.desired
    }

    /// Whether some Pod is Ready but not yet available.
    pub fn waits_for_availability(&self) -> bool {
        self.ready > self.available
    }

    /// As a status, with the fields that are not counts taken from the old one.
    pub fn status(&self, old: &DaemonSetStatus) -> DaemonSetStatus {
        DaemonSetStatus {
            desired_number_scheduled: self.desired,
            current_number_scheduled: self.current,
            number_misscheduled: self.misscheduled,
            number_ready: self.ready,
            updated_number_scheduled: self.updated,
            number_available: self.available,
            number_unavailable: self.desired - self.available,
            observed_generation: old.observed_generation,
            collision_count: old.collision_count,
        }
    }
}
