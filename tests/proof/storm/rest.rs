//! What must hold of the whole cluster once it has had time to come to rest.
//!
//! Written anew from the specification, with no look at how the controllers reckon, but for the verdict on a node, which
//! upstream's own tables hold (`tests/upstream.rs`).

use super::listed;
use api::meta::{Meta, Uid};
use api::objects::Object;
use api::objects::node::Node;
use api::objects::pod::Pod;
use api::objects::resources::Resources;
use api::objects::workload::{DaemonSet, ReplicaSet};
use api::resource::Kind;
use api::time::Time;
use cluster::Cluster;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::controller::daemonset::rollout::allows_surge;
use cluster::controller::daemonset::template::{GENERATION_LABEL, HASH_LABEL, target_node};
use std::collections::{BTreeMap, BTreeSet};

/// All Pods.
pub fn pods(cluster: &Cluster) -> impl Iterator<Item = &Pod> {
    cluster.objects(Kind::POD).filter_map(|object| match object {
        Object::Pod(pod) => Some(&**pod),
        _ => None,
    })
}

fn nodes(cluster: &Cluster) -> impl Iterator<Item = &Node> {
    cluster.objects(Kind::NODE).filter_map(|object| match object {
        Object::Node(node) => Some(&**node),
        _ => None,
    })
}

fn daemon_sets(cluster: &Cluster) -> impl Iterator<Item = &DaemonSet> {
    cluster.objects(Kind::DAEMON_SET).filter_map(|object| match object {
        Object::DaemonSet(set) => Some(&**set),
        _ => None,
    })
}

fn replica_sets(cluster: &Cluster) -> impl Iterator<Item = &ReplicaSet> {
    cluster.objects(Kind::REPLICA_SET).filter_map(|object| match object {
        Object::ReplicaSet(set) => Some(&**set),
        _ => None,
    })
}

/// Checks all of it.
pub fn check(cluster: &Cluster) -> Result<(), String> {
    let whole = Whole::of(cluster);
    daemon_sets(cluster).filter(|set| whole.is_kept(&set.meta)).try_for_each(|set| whole.daemon_set(set))?;
    replica_sets(cluster).filter(|set| whole.is_kept(&set.meta)).try_for_each(|set| whole.replica_set(set))?;
    whole.deployments()?;
    nodes(cluster).try_for_each(|node| whole.node(node))?;
    pods(cluster).try_for_each(|pod| whole.pod(pod))?;
    whole.owners()?;
    whole.endings()
}

/// After everything was mended: nothing is on its way out, every Pod that has a place runs and is ready.
pub fn check_all_well(cluster: &Cluster) -> Result<(), String> {
    let terminating = Kind::all().flat_map(|kind| cluster.objects(kind)).filter(|object| object.meta().terminating());
    // A Pod whose machine was taken away stays as long as its Node does.
    let machines: BTreeSet<_> = cluster.kubelets().names().cloned().collect();
    let unplugged = |pod: &Pod| !pod.node_name.is_empty() && !machines.contains(&pod.node_name);
    let waits = |object: &&Object| !matches!(object, Object::Pod(pod) if unplugged(pod));
    let any_unplugged = pods(cluster).any(|pod| unplugged(pod) && pod.meta.terminating());
    let stuck: Vec<String> = terminating.filter(waits).map(|o| format!("{} {}", o.kind().name(), o.name())).collect();
    if !stuck.is_empty() && !any_unplugged {
        return Err(format!("still on their way out: {}", listed(stuck)));
    }
    let bound = |pod: &&Pod| !pod.node_name.is_empty() && !unplugged(pod) && !pod.terminal() && !pod.meta.terminating();
    match pods(cluster).filter(bound).find(|pod| !pod.ready()) {
        Some(pod) => Err(format!("a Pod on {} isn't ready though all is well: {}", pod.node_name, pod.meta.name)),
        None => Ok(()),
    }
}

struct Whole<'a> {
    cluster: &'a Cluster,
    now: Time,
    /// Namespaces on their way out: nothing can be created there.
    closing: BTreeSet<String>,
}

