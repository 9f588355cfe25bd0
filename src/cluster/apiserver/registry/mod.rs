//! What the server does per kind, over the dynamic value: defaults, bookkeeping, checks, warnings.
//!
//! A write passes through here after strict decoding, in this order: [`prepare_for_create`] or [`prepare_for_update`],
//! which begin with [`set_defaults`]; then (after admission) [`validate`] or [`validate_update`]; then [`warnings`] or
//! [`update_warnings`]. Each of these only picks the kind's file; a kind without one is stored as it came, with its
//! metadata checked.
//!
//! Read `daemon_set` first, then `pod_template` → `pod_spec` → `container` downwards. `names`, `meta` and `selector` hold
//! what all kinds share; `path`, `report` and `fields` are the tools.
//!
//! Models the strategies under `pkg/registry`, and `pkg/apis/*/validation` and `*/v1/defaults.go`, Kubernetes v1.36.

mod autoscaler;
mod batch;
mod budget;
mod config_map;
mod container;
mod cron;
mod daemon_set;
mod deployment;
mod env;
mod fields;
mod limits;
mod meta;
mod names;
mod namespace;
mod network;
mod node;
mod path;
mod pdb;
mod pod;
mod pod_spec;
mod pod_template;
pub mod priority_class;
mod probe;
mod rbac;
mod replica_set;
mod report;
mod resources;
mod scheduling;
mod secret;
mod security;
mod selector;
pub mod service;
mod storage;
mod stored;
mod volumes;
mod warnings;

#[cfg(test)]
mod tests;

pub use daemon_set::TEMPLATE_GENERATION;
pub use pod::{GATED, qos_class};

use api::resource::Kind;
use api::status::FieldError;
use api::{Map, Value, json};
use fields::{int, keep, part, remove, same, set};
use path::Path;
use report::Report;

/// Fills in what the manifest leaves open. Applying it again changes nothing.
pub fn set_defaults(kind: Kind, object: &mut Value) {
    match kind {
        Kind::POD => pod::set_defaults(object),
        Kind::DAEMON_SET => daemon_set::set_defaults(object),
        Kind::DEPLOYMENT => deployment::set_defaults(object),
        Kind::REPLICA_SET => replica_set::set_defaults(object),
        Kind::STATEFUL_SET => batch::set_stateful_set_defaults(object),
        Kind::JOB => batch::set_job_defaults(object),
        Kind::CRON_JOB => batch::set_cron_job_defaults(object),
        Kind::NODE => node::set_defaults(object),
        Kind::NAMESPACE => namespace::set_defaults(object),
        Kind::SERVICE => service::set_defaults(object),
        Kind::SECRET => secret::set_defaults(object),
        Kind::PRIORITY_CLASS => priority_class::set_defaults(object),
        Kind::HORIZONTAL_POD_AUTOSCALER => autoscaler::set_defaults(object),
        _ => stored::set_defaults(kind, object),
    }
}

/// Fills in defaults, takes from a new object what isn't its author's to say, and sets what the server keeps for it: its
/// first generation and its first status. The store adds uid, version and time.
pub fn prepare_for_create(kind: Kind, object: &mut Value) {
    set_defaults(kind, object);
    meta::prepare_for_create(object);
    match kind {
        Kind::DAEMON_SET => daemon_set::prepare_for_create(object),
        Kind::NAMESPACE => namespace::prepare_for_create(object),
        _ => {}
    }
    if has_generation(kind) {
        set(part(object, "metadata"), "generation", 1);
    }
    // A kubelet registers its node together with its status.
    if has_status(kind) && kind != Kind::NODE {
        let status = initial_status(kind, object);
        set(object, "status", status);
    }
}

/// Fills in defaults, since only then can specs be compared; takes from a changed object what isn't its author's to change,
/// and counts the generation on.
pub fn prepare_for_update(kind: Kind, new: &mut Value, old: &Value) {
    set_defaults(kind, new);
    meta::prepare_for_update(new, old);
    if has_status(kind) {
        keep(new, old, "status");
    }
    match kind {
        Kind::DAEMON_SET => daemon_set::prepare_for_update(new, old),
        Kind::NAMESPACE => namespace::prepare_for_update(new, old),
        Kind::SERVICE => service::prepare_for_update(new, old),
        _ => {}
    }
    match next_generation(kind, old, new) {
        0 => remove(part(new, "metadata"), "generation"),
        generation => set(part(new, "metadata"), "generation", generation),
    }
}

