//! The page as a part of another: what it then lets be done, and what the page around may ask of it.
//!
//! Which panels show is the style sheet's business (`static/style/embed.css`). docs/embedding.md is the contract.

use playground::act::Act;

use crate::host::embed::{asked, manifest};
use crate::layout::Tab;
use crate::panel::dock::DockTab;
use crate::panel::lesson::progress;

pub use crate::host::embed::{embedded, listen, tell, tell_passed};

/// The file that a manifest from outside becomes.
pub const MANIFEST: &str = "manifest.yaml";
/// The scenario for a manifest that names none, and the file that comes with it.
const EMPTY: (&str, &str) = ("three-workers", "monitoring-daemon.yaml");

/// What the page around may ask for, as acts; none for what isn't known.
pub fn acts(what: &str, value: &str) -> Vec<Act> {
    match what {
        "run" => vec![Act::Run { line: value.to_owned() }],
        "apply" => vec![
            Act::EditFile { name: MANIFEST.to_owned(), text: value.to_owned() },
            Act::ShowFile { name: MANIFEST.to_owned() },
            Act::Apply { file: MANIFEST.to_owned() },
        ],
        "pause" => vec![Act::Pause],
        "resume" => vec![Act::Resume],
        "reset" => vec![Act::Reset],
        "speed" => speed(value),
        _ => Vec::new(),
    }
}

/// What the address asks for at the beginning: a scenario, a manifest, a speed.
pub fn beginning() -> Vec<Act> {
    let manifest = manifest();
    let mut begins = Vec::new();
    // A manifest of one's own has a cluster of its own, with nothing else in it.
    match (asked("scenario"), &manifest) {
        (Some(id), _) => begins.push(Act::LoadScenario { id }),
        (None, Some(_)) => {
            let (id, file) = EMPTY;
            begins.extend([Act::LoadScenario { id: id.to_owned() }, Act::CloseFile { name: file.to_owned() }]);
        }
        (None, None) => (),
    }
    begins.extend(manifest.map(|text| acts("apply", &text)).into_iter().flatten());
    begins.extend(asked("speed").map(|value| speed(&value)).into_iter().flatten());
    begins
}

/// The lesson that the address asks for, by the name of its file.
pub fn asked_lesson() -> Option<String> {
    asked("lesson").filter(|id| progress::is_id(id))
}

/// Virtual seconds in one of the wall clock; 0 holds time.
fn speed(value: &str) -> Vec<Act> {
    match value.parse::<u32>() {
        Ok(0) => vec![Act::Pause],
        Ok(speed) => vec![Act::SetSpeed { speed: f64::from(speed) }, Act::Resume],
        Err(_) => Vec::new(),
    }
}

/// The panel of the dock among those that `panels=` asks for.
pub fn asked_dock() -> Option<DockTab> {
    asked("panels")?.split(' ').find_map(DockTab::find)
}

/// The panel that comes to the front of a narrow frame: the first that `panels=` asks for.
pub fn asked_tab() -> Option<Tab> {
    Some(match asked("panels")?.split(' ').next()? {
        "cluster" => Tab::Cluster,
        "editor" => Tab::Yaml,
        "terminal" => Tab::Terminal,
        _ => Tab::Dock,
    })
}

/// Whether this embed is for looking only.
pub fn read_only() -> bool {
    asked("readOnly").is_some()
}

/// Whether a reader of a read-only embed may do this: look, and let time pass.
pub fn lets_a_reader(act: &Act) -> bool {
    !matches!(
        act,
        Act::EditFile { .. }
            | Act::NewFile
            | Act::CloseFile { .. }
            | Act::LoadExample { .. }
            | Act::Apply { .. }
            | Act::Run { .. }
            | Act::Interrupt
            | Act::AddNodes { .. }
            | Act::RemoveNode { .. }
            | Act::Cordon { .. }
            | Act::Uncordon { .. }
            | Act::Drain { .. }
            | Act::StopKubelet { .. }
            | Act::StartKubelet { .. }
            | Act::Label { .. }
            | Act::Taint { .. }
            | Act::SetTrouble { .. }
            | Act::LoadScenario { .. }
            | Act::ShowRelease { .. }
            | Act::OpenScenario { .. }
            | Act::ShowSolution
            | Act::ShowMoment { .. }
            | Act::Reset
            | Act::CarryOut
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_around_asks_becomes_acts_and_the_unknown_none() {
        assert_eq!(acts("run", "kubectl get ds"), [Act::Run { line: "kubectl get ds".into() }]);
        assert_eq!(acts("speed", "0"), [Act::Pause]);
        assert_eq!(acts("speed", "100"), [Act::SetSpeed { speed: 100.0 }, Act::Resume]);
        assert!(acts("speed", "fast").is_empty() && acts("format", "/").is_empty());
        assert_eq!(acts("apply", "kind: Pod").len(), 3);
    }
}
