//! `kubectl create role`, `clusterrole`, `rolebinding`, `clusterrolebinding`.
//!
//! Models kubectl `pkg/cmd/create/create_{role,clusterrole,rolebinding,clusterrolebinding}.go`. What is made is kept,
//! shown, and asked by `kubectl auth can-i`; nobody is refused anything here.

use super::{DRY_RUN, FIELD_MANAGER, GENERATOR, OUTPUT, SAVE_CONFIG, VALIDATE, create, labels};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::Command;
use crate::discovered::Discovered;
use crate::error::Failure;
use crate::resource::{kind_of, unknown};
use api::resource::Kind;
use api::{Value, json};

const GROUP: &str = "rbac.authorization.k8s.io";

/// The verbs that nobody is warned of.
const STANDARD_VERBS: &[&str] = &[
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
    "approve",
    "sign",
    "attest",
];

/// The verbs of URLs that aren't resources.
const URL_VERBS: &[&str] = &["*", "get", "post", "put", "delete", "patch", "head", "options"];

const RULE_FLAGS: &[Flag] = &[
    flag("resource", ' ', Takes::List, "[]", "Resource that the rule applies to"),
    flag(
        "resource-name",
        ' ',
        Takes::Repeat,
        "[]",
        "Resource in the white list that the rule applies to, repeat this flag for multiple items",
    ),
    flag("verb", ' ', Takes::List, "[]", "Verb that applies to the resources contained in the rule"),
];

const CLUSTER_RULE_FLAGS: &[Flag] = &[
    flag("aggregation-rule", ' ', Takes::List, "", "An aggregation label selector for combining ClusterRoles."),
    flag("non-resource-url", ' ', Takes::List, "[]", "A partial url that user should have access to."),
];

const SUBJECT_FLAGS: &[Flag] = &[
    flag("clusterrole", ' ', Takes::Text, "''", "ClusterRole this RoleBinding should reference"),
    flag(
        "group",
        ' ',
        Takes::Repeat,
        "[]",
        "Groups to bind to the role. The flag can be repeated to add multiple groups.",
    ),
    flag("role", ' ', Takes::Text, "''", "Role this RoleBinding should reference"),
    flag(
        "serviceaccount",
        ' ',
        Takes::Repeat,
        "[]",
        "Service accounts to bind to the role, in the format <namespace>:<name>. The flag can be repeated to add multiple service accounts.",
    ),
    flag(
        "user",
        ' ',
        Takes::Repeat,
        "[]",
        "Usernames to bind to the role. The flag can be repeated to add multiple users.",
    ),
];

pub static ROLE: Command = Command {
    name: "role",
    about: "Create a role with single rule",
    text: "Create a role with single rule.",
    examples: "  # Create a role named \"pod-reader\" that allows user to perform \"get\", \"watch\" and \"list\" on pods\n  \
               kubectl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods",
    usage: "create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, RULE_FLAGS],
    run: Some(|args, env| create("role", Kind::ROLE, args, env, role)),
    ..GENERATOR
};

pub static CLUSTER_ROLE: Command = Command {
    name: "clusterrole",
    about: "Create a cluster role",
    text: "Create a cluster role.",
    examples: "  # Create a cluster role named \"pod-reader\" that allows user to perform \"get\", \"watch\" and \"list\" on pods\n  \
               kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods",
    usage: "create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, RULE_FLAGS, CLUSTER_RULE_FLAGS],
    run: Some(|args, env| create("clusterrole", Kind::CLUSTER_ROLE, args, env, cluster_role)),
    ..GENERATOR
};

pub static ROLE_BINDING: Command = Command {
    name: "rolebinding",
    about: "Create a role binding for a particular role or cluster role",
    text: "Create a role binding for a particular role or cluster role.",
    examples: "  # Create a role binding for user1, user2, and group1 using the admin cluster role\n  \
               kubectl create rolebinding admin --clusterrole=admin --user=user1 --user=user2 --group=group1",
    usage: "create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, SUBJECT_FLAGS],
    run: Some(|args, env| create("rolebinding", Kind::ROLE_BINDING, args, env, role_binding)),
    ..GENERATOR
};

pub static CLUSTER_ROLE_BINDING: Command = Command {
    name: "clusterrolebinding",
    about: "Create a cluster role binding for a particular cluster role",
    text: "Create a cluster role binding for a particular cluster role.",
    examples: "  # Create a cluster role binding for user1, user2, and group1 using the cluster-admin cluster role\n  \
               kubectl create clusterrolebinding cluster-admin --clusterrole=cluster-admin --user=user1 --user=user2 --group=group1",
    usage: "create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]",
    flags: &[DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, SAVE_CONFIG, SUBJECT_FLAGS],
    required: &["clusterrole"],
    run: Some(|args, env| create("clusterrolebinding", Kind::CLUSTER_ROLE_BINDING, args, env, cluster_role_binding)),
    ..GENERATOR
};

fn role(_: &str, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    let verbs = verbs(args)?;
    warn_of(&verbs, env);
    if args.list("resource").is_empty() {
        return Err(Failure::error("at least one resource must be specified"));
    }
    Ok(json!({"rules": rules(&verbs, args)?}))
}

