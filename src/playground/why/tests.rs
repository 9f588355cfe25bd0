//! What is asked about a node is what decided; each way that is offered leads where it says, and back.

use super::*;
use crate::act::{Act, Preset};
use crate::view::{Detail, Expression};

/// The opening, settled, after these lines.
fn playground_after(lines: &[&str]) -> Playground {
    let mut playground = Playground::new(None);
    playground.act(Act::RunUntilSettled);
    for line in lines {
        run(&mut playground, line);
    }
    playground
}

fn run(playground: &mut Playground, line: &str) {
    playground.act(Act::Run { line: line.into() });
    playground.act(Act::RunUntilSettled);
}

fn on(playground: &Playground, node: &str) -> Why {
    playground.why(Some(node)).expect("a DaemonSet is selected")
}

/// Each check as `answer question`, in short.
fn shown(why: &Why) -> Vec<String> {
    let check = |check: &Check| format!("{:?} {:?}", check.answer, check.question);
    why.checks.iter().map(check).collect()
}

fn verdict(why: &Why) -> &Verdict {
    &why.nodes.iter().find(|other| other.node == why.node).expect("the node is listed").verdict
}

#[test]
fn a_node_that_nothing_keeps_pods_from_runs_one() {
    let playground = playground_after(&[]);
    let why = on(&playground, "node-1");
    assert_eq!(why.subject.name, "monitoring-daemon");
    assert_eq!(verdict(&why).kind, VerdictKind::Runs);
    assert!(why.checks.iter().all(|check| check.answer == Answer::Yes), "{:?}", shown(&why));
    assert_eq!(why.checks[0].question, Question::Nothing);
    assert_eq!(why.checks.last().map(|check| &check.question), Some(&Question::Ready));
}

#[test]
fn a_taint_keeps_the_pod_away_until_it_is_tolerated_or_gone() {
    let mut playground = playground_after(&["kubectl taint node node-2 gpu=true:NoExecute"]);
    let why = on(&playground, "node-2");
    let taint = Question::Taint { taint: "gpu=true:NoExecute".into(), tolerated: Tolerance::Nobody };
    assert_eq!(
        *verdict(&why),
        Verdict { kind: VerdictKind::Absent, reason: Some(Reason::Taint("gpu=true:NoExecute".into())) }
    );
    assert_eq!((&why.checks[0].question, why.checks[0].answer), (&taint, Answer::No));
    let lines: Vec<&str> = why.checks[0].ways.iter().map(|way| &*way.line).collect();
    assert_eq!(
        lines,
        [
            "kubectl taint node node-2 gpu=true:NoExecute-",
            "kubectl patch daemonset monitoring-daemon --type=json -p '[{\"op\":\"add\",\"path\":\"/spec/template/spec/tolerations\",\
             \"value\":[{\"effect\":\"NoExecute\",\"key\":\"gpu\",\"operator\":\"Equal\",\"value\":\"true\"}]}]'",
        ]
    );
    for way in why.checks[0].ways.clone() {
        run(&mut playground, &way.line);
        assert_eq!(verdict(&on(&playground, "node-2")).kind, VerdictKind::Runs, "{}", way.line);
        playground.act(Act::Undo);
        assert_eq!(verdict(&on(&playground, "node-2")).kind, VerdictKind::Absent);
    }
}

#[test]
fn every_question_about_labels_has_its_answer_its_field_and_its_ways() {
    let mut playground = playground_after(&[
        "kubectl label node node-1 node-3 disktype=ssd",
        "kubectl label node node-2 disktype=hdd",
        "kubectl patch ds monitoring-daemon -p '{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"disktype\":\"ssd\"}}}}}'",
    ]);
    let why = on(&playground, "node-2");
    assert_eq!(
        (&why.checks[0].question, why.checks[0].answer),
        (&Question::Label { label: "disktype=ssd".into(), found: Some("hdd".into()) }, Answer::No)
    );
    assert_eq!(why.checks[0].field.as_deref(), Some("spec.template.spec.nodeSelector.disktype"));
    assert_eq!(why.checks[0].ways[0].line, "kubectl label node node-2 disktype=ssd --overwrite");
    assert_eq!(on(&playground, "node-4").checks[0].ways[0].line, "kubectl label node node-4 disktype=ssd");
    for way in why.checks[0].ways.clone() {
        run(&mut playground, &way.line);
        assert_eq!(verdict(&on(&playground, "node-2")).kind, VerdictKind::Runs, "{}", way.line);
        playground.act(Act::Undo);
    }
}

