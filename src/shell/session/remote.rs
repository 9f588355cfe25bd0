//! `ssh NODE`, and what a node's own shell has: the kubelet's service, the containers that run there.
//!
//! A login is only a name in [`Shell::remote`]: the lines that follow are the node's until `exit`. Left out: the node's
//! files and its other services.

use super::command::start;
use crate::{Host, Shell};
use api::Value;
use api::human::human_duration;
use api::request::{Request, Verb};
use api::resource::Kind;
use api::time::Time;
use kubectl::print::columns::align;
use kubectl::{ExitCode, Output, Stream};

/// What Tab offers there.
pub const NAMES: &[&str] =
    &["clear", "crictl", "date", "echo", "exit", "grep", "hostname", "sudo", "systemctl", "whoami"];

/// Whether a command is the same on every machine: text in, text out.
pub fn passes(name: &str) -> bool {
    let shells = ["echo", "printf", "clear", "date", "whoami", "true", "false", "history", "sleep", "sudo", "export"];
    shells.contains(&name) || !matches!(name, "tee" | "diff") && crate::filter::is(name)
}

/// `ssh NODE`, `ssh NODE COMMAND`.
pub fn ssh(args: &[String], shell: &mut Shell, host: &mut dyn Host, out: &mut Output) -> ExitCode {
    let words: Vec<&String> = args.iter().skip_while(|arg| arg.starts_with('-')).collect();
    let Some((target, command)) = words.split_first() else {
        out.write(Stream::Err, "usage: ssh destination [command [argument ...]]\n");
        return 255;
    };
    let node = target.rsplit('@').next().unwrap_or(target);
    if host.kubelet(node).is_none() {
        out.write(Stream::Err, &format!("ssh: Could not resolve hostname {node}: Name or service not known\n"));
        return 255;
    }
    let outer = shell.remote.replace(node.to_string());
    if command.is_empty() {
        return 0;
    }
    let command: Vec<String> = command.iter().flat_map(|word| word.split_whitespace()).map(String::from).collect();
    let code = match start(&command[0], &command[1..], None, shell, host, out) {
        super::pipeline::State::Done(code) => code,
        _ => 0,
    };
    shell.remote = outer;
    code
}

/// Runs a command on the node one is logged in to.
pub fn run(name: &str, args: &[String], shell: &mut Shell, host: &mut dyn Host, out: &mut Output) -> ExitCode {
    let Some(node) = shell.remote.clone() else { return 127 };
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match (name, words.as_slice()) {
        ("exit" | "logout", _) => {
            shell.remote = None;
            say(out, &format!("logout\nConnection to {node} closed."))
        }
        ("hostname", _) => say(out, &node),
        ("systemctl", words) => systemctl(words, &node, host, out),
        ("crictl", ["ps", flags @ ..]) => crictl_ps(flags.contains(&"-a"), &node, host, out),
        ("ssh", _) => fail(out, "everynode's nodes don't know one another; exit first", 255),
        ("kubectl", _) => {
            let text =
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?";
            fail(out, text, 1)
        }
        ("crictl" | "journalctl" | "kubeadm" | "apt" | "apt-get" | "ls" | "cd" | "vi" | "vim" | "nano", _) => fail(
            out,
            &format!("everynode doesn't simulate {name} on a node; there are systemctl for the kubelet and crictl ps"),
            1,
        ),
        _ => fail(out, &format!("bash: {name}: command not found"), 127),
    }
}

fn say(out: &mut Output, text: &str) -> ExitCode {
    out.write(Stream::Out, &format!("{text}\n"));
    0
}

fn fail(out: &mut Output, text: &str, code: ExitCode) -> ExitCode {
    out.write(Stream::Err, &format!("{text}\n"));
    code
}

