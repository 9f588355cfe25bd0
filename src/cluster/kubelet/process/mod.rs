//! What a container's process does: what its image does, and what `command` and `args` say in plain cases.
//!
//! `sleep 30`, `false`, `sh -c "echo hello; sleep 5; exit 1"` do what they say. [`script`] runs a shell's script once, ahead of
//! time, along a clock of its own: when it prints what, which files come and go, and when it ends. A program that isn't known
//! is a server and runs for ever.
//!
//! A process that is the first in its container gets SIGTERM only if it listens: shells and small tools don't.

mod parse;
mod script;

use super::images::{Exit, Image};
use api::Value;
use std::time::Duration;

/// Stands for the date in a printed line, until it is known when that is.
pub const DATE: char = '\u{1}';
/// Stands for the Pod's name.
pub const HOSTNAME: char = '\u{2}';
/// What a program that isn't known takes as an init container: 1 s. A free choice.
const INIT_STEP: Duration = Duration::from_secs(1);

/// What a process does from its start on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Process {
    /// When and how it ends by itself.
    pub exits: Option<Exit>,
    /// What SIGTERM does to it.
    pub on_term: Option<Exit>,
    /// It isn't what the image runs, so what the image serves says nothing.
    pub own_command: bool,
    /// What it prints, and when.
    pub printed: Vec<(Duration, String)>,
    /// What it prints over and over afterwards.
    pub again: Option<Again>,
    /// Files it makes (or removes), and when.
    pub files: Vec<(Duration, String, bool)>,
}

/// The endless loop a script ends in.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// When its second round begins.
    pub from: Duration,
    /// How long a round takes.
    pub round: Duration,
    /// What a round prints, and when in it.
    pub lines: Vec<(Duration, String)>,
}

/// What the process of a container does.
pub fn process(container: &Value, image: &Image, init: bool) -> Process {
    let words = |key: &str| -> Vec<String> {
        let list = container[key].as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(|word| expand(word, container)).collect()
    };
    let (mut argv, args) = (words("command"), words("args"));
    if argv.is_empty() && image.shell && args.is_empty() {
        return Process { exits: Some(Exit { after: Duration::ZERO, code: 0 }), ..Process::default() };
    }
    if argv.is_empty() && !image.shell {
        return server(image, init);
    }
    argv.extend(args);
    let run = script::run(&argv, container);
    match run.end {
        script::End::Program => Process { own_command: true, ..server(image, init) }.after(run),
        script::End::Exit(code) => {
            let exits = Some(Exit { after: run.at, code });
            Process { exits, own_command: true, on_term: run.on_term, ..Process::default() }.after(run)
        }
        script::End::Never => Process { own_command: true, on_term: run.on_term, ..Process::default() }.after(run),
    }
}

fn server(image: &Image, init: bool) -> Process {
    let exits = image.exits.or(init.then_some(Exit { after: INIT_STEP, code: 0 }));
    let printed = image.log.lines().map(|line| (Duration::ZERO, line.to_string())).collect();
    Process { exits, on_term: image.on_term, printed, ..Process::default() }
}

impl Process {
    /// With what its script did before.
    fn after(mut self, run: script::Run) -> Process {
        self.printed = run.printed;
        self.again = run.again;
        self.files = run.files;
        self
    }

    /// Whether a file is there, so long after the start; `None`: the process never touches it.
    pub fn has_file(&self, name: &str, at: Duration) -> Option<bool> {
        let mut mine = self.files.iter().filter(|(_, file, _)| file == name).peekable();
        mine.peek()?;
        Some(mine.take_while(|(when, ..)| *when <= at).last().is_some_and(|(.., there)| *there))
    }

    /// How long a command takes that is run beside the process, as `preStop` hooks are.
    pub fn duration_of(argv: &[String]) -> Duration {
        script::run(argv, &Value::Null).at
    }
}

