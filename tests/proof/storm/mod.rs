//! Storms: random acts from a seed, with everything that must hold checked after every step and at rest.
//!
//! `act` is one act as a line of text, and how it is done; `draw` invents acts that hit what is there; `step` checks every single
//! change, `rest` the whole cluster once it has had time to come to rest; this file is one storm from start to end.
//!
//! A storm is a list of lines, so that a failing one can be shrunk by leaving lines out, and read.

mod act;
mod draw;
mod rest;
mod step;

use act::Learner;
use cluster::rng::Rng;
use std::fmt::{self, Write};

/// From the last act to the check of the whole: longer than a Pod GC round and all grace periods.
const REST: f64 = 150.0;
/// After everything is mended: longer than the longest back-off of a container or an image, and than tolerated taints last.
const MENDING: f64 = 900.0;
/// So many acts between two rests.
const ACTS_BETWEEN_RESTS: usize = 25;

/// What was done, and what didn't hold.
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// The acts, one a line.
    pub acts: Vec<String>,
    /// What didn't hold.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "seed {}: {}\nafter {} acts:", self.seed, self.what, self.acts.len())?;
        self.acts.iter().try_for_each(|act| writeln!(out, "  {}", act.replace('\n', "\n  | ")))
    }
}

/// Raises one storm of so many acts. Its acts are done once as they are drawn, once more from the list, and from the middle on by
/// a copy of the cluster; all three must end in the same state.
pub fn storm(seed: u64, count: usize) -> Result<u64, Failure> {
    let mut rng = Rng::stream(seed, "storm");
    let mut acts: Vec<String> = Vec::new();
    let mut learner = Learner::new(seed);
    let mut copy = None;
    let mut weather = || {
        for number in 0..count {
            if number == count / 2 {
                copy = Some((number, learner.clone()));
            }
            let act = draw::act(&mut rng, &learner, number);
            acts.push(act.clone());
            learner.run(&act)?;
            if number % ACTS_BETWEEN_RESTS == ACTS_BETWEEN_RESTS - 1 {
                acts.push("@rest".into());
                learner.run("@rest")?;
            }
        }
        acts.push("@mend".into());
        learner.run("@mend")
    };
    if let Err(what) = weather() {
        return Err(shrunk(Failure { seed, acts, what }));
    }
    let end = learner.cluster.state_hash();
    let differs = |what: &str| Failure { seed, acts: acts.clone(), what: what.into() };
    let again = replay(seed, &acts).map_err(|what| differs(&format!("only when replayed: {what}")))?;
    if again != end {
        return Err(differs("replayed, the acts lead to another state"));
    }
    if let Some((number, mut copy)) = copy {
        let rests = number / ACTS_BETWEEN_RESTS;
        for act in &acts[number + rests..] {
            copy.run(act).map_err(|what| differs(&format!("only in a copy: {what}")))?;
        }
        if copy.cluster.state_hash() != end {
            return Err(differs(&format!("a copy made before act {number} ends in another state")));
        }
    }
    Ok(end)
}

/// Does a list of acts, and returns the hash of the state in which it ends.
fn replay(seed: u64, acts: &[String]) -> Result<u64, String> {
    replay_aloud(seed, acts, |_, _| ())
}

/// The same; tells of each act what it printed.
pub fn replay_aloud(seed: u64, acts: &[String], mut tell: impl FnMut(&str, &str)) -> Result<u64, String> {
    let mut learner = Learner::new(seed);
    for act in acts {
        learner.printed.clear();
        let outcome = learner.run(act);
        tell(act, &learner.printed);
        outcome?;
    }
    Ok(learner.cluster.state_hash())
}

/// The acts of a printed failure.
pub fn acts_of(text: &str) -> Vec<String> {
    let mut acts: Vec<String> = Vec::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("  ")) {
        match (line.strip_prefix("| "), acts.last_mut()) {
            (Some(more), Some(last)) => {
                last.push('\n');
                last.push_str(more);
            }
            _ => acts.push(line.into()),
        }
    }
    acts
}

/// Leaves out acts as long as the same thing still fails, halves first.
fn shrunk(failure: Failure) -> Failure {
    let Failure { seed, mut acts, mut what } = failure;
    let kind = |what: &str| what.split(':').next().unwrap_or_default().to_string();
    let wanted = kind(&what);
    let mut size = acts.len() / 2;
    while size > 0 {
        let mut from = 0;
        while from < acts.len() {
            let mut fewer = acts.clone();
            fewer.drain(from..(from + size).min(acts.len()));
            match replay(seed, &fewer) {
                Err(other) if kind(&other) == wanted => (acts, what) = (fewer, other),
                _ => from += size,
            }
        }
        size /= 2;
    }
    Failure { seed, acts, what }
}

/// Raises storms until so many acts have been done; says after each how far it is. Returns how many storms it took.
pub fn storms(first_seed: u64, acts: usize, each: usize, mut done: impl FnMut(usize)) -> Result<usize, Failure> {
    let count = acts.div_ceil(each);
    for number in 0..count {
        storm(first_seed + number as u64, each)?;
        done((number + 1) * each);
    }
    Ok(count)
}

/// A list of words, as a sentence has them.
fn listed(words: impl IntoIterator<Item = impl fmt::Display>) -> String {
    words.into_iter().fold(String::new(), |mut out, word| {
        let comma = if out.is_empty() { "" } else { ", " };
        let _ = write!(out, "{comma}{word}");
        out
    })
}