#[test]
fn node_affinity_is_shown_term_by_term_and_can_be_met_by_labels() {
    let terms = r#"[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]},{"key":"old","operator":"DoesNotExist"}]}]"#;
    let patch = format!(
        "kubectl patch ds monitoring-daemon -p '{{\"spec\":{{\"template\":{{\"spec\":{{\"affinity\":{{\"nodeAffinity\":\
         {{\"requiredDuringSchedulingIgnoredDuringExecution\":{{\"nodeSelectorTerms\":{terms}}}}}}}}}}}}}}}'"
    );
    let mut playground = playground_after(&[&patch]);
    let why = on(&playground, "node-1");
    assert_eq!((&why.checks[0].question, why.checks[0].answer), (&Question::Affinity, Answer::No));
    let expression = |text: &str, holds| Expression { text: text.into(), holds };
    let expressions = vec![expression("zone In [a b]", false), expression("old DoesNotExist", true)];
    assert_eq!(why.checks[0].details, [Detail::Term { expressions }]);
    for way in why.checks[0].ways.clone() {
        run(&mut playground, &way.line);
        assert_eq!(verdict(&on(&playground, "node-1")).kind, VerdictKind::Runs, "{}", way.line);
        playground.act(Act::Undo);
    }
}

#[test]
fn a_pod_that_waits_is_explained_filter_by_filter_on_every_node() {
    let mut playground = playground_after(&[
        "kubectl cordon node-1",
        "kubectl taint node node-2 gpu=true:NoSchedule",
        "kubectl run big --image=nginx --overrides='{\"spec\":{\"containers\":[{\"name\":\"big\",\"image\":\"nginx\",\"resources\":{\"requests\":{\"cpu\":\"64\"}}}]}}'",
    ]);
    let object = ObjectRef { kind: "Pod".into(), namespace: "default".into(), name: "big".into() };
    playground.act(Act::Select { object: Some(object.clone()) });
    let no = |node: &str| {
        let why = playground.why(Some(node)).expect("a Pod is selected");
        assert_eq!(why.subject, object);
        assert_eq!(verdict(&why).kind, VerdictKind::Absent);
        let no = why.checks.into_iter().find(|check| check.answer == Answer::No).expect("some filter says no");
        (no.question, no.ways.into_iter().map(|way| way.line).collect::<Vec<_>>())
    };
    let filter = |plugin, said: &str| Question::Filter { plugin, said: vec![said.into()] };
    assert_eq!(
        no("node-1"),
        (filter("NodeUnschedulable", "node(s) were unschedulable"), vec!["kubectl uncordon node-1".into()])
    );
    assert_eq!(
        no("node-2"),
        (
            filter("TaintToleration", "node(s) had untolerated taint(s)"),
            vec!["kubectl taint node node-2 gpu=true:NoSchedule-".into()]
        )
    );
    assert_eq!(no("node-3"), (filter("NodeResourcesFit", "Insufficient cpu"), vec![]));
    let why = playground.why(Some("node-3")).unwrap();
    let details: Vec<&Detail> = why.checks.iter().flat_map(|check| &check.details).collect();
    let [Detail::Resource { name, asked, free, has, holds: false }] = details.as_slice() else {
        panic!("{details:?}");
    };
    assert_eq!((name.as_str(), asked.as_str(), has.as_str()), ("cpu", "64", "4"));
    let node = playground.picture().nodes.into_iter().find(|node| node.name == "node-3").unwrap();
    let taken = node.cpu.text.split(' ').next().unwrap().trim_end_matches('m').parse::<i64>().unwrap();
    assert_eq!(*free, format!("{}m", 4000 - taken), "what the card says is taken isn't free");
}