/// `$(NAME)` stands for the container's environment variable of that name, if it has one.
fn expand(word: &str, container: &Value) -> String {
    let mut out = word.to_string();
    for variable in container["env"].as_array().into_iter().flatten() {
        if let (Some(name), Some(value)) = (variable["name"].as_str(), variable["value"].as_str()) {
            out = out.replace(&format!("$({name})"), value);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubelet::images::Catalogue;
    use api::json;

    fn of(container: Value) -> Process {
        let image = Catalogue::default().image(container["image"].as_str().unwrap_or("busybox"));
        process(&container, &image, false)
    }

    fn ends(command: Value) -> Option<(u64, i64)> {
        of(json!({"command": command})).exits.map(|exit| (exit.after.as_secs(), exit.code))
    }

    #[test]
    fn plain_commands_do_what_they_say() {
        assert_eq!(ends(json!(["sleep", "30"])), Some((30, 0)));
        assert_eq!(ends(json!(["sleep", "1m"])), Some((60, 0)));
        assert_eq!(ends(json!(["sleep", "infinity"])), None);
        assert_eq!(ends(json!(["false"])), Some((0, 1)));
        assert_eq!(ends(json!(["/bin/true"])), Some((0, 0)));
        assert_eq!(ends(json!(["sh", "-c", "exit 3"])), Some((0, 3)));
        assert_eq!(ends(json!(["/bin/sh", "-c", "sleep 5; exit 1"])), Some((5, 1)));
        assert_eq!(ends(json!(["sh", "-c", "echo hello && sleep 3600"])), Some((3600, 0)));
        assert_eq!(ends(json!(["sh", "-c", "false || exit 7"])), Some((0, 7)));
        assert_eq!(ends(json!(["sh", "-ec", "false\necho never"])), Some((0, 1)));
        assert_eq!(ends(json!(["sh", "-c", "for i in 1 2 3; do sleep $i; done"])), Some((6, 0)));
        assert_eq!(ends(json!(["sh", "-c", "if [ -f /x ]; then sleep 9; else sleep 2; fi"])), Some((2, 0)));
        assert_eq!(ends(json!(["sh", "-c", "exec sleep 4; exit 9"])), Some((4, 0)));
        assert_eq!(ends(json!(["sh", "-c", "while true; do date; sleep 5; done"])), None);
        assert_eq!(ends(json!(["tail", "-f", "/dev/null"])), None);
        assert_eq!(ends(json!(["/app/agent", "--verbose"])), None);
    }

    #[test]
    fn a_shell_without_a_command_ends_at_once_and_a_server_runs() {
        assert_eq!(of(json!({"image": "busybox"})).exits, Some(Exit { after: Duration::ZERO, code: 0 }));
        assert_eq!(of(json!({"image": "nginx"})).exits, None);
        assert_eq!(of(json!({"image": "busybox", "args": ["sleep", "3"]})).exits.map(|e| e.after.as_secs()), Some(3));
        assert_eq!(process(&json!({}), &Catalogue::default().image("mine:1"), true).exits.map(|e| e.code), Some(0));
    }

    #[test]
    fn a_script_prints_and_touches_files_as_it_goes() {
        let script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; echo \"on $NODE\"; sleep 600";
        let process = of(json!({"args": ["/bin/sh", "-c", script], "env": [{"name": "NODE", "value": "n1"}]}));
        let seconds = Duration::from_secs;
        assert_eq!(process.has_file("/tmp/healthy", seconds(29)), Some(true));
        assert_eq!(process.has_file("/tmp/healthy", seconds(30)), Some(false));
        assert_eq!(process.has_file("/etc/passwd", seconds(1)), None);
        assert_eq!(process.printed, [(seconds(30), "on n1".to_string())]);
    }

    #[test]
    fn no_script_is_too_much() {
        let nested = "if ".repeat(20_000);
        let negated = format!("[ {} x ]", "! ".repeat(20_000));
        let doubling = "a=xxxxxxxx; for i in $(seq 1000); do a=$a$a; done; echo $a";
        let endless = "for i in $(seq 1000); do for j in $(seq 1000); do :; done; done";
        for script in [
            &nested,
            &negated,
            doubling,
            endless,
            "$(",
            "${",
            "'",
            "\"",
            "while",
            "for",
            "for x in",
            "fi",
            "a >",
            "exec exec",
        ] {
            of(json!({"command": ["sh", "-c", script]}));
        }
    }

    #[test]
    fn only_who_listens_ends_at_sigterm() {
        assert_eq!(of(json!({"command": ["sleep", "3600"]})).on_term, None);
        let trapped = of(json!({"command": ["sh", "-c", "trap 'exit 0' TERM; sleep 3600 & wait"]}));
        assert_eq!(trapped.on_term.map(|exit| exit.code), Some(0));
        assert!(of(json!({"image": "nginx"})).on_term.is_some());
    }
}
