//! DaemonSets, Deployments, ReplicaSets, Jobs: metadata, selectors, strategies.

use super::*;

#[test]
fn daemon_set_names_and_selectors() {
    let long = "a".repeat(254);
    let too_long = format!("metadata.name: Invalid value: \"{long}\": must be no more than 253 characters");
    assert_eq!(refusals(Kind::DAEMON_SET, daemon_set(json!({"metadata": {"name": long}}))), [too_long], "V2");
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("accepted", daemon_set(json!({})), &[]),
        ("accepted: a name with dots", daemon_set(json!({"metadata": {"name": "a.b"}})), &[]),
        ("V1", daemon_set(json!({"metadata": {"name": "Monitoring_Daemon"}})),
            &["metadata.name: Invalid value: \"Monitoring_Daemon\": «SUBDOMAIN»"]),
        ("V3", daemon_set(json!({"metadata": {"name": null}})),
            &["metadata.name: Required value: name or generateName is required"]),
        ("V4", daemon_set_spec(json!({"selector": null})),
            &["spec.template.metadata.labels: Invalid value: {\"app\":\"monitoring\"}: `selector` does not match template `labels`"]),
        ("V5", daemon_set_spec(json!({"selector": {"matchLabels": null}})),
            &["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"]),
        ("V5, transcript 04", daemon_set_spec(json!({"selector": {"matchLabels": {"app": null}}})),
            &["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"]),
        ("V6", daemon_set_spec(json!({"template": {"metadata": {"labels": {"app": "other"}}}})),
            &["spec.template.metadata.labels: Invalid value: {\"app\":\"other\"}: `selector` does not match template `labels`"]),
        ("V7", daemon_set_spec(json!({"template": {"metadata": null}})),
            &["spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"]),
        ("V8", template_spec(json!({"containers": []})), &["T.containers: Required value"]),
        ("V9, V10", daemon_set_spec(json!({"template": null})),
            &["spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
              "T.containers: Required value"]),
        ("transcript 08", daemon_set(json!({"spec": null})),
            &["spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
              "T.containers: Required value"]),
        ("V38", daemon_set_spec(json!({"selector": {"matchExpressions": [{"key": "app", "operator": "Is"}]}})),
            &["spec.selector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid selector operator"]),
        ("V39", daemon_set_spec(json!({"selector": {"matchExpressions": [{"key": "app", "operator": "In"}]}})),
            &["spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"]),
        ("V40", daemon_set_spec(json!({"selector": {"matchExpressions": [{"key": "app", "operator": "Exists", "values": ["a"]}]}})),
            &["spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"]),
        ("V41", daemon_set_spec(json!({"selector": {"matchLabels": {"app": "bad value"}}})),
            &["spec.selector.matchLabels: Invalid value: \"bad value\": «LABELVALUE»"]),
        ("transcript 10", daemon_set_spec(json!({"selector": {"matchLabels": null, "matchExpressions": [{"key": "app", "operator": "In", "values": ["monitoring", "x"]}]}})), &[]),
    ]);
}

#[test]
fn labels_and_annotations() {
    let labels = |labels: Value| daemon_set(json!({"metadata": {"labels": labels}}));
    let long = "a".repeat(64);
    let too_long = format!("metadata.labels: Invalid value: \"{long}\": must be no more than 63 bytes");
    assert_eq!(refusals(Kind::DAEMON_SET, labels(json!({"a": long}))), [too_long], "V34");
    let big = daemon_set(json!({"metadata": {"annotations": {"a": "x".repeat(262_144)}}}));
    let too_long = "metadata.annotations: Too long: may not be more than 262144 bytes";
    assert_eq!(refusals(Kind::DAEMON_SET, big), [too_long], "length limits");
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("V30", labels(json!({"bad key": "x"})), &["metadata.labels: Invalid value: \"bad key\": «QNAME»"]),
        ("V31, V32", labels(json!({"": "x"})), &["metadata.labels: Invalid value: \"\": name part must be non-empty",
            "metadata.labels: Invalid value: \"\": «QNAME»"]),
        ("V33", labels(json!({"a": "bad value"})), &["metadata.labels: Invalid value: \"bad value\": «LABELVALUE»"]),
        ("V35", labels(json!({"Foo_/a": "x"})), &["metadata.labels: Invalid value: \"Foo_/a\": prefix part «SUBDOMAIN»"]),
        ("V36", daemon_set_spec(json!({"template": {"metadata": {"labels": {"x": "-bad"}}}})),
            &["spec.template.labels: Invalid value: \"-bad\": «LABELVALUE»"]),
        ("V37", daemon_set(json!({"metadata": {"annotations": {"bad key": "x"}}})),
            &["metadata.annotations: Invalid value: \"bad key\": «QNAME»"]),
        ("finalizers", daemon_set(json!({"metadata": {"finalizers": ["mine"]}})),
            &["metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified"]),
    ]);
}

