//! The kinds the table begins from, as in `src/api/resource.rs`, and every definition they reach.

use k8s_openapi::api::{
    admissionregistration::v1 as admission, apps::v1 as apps, autoscaling::v2 as autoscaling, batch::v1 as batch,
    certificates::v1 as certificates, coordination::v1 as coordination, core::v1 as core, discovery::v1 as discovery,
    flowcontrol::v1 as flowcontrol, networking::v1 as networking, node::v1 as node, policy::v1 as policy,
    rbac::v1 as rbac, scheduling::v1 as scheduling, storage::v1 as storage,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;
use serde_json::{Map, Value};

macro_rules! reach {
    ($generator:ident: $($kind:ty),* $(,)?) => { $( $generator.subschema_for::<$kind>(); )* };
}

/// Every definition, by its full name (`io.k8s.api.apps.v1.DaemonSet`).
pub fn definitions() -> Map<String, Value> {
    let mut generator = schemars::SchemaGenerator::default();
    reach!(generator:
        core::Pod, core::Node, core::Event, core::Namespace, core::ServiceAccount, core::ConfigMap, core::Secret,
        core::Service, core::Endpoints, core::ReplicationController, core::PersistentVolumeClaim,
        core::PersistentVolume, core::ResourceQuota, core::LimitRange, core::PodTemplate,
        apps::DaemonSet, apps::Deployment, apps::ReplicaSet, apps::StatefulSet, apps::ControllerRevision,
        coordination::Lease, scheduling::PriorityClass, policy::PodDisruptionBudget, discovery::EndpointSlice,
        batch::Job, batch::CronJob, autoscaling::HorizontalPodAutoscaler,
        rbac::ClusterRoleBinding, rbac::ClusterRole, rbac::RoleBinding, rbac::Role,
        networking::Ingress, networking::IngressClass, networking::NetworkPolicy,
        storage::StorageClass, storage::CSIDriver, storage::CSINode, storage::VolumeAttachment,
        admission::MutatingWebhookConfiguration, admission::ValidatingWebhookConfiguration,
        node::RuntimeClass, flowcontrol::FlowSchema, flowcontrol::PriorityLevelConfiguration,
        certificates::CertificateSigningRequest, CustomResourceDefinition, APIService,
    );
    generator.take_definitions(true)
}
