//! The specification's table rows: every one has a test that bears its ID, and none is forgotten.
//!
//! `rows.json` lists all 318 under `rows`. A row is held by a case there or in `daemon_cases.json` (`restated` says which case says the
//! same), or by a test or comment with its ID: `nl_04u_…`, `SCH-09d`.

use super::vocabulary;
use crate::tidy;
use api::meta::int_or_percent::IntOrPercent;
use api::meta::quantity::Quantity;
use api::objects::scheduling::{Effect, Taint, Toleration};
use api::{Value, json};
use cluster::controller::daemonset::template::daemon_labels;
use std::collections::BTreeSet;
use std::path::Path;

/// The strings of a list.
fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
}

/// The IDs of all cases of a file.
fn ids(file: &Value) -> Vec<String> {
    let sections = file.as_object().into_iter().flat_map(|file| file.iter()).filter_map(|(_, cases)| cases.as_array());
    sections.flatten().filter_map(|case| case["id"].as_str()).map(String::from).collect()
}

#[test]
fn all_cases_are_there_and_each_section_has_its_test() {
    let cases = vocabulary::cases();
    let ids = ids(&cases);
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (230, 230));
    let tests = include_str!("../upstream.rs");
    for (section, _) in cases.as_object().expect("sections").iter().filter(|(name, _)| *name != "about") {
        assert!(tests.contains(&format!("check(\"{section}\"")), "no test runs {section}");
    }
}

#[test]
fn every_row_is_held_by_a_test_that_bears_its_id() {
    let rows = vocabulary::rows();
    let all = texts(&rows["rows"]);
    assert_eq!(all.len(), 318);
    let cases: BTreeSet<String> = ids(&vocabulary::cases()).into_iter().collect();
    let mut held: BTreeSet<String> = ids(&rows).into_iter().collect();
    for (row, same) in rows["restated"].as_object().expect("rows") {
        assert!(texts(same).is_subset(&cases) && !texts(same).is_empty(), "{row} restates {same}");
        held.insert(row.to_string());
    }
    let tests: Vec<String> = tidy::sources().iter().filter(|path| is_rust(path)).map(|path| folded(path)).collect();
    held.extend(all.iter().filter(|row| tests.iter().any(|text| bears(text, &row.to_ascii_lowercase()))).cloned());
    let unknown: Vec<_> = held.difference(&all).collect();
    assert!(unknown.is_empty(), "no such rows: {unknown:?}");
    let missing: Vec<_> = all.difference(&held).collect();
    assert!(missing.is_empty(), "rows that no test holds: {missing:?}");
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "rs")
}

/// A file's text in which `nl_04u` and `NL-04u` are the same.
fn folded(path: &Path) -> String {
    tidy::read(path).to_ascii_lowercase().replace('_', "-")
}

/// Whether an ID stands in a text, and not as the end of another: `d-01u` isn't in `rd-01u`.
fn bears(text: &str, id: &str) -> bool {
    let alone = |at: usize| !text[..at].ends_with(|before: char| before.is_ascii_alphanumeric());
    text.match_indices(id).any(|(at, _)| alone(at))
}

#[test]
fn tolerations_bear_what_upstreams_bear() {
    let exists = |key: &str, effect: &str| json!({"key": key, "operator": "Exists", "effect": effect});
    let equal = |value: &str| json!({"key": "foo", "operator": "Equal", "value": value, "effect": "NoSchedule"});
    for (id, toleration, value, effect, expected) in [
        ("M-16u", exists("foo", "NoSchedule"), "", Effect::NoSchedule, true),
        ("M-16u", exists("foo", "NoSchedule"), "bar", Effect::NoSchedule, true),
        ("M-17u", json!({"operator": "Exists", "effect": "NoSchedule"}), "bar", Effect::NoSchedule, true),
        ("M-18u", equal("bar"), "bar", Effect::NoSchedule, true),
        ("M-18u", equal("value1"), "value2", Effect::NoSchedule, false),
        ("M-18u", equal("bar"), "bar", Effect::NoExecute, false),
        ("M-19d", json!({"key": "foo", "operator": "Exists"}), "", Effect::NoExecute, true),
        ("M-20d", json!({}), "", Effect::NoSchedule, true),
        ("M-20d", json!({}), "bar", Effect::NoSchedule, false),
    ] {
        let ours = Toleration::from_value(&toleration).tolerates(&Taint::new("foo", value, effect));
        assert_eq!(ours, expected, "{id}: {toleration} and foo={value}:{effect:?}");
    }
}

#[test]
fn d_95u_a_pod_is_labelled_with_its_templates_generation_and_hash() {
    let template = vocabulary::template(&json!({}));
    for (hash, expected) in [("", None), ("abc", Some("abc"))] {
        let labels = daemon_labels(&template, Some(5), hash);
        let label = |key: &str| labels.get(key).map(|value| &**value);
        assert_eq!(label("pod-template-generation"), Some("5"));
        assert_eq!(label("controller-revision-hash"), expected);
    }
}

#[test]
fn m_21d_percentages_round_up_or_down() {
    for (percent, total, up, down) in [("50%", 5, 3, 2), ("25%", 3, 1, 0), ("1%", 100, 1, 1)] {
        let read = IntOrPercent::parse_percent(percent).expect("a percentage");
        assert_eq!((read.scaled_ceil(total), read.scaled_floor(total)), (up, down), "{percent} of {total}");
    }
}

#[test]
fn m_22d_quantities_are_read_in_either_family() {
    let read = |text: &str| Quantity::parse(text).expect("a quantity");
    assert_eq!((read("0.5").milli(), read("500m").milli()), (500, 500));
    assert_eq!((read("100M").value(), read("100Mi").value(), read("2e3").value()), (100_000_000, 104_857_600, 2000));
}
