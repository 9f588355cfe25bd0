//! What `-o` prints, against the specification's examples and what a real kubectl printed.

use super::*;
use crate::print::table::{TableOptions, TablePrinter};
use api::json;
use api::objects::Object;
use api::table::{Column, Row};

const COLUMNS: &[Column] = &[
    Column { name: "NAME", priority: 0 },
    Column { name: "READY", priority: 0 },
    Column { name: "STATUS", priority: 0 },
    Column { name: "RESTARTS", priority: 0 },
    Column { name: "AGE", priority: 0 },
    Column { name: "IP", priority: 1 },
];

fn row(name: &str) -> Row {
    let pod = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": "monitoring", "x.io/team": "obs"}}});
    let cells = [name, "1/1", "Running", "0", "12m", "192.168.1.4"].map(str::to_string).to_vec();
    Row { cells, object: Object::from_value(Kind::POD, &pod) }
}

fn printed(options: TableOptions) -> String {
    TablePrinter::new(options).print(COLUMNS, &[row("monitoring-daemon-4xk7p"), row("monitoring-daemon-b9zqv")])
}

#[test]
fn tables_are_laid_out_column_by_column() {
    let expected = "\
NAME                      READY   STATUS    RESTARTS   AGE
monitoring-daemon-4xk7p   1/1     Running   0          12m
monitoring-daemon-b9zqv   1/1     Running   0          12m
";
    assert_eq!(printed(TableOptions::default()), expected);
    let expected = "\
NAME                      READY   STATUS    RESTARTS   AGE   IP
monitoring-daemon-4xk7p   1/1     Running   0          12m   192.168.1.4
monitoring-daemon-b9zqv   1/1     Running   0          12m   192.168.1.4
";
    assert_eq!(printed(TableOptions { wide: true, ..Default::default() }), expected);
}

#[test]
fn headers_that_are_not_shown_do_not_count() {
    let expected = "\
monitoring-daemon-4xk7p   1/1   Running   0     12m
monitoring-daemon-b9zqv   1/1   Running   0     12m
";
    assert_eq!(printed(TableOptions { no_headers: true, ..Default::default() }), expected);
}

#[test]
fn kubectl_adds_columns_in_front_and_behind() {
    let options = TableOptions {
        with_namespace: true,
        with_events: true,
        show_labels: true,
        label_columns: vec!["x.io/team".into(), "nosuch".into()],
        kind_prefix: Some("pod".into()),
        ..Default::default()
    };
    let expected = "\
EVENT      NAMESPACE   NAME                          READY   STATUS    RESTARTS   AGE   TEAM   NOSUCH   LABELS
ADDED      default     pod/monitoring-daemon-4xk7p   1/1     Running   0          12m   obs             app=monitoring,x.io/team=obs
ADDED      default     pod/monitoring-daemon-b9zqv   1/1     Running   0          12m   obs             app=monitoring,x.io/team=obs
";
    assert_eq!(printed(options), expected);
}

#[test]
fn a_watched_table_only_grows() {
    let mut printer = TablePrinter::new(TableOptions::default());
    assert_eq!(printer.print(COLUMNS, &[]), "");
    printer.print(COLUMNS, &[row("long-name-of-a-pod")]);
    assert_eq!(printer.print(COLUMNS, &[row("short")]), "short                1/1     Running   0          12m\n");
    let wider = printer.print(COLUMNS, &[row("even-longer-name-of-a-pod")]);
    assert_eq!(wider, "even-longer-name-of-a-pod   1/1     Running   0          12m\n");
    assert_eq!(
        printer.print(COLUMNS, &[row("short")]),
        "short                       1/1     Running   0          12m\n"
    );
}

#[test]
fn a_row_stays_one_line() {
    let mut row = row("a");
    row.cells[2] = "one\ntwo".to_string();
    let text = TablePrinter::new(TableOptions { no_headers: true, ..Default::default() }).print(COLUMNS, &[row]);
    assert_eq!(text, "a     1/1   one...   0     12m\n");
}

fn pods() -> Value {
    let pod = |name: &str, node: &str| {
        json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "managedFields": []}, "spec": {"nodeName": node}})
    };
    json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""},
        "items": [pod("monitoring-daemon-4xk7p", "node01"), pod("monitoring-daemon-b9zqv", "node02")]})
}

fn nodes() -> Value {
    let node = |name: &str, ip: &str, taints: Value| {
        let mut node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {},
            "status": {"addresses": [{"type": "InternalIP", "address": ip}, {"type": "Hostname", "address": name}]}});
        if taints.is_array() {
            node["spec"]["taints"] = taints;
        }
        node
    };
    let taint = json!([{"effect": "NoSchedule", "key": "node-role.kubernetes.io/control-plane"}]);
    json!({"kind": "List", "items": [node("controlplane", "172.30.1.2", taint), node("node01", "172.30.2.2", Value::Null),
        node("node02", "172.30.2.3", Value::Null)]})
}

fn formatted(format: &str, value: &Value) -> String {
    list(format, value, false, false).unwrap_or_else(|why| format!("error: {why}"))
}

