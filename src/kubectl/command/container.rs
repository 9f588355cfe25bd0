//! `kubectl logs`, and which Pod and container a command about containers means.
//!
//! Everything that kubectl and the server would refuse first (a missing Pod, a wrong container, one that still waits) is refused as
//! they do.

use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, Info, SELECTOR};
use crate::{Env, Scoped};
use api::request::{Answer, LogOptions, Request, Verb};
use api::resource::Kind;

const LOGS_FLAGS: &[Flag] = &[
    flag("all-containers", ' ', Takes::Switch, "false", "Get all containers' logs in the pod(s)."),
    flag("all-pods", ' ', Takes::Switch, "false", "Get logs from all pod(s). Sets prefix to true."),
    flag("container", 'c', Takes::Text, "''", "Print the logs of this container"),
    flag("follow", 'f', Takes::Switch, "false", "Specify if the logs should be streamed."),
    flag(
        "ignore-errors",
        ' ',
        Takes::Switch,
        "false",
        "If watching / following pod logs, allow for any errors that occur to be non-fatal",
    ),
    flag(
        "insecure-skip-tls-verify-backend",
        ' ',
        Takes::Switch,
        "false",
        "Skip verifying the identity of the kubelet that logs are requested from.",
    ),
    flag("limit-bytes", ' ', Takes::Number, "0", "Maximum bytes of logs to return. Defaults to no limit."),
    flag(
        "max-log-requests",
        ' ',
        Takes::Number,
        "5",
        "Specify maximum number of concurrent logs to follow when using by a selector. Defaults to 5.",
    ),
    flag(
        "pod-running-timeout",
        ' ',
        Takes::Duration,
        "20s",
        "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
    ),
    flag(
        "prefix",
        ' ',
        Takes::Switch,
        "false",
        "Prefix each log line with the log source (pod name and container name)",
    ),
    flag(
        "previous",
        'p',
        Takes::Switch,
        "false",
        "If true, print the logs for the previous instance of the container in a pod if it exists.",
    ),
    flag(
        "since",
        ' ',
        Takes::Duration,
        "0s",
        "Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs.",
    ),
    flag(
        "since-time",
        ' ',
        Takes::Text,
        "''",
        "Only return logs after a specific date (RFC3339). Defaults to all logs.",
    ),
    flag("tail", ' ', Takes::Number, "-1", "Lines of recent log file to display."),
    flag("timestamps", ' ', Takes::Switch, "false", "Include timestamps on each line in the log output"),
];

/// `kubectl logs`
pub static LOGS: Command = Command {
    name: "logs",
    about: "Print the logs for a container in a pod",
    text: "Print the logs for a container in a pod or specified resource. If the pod has only one container, the container name is\n\
           optional.",
    examples: "  # Return snapshot logs from pod nginx with only one container\n  kubectl logs nginx",
    usage: "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]",
    // -f means --follow here, so files can't be named.
    flags: &[SELECTOR, LOGS_FLAGS],
    run: Some(logs),
    ..Command::NONE
};

fn logs(args: &Args, env: &mut Env) -> Outcome {
    check(args)?;
    let pods = if args.has("selector") {
        let found = env.list(Kind::POD, &args.namespace(env), args.text_or_empty("selector"), "")?;
        if found.is_empty() {
            let text = format!("No resources found in {} namespace.", args.namespace(env));
            env.complain(&text);
        }
        found.iter().map(|pod| Info::of(pod.to_value(), Kind::POD)).collect()
    } else {
        pods_for_logs(args, env)?
    };
    let wanted = args.text("container").or(args.words.get(1).map(String::as_str)).map(String::from);
    let (all, prefix) = (args.on("all-containers"), args.on("prefix") || args.on("all-pods"));
    // With a selector ten lines of each are the default.
    let tail = args.number("tail").filter(|lines| *lines >= 0).or(args.has("selector").then_some(10));
    if args.on("follow") {
        let streams: usize = pods.iter().map(|pod| if all { containers(pod).len() } else { 1 }).sum();
        let most = args.number("max-log-requests").unwrap_or(5);
        if streams > 1 && streams as i64 > most {
            return Err(Failure::error(format!(
                "you are attempting to follow {streams} log streams, but maximum allowed concurrency is {most}, use \
                 --max-log-requests to increase the limit"
            )));
        }
    }
    for pod in &pods {
        let names = if all { containers(pod) } else { vec![container(pod, wanted.as_deref(), true, env)?] };
        for name in names {
            let mut text = log(pod, &name, args.on("previous"), env)?;
            if let Some(limit) = args.number("limit-bytes").filter(|limit| *limit > 0) {
                text.truncate(
                    (0..=text.len().min(limit as usize)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0),
                );
            }
            let lines: Vec<&str> = text.lines().collect();
            let skipped = tail.map_or(0, |tail| lines.len().saturating_sub(tail as usize));
            for line in &lines[skipped..] {
                let from = if prefix { format!("[pod/{}/{name}] ", pod.id.name) } else { String::new() };
                env.say(&format!("{from}{line}"));
            }
        }
    }
    if ["follow", "since", "since-time", "timestamps"].iter().any(|flag| args.has(flag)) {
        env.complain("everynode shows what has been written by now, without times; repeat the command to see more");
    }
    Ok(crate::Progress::Done(0))
}

