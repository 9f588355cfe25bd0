//! Containers, in a DaemonSet's template: ports, environment, mounts and volumes, resources, probes.

use super::*;

#[test]
fn names_images_policies() {
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("V11", template_spec(json!({"containers": [{"image": "nginx"}]})), &["T.containers[0].name: Required value"]),
        ("V12", container(json!({"image": null})), &["T.containers[0].image: Required value"]),
        ("transcript 28", container(json!({"image": ""})), &["T.containers[0].image: Required value"]),
        ("V13", container(json!({"name": "Nginx"})), &["T.containers[0].name: Invalid value: \"Nginx\": «DNSLABEL»"]),
        ("V14", template_spec(json!({"containers": [{"name": "a", "image": "b"}, {"name": "a", "image": "c"}]})),
            &["T.containers[1].name: Duplicate value: \"a\""]),
        ("V15", container(json!({"imagePullPolicy": "Sometimes"})),
            &["T.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\""]),
        ("V98", template_spec(json!({"dnsPolicy": "Foo"})),
            &["T.dnsPolicy: Unsupported value: \"Foo\": supported values: \"ClusterFirstWithHostNet\", \"ClusterFirst\", \"Default\", \"None\""]),
        ("V99", template_spec(json!({"serviceAccountName": "Bad_SA"})),
            &["T.serviceAccountName: Invalid value: \"Bad_SA\": «SUBDOMAIN»"]),
        ("V100", template_spec(json!({"initContainers": [{"name": "nginx", "image": "a"}]})),
            &["T.initContainers[0].name: Duplicate value: \"nginx\""]),
        ("V101", container(json!({"securityContext": {"runAsUser": -1}})),
            &["T.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive"]),
        ("privileged against escalation", container(json!({"securityContext": {"privileged": true, "allowPrivilegeEscalation": false}})),
            &["T.containers[0].securityContext: Invalid value: {\"Capabilities\":null,\"Privileged\":true,\"SELinuxOptions\":null,\"WindowsOptions\":null,\"RunAsUser\":null,\"RunAsGroup\":null,\"RunAsNonRoot\":null,\"ReadOnlyRootFilesystem\":null,\"AllowPrivilegeEscalation\":false,\"ProcMount\":null,\"SeccompProfile\":null,\"AppArmorProfile\":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true"]),
        ("V105", template_spec(json!({"priorityClassName": "Bad_"})),
            &["T.priorityClassName: Invalid value: \"Bad_\": «SUBDOMAIN»"]),
        ("accepted: image with a leading space", container(json!({"image": " nginx"})), &[]),
        ("accepted: restartPolicy on a container", container(json!({"restartPolicy": "Always"})), &[]),
        ("accepted: negative grace period, nodeName, unknown priority",
            template_spec(json!({"terminationGracePeriodSeconds": -5, "nodeName": "node01", "priorityClassName": "nope"})), &[]),
        ("accepted: duplicate env", container(json!({"env": [{"name": "A"}, {"name": "A"}]})), &[]),
    ]);
}

#[test]
fn ports() {
    let ports = |ports: Value| container(json!({"ports": ports}));
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("V61", ports(json!([{"containerPort": 0}])), &["T.containers[0].ports[0].containerPort: Required value"]),
        ("V62", ports(json!([{"containerPort": 70000}])),
            &["T.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"]),
        ("V63", ports(json!([{"containerPort": 80, "protocol": "HTTP"}])),
            &["T.containers[0].ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \"TCP\", \"UDP\""]),
        ("V64", ports(json!([{"containerPort": 80, "name": "http_port"}])),
            &["T.containers[0].ports[0].name: Invalid value: \"http_port\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
        ("V65", ports(json!([{"containerPort": 80, "name": "averyveryverylongname"}])),
            &["T.containers[0].ports[0].name: Invalid value: \"averyveryverylongname\": must be no more than 15 characters"]),
        ("V66", ports(json!([{"containerPort": 80, "name": "http"}, {"containerPort": 81, "name": "http"}])),
            &["T.containers[0].ports[1].name: Duplicate value: \"http\""]),
        ("V67", ports(json!([{"containerPort": 80, "hostPort": 80}, {"containerPort": 81, "hostPort": 80}])),
            &["T.containers[0].ports[1].hostPort: Duplicate value: \"TCP//80\""]),
        ("V68", merged(ports(json!([{"containerPort": 80, "hostPort": 8080}])), json!({"spec": {"template": {"spec": {"hostNetwork": true}}}})),
            &["T.containers[0].ports[0].hostPort: Invalid value: 8080: must match `containerPort` when `hostNetwork` is true"]),
        ("transcript 61", merged(ports(json!([{"containerPort": 70000}, {"containerPort": 80, "hostPort": 81},
                {"containerPort": 80, "protocol": "HTTP"}, {"name": "UPPER_NAME_TOO_LONG", "containerPort": 90}])),
                json!({"spec": {"template": {"spec": {"hostNetwork": true}}}})), &[
            "T.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
            "T.containers[0].ports[2].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \"TCP\", \"UDP\"",
            "T.containers[0].ports[3].name: Invalid value: \"UPPER_NAME_TOO_LONG\": must be no more than 15 characters",
            "T.containers[0].ports[3].name: Invalid value: \"UPPER_NAME_TOO_LONG\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
            "T.containers[0].ports[3].name: Invalid value: \"UPPER_NAME_TOO_LONG\": must contain at least one letter (a-z)",
            "T.containers[0].ports[1].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true",
        ]),
    ]);
}

