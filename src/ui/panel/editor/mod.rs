//! The editor: files, text, what can be said of it, Apply.
//!
//! A text area at first; CodeMirror takes its place when it has loaded, and both show the same text. The panel owns no
//! text: every change is an act, and what the playground shows is what is shown.

use playground::act::Act;
use playground::view::{Diagnostic, File, Files, Severity};
use yew::prelude::*;

use crate::ask::Ask;
use crate::host::dom;
use crate::host::editor::{self, Editor, Loaded, Loading};
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
}

/// What may happen in it.
pub enum Msg {
    Edited(String),
    Applied,
    Loaded(Loaded),
}

impl Component for EditorPanel {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let remarks = remarks(ctx.props());
        let key = if dom::has_command_key() { "⌘↵" } else { "Ctrl ↵" };
        EditorPanel { remarks, key, area: NodeRef::default(), room: NodeRef::default(), editor: None, loading: None }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if shown(&props.files) != shown(&old.files) {
            self.remarks = remarks(props);
            self.show_in_editor(props);
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
            (Msg::Edited(text), Some(file)) => props.act.emit(Act::EditFile { name: file.name.clone(), text }),
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
                <div class="text">
                    { self.view_area(ctx) }
                    // CodeMirror's own; Yew never looks inside.
                    <div class="codemirror" ref={&self.room} hidden={self.editor.is_none() || props.files.files.is_empty()} />
                </div>
                { self.view_bar(ctx) }
            </section>
        }
    }
}

impl EditorPanel {
    fn make_editor(&mut self, ctx: &Context<Self>, module: &Loaded, file: Option<&File>) {
        let link = ctx.link();
        let (edited, applied) = (link.callback(Msg::Edited), link.callback(|()| Msg::Applied));
        let text = file.map_or("", |file| &file.text);
        self.editor = Editor::new(module, &self.room, text, &file.map(label).unwrap_or_default(), edited, applied);
        if let Some(editor) = &self.editor {
            editor.set_remarks(&self.remarks);
            editor.take_over(&self.area);
        }
    }

    fn show_in_editor(&self, props: &Props) {
        if let (Some(editor), Some(file)) = (&self.editor, shown(&props.files)) {
            editor.set_text(&file.text, &label(file));
            editor.set_remarks(&self.remarks);
        }
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
        html! {
            <div class="bar foot">
                <button type="button" class="main" title={applied.clone()} disabled={applied.is_none()}
                    onclick={ctx.link().callback(|_| Msg::Applied)}>
                    { text("editor.apply") }<kbd>{ self.key }</kbd>
                </button>
                <Menu id="menu-examples" class="quiet" items={examples.collect::<Vec<_>>()}>
                    { text("editor.examples") }{ icon(icon::DOWN) }
                </Menu>
                if applied.is_some() {
                    { self.view_remarks() }
                }
            </div>
        }
    }

    /// The first remark in words; all of them stand at their lines.
    fn view_remarks(&self) -> Html {
        let Some(first) = self.remarks.iter().min_by_key(|remark| remark.severity == Severity::Warning) else {
            return html! { <p class="remarks clean" role="status">{ text("editor.clean") }</p> };
        };
        let class = if first.severity == Severity::Error { "remarks bad" } else { "remarks warn" };
        let line = first.start.line.to_string();
        let said = fill("editor.problem", &[("line", &line), ("message", &first.message)]);
        let more = self.remarks.len() - 1;
        html! {
            <p {class} role="status" title={said.clone()}>
                <span>{ said }</span>
                if more > 0 {
                    <span class="more">{ fill("editor.problems.more", &[("count", &more.to_string())]) }</span>
                }
            </p>
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

fn shown(files: &Files) -> Option<&File> {
    files.files.get(files.shown as usize)
}

fn remarks(props: &Props) -> Vec<Diagnostic> {
    shown(&props.files).map(|file| props.ask.diagnose(&file.text)).unwrap_or_default()
}

fn label(file: &File) -> String {
    fill("editor.text", &[("file", &file.name)])
}
