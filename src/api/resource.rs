//! The table of kinds: names, group, version, scope. Everything that maps a word to a kind reads it.
//!
//! Source: discovery of Kubernetes v1.36 (`kubectl api-resources`). Kinds the simulation has no controller for are stored,
//! listed and given back all the same. Left out: subresources (`Request::subresource`), custom resources.

/// A kind the API server knows; an index into [`KINDS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(u8);

/// What discovery says of one kind.
#[derive(Debug)]
pub struct KindInfo {
    /// `DaemonSet`
    pub name: &'static str,
    /// `daemonsets`
    pub plural: &'static str,
    /// `daemonset`
    pub singular: &'static str,
    /// `ds`
    pub short: &'static [&'static str],
    /// `apps`; empty for the core group.
    pub group: &'static str,
    /// `v1`
    pub version: &'static str,
    /// Lives in a namespace.
    pub namespaced: bool,
    /// Part of the category `all`.
    pub in_all: bool,
}

impl Kind {
    /// `Pod`
    pub const POD: Kind = Kind(0);
    /// `Node`
    pub const NODE: Kind = Kind(1);
    /// `DaemonSet`
    pub const DAEMON_SET: Kind = Kind(2);
    /// `Deployment`
    pub const DEPLOYMENT: Kind = Kind(3);
    /// `ReplicaSet`
    pub const REPLICA_SET: Kind = Kind(4);
    /// `ControllerRevision`
    pub const CONTROLLER_REVISION: Kind = Kind(5);
    /// `Event`
    pub const EVENT: Kind = Kind(6);
    /// `Namespace`
    pub const NAMESPACE: Kind = Kind(7);
    /// `Lease`
    pub const LEASE: Kind = Kind(8);
    /// `ServiceAccount`
    pub const SERVICE_ACCOUNT: Kind = Kind(9);
    /// `PriorityClass`
    pub const PRIORITY_CLASS: Kind = Kind(10);
    /// `ConfigMap`
    pub const CONFIG_MAP: Kind = Kind(11);
    /// `Secret`
    pub const SECRET: Kind = Kind(12);
    /// `Service`
    pub const SERVICE: Kind = Kind(13);
    /// `PodDisruptionBudget`
    pub const POD_DISRUPTION_BUDGET: Kind = Kind(14);
    /// `Endpoints`
    pub const ENDPOINTS: Kind = Kind(15);
    /// `EndpointSlice`
    pub const ENDPOINT_SLICE: Kind = Kind(16);
    /// `StatefulSet`
    pub const STATEFUL_SET: Kind = Kind(17);
    /// `Job`
    pub const JOB: Kind = Kind(18);
    /// `CronJob`
    pub const CRON_JOB: Kind = Kind(19);
    /// `ReplicationController`
    pub const REPLICATION_CONTROLLER: Kind = Kind(20);
    /// `PersistentVolumeClaim`
    pub const PERSISTENT_VOLUME_CLAIM: Kind = Kind(21);
    /// `PersistentVolume`
    pub const PERSISTENT_VOLUME: Kind = Kind(22);
    /// `ResourceQuota`
    pub const RESOURCE_QUOTA: Kind = Kind(23);
    /// `LimitRange`
    pub const LIMIT_RANGE: Kind = Kind(24);
    /// `PodTemplate`
    pub const POD_TEMPLATE: Kind = Kind(25);
    /// `CustomResourceDefinition`
    pub const CUSTOM_RESOURCE_DEFINITION: Kind = Kind(26);
    /// `ClusterRoleBinding`
    pub const CLUSTER_ROLE_BINDING: Kind = Kind(27);
    /// `ClusterRole`
    pub const CLUSTER_ROLE: Kind = Kind(28);
    /// `RoleBinding`
    pub const ROLE_BINDING: Kind = Kind(29);
    /// `Role`
    pub const ROLE: Kind = Kind(30);
    /// `HorizontalPodAutoscaler`
    pub const HORIZONTAL_POD_AUTOSCALER: Kind = Kind(31);
    /// `Ingress`
    pub const INGRESS: Kind = Kind(32);
    /// `IngressClass`
    pub const INGRESS_CLASS: Kind = Kind(33);
    /// `NetworkPolicy`
    pub const NETWORK_POLICY: Kind = Kind(34);
    /// `StorageClass`
    pub const STORAGE_CLASS: Kind = Kind(35);
    /// `CSIDriver`
    pub const CSI_DRIVER: Kind = Kind(36);
    /// `CSINode`
    pub const CSI_NODE: Kind = Kind(37);
    /// `VolumeAttachment`
    pub const VOLUME_ATTACHMENT: Kind = Kind(38);
    /// `APIService`
    pub const API_SERVICE: Kind = Kind(39);
    /// `MutatingWebhookConfiguration`
    pub const MUTATING_WEBHOOK_CONFIGURATION: Kind = Kind(40);
    /// `ValidatingWebhookConfiguration`
    pub const VALIDATING_WEBHOOK_CONFIGURATION: Kind = Kind(41);
    /// `RuntimeClass`
    pub const RUNTIME_CLASS: Kind = Kind(42);
    /// `FlowSchema`
    pub const FLOW_SCHEMA: Kind = Kind(43);
    /// `PriorityLevelConfiguration`
    pub const PRIORITY_LEVEL_CONFIGURATION: Kind = Kind(44);
    /// `CertificateSigningRequest`
    pub const CERTIFICATE_SIGNING_REQUEST: Kind = Kind(45);

