//! Deployments and ReplicaSets in a whole cluster: what is written, in which order, when the learner scales, rolls out, pauses,
//! undoes; and what becomes of their Pods.

use crate::Cluster;
use crate::kubelet::machine::Machine;
use api::objects::Object;
use api::objects::condition;
use api::objects::pod::Pod;
use api::objects::workload::{Deployment, ReplicaSet};
use api::request::{DeleteOptions, PatchType, Request, Verb};
use api::resource::Kind;
use api::{Value, json};
use std::rc::Rc;
use std::time::Duration;

/// A cluster of three workers with Deployment `web`.
struct World {
    cluster: Cluster,
    seen: u64,
}

impl World {
    fn new(spec: Value) -> World {
        let mut cluster = Cluster::new(7);
        for name in ["worker-1", "worker-2", "worker-3"] {
            cluster.add_machine(Machine::worker(name));
        }
        let mut world = World { cluster, seen: 0 };
        world.seconds(20);
        world.create(Kind::DEPLOYMENT, "web", spec);
        world
    }

    fn create(&mut self, kind: Kind, name: &str, mut spec: Value) {
        let labels = json!({"app": name});
        spec["selector"] = json!({"matchLabels": labels});
        spec["template"]["metadata"]["labels"] = labels;
        if spec["template"]["spec"].is_null() {
            spec["template"]["spec"] = containers("nginx:1.25");
        }
        let meta = json!({"name": name, "namespace": "default"});
        let object = json!({"apiVersion": kind.api_version(), "kind": kind.name(), "metadata": meta, "spec": spec});
        self.cluster.begin_act();
        let request = Request::new(Verb::Create, kind).in_namespace("default").with_json(object);
        self.cluster.request(&request).expect("the test's object is valid");
    }

    fn patch(&mut self, patch: Value) {
        self.cluster.begin_act();
        let mut request =
            Request::new(Verb::Patch, Kind::DEPLOYMENT).in_namespace("default").named("web").with_json(patch);
        request.patch_type = Some(PatchType::Strategic);
        self.cluster.request(&request).expect("the test's patch is valid");
    }

    fn seconds(&mut self, seconds: u64) {
        self.cluster.run_until(self.cluster.now() + Duration::from_secs(seconds));
    }
}

fn containers(image: &str) -> Value {
    json!({"containers": [{"name": "c", "image": image}]})
}

fn image(image: &str) -> Value {
    json!({"spec": {"template": {"spec": containers(image)}}})
}

impl World {
    /// What happened to Deployments and ReplicaSets since the last question, a line per write.
    fn story(&mut self) -> Vec<String> {
        let changes: Vec<_> = self.cluster.changes_after(self.seen).into_iter().flatten().cloned().collect();
        self.seen = self.cluster.server().version();
        changes.iter().filter_map(|change| told(&change.object)).collect()
    }
}

fn told(object: &Object) -> Option<String> {
    Some(match object {
        Object::Deployment(d) => {
            let s = &d.status;
            let conditions: Vec<String> =
                s.conditions.iter().map(|c| format!("{}={}({})", c.kind, c.status.as_str(), c.reason)).collect();
            format!(
                "web {}/{} spec={} replicas={} updated={} ready={} unavailable={} {}",
                d.meta.generation,
                s.observed_generation,
                d.spec.replicas,
                s.replicas,
                s.updated_replicas,
                s.ready_replicas,
                s.unavailable_replicas,
                conditions.join(",")
            )
        }
        Object::ReplicaSet(set) => {
            let s = &set.status;
            format!(
                "{} {}/{} spec={} replicas={} ready={} terminating={:?}",
                set.meta.name,
                set.meta.generation,
                s.observed_generation,
                set.spec.replicas,
                s.replicas,
                s.ready_replicas,
                s.terminating_replicas
            )
        }
        Object::Event(event) if event.words.reason == *"ScalingReplicaSet" => {
            format!("event x{} {}", event.count, event.message())
        }
        _ => return None,
    })
}

impl World {
    /// What the Deployment has said, without who and how often.
    fn events(&mut self) -> Vec<String> {
        self.story().into_iter().filter_map(|line| Some(line.strip_prefix("event x1 Scaled ")?.to_string())).collect()
    }

