//! A line being run: commands one after the other, each pipeline stage by stage, as far as it goes at each poll.
//!
//! Loops and branches put their bodies in front of what is still to be run, so there is one queue and no recursion. A stage
//! begins when its input is complete; grep and cat begin sooner, so that `get -w | grep` shows rows as they come.

pub(crate) mod builtin;
pub(crate) mod remote;
mod watch;

use crate::expand;
use crate::lex::Word;
use crate::parse::{self, Command, Incomplete, List, Redirect, Simple, When};
use crate::{Host, Shell, filter};
use api::float;
use api::time::Time;
use kubectl::{Editing, Env, ExitCode, Files, Output, Progress, Running, Stream};
use std::collections::VecDeque;

/// How many commands one poll runs at most, so that a loop without an end leaves room for everything else.
const COMMANDS_PER_POLL: usize = 100;

/// How many such polls a `$(…)` or a piped loop gets.
const POLLS_AT_ONCE: usize = 50;

/// What a session needs next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Virtual time to pass, or just another poll.
    Running,
    /// A text to be edited: then [`Session::edited`].
    Edit {
        /// The file's name.
        path: String,
        /// What the editor shows first.
        text: String,
    },
    /// Nothing: it has ended.
    Done(ExitCode),
}

/// A line being run. What it prints is in `out`; the host takes it from there.
pub struct Session {
    /// Printed so far and not yet taken.
    pub out: Output,
    queue: VecDeque<Op>,
    current: Option<Pipeline>,
    wrong: Option<String>,
    /// Commands begun since virtual time may have passed last.
    begun: usize,
    /// There is more to do before it may.
    busy: bool,
    /// The cluster that kubectl spoke to when the line began.
    cluster: Option<String>,
}

/// Something still to be run.
enum Op {
    Run(When, Command),
    Set(String, String),
    /// The condition of a `while` has been run.
    Again(List, List),
    /// The condition of an `if` has been run.
    Branch(List, List),
}

/// Whether a command's words are more than it may be given.
fn too_long(words: &[String]) -> bool {
    words.len() > expand::LENGTH_MAX / 16 || words.iter().map(String::len).sum::<usize>() > expand::LENGTH_MAX
}

impl Session {
    /// A line, not yet begun.
    pub fn new(line: &str) -> Session {
        let (queue, wrong) = match parse::parse(line) {
            Ok(list) => (ops(list).collect(), None),
            Err(Incomplete::Wrong(text)) => (VecDeque::new(), Some(text)),
            Err(Incomplete::More) => (VecDeque::new(), Some("bash: syntax error: unexpected end of file".into())),
        };
        Session { out: Output::default(), queue, current: None, wrong, begun: 0, busy: false, cluster: None }
    }

    /// A line that is refused before anything of it runs.
    pub fn refused(text: String) -> Session {
        Session { wrong: Some(text), ..Session::new("") }
    }

    /// Prints a line as bash does when it has been recalled from history.
    pub fn echo(&mut self, line: &str) {
        self.out.write(Stream::Out, line);
        self.out.write(Stream::Out, "\n");
    }

    /// Runs as far as it goes.
    pub fn poll(&mut self, shell: &mut Shell, client: &mut dyn Host) -> Step {
        loop {
            let step = self.poll_part(shell, client);
            if !self.busy {
                return step;
            }
        }
    }

    /// Whether there is more to do before any virtual time passes.
    pub fn busy(&self) -> bool {
        self.busy
    }

