//! `describe node`: what it is, how it feels, who runs there and what that takes.

use super::fields::{self, items, resource_list, text, time};
use super::related::Related;
use super::writer::Writer;
use api::meta::quantity::Quantity;
use api::resource::Kind;
use api::sort::gather;
use api::{Value, human};
use std::collections::BTreeMap;

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (spec, status) = (&object["spec"], &object["status"]);
    heading(w, object);
    lease(w, object, related);
    conditions(w, &status["conditions"]);
    w.line(0, "Addresses:");
    for address in items(&status["addresses"]) {
        w.text_field(1, text(&address["type"]), &address["address"]);
    }
    resource_list(w, 0, "Capacity", &status["capacity"]);
    resource_list(w, 0, "Allocatable", &status["allocatable"]);
    system_info(w, &status["nodeInfo"]);
    w.optional_field(0, "PodCIDR", &spec["podCIDR"]);
    let cidrs: Vec<&str> = items(&spec["podCIDRs"]).iter().map(text).collect();
    if !cidrs.is_empty() {
        w.field(0, "PodCIDRs", cidrs.join(","));
    }
    w.optional_field(0, "ProviderID", &spec["providerID"]);
    pods(w, object, related);
}

fn heading(w: &mut Writer, object: &Value) {
    let (meta, spec) = (&object["metadata"], &object["spec"]);
    w.text_field(0, "Name", &meta["name"]);
    w.field(0, "Roles", human::node_roles(&meta["labels"]));
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.field(0, "CreationTimestamp", time(&meta["creationTimestamp"]));
    fields::taints(w, "Taints", &spec["taints"]);
    w.field(0, "Unschedulable", spec["unschedulable"] == true);
}

/// The kubelet's heartbeat. A node without one is nobody's: its kubelet never came.
fn lease(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let name = text(&object["metadata"]["name"]);
    let Some(lease) = related.get(Kind::LEASE, Some("kube-node-lease"), name) else {
        let missing = format!("Failed to get lease: leases.coordination.k8s.io \"{name}\" not found");
        return w.field(0, "Lease", missing);
    };
    let spec = &lease["spec"];
    let moment = |value: &Value| if value.is_string() { time(value) } else { "<unset>".to_string() };
    w.line(0, "Lease:");
    w.field(1, "HolderIdentity", spec["holderIdentity"].as_str().unwrap_or("<unset>"));
    w.field(1, "AcquireTime", moment(&spec["acquireTime"]));
    w.field(1, "RenewTime", moment(&spec["renewTime"]));
}

/// All cells but the last two are followed by a space.
fn conditions(w: &mut Writer, conditions: &Value) {
    if items(conditions).is_empty() {
        return;
    }
    w.line(0, "Conditions:");
    w.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    w.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for condition in items(conditions) {
        w.line(
            1,
            &format!(
                "{} \t{} \t{} \t{} \t{} \t{}",
                text(&condition["type"]),
                text(&condition["status"]),
                time(&condition["lastHeartbeatTime"]),
                time(&condition["lastTransitionTime"]),
                text(&condition["reason"]),
                text(&condition["message"])
            ),
        );
    }
}

fn system_info(w: &mut Writer, info: &Value) {
    w.line(0, "System Info:");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ] {
        w.text_field(1, title, &info[field]);
    }
}

/// Amounts by resource name.
type Amounts = BTreeMap<String, Quantity>;

/// The Pods that have not ended, and what they ask for altogether.
fn pods(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let name = text(&object["metadata"]["name"]);
    let selector = format!("spec.nodeName={name},status.phase!=Failed,status.phase!=Succeeded");
    let pods = related.list(Kind::POD, None, "", &selector);
    let allocatable = match &object["status"]["allocatable"] {
        Value::Null => amounts(&object["status"]["capacity"]),
        list => amounts(list),
    };
    w.field(0, "Non-terminated Pods", format!("({} in total)", pods.len()));
    w.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
    w.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
    let (mut requests, mut limits) = (Amounts::new(), Amounts::new());
    for pod in &pods {
        let (asked, limited) = (pod_total(pod, "requests"), pod_total(pod, "limits"));
        let meta = &pod["metadata"];
        let cells = [
            text(&meta["namespace"]).to_string(),
            text(&meta["name"]).to_string(),
            String::new(),
            share(&asked, &allocatable, "cpu"),
            share(&limited, &allocatable, "cpu"),
            share(&asked, &allocatable, "memory"),
            share(&limited, &allocatable, "memory"),
            human::age(&meta["creationTimestamp"], related.now()),
        ];
        w.line(1, &cells.join("\t"));
        add(&mut requests, &asked);
        add(&mut limits, &limited);
    }
    allocated(w, &allocatable, &requests, &limits);
}

