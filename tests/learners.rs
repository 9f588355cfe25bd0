//! What puzzles learners of DaemonSets, lived through: 40 confusions and 18 bug reports, each under its number.
//!
//! `transcripts/learners/*.md` are what a person types and what the terminal answers, with a word on why. A heading begins a cluster:
//!
//! ```text
//! ## 12. "drain refuses"        a confusion; `## V3 …` is a bug report
//! ```yaml ds.yaml               a file that is there from then on; agent.yaml always is
//! ```console
//! # nodes cp1 w1 w2(pods=8)     machines; a name that begins with cp is a control plane's
//! $ kubectl cordon w1           typed; below it both streams as a terminal shows them, and `[exit N]` if N isn't 0
//! # settle                      time passes until nothing moves; `# wait 40s`: so much time
//! $ EDITOR='sed -i s/a/b/' …     the editor that the line opens, again each time the file comes back
//! # stop kubelet w2             and what else is done by hand, see [`Chapter::by_hand`]
//! ```
//!
//! Ages, uids, times and the random ends of Pods' names are blanked on both sides. `UPDATE_EXPECT=1` writes the answers anew, to be
//! read like prose.

use crate::support::mask;
use crate::support::world::{Printed, World};
use cluster::Cluster;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::kubelet::eviction::Pressure;
use cluster::kubelet::images::{Exit, Image};
use cluster::kubelet::machine::Machine;
use kubectl::Files;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[test]
fn which_nodes_get_one() {
    check("nodes.md");
}

#[test]
fn what_a_manifest_may_say() {
    check("manifests.md");
}

#[test]
fn nodes_that_are_emptied_or_break() {
    check("broken-nodes.md");
}

#[test]
fn who_schedules_it_and_what_if_there_is_no_room() {
    check("room.md");
}

#[test]
fn how_a_change_spreads() {
    check("rollouts.md");
}

#[test]
fn what_further_flags_ask_for() {
    check("flags.md");
}

#[test]
fn bugs_that_were_and_what_is_right() {
    check("bugs.md");
}

#[test]
fn before_1_12_the_controller_placed_its_pods() {
    check("before-1.12.md");
}

#[test]
fn beyond_the_questions() {
    check("beyond.md");
}

#[test]
fn who_owns_a_field_and_who_may_change_it() {
    check("owners.md");
}

#[test]
fn patches_that_are_refused() {
    check("patches.md");
}

#[test]
fn edits_that_are_refused() {
    check("edits.md");
}

#[test]
fn rarer_kinds_are_read_as_strictly() {
    check("strict.md");
}

#[test]
fn none_of_the_58_is_forgotten() {
    let numbers: Vec<String> = files().iter().flat_map(|file| numbers(&read(file))).collect();
    let told: BTreeSet<&String> = numbers.iter().collect();
    assert_eq!(told.len(), numbers.len(), "a number stands twice: {numbers:?}");
    let wanted: BTreeSet<String> = (1..=40).map(|n| n.to_string()).chain((1..=18).map(|n| format!("V{n}"))).collect();
    let missing: Vec<&String> = wanted.iter().filter(|number| !told.contains(number)).collect();
    assert!(missing.is_empty(), "not told: {missing:?}");
}

#[test]
fn every_file_is_read() {
    let source = read(Path::new(file!()));
    for file in files() {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(source.contains(&format!("check(\"{name}\")")), "{name} is checked by no test");
    }
}

/// `## 12. …` and `## V3 …`.
fn numbers(text: &str) -> Vec<String> {
    let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    let number = |line: &str| line.split([' ', '.']).next().unwrap_or_default().to_string();
    headings.map(number).filter(|word| word.trim_start_matches('V').parse::<u32>().is_ok()).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/learners")
}

fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("the transcripts are there").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Lives through a file, and compares or rewrites it.
fn check(name: &str) {
    let path = folder().join(name);
    let told = read(&path);
    let mut lived = String::new();
    let mut wrong = String::new();
    for (heading, chapter) in chapters(&told) {
        let (text, differences) = Chapter::new().live(chapter);
        lived.push_str(&text);
        if !differences.is_empty() {
            write!(wrong, "{name}, {heading}\n{differences}").expect("a String takes all");
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, lived).expect("the file can be written");
    } else {
        assert!(wrong.is_empty(), "{wrong}\nUPDATE_EXPECT=1 writes what is answered now");
    }
}

/// A file's head, and its chapters with their headings.
fn chapters(text: &str) -> Vec<(&str, &str)> {
    let starts = text.match_indices("\n## ").map(|(at, _)| at + 1);
    let bounds: Vec<usize> = std::iter::once(0).chain(starts).chain([text.len()]).collect();
    let parts = bounds.windows(2).map(|bounds| &text[bounds[0]..bounds[1]]);
    parts.map(|part| (part.lines().next().unwrap_or_default(), part)).collect()
}

/// One chapter's cluster.
struct Chapter {
    world: World,
}

impl Chapter {
    fn new() -> Chapter {
        let mut world = World::new(1);
        world.file("agent.yaml", AGENT);
        Chapter { world }
    }

