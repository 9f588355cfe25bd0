//! `kubectl rollout status`: a line for every change of the object, until the rollout is done.
//!
//! [`report`] reads one state of an object and says the line; it is pure. The rest watches.
//!
//! Models kubectl `pkg/polymorphichelpers/rollout_status.go`, Kubernetes v1.36.

use super::group_kind;
use crate::args::{Args, Flag, Takes, flag};
use crate::command::get::nothing_found;
use crate::command::options;
use crate::command::{Command, Outcome};
use crate::error::Failure;
use crate::resource::{self, Bare, FILES, Info, Named, SELECTOR};
use crate::{Env, ExitCode, Progress, Running, Scoped};
use api::Value;
use api::request::{Answer, Request, Verb, WatchType};
use api::resource::Kind;
use api::time::Time;
use std::collections::VecDeque;

const FLAGS: &[Flag] = &[
    flag(
        "revision",
        ' ',
        Takes::Number,
        "0",
        "Pin to a specific revision for showing its status. Defaults to 0 (last revision).",
    ),
    flag(
        "timeout",
        ' ',
        Takes::Duration,
        "0s",
        "The length of time to wait before ending watch, zero means never. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).",
    ),
    flag("watch", 'w', Takes::Switch, "true", "Watch the status of the rollout until it's done."),
];

/// `kubectl rollout status`
pub static STATUS: Command = Command {
    name: "status",
    about: "Show the status of the rollout",
    text: "Show the status of the rollout.\n\n By default 'rollout status' will watch the status of the latest rollout until it's \
           done. If you don't want to wait for\nthe rollout to finish then you can use --watch=false.",
    examples: "  # Watch the rollout status of a deployment\n  kubectl rollout status deployment/nginx",
    usage: "rollout status (TYPE NAME | TYPE/NAME) [flags] [options]",
    flags: &[FILES, SELECTOR, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    if args.words.is_empty() && !args.has("filename") {
        return Err(Failure::error("required resource not specified"));
    }
    let revision = args.number("revision").unwrap_or(0);
    if revision < 0 {
        return Err(Failure::error(format!("revision must be a positive integer: {revision}")));
    }
    let (found, failures) = resource::find(args, &args.words, Bare::All, env)?;
    options::finish(failures)?;
    if found.is_empty() {
        nothing_found(true, args, env);
        return Ok(Progress::Done(0));
    }
    let timeout = args.seconds("timeout").filter(|seconds| *seconds > 0);
    let mut watching = Watching {
        left: found.into(),
        since: 0,
        revision,
        once: !args.switch("watch", true),
        deadline: timeout.map(|seconds| Time(env.now().0 + seconds)),
    };
    if watching.next(env)? { Ok(Progress::Done(0)) } else { Ok(Progress::Running(Box::new(watching))) }
}

/// What a state of the object means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    line: String,
    done: bool,
}

/// Reads one state of a workload; the error is the whole text that kubectl ends with.
pub fn report(kind: Kind, object: &Value, revision: i64) -> Result<Report, String> {
    match kind {
        Kind::DAEMON_SET => daemon_set(object),
        Kind::DEPLOYMENT => deployment(object, revision),
        Kind::STATEFUL_SET => stateful_set(object),
        _ => Err(format!("no status viewer has been implemented for {}", group_kind(kind))),
    }
}

fn daemon_set(object: &Value) -> Result<Report, String> {
    let (name, count) = (text(&object["metadata"]["name"]), |key: &str| number(&object["status"][key]));
    if object["spec"]["updateStrategy"]["type"] != "RollingUpdate" {
        return Err("rollout status is only available for RollingUpdate strategy type".into());
    }
    if number(&object["metadata"]["generation"]) > count("observedGeneration") {
        return waiting("Waiting for daemon set spec update to be observed...".into());
    }
    let (desired, updated) = (count("desiredNumberScheduled"), count("updatedNumberScheduled"));
    let about = format!("Waiting for daemon set {name:?} rollout to finish:");
    if updated < desired {
        return waiting(format!("{about} {updated} out of {desired} new pods have been updated..."));
    }
    let available = count("numberAvailable");
    if available < desired {
        return waiting(format!("{about} {available} of {desired} updated pods are available..."));
    }
    Ok(Report { line: format!("daemon set {name:?} successfully rolled out"), done: true })
}

fn stateful_set(object: &Value) -> Result<Report, String> {
    let (strategy, count) = (&object["spec"]["updateStrategy"], |key: &str| number(&object["status"][key]));
    if strategy["type"] != "RollingUpdate" {
        return Err("rollout status is only available for RollingUpdate strategy type".into());
    }
    let observed = count("observedGeneration");
    if observed == 0 || number(&object["metadata"]["generation"]) > observed {
        return waiting("Waiting for statefulset spec update to be observed...".into());
    }
    let wanted = object["spec"]["replicas"].as_i64().unwrap_or(1);
    let missing = wanted - count("readyReplicas");
    if missing > 0 {
        return waiting(format!("Waiting for {missing} pods to be ready..."));
    }
    let (updated, due) = (count("updatedReplicas"), wanted - number(&strategy["rollingUpdate"]["partition"]));
    if updated < due {
        let about = "Waiting for partitioned roll out to finish:";
        return waiting(format!("{about} {updated} out of {due} new pods have been updated..."));
    }
    Ok(Report { line: format!("partitioned roll out complete: {updated} new pods have been updated..."), done: true })
}

