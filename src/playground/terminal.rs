//! The terminal: lines run in a shell whose kubectl speaks to the cluster, one after the other.

pub mod links;

use crate::run::{Place, Run};
use crate::time::Patience;
use crate::view::{Candidate, Chunk, Completion, Entry, Origin, Stream, Terminal};
use api::client::Client;
use api::request::{Request, Response};
use api::resource::Kind;
use api::status::Status;
use api::time::Time;
use cluster::Cluster;
use kubectl::complete::Sight;
use shell::files::HOME;
use shell::{CLEAR, Host, REDRAW, Session, Shell, Step};

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
    /// What a command waits for to be edited.
    editing: Option<Editing>,
    moved: bool,
    /// The cluster it speaks to, where there are several.
    pub cluster: String,
    /// Where in the run what runs was looked after last: a command doesn't run backwards.
    last: Place,
    /// How long what runs may go on before it leaves the rest for later.
    pub patience: Patience,
}

/// A text that a command waits for.
struct Editing {
    /// The tab's name.
    name: String,
    /// As it was shown first: leaving it alone gives this back.
    text: String,
    /// The tab isn't open yet.
    new: bool,
    /// The tab is the file itself, which stays when the command goes on.
    stays: bool,
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

impl Host for Server<'_> {
    fn kubelet(&self, machine: &str) -> Option<bool> {
        let kubelet = self.0.kubelets().get(&machine.into())?;
        (!kubelet.removed).then_some(kubelet.running)
    }

    fn set_kubelet(&mut self, machine: &str, running: bool) {
        match running {
            true => self.0.start_kubelet(&machine.into()),
            false => self.0.stop_kubelet(&machine.into()),
        }
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
        if origin == Origin::Page {
            // The page acts from where kubectl is; a login to a node has ended then.
            self.shell.remote = None;
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

    /// Whether the next line would wait, or belongs to a command that isn't complete yet.
    pub fn busy(&self) -> bool {
        self.session.is_some() || self.open.is_some()
    }

    /// Whether the run is at least where the command that holds the line has come to: else it waits for that moment.
    pub fn may_go_on(&self, run: &Run) -> bool {
        self.session.is_none() || run.place() >= self.last
    }

    /// Lets what runs go as far as it goes.
    pub fn poll(&mut self, cluster: &mut Run) {
        // What waits for the editor waits for nothing else.
        if self.editing.is_some() || !self.may_go_on(cluster) {
            return;
        }
        self.last = cluster.place();
        let Some(mut session) = self.session.take() else { return };
        let step = loop {
            let step = session.poll_part(&mut self.shell, &mut Server(cluster));
            self.take_output(&mut session);
            if !session.busy() || self.patience.is_over() {
                break step;
            }
        };
        match step {
            Step::Running => self.session = Some(session),
            Step::Edit { path, text } => {
                let whole = self.shell.files.absolute(&path);
                let name = path.rsplit('/').next().unwrap_or(&path).to_string();
                let stays = whole == format!("{HOME}/{name}");
                self.editing = Some(Editing { name, text, new: true, stays });
                self.session = Some(session);
                self.moved = true;
            }
            Step::Done(_) => {
                self.moved = true;
                if !self.patience.is_over() {
                    self.start_next(cluster);
                }
            }
        }
    }

    fn start_next(&mut self, cluster: &mut Run) {
        if !self.queue.is_empty() {
            let (line, origin) = self.queue.remove(0);
            self.start(&line, origin, cluster);
        }
    }

    /// Whether there is more to do before any virtual time passes: the rest of a command's work, or the next line.
    pub fn works(&self) -> bool {
        self.session.as_ref().map_or(!self.queue.is_empty(), Session::busy)
    }

    /// Goes on with that.
    pub fn work_on(&mut self, cluster: &mut Run) {
        match self.session {
            Some(_) => self.poll(cluster),
            None => self.start_next(cluster),
        }
    }

    /// The file a command waits for.
    pub fn awaited(&self) -> Option<&str> {
        self.editing.as_ref().map(|editing| editing.name.as_str())
    }

    /// Whether a command waits for this file to be edited.
    pub fn edits(&self, file: &str) -> bool {
        self.awaited() == Some(file)
    }

    /// The text that a command wants edited, as it was shown first.
    pub fn shown_first(&self) -> Option<&str> {
        self.editing.as_ref().map(|editing| editing.text.as_str())
    }

    /// Whether the file that is edited is the learner's own, and stays.
    pub fn edits_own_file(&self) -> bool {
        self.editing.as_ref().is_some_and(|editing| editing.stays)
    }

    /// A text that has just been asked to be edited: the file's name, and what it holds first.
    pub fn take_new_edit(&mut self) -> Option<(String, String)> {
        let editing = self.editing.as_mut()?;
        std::mem::take(&mut editing.new).then(|| (editing.name.clone(), editing.text.clone()))
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

    /// How many entries there ever were.
    pub fn numbered(&self) -> u64 {
        self.numbered
    }

    /// A number that moves whenever something is said.
    pub fn said(&self) -> u64 {
        self.numbered + self.entries.last().map_or(0, |entry| entry.revision)
    }

    /// It speaks to another cluster from now on. Whoever was logged in to a node of the other is no longer.
    pub fn now_on(&mut self, cluster: &str, run: &Run) {
        self.cluster = cluster.into();
        self.shell.remote = None;
        self.last = run.place();
    }

    /// All that was said after an entry by the cluster that is spoken to, and is still on screen.
    pub fn said_since(&self, entry: u64) -> String {
        let new = self.entries.iter().filter(|it| it.number > entry && it.cluster == self.cluster);
        new.flat_map(|entry| &entry.output).map(|chunk| chunk.text.as_str()).collect()
    }

    fn prompt(&self) -> String {
        match self.shell.remote {
            Some(_) => self.shell.prompt(),
            None => "$ ".into(),
        }
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
            cluster: self.cluster.clone(),
            namespace: self.shell.config.namespace().into(),
            output: Vec::new(),
        });
    }

    fn take_output(&mut self, session: &mut Session) {
        for (stream, text) in std::mem::take(&mut session.out.chunks) {
            let stream = match stream {
                kubectl::Stream::Out => Stream::Out,
                kubectl::Stream::Err => Stream::Error,
            };
            let text = self.obey_screen_codes(&text).to_owned();
            self.write(stream, &text);
        }
    }

    /// Does what the codes of `clear` and `watch` ask for, and returns what is printed after them.
    fn obey_screen_codes<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some((_, after)) = text.rsplit_once(CLEAR) {
            let last = self.entries.len().saturating_sub(1);
            self.entries.drain(..last);
            self.entries.iter_mut().for_each(|entry| entry.forget());
            return after;
        }
        let Some((_, after)) = text.rsplit_once(REDRAW) else { return text };
        if let Some(entry) = self.entries.last_mut() {
            entry.output.clear();
            entry.revision += 1;
        }
        after
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

/// What could stand at byte `cursor` of a line.
pub fn complete(line: &str, cursor: usize, shell: &Shell, cluster: &Cluster) -> Completion {
    let objects = |kind: Kind| cluster.objects(kind).cloned().collect();
    let found = shell::complete::complete(line, cursor, shell, &Sight { config: &shell.config, objects: &objects });
    let candidate = |it: shell::complete::Candidate| Candidate { text: it.text, about: it.about.into() };
    Completion { from: found.from as u32, candidates: found.candidates.into_iter().map(candidate).collect() }
}
