//! What reads the texts, and what must be true of what comes back.

use api::client::Client;
use api::meta::quantity;

use api::fields::{self, Fields};
use api::meta::selector::{FieldSelector, LabelSelector};
use api::patch::{json_merge, json_patch, strategic};
use api::request::{Request, Response};
use api::resource::Kind;
use api::status::Status;
use api::time::Time;
use api::{Value, json, schema};
use cluster::Cluster;
use cluster::kubelet::machine::Machine;
use kubectl::Files;
use kubectl::complete::Sight;
use playground::{Playground, link};
use shell::{Host, Shell, Step};
use std::time::Duration;

/// One reader.
pub struct Target {
    pub name: &'static str,
    /// How often it is drawn.
    pub share: u64,
    pub seeds: &'static [&'static str],
    pub run: fn(&mut Targets, &str) -> Result<(), String>,
}

pub static TARGETS: [Target; 9] = [
    Target { name: "yaml", share: 200, seeds: &YAML, run: yaml },
    Target { name: "quantities", share: 200, seeds: &QUANTITIES, run: quantities },
    Target { name: "selectors", share: 200, seeds: &SELECTORS, run: selectors },
    Target { name: "templates", share: 150, seeds: &TEMPLATES, run: templates },
    Target { name: "patches", share: 120, seeds: &PATCHES, run: patches },
    Target { name: "lines", share: 90, seeds: &LINES, run: lines },
    Target { name: "completion", share: 20, seeds: &LINES, run: completion },
    Target { name: "editor", share: 15, seeds: &YAML, run: editor },
    Target { name: "links", share: 5, seeds: &LINKS, run: links },
];

const DAEMON_SET: &str = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: agent\n  labels: {app: agent}\nspec:\n  selector:\n    matchLabels:\n      app: agent\n  template:\n    metadata:\n      labels:\n        app: agent\n    spec:\n      tolerations:\n      - key: a\n        operator: Exists\n      containers:\n      - name: c\n        image: nginx:1.27 # tag\n        env:\n        - name: NODE\n          valueFrom: {fieldRef: {fieldPath: spec.nodeName}}\n        resources:\n          requests: {cpu: 100m, memory: 64Mi}\n        livenessProbe:\n          httpGet: {path: /, port: 80}\n";

const YAML: [&str; 10] = [
    DAEMON_SET,
    "a: &x {b: 1, c: [1, 2]}\nd: *x\ne:\n  <<: *x\n  f: |\n    text\n     more\n  g: >-\n    folded\n    text\n",
    "- yes\n- 0755\n- 1_000\n- .5\n- 2001-01-01\n- 1:30\n- ~\n- !!str 5\n- \"\\u00e9\\n\"\n- 'it''s'\n",
    "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"x\", \"labels\": {\"a\": \"b\"}}, \"spec\": {\"containers\": []}}",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data:\n    k: |\n      v\n---\n# nothing\n---\nkind: Foo\n",
    "? complex\n: value\n? [a, b]\n: - c\n  - d\n",
    "%YAML 1.1\n---\na: b\n...\n---\nc\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  selector: {matchExpressions: [{key: a, operator: In, values: [b]}]}\n  strategy: {rollingUpdate: {maxSurge: 25%}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: c, image: d}]}\n",
    "apiVersion: v1\nkind: Node\nmetadata: {name: n}\nspec: {taints: [{key: a, effect: NoSchedule}]}\nstatus: {capacity: {cpu: \"4\"}}\n",
    "",
];

const QUANTITIES: [&str; 16] = [
    "100m",
    "1",
    "0.5",
    "1.5Gi",
    "1e3",
    "1E",
    "1Ei",
    "-5k",
    "+1",
    "1000000",
    "0.0015",
    "1n",
    "1u",
    "1e-9",
    "9223372036854775807",
    "10Pi",
];

const SELECTORS: [&str; 12] = [
    "a=b",
    "a==b,c!=d",
    "a in (b,c),d notin (e)",
    "a,!b",
    "a>5,b<6",
    "app.kubernetes.io/name=x",
    "metadata.name=a,spec.nodeName!=b",
    "a in ()",
    "a=",
    "!a",
    "status.phase=Running",
    "a\\,b=c",
];

