//! The text of a lesson on the page.

use playground::view::lesson::{Block, Words};
use yew::prelude::*;

use crate::glossary::Marker;

/// Blocks of text; terms of the glossary are marked.
pub fn view(blocks: &[Block], marker: &mut Marker) -> Html {
    blocks.iter().map(|block| view_block(block, marker)).collect()
}

fn view_block(block: &Block, marker: &mut Marker) -> Html {
    let mut words =
        |line: &[Words]| -> Html { line.iter().map(|words| view_words(words, Some(&mut *marker))).collect() };
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

/// The words of a line, where nothing in them can be pressed.
pub fn words(line: &[Words]) -> Html {
    line.iter().map(|words| view_words(words, None)).collect()
}

fn view_words(words: &Words, marker: Option<&mut Marker>) -> Html {
    match (words, marker) {
        (Words::Plain(text), Some(marker)) => marker.mark(text),
        (Words::Plain(text), None) => html! { { text } },
        (Words::Code(text), _) => html! { <code>{ text }</code> },
        (Words::Strong(text), _) => html! { <strong>{ text }</strong> },
    }
}
