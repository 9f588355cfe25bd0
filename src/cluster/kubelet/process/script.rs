//! Runs a command or a script once, along a clock of its own.

use super::parse::{Join, Node, QUOTED_DOLLAR, parse};
use super::{Again, DATE, HOSTNAME};
use crate::kubelet::images::Exit;
use api::{Value, float, sort};
use std::collections::BTreeMap;
use std::time::Duration;

/// Words don't grow beyond so many bytes.
const LONGEST: usize = 16_384;
/// A script that does more than so many things is taken to run for ever.
const MOST_STEPS: usize = 10_000;
/// What a request over the network takes: 1 s.
const NETWORK: Duration = Duration::from_secs(1);
/// A round of an endless loop that takes no time is taken to last: 1 s.
const BUSY_ROUND: Duration = Duration::from_secs(1);

/// How a script ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// With a code.
    Exit(i64),
    /// It doesn't.
    Never,
    /// It hands over to a program that isn't known.
    Program,
}

/// What came of it.
#[derive(Debug)]
pub struct Run {
    /// How long it took.
    pub at: Duration,
    pub end: End,
    pub printed: Vec<(Duration, String)>,
    pub again: Option<Again>,
    pub files: Vec<(Duration, String, bool)>,
    pub on_term: Option<Exit>,
}

/// Runs an argument vector.
pub fn run(argv: &[String], container: &Value) -> Run {
    let mut shell = Shell::new(container);
    let code = match argv.first().map(|program| base_name(program)) {
        Some("sh" | "bash" | "ash" | "dash") => {
            let option = argv.iter().position(|word| word.starts_with('-') && word.ends_with('c'));
            match option.and_then(|place| Some((&argv[place], argv.get(place + 1)?))) {
                Some((option, script)) => {
                    shell.stops_at_failure = option.contains('e');
                    shell.eval(&parse(script))
                }
                None => 0,
            }
        }
        _ => shell.command(argv),
    };
    let mut run = shell.run;
    if let Some(end) = shell.end {
        run.end = end;
    } else {
        run.end = End::Exit(code);
    }
    run
}

struct Shell {
    run: Run,
    end: Option<End>,
    stops_at_failure: bool,
    variables: BTreeMap<String, String>,
    steps: usize,
}

impl Shell {
    fn new(container: &Value) -> Shell {
        let env = container["env"].as_array().into_iter().flatten();
        let pairs = env.filter_map(|v| Some((v["name"].as_str()?.to_string(), v["value"].as_str()?.to_string())));
        let nothing = Run {
            at: Duration::ZERO,
            end: End::Never,
            printed: Vec::new(),
            again: None,
            files: Vec::new(),
            on_term: None,
        };
        Shell { run: nothing, end: None, stops_at_failure: false, variables: sort::gather(pairs), steps: 0 }
    }

