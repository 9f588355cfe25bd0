//! A pipeline: commands side by side, each with what it reads and where its output goes.
//!
//! A stage begins when its input is complete; grep and cat begin sooner, so that `get -w | grep` shows rows as they come.

use super::command::{env, print, start, state_of};
use super::{inner, substitute, too_long, watch};
use crate::lex::Word;
use crate::parse::{self, Command, List, Redirect, Simple};
use crate::{Host, Shell, Step, expand, filter};
use api::time::Time;
use kubectl::{Editing, ExitCode, Files, Output, Running, Stream};
use std::collections::VecDeque;

/// Where a stream of a stage goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sink {
    /// The next stage, or the terminal.
    Pipe,
    Terminal(Stream),
    File(String),
    Nowhere,
}

/// A command of a pipeline.
struct Stage {
    words: Vec<String>,
    /// A loop in their place.
    inner: List,
    /// Variables that are set for a `kubectl` alone mean nothing here; without a command they are the shell's.
    assignments: Vec<(String, String)>,
    out: Sink,
    err: Sink,
    input: String,
    /// Whether the input came from a redirection or a pipe, rather than from the terminal.
    fed: bool,
    state: State,
    /// A filter has found something in the lines it has had so far.
    found: bool,
    /// What `xargs` is still to run, and whether something of it failed.
    more: VecDeque<Vec<String>>,
    failed: bool,
}

pub(super) enum State {
    Waiting,
    Running(Box<dyn Running>),
    /// jq.
    Filtering(Box<filter::jq::Run>),
    Sleeping(Time),
    Watching(watch::Watch),
    Editing {
        path: String,
        text: String,
        then: Option<Box<dyn Editing>>,
    },
    Done(ExitCode),
}

pub(super) struct Pipeline {
    stages: Vec<Stage>,
}

impl Pipeline {
    pub(super) fn new(commands: Vec<Simple>, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) -> Pipeline {
        let last = commands.len() - 1;
        let mut stages = Vec::new();
        for (index, command) in commands.into_iter().enumerate() {
            stages.push(Stage::new(command, index > 0, index < last, shell, client, out));
        }
        Pipeline { stages }
    }

    pub(super) fn code(&self) -> ExitCode {
        match self.stages.last().map(|stage| &stage.state) {
            Some(State::Done(code)) => *code,
            _ => 0,
        }
    }

    pub(super) fn edit(&self) -> Option<Step> {
        self.stages.iter().find_map(|stage| match &stage.state {
            State::Editing { path, text, .. } => Some(Step::Edit { path: path.clone(), text: text.clone() }),
            _ => None,
        })
    }

    pub(super) fn edited(&mut self, text: &str, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) {
        for index in 0..self.stages.len() {
            let stage = &mut self.stages[index];
            if !matches!(stage.state, State::Editing { .. }) {
                continue;
            }
            let State::Editing { path, then, .. } = std::mem::replace(&mut stage.state, State::Done(0)) else {
                continue;
            };
            let mut printed = Output::default();
            match then {
                None => drop(shell.files.write(&path, text)),
                Some(then) => {
                    let progress = then.saved(text, &mut env(shell, client, None, &mut printed));
                    stage.state = state_of(progress);
                }
            }
            self.pass_on(index, printed, shell, out);
        }
    }

    /// Whether a stage has more to do at once.
    pub(super) fn busy(&self) -> bool {
        self.stages.iter().any(|stage| match &stage.state {
            State::Running(running) => running.busy(),
            State::Filtering(_) => true,
            State::Watching(watch) => watch.busy(),
            _ => false,
        })
    }

    pub(super) fn interrupt(&mut self) {
        for stage in &mut self.stages {
            if let State::Running(running) = &mut stage.state {
                running.interrupt();
            }
        }
    }

    /// Goes on with every stage; `true` once all have ended.
    pub(super) fn poll(&mut self, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) -> bool {
        let mut complete = true;
        for index in 0..self.stages.len() {
            let printed = self.stages[index].poll(complete, shell, client);
            self.pass_on(index, printed, shell, out);
            complete = matches!(self.stages[index].state, State::Done(_));
        }
        self.stages.iter().all(|stage| matches!(stage.state, State::Done(_)))
    }

