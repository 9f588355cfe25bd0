//! `describe hpa`. Nobody measures or scales here, so what is now is unknown.

use super::fields::{self, items, number, text};
use super::related::Related;
use super::writer::Writer;
use api::Value;

pub fn describe(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.field(0, "CreationTimestamp", fields::time(&meta["creationTimestamp"]));
    let target = &spec["scaleTargetRef"];
    w.field(0, "Reference", format!("{}/{}", text(&target["kind"]), text(&target["name"])));
    w.line(0, "Metrics:\t( current / target )");
    for metric in items(&spec["metrics"]) {
        let (resource, target) = (text(&metric["resource"]["name"]), &metric["resource"]["target"]);
        match (target["averageUtilization"].as_i64(), target["averageValue"].as_str()) {
            (Some(percent), _) => {
                let title = format!("resource {resource} on pods  (as a percentage of request)");
                w.field(1, &title, format!("<unknown> / {percent}%"));
            }
            (_, Some(value)) => w.field(1, &format!("resource {resource} on pods"), format!("<unknown> / {value}")),
            _ => w.line(1, "<unknown metric type>"),
        }
    }
    let least = spec["minReplicas"].as_i64().map_or("<unset>".to_string(), |least| least.to_string());
    w.field(0, "Min replicas", least);
    w.field(0, "Max replicas", number(&spec["maxReplicas"]));
    let (current, desired) = (number(&status["currentReplicas"]), number(&status["desiredReplicas"]));
    w.field(0, &format!("{} pods", text(&target["kind"])), format!("{current} current / {desired} desired"));
}
