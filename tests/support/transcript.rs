//! Reads the record of a real cluster: what was typed, what was answered, what changed.
//!
//! ```text
//! # file NAME:                      then lines `#| …`
//! # [t+4.78s]                       when the next thing happened
//! $ kubectl get ds                  then standard output, `! ` standard error, `[exit 0, 0.12s]`
//! # [t+9.13s] in background [w]     then `$ … &`; later `# output of background [w] …` and its lines
//! # [t+9.73s] kubelet add {"name": "worker-4"}
//! # [t+17.15s] snapshot -> snap-01-added.json
//! ##### what changed                then `+SECONDS VERB kind name text`
//! ##### who wrote it                of which only `kubelet create nodes` is read: when machines were plugged in
//! ```

use api::time::MicroTime;
use std::path::{Path, PathBuf};

/// One section: one file.
pub struct Section {
    /// `nodes/01-add-a-node`
    pub name: String,
    /// When the scenario began; only its first section says.
    pub began: Option<MicroTime>,
    /// Where its snapshots lie.
    pub snapshots: PathBuf,
    /// In order.
    pub steps: Vec<Step>,
    /// In order.
    pub changes: Vec<Changed>,
    /// Names of machines and when their kubelets registered them.
    pub machines: Vec<(f64, String)>,
}

impl Section {
    /// `01`
    pub fn number(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or_default();
        file.split('-').next().unwrap_or_default()
    }

    /// Whether the other section is the next one: both are one story, and what one began may end in the other.
    pub fn is_followed_by(&self, other: &Section) -> bool {
        self.number().parse::<u32>().map(|number| number + 1) == other.number().parse()
    }
}

/// One thing that was done.
pub struct Step {
    /// The line it stands on.
    pub line: usize,
    /// Seconds since the scenario began.
    pub at: Option<f64>,
    /// What.
    pub act: Act,
}

/// What was done.
pub enum Act {
    /// A manifest was written.
    File(String, String),
    /// A command ran until it ended.
    Command(String, Answer),
    /// A command began in the background; its name in brackets.
    Background(String, String),
    /// A command in the background was interrupted.
    Interrupted(String, Answer),
    /// Something was done to a machine (`add`, `down`, `up`) or a Pod on it (`podfail`).
    Kubelet(String, String),
    /// All objects were written down.
    Snapshot(String),
    /// Nothing was done until everything was quiet.
    Settled,
}

/// What a command printed.
#[derive(Default)]
pub struct Answer {
    /// Lines of standard output.
    pub out: Vec<String>,
    /// Lines of standard error.
    pub err: Vec<String>,
    /// How it ended.
    pub code: u8,
    /// How long it took.
    pub seconds: f64,
    /// It printed while it ran.
    pub as_it_went: bool,
}

/// One watch event.
pub struct Changed {
    /// Seconds since the scenario began.
    pub at: f64,
    /// `ADDED`, `MODIFIED`, `DELETED`; `EXIST` for what was there before.
    pub verb: String,
    /// `pod`
    pub kind: String,
    /// `default/monitoring-daemon-8svgk`
    pub name: String,
    /// What it was like then.
    pub text: String,
}

/// All sections of a folder, in order.
pub fn read_folder(folder: &Path) -> Vec<Section> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    // By number: 100 comes after 99.
    paths.sort_by_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name.split('-').next().and_then(|number| number.parse::<u32>().ok()), name)
    });
    let folder_name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sections = paths.iter().map(|path| {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        read(&text, format!("{folder_name}/{stem}"), folder.join("snapshots"))
    });
    sections.collect()
}

