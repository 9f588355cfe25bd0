//! The cluster picture: a card for each node, a disc for each Pod, a tray for those without a node.
//!
//! It shows and sends; what should be where is decided elsewhere. Up to two hundred nodes are cards,
//! whose discs shrink as nodes become many, and grow with the room when they are few; more are a field of tiles.

mod field;
mod form;
mod groups;
mod node;
mod pod;
mod predict;
mod selection;
mod stamps;

use std::rc::Rc;

use playground::act::{Act, Moment, Preset};
use playground::view::{ObjectRef, Picture, Pod, Prediction, Readiness, Workload};
use yew::prelude::*;

use self::field::{Field, SIZES};
use self::groups::{By, Group, ZONE, groups, label_keys};
use self::node::NodeCard;
use self::pod::{Token, view_pods, view_token};
use self::predict::{Question, view_switch};
use self::selection::view_selection;
use self::stamps::{Stamping, Stamps, use_stamping};
use crate::host::dom;
use crate::part::icon::{self, icon};
use crate::part::menu::{Item, Menu};
use crate::part::shown::Shown;
use crate::part::tool::tool;
use crate::text::{fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub picture: Shown<Picture>,
    pub moment: Option<Moment>,
    pub prediction: Shown<Prediction>,
    pub act: Callback<Act>,
    /// Runs a command for its answer: the terminal comes to the front.
    pub read: Callback<String>,
    /// Asks why a Pod is on a node, or isn't.
    pub why: Callback<String>,
    /// A node's taint that is pointed at.
    #[prop_or_default]
    pub lit: Option<(String, String)>,
}

/// The panel.
#[component]
pub fn ClusterPanel(props: &Props) -> Html {
    let picture = &props.picture;
    let act = &props.act;
    let count = picture.nodes.len();
    use_newest_in_view(count);
    use_effect_with(props.lit.clone(), |lit| {
        if lit.is_some() {
            dom::show_last(".taints .lit");
        }
    });
    let (word, by, zoom) = (use_state(String::new), use_state(|| By::Nothing), use_state(|| None::<usize>));
    let (stamping, tray) = (use_stamping(act), use_state(|| false));
    let controls = count > CONTROLLED;
    let (wanted, grouping) = if controls { (word.as_str(), (*by).clone()) } else { ("", By::Nothing) };
    let found = groups(picture, wanted, &grouping);
    // What few nodes are left of many can be shown as cards.
    let dense = found.iter().map(|group| group.nodes.len()).sum::<usize>() > CARDS;
    let zoom_now = zoom.unwrap_or(if count > 1500 { 0 } else { 2 });
    html! {
        <section ref={stamping.panel.clone()} class={classes!("panel", "cluster", stamping.holds().then_some("holding"))} aria-labelledby="cluster-head"
            onpointermove={stamping.onpointermove()} onpointerup={stamping.onpointerup()} onpointercancel={stamping.onpointercancel()}
            onclick={stamping.onclick()} onkeydown={stamping.onkeydown()} onanimationend={dom::played_once}>
            <div class="bar">
                <h2 id="cluster-head" aria-live="polite" aria-atomic="true">{ text("cluster.nodes") }{ " " }<span class="count">{ nodes_there(picture) }</span></h2>
                { view_moment(props.moment, act) }
                <span class="room" />
                { view_switch(&props.prediction, act) }
                { view_tray(&tray) }
                { view_add(act) }
            </div>
            if *tray {
                <Stamps stamping={stamping.clone()} hand={(*stamping.hand).clone()} />
            }
            if controls {
                { view_controls(picture, &word, &by, dense.then_some((zoom_now, &zoom))) }
            }
            { view_legend(picture, act) }
            <Question prediction={props.prediction.clone()} act={act.clone()} why={props.why.clone()} />
            <div class={classes!("scroll", dense.then_some("above-field"))}>
                { view_waiting(picture, act) }
                if dense && picture.waiting.is_empty() {
                    // The field stays where it is, whether or not Pods wait.
                    <p class="nobody">{ text("cluster.waiting.none") }</p>
                }
                if picture.nodes.is_empty() {
                    <p class="empty">{ text("cluster.empty") }</p>
                }
                if !dense {
                    { for found.iter().map(|group| view_group(group, props, &stamping)) }
                }
            </div>
            if dense {
                <Field picture={picture.clone()} groups={Rc::new(found)} zoom={zoom_now} act={act.clone()} picker={stamping.picker.clone()}
                    held={stamping.hand.stamp.clone()}
                    zoomed={{ let zoom = zoom.clone(); Callback::from(move |to| zoom.set(Some(to))) }} />
                { view_selected_card(props, &stamping) }
            }
            { view_selection(picture, act, &props.read) }
            if stamping.hand.dragged {
                <span ref={stamping.ghost.clone()} class="ghost" aria-hidden="true">{ stamping.hand.stamp.as_ref().map(|stamp| stamp.0.clone()) }</span>
            }
        </section>
    }
}

/// From so many nodes on they can be searched and grouped.
const CONTROLLED: usize = 12;
/// As many nodes are shown as cards; more are a field.
const CARDS: usize = 200;