    /// The text with what is answered here, and what of it differs from what is told.
    fn live(mut self, text: &str) -> (String, String) {
        let mut out = String::new();
        let mut differences = String::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            writeln!(out, "{line}").expect("a String takes all");
            let Some(fence) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
            let mut body = Vec::new();
            while let Some(line) = lines.next_if(|line| *line != "```") {
                body.push(line);
            }
            if let Some(file) = fence.strip_prefix("yaml ") {
                self.world.file(file, &(body.join("\n") + "\n"));
                body.iter().for_each(|line| writeln!(out, "{line}").expect("a String takes all"));
                continue;
            }
            for step in steps(&body) {
                let (told, answer) = (step[1..].to_vec(), self.step(step[0]));
                let answer: Vec<&str> = answer.lines().collect();
                let same = blanked(&told) == blanked(&answer);
                if !same {
                    let (told, answer) = (told.join("\n  - "), answer.join("\n  + "));
                    write!(differences, "  {}\n  - {told}\n  + {answer}\n", step[0]).expect("a String takes all");
                }
                let shown = if same { &told } else { &answer };
                writeln!(out, "{}", step[0]).expect("a String takes all");
                shown.iter().for_each(|line| writeln!(out, "{line}").expect("a String takes all"));
            }
        }
        (out, differences)
    }

    /// Does a line, and says what the terminal then shows.
    fn step(&mut self, line: &str) -> String {
        if let Some(act) = line.strip_prefix("# ") {
            self.by_hand(act);
            return String::new();
        }
        let printed = self.run(line.strip_prefix("$ ").unwrap_or(line));
        let mut out = printed.all();
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        if printed.code != 0 {
            writeln!(out, "[exit {}]", printed.code).expect("a String takes all");
        }
        out
    }

    /// Types a line; an editor that it opens is the command of its `EDITOR=…`.
    fn run(&mut self, line: &str) -> Printed {
        const FILE: &str = "/tmp/edited";
        let Some(editor) = line.strip_prefix("EDITOR='").and_then(|rest| rest.split('\'').next()) else {
            return self.world.run(line);
        };
        let mut session = self.world.start(line);
        loop {
            match self.world.poll(&mut session) {
                shell::Step::Done(code) => return Printed { output: session.out, code },
                shell::Step::Edit { text, .. } => {
                    self.world.file(FILE, &text).run(&format!("{editor} {FILE}"));
                    let edited = self.world.shell.files.read(FILE).unwrap_or_default();
                    self.world.edited(&mut session, &edited);
                }
                shell::Step::Running => panic!("$ {line}\nwaits for something"),
            }
        }
    }

    fn by_hand(&mut self, act: &str) {
        let words: Vec<&str> = act.split(' ').collect();
        let world = &mut self.world;
        let seconds = |word: &str| word.trim_end_matches('s').parse().expect("seconds");
        match words.as_slice() {
            ["nodes", machines @ ..] => {
                for text in machines {
                    world.add_machine(machine(text));
                }
                world.settle();
            }
            ["settle"] => drop(world.settle()),
            ["wait", time] => drop(world.run_for(seconds(time))),
            ["add", text] => drop(world.add_machine(machine(text))),
            ["unplug", name] => world.cluster.remove_machine(&(*name).into()),
            ["stop", "kubelet", name] => world.cluster.stop_kubelet(&(*name).into()),
            ["start", "kubelet", name] => world.cluster.start_kubelet(&(*name).into()),
            ["stop", "scheduler"] => world.cluster.stop_scheduler(),
            ["start", "scheduler"] => world.cluster.start_scheduler(),
            ["network", name, how] => world.cluster.set_network(&(*name).into(), *how == "on"),
            ["disk", name, how] => world.cluster.set_pressure(&(*name).into(), Pressure::Disk, *how == "full"),
            ["image", name, what] => world.cluster.set_image((*name).into(), image(what)),
            ["kubernetes", "1.11"] => {
                let cluster = std::mem::replace(&mut world.cluster, Cluster::new(1));
                world.cluster = cluster.placing_daemons(Placing::ByController);
            }
            _ => panic!("nobody knows how to do this by hand: {act}"),
        }
    }
}

/// Each line that is typed or done, with what is told to follow.
fn steps<'a>(body: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut steps: Vec<Vec<&str>> = Vec::new();
    for line in body {
        match steps.last_mut() {
            Some(step) if !line.starts_with("$ ") && !line.starts_with("# ") => step.push(line),
            _ => steps.push(vec![line]),
        }
    }
    steps
}

/// Without what differs from run to run.
fn blanked(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| mask::line(&mask::any_pod(line))).collect()
}

/// `w1(pods=8,cpu=2)`.
fn machine(text: &str) -> Machine {
    let (name, more) = text.trim_end_matches(')').split_once('(').unwrap_or((text, ""));
    let mut machine = if name.starts_with("cp") { Machine::control_plane(name) } else { Machine::worker(name) };
    for setting in more.split(',').filter(|setting| !setting.is_empty()) {
        match setting.split_once('=') {
            Some(("pods", count)) => machine.pods = count.parse().expect("a number of Pods"),
            Some(("cpu", amount)) => machine.cpu = amount.into(),
            _ => panic!("a machine has no {setting}"),
        }
    }
    machine
}

fn image(what: &str) -> Image {
    let good = Image::default();
    match what {
        "good" => good,
        "crash" => Image { exits: Some(Exit { after: Duration::from_secs(2), code: 1 }), ..good },
        "never-ready" => Image { ever_ready: false, ..good },
        _ => panic!("no image does {what}"),
    }
}

/// The manifest that most of them begin with.
pub const AGENT: &str = "apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: default}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - {name: agent, image: \"registry.k8s.io/pause:3.10\"}
";
