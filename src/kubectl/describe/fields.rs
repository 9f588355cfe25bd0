//! The pieces that many kinds share: labels, annotations, tolerations, taints, times, lists of resources.

use super::writer::Writer;
use api::time::Time;
use api::{Value, sort};

/// Annotations longer than this, key included, are put on lines of their own and cut.
///
/// Source: kubectl `pkg/describe/describe.go` (`maxAnnotationLen`), v1.36.
const ANNOTATION_LENGTH_MAX: usize = 140;

/// Never shown: it repeats the whole manifest.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The text of a value; empty if it isn't one.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The items of a list; none if it isn't one.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], |list| list)
}

/// A number, or 0.
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// Whether a list or map has nothing in it, or isn't there.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => true,
    }
}

/// A text or number as it stands: ports, percentages.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `Tue, 24 Nov 2026 22:56:00 +0000`; an absent time is Go's zero time.
pub fn time(value: &Value) -> String {
    match value.as_str().and_then(Time::parse) {
        Some(time) => time.rfc1123z(),
        None => "Mon, 01 Jan 0001 00:00:00 +0000".to_string(),
    }
}

/// Name, and Namespace for kinds that have one.
pub fn name_and_namespace(w: &mut Writer, object: &Value) {
    w.text_field(0, "Name", &object["metadata"]["name"]);
    w.optional_field(0, "Namespace", &object["metadata"]["namespace"]);
}

/// `k=v` on a line each, the first beside the title.
pub fn labels(w: &mut Writer, title: &str, map: &Value) {
    w.put(title);
    w.put(":");
    let pairs = map.as_object().filter(|map| !map.is_empty());
    let Some(pairs) = pairs else {
        return w.line(0, "\t<none>");
    };
    for (key, value) in pairs {
        w.line(0, &format!("\t{key}={}", text(value)));
    }
}

/// `k: v` on a line each; long values below their keys.
pub fn annotations(w: &mut Writer, title: &str, map: &Value) {
    w.put(title);
    w.put(":");
    let mut none = true;
    for (key, value) in map.as_object().into_iter().flatten().filter(|(key, _)| *key != LAST_APPLIED) {
        none = false;
        let value = text(value);
        let value = value.strip_suffix('\n').unwrap_or(value);
        if value.len() + key.len() + 2 <= ANNOTATION_LENGTH_MAX && !value.contains('\n') {
            w.line(0, &format!("\t{key}: {value}"));
            continue;
        }
        w.line(0, &format!("\t{key}:"));
        for line in value.split('\n') {
            w.line(0, &format!("\t  {}", shorten(line, ANNOTATION_LENGTH_MAX - 2)));
        }
    }
    if none {
        w.line(0, "\t<none>");
    }
}

fn shorten(line: &str, length_max: usize) -> String {
    if line.len() <= length_max {
        return line.to_string();
    }
    let end = (0..=length_max).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    format!("{}...", &line[..end])
}

/// Tolerations, sorted by key.
pub fn tolerations(w: &mut Writer, title: &str, list: &Value) {
    let mut all: Vec<&Value> = items(list).iter().collect();
    sort::by_key(&mut all, |toleration| text(&toleration["key"]));
    column(w, title, all.into_iter().map(toleration_text).collect());
}

/// `key=value:Effect op=Exists for 300s`, each part only if set.
fn toleration_text(toleration: &Value) -> String {
    let (key, value, effect) = (text(&toleration["key"]), text(&toleration["value"]), text(&toleration["effect"]));
    let mut out = key.to_string();
    if !value.is_empty() {
        out.push('=');
        out.push_str(value);
    }
    if !effect.is_empty() {
        out.push(':');
        out.push_str(effect);
    }
    if text(&toleration["operator"]) == "Exists" && value.is_empty() {
        // A toleration of everything has neither key nor effect.
        out.push_str(if out.is_empty() { "op=Exists" } else { " op=Exists" });
    }
    if let Some(seconds) = toleration["tolerationSeconds"].as_i64() {
        out.push_str(&format!(" for {seconds}s"));
    }
    out
}

