//! What a real cluster did, done again by ours.
//!
//! `transcripts/real` holds records of a real control plane and a real kubectl: every answer, every object at some moments,
//! every change. Each folder is one scenario on one cluster. `EVERYNODE_TRANSCRIPTS=/path` replays
//! the scenarios of another folder as well.
//!
//! What is blanked in the comparison, and why, stands in `support/mask.rs`. What differs and is known to stands in
//! `transcripts/known.txt`, each with its reason: such a place must differ, so that the list can't rot.

use crate::support::compare::Difference;
use crate::support::mask::Nodes;
use crate::support::{replay, transcript};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[test]
fn an_empty_cluster_and_a_daemon_set_from_creation_to_deletion() {
    check("basic");
}

#[test]
fn a_node_falls_silent_and_comes_back() {
    check("nodedown");
}

#[test]
fn templates_roll_out_in_every_strategy() {
    check("rollout");
}

#[test]
fn events_of_a_large_rollout_are_folded_and_held_back() {
    check("events40");
}

#[test]
fn manifests_and_commands_are_refused_in_its_words() {
    check("validation");
}

#[test]
fn room_runs_out_pods_are_taken_away_and_everything_is_printed() {
    check("misc");
}

#[test]
fn deployments_scale_heal_and_roll_out() {
    check("deploy");
}

/// Looks at every scenario of the folder that the environment names; what is known of our own doesn't count there.
#[test]
fn scenarios_from_elsewhere() {
    let Some(folder) = std::env::var_os("EVERYNODE_TRANSCRIPTS").map(PathBuf::from) else {
        eprintln!("EVERYNODE_TRANSCRIPTS names no folder; nothing was replayed");
        return;
    };
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut scenarios: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    scenarios.sort();
    let wrong: Vec<String> = scenarios.iter().filter_map(|path| replayed(path, &BTreeMap::new()).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nodes_come_go_are_cordoned_and_labelled() {
    check("nodes");
}

/// Replays a scenario of our own collection.
fn check(scenario: &str) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    if let Err(wrong) = replayed(&own.join("real").join(scenario), &known(&own.join("known.txt"), scenario)) {
        panic!("{wrong}");
    }
}

/// Replays a scenario and says what differs and isn't known to, and what is known to and doesn't.
fn replayed(folder: &Path, known: &BTreeMap<String, String>) -> Result<(), String> {
    let sections = transcript::read_folder(folder);
    if sections.is_empty() {
        return Err(format!("no transcripts in {}", folder.display()));
    }
    let found = replay::run(&sections, nodes_of(folder));
    let steps = sections.iter().map(|section| section.steps.len()).sum::<usize>();
    let mut wrong: Vec<String> = (found.iter())
        .filter(|difference| !known.keys().any(|place| matches(place, &difference.place)))
        .map(|Difference { place, detail }| format!("{place}\n{detail}"))
        .collect();
    let new = wrong.len();
    let healed = known.iter().filter(|(place, _)| !found.iter().any(|found| matches(place, &found.place)));
    wrong.extend(healed.map(|(place, why)| format!("{place}\n  no longer differs; known.txt says: {why}\n")));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{new} differences in {steps} steps of {}:\n\n{}", folder.display(), wrong.join("\n")))
}

/// Whether a scenario's record tells its nodes apart.
fn nodes_of(folder: &Path) -> Nodes {
    let by_chance = ["rollout", "deploy", "misc", "events40"];
    if by_chance.iter().any(|scenario| folder.ends_with(scenario)) { Nodes::Alike } else { Nodes::Told }
}

/// The places of a scenario that are known to differ, and why.
fn known(file: &Path, scenario: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let pairs = lines.map(|line| {
        let (place, why) = line.split_once(" | ").unwrap_or_else(|| panic!("known.txt: no reason given: {line}"));
        (place.trim().to_string(), why.trim().to_string())
    });
    pairs.filter(|(place, _)| place.starts_with(scenario)).collect()
}

/// Whether a known place is this one; a `*` in it stands for anything.
fn matches(known: &str, place: &str) -> bool {
    let mut parts = known.split('*');
    let Some(mut rest) = place.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut open = false;
    for part in parts {
        open = part.is_empty();
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    open || rest.is_empty()
}
