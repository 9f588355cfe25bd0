//! Exams, acted as a candidate does: from cluster to cluster with one terminal, against the clock, over a reload, to the results.

use super::context;
use crate::Playground;
use crate::act::{Act, ExamAct, ExamPaper, LessonFiles, Preset};

/// A DaemonSet on two nodes; what has to be so comes in as YAML.
fn task(id: &str, seed: u32, file: &str, checks: &str) -> (LessonFiles, u32) {
    let original = format!(
        "---\neverynode: lesson/v1\ntitle: Task {id}\nscenario:\n  everynode: scenario/v1\n  title: A\n  seed: {seed}\n  nodes:\n  \
         - {{name: \"node-{{n}}\", count: 2}}\n  files:\n  - {{name: a.yaml, text: \"# {file}\"}}\nsteps:\n- id: a\n  {checks}\n---\n## Do it\n\nText.\n"
    );
    (LessonFiles { id: id.into(), language: "en".into(), original, translation: None }, 4)
}

const LABELLED: &str = "checks:\n  - {object: node/node-1, jsonpath: '{.metadata.labels.a}', is: b}\n  - {object: node/node-2, exists: true}\n  \
    solution: [kubectl label node node-1 a=b]";
const SAID: &str = "checks: [{said: node-2}, {object: node/node-2, jsonpath: '{.spec.unschedulable}', is: 'true'}]\n  \
    solution: [kubectl get nodes, kubectl cordon node-2]";
const ASKED: &str =
    "question: {answer: '3'}\n  checks: [{answered: '3'}]\n  solution: [{addNodes: worker}, {answer: '3'}]";

fn begin() -> Playground {
    let mut asked = task("c", 3, "third", ASKED);
    asked.0.original.push_str("\n### question\nHow many?\n");
    let paper = ExamPaper {
        seed: "s".into(),
        name: "Jo".into(),
        minutes: 10,
        now_ms: 0.0,
        tasks: vec![task("a", 1, "first", LABELLED), task("b", 2, "second", SAID), asked],
    };
    assert_eq!(Playground::refuses_exam(&paper), None);
    let mut playground = Playground::new(None);
    playground.act(Act::Exam(ExamAct::Begin { paper }));
    playground
}

fn run(playground: &mut Playground, line: &str) -> String {
    playground.act(Act::Run { line: line.into() });
    let terminal = playground.terminal();
    let chunks = terminal.entries.last().expect("an entry").output.iter();
    chunks.map(|chunk| chunk.text.as_str()).collect()
}

fn go_to(playground: &mut Playground, task: u32) {
    playground.act(Act::Exam(ExamAct::GoTo { task }));
}

fn scores(playground: &mut Playground) -> Vec<u32> {
    playground.act(Act::Exam(ExamAct::End));
    let exam = playground.exam().expect("an exam is on");
    exam.report.expect("it is over").tasks.iter().map(course::exam::report::Task::score).collect()
}

#[test]
fn contexts_lead_from_cluster_to_cluster_and_the_terminal_comes_along() {
    let mut playground = begin();
    assert_eq!(run(&mut playground, "kubectl config current-context"), "k8s-1\n");
    run(&mut playground, "alias n='kubectl get nodes -o name'; export F=mine.yaml; echo hello > $F");
    run(&mut playground, "kubectl label node node-1 a=b");
    assert_eq!(run(&mut playground, "kubectl config use-context k8s-2"), "Switched to context \"k8s-2\".\n");
    assert_eq!(playground.exam().map(|exam| exam.current), Some(1));
    assert_eq!(run(&mut playground, "n -l a=b"), "");
    assert_eq!(run(&mut playground, "cat $F"), "hello\n");
    // Each task brings its files; another of the same name steps aside.
    assert_eq!(run(&mut playground, "cat a.yaml mine-a.yaml"), "# second# first");
    assert_eq!(playground.terminal().entries.iter().filter(|entry| entry.command.contains("label")).count(), 1);
    go_to(&mut playground, 0);
    assert_eq!(run(&mut playground, "n -l a=b"), "node/node-1\n");
    assert!(run(&mut playground, "kubectl --context k8s-2 get nodes").contains("one cluster at a time"));
    assert!(run(&mut playground, "kubectl config get-clusters").contains("k8s-3"));
}

