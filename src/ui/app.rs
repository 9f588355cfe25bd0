//! The page: owns the playground, lets time pass at every frame, and hands each panel its part of the view.
//!
//! Acts come in as messages and take effect at once. After an act or a frame the app asks which parts moved, fetches those
//! and no others, and lets Yew redraw the panels whose part is a new one. While time is paused no frames are asked for.

mod exam;
mod frames;
mod panels;

use std::cell::RefCell;
use std::rc::Rc;

use playground::Playground;
use playground::act::{Act, ExamPaper, LessonFiles};
use playground::export;
use playground::link::Looks;
use playground::view::{Entry, Origin, PredictionStage, Revisions, Stream};
use yew::html::Scope;
use yew::prelude::*;

use self::frames::Clock;
use crate::ask::Ask;
use crate::embed;
use crate::host::dom;
use crate::host::editor::{LoadingTexts, load_descriptions};
use crate::host::frame;
use crate::host::keys::{Keys, Pressed};
use crate::host::language;
use crate::host::rest::{self, Waiting};
use crate::host::share;
use crate::host::storage::{self, Leaving};
use crate::host::wall::Ticking;
use crate::keys::{self, Does, Key};
use crate::layout::{Layout, Tab};
use crate::opening::Answers;
use crate::panel::dock::DockTab;
use crate::panel::editor::{Reveal, World};
use crate::panel::exam::Sheet;
use crate::panel::head::{self, Head};
use crate::panel::lesson::list;
use crate::panel::share::{Embedded, Share, view_notice};
use crate::panel::timeline;
use crate::part::menu::Item;
use crate::parts::Parts;
use crate::text::{Language, text};
use crate::work::{self, Arrival, Notice, Opened};

/// How long after an act the work is saved: soon enough to lose nothing, late enough to type freely.
const SAVE_AFTER_ACT_MS: f64 = 400.0;

/// The app; see the file's head.
pub struct App {
    playground: Rc<RefCell<Playground>>,
    revisions: Revisions,
    parts: Parts,
    layout: Layout,
    tab: Tab,
    dock: DockTab,
    /// The node that is asked "why?" about.
    why: Option<String>,
    reveal: Option<Reveal>,
    /// A taint of a node that is shown in the picture.
    lit: Option<(String, String)>,
    /// What story and inspector last told, and when.
    told: (u64, f64),
    /// The Events that were fetched last.
    events: u64,
    clock: Clock,
    texts: Option<LoadingTexts>,
    notice: Option<Notice>,
    /// Why a scenario file or a lesson wasn't opened.
    refused: Option<String>,
    /// The second part of the program, while it is on its way, and what waits for it.
    rest: Option<Waiting>,
    held: Vec<Msg>,
    /// Answers to what the panels ask until then.
    answers: Option<Rc<Answers>>,
    /// The page in the panels' place.
    sheet: Option<Sheet>,
    /// While an exam runs.
    ticking: Option<Ticking>,
    /// A task of an exam is gone through again.
    reviewing: bool,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the address brought along.
    pub arrival: Arrival,
}

