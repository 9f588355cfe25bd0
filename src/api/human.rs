//! How the API server and kubectl shorten things for people: ages, labels, selectors.
//!
//! The server's tables and kubectl's `describe` must say the same thing the same way, so both read it here.
//!
//! Models `apimachinery/pkg/util/duration/duration.go` (`HumanDuration`), `labels.FormatLabels` and
//! `metav1.FormatLabelSelector`, Kubernetes v1.36. Left out: whole seconds are all the precision there is.

use crate::time::Time;
use crate::{Value, sort};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// A span of `seconds` with at most two units, and one unit once the smaller stops mattering.
pub fn human_duration(seconds: i64) -> String {
    match seconds {
        // Clocks of different machines disagree by a second; more than that is a mistake worth showing.
        ..=-2 => "<invalid>".to_string(),
        -1 => "0s".to_string(),
        s if s < 2 * MINUTE => format!("{s}s"),
        s if s < 10 * MINUTE => two_units(s / MINUTE, "m", s % MINUTE, "s"),
        s if s < 3 * HOUR => format!("{}m", s / MINUTE),
        s if s < 8 * HOUR => two_units(s / HOUR, "h", s % HOUR / MINUTE, "m"),
        s if s < 2 * DAY => format!("{}h", s / HOUR),
        s if s < 8 * DAY => two_units(s / DAY, "d", s % DAY / HOUR, "h"),
        s if s < 2 * YEAR => format!("{}d", s / DAY),
        s if s < 8 * YEAR => two_units(s / YEAR, "y", s % YEAR / DAY, "d"),
        s => format!("{}y", s / YEAR),
    }
}

fn two_units(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    if small == 0 { format!("{large}{large_unit}") } else { format!("{large}{large_unit}{small}{small_unit}") }
}

/// How long ago `time` (RFC 3339) was; `<unknown>` if there is none.
pub fn age(time: &Value, now: Time) -> String {
    match time.as_str().and_then(Time::parse) {
        Some(time) => human_duration(now.0 - time.0),
        None => "<unknown>".to_string(),
    }
}

/// A map of strings as `a=b,c=d`, sorted by key; `<none>` when empty.
pub fn labels(map: &Value) -> String {
    let pairs: Vec<String> = map
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    or_none(pairs.join(","))
}

/// A `LabelSelector` as one would type it after `-l`, sorted by key; `<none>` when empty.
pub fn selector(selector: &Value) -> String {
    or_none(selector_terms(selector).join(","))
}

fn selector_terms(selector: &Value) -> Vec<String> {
    let mut terms: Vec<(&str, String)> = Vec::new();
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        terms.push((key, format!("{key}={}", value.as_str().unwrap_or_default())));
    }
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let mut values: Vec<&str> =
            expression["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        sort::ascending(&mut values);
        let values = values.join(",");
        let text = match expression["operator"].as_str().unwrap_or_default() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_string(),
        };
        terms.push((key, text));
    }
    sort::by_key(&mut terms, |(key, _)| *key);
    terms.into_iter().map(|(_, text)| text).collect()
}

/// A node's roles: every `X` of a label `node-role.kubernetes.io/X`, and the value of `kubernetes.io/role`.
pub fn node_roles(labels: &Value) -> String {
    let mut roles: Vec<&str> = Vec::new();
    for (key, value) in labels.as_object().into_iter().flatten() {
        match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => roles.push(role),
            None if key == "kubernetes.io/role" => roles.push(value.as_str().unwrap_or_default()),
            None => {}
        }
    }
    roles.retain(|role| !role.is_empty());
    sort::ascending(&mut roles);
    roles.dedup();
    or_none(roles.join(","))
}

/// The text, or `<none>` in place of nothing.
pub fn or_none(text: impl Into<String>) -> String {
    let text = text.into();
    if text.is_empty() { "<none>".to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    /// E5.19, E5.20, E5.21, E5.22, E5.23, E5.24, E5.25, E5.26
    #[test]
    fn ages_lose_their_small_unit_as_they_grow() {
        let cases = [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (59, "59s"),
            (60, "60s"),
            (119, "119s"),
            (120, "2m"),
            (121, "2m1s"),
            (125, "2m5s"),
            (599, "9m59s"),
            (600, "10m"),
            (3600, "60m"),
            (10_799, "179m"),
            (10_800, "3h"),
            (10_860, "3h1m"),
            (28_799, "7h59m"),
            (28_800, "8h"),
            (172_799, "47h"),
            (172_800, "2d"),
            (176_400, "2d1h"),
            (691_199, "7d23h"),
            (691_200, "8d"),
            (63_071_999, "729d"),
            (2 * YEAR, "2y"),
            (2 * YEAR + DAY, "2y1d"),
            (8 * YEAR - 1, "7y364d"),
            (8 * YEAR, "8y"),
        ];
        for (seconds, shown) in cases {
            assert_eq!(human_duration(seconds), shown, "{seconds} s");
        }
    }

    #[test]
    fn an_absent_time_is_unknown() {
        assert_eq!(age(&Value::Null, Time(0)), "<unknown>");
        assert_eq!(age(&json!("2026-11-24T22:56:00Z"), Time::parse("2026-11-24T23:08:34Z").unwrap()), "12m");
    }

    #[test]
    fn selectors_read_as_they_are_typed() {
        let all = json!({"matchLabels": {"b": "2", "a": "1"}, "matchExpressions": [
            {"key": "c", "operator": "In", "values": ["y", "x"]}, {"key": "d", "operator": "NotIn", "values": ["z"]},
            {"key": "e", "operator": "Exists"}, {"key": "f", "operator": "DoesNotExist"}]});
        assert_eq!(selector(&all), "a=1,b=2,c in (x,y),d notin (z),e,!f");
        assert_eq!(selector(&json!({})), "<none>");
        assert_eq!(labels(&json!({"b": "2", "a": "1"})), "a=1,b=2");
    }
}
