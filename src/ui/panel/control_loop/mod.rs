//! The control loop: the API server, everybody who watches it, what waits in their queues, and the step that was taken last.
//!
//! It shows the cluster's own queues, nothing played. While time runs it is a gauge; step by step one sees a change being read,
//! queued, worked on and answered by other changes.

use playground::act::Act;
use playground::view::{ObjectRef, Station, Taken, Timeline, Work, Wrote};
use yew::prelude::*;

use crate::ask::Ask;
use crate::part::shown::Shown;
use crate::text::{fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Moves with time.
    pub timeline: Shown<Timeline>,
    pub ask: Ask,
    pub act: Callback<Act>,
}

/// The panel.
#[component]
pub fn LoopPanel(props: &Props) -> Html {
    let shown = props.ask.control_loop();
    let act = |name: &'static str, what: Act| {
        html! { <button type="button" class="soft" onclick={props.act.reform(move |_| what.clone())}>{ name }</button> }
    };
    let at = shown.step.as_ref().map_or("", |step| step.station);
    html! {
        <div class="loop scroll" tabindex="0" role="group" aria-label={text("dock.loop")}>
            <div class="choices">
                { act(text("loop.step"), Act::StepLoop) }
                { act(text("loop.change"), Act::JumpToNextChange) }
                { act(text("loop.settle"), Act::RunUntilSettled) }
            </div>
            <p class="taken" role="status">{ view_step(shown.step.as_ref(), &props.act) }</p>
            <div class="watchers">
                <div class={classes!("server", (!at.is_empty()).then_some("written"))}>
                    <b>{ "kube-apiserver" }</b>
                    <span>{ fill("loop.version", &[("version", &shown.version.to_string())]) }</span>
                </div>
                <ul>
                    <li class={classes!((at == MANAGER).then_some("at"))}>
                        <span class="who">{ MANAGER }</span>
                        { view_unread(shown.stations.first().map_or(0, |station| station.unread)) }
                    </li>
                    { for shown.stations.iter().map(|station| view_station(station, at)) }
                </ul>
            </div>
        </div>
    }
}

fn view_unread(unread: u64) -> Html {
    html! {
        if unread > 0 { <span class="unread">{ fill("loop.unread", &[("count", &unread.to_string())]) }</span> }
    }
}

fn view_station(station: &Station, at: &str) -> Html {
    let alone = matches!(station.name, "default-scheduler" | "kubelet");
    let idle = !station.busy && station.delayed == 0 && station.stuck == 0 && (!alone || station.unread == 0);
    let class = classes!(
        (station.name == at).then_some("at"),
        (!alone && at == MANAGER).then_some("reads"),
        (!alone).then_some("of-manager"),
        idle.then_some("idle"),
    );
    let count = |key: &'static str, count: u32| {
        html! { if count > 0 { <span class="held">{ fill(key, &[("count", &count.to_string())]) }</span> } }
    };
    html! {
        <li key={station.name} {class}>
            <span class="who">{ station.name }</span>
            if alone {
                { view_unread(station.unread) }
            }
            { for station.queue.iter().map(|key| html! { <code>{ key }</code> }) }
            if station.busy && station.queue.is_empty() && station.unread == 0 {
                <span class="held">{ text("loop.busy") }</span>
            }
            { count("loop.more", station.more) }
            { count("loop.delayed", station.delayed) }
            { count("loop.stuck", station.stuck) }
        </li>
    }
}

/// The process in which all controllers run; it reads for all of them at once.
const MANAGER: &str = "kube-controller-manager";

fn view_step(step: Option<&Taken>, act: &Callback<Act>) -> Html {
    let Some(step) = step else { return html! { text("loop.none") } };
    let did = match &step.work {
        Work::Read(count) => fill("loop.read", &[("count", &count.to_string())]),
        Work::Reconciled(key) => fill("loop.reconciled", &[("key", key)]),
        Work::Timed => text("loop.timed").to_owned(),
        Work::Tried(pod) => fill("loop.tried", &[("pod", pod)]),
        Work::WentOn(node) => fill("loop.went-on", &[("node", node)]),
        Work::Reported(node) => fill("loop.reported", &[("node", node)]),
    };
    html! {
        <>
            <b>{ step.station }</b>{ " " }{ did }
            if step.wrote.is_empty() && !matches!(step.work, Work::Read(_)) {
                <span class="wrote">{ text("loop.wrote.nothing") }</span>
            }
            { for step.wrote.iter().map(|(how, object)| view_write(*how, object, act)) }
            if step.more > 0 {
                <span class="wrote">{ fill("loop.more", &[("count", &step.more.to_string())]) }</span>
            }
        </>
    }
}

fn view_write(how: Wrote, object: &ObjectRef, act: &Callback<Act>) -> Html {
    let how = match how {
        Wrote::Added => text("loop.added"),
        Wrote::Modified => text("loop.modified"),
        Wrote::Deleted => text("loop.deleted"),
    };
    let name = [&object.kind.to_ascii_lowercase(), "/", &object.name].concat();
    let selectable = matches!(object.kind.as_str(), "Pod" | "Node" | "DaemonSet" | "Deployment" | "ReplicaSet");
    let chosen = object.clone();
    let select = act.reform(move |_| Act::Select { object: Some(chosen.clone()) });
    html! {
        <span class="wrote">{ how }{ " " }
            if selectable { <button type="button" class="place" onclick={select}>{ name }</button> } else { <code>{ name }</code> }
        </span>
    }
}