/// What may happen to the app.
pub enum Msg {
    /// The learner did something.
    Act(Act),
    /// The learner asked, outside the terminal, for something only the terminal can show.
    RunAndRead(String),
    /// The browser is about to paint.
    Frame(f64),
    /// An edge was moved.
    Layout(Layout),
    /// Another language was chosen.
    Speak(Language),
    /// The second part of the program has come.
    RestCame,
    /// What Kubernetes says of every field has come; an act waited for it.
    Texts(Act, String),
    /// A key that nothing in particular has taken.
    Key(Pressed),
    /// The page is being left.
    Leaving,
    /// Another panel was brought to the front of a narrow screen.
    Tab(Tab),
    /// Another panel of the dock was.
    Dock(DockTab),
    /// A lesson is to begin, on a cluster of its own.
    Begin(LessonFiles),
    /// Another page takes the panels' place, or they come back.
    Sheet(Option<Sheet>),
    /// An exam is to begin.
    BeginExam(ExamPaper),
    /// A second of an exam has passed.
    Tick,
    /// The lesson in the address can't be begun.
    LessonRefused(String),
    /// A scenario file was chosen.
    Scenario(Option<String>),
    /// The cluster is to be saved as a scenario.
    SaveScenario,
    /// The page around this one wants something done.
    Asked(String, String),
    /// Something was handed on: pasted into the address, or chosen as a file.
    Arrived(Arrival),
    /// The learner wants back a work that was set aside.
    TakeBack(usize),
    /// What there was to say was read.
    NoticeRead,
    /// Why is a Pod on this node, or isn't?
    Why(String),
    /// A taint of a node is to be seen.
    ShowTaint(String, String),
    /// A line of a file is to be seen.
    Reveal(String, u32),
}

