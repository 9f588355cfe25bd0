//! Invents acts that hit what is there: the nodes, Pods and workloads of the moment, each by name.

use super::act::{IMAGES, Learner};
use api::objects::Object;
use api::resource::Kind;
use cluster::controller::daemonset::rollout::allows_surge;
use cluster::rng::Rng;

/// Never more nodes than that.
const NODES_MAX: usize = 9;

const NAMESPACES: [&str; 2] = ["default", "team"];

/// The next act.
pub fn act(rng: &mut Rng, learner: &Learner, number: usize) -> String {
    if number < 4 {
        let preset = ["worker", "worker", "control-plane", "small"][number];
        return format!("@add node-{number} {preset}");
    }
    if number == 4 {
        return daemon_set(rng, "default", "agent");
    }
    // A set that surges answers every refusal of its kubelet with one Pod more, without end: so upstream's does, and so does ours
    // (spec 1.6, "0 running: create one"). Nothing would ever come to rest, so these two are kept apart.
    for _ in 0..1000 {
        let act = Draws { learner, rng }.act(number);
        let surges = act.contains("maxSurge: 1") || act.contains("maxSurge: 50%") || act.contains(r#""maxSurge":1"#);
        let refuses = act.starts_with("@pressure") && act.ends_with("on") && !act.contains("memory");
        if !(surges && learner.has_refused || refuses && any_surges(learner)) {
            return act;
        }
    }
    "@wait 1".into()
}

/// Whether a set surges.
fn any_surges(learner: &Learner) -> bool {
    learner.cluster.objects(Kind::DAEMON_SET).any(|object| match object {
        Object::DaemonSet(set) => allows_surge(&set.spec.strategy),
        _ => false,
    })
}

struct Draws<'a> {
    learner: &'a Learner,
    rng: &'a mut Rng,
}

