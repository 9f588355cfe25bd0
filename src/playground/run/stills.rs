//! Copies of the cluster along a run, from which any moment is not far.
//!
//! A copy shares the structure of what it copies, so it costs what changes until the next one. When they are too many
//! every second one goes, and the next are taken half as often. So memory stays bounded, and a moment is never further from
//! a still than a small share of the whole run.

use super::Place;
use cluster::Cluster;
use cluster::clock::Instant;
use std::rc::Rc;

/// Steps between two stills, at first.
const EVERY: u64 = 250;
/// An input takes about as long to repeat as so many steps: a command may make thousands of them at one moment.
const STEPS_OF_INPUT: u64 = 4;
/// At most so many are kept. Of 5,000 nodes, each costs 4 MB.
const KEPT: usize = 40;

/// The cluster at a moment.
pub struct Still {
    /// The cluster.
    pub cluster: Cluster,
    /// Inputs it has had.
    pub played: usize,
    /// When an object of it last changed.
    pub last_change: Instant,
}

impl Still {
    /// Where in the run.
    pub fn place(&self) -> Place {
        (self.cluster.steps(), self.cluster.now())
    }
}

/// How far a run has come, in steps' worth of work.
fn way(cluster: &Cluster, played: usize) -> u64 {
    cluster.steps() + STEPS_OF_INPUT * played as u64
}

/// The stills of a line, oldest first.
#[derive(Clone)]
pub struct Stills {
    kept: Vec<Rc<Still>>,
    /// Those that are no longer kept. They go one a step: each takes its time to take apart.
    going: Vec<Rc<Still>>,
    every: u64,
}

impl Stills {
    /// With the beginning, which always stays.
    pub fn new(first: Still) -> Stills {
        Stills { kept: vec![Rc::new(first)], going: Vec::new(), every: EVERY }
    }

    /// Keeps the present moment, if the last one kept is long enough ago.
    pub fn keep(&mut self, cluster: &Cluster, played: usize, last_change: Instant) {
        self.going.pop();
        let last = self.kept.last().map_or(0, |still| way(&still.cluster, still.played));
        if way(cluster, played) < last + self.every {
            return;
        }
        if self.kept.len() >= KEPT {
            let (stay, go): (Vec<_>, Vec<_>) = self.kept.drain(..).enumerate().partition(|(index, _)| index % 2 == 0);
            self.kept = stay.into_iter().map(|(_, still)| still).collect();
            self.going.extend(go.into_iter().map(|(_, still)| still));
            self.every *= 2;
        }
        self.kept.push(Rc::new(Still { cluster: cluster.clone(), played, last_change }));
    }

    /// The last one that is not after something; the beginning never is.
    pub fn before(&self, not_after: impl Fn(&Still) -> bool) -> &Rc<Still> {
        self.kept.iter().rev().find(|still| not_after(still)).unwrap_or(&self.kept[0])
    }

    /// How many there are.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.kept.len()
    }

    /// Forgets those after a place.
    pub fn cut(&mut self, place: Place, played: usize) {
        let mut first = true;
        self.kept.retain(|still| std::mem::take(&mut first) || (still.place() <= place && still.played <= played));
    }
}
