//! `kubectl auth`: who may do what, as the cluster's roles and bindings say.
//!
//! Nobody is refused anything here; only the question is answered. The administrator may do everything, anybody named
//! with `--as` what bindings give them, and everybody may look at the server's public pages.
//!
//! Models kubectl `pkg/cmd/auth/cani.go` and the RBAC authorizer, Kubernetes v1.36. Left out: webhooks, what a Role may be
//! given by whom, `auth reconcile`.

use super::options::OUTPUT;
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::discovered::Discovered;
use crate::error::Failure;
use crate::print::columns::align;
use crate::{Env, Progress, print, resource};
use api::resource::Kind;
use api::{Value, json, sort};

const CAN_I_FLAGS: &[Flag] = &[
    flag("all-namespaces", 'A', Takes::Switch, "false", "If true, check the specified action in all namespaces."),
    flag("list", ' ', Takes::Switch, "false", "If true, prints all allowed actions."),
    flag("no-headers", ' ', Takes::Switch, "false", "If true, prints allowed actions without headers"),
    flag("quiet", 'q', Takes::Switch, "false", "If true, suppress output and just return the exit code."),
    flag("subresource", ' ', Takes::Text, "''", "SubResource such as pod/log or deployment/scale"),
];

/// `kubectl auth`
pub static AUTH: Command = Command {
    name: "auth",
    about: "Inspect authorization",
    text: "Inspect authorization.",
    usage: "auth [flags] [options]",
    commands: &[
        &Command {
            name: "can-i",
            about: "Check whether an action is allowed",
            text: "Check whether an action is allowed.\n\n VERB is a logical Kubernetes API verb like 'get', 'list', 'watch', \
                   'delete', etc. TYPE is a Kubernetes resource. Shortcuts\nand groups will be resolved. NONRESOURCEURL is a \
                   partial URL that starts with \"/\". NAME is the name of a particular\nKubernetes resource.",
            examples: "  # Check to see if I can create pods in any namespace\n  \
                       kubectl auth can-i create pods --all-namespaces\n  \n  \
                       # Check to see if service account \"foo\" of namespace \"dev\" can list pods in the namespace \"prod\"\n  \
                       kubectl auth can-i list pods --as=system:serviceaccount:dev:foo -n prod",
            usage: "auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
            flags: &[CAN_I_FLAGS],
            run: Some(can_i),
            ..Command::NONE
        },
        &super::unsimulated::RECONCILE,
        &Command {
            name: "whoami",
            about: "Experimental: Check self subject attributes",
            text: "Experimental: Check who you are and your attributes (groups, extra).",
            usage: "auth whoami [options]",
            flags: &[OUTPUT],
            run: Some(whoami),
            ..Command::NONE
        },
    ],
    ..Command::NONE
};

/// Somebody, as the server knows them.
struct Who {
    name: String,
    groups: Vec<String>,
}

impl Who {
    fn of(args: &Args) -> Who {
        let given = args.list("as-group").to_vec();
        let (name, mut groups) = match args.text_or_empty("as") {
            "" => ("kubernetes-admin", vec!["kubeadm:cluster-admins".to_string()]),
            name => (name, given),
        };
        if let Some((namespace, _)) = name.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'))
        {
            groups.extend(["system:serviceaccounts".to_string(), format!("system:serviceaccounts:{namespace}")]);
        }
        groups.push("system:authenticated".into());
        Who { name: name.into(), groups }
    }

    fn is_administrator(&self) -> bool {
        self.groups.iter().any(|group| matches!(group.as_str(), "kubeadm:cluster-admins" | "system:masters"))
    }

    /// Whether a binding's subject means them; a ServiceAccount without a namespace is of the binding's.
    fn is(&self, subject: &Value, namespace: &str) -> bool {
        let text = |key: &str| subject[key].as_str().unwrap_or_default();
        match text("kind") {
            "User" => self.name == text("name"),
            "Group" => self.groups.iter().any(|group| group == text("name")),
            "ServiceAccount" => {
                let namespace = if text("namespace").is_empty() { namespace } else { text("namespace") };
                self.name == format!("system:serviceaccount:{namespace}:{}", text("name"))
            }
            _ => false,
        }
    }
}