fn cluster_role(_: &str, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    let (urls, resources) = (once_each(args.list("non-resource-url")), args.list("resource"));
    if args.has("aggregation-rule") {
        if !urls.is_empty() || !resources.is_empty() || args.has("verb") || args.has("resource-name") {
            return Err(Failure::error(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames",
            ));
        }
        let labels = labels(&args.list("aggregation-rule").join(","))?;
        return Ok(json!({"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": labels}]}, "rules": null}));
    }
    let verbs = verbs(args)?;
    if resources.is_empty() && urls.is_empty() {
        return Err(Failure::error("one of resource or nonResourceURL must be specified"));
    }
    if !resources.is_empty() {
        warn_of(&verbs, env);
    }
    let mut rules = rules(&verbs, args)?;
    if !urls.is_empty() {
        if let Some(verb) = verbs.iter().find(|verb| !URL_VERBS.contains(verb)) {
            return Err(Failure::error(format!("invalid verb: '{verb}' for nonResourceURL")));
        }
        for url in urls.iter().filter(|url| **url != "*") {
            if !url.starts_with('/') {
                return Err(Failure::error("nonResourceURL should start with /"));
            }
            if url.find('*').is_some_and(|at| at + 1 < url.len()) {
                return Err(Failure::error("nonResourceURL only supports wildcard matches when '*' is at the end"));
            }
        }
        rules.push(json!({"nonResourceURLs": urls, "verbs": verbs}));
    }
    Ok(json!({"rules": rules}))
}

fn verbs(args: &Args) -> Result<Vec<&str>, Failure> {
    let verbs = once_each(args.list("verb"));
    match verbs.is_empty() {
        true => Err(Failure::error("at least one verb must be specified")),
        false if verbs.contains(&"*") => Ok(vec!["*"]),
        false => Ok(verbs),
    }
}

fn warn_of(verbs: &[&str], env: &mut Env) {
    for verb in verbs.iter().filter(|verb| !STANDARD_VERBS.contains(verb)) {
        env.complain(&format!("Warning: '{verb}' is not a standard resource verb"));
    }
}

/// One rule for each API group, sorted by its name.
fn rules(verbs: &[&str], args: &Args) -> Result<Vec<Value>, Failure> {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for word in once_each(args.list("resource")) {
        let (name, below) = word.split_once('/').map_or((word, None), |(name, below)| (name, Some(below)));
        let (group, plural) = match name {
            "" => return Err(Failure::error("resource must be specified if apiGroup/subresource specified")),
            "*" => ("", "*"),
            name => known(name)?,
        };
        let resource = below.map_or_else(|| plural.to_string(), |below| [plural, "/", below].concat());
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, resources)) => resources.push(resource),
            None => groups.push((group, vec![resource])),
        }
    }
    api::sort::by_key(&mut groups, |(group, _)| *group);
    let rules = groups.into_iter().map(|(group, resources)| {
        let mut rule = json!({"apiGroups": [group], "resources": resources, "verbs": verbs});
        if args.has("resource-name") {
            rule["resourceNames"] = json!(once_each(args.list("resource-name")));
        }
        rule
    });
    Ok(rules.collect())
}

/// The group and plural of a resource, of the simulated kinds or of the others a server has.
fn known(word: &str) -> Result<(&'static str, &'static str), Failure> {
    if let Ok(kind) = kind_of(word) {
        return Ok((kind.info().group, kind.info().plural));
    }
    if let Some(one) = Discovered::of_word(word) {
        return Ok((one.group(), one.plural));
    }
    Err(Failure::error(unknown(word)))
}

fn role_binding(_: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    let (kind, name) = match (args.text_or_empty("clusterrole"), args.text_or_empty("role")) {
        (cluster_role, "") if !cluster_role.is_empty() => ("ClusterRole", cluster_role),
        ("", role) if !role.is_empty() => ("Role", role),
        _ => return Err(Failure::error("exactly one of clusterrole or role must be specified")),
    };
    binding(kind, name, args)
}

fn cluster_role_binding(_: &str, args: &Args, _: &mut Env) -> Result<Value, Failure> {
    binding("ClusterRole", args.text_or_empty("clusterrole"), args)
}

fn binding(kind: &str, name: &str, args: &Args) -> Result<Value, Failure> {
    let named = |kind: &str, names: &[String]| -> Vec<Value> {
        once_each(names).into_iter().map(|name| json!({"apiGroup": GROUP, "kind": kind, "name": name})).collect()
    };
    let mut subjects = named("User", args.list("user"));
    subjects.extend(named("Group", args.list("group")));
    for account in once_each(args.list("serviceaccount")) {
        match account.split_once(':') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains(':') => {
                subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
            }
            _ => return Err(Failure::error("serviceaccount must be <namespace>:<name>")),
        }
    }
    let mut value = json!({"roleRef": {"apiGroup": GROUP, "kind": kind, "name": name}});
    if !subjects.is_empty() {
        value["subjects"] = subjects.into();
    }
    Ok(value)
}

/// Each word once, in the order given.
fn once_each(words: &[String]) -> Vec<&str> {
    let mut once: Vec<&str> = Vec::new();
    for word in words {
        if !once.contains(&word.as_str()) {
            once.push(word);
        }
    }
    once
}