impl Component for App {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        playground::watch_the_wall(frame::now_ms);
        let Opened { mut playground, looks, notice, ready } = work::begin(&ctx.props().arrival);
        let begins = embed::beginning();
        let (parts, answers) = ready.filter(|_| begins.is_empty()).unzip();
        begins.into_iter().for_each(|act| playground.act(act));
        let parts = parts.unwrap_or_else(|| Parts::fetch(&playground));
        let layout = Layout::parse(&looks.layout).unwrap_or_else(Layout::load).for_lesson(parts.teaches());
        layout.show();
        let mut app = App {
            revisions: playground.revisions(),
            parts,
            answers,
            playground: Rc::new(RefCell::new(playground)),
            layout,
            dock: embed::asked_dock().or(DockTab::find(&looks.dock)).unwrap_or(DockTab::Story),
            why: None,
            reveal: None,
            lit: None,
            told: (0, 0.0),
            events: 0,
            tab: embed::asked_tab().or(Tab::find(&looks.tab)).unwrap_or(Tab::Cluster),
            clock: Clock { frame: None, last_ms: None, save_in_ms: None, _leaving: None, _keys: None },
            texts: None,
            notice,
            refused: None,
            rest: None,
            held: Vec::new(),
            sheet: exam::asked_sheet(),
            ticking: None,
            reviewing: false,
        };
        let arrived = ctx.link().callback(Msg::Arrived);
        share::watch_fragment(Callback::from(move |fragment: String| work::arrive(&fragment, arrived.clone())));
        app.clock._leaving = Some(Leaving::watch(ctx.link().callback(|()| Msg::Leaving)));
        app.clock._keys = Some(Keys::watch(ctx.link().callback(Msg::Key)));
        app.keep_time(ctx);
        app.ask_for_lesson(ctx);
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            msg if self.rest.is_some() && !msg.is_of_first_part() => {
                self.held.push(msg);
                return false;
            }
            Msg::Act(act) if embed::read_only() && !embed::lets_a_reader(&act) => return false,
            Msg::Act(act) if self.wants_texts(&act) => {
                let come = ctx.link().callback(move |texts| Msg::Texts(act.clone(), texts));
                self.texts = Some(load_descriptions(come));
                return false;
            }
            Msg::Act(act) => self.act(ctx, act),
            Msg::RestCame => {
                (self.rest, self.answers) = (None, None);
                frame::mark("complete");
                std::mem::take(&mut self.held).into_iter().for_each(|msg| ctx.link().send_message(msg));
                self.ask_for_frame(ctx);
            }
            Msg::Asked(what, value) if what == "language" => match Language::find(&value) {
                Some(language) => language::choose(language),
                None => return false,
            },
            Msg::Asked(what, value) => embed::acts(&what, &value).into_iter().for_each(|act| self.act(ctx, act)),
            Msg::Texts(act, texts) => {
                self.playground.borrow_mut().set_descriptions(texts);
                self.act(ctx, act);
            }
            Msg::RunAndRead(line) => {
                self.tab = Tab::Terminal;
                self.act(ctx, Act::Run { line });
            }
            Msg::Frame(now_ms) => return self.frame(ctx, now_ms),
            Msg::Layout(layout) => {
                self.layout = layout;
                layout.show();
                layout.keep();
            }
            Msg::Speak(language) => language::choose(language),
            Msg::Key(pressed) => return self.key(ctx, &pressed),
            Msg::Leaving => {
                // A page that is left may not wait for the rest, and what waits for it hasn't been done yet.
                if self.rest.is_none() {
                    self.playground.borrow_mut().finish();
                    self.save();
                }
                return false;
            }
            Msg::Tab(tab) => self.tab = tab,
            Msg::Dock(tab) => {
                (self.tab, self.dock) = (Tab::Dock, tab);
                self.fetch_events();
            }
            Msg::Begin(files) => {
                self.set_aside();
                self.act(ctx, Act::StartLesson { files });
                (self.tab, self.dock) = (embed::asked_tab().unwrap_or(Tab::Dock), DockTab::Lesson);
            }
            Msg::Sheet(sheet) => self.sheet = sheet,
            Msg::BeginExam(paper) => self.begin_exam(ctx, paper),
            Msg::Tick => return self.tick(ctx),
            Msg::LessonRefused(fault) => self.refused = Some(fault),
            Msg::Scenario(None) => return false,
            Msg::Scenario(Some(file)) => match Playground::refuses_scenario(&file) {
                Some(refusal) => self.refused = Some([text("scenario.refused"), " ", &refusal].concat()),
                None => {
                    self.refused = None;
                    self.set_aside();
                    self.act(ctx, Act::OpenScenario { text: file });
                }
            },
            Msg::SaveScenario => {
                let text = export::scenario(&self.playground.borrow());
                share::save_file("scenario.yaml", text.as_bytes());
                return false;
            }
            Msg::Arrived(arrival) => self.arrived(ctx, &arrival),
            Msg::TakeBack(index) => {
                let own = self.playground.borrow().save();
                if let Some(opened) = work::take_back(index, &own) {
                    self.open(ctx, opened);
                }
            }
            Msg::NoticeRead => (self.notice, self.refused) = (None, None),
            Msg::Why(node) => {
                self.why = Some(node);
                (self.tab, self.dock) = (Tab::Dock, DockTab::Why);
            }
            Msg::ShowTaint(node, taint) => {
                self.tab = Tab::Cluster;
                self.lit = Some((node, taint));
            }
            Msg::Reveal(name, line) => {
                self.act(ctx, Act::ShowFile { name });
                self.tab = Tab::Yaml;
                let number = self.reveal.map_or(0, |reveal| reveal.number) + 1;
                self.reveal = Some(Reveal { number, line });
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            frame::mark("interactive");
            self.rest = rest::fetch(ctx.link().callback(|()| Msg::RestCame));
            // Time begins when all is there that it needs.
            if self.rest.is_none() {
                ctx.link().send_message(Msg::RestCame);
            }
            embed::listen(ctx.link().callback(|(what, value)| Msg::Asked(what, value)));
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let act = link.callback(Msg::Act);
        let ask = self.ask();
        let parts = &self.parts;
        html! {
            // Another key is another page: all of it is drawn anew, in the other language.
            <div key={Language::now().code()} class="page" data-tab={self.tab.id()} data-phase={self.phase().id()}>
                <Head scene={parts.scene.clone()} lesson={self.lesson_title()} {act} more={more(link)} speak={link.callback(Msg::Speak)}>
                    <Share ask={ask.clone()} looks={self.looks()} arrived={link.callback(Msg::Arrived)}
                        take_back={link.callback(Msg::TakeBack)} />
                </Head>
                // A lesson about it asks first what the note tells.
                if !parts.teaches() {
                    { head::view_old_way(&parts.scene) }
                }
                { view_notice(self.notice, &link.callback(Msg::TakeBack), &link.callback(|()| Msg::NoticeRead)) }
                if let Some(refusal) = &self.refused {
                    <div class="news" role="alert">
                        <p>{ refusal }</p>
                        <button type="button" class="quiet" onclick={link.callback(|_| Msg::NoticeRead)}>{ text("notice.read") }</button>
                    </div>
                }
                { self.view_exam_bar(link) }
                if let Some(sheet) = self.view_sheet(ctx) {
                    <main class="sheet">{ sheet }</main>
                } else {
                    { self.view_panels(ctx) }
                }
                if embed::embedded() {
                    <Embedded ask={ask} looks={self.looks()} />
                }
            </div>
        }
    }
}

