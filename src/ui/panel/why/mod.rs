//! "Why?": for what is selected, the verdict of every node, and for one node every question that was asked, with the field or
//! the taint it rests on and what would change the answer.
//!
//! It asks the playground anew whenever the picture has moved. Nodes with the same verdict stand together, so that five thousand are as
//! quick to read as five.

pub mod words;

use playground::act::Act;
use playground::view::{Answer, By, Check, Detail, Expression, NodeVerdict, Picture, Question, Way, Why};
use yew::prelude::*;

use self::words::{answer_words, by_words, detail_words, question_words, reason_words, verdict_word, way_words};
use crate::ask::Ask;
use crate::glossary::Marker;
use crate::part::shown::Shown;
use crate::text::{fill, text};

/// Nodes of one verdict that are named; the others are counted.
const NAMED: usize = 40;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Moves whenever an answer may have changed.
    pub picture: Shown<Picture>,
    /// The node that is asked about; none: the one that is selected.
    pub node: Option<String>,
    pub ask: Ask,
    pub act: Callback<Act>,
    pub why: Callback<String>,
    /// Shows a taint of a node in the picture.
    pub show_taint: Callback<(String, String)>,
    /// Shows a line of a file.
    pub reveal: Callback<(String, u32)>,
}

/// The panel.
#[component]
pub fn WhyPanel(props: &Props) -> Html {
    let Some(why) = props.ask.why(props.node.as_deref()) else {
        return html! {
            <div class="why scroll" tabindex="0" role="group" aria-label={text("dock.why")}>
                <p class="empty">{ text("why.empty") }</p>
            </div>
        };
    };
    html! {
        <div class="why scroll" tabindex="0" role="group" aria-label={text("dock.why")}>
            <section class="verdicts" aria-label={text("why.nodes")}>
                <h3>{ &why.subject.name }</h3>
                { for groups(&why.nodes).iter().map(|group| view_group(group, &why.node, &props.why)) }
            </section>
            <section class="chain" aria-live="polite">{ view_chain(&why, props) }</section>
        </div>
    }
}

/// Nodes with the same verdict, in the order of their first ones.
fn groups(nodes: &[NodeVerdict]) -> Vec<Vec<&NodeVerdict>> {
    let mut groups: Vec<Vec<&NodeVerdict>> = Vec::new();
    for node in nodes {
        match groups.iter_mut().find(|group| group[0].verdict == node.verdict) {
            Some(group) => group.push(node),
            None => groups.push(vec![node]),
        }
    }
    groups
}

fn view_group(group: &[&NodeVerdict], chosen: &str, why: &Callback<String>) -> Html {
    let verdict = &group[0].verdict;
    let named = group.iter().take(NAMED).map(|node| {
        let name = node.node.clone();
        let pressed = if node.node == chosen { "true" } else { "false" };
        html! {
            <li key={node.node.clone()}>
                <button type="button" aria-pressed={pressed} onclick={why.reform(move |_| name.clone())}>{ &node.node }</button>
            </li>
        }
    });
    let more = group.len().saturating_sub(NAMED);
    html! {
        <div class={classes!("verdict", tone(group[0]))}>
            <p><b>{ verdict_word(verdict.kind) }</b><span class="count">{ group.len() }</span>
                if let Some(reason) = &verdict.reason { <span class="reason">{ reason_words(reason) }</span> }
            </p>
            <ul>
                { for named }
                if more > 0 { <li class="more">{ fill("why.more", &[("count", &more.to_string())]) }</li> }
            </ul>
        </div>
    }
}

fn tone(node: &NodeVerdict) -> &'static str {
    use playground::view::VerdictKind::*;
    match node.verdict.kind {
        Runs | Possible => "good",
        _ => "warn",
    }
}

