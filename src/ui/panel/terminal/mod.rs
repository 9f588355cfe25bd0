//! The terminal: a log of commands and answers, and one line to type in.
//!
//! Everything printed is plain text in a `<pre>`: it can be selected, copied and read out. An entry is redrawn only when
//! its output grew. Names of objects in it are buttons that select the object; among them the arrow keys walk, and Tab
//! stops once. Left out: colours.

mod line;

use playground::act::Act;
use playground::view::{Candidate, Chunk, Entry, Link, Origin, Stream, Terminal, links};
use yew::prelude::*;

use self::line::{Edit, Line, Search};
use crate::ask::Ask;
use crate::host::dom;
use crate::part::shown::Shown;
use crate::text::{fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub terminal: Shown<Terminal>,
    pub act: Callback<Act>,
    pub ask: Ask,
    /// There is nothing to enter here, only to read.
    pub read_only: bool,
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
            Msg::Edited(text) if self.line.search.is_some() => {
                self.line.search_for(text, &ctx.props().terminal.history);
            }
            Msg::Edited(text) => self.line.write(text),
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
        let read_only = ctx.props().read_only;
        html! {
            <section class="panel terminal" aria-labelledby="terminal-head">
                <h2 class="sr" id="terminal-head">{ text("terminal.panel") }</h2>
                // Where the line would lead the keyboard in, the screen itself does.
                <div class="screen" ref={&self.screen} tabindex={read_only.then_some("0")} onclick={link.callback(|_| Msg::Wanted)}>
                    <div class="roll">
                        <pre role="log" aria-label={text("terminal.log")} onkeydown={walk_links}>
                            { for terminal.entries.iter().enumerate().map(|(index, entry)| html! {
                                <EntryView key={entry.number} terminal={terminal.clone()} {index} act={ctx.props().act.clone()}
                                    stamp={(entry.number, entry.revision, index + 1 == terminal.entries.len())} />
                            }) }
                        </pre>
                        { self.view_candidates() }
                        if !read_only {
                            { self.view_line(ctx) }
                        }
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
        let (link, input, line) = (ctx.link(), self.input.clone(), self.line.clone());
        let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
            let ours = is_ours(&event, &input, &line);
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
        let search = self.line.search.as_ref();
        let value = search.map_or(&self.line.text, |search| &search.wanted);
        html! {
            <div class={classes!("line", search.map(|_| "search"))}>
                { view_prompt(terminal, search) }
                <input ref={&self.input} type="text" value={value.clone()} {placeholder}
                    size={search.map(|search| search.wanted.chars().count().max(1).to_string())}
                    aria-label={text(if search.is_some() { "terminal.search" } else { "terminal.line" })}
                    aria-describedby="terminal-keys" autocomplete="off"
                    autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send"
                    oninput={link.callback(|event: InputEvent| Msg::Edited(dom::value(&event)))} {onkeydown} {onpaste} />
                if let Some(search) = search {
                    <span class="prompt" aria-hidden="true">{ "': " }</span>
                    <span role="status">{ &search.found }</span>
                }
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
                <ul class={classes!("candidates", width_class(&self.line))} aria-label={text("terminal.candidates")}>
                    { for self.line.candidates.iter().map(view_candidate) }
                </ul>
            </div>
        }
    }

    /// Does what a key that [is ours](is_ours) asks for.
    fn press(&mut self, props: &Props, event: &KeyboardEvent) {
        let (key, ctrl) = (event.key(), event.ctrl_key());
        let history = &props.terminal.history;
        if self.line.search.is_some() && self.press_in_search(&key, ctrl, history) {
            return;
        }
        if let Some(edit) = Edit::of(&key, &event.code(), ctrl, event.alt_key()) {
            if edit == Edit::Delete && self.line.text.is_empty() {
                props.act.emit(Act::Run { line: "exit".into() });
                return;
            }
            let (cursor, _) = dom::cursor(&self.input);
            let cursor = self.line.edit(cursor, edit);
            return dom::write(&self.input, &self.line.text, cursor);
        }
        match (ctrl, key.as_str()) {
            (false, "Enter") => self.enter(props),
            (_, "ArrowUp" | "ArrowDown" | "p" | "n") => {
                self.line.walk(history, matches!(key.as_str(), "ArrowUp" | "p"));
                dom::write(&self.input, &self.line.text, self.line.text.len());
            }
            (false, "Tab") => self.complete(props),
            (false, "Escape") => {
                self.line.candidates.clear();
                self.line.tab_leaves = true;
            }
            (true, "r") => {
                self.line.search_older(history);
                dom::write(&self.input, "", 0);
            }
            (true, "c") => {
                props.act.emit(Act::Interrupt);
                self.line.write(String::new());
            }
            (true, "l") => props.act.emit(Act::ClearTerminal),
            _ => {}
        }
    }

    /// Keys that mean something else while an earlier line is looked for; `true` if all is done.
    fn press_in_search(&mut self, key: &str, ctrl: bool, history: &[String]) -> bool {
        match (ctrl, key) {
            (true, "r") => {
                self.line.search_older(history);
                return true;
            }
            (true, "g" | "c") => self.line.end_search(false),
            // Anything else goes on with what was found.
            _ => self.line.end_search(true),
        }
        dom::write(&self.input, &self.line.text, self.line.text.len());
        ctrl && matches!(key, "g" | "c") || matches!(key, "Escape" | "Tab")
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
fn is_ours(event: &KeyboardEvent, input: &NodeRef, line: &Line) -> bool {
    // A composition (Korean, Japanese) uses Enter and the arrows for itself.
    if event.is_composing() || event.meta_key() {
        return false;
    }
    let (key, searching) = (event.key(), line.search.is_some());
    if Edit::of(&key, &event.code(), event.ctrl_key(), event.alt_key()).is_some() {
        return true;
    }
    match (event.ctrl_key(), event.alt_key(), key.as_str()) {
        // Where something is selected, Ctrl-C copies it.
        (true, false, "c") => searching || !dom::cursor(input).1,
        (true, false, "g") => searching,
        (true, false, "l" | "r" | "p" | "n") => true,
        (false, false, "Enter" | "ArrowUp" | "ArrowDown" | "Escape") => true,
        (false, false, "ArrowLeft" | "ArrowRight" | "Home" | "End") => searching,
        (false, false, "Tab") => searching || !event.shift_key() && !line.tab_leaves && !dom::is_empty(input),
        _ => false,
    }
}

/// Up and Down among the names that can be selected.
fn walk_links(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowUp" | "ArrowLeft" => -1,
        "ArrowDown" | "ArrowRight" => 1,
        _ => return,
    };
    event.prevent_default();
    dom::focus_neighbour(&event, "pre", "button", step);
}

fn view_prompt(terminal: &Terminal, search: Option<&Search>) -> Html {
    let prompt = match search {
        Some(search) if search.failed => "(failed reverse-i-search)`",
        Some(_) => "(reverse-i-search)`",
        None if terminal.running => return Html::default(),
        None => &terminal.prompt,
    };
    html! { <span class="prompt" aria-hidden="true">{ prompt.to_owned() }</span> }
}

fn view_candidate(candidate: &Candidate) -> Html {
    html! {
        <li>
            { candidate.text.trim_end() }
            if !candidate.about.is_empty() {
                <span class="about">{ &candidate.about }</span>
            }
        </li>
    }
}

/// How wide the columns of the candidates are.
fn width_class(line: &Line) -> &'static str {
    let longest = line.candidates.iter().map(|it| it.text.trim_end().len()).max().unwrap_or(0);
    match longest {
        _ if line.candidates.iter().any(|it| !it.about.is_empty()) => "told",
        0..=14 => "narrow",
        15..=26 => "middle",
        27..=44 => "wide",
        _ => "widest",
    }
}

