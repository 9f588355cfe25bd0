//! The editor: files, text, what can be said of it, Apply.
//!
//! A text area at first; CodeMirror takes its place when it has loaded, and both show the same text. The panel owns no
//! text: every change is an act, and what the playground shows is what is shown. In place of the text one may look at what
//! applying it would change. A file that a command in the terminal waits for is saved and closed instead of applied.

mod changes;
mod edits;
mod words;

use playground::act::Act;
use playground::view::{Diagnostic, File, Files, Fix, Severity};
use yew::prelude::*;

use self::edits::Edits;
use crate::ask::Ask;
use crate::host::dom;
use crate::host::editor::{self, Answers, Editor, Field, Loaded, Loading, LoadingTexts, Remark};
use crate::part::icon::{self, icon};
use crate::part::menu::{Item, Menu};
use crate::part::shown::Shown;
use crate::part::tool::tool;
use crate::text::{self, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub files: Shown<Files>,
    pub act: Callback<Act>,
    pub ask: Ask,
    /// A line that somebody asked for.
    pub reveal: Option<Reveal>,
    /// Moves when the cluster may have become another one for a manifest: its nodes have a label now, its object is there.
    pub world: World,
}

/// The terminal's last entry, by number and revision, and whether all has settled.
pub type World = (u64, u64, bool);

/// A line of the file in front that is to be shown; each has its own number, so that the same line can be asked for again.
#[derive(Clone, Copy, PartialEq)]
pub struct Reveal {
    pub number: u32,
    pub line: u32,
}

/// The panel.
pub struct EditorPanel {
    remarks: Vec<Diagnostic>,
    /// The key that applies, as this machine writes it.
    key: &'static str,
    area: NodeRef,
    room: NodeRef,
    editor: Option<Editor>,
    loading: Option<Loading>,
    texts: Option<LoadingTexts>,
    /// What applying would change is shown, rather than the text.
    comparing: bool,
    edits: Edits,
}

/// What may happen in it.
pub enum Msg {
    Edited(String),
    Applied,
    Loaded(Loaded),
    /// The texts of the schema are wanted.
    TextsWanted,
    TextsCame(String),
    /// Text and changes change places.
    Compared,
    /// A fix was accepted.
    Mended(Fix),
}

