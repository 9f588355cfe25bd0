//! Any moment can be had again, whatever way one comes to it; and what is done there begins a branch.

use crate::Playground;
use crate::act::{Act, Preset};
use crate::time::Allowance;
use crate::view::Timeline;
use std::collections::BTreeMap;
use std::time::Duration;

/// Lets virtual seconds pass.
fn pass(playground: &mut Playground, seconds: u64) {
    let target = playground.cluster.now() + Duration::from_secs(seconds);
    playground.run_to(target, Allowance::of(u32::MAX));
}

fn hash(playground: &Playground) -> u64 {
    playground.cluster().state_hash()
}

fn seek(playground: &mut Playground, seconds: f64) {
    playground.act(Act::Seek { at_ms: seconds * 1000.0 });
}

fn remove(playground: &mut Playground, node: &str) {
    playground.act(Act::RemoveNode { node: node.into() });
}

/// Moments of the run below.
const LOOKED_AT: [u64; 10] = [150, 3, 95, 94, 41, 149, 11, 12, 88, 99];

/// A run of three minutes with acts of several kinds, and what it was at some moments.
fn eventful() -> (Playground, BTreeMap<u64, u64>) {
    let mut playground = Playground::new(None);
    let mut hashes = BTreeMap::new();
    for second in 1..=180 {
        pass(&mut playground, 1);
        if LOOKED_AT.contains(&second) {
            hashes.insert(second, hash(&playground));
        }
        match second {
            10 => playground.act(Act::AddNodes { preset: Preset::Worker, count: 2 }),
            40 => playground.act(Act::Drain { node: "node-2".into() }),
            90 => remove(&mut playground, "node-5"),
            120 => playground.act(Act::Run { line: "kubectl taint node node-1 a=b:NoExecute".into() }),
            _ => {}
        }
    }
    (playground, hashes)
}

#[test]
fn every_moment_that_is_sought_is_as_it_was() {
    let (mut playground, hashes) = eventful();
    let end = hash(&playground);
    for second in LOOKED_AT {
        seek(&mut playground, second as f64);
        assert!(playground.timeline().past);
        assert_eq!(hash(&playground), hashes[&second], "second {second}");
    }
    playground.act(Act::ReturnToNow);
    assert_eq!((hash(&playground), playground.timeline().past), (end, false));
}

#[test]
fn the_past_can_be_watched_again_up_to_the_present() {
    let (mut playground, hashes) = eventful();
    let mut once = Playground::new(Some(&playground.save()));
    seek(&mut playground, 85.0);
    for second in 86..=180 {
        pass(&mut playground, 1);
        assert!(hashes.get(&second).is_none_or(|known| *known == hash(&playground)), "second {second}");
    }
    assert!(!playground.timeline().past, "it has come to the present");
    pass(&mut playground, 30);
    pass(&mut once, 30);
    assert_eq!(hash(&playground), hash(&once));
    assert!(playground.timeline().branches.is_empty());
}

#[test]
fn asking_in_the_past_is_answered_from_there_and_changes_nothing() {
    let (mut playground, _) = eventful();
    let end = hash(&playground);
    seek(&mut playground, 20.0);
    playground.act(Act::Run { line: "kubectl get nodes -o name".into() });
    let said = playground.terminal().entries.pop().unwrap().output[0].text.clone();
    assert_eq!(said.lines().count(), 6);
    assert!(playground.timeline().past && playground.timeline().branches.is_empty());
    playground.act(Act::ReturnToNow);
    assert_eq!(hash(&playground), end);
}

#[test]
fn an_act_in_the_past_begins_a_branch_and_both_are_kept() {
    let (mut playground, _) = eventful();
    let end = hash(&playground);
    seek(&mut playground, 30.0);
    playground.act(Act::Cordon { node: "node-3".into() });
    let time = playground.timeline();
    assert!(!time.past);
    assert_eq!(time.line.as_ref().unwrap().act.as_deref(), Some("kubectl cordon node-3"));
    assert_eq!(time.branches[0].act.as_deref(), Some("kubectl drain node-2 --ignore-daemonsets"));
    assert_eq!((time.branches[0].at_ms, time.branches[0].end_ms), (30_000.0, 180_000.0));
    pass(&mut playground, 20);
    let other = hash(&playground);
    playground.act(Act::ShowBranch { branch: time.branches[0].id });
    assert_eq!(hash(&playground), end);
    let time = playground.timeline();
    assert_eq!(time.branches.len(), 1);
    playground.act(Act::ShowBranch { branch: time.branches[0].id });
    assert_eq!(hash(&playground), other);
}

