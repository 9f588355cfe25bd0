//! The edge between two panels: dragged, or moved by arrow keys.
//!
//! It knows a share in per cent and tells of a new one; where the share counts is its parent's business (a CSS variable).

use yew::prelude::*;

use crate::host::dom;

/// How far one arrow key moves an edge, in per cent.
const KEY_STEP: i32 = 2;
/// No panel is dragged away entirely: it gets at least this many per cent, and at most what is left.
const SHARE_MIN: i32 = 15;
const SHARE_MAX: i32 = 85;

/// Which way the edge runs.
#[derive(Clone, Copy, PartialEq)]
pub enum Edge {
    /// Between left and right; the share is of the left one.
    Upright,
    /// Between upper and lower; the share is of the upper one.
    Level,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub edge: Edge,
    pub label: AttrValue,
    pub share: u32,
    pub moved: Callback<u32>,
}

/// The edge.
#[component]
pub fn Split(props: &Props) -> Html {
    let dragged = use_mut_ref(|| false);
    let onpointerdown = {
        let dragged = dragged.clone();
        move |event: PointerEvent| {
            dom::capture_pointer(&event);
            *dragged.borrow_mut() = true;
        }
    };
    let onpointermove = {
        let (dragged, moved, edge) = (dragged.clone(), props.moved.clone(), props.edge);
        move |event: PointerEvent| {
            let at = dragged.borrow().then(|| dom::pointer_in_parent(&event)).flatten();
            if let Some((x, y)) = at {
                moved.emit(within(if edge == Edge::Upright { x } else { y }));
            }
        }
    };
    let onpointerup = move |_| *dragged.borrow_mut() = false;
    let onkeydown = {
        let (moved, share, edge) = (props.moved.clone(), props.share, props.edge);
        move |event: KeyboardEvent| {
            if let Some(step) = key_step(edge, &event.key()) {
                event.prevent_default();
                moved.emit(within(share as i32 + step));
            }
        }
    };
    let orientation = if props.edge == Edge::Upright { "vertical" } else { "horizontal" };
    html! {
        <div class="split" role="separator" tabindex="0" aria-orientation={orientation} aria-label={props.label.clone()}
            aria-valuenow={props.share.to_string()} aria-valuemin={SHARE_MIN.to_string()}
            aria-valuemax={SHARE_MAX.to_string()}
            {onpointerdown} {onpointermove} {onpointerup} {onkeydown} />
    }
}

fn key_step(edge: Edge, key: &str) -> Option<i32> {
    match (edge, key) {
        (Edge::Upright, "ArrowLeft") | (Edge::Level, "ArrowUp") => Some(-KEY_STEP),
        (Edge::Upright, "ArrowRight") | (Edge::Level, "ArrowDown") => Some(KEY_STEP),
        _ => None,
    }
}

fn within(share: i32) -> u32 {
    share.clamp(SHARE_MIN, SHARE_MAX) as u32
}
