//! How an object of a kind splits into elements: which lists are told apart by keys, which things are owned whole.
//!
//! Most lists are what the strategic merge patch takes them for; [`LISTS`] holds those whose OpenAPI `list-type` says
//! otherwise. Everything whose inside isn't known is owned whole.
//!
//! Source: `x-kubernetes-list-type`, `-list-map-keys` and `-map-type` of the OpenAPI document, Kubernetes v1.36.

use crate::resource::Kind;
use crate::schema::{Field, Merge, Shape, Type};
use crate::{Map, Value};

/// How a value splits.
#[derive(Clone, Copy)]
pub(super) enum Nature {
    /// Not at all.
    Whole,
    /// Into the fields of a struct.
    Struct(Type),
    /// Into entries of any name.
    Map(Type),
    /// Into items told apart by one key or two (the second may be empty).
    Keyed(Type, [&'static str; 2]),
    /// Into items told apart by their value.
    Set,
}

/// A part of a value.
pub(super) struct Part<'a> {
    /// What leads to it: `f:image`, `k:{"name":"web"}`.
    pub(super) element: String,
    /// What is there.
    pub(super) value: &'a Value,
    /// How it splits further.
    pub(super) nature: Nature,
}

/// Lists that are something else than the patch strategy says: type, field, keys (`=`: a set, none: whole).
#[rustfmt::skip]
const LISTS: &[(&str, &str, [&str; 2])] = &[
    ("Container", "ports", ["containerPort", "protocol"]),
    ("EphemeralContainer", "ports", ["containerPort", "protocol"]),
    ("ServiceSpec", "ports", ["port", "protocol"]),
    ("PodSpec", "topologySpreadConstraints", ["topologyKey", "whenUnsatisfiable"]),
    ("PodStatus", "hostIPs", ["", ""]),
    ("JobStatus", "conditions", ["", ""]),
    ("ServiceAccount", "imagePullSecrets", ["", ""]),
    ("ResourceRequirements", "claims", ["name", ""]),
    ("ResourceStatus", "resources", ["resourceID", ""]),
    ("CertificateSigningRequestStatus", "conditions", ["type", ""]),
    ("CustomResourceDefinitionStatus", "conditions", ["type", ""]),
    ("MutatingWebhook", "matchConditions", ["name", ""]),
    ("ValidatingWebhook", "matchConditions", ["name", ""]),
    ("ContainerRestartRuleOnExitCodes", "values", ["=", ""]),
    ("CSIDriverSpec", "volumeLifecycleModes", ["=", ""]),
    ("Endpoint", "addresses", ["=", ""]),
    ("NonResourcePolicyRule", "verbs", ["=", ""]),
    ("PodFailurePolicyOnExitCodesRequirement", "values", ["=", ""]),
    ("ResourcePolicyRule", "apiGroups", ["=", ""]),
    ("ResourcePolicyRule", "namespaces", ["=", ""]),
    ("ResourcePolicyRule", "resources", ["=", ""]),
    ("ResourcePolicyRule", "verbs", ["=", ""]),
    ("UncountedTerminatedPods", "failed", ["=", ""]),
    ("UncountedTerminatedPods", "succeeded", ["=", ""]),
];

/// Structs that are owned whole.
const ATOMIC_STRUCTS: &[&str] = &[
    "ConfigMapKeySelector",
    "EndpointAddress",
    "EndpointPort",
    "FileKeySelector",
    "LabelSelector",
    "LocalObjectReference",
    "NodeSelector",
    "NodeSelectorTerm",
    "ObjectFieldSelector",
    "ObjectReference",
    "OwnerReference",
    "ResourceFieldSelector",
    "RoleRef",
    "ScopeSelector",
    "ScopedResourceSelectorRequirement",
    "SecretKeySelector",
    "SecretReference",
    "ServiceBackendPort",
    "Subject",
    "TopologySelectorTerm",
    "TypedLocalObjectReference",
];

/// Maps that are owned whole.
const ATOMIC_MAPS: &[(&str, &str)] = &[
    ("PodSpec", "nodeSelector"),
    ("ServiceSpec", "selector"),
    ("ReplicationControllerSpec", "selector"),
    ("Scheduling", "nodeSelector"),
];

/// Structs that lie in another by value, so that Go writes them even when they are empty.
const BY_VALUE: &[&str] = &[
    "daemonEndpoints",
    "kubeletEndpoint",
    "loadBalancer",
    "metadata",
    "nodeInfo",
    "podSelector",
    "source",
    "spec",
    "status",
    "strategy",
    "updateStrategy",
];

/// How an object of the kind splits.
pub(super) fn of(kind: Kind) -> Nature {
    Type::of(kind).map_or(Nature::Whole, Nature::Struct)
}

/// The object of a kind in which nobody has set anything yet, as Go would write it: what a new object is compared with.
pub fn empty(kind: Kind) -> Value {
    Type::of(kind).map_or(Value::Null, empty_struct)
}

fn empty_struct(ty: Type) -> Value {
    let mut out = Map::new();
    for field in ty.fields() {
        let lies_in =
            field.required || BY_VALUE.contains(&field.name) || field.ty.name() == "VolumeResourceRequirements";
        let value = match field.ty.shape() {
            _ if !lies_in => continue,
            Shape::Struct => empty_struct(field.ty),
            Shape::String | Shape::Bytes => "".into(),
            Shape::Int32 | Shape::Int64 | Shape::Float => 0.into(),
            Shape::Bool => false.into(),
            _ => Value::Null,
        };
        out.insert(field.name.into(), value);
    }
    Value::Object(out)
}

impl Nature {
    pub(super) fn of_field(owner: Type, field: &Field) -> Nature {
        let item = match field.ty.shape() {
            Shape::List(item) => item,
            Shape::Map(_) if ATOMIC_MAPS.contains(&(owner.name(), field.name)) => return Nature::Whole,
            _ => return Nature::of_type(field.ty),
        };
        let exception = LISTS.iter().find(|(ty, name, _)| *ty == owner.name() && *name == field.name);
        match (exception, field.merge) {
            (Some((.., ["", _])), _) => Nature::Whole,
            (Some((.., ["=", _])), _) | (None, Merge::Set) => Nature::Set,
            (Some((.., keys)), _) => Nature::Keyed(item, *keys),
            (None, Merge::Key { key, .. }) => Nature::Keyed(item, [key, ""]),
            _ => Nature::Whole,
        }
    }

