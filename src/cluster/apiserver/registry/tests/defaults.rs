//! What a stored object holds that its manifest didn't.

use super::*;

fn default_container(image: &str, policy: &str) -> Value {
    json!({"name": "nginx", "image": image, "imagePullPolicy": policy, "resources": {},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"})
}

#[test]
fn a_daemon_set_is_filled_in() {
    let stored = created(Kind::DAEMON_SET, daemon_set(json!({})));
    let expected = json!({
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": {"app": "monitoring"}},
        "template": {
            "metadata": {"labels": {"app": "monitoring"}},
            "spec": {
                "containers": [default_container("nginx", "Always")],
                "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
                "securityContext": {}, "terminationGracePeriodSeconds": 30,
            },
        },
        "updateStrategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}, "type": "RollingUpdate"},
    });
    assert_eq!(stored["spec"], expected);
    assert_eq!(stored["metadata"]["annotations"], json!({"deprecated.daemonset.template.generation": "1"}));
    assert_eq!(stored["metadata"]["generation"], 1);
    let counters = ["currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"];
    assert!(counters.iter().all(|counter| stored["status"][counter] == 0));
}

/// E2.8, E2.9, and transcript 55.
#[test]
fn a_strategy_is_filled_in_by_its_type() {
    let strategy = |strategy: Value| {
        created(Kind::DAEMON_SET, daemon_set_spec(json!({"updateStrategy": strategy})))["spec"]["updateStrategy"]
            .clone()
    };
    assert_eq!(strategy(json!({"type": "OnDelete"})), json!({"type": "OnDelete"}));
    assert_eq!(
        strategy(json!({"rollingUpdate": {"maxUnavailable": "20%"}})),
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "20%"}})
    );
    assert_eq!(
        strategy(json!({"type": "OnDelete", "rollingUpdate": {"maxUnavailable": 1}})),
        json!({"type": "OnDelete", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}})
    );
}

/// E2.2
#[test]
fn a_pod_is_filled_in() {
    let stored = created(Kind::POD, pod(json!({"spec": {"containers": [{"name": "nginx", "image": "nginx:1.27"}]}})));
    let spec = json!({
        "containers": [default_container("nginx:1.27", "IfNotPresent")],
        "dnsPolicy": "ClusterFirst", "enableServiceLinks": true, "restartPolicy": "Always",
        "schedulerName": "default-scheduler", "securityContext": {}, "terminationGracePeriodSeconds": 30,
    });
    assert_eq!(stored["spec"], spec);
    assert_eq!(stored["status"], json!({"phase": "Pending", "qosClass": "BestEffort"}));
}

/// E2.10, transcript 64.
#[test]
fn only_pods_copy_limits_to_requests() {
    let patch = json!({"resources": {"limits": {"cpu": 0.5, "memory": "64Mi"}}});
    let template = created(Kind::DAEMON_SET, container(patch.clone()));
    let resources = &template["spec"]["template"]["spec"]["containers"][0]["resources"];
    assert_eq!(*resources, json!({"limits": {"cpu": "500m", "memory": "64Mi"}}));
    let containers = json!([merged(json!({"name": "nginx", "image": "nginx"}), patch)]);
    let stored = created(Kind::POD, pod(json!({"spec": {"containers": containers}})));
    let both = json!({"cpu": "500m", "memory": "64Mi"});
    assert_eq!(stored["spec"]["containers"][0]["resources"], json!({"limits": both, "requests": both}));
    assert_eq!(stored["status"]["qosClass"], "Guaranteed");
}

#[test]
fn only_pods_take_the_hosts_ports() {
    let spec = json!({"hostNetwork": true,
        "containers": [{"name": "nginx", "image": "nginx", "ports": [{"containerPort": 80}]}]});
    let template = created(Kind::DAEMON_SET, template_spec(spec.clone()));
    let port = &template["spec"]["template"]["spec"]["containers"][0]["ports"][0];
    assert_eq!(*port, json!({"containerPort": 80, "protocol": "TCP"}));
    let stored = created(Kind::POD, pod(json!({"spec": spec})));
    assert_eq!(stored["spec"]["containers"][0]["ports"][0]["hostPort"], 80);
}

