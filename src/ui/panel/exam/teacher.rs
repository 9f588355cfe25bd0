//! The teacher's page: many files of results side by side. They are read here and nowhere else; nothing leaves the browser.

use playground::view::exam::{Class, PASS, Report, TaskReport};
use yew::prelude::*;

use super::{points, result};
use crate::host::{dom, lessons, share};
use crate::panel::lesson::list;
use crate::text::{Language, clock, fill, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub leave: Callback<()>,
}

/// What was read.
#[derive(Clone, Default, PartialEq)]
struct Pile {
    reports: Vec<Report>,
    /// Files that are no results, and why.
    refused: Vec<(String, String)>,
}

/// The page.
#[component]
pub fn TeacherPage(props: &Props) -> Html {
    let pile = use_state(Pile::default);
    let titles = use_state(Vec::<(String, String)>::new);
    {
        let titles = titles.clone();
        use_effect_with((), move |()| {
            let ready = Callback::from(move |texts: Option<Vec<String>>| {
                if let Some(texts) = texts {
                    titles.set(list::read(&texts[0]));
                }
            });
            lessons::fetch(vec![[Language::now().code(), "/index.txt"].concat()], ready);
        });
    }
    let open = {
        let pile = pile.clone();
        Callback::from(move |_: MouseEvent| {
            let pile = pile.clone();
            share::open_files(Callback::from(move |files: Vec<(String, String)>| {
                let mut all = (*pile).clone();
                for (name, text) in files {
                    match Report::parse(&text) {
                        Ok(report) => all.reports.push(report),
                        Err(fault) => all.refused.push((name, fault.to_string())),
                    }
                }
                pile.set(all);
            }));
        })
    };
    let clear = {
        let pile = pile.clone();
        move |_: MouseEvent| pile.set(Pile::default())
    };
    let classes = Class::all(&pile.reports);
    let empty = pile.reports.is_empty();
    html! {
        <article class="teacher">
            <header>
                <h2>{ text("teacher.title") }</h2>
                <button type="button" class="quiet" onclick={props.leave.reform(|_| ())}>{ text("exam.back") }</button>
            </header>
            <p class="lead">{ text("teacher.lead") }</p>
            <div class="ways">
                <button type="button" class={if empty { "main" } else { "soft" }} onclick={open}>{ text("teacher.open") }</button>
                if !empty {
                    <button type="button" class="soft" onclick={|_| dom::print()}>{ text("exam.print") }</button>
                    <button type="button" class="quiet" onclick={clear}>{ text("teacher.clear") }</button>
                }
            </div>
            <div role="status">
                { for pile.refused.iter().map(|(name, fault)| html! { <p class="refused"><code>{ name }</code>{ ": " }{ fault }</p> }) }
            </div>
            { for classes.iter().map(|class| view_class(class, &titles)) }
        </article>
    }
}

