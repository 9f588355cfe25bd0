//! What has to be so: checks, in the words of a learner's own tools. `docs/formats/lesson.md` describes each.
//!
//! A check looks at the state and accepts every way to it. Only `said` and `answered` look at what the learner did.

use crate::read::{Entries, Fault, Field};
use api::meta::selector::LabelSelector;
use api::resource::Kind;
use std::fmt;

/// A condition.
#[expect(missing_docs, reason = "a check says what is looked at; its fields are named as what they carry")]
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// What a jsonpath prints of an object.
    Field { object: Target, jsonpath: String, has: Comparison },
    /// Whether an object is there.
    Exists { object: Target, exists: bool },
    /// How many Pods there are, on each of some nodes or in all.
    Pods { pods: Pods, on: Option<Nodes>, has: Comparison },
    /// An Event was seen.
    Event { reason: String, about: Option<(Kind, String)>, says: String },
    /// It is the very object that was there when the step began.
    Unchanged { object: Target },
    /// The Pods that were there when the step began are still there.
    UnchangedPods { pods: Pods },
    /// The step's question has this answer.
    Answered(String),
    /// The terminal has said this since the step began.
    Said(String),
    /// It was so at every moment of the step.
    Always(Box<Check>),
    /// One of them is so.
    Any(Vec<Check>),
    /// All of them are so.
    All(Vec<Check>),
    /// It isn't so.
    Not(Box<Check>),
}

/// Names one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its kind.
    pub kind: Kind,
    /// Empty for what has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Pods, by label.
#[derive(Clone, Debug, PartialEq)]
pub struct Pods {
    /// As `-l` takes it.
    pub selector: String,
    /// `None`: of all namespaces.
    pub namespace: Option<String>,
    /// Only those that are Ready.
    pub ready: bool,
}

/// Nodes, each of which is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Nodes {
    /// By name.
    Named(Vec<String>),
    /// By label; an empty selector (written `*`): all.
    Labelled(String),
}

/// How what is there compares with what is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// How.
    pub operator: Operator,
    /// With what.
    pub value: String,
}

/// `is`, `atLeast`, …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The same text.
    Is,
    /// Another text.
    IsNot,
    /// A number that isn't smaller; nothing counts as 0.
    AtLeast,
    /// A number that isn't greater.
    AtMost,
    /// The text is part of it.
    Contains,
}

impl Operator {
    const ALL: [(&'static str, &'static str, Operator); 5] = [
        ("is", "=", Operator::Is),
        ("isNot", "≠", Operator::IsNot),
        ("atLeast", "≥", Operator::AtLeast),
        ("atMost", "≤", Operator::AtMost),
        ("contains", "∋", Operator::Contains),
    ];

    fn sign(self) -> &'static str {
        Operator::ALL.iter().find(|(_, _, operator)| *operator == self).map_or("", |(_, sign, _)| sign)
    }
}

const KEYS: [&str; 22] = [
    "object",
    "namespace",
    "jsonpath",
    "exists",
    "pods",
    "nodes",
    "ready",
    "event",
    "about",
    "says",
    "unchanged",
    "unchangedPods",
    "answered",
    "said",
    "always",
    "any",
    "all",
    "is",
    "isNot",
    "atLeast",
    "atMost",
    "contains",
];

impl Check {
    /// The checks of a list.
    pub fn read_all(fields: Vec<Field<'_>>) -> Result<Vec<Check>, Fault> {
        fields.iter().map(Check::read).collect()
    }

    /// Reads one.
    pub fn read(field: &Field<'_>) -> Result<Check, Fault> {
        let mut known = KEYS.to_vec();
        known.push("not");
        let map = field.map(&known)?;
        let kinds = [
            "object",
            "pods",
            "event",
            "unchanged",
            "unchangedPods",
            "answered",
            "said",
            "always",
            "any",
            "all",
            "not",
        ];
        let mut found = kinds.into_iter().filter(|kind| map.get(kind).is_some());
        let (Some(kind), None) = (found.next(), found.next()) else {
            return Err(field.fault(format!("needs exactly one of {}", kinds.join(", "))));
        };
        let here = map.need(kind)?;
        Ok(match kind {
            "object" if map.get("exists").is_some() => {
                Check::Exists { object: target(&map, &here)?, exists: map.need("exists")?.flag()? }
            }
            "object" => Check::Field {
                object: target(&map, &here)?,
                jsonpath: map.need("jsonpath")?.text()?,
                has: comparison(&map)?,
            },
            "pods" => Check::Pods {
                pods: pods(&map, &here)?,
                on: map.get("nodes").map(|on| nodes(&on)).transpose()?,
                has: comparison(&map)?,
            },
            "event" => Check::Event {
                reason: here.text()?,
                about: map.get("about").map(|about| kind_and_name(&about)).transpose()?,
                says: map.text("says")?,
            },
            "unchanged" => Check::Unchanged { object: target(&map, &here)? },
            "unchangedPods" => Check::UnchangedPods { pods: pods(&map, &here)? },
            "answered" => Check::Answered(here.scalar()?),
            "said" => Check::Said(here.text()?),
            "always" => Check::Always(Box::new(Check::read(&here)?)),
            "any" => Check::Any(Check::read_all(here.list()?)?),
            "all" => Check::All(Check::read_all(here.list()?)?),
            _ => Check::Not(Box::new(Check::read(&here)?)),
        })
    }

