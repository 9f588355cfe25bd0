//! What the shell does itself, and the small commands around files.

use crate::Shell;
use api::time::Time;
use kubectl::{ExitCode, Files, Output, Stream};

/// Commands of a real machine that learners may try; saying so is kinder than "command not found".
const ELSEWHERE: [&str; 12] = [
    "curl",
    "wget",
    "systemctl",
    "journalctl",
    "crictl",
    "docker",
    "helm",
    "kubeadm",
    "python3",
    "apt",
    "etcdctl",
    "minikube",
];

/// What Tab offers as a command.
pub const NAMES: &[&str] = &[
    "alias", "awk", "base64", "cat", "cd", "clear", "column", "cp", "cut", "date", "diff", "echo", "env", "exit",
    "export", "grep", "head", "history", "hostname", "jq", "kubectl", "less", "ls", "mkdir", "more", "mv", "nano",
    "printf", "pwd", "rm", "sed", "seq", "sleep", "sort", "ssh", "tail", "tee", "test", "touch", "tr", "type",
    "unalias", "uniq", "unset", "vi", "vim", "watch", "wc", "which", "whoami", "xargs",
];

/// Runs a command; `None` if there's no such one.
pub fn run(name: &str, args: &[String], shell: &mut Shell, now: Time, out: &mut Output) -> Option<ExitCode> {
    let mut io = Io { name, out, code: 0 };
    match name {
        "seq" => seq(args, &mut io),
        "true" | ":" | "set" | "complete" | "source" | "shopt" => {}
        "false" => io.code = 1,
        "read" => read(args, shell, &mut io),
        "echo" => echo(args, &mut io),
        "printf" => printf(args, &mut io),
        "pwd" => io.say(shell.files.working()),
        "cd" => cd(args, shell, &mut io),
        "ls" | "ll" => ls(args, shell, &mut io),
        "export" => export(args, shell, &mut io),
        "unset" => args.iter().for_each(|name| drop(shell.variables.remove(name))),
        "env" => shell.variables.iter().for_each(|(name, value)| io.say(&format!("{name}={value}"))),
        "alias" => alias(args, shell, &mut io),
        "unalias" => args.iter().for_each(|name| drop(shell.aliases.remove(name))),
        "history" => history(args, shell, &mut io),
        "clear" => io.put(crate::CLEAR),
        "date" => date(now, &mut io),
        "touch" => touch(args, shell, &mut io),
        "mkdir" => mkdir(args, shell, &mut io),
        "rm" => rm(args, shell, &mut io),
        "cp" | "mv" => copy(args, name == "mv", shell, &mut io),
        "test" | "[" | "[[" => io.code = u8::from(!test(args, shell)),
        "which" | "type" => which(args, shell, &mut io),
        "whoami" => io.say("root"),
        "hostname" => {
            let host = shell.host.clone();
            io.say(&host);
        }
        "exit" | "logout" => io.fail("everynode's terminal has no outside to go to", 0),
        _ if ELSEWHERE.contains(&name) => io.fail(
            &format!(
                "everynode doesn't simulate {name}; its terminal has kubectl, \
            files and text tools"
            ),
            1,
        ),
        _ => return None,
    }
    Some(io.code)
}

/// `Tue Nov 24 23:08:34 UTC 2026`
fn date(now: Time, io: &mut Io) {
    let text = now.rfc1123z();
    let parts: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    if let [week, day, month, year, time, ..] = parts[..] {
        let day = day.trim_start_matches('0');
        io.say(&format!("{week} {month} {day:>2} {time} UTC {year}"));
    }
}

/// `seq [FIRST [STEP]] LAST`, of whole numbers; at most 10,000 of them.
fn seq(args: &[String], io: &mut Io) {
    let numbers: Vec<i64> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    let (first, step, last) = match numbers[..] {
        _ if numbers.len() != args.len() => return io.fail("seq: everynode's seq counts whole numbers", 1),
        [last] => (1, 1, last),
        [first, last] => (first, 1, last),
        [first, step, last] if step != 0 => (first, step, last),
        _ => return io.fail("seq: missing operand\nTry 'seq --help' for more information.", 1),
    };
    let mut number = first;
    for _ in 0..10_000 {
        if step > 0 && number > last || step < 0 && number < last {
            return;
        }
        io.say(&number.to_string());
        number = number.saturating_add(step);
    }
}