/// Every rule that holds for somebody in a namespace; an empty one means what holds everywhere.
fn rules(who: &Who, namespace: &str, env: &mut Env) -> Result<Vec<Value>, Failure> {
    let mut out = Vec::new();
    if who.is_administrator() {
        out.push(json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}));
        out.push(json!({"nonResourceURLs": ["*"], "verbs": ["*"]}));
    }
    out.extend(of_everybody());
    let mut bindings = env.list(Kind::CLUSTER_ROLE_BINDING, "", "", "")?;
    if !namespace.is_empty() {
        bindings.extend(env.list(Kind::ROLE_BINDING, namespace, "", "")?);
    }
    for binding in bindings {
        let binding = binding.to_value();
        let of = binding["metadata"]["namespace"].as_str().unwrap_or_default().to_string();
        if !binding["subjects"].as_array().into_iter().flatten().any(|subject| who.is(subject, &of)) {
            continue;
        }
        let name = binding["roleRef"]["name"].as_str().unwrap_or_default();
        let kind = if binding["roleRef"]["kind"] == "Role" { Kind::ROLE } else { Kind::CLUSTER_ROLE };
        match env.get(kind, &of, name) {
            Ok(role) => out.extend(rules_of(&role.to_value(), env)?),
            Err(_) if kind == Kind::CLUSTER_ROLE => out.extend(built_in(name)),
            Err(_) => {}
        }
    }
    Ok(out)
}

/// A role's own rules; a ClusterRole may gather those of others by their labels.
fn rules_of(role: &Value, env: &mut Env) -> Result<Vec<Value>, Failure> {
    let mut out: Vec<Value> = role["rules"].as_array().cloned().unwrap_or_default();
    for selector in role["aggregationRule"]["clusterRoleSelectors"].as_array().into_iter().flatten() {
        let labels = api::human::selector(selector);
        for other in env.list(Kind::CLUSTER_ROLE, "", &labels, "")? {
            out.extend(other.to_value()["rules"].as_array().cloned().unwrap_or_default());
        }
    }
    Ok(out)
}

/// What a new cluster gives to everybody who has logged in.
///
/// Source: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`: system:basic-user, system:discovery,
/// system:public-info-viewer.
fn of_everybody() -> Vec<Value> {
    let reviews = [
        ("authentication.k8s.io", "selfsubjectreviews"),
        ("authorization.k8s.io", "selfsubjectaccessreviews"),
        ("authorization.k8s.io", "selfsubjectrulesreviews"),
    ];
    let mut out: Vec<Value> = reviews
        .iter()
        .map(|(group, resource)| json!({"apiGroups": [group], "resources": [resource], "verbs": ["create"]}))
        .collect();
    let discovery = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];
    let public = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
    let both = [&discovery[..], &public[..]].concat();
    out.push(json!({"nonResourceURLs": both, "verbs": ["get"]}));
    out.push(json!({"nonResourceURLs": public, "verbs": ["get"]}));
    out
}

/// The ClusterRoles that every cluster has, where the learner hasn't made one of that name.
///
/// Source: the same file. Their lists of resources are long; here they are all of them but those that are kept back.
fn built_in(name: &str) -> Vec<Value> {
    let own = ["secrets", "roles", "rolebindings", "resourcequotas", "limitranges", "namespaces"];
    let plain: Vec<(&str, &str)> = Kind::all()
        .filter(|kind| kind.namespaced() && !own.contains(&kind.plural()))
        .map(|kind| (kind.group(), kind.plural()))
        .collect();
    let allow = |resources: &[(&str, &str)], verbs: &[&str]| -> Vec<Value> {
        let one =
            |(group, resource): &(&str, &str)| json!({"apiGroups": [group], "resources": [resource], "verbs": verbs});
        resources.iter().map(one).collect()
    };
    let look = ["get", "list", "watch"];
    let change = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    let watched =
        [("", "resourcequotas"), ("", "limitranges"), ("", "namespaces"), ("", "pods/log"), ("", "pods/status")];
    let rbac = "rbac.authorization.k8s.io";
    let mut out = Vec::new();
    match name {
        "cluster-admin" => {
            out.push(json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}));
            out.push(json!({"nonResourceURLs": ["*"], "verbs": ["*"]}));
        }
        "view" => out.extend([allow(&plain, &look), allow(&watched, &look)].concat()),
        "edit" | "admin" => {
            out.extend([allow(&plain, &change), allow(&[("", "secrets")], &change), allow(&watched, &look)].concat());
            if name == "admin" {
                out.extend(allow(&[(rbac, "roles"), (rbac, "rolebindings")], &change));
            }
        }
        _ => {}
    }
    out
}