impl<'a> Whole<'a> {
    fn of(cluster: &'a Cluster) -> Whole<'a> {
        let closing = cluster.objects(Kind::NAMESPACE).filter(|namespace| namespace.meta().terminating());
        Whole { cluster, now: cluster.now().time(), closing: closing.map(|o| o.name().to_string()).collect() }
    }

    fn is_kept(&self, meta: &Meta) -> bool {
        !meta.terminating() && !self.closing.contains(&*meta.namespace)
    }

    fn kubelet_runs(&self, node: &str) -> bool {
        self.cluster.kubelets().get(&node.into()).is_some_and(|kubelet| kubelet.running && !kubelet.removed)
    }

    fn owned(&self, uid: Uid) -> impl Iterator<Item = &'a Pod> {
        pods(self.cluster).filter(move |pod| pod.meta.controller().is_some_and(|owner| owner.uid == uid))
    }

    fn daemon_set(&self, set: &DaemonSet) -> Result<(), String> {
        let name = &set.meta.name;
        let mut by_node: BTreeMap<_, Vec<&Pod>> = BTreeMap::new();
        for pod in self.owned(set.meta.uid).filter(|pod| !(pod.terminal() && pod.meta.terminating())) {
            by_node.entry(target_node(pod)).or_default().push(pod);
        }
        let placing = self.cluster.controllers().daemon_sets.placing;
        let surge = placing == Placing::ByScheduler && allows_surge(&set.spec.strategy);
        let hash = self.current_hash(set)?;
        let mut recount = api::objects::workload::DaemonSetStatus {
            observed_generation: set.meta.generation,
            collision_count: set.status.collision_count,
            ..Default::default()
        };
        let is_told = placing == Placing::ByScheduler || !self.contends(set);
        for node in nodes(self.cluster) {
            let mut here = by_node.remove(&Some(node.meta.name.clone())).unwrap_or_default();
            here.sort_by_key(|pod| (pod.node_name.is_empty(), pod.meta.creation_timestamp, pod.meta.name.clone()));
            let bound = self.cluster.controllers().informers.pods_on(&node.meta.name);
            let judgement = placing.judge(set, node, bound);
            let verdict = judgement.verdict;
            let staying: Vec<&&Pod> = here.iter().filter(|pod| !pod.meta.terminating() && !pod.terminal()).collect();
            if !verdict.should_continue_running() && !staying.is_empty() {
                return Err(format!("{name} has a Pod on a node that must not have it: {}", node.meta.name));
            }
            // One that has failed waits for its back-off, one on its way out for its kubelet.
            let occupied = !here.is_empty() && (!surge || here.iter().any(|pod| pod.terminal()));
            let is_missing = verdict.should_run() && judgement.no_room.is_none() && staying.is_empty() && !occupied;
            if is_told && is_missing {
                return Err(format!("{name} has no Pod on a node that should have it: {}", node.meta.name));
            }
            if staying.len() > 1 + usize::from(surge) {
                return Err(format!("{name} has {} Pods on one node: {}", staying.len(), node.meta.name));
            }
            let hashes: BTreeSet<_> = staying.iter().map(|pod| pod.meta.label(HASH_LABEL)).collect();
            if hashes.len() < staying.len() {
                return Err(format!("{name} has two Pods of one revision on a node: {}", node.meta.name));
            }
            let Some(first) = here.first() else {
                recount.desired_number_scheduled += i64::from(verdict.should_run());
                continue;
            };
            if !verdict.should_run() {
                recount.number_misscheduled += 1;
                continue;
            }
            recount.desired_number_scheduled += 1;
            recount.current_number_scheduled += 1;
            recount.number_ready += i64::from(first.ready());
            recount.number_available += i64::from(first.available(set.spec.min_ready_seconds, self.now));
            // By the older of the two labels a new set of the same name takes an orphan's template for its own.
            let generation = set.template_generation().map(|number| number.to_string());
            let updated = first.meta.label(HASH_LABEL).is_some_and(|own| **own == *hash)
                || first.meta.label(GENERATION_LABEL).map(|own| own.to_string()) == generation && generation.is_some();
            recount.updated_number_scheduled += i64::from(updated);
        }
        recount.number_unavailable = recount.desired_number_scheduled - recount.number_available;
        // A Pod that was adopted unbound is for no node.
        if let Some(node) = by_node.keys().flatten().next() {
            return Err(format!("{name} has a Pod for a node that isn't there: {node}"));
        }
        if is_told && set.status != recount {
            return Err(format!("{name}'s status isn't what is there: {:?}, recounted {recount:?}", set.status));
        }
        Ok(())
    }

