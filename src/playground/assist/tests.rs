//! Texts with a cursor, `‸`, and what is offered; texts with a mistake, and what is said of it.

use crate::Playground;
use crate::act::Act;
use crate::view::{DiffLine, Effect, FixKind, Remark};

const DAEMON: &str = "apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: logs
spec:
  selector:
    matchLabels:
      app: logs
  template:
    metadata:
      labels:
        app: logs
    spec:
      containers:
      - name: agent
        image: nginx
";

/// A DaemonSet with one line more, or another, after the line that begins as `after` does.
fn daemon(after: &str, more: &str) -> String {
    let at = DAEMON.find(after).unwrap_or_else(|| panic!("no {after:?}"));
    let end = at + DAEMON[at..].find('\n').expect("a line has an end") + 1;
    [&DAEMON[..end], more, &DAEMON[end..]].concat()
}

/// What is offered at the cursor, as it is put in.
fn offered(text: &str) -> Vec<String> {
    let cursor = text.find('‸').expect("the cursor is marked");
    let text = text.replace('‸', "");
    Playground::new(None).suggest(&text, cursor).items.into_iter().map(|item| item.insert).collect()
}

#[track_caller]
fn offers(text: &str, first: &[&str]) {
    let found = offered(text);
    assert!(found.len() >= first.len() && found[..first.len()] == *first, "{text}\noffers {found:?}");
}

#[test]
fn fields_are_offered_where_they_belong_and_once() {
    offers("apiVersion: apps/v1\nkind: DaemonSet\n‸", &["metadata:\n  ", "spec:\n  "]);
    offers(
        "apiVersion: apps/v1\nkind: DaemonSet\nspec:\n  ‸",
        &["selector:\n    ", "template:\n    ", "minReadySeconds: "],
    );
    offers(&daemon("spec:", "  upd‸\n"), &["updateStrategy:\n    "]);
    offers(
        &daemon("      containers:", "      - im‸\n"),
        &["image: ", "imagePullPolicy: ", "terminationMessagePath: "],
    );
    offers(&daemon("        image:", "        res‸\n"), &["resizePolicy:\n        - ", "resources:\n          "]);
    offers(&daemon("    spec:", "      nodeSel‸\n"), &["nodeSelector:\n        "]);
    offers(&daemon("    spec:", "      toler‸\n"), &["tolerations:\n      - "]);
    offers(&daemon("  name: logs", "  lab‸\n"), &["labels:\n    "]);
    let there = offered(&daemon("spec:", "  ‸\n"));
    assert!(!there.iter().any(|field| field.starts_with("selector")), "{there:?}");
    offers("apiVersion: apps/v1\nkind: DaemonSet\nspec:\n  templ‸: x", &["template"]);
}

#[test]
fn values_are_offered_by_their_field() {
    offers("kind: Dae‸", &["DaemonSet"]);
    offers("kind: DaemonSet\napiVersion: ‸", &["apps/v1"]);
    offers(&daemon("spec:", "  updateStrategy:\n    type: ‸\n"), &["OnDelete", "RollingUpdate"]);
    offers(&daemon("    spec:", "      hostNetwork: ‸\n"), &["true", "false"]);
    offers(&daemon("    spec:", "      tolerations:\n      - operator: E‸\n"), &["Equal", "Exists"]);
    offers(&daemon("    spec:", "      tolerations:\n      - effect: \"NoE‸\n"), &["NoExecute"]);
    offers(&daemon("        image:", "        imagePullPolicy: If‸\n"), &["IfNotPresent"]);
    offers(
        &daemon("        image:", "        resources:\n          requests:\n            ‸\n"),
        &["cpu: ", "memory: "],
    );
}

