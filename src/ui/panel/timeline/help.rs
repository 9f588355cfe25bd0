//! The keys, in a list that opens over the page, and the switch that turns the single ones off.

use yew::prelude::*;

use crate::host::dom;
use crate::keys;
use crate::text::text;

/// The element that opens it, by which a key finds it.
pub const BUTTON: &str = "keys-button";

#[component]
pub fn KeysHelp() -> Html {
    let single = use_state(keys::single_keys);
    let switch = {
        let single = single.clone();
        move |_: MouseEvent| {
            keys::set_single_keys(!*single);
            single.set(!*single);
        }
    };
    let button = use_node_ref();
    let list = use_node_ref();
    let opening = {
        let (button, list) = (button.clone(), list.clone());
        move |_: MouseEvent| dom::place_menu(&button, &list)
    };
    let undo = if dom::has_command_key() { ("⌘Z", "⇧⌘Z") } else { ("Ctrl Z", "Ctrl Y") };
    let row = |key: &'static str, what: &'static str| html! { <><dt><kbd>{ key }</kbd></dt><dd>{ what }</dd></> };
    html! {
        <>
            <button ref={button} id={BUTTON} type="button" class="quiet round" popovertarget="keys" aria-label={text("keys.title")}
                title={text("keys.title")} onclick={opening}>{ "?" }</button>
            <div ref={list} id="keys" class="menu keys-help" popover="auto" role="dialog" aria-label={text("keys.title")}>
                <h2>{ text("keys.title") }</h2>
                <dl>
                    { row(undo.0, text("keys.undo")) }
                    { row(undo.1, text("keys.redo")) }
                    { row("␣", text("keys.hold")) }
                    { row(".", text("keys.step")) }
                    { row("n", text("keys.jump")) }
                    { row("s", text("keys.settle")) }
                    { row("[  ]", text("keys.marks")) }
                    { row("0", text("keys.now")) }
                    { row("−  +", text("keys.speed")) }
                    { row("?", text("keys.help")) }
                </dl>
                <button type="button" class="chip" role="switch" aria-checked={if *single { "true" } else { "false" }} onclick={switch}>
                    { text("keys.single") }
                </button>
                <p>{ text("keys.where") }</p>
            </div>
        </>
    }
}
