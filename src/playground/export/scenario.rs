//! The cluster as a scenario: what somebody made of it becomes where the next one begins.
//!
//! Nodes with what they have beside their preset, objects as manifests, images as the scenario on stage had them, the learner's
//! files. What is under way (Pods being replaced, a node that has gone silent) begins anew.

use super::{given_labels, given_taints, is_control_plane, manifests, name, nodes};
use crate::Playground;
use crate::act::Preset;
use crate::stage;
use api::{Map, Value, json};
use cluster::Cluster;
use course::scenario::ImageSpec;

/// The file.
pub fn scenario(playground: &Playground) -> String {
    let on_stage = &playground.stage.scenario;
    let cluster = playground.cluster();
    let files = playground.files().files.into_iter().map(|file| json!({"name": file.name, "text": file.text}));
    let images = on_stage.images.iter().map(|(name, spec)| (name.clone(), image(spec)));
    let all = json!({
        "everynode": "scenario/v1", "title": on_stage.title, "kubernetes": on_stage.kubernetes, "seed": on_stage.seed,
        "nodes": nodes(cluster).iter().map(|it| node(it, cluster)).collect::<Vec<_>>(),
        "objects": manifests::values(cluster),
        "images": api::sort::gather::<_, Map<String, Value>>(images),
        "files": files.collect::<Vec<_>>(),
    });
    // In the order of the document, and without what is empty.
    let keys = ["everynode", "title", "kubernetes", "seed", "nodes", "images", "objects", "files"];
    let filled = keys.into_iter().filter(|key| !is_empty(&all[*key]));
    filled.map(|key| yaml::to_string(&json!({key: all[key].clone()}))).collect()
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// A node by its preset, and how it differs from it.
fn node(node: &Value, cluster: &Cluster) -> Value {
    let (info, capacity) = (&node["status"]["nodeInfo"], &node["status"]["capacity"]);
    let preset = match (info["operatingSystem"].as_str(), info["architecture"].as_str()) {
        (Some("windows"), _) => Preset::Windows,
        (_, Some("arm64")) => Preset::Arm64,
        _ if is_control_plane(node) => Preset::ControlPlane,
        _ => Preset::Worker,
    };
    let like = stage::machine(preset, name(node).into());
    let mut labels = given_labels(node);
    labels.retain(|key, value| like.labels.get(key.as_str()).is_none_or(|known| *value != **known));
    let of_preset: Vec<Value> = like.taints.iter().map(api::objects::scheduling::Taint::to_value).collect();
    let taints = given_taints(node);
    let mut own = Map::new();
    for (resource, amount) in capacity.as_object().into_iter().flatten() {
        let usual = match resource.as_str() {
            "cpu" => *amount == *like.cpu,
            "memory" => *amount == *like.memory,
            "pods" => amount.as_str().is_some_and(|pods| pods.parse() == Ok(like.pods)),
            other => other == "ephemeral-storage" || other.starts_with("hugepages-"),
        };
        if !usual {
            own.insert(resource.clone(), amount.clone());
        }
    }
    let mut out = json!({"name": name(node), "preset": preset.id()});
    if !labels.is_empty() {
        out["labels"] = Value::Object(labels);
    }
    if taints != of_preset {
        out["taints"] = taints.iter().map(taint).collect();
    }
    if !own.is_empty() {
        out["capacity"] = Value::Object(own);
    }
    let machine = cluster.kubelets().get(&name(node).into()).map(|kubelet| &kubelet.machine);
    if let Some(machine) = machine.filter(|machine| !machine.static_pods.is_empty()) {
        out["staticPods"] = Value::Array(machine.static_pods.to_vec());
    }
    out
}

/// As it is typed: `key=value:Effect`.
fn taint(taint: &Value) -> Value {
    let text = |key: &str| taint[key].as_str().unwrap_or_default();
    match text("value") {
        "" => format!("{}:{}", text("key"), text("effect")).into(),
        value => format!("{}={value}:{}", text("key"), text("effect")).into(),
    }
}

fn image(spec: &ImageSpec) -> Value {
    let time = |time: std::time::Duration| Value::from(format!("{}ms", time.as_millis()));
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| value.map(|value| out.insert(key.into(), value));
    put("missing", spec.missing.then_some(true.into()));
    put("readyAfter", spec.ready_after.map(time));
    put("neverReady", spec.never_ready.then_some(true.into()));
    put("exitsAfter", spec.exits_after.map(time));
    put("exitCode", spec.exits_after.map(|_| spec.exit_code.into()));
    put("size", spec.size.map(Value::from));
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Act;
    use api::resource::Kind;

    #[test]
    fn a_cluster_saved_as_a_scenario_opens_as_the_same_cluster() {
        let mut playground = Playground::new(None);
        for _ in 0..100 {
            playground.advance(100.0);
        }
        for line in ["kubectl taint node node-2 a=b:NoSchedule", "kubectl label node node-3 disk=ssd"] {
            playground.act(Act::Run { line: line.into() });
        }
        playground.act(Act::AddNodes { preset: Preset::Gpu, count: 1 });
        playground.act(Act::AddNodes { preset: Preset::Windows, count: 1 });
        let text = scenario(&playground);
        assert_eq!(Playground::refuses_scenario(&text), None, "{text}");
        let mut again = Playground::new(None);
        again.act(Act::OpenScenario { text: text.clone() });
        let specs = |playground: &Playground| -> Vec<Value> {
            let all = nodes(playground.cluster());
            all.iter()
                .map(|node| json!([name(node), given_labels(node), given_taints(node), node["status"]["capacity"]]))
                .collect()
        };
        assert_eq!(specs(&again), specs(&playground));
        assert_eq!(again.cluster().objects(Kind::DAEMON_SET).count(), 1);
        assert_eq!(again.cluster().objects(Kind::DEPLOYMENT).count(), 3);
        assert!(text.starts_with("everynode: scenario/v1\n"), "{text}");
        let reloaded = Playground::new(Some(&again.save()));
        assert_eq!(reloaded.cluster().state_hash(), again.cluster().state_hash());
    }
}
