//! What an exam makes of the app: its clock is told the time, and its pages take the place of panels.

use playground::act::{Act, ExamAct, ExamPaper};
use yew::html::Scope;
use yew::prelude::*;

use super::{App, Msg};
use crate::host::wall::{self, Ticking};
use crate::host::{dom, embed};
use crate::layout::Tab;
use crate::panel::dock::DockTab;
use crate::panel::exam::bar::ExamBar;
use crate::panel::exam::begin::BeginPage;
use crate::panel::exam::result::ResultPage;
use crate::panel::exam::review::ReviewPanel;
use crate::panel::exam::task::{HeldPage, TaskPanel, Translation};
use crate::panel::exam::teacher::TeacherPage;
use crate::panel::exam::words::Words;
use crate::panel::exam::{Phase, Sheet};

/// The page that the address asks for: `?exam=SEED`, `?results`.
pub fn asked_sheet() -> Option<Sheet> {
    match (embed::asked("exam"), embed::asked("results")) {
        _ if embed::embedded() => None,
        (Some(_), _) => Some(Sheet::Begin),
        (None, Some(_)) => Some(Sheet::Teacher),
        (None, None) => None,
    }
}

impl App {
    pub(super) fn phase(&self) -> Phase {
        Phase::of(self.parts.exam.as_deref())
    }

    pub(super) fn begin_exam(&mut self, ctx: &Context<App>, paper: ExamPaper) {
        self.set_aside();
        self.sheet = None;
        self.tab = Tab::Dock;
        self.act(ctx, Act::Exam(ExamAct::Begin { paper }));
        dom::focus_at(".line input");
    }

    /// Whether it is time for another second, or no longer.
    pub(super) fn keep_time(&mut self, ctx: &Context<App>) {
        let runs = matches!(self.phase(), Phase::On | Phase::Held);
        match (runs, &self.ticking) {
            (true, None) => self.ticking = Ticking::every_second(ctx.link().callback(|()| Msg::Tick)),
            (false, Some(_)) => self.ticking = None,
            _ => {}
        }
        if self.phase() != Phase::Off {
            // Whoever puts the results away goes back to the cluster.
            self.sheet = None;
        }
        // A task gone through again is in front in the dock.
        if self.phase() == Phase::Review && !self.reviewing {
            (self.tab, self.dock) = (Tab::Dock, DockTab::Lesson);
        }
        self.reviewing = self.phase() == Phase::Review;
    }

    /// Tells the exam's clock the time, if there is one.
    pub(super) fn tell_time(&mut self) {
        if self.ticking.is_some() {
            self.playground.borrow_mut().tick(wall::now_ms());
        }
    }

    /// A second has passed. Returns whether something is to be redrawn.
    pub(super) fn tick(&mut self, ctx: &Context<App>) -> bool {
        let before = self.phase();
        self.tell_time();
        let moved = self.fetch_what_moved();
        if self.phase() != before {
            self.save();
            self.keep_time(ctx);
        }
        moved
    }

    /// The page that takes the place of the panels, if one does.
    pub(super) fn view_sheet(&self, ctx: &Context<App>) -> Option<Html> {
        let link = ctx.link();
        let (exam, act) = (self.parts.exam.clone(), link.callback(Msg::Act));
        let leave = link.callback(|()| Msg::Sheet(None));
        let page = match (self.phase(), self.sheet) {
            (Phase::Held, _) => html! { <HeldPage {exam} {act} /> },
            (Phase::Over, _) => html! { <ResultPage {exam} {act} /> },
            (Phase::Off, Some(Sheet::Begin)) => html! { <BeginPage begin={link.callback(Msg::BeginExam)} {leave} /> },
            (Phase::Off, Some(Sheet::Teacher)) => html! { <TeacherPage {leave} /> },
            _ => return None,
        };
        Some(html! { <Words>{ page }</Words> })
    }

    /// The bar with the clock.
    pub(super) fn view_exam_bar(&self, link: &Scope<App>) -> Html {
        let (exam, act) = (self.parts.exam.clone(), link.callback(Msg::Act));
        let translation = html! { <Translation exam={exam.clone()} act={act.clone()} /> };
        match self.phase() {
            Phase::Off => Html::default(),
            Phase::On | Phase::Held => html! { <Words>{ translation }<ExamBar {exam} {act} /></Words> },
            Phase::Over | Phase::Review => translation,
        }
    }

    /// The task, in the dock's place.
    pub(super) fn view_task(&self, link: &Scope<App>) -> Html {
        let (exam, act) = (self.parts.exam.clone(), link.callback(Msg::Act));
        html! { <section class="panel task"><Words><TaskPanel {exam} {act} /></Words></section> }
    }

    /// A task gone through again, in the dock.
    pub(super) fn view_review(&self, link: &Scope<App>) -> Html {
        let (exam, act) = (self.parts.exam.clone(), link.callback(Msg::Act));
        html! { <Words><ReviewPanel {exam} timeline={self.parts.timeline.clone()} {act} /></Words> }
    }
}
