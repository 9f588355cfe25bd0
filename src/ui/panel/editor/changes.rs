//! What applying the file would change, object by object.

use playground::view::{Change, DiffLine, Effect};
use yew::prelude::*;

use crate::text::text;

/// The changes, in the file's order.
pub fn view(changes: &[Change]) -> Html {
    html! {
        <div class="changes" tabindex="0" role="region" aria-label={text("changes.label")}>
            if changes.is_empty() {
                <p class="empty">{ text("changes.none") }</p>
            }
            { for changes.iter().map(view_change) }
        </div>
    }
}

fn view_change(change: &Change) -> Html {
    let (class, said) = match &change.effect {
        Effect::Created => ("created", text("changes.created")),
        Effect::Unchanged => ("unchanged", text("changes.unchanged")),
        Effect::Changed(_) => ("changed", text("changes.changed")),
        Effect::Refused(_) => ("refused", text("changes.refused")),
    };
    html! {
        <section {class}>
            <h2><code>{ &change.object }</code><span>{ said }</span></h2>
            { match &change.effect {
                Effect::Changed(lines) => html! { <pre tabindex="0">{ for lines.iter().map(view_line) }</pre> },
                Effect::Refused(said) => html! { <p class="bad">{ said }</p> },
                Effect::Created | Effect::Unchanged => Html::default(),
            } }
        </section>
    }
}

/// A line; its sign is text, so that it isn't told by colour alone, and is copied along.
fn view_line(line: &DiffLine) -> Html {
    match line {
        DiffLine::Kept(line) => html! { <span>{ "  " }{ line }{ "\n" }</span> },
        DiffLine::Gone(line) => html! { <del>{ "- " }{ line }{ "\n" }</del> },
        DiffLine::New(line) => html! { <ins>{ "+ " }{ line }{ "\n" }</ins> },
        DiffLine::Gap => html! { <span class="gap">{ "  ⋯\n" }</span> },
    }
}
