//! The page: owns the playground, lets time pass at every frame, and hands each panel its part of the view.
//!
//! Acts come in as messages and take effect at once. After an act or a frame the app asks which parts moved, fetches those
//! and no others, and lets Yew redraw the panels whose part is a new one. While time is paused no frames are asked for.

mod exam;

use std::cell::RefCell;
use std::rc::Rc;

use playground::Playground;
use playground::act::{Act, ExamPaper, LessonFiles};
use playground::export;
use playground::link::Looks;
use playground::view::{Entry, Origin, PredictionStage, Revisions, Stream};
use yew::html::Scope;
use yew::prelude::*;

use crate::ask::Ask;
use crate::embed;
use crate::host::dom;
use crate::host::editor::{LoadingTexts, load_descriptions};
use crate::host::frame::{self, Frame};
use crate::host::keys::{Keys, Pressed};
use crate::host::language;
use crate::host::rest::{self, Waiting};
use crate::host::share;
use crate::host::storage::{self, Leaving};
use crate::host::wall::Ticking;
use crate::keys::{self, Does, Key};
use crate::layout::{Layout, Tab};
use crate::opening::Answers;
use crate::panel::cluster::ClusterPanel;
use crate::panel::compare::ComparePanel;
use crate::panel::control_loop::LoopPanel;
use crate::panel::dock::{Dock, DockTab};
use crate::panel::editor::{EditorPanel, Reveal, World};
use crate::panel::events::EventsPanel;
use crate::panel::exam::{Phase, Sheet};
use crate::panel::head::{self, Head};
use crate::panel::inspector::InspectorPanel;
use crate::panel::lesson::{LessonPanel, list};
use crate::panel::share::{Embedded, Share, view_notice};
use crate::panel::story::StoryPanel;
use crate::panel::terminal::TerminalPanel;
use crate::panel::timeline::{self, TimeBar};
use crate::panel::why::WhyPanel;
use crate::part::menu::Item;
use crate::part::shown::Shown;
use crate::part::split::{Edge, Split};
use crate::parts::Parts;
use crate::text::{Language, text};
use crate::work::{self, Arrival, Notice, Opened};

/// A frame after a longer gap (a hidden tab, a laptop's lid) lets only this much of the wall clock pass.
const GAP_MAX_MS: f64 = 100.0;
/// Story and inspector are read, not watched: while time runs they are told anew this often.
const TELL_EVERY_MS: f64 = 250.0;
/// How long after an act the work is saved: soon enough to lose nothing, late enough to type freely.
const SAVE_AFTER_ACT_MS: f64 = 400.0;
/// The same when only time has passed.
const SAVE_AFTER_TIME_MS: f64 = 5_000.0;

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

/// The wall clock's side of things.
struct Clock {
    frame: Option<Frame>,
    /// When the last frame was, if it was part of the same run of frames.
    last_ms: Option<f64>,
    /// How much longer until the work is saved; `None` when there is nothing new.
    save_in_ms: Option<f64>,
    _leaving: Option<Leaving>,
    _keys: Option<Keys>,
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