struct Io<'a> {
    name: &'a str,
    out: &'a mut Output,
    code: ExitCode,
}

impl Io<'_> {
    fn put(&mut self, text: &str) {
        self.out.write(Stream::Out, text);
    }

    fn say(&mut self, line: &str) {
        self.put(line);
        self.put("\n");
    }

    fn fail(&mut self, text: &str, code: ExitCode) {
        self.out.write(Stream::Err, text);
        self.out.write(Stream::Err, "\n");
        self.code = code;
    }
}

fn echo(args: &[String], io: &mut Io) {
    let (mut newline, mut escapes, mut at) = (true, false, 0);
    while let Some(flag) = args.get(at).and_then(|arg| arg.strip_prefix('-')) {
        if flag.is_empty() || !flag.chars().all(|c| matches!(c, 'n' | 'e' | 'E')) {
            break;
        }
        newline &= !flag.contains('n');
        escapes |= flag.contains('e');
        at += 1;
    }
    let text = args[at..].join(" ");
    io.put(&if escapes { unescape(&text) } else { text });
    if newline {
        io.put("\n");
    }
}

fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
}

/// `%s`, `%d`, `%-10s`, `%03d`, `%%`; the format is used again while arguments are left.
fn printf(args: &[String], io: &mut Io) {
    let Some(format) = args.first() else { return io.fail("printf: usage: printf [-v var] format [arguments]", 2) };
    let format = unescape(format);
    let mut values = args[1..].iter();
    loop {
        let (mut chars, mut used) = (format.chars(), false);
        while let Some(c) = chars.next() {
            if c != '%' {
                io.put(c.encode_utf8(&mut [0; 4]));
                continue;
            }
            let rest = chars.as_str();
            let width = rest.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(rest.len());
            let (width, kind) = rest.split_at(width);
            match kind.chars().next() {
                Some(kind @ ('s' | 'd')) => {
                    used = true;
                    let missing = if kind == 'd' { "0" } else { "" };
                    io.put(&padded(values.next().map_or(missing, String::as_str), width));
                }
                Some('%') => io.put("%"),
                other => io.put(&format!("%{width}{}", other.map(String::from).unwrap_or_default())),
            }
            chars = kind.chars();
            chars.next();
        }
        if !used || values.len() == 0 {
            return;
        }
    }
}

/// A text as wide as `5`, `-5` or `05` asks for.
fn padded(text: &str, width: &str) -> String {
    let size: usize = width.trim_start_matches('-').parse().unwrap_or(0).min(1000);
    match width.as_bytes().first() {
        Some(b'-') => format!("{text:<size$}"),
        Some(b'0') => format!("{text:0>size$}"),
        _ => format!("{text:>size$}"),
    }
}

/// The next line, its words as the values of the names given; the last name gets all that is left.
fn read(args: &[String], shell: &mut Shell, io: &mut Io) {
    let names: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let Some(line) = shell.input.pop_front() else {
        names.iter().for_each(|name| drop(shell.variables.insert(name.to_string(), String::new())));
        io.code = 1;
        return;
    };
    if names.is_empty() {
        shell.variables.insert("REPLY".into(), line);
        return;
    }
    let mut rest = line.trim();
    for (index, name) in names.iter().enumerate() {
        let end = rest.find(char::is_whitespace).filter(|_| index + 1 < names.len()).unwrap_or(rest.len());
        shell.variables.insert(name.to_string(), rest[..end].to_string());
        rest = rest[end..].trim_start();
    }
}

fn cd(args: &[String], shell: &mut Shell, io: &mut Io) {
    let path = args.first().map_or(crate::files::HOME, String::as_str);
    if let Err(error) = shell.files.change_directory(path) {
        io.fail(&format!("bash: cd: {path}: {error}"), 1);
    }
}