/// `systemctl status|start|stop|restart|is-active kubelet`; codes are systemd's.
fn systemctl(words: &[&str], node: &str, host: &mut dyn Host, out: &mut Output) -> ExitCode {
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let (verb, unit) = match plain.as_slice() {
        ["daemon-reload"] => return 0,
        [verb, unit] => (*verb, unit.trim_end_matches(".service")),
        _ => return fail(out, "everynode's systemctl takes status, start, stop or restart, and kubelet", 1),
    };
    if unit != "kubelet" {
        let known = matches!(unit, "containerd" | "docker" | "crio" | "sshd" | "ssh");
        let text = if known {
            format!("everynode doesn't simulate the service {unit}; its nodes have the kubelet")
        } else if verb == "status" {
            format!("Unit {unit}.service could not be found.")
        } else {
            format!("Failed to {verb} {unit}.service: Unit {unit}.service not found.")
        };
        return fail(out, &text, if verb == "status" { 4 } else { 5 });
    }
    let running = host.kubelet(node) == Some(true);
    match verb {
        "start" | "restart" => host.set_kubelet(node, true),
        "stop" => host.set_kubelet(node, false),
        "enable" | "disable" => {}
        "status" => return status(running, out),
        "is-active" => {
            say(out, if running { "active" } else { "inactive" });
            return if running { 0 } else { 3 };
        }
        _ => return fail(out, &format!("Unknown command verb {verb}."), 1),
    }
    0
}

fn status(running: bool, out: &mut Output) -> ExitCode {
    let (dot, state) = if running { ('●', "active (running)") } else { ('○', "inactive (dead)") };
    say(
        out,
        &format!(
            "{dot} kubelet.service - kubelet: The Kubernetes Node Agent\n     \
             Loaded: loaded (/usr/lib/systemd/system/kubelet.service; enabled; preset: enabled)\n    \
             Drop-In: /usr/lib/systemd/system/kubelet.service.d\n             └─10-kubeadm.conf\n     \
             Active: {state}\n       Docs: https://kubernetes.io/docs/"
        ),
    );
    if running { 0 } else { 3 }
}

/// `crictl ps`: the containers of the node's Pods.
fn crictl_ps(all: bool, node: &str, host: &mut dyn Host, out: &mut Output) -> ExitCode {
    let mut request = Request::new(Verb::List, Kind::POD);
    request.field_selector = format!("spec.nodeName={node}");
    let Ok(response) = host.request(request) else { return 1 };
    let header = ["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"];
    let mut rows = header.join("\t") + "\n";
    for pod in response.items().iter().map(|pod| pod.to_value()) {
        let statuses = pod["status"]["containerStatuses"].as_array().cloned().unwrap_or_default();
        for cells in statuses.iter().filter_map(|status| container(&pod, status, all, host.now())) {
            rows.push_str(&cells.join("\t"));
            rows.push('\n');
        }
    }
    out.write(Stream::Out, &align(&rows, 0, 4));
    0
}

fn container(pod: &Value, status: &Value, all: bool, now: Time) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let id = status["containerID"].as_str()?.rsplit('/').next()?.to_string();
    let state = &status["state"];
    let (word, since) = match (state["running"].as_object(), state["terminated"].as_object()) {
        (Some(_), _) => ("Running", &state["running"]["startedAt"]),
        (None, Some(_)) => ("Exited", &state["terminated"]["startedAt"]),
        _ => return None,
    };
    if word != "Running" && !all {
        return None;
    }
    let age = since.as_str().and_then(Time::parse).map_or(0, |at| now.0 - at.0);
    let short = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let pod_id: String = text(&pod["metadata"]["uid"]).chars().filter(|c| *c != '-').take(13).collect();
    Some(vec![
        short(&id, 13),
        text(&status["image"]),
        format!("{} ago", human_duration(age)),
        word.into(),
        text(&status["name"]),
        status["restartCount"].to_string(),
        pod_id,
        text(&pod["metadata"]["name"]),
        text(&pod["metadata"]["namespace"]),
    ])
}
