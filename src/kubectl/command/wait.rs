//! `kubectl wait`: until a condition, a field or the absence of objects is seen.
//!
//! Models kubectl `pkg/cmd/wait/wait.go`, Kubernetes v1.36.

use super::options::{self, OUTPUT};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, ALL, ALL_NAMESPACES, Bare, FIELD_SELECTOR, FILES, Named, SELECTOR, Target};
use crate::{Env, ExitCode, Progress, Running, print};
use api::Value;
use api::meta::Uid;
use api::request::Verb;
use api::status::Reason;
use api::time::Time;
use std::collections::VecDeque;

/// How long is waited when nothing is said: 30 s. Source: kubectl `wait --timeout`.
const TIMEOUT_SECONDS: i64 = 30;

const FLAGS: &[Flag] = &[
    flag(
        "for",
        ' ',
        Takes::Repeat,
        "[]",
        "The condition to wait on: [create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]].",
    ),
    flag("local", ' ', Takes::Switch, "false", "If true, annotation will NOT contact api-server but run locally."),
    flag(
        "timeout",
        ' ',
        Takes::Duration,
        "30s",
        "The length of time to wait before giving up.  Zero means check once and don't wait, negative means wait for a week.",
    ),
];

/// `kubectl wait`
pub static WAIT: Command = Command {
    name: "wait",
    about: "Wait for a specific condition on one or many resources",
    text: "Wait for a specific condition on one or many resources.\n\n The command takes multiple resources and waits until the \
           specified condition is seen in the Status field of every given\nresource.",
    examples: "  # Wait for the pod \"busybox1\" to contain the status condition of type \"Ready\"\n  \
               kubectl wait --for=condition=Ready pod/busybox1\n  \n  \
               # Wait for the pod \"busybox1\" to be deleted, with a timeout of 60s, after having issued the \"delete\" command\n  \
               kubectl delete pod/busybox1\n  kubectl wait --for=delete pod/busybox1 --timeout=60s",
    usage: "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
    flags: &[FILES, SELECTOR, FIELD_SELECTOR, ALL, ALL_NAMESPACES, OUTPUT, FLAGS],
    run: Some(run),
    ..Command::NONE
};

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Create,
    Delete,
    Condition(String, String),
    /// A path, and the text it must give; without one any text will do.
    Path(String, Option<String>),
}

fn run(args: &Args, env: &mut Env) -> Outcome {
    if args.on("local") {
        return Err(Failure::error("everynode doesn't simulate wait --local; nothing would ever change there"));
    }
    let what = What::read(args.list("for"))?;
    let (targets, failures) = resource::targets(args, &args.words, Bare::Refused, env)?;
    options::finish(failures)?;
    let mut left = VecDeque::new();
    for target in targets {
        match target {
            Target::Every(every) => left.extend(every.list(env)?.into_iter().map(|info| info.id)),
            Target::Named(id) => left.push_back(id),
            Target::File(manifest) => left.push_back(manifest.id()),
        }
    }
    if left.is_empty() {
        return if what == What::Delete {
            Ok(Progress::Done(0))
        } else {
            Err(Failure::error("no matching resources found"))
        };
    }
    let mut missing = Vec::new();
    if !matches!(what, What::Delete | What::Create) {
        left.retain(|id| match env.get(id.kind, &id.namespace, &id.name) {
            Ok(_) => true,
            Err(status) => {
                missing.push(Failure::from(status));
                false
            }
        });
    }
    let seconds = match args.seconds("timeout") {
        Some(seconds) if seconds < 0 => 7 * 24 * 3600,
        Some(seconds) => seconds,
        None => TIMEOUT_SECONDS,
    };
    let uids = if what == What::Delete { uids(&left, env) } else { Vec::new() };
    let left =
        left.into_iter().filter(|id| what != What::Delete || uids.iter().any(|(known, _)| known == id)).collect();
    let mut waiting =
        Waiting { what, left, uids, deadline: Time(env.now().0 + seconds), failures: missing, args: args.clone() };
    match waiting.poll(env) {
        Some(code) => Ok(Progress::Done(code)),
        None => Ok(Progress::Running(Box::new(waiting))),
    }
}

fn uids(ids: &VecDeque<Named>, env: &mut Env) -> Vec<(Named, Uid)> {
    let mut out = Vec::new();
    for id in ids {
        if let Ok(object) = env.get(id.kind, &id.namespace, &id.name) {
            out.push((id.clone(), object.meta().uid));
        }
    }
    out
}

