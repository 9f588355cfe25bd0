//! A button that shows only an icon.
//!
//! Its name is said by a screen reader and shown on hovering, so there is no such button without one.

use yew::prelude::*;

use super::icon::{Shape, icon};

/// The button; `class` adds to its looks.
pub fn tool(class: &'static str, name: impl Into<AttrValue>, shape: Shape, onclick: Callback<MouseEvent>) -> Html {
    view(class, name.into(), shape, onclick)
}

fn view(class: &'static str, name: AttrValue, shape: Shape, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class={classes!("quiet", "round", class)} aria-label={name.clone()} title={name} {onclick}>
            { icon(shape) }
        </button>
    }
}
