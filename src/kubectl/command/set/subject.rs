//! `kubectl set subject`: who else is bound to a role.
//!
//! Models kubectl `pkg/cmd/set/set_subject.go`, Kubernetes v1.36.

use super::{change, refusal};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::options::{DRY_RUN, FIELD_MANAGER, OUTPUT};
use crate::command::{Command, Outcome};
use crate::error::Failure;
use crate::resource::{self, ALL, Bare, FILES, SELECTOR};
use api::resource::Kind;
use api::{Value, json};

const GROUP: &str = "rbac.authorization.k8s.io";

const FLAGS: &[Flag] = &[
    flag("group", ' ', Takes::Repeat, "[]", "Groups to bind to the role"),
    flag("local", ' ', Takes::Switch, "false", "If true, set subject will NOT contact api-server but run locally."),
    flag("serviceaccount", ' ', Takes::Repeat, "[]", "Service accounts to bind to the role"),
    flag("user", ' ', Takes::Repeat, "[]", "Usernames to bind to the role"),
];

pub static SET_SUBJECT: Command = Command {
    name: "subject",
    about: "Update the user, group, or service account in a role binding or cluster role binding",
    text: "Update the user, group, or service account in a role binding or cluster role binding.",
    examples: "  # Update a cluster role binding for serviceaccount1\n  \
               kubectl set subject clusterrolebinding admin --serviceaccount=namespace:serviceaccount1\n  \n  \
               # Update a role binding for user1, user2, and group1\n  \
               kubectl set subject rolebinding admin --user=user1 --user=user2 --group=group1",
    usage: "set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]",
    flags: &[FILES, SELECTOR, ALL, DRY_RUN, OUTPUT, FIELD_MANAGER, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    if !args.on("local") {
        let (found, failures) = resource::find(args, &args.words, Bare::Refused, env)?;
        if let Some(failure) = Failure::all(failures) {
            return Err(failure);
        }
        check(args, found.iter().any(|info| info.id.kind == Kind::CLUSTER_ROLE_BINDING))?;
    } else {
        check(args, false)?;
    }
    let mut subjects: Vec<Value> = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        let named = sorted(args.list(flag)).into_iter();
        subjects.extend(named.map(|name| json!({"apiGroup": GROUP, "kind": kind, "name": name})));
    }
    for account in sorted(args.list("serviceaccount")) {
        let (namespace, name) = account.split_once(':').unwrap_or_default();
        let namespace = if namespace.is_empty() { args.namespace(env) } else { namespace.to_string() };
        subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
    }
    change(args, &args.words, "subjects updated", env, |value, id, _| {
        if !matches!(id.kind, Kind::ROLE_BINDING | Kind::CLUSTER_ROLE_BINDING) {
            return Err(refusal(id, "setting subjects is only supported for RoleBinding/ClusterRoleBinding"));
        }
        let mut all = value["subjects"].as_array().cloned().unwrap_or_default();
        for subject in &subjects {
            if !all.contains(subject) {
                all.push(subject.clone());
            }
        }
        if !all.is_empty() {
            value["subjects"] = all.into();
        }
        Ok(())
    })
}

fn check(args: &Args, of_cluster: bool) -> Result<(), Failure> {
    if args.on("all") && args.has("selector") {
        return Err(Failure::error("cannot set --all and --selector at the same time"));
    }
    if !["user", "group", "serviceaccount"].iter().any(|flag| args.has(flag)) {
        return Err(Failure::error("you must specify at least one value of user, group or serviceaccount"));
    }
    for account in args.list("serviceaccount") {
        match account.split(':').collect::<Vec<_>>()[..] {
            ["", name] if !name.is_empty() && of_cluster => {
                let text = "serviceaccount must be <namespace>:<name>, namespace must be specified";
                return Err(Failure::error(text));
            }
            [_, name] if !name.is_empty() => {}
            _ => return Err(Failure::error("serviceaccount must be <namespace>:<name>")),
        }
    }
    Ok(())
}

/// Each once, by name.
fn sorted(names: &[String]) -> Vec<&String> {
    let mut names: Vec<&String> = names.iter().collect();
    api::sort::ascending(&mut names);
    names.dedup();
    names
}
