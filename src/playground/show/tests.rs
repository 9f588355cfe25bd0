//! The picture, made from what has changed and from nothing.

use super::words::word_of_table;
use super::*;
use crate::Playground;
use crate::act::{Act, Preset};

/// The cards by name, made from nothing.
fn anew(playground: &Playground) -> BTreeMap<String, Node> {
    let mut looks = Looks { given: playground.looks.borrow().given.clone(), ..Looks::default() };
    let (selected, asked) = (playground.selected.as_ref(), playground.asked.as_ref());
    let picture = picture(&playground.cluster, selected, asked, &mut looks, Patience::default());
    picture.nodes.iter().map(|node| (node.name.clone(), Node::clone(node))).collect()
}

#[test]
fn what_is_made_anew_only_where_something_changed_is_the_same_as_made_from_nothing() {
    let mut playground = Playground::new(None);
    for round in 0..120 {
        match round {
            5 => playground.act(Act::AddNodes { preset: Preset::Gpu, count: 2 }),
            20 => playground.act(Act::StopKubelet { node: "node-1".into() }),
            30 => playground.act(Act::Run { line: "kubectl set image ds/monitoring-daemon *=nope".into() }),
            60 => playground.act(Act::RemoveNode { node: "node-3".into() }),
            80 => playground.act(Act::Seek { at_ms: 9_000.0 }),
            90 => playground.act(Act::ReturnToNow),
            100 => playground.act(Act::Undo),
            _ => {}
        }
        playground.advance(100.0);
        let cards = playground.picture().nodes;
        let made: BTreeMap<String, Node> = cards.iter().map(|node| (node.name.clone(), Node::clone(node))).collect();
        assert_eq!(made, anew(&playground), "round {round}");
        for object in playground.cluster().objects(Kind::POD) {
            let Object::Pod(pod) = object else { continue };
            assert_eq!(status_word(playground.cluster(), pod), word_of_table(playground.cluster(), pod));
        }
        let again = playground.picture().nodes;
        assert!(cards.iter().zip(&again).all(|(a, b)| Rc::ptr_eq(a, b)), "nothing changed in between");
    }
}

#[test]
fn pods_of_an_earlier_template_are_told_apart_while_a_rollout_goes_on() {
    let mut playground = Playground::new(None);
    playground.act(Act::RunUntilSettled);
    let old = |playground: &Playground| {
        let nodes = playground.picture().nodes;
        nodes.iter().flat_map(|node| &node.pods).filter(|pod| pod.old).count()
    };
    assert_eq!(old(&playground), 0);
    playground.act(Act::Run { line: "kubectl set image ds/monitoring-daemon *=nginx:1.27".into() });
    playground.act(Act::Run { line: "kubectl set image deploy/web *=nginx:1.27".into() });
    let seen: Vec<usize> = (0..40)
        .map(|_| {
            playground.act(Act::JumpToNextChange);
            old(&playground)
        })
        .collect();
    assert!(seen.iter().any(|count| *count >= 4), "{seen:?}");
    playground.act(Act::RunUntilSettled);
    assert_eq!(old(&playground), 0);
}

#[test]
fn a_picture_of_more_changed_nodes_than_time_allows_for_catches_up_with_the_next_ones() {
    fn no_time() -> f64 {
        thread_local!(static NOW: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) });
        NOW.set(NOW.get() + 100.0);
        NOW.get()
    }
    // A thread of its own: the clock on the wall is the thread's.
    let caught_up = std::thread::spawn(|| {
        crate::watch_the_wall(no_time);
        let mut playground = Playground::new(None);
        playground.act(Act::AddNodes { preset: Preset::Worker, count: 3 * AT_ONCE });
        playground.act(Act::RunUntilSettled);
        while !playground.timeline().paused {
            playground.advance(16.0);
        }
        let (mut seen, mut pictures) = (0, 0);
        loop {
            let before = playground.revisions().picture;
            let nodes = playground.picture().nodes.len();
            pictures += 1;
            assert!(nodes > seen, "each shows more than the one before");
            seen = nodes;
            if !playground.lags() {
                break;
            }
            playground.advance(16.0);
            assert!(playground.revisions().picture > before, "another is due, though time is held");
        }
        let made: BTreeMap<String, Node> =
            (playground.picture().nodes.iter()).map(|node| (node.name.clone(), Node::clone(node))).collect();
        (pictures, made == anew(&playground))
    });
    let (pictures, complete) = caught_up.join().expect("it doesn't panic");
    assert!(pictures > 2 && complete, "{pictures} pictures");
}