impl What {
    fn read(given: &[String]) -> Result<What, Failure> {
        let unrecognized = || Failure::error(format!("unrecognized condition: [{}]", given.join(" ")));
        let Some(text) = given.first() else { return Err(unrecognized()) };
        if let Some(path) = text.strip_prefix("jsonpath=") {
            let (path, value) = match path.find('}') {
                Some(end) => (&path[..=end], path[end + 1..].strip_prefix('=')),
                None => path.split_once('=').map_or((path, None), |(path, value)| (path, Some(value))),
            };
            if value == Some("") {
                return Err(Failure::error("jsonpath wait has to have a value after equal sign"));
            }
            let path = print::relaxed(path).map_err(Failure::error)?;
            print::check(&format!("jsonpath={path}")).map_err(Failure::error)?;
            return Ok(What::Path(path, value.map(|value| value.trim_matches(['"', '\'']).to_string())));
        }
        if let Some(condition) = text.strip_prefix("condition=") {
            let (name, value) = condition.split_once('=').unwrap_or((condition, "True"));
            return Ok(What::Condition(name.to_ascii_lowercase(), value.to_ascii_lowercase()));
        }
        match text.to_ascii_lowercase().as_str() {
            "delete" => Ok(What::Delete),
            "create" => Ok(What::Create),
            _ => Err(unrecognized()),
        }
    }

    /// Whether an object is as it should be.
    fn holds(&self, value: &Value) -> bool {
        match self {
            What::Create => true,
            What::Delete => false,
            What::Condition(name, wanted) => {
                let mut conditions = value["status"]["conditions"].as_array().into_iter().flatten();
                conditions.any(|condition| {
                    let is =
                        |key: &str, text: &str| condition[key].as_str().is_some_and(|s| s.to_ascii_lowercase() == text);
                    is("type", name) && is("status", wanted)
                })
            }
            What::Path(path, wanted) => match print::object(&format!("jsonpath={path}"), value, false) {
                Ok(text) => wanted.as_ref().map_or(!text.is_empty(), |wanted| text == *wanted),
                Err(_) => false,
            },
        }
    }
}

struct Waiting {
    what: What,
    left: VecDeque<Named>,
    /// Of the objects that are to go.
    uids: Vec<(Named, Uid)>,
    deadline: Time,
    failures: Vec<Failure>,
    args: Args,
}

impl Waiting {
    /// Says of an object that what was waited for has come.
    fn report(&self, id: &Named, env: &mut Env) -> Result<(), Failure> {
        let value = match self.args.text_or_empty("output") {
            "" | "name" => Value::Null,
            _ => env.get(id.kind, &id.namespace, &id.name).map(|object| object.to_value()).unwrap_or_default(),
        };
        options::report(env, &self.args, id, &value, "condition met", options::DryRun::None)
    }

    fn met(&self, id: &Named, env: &mut Env) -> Result<bool, Failure> {
        match env.client.request(id.request(Verb::Get)) {
            Ok(response) => {
                let Some(object) = response.object() else { return Ok(false) };
                if self.what == What::Delete {
                    let uid = object.meta().uid;
                    return Ok(self.uids.iter().any(|(known, old)| known == id && *old != uid));
                }
                Ok(self.what.holds(&object.to_value()))
            }
            Err(status) if status.reason == Reason::NotFound => Ok(self.what == What::Delete),
            Err(status) => Err(status.into()),
        }
    }
}

impl Running for Waiting {
    fn poll(&mut self, env: &mut Env) -> Option<ExitCode> {
        while let Some(id) = self.left.front().cloned() {
            match self.met(&id, env) {
                Ok(true) => self.failures.extend(self.report(&id, env).err()),
                Ok(false) if env.now() < self.deadline => return None,
                Ok(false) => {
                    let text = "timed out waiting for the condition on";
                    self.failures.push(Failure::error(format!("{text} {}/{}", id.kind.plural(), id.name)));
                }
                Err(failure) => self.failures.push(failure),
            }
            self.left.pop_front();
        }
        match Failure::all(std::mem::take(&mut self.failures)) {
            Some(failure) => Some(options::fail(env, &failure)),
            None => Some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn what(text: &str) -> Result<What, String> {
        What::read(&[text.to_string()]).map_err(|failure| failure.text)
    }

    #[test]
    fn conditions_are_read_and_seen() {
        let pod = json!({"status": {"conditions": [{"type": "Ready", "status": "True"}], "n": 3}});
        assert!(what("condition=Ready").expect("reads").holds(&pod));
        assert!(!what("condition=ready=false").expect("reads").holds(&pod));
        assert!(what("jsonpath={.status.n}=3").expect("reads").holds(&pod));
        assert!(!what("jsonpath={.status.n}=4").expect("reads").holds(&pod));
        assert_eq!(what("nothing"), Err("error: unrecognized condition: [nothing]".into()));
    }
}
