//! The dock: several panels in one place, one of them in front, chosen by tabs.
//!
//! A wide screen shows its tabs; on a narrow one they are among the page's own tabs, and these are hidden. What a tab shows is its
//! parent's business: another panel is another [`DockTab`], with a text of its name and an arm where the app shows it.

use yew::prelude::*;

use crate::host::dom;
use crate::text::text;

/// A panel in the dock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DockTab {
    Lesson,
    Story,
    Why,
    Inspector,
    Events,
    Loop,
    Compare,
}

impl DockTab {
    /// In the order the tabs stand.
    pub const ALL: [DockTab; 7] = [
        DockTab::Lesson,
        DockTab::Story,
        DockTab::Why,
        DockTab::Inspector,
        DockTab::Events,
        DockTab::Loop,
        DockTab::Compare,
    ];

    /// The one of a name.
    pub fn find(id: &str) -> Option<DockTab> {
        DockTab::ALL.into_iter().find(|tab| tab.id() == id)
    }

    /// The name the page's markup knows it by.
    pub fn id(self) -> &'static str {
        match self {
            DockTab::Lesson => "lesson",
            DockTab::Story => "story",
            DockTab::Why => "why",
            DockTab::Inspector => "inspector",
            DockTab::Events => "events",
            DockTab::Loop => "loop",
            DockTab::Compare => "compare",
        }
    }

    /// What its tab says.
    pub fn name(self) -> &'static str {
        match self {
            DockTab::Lesson => text("dock.lesson"),
            DockTab::Story => text("dock.story"),
            DockTab::Why => text("dock.why"),
            DockTab::Inspector => text("dock.inspector"),
            DockTab::Events => text("dock.events"),
            DockTab::Loop => text("dock.loop"),
            DockTab::Compare => text("dock.compare"),
        }
    }

    /// The tab `step` further, round the end.
    fn neighbour(self, step: i32) -> DockTab {
        let count = DockTab::ALL.len() as i32;
        let at = DockTab::ALL.iter().position(|tab| *tab == self).unwrap_or(0) as i32;
        DockTab::ALL[((at + step + count) % count) as usize]
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub current: DockTab,
    pub chosen: Callback<DockTab>,
    /// What the current tab shows.
    pub children: Html,
}

/// The panel.
#[component]
pub fn Dock(props: &Props) -> Html {
    let current = props.current;
    let onkeydown = {
        let chosen = props.chosen.clone();
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowRight" => 1,
                "ArrowLeft" => -1,
                _ => return,
            };
            event.prevent_default();
            dom::focus_neighbour(&event, "[role=tablist]", "[role=tab]", step);
            chosen.emit(current.neighbour(step));
        }
    };
    html! {
        <section class="panel dock" aria-label={text("dock.panel")}>
            <div class="dock-tabs" role="tablist" aria-label={text("dock.panel")} {onkeydown}>
                { for DockTab::ALL.into_iter().map(|tab| view_tab(tab, tab == current, &props.chosen)) }
            </div>
            <div class="body" id="dock-body" role="tabpanel" aria-labelledby={["dock-", current.id()].concat()}>
                { props.children.clone() }
            </div>
        </section>
    }
}

fn view_tab(tab: DockTab, current: bool, chosen: &Callback<DockTab>) -> Html {
    html! {
        <button type="button" role="tab" id={["dock-", tab.id()].concat()} aria-controls="dock-body"
            aria-selected={if current { "true" } else { "false" }} tabindex={if current { "0" } else { "-1" }}
            onclick={chosen.reform(move |_| tab)}>
            { tab.name() }
        </button>
    }
}
