//! A line being run: commands one after the other, each pipeline stage by stage, as far as it goes at each poll.
//!
//! Loops and branches put their bodies in front of what is still to be run, so there is one queue and no recursion. Commands with
//! pipes between them are a `pipeline`; what one command is, and how it begins, is in `command`.

pub(crate) mod builtin;
mod command;
mod pipeline;
pub(crate) mod remote;
mod watch;

use self::pipeline::Pipeline;
use crate::parse::{self, Command, Incomplete, List, When};
use crate::{Host, Shell, expand};
use kubectl::{ExitCode, Output, Stream};
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
