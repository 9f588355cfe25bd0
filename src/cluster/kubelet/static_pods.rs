//! Static Pods: manifests on a machine, run by its kubelet without anybody asking, and shown to the API as mirror Pods.
//!
//! The mirror is only a picture. Deleting it stops nothing: the kubelet paints it again. It goes with its Node, and comes back
//! only when there is a Node again.
//!
//! Source: pkg/kubelet/{config/common,pod/mirror_client}.go, Kubernetes v1.36.

use super::machine::Machine;
use super::pod_worker::{Hands, PodWorker, reference};
use super::{Context, key_of};
use crate::clock::Instant;
use api::meta::{OwnerReference, Uid};
use api::objects::Object;
use api::objects::pod::Pod;
use api::resource::Kind;
use api::status::Reason;
use api::{Str, Value, json};
use std::rc::Rc;
use std::time::Duration;

/// On a mirror Pod: the hash of what it mirrors.
pub const MIRROR: &str = "kubernetes.io/config.mirror";
/// How often a mirror that couldn't be made is tried again: 10 s. Source: the pod workers' `backOffPeriod`.
const RETRY: Duration = Duration::from_secs(10);
/// From the mirror's disappearance to its return.
pub(super) const REPAINT: Duration = Duration::from_millis(500);

/// A static Pod beside its mirror.
#[derive(Clone, Debug)]
pub(super) struct StaticPod {
    /// What is mirrored.
    pub manifest: Rc<Pod>,
    /// Since when it has been there.
    pub since: Instant,
}

/// A static Pod as the kubelet reads its manifest.
pub(super) fn read(manifest: &Value, node: &Str, now: Instant, seed: u64) -> Rc<Pod> {
    let mut value = manifest.clone();
    value["apiVersion"] = "v1".into();
    value["kind"] = "Pod".into();
    let name = format!("{}-{node}", value["metadata"]["name"].as_str().unwrap_or("static"));
    let mut rng = crate::rng::Rng::stream(seed, &name);
    let hash = format!("{:016x}{:016x}", rng.draw(), rng.draw());
    value["metadata"]["name"] = name.into();
    if value["metadata"]["namespace"].is_null() {
        value["metadata"]["namespace"] = "default".into();
    }
    let seen = now.micro_time().to_string().replace('Z', "000Z");
    let annotations = &mut value["metadata"]["annotations"];
    if !annotations.is_object() {
        *annotations = json!({});
    }
    for (key, text) in [("hash", &*hash), ("mirror", &hash), ("seen", &seen), ("source", "file")] {
        annotations[format!("kubernetes.io/config.{key}")] = text.into();
    }
    let spec = &mut value["spec"];
    spec["nodeName"] = Value::from(&**node);
    spec["tolerations"] = json!([{"effect": "NoExecute", "operator": "Exists"}]);
    crate::apiserver::registry::set_defaults(Kind::POD, &mut value);
    Rc::new(Pod::from_value(&value))
}

/// Whether a mirror shows one of the machine's static Pods.
pub(super) fn is_of(mirror: &Pod, machine: &Machine) -> bool {
    let own = mirror.meta.name.strip_suffix(&*machine.name).and_then(|rest| rest.strip_suffix('-'));
    let mut names = machine.static_pods.iter().map(|manifest| manifest["metadata"]["name"].as_str());
    own.is_some_and(|own| names.any(|name| name == Some(own)))
}

/// The uid a static Pod goes by in events: its hash.
pub(super) fn identity(pod: &Pod) -> Uid {
    let hash = pod.meta.annotations.get(MIRROR).and_then(|hash| u128::from_str_radix(hash, 16).ok());
    Uid(hash.unwrap_or_default())
}

impl PodWorker {
    /// Turns a new worker into one for a static Pod.
    pub(super) fn of_manifest(mut self) -> PodWorker {
        self.refer(reference(&self.pod, identity(&self.pod)));
        self.static_pod = Some(Box::new(StaticPod { manifest: self.pod.clone(), since: Instant::default() }));
        self
    }

    /// Sees to it that the mirror is there, as long as the Node is.
    pub(super) fn keep_mirrored(&mut self, ctx: &mut Context<'_>, hands: &mut Hands<'_>) {
        if self.pod.meta.terminating() {
            self.remove(ctx);
            self.lose_mirror();
        }
        if self.pod.meta.uid != Uid::default() {
            return;
        }
        let now = ctx.api.now();
        if self.paint(ctx, hands) {
            if !self.runs.is_empty() {
                self.report(ctx, hands);
            }
        } else {
            self.wake_at(now + RETRY, hands.slot, ctx.wakes);
        }
    }

