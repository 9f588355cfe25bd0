//! `kubectl rollout`: the state and the history of what is rolled out.

pub mod history;
pub mod restart;
pub mod status;
pub mod undo;

use super::Command;
use crate::Env;
use crate::error::Failure;
use crate::resource::Info;
use api::resource::Kind;
use api::{Value, sort};

/// `kubectl rollout`
pub static ROLLOUT: Command = Command {
    name: "rollout",
    about: "Manage the rollout of a resource",
    text: "Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  deployments\n  *  \
           daemonsets\n  *  statefulsets",
    examples: "  # Rollback to the previous deployment\n  kubectl rollout undo deployment/abc\n  \n  \
               # Check the rollout status of a daemonset\n  kubectl rollout status daemonset/foo\n  \n  \
               # Restart a deployment\n  kubectl rollout restart deployment/abc\n  \n  \
               # Restart deployments with the 'app=nginx' label\n  kubectl rollout restart deployment --selector=app=nginx",
    usage: "rollout SUBCOMMAND [options]",
    commands: &[&history::HISTORY, &restart::PAUSE, &restart::RESTART, &restart::RESUME, &status::STATUS, &undo::UNDO],
    ..Command::NONE
};

/// One remembered Pod template: a ControllerRevision of a DaemonSet, a ReplicaSet of a Deployment.
pub struct Revision {
    /// Counted from 1; the newest is the highest.
    pub number: i64,
    /// The annotation `kubernetes.io/change-cause`.
    pub cause: Option<String>,
    /// The Pod template.
    pub template: Value,
    /// The object that remembers it.
    pub keeper: Value,
}

/// A workload's revisions, ascending.
pub fn revisions(info: &Info, env: &mut Env) -> Result<Vec<Revision>, Failure> {
    let kind = if info.id.kind == Kind::DEPLOYMENT { Kind::REPLICA_SET } else { Kind::CONTROLLER_REVISION };
    let uid = &info.value["metadata"]["uid"];
    let mut out: Vec<Revision> = Vec::new();
    for object in env.list(kind, &info.id.namespace, "", "")? {
        let value = object.to_value();
        let mut owners = value["metadata"]["ownerReferences"].as_array().into_iter().flatten();
        if !owners.any(|owner| owner["uid"] == *uid && owner["controller"] == true) {
            continue;
        }
        let annotations = &value["metadata"]["annotations"];
        let (number, template) = if kind == Kind::REPLICA_SET {
            let number = annotations["deployment.kubernetes.io/revision"].as_str().and_then(|text| text.parse().ok());
            (number, value["spec"]["template"].clone())
        } else {
            let mut template = value["data"]["spec"]["template"].clone();
            if let Some(fields) = template.as_object_mut() {
                fields.remove("$patch");
            }
            (value["revision"].as_i64(), template)
        };
        let cause = annotations["kubernetes.io/change-cause"].as_str().map(String::from);
        out.push(Revision { number: number.unwrap_or(0), cause, template, keeper: value });
    }
    sort::by_key(&mut out, |revision| revision.number);
    Ok(out)
}

/// `ReplicaSet.apps`, or `Pod` in the core group.
pub fn group_kind(kind: Kind) -> String {
    match kind.group() {
        "" => kind.name().into(),
        group => format!("{}.{group}", kind.name()),
    }
}

/// Whether a workload keeps revisions.
pub fn keeps_history(kind: Kind) -> bool {
    matches!(kind, Kind::DAEMON_SET | Kind::DEPLOYMENT | Kind::STATEFUL_SET)
}
