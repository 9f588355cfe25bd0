//! The annotations by which a Deployment and its ReplicaSets know each other: revision, its history, and sizes.
//!
//! Models `SetNewReplicaSetAnnotations` of `pkg/controller/deployment/util/deployment_util.go`, Kubernetes v1.36.

use super::budget;
use api::meta::Meta;
use api::objects::workload::{Deployment, ReplicaSet};
use api::{Str, meta::Labels};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The revision: on a ReplicaSet its own, on a Deployment the new ReplicaSet's.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// The revisions a ReplicaSet had before it was rolled back to.
pub const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// The Deployment's `replicas` when the ReplicaSet was sized.
pub const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
/// The same with the surge.
pub const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";
/// Annotations that a ReplicaSet does not take over from its Deployment.
const NOT_COPIED: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISION_HISTORY,
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    "deprecated.deployment.rollback.to",
];
/// The history's longest text; older numbers fall out. Source: `maxRevHistoryLengthInChars`.
const HISTORY_LENGTH: usize = 2000;

/// An annotation as a number.
pub fn number(meta: &Meta, key: &str) -> Option<i64> {
    meta.annotations.get(key)?.parse().ok()
}

/// A ReplicaSet's revision; 0: none.
pub fn of(set: &ReplicaSet) -> i64 {
    number(&set.meta, REVISION).unwrap_or(0)
}

/// The number that the new ReplicaSet should have.
pub fn next(old: &[Rc<ReplicaSet>]) -> i64 {
    old.iter().map(|set| of(set)).max().unwrap_or(0) + 1
}

/// The annotations of the new ReplicaSet, which has `present` ones: the Deployment's, and a revision of at least `revision`.
pub fn annotations(deployment: &Deployment, present: &Labels, revision: i64) -> Labels {
    let mut out = BTreeMap::clone(present);
    let copied = deployment.meta.annotations.iter().filter(|(key, _)| !NOT_COPIED.contains(&&***key));
    out.extend(copied.map(|(key, value)| (key.clone(), value.clone())));
    let former = present.get(REVISION);
    let Ok(former_number) = former.map_or(Ok(0), |text| text.parse::<i64>()) else { return Rc::new(out) };
    if former_number < revision {
        out.insert(REVISION.into(), revision.to_string().into());
        if let Some(former) = former {
            let history = present.get(REVISION_HISTORY).map_or("", |text| &**text);
            out.insert(REVISION_HISTORY.into(), lengthened(history, former));
        }
    }
    Rc::new(out)
}

/// The history with one more number, and as few of the oldest dropped as makes it fit.
fn lengthened(history: &str, number: &str) -> Str {
    if history.is_empty() {
        return number.into();
    }
    let mut text = format!("{history},{number}");
    while text.len() > HISTORY_LENGTH
        && let Some((_, rest)) = text.split_once(',')
    {
        text = rest.to_string();
    }
    text.into()
}

/// Both size annotations of a ReplicaSet for the Deployment's present size.
pub fn with_sizes(deployment: &Deployment, present: &Labels) -> Labels {
    let wanted = deployment.spec.replicas;
    let mut out = BTreeMap::clone(present);
    out.insert(DESIRED_REPLICAS.into(), wanted.to_string().into());
    out.insert(MAX_REPLICAS.into(), (wanted + budget::surge(&deployment.spec)).to_string().into());
    Rc::new(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn deployment() -> Deployment {
        Deployment::from_value(&json!({"metadata": {"annotations": {"why": "test", REVISION: "9",
            "kubectl.kubernetes.io/last-applied-configuration": "{}"}},
            "spec": {"replicas": 3, "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}}))
    }

    fn read(labels: &Labels) -> Vec<(&str, &str)> {
        labels.iter().map(|(key, value)| (&**key, &**value)).collect()
    }

    #[test]
    fn a_new_set_takes_the_deployments_annotations_but_not_the_machinerys() {
        let made = with_sizes(&deployment(), &annotations(&deployment(), &Labels::default(), 1));
        assert_eq!(read(&made), [(DESIRED_REPLICAS, "3"), (MAX_REPLICAS, "4"), (REVISION, "1"), ("why", "test")]);
    }

    #[test]
    fn a_set_rolled_back_to_gets_the_next_number_and_keeps_the_former_ones() {
        let first = annotations(&deployment(), &Labels::default(), 1);
        let third = annotations(&deployment(), &first, 3);
        assert_eq!((&*third[REVISION], &*third[REVISION_HISTORY]), ("3", "1"));
        let fifth = annotations(&deployment(), &third, 5);
        assert_eq!((&*fifth[REVISION], &*fifth[REVISION_HISTORY]), ("5", "1,3"));
        assert_eq!(annotations(&deployment(), &fifth, 4), fifth, "numbers never fall");
    }

    #[test]
    fn a_long_history_forgets_its_oldest() {
        let long = ["1234"; 400].join(",");
        let more = lengthened(&long, "9999");
        assert!(more.len() <= HISTORY_LENGTH && more.ends_with("1234,9999"));
    }
}