    /// Runs a step; says its code.
    fn eval(&mut self, node: &Node) -> i64 {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            self.end.get_or_insert(End::Never);
        }
        if self.end.is_some() {
            return 0;
        }
        match node {
            Node::Command(words) => {
                let words: Vec<String> = words.iter().map(|word| self.expand(word)).collect();
                self.command(&words)
            }
            Node::List(steps) => self.list(steps),
            Node::While(wanted, condition, body) => self.repeat(*wanted, condition, body),
            Node::For(name, values, body) => {
                let values: Vec<String> = values.iter().map(|value| self.expand(value)).collect();
                let mut code = 0;
                for value in values.iter().flat_map(|value| value.split_whitespace()) {
                    self.variables.insert(name.clone(), value.to_string());
                    code = self.eval(body);
                }
                code
            }
            Node::If(condition, then, other) => match (self.eval(condition), other) {
                (0, _) => self.eval(then),
                (_, Some(other)) => self.eval(other),
                _ => 0,
            },
            Node::Background(node) => {
                let started = self.run.at;
                let code = self.eval(node);
                // What runs beside the script neither delays nor ends it; `wait` does.
                if !matches!(self.end, Some(End::Exit(_))) {
                    self.variables.insert(String::from("!"), String::from("1"));
                }
                self.end = None;
                self.run.at = started;
                code
            }
        }
    }

    fn list(&mut self, steps: &[(Join, Node)]) -> i64 {
        let mut code = 0;
        for (place, (join, node)) in steps.iter().enumerate() {
            let wanted = match join {
                Join::Always => true,
                Join::And => code == 0,
                Join::Or => code != 0,
            };
            if wanted {
                code = self.eval(node);
            }
            let guarded = steps.get(place + 1).is_some_and(|(join, _)| *join != Join::Always);
            if self.stops_at_failure && code != 0 && !guarded {
                self.end.get_or_insert(End::Exit(code));
            }
            if self.end.is_some() {
                break;
            }
        }
        code
    }

    /// A loop. Nothing outside changes while a script runs, so a loop whose first round doesn't end it never ends.
    fn repeat(&mut self, wanted: bool, condition: &Node, body: &Node) -> i64 {
        let strict = std::mem::replace(&mut self.stops_at_failure, false);
        let goes_on = (self.eval(condition) == 0) == wanted;
        self.stops_at_failure = strict;
        if !goes_on || self.end.is_some() {
            return 0;
        }
        let (began, printed) = (self.run.at, self.run.printed.len());
        self.eval(body);
        if self.end.is_none() {
            let round = match self.run.at.saturating_sub(began) {
                Duration::ZERO => BUSY_ROUND,
                round => round,
            };
            let lines = self.run.printed[printed..].iter().map(|(at, line)| (*at - began, line.clone())).collect();
            self.run.again = Some(Again { from: began + round, round, lines });
            self.end = Some(End::Never);
        }
        0
    }

    /// One command with its arguments.
    fn command(&mut self, words: &[String]) -> i64 {
        let assigned = words.iter().take_while(|word| is_assignment(word)).count();
        if assigned == words.len() {
            for (name, value) in words.iter().filter_map(|word| word.split_once('=')) {
                self.variables.insert(name.to_string(), value.to_string());
            }
            return 0;
        }
        let (words, to_file) = without_redirections(&words[assigned..]);
        let plain = words.iter().position(|word| word != "exec").unwrap_or(words.len());
        if plain > 0 {
            let code = self.command(&words[plain..]);
            return self.stop(End::Exit(code));
        }
        let Some((program, args)) = words.split_first() else { return 0 };
        if let Some(file) = &to_file {
            self.run.files.push((self.run.at, file.clone(), true));
        }
        let say = |shell: &mut Shell, text: String| {
            if to_file.is_none() {
                let at = shell.run.at;
                shell.run.printed.extend(text.split('\n').map(|line| (at, line.to_string())));
            }
        };
        let files = args.iter().filter(|arg| !arg.starts_with('-'));
        match base_name(program) {
            "sleep" => match args.first().and_then(|text| seconds(text)) {
                Some(time) => {
                    self.run.at += time;
                    0
                }
                None => self.stop(End::Never),
            },
            "tail" if args.iter().any(|arg| arg.starts_with("-f") || arg == "-F") => self.stop(End::Never),
            "cat" if args.is_empty() => 0,
            "true" | ":" | "set" | "export" | "cd" | "mkdir" | "chmod" | "chown" | "cp" | "ln" | "sysctl" | "mount"
            | "env" | "ls" | "id" | "uname" | "grep" | "sed" | "awk" | "head" | "seq" | "break" | "continue"
            | "sync" => {
                if program == "set" && args.first().is_some_and(|flags| flags.starts_with('-') && flags.contains('e')) {
                    self.stops_at_failure = true;
                }
                0
            }
            "false" => 1,
            "exit" => {
                let code = args.first().and_then(|code| code.parse::<i64>().ok()).unwrap_or(0);
                self.stop(End::Exit(code & 255))
            }
            "wait" if self.variables.contains_key("!") => self.stop(End::Never),
            "wait" => 0,
            "trap" => {
                let code =
                    args.first().and_then(|action| action.strip_prefix("exit ")?.trim().parse().ok()).unwrap_or(0);
                self.run.on_term = Some(Exit { after: Duration::from_millis(300), code });
                0
            }
            "echo" => {
                let from = usize::from(args.first().is_some_and(|arg| arg == "-n" || arg == "-e"));
                say(self, args[from..].join(" "));
                0
            }
            "printf" => {
                say(self, args.first().cloned().unwrap_or_default().trim_end_matches("\\n").to_string());
                0
            }
            "date" => {
                say(self, DATE.to_string());
                0
            }
            "hostname" => {
                say(self, HOSTNAME.to_string());
                0
            }
            "touch" => {
                let at = self.run.at;
                self.run.files.extend(files.map(|file| (at, file.clone(), true)));
                0
            }
            "rm" | "mv" => {
                let at = self.run.at;
                self.run.files.extend(files.map(|file| (at, file.clone(), false)));
                0
            }
            "cat" => i64::from(args.iter().any(|file| self.file(file) == Some(false))),
            "test" | "[" | "[[" => i64::from(!self.test(args)),
            "wget" | "curl" | "nslookup" | "nc" | "ping" | "dig" => {
                self.run.at += NETWORK;
                0
            }
            _ => self.stop(End::Program),
        }
    }

    fn stop(&mut self, end: End) -> i64 {
        self.end.get_or_insert(end);
        match end {
            End::Exit(code) => code,
            _ => 0,
        }
    }

    /// Whether a file is there by now; `None`: nobody here made or removed it.
    fn file(&self, name: &str) -> Option<bool> {
        self.run.files.iter().rfind(|(_, file, _)| file == name).map(|(.., there)| *there)
    }

    /// `-f FILE`, `A = B`, `! …`; what isn't known is true.
    fn test(&self, args: &[String]) -> bool {
        let args: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !matches!(*arg, "]" | "]]")).collect();
        let negations = args.iter().take_while(|word| **word == "!").count();
        let holds = match &args[negations..] {
            ["-f" | "-e" | "-s" | "-d", file] => self.file(file).unwrap_or(false),
            ["-z", text] => text.is_empty(),
            ["-n", text] => !text.is_empty(),
            [a, "=" | "==" | "-eq", b] => a == b,
            [a, "!=" | "-ne", b] => a != b,
            _ => true,
        };
        holds == (negations % 2 == 0)
    }

    /// A word with its variables replaced.
    fn expand(&self, word: &str) -> String {
        let mut out = String::new();
        let mut rest = word;
        while let Some((before, after)) = rest.split_once('$').filter(|_| out.len() < LONGEST) {
            out.push_str(before);
            let (value, left) = self.variable(after);
            out.push_str(&value);
            rest = left;
        }
        out.push_str(rest);
        out.replace(QUOTED_DOLLAR, "$")
    }

    /// What stands behind a `$`, and the text after it.
    fn variable<'t>(&self, text: &'t str) -> (String, &'t str) {
        if let Some(inner) = text.strip_prefix('(') {
            let (command, left) = inner.split_once(')').unwrap_or((inner, ""));
            let value = match command.split_whitespace().next() {
                Some("date") => DATE.to_string(),
                Some("hostname") => HOSTNAME.to_string(),
                Some("seq") => {
                    let last: u32 = command.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                    (1..=last.min(1000)).map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
                }
                _ => String::new(),
            };
            return (value, left);
        }
        let (name, left) = match text.strip_prefix('{') {
            Some(inner) => inner.split_once('}').unwrap_or((inner, "")),
            None => text.split_at(text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())),
        };
        let value = match name {
            "" => String::from("$"),
            "HOSTNAME" => HOSTNAME.to_string(),
            name => self.variables.get(name).cloned().unwrap_or_default(),
        };
        (value, left)
    }
}

fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// `30`, `0.5`, `2m`; `None` for `infinity`.
fn seconds(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(['s', 'm', 'h', 'd']);
    let unit = match text.chars().last() {
        Some('m') => 60.0,
        Some('h') => 3600.0,
        Some('d') => 86400.0,
        _ => 1.0,
    };
    let number = float::parse(digits).filter(|number| number.is_finite() && *number >= 0.0)?;
    Some(Duration::from_secs_f64((number * unit).min(1e9)))
}

/// The words without `> file` and its like, and the file that takes what is printed.
fn without_redirections(words: &[String]) -> (Vec<String>, Option<String>) {
    let mut kept = Vec::new();
    let mut to_file = None;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let Some(place) = word.find(['>', '<']) else {
            kept.push(word.clone());
            continue;
        };
        let target = word[place..].trim_start_matches(['>', '<', '&']);
        let target = if target.is_empty() { rest.next().cloned().unwrap_or_default() } else { target.to_string() };
        if word[place..].starts_with('>')
            && !word.starts_with('2')
            && target.starts_with('/')
            && !target.starts_with("/dev/std")
        {
            to_file = Some(target);
        }
    }
    (kept, to_file)
}