#[test]
fn nothing_of_a_line_runs_on_the_cluster_it_left() {
    let mut playground = begin();
    let said = run(&mut playground, "kubectl config use-context k8s-2 && kubectl label node node-1 a=b");
    assert!(said.contains("enter the rest of this one again"), "{said}");
    assert_eq!(run(&mut playground, "kubectl get nodes -l a=b"), "No resources found\n");
    go_to(&mut playground, 0);
    assert_eq!(run(&mut playground, "kubectl get nodes -l a=b"), "No resources found\n");
}

#[test]
fn conditions_count_one_by_one_and_nothing_counts_by_itself() {
    assert_eq!(scores(&mut begin()), [0, 0, 0]);

    let mut playground = begin();
    run(&mut playground, "kubectl label node node-1 a=b");
    go_to(&mut playground, 1);
    // Words of another cluster are not this one's; a cleared screen takes nothing back.
    run(&mut playground, "kubectl get nodes");
    playground.act(Act::ClearTerminal);
    go_to(&mut playground, 2);
    playground.act(Act::Answer { choice: "2".into() });
    playground.act(Act::Answer { choice: "3".into() });
    assert_eq!(scores(&mut playground), [100, 50, 100]);
    let report = playground.exam().and_then(|exam| exam.report).expect("it is over");
    assert_eq!((report.score(), report.passed()), (83, true));
    assert_eq!(report.tasks[0].did, ["kubectl label node node-1 a=b", "kubectl config use-context k8s-2"]);
    assert_eq!(course::exam::report::Report::parse(&report.write()), Ok(report));
}

#[test]
fn what_is_under_way_comes_to_its_end_before_it_counts() {
    let mut playground = begin();
    run(&mut playground, "sleep 5; kubectl label node node-1 a=b");
    go_to(&mut playground, 1);
    // The line was interrupted, as by whoever closes a terminal.
    assert_eq!(scores(&mut playground)[0], 0);
    let mut playground = begin();
    run(&mut playground, "kubectl create deployment web --image=nginx --replicas=3");
    go_to(&mut playground, 1);
    go_to(&mut playground, 0);
    assert!(run(&mut playground, "kubectl get deployment web").contains("3/3"));
}

#[test]
fn rules_of_an_exam_are_kept() {
    let mut playground = begin();
    let before = playground.cluster().state_hash();
    let forbidden = [
        Act::ShowHint,
        Act::ShowSolution,
        Act::Undo,
        Act::Seek { at_ms: 0.0 },
        Act::Reset,
        Act::LoadScenario { id: "four-nodes".into() },
        Act::AddNodes { preset: Preset::Worker, count: 1 },
        Act::Exam(ExamAct::Leave),
    ];
    forbidden.into_iter().for_each(|act| playground.act(act));
    assert_eq!(playground.cluster().state_hash(), before);
    assert!(playground.exam().is_some() && playground.lesson().is_none_or(|lesson| !lesson.step.playing));
    go_to(&mut playground, 2);
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 1 });
    playground.act(Act::Exam(ExamAct::Hold));
    playground.advance(100.0);
    playground.act(Act::Run { line: "kubectl label node node-1 a=b".into() });
    assert!(!playground.terminal().entries.iter().any(|entry| entry.command.contains("a=b")));
    playground.act(Act::Exam(ExamAct::GoOn));
    playground.advance(100.0);
    assert!(run(&mut playground, "kubectl get nodes").contains("node-3"));
}

