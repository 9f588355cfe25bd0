//! What happened: under each act what followed from it, sentence by sentence, the newest act first.
//!
//! A sentence opens to the single changes of the control loop; each of those leads to its moment, with its object selected.
//! When an object is selected only what has to do with it is told, unless all is asked for.

pub mod words;

use std::rc::Rc;

use playground::act::Act;
use playground::view::{Chapter, Deed, ObjectRef, Step, StoryLink};
use yew::prelude::*;

use self::words::{act_words, actor_words, because, deed_html, many};
use crate::ask::Ask;
use crate::part::icon::{self, icon};
use crate::text::{clock, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub ask: Ask,
    /// Moves when there is more to tell.
    pub revision: u64,
    pub selected: Option<ObjectRef>,
    pub act: Callback<Act>,
    /// Brings the inspector to the front.
    pub inspect: Callback<()>,
}

/// The panel.
#[component]
pub fn StoryPanel(props: &Props) -> Html {
    let all = use_state(|| false);
    let about = props.selected.as_ref().filter(|_| !*all);
    let story = props.ask.story(about);
    let choose = |to: bool| {
        let all = all.clone();
        Callback::from(move |_: MouseEvent| all.set(to))
    };
    html! {
        <div class="story scroll" tabindex="0" role="group" aria-label={text("dock.story")}>
            if let Some(selected) = &props.selected {
                <div class="segments" role="group" aria-label={text("story.which")}>
                    <button type="button" aria-pressed={(!*all).to_string()} onclick={choose(false)}>{ &selected.name }</button>
                    <button type="button" aria-pressed={all.to_string()} onclick={choose(true)}>{ text("story.all") }</button>
                </div>
            }
            if story.chapters.is_empty() {
                <p class="empty">{ text("story.empty") }</p>
            }
            <ol class="chapters">
                { for story.chapters.iter().map(|chapter| html! {
                    <ChapterRow key={chapter.number.to_string()} chapter={chapter.clone()} act={props.act.clone()} inspect={props.inspect.clone()} />
                }) }
            </ol>
        </div>
    }
}

#[derive(Properties)]
struct ChapterProps {
    chapter: Rc<Chapter>,
    act: Callback<Act>,
    inspect: Callback<()>,
}

impl PartialEq for ChapterProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.chapter, &other.chapter) || self.chapter == other.chapter
    }
}

/// An act and what followed, drawn anew only when more has.
#[component]
fn ChapterRow(props: &ChapterProps) -> Html {
    let chapter = &props.chapter;
    let head = match act_words(chapter.act.as_deref()) {
        Ok(line) => html! { <>{ text("story.you.ran") }{ " " }<code>{ line }</code></> },
        Err(words) => html! { words },
    };
    // What controllers count is the loop's own bookkeeping.
    let told = chapter.links.iter().filter(|link| link.deed != Deed::Counted || link.steps.len() == 1);
    html! {
        <li class="chapter">
            <h3>{ view_moment(chapter.at_ms, None, &props.act) }<span>{ head }</span></h3>
            <ol>
                { for told.enumerate().map(|(index, link)| html! {
                    <LinkRow key={index} link={link.clone()} act={props.act.clone()} inspect={props.inspect.clone()} />
                }) }
            </ol>
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct LinkProps {
    link: StoryLink,
    act: Callback<Act>,
    inspect: Callback<()>,
}

/// A sentence, and the changes it stands for once it is opened.
#[component]
fn LinkRow(props: &LinkProps) -> Html {
    let open = use_state(|| false);
    let link = &props.link;
    let Some(first) = link.steps.first() else { return Html::default() };
    let alone = link.objects == 1;
    let what = if alone {
        view_name(&first.object, props)
    } else {
        html! { <b>{ many(link) }</b> }
    };
    let last = link.steps.last().unwrap_or(first);
    let detail = if alone { last.detail.as_str() } else { "" };
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let label = fill("story.steps", &[("count", &link.count.to_string())]);
    html! {
        <li class={classes!("link", tone(link.deed))}>
            <p>
                <span class="actor">{ actor_words(link.actor) }</span>
                <span class="said">
                    { deed_html(link.deed, what) }
                    if !detail.is_empty() { { ": " }<span class="detail">{ detail }</span> }
                    if let Some(cause) = because(first) { { " " }<span class="because">{ cause }</span> }
                </span>
                <button type="button" class="quiet more" aria-expanded={open.to_string()} aria-label={label.clone()} title={label} {onclick}>
                    if link.count > 1 { { link.count } }{ icon(icon::DOWN) }
                </button>
            </p>
            if *open {
                <ol class="steps">
                    { for link.steps.iter().map(|step| view_step(step, props)) }
                    if link.count as usize > link.steps.len() {
                        <li class="rest">{ fill("why.more", &[("count", &(link.count as usize - link.steps.len()).to_string())]) }</li>
                    }
                </ol>
            }
        </li>
    }
}

fn tone(deed: Deed) -> Option<&'static str> {
    match deed {
        Deed::Unschedulable | Deed::Failing | Deed::NodeUnready | Deed::Unready => Some("bad"),
        Deed::Ready | Deed::NodeReady => Some("good"),
        _ => None,
    }
}

fn view_step(step: &Step, props: &LinkProps) -> Html {
    html! {
        <li key={step.version.to_string()}>
            { view_moment(step.at_ms, Some(&step.object), &props.act) }
            <span>
                { deed_html(step.deed, view_name(&step.object, props)) }
                if !step.detail.is_empty() { { ": " }<span class="detail">{ &step.detail }</span> }
                if let Some(cause) = because(step) { { " " }<span class="because">{ cause }</span> }
            </span>
        </li>
    }
}

/// A name that opens its object in the inspector.
fn view_name(object: &ObjectRef, props: &LinkProps) -> Html {
    let (it, inspect, act) = (object.clone(), props.inspect.clone(), props.act.clone());
    let onclick = Callback::from(move |_: MouseEvent| {
        act.emit(Act::Select { object: Some(it.clone()) });
        inspect.emit(());
    });
    html! { <button type="button" class="name" title={object.kind.clone()} {onclick}>{ &object.name }</button> }
}

/// A moment, to go there, with the object it is about selected.
pub fn view_moment(at_ms: f64, object: Option<&ObjectRef>, act: &Callback<Act>) -> Html {
    let time = u64::try_from(at_ms as i64).map_or_else(|_| text("events.before").to_owned(), |ms| clock(ms / 1000));
    let label = fill("story.go", &[("time", &time)]);
    let (object, act) = (object.cloned(), act.clone());
    let onclick = Callback::from(move |_: MouseEvent| {
        act.emit(Act::Seek { at_ms });
        if object.is_some() {
            act.emit(Act::Select { object: object.clone() });
        }
    });
    html! { <button type="button" class="moment" aria-label={label.clone()} title={label} {onclick}>{ time }</button> }
}
