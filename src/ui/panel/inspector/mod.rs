//! The inspector: the selected object as kubectl describes it, as YAML, its Events, its changes and its family; and what one
//! may do to it, each act as the command it is.

use playground::act::Act;
use playground::view::{EventRow, Inspection, ObjectRef, Offer, OfferKind, Relative, Step, YamlLine};
use yew::prelude::*;

use crate::ask::Ask;
use crate::panel::story::view_moment;
use crate::panel::story::words::{actor_words, because, deed_html};
use crate::text::{clock, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub ask: Ask,
    /// Moves when the object may be another.
    pub revision: u64,
    pub act: Callback<Act>,
}

/// The sides from which an object is looked at.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Describe,
    Yaml,
    History,
    Family,
    Events,
}

impl Side {
    const ALL: [Side; 5] = [Side::Describe, Side::Yaml, Side::History, Side::Family, Side::Events];

    fn name(self) -> &'static str {
        match self {
            Side::Describe => text("inspector.describe"),
            Side::Yaml => text("inspector.yaml"),
            Side::History => text("inspector.history"),
            Side::Family => text("inspector.family"),
            Side::Events => text("dock.events"),
        }
    }
}

/// The panel.
#[component]
pub fn InspectorPanel(props: &Props) -> Html {
    let side = use_state(|| Side::Describe);
    let found = props.ask.inspection();
    let Some(object) = &found.object else {
        return html! {
            <div class="inspector"><p class="empty">{ text("inspector.empty") }</p></div>
        };
    };
    let segment = |it: Side| {
        let side_now = side.clone();
        html! {
            <button type="button" aria-pressed={(it == *side).to_string()} onclick={move |_| side_now.set(it)}>{ it.name() }</button>
        }
    };
    html! {
        <div class="inspector" role="group" aria-label={text("dock.inspector")}>
            <header>
                <h3><span class="kind">{ &object.kind }</span>{ " " }<b>{ &object.name }</b></h3>
                <span class="offers">{ for found.offers.iter().map(|offer| view_offer(offer, object, &props.act)) }</span>
            </header>
            <div class="segments" role="group" aria-label={text("inspector.sides")}>{ for Side::ALL.into_iter().map(segment) }</div>
            if !found.exists {
                <p class="gone" role="status">{ text("inspector.gone") }</p>
            }
            <div class="scroll" tabindex="0" role="region" aria-label={side.name()}>{ view_side(*side, &found, props) }</div>
        </div>
    }
}

fn view_side(side: Side, found: &Inspection, props: &Props) -> Html {
    match side {
        Side::Describe => html! { <pre>{ &found.described }</pre> },
        Side::Yaml => html! { <pre class="yaml">{ for found.yaml.iter().map(view_line) }</pre> },
        Side::History => {
            html! { <ol class="history">{ for found.history.iter().map(|step| view_step(step, &props.act)) }</ol> }
        }
        Side::Family => {
            html! { <ul class="family">{ for found.tree.iter().map(|it| view_relative(it, found, &props.act)) }</ul> }
        }
        Side::Events if found.events.is_empty() => html! { <p class="empty">{ text("events.empty") }</p> },
        Side::Events => html! { <ul class="facts">{ for found.events.iter().map(view_event) }</ul> },
    }
}

/// A line of YAML; what the last change made is marked, and said.
fn view_line(line: &YamlLine) -> Html {
    let text = [line.text.as_str(), "\n"].concat();
    if line.new {
        html! { <ins>{ text }</ins> }
    } else {
        html! { text }
    }
}

fn view_step(step: &Step, act: &Callback<Act>) -> Html {
    let itself = html! { <>{ &step.object.name }</> };
    html! {
        <li key={step.version.to_string()}>
            { view_moment(step.at_ms, None, act) }
            <span>
                <span class="actor">{ actor_words(step.actor) }</span>{ " " }{ deed_html(step.deed, itself) }
                if !step.detail.is_empty() { { ": " }<span class="detail">{ &step.detail }</span> }
                if let Some(cause) = because(step) { { " " }<span class="because">{ cause }</span> }
                if let Some(line) = &step.act { <code class="root">{ line }</code> }
            </span>
        </li>
    }
}

fn view_relative(it: &Relative, found: &Inspection, act: &Callback<Act>) -> Html {
    let current = found.object.as_ref() == Some(&it.object);
    let object = it.object.clone();
    let key = [it.object.kind.as_str(), &it.object.name].join("/");
    html! {
        <li {key} data-depth={it.depth.to_string()}>
            <button type="button" class="name" aria-current={current.then_some("true")}
                onclick={act.reform(move |_| Act::Select { object: Some(object.clone()) })}>
                <span class="kind">{ &it.object.kind }</span>{ " " }{ &it.object.name }
            </button>
            <span class="standing">{ &it.standing }</span>
        </li>
    }
}

fn view_event(row: &EventRow) -> Html {
    let seen = u64::try_from(row.seen_s).map_or_else(|_| text("events.before").to_owned(), clock);
    html! {
        <li key={row.key.clone()} class={classes!((row.event_type == "Warning").then_some("warning"))}>
            <span class="seen">{ seen }</span>{ " " }<b>{ &row.reason }</b>{ " " }<span class="message">{ &row.message }</span>
        </li>
    }
}

fn view_offer(offer: &Offer, object: &ObjectRef, act: &Callback<Act>) -> Html {
    // The machine goes with its node, which the command alone would leave.
    let does = match offer.kind {
        OfferKind::RemoveNode => Act::RemoveNode { node: object.name.clone() },
        _ => Act::Run { line: offer.command.clone() },
    };
    html! {
        <button type="button" class="soft" title={offer.command.clone()} onclick={act.reform(move |_| does.clone())}>
            { offer_words(offer.kind) }
        </button>
    }
}

fn offer_words(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Delete => text("inspector.delete"),
        OfferKind::Restart => text("inspector.restart"),
        OfferKind::UndoRollout => text("inspector.undo"),
        OfferKind::ScaleUp => text("inspector.scale-up"),
        OfferKind::ScaleDown => text("inspector.scale-down"),
        OfferKind::Cordon => text("cluster.node.cordon"),
        OfferKind::Uncordon => text("cluster.node.uncordon"),
        OfferKind::Drain => text("cluster.node.drain"),
        OfferKind::StopKubelet => text("cluster.node.stop"),
        OfferKind::StartKubelet => text("cluster.node.start"),
        OfferKind::RemoveNode => text("inspector.remove"),
    }
}