/// As many waiting Pods are shown; more are counted.
const WAITING: usize = 40;

/// The nodes of a group as cards, under its name when it has one.
fn view_group(group: &Group, props: &Props, stamping: &Stamping) -> Html {
    let picture = &props.picture;
    let card = |index: usize| view_card(index, props, stamping);
    html! {
        <>
            if !group.name.is_empty() {
                <h3 key={["head-", &group.name].concat()} class="group">{ &group.name }{ " " }<span class="count">{ group.nodes.len() }</span></h3>
            }
            <ul key={["nodes-", &group.name].concat()} class="nodes" data-density={density(picture.nodes.len())}>
                { for group.nodes.iter().copied().map(card) }
            </ul>
        </>
    }
}

/// The selected node of a field, as a card.
fn view_selected_card(props: &Props, stamping: &Stamping) -> Html {
    let picture = &props.picture;
    let Some(object) = picture.selected.as_ref().filter(|object| object.kind == "Node") else { return Html::default() };
    let Some(index) = picture.nodes.iter().position(|node| node.name == object.name) else { return Html::default() };
    html! {
        <ul class="nodes chosen" data-density="some">
            { view_card(index, props, stamping) }
        </ul>
    }
}

fn view_card(index: usize, props: &Props, stamping: &Stamping) -> Html {
    let (picture, prediction) = (&props.picture, &props.prediction);
    let name = &picture.nodes[index].name;
    let lit = props.lit.as_ref().filter(|(node, _)| node == name).map(|(_, taint)| taint.clone());
    let foretold = prediction.nodes.iter().find(|node| node.node == *name).cloned();
    html! {
        <NodeCard key={name.clone()} picture={picture.clone()} {index} {foretold} {lit} stage={prediction.stage}
            held={stamping.hand.stamp.clone()} act={props.act.clone()} why={props.why.clone()} />
    }
}

/// Search, grouping and, for a field, how near one looks.
fn view_controls(
    picture: &Picture,
    word: &UseStateHandle<String>,
    by: &UseStateHandle<By>,
    zoom: Option<(usize, &UseStateHandle<Option<usize>>)>,
) -> Html {
    let oninput = {
        let word = word.clone();
        move |event: InputEvent| word.set(dom::value(&event))
    };
    let mut all = vec![By::Nothing, By::Role, By::Status, By::Verdict, By::Label(ZONE.to_owned())];
    all.extend(label_keys(picture).into_iter().map(By::Label));
    let items = all.into_iter().map(|one| {
        let (current, name, by) = (one == **by, one.name(), by.clone());
        Item { current, ..Item::new(name, Callback::from(move |()| by.set(one.clone()))) }
    });
    let to = |step: isize| {
        let zoom = zoom.map(|(now, zoom)| (now.saturating_add_signed(step).min(SIZES.len() - 1), zoom.clone()));
        Callback::from(move |_: MouseEvent| {
            if let Some((to, zoom)) = &zoom {
                zoom.set(Some(*to));
            }
        })
    };
    html! {
        <div class="controls" role="search">
            <input type="search" class="find" value={(**word).clone()} placeholder={text(if dom::is_narrow() { "field.find.short" } else { "field.find" })} aria-label={text("field.find")} {oninput} />
            <Menu id="menu-group" class="quiet" label={text("field.by")} shows={by.name()} items={items.collect::<Vec<Item>>()}>
                { by.name() }{ icon(icon::DOWN) }
            </Menu>
            <span class="room" />
            if zoom.is_some() {
                { tool("", text("field.farther"), icon::MINUS, to(-1)) }
                { tool("", text("field.nearer"), icon::PLUS, to(1)) }
            }
        </div>
    }
}

/// Brings a node that was just added into view.
#[hook]
fn use_newest_in_view(nodes: usize) {
    let seen = use_mut_ref(|| nodes);
    use_effect_with(nodes, move |&nodes| {
        if seen.replace(nodes) < nodes {
            dom::show_last(".nodes > .node");
        }
    });
}

/// How many nodes there are; a removed one's card only waits for its Pods to go.
fn nodes_there(picture: &Picture) -> usize {
    picture.nodes.iter().filter(|node| node.readiness != Readiness::Removed).count()
}

/// How much room a card gets; the style sheet knows what each word means.
fn density(nodes: usize) -> &'static str {
    match nodes {
        0..=5 => "few",
        6..=12 => "some",
        13..=40 => "many",
        _ => "crowd",
    }
}

fn view_moment(moment: Option<Moment>, act: &Callback<Act>) -> Html {
    let Some(now) = moment else { return Html::default() };
    let side = |moment: Moment, name: &'static str| {
        let pressed = if moment == now { "true" } else { "false" };
        html! {
            <button type="button" aria-pressed={pressed} onclick={act.reform(move |_| Act::ShowMoment { moment })}>{ name }</button>
        }
    };
    html! {
        <div class="segments" role="group" aria-label={text("cluster.moment")}>
            { side(Moment::Before, text("cluster.before")) }
            { side(Moment::After, text("cluster.after")) }
        </div>
    }
}

