//! What is foretold, what is held back for it, and what is told afterwards.

use super::*;
use crate::act::Preset;
use crate::view::{Reason, VerdictKind};

/// The opening, settled, with the mode on.
fn playground() -> Playground {
    let mut playground = Playground::new(None);
    playground.act(Act::RunUntilSettled);
    playground.act(Act::PredictFirst { on: true });
    playground
}

fn guess(playground: &mut Playground, node: Option<&str>, outcome: Outcome) {
    playground.act(Act::Guess { node: node.map(String::from), outcome: Some(outcome) });
}

/// Does it, lets all settle, and returns what was told.
fn told(playground: &mut Playground) -> Vec<Foretold> {
    playground.act(Act::CarryOut);
    for _ in 0..400 {
        playground.advance(100.0);
    }
    let prediction = playground.prediction();
    assert_eq!(prediction.stage, PredictionStage::Told, "{}", prediction.line);
    prediction.nodes
}

fn came(nodes: &[Foretold], node: &str) -> (Option<Outcome>, Outcome, Cause) {
    let it = nodes.iter().find(|it| it.node == node).unwrap_or_else(|| panic!("{node} is not told of"));
    let came = it.came.clone().expect("something came");
    (it.guess, came.outcome, came.cause)
}

fn runs() -> Cause {
    Cause::Verdict(crate::view::Verdict { kind: VerdictKind::Runs, reason: None })
}

#[test]
fn a_taint_is_held_back_until_it_was_foretold_and_the_difference_is_told_with_its_reason() {
    let mut playground = playground();
    playground.act(Act::Taint { node: "node-2".into(), taints: "gpu=true:NoExecute".into() });
    let asked = playground.prediction();
    assert_eq!(asked.stage, PredictionStage::Asked);
    assert_eq!(asked.line, "kubectl taint node node-2 gpu=true:NoExecute");
    assert!(playground.picture().nodes.iter().all(|node| node.taints.is_empty()), "it hasn't happened yet");
    assert!(!playground.save().contains("NoExecute"), "and is no part of the run");
    guess(&mut playground, Some("node-2"), Outcome::Pending);
    guess(&mut playground, None, Outcome::Stays);
    guess(&mut playground, Some("node-1"), Outcome::Nothing);
    let nodes = told(&mut playground);
    let taint = Some(Reason::Taint("gpu=true:NoExecute".into()));
    let absent = Cause::Verdict(crate::view::Verdict { kind: VerdictKind::Absent, reason: taint });
    assert_eq!(came(&nodes, "node-2"), (Some(Outcome::Pending), Outcome::Goes, absent));
    assert_eq!(came(&nodes, "node-3"), (Some(Outcome::Stays), Outcome::Stays, runs()));
    assert_eq!(came(&nodes, "node-1").0, Some(Outcome::Stays), "where a Pod is, nothing is no answer");
    // What was done then is done for good, and comes back with the mode.
    let again = Playground::new(Some(&playground.save()));
    assert!(again.picture().nodes.iter().any(|node| node.taints == ["gpu=true:NoExecute"]));
    assert!(again.prediction().on);
}

#[test]
fn nodes_that_come_and_go_are_foretold_by_name() {
    let mut playground = playground();
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 2 });
    let coming: Vec<String> =
        playground.prediction().nodes.into_iter().filter(|node| node.coming).map(|node| node.node).collect();
    assert_eq!(coming, ["node-5", "node-6"]);
    guess(&mut playground, Some("node-5"), Outcome::Appears);
    let nodes = told(&mut playground);
    assert_eq!(came(&nodes, "node-5"), (Some(Outcome::Appears), Outcome::Appears, runs()));
    assert_eq!(came(&nodes, "node-6").0, None);

    playground.act(Act::RemoveNode { node: "node-5".into() });
    guess(&mut playground, Some("node-5"), Outcome::Stays);
    let nodes = told(&mut playground);
    assert_eq!(came(&nodes, "node-5"), (Some(Outcome::Stays), Outcome::Goes, Cause::NodeGone));
}

#[test]
fn a_new_template_and_a_deletion_both_replace_a_pod_for_different_reasons() {
    let mut playground = playground();
    playground.act(Act::Run { line: "kubectl set image ds/monitoring-daemon *=nginx:1.27".into() });
    let nodes = told(&mut playground);
    assert!(nodes.iter().all(|node| node.came == Some(Came { outcome: Outcome::Replaced, cause: Cause::Template })));
    let pod = |playground: &Playground| {
        let nodes = playground.picture().nodes;
        nodes[0].pods.iter().map(|pod| pod.name.clone()).find(|name| name.starts_with("monitoring")).unwrap()
    };
    playground.act(Act::Run { line: format!("kubectl delete pod {}", pod(&playground)) });
    let nodes = told(&mut playground);
    assert_eq!(came(&nodes, "node-1").1, Outcome::Replaced);
    assert_eq!(came(&nodes, "node-1").2, Cause::Recreated);
    assert_eq!(came(&nodes, "node-2").1, Outcome::Stays);
    playground.act(Act::Run { line: "kubectl delete ds monitoring-daemon".into() });
    let nodes = told(&mut playground);
    assert_eq!(came(&nodes, "node-1").1, Outcome::Goes);
    assert_eq!(came(&nodes, "node-1").2, Cause::SetGone);
}

#[test]
fn a_silent_node_is_told_of_only_when_its_silence_was_noticed() {
    let mut playground = playground();
    playground.act(Act::SetSpeed { speed: 1.0 });
    playground.act(Act::StopKubelet { node: "node-1".into() });
    playground.act(Act::CarryOut);
    for _ in 0..300 {
        playground.advance(100.0);
    }
    assert_eq!(playground.prediction().stage, PredictionStage::Awaited, "half a minute says nothing");
    playground.act(Act::SetSpeed { speed: 10.0 });
    for _ in 0..100 {
        playground.advance(100.0);
    }
    assert_eq!(came(&playground.prediction().nodes, "node-1").1, Outcome::Stays);
}

#[test]
fn what_only_looks_is_not_held_back_and_what_is_dropped_does_not_happen() {
    let mut playground = playground();
    for line in
        ["kubectl get ds", "kubectl rollout status ds/monitoring-daemon", "kubectl apply --dry-run=server -f x", "ls"]
    {
        playground.act(Act::Run { line: line.into() });
        assert_eq!(playground.prediction().stage, PredictionStage::Idle, "{line}");
    }
    let line = "kubectl get nodes && kubectl cordon node-1";
    playground.act(Act::Run { line: line.into() });
    assert_eq!(playground.prediction().stage, PredictionStage::Asked);
    playground.act(Act::DropPrediction);
    assert!(playground.picture().nodes.iter().all(|node| !node.unschedulable));
    assert_eq!(playground.terminal().history.last().map(String::as_str), Some(line), "typed once is enough");
    playground.act(Act::PredictFirst { on: false });
    playground.act(Act::Run { line: line.into() });
    assert!(playground.picture().nodes.iter().any(|node| node.unschedulable));
}

#[test]
fn an_act_that_is_undone_has_nothing_to_tell() {
    let mut playground = playground();
    playground.act(Act::Cordon { node: "node-1".into() });
    playground.act(Act::CarryOut);
    assert_eq!(playground.prediction().stage, PredictionStage::Awaited);
    playground.act(Act::Undo);
    assert_eq!(playground.prediction().stage, PredictionStage::Idle);
}