#[test]
fn undo_goes_back_to_just_before_the_last_act_and_redo_returns() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 30);
    playground.act(Act::Pause);
    let first = hash(&playground);
    playground.act(Act::Cordon { node: "node-1".into() });
    playground.act(Act::Run { line: "kubectl get nodes".into() });
    let second = hash(&playground);
    remove(&mut playground, "node-4");
    pass(&mut playground, 30);
    let third = hash(&playground);
    assert_eq!(playground.timeline().undo.as_deref(), Some("kubectl delete node node-4"));
    playground.act(Act::Undo);
    assert_eq!(hash(&playground), second);
    assert_eq!(playground.timeline().redo.as_deref(), Some("kubectl delete node node-4"));
    playground.act(Act::Undo);
    assert_eq!(hash(&playground), first);
    assert!(playground.timeline().marks.iter().all(|mark| !mark.text.contains("cordon")));
    playground.act(Act::Redo);
    assert_eq!(hash(&playground), second);
    playground.act(Act::Redo);
    assert_eq!(hash(&playground), third);
    assert_eq!(playground.timeline().redo, None);
    playground.act(Act::Undo);
    playground.act(Act::Uncordon { node: "node-1".into() });
    assert_eq!(playground.timeline().redo, None);
    let kept: Vec<Option<String>> = playground.timeline().branches.into_iter().map(|branch| branch.act).collect();
    assert_eq!(kept, [Some("kubectl delete node node-4".to_string())]);
}

#[test]
fn what_was_undone_stays_undone_while_time_goes_on() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 30);
    remove(&mut playground, "node-4");
    pass(&mut playground, 5);
    playground.act(Act::Undo);
    pass(&mut playground, 120);
    assert_eq!(playground.picture().nodes.len(), 4);
    let again = Playground::new(Some(&playground.save()));
    assert_eq!(hash(&again), hash(&playground));
}

#[test]
fn a_command_that_waits_does_not_run_backwards() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 30);
    playground.act(Act::Run { line: "kubectl get pods -w".into() });
    pass(&mut playground, 5);
    let said = playground.terminal().entries.pop().unwrap();
    seek(&mut playground, 2.0);
    pass(&mut playground, 20);
    assert_eq!(playground.terminal().entries.last(), Some(&said), "the past brings it nothing new");
    playground.act(Act::ReturnToNow);
    assert!(playground.terminal().running);
    playground.act(Act::Interrupt);
    remove(&mut playground, "node-4");
    playground.act(Act::Run { line: "kubectl get pods -w".into() });
    seek(&mut playground, 2.0);
    playground.act(Act::Cordon { node: "node-3".into() });
    assert!(!playground.terminal().running, "its line of events was left");
}

#[test]
fn a_reload_finds_every_line_of_events() {
    let (mut playground, _) = eventful();
    let end = hash(&playground);
    seek(&mut playground, 30.0);
    playground.act(Act::EditFile {
        name: "x.yaml".into(),
        text: "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n".into(),
    });
    playground.act(Act::Apply { file: "x.yaml".into() });
    pass(&mut playground, 20);
    let other = hash(&playground);
    seek(&mut playground, 25.0);
    let looked_at = hash(&playground);

    let mut again = Playground::new(Some(&playground.save()));
    assert_eq!(hash(&again), looked_at);
    let time = again.timeline();
    assert_eq!((time.past, time.end_ms), (true, 50_000.0));
    let act = |time: &Timeline| time.line.as_ref().and_then(|line| line.act.clone());
    assert_eq!(act(&time), act(&playground.timeline()));
    again.act(Act::ReturnToNow);
    assert_eq!(hash(&again), other);
    again.act(Act::ShowBranch { branch: time.branches[0].id });
    assert_eq!(hash(&again), end);
    again.act(Act::Undo);
    assert_eq!(again.timeline().redo.as_deref(), Some("kubectl taint node node-1 a=b:NoExecute"));
}

#[test]
fn two_moments_are_compared() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 30);
    playground.act(Act::PinMoment);
    assert_eq!(playground.comparison().unwrap().count, 0);
    playground.act(Act::Cordon { node: "node-1".into() });
    remove(&mut playground, "node-4");
    let comparison = playground.comparison().unwrap();
    let nodes: Vec<(&str, Option<&str>, Option<&str>)> = comparison
        .differences
        .iter()
        .filter(|difference| difference.object.kind == "Node")
        .map(|difference| (difference.object.name.as_str(), difference.then.as_deref(), difference.now.as_deref()))
        .collect();
    assert_eq!(nodes, [("node-1", Some("Ready"), Some("Ready,SchedulingDisabled")), ("node-4", Some("Ready"), None)]);
    playground.act(Act::UnpinMoment);
    assert!(playground.comparison().is_none());
}

#[test]
fn time_runs_until_everything_has_settled() {
    let mut playground = Playground::new(None);
    playground.act(Act::RunUntilSettled);
    let time = playground.timeline();
    assert!(time.settled && time.paused && !time.pursuing);
    assert!((20_000.0..60_000.0).contains(&time.now_ms), "{}", time.now_ms);
}

#[test]
fn a_long_run_keeps_few_copies() {
    let mut playground = Playground::new(None);
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 20 });
    pass(&mut playground, 3600);
    assert!((8..=40).contains(&playground.cluster.stills()), "{}", playground.cluster.stills());
}
