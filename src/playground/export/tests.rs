//! The folder holds what somebody made and nothing else, and goes back into a cluster as it came out.

use super::{File, folder, zip};
use crate::Playground;
use crate::act::{Act, Preset};
use api::request::{Request, Verb};
use api::resource::Kind;

fn playground_with(lines: &[&str]) -> Playground {
    let mut playground = Playground::new(None);
    playground.act(Act::AddNodes { preset: Preset::Gpu, count: 1 });
    playground.act(Act::AddNodes { preset: Preset::Edge, count: 1 });
    for line in lines {
        playground.act(Act::Run { line: (*line).into() });
        playground.act(Act::RunUntilSettled);
    }
    playground
}

fn text<'a>(files: &'a [File], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path);
    &file.unwrap_or_else(|| panic!("no {path} in {:?}", files.iter().map(|file| &file.path).collect::<Vec<_>>())).text
}

#[test]
fn what_somebody_made_goes_along_and_what_controllers_made_of_it_does_not() {
    let playground = playground_with(&[
        "kubectl create namespace team-a",
        "kubectl run alone --image=nginx",
        "kubectl expose deployment web --port=80",
    ]);
    let files = folder(playground.cluster());
    let paths: Vec<&str> = files.iter().map(|file| &*file.path).collect();
    assert_eq!(
        paths,
        [
            "manifests/10-namespace-team-a.yaml",
            "manifests/50-daemonset-monitoring-daemon.yaml",
            "manifests/50-deployment-api.yaml",
            "manifests/50-deployment-cache.yaml",
            "manifests/50-deployment-web.yaml",
            "manifests/50-pod-alone.yaml",
            "manifests/50-service-web.yaml",
            "kind.yaml",
            "kwok/nodes.yaml",
        ]
    );
    for path in &paths[..7] {
        for left_behind in
            ["uid:", "status:", "resourceVersion:", "nodeName:", "clusterIP:", "kube-api-access", "last-applied"]
        {
            assert!(!text(&files, path).contains(left_behind), "{path}: {left_behind}\n{}", text(&files, path));
        }
    }
}

#[test]
fn every_manifest_is_taken_by_an_empty_cluster() {
    let playground = playground_with(&["kubectl create namespace team-a", "kubectl run alone --image=nginx -n team-a"]);
    let mut empty = cluster::Cluster::new(9);
    for file in folder(playground.cluster()).iter().filter(|file| file.path.starts_with("manifests/")) {
        let value = yaml::value(&file.text).expect("what is exported can be read");
        let field = |key: &str| value[key].as_str().unwrap_or_default();
        let kind = Kind::of_manifest(field("apiVersion"), field("kind")).expect("a kind of ours");
        let mut request = Request::new(Verb::Create, kind);
        if let Some(namespace) = value["metadata"]["namespace"].as_str() {
            request = request.in_namespace(namespace);
        }
        let made = empty.request(&request.with_json(value.clone()));
        made.unwrap_or_else(|status| panic!("{}: {}\n{}", file.path, status.message, file.text));
        // A namespace gets its service account only after a moment.
        empty.run_until(empty.now() + std::time::Duration::from_secs(1));
    }
}

#[test]
fn kind_gets_labels_and_taints_as_far_as_a_kubelet_may_set_them() {
    let files = folder(playground_with(&["kubectl label node node-1 disktype=ssd"]).cluster());
    let text = text(&files, "kind.yaml");
    let value = yaml::value(text).expect("it can be read");
    let nodes = value["nodes"].as_array().expect("nodes");
    assert_eq!(nodes[0], api::json!({"role": "control-plane"}), "{text}");
    assert_eq!(nodes.len(), 7);
    let labelled = nodes.iter().filter(|node| node["labels"]["disktype"] == "ssd");
    assert_eq!(labelled.count(), 1, "{text}");
    let patches: Vec<&str> = nodes.iter().filter_map(|node| node["kubeadmConfigPatches"][0].as_str()).collect();
    assert!(
        patches.iter().any(|patch| patch.contains("kind: JoinConfiguration") && patch.contains("key: nvidia.com/gpu"))
    );
    assert!(text.contains("# afterwards: kubectl label node NAME node-role.kubernetes.io/edge=\n"), "{text}");
}

#[test]
fn kwok_plays_nodes_of_the_same_size_with_the_same_labels_and_taints() {
    let files = folder(playground_with(&["kubectl cordon node-2"]).cluster());
    let documents = yaml::documents(text(&files, "kwok/nodes.yaml"));
    let nodes: Vec<_> = documents.into_iter().map(|document| document.expect("it can be read").value).collect();
    let find = |name: &str| nodes.iter().find(|node| node["metadata"]["name"] == name).expect("the node");
    assert_eq!(find("node-2")["spec"]["unschedulable"], true);
    assert!(find("node-2")["spec"].get("taints").is_none(), "the cordon's taint comes by itself");
    let gpu = find("gpu-1");
    assert_eq!(gpu["status"]["capacity"]["nvidia.com/gpu"], "1");
    assert_eq!(gpu["spec"]["taints"][0]["key"], "nvidia.com/gpu");
    assert_eq!(gpu["metadata"]["labels"]["kubernetes.io/hostname"], "gpu-1");
}

/// Held against what Python's zipfile makes of two such files.
#[test]
fn a_zip_has_its_entries_their_checksums_and_a_directory() {
    let files = [("a.txt", "hello"), ("b/ü.txt", "")].map(|(path, text)| File { path: path.into(), text: text.into() });
    let bytes = zip("everynode", &files);
    let at = |offset: usize| u32::from_le_bytes(bytes[offset..offset + 4].try_into().expect("four bytes"));
    assert_eq!(&bytes[..4], b"PK\x03\x04");
    assert_eq!(at(14), 0x3610_A686, "the checksum of hello");
    assert_eq!(&bytes[30..50], b"everynode/a.txthello");
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let directory = at(end + 16) as usize;
    assert_eq!(&bytes[directory..directory + 4], b"PK\x01\x02");
    assert_eq!(at(end + 12) as usize, end - directory);
}
