//! The controller manager: controllers that watch, queue keys, and bring the world nearer to what is wanted, one key at a time.
//!
//! [`queue`] is the work queue, [`expectations`] what a controller has written but not yet seen back, [`claim`] the taking and
//! giving up of Pods, [`recorder`] events. Each controller is a folder; they never import one another: they meet in the API.
//!
//! Source: client-go `util/workqueue`, pkg/controller, Kubernetes v1.36.

pub mod claim;
pub mod daemonset;
pub mod deployment;
pub mod disruption;
pub mod expectations;
pub mod garbage_collector;
pub mod manager;
pub mod namespace;
pub mod node_lifecycle;
pub mod pod_gc;
pub mod queue;
pub mod replicaset;
pub mod taint_eviction;
#[cfg(test)]
pub mod testing;

use crate::apiserver::typed::Api;
use crate::clock::{ControllerId, Instant, Wake, WakeQueue};
use crate::informer::Informers;
use crate::recorder::{Recorder, Say};
use api::meta::Meta;
use api::objects::event::{EventMessage, EventSource, ObjectReference};
use api::objects::text::Text;
use api::resource::Kind;
use api::status::{Reason, Status};
use std::rc::Rc;
use std::time::Duration;

/// From a key's arrival in a work queue to its reconciliation: 10 ms.
///
/// A free choice; real clusters show 10 to 50 ms.
pub const REACTION: Duration = Duration::from_millis(10);

/// What a controller has at hand while it handles one wake.
pub struct Context<'a> {
    /// The way to the API server.
    pub api: Api<'a>,
    /// What the controllers know.
    pub informers: &'a Informers,
    /// Where to ask for later wakes.
    pub wakes: &'a mut WakeQueue,
    /// Where events go.
    pub recorder: &'a mut Recorder,
}

impl Context<'_> {
    /// The moment.
    pub fn now(&self) -> Instant {
        self.api.now()
    }

    /// Asks that a controller be woken for its timer.
    pub fn wake_at(&mut self, at: Instant, controller: ControllerId) {
        self.wakes.push(at, Wake::Timer(controller));
    }

    /// Says something about an object, in an event.
    pub fn say(
        &mut self,
        (kind, meta): (Kind, &Meta),
        source: &Rc<EventSource>,
        warning: bool,
        reason: &'static str,
        text: String,
    ) {
        let about = ObjectReference {
            kind,
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid,
            resource_version: meta.resource_version,
            by_name: false,
        };
        let say = Say {
            about: Rc::new(about),
            field_path: Text::default(),
            source: source.clone(),
            warning,
            reason: reason.into(),
            message: EventMessage::Text(text.into()),
        };
        self.recorder.say(&mut self.api, say);
    }
}

/// Whether a creation was refused because its namespace is on its way out, which is no surprise to anybody.
pub fn namespace_is_going(status: &Status) -> bool {
    status.reason == Reason::Forbidden && status.message.contains("because it is being terminated")
}