fn deployment(object: &Value, revision: i64) -> Result<Report, String> {
    let (name, count) = (text(&object["metadata"]["name"]), |key: &str| number(&object["status"][key]));
    if revision > 0 {
        let running = text(&object["metadata"]["annotations"]["deployment.kubernetes.io/revision"]);
        if running != revision.to_string() {
            return Err(format!("desired revision ({revision}) is different from the running revision ({running})"));
        }
    }
    if number(&object["metadata"]["generation"]) > count("observedGeneration") {
        return waiting("Waiting for deployment spec update to be observed...".into());
    }
    let mut conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    if conditions.any(|c| c["type"] == "Progressing" && c["reason"] == "ProgressDeadlineExceeded") {
        return Err(format!("deployment {name:?} exceeded its progress deadline"));
    }
    let about = format!("Waiting for deployment {name:?} rollout to finish:");
    let (wanted, replicas) = (object["spec"]["replicas"].as_i64().unwrap_or(1), count("replicas"));
    let (updated, available) = (count("updatedReplicas"), count("availableReplicas"));
    if updated < wanted {
        return waiting(format!("{about} {updated} out of {wanted} new replicas have been updated..."));
    }
    if replicas > updated {
        return waiting(format!("{about} {} old replicas are pending termination...", replicas - updated));
    }
    if available < updated {
        return waiting(format!("{about} {available} of {updated} updated replicas are available..."));
    }
    Ok(Report { line: format!("deployment {name:?} successfully rolled out"), done: true })
}

fn waiting(line: String) -> Result<Report, String> {
    Ok(Report { line, done: false })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// Watches one workload after the other.
struct Watching {
    left: VecDeque<Info>,
    since: u64,
    revision: i64,
    once: bool,
    deadline: Option<Time>,
}

impl Watching {
    fn tell(&self, id: &Named, value: &Value, env: &mut Env) -> Result<bool, Failure> {
        let report = report(id.kind, value, self.revision).map_err(Failure::error)?;
        env.say(&report.line);
        Ok(report.done)
    }

    fn look(&mut self, env: &mut Env) -> Result<bool, Failure> {
        let Some(id) = self.left.front().map(|info| info.id.clone()) else { return Ok(true) };
        let mut request = Request::new(Verb::Watch, id.kind).scoped(&id.namespace);
        request.field_selector = format!("metadata.name={}", id.name);
        request.resource_version = self.since;
        let response = env.ask(request)?;
        self.since = response.resource_version;
        let Answer::Events(events, _) = response.answer else { return Ok(false) };
        for event in events {
            if event.kind == WatchType::Deleted {
                return Err(Failure::error("object has been deleted"));
            }
            if self.tell(&id, &event.object.to_value(), env)? {
                self.left.pop_front();
                return self.next(env);
            }
        }
        if self.deadline.is_some_and(|deadline| env.now() >= deadline) {
            return Err(Failure::error("timed out waiting for the condition"));
        }
        Ok(false)
    }

    /// Says how the next ones stand, as far as they are done; what is done needs no watch.
    fn next(&mut self, env: &mut Env) -> Result<bool, Failure> {
        while let Some(id) = self.left.front().map(|info| info.id.clone()) {
            let response = env.ask(id.request(Verb::Get))?;
            self.since = response.resource_version;
            let value = response.value().unwrap_or_default();
            if !self.tell(&id, &value, env)? && !self.once {
                return Ok(false);
            }
            self.left.pop_front();
        }
        Ok(true)
    }
}

impl Running for Watching {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        match self.look(env) {
            Ok(true) => Some(0),
            Ok(false) => None,
            Err(failure) => Some(options::fail(env, &failure)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn line(desired: i64, updated: i64, available: i64, observed: i64) -> String {
        let object = json!({
            "metadata": {"name": "x", "generation": 2},
            "spec": {"updateStrategy": {"type": "RollingUpdate"}},
            "status": {
                "observedGeneration": observed, "desiredNumberScheduled": desired,
                "updatedNumberScheduled": updated, "numberAvailable": available,
            },
        });
        report(Kind::DAEMON_SET, &object, 0).expect("a report").line
    }

    #[test]
    fn a_daemon_set_is_asked_in_this_order() {
        assert_eq!(line(2, 0, 0, 1), "Waiting for daemon set spec update to be observed...");
        let about = "Waiting for daemon set \"x\" rollout to finish:";
        assert_eq!(line(2, 1, 1, 2), format!("{about} 1 out of 2 new pods have been updated..."));
        assert_eq!(line(2, 2, 1, 2), format!("{about} 1 of 2 updated pods are available..."));
        assert_eq!(line(2, 2, 2, 2), "daemon set \"x\" successfully rolled out");
        assert_eq!(line(0, 0, 0, 2), "daemon set \"x\" successfully rolled out");
    }

    #[test]
    fn a_stateful_set_is_asked_in_this_order() {
        let line = |observed: i64, ready: i64, updated: i64| {
            let object = json!({
                "metadata": {"name": "x", "generation": 2},
                "spec": {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}},
                "status": {"observedGeneration": observed, "readyReplicas": ready, "updatedReplicas": updated},
            });
            report(Kind::STATEFUL_SET, &object, 0).expect("a report").line
        };
        assert_eq!(line(0, 0, 0), "Waiting for statefulset spec update to be observed...");
        assert_eq!(line(2, 1, 1), "Waiting for 2 pods to be ready...");
        let about = "Waiting for partitioned roll out to finish:";
        assert_eq!(line(2, 3, 1), format!("{about} 1 out of 2 new pods have been updated..."));
        assert_eq!(line(2, 3, 2), "partitioned roll out complete: 2 new pods have been updated...");
    }

    #[test]
    fn what_has_no_rollout_is_named_with_its_group() {
        let refusal = |kind: Kind| report(kind, &json!({}), 0).expect_err("no viewer");
        assert_eq!(refusal(Kind::POD), "no status viewer has been implemented for Pod");
        assert_eq!(refusal(Kind::REPLICA_SET), "no status viewer has been implemented for ReplicaSet.apps");
    }
}