#[test]
fn daemon_set_strategy_and_counts() {
    let strategy = |strategy: Value| daemon_set_spec(json!({"updateStrategy": strategy}));
    let rolling = |update: Value| strategy(json!({"rollingUpdate": update}));
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("V16", template_spec(json!({"restartPolicy": "Never"})),
            &["T.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""]),
        ("V17, V18", template_spec(json!({"restartPolicy": "Sometimes"})),
            &["T.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\"",
              "T.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\""]),
        ("V19", template_spec(json!({"activeDeadlineSeconds": 10})),
            &["T.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported"]),
        ("V20", daemon_set_spec(json!({"minReadySeconds": -1})),
            &["spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"]),
        ("V21", daemon_set_spec(json!({"revisionHistoryLimit": -1})),
            &["spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"]),
        ("V22", strategy(json!({"type": "Recreate"})),
            &["spec.updateStrategy: Unsupported value: {\"Type\":\"Recreate\",\"RollingUpdate\":null}: supported values: \"RollingUpdate\", \"OnDelete\""]),
        ("V23", rolling(json!({"maxUnavailable": 0})),
            &["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"]),
        ("V24", rolling(json!({"maxUnavailable": 1, "maxSurge": 1})),
            &["spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"]),
        ("V25", rolling(json!({"maxSurge": 1})),
            &["spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"]),
        ("V26, V27", rolling(json!({"maxUnavailable": "ten"})),
            &["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"ten\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
              "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"]),
        ("V28", rolling(json!({"maxUnavailable": "110%"})),
            &["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"110%\": must not be greater than 100%"]),
        ("V29", rolling(json!({"maxUnavailable": -1})),
            &["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0"]),
        ("accepted: surge alone", rolling(json!({"maxUnavailable": 0, "maxSurge": "25%"})), &[]),
        ("accepted: OnDelete with rollingUpdate", strategy(json!({"type": "OnDelete", "rollingUpdate": {"maxUnavailable": 1}})), &[]),
    ]);
}

#[test]
fn many_mistakes_are_told_in_the_servers_order() {
    let patch = json!({
        "metadata": {"name": "Bad_Name"},
        "spec": {
            "updateStrategy": {"type": "Recreate"},
            "template": {
                "metadata": {"labels": {"app": "other"}},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "nginx", "imagePullPolicy": "X"}]},
            },
        },
    });
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[("E3.9", daemon_set(patch), &[
        "metadata.name: Invalid value: \"Bad_Name\": «SUBDOMAIN»",
        "spec.template.metadata.labels: Invalid value: {\"app\":\"other\"}: `selector` does not match template `labels`",
        "T.containers[0].image: Required value",
        "T.containers[0].imagePullPolicy: Unsupported value: \"X\": supported values: \"Always\", \"IfNotPresent\", \"Never\"",
        "T.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
        "spec.updateStrategy: Unsupported value: {\"Type\":\"Recreate\",\"RollingUpdate\":null}: supported values: \"RollingUpdate\", \"OnDelete\"",
    ])]);
}

#[test]
fn deployments() {
    let strategy = |strategy: Value| deployment(json!({"strategy": strategy}));
    #[rustfmt::skip]
    check(Kind::DEPLOYMENT, &[
        ("accepted", deployment(json!({})), &[]),
        ("V110, V111", deployment(json!({"selector": null})), &["spec.selector: Required value",
            "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`"]),
        ("V112", deployment(json!({"selector": {"matchLabels": null}})),
            &["spec.selector: Invalid value: {}: empty selector is invalid for deployment"]),
        ("V113", deployment(json!({"template": {"metadata": {"labels": {"app": "x"}}}})),
            &["spec.template.metadata.labels: Invalid value: {\"app\":\"x\"}: `selector` does not match template `labels`"]),
        ("V114", deployment(json!({"replicas": -1})),
            &["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
        ("V115", strategy(json!({"type": "Recreate", "rollingUpdate": {"maxSurge": 1}})),
            &["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"]),
        ("V116", strategy(json!({"type": "OnDelete"})),
            &["spec.strategy: Unsupported value: {\"Type\":\"OnDelete\",\"RollingUpdate\":null}: supported values: \"Recreate\", \"RollingUpdate\""]),
        ("V117", strategy(json!({"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}})),
            &["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"]),
        ("V118", deployment(json!({"progressDeadlineSeconds": 0})),
            &["spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds"]),
        ("V119", deployment(json!({"template": {"spec": {"restartPolicy": "OnFailure"}}})),
            &["T.restartPolicy: Unsupported value: \"OnFailure\": supported values: \"Always\""]),
        ("unsound selector", deployment(json!({"selector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}})),
            &["spec.selector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid selector operator",
              "spec.selector: Invalid value: {\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Is\"}],\"matchLabels\":{\"app\":\"web\"}}: invalid label selector"]),
    ]);
}

#[test]
fn jobs_must_end() {
    let job = |policy: &str| {
        json!({"metadata": {"name": "j"}, "spec": {"template": {"spec":
            {"restartPolicy": policy, "containers": [{"name": "a", "image": "b"}]}}}})
    };
    #[rustfmt::skip]
    check(Kind::JOB, &[
        ("Never", job("Never"), &[]),
        ("Always", job(""), &["T.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""]),
    ]);
}