/// The generation after a change: one more when the spec differs. For a Deployment its annotations count as well.
pub fn next_generation(kind: Kind, old: &Value, new: &Value) -> i64 {
    let differs = |field: &str| !same(&old[field], &new[field]);
    let changed = match kind {
        _ if !has_generation(kind) => return 0,
        Kind::PRIORITY_CLASS => false,
        Kind::DEPLOYMENT => differs("spec") || !same(&old["metadata"]["annotations"], &new["metadata"]["annotations"]),
        Kind::ENDPOINT_SLICE => ["endpoints", "ports", "addressType"].into_iter().any(differs),
        Kind::MUTATING_WEBHOOK_CONFIGURATION | Kind::VALIDATING_WEBHOOK_CONFIGURATION => differs("webhooks"),
        _ => differs("spec"),
    };
    int(&old["metadata"], "generation") + changed as i64
}

fn has_generation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::POD
            | Kind::DAEMON_SET
            | Kind::DEPLOYMENT
            | Kind::REPLICA_SET
            | Kind::STATEFUL_SET
            | Kind::JOB
            | Kind::CRON_JOB
            | Kind::REPLICATION_CONTROLLER
            | Kind::POD_TEMPLATE
            | Kind::POD_DISRUPTION_BUDGET
            | Kind::PRIORITY_CLASS
            | Kind::ENDPOINT_SLICE
            | Kind::INGRESS
            | Kind::INGRESS_CLASS
            | Kind::NETWORK_POLICY
            | Kind::CUSTOM_RESOURCE_DEFINITION
            | Kind::FLOW_SCHEMA
            | Kind::PRIORITY_LEVEL_CONFIGURATION
            | Kind::MUTATING_WEBHOOK_CONFIGURATION
            | Kind::VALIDATING_WEBHOOK_CONFIGURATION
    )
}

/// Whether the kind has a status subresource, so that nobody else writes its status.
pub fn has_status(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::POD
            | Kind::NODE
            | Kind::NAMESPACE
            | Kind::DAEMON_SET
            | Kind::DEPLOYMENT
            | Kind::REPLICA_SET
            | Kind::STATEFUL_SET
            | Kind::JOB
            | Kind::CRON_JOB
            | Kind::SERVICE
            | Kind::REPLICATION_CONTROLLER
            | Kind::POD_DISRUPTION_BUDGET
            | Kind::PERSISTENT_VOLUME_CLAIM
            | Kind::PERSISTENT_VOLUME
            | Kind::RESOURCE_QUOTA
            | Kind::HORIZONTAL_POD_AUTOSCALER
            | Kind::INGRESS
            | Kind::CUSTOM_RESOURCE_DEFINITION
            | Kind::API_SERVICE
            | Kind::VOLUME_ATTACHMENT
            | Kind::FLOW_SCHEMA
            | Kind::PRIORITY_LEVEL_CONFIGURATION
            | Kind::CERTIFICATE_SIGNING_REQUEST
    )
}

/// The status a new object has.
pub fn initial_status(kind: Kind, object: &Value) -> Value {
    match kind {
        Kind::POD => pod::initial_status(object),
        Kind::DAEMON_SET => daemon_set::initial_status(),
        Kind::NAMESPACE => namespace::initial_status(),
        Kind::SERVICE => service::initial_status(),
        Kind::POD_DISRUPTION_BUDGET => pdb::initial_status(),
        Kind::REPLICA_SET | Kind::REPLICATION_CONTROLLER => json!({"replicas": 0}),
        Kind::STATEFUL_SET => json!({"availableReplicas": 0, "replicas": 0}),
        Kind::HORIZONTAL_POD_AUTOSCALER => json!({"currentMetrics": null, "desiredReplicas": 0}),
        Kind::INGRESS => json!({"loadBalancer": {}}),
        Kind::PERSISTENT_VOLUME_CLAIM | Kind::PERSISTENT_VOLUME => json!({"phase": "Pending"}),
        _ => Map::new().into(),
    }
}

/// What is wrong with a new object, in the server's order. `Status::invalid` joins it to a message.
pub fn validate(kind: Kind, object: &Value) -> Vec<FieldError> {
    let mut report = Report::default();
    let r = &mut report;
    match kind {
        Kind::POD => pod::validate(r, object),
        Kind::DAEMON_SET => daemon_set::validate(r, object),
        Kind::DEPLOYMENT => deployment::validate(r, object),
        Kind::REPLICA_SET => replica_set::validate(r, object),
        Kind::STATEFUL_SET => batch::validate_stateful_set(r, object),
        Kind::JOB => batch::validate_job(r, object),
        Kind::CRON_JOB => batch::validate_cron_job(r, object),
        Kind::NODE => node::validate(r, object),
        Kind::NAMESPACE => namespace::validate(r, object),
        Kind::PRIORITY_CLASS => priority_class::validate(r, object),
        Kind::CONFIG_MAP => config_map::validate(r, object),
        Kind::SECRET => secret::validate(r, object),
        Kind::SERVICE => service::validate(r, object),
        Kind::POD_DISRUPTION_BUDGET => pdb::validate(r, object),
        _ => validate_kept(r, kind, object, None),
    }
    report.0
}