    pub(super) fn pass_on(&mut self, index: usize, printed: Output, shell: &mut Shell, out: &mut Output) {
        for (stream, text) in printed.chunks {
            let stage = &self.stages[index];
            let sink = if stream == Stream::Out { stage.out.clone() } else { stage.err.clone() };
            match sink {
                Sink::Nowhere => {}
                Sink::Terminal(stream) => out.write(stream, &text),
                Sink::File(path) => {
                    let before = shell.files.read(&path).unwrap_or_default();
                    // The file was made when the stage began; a failure has been told then.
                    let _ = shell.files.write(&path, &(before + &text));
                }
                Sink::Pipe => match self.stages.get_mut(index + 1) {
                    Some(next) => next.input.push_str(&text),
                    None => out.write(Stream::Out, &text),
                },
            }
        }
    }
}

impl Stage {
    fn new(
        command: Simple,
        fed: bool,
        feeds: bool,
        shell: &mut Shell,
        client: &mut dyn Host,
        out: &mut Output,
    ) -> Stage {
        let mut run = |shell: &mut Shell, text: &str| substitute(shell, client, text);
        let mut words = Vec::new();
        for word in with_alias(&command.words, shell) {
            words.extend(expand::fields(&word, shell, &mut run));
            if too_long(&words) {
                break;
            }
        }
        let refused = too_long(&words).then(|| words.first().cloned().unwrap_or_default());
        let assignments = (command.assignments.iter())
            .map(|(name, word)| (name.clone(), expand::text(word, shell, &mut run)))
            .collect();
        let mut stage = Stage {
            words,
            inner: command.inner.clone(),
            assignments,
            out: if feeds { Sink::Pipe } else { Sink::Terminal(Stream::Out) },
            err: Sink::Terminal(Stream::Err),
            input: String::new(),
            fed,
            state: State::Waiting,
            found: false,
            more: VecDeque::new(),
            failed: false,
        };
        if let Some(name) = refused {
            let name: String = name.chars().take(80).collect();
            out.write(Stream::Err, &format!("bash: {name}: Argument list too long\n"));
            stage.state = State::Done(126);
            return stage;
        }
        for redirect in &command.redirects {
            if let Err(text) = stage.redirect(redirect, shell, &mut run) {
                out.write(Stream::Err, &format!("bash: {text}\n"));
                stage.state = State::Done(1);
                break;
            }
        }
        stage
    }

    fn redirect(&mut self, redirect: &Redirect, shell: &mut Shell, run: expand::Substitute) -> Result<(), String> {
        match redirect {
            Redirect::Input(word) => {
                let path = expand::text(word, shell, run);
                self.input = shell.files.read(&path).ok_or_else(|| format!("{path}: No such file or directory"))?;
                self.fed = true;
            }
            Redirect::Here(word) => {
                self.input = expand::text(word, shell, run);
                self.fed = true;
            }
            Redirect::ErrorToOutput => self.err = self.out.clone(),
            Redirect::OutputToError => self.out = self.err.clone(),
            Redirect::Output { out, err, append, file } => {
                let path = expand::text(file, shell, run);
                let sink = if path == "/dev/null" { Sink::Nowhere } else { Sink::File(path.clone()) };
                if sink != Sink::Nowhere {
                    let before = if *append { shell.files.read(&path).unwrap_or_default() } else { String::new() };
                    shell.files.write(&path, &before).map_err(|error| format!("{path}: {error}"))?;
                }
                if *out {
                    self.out = sink.clone();
                }
                if *err {
                    self.err = sink;
                }
            }
        }
        Ok(())
    }

    /// Goes on; `complete` says that no more input will come.
    fn poll(&mut self, complete: bool, shell: &mut Shell, client: &mut dyn Host) -> Output {
        let mut out = Output::default();
        match &mut self.state {
            State::Waiting if complete => self.start(shell, client, &mut out),
            State::Waiting => self.filter_lines(shell, &mut out),
            State::Running(running) => {
                if let Some(code) = running.poll(&mut env(shell, client, None, &mut out)) {
                    self.state = State::Done(code);
                }
            }
            State::Filtering(jq) => {
                let (filtered, complete) = jq.go_on();
                print(&filtered, &mut out);
                if complete {
                    self.state = State::Done(filtered.code);
                }
            }
            State::Sleeping(until) => {
                if client.now() >= *until {
                    self.state = State::Done(0);
                }
            }
            State::Watching(watch) => watch.poll(shell, client, &mut out),
            State::Editing { .. } | State::Done(_) => {}
        }
        self.go_on(shell, client, &mut out);
        out
    }

