//! The terminal: lines run in a shell whose kubectl speaks to the cluster, one after the other.

use crate::run::{Place, Run};
use crate::view::{Chunk, Completion, Entry, Origin, Stream, Terminal};
use api::client::Client;
use api::request::{Request, Response};
use api::resource::Kind;
use api::sort;
use api::status::Status;
use api::time::Time;
use cluster::Cluster;
use shell::{Session, Shell, Step};

/// Entries kept on screen.
const ENTRIES: usize = 500;
/// Characters of one entry's output that are kept: the beginning and the end of more.
const OUTPUT: usize = 200_000;

/// The shell, what it runs, and what was said.
#[derive(Default)]
pub struct Desk {
    /// The shell.
    pub shell: Shell,
    entries: Vec<Entry>,
    numbered: u64,
    session: Option<Session>,
    /// Lines waiting for the one that runs.
    queue: Vec<(String, Origin)>,
    /// Lines of a command that isn't complete yet.
    open: Option<String>,
    /// The file of a text that a command wants edited, and the text until it has been opened.
    editing: Option<(String, Option<String>)>,
    moved: bool,
    /// Where in the run what runs was looked after last: a command doesn't run backwards.
    last: Place,
}

/// The cluster as kubectl sees it.
struct Server<'a>(&'a mut Run);

impl Client for Server<'_> {
    fn request(&mut self, request: Request) -> Result<Response, Status> {
        self.0.request(&request)
    }

    fn now(&self) -> Time {
        self.0.now().time()
    }
}

impl Desk {
    /// Enters a line. While another runs, it waits.
    pub fn start(&mut self, line: &str, origin: Origin, cluster: &mut Run) {
        self.moved = true;
        if !self.may_go_on(cluster) {
            self.interrupt();
        }
        if self.session.is_some() {
            self.queue.push((line.to_string(), origin));
            return;
        }
        let prompt = match (&self.open, origin) {
            (Some(_), Origin::Learner) => "> ".to_string(),
            _ => self.prompt(),
        };
        self.push(prompt, line, origin);
        let whole = match self.open.take().filter(|_| origin == Origin::Learner) {
            Some(open) => format!("{open}\n{line}"),
            None => line.to_string(),
        };
        if origin == Origin::Learner && self.shell.wants_more(&whole) {
            self.open = Some(whole);
            return;
        }
        let before = self.shell.history.len();
        self.session = Some(self.shell.start(&whole));
        self.last = cluster.place();
        if origin == Origin::Page {
            // What the page entered is shown, but the arrow keys bring back only what the learner typed.
            self.shell.history.truncate(before);
        }
        self.poll(cluster);
    }

    /// Shows a line that nothing in this terminal carries out.
    pub fn note(&mut self, line: &str) {
        let prompt = self.prompt();
        self.push(prompt, line, Origin::Page);
        self.moved = true;
    }

    /// Whether a command holds the line.
    pub fn running(&self) -> bool {
        self.session.is_some()
    }

    /// Whether the run is at least where the command that holds the line has come to: else it waits for that moment.
    pub fn may_go_on(&self, run: &Run) -> bool {
        self.session.is_none() || run.place() >= self.last
    }

    /// Lets what runs go as far as it goes.
    pub fn poll(&mut self, cluster: &mut Run) {
        if !self.may_go_on(cluster) {
            return;
        }
        self.last = cluster.place();
        let Some(mut session) = self.session.take() else { return };
        let step = session.poll(&mut self.shell, &mut Server(cluster));
        self.take_output(&mut session);
        match step {
            Step::Running => self.session = Some(session),
            Step::Edit { path, text } => {
                let name = path.rsplit('/').next().unwrap_or(&path).to_string();
                self.editing = Some((name, Some(text)));
                self.session = Some(session);
                self.moved = true;
            }
            Step::Done(_) => {
                self.moved = true;
                if !self.queue.is_empty() {
                    let (line, origin) = self.queue.remove(0);
                    self.start(&line, origin, cluster);
                }
            }
        }
    }

    /// Whether a command waits for this file to be edited.
    pub fn edits(&self, file: &str) -> bool {
        self.editing.as_ref().is_some_and(|(name, _)| name == file)
    }

    /// A text that has just been asked to be edited: the file's name, and what it holds first.
    pub fn take_new_edit(&mut self) -> Option<(String, String)> {
        let (name, text) = self.editing.as_mut()?;
        Some((name.clone(), text.take()?))
    }