    /// Whether another DaemonSet wants one of its ports. Over the old way nobody tells a set that another one's Pod has taken a port or
    /// given it back.
    fn contends(&self, set: &DaemonSet) -> bool {
        let ports = |set: &DaemonSet| set.spec.template.spec.host_ports.clone();
        let mine = ports(set);
        self.cluster.objects(Kind::DAEMON_SET).any(|object| match object {
            Object::DaemonSet(other) if other.meta.uid != set.meta.uid => {
                ports(other).iter().any(|theirs| mine.iter().any(|mine| mine.conflicts(theirs)))
            }
            _ => false,
        })
    }

    /// The hash that the newest revision carries.
    fn current_hash(&self, set: &DaemonSet) -> Result<String, String> {
        let revisions = self.cluster.objects(Kind::CONTROLLER_REVISION).filter_map(|object| match object {
            Object::ControllerRevision(revision) => Some(revision),
            _ => None,
        });
        let own = revisions.filter(|revision| revision.meta.controller().is_some_and(|o| o.uid == set.meta.uid));
        let newest = own.max_by_key(|revision| revision.revision).and_then(|revision| revision.hash());
        newest.map(|hash| hash.to_string()).ok_or_else(|| format!("{} has no revision", set.meta.name))
    }

    fn replica_set(&self, set: &ReplicaSet) -> Result<(), String> {
        let name = &set.meta.name;
        let active: Vec<&Pod> =
            self.owned(set.meta.uid).filter(|pod| !pod.terminal() && !pod.meta.terminating()).collect();
        let count = |holds: &dyn Fn(&Pod) -> bool| active.iter().filter(|pod| holds(pod)).count() as i64;
        let wanted = set.spec.replicas;
        if active.len() as i64 != wanted {
            return Err(format!("a ReplicaSet wants {wanted} Pods and has {}: {name}", active.len()));
        }
        let min = set.spec.min_ready_seconds;
        let ours = (wanted, count(&Pod::ready), count(&|pod| pod.available(min, self.now)), set.meta.generation);
        let status = &set.status;
        let theirs = (status.replicas, status.ready_replicas, status.available_replicas, status.observed_generation);
        if ours != theirs {
            return Err(format!("{name}'s status isn't what is there: {theirs:?}, recounted {ours:?}"));
        }
        Ok(())
    }

    fn deployments(&self) -> Result<(), String> {
        for object in self.cluster.objects(Kind::DEPLOYMENT) {
            let Object::Deployment(deployment) = object else { continue };
            if !self.is_kept(&deployment.meta) {
                continue;
            }
            let own = replica_sets(self.cluster)
                .filter(|set| set.meta.controller().is_some_and(|owner| owner.uid == deployment.meta.uid));
            let sum = own.fold((0, 0, 0), |sum, set| {
                let status = &set.status;
                (sum.0 + status.replicas, sum.1 + status.ready_replicas, sum.2 + status.available_replicas)
            });
            let status = &deployment.status;
            let theirs = (status.replicas, status.ready_replicas, status.available_replicas);
            if theirs != sum || status.observed_generation != deployment.meta.generation {
                let name = &deployment.meta.name;
                return Err(format!("{name}'s status isn't its ReplicaSets': {theirs:?}, recounted {sum:?}"));
            }
        }
        Ok(())
    }