#[test]
fn names_come_from_the_cluster() {
    offers(&daemon("    spec:", "      nodeName: ‸\n"), &["node-1", "node-2", "node-3", "node-4"]);
    offers(&daemon("    spec:", "      nodeSelector:\n        hostname‸\n"), &["kubernetes.io/hostname: "]);
    offers(&daemon("    spec:", "      nodeSelector:\n        kubernetes.io/os: ‸\n"), &["linux"]);
    offers(&daemon("    spec:", "      priorityClassName: system-n‸\n"), &["system-node-critical"]);
    offers(&daemon("  name: logs", "  namespace: kube-s‸\n"), &["kube-system"]);
    let labels = "apiVersion: apps/v1\nkind: DaemonSet\nspec:\n  selector:\n    matchLabels:\n      app: logs\n  template:\n    metadata:\n      labels:\n        ‸\n";
    offers(labels, &["app: "]);
    offers(&labels.replace("‸", "app: ‸"), &["logs"]);
}

#[test]
fn an_empty_text_offers_whole_objects() {
    offers("‸", &["apiVersion: ", "kind: ", "metadata:\n  ", "spec:\n  "]);
    offers("Daem‸", &["apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: "]);
    offers("# a comment ‸", &[]);
    assert_eq!(offered("# a comment ‸"), [""; 0]);
}

#[test]
fn a_field_tells_its_type_default_and_values() {
    let playground = Playground::new(None);
    let text = daemon("spec:", "  updateStrategy:\n    type: OnDelete\n");
    let hover = playground.hover(&text, text.find("type:").unwrap()).expect("a field is there");
    assert_eq!((hover.path.as_str(), hover.type_name.as_str()), ("spec.updateStrategy.type", "string"));
    assert_eq!((hover.default.as_deref(), hover.required, hover.about), (Some("RollingUpdate"), false, None));
    assert_eq!(hover.values, ["OnDelete", "RollingUpdate"]);
    assert_eq!(&text[hover.from as usize..hover.to as usize], "type");
    let on_value = playground.hover(&text, text.find("nginx").unwrap()).expect("its field");
    assert_eq!((on_value.path.as_str(), on_value.default), ("spec.template.spec.containers[0].image", None));
    let broken = "kind: DaemonSet\napiVersion: apps/v1\nspec:\n  template: [\n";
    assert_eq!(
        playground.hover(broken, broken.find("template").unwrap()).map(|it| it.path),
        Some("spec.template".into())
    );
    assert_eq!(playground.hover(&text, text.find("app: logs").unwrap()), None, "a label is nobody's field");
}

/// What is said of a text: its line, the remark's name and words, and the line after its fix.
fn said(text: &str) -> Vec<String> {
    Playground::new(None)
        .diagnose(text)
        .into_iter()
        .map(|remark| {
            let fix = remark.fix.map(|fix| {
                let mut mended = text.to_string();
                for edit in fix.edits.iter().rev() {
                    mended.replace_range(edit.from as usize..edit.to as usize, &edit.text);
                }
                let changed = mended.lines().find(|line| !text.lines().any(|old| old == *line)).unwrap_or("");
                let taken = matches!(fix.what, FixKind::Remove(_));
                format!(" -> {}", if taken { "taken out" } else { changed.trim() })
            });
            format!("{} {}{}", remark.start.line, words(&remark.remark), fix.unwrap_or_default())
        })
        .collect()
}

