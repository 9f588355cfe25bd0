//! What may change, what may not, and what is counted.

use super::*;

fn generation_after(kind: Kind, old: Value, new: Value) -> Value {
    let old = created(kind, old);
    updated(kind, &old, new)["metadata"]["generation"].clone()
}

#[test]
fn a_generation_counts_changes_of_the_spec() {
    let labelled = |object: Value| merged(object, json!({"metadata": {"labels": {"x": "y"}}}));
    let annotated = |object: Value| merged(object, json!({"metadata": {"annotations": {"x": "y"}}}));
    let set = || daemon_set(json!({}));
    assert_eq!(generation_after(Kind::DAEMON_SET, set(), set()), 1);
    assert_eq!(generation_after(Kind::DAEMON_SET, set(), labelled(annotated(set()))), 1);
    assert_eq!(generation_after(Kind::DAEMON_SET, set(), daemon_set_spec(json!({"minReadySeconds": 5}))), 2);
    let deploy = || deployment(json!({}));
    assert_eq!(generation_after(Kind::DEPLOYMENT, deploy(), labelled(deploy())), 1);
    assert_eq!(generation_after(Kind::DEPLOYMENT, deploy(), annotated(deploy())), 2);
    assert_eq!(
        generation_after(Kind::CONFIG_MAP, json!({"metadata": {"name": "c"}}), json!({"metadata": {"name": "c"}})),
        Value::Null
    );
}

#[test]
fn the_template_generation_counts_templates_and_nothing_else() {
    let annotation = |new: Value| {
        let old = created(Kind::DAEMON_SET, daemon_set(json!({})));
        updated(Kind::DAEMON_SET, &old, new)["metadata"]["annotations"][TEMPLATE_GENERATION].clone()
    };
    assert_eq!(annotation(daemon_set_spec(json!({"minReadySeconds": 5}))), "1");
    assert_eq!(annotation(container(json!({"image": "nginx:2"}))), "2");
    let edited = json!({"metadata": {"annotations": {TEMPLATE_GENERATION: "7"}}});
    assert_eq!(annotation(daemon_set(edited)), "1");
}

#[test]
fn an_update_keeps_what_belongs_to_the_server() {
    let mut old = created(Kind::DAEMON_SET, daemon_set(json!({})));
    old["metadata"]["uid"] = "4c0883a6-9102-4937-96a4-62b4d28b1ac6".into();
    old["metadata"]["creationTimestamp"] = "2026-11-24T22:56:00Z".into();
    old["status"]["numberReady"] = 3.into();
    let new = updated(Kind::DAEMON_SET, &old, daemon_set(json!({"status": {"numberReady": 9}})));
    assert_eq!(new, old);
    let foreign = json!({"metadata": {"uid": "aaaaaaaa-9102-4937-96a4-62b4d28b1ac6"}});
    let new = updated(Kind::DAEMON_SET, &old, daemon_set(foreign));
    let error = validate_update(Kind::DAEMON_SET, &new, &old)[0].to_string();
    assert_eq!(error, "metadata.uid: Invalid value: \"aaaaaaaa-9102-4937-96a4-62b4d28b1ac6\": field is immutable");
}

/// E3.25, E3.26, E3.28, transcript 12.
#[test]
fn a_selector_is_for_ever_and_the_order_of_lines_is_the_kinds() {
    let mismatch = |labels: &str| {
        format!("spec.template.metadata.labels: Invalid value: {labels}: `selector` does not match template `labels`")
    };
    let immutable = |selector: &str| format!("spec.selector: Invalid value: {selector}: field is immutable");
    let refused = |new: Value| update_refusals(Kind::DAEMON_SET, daemon_set(json!({})), new);
    let both = json!({"selector": {"matchLabels": {"app": "x"}}, "template": {"metadata": {"labels": {"app": "x"}}}});
    assert_eq!(refused(daemon_set_spec(both)), [immutable(r#"{"matchLabels":{"app":"x"}}"#)]);
    assert_eq!(
        refused(daemon_set_spec(json!({"selector": {"matchLabels": {"x": "y"}}}))),
        [immutable(r#"{"matchLabels":{"app":"monitoring","x":"y"}}"#), mismatch(r#"{"app":"monitoring"}"#)]
    );
    assert_eq!(
        refused(daemon_set_spec(json!({"selector": null}))),
        [immutable("null"), mismatch(r#"{"app":"monitoring"}"#)]
    );
    let new = deployment(json!({"selector": {"matchLabels": {"x": "y"}}}));
    assert_eq!(
        update_refusals(Kind::DEPLOYMENT, deployment(json!({})), new),
        [mismatch(r#"{"app":"web"}"#), immutable(r#"{"matchLabels":{"app":"web","x":"y"}}"#)]
    );
}

#[test]
fn a_running_pod_may_change_its_image_and_gain_tolerations() {
    let old = || pod(json!({"spec": {"nodeName": "node01"}}));
    let refused = |patch: Value| update_refusals(Kind::POD, old(), merged(old(), json!({"spec": patch})));
    let nothing: [&str; 0] = [];
    assert_eq!(
        refused(json!({"containers": [{"name": "nginx", "image": "httpd", "imagePullPolicy": "Always"}]})),
        nothing
    );
    assert_eq!(refused(json!({"tolerations": [{"operator": "Exists"}], "activeDeadlineSeconds": 5})), nothing);
    let moved = refused(json!({"nodeName": "node02"}));
    assert!(
        moved[0]
            .starts_with("spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,")
    );
    assert!(moved[0].ends_with("(allow it to be set to 1 if it was previously negative)"));
    let two = json!({"containers": [{"name": "nginx", "image": "nginx"}, {"name": "b", "image": "b"}]});
    assert_eq!(refused(two), ["spec.containers: Forbidden: pod updates may not add or remove containers"]);
}

#[test]
fn what_is_immutable_says_so() {
    let class = |value: i64| json!({"metadata": {"name": "high"}, "value": value});
    assert_eq!(
        update_refusals(Kind::PRIORITY_CLASS, class(1), class(2)),
        ["value: Forbidden: may not be changed in an update."]
    );
    let map = |value: &str| json!({"metadata": {"name": "c"}, "data": {"a": value}, "immutable": true});
    assert_eq!(
        update_refusals(Kind::CONFIG_MAP, map("1"), map("2")),
        ["data: Forbidden: field is immutable when `immutable` is set"]
    );
    let secret = |kind: &str| json!({"metadata": {"name": "s"}, "type": kind});
    assert_eq!(
        update_refusals(Kind::SECRET, secret("a"), secret("x")),
        ["type: Invalid value: \"x\": field is immutable"]
    );
    let node = |id: &str| json!({"metadata": {"name": "n"}, "spec": {"providerID": id}});
    assert_eq!(
        update_refusals(Kind::NODE, node("a"), node("b")),
        ["spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid"]
    );
}

#[test]
fn an_update_is_remarked_upon_only_where_the_template_changed() {
    let negative = || template_spec(json!({"terminationGracePeriodSeconds": -1}));
    let old = created(Kind::DAEMON_SET, negative());
    let waiting = updated(Kind::DAEMON_SET, &old, merged(negative(), json!({"spec": {"minReadySeconds": 5}})));
    assert!(update_warnings(Kind::DAEMON_SET, &waiting, &old).is_empty());
    let old = created(Kind::DAEMON_SET, daemon_set(json!({})));
    let changed = updated(Kind::DAEMON_SET, &old, negative());
    assert_eq!(update_warnings(Kind::DAEMON_SET, &changed, &old).len(), 1);
}
