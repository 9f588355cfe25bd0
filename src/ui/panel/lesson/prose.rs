//! The text of a lesson on the page.

use playground::view::lesson::{Block, Words};
use yew::prelude::*;

/// Blocks of text.
pub fn view(blocks: &[Block]) -> Html {
    blocks.iter().map(view_block).collect()
}

fn view_block(block: &Block) -> Html {
    match block {
        Block::Paragraph(line) => html! { <p>{ words(line) }</p> },
        Block::Code(text) => html! { <pre tabindex="0">{ text }</pre> },
        Block::List { numbered: true, items } => html! {
            <ol>{ for items.iter().map(|item| html! { <li>{ words(item) }</li> }) }</ol>
        },
        Block::List { items, .. } => html! {
            <ul>{ for items.iter().map(|item| html! { <li>{ words(item) }</li> }) }</ul>
        },
    }
}

/// The words of a line.
pub fn words(line: &[Words]) -> Html {
    let view = |words: &Words| match words {
        Words::Plain(text) => html! { { text } },
        Words::Code(text) => html! { <code>{ text }</code> },
        Words::Strong(text) => html! { <strong>{ text }</strong> },
    };
    line.iter().map(view).collect()
}
