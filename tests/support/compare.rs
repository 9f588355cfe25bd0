//! Compares what a real cluster did with what ours did, and says where they differ.

use super::mask::{self, Nodes};
use super::transcript::{Answer, Changed};
use super::world::Printed;
use std::collections::BTreeMap;

/// Something that differs.
pub struct Difference {
    /// Where: the section, and a line, a snapshot's path or a changed object.
    pub place: String,
    /// What was asked, theirs and ours.
    pub detail: String,
}

/// Compares the answer to a command. Rows of events that only they have are left out if they are of an age that `left_out` names.
pub fn answers(
    command: &str,
    theirs: &Answer,
    ours: &Printed,
    nodes: Nodes,
    left_out: &dyn Fn(f64) -> bool,
) -> Option<String> {
    let shown = |command: &str, lines: &mut dyn Iterator<Item = &str>, as_it_went: bool| {
        let lines = shown(command, lines, as_it_went);
        if nodes == Nodes::Told {
            return lines;
        }
        let mut lines: Vec<String> = lines.iter().map(|line| mask::alike(line)).collect();
        lines.sort();
        lines
    };
    let (out, err) = (ours.out(), ours.err());
    let mut pairs = [
        (
            shown(command, &mut theirs.out.iter().map(String::as_str), theirs.as_it_went),
            shown(command, &mut out.lines(), theirs.as_it_went),
        ),
        (shown(command, &mut theirs.err.iter().map(String::as_str), false), shown(command, &mut err.lines(), false)),
    ];
    if ["events", "describe"].iter().any(|word| command.contains(word)) {
        let old = theirs.out.iter().filter(|line| mask::age(line).is_some_and(left_out));
        let old: Vec<String> = old.flat_map(|line| shown(command, &mut [line.as_str()].into_iter(), false)).collect();
        let (theirs, ours) = &mut pairs[0];
        leave_out(&old, theirs, ours);
    }
    let exit = if theirs.code == ours.code {
        String::new()
    } else {
        format!("  exit: theirs {}, ours {}\n", theirs.code, ours.code)
    };
    if exit.is_empty() && pairs.iter().all(|(theirs, ours)| theirs == ours) {
        return None;
    }
    let differ: String =
        pairs.iter().filter(|(theirs, ours)| theirs != ours).map(|(theirs, ours)| diff(theirs, ours)).collect();
    Some(format!("  $ {command}\n{exit}{differ}"))
}

/// Takes those of the old rows from theirs that ours hasn't.
fn leave_out(old: &[String], theirs: &mut Vec<String>, ours: &[String]) {
    let count = |lines: &[String], row: &String| lines.iter().filter(|line| *line == row).count();
    for row in old {
        if count(theirs, row) > count(ours, row)
            && let Some(place) = theirs.iter().position(|line| line == row)
        {
            theirs.remove(place);
        }
    }
}

/// The lines of an answer with random parts blanked, and in an order that isn't left to chance.
fn shown<'a>(command: &str, lines: impl Iterator<Item = &'a str>, as_it_went: bool) -> Vec<String> {
    let mut lines: Vec<String> = lines.filter(|line| !is_left_out(line)).map(mask::line).collect();
    if (as_it_went || command.contains("rollout status")) && !command.contains("drain") {
        return in_passing(command, lines);
    }
    let by_chance = ["kubectl events", "get events", "kubectl drain"];
    if by_chance.iter().any(|words| command.contains(words)) {
        lines.sort();
    } else if let Some(events) = lines.iter().position(|line| line.starts_with("Events:")) {
        lines[events..].sort();
    }
    lines
}

/// Whether a row of a table of events is one that isn't compared.
fn is_left_out(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let of_a_pod = line.contains(" pod/") || line.contains(" Pod/") || line.contains("kubelet  ");
    let place = words.iter().position(|word| ["Normal", "Warning"].contains(word));
    place.and_then(|place| words.get(place + 1)).is_some_and(|reason| mask::leaves_out(reason, of_a_pod))
}

