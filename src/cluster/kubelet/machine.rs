//! A machine: what a node is made of before there is a Node object, and what its kubelet says of it.
//!
//! Machines of one shape share all that their Nodes have in common.

use super::eviction::Pressure;
use super::static_pods;
use crate::clock::Instant;
use api::meta::{Labels, Meta};
use api::objects::condition::{Condition, Conditions, Truth};
use api::objects::node::{Node, OwnMachine};
use api::objects::resources::Resources;
use api::objects::scheduling::{Effect, Taint};
use api::{Str, Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// What a kubelet says as long as no network plug-in has done its work.
pub(super) const NETWORK_NOT_READY: &str = "container runtime network not ready: NetworkReady=false \
    reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

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
    /// The manifests in its kubelet's folder: Pods that it runs without being asked.
    pub static_pods: Rc<Vec<Value>>,
}

/// What Nodes of machines of one shape have in common.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    like: Machine,
    keys: [Str; 5],
    annotations: Labels,
    allocatable: Rc<Resources>,
    status: Rc<Value>,
    spec: Rc<Value>,
    /// The last node's first conditions.
    first: Conditions,
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
            static_pods: Rc::default(),
        }
    }

    /// A control-plane node as kubeadm makes it: label, taint, and four static Pods.
    pub fn control_plane(name: impl Into<Str>) -> Machine {
        let labels = [
            ("node-role.kubernetes.io/control-plane", ""),
            ("node.kubernetes.io/exclude-from-external-load-balancers", ""),
        ];
        Machine {
            labels: labels.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
            taints: vec![Taint::new("node-role.kubernetes.io/control-plane", "", Effect::NoSchedule)],
            static_pods: Rc::new(static_pods::control_plane()),
            ..Machine::worker(name)
        }
    }

    fn has_shape_of(&self, other: &Machine) -> bool {
        (&self.architecture, &self.operating_system, &self.cpu, &self.memory, self.pods, &self.extended)
            == (&other.architecture, &other.operating_system, &other.cpu, &other.memory, other.pods, &other.extended)
    }

    /// The shape it has, among those known or as a new one.
    pub(super) fn shape<'a>(&self, known: &'a mut Vec<Shape>) -> &'a mut Shape {
        let place = known.iter().position(|shape| self.has_shape_of(&shape.like)).unwrap_or_else(|| {
            known.push(Shape::new(self));
            known.len() - 1
        });
        &mut known[place]
    }

    /// The Node that its kubelet registers, not ready yet.
    pub(super) fn node(&self, shape: &mut Shape, address: Ipv4Addr, now: Instant, seed: u64) -> Node {
        let first = conditions(false, [false; 3], now);
        if *shape.first != first {
            shape.first = first.into();
        }
        let mut labels = self.labels.clone();
        let values =
            [&self.architecture, &self.operating_system, &self.architecture, &self.name, &self.operating_system];
        for (key, value) in shape.keys.iter().zip(values) {
            labels.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let mut rng = crate::rng::Rng::stream(seed, &self.name);
        let mut id = || u128::from(rng.draw()) << 64 | u128::from(rng.draw());
        Node {
            meta: Meta {
                name: self.name.clone(),
                labels: Rc::new(labels),
                annotations: shape.annotations.clone(),
                ..Meta::default()
            },
            taints: Rc::new(self.taints.clone()),
            allocatable: shape.allocatable.clone(),
            conditions: shape.first.clone(),
            own: Some(OwnMachine { address, machine_id: id(), boot_id: id() }),
            status_rest: shape.status.clone(),
            spec_rest: shape.spec.clone(),
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
}

impl Shape {
    fn new(machine: &Machine) -> Shape {
        let (image, kernel) = match &*machine.operating_system {
            "windows" => ("Windows Server 2022 Datacenter", "10.0.20348.2700"),
            _ => ("Debian GNU/Linux 12 (bookworm)", "6.1.0-28-amd64"),
        };
        let capacity = machine.capacity();
        let keys = [
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "kubernetes.io/arch",
            "kubernetes.io/hostname",
            "kubernetes.io/os",
        ];
        let annotation = ("volumes.kubernetes.io/controller-managed-attach-detach".into(), "true".into());
        Shape {
            keys: keys.map(Str::from),
            annotations: Rc::new(BTreeMap::from([annotation])),
            allocatable: Rc::new(Resources::from_value(&capacity)),
            spec: Rc::new(json!({})),
            first: Conditions::default(),
            status: Rc::new(json!({
                "capacity": capacity, "allocatable": capacity,
                "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
                "nodeInfo": {"architecture": &*machine.architecture, "containerRuntimeVersion": "containerd://2.1.4",
                    "kernelVersion": kernel, "kubeProxyVersion": "", "kubeletVersion": "v1.36.2",
                    "operatingSystem": &*machine.operating_system, "osImage": image}})),
            like: machine.clone(),
        }
    }
}

/// What a kubelet says of a resource: without pressure (reason, message), and under it.
pub(super) fn pressure_texts(pressure: Pressure) -> (&'static str, [(&'static str, &'static str); 2]) {
    match pressure {
        Pressure::Memory => (
            "MemoryPressure",
            [
                ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
            ],
        ),
        Pressure::Disk => (
            "DiskPressure",
            [
                ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                ("KubeletHasDiskPressure", "kubelet has disk pressure"),
            ],
        ),
        Pressure::Pid => (
            "PIDPressure",
            [
                ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                ("KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
            ],
        ),
    }
}

/// What a kubelet says of its node: which pressures it is under, and whether its network is ready.
pub(super) fn conditions(network: bool, pressed: [bool; 3], now: Instant) -> Vec<Condition> {
    let mut out: Vec<Condition> = Vec::with_capacity(4);
    for (pressure, pressed) in Pressure::ALL.into_iter().zip(pressed) {
        let (kind, texts) = pressure_texts(pressure);
        let (reason, message) = texts[usize::from(pressed)];
        out.push(Condition::new(kind, Truth::of(pressed), now.time()).because(reason, message));
    }
    let (reason, message) = match network {
        true => ("KubeletReady", "kubelet is posting ready status"),
        false => ("KubeletNotReady", NETWORK_NOT_READY),
    };
    out.push(Condition::new("Ready", Truth::of(network), now.time()).because(reason, message));
    out
}
