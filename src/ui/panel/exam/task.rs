//! The task that is on, beside the terminal; and what stands in its place while the exam is held.

use playground::act::{Act, ExamAct, Preset};
use playground::view::Exam;
use yew::prelude::*;

use crate::glossary::Marker;
use crate::host::{lessons, share};
use crate::panel::lesson::question::QuestionView;
use crate::panel::lesson::{list, prose};
use crate::part::shown::Shown;
use crate::text::{Language, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub exam: Shown<Option<Box<Exam>>>,
    pub act: Callback<Act>,
}

/// The panel.
#[component]
pub fn TaskPanel(props: &Props) -> Html {
    let Some(exam) = props.exam.as_ref() else { return Html::default() };
    let name = &exam.tasks[exam.current as usize];
    let (number, points) = ((exam.current + 1).to_string(), name.points.to_string());
    let more = exam.current as usize + 1 < exam.tasks.len();
    let next = exam.current + 1;
    html! {
        <div class="lesson scroll" tabindex="0" role="group" aria-label={text("exam.task")}>
            <article>
                <header>
                    <p class="of">{ fill("exam.task.number", &[("task", &number)]) }</p>
                    <span class="points">{ fill("exam.points", &[("points", &points)]) }</span>
                </header>
                <h2>{ &name.title }</h2>
                <Line text={["kubectl config use-context ", &name.context].concat()} />
                { prose::view(&exam.task.text, &mut Marker::default()) }
                if let Some(question) = &exam.task.question {
                    // Another task's line begins empty.
                    <QuestionView key={name.context.clone()} question={question.clone()} thought_over={true} act={props.act.clone()} />
                }
                if exam.task.adds_nodes {
                    <p class="machines">
                        <button type="button" class="soft"
                            onclick={props.act.reform(|_| Act::AddNodes { preset: Preset::Worker, count: 1 })}>{ text("exam.machine") }</button>
                        <small>{ text("exam.machine.why") }</small>
                    </p>
                }
                if more {
                    <footer>
                        <button type="button" class="soft" onclick={props.act.reform(move |_| Act::Exam(ExamAct::GoTo { task: next }))}>
                            { text("exam.next") }
                        </button>
                    </footer>
                }
            </article>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct LineProps {
    text: String,
}

/// A command to copy.
#[component]
fn Line(props: &LineProps) -> Html {
    let input = use_node_ref();
    let copied = use_state(|| None::<(String, bool)>);
    let onclick = {
        let (input, copied, line) = (input.clone(), copied.clone(), props.text.clone());
        move |_: MouseEvent| {
            let (copied, line) = (copied.clone(), line.clone());
            share::copy(&input, Callback::from(move |done| copied.set(Some((line.clone(), done)))));
        }
    };
    let said = copied.as_ref().filter(|(line, _)| *line == props.text).map(|(_, done)| *done);
    html! {
        <div class="copy-line">
            <input ref={input} readonly=true value={props.text.clone()} aria-label={text("exam.context")} />
            <button type="button" class="quiet" {onclick}>{ text(if said == Some(true) { "exam.copied" } else { "share.copy" }) }</button>
        </div>
    }
}

/// What stands in the exam's place while it is held.
#[component]
pub fn HeldPage(props: &Props) -> Html {
    html! {
        <article class="held">
            <h2>{ text("exam.held") }</h2>
            <p>{ text("exam.held.why") }</p>
            <button type="button" class="main" onclick={props.act.reform(|_| Act::Exam(ExamAct::GoOn))}>{ text("exam.go-on") }</button>
        </article>
    }
}

/// Brings the tasks' texts in the page's language, when they are in another one. Nothing to see.
#[component]
pub fn Translation(props: &Props) -> Html {
    let language = props.exam.as_ref().map(|exam| exam.language.clone());
    let (exam, act) = (props.exam.clone(), props.act.clone());
    use_effect_with(language, move |language| {
        let code = Language::now().code();
        let Some(exam) = exam.as_ref().filter(|_| language.as_deref().is_some_and(|language| language != code)) else {
            return;
        };
        let names: Vec<String> = exam.tasks.iter().flat_map(|task| list::names(&task.id, code)).collect();
        let each = names.len() / exam.tasks.len();
        let ready = Callback::from(move |texts: Option<Vec<String>>| {
            let Some(texts) = texts else { return };
            let translations = texts.chunks(each).map(|texts| texts.get(1).cloned()).collect();
            act.emit(Act::Exam(ExamAct::Translate { language: code.to_owned(), translations }));
        });
        lessons::fetch(names, ready);
    });
    Html::default()
}