/// A watch's rows: each object's own, one after the other, without repetitions; counts only at the beginning and at the end.
fn in_passing(command: &str, lines: Vec<String>) -> Vec<String> {
    if !command.contains(" -w") && !command.contains("--watch") {
        // `rollout status` and the like: which counts it catches is chance, how it ends isn't.
        return lines.into_iter().filter(|line| !line.starts_with("Waiting for ")).collect();
    }
    let counting = ["ds", "daemonset", "rs", "replicaset", "deploy"].iter().any(|kind| {
        command
            .split_whitespace()
            .any(|word| word.strip_suffix('s').unwrap_or(word).starts_with(kind.strip_suffix('s').unwrap_or(kind)))
    });
    let of_events = command.contains("events");
    let mut objects: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in lines {
        let name = if of_events { "" } else { line.split_whitespace().next().unwrap_or_default() };
        let rows = objects.entry(name.to_string()).or_default();
        // Columns grow with what comes.
        let row = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let was_going = rows.iter().any(|row| row.contains(" Terminating "));
        if rows.last() != Some(&row) && !(was_going && mask::never_began(&row)) {
            rows.push(row);
        }
    }
    for rows in objects.values_mut() {
        if of_events {
            rows.sort();
        } else if counting && rows.len() > 2 {
            rows.drain(1..rows.len() - 1);
        }
    }
    objects.into_values().flatten().collect()
}