    /// The mirror is gone; what it mirrored goes on.
    pub(super) fn lose_mirror(&mut self) {
        if let Some(own) = &self.static_pod {
            self.pod = own.manifest.clone();
        }
    }

    fn paint(&mut self, ctx: &mut Context<'_>, hands: &Hands<'_>) -> bool {
        let Some(Object::Node(node)) = ctx.api.get(Kind::NODE, &hands.kubelet.key) else { return false };
        let owner = OwnerReference {
            api_version: "v1".into(),
            kind: "Node".into(),
            name: node.meta.name.clone(),
            uid: node.meta.uid,
            controller: true,
            block_owner_deletion: false,
        };
        let mut mirror = (*self.pod).clone();
        mirror.meta.owner_references = Rc::new(vec![owner]);
        let (key, hash) = (key_of(&mirror), mirror.meta.annotations.get(MIRROR).cloned());
        match ctx.api.create(Object::Pod(Rc::new(mirror))) {
            Ok(Object::Pod(pod)) => {
                self.pod = pod;
                true
            }
            Err(status) if status.reason == Reason::AlreadyExists => match ctx.api.pod(&key) {
                // Painted before the kubelet was restarted.
                Some(pod) if pod.meta.annotations.get(MIRROR) == hash.as_ref() => {
                    self.pod = pod.clone();
                    true
                }
                _ => false,
            },
            // The namespace isn't there, or the server won't have it: the next try may be luckier.
            _ => false,
        }
    }
}

/// What kubeadm puts on a control-plane node.
pub fn control_plane() -> Vec<Value> {
    let get = |port: i64, path: &str, more: Value| {
        let mut probe = json!({"httpGet": {"host": "127.0.0.1", "path": path, "port": port, "scheme": "HTTPS"},
            "timeoutSeconds": 15});
        for (key, value) in more.as_object().into_iter().flatten() {
            probe[key] = value.clone();
        }
        probe
    };
    let part = |name: &str, image: String, cpu: &str, flags: &[&str], port: i64, paths: [&str; 3]| {
        let command: Vec<&str> = std::iter::once(name).chain(flags.iter().copied()).collect();
        let mut requests = json!({"cpu": cpu});
        if name == "etcd" {
            requests["memory"] = "100Mi".into();
        }
        json!({"metadata": {"name": name, "namespace": "kube-system",
                "labels": {"component": name, "tier": "control-plane"}},
            "spec": {"hostNetwork": true, "priorityClassName": "system-node-critical", "priority": 2_000_001_000,
                "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
                "containers": [{"name": name, "image": image, "imagePullPolicy": "IfNotPresent", "command": command,
                    "resources": {"requests": requests},
                    "livenessProbe": get(port, paths[0], json!({"initialDelaySeconds": 10, "failureThreshold": 8})),
                    "readinessProbe": get(port, paths[1], json!({"periodSeconds": 1})),
                    "startupProbe": get(port, paths[2], json!({"initialDelaySeconds": 10, "failureThreshold": 24}))}]}})
    };
    let kubernetes = |name: &str| format!("registry.k8s.io/{name}:v1.36.2");
    let three = ["/livez", "/readyz", "/livez"];
    vec![
        part(
            "etcd",
            "registry.k8s.io/etcd:3.6.8-0".into(),
            "100m",
            &["--data-dir=/var/lib/etcd", "--listen-client-urls=https://127.0.0.1:2379"],
            2381,
            ["/livez", "/readyz", "/readyz"],
        ),
        part(
            "kube-apiserver",
            kubernetes("kube-apiserver"),
            "250m",
            &["--authorization-mode=Node,RBAC", "--secure-port=6443", "--service-cluster-ip-range=10.96.0.0/12"],
            6443,
            three,
        ),
        part(
            "kube-controller-manager",
            kubernetes("kube-controller-manager"),
            "200m",
            &[
                "--allocate-node-cidrs=true",
                "--cluster-cidr=10.244.0.0/16",
                "--controllers=*,bootstrapsigner,tokencleaner",
            ],
            10257,
            ["/healthz", "/healthz", "/healthz"],
        ),
        part("kube-scheduler", kubernetes("kube-scheduler"), "100m", &["--leader-elect=true"], 10259, three),
    ]
}
