//! Changes of one field: labels, taints, cordons, replicas, images; and draining.

use super::Terminal;
use api::json;
use api::resource::Kind;

fn with_node() -> Terminal {
    let mut terminal = Terminal::new();
    terminal.server.put(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node01"}, "spec": {}}));
    terminal
}

#[test]
fn labels_are_not_overwritten_by_accident() {
    let mut terminal = with_node();
    terminal.says("label node node01 disk=ssd", "node/node01 labeled\n");
    terminal.says("label node node01 disk=ssd", "node/node01 not labeled\n");
    terminal
        .refuses("label node node01 disk=hdd", "error: 'disk' already has a value (ssd), and --overwrite is false\n");
    terminal.says("label node node01 disk=hdd --overwrite", "node/node01 labeled\n");
    terminal.says("label node node01 a=1 disk-", "node/node01 modified\n");
    terminal.says("label node node01 disk-", "label \"disk\" not found.\nnode/node01 not labeled\n");
    terminal.refuses("label node node01", "error: at least one label update is required\n");
    terminal.refuses("label node disk=ssd", "error: resource(s) were provided, but no name was specified\n");
    terminal.says("annotate node node01 a=1", "node/node01 annotated\n");
    terminal.refuses(
        "annotate node node01 a=2",
        "error: --overwrite is false but found the following declared annotation(s): 'a' already has a value (1)\n",
    );
}

#[test]
fn taints_are_known_by_key_and_effect() {
    let mut terminal = with_node();
    terminal.says("taint node node01 gpu=true:NoSchedule", "node/node01 tainted\n");
    terminal.refuses(
        "taint node node01 gpu=true:NoSchedule",
        "error: node node01 already has gpu taint(s) with same effect(s) and --overwrite is false\n",
    );
    terminal.says("taint node node01 gpu=false:NoSchedule --overwrite", "node/node01 modified\n");
    terminal.says("taint nodes --all x:NoExecute", "node/node01 tainted\n");
    let taints = &terminal.server.object(Kind::NODE, "node01")["spec"]["taints"];
    assert_eq!(taints[0], json!({"effect": "NoExecute", "key": "x"}));
    terminal.says("taint node node01 gpu-", "node/node01 untainted\n");
    terminal.refuses("taint node node01 gpu-", "error: taint \"gpu\" not found\n");
    terminal.refuses("taint node node01 gpu", "error: at least one taint update is required\n");
    terminal.refuses("taint node/node01 a=b:NoSchedule", "the server doesn't have a resource type \"node/node01\"\n");
    terminal.refuses(
        "taint node node01 gpu=true:NoSched",
        "error: invalid taint effect: NoSched, unsupported taint effect\nSee 'kubectl taint -h' for help and examples\n",
    );
}

#[test]
fn draining_leaves_daemon_pods_and_refuses_bare_ones() {
    let mut terminal = with_node();
    let owner = json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "d", "uid": "x", "controller": true}]);
    terminal.server.put(json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "d"}}));
    terminal.server.put(json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "d-1", "ownerReferences": owner},
    }));
    terminal.refuses(
        "drain node01",
        "node/node01 cordoned\nerror: unable to drain node \"node01\" due to error: cannot delete DaemonSet-managed Pods \
         (use --ignore-daemonsets to ignore): default/d-1, continuing command...\nThere are pending nodes to be \
         drained:\n node01\ncannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/d-1\n",
    );
    terminal.server.put(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}}));
    terminal.says(
        "drain node01 --ignore-daemonsets --force",
        "node/node01 already cordoned\nWarning: deleting Pods that declare no controller: default/bare; ignoring \
         DaemonSet-managed Pods: default/d-1\nevicting pod default/bare\npod/bare evicted\nnode/node01 drained\n",
    );
    terminal.says("uncordon node01", "node/node01 uncordoned\n");
    terminal.refuses("drain nope", "Error from server (NotFound): nodes \"nope\" not found\n");
}

#[test]
fn a_generated_deployment_has_no_defaults() {
    let mut terminal = Terminal::new();
    terminal.says(
        "create deployment api2 --image=nginx --dry-run=client -o yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: api2\n  name: api2\nspec:\n  replicas: 1\n  \
         selector:\n    matchLabels:\n      app: api2\n  strategy: {}\n  template:\n    metadata:\n      labels:\n        \
         app: api2\n    spec:\n      containers:\n      - image: nginx\n        name: nginx\n        resources: {}\nstatus: {}\n",
    );
    terminal.says("create deployment web --image=nginx", "deployment.apps/web created\n");
    terminal.refuses(
        "create deployment web --image=nginx",
        "error: failed to create deployment: deployments.apps \"web\" already exists\n",
    );
    terminal.says("set image deploy/web nginx=nginx:1.27", "deployment.apps/web image updated\n");
    terminal.says("set image deploy/web nginx=nginx:1.27", "");
    terminal.says("scale deploy web --replicas=5", "deployment.apps/web scaled\n");
    terminal.refuses("scale deploy web", "error: required flag(s) \"replicas\" not set\n");
}

#[test]
fn contexts_hold_the_namespace() {
    let mut terminal = Terminal::new();
    terminal.says(
        "config get-contexts",
        "CURRENT   NAME                          CLUSTER      AUTHINFO           NAMESPACE\n\
         *         kubernetes-admin@kubernetes   kubernetes   kubernetes-admin   \n",
    );
    terminal
        .says("config set-context --current --namespace=lab", "Context \"kubernetes-admin@kubernetes\" modified.\n");
    terminal.says("get pods", "No resources found in lab namespace.\n");
    terminal.refuses("config use-context x", "error: no context exists with the name: \"x\"\n");
}
