//! What Tab offers: a line up to the cursor, and the candidates in the order a terminal lists them.

use super::{Offer, Sight, complete};
use crate::Config;
use api::json;
use api::objects::Object;
use api::resource::Kind;

fn objects(kind: Kind) -> Vec<Object> {
    let named = |namespace: &str, name: &str| json!({"metadata": {"name": name, "namespace": namespace}});
    let values = match kind {
        Kind::POD => vec![
            json!({"metadata": {"name": "web-1", "namespace": "default"},
                "spec": {"containers": [{"name": "nginx"}, {"name": "sidecar"}], "initContainers": [{"name": "init"}]}}),
            named("default", "logs-abcde"),
            named("kube-system", "coredns-1"),
        ],
        Kind::DAEMON_SET => vec![json!({"metadata": {"name": "logs", "namespace": "default"},
            "spec": {"template": {"spec": {"containers": [{"name": "agent"}]}}}})],
        Kind::NODE => vec![named("", "node-1"), named("", "node-2")],
        Kind::NAMESPACE => vec![named("", "default"), named("", "kube-public"), named("", "kube-system")],
        _ => Vec::new(),
    };
    values.iter().map(|value| Object::from_value(kind, value)).collect()
}

/// What is offered for a line: the last word is the one being typed.
fn offered(line: &str) -> String {
    let (before, typed) = line.rsplit_once(' ').unwrap_or(("", line));
    let words: Vec<String> = before.split_whitespace().map(String::from).collect();
    match complete(&words, typed, &Sight { config: &Config::default(), objects: &objects }) {
        Offer::Files(endings) => format!("files {}", endings.join(" ")),
        Offer::Words(words) => {
            let mut texts: Vec<String> =
                words.into_iter().map(|word| word.text).filter(|text| text.starts_with(typed)).collect();
            texts.sort();
            texts.concat().trim_end().to_string()
        }
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(offered(line), *expected, "kubectl {line}|");
    }
}

#[test]
fn commands_come_first() {
    check(&[
        ("ge", "get"),
        ("des", "describe"),
        ("rol", "rollout"),
        ("co", "completion config cordon"),
        ("rollout ", "history pause restart resume status undo"),
        ("rollout re", "restart resume"),
        ("config use", "use-context"),
        ("set i", "image"),
        ("-n kube-system d", "debug delete describe diff drain"),
        ("he", "help"),
        ("op", "options"),
        ("nope ", ""),
    ]);
}

#[test]
fn kinds_then_names() {
    check(&[
        ("get daem", "daemonsets.apps"),
        ("get po", "poddisruptionbudgets.policy pods podtemplates"),
        ("get pods,daem", "pods,daemonsets.apps"),
        ("get po ", "logs-abcde web-1"),
        ("get po w", "web-1"),
        ("get po web-1 ", "logs-abcde"),
        ("get po/", "po/logs-abcde po/web-1"),
        ("get po/w", "po/web-1"),
        ("-n kube-system get po ", "coredns-1"),
        ("get po --namespace=kube-system ", "coredns-1"),
        ("get po -nkube-system ", "coredns-1"),
        ("get po -o wide ", "logs-abcde web-1"),
        ("describe no ", "node-1 node-2"),
        ("delete ds ", "logs"),
        ("get nope ", ""),
    ]);
}

#[test]
fn each_verb_knows_its_words() {
    check(&[
        ("cordon ", "node-1 node-2"),
        ("drain node-1 ", "node-2"),
        ("taint ", "node"),
        ("taint nodes ", "node-1 node-2"),
        ("taint node node-1 ", ""),
        ("rollout status ", "daemonset deployment statefulset"),
        ("rollout pause ", "deployment"),
        ("rollout status ds ", "logs"),
        ("rollout undo ds/", "ds/logs"),
        ("scale d", "deployment"),
        ("set image ds/logs ", "agent="),
        ("set image ds logs a", "agent="),
        ("set image d", "daemonsets deployments"),
        ("set image c", "cronjobs"),
        ("logs ", "daemonsets/deployments/jobs/logs-abcde pods/replicasets/services/statefulsets/web-1"),
        ("debug ", "logs-abcde web-1"),
        ("logs web-1 ", "init nginx sidecar"),
        ("logs ds/", "ds/logs"),
        ("exec web-1 -- l", ""),
        ("top n", "node"),
        ("top node ", "node-1 node-2"),
        ("auth can-i de", "delete deletecollection"),
        ("auth can-i delete daem", "daemonsets.apps"),
        ("config use-context ", "kubernetes-admin@kubernetes"),
        ("create d", "deployment"),
        ("apply ", "edit-last-applied set-last-applied view-last-applied"),
        ("replace ", ""),
    ]);
}

#[test]
fn explain_goes_from_dot_to_dot() {
    check(&[
        ("explain daem", "daemonsets"),
        ("explain ds.spec.upd", "ds.spec.updateStrategy"),
        ("explain ds.spec.template.spec.tol", "ds.spec.template.spec.tolerations"),
        ("explain ds.spec.template.spec.tolerations.e", "ds.spec.template.spec.tolerations.effect"),
        ("explain ds.nope.", ""),
    ]);
}

#[test]
fn flags_and_what_they_take() {
    check(&[
        ("get --all", "--all-namespaces --allow-missing-template-keys"),
        ("get --all-namespaces --all", "--allow-missing-template-keys"),
        ("get --show-l", "--show-labels"),
        ("delete --casc", "--cascade"),
        ("delete --cascade=", "--cascade=background --cascade=foreground --cascade=orphan"),
        ("run x --restart=", "--restart=Always --restart=Never --restart=OnFailure"),
        ("run x --dry-run=", "--dry-run=client --dry-run=none --dry-run=server"),
        ("get po -o c", "custom-columns-file custom-columns="),
        ("get po -o w", "wide"),
        ("edit po -o w", ""),
        ("get po -o js", "json jsonpath-as-json=jsonpath-file jsonpath="),
        ("get po --output=y", "--output=yaml"),
        ("get po -n ", "default kube-public kube-system"),
        ("get po --namespace=kube-s", "--namespace=kube-system"),
        ("exec web-1 -c ", "init nginx sidecar"),
        ("logs web-1 -c n", "nginx"),
        ("apply -f ", "files json yaml yml"),
        ("patch ds logs --type=", "--type=json --type=merge --type=strategic"),
        ("--context ", "kubernetes-admin@kubernetes"),
        ("wait --for=", "--for=condition=--for=create --for=delete --for=jsonpath="),
    ]);
}
