//! Resources that a real server offers and this one doesn't: discovery lists them, and whoever asks for one is told.
//!
//! Source: `kubectl api-resources -o wide` of a Kubernetes v1.36 control plane.

/// Everything that can be done with most resources.
pub const ALL_VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// One of them.
pub struct Discovered {
    /// `componentstatuses`
    pub plural: &'static str,
    /// `cs`
    pub short: &'static str,
    /// `events.k8s.io/v1`
    pub version: &'static str,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// `ComponentStatus`
    pub kind: &'static str,
    /// As `-o wide` shows them.
    pub verbs: &'static str,
}

impl Discovered {
    /// `events.k8s.io`
    pub fn group(&self) -> &'static str {
        self.version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The one that a word on the command line means.
    pub fn of_word(word: &str) -> Option<&'static Discovered> {
        let word = word.to_ascii_lowercase();
        let (name, group) = word.split_once('.').unwrap_or((&word, ""));
        LIST.iter().find(|one| {
            if name.is_empty() {
                return false;
            }
            let singular = one.kind.to_ascii_lowercase();
            (name == one.plural || name == one.short || name == singular) && (group.is_empty() || group == one.group())
        })
    }
}

/// All of them, in the order of discovery.
pub static LIST: &[Discovered] = &[
    of("bindings", "", "v1", true, "Binding", "create"),
    of("componentstatuses", "cs", "v1", false, "ComponentStatus", "get,list"),
    of("mutatingadmissionpolicies", "", "admissionregistration.k8s.io/v1", false, "MutatingAdmissionPolicy", ALL_VERBS),
    of(
        "mutatingadmissionpolicybindings",
        "",
        "admissionregistration.k8s.io/v1",
        false,
        "MutatingAdmissionPolicyBinding",
        ALL_VERBS,
    ),
    of(
        "validatingadmissionpolicies",
        "",
        "admissionregistration.k8s.io/v1",
        false,
        "ValidatingAdmissionPolicy",
        ALL_VERBS,
    ),
    of(
        "validatingadmissionpolicybindings",
        "",
        "admissionregistration.k8s.io/v1",
        false,
        "ValidatingAdmissionPolicyBinding",
        ALL_VERBS,
    ),
    of("selfsubjectreviews", "", "authentication.k8s.io/v1", false, "SelfSubjectReview", "create"),
    of("tokenreviews", "", "authentication.k8s.io/v1", false, "TokenReview", "create"),
    of("localsubjectaccessreviews", "", "authorization.k8s.io/v1", true, "LocalSubjectAccessReview", "create"),
    of("selfsubjectaccessreviews", "", "authorization.k8s.io/v1", false, "SelfSubjectAccessReview", "create"),
    of("selfsubjectrulesreviews", "", "authorization.k8s.io/v1", false, "SelfSubjectRulesReview", "create"),
    of("subjectaccessreviews", "", "authorization.k8s.io/v1", false, "SubjectAccessReview", "create"),
    of("events", "ev", "events.k8s.io/v1", true, "Event", ALL_VERBS),
    of("ipaddresses", "ip", "networking.k8s.io/v1", false, "IPAddress", ALL_VERBS),
    of("servicecidrs", "", "networking.k8s.io/v1", false, "ServiceCIDR", ALL_VERBS),
    of("deviceclasses", "", "resource.k8s.io/v1", false, "DeviceClass", ALL_VERBS),
    of("resourceclaims", "", "resource.k8s.io/v1", true, "ResourceClaim", ALL_VERBS),
    of("resourceclaimtemplates", "", "resource.k8s.io/v1", true, "ResourceClaimTemplate", ALL_VERBS),
    of("resourceslices", "", "resource.k8s.io/v1", false, "ResourceSlice", ALL_VERBS),
    of("csistoragecapacities", "", "storage.k8s.io/v1", true, "CSIStorageCapacity", ALL_VERBS),
    of("volumeattributesclasses", "vac", "storage.k8s.io/v1", false, "VolumeAttributesClass", ALL_VERBS),
];

/// Versions of groups that offer nothing which another version of the group doesn't.
pub const FURTHER_VERSIONS: &[&str] = &["autoscaling/v1"];

const fn of(
    plural: &'static str,
    short: &'static str,
    version: &'static str,
    namespaced: bool,
    kind: &'static str,
    verbs: &'static str,
) -> Discovered {
    Discovered { plural, short, version, namespaced, kind, verbs }
}