    fn deployment(&self) -> Rc<Deployment> {
        let found = self.cluster.objects(Kind::DEPLOYMENT).next();
        let Some(Object::Deployment(deployment)) = found else { panic!("there is no Deployment") };
        deployment.clone()
    }

    fn sets(&self) -> Vec<Rc<ReplicaSet>> {
        let sets = self.cluster.objects(Kind::REPLICA_SET).filter_map(|object| match object {
            Object::ReplicaSet(set) => Some(set.clone()),
            _ => None,
        });
        let mut sets: Vec<_> = sets.collect();
        sets.sort_by(|a, b| super::by_age(a, b));
        sets
    }

    fn pods(&self) -> Vec<Rc<Pod>> {
        let pods = self.cluster.objects(Kind::POD).filter_map(|object| match object {
            Object::Pod(pod) => Some(pod.clone()),
            _ => None,
        });
        pods.collect()
    }

    /// Sizes and revisions of the ReplicaSets, oldest first.
    fn sizes(&self) -> Vec<(i64, i64)> {
        self.sets().iter().map(|set| (set.spec.replicas, super::revision::of(set))).collect()
    }

    fn reason(&self, kind: &str) -> String {
        let deployment = self.deployment();
        condition::find(&deployment.status.conditions, kind).map(|c| c.reason.to_string()).unwrap_or_default()
    }

    fn delete(&mut self, kind: Kind, name: &str) {
        self.cluster.begin_act();
        let mut request = Request::new(Verb::Delete, kind).in_namespace("default").named(name);
        request.delete = DeleteOptions::default();
        self.cluster.request(&request).expect("the object is there");
    }
}

#[test]
fn creation_writes_what_a_real_cluster_writes() {
    let mut world = World::new(json!({"replicas": 3}));
    world.seconds(10);
    let set = world.sets()[0].meta.name.clone();
    let line = |text: &str| text.replace("RS", &set);
    assert_eq!(
        world.story(),
        [
            "web 1/0 spec=3 replicas=0 updated=0 ready=0 unavailable=0 ",
            &line("RS 1/0 spec=3 replicas=0 ready=0 terminating=None"),
            &line("event x1 Scaled up replica set RS from 0 to 3"),
            "web 1/0 spec=3 replicas=0 updated=0 ready=0 unavailable=0 Progressing=True(NewReplicaSetCreated)",
            &line("RS 1/1 spec=3 replicas=0 ready=0 terminating=Some(0)"),
            "web 1/1 spec=3 replicas=0 updated=0 ready=0 unavailable=3 \
             Progressing=True(NewReplicaSetCreated),Available=False(MinimumReplicasUnavailable)",
            &line("RS 1/1 spec=3 replicas=3 ready=0 terminating=Some(0)"),
            "web 1/1 spec=3 replicas=3 updated=3 ready=0 unavailable=3 \
             Available=False(MinimumReplicasUnavailable),Progressing=True(ReplicaSetUpdated)",
            &line("RS 1/1 spec=3 replicas=3 ready=3 terminating=Some(0)"),
            "web 1/1 spec=3 replicas=3 updated=3 ready=3 unavailable=0 \
             Available=True(MinimumReplicasAvailable),Progressing=True(NewReplicaSetAvailable)",
        ]
    );
}

#[test]
fn scaling_is_counted_when_it_is_seen() {
    let mut world = World::new(json!({"replicas": 3}));
    world.seconds(10);
    world.story();
    world.patch(json!({"spec": {"replicas": 5}}));
    world.seconds(10);
    let web: Vec<String> = world.story().into_iter().filter(|line| line.starts_with("web ")).collect();
    let start = |line: &String| line.split(' ').take(7).collect::<Vec<_>>().join(" ");
    assert_eq!(
        web.iter().map(start).collect::<Vec<_>>(),
        [
            "web 2/1 spec=5 replicas=3 updated=3 ready=3 unavailable=0",
            "web 2/2 spec=5 replicas=3 updated=3 ready=3 unavailable=0",
            "web 2/2 spec=5 replicas=3 updated=3 ready=3 unavailable=2",
            "web 2/2 spec=5 replicas=5 updated=5 ready=3 unavailable=2",
            "web 2/2 spec=5 replicas=5 updated=5 ready=5 unavailable=0",
        ]
    );
    world.patch(json!({"spec": {"replicas": 2}}));
    world.seconds(40);
    assert_eq!(world.pods().len(), 2);
}

