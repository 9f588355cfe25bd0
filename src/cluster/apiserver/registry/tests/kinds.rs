//! The remaining kinds, Pods among them, and warnings.

use super::*;

#[test]
fn pods() {
    #[rustfmt::skip]
    check(Kind::POD, &[
        ("accepted", pod(json!({})), &[]),
        ("V106", pod(json!({"spec": {"containers": []}})), &["spec.containers: Required value"]),
        ("V107", pod(json!({"spec": {"containers": [{"name": "nginx", "image": " nginx"}]}})),
            &["spec.containers[0].image: Invalid value: \" nginx\": must not have leading or trailing whitespace"]),
        ("V108", pod(json!({"spec": {"nodeName": "Bad_"}})), &["spec.nodeName: Invalid value: \"Bad_\": «SUBDOMAIN»"]),
        ("V109", pod(json!({"spec": {"hostname": "A_B"}})), &["spec.hostname: Invalid value: \"A_B\": «DNSLABEL»"]),
        ("E3.29", pod(json!({"metadata": {"name": "P6"}, "spec": {"containers": [{"name": "P6", "image": "nginx"}]}})),
            &["metadata.name: Invalid value: \"P6\": «SUBDOMAIN»", "spec.containers[0].name: Invalid value: \"P6\": «DNSLABEL»"]),
    ]);
}

#[test]
fn classes_namespaces_config() {
    let class = |name: &str, value: i64| json!({"metadata": {"name": name}, "value": value});
    #[rustfmt::skip]
    check(Kind::PRIORITY_CLASS, &[
        ("accepted", class("high", 1_000_000_000), &[]),
        ("accepted: the system's own", class("system-node-critical", 2_000_001_000), &[]),
        ("V128", class("system-x", 1),
            &["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class"]),
        ("V129", class("high", 2_000_000_000), &["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"]),
    ]);
    check(
        Kind::NAMESPACE,
        &[
            ("accepted", json!({"metadata": {"name": "foo"}}), &[]),
            ("V130", json!({"metadata": {"name": "Foo"}}), &["metadata.name: Invalid value: \"Foo\": «DNSLABEL»"]),
        ],
    );
    #[rustfmt::skip]
    check(Kind::CONFIG_MAP, &[("V131", json!({"metadata": {"name": "c"}, "data": {"a b": "x"}}),
        &["data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"])]);
    check(
        Kind::SECRET,
        &[(
            "TLS",
            json!({"metadata": {"name": "s"}, "type": "kubernetes.io/tls", "data": {"tls.crt": ""}}),
            &["data[tls.key]: Required value"],
        )],
    );
}

#[test]
fn budgets_and_services() {
    let pdb = |spec: Value| json!({"metadata": {"name": "b"}, "spec": spec});
    #[rustfmt::skip]
    check(Kind::POD_DISRUPTION_BUDGET, &[
        ("accepted", pdb(json!({"minAvailable": "50%", "selector": {}})), &[]),
        ("V132", pdb(json!({"minAvailable": 1, "maxUnavailable": 1, "selector": {}})),
            &["spec: Invalid value: {\"MinAvailable\":1,\"Selector\":{},\"MaxUnavailable\":1,\"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both set"]),
    ]);
    let service = |spec: Value| json!({"metadata": {"name": "s"}, "spec": spec});
    #[rustfmt::skip]
    check(Kind::SERVICE, &[
        ("accepted", service(json!({"ports": [{"port": 80}]})), &[]),
        ("accepted: headless", service(json!({"clusterIP": "None"})), &[]),
        ("V133", service(json!({})), &["spec.ports: Required value"]),
        ("two ports need names", service(json!({"ports": [{"port": 80}, {"port": 81, "name": "b"}]})), &["spec.ports[0].name: Required value"]),
    ]);
}

#[test]
fn warnings_name_the_place() {
    let of = |kind: Kind, object: Value| warnings(kind, &created(kind, object));
    let container = |patch: Value| json!({"spec": {"containers": [merged(json!({"name": "a", "image": "b"}), patch)]}});
    let nothing: [&str; 0] = [];
    assert_eq!(of(Kind::POD, pod(json!({}))), nothing);
    assert_eq!(
        of(Kind::POD, pod(json!({"metadata": {"name": "a.b"}}))),
        [
            "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"
        ]
    );
    assert_eq!(
        of(Kind::POD, pod(container(json!({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]})))),
        ["spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply"]
    );
    assert_eq!(
        of(Kind::POD, pod(container(json!({"ports": [{"containerPort": 80}, {"containerPort": 80}]})))),
        ["spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]"]
    );
    assert_eq!(
        of(Kind::POD, pod(container(json!({"resources": {"requests": {"memory": "100m"}}})))),
        [
            "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, must be an integer"
        ]
    );
    assert_eq!(
        of(Kind::POD, pod(json!({"spec": {"nodeSelector": {"beta.kubernetes.io/os": "linux"}}}))),
        ["spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead"]
    );
    assert_eq!(
        of(Kind::DAEMON_SET, template_spec(json!({"terminationGracePeriodSeconds": -1, "imagePullSecrets": [{}]}))),
        [
            "spec.template.spec.imagePullSecrets[0].name: invalid empty name \"\"",
            "spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        ]
    );
    let zone = "failure-domain.beta.kubernetes.io/zone";
    assert_eq!(
        of(Kind::POD, pod(json!({"spec": {"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": zone}]}}))),
        [
            "spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod"
        ]
    );
    let critical = "scheduler.alpha.kubernetes.io/critical-pod";
    assert_eq!(
        of(Kind::POD, pod(json!({"metadata": {"annotations": {critical: ""}}}))),
        [
            "metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the \"priorityClassName\" field instead"
        ]
    );
}
