//! The scenario on stage, and those one may open instead.

use crate::act::Moment;

/// What the page's head shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// The id of the scenario on stage; empty for one that doesn't ship.
    pub scenario: String,
    /// What it calls itself.
    pub title: String,
    pub scenarios: Vec<ScenarioName>,
    /// Which side of the before/after switch the cluster is on; `None` when the scenario has no such switch.
    pub moment: Option<Moment>,
    /// The release that is on stage: `1.36`; `1.11` is that with the old DaemonSet controller.
    pub kubernetes: String,
    /// All that it could be.
    pub releases: &'static [&'static str],
}

/// A scenario in the menu.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioName {
    pub id: String,
    pub title: String,
}
