//! Words and flags that kubectl refuses before it asks anybody.

use super::Terminal;

#[test]
fn mistyped_commands_are_answered_with_suggestions() {
    let mut terminal = Terminal::new();
    terminal.refuses("gte pods", "error: unknown command \"gte\" for \"kubectl\"\n\nDid you mean this?\n\tget\n");
    terminal.refuses("desc", "error: unknown command \"desc\" for \"kubectl\"\n\nDid you mean this?\n\tdescribe\n");
    terminal.refuses("xyzzy", "error: unknown command \"xyzzy\" for \"kubectl\"\n");
}

#[test]
fn flag_mistakes_name_the_verb() {
    let mut terminal = Terminal::new();
    terminal.refuses("get pods --foo", "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n");
    terminal.refuses("get pods -n", "error: flag needs an argument: 'n' in -n\nSee 'kubectl get --help' for usage.\n");
    terminal
        .refuses("-n x get pods -Z", "error: unknown shorthand flag: 'Z' in -Z\nSee 'kubectl get --help' for usage.\n");
    terminal.refuses(
        "create daemonset x --image=nginx",
        "error: unknown flag: --image\nSee 'kubectl create --help' for usage.\n",
    );
    terminal.refuses(
        "create daemonset x",
        "error: Unexpected args: [daemonset x]\nSee 'kubectl create -h' for help and examples\n",
    );
}

#[test]
fn a_missing_object_is_told_in_each_verbs_own_words() {
    let mut terminal = Terminal::new();
    terminal.refuses(
        "get",
        "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported \
         resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed \
         description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples\n",
    );
    terminal.refuses(
        "delete",
        "error: You must provide one or more resources by argument or filename.\nExample resource specifications \
         include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'\n",
    );
    terminal.refuses("delete pod", "error: resource(s) were provided, but no name was specified\n");
    terminal.refuses("apply", "error: must specify one of -f and -k\n");
    terminal
        .refuses("apply ds.yaml", "error: Unexpected args: [ds.yaml]\nSee 'kubectl apply -h' for help and examples\n");
    terminal.refuses("apply -f nope.yaml", "error: the path \"nope.yaml\" does not exist\n");
    terminal.refuses("get all all", "error: you must specify only one resource\n");
    terminal.refuses("get pod x -l a=b", "error: name cannot be provided when a selector is specified\n");
}

#[test]
fn distances_are_counted_in_letters() {
    for (a, b, n) in [("gte", "get", 2), ("get", "get", 0), ("foo", "top", 2), ("kitten", "sitting", 3)] {
        assert_eq!(crate::command::distance(a, b), n, "{a} {b}");
    }
}

#[test]
fn what_kubectl_refuses_by_itself_is_refused_in_its_words() {
    let mut terminal = Terminal::new();
    for (line, text) in [
        ("label", "one or more resources must be specified as <resource> <name> or <resource>/<name>"),
        ("label node --all -l a=b c=d", "cannot set --all and --selector at the same time"),
        ("delete pod --all -l a=b", "cannot set --all and --selector at the same time"),
        (
            "create cm x --from-literal=a=1 --from-literal=a=2",
            "cannot add key \"a\", another key by that name already exists in Data for ConfigMap \"x\"",
        ),
        ("create cm x --from-literal==a", "invalid literal source =a, expected key=value"),
        ("run x --image=Nginx", "Invalid image name \"Nginx\": invalid reference format"),
        ("run x --image=nginx --port=abc", "strconv.Atoi: parsing \"abc\": invalid syntax"),
        ("run x --image=nginx --expose", "--port must be set when exposing a service"),
        (
            "patch pod x --subresource=foo -p {}",
            "invalid subresource value: \"foo\". Must be one of [status scale resize]",
        ),
        ("apply -k .", "everynode doesn't simulate kustomizations; apply the files with kubectl apply -f"),
        ("get --raw nope", "--raw must be a valid URL path: parse \"nope\": invalid URI for request"),
        ("get pod --output-watch-events", "--output-watch-events option can only be used with --watch or --watch-only"),
        ("get ds.v1beta1.apps", "the server doesn't have a resource type \"ds\""),
        ("delete pod x -o yaml", "unexpected -o output mode: yaml. We only support '-o name'"),
        ("debug", "you must specify --image when not using --copy-to."),
        ("top node", "Metrics API not available"),
        ("config delete-context nope", "cannot delete context nope, not in /root/.kube/config"),
    ] {
        if line.starts_with("patch") {
            terminal.server.put(api::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}));
        }
        terminal.refuses(line, &format!("error: {text}\n"));
    }
}
