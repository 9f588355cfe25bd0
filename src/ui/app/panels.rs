//! Which panel stands where.

use yew::html::Scope;
use yew::prelude::*;

use super::{App, Msg};
use crate::embed;
use crate::layout::{Layout, Tab};
use crate::panel::cluster::ClusterPanel;
use crate::panel::compare::ComparePanel;
use crate::panel::control_loop::LoopPanel;
use crate::panel::dock::{Dock, DockTab};
use crate::panel::editor::EditorPanel;
use crate::panel::events::EventsPanel;
use crate::panel::exam::Phase;
use crate::panel::inspector::InspectorPanel;
use crate::panel::lesson::LessonPanel;
use crate::panel::story::StoryPanel;
use crate::panel::terminal::TerminalPanel;
use crate::panel::timeline::TimeBar;
use crate::panel::why::WhyPanel;
use crate::part::split::{Edge, Split};
use crate::text::text;

impl App {
    /// The panels, and the time bar under them. An exam's task has the dock's place, and no time bar.
    pub(super) fn view_panels(&self, ctx: &Context<Self>) -> Html {
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

    pub(super) fn view_dock(&self, link: &Scope<App>) -> Html {
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
    pub(super) fn view_tabs(&self, ctx: &Context<Self>) -> Html {
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
