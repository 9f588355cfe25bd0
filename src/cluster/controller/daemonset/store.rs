//! Writing a DaemonSet's status: onto what the controller knew, and if that was refused, once more onto what the server has.
//!
//! A write is refused when the object has changed since it was read. One more try is all: after that the set goes back into the
//! queue. Left out: why it was refused, which makes no difference.
//!
//! Models `storeDaemonSetStatus` of `pkg/controller/daemon/daemon_controller.go`, Kubernetes v1.36.

use crate::apiserver::Key;
use crate::apiserver::typed::Api;
use api::objects::Object;
use api::objects::workload::{DaemonSet, DaemonSetStatus};
use api::resource::Kind;
use api::status::Status;
use std::rc::Rc;

/// How often a refused write is tried again. Source: `StatusUpdateRetries`.
const RETRIES: usize = 1;

/// Where a DaemonSet is read and its status written.
pub trait Statuses {
    /// Writes a set's status; refused if the set on the server is no longer of that version.
    fn write(&mut self, set: &DaemonSet) -> Result<(), Status>;

    /// Reads the set as it is now.
    fn read(&mut self, set: &DaemonSet) -> Result<Rc<DaemonSet>, Status>;
}

/// Brings a set's status to the counts and, unless it has seen a later one, the generation given.
pub fn store(statuses: &mut impl Statuses, set: &DaemonSet, counts: DaemonSetStatus) -> Result<(), Status> {
    let mut target = set.clone();
    let mut tries = 0;
    loop {
        let known = &target.status;
        target.status = DaemonSetStatus {
            collision_count: known.collision_count,
            observed_generation: known.observed_generation.max(counts.observed_generation),
            ..counts
        };
        match statuses.write(&target) {
            Err(_) if tries < RETRIES => target = (*statuses.read(set)?).clone(),
            outcome => return outcome,
        }
        tries += 1;
    }
}

impl Statuses for Api<'_> {
    fn write(&mut self, set: &DaemonSet) -> Result<(), Status> {
        let known = self.read(set)?;
        if known.meta.resource_version != set.meta.resource_version {
            return Err(Status::conflict(Kind::DAEMON_SET, &set.meta.name, ""));
        }
        if known.status == set.status {
            return Ok(());
        }
        self.update(Kind::DAEMON_SET, &key(set), |object| {
            let Object::DaemonSet(stored) = object else { return false };
            Rc::make_mut(stored).status = set.status.clone();
            true
        })?;
        Ok(())
    }

    fn read(&mut self, set: &DaemonSet) -> Result<Rc<DaemonSet>, Status> {
        match self.get(Kind::DAEMON_SET, &key(set)) {
            Some(Object::DaemonSet(found)) => Ok(found.clone()),
            _ => Err(Status::not_found(Kind::DAEMON_SET, &set.meta.name)),
        }
    }
}

fn key(set: &DaemonSet) -> Key {
    Key::new(&set.meta.namespace, &set.meta.name)
}