    /// Gives an edited text back to the command that asked for it.
    pub fn edited(&mut self, text: &str, cluster: &mut Run) {
        self.editing = None;
        if let Some(mut session) = self.session.take() {
            session.edited(text, &mut self.shell, &mut Server(cluster));
            self.take_output(&mut session);
            self.session = Some(session);
            self.poll(cluster);
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self) {
        self.open = None;
        self.queue.clear();
        self.editing = None;
        if let Some(mut session) = self.session.take() {
            session.interrupt(&mut self.shell);
            self.take_output(&mut session);
        }
        self.write(Stream::Out, "^C\n");
        self.moved = true;
    }

    /// Ends what holds the line, if anything does.
    pub fn interrupt_running(&mut self) {
        if self.session.is_some() {
            self.interrupt();
        }
    }

    /// Ctrl-L.
    pub fn clear(&mut self) {
        let keep = self.entries.len().saturating_sub(usize::from(self.session.is_some()));
        self.entries.drain(..keep);
    }

    /// Whether anything was said since this was asked last.
    pub fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    /// What the terminal shows.
    pub fn view(&self) -> Terminal {
        Terminal {
            entries: self.entries.clone(),
            prompt: if self.open.is_some() { "> ".into() } else { self.prompt() },
            running: self.session.is_some(),
            history: self.shell.history.clone(),
        }
    }

    fn prompt(&self) -> String {
        "$ ".to_string()
    }

    fn push(&mut self, prompt: String, line: &str, origin: Origin) {
        if self.entries.len() == ENTRIES {
            self.entries.remove(0);
        }
        self.numbered += 1;
        self.entries.push(Entry {
            number: self.numbered,
            revision: 0,
            origin,
            prompt,
            command: line.to_string(),
            output: Vec::new(),
        });
    }

    fn take_output(&mut self, session: &mut Session) {
        for (stream, text) in std::mem::take(&mut session.out.chunks) {
            let stream = match stream {
                kubectl::Stream::Out => Stream::Out,
                kubectl::Stream::Err => Stream::Error,
            };
            self.write(stream, &text);
        }
    }

    fn write(&mut self, stream: Stream, text: &str) {
        if text.is_empty() {
            return;
        }
        let Some(entry) = self.entries.last_mut() else { return };
        entry.revision += 1;
        self.moved = true;
        match entry.output.last_mut() {
            Some(last) if last.stream == stream => last.text.push_str(text),
            _ => entry.output.push(Chunk { stream, text: text.to_string() }),
        }
        let length: usize = entry.output.iter().map(|chunk| chunk.text.len()).sum();
        if length > OUTPUT {
            shorten(&mut entry.output);
        }
    }
}

/// Drops the older half of an output that has become too long, at a line's beginning.
fn shorten(output: &mut Vec<Chunk>) {
    let mut surplus = OUTPUT / 2;
    for chunk in output.iter_mut() {
        let cut = surplus.min(chunk.text.len());
        let at =
            chunk.text.as_bytes()[cut..].iter().position(|b| *b == b'\n').map_or(chunk.text.len(), |n| cut + n + 1);
        if cut > 0 {
            chunk.text.drain(..at);
        }
        surplus -= cut;
    }
    output.retain(|chunk| !chunk.text.is_empty());
    output.insert(0, Chunk { stream: Stream::Note, text: "… earlier output is not kept\n".into() });
}

/// What could stand at byte `cursor` of a line: verbs, resource types, names, namespaces, files.
pub fn complete(line: &str, cursor: usize, shell: &Shell, cluster: &Cluster) -> Completion {
    let before = line.get(..cursor).unwrap_or(line);
    let from = before.rfind([' ', '|', ';']).map_or(0, |at| at + 1);
    let typed = &before[from..];
    let words: Vec<&str> = before[..from].split_whitespace().collect();
    let mut candidates: Vec<String> = candidates(&words, typed, shell, cluster);
    candidates.retain(|candidate| candidate.starts_with(typed) && candidate.trim_end() != typed.trim_end());
    sort::ascending(&mut candidates);
    candidates.dedup();
    Completion { from: from as u32, candidates }
}

fn candidates(words: &[&str], typed: &str, shell: &Shell, cluster: &Cluster) -> Vec<String> {
    let spaced = |text: &str| format!("{text} ");
    let files = || shell.files.files().map(|(path, _)| spaced(path.strip_prefix("/root/").unwrap_or(path))).collect();
    let Some((first, rest)) = words.split_first() else {
        return ["kubectl", "k", "ls", "cat", "clear", "history", "watch", "grep"].map(spaced).to_vec();
    };
    if !matches!(*first, "kubectl" | "k") {
        return files();
    }
    let plain: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
    match rest.last() {
        Some(&"-f" | &"--filename") => return files(),
        Some(&"-n" | &"--namespace") => return names(Kind::NAMESPACE, cluster),
        Some(&"-o" | &"--output") => return ["json", "name", "wide", "yaml", "jsonpath="].map(String::from).to_vec(),
        _ => {}
    }
    match plain.as_slice() {
        [] => kubectl::command::ROOT.commands.iter().map(|command| spaced(command.name)).collect(),
        ["cordon" | "uncordon" | "drain", ..] => names(Kind::NODE, cluster),
        ["rollout"] => ["history", "pause", "restart", "resume", "status", "undo"].map(spaced).to_vec(),
        ["set"] => ["env", "image", "resources", "serviceaccount"].map(spaced).to_vec(),
        ["taint"] => vec!["nodes ".into()],
        ["rollout" | "set", _, kind, ..] | [_, kind, ..] => {
            Kind::of_word(kind).map(|kind| names(kind, cluster)).unwrap_or_default()
        }
        _ => match typed.split_once('/') {
            Some((kind, _)) => Kind::of_word(kind)
                .map(|found| names(found, cluster).into_iter().map(|name| format!("{kind}/{name}")).collect())
                .unwrap_or_default(),
            None => Kind::all().map(|kind| spaced(&kind.resource())).collect(),
        },
    }
}

fn names(kind: Kind, cluster: &Cluster) -> Vec<String> {
    cluster.objects(kind).map(|object| format!("{} ", object.name())).collect()
}
