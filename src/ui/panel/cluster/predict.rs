//! Predict first: the switch, the question over the nodes, the marks on each node, and what came of it.

use playground::act::Act;
use playground::view::{Cause, Foretold, Outcome, Prediction, PredictionStage};
use yew::prelude::*;

use crate::host::dom;
use crate::panel::why::words::{reason_words, verdict_word};
use crate::part::shown::Shown;
use crate::text::{fill, text};

/// Nodes that are listed as other than foretold; more are counted.
const LISTED: usize = 12;

/// The switch, beside the acts that it holds back.
pub fn view_switch(prediction: &Prediction, act: &Callback<Act>) -> Html {
    let on = !prediction.on;
    html! {
        <button type="button" class="quiet predicts" role="switch" aria-checked={prediction.on.to_string()} title={text("predict.why")}
            onclick={act.reform(move |_| Act::PredictFirst { on })}>{ text("predict.switch") }</button>
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub prediction: Shown<Prediction>,
    pub act: Callback<Act>,
    pub why: Callback<String>,
}

/// The question, or what came; nothing when nothing was asked.
#[component]
pub fn Question(props: &Props) -> Html {
    let around = use_node_ref();
    let prediction = &props.prediction;
    {
        // Whoever acts by keyboard is led to what the act now waits for, and to what came of it.
        let around = around.clone();
        use_effect_with((prediction.stage, prediction.line.clone()), move |(stage, _)| {
            if *stage != PredictionStage::Idle {
                dom::focus(&around);
            }
        });
    }
    let Some(subject) = prediction.subject.as_ref().filter(|_| prediction.stage != PredictionStage::Idle) else {
        return Html::default();
    };
    let body = match prediction.stage {
        PredictionStage::Asked => view_asked(prediction, props, &subject.name),
        PredictionStage::Awaited => html! {
            <p class="ask">
                <span>{ text("predict.awaited") }</span>
                <button type="button" class="soft" onclick={props.act.reform(|_| Act::RunUntilSettled)}>{ text("predict.settle") }</button>
            </p>
        },
        _ => view_told(prediction, props),
    };
    html! {
        <section ref={around} class="predict" tabindex="-1" aria-label={text("predict.switch")} aria-live="polite">
            <p class="line"><code>{ &prediction.line }</code></p>
            { body }
        </section>
    }
}

fn view_asked(prediction: &Prediction, props: &Props, set: &str) -> Html {
    let act = &props.act;
    let open = prediction.nodes.iter().filter(|node| node.guess.is_none()).count();
    let mut offered: Vec<Outcome> = Vec::new();
    for outcome in prediction.nodes.iter().flat_map(|node| node.options) {
        if !offered.contains(outcome) {
            offered.push(*outcome);
        }
    }
    let for_all = |outcome: &Outcome| {
        let outcome = *outcome;
        html! {
            <button type="button" class="guess" title={outcome_words(outcome)}
                onclick={act.reform(move |_| Act::Guess { node: None, outcome: Some(outcome) })}>{ outcome_word(outcome) }</button>
        }
    };
    let coming = prediction.nodes.iter().filter(|node| node.coming);
    html! {
        <>
            <p class="ask">{ fill("predict.ask", &[("set", set)]) }</p>
            <ul class="arrivals">
                { for coming.take(LISTED).map(|node| html! {
                    <li key={node.node.clone()}><b>{ &node.node }</b>{ " " }<span class="new">{ text("predict.coming") }</span>{ view_marks(node, act) }</li>
                }) }
            </ul>
            <div class="doing">
                if open > 0 {
                    <div class="marks" role="group" aria-label={text("predict.rest")}>
                        <span>{ fill("predict.rest.count", &[("count", &open.to_string())]) }</span>
                        { for offered.iter().map(for_all) }
                    </div>
                }
                <span class="room" />
                <button type="button" class="quiet" onclick={act.reform(|_| Act::DropPrediction)}>{ text("predict.drop") }</button>
                <button type="button" class="main" onclick={act.reform(|_| Act::CarryOut)}>{ text("predict.do") }</button>
            </div>
        </>
    }
}

fn view_told(prediction: &Prediction, props: &Props) -> Html {
    let guessed: Vec<&Foretold> = prediction.nodes.iter().filter(|node| node.guess.is_some()).collect();
    let wrong: Vec<&Foretold> = guessed.iter().copied().filter(|node| !was_right(node)).collect();
    let number = |count: usize| count.to_string();
    let score = if guessed.is_empty() {
        text("predict.none").to_owned()
    } else {
        let right = number(guessed.len() - wrong.len());
        fill("predict.score", &[("right", &right), ("count", &number(guessed.len()))])
    };
    // Without a guess, what changed is what is worth telling.
    let quiet = |node: &&&Foretold| {
        let came = node.came.as_ref().map(|came| came.outcome);
        !matches!(came, Some(Outcome::Stays | Outcome::Nothing) | None)
    };
    let unguessed: Vec<&Foretold> = prediction.nodes.iter().filter(|node| node.guess.is_none()).collect();
    let told: Vec<&Foretold> = wrong.iter().chain(unguessed.iter().filter(quiet)).copied().collect();
    html! {
        <>
            <p class="ask">
                <b>{ score }</b>
                <span class="room" />
                <button type="button" class="soft" onclick={props.act.reform(|_| Act::DropPrediction)}>{ text("predict.close") }</button>
            </p>
            <ul class="told">
                { for told.iter().take(LISTED).map(|node| view_came(node, &props.why)) }
                if told.len() > LISTED {
                    <li>{ fill("why.more", &[("count", &number(told.len() - LISTED))]) }</li>
                }
            </ul>
        </>
    }
}

fn was_right(node: &Foretold) -> bool {
    node.came.as_ref().is_some_and(|came| node.guess == Some(came.outcome))
}

fn view_came(node: &Foretold, why: &Callback<String>) -> Html {
    let Some(came) = &node.came else { return Html::default() };
    let asked = node.node.clone();
    let there = matches!(came.cause, Cause::Verdict(_) | Cause::Template | Cause::Recreated);
    html! {
        <li key={node.node.clone()}>
            <b>{ &node.node }</b>{ ": " }
            if let Some(guess) = node.guess {
                <span class="said">{ fill("predict.said", &[("guess", outcome_words(guess))]) }</span>{ " " }
            }
            <span>{ fill("predict.came", &[("came", outcome_words(came.outcome)), ("cause", &cause_words(&came.cause))]) }</span>
            if there {
                { " " }<button type="button" class="ask-why" onclick={why.reform(move |_| asked.clone())}
                    aria-label={fill("why.ask", &[("node", &node.node)])}>{ text("why.mark") }</button>
            }
        </li>
    }
}

/// What a card shows: marks to set while it is asked, and afterwards whether the mark was right.
pub fn view_on_node(node: &Foretold, stage: PredictionStage, act: &Callback<Act>) -> Html {
    match stage {
        PredictionStage::Asked => view_marks(node, act),
        PredictionStage::Awaited => match node.guess {
            Some(guess) => {
                html! { <p class="guessed">{ fill("predict.said", &[("guess", outcome_words(guess))]) }</p> }
            }
            None => Html::default(),
        },
        PredictionStage::Told => match node.guess {
            Some(guess) => {
                let (class, mark) = if was_right(node) { ("guessed right", "✓ ") } else { ("guessed wrong", "✕ ") };
                html! { <p {class}><span aria-hidden="true">{ mark }</span>{ fill("predict.said", &[("guess", outcome_words(guess))]) }</p> }
            }
            None => Html::default(),
        },
        PredictionStage::Idle => Html::default(),
    }
}

/// What may come of a node: one of them can be marked, and unmarked.
fn view_marks(node: &Foretold, act: &Callback<Act>) -> Html {
    let mark = |outcome: &Outcome| {
        let (outcome, name) = (*outcome, node.node.clone());
        let chosen = node.guess == Some(outcome);
        let act = act.reform(move |_| Act::Guess { node: Some(name.clone()), outcome: (!chosen).then_some(outcome) });
        html! {
            <button type="button" class="guess" aria-pressed={chosen.to_string()} aria-label={outcome_words(outcome)} title={outcome_words(outcome)} onclick={act}>
                { outcome_word(outcome) }
            </button>
        }
    };
    html! {
        <div class="marks" role="group" aria-label={fill("predict.on", &[("node", &node.node)])}>
            { for node.options.iter().map(mark) }
        </div>
    }
}

/// In a word, for a mark.
fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Appears => text("predict.appears"),
        Outcome::Stays => text("predict.stays"),
        Outcome::Replaced => text("predict.replaced"),
        Outcome::Goes => text("predict.goes"),
        Outcome::Pending => text("predict.pending"),
        Outcome::Nothing => text("predict.nothing"),
    }
}

/// As half a sentence.
fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Appears => text("predict.appears.long"),
        Outcome::Stays => text("predict.stays.long"),
        Outcome::Replaced => text("predict.replaced.long"),
        Outcome::Goes => text("predict.goes.long"),
        Outcome::Pending => text("predict.pending.long"),
        Outcome::Nothing => text("predict.nothing.long"),
    }
}

fn cause_words(cause: &Cause) -> String {
    match cause {
        Cause::Verdict(verdict) => match &verdict.reason {
            Some(reason) => [verdict_word(verdict.kind), ", ", &reason_words(reason)].concat(),
            None => verdict_word(verdict.kind).to_owned(),
        },
        Cause::Template => text("predict.because.template").to_owned(),
        Cause::Recreated => text("predict.because.recreated").to_owned(),
        Cause::NodeGone => text("predict.because.node").to_owned(),
        Cause::SetGone => text("predict.because.set").to_owned(),
    }
}
