//! `kubectl exec`: a few harmless commands whose answer follows from the Pod itself; whatever else runs nowhere, and says so.
//!
//! `hostname`, `env`, `printenv`, `date`, `pwd`, `whoami`, `echo`, `true`, `false`, `ls` of a few folders and `cat` of what the kubelet puts
//! into a container. `sh -c` takes one of them. Models kubectl `pkg/cmd/exec`. Left out: programs, `-i` and `-t`.

use super::container::{container, pod_of, word};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{FILES, Info};
use crate::{Env, ExitCode, Progress};
use api::Value;
use api::resource::Kind;

const EXEC_FLAGS: &[Flag] = &[
    flag(
        "container",
        'c',
        Takes::Text,
        "''",
        "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen",
    ),
    flag(
        "pod-running-timeout",
        ' ',
        Takes::Duration,
        "1m0s",
        "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
    ),
    flag("quiet", 'q', Takes::Switch, "false", "Only print output from the remote session"),
    flag("stdin", 'i', Takes::Switch, "false", "Pass stdin to the container"),
    flag("tty", 't', Takes::Switch, "false", "Stdin is a TTY"),
];

/// `kubectl exec`
pub static EXEC: Command = Command {
    name: "exec",
    about: "Execute a command in a container",
    text: "Execute a command in a container.",
    examples: "  # Get output from running the 'date' command from pod mypod, using the first container by default\n  \
               kubectl exec mypod -- date",
    usage: "exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]",
    flags: &[FILES, EXEC_FLAGS],
    run: Some(exec),
    ..Command::NONE
};

/// Where every container finds its service account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// Images without a shell or any other program.
const BARE: [&str; 2] = ["pause", "coredns"];

fn exec(args: &Args, env: &mut Env) -> Outcome {
    let Some(first) = args.words.first() else {
        return Err(Failure::error("pod, type/name or --filename must be specified"));
    };
    let command = match args.before_dash {
        None if args.words.len() > 1 => {
            let text = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead";
            return Err(Failure::usage("kubectl exec", text));
        }
        Some(at) if at < args.words.len() => args.words[at..].to_vec(),
        _ => return Err(Failure::error("you must specify at least one command for the container")),
    };
    let (kind, name) = word(first)?;
    let object = env.get(kind, &args.namespace(env), &name)?;
    let pod = pod_of(Info::of(object.to_value(), kind), false, env)?;
    if let Some(phase @ ("Succeeded" | "Failed")) = pod.value["status"]["phase"].as_str() {
        let text = format!("cannot exec into a container in a completed pod; current phase is {phase}");
        return Err(Failure::error(text));
    }
    let name = container(&pod, args.text("container"), !args.on("quiet"), env)?;
    let of = |list: &str| {
        let items = pod.value[if list.ends_with("Statuses") { "status" } else { "spec" }][list].as_array();
        items.into_iter().flatten().find(|item| item["name"] == name.as_str()).cloned().unwrap_or_default()
    };
    if of("containerStatuses")["state"]["running"].is_null()
        && of("initContainerStatuses")["state"]["running"].is_null()
    {
        let text = format!("Internal error occurred: unable to upgrade connection: container not found ({name:?})");
        return Err(Failure::error(text));
    }
    let container = of("containers");
    let image = container["image"].as_str().unwrap_or_default();
    let image = image.rsplit('/').next().unwrap_or_default().split([':', '@']).next().unwrap_or_default();
    if BARE.contains(&image) {
        let program = &command[0];
        let text = format!(
            "Internal error occurred: Internal error occurred: error executing command in container: failed to exec in \
             container: OCI runtime exec failed: exec failed: unable to start container process: exec: {program:?}: \
             executable file not found in $PATH: unknown"
        );
        return Err(Failure::error(text));
    }
    let in_shell = command.len() == 3;
    let command = match &command[..] {
        [shell, flag, line] if matches!(shell.as_str(), "sh" | "bash" | "/bin/sh" | "/bin/bash") && flag == "-c" => {
            line.split_whitespace().map(String::from).collect()
        }
        _ => command,
    };
    let place = Place { pod: &pod.value, container };
    match place.run(&command, in_shell, env) {
        Some(0) => Ok(Progress::Done(0)),
        Some(code) => {
            env.complain(&format!("command terminated with exit code {code}"));
            Ok(Progress::Done(code))
        }
        None => Err(Failure::error(format!(
            "everynode doesn't simulate {} in a container; it knows hostname, env, date, ls and cat of a few files",
            command.join(" ")
        ))),
    }
}

/// A running container.
struct Place<'a> {
    pod: &'a Value,
    container: Value,
}