impl Msg {
    /// Whether the first part of the program is enough for it (docs/loading.md).
    fn is_of_first_part(&self) -> bool {
        matches!(self, Msg::RestCame | Msg::Tab(_) | Msg::Layout(_) | Msg::Leaving)
    }
}

impl App {
    fn ask(&self) -> Ask {
        Ask::new(&self.playground, self.answers.as_ref())
    }

    /// Whether an act prints texts that have yet to be fetched.
    fn wants_texts(&self, act: &Act) -> bool {
        let explains = matches!(act, Act::Run { line } if line.contains("explain"));
        explains && self.texts.is_none() && !self.playground.borrow().has_descriptions()
    }

    fn act(&mut self, ctx: &Context<Self>, act: Act) {
        self.lit = None;
        if matches!(act, Act::Select { .. }) {
            self.why = None;
        }
        let (applies, said) = (matches!(act, Act::Apply { .. }), self.last_entry().map(|entry| entry.number));
        if act == Act::PinMoment {
            (self.tab, self.dock) = (Tab::Dock, DockTab::Compare);
        }
        let awaited = self.parts.files.awaited.is_some();
        self.tell_time();
        let line = self.parts.prediction.line.clone();
        self.playground.borrow_mut().act(act);
        self.fetch_what_moved();
        self.told.0 = self.revisions.story;
        self.fetch_events();
        let answer = self.last_entry().filter(|entry| Some(entry.number) != said);
        self.tab = match answer {
            Some(answer) if is_refusal(answer) => Tab::Terminal,
            Some(_) if applies => Tab::Cluster,
            _ => self.tab,
        };
        if self.parts.prediction.stage == PredictionStage::Asked && self.parts.prediction.line != line {
            // What is held back is foretold at the nodes.
            self.tab = Tab::Cluster;
        }
        match (awaited, self.parts.files.awaited.is_some()) {
            // `vi`, `kubectl edit`: the editor comes to the front, and the terminal when it is left.
            (false, true) => self.tab = Tab::Yaml,
            (true, false) => {
                self.tab = Tab::Terminal;
                dom::focus_at(".line input");
            }
            _ => {}
        }
        self.clock.save_within(SAVE_AFTER_ACT_MS);
        self.ask_for_frame(ctx);
        self.keep_time(ctx);
    }

    /// Opens what was handed on; one's own work is set aside.
    fn arrived(&mut self, ctx: &Context<Self>, arrival: &Arrival) {
        let opened = match arrival {
            Arrival::Own => return,
            Arrival::Shared(text) => work::open(text, Some(&self.playground.borrow().save())),
            Arrival::Refused(refusal) => Err(*refusal),
        };
        match opened {
            Ok(opened) => {
                share::forget_fragment();
                self.open(ctx, opened);
            }
            Err(refusal) => self.notice = Some(Notice::Refused(refusal)),
        }
    }