/// What is wrong with an object that replaces another: everything a new one must be, and what may not change.
pub fn validate_update(kind: Kind, new: &Value, old: &Value) -> Vec<FieldError> {
    let mut report = Report::default();
    let r = &mut report;
    match kind {
        Kind::POD => pod::validate_update(r, new, old),
        Kind::DAEMON_SET => daemon_set::validate_update(r, new, old),
        Kind::DEPLOYMENT => deployment::validate_update(r, new, old),
        Kind::REPLICA_SET => replica_set::validate_update(r, new, old),
        Kind::STATEFUL_SET => batch::validate_stateful_set_update(r, new, old),
        Kind::JOB => batch::validate_job_update(r, new, old),
        Kind::CRON_JOB => batch::validate_cron_job_update(r, new, old),
        Kind::NODE => node::validate_update(r, new, old),
        Kind::PRIORITY_CLASS => priority_class::validate_update(r, new, old),
        Kind::CONFIG_MAP => config_map::validate_update(r, new, old),
        Kind::SECRET => secret::validate_update(r, new, old),
        Kind::SERVICE => service::validate_update(r, new, old),
        Kind::POD_DISRUPTION_BUDGET => pdb::validate_update(r, new, old),
        Kind::CONTROLLER_REVISION => {
            meta::validate_update(r, new, old);
            r.unchanged(Path::root("data"), &new["data"], &old["data"]);
        }
        _ => validate_kept(r, kind, new, Some(old)),
    }
    report.0
}

/// The kinds that are only kept: the same checks whether something was there before or not.
fn validate_kept(r: &mut Report, kind: Kind, object: &Value, old: Option<&Value>) {
    match (kind, old) {
        (Kind::ROLE | Kind::CLUSTER_ROLE, _) => rbac::validate_role(r, kind, object, old),
        (Kind::ROLE_BINDING | Kind::CLUSTER_ROLE_BINDING, _) => rbac::validate_binding(r, kind, object, old),
        (Kind::RESOURCE_QUOTA, _) => limits::validate_quota(r, object, old),
        (Kind::LIMIT_RANGE, _) => limits::validate_limit_range(r, object, old),
        (Kind::INGRESS, _) => network::validate_ingress(r, object, old),
        (Kind::NETWORK_POLICY, _) => network::validate_policy(r, object, old),
        (Kind::PERSISTENT_VOLUME_CLAIM, _) => storage::validate_claim(r, object, old),
        (Kind::PERSISTENT_VOLUME, _) => storage::validate_volume(r, object, old),
        (Kind::STORAGE_CLASS, _) => storage::validate_class(r, object, old),
        (Kind::HORIZONTAL_POD_AUTOSCALER, _) => autoscaler::validate(r, object, old),
        (_, Some(old)) => meta::validate_update(r, object, old),
        (_, None) => meta::validate(r, kind, object),
    }
}

/// What the server remarks upon in a new object that it accepts.
pub fn warnings(kind: Kind, object: &Value) -> Vec<String> {
    let spec_path = Path::root("spec");
    if kind == Kind::POD {
        let meta_path = Path::root("metadata");
        let of_pod = warnings::of_pod(meta_path, &object["metadata"], spec_path, &object["spec"]);
        return pod::name_warning(object).into_iter().chain(of_pod).collect();
    }
    let mut spec = &object["spec"];
    let job_path = spec_path.child("jobTemplate");
    let mut path = spec_path;
    match kind {
        Kind::DAEMON_SET | Kind::DEPLOYMENT | Kind::REPLICA_SET | Kind::STATEFUL_SET | Kind::JOB => {}
        Kind::CRON_JOB => {
            spec = &spec["jobTemplate"]["spec"];
            path = job_path.child("spec");
        }
        _ => return Vec::new(),
    }
    let template = &spec["template"];
    let path = path.child("template");
    warnings::of_pod(path.child("metadata"), &template["metadata"], path.child("spec"), &template["spec"])
}

/// What the server remarks upon in a change it accepts: nothing for Pods, which programs change rather than people, and
/// nothing where a template stays as it was.
pub fn update_warnings(kind: Kind, new: &Value, old: &Value) -> Vec<String> {
    let changed = match kind {
        Kind::POD => false,
        Kind::DAEMON_SET => !same(&new["spec"]["template"], &old["spec"]["template"]),
        _ => new["metadata"]["generation"] != old["metadata"]["generation"],
    };
    if changed { warnings(kind, new) } else { Vec::new() }
}