fn view_chain(why: &Why, props: &Props) -> Html {
    if why.node.is_empty() {
        return html! { <p class="empty">{ text("why.choose") }</p> };
    }
    let mut marker = Marker::default();
    let mut by = |by: By| {
        let checks: Vec<&Check> = why.checks.iter().filter(|check| check.by == by).collect();
        if checks.is_empty() {
            return Html::default();
        }
        html! {
            <>
                <h4>{ marker.mark(by_words(by)) }</h4>
                <ol>{ for checks.into_iter().map(|check| view_check(check, &why.node, props, &mut marker)) }</ol>
            </>
        }
    };
    html! {
        <>
            <h3>{ fill("why.on", &[("node", &why.node)]) }</h3>
            { by(By::DaemonSetController) }
            { by(By::Scheduler) }
            { by(By::Kubelet) }
        </>
    }
}

fn view_check(check: &Check, node: &str, props: &Props, marker: &mut Marker) -> Html {
    let passed =
        matches!(check.answer, Answer::Yes | Answer::Unasked) && matches!(check.question, Question::Filter { .. });
    // What Kubernetes says itself stays as it says it.
    let quoted = matches!(check.question, Question::Filter { .. } | Question::Started { .. });
    let said = question_words(&check.question, check.answer);
    html! {
        <li class={classes!(answer_class(check.answer), (passed && check.details.is_empty()).then_some("filter"))}>
            <span class="sr">{ answer_words(check.answer) }{ ": " }</span>
            <span class="said">{ if quoted { said.into() } else { marker.mark(&said) } }</span>
            if let Question::Taint { taint, .. } = &check.question {
                { view_taint(node, taint, &props.show_taint) }
            }
            if let Some((file, line)) = &check.place {
                { view_place(file, *line, &props.reveal) }
            }
            if !check.details.is_empty() {
                <ul class="details">{ for check.details.iter().enumerate().map(|(place, detail)| view_detail(detail, place > 0)) }</ul>
            }
            if !check.ways.is_empty() {
                <span class="ways">{ for check.ways.iter().map(|way| view_way(way, &props.act)) }</span>
            }
        </li>
    }
}

/// A part of an answer; terms are alternatives, and stand apart by an "or".
fn view_detail(detail: &Detail, further: bool) -> Html {
    let part = |holds: bool, words: Html| {
        html! {
            <>
                <span class="sr">{ answer_words(if holds { Answer::Yes } else { Answer::No }) }{ ": " }</span>{ words }
            </>
        }
    };
    let class = |holds: bool| if holds { "yes" } else { "no" };
    match detail {
        Detail::Term { expressions } => {
            let expression = |it: &Expression| {
                html! { <li class={class(it.holds)}>{ part(it.holds, html! { <code>{ &it.text }</code> }) }</li> }
            };
            html! {
                <li class="term-of">
                    if further { <span class="or">{ text("why.or") }</span> }
                    <ul>{ for expressions.iter().map(expression) }</ul>
                </li>
            }
        }
        Detail::Label { holds, .. } | Detail::Resource { holds, .. } | Detail::Pods { holds, .. } => {
            html! { <li class={class(*holds)}>{ part(*holds, detail_words(detail).into()) }</li> }
        }
        Detail::KeptOut { .. } => html! { <li class="no">{ part(false, detail_words(detail).into()) }</li> },
    }
}

fn view_taint(node: &str, taint: &str, show: &Callback<(String, String)>) -> Html {
    let (node, taint) = (node.to_owned(), taint.to_owned());
    let label = fill("why.taint.show", &[("taint", &taint), ("node", &node)]);
    html! {
        <>{ " " }<button type="button" class="place" aria-label={label.clone()} title={label} onclick={show.reform(move |_| (node.clone(), taint.clone()))}>
            { text("why.taint.where") }
        </button></>
    }
}

fn answer_class(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Waits => "waits",
        Answer::Unasked => "unasked",
    }
}

fn view_place(file: &str, line: u32, reveal: &Callback<(String, u32)>) -> Html {
    let (name, words) = (file.to_owned(), fill("why.place", &[("file", file), ("line", &line.to_string())]));
    html! { <>{ " " }<button type="button" class="place" onclick={reveal.reform(move |_| (name.clone(), line))}>{ words }</button></> }
}

fn view_way(way: &Way, act: &Callback<Act>) -> Html {
    let line = way.line.clone();
    html! {
        <button type="button" class="soft" title={way.line.clone()} onclick={act.reform(move |_| Act::Run { line: line.clone() })}>
            { way_words(&way.what) }
        </button>
    }
}
