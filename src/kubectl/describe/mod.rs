//! What `describe` says: one kind per file. Describing is the client's work in Kubernetes, too.
//!
//! A describer writes fields into a [`writer::Writer`], which aligns them at the end, and asks a [`related::Related`] for what belongs
//! to the object. [`fields`], [`container`], [`volume`] and [`workload`] hold what several kinds share, [`events`] comes
//! last.
//!
//! Models kubectl `pkg/describe/describe.go`, v1.36.

mod autoscaler;
mod batch;
mod config_map;
mod container;
mod daemon_set;
mod deployment;
mod events;
mod fields;
mod generic;
mod limits;
mod namespace;
mod network;
mod node;
mod pod;
mod pod_disruption_budget;
mod priority_class;
pub mod related;
mod replica_set;
mod role;
mod role_binding;
mod secret;
mod service;
mod service_account;
mod stateful_set;
mod storage;
mod volume;
mod workload;
mod writer;

pub use events::interval;

use api::Value;
use api::resource::Kind;
use related::Related;
use writer::Writer;

/// Describes an object (JSON, with `apiVersion` and `kind`); with its Events if wanted and if the kind has any.
pub fn object(kind: Kind, object: &Value, show_events: bool, related: &mut dyn Related) -> String {
    let mut w = Writer::default();
    describer(kind)(&mut w, object, related);
    if show_events && !WITHOUT_EVENTS.contains(&kind) {
        events::describe(&mut w, kind, object, related);
    }
    w.finish()
}

/// The kinds whose describers don't ask for Events.
const WITHOUT_EVENTS: [Kind; 9] = [
    Kind::NAMESPACE,
    Kind::SECRET,
    Kind::ROLE,
    Kind::CLUSTER_ROLE,
    Kind::ROLE_BINDING,
    Kind::CLUSTER_ROLE_BINDING,
    Kind::RESOURCE_QUOTA,
    Kind::LIMIT_RANGE,
    Kind::NETWORK_POLICY,
];

/// A Pod template with tabs where a description would align: `rollout history --revision`, `rollout undo --dry-run`.
pub fn pod_template_with_tabs(template: &Value) -> String {
    let mut w = Writer::default();
    workload::pod_template(&mut w, template);
    w.with_tabs()
}

fn describer(kind: Kind) -> fn(&mut Writer, &Value, &mut dyn Related) {
    match kind {
        Kind::POD => pod::describe,
        Kind::NODE => node::describe,
        Kind::DAEMON_SET => daemon_set::describe,
        Kind::DEPLOYMENT => deployment::describe,
        Kind::REPLICA_SET => replica_set::describe,
        Kind::STATEFUL_SET => stateful_set::describe,
        Kind::NAMESPACE => namespace::describe,
        Kind::POD_DISRUPTION_BUDGET => pod_disruption_budget::describe,
        Kind::PRIORITY_CLASS => priority_class::describe,
        Kind::CONFIG_MAP => config_map::describe,
        Kind::SECRET => secret::describe,
        Kind::SERVICE => service::describe,
        Kind::SERVICE_ACCOUNT => service_account::describe,
        Kind::ROLE | Kind::CLUSTER_ROLE => role::describe,
        Kind::ROLE_BINDING | Kind::CLUSTER_ROLE_BINDING => role_binding::describe,
        Kind::JOB => batch::describe_job,
        Kind::CRON_JOB => batch::describe_cron_job,
        Kind::RESOURCE_QUOTA => limits::describe_quota,
        Kind::LIMIT_RANGE => limits::describe_limit_range,
        Kind::PERSISTENT_VOLUME_CLAIM => storage::describe_claim,
        Kind::PERSISTENT_VOLUME => storage::describe_volume,
        Kind::STORAGE_CLASS => storage::describe_class,
        Kind::INGRESS => network::describe_ingress,
        Kind::NETWORK_POLICY => network::describe_policy,
        Kind::HORIZONTAL_POD_AUTOSCALER => autoscaler::describe,
        _ => generic::describe,
    }
}

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
