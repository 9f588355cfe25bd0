//! Reads `go.txt`: what Go's sources say and the OpenAPI document doesn't.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The facts, by `TYPE.FIELD`.
#[derive(Default)]
pub struct Facts {
    /// Named types, as lines of the table.
    pub types: BTreeMap<String, String>,
    /// Fields of a named type.
    pub is: BTreeMap<String, String>,
    merge: BTreeMap<String, String>,
    zeros: BTreeSet<String>,
    optional: BTreeSet<String>,
    unseen: RefCell<BTreeSet<String>>,
}

impl Facts {
    /// Reads the file.
    pub fn read() -> Facts {
        let mut facts = Facts::default();
        for line in include_str!("go.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["type", name, underlying, ref values @ ..] => {
                    let values = if values.is_empty() { String::new() } else { format!(" {}", values.join("|")) };
                    facts.types.insert(name.into(), format!("{name}={underlying}{values}"));
                }
                ["is", at, name] => drop(facts.is.insert(at.into(), name.into())),
                ["merge", at, key] => drop(facts.merge.insert(at.into(), format!("/{key}"))),
                ["replace", at] => drop(facts.merge.insert(at.into(), "/-".into())),
                ["optional", ref fields @ ..] => facts.optional.extend(fields.iter().map(|f| f.to_string())),
                ["zero", ref fields @ ..] => facts.zeros.extend(fields.iter().map(|f| f.to_string())),
                _ => panic!("go.txt doesn't know the line {line}"),
            }
        }
        let zeros = facts.zeros.iter().filter(|f| f.contains('.'));
        facts.unseen = RefCell::new(facts.is.keys().chain(facts.merge.keys()).chain(&facts.optional).chain(zeros).cloned().collect());
        facts
    }

    /// Whether Go leaves the field out when it is empty, whatever the generated types do.
    pub fn is_optional(&self, at: &str) -> bool {
        self.optional.contains(at)
    }

    /// Whether a written zero of the field is kept.
    pub fn keeps_zero(&self, at: &str, field: &str) -> bool {
        self.zeros.contains(at) || self.zeros.contains(field)
    }

    /// The table's suffix for the field's patch strategy.
    pub fn strategy(&self, at: &str) -> String {
        self.merge.get(at).cloned().unwrap_or_default()
    }

    /// Notes that the field exists.
    pub fn seen(&self, at: &str) {
        self.unseen.borrow_mut().remove(at);
    }

    /// Says which facts speak of fields that don't exist.
    pub fn complain(&self) {
        for at in self.unseen.borrow().iter() {
            eprintln!("go.txt: there is no field {at}");
        }
    }
}

/// Whether a named type is a map rather than a string.
pub fn names_a_map(name: &str) -> bool {
    name == "ResourceList"
}
