//! Which nodes are looked at, and how they are put together: found by a word, grouped by what they have in common.

use playground::view::{Node, Picture, Readiness};

use crate::panel::why::words::verdict_word;
use crate::text::text;

/// What nodes are grouped by.
#[derive(Clone, Debug, PartialEq)]
pub enum By {
    Nothing,
    Role,
    Status,
    Verdict,
    /// The value of a label.
    Label(String),
}

/// Nodes that belong together, by their places in the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Empty when nothing is grouped.
    pub name: String,
    pub nodes: Vec<usize>,
}

/// Where a node's zone stands.
pub const ZONE: &str = "topology.kubernetes.io/zone";

impl By {
    /// What this grouping is called.
    pub fn name(&self) -> String {
        match self {
            By::Nothing => text("field.by.nothing").to_owned(),
            By::Role => text("field.by.role").to_owned(),
            By::Status => text("field.by.status").to_owned(),
            By::Verdict => text("field.by.verdict").to_owned(),
            By::Label(key) if key == ZONE => text("field.by.zone").to_owned(),
            By::Label(key) => key.clone(),
        }
    }

    fn of(&self, node: &Node) -> String {
        match self {
            By::Nothing => String::new(),
            By::Role => node.roles.clone(),
            By::Status if node.readiness == Readiness::Removed => text("field.removed").to_owned(),
            By::Status => node.status.clone(),
            By::Verdict => node.verdict.as_ref().map_or("", |verdict| verdict_word(verdict.kind)).to_owned(),
            By::Label(key) => {
                let value = node.labels.iter().find_map(|label| label.strip_prefix(key.as_str())?.strip_prefix('='));
                value.unwrap_or("–").to_owned()
            }
        }
    }
}

/// The nodes that a word finds, in their groups; groups come in the order of their first nodes.
pub fn groups(picture: &Picture, word: &str, by: &By) -> Vec<Group> {
    let word = word.trim();
    let found = picture.nodes.iter().enumerate().filter(|(_, node)| finds(word, node));
    let mut out: Vec<Group> = Vec::new();
    for (place, node) in found {
        let name = by.of(node);
        match out.iter_mut().find(|group| group.name == name) {
            Some(group) => group.nodes.push(place),
            None => out.push(Group { name, nodes: vec![place] }),
        }
    }
    out
}

/// Whether a word finds a node: by a part of its name, or of one of its labels or taints (`disktype=ssd`).
fn finds(word: &str, node: &Node) -> bool {
    word.is_empty()
        || node.name.contains(word)
        || node.labels.iter().chain(&node.taints).any(|text| text.contains(word))
}

/// Labels that tell nodes apart: with several values among some of the nodes, not one for each.
pub fn label_keys(picture: &Picture) -> Vec<String> {
    const LOOKED_AT: usize = 60;
    let some =
        || picture.nodes.iter().take(LOOKED_AT).chain(picture.nodes.iter().skip(LOOKED_AT).rev().take(LOOKED_AT));
    let mut seen: Vec<(&str, Vec<&str>)> = Vec::new();
    for label in some().flat_map(|node| &node.labels) {
        let Some((key, value)) = label.split_once('=') else { continue };
        match seen.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) if values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None => seen.push((key, vec![value])),
        }
    }
    let nodes = some().count();
    let telling = seen.into_iter().filter(|(key, values)| {
        let each = values.len() >= nodes && nodes > 2;
        *key != ZONE && !each && (values.len() > 1 || some().any(|node| !has(node, key)))
    });
    telling.map(|(key, _)| key.to_owned()).collect()
}

fn has(node: &Node, key: &str) -> bool {
    node.labels.iter().any(|label| label.strip_prefix(key).is_some_and(|rest| rest.starts_with('=')))
}
