//! Handing work on: the button in the head, the card under it, and what is said when somebody else's work was opened.
//!
//! The card is a popover, as menus are. What it shows is made when it opens: a link of everything at that moment.

mod leave;

use playground::link::{self, Looks, Refusal};
use yew::prelude::*;

use crate::ask::Ask;
use crate::host::{dom, share};
use crate::part::icon::{self, icon};
use crate::text::{fill, text};
use crate::work::{Arrival, Notice};

const CARD: &str = "share-card";

#[derive(Properties, PartialEq)]
pub struct Props {
    pub ask: Ask,
    pub looks: Looks,
    pub arrived: Callback<Arrival>,
    pub take_back: Callback<usize>,
}

/// What the open card holds.
#[derive(Clone, Default, PartialEq)]
struct Card {
    /// The whole link; none until it is packed, or where a browser can't.
    link: Option<String>,
    /// Whether copying went well, once it was tried.
    copied: Option<bool>,
    /// When the works on the shelf were set aside.
    aside: Vec<String>,
}

/// The button and its card.
#[component]
pub fn Share(props: &Props) -> Html {
    let (button, place, input) = (use_node_ref(), use_node_ref(), use_node_ref());
    let card = use_state(Card::default);
    let opening = {
        let (button, place, card) = (button.clone(), place.clone(), card.clone());
        let (ask, looks) = (props.ask.clone(), props.looks.clone());
        Callback::from(move |_| {
            let text = ask.handed_on(&looks);
            let fresh = Card { aside: share::when_aside(), ..Card::default() };
            card.set(fresh.clone());
            let card = card.clone();
            share::pack(
                &text.clone(),
                Callback::from(move |packed: Option<String>| {
                    let link = packed.map(|packed| [&*share::address(), "#", &link::seal(&text, &packed)].concat());
                    card.set(Card { link, ..fresh.clone() });
                }),
            );
            dom::place_menu(&button, &place);
        })
    };
    let copy = {
        let (card, input) = (card.clone(), input.clone());
        Callback::from(move |_: MouseEvent| {
            let card = card.clone();
            let done = move |copied| card.set(Card { copied: Some(copied), ..(*card).clone() });
            share::copy(&input, Callback::from(done));
        })
    };
    html! {
        <>
            <button ref={button} type="button" class="quiet" popovertarget={CARD} aria-haspopup="dialog" onclick={opening}>
                { icon(icon::SHARE) }<span class="name">{ text("share.open") }</span>
            </button>
            <div ref={place} id={CARD} class="menu card" popover="auto" role="dialog" aria-label={text("share.open")}>
                { view_link(&card, &input, copy) }
                { view_files(props) }
                { leave::view(&props.ask) }
                { view_aside(&card.aside, &props.take_back) }
            </div>
        </>
    }
}

fn view_link(card: &Card, input: &NodeRef, copy: Callback<MouseEvent>) -> Html {
    let link = card.link.clone().unwrap_or_default();
    let length = link.len();
    let said = match card.copied {
        Some(true) => text("share.copied").to_owned(),
        Some(false) => text("share.not-copied").to_owned(),
        None => fill("share.length", &[("count", &length.to_string())]),
    };
    html! {
        <section>
            <h2>{ text("share.link") }</h2>
            <p>{ text("share.link.why") }</p>
            if length > link::LENGTH_MAX {
                <p class="long">{ fill("share.long", &[("count", &length.to_string())]) }</p>
            } else {
                <div class="link">
                    <input ref={input.clone()} readonly=true value={link} aria-label={text("share.link")} />
                    <button type="button" class="main" onclick={copy} disabled={length == 0}>{ text("share.copy") }</button>
                </div>
                <p class="said" role="status">{ said }</p>
            }
        </section>
    }
}

fn view_files(props: &Props) -> Html {
    let save = {
        let (ask, looks) = (props.ask.clone(), props.looks.clone());
        Callback::from(move |_| share::save_file("everynode.json", ask.handed_on(&looks).as_bytes()))
    };
    let open = {
        let arrived = props.arrived.clone();
        Callback::from(move |_| {
            let arrived =
                arrived.reform(|text: Option<String>| text.map_or(Arrival::Refused(Refusal::Damaged), Arrival::Shared));
            share::open_file(arrived);
        })
    };
    html! {
        <section>
            <h2>{ text("share.file") }</h2>
            <p>{ text("share.file.why") }</p>
            <div class="choices">
                <button type="button" class="soft" onclick={save}>{ text("share.file.save") }</button>
                <button type="button" class="soft" popovertarget={CARD} popovertargetaction="hide" onclick={open}>
                    { text("share.file.open") }
                </button>
            </div>
        </section>
    }
}

fn view_aside(aside: &[String], take_back: &Callback<usize>) -> Html {
    if aside.is_empty() {
        return Html::default();
    }
    let work = |(index, when): (usize, &String)| {
        let onclick = take_back.reform(move |_| index);
        html! {
            <li><button type="button" class="soft" popovertarget={CARD} popovertargetaction="hide" {onclick}>{ when }</button></li>
        }
    };
    html! {
        <section>
            <h2>{ text("share.aside") }</h2>
            <p>{ text("share.aside.why") }</p>
            <ul class="choices">{ for aside.iter().enumerate().map(work) }</ul>
        </section>
    }
}

/// What the learner must be told about what was opened, under the head.
pub fn view_notice(notice: Option<Notice>, take_back: &Callback<usize>, read: &Callback<()>) -> Html {
    let Some(notice) = notice else { return Html::default() };
    let said = match notice {
        Notice::Shared { aside: true } => text("notice.shared.aside"),
        Notice::Shared { aside: false } => text("notice.shared"),
        Notice::NotKept => text("notice.not-kept"),
        Notice::Refused(Refusal::Damaged) => text("notice.damaged"),
        Notice::Refused(Refusal::Newer) => text("notice.newer"),
    };
    html! {
        <div class="news" role="status">
            <p>{ said }</p>
            if notice == (Notice::Shared { aside: true }) {
                <button type="button" class="soft" onclick={take_back.reform(|_| 0)}>{ text("notice.take-back") }</button>
            }
            <button type="button" class="quiet" onclick={read.reform(|_| ())}>{ text("notice.read") }</button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct EmbeddedProps {
    pub ask: Ask,
    pub looks: Looks,
}

/// The last line of an embed: the way into a tab of its own, with everything in it.
#[component]
pub fn Embedded(props: &EmbeddedProps) -> Html {
    let (ask, looks) = (props.ask.clone(), props.looks.clone());
    let onclick = move |_| {
        let text = ask.handed_on(&looks);
        let open = {
            let text = text.clone();
            move |packed: Option<String>| {
                let fragment = packed.map(|packed| link::seal(&text, &packed)).unwrap_or_default();
                share::open_tab(&[&*share::address(), "#", &fragment].concat());
            }
        };
        share::pack(&text, Callback::from(open));
    };
    html! {
        <p class="embedded"><button type="button" class="quiet" {onclick}>{ text("embed.open") }</button></p>
    }
}