    /// Filters the complete lines that have come so far, if the filter minds only lines.
    fn filter_lines(&mut self, shell: &Shell, out: &mut Output) {
        let Some((name, args)) = self.words.split_first() else { return };
        let (Some(end), true) = (self.input.rfind('\n'), filter::by_line(name, args)) else { return };
        let rest = self.input.split_off(end + 1);
        if let Some(filter) = filter::of(name) {
            let lines = std::mem::replace(&mut self.input, rest);
            let filtered = filter(&filter::Input { name, args, stdin: &lines, files: &shell.files });
            out.write(Stream::Out, &filtered.out);
            self.found |= filtered.code == 0;
        }
    }

    fn start(&mut self, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) {
        if !self.inner.is_empty() {
            let list = std::mem::take(&mut self.inner);
            self.state = State::Done(inner(list, &self.input, shell, client, out));
            return;
        }
        let Some((name, args)) = self.words.split_first() else {
            shell.variables.extend(self.assignments.drain(..));
            self.state = State::Done(0);
            return;
        };
        if name == "xargs" {
            self.more = xargs(args, &self.input);
            self.state = State::Done(0);
            return;
        }
        let input = self.fed.then_some(self.input.as_str());
        self.state = match start(name, args, input, shell, client, out) {
            // grep's: the last lines may be those in which there is nothing.
            State::Done(1) if self.found => State::Done(0),
            state => state,
        };
    }

    /// Begins the next of the commands that `xargs` made, as soon as one has ended.
    fn go_on(&mut self, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) {
        if self.words.first().is_none_or(|name| name != "xargs") {
            return;
        }
        while let State::Done(code) = self.state {
            self.failed |= code != 0;
            let Some(words) = self.more.pop_front() else {
                self.state = State::Done(if self.failed { 123 } else { 0 });
                return;
            };
            let (name, args) = words.split_first().expect("xargs always has a command");
            self.state = start(name, args, None, shell, client, out);
        }
    }
}

/// The commands that `xargs` makes of its input: one with all the words, `-n N` one for each N of them, `-I X` one for each line.
fn xargs(args: &[String], input: &str) -> VecDeque<Vec<String>> {
    let (mut each, mut place, mut at) = (usize::MAX, None, 0);
    while let Some(flag) = args.get(at).filter(|arg| arg.starts_with('-') && arg.len() > 1) {
        let value = |at: &mut usize| {
            *at += usize::from(flag.len() == 2);
            if flag.len() > 2 { flag[2..].to_string() } else { args.get(*at).cloned().unwrap_or_default() }
        };
        match flag.as_bytes()[1] {
            b'n' | b'L' => each = value(&mut at).parse().unwrap_or(1).max(1),
            b'I' => place = Some(value(&mut at)).filter(|place| !place.is_empty()),
            _ => {}
        }
        at += 1;
    }
    let mut command = args[at.min(args.len())..].to_vec();
    match command.first_mut() {
        None => command.push("echo".into()),
        Some(name) if name == "k" => *name = "kubectl".into(),
        Some(_) => {}
    }
    if let Some(place) = place {
        let filled = |item: &str| command.iter().map(|word| word.replace(&place, item)).collect();
        return input.lines().map(str::trim).filter(|line| !line.is_empty()).map(filled).collect();
    }
    let words: Vec<String> = input.split_whitespace().map(String::from).collect();
    if words.is_empty() {
        return VecDeque::from([command]);
    }
    words.chunks(each.min(words.len())).map(|words| [&command[..], words].concat()).collect()
}

/// The words with a leading alias replaced; an alias is never replaced twice.
fn with_alias(words: &[Word], shell: &Shell) -> Vec<Word> {
    let Some([crate::lex::Piece::Text(name, false)]) = words.first().map(Vec::as_slice) else { return words.to_vec() };
    let Some(Ok(list)) = shell.aliases.get(name).map(|text| parse::parse(text)) else { return words.to_vec() };
    match list.into_iter().next() {
        Some((_, Command::Pipeline(mut commands))) if commands.len() == 1 => {
            let mut replaced = commands.remove(0).words;
            replaced.extend_from_slice(&words[1..]);
            replaced
        }
        _ => words.to_vec(),
    }
}