    /// Lets time pass. Returns whether something is to be redrawn.
    fn frame(&mut self, ctx: &Context<Self>, now_ms: f64) -> bool {
        let passed_ms = self.clock.last_ms.map_or(0.0, |last| (now_ms - last).clamp(0.0, GAP_MAX_MS));
        self.clock.last_ms = Some(now_ms);
        self.clock.frame = None;
        self.playground.borrow_mut().advance(passed_ms);
        if self.playground.borrow().works() {
            // What a command does is looked at once it has done it.
            self.ask_for_frame(ctx);
            return false;
        }
        let moved = self.fetch_what_moved();
        if now_ms - self.told.1 > TELL_EVERY_MS || self.parts.timeline.paused {
            self.told = (self.revisions.story, now_ms);
            self.fetch_events();
        }
        if moved {
            self.clock.save_within(SAVE_AFTER_TIME_MS);
        }
        self.save_when_due(passed_ms);
        if !self.parts.timeline.paused || self.clock.save_in_ms.is_some() || self.playground.borrow().lags() {
            self.ask_for_frame(ctx);
        } else {
            self.clock.last_ms = None;
        }
        moved
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

    fn ask_for_frame(&mut self, ctx: &Context<Self>) {
        if self.clock.frame.is_none() {
            self.clock.frame = frame::request(ctx.link().callback(Msg::Frame));
        }
    }

    fn save_when_due(&mut self, passed_ms: f64) {
        let Some(left) = self.clock.save_in_ms else { return };
        self.clock.save_in_ms = Some(left - passed_ms).filter(|left| *left > 0.0);
        if self.clock.save_in_ms.is_none() {
            self.save();
        }
    }

    fn save(&mut self) {
        self.clock.save_in_ms = None;
        storage::keep_work(&self.playground.borrow().save());
    }

    fn fetch_what_moved(&mut self) -> bool {
        let playground = self.playground.borrow();
        let now = playground.revisions();
        let seen = std::mem::replace(&mut self.revisions, now);
        let (settled, taught) = (self.parts.timeline.settled, self.parts.teaches());
        self.parts.refetch(&playground, seen, now);
        if taught != self.parts.teaches() {
            self.layout = self.layout.for_lesson(!taught);
            self.layout.show();
        }
        if !settled && self.parts.timeline.settled {
            embed::tell("settled", "");
        }
        seen != now
    }

    /// Events are a table of their own that nobody reads while another panel is in front.
    fn fetch_events(&mut self) {
        if self.dock == DockTab::Events && self.events != self.revisions.events {
            self.events = self.revisions.events;
            self.parts.events = Shown::new(self.playground.borrow().events());
        }
    }

    /// The panels, and the time bar under them. An exam's task has the dock's place, and no time bar.
    fn view_panels(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let act = link.callback(Msg::Act);
        let ask = self.ask();
        let (parts, layout) = (&self.parts, self.layout);
        let examined = self.phase() == Phase::On;
        html! {
            <>
                { self.view_tabs(ctx) }
                <main>
                    <div class="upper">
                        <EditorPanel files={parts.files.clone()} act={act.clone()} ask={ask.clone()} reveal={self.reveal} world={self.world()} />
                        <Split edge={Edge::Upright} label={text("split.editor")} share={layout.editor}
                            moved={link.callback(move |editor| Msg::Layout(Layout { editor, ..layout }))} />
                        <ClusterPanel picture={parts.picture.clone()} moment={parts.scene.moment} prediction={parts.prediction.clone()} act={act.clone()}
                            read={link.callback(Msg::RunAndRead)} why={link.callback(Msg::Why)} lit={self.lit.clone()} />
                    </div>
                    <Split edge={Edge::Level} label={text("split.dock")} share={layout.upper}
                        moved={link.callback(move |upper| Msg::Layout(Layout { upper, ..layout }))} />
                    <div class="lower">
                        <TerminalPanel terminal={parts.terminal.clone()} act={act.clone()} {ask} read_only={self.phase() == Phase::Review || embed::read_only()} />
                        <Split edge={Edge::Upright} label={text("split.terminal")} share={layout.terminal}
                            moved={link.callback(move |terminal| Msg::Layout(Layout { terminal, ..layout }))} />
                        if examined {
                            { self.view_task(link) }
                        } else {
                            <Dock current={self.dock} chosen={link.callback(Msg::Dock)}>{ self.view_dock(link) }</Dock>
                        }
                    </div>
                </main>
                if self.rest.is_some() {
                    <p class="coming" role="status">{ text("page.coming") }</p>
                }
                if !examined {
                    <TimeBar timeline={parts.timeline.clone()} {act} />
                }
            </>
        }
    }

    fn view_dock(&self, link: &Scope<App>) -> Html {
        match self.dock {
            DockTab::Lesson if self.phase() == Phase::Review => self.view_review(link),
            DockTab::Lesson => html! {
                <LessonPanel sheet={link.callback(|sheet| Msg::Sheet(Some(sheet)))} lesson={self.parts.lesson.clone()} act={link.callback(Msg::Act)}
                    begin={link.callback(Msg::Begin)} />
            },
            DockTab::Why => html! {
                <WhyPanel picture={self.parts.picture.clone()} node={self.why.clone()} ask={self.ask()}
                    act={link.callback(Msg::Act)} why={link.callback(Msg::Why)} show_taint={link.callback(|(node, taint)| Msg::ShowTaint(node, taint))}
                    reveal={link.callback(|(name, line)| Msg::Reveal(name, line))} />
            },
            DockTab::Story => html! {
                <StoryPanel ask={self.ask()} revision={self.told.0} act={link.callback(Msg::Act)}
                    selected={self.parts.picture.selected.clone()} inspect={link.callback(|()| Msg::Dock(DockTab::Inspector))} />
            },
            DockTab::Inspector => html! {
                <InspectorPanel ask={self.ask()} revision={self.told.0} act={link.callback(Msg::Act)} />
            },
            DockTab::Events => html! { <EventsPanel events={self.parts.events.clone()} /> },
            DockTab::Loop => html! {
                <LoopPanel timeline={self.parts.timeline.clone()} ask={self.ask()} act={link.callback(Msg::Act)} />
            },
            DockTab::Compare => html! {
                <ComparePanel timeline={self.parts.timeline.clone()} comparison={self.parts.comparison.clone()}
                    act={link.callback(Msg::Act)} />
            },
        }
    }

    /// On a narrow screen one panel is shown at a time; on a wide one the style sheet hides these.
    fn view_tabs(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let tab = |of: Tab, name: &'static str, current: bool, onclick: Callback<MouseEvent>| {
            html! {
                <button type="button" data-for={of.id()} {onclick} aria-current={current.then_some("true")}>{ name }</button>
            }
        };
        let panel = |it: Tab, name| tab(it, name, it == self.tab, link.callback(move |_| Msg::Tab(it)));
        let docked = |it: DockTab| {
            let current = self.tab == Tab::Dock && it == self.dock;
            tab(Tab::Dock, it.name(), current, link.callback(move |_| Msg::Dock(it)))
        };
        if self.phase() == Phase::On {
            return html! {
                <nav class="tabs" aria-label={text("page.panels")}>
                    { tab(Tab::Dock, text("page.tab.task"), self.tab == Tab::Dock, link.callback(|_| Msg::Tab(Tab::Dock))) }
                    { panel(Tab::Terminal, text("page.tab.terminal")) }
                    { panel(Tab::Yaml, text("page.tab.yaml")) }
                </nav>
            };
        }
        html! {
            <nav class="tabs" aria-label={text("page.panels")}>
                { panel(Tab::Cluster, text("page.tab.cluster")) }
                { panel(Tab::Yaml, text("page.tab.yaml")) }
                { panel(Tab::Terminal, text("page.tab.terminal")) }
                { for DockTab::ALL.into_iter().map(docked) }
            </nav>
        }
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

impl Clock {
    fn save_within(&mut self, ms: f64) {
        self.save_in_ms = Some(self.save_in_ms.map_or(ms, |left| left.min(ms)));
    }
}