impl Place<'_> {
    /// Runs a command; `None` if it isn't one of the few.
    fn run(&self, command: &[String], in_shell: bool, env: &mut Env) -> Option<ExitCode> {
        if command.iter().any(|word| word.contains(['|', ';', '&', '>', '<', '$', '`', '*'])) {
            return None;
        }
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let (&program, rest) = words.split_first()?;
        match (program.rsplit('/').next().unwrap_or_default(), rest) {
            ("true", _) => {}
            ("false", _) => return Some(1),
            ("exit", [code]) if in_shell => return code.parse().ok(),
            ("hostname", []) => env.say(self.hostname()),
            ("date", []) => {
                let now = env.now().rfc1123z();
                // `Tue, 24 Nov 2026 22:56:00 +0000` as date(1) has it.
                let parts: Vec<&str> = now.split([' ', ',']).filter(|part| !part.is_empty()).collect();
                let [week, day, month, year, time, ..] = parts[..] else { return None };
                let day = day.trim_start_matches('0');
                env.say(&format!("{week} {month} {day:>2} {time} UTC {year}"));
            }
            ("pwd", []) => env.say(self.container["workingDir"].as_str().unwrap_or("/")),
            ("whoami", []) => env.say("root"),
            ("echo", words) => env.say(&words.join(" ")),
            ("env" | "printenv", []) => {
                for (name, value) in self.variables(env) {
                    env.say(&format!("{name}={value}"));
                }
            }
            ("printenv", [name]) => match self.variables(env).into_iter().find(|(known, _)| known == name) {
                Some((_, value)) => env.say(&value),
                None => return Some(1),
            },
            ("ls", []) => return self.list("/", env),
            ("ls", [path]) => return self.list(path, env),
            ("cat", [path]) => return self.print(path, env),
            _ => return None,
        }
        Some(0)
    }

    fn text(&self, path: &str) -> &str {
        self.pod.pointer(path).and_then(Value::as_str).unwrap_or_default()
    }

    fn hostname(&self) -> &str {
        match (self.pod["spec"]["hostNetwork"] == true, self.text("/spec/hostname")) {
            (true, _) => self.text("/spec/nodeName"),
            (_, "") => self.text("/metadata/name"),
            (_, name) => name,
        }
    }

    fn list(&self, path: &str, env: &mut Env) -> Option<ExitCode> {
        let names = match path.trim_end_matches('/') {
            "" => "bin dev etc home lib media mnt opt proc root run sbin srv sys tmp usr var",
            ACCOUNT => "ca.crt namespace token",
            _ => return None,
        };
        names.split(' ').for_each(|name| env.say(name));
        Some(0)
    }

    fn print(&self, path: &str, env: &mut Env) -> Option<ExitCode> {
        match path {
            "/etc/hostname" => env.say(self.hostname()),
            "/etc/resolv.conf" => {
                let namespace = self.text("/metadata/namespace");
                env.say(&format!(
                    "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5"
                ));
            }
            "/etc/hosts" => {
                let (ip, host) = (self.text("/status/podIP"), self.hostname());
                env.say(&format!("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n{ip}\t{host}"));
            }
            path if path.strip_prefix(ACCOUNT) == Some("/namespace") => env.put(self.text("/metadata/namespace")),
            _ => return None,
        }
        Some(0)
    }

    /// What the kubelet and the runtime set.
    fn variables(&self, env: &mut Env) -> Vec<(String, String)> {
        let mut out = vec![
            ("PATH".into(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_string()),
            ("HOSTNAME".into(), self.hostname().to_string()),
        ];
        for variable in self.container["env"].as_array().into_iter().flatten() {
            let name = variable["name"].as_str().unwrap_or_default().to_string();
            if let Some(value) = self.value(variable, env) {
                out.retain(|(known, _)| *known != name);
                out.push((name, value));
            }
        }
        if let Ok(service) = env.get(Kind::SERVICE, "default", "kubernetes") {
            let service = service.to_value();
            let host = service["spec"]["clusterIP"].as_str().unwrap_or_default();
            out.push(("KUBERNETES_SERVICE_HOST".into(), host.into()));
            out.push(("KUBERNETES_SERVICE_PORT".into(), service["spec"]["ports"][0]["port"].to_string()));
        }
        out.push(("HOME".into(), "/root".into()));
        out
    }

    fn value(&self, variable: &Value, env: &mut Env) -> Option<String> {
        let from = &variable["valueFrom"];
        if let Some(path) = from["fieldRef"]["fieldPath"].as_str() {
            return Some(self.field(path));
        }
        let namespace = self.text("/metadata/namespace");
        if let Some(key) = from["configMapKeyRef"]["key"].as_str() {
            let name = from["configMapKeyRef"]["name"].as_str().unwrap_or_default();
            let map = env.get(Kind::CONFIG_MAP, namespace, name).ok()?.to_value();
            return map["data"][key].as_str().map(String::from);
        }
        if !from.is_null() {
            return None;
        }
        Some(variable["value"].as_str().unwrap_or_default().to_string())
    }

    /// The downward API.
    fn field(&self, path: &str) -> String {
        let of_map = path.strip_suffix("']").and_then(|path| path.split_once("['"));
        if let Some((map, key)) = of_map {
            let map = &self.pod["metadata"][map.trim_start_matches("metadata.")];
            return map[key].as_str().unwrap_or_default().to_string();
        }
        self.text(&format!("/{}", path.replace('.', "/"))).to_string()
    }
}