    /// All kinds, in the table's order.
    pub fn all() -> impl Iterator<Item = Kind> {
        (0..KINDS.len() as u8).map(Kind)
    }

    /// The kind's position in the table.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Everything discovery says.
    #[inline]
    pub fn info(self) -> &'static KindInfo {
        &KINDS[self.0 as usize]
    }

    /// `DaemonSet`
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// `daemonsets`
    pub fn plural(self) -> &'static str {
        self.info().plural
    }

    /// `apps`, or `""`.
    pub fn group(self) -> &'static str {
        self.info().group
    }

    /// Whether objects live in a namespace.
    #[inline]
    pub fn namespaced(self) -> bool {
        self.info().namespaced
    }

    /// `apps/v1`, or `v1` in the core group.
    pub fn api_version(self) -> String {
        match self.group() {
            "" => self.info().version.to_string(),
            group => format!("{group}/{}", self.info().version),
        }
    }

    /// `daemonsets.apps`, or `pods` in the core group.
    pub fn resource(self) -> String {
        qualified(self.plural(), self.group())
    }

    /// `daemonset.apps`, or `pod` in the core group: how kubectl names an object's type.
    pub fn singular_resource(self) -> String {
        qualified(self.info().singular, self.group())
    }

    /// The kind that a manifest's `apiVersion` and `kind` name; both are case-sensitive.
    pub fn of_manifest(api_version: &str, kind: &str) -> Option<Kind> {
        Kind::all().find(|k| k.name() == kind && k.api_version() == api_version)
    }

    /// The kind that a word on the command line names: plural, singular, short name or kind in any letter case, with an
    /// optional `.group` or `.version.group`.
    pub fn of_word(word: &str) -> Option<Kind> {
        let word = word.to_ascii_lowercase();
        let (name, rest) = word.split_once('.').unwrap_or((&word, ""));
        Kind::all().find(|k| {
            let info = k.info();
            let named = name == info.plural
                || name == info.singular
                || info.short.contains(&name)
                || name == info.name.to_ascii_lowercase();
            named && (rest.is_empty() || rest == info.group || rest == format!("{}.{}", info.version, info.group))
        })
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

fn qualified(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_string() } else { format!("{name}.{group}") }
}