/// What is asked about.
enum What {
    Resource { group: String, resource: String, name: String },
    Url(String),
}

/// Whether a rule allows it.
fn allows(rule: &Value, verb: &str, what: &What) -> bool {
    let list = |key: &str| rule[key].as_array().map_or(&[][..], Vec::as_slice);
    let has = |key: &str, wanted: &str| list(key).iter().any(|one| one == "*" || *one == wanted);
    if !has("verbs", verb) {
        return false;
    }
    match what {
        What::Url(url) => {
            list("nonResourceURLs").iter().filter_map(Value::as_str).any(|known| match known.strip_suffix('*') {
                Some(start) => url.starts_with(start),
                None => known == url,
            })
        }
        What::Resource { group, resource, name } => {
            let below = resource.split_once('/').map(|(_, below)| format!("*/{below}"));
            let resources = has("resources", resource) || below.is_some_and(|below| has("resources", &below));
            let names = list("resourceNames");
            has("apiGroups", group)
                && resources
                && (names.is_empty() || names.iter().any(|known| *known == name.as_str()))
        }
    }
}

fn can_i(args: &Args, env: &mut Env) -> Outcome {
    let namespace = if args.on("all-namespaces") { String::new() } else { args.namespace(env) };
    if args.on("list") {
        return list(args, &namespace, env);
    }
    let [verb, word] = args.words.as_slice() else {
        return Err(Failure::error(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n\
             See 'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let what = what(word, args, env);
    check(verb, &what, args, env)?;
    let allowed = rules(&Who::of(args), &namespace, env)?.iter().any(|rule| allows(rule, verb, &what));
    if !args.on("quiet") {
        env.say(if allowed { "yes" } else { "no" });
    }
    Ok(Progress::Done(u8::from(!allowed)))
}

/// Understands `pods/x`, `deploy.apps`, `/healthz`; what can't be found is asked about as it was typed.
fn what(word: &str, args: &Args, env: &mut Env) -> What {
    if word.starts_with('/') {
        return What::Url(word.into());
    }
    let (resource, name) = word.split_once('/').unwrap_or((word, ""));
    let lower = resource.to_ascii_lowercase();
    let known = match (resource::kind_of(&lower), Discovered::of_word(&lower)) {
        (Ok(kind), _) => Some((kind.group(), kind.plural())),
        (_, Some(one)) => Some((one.group(), one.plural)),
        _ => None,
    };
    if known.is_none() && !matches!(resource, "*" | "users" | "groups") {
        let (first, group) = lower.split_once('.').unwrap_or((&lower, ""));
        let group = if group.is_empty() { String::new() } else { format!(" in group '{group}'") };
        env.complain(&format!("Warning: the server doesn't have a resource type '{first}'{group}\n"));
    }
    let (group, resource) = known.unwrap_or(("", resource));
    let below = args.text_or_empty("subresource");
    let slash = if below.is_empty() { "" } else { "/" };
    What::Resource { group: group.into(), resource: [resource, slash, below].concat(), name: name.into() }
}

/// Says what looks mistyped; the question is answered all the same.
fn check(verb: &str, what: &What, args: &Args, env: &mut Env) -> Result<(), Failure> {
    const VERBS: &str = " get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest ";
    const URL_VERBS: &str = " get put post head options delete patch * ";
    let known = match what {
        What::Url(_) => URL_VERBS,
        What::Resource { .. } => VERBS,
    };
    match what {
        What::Url(_) if args.has("subresource") => {
            return Err(Failure::error("--subresource can not be used with NonResourceURL"));
        }
        What::Resource { group, resource, .. } if !args.on("all-namespaces") => {
            let plural = resource.split('/').next().unwrap_or_default();
            let scoped = Kind::all().any(|kind| kind.plural() == plural && kind.group() == group && !kind.namespaced());
            if scoped {
                let group = if group.is_empty() { String::new() } else { format!(" in group '{group}'") };
                env.complain(&format!("Warning: resource '{plural}' is not namespace scoped{group}\n"));
            }
        }
        _ => {}
    }
    if !known.contains(&format!(" {verb} ")) {
        env.complain(&format!("Warning: verb '{verb}' is not a known verb\n"));
    }
    match args.on("no-headers") {
        true => Err(Failure::error("--no-headers cannot be set without --list specified")),
        false => Ok(()),
    }
}

// ---- --list ------------------------------------------------------------------------------------------------------------

fn list(args: &Args, namespace: &str, env: &mut Env) -> Outcome {
    if !args.words.is_empty() {
        return Err(Failure::error("list option must be specified with no arguments"));
    }
    if args.on("quiet") || args.on("all-namespaces") || args.has("subresource") {
        let text = "list option can't be specified with neither quiet, all-namespaces nor subresource options";
        return Err(Failure::error(text));
    }
    let mut lines: Vec<Line> = Vec::new();
    for rule in rules(&Who::of(args), namespace, env)? {
        for line in Line::of_rule(&rule) {
            let same = lines.iter_mut().find(|known| line.url.is_empty() && known.what() == line.what());
            match same {
                Some(known) => known
                    .verbs
                    .extend(line.verbs.into_iter().filter(|verb| !known.verbs.contains(verb)).collect::<Vec<_>>()),
                None => lines.push(line),
            }
        }
    }
    sort::by_key(&mut lines, Line::order);
    let mut table = String::new();
    if !args.on("no-headers") {
        table.push_str("Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
    }
    lines.iter().for_each(|line| table.push_str(&line.row()));
    env.put(&align(&table, 6, 3));
    Ok(Progress::Done(0))
}

/// A rule broken down to one resource or one URL.
struct Line {
    group: String,
    resource: String,
    name: String,
    url: String,
    verbs: Vec<String>,
}

impl Line {
    fn of_rule(rule: &Value) -> Vec<Line> {
        let list = |key: &str| -> Vec<String> {
            rule[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
        };
        let (verbs, empty) = (list("verbs"), String::new);
        let mut out = Vec::new();
        for group in list("apiGroups") {
            for resource in list("resources") {
                let names = list("resourceNames");
                let names = if names.is_empty() { vec![empty()] } else { names };
                out.extend(names.into_iter().map(|name| Line {
                    group: group.clone(),
                    resource: resource.clone(),
                    name,
                    url: empty(),
                    verbs: verbs.clone(),
                }));
            }
        }
        for url in list("nonResourceURLs") {
            out.extend(verbs.iter().map(|verb| Line {
                group: empty(),
                resource: empty(),
                name: empty(),
                url: url.clone(),
                verbs: vec![verb.clone()],
            }));
        }
        out
    }

    fn what(&self) -> (&str, &str, &str) {
        (&self.group, &self.resource, &self.name)
    }

    /// Upstream sorts by the text of a rule.
    fn order(&self) -> String {
        let list = |text: &str| if text.is_empty() { "[]".to_string() } else { format!("[{text}]") };
        let groups = if self.resource.is_empty() { "[]".to_string() } else { format!("[{}]", self.group) };
        let (verbs, names) = (self.verbs.join(" "), list(&self.name));
        format!("[{verbs}],{groups},{},{names},{}", list(&self.resource), list(&self.url))
    }

    fn row(&self) -> String {
        let (first, below) =
            self.resource.split_once('/').map_or((self.resource.as_str(), ""), |(first, below)| (first, below));
        let dot = if self.group.is_empty() || first.is_empty() { "" } else { "." };
        let slash = if below.is_empty() { "" } else { "/" };
        let title = [first, dot, &self.group, slash, below].concat();
        format!("{title}\t[{}]\t[{}]\t[{}]\n", self.url, self.name, self.verbs.join(" "))
    }
}

fn whoami(args: &Args, env: &mut Env) -> Outcome {
    let who = Who::of(args);
    let format = args.text_or_empty("output");
    if !format.is_empty() {
        let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview",
            "metadata": {"creationTimestamp": env.now().to_string()},
            "status": {"userInfo": {"groups": who.groups, "username": who.name}}});
        let text = print::object(format, &review, false).map_err(Failure::error)?;
        env.put(&text);
        return Ok(Progress::Done(0));
    }
    let table = format!("ATTRIBUTE\tVALUE\nUsername\t{}\nGroups\t[{}]\n", who.name, who.groups.join(" "));
    env.put(&align(&table, 6, 3));
    Ok(Progress::Done(0))
}