/// Taints, sorted by effect, then key.
pub fn taints(w: &mut Writer, title: &str, list: &Value) {
    let mut all: Vec<&Value> = items(list).iter().collect();
    sort::by_key(&mut all, |taint| (text(&taint["effect"]), text(&taint["key"])));
    column(w, title, all.into_iter().map(taint_text).collect());
}

fn taint_text(taint: &Value) -> String {
    let (key, value, effect) = (text(&taint["key"]), text(&taint["value"]), text(&taint["effect"]));
    let equals = if value.is_empty() { "" } else { "=" };
    let colon = if effect.is_empty() { "" } else { ":" };
    format!("{key}{equals}{value}{colon}{effect}")
}

/// Topology spread constraints, if any.
pub fn spread_constraints(w: &mut Writer, title: &str, list: &Value) {
    let mut all: Vec<&Value> = items(list).iter().collect();
    sort::by_key(&mut all, |constraint| text(&constraint["topologyKey"]));
    let lines: Vec<String> = all.into_iter().map(spread_text).collect();
    if !lines.is_empty() {
        column(w, title, lines);
    }
}

fn spread_text(constraint: &Value) -> String {
    let mut out = format!(
        "{}:{} when max skew {} is exceeded",
        text(&constraint["topologyKey"]),
        text(&constraint["whenUnsatisfiable"]),
        number(&constraint["maxSkew"])
    );
    if constraint["labelSelector"].is_object() {
        out.push_str(&format!(" for selector {}", api::human::selector(&constraint["labelSelector"])));
    }
    out
}

/// A title with lines beside and below it, or `<none>`.
fn column(w: &mut Writer, title: &str, lines: Vec<String>) {
    w.put(title);
    w.put(":");
    if lines.is_empty() {
        w.line(0, "\t<none>");
    }
    for line in lines {
        w.line(0, &format!("\t{line}"));
    }
}

/// Amounts of resources under a title, sorted by name.
pub fn resource_list(w: &mut Writer, level: usize, title: &str, list: &Value) {
    if is_empty(list) {
        return;
    }
    w.line(level, &format!("{title}:"));
    for (name, amount) in list.as_object().into_iter().flatten() {
        w.field(level + 1, name, plain(amount));
    }
}

/// `Controlled By:  DaemonSet/logs`, if anything controls it.
pub fn controlled_by(w: &mut Writer, object: &Value) {
    if let Some(owner) = items(&object["metadata"]["ownerReferences"]).iter().find(|owner| owner["controller"] == true)
    {
        w.field(0, "Controlled By", format!("{}/{}", text(&owner["kind"]), text(&owner["name"])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn written(write: impl Fn(&mut Writer)) -> String {
        let mut w = Writer::default();
        write(&mut w);
        w.finish()
    }

    #[test]
    fn long_annotations_stand_below_their_keys_and_are_cut() {
        let map = json!({"a": "x", "long": "y".repeat(150), "two": "1\n2\n", (LAST_APPLIED): "{}"});
        let expected = format!(
            "Annotations:  a: x\n              long:\n                {}...\n              two:\n                1\n                2\n",
            "y".repeat(138)
        );
        assert_eq!(written(|w| annotations(w, "Annotations", &map)), expected);
        assert_eq!(written(|w| annotations(w, "A", &json!({(LAST_APPLIED): "{}"}))), "A:  <none>\n");
    }

    #[test]
    fn tolerations_show_only_what_is_set() {
        let list = json!([
            {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
            {"key": "gpu", "operator": "Equal", "value": "true", "effect": "NoSchedule"},
            {"operator": "Exists"}]);
        let expected =
            "T:  op=Exists\n    gpu=true:NoSchedule\n    node.kubernetes.io/not-ready:NoExecute op=Exists for 300s\n";
        assert_eq!(written(|w| tolerations(w, "T", &list)), expected);
    }

    #[test]
    fn taints_are_sorted_by_effect() {
        let list = json!([{"key": "a", "effect": "NoSchedule"}, {"key": "b", "value": "x", "effect": "NoExecute"}]);
        assert_eq!(written(|w| taints(w, "Taints", &list)), "Taints:  b=x:NoExecute\n         a:NoSchedule\n");
    }
}
