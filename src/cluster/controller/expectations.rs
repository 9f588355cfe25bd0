//! What a controller has written but not yet seen back in its informers.
//!
//! While expectations are open, the informers are behind the controller's own deeds, and acting on them would do things twice.
//!
//! Source: pkg/controller/controller_utils.go (`ControllerExpectations`).

use crate::clock::Instant;
use std::time::Duration;

/// After this, expectations are taken for fulfilled: 5 min.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Creations and deletions to be seen for one key.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expectations {
    creations: i64,
    deletions: i64,
    since: Instant,
}

impl Expectations {
    /// Sets both counts, overwriting what was expected before.
    pub fn set(&mut self, creations: i64, deletions: i64, now: Instant) {
        *self = Expectations { creations, deletions, since: now };
    }

    /// One creation was seen, or will not come.
    pub fn creation_observed(&mut self) {
        self.creations -= 1;
    }

    /// One deletion was seen, or will not come.
    pub fn deletion_observed(&mut self) {
        self.deletions -= 1;
    }

    /// Whether everything was seen, or has taken too long.
    pub fn fulfilled(&self, now: Instant) -> bool {
        (self.creations <= 0 && self.deletions <= 0) || now.since(self.since) > TIMEOUT
    }
}