fn view_class(class: &Class, titles: &[(String, String)]) -> Html {
    let counts = [
        ("count", class.reports.len().to_string()),
        ("passed", class.passed().to_string()),
        ("pass", PASS.to_string()),
        ("mean", class.mean().to_string()),
    ];
    let counts = counts.each_ref().map(|(name, number)| (*name, number.as_str()));
    let csv = class.to_csv();
    let missed: Vec<Html> = class
        .tasks
        .iter()
        .filter_map(|task| {
            let (check, by) = task.missed.as_ref()?;
            let check = if check == "?" { text("exam.answered") } else { check };
            Some(html! {
                <li><span class="title">{ title_of(&task.id, titles) }</span><code>{ check }</code>
                    <span class="by">{ fill("teacher.missed-by", &[("count", &by.to_string())]) }</span></li>
            })
        })
        .collect();
    html! {
        <section class="class">
            <header>
                <h3>{ fill("exam.result.seed", &[("seed", &class.seed)]) }</h3>
                <button type="button" class="quiet" onclick={move |_| share::save_file("exam-results.csv", csv.as_bytes())}>{ text("teacher.csv") }</button>
            </header>
            <p>{ fill("teacher.counts", &counts) }</p>
            <div class="wide" tabindex="0" role="region" aria-label={text("teacher.table")}>
                <table>
                    <thead><tr>
                        <th scope="col">{ text("teacher.name") }</th>
                        <th scope="col">{ text("teacher.score") }</th>
                        <th scope="col">{ text("teacher.time") }</th>
                        { for class.tasks.iter().zip(1..).map(|(task, number)| html! {
                            <th scope="col" title={title_of(&task.id, titles)}>
                                <span aria-hidden="true">{ number }</span><span class="sr">{ title_of(&task.id, titles) }</span>
                            </th>
                        }) }
                    </tr></thead>
                    <tbody>{ for class.reports.iter().map(view_row) }</tbody>
                    <tfoot><tr>
                        <th scope="row">{ text("teacher.mean") }</th>
                        <td class="total">{ class.mean() }{ " %" }</td>
                        <td />
                        { for class.tasks.iter().map(|task| view_cell(task.mean)) }
                    </tr></tfoot>
                </table>
            </div>
            <ol class="key">{ for class.tasks.iter().map(|task| html! { <li>{ title_of(&task.id, titles) }</li> }) }</ol>
            if !missed.is_empty() {
                <h3>{ text("teacher.missed") }</h3>
                <ul class="missed-most">{ for missed }</ul>
            }
            <h3>{ text("teacher.each") }</h3>
            { for class.reports.iter().map(|report| view_person(report, titles)) }
        </section>
    }
}

fn name_of(report: &Report) -> String {
    if report.name.is_empty() { text("teacher.nobody").to_owned() } else { report.name.clone() }
}

fn title_of(id: &str, titles: &[(String, String)]) -> String {
    titles.iter().find(|(known, _)| known == id).map_or(id, |(_, title)| title).to_owned()
}

fn view_row(report: &Report) -> Html {
    html! {
        <tr class={classes!(if report.passed() { "passed" } else { "missed" })}>
            <th scope="row">{ name_of(report) }</th>
            <td class="total">
                { report.score() }{ " %" }
                <span class="sr">{ " " }{ text(if report.passed() { "teacher.passed" } else { "teacher.not-passed" }) }</span>
            </td>
            <td class="took">
                { clock(report.spent_s) }
                if report.pauses > 0 {
                    <span class="paused" title={text("teacher.paused")}>{ " ‖" }{ report.pauses }<span class="sr">{ " " }{ text("teacher.paused") }</span></span>
                }
            </td>
            { for report.tasks.iter().map(|task| view_cell(task.score())) }
        </tr>
    }
}

/// A score whose ground is the fuller the higher it is, in ten steps: the page's policy lets no style be written into an element.
fn view_cell(score: u32) -> Html {
    html! { <td class={classes!("cell", ["full-", &(score / 10).to_string()].concat())}>{ score }</td> }
}

fn view_person(report: &Report, titles: &[(String, String)]) -> Html {
    let task = |task: &TaskReport| {
        html! {
            <li>
                <p class="of-task">
                    <span class="title">{ title_of(&task.id, titles) }</span>
                    <span class="earned">{ fill("exam.earned", &[("earned", &points(task.earned())), ("points", &task.points.to_string())]) }</span>
                </p>
                { result::view_conditions(task) }
                if !task.did.is_empty() {
                    <pre tabindex="0">{ task.did.join("\n") }</pre>
                }
            </li>
        }
    };
    html! {
        <details class="person">
            <summary><span class="title">{ name_of(report) }</span><span class="earned">{ report.score() }{ " %" }</span></summary>
            <p>{ result::date(&report.ended) }</p>
            <ol>{ for report.tasks.iter().map(task) }</ol>
        </details>
    }
}
