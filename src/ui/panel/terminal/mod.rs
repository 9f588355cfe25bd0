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
    Pasted(Event),
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
            Msg::Pressed(event) => return self.press(ctx.props(), &event),
            Msg::Pasted(event) => return self.paste(ctx.props(), &event),
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
        html! {
            <div class="line">
                if !terminal.running {
                    <span class="prompt" aria-hidden="true">{ &terminal.prompt }</span>
                }
                <input ref={&self.input} type="text" value={self.line.text.clone()} {placeholder}
                    aria-label={text("terminal.line")} aria-describedby="terminal-keys" autocomplete="off"
                    autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send"
                    oninput={ctx.link().callback(|event: InputEvent| Msg::Edited(dom::value(&event)))}
                    onkeydown={ctx.link().callback(Msg::Pressed)} onpaste={ctx.link().callback(Msg::Pasted)} />
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

    /// Does what a key asks for. Returns whether something is to be redrawn.
    fn press(&mut self, props: &Props, event: &KeyboardEvent) -> bool {
        let key = event.key();
        // A composition (Korean, Japanese) uses Enter and the arrows for itself.
        if event.is_composing() || event.alt_key() || event.meta_key() {
            return false;
        }
        if event.ctrl_key() {
            return self.press_control(props, event, &key);
        }
        match key.as_str() {
            "Enter" => self.enter(props),
            "ArrowUp" | "ArrowDown" => {
                self.line.walk(&props.terminal.history, key == "ArrowUp");
                dom::write(&self.input, &self.line.text, self.line.text.len());
            }
            "Tab" if self.line.text.is_empty() || self.line.tab_leaves || event.shift_key() => return false,
            "Tab" => self.complete(props),
            "Escape" => {
                self.line.candidates.clear();
                self.line.tab_leaves = true;
            }
            _ => return false,
        }
        event.prevent_default();
        true
    }

    fn press_control(&mut self, props: &Props, event: &KeyboardEvent, key: &str) -> bool {
        let (cursor, selecting) = dom::cursor(&self.input);
        match key {
            // Where something is selected, Ctrl-C copies it.
            "c" if !selecting => {
                props.act.emit(Act::Interrupt);
                self.line.edit(String::new());
            }
            "l" => props.act.emit(Act::ClearTerminal),
            "u" => {
                let rest = self.line.text.get(cursor..).unwrap_or_default().to_owned();
                dom::write(&self.input, &rest, 0);
                self.line.edit(rest);
            }
            _ => return false,
        }
        event.prevent_default();
        true
    }

    fn enter(&mut self, props: &Props) {
        let line = std::mem::take(&mut self.line).text;
        dom::scroll_to_end(&self.screen);
        props.act.emit(Act::Run { line });
    }

    /// A paste of one line is the browser's own business.
    fn paste(&mut self, props: &Props, event: &Event) -> bool {
        let Some(pasted) = dom::pasted(event).filter(|pasted| pasted.contains('\n')) else { return false };
        event.prevent_default();
        let (cursor, _) = dom::cursor(&self.input);
        for line in self.line.paste(cursor, &pasted) {
            props.act.emit(Act::Run { line });
        }
        dom::write(&self.input, &self.line.text, self.line.text.len());
        dom::scroll_to_end(&self.screen);
        true
    }

    fn complete(&mut self, props: &Props) {
        let (cursor, _) = dom::cursor(&self.input);
        let offered = props.ask.complete(&self.line.text, cursor);
        let cursor = self.line.complete(cursor, offered);
        dom::write(&self.input, &self.line.text, cursor);
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
