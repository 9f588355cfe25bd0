//! The 211 worked examples of the specification, typed into a terminal in front of a whole cluster, to the character.
//!
//! `examples/eN.txt` holds those of section N as the specification writes them:
//!
//! ```text
//! # E7.18  S0                      the example, and what was there before
//! % kubectl cordon node01          set-up: typed before, its answer isn't compared (`% 30s`: time passes)
//! $ kubectl taint node node01 …    typed; below it both streams as a terminal shows them, and `[exit N]` if N isn't 0
//! ```
//!
//! Above a file's first example stand the files that are there (`# file NAME` and `| ` lines). A `$~` command prints its lines in any
//! order; `<Tab>` lines are completions. What differs from run to run (uids, versions, times of day) is blanked on both sides.
//!
//! States: S0 is three nodes of three days, S1 is S0 and the DaemonSet of `ds.yaml` for 12m34s, S2 is S1 and three Pods on node01. The
//! specification's names, addresses and hashes stand for ours. Examples of states that no cluster comes into by itself are
//! held by unit tests (see [`ELSEWHERE`]).

use crate::support::mask;
use crate::support::world::{Printed, World};
use api::objects::Object;
use api::objects::scheduling::{Effect, Taint};
use api::resource::Kind;
use cluster::Cluster;
use cluster::clock::Instant;
use cluster::kubelet::machine::Machine;
use kubectl::complete::Sight;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Examples per section.
const COUNTS: [(u32, u32); 9] = [(1, 15), (2, 11), (3, 32), (4, 44), (5, 26), (6, 12), (7, 31), (8, 27), (9, 13)];

/// Examples that unit tests hold, which name them: fabricated objects, or functions of one argument.
const ELSEWHERE: [(&str, &[&str]); 4] = [
    ("src/cluster/apiserver/registry/tests/defaults.rs", &["E2.2"]),
    ("src/cluster/apiserver/tables/tests.rs", &["E5.11"]),
    ("src/api/human.rs", &["E5.19", "E5.20", "E5.21", "E5.22", "E5.23", "E5.24", "E5.25", "E5.26"]),
    ("src/kubectl/describe/examples.rs", &["E6.3", "E6.4", "E6.11"]),
];

/// 2026-11-24T23:08:34Z, the moment of all examples.
const NOW: u64 = 1_795_561_714;

#[test]
fn section_1_the_api() {
    check(1);
}

#[test]
fn section_2_defaulting() {
    check(2);
}

#[test]
fn section_3_validation() {
    check(3);
}

#[test]
fn section_4_commands() {
    check(4);
}

#[test]
fn section_5_printing() {
    check(5);
}

#[test]
fn section_6_describe() {
    check(6);
}

#[test]
fn section_7_rollouts_drains_and_labels() {
    check(7);
}

#[test]
fn section_8_apply() {
    check(8);
}

#[test]
fn section_9_the_shell() {
    check(9);
}

/// Beyond the specification: what else is typed, mistyped above all, as kubectl's own source answers it.
#[test]
fn section_10_what_else_is_typed() {
    check(10);
}

/// The same for kinds that are only kept.
#[test]
fn section_11_other_kinds() {
    check(11);
}

#[test]
fn section_12_more_refusals() {
    check(12);
}

#[test]
fn every_example_is_held_by_a_test() {
    let mut held: Vec<String> = Vec::new();
    for (section, _) in COUNTS {
        held.extend(read(section).cases.into_iter().map(|case| case.id));
    }
    for (file, ids) in ELSEWHERE {
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        for id in ids {
            let named =
                text.match_indices(id).any(|(at, _)| !text[at + id.len()..].starts_with(|c: char| c.is_ascii_digit()));
            assert!(named, "{file} doesn't name {id}");
            held.push(id.to_string());
        }
    }
    let wanted: BTreeSet<String> =
        COUNTS.iter().flat_map(|(section, count)| (1..=*count).map(move |n| format!("E{section}.{n}"))).collect();
    let unique: BTreeSet<String> = held.iter().cloned().collect();
    assert_eq!(unique, wanted, "missing, or unknown");
    assert_eq!(held.len(), 211, "one is there twice");
}