/// Opens the tray of labels and taints.
fn view_tray(tray: &UseStateHandle<bool>) -> Html {
    let onclick = {
        let tray = tray.clone();
        move |_: MouseEvent| tray.set(!*tray)
    };
    html! {
        <button type="button" class="quiet tray" aria-expanded={tray.to_string()} aria-label={text("stamps.title")} title={text("stamps.title")} {onclick}>
            { icon(icon::TAG) }
        </button>
    }
}

/// One worker at a click; anything else from the menu.
fn view_add(act: &Callback<Act>) -> Html {
    let one = Act::AddNodes { preset: Preset::Worker, count: 1 };
    let item =
        |name: &'static str, preset, count| Item::new(name, act.reform(move |()| Act::AddNodes { preset, count }));
    let mut items: Vec<Item> =
        Preset::ALL.into_iter().map(|preset| item(text(preset_key(preset)), preset, 1)).collect();
    items.push(item(text("cluster.add.twenty"), Preset::Worker, 20));
    items.push(item(text("cluster.add.hundred"), Preset::Worker, 100));
    items.push(item(text("cluster.add.thousand"), Preset::Worker, 1000));
    html! {
        <div class="pair">
            <button type="button" class="soft" aria-label={text("cluster.add.one")} title={text("cluster.add.one")}
                onclick={act.reform(move |_| one.clone())}>{ icon(icon::PLUS) }{ text("cluster.add") }</button>
            <Menu id="menu-add" class="soft" label={text("cluster.add.more")} {items}>{ icon(icon::DOWN) }</Menu>
        </div>
    }
}

fn preset_key(preset: Preset) -> &'static str {
    match preset {
        Preset::Worker => "preset.worker",
        Preset::Gpu => "preset.gpu",
        Preset::Arm64 => "preset.arm64",
        Preset::Windows => "preset.windows",
        Preset::Edge => "preset.edge",
        Preset::ControlPlane => "preset.control-plane",
        Preset::Small => "preset.small",
        Preset::NotReady => "preset.not-ready",
    }
}

fn view_legend(picture: &Picture, act: &Callback<Act>) -> Html {
    if picture.workloads.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="legend" aria-label={text("cluster.legend")}>
            { for picture.workloads.iter().map(|workload| view_workload(workload, picture, act)) }
        </ul>
    }
}

fn view_workload(workload: &Workload, picture: &Picture, act: &Callback<Act>) -> Html {
    let (desired, ready) = (workload.desired.to_string(), workload.ready.to_string());
    let object = &workload.object;
    let label = fill(
        "cluster.legend.item",
        &[("kind", &object.kind), ("name", &object.name), ("ready", &ready), ("desired", &desired)],
    );
    let unready = workload.ready < workload.desired;
    html! {
        <li key={[object.kind.as_str(), &object.namespace, &object.name].join("/")}>
            <button type="button" aria-pressed={pressed(picture, object)} aria-label={label.clone()} title={label}
                onclick={select(picture, act, object)}>
                { view_token(Token::of(Some(workload)), None) }
                <span class="name">{ &object.name }</span>
                <span class={classes!("ready", unready.then_some("unready"))} aria-hidden="true">{ ready }{ "/" }{ desired }</span>
            </button>
        </li>
    }
}

fn view_waiting(picture: &Picture, act: &Callback<Act>) -> Html {
    if picture.waiting.is_empty() {
        return Html::default();
    }
    let (shown, more) = picture.waiting.split_at(picture.waiting.len().min(WAITING));
    html! {
        <div class="waiting">
            <h3 title={text("cluster.waiting.why")}>{ text("cluster.waiting") }</h3>
            { view_pods(shown, picture, act, text("cluster.waiting")) }
            if !more.is_empty() {
                <span class="count">{ fill("why.more", &[("count", &more.len().to_string())]) }</span>
            }
            { for messages(&picture.waiting).into_iter().map(|(message, count)| html! {
                <p>{ message }if count > 1 { <span class="count">{ count }</span> }</p>
            }) }
        </div>
    }
}

/// What is said of the Pods that wait, each once, and of how many.
fn messages(waiting: &[Pod]) -> Vec<(&str, usize)> {
    let mut said: Vec<(&str, usize)> = Vec::new();
    for pod in waiting.iter().filter(|pod| !pod.message.is_empty()) {
        match said.iter_mut().find(|(message, _)| *message == pod.message) {
            Some((_, count)) => *count += 1,
            None => said.push((&pod.message, 1)),
        }
    }
    said
}

/// `aria-pressed` of whatever stands for `object`.
fn pressed(picture: &Picture, object: &ObjectRef) -> &'static str {
    if picture.selected.as_ref() == Some(object) { "true" } else { "false" }
}

/// Selects `object`, or nothing when it is selected already.
fn select(picture: &Picture, act: &Callback<Act>, object: &ObjectRef) -> Callback<MouseEvent> {
    let object = (picture.selected.as_ref() != Some(object)).then(|| object.clone());
    act.reform(move |_| Act::Select { object: object.clone() })
}

#[cfg(test)]
mod tests;