#[test]
fn environment() {
    let env = |variable: Value| container(json!({"env": [variable]}));
    let field = |path: &str| json!({"fieldRef": {"fieldPath": path}});
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("accepted", env(json!({"name": "NODE", "valueFrom": field("spec.nodeName")})), &[]),
        ("V69", env(json!({"name": "1 A="})),
            &["T.containers[0].env[0].name: Invalid value: \"1 A=\": a valid environment variable name must consist only of printable ASCII characters other than '='"]),
        ("V70", env(json!({"name": ""})), &["T.containers[0].env[0].name: Required value"]),
        ("V71", env(json!({"name": "A", "value": "x", "valueFrom": field("metadata.name")})),
            &["T.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty"]),
        ("V72", env(json!({"name": "A", "valueFrom": field("spec.foo")})),
            &["T.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.foo\": error converting fieldPath: field label not supported: spec.foo"]),
        ("V73", env(json!({"name": "A", "valueFrom": {}})),
            &["T.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"]),
        ("V74", env(json!({"name": "A", "valueFrom": {"secretKeyRef": {"name": "s"}}})),
            &["T.containers[0].env[0].valueFrom.secretKeyRef.key: Required value"]),
        ("known but not for variables", env(json!({"name": "A", "valueFrom": field("status.phase")})),
            &["T.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"status.phase\": supported values: \"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\", \"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\""]),
        ("a single label", env(json!({"name": "A", "valueFrom": field("metadata.labels['app']")})), &[]),
    ]);
}

#[test]
fn mounts_and_volumes() {
    let mounted = |volumes: Value, mounts: Value| {
        let container = json!({"name": "nginx", "image": "nginx", "volumeMounts": mounts});
        template_spec(json!({"volumes": volumes, "containers": [container]}))
    };
    let volume = |source: Value| template_spec(json!({"volumes": [merged(json!({"name": "data"}), source)]}));
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("V75", mounted(json!([]), json!([{"name": "data", "mountPath": "/a"}])),
            &["T.containers[0].volumeMounts[0].name: Not found: \"data\""]),
        ("V76", mounted(json!([{"name": "data"}]), json!([{"name": "data"}])),
            &["T.containers[0].volumeMounts[0].mountPath: Required value"]),
        ("V77", mounted(json!([{"name": "data"}]), json!([{"name": "data", "mountPath": "/a"}, {"name": "data", "mountPath": "/a"}])),
            &["T.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique"]),
        ("V78", volume(json!({"emptyDir": {}, "hostPath": {"path": "/x"}})),
            &["T.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"]),
        ("V79", template_spec(json!({"volumes": [{"name": "data"}, {"name": "data"}]})),
            &["T.volumes[1].name: Duplicate value: \"data\""]),
        ("V80", volume(json!({"name": "Data"})), &["T.volumes[0].name: Invalid value: \"Data\": «DNSLABEL»"]),
        ("V81", volume(json!({"hostPath": {"path": ""}})), &["T.volumes[0].hostPath.path: Required value"]),
        ("V82", volume(json!({"hostPath": {"path": "/a/../b"}})),
            &["T.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"]),
        ("V83", volume(json!({"hostPath": {"path": "/a", "type": "Dir"}})),
            &["T.volumes[0].hostPath.type: Unsupported value: \"Dir\": supported values: \"\", \"BlockDevice\", \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\""]),
        ("V84", volume(json!({"configMap": {}})), &["T.volumes[0].configMap.name: Required value"]),
        ("accepted: a volume without a source", volume(json!({})), &[]),
    ]);
}

#[test]
fn amounts() {
    let resources = |resources: Value| container(json!({"resources": resources}));
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("V85", resources(json!({"requests": {"cpu": "2"}, "limits": {"cpu": "1"}})),
            &["T.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"]),
        ("V86", resources(json!({"requests": {"cpu": "-1"}})),
            &["T.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"]),
        ("V87, V88", resources(json!({"requests": {"foo": "1"}})),
            &["T.containers[0].resources.requests[foo]: Invalid value: \"foo\": must be a standard resource type or fully qualified",
              "T.containers[0].resources.requests[foo]: Invalid value: \"foo\": must be a standard resource for containers"]),
        ("V89", resources(json!({"requests": {"nvidia.com/gpu": 1}})),
            &["T.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources"]),
        ("V90", resources(json!({"requests": {"storage": "1Gi"}})),
            &["T.containers[0].resources.requests[storage]: Invalid value: \"storage\": must be a standard resource for containers"]),
        ("a fraction of a device", resources(json!({"limits": {"nvidia.com/gpu": "500m"}})),
            &["T.containers[0].resources.limits[nvidia.com/gpu]: Invalid value: \"500m\": must be an integer"]),
    ]);
}

#[test]
fn probes() {
    let probe = |probe: Value| container(json!({"livenessProbe": probe}));
    let exec = json!({"exec": {"command": ["true"]}});
    #[rustfmt::skip]
    check(Kind::DAEMON_SET, &[
        ("accepted", probe(exec.clone()), &[]),
        ("V91", probe(json!({})), &["T.containers[0].livenessProbe: Required value: must specify a handler type"]),
        ("V92", probe(merged(exec.clone(), json!({"tcpSocket": {"port": 1}}))),
            &["T.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"]),
        ("V93", probe(json!({"httpGet": {}})),
            &["T.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive"]),
        ("V94", probe(json!({"exec": {}})), &["T.containers[0].livenessProbe.exec.command: Required value"]),
        ("V95", probe(merged(exec.clone(), json!({"initialDelaySeconds": -1}))),
            &["T.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0"]),
        ("V96", probe(merged(exec, json!({"successThreshold": 2}))),
            &["T.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"]),
        ("V97", probe(json!({"httpGet": {"port": 80, "scheme": "http"}})),
            &["T.containers[0].livenessProbe.httpGet.scheme: Unsupported value: \"http\": supported values: \"HTTP\", \"HTTPS\""]),
    ]);
}