impl Draws<'_> {
    fn act(mut self, number: usize) -> String {
        match self.rng.below(100) {
            0..14 => format!("@wait {}", [1, 2, 5, 13, 40, 90, 330][self.rng.below(7) as usize]),
            14..24 => self.apply(),
            24..34 => self.on_a_node(number),
            34..43 => self.on_labels_and_taints(),
            43..55 => self.on_a_daemon_set(),
            55..62 => self.on_a_deployment(),
            62..72 => self.on_a_pod(),
            72..80 => self.on_a_kubelet(),
            80..88 => {
                let what = ["good", "good", "good", "crash", "late", "never-ready", "missing", "deaf"];
                format!("@image {} {}", self.one_of(&IMAGES), self.one_of(&what))
            }
            88..93 => self.on_a_budget(),
            93..96 => self.on_a_namespace(),
            _ => self.mistaken(),
        }
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.rng.below(words.len() as u64) as usize]
    }

    /// `NAMESPACE NAME` of an object there is, or of one there isn't.
    fn object(&mut self, kind: Kind) -> (String, String) {
        let objects: Vec<&Object> = self.learner.cluster.objects(kind).collect();
        match objects.len() {
            0 => ("default".into(), "nobody".into()),
            count => {
                let object = objects[self.rng.below(count as u64) as usize];
                (object.namespace().to_string(), object.name().to_string())
            }
        }
    }

    fn node(&mut self) -> String {
        self.object(Kind::NODE).1
    }

    fn apply(&mut self) -> String {
        let namespace = self.one_of(&NAMESPACES);
        match self.rng.below(6) {
            0..3 => {
                let name = self.one_of(&["agent", "other"]);
                daemon_set(self.rng, namespace, name)
            }
            3..5 => deployment(self.rng, namespace),
            _ => pod(self.rng, namespace),
        }
    }

    fn on_a_node(&mut self, number: usize) -> String {
        let node = self.node();
        match self.rng.below(9) {
            0..2 if self.learner.cluster.objects(Kind::NODE).count() < NODES_MAX => {
                let preset = self.one_of(&["worker", "worker", "small", "gpu", "edge", "control-plane"]);
                // Sometimes under a name that was there before.
                let number = if self.rng.below(3) == 0 { self.rng.below(6) as usize } else { number };
                format!("@add node-{number} {preset}")
            }
            0..3 => format!("@remove {node}"),
            3 => format!("kubectl delete node {node} --wait=false"),
            4 => format!("kubectl cordon {node}"),
            5..7 => format!("kubectl uncordon {node}"),
            7 => {
                let force = self.one_of(&["", " --force", " --force --delete-emptydir-data", " --grace-period=1"]);
                format!("kubectl drain {node} --ignore-daemonsets --timeout=40s{force}")
            }
            _ => format!("@unplug {node}"),
        }
    }

    fn on_labels_and_taints(&mut self) -> String {
        let node = self.node();
        let effect = self.one_of(&["NoSchedule", "NoExecute", "PreferNoSchedule"]);
        match self.rng.below(6) {
            0 => format!("kubectl taint node {node} maint=now:{effect} --overwrite"),
            1..3 => format!("kubectl taint node {node} maint-"),
            3 => format!("kubectl taint node {node} edge- ; kubectl taint node {node} nvidia.com/gpu-"),
            4 => format!("kubectl label node {node} disk=ssd --overwrite"),
            _ => format!("kubectl label node {node} disk-"),
        }
    }

    fn on_a_daemon_set(&mut self) -> String {
        let (namespace, name) = self.object(Kind::DAEMON_SET);
        let image = self.one_of(&IMAGES);
        let on = format!("-n {namespace} ds/{name}");
        match self.rng.below(12) {
            0..4 => format!("kubectl set image {on} main={image}"),
            4 => format!("kubectl rollout undo {on}"),
            5 => format!("kubectl rollout restart {on}"),
            6 => format!("kubectl rollout status {on} --timeout=30s"),
            7 => format!("kubectl edit {on}"),
            8 => {
                let selector = self.one_of(&[r#"{"disk":"ssd"}"#, r#"{"disk":null}"#, r#"{"disk":null}"#]);
                let patch = format!(r#"{{"spec":{{"template":{{"spec":{{"nodeSelector":{selector}}}}}}}}}"#);
                format!("kubectl patch {on} -p '{patch}'")
            }
            9 => {
                let strategy = self.one_of(&[
                    r#"{"type":"OnDelete","rollingUpdate":null}"#,
                    r#"{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":0,"maxSurge":1}}"#,
                    r#"{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"50%","maxSurge":0}}"#,
                    r#"{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}}"#,
                ]);
                format!(r#"kubectl patch {on} --type=merge -p '{{"spec":{{"updateStrategy":{strategy}}}}}'"#)
            }
            10 => {
                let seconds = self.rng.below(3) * 4;
                format!(r#"kubectl patch {on} -p '{{"spec":{{"minReadySeconds":{seconds}}}}}'"#)
            }
            _ => {
                let cascade = self.one_of(&["background", "foreground", "orphan"]);
                format!("kubectl delete {on} --cascade={cascade} --wait=false")
            }
        }
    }

    fn on_a_deployment(&mut self) -> String {
        let (namespace, name) = self.object(Kind::DEPLOYMENT);
        let on = format!("-n {namespace} deploy/{name}");
        match self.rng.below(7) {
            0..2 => format!("kubectl scale {on} --replicas={}", self.rng.below(7)),
            2 => format!("kubectl set image {on} main={}", self.one_of(&IMAGES)),
            3 => format!("kubectl rollout undo {on}"),
            4 => format!("kubectl rollout restart {on}"),
            5 => format!("kubectl rollout {} {on}", self.one_of(&["pause", "resume", "resume"])),
            _ => {
                let cascade = self.one_of(&["background", "foreground", "orphan"]);
                format!("kubectl delete {on} --cascade={cascade} --wait=false")
            }
        }
    }

    fn on_a_pod(&mut self) -> String {
        let (namespace, name) = self.object(Kind::POD);
        let on = format!("-n {namespace} pod {name}");
        match self.rng.below(7) {
            0..3 => format!("kubectl delete {on} --wait=false"),
            3 => format!("kubectl delete {on} --force --grace-period=0"),
            4 => format!("kubectl label {on} app=lost --overwrite"),
            5 => format!("kubectl label {on} app={} --overwrite", self.one_of(&["agent", "other", "web"])),
            _ => format!("kubectl annotate {on} note=seen --overwrite"),
        }
    }

    fn on_a_kubelet(&mut self) -> String {
        let node = self.node();
        match self.rng.below(12) {
            10 => "@scheduler stop".into(),
            11 => "@scheduler start".into(),
            0..2 => format!("@stop {node}"),
            2..6 => format!("@start {node}"),
            6 => format!("@network {node} off"),
            7 => format!("@network {node} on"),
            8 => format!("@pressure {node} {} on", self.one_of(&["memory", "disk", "pid"])),
            _ => format!("@pressure {node} {} off", self.one_of(&["memory", "disk", "pid"])),
        }
    }

    fn on_a_budget(&mut self) -> String {
        let namespace = self.one_of(&NAMESPACES);
        match self.rng.below(2) {
            0 => format!(
                "kubectl -n {namespace} create pdb web --selector=app=web --min-available={}",
                self.rng.below(3)
            ),
            _ => format!("kubectl -n {namespace} delete pdb --all --wait=false"),
        }
    }

    fn on_a_namespace(&mut self) -> String {
        match self.rng.below(3) {
            0 => "kubectl delete ns team --wait=false".into(),
            _ => "kubectl create ns team".into(),
        }
    }

    /// What is refused must leave no trace.
    fn mistaken(&mut self) -> String {
        let (namespace, name) = self.object(Kind::DAEMON_SET);
        let node = self.node();
        match self.rng.below(5) {
            0 => format!("kubectl -n {namespace} scale ds {name} --replicas=3"),
            1 => format!(
                r#"kubectl -n {namespace} patch ds {name} --type=merge -p '{{"spec":{{"selector":{{"matchLabels":{{"app":"x"}}}}}}}}'"#
            ),
            2 => format!("kubectl taint node {node} maint=now:Never"),
            3 => format!("kubectl drain {node}"),
            _ => "kubectl get ds,deploy,pods,nodes -A -o wide ; kubectl describe ds -A ; kubectl describe nodes".into(),
        }
    }
}

fn pick<'a>(rng: &mut Rng, words: &[&'a str]) -> &'a str {
    words[rng.below(words.len() as u64) as usize]
}

fn applied(manifest: &str) -> String {
    format!("kubectl apply -f - <<EOF\n{manifest}EOF")
}

fn daemon_set(rng: &mut Rng, namespace: &str, name: &str) -> String {
    let strategy = pick(
        rng,
        &[
            "{}",
            "{rollingUpdate: {maxUnavailable: 2}}",
            "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}",
            "{rollingUpdate: {maxSurge: 50%, maxUnavailable: 0}}",
            "{type: OnDelete}",
        ],
    );
    let tolerations = pick(
        rng,
        &[
            "[]",
            "[{operator: Exists}]",
            "[{key: maint, operator: Exists, effect: NoExecute, tolerationSeconds: 20}]",
            "[{operator: Exists, effect: NoSchedule}]",
        ],
    );
    let selector = pick(rng, &["{}", "{}", "{disk: ssd}"]);
    let ports = pick(rng, &["[]", "[]", "[{containerPort: 80, hostPort: 8080}]"]);
    let probe = pick(rng, &["", "", ", readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 3}"]);
    let cpu = pick(rng, &["100m", "100m", "600m"]);
    let priority = pick(rng, &["", "", "\n      priorityClassName: system-node-critical"]);
    let (image, ready) = (pick(rng, &IMAGES), rng.below(2) * 5);
    let limit = rng.below(4);
    applied(&format!(
        "apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  minReadySeconds: {ready}
  revisionHistoryLimit: {limit}
  updateStrategy: {strategy}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      nodeSelector: {selector}
      tolerations: {tolerations}{priority}
      terminationGracePeriodSeconds: 10
      containers:
      - {{name: main, image: \"{image}\", ports: {ports}, resources: {{requests: {{cpu: {cpu}}}}}{probe}}}
"
    ))
}

fn deployment(rng: &mut Rng, namespace: &str) -> String {
    let (replicas, image) = (rng.below(6), pick(rng, &IMAGES));
    let affinity = pick(
        rng,
        &[
            "{}",
            "{}",
            "{podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, \
             labelSelector: {matchLabels: {app: web}}}]}}",
        ],
    );
    let spread = pick(
        rng,
        &[
            "[]",
            "[]",
            "[{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, \
             labelSelector: {matchLabels: {app: web}}}]",
        ],
    );
    let strategy = pick(rng, &["{}", "{type: Recreate}", "{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"]);
    let cpu = pick(rng, &["100m", "1500m"]);
    applied(&format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: {namespace}}}
spec:
  replicas: {replicas}
  strategy: {strategy}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      affinity: {affinity}
      topologySpreadConstraints: {spread}
      terminationGracePeriodSeconds: 5
      containers:
      - {{name: main, image: \"{image}\", resources: {{requests: {{cpu: {cpu}}}}}}}
"
    ))
}

fn pod(rng: &mut Rng, namespace: &str) -> String {
    let (number, image) = (rng.below(5), pick(rng, &IMAGES));
    let label = pick(rng, &["web", "agent", "alone"]);
    let restart = pick(rng, &["Always", "Never", "OnFailure"]);
    applied(&format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: bare-{number}, namespace: {namespace}, labels: {{app: {label}}}}}
spec:
  restartPolicy: {restart}
  containers:
  - {{name: main, image: \"{image}\"}}
"
    ))
}
