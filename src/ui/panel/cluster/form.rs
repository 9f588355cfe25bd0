//! A line on a node's card in which one writes a label or a taint, as kubectl takes it.
//!
//! What is wrong with it, kubectl says in the terminal: the same words that it would say to anybody. The line stays until the node
//! has what was written, so that a mistake is mended and not typed again; then the focus goes back to where it came from.

use playground::act::Act;
use yew::prelude::*;

use crate::host::dom;
use crate::text::{fill, text};

/// What is written.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    Label,
    Taint,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub form: Form,
    pub node: String,
    /// The node's labels or taints, whichever are written: the line closes when they change.
    pub there: Vec<String>,
    pub act: Callback<Act>,
    pub close: Callback<()>,
}

/// The line; Enter does it, Escape leaves it.
#[component]
pub fn NodeForm(props: &Props) -> Html {
    let input = use_node_ref();
    let written = use_state(String::new);
    {
        let input = input.clone();
        use_effect_with(props.form, move |_| dom::focus(&input));
    }
    let leave = {
        let (close, button) = (props.close.clone(), ["[popovertarget=\"menu-", &props.node, "\"]"].concat());
        Callback::from(move |()| {
            dom::focus_at(&button);
            close.emit(());
        })
    };
    {
        let (seen, leave) = (use_mut_ref(|| props.there.clone()), leave.clone());
        use_effect_with(props.there.clone(), move |there| {
            if *seen.borrow() != *there {
                leave.emit(());
            }
        });
    }
    let (label, example) = match props.form {
        Form::Label => (fill("cluster.form.label", &[("node", &props.node)]), "disktype=ssd"),
        Form::Taint => (fill("cluster.form.taint", &[("node", &props.node)]), "gpu=true:NoSchedule"),
    };
    let oninput = {
        let written = written.clone();
        move |event: InputEvent| written.set(dom::value(&event))
    };
    let onsubmit = {
        let (written, node, form) = (written.clone(), props.node.clone(), props.form);
        let act = props.act.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let (node, text) = (node.clone(), (*written).clone());
            if !text.trim().is_empty() {
                act.emit(match form {
                    Form::Label => Act::Label { node, labels: text },
                    Form::Taint => Act::Taint { node, taints: text },
                });
            }
        }
    };
    let onkeydown = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            leave.emit(());
        }
    };
    html! {
        <form class="write" {onsubmit} {onkeydown}>
            <input ref={input} value={(*written).clone()} placeholder={example} aria-label={label} spellcheck="false" autocapitalize="off" {oninput} />
            <button type="submit" class="soft">{ text("cluster.form.do") }</button>
        </form>
    }
}