/// Lines of an entry that are on the page: more than anybody reads at once, and few enough to be drawn in a moment.
const LINES_SHOWN: usize = 200;
/// So many more are shown for the asking.
const MORE_LINES: usize = 2_000;

/// One entry; `stamp` says when it is another than it was.
#[derive(Properties)]
struct EntryProps {
    terminal: Shown<Terminal>,
    index: usize,
    /// Its number and revision, and whether it is the last.
    stamp: (u64, u64, bool),
    act: Callback<Act>,
}

impl PartialEq for EntryProps {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }
}

#[component]
fn EntryView(props: &EntryProps) -> Html {
    let shown = use_state(|| LINES_SHOWN);
    let Some(entry) = props.terminal.entries.get(props.index) else { return Html::default() };
    let (hidden, begin) = beginning(&entry.output, *shown);
    let more = Callback::from(move |_| shown.set(*shown + MORE_LINES));
    let mut names = links(entry, begin);
    // Of all names only the last one is a stop for Tab.
    let stop = names.iter().rposition(|links| !links.is_empty()).filter(|_| props.stamp.2);
    html! {
        <span class="entry">
            { view_command(entry) }
            if hidden > 0 {
                <span class="earlier"><button type="button" onclick={more}>{
                    fill("terminal.earlier", &[("count", &hidden.to_string())])
                }</button>{ "\n" }</span>
            }
            { for entry.output.iter().enumerate().skip(begin.0).map(|(at, chunk)| {
                let from = if at == begin.0 { begin.1 } else { 0 };
                view_chunk(chunk, from, &std::mem::take(&mut names[at]), stop == Some(at), &props.act)
            }) }
        </span>
    }
}

/// How many of an entry's lines aren't shown, and where those begin that are: a chunk, and a byte of it.
fn beginning(output: &[Chunk], shown: usize) -> (usize, (usize, usize)) {
    let ends = |chunk: &Chunk| chunk.text.bytes().filter(|byte| *byte == b'\n').count();
    let hidden = output.iter().map(ends).sum::<usize>().saturating_sub(shown);
    let mut left = hidden;
    for (at, chunk) in output.iter().enumerate() {
        for (place, byte) in chunk.text.bytes().enumerate() {
            if left == 0 {
                return (hidden, (at, place));
            }
            left -= usize::from(byte == b'\n');
        }
    }
    (hidden, (0, 0))
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

fn view_chunk(chunk: &Chunk, from: usize, links: &[Link], stops: bool, act: &Callback<Act>) -> Html {
    let class = match chunk.stream {
        Stream::Out => "out",
        Stream::Error => "error",
        Stream::Note => "note",
    };
    let mut pieces = Vec::new();
    let mut at = from;
    for (index, link) in links.iter().enumerate() {
        if link.from < at {
            continue;
        }
        let object = link.object.clone();
        let onclick = act.reform(move |_| Act::Select { object: Some(object.clone()) });
        let title = fill("terminal.select", &[("kind", &link.object.kind), ("name", &link.object.name)]);
        let tabindex = if stops && index + 1 == links.len() { "0" } else { "-1" };
        pieces.push(html! { { &chunk.text[at..link.from] } });
        pieces.push(html! {
            <button type="button" {tabindex} {title} {onclick}>{ &chunk.text[link.from..link.to] }</button>
        });
        at = link.to;
    }
    html! { <span {class}>{ for pieces }{ &chunk.text[at..] }</span> }
}
