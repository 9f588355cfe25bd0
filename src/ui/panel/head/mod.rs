//! The page's head: its name, the scenario, the release, sharing, the theme.

use playground::act::Act;
use playground::view::Scene;
use yew::prelude::*;

use crate::host::theme;
use crate::part::icon::{self, icon};
use crate::part::menu::{Item, Menu};
use crate::part::shown::Shown;
use crate::part::tool::tool;
use crate::text::{self, Language, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub scene: Shown<Scene>,
    /// The title of the lesson that is on: its cluster has no other name in the learner's language.
    pub lesson: Option<String>,
    pub act: Callback<Act>,
    /// What else the scenario menu offers.
    pub more: Vec<Item>,
    /// What else has its place in the head.
    pub children: Html,
    pub speak: Callback<Language>,
}

/// The head.
#[component]
pub fn Head(props: &Props) -> Html {
    let scene = &props.scene;
    let release = fill("head.release", &[("release", &scene.kubernetes)]);
    html! {
        <header class="head">
            <h1 class="brand">
                <svg class="logo" viewBox="0 0 18 18" aria-hidden="true">
                    <circle cx="4.5" cy="4.5" r="3.6" /><circle cx="13.5" cy="4.5" r="3.6" />
                    <circle cx="4.5" cy="13.5" r="3.6" /><circle class="new" cx="13.5" cy="13.5" r="3.6" />
                </svg>
                { "everynode" }
            </h1>
            <p class="what">{ text("head.what") }</p>
            { view_scenarios(props) }
            <span class="room" />
            if !scene.kubernetes.is_empty() {
                <Menu id="menu-release" class="quiet release" label={text("head.release.why")} shows={release.clone()} items={releases(scene, &props.act)}>
                    { release }{ icon(icon::DOWN) }
                </Menu>
            }
            { props.children.clone() }
            { view_languages(&props.speak) }
            <ThemeSwitch />
        </header>
    }
}

fn view_scenarios(Props { scene, lesson, act, more, .. }: &Props) -> Html {
    let of_the_scenario = || {
        let known = scene.scenarios.iter().find(|name| name.id == scene.scenario);
        known.map_or_else(|| scene.title.clone(), |name| text::title("scenario", &name.id, &name.title))
    };
    let title = lesson.clone().unwrap_or_else(of_the_scenario);
    let mut items: Vec<Item> = scene
        .scenarios
        .iter()
        .map(|name| {
            let id = name.id.clone();
            let mut item = Item::new(
                text::title("scenario", &name.id, &name.title),
                act.reform(move |()| Act::LoadScenario { id: id.clone() }),
            );
            item.current = name.id == scene.scenario;
            item
        })
        .collect();
    items.push(Item::new(text("head.reset"), act.reform(|()| Act::Reset)));
    items.extend_from_slice(more);
    items.extend(releases(scene, act).into_iter().filter(|release| !release.current));
    html! {
        <Menu id="menu-scenario" class="chip scenario" {items}>
            <span class="sr">{ text("head.scenario") }{ ": " }</span><span class="title">{ title }</span>{ icon(icon::DOWN) }
        </Menu>
    }
}

/// The two ways of placing daemon Pods.
fn releases(scene: &Scene, act: &Callback<Act>) -> Vec<Item> {
    let item = |release: &&'static str| {
        let words = if is_old(release) { "head.release.old" } else { "head.release.new" };
        let release = (*release).to_owned();
        let mut item = Item::new(
            fill(words, &[("release", &release)]),
            act.reform({
                let release = release.clone();
                move |()| Act::ShowRelease { release: release.clone() }
            }),
        );
        item.current = scene.kubernetes == release;
        item
    };
    scene.releases.iter().map(item).collect()
}

/// Whether the DaemonSet controller places its Pods itself.
fn is_old(release: &str) -> bool {
    release == "1.11"
}

/// What is otherwise in an old release; nothing in the present one.
pub fn view_old_way(scene: &Scene) -> Html {
    html! {
        if is_old(&scene.kubernetes) {
            <p class="old-way" role="note">{ text("head.release.note") }</p>
        }
    }
}

fn view_languages(speak: &Callback<Language>) -> Html {
    let items = Language::all().map(|language| {
        let mut item = Item::new(language.name(), speak.reform(move |()| language));
        item.current = language == Language::now();
        item
    });
    html! {
        <Menu id="menu-language" class="quiet" label={text("head.language")} shows={Language::now().code()} items={items.collect::<Vec<_>>()}>
            <span class="code">{ Language::now().code() }</span>{ icon(icon::DOWN) }
        </Menu>
    }
}

#[component]
fn ThemeSwitch() -> Html {
    let dark = use_state(theme::is_dark);
    let label = text(if *dark { "head.theme.light" } else { "head.theme.dark" });
    let shape = if *dark { icon::SUN } else { icon::MOON };
    let onclick = Callback::from(move |_| {
        theme::choose(!*dark);
        dark.set(!*dark);
    });
    tool("", label, shape, onclick)
}
