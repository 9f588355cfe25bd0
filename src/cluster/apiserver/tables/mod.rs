//! The columns `get` shows, per kind: the server computes them, kubectl lays them out.
//!
//! A kind is one file with its [`Column`]s and a function from an object (as JSON) to the cells under them; always all
//! cells, since leaving out the wide ones is kubectl's business. Kinds without a file of their own show NAME and AGE.
//!
//! Models `pkg/printers/internalversion/printers.go`, Kubernetes v1.36.

mod config_map;
mod controller_revision;
mod daemon_set;
mod deployment;
mod endpoint_slice;
mod endpoints;
mod event;
mod lease;
mod namespace;
mod node;
mod others;
mod pod;
mod pod_disruption_budget;
mod priority_class;
mod replica_set;
mod role;
mod role_binding;
mod secret;
mod service;
mod stateful_set;

use api::Value;
use api::human;
use api::objects::Object;
use api::resource::Kind;
use api::table::Column;
use api::time::Time;

/// The columns of a kind, the wide ones included.
pub fn columns(kind: Kind) -> &'static [Column] {
    maker(kind).0
}

/// An object's cells, one for each of [`columns`].
pub fn cells(kind: Kind, object: &Value, now: Time) -> Vec<String> {
    (maker(kind).1)(object, now)
}

/// The same for an object as it is stored.
pub fn cells_of(object: &Object, now: Time) -> Vec<String> {
    match object {
        Object::Pod(pod) => pod::cells(&pod::outline(pod), now),
        Object::Event(event) => event::cells(&event.outline(), now),
        _ => cells(object.kind(), &object.to_value(), now),
    }
}

type Maker = (&'static [Column], fn(&Value, Time) -> Vec<String>);

fn maker(kind: Kind) -> Maker {
    match kind {
        Kind::POD => (pod::COLUMNS, pod::cells),
        Kind::NODE => (node::COLUMNS, node::cells),
        Kind::DAEMON_SET => (daemon_set::COLUMNS, daemon_set::cells),
        Kind::DEPLOYMENT => (deployment::COLUMNS, deployment::cells),
        Kind::REPLICA_SET | Kind::REPLICATION_CONTROLLER => (replica_set::COLUMNS, replica_set::cells),
        Kind::STATEFUL_SET => (stateful_set::COLUMNS, stateful_set::cells),
        Kind::CONTROLLER_REVISION => (controller_revision::COLUMNS, controller_revision::cells),
        Kind::EVENT => (event::COLUMNS, event::cells),
        Kind::NAMESPACE => (namespace::COLUMNS, namespace::cells),
        Kind::LEASE => (lease::COLUMNS, lease::cells),
        Kind::PRIORITY_CLASS => (priority_class::COLUMNS, priority_class::cells),
        Kind::CONFIG_MAP => (config_map::COLUMNS, config_map::cells),
        Kind::SECRET => (secret::COLUMNS, secret::cells),
        Kind::SERVICE => (service::COLUMNS, service::cells),
        Kind::POD_DISRUPTION_BUDGET => (pod_disruption_budget::COLUMNS, pod_disruption_budget::cells),
        Kind::ENDPOINTS => (endpoints::COLUMNS, endpoints::cells),
        Kind::ENDPOINT_SLICE => (endpoint_slice::COLUMNS, endpoint_slice::cells),
        Kind::ROLE | Kind::CLUSTER_ROLE | Kind::CUSTOM_RESOURCE_DEFINITION => (role::COLUMNS, role::cells),
        Kind::ROLE_BINDING | Kind::CLUSTER_ROLE_BINDING => (role_binding::COLUMNS, role_binding::cells),
        Kind::JOB => (others::JOB, others::job),
        Kind::CRON_JOB => (others::CRON_JOB, others::cron_job),
        Kind::PERSISTENT_VOLUME_CLAIM => (others::CLAIM, others::claim),
        Kind::PERSISTENT_VOLUME => (others::VOLUME, others::volume),
        Kind::STORAGE_CLASS => (others::STORAGE_CLASS, others::storage_class),
        Kind::INGRESS => (others::INGRESS, others::ingress),
        Kind::INGRESS_CLASS => (others::INGRESS_CLASS, others::ingress_class),
        Kind::NETWORK_POLICY => (others::NETWORK_POLICY, others::network_policy),
        Kind::HORIZONTAL_POD_AUTOSCALER => (others::AUTOSCALER, others::autoscaler),
        Kind::RESOURCE_QUOTA => (others::QUOTA, others::quota),
        Kind::LIMIT_RANGE => (others::CREATED_AT, others::created_at),
        Kind::POD_TEMPLATE => (others::POD_TEMPLATE, others::pod_template),
        _ => (NAME_AND_AGE, |object, now| vec![name(object), age(object, now)]),
    }
}

/// A ServiceAccount has had no SECRETS column since its token Secrets went; most other kinds never had more either.
const NAME_AND_AGE: &[Column] = &[always("NAME"), always("AGE")];

/// Of the scale subresource, whatever is scaled.
pub const SCALE: &[Column] = &[always("NAME"), always("DESIRED"), always("AVAILABLE"), always("AGE")];

/// The cells of a scale.
pub fn scale(scale: &Value, now: Time) -> Vec<String> {
    vec![name(scale), count(&scale["spec"]["replicas"]), count(&scale["status"]["replicas"]), age(scale, now)]
}

const fn always(name: &'static str) -> Column {
    Column { name, priority: 0 }
}

const fn wide(name: &'static str) -> Column {
    Column { name, priority: 1 }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn name(object: &Value) -> String {
    text(&object["metadata"]["name"]).to_string()
}

fn age(object: &Value, now: Time) -> String {
    human::age(&object["metadata"]["creationTimestamp"], now)
}

/// A counter of a status; the controller has not run yet where it's absent.
fn count(value: &Value) -> String {
    value.as_i64().unwrap_or(0).to_string()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// One field of each item, joined with commas: container names, images.
fn joined(list: &Value, field: &str) -> String {
    items(list).map(|item| text(&item[field])).collect::<Vec<_>>().join(",")
}

/// The number of entries of a map.
fn size(map: &Value) -> usize {
    map.as_object().map_or(0, |map| map.len())
}

/// The first three, then how many more there are.
fn first_three(all: &[String]) -> String {
    match all.len() {
        0..=3 => all.join(","),
        n => format!("{} + {} more...", all[..3].join(","), n - 3),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod transcripts;