/// Refuses words and flags that make no sense together, in kubectl's order.
fn check(args: &Args) -> Result<(), Failure> {
    let usage = |text: &str| Err(Failure::usage("kubectl logs", text));
    match args.words.len() {
        1 if args.has("selector") => return usage("only a selector (-l) or a POD name is allowed"),
        0 if args.has("selector") => {}
        1 | 2 => {}
        _ => {
            return usage(
                "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the \
                 logs command",
            );
        }
    }
    let named = args.text("container").or(args.words.get(1).map(String::as_str));
    let text = if args.has("since-time") && args.seconds("since").is_some_and(|seconds| seconds != 0) {
        "at most one of `sinceTime` or `sinceSeconds` may be specified".to_string()
    } else if let Some(name) = named.filter(|_| args.on("all-containers")) {
        format!("--all-containers=true should not be specified with container name {name}")
    } else if args.has("container") && args.words.len() == 2 {
        "only one of -c or an inline [CONTAINER] arg is allowed".to_string()
    } else if args.number("limit-bytes").is_some_and(|limit| limit < 0) {
        "--limit-bytes must be greater than 0".to_string()
    } else if args.seconds("since").is_some_and(|seconds| seconds < 0) {
        "--since must be greater than 0".to_string()
    } else if args.number("tail").is_some_and(|lines| lines < -1) {
        "--tail must be greater than or equal to -1".to_string()
    } else {
        return Ok(());
    };
    Err(Failure::error(text))
}

/// Asks for a log.
fn log(pod: &Info, container: &str, previous: bool, env: &mut Env) -> Result<String, Failure> {
    let mut request = Request::new(Verb::Get, Kind::POD).named(pod.id.name.as_str()).scoped(&pod.id.namespace);
    request.subresource = "log";
    request.log = LogOptions { container: container.into(), previous };
    match env.ask(request)?.answer {
        Answer::Text(text) => Ok(text),
        _ => Ok(String::new()),
    }
}

/// The Pod, or the first Pod of a workload; with `--all-pods` all of them.
fn pods_for_logs(args: &Args, env: &mut Env) -> Result<Vec<Info>, Failure> {
    let namespace = args.namespace(env);
    let (kind, name) = word(&args.words[0])?;
    let object = env.get(kind, &namespace, &name).map_err(|status| {
        let reason = status.reason.as_str();
        Failure::error(format!("error from server ({reason}): {} in namespace {namespace:?}", status.message))
    })?;
    let info = Info::of(object.to_value(), kind);
    let selector = api::human::selector(&info.value["spec"]["selector"]);
    if args.on("all-pods") && kind != Kind::POD && selector != "<none>" {
        let pods = env.list(Kind::POD, &namespace, &selector, "")?;
        return Ok(pods.iter().map(|pod| Info::of(pod.to_value(), Kind::POD)).collect());
    }
    Ok(vec![pod_of(info, true, env)?])
}

/// A Pod itself, or the first of the Pods that something selects; logs tell which that is.
pub(super) fn pod_of(info: Info, tell: bool, env: &mut Env) -> Result<Info, Failure> {
    if info.id.kind == Kind::POD {
        return Ok(info);
    }
    let what = &info.value["spec"]["selector"];
    let selector = if info.id.kind == Kind::SERVICE { api::human::labels(what) } else { api::human::selector(what) };
    if selector == "<none>" {
        let (kind, name) = (info.id.kind.name(), &info.id.name);
        return Err(Failure::error(match info.id.kind {
            Kind::SERVICE => format!("invalid service '{name}': Service is defined without a selector"),
            _ if tell => format!("cannot get the logs from *v1.{kind}: cannot extract pod selector from *v1.{kind}"),
            _ => format!("cannot attach to *v1.{kind}: cannot extract pod selector from *v1.{kind}"),
        }));
    }
    let pods = env.list(Kind::POD, &info.id.namespace, &selector, "")?;
    let Some(first) = pods.first() else {
        return Err(Failure::error("timed out waiting for the condition"));
    };
    if tell && pods.len() > 1 {
        env.complain(&format!("Found {} pods, using pod/{}", pods.len(), first.name()));
    }
    Ok(Info::of(first.to_value(), Kind::POD))
}

/// `NAME`, `TYPE/NAME`
pub(super) fn word(word: &str) -> Result<(Kind, String), Failure> {
    match word.split_once('/') {
        Some((kind, name)) => Ok((resource::kind_of(kind)?, name.to_string())),
        None => Ok((Kind::POD, word.to_string())),
    }
}

/// Every container, the init containers first.
fn containers(pod: &Info) -> Vec<String> {
    let items = ["initContainers", "containers"].into_iter();
    let items = items.flat_map(|key| pod.value["spec"][key].as_array().into_iter().flatten());
    items.filter_map(|container| container["name"].as_str()).map(String::from).collect()
}

/// The container that is meant.
pub(super) fn container(pod: &Info, wanted: Option<&str>, tell: bool, env: &mut Env) -> Result<String, Failure> {
    let list = |key: &str| -> Vec<String> {
        let items = pod.value["spec"][key].as_array().into_iter().flatten();
        items.filter_map(|container| container["name"].as_str()).map(String::from).collect()
    };
    let (main, init) = (list("containers"), list("initContainers"));
    let mut all = main.clone();
    all.extend(init.iter().map(|name| format!("{name} (init)")));
    match wanted {
        Some(name) if main.iter().chain(&init).any(|known| known == name) => Ok(name.to_string()),
        Some(name) => {
            let text = format!("container {name} is not valid for pod {} out of: {}", pod.id.name, all.join(", "));
            Err(Failure::error(text))
        }
        None => {
            let first = main.first().cloned().unwrap_or_default();
            if all.len() > 1 && tell {
                env.complain(&format!("Defaulted container {first:?} out of: {}", all.join(", ")));
            }
            Ok(first)
        }
    }
}
