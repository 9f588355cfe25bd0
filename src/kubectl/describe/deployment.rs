//! `describe deployment`.

use super::fields::{self, number, plain, text, time};
use super::related::Related;
use super::workload;
use super::writer::Writer;
use api::objects::Object;
use api::resource::Kind;
use api::{Value, human, sort};

pub fn describe(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    fields::name_and_namespace(w, object);
    w.field(0, "CreationTimestamp", time(&meta["creationTimestamp"]));
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.field(0, "Selector", human::selector(&spec["selector"]));
    let counts = [
        (&spec["replicas"], "desired"),
        (&status["updatedReplicas"], "updated"),
        (&status["replicas"], "total"),
        (&status["availableReplicas"], "available"),
        (&status["unavailableReplicas"], "unavailable"),
    ];
    let counts: Vec<String> = counts.iter().map(|(count, word)| format!("{} {word}", number(count))).collect();
    w.field(0, "Replicas", counts.join(" | "));
    w.text_field(0, "StrategyType", &spec["strategy"]["type"]);
    w.field(0, "MinReadySeconds", number(&spec["minReadySeconds"]));
    let rolling = &spec["strategy"]["rollingUpdate"];
    if rolling.is_object() {
        let (unavailable, surge) = (plain(&rolling["maxUnavailable"]), plain(&rolling["maxSurge"]));
        w.field(0, "RollingUpdateStrategy", format!("{unavailable} max unavailable, {surge} max surge"));
    }
    workload::pod_template(w, &spec["template"]);
    workload::conditions(w, &status["conditions"]);
    replica_sets(w, object, related);
}

/// The new ReplicaSet is the oldest one whose template is the Deployment's; all others are old, empty ones included.
fn replica_sets(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let mut all: Vec<Value> =
        workload::owned(Kind::REPLICA_SET, object, related).iter().map(Object::to_value).collect();
    sort::by(&mut all, |a, b| {
        let key = |set: &Value| text(&set["metadata"]["creationTimestamp"]).to_string();
        key(a).cmp(&key(b)).then_with(|| text(&a["metadata"]["name"]).cmp(text(&b["metadata"]["name"])))
    });
    let wanted = without_hash(&object["spec"]["template"]);
    let new = all.iter().position(|set| without_hash(&set["spec"]["template"]) == wanted).map(|at| all.remove(at));
    w.field(0, "OldReplicaSets", list(&all));
    w.field(0, "NewReplicaSet", list(new.as_slice()));
}

fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove("pod-template-hash");
    }
    template
}

fn list(sets: &[Value]) -> String {
    let shown: Vec<String> = sets
        .iter()
        .map(|set| {
            let (created, wanted) = (number(&set["status"]["replicas"]), number(&set["spec"]["replicas"]));
            format!("{} ({created}/{wanted} replicas created)", text(&set["metadata"]["name"]))
        })
        .collect();
    human::or_none(shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    #[test]
    fn the_hash_does_not_make_a_template_another_one() {
        let own = json!({"metadata": {"labels": {"app": "web"}}, "spec": {}});
        let set = json!({"metadata": {"labels": {"app": "web", "pod-template-hash": "x"}}, "spec": {}});
        assert_eq!(without_hash(&own), without_hash(&set));
    }
}
