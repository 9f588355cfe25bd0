//! Two moments side by side: the one that was kept, and the one that is looked at; what appeared, went, and stands otherwise.

use playground::act::Act;
use playground::view::{Comparison, Difference, Timeline};
use yew::prelude::*;

use crate::part::shown::Shown;
use crate::text::{clock, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub timeline: Shown<Timeline>,
    pub comparison: Shown<Option<Box<Comparison>>>,
    pub act: Callback<Act>,
}

/// The panel.
#[component]
pub fn ComparePanel(props: &Props) -> Html {
    let act = &props.act;
    let keep = act.reform(|_| Act::PinMoment);
    let now = clock(seconds(props.timeline.now_ms));
    let Some(comparison) = &*props.comparison else {
        return html! {
            <div class="compare begin">
                <p>{ text("compare.what") }</p>
                <button type="button" class="soft" onclick={keep}>{ fill("compare.keep", &[("time", &now)]) }</button>
            </div>
        };
    };
    html! {
        <div class="compare">
            <div class="bar">
                <p role="status">{ summary(comparison, &now) }</p>
                <span class="room" />
                <button type="button" class="quiet" onclick={keep}>{ fill("compare.keep", &[("time", &now)]) }</button>
                <button type="button" class="quiet" onclick={act.reform(|_| Act::UnpinMoment)}>{ text("compare.end") }</button>
            </div>
            if comparison.differences.is_empty() {
                <p class="empty">{ text("compare.same") }</p>
            } else {
                <Rows comparison={props.comparison.clone()} act={act.clone()} />
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RowsProps {
    comparison: Shown<Option<Box<Comparison>>>,
    act: Callback<Act>,
}

/// The list, which is drawn again only when something differs otherwise: time alone changes nothing of it.
#[component]
fn Rows(props: &RowsProps) -> Html {
    let differences = props.comparison.iter().flat_map(|comparison| &comparison.differences);
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={text("dock.compare")}>
            <table>
                <thead><tr>
                    <th scope="col">{ text("compare.object") }</th>
                    <th scope="col">{ text("compare.then") }</th>
                    <th scope="col">{ text("compare.now") }</th>
                </tr></thead>
                <tbody>{ for differences.map(|one| view_difference(one, &props.act)) }</tbody>
            </table>
        </div>
    }
}

fn summary(comparison: &Comparison, now: &str) -> String {
    let number = |count: u32| count.to_string();
    let changed = comparison.count - comparison.added - comparison.gone;
    let then = clock(seconds(comparison.kept_ms));
    let counts = fill(
        "compare.counts",
        &[
            ("then", &then),
            ("now", now),
            ("added", &number(comparison.added)),
            ("gone", &number(comparison.gone)),
            ("changed", &number(changed)),
        ],
    );
    if comparison.other_line { [counts.as_str(), " ", text("compare.other-line")].concat() } else { counts }
}

fn view_difference(one: &Difference, act: &Callback<Act>) -> Html {
    let (class, sign) = match (&one.then, &one.now) {
        (None, _) => ("added", "+"),
        (_, None) => ("gone", "−"),
        _ => ("changed", "~"),
    };
    let object = one.object.clone();
    let onclick = act.reform(move |_| Act::Select { object: Some(object.clone()) });
    let key = [one.object.kind.as_str(), &one.object.namespace, &one.object.name].join("/");
    html! {
        <tr {key} {class}>
            <th scope="row">
                <span class="sign" aria-hidden="true">{ sign }</span>
                <button type="button" class="plain" {onclick}><span class="kind">{ &one.object.kind }</span>{ " " }{ &one.object.name }</button>
            </th>
            <td>{ one.then.as_deref().unwrap_or("–") }</td>
            <td>{ one.now.as_deref().unwrap_or("–") }</td>
        </tr>
    }
}

fn seconds(ms: f64) -> u64 {
    (ms / 1000.0) as u64
}
