//! What came about while a section was recorded that isn't in the collection.
//!
//! A later section still shows it: its events are listed for an hour, what it left is deleted before the eyes of the next one.
//! None of that is compared. Gaps lie between sections whose numbers don't follow one another.

use super::transcript::{Act, Changed, Section};
use std::collections::BTreeSet;

/// Seconds by which the age of a row may be off: it is a whole number, and taken when the command had answered.
const AGE_SLACK: f64 = 1.2;

/// The times of missing sections, and what is known to have begun outside of them.
#[derive(Default)]
pub struct Gaps {
    gaps: Vec<(f64, f64)>,
    begun: BTreeSet<(String, String)>,
}

impl Gaps {
    /// Those of a folder's sections.
    pub fn of(sections: &[Section]) -> Gaps {
        let pairs = sections.iter().zip(sections.iter().skip(1));
        let gaps = pairs.filter(|(before, after)| !before.is_followed_by(after)).filter_map(|(before, after)| {
            let from = before.steps.iter().filter_map(ended).chain(before.changes.iter().map(|change| change.at));
            let until = after.steps.iter().find_map(|step| step.at)?;
            Some((from.fold(0.0, f64::max), until))
        });
        let changes = sections.iter().flat_map(|section| &section.changes);
        let begun = changes.filter(|change| ["ADDED", "EXIST"].contains(&change.verb.as_str())).map(identity);
        Gaps { gaps: gaps.collect(), begun: begun.collect() }
    }

    /// Whether a moment lies in one.
    pub fn hold(&self, at: f64) -> bool {
        self.gaps.iter().any(|(from, until)| (*from..*until).contains(&at))
    }

    /// Whether what was so many seconds old at a moment may have begun in one.
    pub fn may_hold(&self, at: f64, age: f64) -> bool {
        let moment = at - age;
        self.gaps.iter().any(|(from, until)| (from - AGE_SLACK..until + AGE_SLACK).contains(&moment))
    }

    /// Whether an object was there before any section of the collection tells of its coming.
    pub fn began(&self, change: &Changed) -> bool {
        !self.gaps.is_empty() && !self.begun.contains(&identity(change))
    }
}

fn identity(change: &Changed) -> (String, String) {
    (change.kind.clone(), change.name.clone())
}

/// When a step was over.
fn ended(step: &super::transcript::Step) -> Option<f64> {
    let took = match &step.act {
        Act::Command(_, answer) => answer.seconds,
        _ => 0.0,
    };
    step.at.map(|at| at + took)
}