#[test]
fn pod_affinity_is_explained_term_by_term() {
    let wants = r#"{"spec":{"affinity":{
        "podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
            {"labelSelector":{"matchLabels":{"app":"nowhere"}},"topologyKey":"kubernetes.io/hostname"}]},
        "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
            {"labelSelector":{"matchLabels":{"app":"monitoring-agent"}},"topologyKey":"kubernetes.io/hostname"},
            {"labelSelector":{"matchLabels":{"app":"nowhere"}},"topologyKey":"rack"}]}}}}"#;
    let mut playground = playground_after(&[&format!("kubectl run picky --image=nginx --overrides='{wants}'")]);
    let object = ObjectRef { kind: "Pod".into(), namespace: "default".into(), name: "picky".into() };
    playground.act(Act::Select { object: Some(object) });
    let why = playground.why(Some("node-1")).unwrap();
    let details: Vec<Detail> = why.checks.into_iter().flat_map(|check| check.details).collect();
    let pods = |app: &str, place: &str, known, apart, holds| {
        let selector = format!("app={app}");
        Detail::Pods { selector, place: place.into(), known, apart, holds }
    };
    let host = "kubernetes.io/hostname=node-1";
    assert_eq!(
        details,
        [
            pods("nowhere", host, true, false, false),
            pods("monitoring-agent", host, true, true, false),
            pods("nowhere", "rack", false, true, true),
        ]
    );
}

#[test]
fn an_image_that_cannot_be_pulled_is_the_kubelets_no() {
    let playground = playground_after(&["kubectl set image ds/monitoring-daemon *=registry.example/does-not-exist:1"]);
    let waits = |why: &Why| why.checks.iter().any(|check| check.by == By::Kubelet && check.answer == Answer::No);
    let nodes = ["node-1", "node-2", "node-3", "node-4"];
    assert_eq!(nodes.iter().filter(|node| waits(&on(&playground, node))).count(), 1, "one at a time is replaced");
    let old = |why: &Why| why.checks.iter().any(|check| matches!(check.question, Question::Newest { .. }));
    assert_eq!(nodes.iter().filter(|node| old(&on(&playground, node))).count(), 3, "the others wait for it");
}

#[test]
fn who_looks_at_a_node_still_sees_what_the_daemon_set_makes_of_it() {
    let mut playground = playground_after(&[]);
    playground.act(Act::AddNodes { preset: Preset::Gpu, count: 1 });
    playground.act(Act::RunUntilSettled);
    let node = ObjectRef { kind: "Node".into(), namespace: String::new(), name: "gpu-1".into() };
    playground.act(Act::Select { object: Some(node) });
    let why = playground.why(None).expect("the DaemonSet is asked about");
    assert_eq!((why.subject.kind.as_str(), why.node.as_str()), ("DaemonSet", "gpu-1"));
    assert_eq!(verdict(&why).kind, VerdictKind::Absent);
    playground.act(Act::Select { object: None });
    assert_eq!(playground.why(None), None);
}

#[test]
fn every_filter_is_asked_though_the_first_no_decides() {
    let mut playground = Playground::new(None);
    playground.act(Act::Run { line: "kubectl cordon node-1".into() });
    let wants = r#"{"spec":{"nodeSelector":{"disktype":"ssd"}}}"#;
    playground.act(Act::Run { line: format!("kubectl run big --image=nginx --overrides='{wants}'") });
    playground.advance(500.0);
    let object = ObjectRef { kind: "Pod".into(), namespace: "default".into(), name: "big".into() };
    playground.act(Act::Select { object: Some(object) });
    let checks = playground.why(Some("node-1")).unwrap().checks;
    let no = checks.iter().filter_map(|check| match &check.question {
        Question::Filter { plugin, .. } if check.answer == Answer::No => Some((*plugin, check.ways.is_empty())),
        _ => None,
    });
    // A cordon is a taint as well.
    let expected = [("NodeUnschedulable", false), ("TaintToleration", false), ("NodeAffinity", false)];
    assert_eq!(no.collect::<Vec<_>>(), expected, "each with a way past it");
}