    /// Another playground takes the place of the one that was.
    fn open(&mut self, ctx: &Context<Self>, opened: Opened) {
        self.revisions = opened.playground.revisions();
        self.parts = Parts::fetch(&opened.playground);
        self.events = self.revisions.events;
        self.playground.replace(opened.playground);
        self.texts = None;
        if let Some(layout) = Layout::parse(&opened.looks.layout) {
            self.layout = layout;
            layout.show();
        }
        self.tab = Tab::find(&opened.looks.tab).unwrap_or(Tab::Cluster);
        self.dock = DockTab::find(&opened.looks.dock).unwrap_or(self.dock);
        self.notice = opened.notice;
        self.sheet = None;
        self.keep_time(ctx);
        self.clock.save_within(SAVE_AFTER_ACT_MS);
        self.ask_for_frame(ctx);
    }

    /// The learner's own work makes room for a lesson or a scenario; the share card has it back.
    fn set_aside(&self) {
        if self.parts.lesson.is_none() {
            let kept = share::set_aside(&self.playground.borrow().save());
            storage::hold_work(!kept);
        }
    }

    /// The lesson that the address names is fetched and begun. One that is on already goes on, and an exam isn't disturbed.
    fn ask_for_lesson(&mut self, ctx: &Context<Self>) {
        let Some(id) = embed::asked_lesson().filter(|_| self.parts.exam.is_none()) else { return };
        (self.tab, self.dock) = (embed::asked_tab().unwrap_or(Tab::Dock), DockTab::Lesson);
        if self.parts.lesson.as_ref().is_none_or(|lesson| lesson.id != id) {
            list::fetch(id, ctx.link().callback(Msg::Begin), ctx.link().callback(Msg::LessonRefused));
        }
    }

    /// What a link says of the page beside the work.
    fn looks(&self) -> Looks {
        let language = share::language();
        let (tab, dock) = (self.tab.id().to_owned(), self.dock.id().to_owned());
        Looks { layout: self.layout.write(), tab, dock, language }
    }

    fn lesson_title(&self) -> Option<String> {
        let lesson = self.parts.lesson.as_deref().filter(|_| self.parts.teaches());
        lesson.map(|lesson| lesson.title.clone())
    }

    /// What the editor's remarks may rest on beside the text.
    fn world(&self) -> World {
        let (number, revision) = self.last_entry().map_or((0, 0), |entry| (entry.number, entry.revision));
        (number, revision, self.parts.timeline.settled)
    }

    fn last_entry(&self) -> Option<&Entry> {
        self.parts.terminal.entries.last()
    }

    /// A key pressed where nobody writes.
    fn key(&mut self, ctx: &Context<Self>, pressed: &Pressed) -> bool {
        if pressed.in_field || pressed.alt {
            return false;
        }
        let key =
            Key { key: &pressed.key, command: pressed.command, shift: pressed.shift, on_control: pressed.on_control };
        match keys::does(&key, keys::single_keys(), &self.parts.timeline) {
            Some(Does::Act(act)) => self.act(ctx, act),
            Some(Does::ShowHelp) => dom::click(timeline::HELP_BUTTON),
            None => return false,
        }
        pressed.claim();
        true
    }
}

/// What the scenario menu offers beside the scenarios.
fn more(link: &Scope<App>) -> Vec<Item> {
    let opened = link.callback(Msg::Scenario);
    vec![
        Item::new(text("dock.lesson"), link.callback(|()| Msg::Dock(DockTab::Lesson))),
        Item::new(text("lesson.exam"), link.callback(|()| Msg::Sheet(Some(Sheet::Begin)))),
        Item::new(text("scenario.open"), Callback::from(move |()| share::open_file(opened.clone()))),
        Item::new(text("scenario.save"), link.callback(|()| Msg::SaveScenario)),
    ]
}

/// Whether a command that the page entered has something to say that a narrow screen must not hide.
fn is_refusal(entry: &Entry) -> bool {
    entry.origin == Origin::Page && entry.output.iter().any(|chunk| chunk.stream == Stream::Error)
}