fn allocated(w: &mut Writer, allocatable: &Amounts, requests: &Amounts, limits: &Amounts) {
    w.line(0, "Allocated resources:");
    w.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
    w.line(1, "Resource\tRequests\tLimits");
    w.line(1, "--------\t--------\t------");
    let huge = allocatable.keys().filter(|name| name.starts_with("hugepages-")).map(String::as_str);
    for name in ["cpu", "memory", "ephemeral-storage"].into_iter().chain(huge) {
        w.line(1, &format!("{name}\t{}\t{}", share(requests, allocatable, name), share(limits, allocatable, name)));
    }
    // Of what device plugins bring, only the amounts are shown.
    for name in allocatable.keys().filter(|name| is_extended(name)) {
        let amount = |amounts: &Amounts| amounts.get(name).copied().unwrap_or_default();
        w.line(1, &format!("{name}\t{}\t{}", amount(requests), amount(limits)));
    }
}

fn is_extended(name: &str) -> bool {
    !matches!(name, "cpu" | "memory" | "ephemeral-storage" | "pods") && !name.starts_with("hugepages-")
}

fn amounts(list: &Value) -> Amounts {
    let pairs = list.as_object().into_iter().flatten();
    gather(pairs.map(|(name, value)| (name.clone(), Quantity::from_value(value).unwrap_or_default())))
}

/// What a Pod asks for: its containers and sidecars together, or its largest init container with the sidecars before it,
/// whichever is more; and the runtime's overhead.
fn pod_total(pod: &Value, list: &str) -> Amounts {
    let spec = &pod["spec"];
    let mut total = Amounts::new();
    for container in items(&spec["containers"]) {
        add(&mut total, &amounts(&container["resources"][list]));
    }
    let (mut sidecars, mut peak) = (Amounts::new(), Amounts::new());
    for container in items(&spec["initContainers"]) {
        let mut own = amounts(&container["resources"][list]);
        if text(&container["restartPolicy"]) == "Always" {
            add(&mut total, &own);
            add(&mut sidecars, &own);
            own = sidecars.clone();
        } else {
            add(&mut own, &sidecars);
        }
        raise(&mut peak, &own);
    }
    raise(&mut total, &peak);
    for (name, amount) in amounts(&spec["overhead"]) {
        // Overhead counts as a limit only where there is a limit.
        if list == "requests" || total.contains_key(&name) {
            let sum = total.get(&name).copied().unwrap_or_default() + amount;
            total.insert(name, sum);
        }
    }
    total
}

fn add(total: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let sum = total.get(name).copied().unwrap_or_default() + *amount;
        total.insert(name.clone(), sum);
    }
}

fn raise(total: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        if total.get(name).is_none_or(|now| now < amount) {
            total.insert(name.clone(), *amount);
        }
    }
}

/// `100m (5%)`: an amount and how much of the allocatable one that is, truncated.
fn share(amounts: &Amounts, allocatable: &Amounts, name: &str) -> String {
    let of = |amounts: &Amounts| amounts.get(name).copied().unwrap_or_default();
    let measure = |amount: Quantity| if name == "cpu" { amount.milli() } else { amount.value() };
    let (amount, whole) = (of(amounts), measure(of(allocatable)));
    // In floating point as kubectl has it: 290m of 1 are 28 %.
    let percent = if whole == 0 { 0 } else { (measure(amount) as f64 / whole as f64 * 100.0) as i64 };
    format!("{amount} ({percent}%)")
}
