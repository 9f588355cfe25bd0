//! The panel as markup, rendered natively: what a screen reader would find.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use playground::view::{Node, Pod, PodLook, Readiness, Usage};
use yew::LocalServerRenderer;

use super::*;

fn object(kind: &str, name: &str) -> ObjectRef {
    ObjectRef { kind: kind.into(), namespace: "default".into(), name: name.into() }
}

fn pod(name: &str, look: PodLook, status: &str) -> Pod {
    let namespace = "default".into();
    Pod {
        namespace,
        name: name.into(),
        workload: Some(0),
        look,
        old: false,
        status: status.into(),
        message: String::new(),
    }
}

fn node(name: &str, pods: Vec<Pod>) -> Node {
    Node {
        name: name.into(),
        roles: "<none>".into(),
        status: "Ready".into(),
        readiness: Readiness::Ready,
        unschedulable: false,
        kubelet_running: true,
        troubles: Vec::new(),
        labels: vec!["kubernetes.io/os=linux".into()],
        taints: Vec::new(),
        cpu: Usage { percent: 42, text: "850m of 2".into() },
        memory: Usage::default(),
        pods,
        verdict: None,
    }
}

fn picture() -> Picture {
    let object = object("DaemonSet", "logs");
    Picture {
        nodes: [node("node-1", vec![pod("logs-a", PodLook::Ready, "Running")]), node("node-2", Vec::new())]
            .map(Rc::new)
            .into(),
        workloads: vec![Workload { object, letter: 'l', colour: 0, desired: 2, ready: 1 }],
        ..Picture::default()
    }
}

/// Rendering on a server waits for nothing, so polling again and again comes to an end.
fn render(picture: Picture) -> String {
    let props = Props {
        picture: Shown::new(picture),
        moment: None,
        prediction: Shown::new(Prediction::default()),
        act: Callback::noop(),
        read: Callback::noop(),
        why: Callback::noop(),
        lit: None,
    };
    let mut rendering = pin!(LocalServerRenderer::<ClusterPanel>::with_props(props).hydratable(false).render());
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(markup) = rendering.as_mut().poll(&mut context) {
            return markup;
        }
    }
}

#[test]
fn every_pod_is_named_with_its_owner_and_status() {
    let markup = render(picture());
    assert!(markup.contains("aria-label=\"logs-a, logs, Running\""), "{markup}");
    assert!(markup.contains("DaemonSet logs: 1 of 2 Pods ready"), "{markup}");
    assert!(markup.contains("No Pods"), "{markup}");
}

#[test]
fn pods_without_a_node_wait_in_the_tray_with_their_reason() {
    let mut picture = picture();
    picture.waiting =
        vec![Pod { message: "0/2 nodes are available".into(), ..pod("logs-b", PodLook::Pending, "Pending") }];
    let markup = render(picture);
    assert!(markup.contains("Waiting for a node"), "{markup}");
    assert!(markup.contains("0/2 nodes are available"), "{markup}");
}

#[test]
fn a_removed_node_offers_nothing_to_do_and_says_what_it_waits_for() {
    let mut picture = picture();
    Rc::make_mut(&mut picture.nodes[0]).readiness = Readiness::Removed;
    let markup = render(picture);
    assert!(markup.contains("wait for the garbage collector"), "{markup}");
    assert!(!markup.contains("Remove node-1"), "{markup}");
    assert!(markup.contains("Remove node-2"), "{markup}");
}

#[test]
fn what_a_learner_wrote_never_becomes_markup() {
    let mut picture = picture();
    Rc::make_mut(&mut picture.nodes[0]).labels = vec!["a=<img src=x>".into()];
    assert!(!render(picture).contains("<img"));
}