fn words(remark: &Remark) -> String {
    match remark {
        Remark::Said(said) => said.clone(),
        Remark::Similar { name, .. } => format!("similar {name}"),
        Remark::Belongs { path, .. } => format!("belongs {path}"),
        Remark::OldVersion { version, .. } => format!("version {version}"),
        Remark::Twice { key } => format!("twice {key}"),
        Remark::WrongType { path, wanted, found } => format!("{path} {wanted} {found}"),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn says(text: &str, expected: &[&str]) {
    assert_eq!(said(text), *expected, "{text}");
}

#[test]
fn a_good_text_is_left_alone() {
    says(DAEMON, &[]);
    says("", &[]);
    for example in Playground::new(None).files().examples {
        let mut playground = Playground::new(None);
        playground.act(Act::LoadExample { id: example.id.clone() });
        let files = playground.files();
        let text = &files.files.iter().find(|file| file.name == example.id).expect("it was opened").text;
        let errors: Vec<_> =
            playground.diagnose(text).into_iter().filter(|it| it.severity == crate::view::Severity::Error).collect();
        assert_eq!(errors, [], "{}", example.id);
    }
}

#[test]
fn mistakes_are_named_at_their_place_and_mended_where_one_answer_is_right() {
    says(&daemon("    spec:", "      tolerattions: []\n"), &["14 similar tolerations -> tolerations: []"]);
    says(&daemon("spec:", "  strategy: {}\n"), &["6 similar updateStrategy -> updateStrategy: {}"]);
    says(&daemon("  template:", "    tolerations: []\n"), &["10 belongs spec.template.spec.tolerations"]);
    says(&daemon("spec:", "  maxUnavailable: 1\n"), &["6 belongs spec.updateStrategy.rollingUpdate.maxUnavailable"]);
    says(&daemon("spec:", "  replicas: 3\n"), &["6 NoReplicas -> taken out"]);
    says(
        &daemon("spec:", "  minReadySeconds: \"5\"\n"),
        &["6 spec.minReadySeconds integer string -> minReadySeconds: 5"],
    );
    says(
        &daemon("      labels:", "        tier: 1\n"),
        &["12 spec.template.metadata.labels.tier string number -> tier: \"1\""],
    );
    says(
        &daemon("    spec:", "      hostNetwork: \"yes\"\n"),
        &["14 spec.template.spec.hostNetwork boolean string -> hostNetwork: true"],
    );
    says(&daemon("        image:", "        image: redis\n"), &["16 twice image -> taken out"]);
    says(&DAEMON.replace("apps/v1", "extensions/v1beta1"), &["1 version apps/v1 -> apiVersion: apps/v1"]);
    says(&DAEMON.replace("kind: DaemonSet", "kind: Daemonset"), &["2 similar DaemonSet -> kind: DaemonSet"]);
    says(&DAEMON.replace("apiVersion: apps/v1\n", ""), &["1 apiVersion not set -> apiVersion: apps/v1"]);
    says("a: [", &["2 did not find expected node content"]);
    says("kind: Pod\nmetadata:\n\tname: x\n", &["3 found character that cannot start any token -> name: x"]);
}

#[test]
fn what_the_server_would_refuse_is_said_before_it_is_asked() {
    let found = said(&DAEMON.replacen("        app: logs", "        app: other", 1));
    assert!(found.len() == 1 && found[0].contains("`selector` does not match template `labels`"), "{found:?}");
    assert!(found[0].starts_with("11 ") && found[0].ends_with("-> app: logs"), "{found:?}");
    let found = said(&daemon("      app: logs", "      tier: \"1\"\n"));
    assert!(found[0].ends_with("-> tier: \"1\""), "{found:?}");
    let found = said(&DAEMON.replace("  selector:\n    matchLabels:\n      app: logs\n", ""));
    assert!(found.len() == 1 && found[0].ends_with("-> selector:"), "{found:?}");
    let found = said(&daemon("    spec:", "      restartPolicy: Allways\n"));
    assert!(found.iter().any(|it| it.ends_with("-> restartPolicy: Always")), "{found:?}");
    let exists = "      tolerations:\n      - key: a\n        operator: Exists\n        value: b\n";
    let found = said(&daemon("    spec:", exists));
    assert!(found.iter().any(|it| it.contains("value must be empty") && it.ends_with("-> taken out")), "{found:?}");
}

#[test]
fn what_only_the_server_knows_is_asked_of_a_copy() {
    let mut playground = Playground::new(None);
    let before = playground.cluster().state_hash();
    let text = playground.files().files[0].text.clone();
    let other = text.replace("app: monitoring-agent", "app: other");
    let remarks = playground.diagnose(&other);
    let immutable = |remark: &Remark| matches!(remark, Remark::Said(said) if said.contains("field is immutable"));
    assert!(remarks.iter().any(|it| immutable(&it.remark) && it.start.line == 6), "{remarks:?}");
    assert_eq!(playground.cluster().state_hash(), before, "asking changes nothing");
    playground.act(Act::Pause);
}

#[test]
fn traps_are_warned_of() {
    let selector = "      nodeSelector:\n        kubernetes.io/os: linus\n";
    says(
        &daemon("    spec:", selector),
        &["15 NoNodeHas { label: \"kubernetes.io/os=linus\", others: \"linux\" } -> kubernetes.io/os: linux"],
    );
    says(
        &daemon("    spec:", "      tolerations:\n      - key: gpu\n        operator: Exists\n"),
        &["15 NothingToTolerate { key: \"gpu\" }"],
    );
    says(&daemon("    spec:", "      nodeName: node-1\n"), &["14 OneNodeOnly { node: \"node-1\" }"]);
    let port = daemon("        image:", "        ports:\n        - containerPort: 80\n          hostPort: 80\n");
    let surge = "spec:\n  updateStrategy:\n    rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0\n  selector";
    says(&port.replacen("spec:\n  selector", surge, 1), &["8 SurgeNeedsPort { port: \"80\" }"]);
    says(
        &DAEMON.replace("app: logs", "app: monitoring-agent"),
        &["6 SameSelector { kind: \"DaemonSet\", name: \"monitoring-daemon\" }"],
    );
    says(&daemon("  name: logs", "  namespace: nope\n"), &["5 NoNamespace { name: \"nope\" }"]);
    let made = format!(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: nope\n---\n{}",
        daemon("  name: logs", "  namespace: nope\n")
    );
    says(&made, &[]);
}

#[test]
fn a_taint_on_every_node_is_a_trap() {
    let mut playground = Playground::new(None);
    playground.act(Act::Run { line: "kubectl taint nodes --all gpu=true:NoSchedule".into() });
    let remarks: Vec<Remark> = playground.diagnose(DAEMON).into_iter().map(|it| it.remark).collect();
    assert_eq!(remarks, [Remark::TaintOnEveryNode { taint: "gpu=true:NoSchedule".into() }]);
    let tolerant = daemon("    spec:", "      tolerations:\n      - key: gpu\n        operator: Exists\n");
    assert_eq!(playground.diagnose(&tolerant), []);
}

#[test]
fn applying_shows_its_changes_before_it_is_done() {
    let playground = Playground::new(None);
    let before = playground.cluster().state_hash();
    let text = playground.files().files[0].text.clone();
    let effects =
        |text: &str| playground.changes(text).into_iter().map(|it| (it.object, it.effect)).collect::<Vec<_>>();
    let object = || "daemonset.apps/monitoring-daemon".to_string();
    assert_eq!(effects(&text), [(object(), Effect::Unchanged)]);
    let (_, changed) = effects(&text.replace("image: nginx", "image: nginx:1.29")).remove(0);
    let Effect::Changed(lines) = changed else { panic!("{changed:?}") };
    let gone = DiffLine::Gone("      - image: nginx".into());
    assert!(lines.contains(&gone) && lines.contains(&DiffLine::New("      - image: nginx:1.29".into())), "{lines:?}");
    let moving = lines.iter().filter(|line| !matches!(line, DiffLine::Kept(_) | DiffLine::Gap)).count();
    assert_eq!(moving, 2, "{lines:?}");
    assert_eq!(effects(DAEMON), [("daemonset.apps/logs".into(), Effect::Created)]);
    let (_, refused) = effects(&text.replace("app: monitoring-agent", "app: x")).remove(0);
    assert!(matches!(&refused, Effect::Refused(said) if said.contains("field is immutable")), "{refused:?}");
    assert_eq!(playground.cluster().state_hash(), before);
}