impl Component for EditorPanel {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let remarks = remarks(ctx.props());
        let key = if dom::has_command_key() { "⌘↵" } else { "Ctrl ↵" };
        EditorPanel {
            remarks,
            key,
            area: NodeRef::default(),
            room: NodeRef::default(),
            editor: None,
            loading: None,
            texts: None,
            comparing: false,
            edits: Edits::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        let file = shown(&props.files);
        let differs = file != shown(&old.files);
        let ahead = self.edits.are_ahead_of(file, differs);
        if differs {
            self.remarks = remarks(props);
            if !ahead {
                self.show_in_editor(props);
            }
        } else if props.world != old.world {
            let now = remarks(props);
            if self.remarks != now {
                self.remarks = now;
                if !ahead {
                    self.show_in_editor(props);
                }
            }
        }
        if props.reveal != old.reveal {
            self.comparing = false;
            if let (Some(editor), Some(reveal)) = (&self.editor, props.reveal) {
                editor.reveal(reveal.line);
            }
        }
        if props.files.awaited.is_some() && props.files.awaited != old.files.awaited {
            self.comparing = false;
            if let Some(editor) = &self.editor {
                editor.focus();
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.loading = Some(editor::load(ctx.link().callback(Msg::Loaded)));
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let props = ctx.props();
        match (msg, shown(&props.files)) {
            (Msg::Loaded(module), file) => {
                self.make_editor(ctx, &module, file);
                return true;
            }
            (Msg::Edited(text), Some(file)) => {
                let name = file.name.clone();
                self.edits.send(&name, &text);
                props.act.emit(Act::EditFile { name, text });
            }
            (Msg::TextsWanted, _) if self.texts.is_none() => {
                self.texts = Some(editor::load_descriptions(ctx.link().callback(Msg::TextsCame)));
            }
            (Msg::TextsCame(text), _) => {
                props.ask.set_descriptions(text);
                if let Some(editor) = &self.editor {
                    editor.texts_came();
                }
            }
            (Msg::Compared, _) => {
                self.comparing = !self.comparing;
                return true;
            }
            (Msg::Mended(fix), Some(file)) => {
                let text = mended(&file.text, &fix);
                props.act.emit(Act::EditFile { name: file.name.clone(), text });
            }
            (Msg::Applied, Some(file)) => props.act.emit(Act::Apply { file: file.name.clone() }),
            _ => {}
        }
        false
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        html! {
            <section class="panel editor" aria-label={text("editor.panel")}>
                { view_files(&props.files, &props.act) }
                <div class="text" hidden={self.comparing}>
                    { self.view_area(ctx) }
                    // CodeMirror's own; Yew never looks inside.
                    <div class="codemirror" ref={&self.room} hidden={self.editor.is_none() || props.files.files.is_empty()} />
                </div>
                if self.comparing {
                    { changes::view(&shown(&props.files).map(|file| props.ask.changes(&file.text)).unwrap_or_default()) }
                }
                { self.view_bar(ctx) }
            </section>
        }
    }
}

impl EditorPanel {
    fn make_editor(&mut self, ctx: &Context<Self>, module: &Loaded, file: Option<&File>) {
        let link = ctx.link();
        let (suggesting, hovering, wanting) = (ctx.props().ask.clone(), ctx.props().ask.clone(), link.clone());
        let answers = Answers {
            edited: link.callback(Msg::Edited),
            applied: link.callback(|()| Msg::Applied),
            suggest: Box::new(move |text, at| suggesting.suggest(text, at)),
            field: Box::new(move |text, at| {
                let field = hovering.hover(text, at)?;
                if field.about.is_none() {
                    wanting.send_message(Msg::TextsWanted);
                }
                Some(Field { from: field.from, to: field.to, words: words::field(&field) })
            }),
        };
        let text = file.map_or("", |file| &file.text);
        self.editor = Editor::new(module, &self.room, text, &file.map(label).unwrap_or_default(), answers);
        if let Some(editor) = &self.editor {
            editor.set_remarks(text, &self.shown_remarks());
            editor.take_over(&self.area);
        }
    }

    fn show_in_editor(&self, props: &Props) {
        if let (Some(editor), Some(file)) = (&self.editor, shown(&props.files)) {
            editor.set_text(&file.text, &label(file));
            editor.set_remarks(&file.text, &self.shown_remarks());
        }
    }

    fn shown_remarks(&self) -> Vec<Remark<'_>> {
        let mut shown = Vec::new();
        for it in &self.remarks {
            shown.push(Remark {
                start: it.start,
                end: it.end,
                error: it.severity == Severity::Error,
                message: words::remark(&it.remark),
                fix: it.fix.as_ref().map(|fix| (words::fix(&fix.what), fix)),
            });
        }
        shown
    }

    fn view_area(&self, ctx: &Context<Self>) -> Html {
        let Some(file) = shown(&ctx.props().files) else {
            return html! { <p class="empty">{ text("editor.empty") }</p> };
        };
        if self.editor.is_some() {
            return Html::default();
        }
        let link = ctx.link();
        let onkeydown = link.batch_callback(|event: KeyboardEvent| {
            let applies = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
            applies.then_some(Msg::Applied)
        });
        html! {
            <textarea ref={&self.area} value={file.text.clone()} aria-label={label(file)} spellcheck="false" autocapitalize="off"
                wrap="off" oninput={link.callback(|event: InputEvent| Msg::Edited(dom::value(&event)))} {onkeydown} />
        }
    }

    fn view_bar(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let applied = shown(&props.files).map(|file| fill("editor.apply.why", &[("file", &file.name)]));
        let examples = props.files.examples.iter().map(|example| {
            let id = example.id.clone();
            Item::new(
                text::title("example", &example.id, &example.title),
                props.act.reform(move |()| Act::LoadExample { id: id.clone() }),
            )
        });
        let awaited =
            props.files.awaited.is_some() && props.files.awaited == shown(&props.files).map(|file| file.name.clone());
        let (does, why) = if awaited {
            (text("editor.save"), Some(text("editor.save.why").to_owned()))
        } else {
            (text("editor.apply"), applied.clone())
        };
        html! {
            <div class="bar foot">
                <button type="button" class="main" title={why} disabled={applied.is_none()}
                    onclick={ctx.link().callback(|_| Msg::Applied)}>
                    { does }<kbd>{ self.key }</kbd>
                </button>
                if !awaited {
                    <button type="button" class="quiet diff" title={text("editor.diff.why")} aria-pressed={self.comparing.to_string()}
                        disabled={applied.is_none()} onclick={ctx.link().callback(|_| Msg::Compared)}>
                        { text("editor.diff") }
                    </button>
                }
                <Menu id="menu-examples" class="quiet" items={examples.collect::<Vec<_>>()}>
                    { text("editor.examples") }{ icon(icon::DOWN) }
                </Menu>
                if applied.is_some() {
                    { self.view_remarks(ctx) }
                }
            </div>
        }
    }

    /// The first remark in words, one that can be mended at once before others: a name written wrong is missed elsewhere as well.
    /// All of them stand at their lines.
    fn view_remarks(&self, ctx: &Context<Self>) -> Html {
        let later = |remark: &&Diagnostic| (remark.severity == Severity::Warning, remark.fix.is_none());
        let Some(first) = self.remarks.iter().min_by_key(later) else {
            return html! { <p class="remarks clean" role="status">{ text("editor.clean") }</p> };
        };
        let class = if first.severity == Severity::Error { "remarks bad" } else { "remarks warn" };
        let line = first.start.line.to_string();
        let said = fill("editor.problem", &[("line", &line), ("message", &words::remark(&first.remark))]);
        let more = self.remarks.len() - 1;
        let fix = first.fix.clone().map(|fix| {
            let name = words::fix(&fix.what);
            let onclick = ctx.link().callback(move |_| Msg::Mended(fix.clone()));
            html! { <button type="button" class="fix" title={name.clone()} {onclick}>{ name }</button> }
        });
        html! {
            <>
            <p {class} role="status" title={said.clone()}>
                <span>{ said }</span>
                if more > 0 {
                    <span class="more">{ fill("editor.problems.more", &[("count", &more.to_string())]) }</span>
                }
            </p>
            { fix }
            </>
        }
    }
}

fn view_files(files: &Files, act: &Callback<Act>) -> Html {
    let tab = |(index, file): (usize, &File)| {
        let current = index == files.shown as usize;
        let (shown, closed) = (file.name.clone(), file.name.clone());
        let close = fill("editor.close", &[("file", &file.name)]);
        html! {
            <li key={file.name.clone()} class={classes!(current.then_some("current"))}>
                <button type="button" aria-current={current.then_some("true")}
                    onclick={act.reform(move |_| Act::ShowFile { name: shown.clone() })}>
                    { &file.name }
                    if file.changed {
                        <span class="changed" role="img" aria-label={text("editor.changed")} title={text("editor.changed")} />
                    }
                </button>
                if current {
                    { tool("close", close, icon::CROSS, act.reform(move |_| Act::CloseFile { name: closed.clone() })) }
                }
            </li>
        }
    };
    html! {
        <div class="bar files">
            <ul aria-label={text("editor.files")}>{ for files.files.iter().enumerate().map(tab) }</ul>
            { tool("", text("editor.new"), icon::PLUS, act.reform(|_| Act::NewFile)) }
        </div>
    }
}

/// The text once it is mended.
fn mended(text: &str, fix: &Fix) -> String {
    let mut mended = text.to_owned();
    for edit in fix.edits.iter().rev() {
        if mended.get(edit.from as usize..edit.to as usize).is_some() {
            mended.replace_range(edit.from as usize..edit.to as usize, &edit.text);
        }
    }
    mended
}

fn shown(files: &Files) -> Option<&File> {
    files.files.get(files.shown as usize)
}

fn remarks(props: &Props) -> Vec<Diagnostic> {
    shown(&props.files).map(|file| props.ask.diagnose(&file.text)).unwrap_or_default()
}

fn label(file: &File) -> String {
    fill("editor.text", &[("file", &file.name)])
}
