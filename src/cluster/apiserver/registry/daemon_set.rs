//! DaemonSets: defaults, bookkeeping, checks.
//!
//! Models apps `SetDefaults_DaemonSet`, `ValidateDaemonSetSpec`, registry `apps/daemonset`.

use super::fields::{default, given, int, part, same, set, text, written};
use super::path::Path;
use super::report::Report;
use super::{budget, meta, pod_template, selector};
use api::resource::Kind;
use api::{Value, json};

/// A counter of template changes from before revisions; still kept, and put on every daemon Pod as a label.
pub const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

const STRATEGIES: [&str; 2] = ["RollingUpdate", "OnDelete"];
/// Old revisions kept for `rollout undo`.
const REVISION_HISTORY_LIMIT: i64 = 10;

/// Fills in what a manifest leaves open. The selector is not made up.
pub fn set_defaults(daemon_set: &mut Value) {
    let spec = part(daemon_set, "spec");
    default(spec, "revisionHistoryLimit", REVISION_HISTORY_LIMIT);
    set_strategy_defaults(part(spec, "updateStrategy"));
    pod_template::set_defaults(spec);
}

fn set_strategy_defaults(strategy: &mut Value) {
    default(strategy, "type", STRATEGIES[0]);
    let rolling = text(strategy, "type") == "RollingUpdate";
    if rolling {
        part(strategy, "rollingUpdate");
    }
    // Another strategy keeps a block it was given, where what is missing is plainly 0.
    if let Some(update) = written(strategy, "rollingUpdate") {
        default(update, "maxUnavailable", rolling as i64);
        default(update, "maxSurge", 0);
    }
}

/// The first template generation is 1, unless the annotation was brought along.
pub fn prepare_for_create(daemon_set: &mut Value) {
    let brought = template_generation(daemon_set).max(1);
    set_template_generation(daemon_set, brought);
}

/// Editing or removing the annotation has no effect; changing the template raises it.
pub fn prepare_for_update(new: &mut Value, old: &Value) {
    let changed = !same(&new["spec"]["template"], &old["spec"]["template"]);
    set_template_generation(new, template_generation(old) + changed as i64);
}

fn template_generation(daemon_set: &Value) -> i64 {
    text(&daemon_set["metadata"]["annotations"], TEMPLATE_GENERATION).parse().unwrap_or_default()
}

fn set_template_generation(daemon_set: &mut Value, generation: i64) {
    set(part(part(daemon_set, "metadata"), "annotations"), TEMPLATE_GENERATION, generation.to_string());
}

/// The status before the controller has seen the object: the counters that are always printed.
pub fn initial_status() -> Value {
    json!({"currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0})
}

/// Checks a new DaemonSet.
pub fn validate(report: &mut Report, daemon_set: &Value) {
    meta::validate(report, Kind::DAEMON_SET, daemon_set);
    validate_spec(report, &daemon_set["spec"]);
}

/// Checks a DaemonSet that replaces another; the selector first.
pub fn validate_update(report: &mut Report, new: &Value, old: &Value) {
    meta::validate_update(report, new, old);
    validate_selector_unchanged(report, new, old);
    validate_spec(report, &new["spec"]);
}

/// `spec.selector` is for ever, in DaemonSets, Deployments and ReplicaSets alike.
pub fn validate_selector_unchanged(report: &mut Report, new: &Value, old: &Value) {
    let [new, old] = [new, old].map(|object| selector::shown(&object["spec"]["selector"]));
    let path = Path::root("spec");
    if new != old {
        report.invalid(path.child("selector"), new, super::report::IMMUTABLE);
    }
}

fn validate_spec(report: &mut Report, spec: &Value) {
    let path = Path::root("spec");
    let wanted = &spec["selector"];
    selector::validate(report, path.child("selector"), wanted);
    if selector::is_sound(wanted) {
        selector::validate_picks_template(report, wanted, &spec["template"]);
    }
    if selector::asks_nothing(wanted) {
        let shown = selector::shown(wanted);
        report.invalid(path.child("selector"), shown, "empty selector is invalid for daemonset");
    }
    pod_template::validate_endless(report, path.child("template"), &spec["template"], "DaemonSet");
    report.non_negative(path.child("minReadySeconds"), int(spec, "minReadySeconds"));
    validate_strategy(report, path.child("updateStrategy"), &spec["updateStrategy"]);
    report.non_negative(path.child("revisionHistoryLimit"), int(spec, "revisionHistoryLimit"));
}

fn validate_strategy(report: &mut Report, path: Path, strategy: &Value) {
    match text(strategy, "type") {
        "OnDelete" => {}
        "RollingUpdate" => validate_rolling_update(report, path.child("rollingUpdate"), &strategy["rollingUpdate"]),
        _ => report.unsupported_struct(path, shown_strategy(strategy), &STRATEGIES),
    }
}

fn validate_rolling_update(report: &mut Report, path: Path, update: &Value) {
    let fields = ["maxUnavailable", "maxSurge"];
    for field in fields {
        budget::validate(report, path.child(field), &update[field]);
    }
    for field in fields {
        budget::validate_at_most_all(report, path.child(field), &update[field]);
    }
    match fields.map(|field| budget::amount(&update[field]) != 0) {
        [true, true] => {
            let detail = "may not be set when maxUnavailable is non-zero";
            report.invalid(path.child("maxSurge"), update["maxSurge"].clone(), detail);
        }
        [false, false] => report.required(path.child("maxUnavailable"), "cannot be 0 when maxSurge is 0"),
        _ => {}
    }
}

/// A strategy in the spelling of the server's own struct.
pub fn shown_strategy(strategy: &Value) -> String {
    let update = &strategy["rollingUpdate"];
    let shown = if given(strategy, "rollingUpdate") {
        let [unavailable, surge] = ["maxUnavailable", "maxSurge"].map(|field| budget::shown(&update[field]));
        format!("{{\"MaxUnavailable\":{unavailable},\"MaxSurge\":{surge}}}")
    } else {
        "null".to_string()
    };
    format!("{{\"Type\":{},\"RollingUpdate\":{shown}}}", strategy["type"])
}
