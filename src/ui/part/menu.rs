//! A button that opens a menu.
//!
//! The menu is a popover of the browser's own: lifted over everything, closed by Escape, by a choice or by a click elsewhere.
//! Arrow keys walk the items. Left out: menus in menus.

use yew::prelude::*;

use crate::host::{dom, frame};

/// One choice.
#[derive(Clone, PartialEq)]
pub struct Item {
    pub text: AttrValue,
    pub chosen: Callback<()>,
    /// Whether it is what holds now, for a menu that picks one of several.
    pub current: bool,
}

impl Item {
    /// A choice that does something.
    pub fn new(text: impl Into<AttrValue>, chosen: Callback<()>) -> Item {
        Item { text: text.into(), chosen, current: false }
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Unique on the page.
    pub id: AttrValue,
    /// The button's name for those who don't see it, when its content isn't enough.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// What the content says, if that is a text: part of the name then, so that whoever speaks to the page can say what they see.
    #[prop_or_default]
    pub shows: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
    /// What the button shows.
    pub children: Html,
    pub items: Vec<Item>,
}

/// The button and its menu.
#[component]
pub fn Menu(props: &Props) -> Html {
    let button = use_node_ref();
    let menu = use_node_ref();
    // The browser opens the popover after the click; by the next frame its items can take the focus.
    let focusing = use_mut_ref(|| None);
    let opening = {
        let (button, menu) = (button.clone(), menu.clone());
        Callback::from(move |_| {
            dom::place_menu(&button, &menu);
            let menu = menu.clone();
            *focusing.borrow_mut() =
                frame::request(Callback::from(move |_| dom::focus_first(&menu, "[role=menuitem]")));
        })
    };
    let name = match (&props.label, &props.shows) {
        (Some(label), Some(shows)) => Some(AttrValue::from([label.as_str(), ": ", shows].concat())),
        (label, _) => label.clone(),
    };
    html! {
        <>
            <button ref={button} type="button" class={props.class.clone()} popovertarget={props.id.clone()} aria-haspopup="menu"
                aria-label={name} title={props.label.clone()} onclick={opening}>
                { props.children.clone() }
            </button>
            <div ref={menu} id={props.id.clone()} class="menu" popover="auto" role="menu" onkeydown={walk}>
                { for props.items.iter().map(|item| view_item(&props.id, item)) }
            </div>
        </>
    }
}

fn view_item(menu: &AttrValue, item: &Item) -> Html {
    let onclick = item.chosen.reform(|_| ());
    html! {
        <button type="button" role="menuitem" tabindex="-1" popovertarget={menu} popovertargetaction="hide" {onclick}
            aria-current={item.current.then_some("true")}>
            { &item.text }
        </button>
    }
}

fn walk(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    event.prevent_default();
    dom::focus_neighbour(&event, "[role=menu]", "[role=menuitem]", step);
}
