//! Objects coming, changing, going.

use super::Terminal;
use api::json;
use api::resource::Kind;

const DS: &str = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: logs\nspec:\n  template:\n    spec:\n      \
                  containers:\n      - name: agent\n        image: nginx\n";

fn with_ds() -> Terminal {
    let mut terminal = Terminal::new();
    terminal.file("ds.yaml", DS);
    terminal
}

#[test]
fn apply_creates_then_does_nothing_then_configures() {
    let mut terminal = with_ds();
    terminal.says("apply -f ds.yaml", "daemonset.apps/logs created\n");
    terminal.says("apply -f ds.yaml", "daemonset.apps/logs unchanged\n");
    terminal.file("ds2.yaml", &DS.replace("nginx", "nginx:1.27"));
    terminal.says("apply -f ds2.yaml --dry-run=client", "daemonset.apps/logs configured (dry run)\n");
    terminal.says("apply -f ds2.yaml", "daemonset.apps/logs configured\n");
    let live = terminal.server.object(Kind::DAEMON_SET, "logs");
    assert_eq!(live["spec"]["template"]["spec"]["containers"], json!([{"name": "agent", "image": "nginx:1.27"}]));
}

#[test]
fn apply_warns_once_of_objects_it_did_not_make() {
    let mut terminal = with_ds();
    terminal.says("create -f ds.yaml", "daemonset.apps/logs created\n");
    let warning = "Warning: resource daemonsets/logs is missing the kubectl.kubernetes.io/last-applied-configuration \
                   annotation which is required by kubectl apply. kubectl apply should only be used on resources created \
                   declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be \
                   patched automatically.\n";
    terminal.says("apply -f ds.yaml", &format!("{warning}daemonset.apps/logs configured\n"));
    terminal.says("apply -f ds.yaml", "daemonset.apps/logs unchanged\n");
}

#[test]
fn create_refuses_what_exists_and_names_the_file() {
    let mut terminal = with_ds();
    terminal.says("create -f ds.yaml", "daemonset.apps/logs created\n");
    terminal.refuses(
        "create -f ds.yaml",
        "Error from server (AlreadyExists): error when creating \"ds.yaml\": daemonsets.apps \"logs\" already exists\n",
    );
}

#[test]
fn good_documents_are_applied_before_the_bad_one_is_reported() {
    let mut terminal = Terminal::new();
    terminal.file("both.yaml", &format!("{DS}---\napiVersion: v1\nkind: Foo\nmetadata:\n  name: x\n"));
    terminal.refuses(
        "apply -f both.yaml",
        "daemonset.apps/logs created\nerror: resource mapping not found for name: \"x\" namespace: \"\" from \
         \"both.yaml\": no matches for kind \"Foo\" in version \"v1\"\nensure CRDs are installed first\n",
    );
    terminal.file("empty.yaml", "# nothing\n---\n");
    terminal.refuses("apply -f empty.yaml", "error: no objects passed to apply\n");
}

#[test]
fn get_prints_what_it_found_and_then_what_it_did_not() {
    let mut terminal = with_ds();
    terminal.says("get ds", "No resources found in default namespace.\n");
    terminal.says("get ds -A", "No resources found\n");
    terminal.types("apply -f ds.yaml");
    terminal
        .refuses("get ds logs nope", "NAME\nlogs\nError from server (NotFound): daemonsets.apps \"nope\" not found\n");
    // No prefix, since the Pod wasn't found.
    terminal.refuses("get ds,po logs", "NAME\nlogs\nError from server (NotFound): pods \"logs\" not found\n");
    terminal.says("get ds,po", "NAME\ndaemonset.apps/logs\n");
    terminal.says("get ds nope --ignore-not-found", "");
}

#[test]
fn several_types_are_tables_apart() {
    let mut terminal = with_ds();
    terminal.types("apply -f ds.yaml");
    terminal.server.put(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}));
    terminal.says("get all", "NAME\npod/p\n\nNAME\ndaemonset.apps/logs\n");
    terminal.says("get ds/logs po/p", "NAME\ndaemonset.apps/logs\n\nNAME\npod/p\n");
}

#[test]
fn watching_prints_a_row_per_change() {
    let mut terminal = Terminal::new();
    let pod = |name: &str| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}});
    terminal.server.put(pod("a"));
    let mut watching = terminal.begins("get pods -w");
    assert_eq!(terminal.out.all(), "NAME\na\n");
    terminal.server.put(pod("b"));
    assert_eq!(watching.poll(&mut terminal.env()), None);
    assert_eq!(watching.poll(&mut terminal.env()), None);
    assert_eq!(terminal.out.all(), "NAME\na\nb\n");
}

#[test]
fn delete_says_so_at_once_and_waits() {
    let mut terminal = with_ds();
    terminal.server.graceful = true;
    terminal.types("apply -f ds.yaml");
    let mut waiting = terminal.begins("delete ds logs");
    assert_eq!(terminal.out.all(), "daemonset.apps \"logs\" deleted from default namespace\n");
    assert_eq!(waiting.poll(&mut terminal.env()), None);
    terminal.server.finish_deletions();
    assert_eq!(waiting.poll(&mut terminal.env()), Some(0));
    terminal.refuses("delete ds logs", "Error from server (NotFound): daemonsets.apps \"logs\" not found\n");
    terminal.refuses(
        "delete -f ds.yaml",
        "Error from server (NotFound): error when deleting \"ds.yaml\": daemonsets.apps \"logs\" not found\n",
    );
    terminal.says("delete ds logs --ignore-not-found", "");
    terminal.says("delete ds --all", "No resources found\n");
}

#[test]
fn force_deletion_is_warned_of() {
    let mut terminal = Terminal::new();
    terminal.server.put(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}));
    terminal.says(
        "delete pod p --grace-period=0 --force",
        "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The \
         resource may continue to run on the cluster indefinitely.\npod \"p\" force deleted from default namespace\n",
    );
    terminal.refuses(
        "delete pod p --force --grace-period=5",
        "error: --force and --grace-period greater than 0 cannot be specified together\n",
    );
}
