//! The list of lessons: fetched when it is first shown, each with whether it was finished.

use playground::Playground;
use playground::act::LessonFiles;
use yew::prelude::*;

use super::progress;
use crate::host::{embed, lessons, share};
use crate::panel::exam::Sheet;
use crate::part::icon::{self, icon};
use crate::part::menu::{Item, Menu};
use crate::text::{Language, fill, text};

/// The language of the lessons' own files.
const ORIGINAL: &str = "en";
/// What the ids of tasks begin with: a lesson of one step, without a word too many.
const TASK: &str = "task-";

#[derive(Properties, PartialEq)]
pub struct Props {
    pub begin: Callback<LessonFiles>,
    /// Goes to the page where an exam is begun, or where results are read.
    pub sheet: Callback<Sheet>,
}

/// How the fetching went.
#[derive(Clone, PartialEq)]
enum Fetched {
    Waiting,
    Failed,
    /// Ids and titles.
    Lessons(Vec<(String, String)>),
}

/// The list.
#[component]
pub fn List(props: &Props) -> Html {
    let fetched = use_state(|| Fetched::Waiting);
    let refused = use_state(|| None::<String>);
    let seen = use_force_update();
    {
        let fetched = fetched.clone();
        use_effect_with((), move |()| {
            let name = [Language::now().code(), "/index.txt"].concat();
            lessons::fetch(
                vec![name],
                Callback::from(move |texts: Option<Vec<String>>| {
                    fetched.set(texts.map_or(Fetched::Failed, |texts| Fetched::Lessons(read(&texts[0]))));
                }),
            );
        });
    }
    let begin = {
        let (begin, refused) = (props.begin.clone(), refused.clone());
        Callback::from(move |id: String| {
            fetch(
                id,
                begin.clone(),
                Callback::from({
                    let refused = refused.clone();
                    move |fault| refused.set(Some(fault))
                }),
            )
        })
    };
    let finished = progress::finished();
    html! {
        <div class="lessons">
            <header>
                <h2>{ text("lesson.list") }</h2>
                { view_progress(Callback::from(move |()| seen.force_update())) }
            </header>
            <p class="about">{ text("lesson.list.why") }</p>
            if let Some(fault) = &*refused {
                <p class="refused" role="alert">{ fault }</p>
            }
            {
                match &*fetched {
                    Fetched::Waiting => html! { <p class="empty">{ text("lesson.loading") }</p> },
                    Fetched::Failed => html! { <p class="empty" role="alert">{ text("lesson.failed") }</p> },
                    Fetched::Lessons(lessons) => html! {
                        <>
                            { view_lessons(lessons, false, &finished, &begin) }
                            <h2>{ text("lesson.tasks") }</h2>
                            <p class="about">{ text("lesson.tasks.why") }</p>
                            { view_exams(&props.sheet) }
                            { view_lessons(lessons, true, &finished, &begin) }
                        </>
                    },
                }
            }
        </div>
    }
}

/// The ways from single tasks to an exam of them, and to what came of it. Somebody else's page is no place for that.
fn view_exams(sheet: &Callback<Sheet>) -> Html {
    if embed::embedded() {
        return Html::default();
    }
    html! {
        <p class="exams">
            <button type="button" class="soft" onclick={sheet.reform(|_| Sheet::Begin)}>{ text("lesson.exam") }</button>
            <button type="button" class="quiet" onclick={sheet.reform(|_| Sheet::Teacher)}>{ text("lesson.results") }</button>
        </p>
    }
}

/// The lessons, or the tasks among them.
fn view_lessons(all: &[(String, String)], tasks: bool, finished: &[String], begin: &Callback<String>) -> Html {
    let wanted = all.iter().filter(|(id, _)| id.starts_with(TASK) == tasks);
    html! {
        <ol>{ for wanted.map(|(id, title)| view_lesson(id, title, finished.contains(id), begin)) }</ol>
    }
}

fn view_lesson(id: &str, title: &str, finished: bool, begin: &Callback<String>) -> Html {
    let id = id.to_owned();
    let onclick = begin.reform(move |_: MouseEvent| id.clone());
    html! {
        <li class={classes!(finished.then_some("finished"))}>
            <button type="button" {onclick}>
                <span class="title">{ title.to_owned() }</span>
                if finished {
                    <span class="mark">{ "✓ " }{ text("lesson.finished") }</span>
                }
            </button>
        </li>
    }
}

fn view_progress(changed: Callback<()>) -> Html {
    let opened = changed.reform(|file: Option<String>| progress::add(&file.unwrap_or_default()));
    let items = vec![
        Item::new(
            text("lesson.progress.save"),
            Callback::from(|()| share::save_file("everynode-progress.txt", progress::file().as_bytes())),
        ),
        Item::new(text("lesson.progress.open"), Callback::from(move |()| share::open_file(opened.clone()))),
        Item::new(text("lesson.progress.reset"), changed.reform(|()| progress::forget())),
    ];
    html! {
        <Menu id="menu-progress" class="quiet" {items}>{ text("lesson.progress") }{ icon(icon::DOWN) }</Menu>
    }
}

/// Fetches a lesson, and begins it if it can be read.
pub fn fetch(id: String, begin: Callback<LessonFiles>, refused: Callback<String>) {
    let language = Language::now().code();
    lessons::fetch(
        names(&id, language),
        Callback::from(move |texts: Option<Vec<String>>| {
            let Some(files) = texts.map(|texts| files(&id, language, texts)) else {
                return refused.emit(text("lesson.failed").to_owned());
            };
            match Playground::refuses_lesson(&files) {
                Some(fault) => refused.emit(fill("lesson.refused", &[("fault", &fault)])),
                None => begin.emit(files),
            }
        }),
    );
}

/// The files of a lesson in a language: the original first.
pub fn names(id: &str, language: &str) -> Vec<String> {
    let name = |language: &str| [language, "/", id, ".md"].concat();
    if language == ORIGINAL { vec![name(ORIGINAL)] } else { vec![name(ORIGINAL), name(language)] }
}

fn files(id: &str, language: &str, texts: Vec<String>) -> LessonFiles {
    let mut texts = texts.into_iter();
    LessonFiles {
        id: id.into(),
        language: language.into(),
        original: texts.next().unwrap_or_default(),
        translation: texts.next(),
    }
}

/// Ids and titles, as an index has them.
pub fn read(index: &str) -> Vec<(String, String)> {
    let lines = index.lines().filter_map(|line| line.split_once(" = "));
    lines.map(|(id, title)| (id.to_owned(), title.to_owned())).collect()
}
