//! The terminal: a log of commands and answers, and one line to type in.
//!
//! Everything printed is plain text in a `<pre>`: it can be selected, copied and read out. An entry is redrawn only when
//! its output grew. Left out: escape codes.

mod line;

use playground::act::Act;
use playground::view::{Chunk, Entry, Origin, Stream, Terminal};
use yew::prelude::*;

use self::line::Line;
use crate::ask::Ask;
use crate::host::dom;
use crate::part::shown::Shown;
use crate::text::text;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub terminal: Shown<Terminal>,
    pub act: Callback<Act>,
    pub ask: Ask,
}

/// The panel.
#[derive(Default)]
pub struct TerminalPanel {
    line: Line,
    input: NodeRef,
    screen: NodeRef,
}

/// What may happen in it.
pub enum Msg {
    Edited(String),
    Pressed(KeyboardEvent),
    /// Several lines at once; a paste of one is the browser's own business.
    Pasted(String),
    /// A click on the screen, beside any text: the line is where one wants to be.
    Wanted,
}

impl Component for TerminalPanel {
    type Message = Msg;
    type Properties = Props;

    fn create(_ctx: &Context<Self>) -> Self {
        TerminalPanel::default()
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Edited(text) => self.line.edit(text),
            Msg::Pressed(event) => self.press(ctx.props(), &event),
            Msg::Pasted(text) => self.paste(ctx.props(), &text),
            Msg::Wanted => {
                let (_, selecting) = dom::cursor(&self.input);
                if !selecting {
                    dom::focus(&self.input);
                }
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let terminal = &ctx.props().terminal;
        html! {
            <section class="panel terminal" aria-labelledby="terminal-head">
                <h2 class="sr" id="terminal-head">{ text("terminal.panel") }</h2>
                <div class="screen" ref={&self.screen} onclick={link.callback(|_| Msg::Wanted)}>
                    <div class="roll">
                        <pre role="log" aria-label={text("terminal.log")}>
                            { for terminal.entries.iter().enumerate().map(|(index, entry)| html! {
                                <EntryView key={entry.number} terminal={terminal.clone()} {index} stamp={(entry.number, entry.revision)} />
                            }) }
                        </pre>
                        { self.view_line(ctx) }
                        { self.view_candidates() }
                    </div>
                </div>
            </section>
        }
    }
}

impl TerminalPanel {
    fn view_line(&self, ctx: &Context<Self>) -> Html {
        let terminal = &ctx.props().terminal;
        let placeholder = if terminal.running {
            text("terminal.running")
        } else if terminal.history.is_empty() {
            text("terminal.hint")
        } else {
            ""
        };
        let (link, input, tab_leaves) = (ctx.link(), self.input.clone(), self.line.tab_leaves);
        let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
            let ours = is_ours(&event, &input, tab_leaves);
            if ours {
                event.prevent_default();
            }
            ours.then_some(Msg::Pressed(event))
        });
        let onpaste = link.batch_callback(|event: Event| {
            let pasted = dom::pasted(&event).filter(|pasted| pasted.contains('\n'))?;
            event.prevent_default();
            Some(Msg::Pasted(pasted))
        });
        html! {
            <div class="line">
                if !terminal.running {
                    <span class="prompt" aria-hidden="true">{ &terminal.prompt }</span>
                }
                <input ref={&self.input} type="text" value={self.line.text.clone()} {placeholder}
                    aria-label={text("terminal.line")} aria-describedby="terminal-keys" autocomplete="off"
                    autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send"
                    oninput={link.callback(|event: InputEvent| Msg::Edited(dom::value(&event)))} {onkeydown} {onpaste} />
                <span class="sr" id="terminal-keys">{ text("terminal.keys") }</span>
            </div>
        }
    }

    fn view_candidates(&self) -> Html {
        if self.line.candidates.is_empty() {
            return Html::default();
        }
        html! {
            <div role="status">
                <ul class="candidates" aria-label={text("terminal.candidates")}>
                    { for self.line.candidates.iter().map(|it| html! { <li>{ it }</li> }) }
                </ul>
            </div>
        }
    }

    /// Does what a key that [is ours](is_ours) asks for.
    fn press(&mut self, props: &Props, event: &KeyboardEvent) {
        let key = event.key();
        match key.as_str() {
            "Enter" => self.enter(props),
            "ArrowUp" | "ArrowDown" => {
                self.line.walk(&props.terminal.history, key == "ArrowUp");
                dom::write(&self.input, &self.line.text, self.line.text.len());
            }
            "Tab" => self.complete(props),
            "Escape" => {
                self.line.candidates.clear();
                self.line.tab_leaves = true;
            }
            "c" => {
                props.act.emit(Act::Interrupt);
                self.line.edit(String::new());
            }
            "l" => props.act.emit(Act::ClearTerminal),
            _ => {
                let (cursor, _) = dom::cursor(&self.input);
                let rest = self.line.text.get(cursor..).unwrap_or_default().to_owned();
                dom::write(&self.input, &rest, 0);
                self.line.edit(rest);
            }
        }
    }

    fn enter(&mut self, props: &Props) {
        let line = std::mem::take(&mut self.line).text;
        dom::scroll_to_end(&self.screen);
        props.act.emit(Act::Run { line });
    }

    fn paste(&mut self, props: &Props, pasted: &str) {
        let (cursor, _) = dom::cursor(&self.input);
        for line in self.line.paste(cursor, pasted) {
            props.act.emit(Act::Run { line });
        }
        dom::write(&self.input, &self.line.text, self.line.text.len());
        dom::scroll_to_end(&self.screen);
    }

    fn complete(&mut self, props: &Props) {
        let (cursor, _) = dom::cursor(&self.input);
        let offered = props.ask.complete(&self.line.text, cursor);
        let cursor = self.line.complete(cursor, offered);
        dom::write(&self.input, &self.line.text, cursor);
    }
}

