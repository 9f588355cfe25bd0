//! The specification's descriptions, to the character.

use super::tests::described;
use super::*;
use api::json;

fn meta(name: &str, labels: Value, annotations: Value) -> Value {
    json!({"name": name, "namespace": "default", "uid": format!("{name}-uid"), "labels": labels, "annotations": annotations,
        "creationTimestamp": "2026-11-24T22:56:00Z"})
}

fn event(kind: &str, name: &str, reason: &str, source: &str, message: &str) -> Value {
    json!({"type": "Normal", "reason": reason, "message": message, "source": {"component": source}, "count": 1,
        "metadata": {"namespace": "default"},
        "firstTimestamp": "2026-11-24T22:56:00Z", "lastTimestamp": "2026-11-24T22:56:00Z",
        "involvedObject": {"kind": kind, "name": name, "uid": format!("{name}-uid")}})
}

fn owned(name: &str, kind: &str, owner: &str, labels: Value) -> Value {
    let mut meta = meta(name, labels, json!({}));
    meta["ownerReferences"] = json!([{"kind": kind, "name": owner, "uid": format!("{owner}-uid"), "controller": true}]);
    meta
}

fn monitoring_template() -> Value {
    json!({"metadata": {"labels": {"app": "monitoring"}}, "spec": {"containers": [{
        "name": "nginx", "image": "nginx", "ports": [{"containerPort": 80, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}}]}})
}

fn web_template(hash: Option<&str>) -> Value {
    let mut labels = json!({"app": "web"});
    if let Some(hash) = hash {
        labels["pod-template-hash"] = hash.into();
    }
    json!({"metadata": {"labels": labels}, "spec": {"containers": [{"name": "nginx", "image": "nginx:1.27", "resources": {}}]}})
}

#[test]
fn a_daemon_set() {
    let object = json!({"metadata": meta("monitoring-daemon", json!({"app": "monitoring"}),
            json!({"deprecated.daemonset.template.generation": "1"})),
        "spec": {"selector": {"matchLabels": {"app": "monitoring"}}, "template": monitoring_template()},
        "status": {"desiredNumberScheduled": 2, "currentNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 2}});
    let pod = |name| {
        json!({"metadata": owned(name, "DaemonSet", "monitoring-daemon", json!({"app": "monitoring"})),
        "status": {"phase": "Running"}})
    };
    let created = |pod: &str| {
        event(
            "DaemonSet",
            "monitoring-daemon",
            "SuccessfulCreate",
            "daemonset-controller",
            &format!("Created pod: {pod}"),
        )
    };
    // A Pod that merely looks like one of ours isn't counted.
    let stranger =
        json!({"metadata": meta("x", json!({"app": "monitoring"}), json!({})), "status": {"phase": "Pending"}});
    let objects = json!({"pods": [pod("a"), pod("b"), stranger],
        "events": [created("monitoring-daemon-b9zqv"), created("monitoring-daemon-4xk7p")]});
    let expected = "\
Name:           monitoring-daemon
Namespace:      default
Selector:       app=monitoring
Node-Selector:  <none>
Labels:         app=monitoring
Annotations:    deprecated.daemonset.template.generation: 1
Desired Number of Nodes Scheduled: 2
Current Number of Nodes Scheduled: 2
Number of Nodes Scheduled with Up-to-date Pods: 2
Number of Nodes Scheduled with Available Pods: 2
Number of Nodes Misscheduled: 0
Pods Status:  2 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=monitoring
  Containers:
   nginx:
    Image:      nginx
    Port:       80/TCP
    Host Port:  0/TCP
    Limits:
      memory:  128Mi
    Requests:
      cpu:         100m
      memory:      64Mi
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Events:
  Type    Reason            Age   From                  Message
  ----    ------            ----  ----                  -------
  Normal  SuccessfulCreate  12m   daemonset-controller  Created pod: monitoring-daemon-b9zqv
  Normal  SuccessfulCreate  12m   daemonset-controller  Created pod: monitoring-daemon-4xk7p
";
    assert_eq!(described(Kind::DAEMON_SET, object, objects), expected);
}

#[test]
fn a_template_with_tabs() {
    let expected = "\
Pod Template:
  Labels:\tapp=monitoring
  Containers:
   nginx:
    Image:\tnginx
    Port:\t80/TCP
    Host Port:\t0/TCP
    Limits:
      memory:\t128Mi
    Requests:
      cpu:\t100m
      memory:\t64Mi
    Environment:\t<none>
    Mounts:\t<none>
  Volumes:\t<none>
  Node-Selectors:\t<none>
  Tolerations:\t<none>
";
    assert_eq!(pod_template_with_tabs(&monitoring_template()), expected);
}

/// E6.3
#[test]
fn a_crashing_pod_with_everything() {
    let pod = json!({"metadata": {"name": "crash", "namespace": "default", "uid": "crash-uid"},
        "spec": {"priority": 1000, "priorityClassName": "high", "nodeName": "node01",
            "nodeSelector": {"disk": "ssd", "env": "lab"},
            "tolerations": [
                {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
                {"key": "gpu", "value": "true", "effect": "NoSchedule"}, {"operator": "Exists"}],
            "containers": [{"name": "c", "image": "busybox", "command": ["sh", "-c", "exit 1"],
                "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "timeoutSeconds": 1,
                    "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
                "env": [{"name": "NODE", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}},
                    {"name": "X", "value": "1"}],
                "volumeMounts": [{"name": "logs", "mountPath": "/var/log"}, {"name": "d", "mountPath": "/d", "readOnly": true}]}],
            "volumes": [{"name": "logs", "hostPath": {"path": "/var/log", "type": ""}}, {"name": "d", "emptyDir": {}},
                {"name": "cm", "configMap": {"name": "c1", "defaultMode": 420}}, {"name": "se", "secret": {"secretName": "s1"}}]},
        "status": {"phase": "Running", "hostIP": "172.30.2.2", "podIP": "192.168.1.9", "podIPs": [{"ip": "192.168.1.9"}],
            "startTime": "2026-11-24T23:22:53Z", "qosClass": "BestEffort",
            "containerStatuses": [{"name": "c", "containerID": "containerd://x", "imageID": "x", "ready": false, "restartCount": 5,
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": "2026-11-24T23:25:42Z",
                    "finishedAt": "2026-11-24T23:25:43Z"}}}]}});
    let about = |source: &str, reason: &str, message: &str, first: i64, last: i64, count: i64| {
        let now = 1_795_561_714; // 2026-11-24T23:08:34Z
        let ago = |seconds: i64| api::time::Time(now - seconds).to_string();
        let mut event = event("Pod", "crash", reason, source, message);
        event["firstTimestamp"] = ago(first).into();
        event["lastTimestamp"] = ago(last).into();
        event["count"] = count.into();
        if source == "kubelet" {
            event["involvedObject"]["fieldPath"] = "spec.containers{c}".into();
        }
        event
    };
    let pulled = "Successfully pulled image \"busybox\" in 812ms (812ms including waiting). Image size: 2156518 bytes.";
    let mut back_off = about(
        "kubelet",
        "BackOff",
        "Back-off restarting failed container c in pod crash_default(crash-uid)",
        181,
        4,
        14,
    );
    back_off["type"] = "Warning".into();
    let objects = json!({"events": [back_off, about("kubelet", "Pulled", pulled, 191, 31, 6),
        about("default-scheduler", "Scheduled", "Successfully assigned default/crash to node01", 201, 201, 1)]});
    let expected = "\
Name:                 crash
Namespace:            default
Priority:             1000
Priority Class Name:  high
Node:                 node01/172.30.2.2
Start Time:           Tue, 24 Nov 2026 23:22:53 +0000
Labels:               <none>
Annotations:          <none>
Status:               Running
IP:                   192.168.1.9
IPs:
  IP:  192.168.1.9
Containers:
  c:
    Container ID:  containerd://x
    Image:         busybox
    Image ID:      x
    Port:          <none>
    Host Port:     <none>
    Command:
      sh
      -c
      exit 1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    1
      Started:      Tue, 24 Nov 2026 23:25:42 +0000
      Finished:     Tue, 24 Nov 2026 23:25:43 +0000
    Ready:          False
    Restart Count:  5
    Liveness:       http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3
    Environment:
      NODE:   (v1:spec.nodeName)
      X:     1
    Mounts:
      /d from d (ro)
      /var/log from logs (rw)
Volumes:
  logs:
    Type:          HostPath (bare host directory volume)
    Path:          /var/log
    HostPathType:  
  d:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:     
    SizeLimit:  <unset>
  cm:
    Type:      ConfigMap (a volume populated by a ConfigMap)
    Name:      c1
    Optional:  false
  se:
    Type:        Secret (a volume populated by a Secret)
    SecretName:  s1
    Optional:    false
QoS Class:       BestEffort
Node-Selectors:  disk=ssd
                 env=lab
Tolerations:     op=Exists
                 gpu=true:NoSchedule
                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
Events:
  Type     Reason     Age                  From               Message
  ----     ------     ----                 ----               -------
  Normal   Scheduled  3m21s                default-scheduler  Successfully assigned default/crash to node01
  Normal   Pulled     31s (x6 over 3m11s)  kubelet            spec.containers{c}: Successfully pulled image \"busybox\" in 812ms (812ms including waiting). Image size: 2156518 bytes.
  Warning  BackOff    4s (x14 over 3m1s)   kubelet            spec.containers{c}: Back-off restarting failed container c in pod crash_default(crash-uid)
";
    assert_eq!(described(Kind::POD, pod, objects), expected);
}

/// E6.4
#[test]
fn a_pod_that_no_node_can_take() {
    let pod = json!({"metadata": {"name": "a01-pending", "namespace": "lab", "labels": {"app": "x"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
        "status": {"phase": "Pending", "qosClass": "BestEffort", "conditions": [{"type": "PodScheduled", "status": "False"}]}});
    let expected = "\
Name:         a01-pending
Namespace:    lab
Node:         <none>
Labels:       app=x
Annotations:  <none>
Status:       Pending
IP:           
IPs:          <none>
Containers:
  c:
    Image:        nginx
    Port:         <none>
    Host Port:    <none>
    Environment:  <none>
    Mounts:       <none>
Conditions:
  Type           Status
  PodScheduled   False 
Volumes:         <none>
QoS Class:       BestEffort
Node-Selectors:  <none>
Tolerations:     <none>
Events:          <none>
";
    assert_eq!(described(Kind::POD, pod, json!({})), expected);
}

/// E6.11
#[test]
fn a_terminating_pod() {
    let pod = json!({"metadata": {"name": "a14-terminating", "namespace": "lab", "labels": {"app": "x"},
            "deletionTimestamp": "2026-11-24T23:08:24Z", "deletionGracePeriodSeconds": 30},
        "spec": {"nodeName": "node01", "containers": []}, "status": {"phase": "Running"}});
    let expected = "\
Name:                      a14-terminating
Namespace:                 lab
Node:                      node01/
Labels:                    app=x
Annotations:               <none>
Status:                    Terminating (lasts 10s)
Termination Grace Period:  30s
IP:                        
";
    let text = described(Kind::POD, pod, json!({}));
    assert_eq!(text.split_inclusive('\n').take(8).collect::<String>(), expected);
}

#[test]
fn what_runs_on_a_node_and_what_that_takes() {
    let resources = json!({"cpu": "2", "ephemeral-storage": "18566299208", "hugepages-2Mi": "0", "memory": "3913064Ki",
        "nvidia.com/gpu": "1", "pods": "110"});
    let node =
        json!({"metadata": {"name": "node01", "uid": "node01-uid"}, "spec": {}, "status": {"allocatable": resources}});
    let mut pod = json!({"metadata": meta("monitoring-daemon-4xk7p", json!({}), json!({})),
        "spec": monitoring_template()["spec"].clone(), "status": {"phase": "Running"}});
    pod["spec"]["nodeName"] = "node01".into();
    let mut ended = pod.clone();
    ended["status"]["phase"] = "Succeeded".into();
    let text = described(Kind::NODE, node, json!({"pods": [pod, ended]}));
    let expected = "\
Non-terminated Pods:          (1 in total)
  Namespace                   Name                       CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------                   ----                       ------------  ----------  ---------------  -------------  ---
  default                     monitoring-daemon-4xk7p    100m (5%)     0 (0%)      64Mi (1%)        128Mi (3%)     12m
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests   Limits
  --------           --------   ------
  cpu                100m (5%)  0 (0%)
  memory             64Mi (1%)  128Mi (3%)
  ephemeral-storage  0 (0%)     0 (0%)
  hugepages-2Mi      0 (0%)     0 (0%)
  nvidia.com/gpu     0          0
Events:              <none>
";
    assert_eq!(&text[text.find("Non-terminated").unwrap()..], expected);
    assert!(
        text.contains("Lease:              Failed to get lease: leases.coordination.k8s.io \"node01\" not found\n"),
        "{text}"
    );
}

#[test]
fn a_pod_asks_for_its_containers_or_for_its_largest_init_container() {
    let container = |cpu: &str| json!({"name": "c", "resources": {"requests": {"cpu": cpu}}});
    let mut sidecar = container("100m");
    sidecar["restartPolicy"] = "Always".into();
    let node = json!({"metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "1"}}});
    let asked = |spec: Value| {
        let mut pod = json!({"metadata": {"name": "p", "namespace": "x"}, "spec": spec});
        pod["spec"]["nodeName"] = "n".into();
        let text = described(Kind::NODE, node.clone(), json!({"pods": [pod]}));
        text.lines().find(|line| line.starts_with("  cpu ")).unwrap().split_whitespace().nth(1).unwrap().to_string()
    };
    let spec = json!({"containers": [container("200m")], "initContainers": [sidecar, container("50m")]});
    assert_eq!(asked(spec), "300m");
    let spec = json!({"containers": [container("200m")], "initContainers": [sidecar, container("500m")]});
    assert_eq!(asked(spec), "600m");
    assert_eq!(asked(json!({"containers": [container("200m")], "overhead": {"cpu": "10m"}})), "210m");
}

#[test]
fn a_deployment_and_its_replica_set() {
    let deployment = json!({"metadata": meta("web", json!({}), json!({"deployment.kubernetes.io/revision": "2"})),
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": web_template(None),
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}},
        "status": {"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3, "conditions": [
            {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}]}});
    let set = |name: &str, image: &str, replicas: i64| {
        let mut set = json!({"metadata": owned(name, "Deployment", "web", json!({"app": "web"})),
            "spec": {"replicas": replicas, "template": web_template(Some(name))}, "status": {"replicas": replicas}});
        set["spec"]["template"]["spec"]["containers"][0]["image"] = image.into();
        set
    };
    let objects = json!({"replicasets": [set("web-5d4f8c7b9d", "nginx", 0), set("web-7c9d6f5b84", "nginx:1.27", 3)]});
    let expected = "\
Name:                   web
Namespace:              default
CreationTimestamp:      Tue, 24 Nov 2026 22:56:00 +0000
Labels:                 <none>
Annotations:            deployment.kubernetes.io/revision: 2
Selector:               app=web
Replicas:               3 desired | 3 updated | 3 total | 3 available | 0 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  25% max unavailable, 25% max surge
Pod Template:
  Labels:  app=web
  Containers:
   nginx:
    Image:         nginx:1.27
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      True    MinimumReplicasAvailable
  Progressing    True    NewReplicaSetAvailable
OldReplicaSets:  web-5d4f8c7b9d (0/0 replicas created)
NewReplicaSet:   web-7c9d6f5b84 (3/3 replicas created)
Events:          <none>
";
    assert_eq!(described(Kind::DEPLOYMENT, deployment, objects), expected);

    let hash = "7c9d6f5b84";
    let mut replica_set = set("web-7c9d6f5b84", "nginx:1.27", 3);
    let labels = json!({"app": "web", "pod-template-hash": hash});
    replica_set["metadata"]["labels"] = labels.clone();
    replica_set["metadata"]["annotations"] = json!({"deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4", "deployment.kubernetes.io/revision": "2"});
    replica_set["spec"]["selector"] = json!({"matchLabels": labels});
    replica_set["spec"]["template"] = web_template(Some(hash));
    let expected = "\
Name:           web-7c9d6f5b84
Namespace:      default
Selector:       app=web,pod-template-hash=7c9d6f5b84
Labels:         app=web
                pod-template-hash=7c9d6f5b84
Annotations:    deployment.kubernetes.io/desired-replicas: 3
                deployment.kubernetes.io/max-replicas: 4
                deployment.kubernetes.io/revision: 2
Controlled By:  Deployment/web
Replicas:       3 current / 3 desired
Pods Status:    0 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
           pod-template-hash=7c9d6f5b84
  Containers:
   nginx:
    Image:         nginx:1.27
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Events:            <none>
";
    assert_eq!(described(Kind::REPLICA_SET, replica_set, json!({})), expected);
}

#[test]
fn the_small_kinds() {
    let namespace = json!({"metadata": {"name": "default", "labels": {"kubernetes.io/metadata.name": "default"}},
        "status": {"phase": "Active"}});
    let expected = "\
Name:         default
Labels:       kubernetes.io/metadata.name=default
Annotations:  <none>
Status:       Active

No resource quota.

No LimitRange resource.
";
    assert_eq!(described(Kind::NAMESPACE, namespace, json!({})), expected);

    let config_map = json!({"metadata": meta("app", json!({}), json!({})), "data": {"a": "1", "b": "x\ny"}});
    let expected = "\
Name:         app
Namespace:    default
Labels:       <none>
Annotations:  <none>

Data
====
a:
----
1

b:
----
x
y


BinaryData
====

Events:  <none>
";
    assert_eq!(described(Kind::CONFIG_MAP, config_map, json!({})), expected);

    let secret = json!({"metadata": meta("s1", json!({}), json!({})), "type": "Opaque", "data": {"pw": "YWI="}});
    let expected = "\
Name:         s1
Namespace:    default
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
pw:  2 bytes
";
    assert_eq!(described(Kind::SECRET, secret, json!({})), expected);

    let budget = json!({"metadata": meta("p1", json!({}), json!({})),
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}, "status": {"expectedPods": 3}});
    let expected = "\
Name:           p1
Namespace:      default
Min available:  1
Selector:       app=web
Status:
    Allowed disruptions:  0
    Current:              0
    Desired:              0
    Total:                3
Events:                   <none>
";
    assert_eq!(described(Kind::POD_DISRUPTION_BUDGET, budget, json!({})), expected);

    let class = json!({"metadata": {"name": "high"}, "value": 1000, "preemptionPolicy": "PreemptLowerPriority"});
    let expected = "\
Name:              high
Value:             1000
GlobalDefault:     false
PreemptionPolicy:  PreemptLowerPriority
Description:       
Annotations:       <none>
Events:            <none>
";
    assert_eq!(described(Kind::PRIORITY_CLASS, class, json!({})), expected);
}

#[test]
fn a_service_shows_what_is_behind_its_ports() {
    let service = json!({"metadata": meta("web", json!({}), json!({})),
        "spec": {"type": "ClusterIP", "selector": {"app": "web"}, "clusterIP": "10.96.0.7", "clusterIPs": ["10.96.0.7"],
            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster", "ports": [{"port": 80, "protocol": "TCP", "targetPort": 8080}]}});
    let endpoint = |n: i64| json!({"addresses": [format!("10.244.1.{n}")], "conditions": {"ready": n != 1}});
    let endpoints: Vec<Value> = (1..6).map(endpoint).collect();
    let slice = json!({"metadata": meta("web-x", json!({"kubernetes.io/service-name": "web"}), json!({})),
        "ports": [{"name": "", "port": 8080, "protocol": "TCP"}],
        "endpoints": endpoints});
    let expected = "\
Name:                     web
Namespace:                default
Labels:                   <none>
Annotations:              <none>
Selector:                 app=web
Type:                     ClusterIP
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.96.0.7
IPs:                      10.96.0.7
Port:                     <unset>  80/TCP
TargetPort:               8080/TCP
Endpoints:                10.244.1.2:8080,10.244.1.3:8080,10.244.1.4:8080 + 1 more...
Session Affinity:         None
Internal Traffic Policy:  Cluster
Events:                   <none>
";
    assert_eq!(described(Kind::SERVICE, service, json!({"endpointslices": [slice]})), expected);
}

#[test]
fn a_kind_without_words_is_described_field_by_field() {
    let revision = json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1,
        "metadata": {"name": "x", "namespace": "default", "uid": "u", "managedFields": [], "labels": {"app": "a"}},
        "data": {"spec": {"template": {"$patch": "replace", "spec": {"containers": [{"image": "nginx", "resources": {}}],
            "securityContext": {}, "terminationGracePeriodSeconds": 30}}}}});
    let expected = "\
Name:         x
Namespace:    default
Labels:       app=a
Annotations:  <none>
API Version:  apps/v1
Data:
  Spec:
    Template:
      $patch:  replace
      Spec:
        Containers:
          Image:  nginx
          Resources:
        Security Context:
        Termination Grace Period Seconds:  30
Kind:                                      ControllerRevision
Metadata:
  UID:     u
Revision:  1
Events:    <none>
";
    assert_eq!(described(Kind::CONTROLLER_REVISION, revision, json!({})), expected);
}

#[test]
fn a_role_shows_a_line_for_each_resource() {
    let role = json!({"metadata": {"name": "fluentd"}, "rules": [
        {"apiGroups": [""], "resources": ["pods", "namespaces"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": ["apps"], "resources": ["daemonsets"], "resourceNames": ["fluentd"], "verbs": ["get"]},
        {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]});
    let expected = "\
Name:         fluentd
Labels:       <none>
Annotations:  <none>
PolicyRule:
  Resources        Non-Resource URLs  Resource Names  Verbs
  ---------        -----------------  --------------  -----
  namespaces       []                 []              [get list watch]
  pods             []                 []              [get list watch]
                   [/metrics]         []              [get]
  daemonsets.apps  []                 [fluentd]       [get]
";
    assert_eq!(described(Kind::CLUSTER_ROLE, role, json!({})), expected);

    let binding = json!({"metadata": {"name": "fluentd"}, "roleRef": {"kind": "ClusterRole", "name": "fluentd"},
        "subjects": [{"kind": "ServiceAccount", "name": "fluentd", "namespace": "kube-system"}]});
    let expected = "\
Name:         fluentd
Labels:       <none>
Annotations:  <none>
Role:
  Kind:  ClusterRole
  Name:  fluentd
Subjects:
  Kind            Name     Namespace
  ----            ----     ---------
  ServiceAccount  fluentd  kube-system
";
    assert_eq!(described(Kind::CLUSTER_ROLE_BINDING, binding, json!({})), expected);
}

#[test]
fn events_are_left_out_on_request() {
    let pod = json!({"metadata": {"name": "a", "namespace": "x"}, "spec": {"containers": []}});
    let mut world = tests::world(json!({}));
    assert!(!object(Kind::POD, &pod, false, &mut world).contains("Events"));
}