    /// The bound it holds throughout, if it is of that kind.
    pub fn bound(&self) -> Option<&Check> {
        match self {
            Check::Always(check) => Some(check),
            _ => None,
        }
    }
}

fn kind_and_name(field: &Field<'_>) -> Result<(Kind, String), Fault> {
    let text = field.text()?;
    let (kind, name) =
        text.split_once('/').ok_or_else(|| field.fault(format!("{text:?} is not KIND/NAME, as daemonset/agent")))?;
    let kind = Kind::of_word(kind).ok_or_else(|| field.fault(format!("there is no kind {kind:?}")))?;
    Ok((kind, name.to_string()))
}

fn target(map: &Entries<'_>, field: &Field<'_>) -> Result<Target, Fault> {
    let (kind, name) = kind_and_name(field)?;
    let namespace = match map.get("namespace") {
        _ if !kind.namespaced() => String::new(),
        Some(namespace) => namespace.text()?,
        None => "default".into(),
    };
    Ok(Target { kind, namespace, name })
}

fn pods(map: &Entries<'_>, field: &Field<'_>) -> Result<Pods, Fault> {
    let selector = field.text()?;
    LabelSelector::parse(&selector).map_err(|error| field.fault(error))?;
    let namespace = map.get("namespace").map_or(Ok("default".into()), |namespace| namespace.text())?;
    let ready = map.get("ready").map_or(Ok(false), |ready| ready.flag())?;
    Ok(Pods { selector, namespace: (namespace != "*").then_some(namespace), ready })
}

fn nodes(field: &Field<'_>) -> Result<Nodes, Fault> {
    if let Ok(names) = field.list() {
        return Ok(Nodes::Named(names.iter().map(Field::text).collect::<Result<_, _>>()?));
    }
    let selector = match field.text()?.as_str() {
        "*" => String::new(),
        selector => selector.to_string(),
    };
    LabelSelector::parse(&selector).map_err(|error| field.fault(error))?;
    Ok(Nodes::Labelled(selector))
}

fn comparison(map: &Entries<'_>) -> Result<Comparison, Fault> {
    let mut found = Operator::ALL.into_iter().filter_map(|(key, _, operator)| Some((map.get(key)?, operator)));
    match (found.next(), found.next()) {
        (Some((field, operator)), None) => Ok(Comparison { operator, value: field.scalar()? }),
        _ => Err(map.fault("needs exactly one of is, isNot, atLeast, atMost, contains")),
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.info().singular, self.name)?;
        match self.namespace.as_str() {
            "" | "default" => Ok(()),
            namespace => write!(f, " -n {namespace}"),
        }
    }
}

impl fmt::Display for Pods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pods")?;
        match self.namespace.as_deref() {
            Some("default") => {}
            Some(namespace) => write!(f, " -n {namespace}")?,
            None => f.write_str(" -A")?,
        }
        if !self.selector.is_empty() {
            write!(f, " -l {}", self.selector)?;
        }
        if self.ready { f.write_str(" Ready") } else { Ok(()) }
    }
}

/// The check in the language of the tools, the same for every reader.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, checks: &[Check], between: &str| {
            for (place, check) in checks.iter().enumerate() {
                write!(f, "{}{check}", if place == 0 { "" } else { between })?;
            }
            Ok(())
        };
        match self {
            Check::Field { object, jsonpath, has } => {
                write!(f, "{object} {jsonpath} {} {}", has.operator.sign(), has.value)
            }
            Check::Exists { object, exists } => write!(f, "{}{object}", if *exists { "" } else { "no " }),
            Check::Pods { pods, on, has } => {
                write!(f, "{pods}")?;
                match on {
                    None => {}
                    Some(Nodes::Named(names)) => write!(f, " on {}", names.join(", "))?,
                    Some(Nodes::Labelled(selector)) if selector.is_empty() => f.write_str(" on every node")?,
                    Some(Nodes::Labelled(selector)) => write!(f, " on nodes -l {selector}")?,
                }
                write!(f, " {} {}", has.operator.sign(), has.value)
            }
            Check::Event { reason, about, says } => {
                write!(f, "event {reason}")?;
                if let Some((kind, name)) = about {
                    write!(f, " {}/{name}", kind.info().singular)?;
                }
                if says.is_empty() { Ok(()) } else { write!(f, " {says:?}") }
            }
            Check::Unchanged { object } => write!(f, "{object}: same uid"),
            Check::UnchangedPods { pods } => write!(f, "{pods}: same uids"),
            Check::Answered(_) => f.write_str("?"),
            Check::Said(text) => write!(f, "{text:?}"),
            Check::Always(check) => write!(f, "always {check}"),
            Check::Any(checks) => joined(f, checks, " | "),
            Check::All(checks) => joined(f, checks, " & "),
            Check::Not(check) => write!(f, "not ({check})"),
        }
    }
}