/// Whether a key is the terminal's, and not to do what it does elsewhere.
///
/// Decided while the event is on its way: on a busy page Yew hands messages on later, when Tab has already moved the focus.
fn is_ours(event: &KeyboardEvent, input: &NodeRef, tab_leaves: bool) -> bool {
    // A composition (Korean, Japanese) uses Enter and the arrows for itself.
    if event.is_composing() || event.alt_key() || event.meta_key() {
        return false;
    }
    let key = event.key();
    if event.ctrl_key() {
        // Where something is selected, Ctrl-C copies it.
        return matches!(key.as_str(), "l" | "u") || key == "c" && !dom::cursor(input).1;
    }
    match key.as_str() {
        "Enter" | "ArrowUp" | "ArrowDown" | "Escape" => true,
        "Tab" => !event.shift_key() && !tab_leaves && !dom::is_empty(input),
        _ => false,
    }
}

/// One entry; `stamp` says when it is another than it was.
#[derive(Properties)]
struct EntryProps {
    terminal: Shown<Terminal>,
    index: usize,
    stamp: (u64, u64),
}

impl PartialEq for EntryProps {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }
}

#[component]
fn EntryView(props: &EntryProps) -> Html {
    let Some(entry) = props.terminal.entries.get(props.index) else { return Html::default() };
    html! {
        <>
            { view_command(entry) }
            { for entry.output.iter().map(view_chunk) }
        </>
    }
}

fn view_command(entry: &Entry) -> Html {
    if entry.command.is_empty() && entry.prompt.is_empty() {
        return Html::default();
    }
    let (class, from) = match entry.origin {
        Origin::Learner => ("command", None),
        Origin::Page => ("command by-page", Some(text("terminal.from.page"))),
    };
    html! {
        <span {class} title={from}><span class="prompt">{ &entry.prompt }</span>{ &entry.command }{ "\n" }</span>
    }
}

fn view_chunk(chunk: &Chunk) -> Html {
    let class = match chunk.stream {
        Stream::Out => "out",
        Stream::Error => "error",
        Stream::Note => "note",
    };
    html! { <span {class}>{ &chunk.text }</span> }
}