#[test]
fn jsonpath_finds_what_the_examples_find() {
    for (template, value, text) in [
        ("{.items[*].metadata.name}", pods(), "monitoring-daemon-4xk7p monitoring-daemon-b9zqv"),
        (
            "{range .items[*]}{.metadata.name}{\"\\t\"}{.spec.nodeName}{\"\\n\"}{end}",
            pods(),
            "monitoring-daemon-4xk7p\tnode01\nmonitoring-daemon-b9zqv\tnode02\n",
        ),
        ("{.items[?(@.spec.nodeName==\"node01\")].metadata.name}", pods(), "monitoring-daemon-4xk7p"),
        ("{.items[?(@.spec.nodeName!='node01')].metadata.name}", pods(), "monitoring-daemon-b9zqv"),
        (
            "{.items[*].status.addresses[?(@.type==\"InternalIP\")].address}",
            nodes(),
            "172.30.1.2 172.30.2.2 172.30.2.3",
        ),
        (
            "{.items[*].spec.taints}",
            nodes(),
            "[{\"effect\":\"NoSchedule\",\"key\":\"node-role.kubernetes.io/control-plane\"}]",
        ),
        ("{.items[?(@.spec.taints)].metadata.name}", nodes(), "controlplane"),
        ("{.items[-1].metadata.name} {.items[0:2].metadata.name}", nodes(), "node02 controlplane node01"),
        ("{..effect}{.items[0]['kind','apiVersion']}", nodes(), "NoScheduleNode v1"),
        ("{.items[0].spec.nosuch}{.nosuch[3]}", nodes(), ""),
        ("a {.kind} b", nodes(), "a List b"),
        (
            "{range .items[*]}{range .status.addresses[*]}{.type},{end};{end}!",
            nodes(),
            "InternalIP,Hostname,;InternalIP,Hostname,;InternalIP,Hostname,;!",
        ),
    ] {
        assert_eq!(formatted(&format!("jsonpath={template}"), &value), text, "{template}");
    }
}

#[test]
fn jsonpath_mistakes_are_explained() {
    assert_eq!(formatted("jsonpath={.items[0", &pods()), "error: error parsing jsonpath {.items[0, unterminated array");
    let text = formatted("jsonpath={.items[9].foo}", &json!({"items": [1, 2]}));
    assert_eq!(
        text,
        "error: error executing jsonpath \"{.items[9].foo}\": Error executing template: array index out of bounds: index 9, \
         length 2. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.items[9].foo}\n\tobject \
         given to jsonpath engine was:\n\t\tmap[string]interface {}{\"items\":[]interface {}{1, 2}}\n\n"
    );
}

#[test]
fn custom_columns_show_lists_and_maps_as_go_does() {
    let expected = "\
NAME           TAINTS
controlplane   [map[effect:NoSchedule key:node-role.kubernetes.io/control-plane]]
node01         <none>
node02         <none>
";
    assert_eq!(formatted("custom-columns=NAME:.metadata.name,TAINTS:.spec.taints", &nodes()), expected);
    let expected = "\
NAME           TAINTS
controlplane   NoSchedule
node01         <none>
node02         <none>
";
    assert_eq!(formatted("custom-columns=NAME:.metadata.name,TAINTS:.spec.taints[*].effect", &nodes()), expected);
    assert_eq!(
        formatted("custom-columns", &nodes()),
        "error: custom-columns format specified but no custom columns given"
    );
    let wrong = "error: unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>";
    assert_eq!(formatted("custom-columns=NAME", &nodes()), wrong);
}

#[test]
fn names_are_qualified_by_group() {
    assert_eq!(formatted("name", &pods()), "pod/monitoring-daemon-4xk7p\npod/monitoring-daemon-b9zqv\n");
    let daemon_set = json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "logs"}});
    assert_eq!(formatted("name", &daemon_set), "daemonset.apps/logs\n");
}

#[test]
fn managed_fields_are_shown_on_request_only() {
    let json = list("json", &pods(), false, false).unwrap();
    assert!(!json.contains("managedFields") && json.starts_with("{\n    \"apiVersion\": \"v1\",\n"), "{json}");
    assert!(list("yaml", &pods(), true, false).unwrap().contains("managedFields"));
    assert!(formatted("yaml", &pods()).starts_with("apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n"));
}

#[test]
fn unknown_formats_list_the_known_ones() {
    let expected = "error: unable to match a printer suitable for the output format \"foo\", allowed formats are: \
        custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,\
        name,template,templatefile,wide,yaml";
    assert_eq!(formatted("foo", &pods()), expected);
    assert_eq!(check("jsonpath={.a}"), Ok(()));
}

#[test]
fn templates_may_come_from_files() {
    let read = |path: &str| (path == "t").then(|| "NAME NODE\n.metadata.name .spec.nodeName\n".to_string());
    let format = with_template_read("custom-columns-file=t", None, read).unwrap();
    assert_eq!(format, "custom-columns=NAME:.metadata.name,NODE:.spec.nodeName");
    assert_eq!(with_template_read("yaml", None, read).unwrap(), "yaml");
    assert!(with_template_read("jsonpath-file=x", None, read).is_err());
}

#[test]
fn nothing_typed_panics() {
    let pieces = [
        "{", "}", "{{", "}}", ".", "..", "[", "]", "[?(", "@", ")]", "(", ")", "|", "\"", "'", "range ", "end", "if ",
        "else", "items", "*", ":", "-1", "9", ",", "$", "x", " ", "\\", "==", "index ", "len ", "printf ", "%-9d", "é",
        "\n", "not", "`", ":=",
    ];
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        // Marsaglia's xorshift; the seed is above.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for _ in 0..2_000 {
        let text: String = (0..random(12)).map(|_| pieces[random(pieces.len())]).collect();
        for format in ["jsonpath={", "jsonpath=", "go-template={{", "go-template=", "custom-columns=A:", ""] {
            let _ = list(&format!("{format}{text}"), &nodes(), false, false);
        }
        let _ = Sorting::by(&text).and_then(|mut sorting| sorting.note(&nodes()));
    }
    for deep in ["{{if 1}}", "{{(", "("] {
        let _ = check(&format!("go-template={{{{{}", deep.repeat(50_000)));
        let _ = check(&format!("go-template={}", deep.repeat(50_000)));
    }
    let _ = check(&format!("jsonpath={{{}", "[?(@".repeat(50_000)));
}