    /// Runs a part of that, of some milliseconds: a command, or a piece of one that has much to do.
    pub fn poll_part(&mut self, shell: &mut Shell, client: &mut dyn Host) -> Step {
        self.busy = false;
        if let Some(text) = self.wrong.take() {
            self.out.write(Stream::Err, &format!("{text}\n"));
            shell.status = 2;
        }
        self.cluster.get_or_insert_with(|| shell.config.cluster().into());
        if let Some(mut pipeline) = self.current.take() {
            if !pipeline.poll(shell, client, &mut self.out) {
                let edit = pipeline.edit();
                self.busy = pipeline.busy();
                self.begun = 0;
                self.current = Some(pipeline);
                return edit.unwrap_or(Step::Running);
            }
            shell.status = pipeline.code();
            self.stop_at_another_cluster(shell);
        }
        let Some(op) = self.queue.pop_front() else { return Step::Done(shell.status) };
        self.begin(op, shell, client);
        self.begun = (self.begun + 1) % COMMANDS_PER_POLL;
        self.busy = self.begun > 0;
        Step::Running
    }

    /// `use-context` has led to another cluster. Whoever runs this shell has to bring that one along first, so what is left of the line
    /// isn't run: on the cluster that was left it would do something nobody asked for.
    fn stop_at_another_cluster(&mut self, shell: &mut Shell) {
        let now = shell.config.cluster();
        if self.cluster.as_deref() == Some(now)
            || self.queue.is_empty()
            || !shell.config.clusters.iter().any(|known| known == now)
        {
            return;
        }
        let text =
            format!("everynode: kubectl speaks to {now} from the next line on; enter the rest of this one again\n");
        self.out.write(Stream::Err, &text);
        self.queue.clear();
        shell.status = 1;
    }

    /// Goes on with the text the editor was left with.
    pub fn edited(&mut self, text: &str, shell: &mut Shell, client: &mut dyn Host) {
        if let Some(pipeline) = &mut self.current {
            pipeline.edited(text, shell, client, &mut self.out);
        }
    }

    /// Ctrl-C: whatever runs ends, and nothing after it begins.
    pub fn interrupt(&mut self, shell: &mut Shell) {
        if let Some(mut pipeline) = self.current.take() {
            pipeline.interrupt();
        }
        self.queue.clear();
        self.busy = false;
        shell.status = 130;
    }

    /// Runs until the end, or until it would have to wait; whether it has come to its end.
    fn without_waiting(&mut self, shell: &mut Shell, client: &mut dyn Host) -> bool {
        for _ in 0..POLLS_AT_ONCE {
            match self.poll(shell, client) {
                Step::Done(_) => return true,
                Step::Running if self.current.is_none() => {}
                _ => break,
            }
        }
        self.interrupt(shell);
        false
    }

    fn begin(&mut self, op: Op, shell: &mut Shell, client: &mut dyn Host) {
        match op {
            Op::Set(name, value) => drop(shell.variables.insert(name, value)),
            Op::Again(condition, body) if shell.status == 0 => {
                let again = ops(condition.clone()).chain([Op::Again(condition, body.clone())]);
                let next: Vec<Op> = ops(body).chain(again).collect();
                self.put_first(next);
            }
            Op::Again(..) => shell.status = 0,
            Op::Branch(body, otherwise) => {
                let list = if shell.status == 0 { body } else { otherwise };
                shell.status = 0;
                self.put_first(ops(list).collect());
            }
            Op::Run(When::AfterSuccess, _) if shell.status != 0 => {}
            Op::Run(When::AfterFailure, _) if shell.status == 0 => {}
            Op::Run(_, command) => self.run(command, shell, client),
        }
    }

    fn run(&mut self, command: Command, shell: &mut Shell, client: &mut dyn Host) {
        match command {
            Command::Pipeline(commands) => {
                self.current = Some(Pipeline::new(commands, shell, client, &mut self.out));
            }
            Command::For(name, words, body) => {
                let mut values = Vec::new();
                for word in &words {
                    values.extend(expand::fields(word, shell, &mut |shell, text| substitute(shell, client, text)));
                    if too_long(&values) {
                        break;
                    }
                }
                let next = values
                    .into_iter()
                    .flat_map(|value| std::iter::once(Op::Set(name.clone(), value)).chain(ops(body.clone())));
                self.put_first(next.collect());
            }
            Command::While(condition, body) => {
                let next = ops(condition.clone()).chain([Op::Again(condition, body)]);
                self.put_first(next.collect());
            }
            Command::If(condition, body, otherwise) => {
                let next = ops(condition).chain([Op::Branch(body, otherwise)]);
                self.put_first(next.collect());
            }
        }
    }

