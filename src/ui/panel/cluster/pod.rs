//! Pods as discs.
//!
//! Colour and letter say whose, shape says what kind of owner (a ring round it: a DaemonSet; square: no owner), filling says
//! how far. The name and status of each are there for those who hear the page.

use playground::act::Act;
use playground::view::{ObjectRef, Picture, Pod, PodLook, Workload};
use yew::prelude::*;

use super::{pressed, select};
use crate::host::dom;
use crate::text::{fill, text};

/// What makes a disc this owner's.
#[derive(Clone, Copy, PartialEq)]
pub struct Token {
    letter: char,
    colour: u8,
    shape: &'static str,
}

impl Token {
    /// The disc of `workload`'s Pods, or of a Pod without one.
    pub fn of(workload: Option<&Workload>) -> Token {
        match workload {
            Some(workload) if workload.object.kind == "DaemonSet" => {
                Token { letter: workload.letter, colour: workload.colour, shape: "ring" }
            }
            Some(workload) => Token { letter: workload.letter, colour: workload.colour, shape: "disc" },
            None => Token { letter: '·', colour: 9, shape: "square" },
        }
    }
}

/// The disc itself, without name or behaviour.
pub fn view_token(token: Token, look: Option<PodLook>) -> Html {
    let colour = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"][usize::from(token.colour.min(9))];
    html! {
        <span class={classes!("token", token.shape, colour, look.map(look_class))} aria-hidden="true">
            { token.letter }
        </span>
    }
}

fn look_class(look: PodLook) -> &'static str {
    match look {
        PodLook::Pending => "pending",
        PodLook::Starting => "starting",
        PodLook::Running => "running",
        PodLook::Ready => "is-ready",
        PodLook::Failing => "failing",
        PodLook::Completed => "completed",
        PodLook::Terminating => "terminating",
    }
}

/// A row of Pods: one stop for the Tab key, arrows inside.
pub fn view_pods(pods: &[Pod], picture: &Picture, act: &Callback<Act>, label: &str) -> Html {
    html! {
        <ul class="pods" aria-label={label.to_owned()} onkeydown={walk}>
            { for pods.iter().enumerate().map(|(index, pod)| view_pod(pod, picture, act, index == 0)) }
        </ul>
    }
}

fn view_pod(pod: &Pod, picture: &Picture, act: &Callback<Act>, first: bool) -> Html {
    let workload = pod.workload.and_then(|index| picture.workloads.get(index as usize));
    let owner = workload.map_or(text("cluster.pod.alone"), |workload| &workload.object.name);
    let label = fill("cluster.pod", &[("name", &pod.name), ("owner", owner), ("status", &pod.status)]);
    let object = pod_ref(pod);
    let title = if pod.old { [label.as_str(), " · ", text("cluster.pod.old")].concat() } else { label.clone() };
    html! {
        <li key={[pod.namespace.as_str(), &pod.name].join("/")}>
            <button type="button" class={classes!("pod", pod.old.then_some("old"))} tabindex={if first { "0" } else { "-1" }}
                aria-label={label.clone()} {title} aria-pressed={pressed(picture, &object)}
                onclick={select(picture, act, &object)}>
                { view_token(Token::of(workload), Some(pod.look)) }
            </button>
        </li>
    }
}

/// Whether `object` is this Pod.
pub fn names(object: &ObjectRef, pod: &Pod) -> bool {
    object.kind == "Pod" && object.namespace == pod.namespace && object.name == pod.name
}

fn pod_ref(pod: &Pod) -> ObjectRef {
    ObjectRef { kind: "Pod".to_owned(), namespace: pod.namespace.clone(), name: pod.name.clone() }
}

fn walk(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        _ => return,
    };
    event.prevent_default();
    dom::focus_neighbour(&event, ".pods", ".pod", step);
}