    fn node(&self, node: &Node) -> Result<(), String> {
        let name = &node.meta.name;
        let tainted = |key: &str| node.taints.iter().any(|taint| *taint.key == *key);
        if node.unschedulable != tainted("node.kubernetes.io/unschedulable") {
            return Err(format!("cordon and its taint disagree: {name}"));
        }
        let lost = tainted("node.kubernetes.io/unreachable");
        if !self.kubelet_runs(name) && (node.ready() || !lost) {
            return Err(format!("a node whose kubelet is silent isn't unreachable: {name}"));
        }
        if self.kubelet_runs(name) && lost {
            return Err(format!("a node whose kubelet speaks is unreachable: {name}"));
        }
        if node.ready() && tainted("node.kubernetes.io/not-ready") {
            return Err(format!("a ready node is tainted as not ready: {name}"));
        }
        let mut asked = Resources::default();
        let here = pods(self.cluster).filter(|pod| pod.node_name == *name && !pod.terminal());
        let mut count = 0;
        for pod in here {
            asked.add(&pod.spec.requests);
            count += 1;
        }
        let has = &node.allocatable;
        // A machine may have come back smaller than it was, with Pods it had before; nobody asks for static Pods. Over the old way
        // two sets find the same room at once, and only a kubelet refuses one of them.
        let asks = self.cluster.controllers().daemon_sets.placing == Placing::ByScheduler || self.kubelet_runs(name);
        let same = asks
            && self
                .cluster
                .kubelets()
                .get(name)
                .is_some_and(|kubelet| &*kubelet.machine.cpu == "4" && kubelet.machine.static_pods.is_empty());
        if same && (asked.milli_cpu > has.milli_cpu || asked.memory > has.memory || count > has.pods) {
            return Err(format!("a node holds more than it has: {name}"));
        }
        Ok(())
    }

    fn pod(&self, pod: &Pod) -> Result<(), String> {
        let name = &pod.meta.name;
        if !pod.node_name.is_empty() && !nodes(self.cluster).any(|node| node.meta.name == pod.node_name) {
            return Err(format!("a Pod is bound to a node that isn't there: {name}"));
        }
        let schedulable = !pod.terminal() && !pod.meta.terminating() && pod.spec.scheduling_gates.is_empty();
        if pod.node_name.is_empty() && schedulable {
            let verdicts = self.cluster.scheduler().explain(pod);
            if let Some((node, _)) = verdicts.iter().find(|(_, refusal)| refusal.is_none()) {
                return Err(format!("a Pod waits though there is a node for it: {name}, {node}"));
            }
        }
        let running = self.kubelet_runs(&pod.node_name) && !pod.terminal() && !pod.meta.terminating();
        if running && pod.status.start_time.is_none() {
            return Err(format!("a running kubelet hasn't looked at its Pod: {name}"));
        }
        Ok(())
    }

    /// Whoever has an owner has one that is there; whoever has none matches nobody who would take it.
    fn owners(&self) -> Result<(), String> {
        let uids: BTreeSet<Uid> =
            Kind::all().flat_map(|kind| self.cluster.objects(kind)).map(|object| object.meta().uid).collect();
        for object in Kind::all().flat_map(|kind| self.cluster.objects(kind)) {
            let meta = object.meta();
            if meta.terminating() || self.closing.contains(&*meta.namespace) {
                continue;
            }
            if !meta.owner_references.is_empty() && !meta.owner_references.iter().any(|owner| uids.contains(&owner.uid))
            {
                return Err(format!("an orphan without reason: {} {}", object.kind().name(), meta.name));
            }
        }
        for pod in pods(self.cluster).filter(|pod| self.is_kept(&pod.meta) && pod.meta.controller().is_none()) {
            let sets = daemon_sets(self.cluster).map(|set| (&set.meta, &set.spec));
            let takers = sets.chain(replica_sets(self.cluster).map(|set| (&set.meta, &set.spec)));
            let mut takers = takers.filter(|(meta, _)| self.is_kept(meta) && meta.namespace == pod.meta.namespace);
            if let Some((taker, _)) = takers.find(|(_, spec)| spec.selector.matches(&pod.meta.labels))
                && !pod.terminal()
            {
                return Err(format!("a Pod that nobody owns matches {}: {}", taker.name, pod.meta.name));
            }
        }
        Ok(())
    }

    /// What is on its way out waits for a kubelet that is silent, or for something that does.
    fn endings(&self) -> Result<(), String> {
        let excused = pods(self.cluster).any(|pod| pod.meta.terminating() && !self.kubelet_runs(&pod.node_name));
        for object in Kind::all().flat_map(|kind| self.cluster.objects(kind)) {
            let meta = object.meta();
            let waits_for_a_kubelet =
                matches!(object, Object::Pod(pod) if !pod.node_name.is_empty() && !self.kubelet_runs(&pod.node_name));
            let is_pod = object.kind() == Kind::POD;
            if meta.terminating() && !waits_for_a_kubelet && (is_pod || !excused) {
                return Err(format!("something doesn't end: {} {}", object.kind().name(), meta.name));
            }
        }
        Ok(())
    }
}