    fn put_first(&mut self, ops: Vec<Op>) {
        for op in ops.into_iter().rev() {
            self.queue.push_front(op);
        }
    }
}

fn ops(list: List) -> impl Iterator<Item = Op> {
    list.into_iter().map(|(when, command)| Op::Run(when, command))
}

/// Runs the text of a `$(…)`. A command that would wait is ended: nothing else could go on meanwhile.
fn substitute(shell: &mut Shell, client: &mut dyn Host, text: &str) -> String {
    at_once(shell, client, text).text(Stream::Out)
}

/// Runs a text as far as it goes without waiting.
fn at_once(shell: &mut Shell, client: &mut dyn Host, text: &str) -> Output {
    let mut session = Session::new(text);
    session.without_waiting(shell, client);
    session.out
}

/// Runs a loop that is part of a pipeline, with the lines that `read` reads in it.
fn inner(list: List, input: &str, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) -> ExitCode {
    let lines = input.lines().map(String::from).collect();
    let outer = std::mem::replace(&mut shell.input, lines);
    let mut session = Session { queue: ops(list).collect(), ..Session::new("") };
    let ended = session.without_waiting(shell, client);
    shell.input = outer;
    for (stream, text) in session.out.chunks {
        out.write(stream, &text);
    }
    if !ended {
        let text = "everynode: a loop with a pipe or a file can't wait or go on for ever; run it without\n";
        out.write(Stream::Err, text);
    }
    shell.status
}

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

enum State {
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

struct Pipeline {
    stages: Vec<Stage>,
}

impl Pipeline {
    fn new(commands: Vec<Simple>, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) -> Pipeline {
        let last = commands.len() - 1;
        let mut stages = Vec::new();
        for (index, command) in commands.into_iter().enumerate() {
            stages.push(Stage::new(command, index > 0, index < last, shell, client, out));
        }
        Pipeline { stages }
    }

    fn code(&self) -> ExitCode {
        match self.stages.last().map(|stage| &stage.state) {
            Some(State::Done(code)) => *code,
            _ => 0,
        }
    }

    fn edit(&self) -> Option<Step> {
        self.stages.iter().find_map(|stage| match &stage.state {
            State::Editing { path, text, .. } => Some(Step::Edit { path: path.clone(), text: text.clone() }),
            _ => None,
        })
    }

    fn edited(&mut self, text: &str, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) {
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
    fn busy(&self) -> bool {
        self.stages.iter().any(|stage| match &stage.state {
            State::Running(running) => running.busy(),
            State::Filtering(_) => true,
            State::Watching(watch) => watch.busy(),
            _ => false,
        })
    }

    fn interrupt(&mut self) {
        for stage in &mut self.stages {
            if let State::Running(running) = &mut stage.state {
                running.interrupt();
            }
        }
    }

    /// Goes on with every stage; `true` once all have ended.
    fn poll(&mut self, shell: &mut Shell, client: &mut dyn Host, out: &mut Output) -> bool {
        let mut complete = true;
        for index in 0..self.stages.len() {
            let printed = self.stages[index].poll(complete, shell, client);
            self.pass_on(index, printed, shell, out);
            complete = matches!(self.stages[index].state, State::Done(_));
        }
        self.stages.iter().all(|stage| matches!(stage.state, State::Done(_)))
    }

    fn pass_on(&mut self, index: usize, printed: Output, shell: &mut Shell, out: &mut Output) {
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

fn print(filtered: &filter::Filtered, out: &mut Output) {
    out.write(Stream::Out, &filtered.out);
    out.write(Stream::Err, &filtered.err);
}

/// Begins a command.
fn start(
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

fn env<'a>(shell: &'a mut Shell, client: &'a mut dyn Host, stdin: Option<&'a str>, out: &'a mut Output) -> Env<'a> {
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

fn state_of(progress: Progress) -> State {
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