/// Lines only in theirs with `-`, only in ours with `+`; what both have in between is left out.
fn diff(theirs: &[String], ours: &[String]) -> String {
    // The longest common subsequence, by the textbook.
    let width = ours.len() + 1;
    let mut longest = vec![0u32; (theirs.len() + 1) * width];
    for i in (0..theirs.len()).rev() {
        for j in (0..ours.len()).rev() {
            longest[i * width + j] = if theirs[i] == ours[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    while i < theirs.len() || j < ours.len() {
        if i < theirs.len() && j < ours.len() && theirs[i] == ours[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == ours.len() || i < theirs.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            out.push_str(&format!("  - {}\n", theirs[i]));
            i += 1;
        } else {
            out.push_str(&format!("  + {}\n", ours[j]));
            j += 1;
        }
    }
    out
}

/// Compares what changed, object by object.
pub fn changes(theirs: &[&Changed], ours: &[&Changed], end: f64, nodes: Nodes) -> Vec<(String, String)> {
    let begin = theirs.iter().find(|change| change.verb == "EXIST").map_or(0.0, |change| change.at);
    let (theirs, ours) = (by_object(theirs, begin, end), by_object(ours, begin, end));
    let (their_counts, theirs): (Lives, Lives) = theirs.into_iter().partition(|(name, _)| counts(name));
    let (our_counts, ours): (Lives, Lives) = ours.into_iter().partition(|(name, _)| counts(name));
    let mut out = differing(&their_counts, &our_counts, |theirs, ours| {
        comes_about(&lasting(theirs), ours) && comes_about(&lasting(ours), theirs)
    });
    let (theirs, ours) = match nodes {
        Nodes::Told => (theirs, ours),
        Nodes::Alike => (by_likeness(theirs), by_likeness(ours)),
    };
    out.extend(differing(&theirs, &ours, goes_as_far));
    out
}

/// A state that an object was in.
#[derive(Clone, Default)]
struct State {
    text: String,
    /// It was more than caught in passing.
    lasted: bool,
    /// It came about when the story was all but over.
    late: bool,
}

/// The states each object went through.
type Lives = BTreeMap<String, Vec<State>>;

fn counts(name: &str) -> bool {
    name.split(' ').next().is_some_and(mask::is_counting)
}

fn texts(states: &[State]) -> Vec<String> {
    states.iter().map(|state| state.text.clone()).collect()
}

/// Whether an object went through the same states here and there, but for the last ones, which the end of the story may have cut off.
fn goes_as_far(theirs: &[State], ours: &[State]) -> bool {
    let (shorter, longer) = if theirs.len() < ours.len() { (theirs, ours) } else { (ours, theirs) };
    let (same, more) = longer.split_at(shorter.len());
    texts(shorter) == texts(same) && more.iter().all(|state| state.late)
}

fn lasting(states: &[State]) -> Vec<String> {
    let lasting = states.iter().filter(|state| state.lasted || !state.text.starts_with("MODIFIED"));
    lasting.map(|state| state.text.clone()).collect()
}

/// Whether these states came about in that order.
fn comes_about(states: &[String], among: &[State]) -> bool {
    let mut rest = among.iter();
    states.iter().all(|text| rest.any(|state| state.text == *text))
}

/// The objects whose states aren't as they should be.
fn differing(theirs: &Lives, ours: &Lives, agree: impl Fn(&[State], &[State]) -> bool) -> Vec<(String, String)> {
    let mut names: Vec<&String> = theirs.keys().chain(ours.keys()).collect();
    names.sort();
    names.dedup();
    let states = |all: &Lives, name: &String| all.get(name).cloned().unwrap_or_default();
    let pairs = names.into_iter().map(|name| (name, states(theirs, name), states(ours, name)));
    let differ = pairs.filter(|(_, theirs, ours)| !agree(theirs, ours));
    differ.map(|(name, theirs, ours)| (name.clone(), diff(&texts(&theirs), &texts(&ours)))).collect()
}

/// The states each object went through, from when the record begins to tell.
fn by_object(changes: &[&Changed], begin: f64, end: f64) -> Lives {
    let mut out: BTreeMap<String, Vec<(f64, String)>> = BTreeMap::new();
    for change in changes {
        let Some((name, text)) = state(change) else { continue };
        let states = out.entry(name).or_default();
        let verb = if change.verb == "EXIST" { "ADDED" } else { &change.verb };
        let text = format!("{verb} {text}");
        if change.at <= begin && !states.is_empty() {
            *states = vec![(change.at, format!("ADDED {}", text.split_once(' ').map_or("", |(_, text)| text)))];
        } else if states.last().is_none_or(|(_, last)| *last != text) {
            states.push((change.at, text));
        }
    }
    let lives = out.into_iter().map(|(name, states)| {
        let next = states.iter().skip(1).map(|(at, _)| *at).chain([end + mask::RESTING]);
        let lives = states.iter().zip(next).map(|((at, text), next)| State {
            text: text.clone(),
            lasted: next - at >= mask::RESTING,
            late: *at >= end - mask::CUT_OFF,
        });
        (name, lives.collect())
    });
    lives.collect()
}

/// The same for objects that are only told apart by the names of workers and Pods: how many went through which states.
fn by_likeness(objects: Lives) -> Lives {
    let mut out = Lives::new();
    for (name, states) in objects {
        let states: Vec<String> = states.iter().map(|state| mask::alike(&state.text)).collect();
        let all = State { text: states.join("\n    "), lasted: true, late: false };
        out.entry(mask::alike(&name)).or_default().push(all);
    }
    out.values_mut().for_each(|lives| lives.sort_by(|a, b| a.text.cmp(&b.text)));
    out
}

/// Whose state a change tells, and what it is; `None` for events that aren't compared.
fn state(change: &Changed) -> Option<(String, String)> {
    if change.kind == "event" {
        let mut words: Vec<&str> = change.text.split(' ').collect();
        let of_a_pod = words.get(2).is_some_and(|about| about.starts_with("Pod/"));
        if words.len() < 4 || mask::leaves_out(words[1], of_a_pod) {
            return None;
        }
        // The same event again is another count of the same.
        let count = words.remove(3).to_string();
        return Some((format!("event {}", mask::line(&words.join(" "))), count));
    }
    let text = if change.kind == "pod" { mask::pod_state(&change.text) } else { change.text.clone() };
    let words = text.split(' ').map(|word| match word {
        word if word.starts_with("labels=") && change.kind == "node" => "labels".into(),
        word if word.starts_with("podCIDR=") => "podCIDR".into(),
        word if word.contains("PodScheduled=") => {
            let mut conditions: Vec<&str> = word.split(',').collect();
            conditions.sort_unstable();
            conditions.join(",")
        }
        word => word.to_string(),
    });
    Some((format!("{} {}", change.kind, change.name), words.collect::<Vec<String>>().join(" ")))
}
