//! Events as kubectl shows them, newest first, each with its moment on the time bar.

use playground::view::{EventRow, EventTable};
use yew::prelude::*;

use crate::part::shown::Shown;
use crate::text::{clock, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub events: Shown<EventTable>,
}

/// The panel.
#[component]
pub fn EventsPanel(props: &Props) -> Html {
    html! {
        // A box that scrolls takes the focus, so that arrow keys scroll it.
        <div class="events scroll" tabindex="0" role="group" aria-label={text("dock.events")}>
            if props.events.rows.is_empty() {
                <p class="empty">{ text("events.empty") }</p>
            } else {
                { view_table(&props.events.rows) }
            }
        </div>
    }
}

fn view_table(rows: &[EventRow]) -> Html {
    html! {
        <table>
            <thead><tr>
                <th scope="col">{ text("events.seen") }</th>
                <th scope="col">{ text("events.type") }</th>
                <th scope="col">{ text("events.reason") }</th>
                <th scope="col">{ text("events.object") }</th>
                <th scope="col">{ text("events.message") }</th>
            </tr></thead>
            <tbody>{ for rows.iter().map(view_row) }</tbody>
        </table>
    }
}

fn view_row(row: &EventRow) -> Html {
    // What happened while the scenario was being set up has no place on the time bar.
    let seen = u64::try_from(row.seen_s).map_or_else(|_| text("events.before").to_owned(), clock);
    let warning = row.event_type == "Warning";
    html! {
        <tr key={row.key.clone()} class={classes!(warning.then_some("warning"))}>
            <td class="seen">{ seen }</td>
            <td class="type">{ &row.event_type }</td>
            <td class="reason">{ &row.reason }</td>
            <td class="object">{ &row.object }</td>
            <td class="message">{ &row.message }</td>
        </tr>
    }
}
