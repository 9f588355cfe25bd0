//! A command of a pipeline begins: which one a name means, and what it comes to at once.

use super::pipeline::State;
use super::{builtin, remote, watch};
use crate::{Host, Shell, filter};
use api::float;
use api::time::Time;
use kubectl::{Env, Files, Output, Progress, Stream};

pub(super) fn print(filtered: &filter::Filtered, out: &mut Output) {
    out.write(Stream::Out, &filtered.out);
    out.write(Stream::Err, &filtered.err);
}

/// Begins a command.
pub(super) fn start(
    name: &str,
    args: &[String],
    input: Option<&str>,
    shell: &mut Shell,
    client: &mut dyn Host,
    out: &mut Output,
) -> State {
    if shell.remote.is_some() && !remote::passes(name) {
        return State::Done(remote::run(name, args, shell, client, out));
    }
    match name {
        "ssh" => return State::Done(remote::ssh(args, shell, client, out)),
        "watch" => {
            let Some(mut watch) = watch::Watch::start(args, out) else { return State::Done(1) };
            watch.poll(shell, client, out);
            return State::Watching(watch);
        }
        "kubectl" => return state_of(kubectl::run(args, &mut env(shell, client, input, out))),
        "sleep" => return sleep(args, client.now(), out),
        "vi" | "vim" | "nano" | "edit" => return edit(args, shell, out),
        "jq" => {
            let input = filter::Input { name, args, stdin: input.unwrap_or_default(), files: &shell.files };
            return match filter::jq::Run::begin(&input) {
                Ok(run) => State::Filtering(Box::new(run)),
                Err(refused) => {
                    print(&refused, out);
                    State::Done(refused.code)
                }
            };
        }
        "sudo" if !args.is_empty() => return start(&args[0], &args[1..], input, shell, client, out),
        _ => {}
    }
    if let Some(filter) = filter::of(name) {
        let filtered = filter(&filter::Input { name, args, stdin: input.unwrap_or_default(), files: &shell.files });
        print(&filtered, out);
        for (path, text) in &filtered.written {
            if let Err(error) = shell.files.write(path, text) {
                out.write(Stream::Err, &format!("{name}: {path}: {error}\n"));
            }
        }
        return State::Done(filtered.code);
    }
    if let Some(code) = builtin::run(name, args, shell, client.now(), out) {
        return State::Done(code);
    }
    out.write(Stream::Err, &format!("bash: {name}: command not found\n"));
    State::Done(127)
}

pub(super) fn env<'a>(
    shell: &'a mut Shell,
    client: &'a mut dyn Host,
    stdin: Option<&'a str>,
    out: &'a mut Output,
) -> Env<'a> {
    Env {
        client,
        files: &mut shell.files,
        stdin,
        config: &mut shell.config,
        out,
        descriptions: shell.descriptions.as_deref(),
        owners: false,
        warned: Vec::new(),
    }
}

pub(super) fn state_of(progress: Progress) -> State {
    match progress {
        Progress::Done(code) => State::Done(code),
        Progress::Running(running) => State::Running(running),
        Progress::Edit(edit) => State::Editing { path: edit.path, text: edit.text, then: Some(edit.then) },
    }
}

fn sleep(args: &[String], now: Time, out: &mut Output) -> State {
    let Some(arg) = args.first() else {
        out.write(Stream::Err, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
        return State::Done(1);
    };
    let (number, unit) = match arg.char_indices().last() {
        Some((at, 's')) => (&arg[..at], 1.0),
        Some((at, 'm')) => (&arg[..at], 60.0),
        Some((at, 'h')) => (&arg[..at], 3600.0),
        _ => (arg.as_str(), 1.0),
    };
    let seconds = if matches!(number, "inf" | "infinity") { Some(f64::INFINITY) } else { float::parse(number) };
    match seconds {
        Some(seconds) => State::Sleeping(Time(now.0.saturating_add((seconds * unit).ceil() as i64))),
        None => {
            out.write(Stream::Err, &format!("sleep: invalid time interval ‘{arg}’\n"));
            State::Done(1)
        }
    }
}

fn edit(args: &[String], shell: &Shell, out: &mut Output) -> State {
    match args.iter().find(|arg| !arg.starts_with(['-', '+'])) {
        Some(path) => {
            let text = shell.files.read(path).unwrap_or_default();
            State::Editing { path: path.clone(), text, then: None }
        }
        None => {
            out.write(Stream::Err, "everynode's editor needs a file name\n");
            State::Done(1)
        }
    }
}
