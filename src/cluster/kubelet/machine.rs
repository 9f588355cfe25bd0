//! A machine: what a node is made of before there is a Node object, and what its kubelet says of it.

use crate::clock::Instant;
use api::meta::Meta;
use api::objects::condition::{Condition, Truth};
use api::objects::node::Node;
use api::objects::resources::Resources;
use api::objects::scheduling::Taint;
use api::{Str, Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// A machine that a learner plugs in.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The node's name.
    pub name: Str,
    /// Labels beside those every kubelet sets.
    pub labels: BTreeMap<Str, Str>,
    /// `--register-with-taints`
    pub taints: Vec<Taint>,
    /// `amd64`, `arm64`
    pub architecture: Str,
    /// `linux`, `windows`
    pub operating_system: Str,
    /// Cores, thousandths of them, as a quantity: `4`.
    pub cpu: Str,
    /// `8Gi`
    pub memory: Str,
    /// At most so many Pods.
    pub pods: i64,
    /// Further resources, such as `nvidia.com/gpu`.
    pub extended: BTreeMap<Str, Str>,
}

impl Machine {
    /// A plain worker: 4 cores, 8 GiB, 110 Pods, Linux on amd64.
    pub fn worker(name: impl Into<Str>) -> Machine {
        Machine {
            name: name.into(),
            labels: BTreeMap::new(),
            taints: Vec::new(),
            architecture: "amd64".into(),
            operating_system: "linux".into(),
            cpu: "4".into(),
            memory: "8Gi".into(),
            pods: 110,
            extended: BTreeMap::new(),
        }
    }

    /// The Node that its kubelet registers, not ready yet.
    pub(super) fn node(&self, address: Ipv4Addr, now: Instant, seed: u64) -> Node {
        let name = &*self.name;
        let mut labels = self.labels.clone();
        for (key, value) in [
            ("beta.kubernetes.io/arch", &self.architecture),
            ("beta.kubernetes.io/os", &self.operating_system),
            ("kubernetes.io/arch", &self.architecture),
            ("kubernetes.io/hostname", &self.name),
            ("kubernetes.io/os", &self.operating_system),
        ] {
            labels.entry(key.into()).or_insert_with(|| value.clone());
        }
        let annotations = BTreeMap::from([(
            Str::from("volumes.kubernetes.io/controller-managed-attach-detach"),
            Str::from("true"),
        )]);
        let capacity = self.capacity();
        let status = json!({
            "addresses": [{"type": "InternalIP", "address": address.to_string()}, {"type": "Hostname", "address": name}],
            "capacity": capacity, "allocatable": capacity,
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": self.node_info(seed)});
        Node {
            meta: Meta {
                name: self.name.clone(),
                labels: Rc::new(labels),
                annotations: Rc::new(annotations),
                ..Meta::default()
            },
            taints: Rc::new(self.taints.clone()),
            allocatable: Rc::new(Resources::from_value(&status["allocatable"])),
            conditions: conditions(false, now),
            status_rest: Rc::new(status),
            spec_rest: Rc::new(json!({})),
            ..Node::default()
        }
    }

    fn capacity(&self) -> Value {
        let mut out = json!({"cpu": &*self.cpu, "memory": &*self.memory, "ephemeral-storage": "100Gi",
            "hugepages-1Gi": "0", "hugepages-2Mi": "0", "pods": self.pods.to_string()});
        for (name, amount) in &self.extended {
            out[&**name] = Value::from(&**amount);
        }
        out
    }

    fn node_info(&self, seed: u64) -> Value {
        let mut rng = crate::rng::Rng::stream(seed, &self.name);
        let mut id = || format!("{:016x}{:016x}", rng.draw(), rng.draw());
        let (machine, boot) = (id(), id());
        let windows = &*self.operating_system == "windows";
        let (image, kernel) = if windows {
            ("Windows Server 2022 Datacenter", "10.0.20348.2700")
        } else {
            ("Debian GNU/Linux 12 (bookworm)", "6.1.0-28-amd64")
        };
        json!({"architecture": &*self.architecture, "bootID": boot, "containerRuntimeVersion": "containerd://2.1.4",
            "kernelVersion": kernel, "kubeProxyVersion": "", "kubeletVersion": "v1.36.2",
            "machineID": machine, "operatingSystem": &*self.operating_system, "osImage": image, "systemUUID": machine})
    }
}

/// What a healthy kubelet says of its node; before it is ready, that its network isn't.
pub(super) fn conditions(ready: bool, now: Instant) -> Vec<Condition> {
    let fine = [
        ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ];
    let mut out: Vec<Condition> = fine
        .into_iter()
        .map(|(kind, reason, message)| Condition::new(kind, Truth::False, now.time()).because(reason, message))
        .collect();
    out.push(if ready {
        Condition::new("Ready", Truth::True, now.time()).because("KubeletReady", "kubelet is posting ready status")
    } else {
        let why = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady \
            message:Network plugin returns error: cni plugin not initialized";
        Condition::new("Ready", Truth::False, now.time()).because("KubeletNotReady", why)
    });
    out
}
