//! The ReplicaSet of a template: recognized by content, named by hash.
//!
//! The hash is in its name, its labels, its selector and its Pods' labels, so that sets of one Deployment never take each
//! other's Pods.
//!
//! Models `getNewReplicaSet` and `EqualIgnoreHash` of `pkg/controller/deployment`, Kubernetes v1.36.

use super::revision;
use crate::controller::claim::controller_reference;
use api::meta::{Labels, Meta};
use api::objects::pod_spec::PodTemplate;
use api::objects::workload::{Deployment, ReplicaSet, WorkloadSpec};
use api::resource::Kind;
use api::template_hash::template_hash;
use api::{Value, json};
use std::rc::Rc;

/// The label that tells the Pods of one template from those of another.
pub const HASH_LABEL: &str = "pod-template-hash";

/// The oldest set that has the Deployment's template.
pub fn find_new<'a>(deployment: &Deployment, sets: &'a [Rc<ReplicaSet>]) -> Option<&'a Rc<ReplicaSet>> {
    let template = &deployment.spec.template;
    sets.iter().filter(|set| same(&set.spec.template, template)).min_by(|a, b| super::by_age(a, b))
}

/// Whether two templates are equal but for the hash.
pub fn same(a: &PodTemplate, b: &PodTemplate) -> bool {
    fn plain(labels: &Labels) -> impl Iterator<Item = (&api::Str, &api::Str)> {
        labels.iter().filter(|(key, _)| &***key != HASH_LABEL)
    }
    plain(&a.labels).eq(plain(&b.labels))
        && a.annotations == b.annotations
        && a.finalizers == b.finalizers
        && a.raw["spec"] == b.raw["spec"]
}

/// A set for the Deployment's template, with no Pods yet.
pub fn make(deployment: &Deployment, revision: i64) -> ReplicaSet {
    let spec = &deployment.spec;
    let hash = template_hash(&spec.template.raw, deployment.status.collision_count);
    let mut template = spec.template.raw.clone();
    template["metadata"]["labels"][HASH_LABEL] = Value::from(hash.as_str());
    let mut selector = spec.raw["selector"].clone();
    selector["matchLabels"][HASH_LABEL] = Value::from(hash.as_str());
    let mut raw = json!({"replicas": 0, "selector": selector, "template": template});
    if spec.min_ready_seconds != 0 {
        raw["minReadySeconds"] = spec.min_ready_seconds.into();
    }
    let spec = WorkloadSpec::from_value(&raw);
    let annotations = revision::annotations(deployment, &Labels::default(), revision);
    ReplicaSet {
        meta: Meta {
            name: format!("{}-{hash}", deployment.meta.name).into(),
            namespace: deployment.meta.namespace.clone(),
            labels: spec.template.labels.clone(),
            annotations: revision::with_sizes(deployment, &annotations),
            owner_references: Rc::new(vec![controller_reference(Kind::DEPLOYMENT, &deployment.meta)]),
            ..Meta::default()
        },
        spec: Rc::new(spec),
        ..ReplicaSet::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(image: &str) -> Deployment {
        Deployment::from_value(&json!({"metadata": {"name": "web", "namespace": "default"}, "spec": {"replicas": 3,
            "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "nginx", "image": image}]}}}}))
    }

    #[test]
    fn a_made_set_is_found_again_whatever_its_hash() {
        let web = deployment("nginx:1.25");
        let set = make(&web, 1);
        let hash = set.meta.label(HASH_LABEL).unwrap();
        assert_eq!(*set.meta.name, format!("web-{hash}"));
        assert_eq!(set.spec.raw["selector"]["matchLabels"], json!({"app": "web", HASH_LABEL: &**hash}));
        assert!(set.spec.selector.matches(&set.spec.template.labels));
        let sets = [Rc::new(set)];
        assert!(find_new(&web, &sets).is_some());
        assert!(find_new(&deployment("nginx:1.26"), &sets).is_none());
    }

    #[test]
    fn a_taken_name_is_avoided_by_counting_collisions() {
        let mut web = deployment("nginx:1.25");
        let first = make(&web, 1).meta.name;
        web.status.collision_count = Some(1);
        assert_ne!(make(&web, 1).meta.name, first);
    }
}
