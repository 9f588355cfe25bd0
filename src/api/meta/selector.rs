//! Selectors: which objects, by label or by field.
//!
//! A [`LabelSelector`] comes from an object's `spec.selector` or from text such as `app=web,tier in (a,b),!canary`; a
//! [`FieldSelector`] only from text. Both are read as the API server reads them and refuse in its words, with its oddities:
//! `in` may be a key, `a=` selects the empty value, requirements are sorted by key.
//!
//! Models apimachinery `pkg/labels/selector.go`, `pkg/fields/selector.go`. Left out: node selectors, and which fields a
//! kind knows.

mod field;
mod parse;

pub use field::{FieldSelector, FieldTerm};
pub use parse::{key_errors, value_errors};

use crate::{Str, Value, sort};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Write};
use std::rc::Rc;

/// A conjunction of requirements on labels; cheap to clone. The default matches nothing, as a missing selector does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector(Option<Rc<[Requirement]>>);

/// One requirement on one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: Str,
    /// How its value relates to `values`.
    pub operator: Operator,
    /// Sorted, without duplicates.
    pub values: Vec<Str>,
}

/// How a label relates to the values of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=` (and `==`)
    Equals,
    /// `!=`, which an absent label meets too.
    NotEquals,
    /// `in`
    In,
    /// `notin`, which an absent label meets too.
    NotIn,
    /// The bare key.
    Exists,
    /// `!` before the key.
    DoesNotExist,
    /// `>`, between integers.
    GreaterThan,
    /// `<`, between integers.
    LessThan,
}

impl LabelSelector {
    /// Matches whatever there is.
    pub fn everything() -> LabelSelector {
        LabelSelector(Some(Rc::from([])))
    }

    /// Exactly these labels.
    pub fn from_labels(labels: &BTreeMap<Str, Str>) -> LabelSelector {
        let equals = |(key, value): (&Str, &Str)| Requirement::new(key, Operator::Equals, vec![value.clone()]);
        LabelSelector(Some(labels.iter().map(equals).collect()))
    }

    /// Reads a `metav1.LabelSelector`: `null` matches nothing, `{}` everything, and so does a broken expression nothing.
    pub fn from_value(value: &Value) -> LabelSelector {
        if !value.is_object() {
            return LabelSelector::default();
        }
        let text = |value: &Value| Str::from(value.as_str().unwrap_or_default());
        let labels = value["matchLabels"].as_object().into_iter().flatten();
        let mut all: Vec<Requirement> =
            labels.map(|(key, value)| Requirement::new(key, Operator::Equals, vec![text(value)])).collect();
        for expression in value["matchExpressions"].as_array().into_iter().flatten() {
            let operator = match expression["operator"].as_str() {
                Some("In") => Operator::In,
                Some("NotIn") => Operator::NotIn,
                Some("Exists") => Operator::Exists,
                Some("DoesNotExist") => Operator::DoesNotExist,
                _ => return LabelSelector::default(),
            };
            let values = expression["values"].as_array().into_iter().flatten().map(text).collect();
            all.push(Requirement::new(&text(&expression["key"]), operator, values));
        }
        LabelSelector::sorted(all)
    }

    /// Reads the text form; an error is the server's.
    pub fn parse(text: &str) -> Result<LabelSelector, String> {
        parse::parse(text).map(LabelSelector::sorted)
    }

    /// Whether an object with these labels is selected.
    pub fn matches(&self, labels: &BTreeMap<Str, Str>) -> bool {
        self.0.as_ref().is_some_and(|all| all.iter().all(|requirement| requirement.matches(labels)))
    }

    /// Whether it selects everything.
    pub fn is_everything(&self) -> bool {
        self.0.as_ref().is_some_and(|all| all.is_empty())
    }

    /// Whether it is the missing selector, which selects nothing.
    pub fn is_nothing(&self) -> bool {
        self.0.is_none()
    }

    /// What must hold, sorted by key.
    pub fn requirements(&self) -> &[Requirement] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The text in a table's `SELECTOR` column, where no requirement is `<none>`.
    pub fn column(&self) -> String {
        if self.requirements().is_empty() { "<none>".into() } else { self.to_string() }
    }

    fn sorted(mut all: Vec<Requirement>) -> LabelSelector {
        sort::by(&mut all, |a, b| a.key.cmp(&b.key));
        LabelSelector(Some(all.into()))
    }
}

impl Requirement {
    fn new(key: &str, operator: Operator, mut values: Vec<Str>) -> Requirement {
        sort::ascending(&mut values);
        values.dedup();
        Requirement { key: key.into(), operator, values }
    }

    /// Whether these labels meet it.
    pub fn matches(&self, labels: &BTreeMap<Str, Str>) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            Operator::Equals | Operator::In => value.is_some_and(|v| self.values.contains(v)),
            Operator::NotEquals | Operator::NotIn => value.is_none_or(|v| !self.values.contains(v)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => self.compare(value).is_some_and(|(label, bound)| label > bound),
            Operator::LessThan => self.compare(value).is_some_and(|(label, bound)| label < bound),
        }
    }

    /// The label and the bound as integers, if both are.
    fn compare(&self, value: Option<&Str>) -> Option<(i64, i64)> {
        Some((value?.parse().ok()?, self.values.first()?.parse().ok()?))
    }
}

/// The text form that [`LabelSelector::parse`] reads; empty for everything and for nothing.
impl Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements().iter().enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            requirement.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Requirement { key, operator, values } = self;
        let values = values.join(",");
        match operator {
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
            Operator::Exists => f.write_str(key),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::LessThan => write!(f, "{key}<{values}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<Str, Str> {
        pairs.iter().map(|(key, value)| (Str::from(*key), Str::from(*value))).collect()
    }

    #[test]
    fn operators_decide_as_tabled() {
        for (expression, absent, listed, other) in [
            (json!({"key": "k", "operator": "In", "values": ["x", "y"]}), false, true, false),
            (json!({"key": "k", "operator": "NotIn", "values": ["x", "y"]}), true, false, true),
            (json!({"key": "k", "operator": "Exists"}), false, true, true),
            (json!({"key": "k", "operator": "DoesNotExist"}), true, false, false),
            (json!({"key": "k", "operator": "Is"}), false, false, false),
        ] {
            let selector = LabelSelector::from_value(&json!({"matchExpressions": [expression]}));
            let said = [labels(&[]), labels(&[("k", "y")]), labels(&[("k", "")])].map(|set| selector.matches(&set));
            assert_eq!(said, [absent, listed, other], "{expression}");
        }
    }

    #[test]
    fn a_missing_selector_matches_nothing_and_an_empty_one_everything() {
        for set in [labels(&[]), labels(&[("a", "b")])] {
            assert!(!LabelSelector::from_value(&Value::Null).matches(&set));
            assert!(LabelSelector::from_value(&json!({})).matches(&set));
        }
        assert!(LabelSelector::from_value(&Value::Null).is_nothing());
        assert!(LabelSelector::parse("").is_ok_and(|all| all.is_everything()));
    }

    #[test]
    fn labels_and_expressions_are_both_required() {
        let selector = LabelSelector::from_value(&json!({
            "matchLabels": {"app": "web"},
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["b", "a"]}],
        }));
        assert!(selector.matches(&labels(&[("app", "web"), ("tier", "a"), ("x", "y")])));
        assert!(!selector.matches(&labels(&[("app", "web")])));
        assert!(!selector.matches(&labels(&[("tier", "a")])));
        assert_eq!(selector.column(), "app=web,tier in (a,b)");
        assert_eq!(LabelSelector::everything().column(), "<none>");
    }
}
