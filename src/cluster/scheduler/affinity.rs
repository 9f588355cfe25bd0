//! Pod affinity and anti-affinity as written: terms, and which Pods they speak of.
//!
//! Source: pkg/scheduler/framework/types.go (`AffinityTerm`), Kubernetes v1.36.

use api::meta::Labels;
use api::meta::selector::LabelSelector;
use api::objects::pod::Pod;
use api::{Str, Value, json};

/// One term.
#[derive(Clone, Debug)]
pub struct Term {
    /// The Pods it speaks of, by label.
    pub selector: LabelSelector,
    /// The node label that says what "together" means.
    pub topology_key: Str,
    /// The namespaces it speaks of, by name.
    namespaces: Vec<Str>,
    /// And by label; the missing one selects none.
    namespace_selector: LabelSelector,
}

/// `podAffinity` and `podAntiAffinity`.
#[derive(Clone, Debug, Default)]
pub struct PodAffinity {
    /// All must hold.
    pub required: Vec<Term>,
    /// None may hold.
    pub anti: Vec<Term>,
    /// Weight (negative for anti-affinity) and term.
    pub preferred: Vec<(i64, Term)>,
}

impl PodAffinity {
    /// Reads a Pod's.
    pub fn of(pod: &Pod) -> PodAffinity {
        if !pod.spec.has_pod_affinity {
            return PodAffinity::default();
        }
        let affinity = &pod.spec.raw["affinity"];
        let list = |part: &str, field: &str| affinity[part][field].as_array().into_iter().flatten();
        let required = |part: &str| {
            list(part, "requiredDuringSchedulingIgnoredDuringExecution")
                .map(|term| Term::from_value(term, pod))
                .collect()
        };
        let preferred = |part: &'static str, sign: i64| {
            list(part, "preferredDuringSchedulingIgnoredDuringExecution").map(move |entry| {
                let weight = entry["weight"].as_i64().unwrap_or(0);
                (sign * weight, Term::from_value(&entry["podAffinityTerm"], pod))
            })
        };
        PodAffinity {
            required: required("podAffinity"),
            anti: required("podAntiAffinity"),
            preferred: preferred("podAffinity", 1).chain(preferred("podAntiAffinity", -1)).collect(),
        }
    }
}

impl Term {
    fn from_value(value: &Value, pod: &Pod) -> Term {
        let mut namespaces: Vec<Str> =
            value["namespaces"].as_array().into_iter().flatten().filter_map(Value::as_str).map(Str::from).collect();
        if namespaces.is_empty() && value["namespaceSelector"].is_null() {
            namespaces.push(pod.meta.namespace.clone());
        }
        let mut selector = value["labelSelector"].clone();
        add_label_keys(&mut selector, &value["matchLabelKeys"], "In", pod);
        add_label_keys(&mut selector, &value["mismatchLabelKeys"], "NotIn", pod);
        Term {
            selector: LabelSelector::from_value(&selector),
            topology_key: value["topologyKey"].as_str().unwrap_or_default().into(),
            namespaces,
            namespace_selector: LabelSelector::from_value(&value["namespaceSelector"]),
        }
    }

    /// Whether it speaks of a Pod; `labels_of` knows the namespaces' labels.
    pub fn matches<'a>(&self, pod: &Pod, labels_of: impl Fn(&Str) -> Option<&'a Labels>) -> bool {
        let namespace = &pod.meta.namespace;
        let there = self.namespaces.contains(namespace)
            || !self.namespace_selector.is_nothing()
                && match labels_of(namespace) {
                    Some(labels) => self.namespace_selector.matches(labels),
                    None => self.namespace_selector.is_everything(),
                };
        there && self.selector.matches(&pod.meta.labels)
    }

    /// Whether it could speak of a Pod, whatever the labels of its namespace.
    pub fn may_match(&self, pod: &Pod) -> bool {
        let there = self.namespaces.contains(&pod.meta.namespace) || !self.namespace_selector.is_nothing();
        there && self.selector.matches(&pod.meta.labels)
    }
}

/// `matchLabelKeys`: the Pod's own value of each of these labels becomes part of the selector.
pub fn add_label_keys(selector: &mut Value, keys: &Value, operator: &str, pod: &Pod) {
    if selector.is_null() {
        return;
    }
    for key in keys.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let Some(value) = pod.meta.labels.get(key) else { continue };
        let requirement = json!({"key": key, "operator": operator, "values": [&**value]});
        match selector["matchExpressions"].as_array_mut() {
            Some(list) => list.push(requirement),
            None => selector["matchExpressions"] = json!([requirement]),
        }
    }
}