    pub(super) fn of_type(ty: Type) -> Nature {
        match ty.shape() {
            Shape::Struct if ATOMIC_STRUCTS.contains(&ty.name()) => Nature::Whole,
            Shape::Struct => Nature::Struct(ty),
            Shape::Map(item) => Nature::Map(item),
            _ => Nature::Whole,
        }
    }

    /// How the part that an element leads to splits.
    pub(super) fn below(self, element: &str) -> Nature {
        match self {
            Nature::Struct(ty) => {
                let field = ty.field(element.get(2..).unwrap_or_default());
                field.map_or(Nature::Whole, |field| Nature::of_field(ty, field))
            }
            Nature::Map(item) | Nature::Keyed(item, _) => Nature::of_type(item),
            Nature::Set | Nature::Whole => Nature::Whole,
        }
    }

    /// Whether it is a list that splits.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Nature::Keyed(..) | Nature::Set)
    }

    /// The parts of a value; none if it is owned whole, empty or not of that form.
    pub(super) fn parts<'a>(self, value: Option<&'a Value>) -> Vec<Part<'a>> {
        match (self, value) {
            (Nature::Struct(_) | Nature::Map(_), Some(Value::Object(map))) => {
                let part = |(name, value): (&String, &'a Value)| {
                    let element = ["f:", name].concat();
                    Part { nature: self.below(&element), element, value }
                };
                map.iter().map(part).collect()
            }
            (Nature::Keyed(..) | Nature::Set, Some(Value::Array(items))) => {
                let part = |value: &'a Value| {
                    let element = self.element(value);
                    Part { nature: self.below(&element), element, value }
                };
                items.iter().map(part).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What leads to an item of a list.
    pub(super) fn element(self, item: &Value) -> String {
        let Nature::Keyed(_, keys) = self else { return format!("v:{item}") };
        let mut found = Map::new();
        for key in keys {
            let value = match item.get(key) {
                Some(value) => value.clone(),
                None if key == "protocol" => "TCP".into(),
                None => continue,
            };
            found.insert(key.into(), value);
        }
        format!("k:{}", Value::Object(found))
    }
}
