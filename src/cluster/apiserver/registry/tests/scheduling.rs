//! Tolerations, node selectors, affinity, spreading, and the taints of nodes.

use super::*;

#[test]
fn tolerations() {
    let toleration = |toleration: Value| template_spec(json!({"tolerations": [toleration]}));
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("accepted: everything", toleration(json!({"operator": "Exists"})), &[]),
        ("accepted: twice the same", template_spec(json!({"tolerations": [{"operator": "Exists"}, {"operator": "Exists"}]})), &[]),
        ("V42", toleration(json!({"key": "a", "operator": "Equals"})),
            &["T.tolerations[0].operator: Unsupported value: \"Equals\": supported values: \"Equal\", \"Exists\""]),
        ("V43", toleration(json!({"key": "a", "operator": "Exists", "value": "b"})),
            &["T.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'"]),
        ("V44", toleration(json!({"key": "a", "operator": "Exists", "effect": "NoScheduling"})),
            &["T.tolerations[0].effect: Unsupported value: \"NoScheduling\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""]),
        ("V45", toleration(json!({"operator": "Equal"})),
            &["T.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\""]),
        ("V46", toleration(json!({"key": "a", "operator": "Exists", "effect": "NoSchedule", "tolerationSeconds": 5})),
            &["T.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set"]),
        ("V47", toleration(json!({"key": "bad key", "operator": "Exists"})),
            &["T.tolerations[0].key: Invalid value: \"bad key\": «QNAME»"]),
        ("V48", toleration(json!({"key": "a", "operator": "Gt", "value": "5"})),
            &["T.tolerations[0].operator: Unsupported value: \"Gt\": supported values: \"Equal\", \"Exists\", \"Lt\", \"Gt\""]),
    ]);
}

#[test]
fn node_selection() {
    let selector = |selector: Value| template_spec(json!({"nodeSelector": selector}));
    let terms = |terms: Value| {
        let required = json!({"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}});
        template_spec(json!({"affinity": {"nodeAffinity": required}}))
    };
    let expression = |expression: Value| terms(json!([{"matchExpressions": [expression]}]));
    let preferred = json!({"preferredDuringSchedulingIgnoredDuringExecution": [{"preference": {}}]});
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("V49", selector(json!({"disk type": "ssd"})), &["T.nodeSelector: Invalid value: \"disk type\": «QNAME»"]),
        ("V50", selector(json!({"disk": "bad value"})), &["T.nodeSelector: Invalid value: \"bad value\": «LABELVALUE»"]),
        ("V51", terms(json!([])),
            &["T.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term"]),
        ("V52", expression(json!({"key": "disk", "operator": "Equals", "values": ["ssd"]})),
            &["T.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: \"Equals\": not a valid selector operator"]),
        ("V53", expression(json!({"key": "disk", "operator": "In"})),
            &["T.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"]),
        ("V54", expression(json!({"key": "disk", "operator": "Gt", "values": ["1", "2"]})),
            &["T.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'"]),
        ("V55", expression(json!({"key": "disk", "operator": "Exists", "values": ["1"]})),
            &["T.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"]),
        ("V56", terms(json!([{"matchFields": [{"key": "metadata.namespace", "operator": "In", "values": ["a"]}]}])),
            &["T.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: Invalid value: \"metadata.namespace\": not a valid field selector key"]),
        ("V57", template_spec(json!({"affinity": {"nodeAffinity": preferred}})),
            &["T.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100"]),
        ("V58 to V60", template_spec(json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{}]}}})), &[
            "T.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty",
            "T.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must be non-empty",
            "T.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": «QNAME»",
        ]),
        ("V102 to V104", template_spec(json!({"topologySpreadConstraints": [{"maxSkew": 0, "whenUnsatisfiable": "X"}]})), &[
            "T.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
            "T.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
            "T.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"X\": supported values: \"DoNotSchedule\", \"ScheduleAnyway\"",
        ]),
    ]);
}

#[test]
fn taints() {
    let node = |taints: Value| json!({"metadata": {"name": "node01"}, "spec": {"taints": taints}});
    #[rustfmt::skip]
    check(Kind::NODE, &[
        ("accepted", node(json!([{"key": "a", "effect": "NoSchedule"}, {"key": "a", "effect": "NoExecute"}])), &[]),
        ("V120", json!({"metadata": {"name": "Node_1"}}), &["metadata.name: Invalid value: \"Node_1\": «SUBDOMAIN»"]),
        ("V121", node(json!([{"key": "a"}])), &["metadata.taints[0].effect: Required value"]),
        ("V122", node(json!([{"key": "a", "effect": "No"}])),
            &["metadata.taints[0].effect: Unsupported value: \"No\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""]),
        ("V123", node(json!([{"key": "a", "value": "b", "effect": "NoSchedule"}, {"key": "a", "value": "c", "effect": "NoSchedule"}])),
            &["metadata.taints[1]: Duplicate value: {\"Key\":\"a\",\"Value\":\"c\",\"Effect\":\"NoSchedule\",\"TimeAdded\":null}: taints must be unique by key and effect pair"]),
        ("V124", node(json!([{"key": "bad key", "effect": "NoSchedule"}])),
            &["metadata.taints[0].key: Invalid value: \"bad key\": «QNAME»"]),
        ("V125", node(json!([{"key": "a", "value": "b c", "effect": "NoSchedule"}])),
            &["metadata.taints[0].value: Invalid value: \"b c\": «LABELVALUE»"]),
        ("V126, V127", node(json!([{"effect": "NoSchedule"}])),
            &["metadata.taints[0].key: Invalid value: \"\": name part must be non-empty", "metadata.taints[0].key: Invalid value: \"\": «QNAME»"]),
    ]);
}
