//! The story, at the learner's own acts.

use super::Tale;
use crate::Playground;
use crate::act::{Act, Preset};
use crate::view::{Chapter, Deed, ObjectRef};
use std::rc::Rc;

fn settle(playground: &mut Playground) {
    playground.act(Act::RunUntilSettled);
    for _ in 0..400 {
        playground.advance(16.0);
    }
}

fn chapter(playground: &Playground, line: &str) -> Rc<Chapter> {
    let mut chapters = playground.story(None).chapters;
    let place = chapters.iter().position(|chapter| chapter.act.as_deref() == Some(line));
    chapters.swap_remove(place.unwrap_or_else(|| panic!("no {line}: {chapters:#?}")))
}

fn deeds(chapter: &Chapter) -> Vec<(&'static str, Deed, u32)> {
    let loud = chapter.links.iter().filter(|link| link.deed != Deed::Counted);
    loud.map(|link| (link.actor, link.deed, link.count)).collect()
}

#[test]
fn acts_of_one_moment_are_chapters_of_their_own() {
    let mut playground = Playground::new(None);
    settle(&mut playground);
    for line in ["kubectl label node node-1 a=b", "kubectl label node node-2 a=b"] {
        playground.act(Act::Run { line: line.into() });
        playground.advance(0.0);
    }
    let chapters = playground.story(None).chapters;
    let last: Vec<_> =
        chapters.iter().filter(|chapter| chapter.act.as_deref().is_some_and(|act| act.contains("a=b"))).collect();
    assert_eq!(last[0].at_ms, last[1].at_ms);
    assert_ne!(last[0].number, last[1].number);
}

#[test]
fn a_node_that_is_added_is_followed_to_its_pod_that_runs() {
    let mut playground = Playground::new(None);
    settle(&mut playground);
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 1 });
    settle(&mut playground);
    let told = chapter(&playground, "# on node-5: kubeadm join");
    let found = deeds(&told);
    let expected = [
        ("kubelet", Deed::Joined, 1),
        ("daemonset-controller", Deed::Created, 1),
        ("default-scheduler", Deed::Bound, 1),
        ("kubelet", Deed::Accepted, 1),
        ("kubelet", Deed::Ready, 1),
    ];
    let mut rest = found.iter();
    for wanted in expected {
        assert!(rest.any(|deed| *deed == wanted), "{wanted:?} in {found:?}");
    }
    let created = told.links.iter().find(|link| link.deed == Deed::Created).unwrap();
    assert_eq!(created.owner.as_ref().unwrap().name, "monitoring-daemon");
    let because = created.steps[0].because.clone().unwrap();
    assert_eq!((because.0.name.as_str(), because.0.kind.as_str()), ("node-5", "Node"));
    // One of the nodes alone: nothing of the others.
    let node = ObjectRef { kind: "Node".into(), namespace: String::new(), name: "node-5".into() };
    let about = playground.story(Some(&node));
    assert_eq!(about.chapters.len(), 1, "{about:#?}");
}

#[test]
fn many_changes_of_one_kind_are_one_sentence_with_a_count() {
    let mut playground = Playground::new(None);
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 60 });
    settle(&mut playground);
    let told = playground.story(None);
    let joined = told.chapters.iter().find(|chapter| chapter.act.as_deref().is_some_and(|act| act.contains("kubeadm")));
    let joined = joined.unwrap();
    assert!(joined.links.len() < 20, "{:?}", deeds(joined));
    let created = joined.links.iter().find(|link| link.deed == Deed::Created).unwrap();
    assert_eq!((created.count, created.steps.len()), (60, 24));
}

#[test]
fn a_kubelet_that_is_stopped_explains_what_the_node_controller_does_much_later() {
    let mut playground = Playground::new(None);
    settle(&mut playground);
    playground.act(Act::StopKubelet { node: "node-2".into() });
    playground.act(Act::Resume);
    playground.act(Act::SetSpeed { speed: 10.0 });
    for _ in 0..1000 {
        playground.advance(16.0);
    }
    let told = chapter(&playground, "ssh node-2 sudo systemctl stop kubelet");
    let found = deeds(&told);
    assert!(found.contains(&("node-controller", Deed::NodeUnready, 1)), "{found:?}");
    assert!(found.iter().any(|deed| (deed.0, deed.1) == ("node-controller", Deed::Tainted)), "{found:?}");
}

#[test]
fn the_past_tells_what_had_happened_and_a_branch_forgets_what_has_not() {
    let mut playground = Playground::new(None);
    settle(&mut playground);
    playground.act(Act::Run { line: "kubectl cordon node-1".into() });
    settle(&mut playground);
    let said = |playground: &Playground, line: &str| {
        playground.story(None).chapters.iter().any(|chapter| chapter.act.as_deref() == Some(line))
    };
    playground.act(Act::Seek { at_ms: 500.0 });
    assert!(!said(&playground, "kubectl cordon node-1"));
    playground.act(Act::ReturnToNow);
    assert!(said(&playground, "kubectl cordon node-1"));
    playground.act(Act::Undo);
    assert!(!said(&playground, "kubectl cordon node-1"));
    playground.act(Act::Run { line: "kubectl cordon node-2".into() });
    assert!(said(&playground, "kubectl cordon node-2") && !said(&playground, "kubectl cordon node-1"));
    let branch = playground.timeline().branches[0].id;
    playground.act(Act::ShowBranch { branch });
    assert!(said(&playground, "kubectl cordon node-1") && !said(&playground, "kubectl cordon node-2"));
}

/// What is told, folded from nothing.
fn anew(playground: &Playground, about: Option<&ObjectRef>) -> Vec<Rc<Chapter>> {
    let story = &playground.story;
    let tale = Tale::from_the_beginning(&playground.cluster, &story.pages, story.line, about);
    tale.chapters.into_iter().rev().take(super::CHAPTERS).collect()
}

#[test]
fn what_is_added_as_it_happens_is_what_would_be_told_from_nothing() {
    let mut playground = Playground::new(None);
    let object = |kind: &str, namespace: &str, name: &str| ObjectRef {
        kind: kind.into(),
        namespace: namespace.into(),
        name: name.into(),
    };
    let abouts = [
        None,
        Some(object("DaemonSet", "default", "monitoring-daemon")),
        Some(object("Deployment", "default", "web")),
        Some(object("Node", "", "node-2")),
    ];
    for round in 0..160 {
        match round {
            10 => playground.act(Act::AddNodes { preset: Preset::Worker, count: 3 }),
            30 => playground.act(Act::RemoveNode { node: "node-2".into() }),
            50 => playground.act(Act::Run { line: "kubectl set image ds/monitoring-daemon *=nginx:1.27".into() }),
            70 => playground.act(Act::Run { line: "kubectl scale deploy web --replicas=7".into() }),
            90 => playground.act(Act::Seek { at_ms: 9_000.0 }),
            100 => playground.act(Act::ReturnToNow),
            110 => playground.act(Act::Undo),
            120 => playground.act(Act::Redo),
            130 => playground.act(Act::Run { line: "kubectl delete ds monitoring-daemon".into() }),
            _ => {}
        }
        playground.advance(90.0);
        // One is asked for several rounds, as a panel would, before the next.
        let about = abouts[(round / 6) % abouts.len()].as_ref();
        assert_eq!(playground.story(about).chapters, anew(&playground, about), "round {round}, {about:?}");
    }
    let (one, two) = (playground.story(None).chapters, playground.story(None).chapters);
    assert!(one.iter().zip(&two).all(|(one, two)| Rc::ptr_eq(one, two)), "nothing happened in between");
}
