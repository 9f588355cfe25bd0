//! What Pods belong to, and the colours and letters they are told apart by.

use super::{Looks, Newest, Owner};
use crate::view::{ObjectRef, Picture, Workload};
use api::Str;
use api::meta::Uid;
use api::objects::Object;
use api::resource::Kind;
use cluster::Cluster;
use cluster::controller::deployment::revision::REVISION;
use std::collections::BTreeMap;

/// Lists what Pods belong to; gives the way from a Pod's controller to its place in the list.
pub(super) fn workloads(cluster: &Cluster, looks: &mut Looks, out: &mut Picture) -> BTreeMap<Uid, Owner> {
    let mut found: Vec<(Uid, Workload)> = Vec::new();
    let mut newest: BTreeMap<Uid, Newest> = BTreeMap::new();
    let mut revisions: BTreeMap<Uid, Option<Str>> = BTreeMap::new();
    let mut owners = BTreeMap::new();
    let reference = |kind: &str, meta: &api::meta::Meta| ObjectRef {
        kind: kind.into(),
        namespace: meta.namespace.to_string(),
        name: meta.name.to_string(),
    };
    let entry = |object: ObjectRef, desired: i64, ready: i64| Workload {
        letter: '?',
        object,
        colour: 0,
        desired: desired.max(0) as u32,
        ready: ready.max(0) as u32,
    };
    for object in cluster.objects(Kind::DAEMON_SET) {
        if let Object::DaemonSet(set) = object {
            let counts = (set.status.desired_number_scheduled, set.status.number_ready);
            found.push((set.meta.uid, entry(reference("DaemonSet", &set.meta), counts.0, counts.1)));
            let revisions = cluster.controllers().informers.revisions_of(set.meta.uid);
            let last = revisions.max_by_key(|revision| revision.revision);
            newest.insert(set.meta.uid, Newest::Hash(last.and_then(|revision| revision.hash()).cloned()));
        }
    }
    for object in cluster.objects(Kind::DEPLOYMENT) {
        if let Object::Deployment(deployment) = object {
            let counts = (deployment.spec.replicas, deployment.status.ready_replicas);
            revisions.insert(deployment.meta.uid, deployment.meta.annotations.get(REVISION).cloned());
            found.push((deployment.meta.uid, entry(reference("Deployment", &deployment.meta), counts.0, counts.1)));
        }
    }
    for object in cluster.objects(Kind::REPLICA_SET) {
        let Object::ReplicaSet(set) = object else { continue };
        match set.meta.controller() {
            Some(owner) => {
                if let Some(place) = found.iter().position(|(uid, _)| *uid == owner.uid) {
                    let newest = Newest::All(
                        revisions
                            .get(&owner.uid)
                            .is_none_or(|last| set.meta.annotations.get(REVISION) == last.as_ref()),
                    );
                    owners.insert(set.meta.uid, Owner { workload: place as u32, newest });
                }
            }
            None => {
                let counts = (set.spec.replicas, set.status.ready_replicas);
                found.push((set.meta.uid, entry(reference("ReplicaSet", &set.meta), counts.0, counts.1)));
            }
        }
    }
    // Those of workloads that are gone are free again.
    let before = std::mem::take(&mut looks.given);
    for (uid, _) in &found {
        if let Some(look) = before.get(uid) {
            looks.given.insert(*uid, *look);
        }
    }
    for (place, (uid, workload)) in found.iter_mut().enumerate() {
        let newest = newest.remove(uid).unwrap_or(Newest::All(true));
        owners.insert(*uid, Owner { workload: place as u32, newest });
        let look = looks.given.get(uid).copied().unwrap_or_else(|| (colour(looks, workload), letter(looks, workload)));
        looks.given.insert(*uid, look);
        (workload.colour, workload.letter) = look;
    }
    out.workloads = found.into_iter().map(|(_, workload)| workload).collect();
    owners
}

/// The first DaemonSet has the ink of the page; all else a colour of its own, for as long as there are enough.
fn colour(looks: &mut Looks, workload: &Workload) -> u8 {
    let ink_free = !looks.given.values().any(|(colour, _)| *colour == 0);
    if workload.object.kind == "DaemonSet" && ink_free {
        return 0;
    }
    looks.next_colour = looks.next_colour % 8 + 1;
    looks.next_colour
}

/// The first letter of its name that no other workload has: colour alone would not tell them apart for everybody.
fn letter(looks: &Looks, workload: &Workload) -> char {
    let free = |letter: &char| letter.is_alphanumeric() && !looks.given.values().any(|(_, taken)| taken == letter);
    let name = &workload.object.name;
    name.chars().find(free).or(name.chars().next()).unwrap_or('?')
}