/// Types the examples of a section.
fn check(section: u32) {
    let Section { files, cases } = read(section);
    let mut s0 = s0();
    let s1 = s1(&s0, &files);
    pass(&mut s0, at(NOW));
    let only = std::env::var("EXAMPLE").ok();
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| only.as_ref().is_none_or(|id| *id == case.id)) {
        let mut world = match &case.state[..] {
            "S1" => world(&s1, true, &files),
            "S2" => s2(&s1, &files),
            _ => world(&s0, false, &files),
        };
        for (index, step) in case.steps.iter().enumerate() {
            if let Err(detail) = take(&mut world, step) {
                wrong.push(format!("{}, {}\n{detail}", case.id, index + 1));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} examples:\n\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// One line of an example.
enum Step {
    Pass(f64),
    Quiet(String),
    Shown { line: String, expected: String, code: u8, in_any_order: bool },
    Completes { typed: String, twice: bool, becomes: String },
}

struct Case {
    id: String,
    state: String,
    steps: Vec<Step>,
}

struct Section {
    files: Vec<(String, String)>,
    cases: Vec<Case>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

fn read(section: u32) -> Section {
    let path = root().join(format!("tests/examples/e{section}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut files, mut cases): (Vec<(String, String)>, Vec<Case>) = (shared_files(), Vec::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# file ") {
            files.push((name.into(), String::new()));
        } else if cases.is_empty() && line.starts_with('|') {
            let (_, text) = files.last_mut().expect("a file has a name");
            text.push_str(line.strip_prefix("| ").unwrap_or_default());
            text.push('\n');
        } else if let Some(head) = line.strip_prefix("# E") {
            let (number, rest) = head.split_once(' ').unwrap_or((head, ""));
            let state = rest.trim().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            cases.push(Case { id: format!("E{number}"), state: state.into(), steps: Vec::new() });
        } else if let Some(case) = cases.last_mut() {
            read_line(line, case);
        }
    }
    Section { files, cases }
}

fn read_line(line: &str, case: &mut Case) {
    if let Some(line) = line.strip_prefix("% ") {
        let seconds = line.strip_suffix('s').and_then(|seconds| seconds.parse().ok());
        case.steps.push(seconds.map_or_else(|| Step::Quiet(line.into()), Step::Pass));
    } else if let Some((typed, becomes)) = line.split_once("->").filter(|_| line.contains("<Tab>")) {
        let (typed, twice) = (typed.trim_end(), typed.contains("<Tab><Tab>"));
        let typed = typed.replace("<Tab>", "");
        let becomes = becomes.strip_prefix("  ").unwrap_or(becomes).into();
        case.steps.push(Step::Completes { typed, twice, becomes });
    } else if let Some((mark, line)) = line.split_once(' ').filter(|(mark, _)| ["$", "$~"].contains(mark)) {
        let line = line.split("      (").next().unwrap_or_default().into();
        case.steps.push(Step::Shown { line, expected: String::new(), code: 0, in_any_order: mark == "$~" });
    } else if let Some(Step::Shown { line: typed, expected, code, .. }) = case.steps.last_mut() {
        let number = line.strip_prefix("[exit ").and_then(|rest| rest.strip_suffix(']')?.parse().ok());
        if let Some(more) = line.strip_prefix("> ").filter(|_| typed.contains("<<")) {
            typed.push_str(&format!("\n{more}"));
        } else if let Some(number) = number {
            *code = number;
        } else {
            expected.push_str(&format!("{line}\n"));
        }
    }
}

fn take(world: &mut World, step: &Step) -> Result<(), String> {
    match step {
        Step::Pass(seconds) => drop(world.run_for(*seconds)),
        Step::Quiet(line) => drop(run(world, line)),
        Step::Shown { line, expected, code, in_any_order } => {
            let printed = run(world, line);
            let shown = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(mask::but_ages).collect();
                if *in_any_order {
                    lines.sort();
                }
                lines.join("\n")
            };
            let (theirs, ours) = (shown(expected), shown(&printed.all()));
            if theirs != ours || *code != printed.code {
                return Err(format!(
                    "$ {line}\n{theirs}\n[exit {code}]\n--- but here\n{ours}\n[exit {}]\n",
                    printed.code
                ));
            }
        }
        Step::Completes { typed, twice, becomes } => {
            let shown = completed(world, typed, *twice);
            if shown != *becomes {
                return Err(format!("{typed}<Tab>\n{becomes:?}\n--- but here\n{shown:?}\n"));
            }
        }
    }
    Ok(())
}

/// Types a line and waits until it ends; an editor that it opens is left as it is.
fn run(world: &mut World, line: &str) -> Printed {
    let mut session = world.start(line);
    loop {
        match world.poll(&mut session) {
            shell::Step::Done(code) => return Printed { output: session.out, code },
            shell::Step::Edit { text, .. } => world.edited(&mut session, &text),
            // Nobody ends a watch here.
            shell::Step::Running if line.contains(" -w") => {
                session.interrupt(&mut world.shell);
                return Printed { output: session.out, code: 0 };
            }
            shell::Step::Running => drop(world.step_until(world.now() + Duration::from_secs(1))),
        }
    }
}

/// What the line becomes, or what is listed.
fn completed(world: &World, typed: &str, twice: bool) -> String {
    let (names, shell) = (&world.names, &world.shell);
    let objects = |kind| world.cluster.objects(kind).map(|object| names.object(object)).collect();
    let sight = Sight { config: &shell.config, objects: &objects };
    let completion = ::shell::complete::complete(typed, typed.len(), shell, &sight);
    let words: Vec<&str> = completion.candidates.iter().map(|candidate| candidate.text.as_str()).collect();
    match words[..] {
        _ if twice => words.iter().map(|word| word.trim_end()).collect::<Vec<_>>().join("   "),
        [word] => format!("{}{word}", &typed[..completion.from]),
        _ => format!("{words:?}"),
    }
}

fn shared_files() -> Vec<(String, String)> {
    let ds = include_str!("examples/ds.yaml");
    let named = |name: &str, text: String| (name.to_string(), text);
    vec![
        named("ds.yaml", ds.into()),
        named("ds2.yaml", ds.replace("image: nginx", "image: nginx:1.27")),
        named("sel.yaml", ds.replace("app: monitoring", "app: monitoring2")),
        named("web.yaml", include_str!("examples/web.yaml").into()),
    ]
}

fn world(cluster: &Cluster, has_daemon: bool, files: &[(String, String)]) -> World {
    let mut world = World::of(cluster.clone());
    for (name, text) in files {
        world.file(name, text);
    }
    for (ours, theirs) in
        [("192.168.10.11", "172.30.1.2"), ("192.168.10.12", "172.30.2.2"), ("192.168.10.13", "172.30.2.3")]
    {
        world.names.call(ours, theirs);
    }
    for (ours, theirs) in [
        ("Debian GNU/Linux 12 (bookworm)", "Ubuntu 24.04.1 LTS"),
        ("6.1.0-28-amd64", "6.8.0-51-generic"),
        ("containerd://2.1.4", "containerd://1.7.27"),
    ] {
        world.names.call(ours, theirs);
    }
    if has_daemon {
        let pods: Vec<Object> = world.cluster.objects(Kind::POD).cloned().collect();
        for pod in pods {
            let Object::Pod(pod) = pod else { continue };
            let (name, address) = match &*pod.node_name {
                "node01" => ("monitoring-daemon-4xk7p", "192.168.1.4"),
                _ => ("monitoring-daemon-b9zqv", "192.168.2.5"),
            };
            let hash = pod.meta.label("controller-revision-hash").map(|hash| hash.to_string()).unwrap_or_default();
            world.names.call(&pod.meta.name, name);
            world.names.call(&pod.status.pod_ip.map(|ip| ip.to_string()).unwrap_or_default(), address);
            world.names.call(&hash, "6d5c7b9f8b");
        }
    }
    world
}

fn at(seconds: u64) -> Instant {
    Instant(seconds * 1_000_000_000)
}

fn pass(cluster: &mut Cluster, until: Instant) {
    while cluster.next_at().is_some_and(|at| at <= until) {
        cluster.step();
    }
    cluster.run_until(until);
}

/// Three nodes, the control plane half an hour older than the others.
fn s0() -> Cluster {
    let born = NOW - 3 * 86_400 - 1;
    let mut cluster = Cluster::starting_at(at(born), 7);
    let machine = |name: &str| Machine { cpu: "2".into(), memory: "4015464Ki".into(), ..Machine::worker(name) };
    let mut control_plane = machine("controlplane");
    let role = "node-role.kubernetes.io/control-plane";
    control_plane.labels.insert(role.into(), "".into());
    control_plane.taints.push(Taint::new(role, "", Effect::NoSchedule));
    cluster.add_machine(control_plane);
    pass(&mut cluster, at(born + 1800));
    cluster.add_machine(machine("node01"));
    cluster.add_machine(machine("node02"));
    pass(&mut cluster, at(NOW - 754));
    cluster
}

fn s1(s0: &Cluster, files: &[(String, String)]) -> Cluster {
    let mut world = world(s0, false, files);
    world.kubectl("apply -f ds.yaml");
    let mut cluster = world.cluster;
    pass(&mut cluster, at(NOW));
    cluster
}

fn s2(s1: &Cluster, files: &[(String, String)]) -> World {
    let mut world = world(s1, true, files);
    world.file("s2.yaml", include_str!("examples/s2.yaml")).kubectl("apply -f s2.yaml");
    world.run_for(5.0);
    world
}