#[test]
fn rd_23d_a_rollout_goes_up_and_down_in_turn() {
    let mut world = World::new(json!({"replicas": 3}));
    world.seconds(10);
    world.story();
    world.patch(image("nginx:1.26"));
    world.seconds(60);
    let ways: Vec<String> = world
        .events()
        .iter()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            format!("{} {}", words[0], words[words.len() - 1])
        })
        .collect();
    assert_eq!(ways, ["up 1", "down 2", "up 2", "down 1", "up 3", "down 0"]);
    assert_eq!(world.sizes(), [(0, 1), (3, 2)]);
    assert_eq!(&*world.deployment().meta.annotations[super::revision::REVISION], "2");
    assert_eq!(world.reason("Progressing"), "NewReplicaSetAvailable");
}

#[test]
fn undoing_uses_the_old_set_again_under_a_new_number() {
    let mut world = World::new(json!({"replicas": 2}));
    world.seconds(10);
    world.patch(image("nginx:1.26"));
    world.seconds(60);
    world.patch(image("nginx:1.25"));
    world.seconds(60);
    assert_eq!(world.sizes(), [(2, 3), (0, 2)]);
    assert_eq!(&*world.sets()[0].meta.annotations[super::revision::REVISION_HISTORY], "1");
    assert_eq!(&*world.deployment().meta.annotations[super::revision::REVISION], "3");
}

#[test]
fn old_sets_beyond_the_limit_are_removed_when_all_is_done() {
    let mut world = World::new(json!({"replicas": 1, "revisionHistoryLimit": 1}));
    for tag in ["1.26", "1.27", "1.28"] {
        world.seconds(40);
        world.patch(image(&format!("nginx:{tag}")));
    }
    world.seconds(60);
    assert_eq!(world.sizes(), [(0, 3), (1, 4)]);
}

#[test]
fn a_paused_deployment_scales_but_rolls_nothing_out() {
    let mut world = World::new(json!({"replicas": 2}));
    world.seconds(10);
    world.patch(json!({"spec": {"paused": true}}));
    world.seconds(1);
    assert_eq!(world.reason("Progressing"), "DeploymentPaused");
    world.patch(image("nginx:1.26"));
    world.patch(json!({"spec": {"replicas": 3}}));
    world.seconds(20);
    assert_eq!(world.sizes(), [(3, 1)]);
    assert_eq!(world.deployment().status.updated_replicas, 0);
    world.story();
    world.patch(json!({"spec": {"paused": null}}));
    world.seconds(60);
    assert!(world.story().iter().any(|line| line.contains("Progressing=Unknown(DeploymentResumed)")));
    assert_eq!(world.sizes(), [(0, 1), (3, 2)]);
}

#[test]
fn recreate_lets_the_old_pods_go_before_the_new_ones_come() {
    let mut world = World::new(json!({"replicas": 3, "strategy": {"type": "Recreate"}}));
    world.seconds(10);
    world.patch(image("nginx:1.26"));
    for _ in 0..600 {
        world.cluster.run_until(world.cluster.now() + Duration::from_millis(100));
        let mut images: Vec<_> = world
            .pods()
            .iter()
            .filter(|pod| !pod.terminal())
            .map(|pod| pod.spec.raw["containers"][0]["image"].clone())
            .collect();
        images.dedup();
        assert!(images.len() <= 1, "two templates at once");
    }
    assert_eq!(world.sizes(), [(0, 1), (3, 2)]);
    assert_eq!(world.reason("Progressing"), "NewReplicaSetAvailable");
}

#[test]
fn a_rollout_that_hangs_is_late_after_its_deadline_and_recovers() {
    let mut world = World::new(json!({"replicas": 2, "progressDeadlineSeconds": 30}));
    world.seconds(10);
    let huge = json!({"containers": [{"name": "c", "image": "nginx:1.26", "resources": {"requests": {"cpu": "999"}}}]});
    world.patch(json!({"spec": {"template": {"spec": huge}}}));
    world.seconds(25);
    assert_eq!(world.reason("Progressing"), "ReplicaSetUpdated");
    world.seconds(10);
    assert_eq!(world.reason("Progressing"), "ProgressDeadlineExceeded");
    assert_eq!(world.reason("Available"), "MinimumReplicasAvailable");
    let calm = world.cluster.server().version();
    world.seconds(2);
    let noise = world.cluster.changes_after(calm).into_iter().flatten().filter_map(|change| told(&change.object));
    assert_eq!(noise.count(), 0, "a late rollout is said once");
    let plain = json!({"containers": [{"name": "c", "resources": null, "image": "nginx:1.25"}]});
    world.patch(json!({"spec": {"template": {"spec": plain}}}));
    world.seconds(30);
    assert_eq!(world.reason("Progressing"), "NewReplicaSetAvailable");
}