const TEMPLATES: [&str; 16] = [
    "jsonpath={.items[*].metadata.name}",
    "jsonpath={range .items[*]}{.metadata.name}{\"\\t\"}{end}",
    "jsonpath={.items[?(@.a==\"b\")].c}",
    "jsonpath={..name}",
    "jsonpath={.items[0:2]}",
    "jsonpath={['a','b']}",
    "jsonpath={.a\\.b}",
    "jsonpath={.items[-1]}",
    "custom-columns=A:.a,B:.items[*].b",
    "go-template={{range .items}}{{.metadata.name}}{{end}}",
    "go-template={{if eq .a \"b\"}}x{{else}}{{printf \"%s\" .c}}{{end}}",
    "go-template={{len .items}}{{index .items 0}}",
    "jsonpath-as-json={.items}",
    "yaml",
    "json",
    "jsonpath={.items[?(@.n>1)].n}",
];

const PATCHES: [&str; 15] = [
    "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"x\"}]}}}}",
    "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"$patch\":\"delete\"}]}}}}",
    "{\"metadata\":{\"labels\":{\"a\":null}}}",
    "{\"spec\":{\"$retainKeys\":[\"type\"],\"strategy\":{\"type\":\"Recreate\"}}}",
    "[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":1}]",
    "[{\"op\":\"remove\",\"path\":\"/metadata/labels/app\"}]",
    "[{\"op\":\"move\",\"from\":\"/spec\",\"path\":\"/spec/a\"}]",
    "[{\"op\":\"test\",\"path\":\"\",\"value\":{}}]",
    "[{\"op\":\"copy\",\"from\":\"/metadata\",\"path\":\"/spec/~1a~0b\"}]",
    "{\"$setElementOrder/containers\":[{\"name\":\"c\"}],\"$deleteFromPrimitiveList/finalizers\":[\"a\"]}",
    "null",
    "{\"spec\":{\"template\":{\"spec\":{\"tolerations\":[]}}}}",
    "{\"f:spec\":{\".\":{},\"f:template\":{\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:image\":{}}}}}}}",
    "{\"metadata\":{\"finalizers\":[\"a/b\"]},\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"d\"},{\"name\":\"c\",\"ports\":[{\"containerPort\":80}]}]}}}}",
    "{\"metadata\":{\"labels\":{\"app\":\"b\"},\"annotations\":{}},\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxSurge\":1}}}}",
];

const LINES: [&str; 40] = [
    "kubectl get pods -A -o wide",
    "kubectl get ds,po -l app=x --sort-by=.metadata.name",
    "kubectl get nodes -o jsonpath='{.items[*].metadata.name}'",
    "kubectl get events --field-selector type=Warning",
    "kubectl describe node node-1",
    "kubectl apply -f ds.yaml",
    "kubectl apply -f - <<EOF\nkind: Pod\nEOF",
    "cat <<'EOF' > x.yaml\na: b\nEOF",
    "kubectl create deploy web --image=nginx --replicas=2 --dry-run=client -o yaml > web.yaml",
    "kubectl run p --image=nginx --env=A=1 --labels=a=b -- sleep 1d",
    "kubectl patch ds agent -p '{\"spec\":{\"minReadySeconds\":5}}'",
    "kubectl patch ds agent --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/selector\"}]'",
    "kubectl label node node-1 a=b c- --overwrite",
    "kubectl annotate ds agent a='b c'",
    "kubectl taint node node-1 a=b:NoSchedule",
    "kubectl drain node-1 --ignore-daemonsets --timeout=1s",
    "kubectl rollout status ds/agent --timeout=1s",
    "kubectl rollout history ds/agent --revision=1",
    "kubectl set image ds/agent c=nginx:1.28",
    "kubectl delete ds agent --cascade=orphan --wait=false",
    "kubectl explain ds.spec.template --recursive",
    "kubectl get po -w --request-timeout=1s",
    "kubectl wait --for=condition=Ready pod --all --timeout=1s",
    "kubectl logs ds/agent --tail=1",
    "kubectl exec ds/agent -- env",
    "kubectl diff -f ds.yaml",
    "kubectl config set-context --current --namespace=a",
    "kubectl auth can-i get pods",
    "for n in a b; do echo $n; done",
    "echo ${HOME} $? $(echo a) \"$x\" | grep -v b && ls || cd ..",
    "export do='--dry-run=client -o yaml'; k run x --image=y $do",
    "sed -e 's/a/b/g' -e '2,3d' ds.yaml | awk '{print $1,$NF}' | sort -k2 -rn | uniq -c",
    "kubectl get po -o json | jq '.items[] | select(.a==\"b\") | {n: .c}'",
    "while true; do kubectl get po; sleep 1; done",
    "watch -n1 kubectl get ds",
    "grep -A2 -E '^(a|b)+$' ds.yaml | head -3 | tail -1 | wc -l",
    "cut -d: -f1,3- ds.yaml | tr a-z A-Z | tee out",
    "alias k2='kubectl get'; k2 no",
    "ssh node-1",
    "kubectl -n kube-system get cm -o yaml | less",
];