#[test]
fn probes_references_and_volumes_are_filled_in() {
    let spec = json!({
        "serviceAccountName": "agent",
        "containers": [{"name": "nginx", "image": "nginx", "livenessProbe": {"httpGet": {"port": 8080}},
            "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]}],
        "volumes": [{"name": "a"}, {"name": "b", "hostPath": {"path": "/x"}}, {"name": "c", "configMap": {"name": "c"}}],
    });
    let stored = created(Kind::DAEMON_SET, template_spec(spec));
    let spec = &stored["spec"]["template"]["spec"];
    let probe = json!({"httpGet": {"path": "/", "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1,
        "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3});
    assert_eq!(spec["containers"][0]["livenessProbe"], probe);
    assert_eq!(spec["containers"][0]["env"][0]["valueFrom"]["fieldRef"]["apiVersion"], "v1");
    let volumes = json!([{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/x", "type": ""}},
        {"name": "c", "configMap": {"name": "c", "defaultMode": 420}}]);
    assert_eq!(spec["volumes"], volumes);
    assert_eq!(spec["serviceAccount"], "agent");
}

#[test]
fn the_other_kinds_are_filled_in() {
    let stored = created(Kind::DEPLOYMENT, deployment(json!({})));
    let strategy = json!({"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"});
    let spec = &stored["spec"];
    assert_eq!((&spec["replicas"], &spec["strategy"]), (&json!(1), &strategy));
    assert_eq!((&spec["revisionHistoryLimit"], &spec["progressDeadlineSeconds"]), (&json!(10), &json!(600)));
    assert_eq!(stored["status"], json!({}));

    let stored = created(Kind::NAMESPACE, json!({"metadata": {"name": "lab"}}));
    assert_eq!(stored["metadata"], json!({"name": "lab", "labels": {"kubernetes.io/metadata.name": "lab"}}));
    assert_eq!(stored["spec"], json!({"finalizers": ["kubernetes"]}));
    assert_eq!(stored["status"], json!({"phase": "Active"}));

    let stored = created(Kind::SERVICE, json!({"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}}));
    let spec = json!({"internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}], "sessionAffinity": "None", "type": "ClusterIP"});
    assert_eq!(stored["spec"], spec);
    assert!(service::needs_address(&stored));

    let stored = created(Kind::PRIORITY_CLASS, json!({"metadata": {"name": "high"}, "value": 5}));
    assert_eq!(stored["preemptionPolicy"], "PreemptLowerPriority");

    let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
    let scaler = json!({"metadata": {"name": "s"}, "spec": {"maxReplicas": 3, "scaleTargetRef": target}});
    let stored = created(Kind::HORIZONTAL_POD_AUTOSCALER, scaler);
    let metric = json!({"type": "Resource", "resource": {"name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": 80}}});
    assert_eq!((&stored["spec"]["minReplicas"], &stored["spec"]["metrics"]), (&json!(1), &json!([metric])));

    let node = json!({"metadata": {"name": "n"}, "status": {"capacity": {"cpu": "4", "memory": "1024Mi"}}});
    assert_eq!(created(Kind::NODE, node)["status"]["allocatable"], json!({"cpu": "4", "memory": "1Gi"}));
}

#[test]
fn filling_in_twice_changes_nothing() {
    for (kind, object) in [
        (Kind::DAEMON_SET, daemon_set(json!({}))),
        (Kind::DEPLOYMENT, deployment(json!({}))),
        (Kind::POD, pod(json!({}))),
    ] {
        let once = created(kind, object);
        let mut twice = once.clone();
        set_defaults(kind, &mut twice);
        assert_eq!(once, twice);
    }
}

#[test]
fn quality_of_service_follows_requests_and_limits() {
    let class = |resources: Value| qos_class(&json!({"containers": [{"resources": resources}]}));
    assert_eq!(class(json!({})), "BestEffort");
    assert_eq!(class(json!({"requests": {"cpu": "1"}})), "Burstable");
    let both = json!({"cpu": "1", "memory": "1Gi"});
    assert_eq!(class(json!({"requests": both, "limits": both})), "Guaranteed");
    assert_eq!(class(json!({"requests": {"cpu": "1", "memory": "1Mi"}, "limits": both})), "Burstable");
}