const fn row(
    name: &'static str,
    names: [&'static str; 2],
    short: &'static [&'static str],
    group_version: [&'static str; 2],
    namespaced: bool,
    in_all: bool,
) -> KindInfo {
    let [plural, singular] = names;
    let [group, version] = group_version;
    KindInfo { name, plural, singular, short, group, version, namespaced, in_all }
}

/// All kinds; [`Kind`] is an index into it.
#[rustfmt::skip]
pub static KINDS: &[KindInfo] = &[
    row("Pod", ["pods", "pod"], &["po"], ["", "v1"], true, true),
    row("Node", ["nodes", "node"], &["no"], ["", "v1"], false, false),
    row("DaemonSet", ["daemonsets", "daemonset"], &["ds"], ["apps", "v1"], true, true),
    row("Deployment", ["deployments", "deployment"], &["deploy"], ["apps", "v1"], true, true),
    row("ReplicaSet", ["replicasets", "replicaset"], &["rs"], ["apps", "v1"], true, true),
    row("ControllerRevision", ["controllerrevisions", "controllerrevision"], &[], ["apps", "v1"], true, false),
    row("Event", ["events", "event"], &["ev"], ["", "v1"], true, false),
    row("Namespace", ["namespaces", "namespace"], &["ns"], ["", "v1"], false, false),
    row("Lease", ["leases", "lease"], &[], ["coordination.k8s.io", "v1"], true, false),
    row("ServiceAccount", ["serviceaccounts", "serviceaccount"], &["sa"], ["", "v1"], true, false),
    row("PriorityClass", ["priorityclasses", "priorityclass"], &["pc"], ["scheduling.k8s.io", "v1"], false, false),
    row("ConfigMap", ["configmaps", "configmap"], &["cm"], ["", "v1"], true, false),
    row("Secret", ["secrets", "secret"], &[], ["", "v1"], true, false),
    row("Service", ["services", "service"], &["svc"], ["", "v1"], true, true),
    row("PodDisruptionBudget", ["poddisruptionbudgets", "poddisruptionbudget"], &["pdb"], ["policy", "v1"], true, false),
    row("Endpoints", ["endpoints", "endpoints"], &["ep"], ["", "v1"], true, false),
    row("EndpointSlice", ["endpointslices", "endpointslice"], &[], ["discovery.k8s.io", "v1"], true, false),
    row("StatefulSet", ["statefulsets", "statefulset"], &["sts"], ["apps", "v1"], true, true),
    row("Job", ["jobs", "job"], &[], ["batch", "v1"], true, true),
    row("CronJob", ["cronjobs", "cronjob"], &["cj"], ["batch", "v1"], true, true),
    row("ReplicationController", ["replicationcontrollers", "replicationcontroller"], &["rc"], ["", "v1"], true, true),
    row("PersistentVolumeClaim", ["persistentvolumeclaims", "persistentvolumeclaim"], &["pvc"], ["", "v1"], true, false),
    row("PersistentVolume", ["persistentvolumes", "persistentvolume"], &["pv"], ["", "v1"], false, false),
    row("ResourceQuota", ["resourcequotas", "resourcequota"], &["quota"], ["", "v1"], true, false),
    row("LimitRange", ["limitranges", "limitrange"], &["limits"], ["", "v1"], true, false),
    row("PodTemplate", ["podtemplates", "podtemplate"], &[], ["", "v1"], true, false),
    row("CustomResourceDefinition", ["customresourcedefinitions", "customresourcedefinition"], &["crd", "crds"], ["apiextensions.k8s.io", "v1"], false, false),
    row("ClusterRoleBinding", ["clusterrolebindings", "clusterrolebinding"], &[], ["rbac.authorization.k8s.io", "v1"], false, false),
    row("ClusterRole", ["clusterroles", "clusterrole"], &[], ["rbac.authorization.k8s.io", "v1"], false, false),
    row("RoleBinding", ["rolebindings", "rolebinding"], &[], ["rbac.authorization.k8s.io", "v1"], true, false),
    row("Role", ["roles", "role"], &[], ["rbac.authorization.k8s.io", "v1"], true, false),
    row("HorizontalPodAutoscaler", ["horizontalpodautoscalers", "horizontalpodautoscaler"], &["hpa"], ["autoscaling", "v2"], true, true),
    row("Ingress", ["ingresses", "ingress"], &["ing"], ["networking.k8s.io", "v1"], true, false),
    row("IngressClass", ["ingressclasses", "ingressclass"], &[], ["networking.k8s.io", "v1"], false, false),
    row("NetworkPolicy", ["networkpolicies", "networkpolicy"], &["netpol"], ["networking.k8s.io", "v1"], true, false),
    row("StorageClass", ["storageclasses", "storageclass"], &["sc"], ["storage.k8s.io", "v1"], false, false),
    row("CSIDriver", ["csidrivers", "csidriver"], &[], ["storage.k8s.io", "v1"], false, false),
    row("CSINode", ["csinodes", "csinode"], &[], ["storage.k8s.io", "v1"], false, false),
    row("VolumeAttachment", ["volumeattachments", "volumeattachment"], &[], ["storage.k8s.io", "v1"], false, false),
    row("APIService", ["apiservices", "apiservice"], &[], ["apiregistration.k8s.io", "v1"], false, false),
    row("MutatingWebhookConfiguration", ["mutatingwebhookconfigurations", "mutatingwebhookconfiguration"], &[], ["admissionregistration.k8s.io", "v1"], false, false),
    row("ValidatingWebhookConfiguration", ["validatingwebhookconfigurations", "validatingwebhookconfiguration"], &[], ["admissionregistration.k8s.io", "v1"], false, false),
    row("RuntimeClass", ["runtimeclasses", "runtimeclass"], &[], ["node.k8s.io", "v1"], false, false),
    row("FlowSchema", ["flowschemas", "flowschema"], &[], ["flowcontrol.apiserver.k8s.io", "v1"], false, false),
    row("PriorityLevelConfiguration", ["prioritylevelconfigurations", "prioritylevelconfiguration"], &[], ["flowcontrol.apiserver.k8s.io", "v1"], false, false),
    row("CertificateSigningRequest", ["certificatesigningrequests", "certificatesigningrequest"], &["csr"], ["certificates.k8s.io", "v1"], false, false),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_kinds_in_any_form() {
        for word in ["ds", "DaemonSet", "daemonsets", "DS", "daemonsets.apps", "daemonsets.v1.apps"] {
            assert_eq!(Kind::of_word(word), Some(Kind::DAEMON_SET), "{word}");
        }
        assert_eq!(Kind::of_word("daemonsets.batch"), None);
        assert_eq!(Kind::of_word("foo"), None);
    }

    #[test]
    fn manifests_name_kinds_exactly() {
        assert_eq!(Kind::of_manifest("apps/v1", "DaemonSet"), Some(Kind::DAEMON_SET));
        assert_eq!(Kind::of_manifest("apps/v1", "Daemonset"), None);
        assert_eq!(Kind::of_manifest("extensions/v1beta1", "DaemonSet"), None);
    }
}