fn read(text: &str, name: String, snapshots: PathBuf) -> Section {
    let mut section =
        Section { name, began: None, snapshots, steps: Vec::new(), changes: Vec::new(), machines: Vec::new() };
    let mut lines = text.lines().enumerate().peekable();
    let mut at = None;
    let mut background = None;
    while let Some((index, line)) = lines.next() {
        let line_at = line.strip_prefix("# [t+").and_then(|rest| rest.split_once("s]")?.0.parse().ok());
        at = line_at.or(at);
        if let Some(date) = line.strip_prefix("# ").filter(|text| text.starts_with("20")) {
            section.began = section.began.or(MicroTime::parse(date));
        }
        let mut push = |act| section.steps.push(Step { line: index + 1, at, act });
        if line.starts_with("##### what changed") {
            break;
        } else if let Some(rest) = line.strip_prefix("# [t+") {
            let rest = rest.split_once("s]").map_or("", |(_, rest)| rest.trim());
            if let Some(tag) = rest.strip_prefix("in background [") {
                background = Some(tag.trim_end_matches(']').to_string());
            } else if let Some(words) = rest.strip_prefix("kubelet ") {
                let (verb, about) = words.split_once(' ').unwrap_or((words, ""));
                let about = about.split('"').nth(3).unwrap_or_default();
                push(Act::Kubelet(verb.into(), about.into()));
            } else if let Some(file) = rest.strip_prefix("snapshot -> ") {
                push(Act::Snapshot(file.into()));
            } else if rest.starts_with("settled") {
                push(Act::Settled);
            }
        } else if let Some(name) = line.strip_prefix("# file ") {
            let mut text = String::new();
            while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with("#|")) {
                text.push_str(line.strip_prefix("#| ").or(line.strip_prefix("#|")).unwrap_or_default());
                text.push('\n');
            }
            push(Act::File(name.trim_end_matches(':').into(), text));
        } else if let Some(rest) = line.strip_prefix("# output of background [") {
            let tag = rest.split(']').next().unwrap_or_default().to_string();
            push(Act::Interrupted(tag, read_answer(&mut lines)));
        } else if let Some(command) = line.strip_prefix("$ ") {
            match background.take() {
                Some(tag) => push(Act::Background(tag, command.trim_end_matches(" &").into())),
                None => push(Act::Command(command.into(), read_answer(&mut lines))),
            }
        }
    }
    for (_, line) in lines {
        let mut words = line.split_whitespace();
        let Some(at) = words.next().and_then(|word| word.strip_prefix('+')).and_then(|word| word.parse().ok()) else {
            continue;
        };
        let rest = line.trim_start().split_once(' ').map_or("", |(_, rest)| rest.trim_start());
        if let Some(node) =
            rest.strip_prefix("kubelet ").map(str::trim_start).and_then(|r| r.strip_prefix("create  nodes /"))
        {
            section.machines.push((at, node.split(' ').next().unwrap_or_default().into()));
        } else {
            section.changes.extend(read_change(at, rest));
        }
    }
    section
}

fn read_answer<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Answer {
    let mut answer = Answer::default();
    for (_, line) in lines {
        if let Some(rest) = line.strip_prefix("[exit ") {
            let (code, rest) = rest.split_once(", ").unwrap_or((rest, ""));
            answer.code = code.parse().unwrap_or_default();
            answer.seconds = rest.trim_end_matches("s]").parse().unwrap_or_default();
            break;
        }
        let timed = line.strip_prefix('(').and_then(|rest| rest.split_once(") "));
        let timed = timed.filter(|(seconds, _)| seconds.trim().parse::<f64>().is_ok());
        answer.as_it_went |= timed.is_some();
        let line = timed.map_or(line, |(_, line)| line);
        match line.strip_prefix("! ").or((line == "!").then_some("")) {
            Some(line) => answer.err.push(line.into()),
            None => answer.out.push(line.into()),
        }
    }
    answer
}

fn read_change(at: f64, rest: &str) -> Option<Changed> {
    let (verb, rest) = rest.split_once(' ')?;
    let (kind, rest) = rest.trim_start().split_once(' ')?;
    let (name, text) = rest.trim_start().split_once(' ')?;
    ["ADDED", "MODIFIED", "DELETED", "EXIST"].contains(&verb).then(|| Changed {
        at,
        verb: verb.into(),
        kind: kind.into(),
        name: name.into(),
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
    })
}