#[test]
fn when_the_time_is_over_so_is_the_exam() {
    let mut playground = begin();
    run(&mut playground, "kubectl label node node-1 a=b");
    playground.tick(60_000.0);
    playground.act(Act::Exam(ExamAct::Hold));
    playground.tick(120_000.0);
    playground.act(Act::Exam(ExamAct::GoOn));
    assert_eq!(playground.exam().map(|exam| exam.left_s), Some(Some(540)));
    for minute in 3..13 {
        playground.tick(f64::from(minute) * 60_000.0);
    }
    let report = playground.exam().and_then(|exam| exam.report).expect("it is over");
    assert!(report.time_up && report.spent_s == 600 && report.pauses == 1 && report.paused_s == 60);
    assert_eq!(report.tasks[0].score(), 100);
    playground.act(Act::Run { line: "kubectl label node node-1 a-".into() });
    assert_eq!(playground.exam().and_then(|exam| exam.report), Some(report));
}

#[test]
fn an_exam_survives_a_reload_with_every_cluster_and_what_the_terminal_knows() {
    let mut playground = begin();
    run(&mut playground, "export L='a=b'; mkdir w; cd w");
    go_to(&mut playground, 1);
    run(&mut playground, "kubectl cordon node-2");
    playground.act(Act::Exam(ExamAct::Flag { on: true }));
    go_to(&mut playground, 0);
    run(&mut playground, "kubectl label node node-1 $L");
    playground.tick(5_000.0);
    let mut again = Playground::new(Some(&playground.save()));
    assert_eq!(again.exam(), playground.exam());
    assert_eq!(again.cluster().state_hash(), playground.cluster().state_hash());
    again.tick(7_000.0);
    assert_eq!(run(&mut again, "pwd"), "/root/w\n");
    go_to(&mut again, 1);
    assert!(run(&mut again, "kubectl get node node-2").contains("SchedulingDisabled"));
    assert_eq!(scores(&mut again), [100, 100, 0]);
    // And so do the results.
    let reloaded = Playground::new(Some(&again.save()));
    assert_eq!(reloaded.exam(), again.exam());
    assert_eq!(reloaded.exam().and_then(|exam| exam.report).map(|report| report.spent_s), Some(7));
}

#[test]
fn both_ways_through_a_task_can_be_looked_at_again() {
    let mut playground = begin();
    playground.advance(100.0);
    run(&mut playground, "kubectl cordon node-1");
    go_to(&mut playground, 1);
    scores(&mut playground);
    playground.act(Act::Exam(ExamAct::Review { task: 0 }));
    let review = playground.exam().and_then(|exam| exam.review).expect("a review is on");
    let texts = |deeds: &[crate::view::exam::Deed]| deeds.iter().map(|deed| deed.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&review.own)[0], "kubectl cordon node-1");
    assert_eq!(texts(&review.answer), ["kubectl label node node-1 a=b"]);
    assert_eq!(review.checks.iter().map(|check| check.met).collect::<Vec<_>>(), [false, true]);
    let cordoned = |playground: &Playground| playground.picture().nodes.iter().any(|node| node.unschedulable);
    assert!(cordoned(&playground));
    playground.act(Act::Exam(ExamAct::LookAt { model: false, at_ms: 0.0 }));
    assert!(!cordoned(&playground) && playground.timeline().past);
    playground.act(Act::Exam(ExamAct::LookAt { model: true, at_ms: review.answer[0].at_ms }));
    assert!(playground.timeline().marks.iter().any(|mark| mark.text.contains("label")));
    // Looking changes nothing.
    playground.act(Act::Run { line: "kubectl delete node node-1".into() });
    assert_eq!(playground.picture().nodes.len(), 2);
    playground.act(Act::Exam(ExamAct::Review { task: 2 }));
    assert_eq!(playground.exam().map(|exam| exam.current), Some(2));
    playground.act(Act::Exam(ExamAct::LeaveReview));
    assert!(playground.exam().is_some_and(|exam| exam.review.is_none() && exam.report.is_some()));
    playground.act(Act::Exam(ExamAct::Leave));
    assert!(playground.exam().is_none());
    assert_eq!(playground.picture().nodes.len(), 4);
    assert_eq!(context(0), "k8s-1");
}