#[test]
fn rd_24d_a_deleted_pod_is_replaced_while_it_still_terminates() {
    let mut world = World::new(json!({"replicas": 2}));
    world.seconds(10);
    let doomed = world.pods()[0].meta.name.clone();
    world.delete(Kind::POD, &doomed);
    world.cluster.run_until(world.cluster.now() + Duration::from_millis(100));
    assert_eq!(world.pods().len(), 3);
    assert!(world.pods().iter().any(|pod| pod.meta.name == doomed && pod.meta.terminating()));
    world.seconds(40);
    assert_eq!(world.pods().len(), 2);
}

#[test]
fn rd_25d_a_dead_nodes_pod_is_replaced_elsewhere_after_its_tolerations() {
    let mut world = World::new(json!({"replicas": 1}));
    world.seconds(10);
    let first = world.pods()[0].clone();
    world.cluster.stop_kubelet(&first.node_name);
    world.seconds(330);
    assert_eq!(world.pods().len(), 1);
    world.seconds(35);
    let pods = world.pods();
    assert_eq!(pods.len(), 2, "the old one can't be asked and stays");
    assert!(pods.iter().any(|pod| pod.node_name != first.node_name && pod.ready()));
}

#[test]
fn a_set_gives_up_relabelled_pods_and_takes_them_back() {
    let mut world = World::new(json!({"replicas": 0}));
    world.create(Kind::REPLICA_SET, "rs", json!({"replicas": 2}));
    world.seconds(10);
    let name = world.pods()[0].meta.name.clone();
    let relabel = |world: &mut World, value: &str| {
        let patch = json!({"metadata": {"labels": {"app": value}}});
        let mut request = Request::new(Verb::Patch, Kind::POD).in_namespace("default").named(&*name).with_json(patch);
        request.patch_type = Some(PatchType::Merge);
        world.cluster.request(&request).expect("labels may change");
        world.seconds(40);
    };
    relabel(&mut world, "other");
    let pod = |world: &World| world.pods().into_iter().find(|pod| pod.meta.name == name);
    assert!(pod(&world).is_some_and(|pod| pod.meta.controller().is_none()));
    assert_eq!(world.pods().len(), 3);
    relabel(&mut world, "rs");
    assert_eq!(world.pods().len(), 2, "taken back, and then there is one too many");
}

#[test]
fn availability_comes_with_time_alone() {
    let mut world = World::new(json!({"replicas": 2, "minReadySeconds": 20}));
    world.seconds(12);
    assert_eq!((world.deployment().status.ready_replicas, world.deployment().status.available_replicas), (2, 0));
    world.seconds(20);
    assert_eq!(world.deployment().status.available_replicas, 2);
    assert_eq!(world.reason("Progressing"), "NewReplicaSetAvailable");
}

#[test]
fn pods_of_a_template_share_their_spec() {
    let mut world = World::new(json!({"replicas": 3}));
    world.seconds(10);
    let pods = world.pods();
    assert!(Rc::ptr_eq(&pods[0].spec, &pods[1].spec) && Rc::ptr_eq(&pods[1].spec, &pods[2].spec));
    assert!(pods.iter().all(|pod| pod.meta.label(super::replica_set::HASH_LABEL).is_some()));
}

#[test]
fn a_burst_is_five_hundred() {
    let mut world = World::new(json!({"replicas": 0}));
    world.create(Kind::REPLICA_SET, "rs", json!({"replicas": 1200}));
    let mut counts = Vec::new();
    for _ in 0..40 {
        world.cluster.step();
        counts.push(world.pods().len());
    }
    counts.dedup();
    assert_eq!(counts, [0, 500, 1000, 1200]);
}