const LINKS: [&str; 5] = [
    "1.00000000.cGFja2Vk",
    "{\"everynode\":1,\"scenario\":\"\",\"acts\":[[0,0,\"run\",\"kubectl get ds\"]],\"complete\":true,\"looks\":[\"\",\"\",\"\",\"\"]}",
    "{\"everynode\":99}",
    "everynode: 1\nacts: [[1, 2, add, worker, 1]]\nfiles: {a.yaml: x}\ncomplete: true\n",
    "2.ffffffff.",
];

/// What the readers stand on.
pub struct Targets {
    cluster: Cluster,
    lines: Shell,
    world: Cluster,
    used: u32,
    playground: Playground,
    object: Value,
}

impl Targets {
    /// A small cluster, and an object to patch.
    pub fn new() -> Targets {
        let mut cluster = Cluster::new(1);
        cluster.add_machine(Machine::worker("node-1"));
        cluster.run_until(cluster::EPOCH + Duration::from_secs(20));
        let mut targets = Targets {
            world: cluster.clone(),
            cluster,
            lines: Shell::default(),
            used: 0,
            playground: Playground::new(None),
            object: ::yaml::value(DAEMON_SET).expect("it is YAML"),
        };
        targets.line("kubectl apply -f ds.yaml");
        targets.world.run_until(cluster::EPOCH + Duration::from_secs(40));
        targets.cluster = targets.world.clone();
        targets
    }

    /// Types a line, for at most some steps of time.
    fn line(&mut self, line: &str) {
        self.lines.files.write("ds.yaml", DAEMON_SET).ok();
        let mut session = self.lines.start(line);
        for _ in 0..30 {
            match session.poll(&mut self.lines, &mut Learner(&mut self.world)) {
                Step::Done(_) => return,
                Step::Edit { text, .. } => session.edited(&text, &mut self.lines, &mut Learner(&mut self.world)),
                Step::Running => {
                    let soon = self.world.now() + Duration::from_millis(500);
                    self.world.run_until(soon);
                }
            }
            session.out = kubectl::Output::default();
        }
        session.interrupt(&mut self.lines);
    }
}

/// The learner as the API server's client.
struct Learner<'a>(&'a mut Cluster);

impl Client for Learner<'_> {
    fn request(&mut self, request: Request) -> Result<Response, Status> {
        self.0.request(&request)
    }

    fn now(&self) -> Time {
        self.0.now().time()
    }
}

impl Host for Learner<'_> {
    fn kubelet(&self, machine: &str) -> Option<bool> {
        self.0.kubelets().get(&machine.into()).map(|kubelet| kubelet.running)
    }

    fn set_kubelet(&mut self, _: &str, _: bool) {}
}

/// What is read can be written, and is read again as the same.
fn yaml(_: &mut Targets, text: &str) -> Result<(), String> {
    for document in ::yaml::documents(text).into_iter().flatten() {
        let written = ::yaml::to_string(&document.value);
        let again = ::yaml::value(&written)
            .map_err(|error| format!("what is written isn't read ({}): {written}", error.text))?;
        if again != document.value && !reads_otherwise(&document.value) {
            return Err(format!("what is written is read as something else: {written}"));
        }
        let word = |key: &str| document.value[key].as_str().unwrap_or_default().to_string();
        let kind = Kind::of_manifest(&word("apiVersion"), &word("kind")).unwrap_or(Kind::DAEMON_SET);
        let mut value = document.value;
        if value.is_object() && schema::decode(kind, &mut value).is_ok() {
            let mut again = value.clone();
            schema::decode(kind, &mut again).map_err(|_| "what was decoded isn't decoded again".to_string())?;
            let object = api::objects::Object::from_value(kind, &value);
            let _ = object.to_value();
        }
    }
    Ok(())
}

