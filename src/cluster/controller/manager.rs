//! The controller manager: one set of informers, all controllers, and who of them has work.
//!
//! A delivered change goes to the informers first and then to every controller, which may put keys into its queue. A controller
//! with work is woken once per key, so that each reconcile is a step of its own.

use super::daemonset::DaemonSetController;
use super::deployment::DeploymentController;
use super::disruption::DisruptionController;
use super::garbage_collector::GarbageCollector;
use super::namespace::NamespaceController;
use super::node_lifecycle::NodeLifecycle;
use super::pod_gc::PodGc;
use super::replicaset::ReplicaSetController;
use super::taint_eviction::TaintEviction;
use super::{Context, REACTION};
use crate::apiserver::Change;
use crate::apiserver::typed::Api;
use crate::clock::{ControllerId, Instant, Wake, WakeQueue};
use crate::informer::Informers;
use crate::recorder::Recorder;
use std::time::Duration;

/// Between two keys of one controller: 1 ms.
const NEXT_KEY: Duration = Duration::from_millis(1);

/// What every controller can do.
pub trait Controller {
    /// Takes in one change; the informers have it already.
    fn take(&mut self, change: &Change, informers: &Informers, now: Instant);

    /// Works on one item of its queue.
    fn reconcile(&mut self, ctx: &mut Context<'_>);

    /// Whether its queue has an item.
    fn has_work(&self) -> bool;

    /// Asks for its first wake, if it works by the clock.
    fn start(&mut self, _ctx: &mut Context<'_>) {}

    /// A moment it asked for has come: moves what is due into the queue.
    fn timer(&mut self, ctx: &mut Context<'_>);
}

/// A controller and its name.
type Named<'a> = (ControllerId, &'a mut dyn Controller);

/// The informers and the controllers.
#[derive(Clone, Debug, Default)]
pub struct ControllerManager {
    /// What the controllers know.
    pub informers: Informers,
    /// Keeps one Pod on every node that should have one.
    pub daemon_sets: DaemonSetController,
    /// Keeps so many Pods of a template.
    pub replica_sets: ReplicaSetController,
    /// Rolls from one template's ReplicaSet to the next one's.
    pub deployments: DeploymentController,
    /// Addresses, taints and health of nodes.
    pub nodes: NodeLifecycle,
    /// Evicts Pods from nodes with taints they don't tolerate.
    pub taint_eviction: TaintEviction,
    /// Removes what has lost its owner.
    pub garbage: GarbageCollector,
    /// Removes Pods whose node is gone.
    pub pod_garbage: PodGc,
    /// Furnishes and clears namespaces.
    pub namespaces: NamespaceController,
    /// Says how many Pods may be evicted.
    pub disruptions: DisruptionController,
    /// Per controller: a wake for its next item is under way.
    awake: [bool; ControllerId::COUNT],
}

/// The manager at work.
pub struct Working<'a> {
    manager: &'a mut ControllerManager,
    api: Api<'a>,
    wakes: &'a mut WakeQueue,
    recorder: &'a mut Recorder,
}

impl ControllerManager {
    fn controllers(&mut self) -> (&Informers, [Named<'_>; 9]) {
        let all: [Named<'_>; 9] = [
            (ControllerId::DaemonSet, &mut self.daemon_sets),
            (ControllerId::ReplicaSet, &mut self.replica_sets),
            (ControllerId::Deployment, &mut self.deployments),
            (ControllerId::NodeLifecycle, &mut self.nodes),
            (ControllerId::TaintEviction, &mut self.taint_eviction),
            (ControllerId::GarbageCollector, &mut self.garbage),
            (ControllerId::PodGc, &mut self.pod_garbage),
            (ControllerId::Namespace, &mut self.namespaces),
            (ControllerId::Disruption, &mut self.disruptions),
        ];
        (&self.informers, all)
    }

    /// Whether a controller's queue has an item.
    pub fn has_work(&self, id: ControllerId) -> bool {
        match id {
            ControllerId::DaemonSet => self.daemon_sets.has_work(),
            ControllerId::ReplicaSet => self.replica_sets.has_work(),
            ControllerId::Deployment => self.deployments.has_work(),
            ControllerId::NodeLifecycle => self.nodes.has_work(),
            ControllerId::TaintEviction => self.taint_eviction.has_work(),
            ControllerId::GarbageCollector => self.garbage.has_work(),
            ControllerId::PodGc => self.pod_garbage.has_work(),
            ControllerId::Namespace => self.namespaces.has_work(),
            ControllerId::Disruption => self.disruptions.has_work(),
        }
    }

    /// Takes in what the watches have brought.
    pub fn take<'c>(&mut self, changes: impl Iterator<Item = &'c Change>, now: Instant, wakes: &mut WakeQueue) {
        for change in changes {
            self.informers.take(change);
            let (informers, controllers) = self.controllers();
            for (_, controller) in controllers {
                controller.take(change, informers, now);
            }
        }
        self.wake_busy(now + REACTION, wakes);
    }

    /// Asks for a wake for every controller that has work and none under way.
    fn wake_busy(&mut self, at: Instant, wakes: &mut WakeQueue) {
        let mut busy = [false; ControllerId::COUNT];
        for (id, controller) in self.controllers().1 {
            busy[id as usize] = controller.has_work();
        }
        for (id, busy) in ControllerId::ALL.into_iter().zip(busy) {
            if busy && !self.awake[id as usize] {
                self.awake[id as usize] = true;
                wakes.push(at, Wake::Reconcile(id));
            }
        }
    }

    /// The manager with everything it works with.
    pub fn context<'a>(
        &'a mut self,
        api: Api<'a>,
        wakes: &'a mut WakeQueue,
        recorder: &'a mut Recorder,
    ) -> Working<'a> {
        Working { manager: self, api, wakes, recorder }
    }
}

impl Working<'_> {
    /// Starts the controllers that work by the clock.
    pub fn start(&mut self) {
        self.with(|controllers, ctx| {
            for (_, controller) in controllers {
                controller.start(ctx);
            }
        });
    }

    /// One controller works on one item.
    pub fn reconcile(&mut self, id: ControllerId) {
        self.manager.awake[id as usize] = false;
        self.with(|controllers, ctx| {
            for (each, controller) in controllers {
                if *each == id {
                    controller.reconcile(ctx);
                }
            }
        });
        self.manager.wake_busy(self.api.now() + NEXT_KEY, self.wakes);
    }

    /// A moment that a controller asked for has come.
    pub fn timer(&mut self, id: ControllerId) {
        self.with(|controllers, ctx| {
            for (each, controller) in controllers {
                if *each == id {
                    controller.timer(ctx);
                }
            }
        });
        self.manager.wake_busy(self.api.now(), self.wakes);
    }

    fn with(&mut self, work: impl FnOnce(&mut [Named<'_>], &mut Context<'_>)) {
        let (informers, mut controllers) = self.manager.controllers();
        let mut ctx = Context { api: self.api.reborrow(), informers, wakes: self.wakes, recorder: self.recorder };
        work(&mut controllers, &mut ctx);
    }
}