fn ls(args: &[String], shell: &Shell, io: &mut Io) {
    let (flags, mut paths): (Vec<&String>, Vec<&String>) = args.iter().partition(|arg| arg.starts_with('-'));
    let long = io.name == "ll" || flags.iter().any(|flag| flag.contains('l'));
    let all = flags.iter().any(|flag| flag.contains('a') || flag.contains('A'));
    let here = ".".to_string();
    if paths.is_empty() {
        paths.push(&here);
    }
    for path in &paths {
        match shell.files.list(path) {
            Some(names) => {
                if paths.len() > 1 {
                    io.say(&format!("{path}:"));
                }
                for name in names.iter().filter(|name| all || !name.starts_with('.')) {
                    let inner = format!("{}/{name}", path.trim_end_matches('/'));
                    io.say(&entry(&inner, name, long, shell));
                }
            }
            None if shell.files.exists(path) => io.say(&entry(path, path, long, shell)),
            None => io.fail(&format!("ls: cannot access '{path}': No such file or directory"), 2),
        }
    }
}

fn entry(path: &str, name: &str, long: bool, shell: &Shell) -> String {
    if !long {
        return name.to_string();
    }
    match shell.files.read(path) {
        Some(text) => format!("-rw-r--r-- 1 root root {:6} {name}", text.len()),
        None => format!("drwxr-xr-x 2 root root   4096 {name}"),
    }
}

fn export(args: &[String], shell: &mut Shell, io: &mut Io) {
    if args.is_empty() {
        shell.variables.iter().for_each(|(name, value)| io.say(&format!("declare -x {name}={value:?}")));
    }
    for arg in args {
        if let Some((name, value)) = arg.split_once('=') {
            shell.variables.insert(name.into(), value.into());
        }
    }
}

fn alias(args: &[String], shell: &mut Shell, io: &mut Io) {
    if args.is_empty() {
        shell.aliases.iter().for_each(|(name, value)| io.say(&format!("alias {name}='{value}'")));
    }
    for arg in args {
        match (arg.split_once('='), shell.aliases.get(arg)) {
            (Some((name, value)), _) => drop(shell.aliases.insert(name.into(), value.into())),
            (None, Some(value)) => io.say(&format!("alias {arg}='{value}'")),
            (None, None) => io.fail(&format!("bash: alias: {arg}: not found"), 1),
        }
    }
}

/// `history`, `history 10`, `history -c`.
fn history(args: &[String], shell: &mut Shell, io: &mut Io) {
    let skipped = match args.first().map(String::as_str) {
        None => 0,
        Some("-c") => return shell.history.clear(),
        Some(arg) => match arg.parse::<usize>() {
            Ok(count) => shell.history.len().saturating_sub(count),
            Err(_) => return io.fail(&format!("bash: history: {arg}: numeric argument required"), 1),
        },
    };
    for (index, line) in shell.history.iter().enumerate().skip(skipped) {
        io.say(&format!("{:5}  {line}", index + 1));
    }
}

fn touch(args: &[String], shell: &mut Shell, io: &mut Io) {
    for path in args.iter().filter(|path| !shell.files.exists(path)).cloned().collect::<Vec<_>>() {
        if let Err(error) = shell.files.write(&path, "") {
            io.fail(&format!("touch: cannot touch '{path}': {error}"), 1);
        }
    }
}

fn mkdir(args: &[String], shell: &mut Shell, io: &mut Io) {
    let parents = args.iter().any(|arg| arg == "-p");
    for path in args.iter().filter(|arg| !arg.starts_with('-')) {
        if let Err(error) = shell.files.make_directory(path, parents) {
            io.fail(&format!("mkdir: cannot create directory ‘{path}’: {error}"), 1);
        }
    }
}

