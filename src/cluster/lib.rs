//! The virtual cluster: an API server, controllers, a scheduler and kubelets on a virtual clock.
//!
//! In reading order: [`clock`] (time moves only by wakes), [`rng`], [`cause`] (why each write was made), [`apiserver`],
//! [`informer`] (what components know), [`recorder`] (events), [`controller`], [`scheduler`], [`kubelet`], and [`cluster`], which
//! owns them all and takes one step at a time.
//!
//! One thing from beginning to end: a learner applies a DaemonSet. `apiserver` decodes, defaults, validates and stores it,
//! and logs the change. Five milliseconds later the controllers' informers have it; the DaemonSet controller's queue has its
//! key; ten more and a sync has created a Pod for each node. The scheduler's watch brings the Pods, it binds each to the one
//! node that matches; that node's kubelet pulls, starts and reports; the reports go back the same way, and the sync that
//! they cause writes the status.
//!
//! Nothing in here knows a browser, a clock on a wall, YAML or kubectl; the same seed and the same acts give the same world.

pub mod apiserver;
pub mod cause;
pub mod clock;
mod cluster;
pub mod controller;
pub mod heap;
pub mod informer;
pub mod kubelet;
pub mod recorder;
pub mod rng;
pub mod scheduler;
pub mod table;

pub use cluster::{Cluster, EPOCH, Step};