/// Floats lose digits in YAML, as they do in kubectl; and go-yaml doesn't quote a key `<<`, though it would merge.
fn reads_otherwise(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(reads_otherwise),
        Value::Object(map) => map.iter().any(|(key, value)| key == "<<" || reads_otherwise(value)),
        _ => false,
    }
}

fn quantities(_: &mut Targets, text: &str) -> Result<(), String> {
    let Some(canonical) = quantity::canonical(text) else { return Ok(()) };
    match quantity::canonical(&canonical) {
        Some(again) if again == canonical => Ok(()),
        again => Err(format!("{canonical} becomes {again:?}")),
    }
}

fn selectors(_: &mut Targets, text: &str) -> Result<(), String> {
    let labels = [("a".into(), "b".into()), ("app".into(), "x".into())].into_iter().collect();
    if let Ok(selector) = LabelSelector::parse(text) {
        let _ = (selector.matches(&labels), selector.column());
    }
    if let Ok(selector) = FieldSelector::parse(text) {
        let _ = selector.matches(|_| "b");
    }
    Ok(())
}

fn templates(targets: &mut Targets, text: &str) -> Result<(), String> {
    let list =
        json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [targets.object, {"a": "b", "n": 2}]});
    let _ = kubectl::print::list(text, &list, false, false);
    let _ = kubectl::print::object(text, &targets.object, false);
    Ok(())
}

fn patches(targets: &mut Targets, text: &str) -> Result<(), String> {
    let Ok(patch) = serde_json::from_str::<Value>(text) else { return Ok(()) };
    let _ = strategic::apply(&targets.object, &patch);
    let mut object = targets.object.clone();
    json_merge::apply(&mut object, &patch);
    let mut object = targets.object.clone();
    let _ = json_patch::apply(&mut object, &patch);
    // What goes from one object to another goes there.
    if let Ok(there) = strategic::two_way(&targets.object, &patch)
        && patch.is_object()
    {
        let _ = strategic::apply(&targets.object, &there);
    }
    configurations(&targets.object, &patch)
}

/// Server-side apply's sets and merges: what was merged stays merged, and what was taken out of a set isn't in it.
fn configurations(object: &Value, config: &Value) -> Result<(), String> {
    let kind = Kind::DAEMON_SET;
    let (live, sent) = (fields::of_config(kind, object), Fields::from_value(config.clone()));
    let named = fields::of_config(kind, config);
    for (a, b) in [(&live, &sent), (&sent, &live), (&live, &named), (&named, &live)] {
        if !a.difference(b).intersection(b).is_empty() || !a.without(b).intersection(b).is_empty() {
            return Err("what was taken out of a set is still in it".into());
        }
        let _ = (a.union(b).paths(), fields::remove(kind, object, a), fields::with_structs(kind, a));
    }
    if fields::check_config(kind, config).is_empty() {
        let once = fields::merge(kind, object, config);
        if fields::merge(kind, &once, config) != once {
            return Err("merged twice isn't merged once".into());
        }
        let changes = fields::compare(kind, object, &once);
        if !changes.removed.is_empty() {
            return Err("merging took something away".into());
        }
    }
    Ok(())
}

fn lines(targets: &mut Targets, text: &str) -> Result<(), String> {
    targets.used += 1;
    if targets.used > 60 {
        (targets.used, targets.world, targets.lines) = (0, targets.cluster.clone(), Shell::default());
    }
    targets.line(text);
    Ok(())
}

fn completion(targets: &mut Targets, text: &str) -> Result<(), String> {
    let objects = |kind| targets.world.objects(kind).cloned().collect();
    let sight = Sight { config: &targets.lines.config, objects: &objects };
    let done = shell::complete::complete(text, text.len(), &targets.lines, &sight);
    let whole = text.is_char_boundary(done.from);
    if whole { Ok(()) } else { Err("a candidate would replace half a letter".into()) }
}

fn editor(targets: &mut Targets, text: &str) -> Result<(), String> {
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle -= 1;
    }
    let _ = targets.playground.diagnose(text);
    let _ = targets.playground.suggest(text, middle);
    let _ = targets.playground.hover(text, middle);
    Ok(())
}

fn links(_: &mut Targets, text: &str) -> Result<(), String> {
    if let Some(Ok(sealed)) = link::Sealed::open(text) {
        let _ = sealed.holds(text);
    }
    let _ = link::read(text);
    Ok(())
}
