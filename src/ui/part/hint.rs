//! A word with a hint: what it means is shown while it has the pointer or the focus, or was touched.
//!
//! The hint is a popover of the browser's own, lifted over everything. It is closed by Escape wherever the focus is, and the pointer may
//! move onto it. A screen reader has it as the word's description. Its text is on the page only while it is shown, so that a
//! sentence stays a sentence for whoever copies it.

use yew::prelude::*;

use crate::host::dom;
use crate::host::keys::Escape;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub word: AttrValue,
    pub meaning: AttrValue,
}

/// The word.
#[component]
pub fn Hint(props: &Props) -> Html {
    let (word, hint) = (use_node_ref(), use_node_ref());
    let open = use_state(|| false);
    {
        let (word, hint, shut) = (word.clone(), hint.clone(), open.clone());
        use_effect_with(*open, move |&shown| {
            let escape = shown.then(|| {
                dom::place_menu(&word, &hint);
                dom::show_popover(&hint);
                Escape::watch(Callback::from(move |()| shut.set(false)))
            });
            if !shown {
                dom::hide_popover(&hint);
            }
            move || drop(escape)
        });
    }
    let set = |to: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(to))
    };
    let (show, hide) = (set(true), set(false));
    let onmouseout = {
        let (word, hint, hide) = (word.clone(), hint.clone(), hide.clone());
        move |event: MouseEvent| {
            let stays = [&word, &hint].into_iter().any(|it| dom::goes_to(&event, it));
            if !stays && !dom::has_focus(&word) {
                hide.emit(());
            }
        }
    };
    html! {
        <span class="hinted" onmouseover={show.reform(|_| ())} {onmouseout}>
            <button ref={word} type="button" class="term" aria-description={props.meaning.clone()}
                onfocus={show.reform(|_| ())} onblur={hide.reform(|_| ())} onclick={show.reform(|_| ())}>{ props.word.clone() }</button>
            <span ref={hint} class="hint" role="tooltip" popover="manual">{ if *open { props.meaning.clone() } else { AttrValue::default() } }</span>
        </span>
    }
}