fn rm(args: &[String], shell: &mut Shell, io: &mut Io) {
    let has = |letter: char| args.iter().any(|arg| arg.starts_with('-') && arg.contains(letter));
    let (recursive, force) = (has('r') || has('R'), has('f'));
    for path in args.iter().filter(|arg| !arg.starts_with('-')) {
        match shell.files.remove(path, recursive) {
            Err("No such file or directory") if force => {}
            Err(error) => io.fail(&format!("rm: cannot remove '{path}': {error}"), 1),
            Ok(()) => {}
        }
    }
}

fn copy(args: &[String], removes: bool, shell: &mut Shell, io: &mut Io) {
    let paths: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let [from, to] = paths.as_slice() else {
        return io.fail(&format!("{}: missing file operand", io.name), 1);
    };
    let Some(text) = shell.files.read(from) else {
        let what =
            if shell.files.is_directory(from) { "everynode copies files only" } else { "No such file or directory" };
        return io.fail(&format!("{}: cannot stat '{from}': {what}", io.name), 1);
    };
    let name = from.rsplit('/').next().unwrap_or(from);
    let to = if shell.files.is_directory(to) { format!("{}/{name}", to.trim_end_matches('/')) } else { to.to_string() };
    match shell.files.write(&to, &text) {
        Err(error) => io.fail(&format!("{}: cannot create regular file '{to}': {error}", io.name), 1),
        Ok(()) if removes => drop(shell.files.remove(from, false)),
        Ok(()) => {}
    }
}

/// `-f`, `-d`, `-e`, `-z`, `-n`, `=`, `!=`, and comparisons of numbers.
fn test(args: &[String], shell: &Shell) -> bool {
    let words: Vec<&str> = args.iter().map(String::as_str).filter(|word| !matches!(*word, "]" | "]]")).collect();
    for (either, sign) in [(true, "||"), (true, "-o"), (false, "&&"), (false, "-a")] {
        if let Some(at) = words.iter().position(|word| *word == sign).filter(|at| *at > 0) {
            let owned = |words: &[&str]| words.iter().map(|word| word.to_string()).collect::<Vec<_>>();
            let (left, right) = (owned(&words[..at]), owned(&words[at + 1..]));
            let left = test(&left, shell);
            return if either { left || test(&right, shell) } else { left && test(&right, shell) };
        }
    }
    let number = |text: &str| text.parse::<i64>().ok();
    match words.as_slice() {
        ["!", rest @ ..] => !test(&rest.iter().map(|word| word.to_string()).collect::<Vec<_>>(), shell),
        ["-z", text] => text.is_empty(),
        ["-n", text] => !text.is_empty(),
        ["-e", path] => shell.files.exists(path),
        ["-f", path] => shell.files.read(path).is_some(),
        ["-d", path] => shell.files.is_directory(path),
        [a, "=" | "==", b] => a == b,
        [a, "!=", b] => a != b,
        [a, operator, b] => match (number(a), *operator, number(b)) {
            (Some(a), "-eq", Some(b)) => a == b,
            (Some(a), "-ne", Some(b)) => a != b,
            (Some(a), "-lt", Some(b)) => a < b,
            (Some(a), "-le", Some(b)) => a <= b,
            (Some(a), "-gt", Some(b)) => a > b,
            (Some(a), "-ge", Some(b)) => a >= b,
            _ => false,
        },
        [text] => !text.is_empty(),
        _ => false,
    }
}

fn which(args: &[String], shell: &Shell, io: &mut Io) {
    for name in args {
        if io.name == "type"
            && let Some(value) = shell.aliases.get(name)
        {
            io.say(&format!("{name} is aliased to `{value}'"));
        } else if matches!(name.as_str(), "kubectl" | "ssh" | "watch" | "vi" | "vim" | "nano" | "xargs")
            || crate::filter::is(name)
        {
            let path = format!("/usr/bin/{name}");
            io.say(&if io.name == "type" { format!("{name} is {path}") } else { path });
        } else if io.name == "type" && NAMES.contains(&name.as_str()) {
            io.say(&format!("{name} is a shell builtin"));
        } else if io.name == "type" {
            io.fail(&format!("bash: type: {name}: not found"), 1);
        } else {
            io.code = 1;
        }
    }
}
